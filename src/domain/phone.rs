//! Indonesian mobile numbers: one stored form, however they were typed.
//!
//! Does not know whether a number is in use or whose it is. Read [`Phone::parse`] first.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Digits a number has when it begins with `08`.
pub const LOCAL_DIGITS: std::ops::RangeInclusive<usize> = 10..=13;

/// Why a typed phone number was not taken. Holds no part of the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, serde::Serialize, serde::Deserialize)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("no number was typed")]
    Empty,
    /// A letter or sign that does not belong.
    #[error("{found:?} does not belong in a phone number")]
    NotADigit {
        /// The first such character.
        found: char,
    },
    /// Begins neither with 08 nor with 62.
    #[error("not an Indonesian mobile number")]
    NotMobile,
    /// Too few digits in the form that begins with 08.
    #[error("only {digits} digits")]
    TooShort {
        /// Digits in that form.
        digits: usize,
    },
    /// Too many digits in the form that begins with 08.
    #[error("{digits} digits")]
    TooLong {
        /// Digits in that form.
        digits: usize,
    },
}

/// An Indonesian mobile number, stored as `+628…`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone {
    /// What follows the country code: begins with 8.
    national: String,
}

impl Phone {
    /// Reads `0812…`, `62812…`, `+62 812-…` and, as spreadsheets leave it, `812…`.
    ///
    /// Spaces, dashes, full stops and brackets fall away; `+62 0812…` is taken as meant.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim();
        let (has_plus, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits = digits_of(rest)?;
        let after_country = digits.strip_prefix("62");
        let national = match after_country {
            Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
            None if has_plus => return Err(PhoneError::NotMobile),
            None => digits.strip_prefix('0').unwrap_or(&digits),
        };
        if !national.starts_with('8') {
            return Err(PhoneError::NotMobile);
        }
        let local_digits = national.len() + 1;
        match local_digits {
            digits if digits < *LOCAL_DIGITS.start() => Err(PhoneError::TooShort { digits }),
            digits if digits > *LOCAL_DIGITS.end() => Err(PhoneError::TooLong { digits }),
            _ => Ok(Self { national: national.to_owned() }),
        }
    }

    /// `+6281234567890`, as stored and sent.
    pub fn international(&self) -> String {
        format!("+62{}", self.national)
    }

    /// `081234567890`, as people say it.
    pub fn local(&self) -> String {
        format!("0{}", self.national)
    }

    /// `0812-3456-7890`, for reading.
    pub fn grouped(&self) -> String {
        let mut grouped = String::from("0");
        for (index, digit) in self.national.chars().enumerate() {
            // The last group keeps what is left over, so that it has at least two digits.
            let is_group_start = index % 4 == 3 && self.national.len() - index >= 2;
            if is_group_start {
                grouped.push('-');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// The last digits, such as four for a list.
    pub fn tail(&self, digits: usize) -> &str {
        self.national.get(self.national.len().saturating_sub(digits)..).unwrap_or(&self.national)
    }

    /// The link that opens a WhatsApp chat: without plus or zero.
    pub fn whatsapp_link(&self) -> String {
        format!("https://wa.me/62{}", self.national)
    }
}

fn digits_of(text: &str) -> Result<String, PhoneError> {
    let mut digits = String::new();
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            '-' | '.' | '(' | ')' | '\u{2013}' => {}
            space if space.is_whitespace() => {}
            found => return Err(PhoneError::NotADigit { found }),
        }
    }
    if digits.is_empty() { Err(PhoneError::Empty) } else { Ok(digits) }
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Phone(redacted)")
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.international()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Phone::parse(text).map(|phone| phone.international()), Ok(expected.to_owned()), "{text}");
    }

    #[track_caller]
    fn check_error(text: &str, expected: PhoneError) {
        assert_eq!(Phone::parse(text), Err(expected), "{text}");
    }

    #[test]
    fn every_way_of_typing_a_number_gives_one_form() {
        for text in [
            "081200001234",
            "0812-0000-1234",
            "0812 0000 1234",
            "(0812) 0000.1234",
            "6281200001234",
            "+6281200001234",
            "+62 812-0000-1234",
            "+62 0812 0000 1234",
            "81200001234",
        ] {
            check(text, "+6281200001234");
        }
    }

    #[test]
    fn a_number_has_10_to_13_digits_after_08() {
        check("0812000012", "+62812000012");
        check("0812000012345", "+62812000012345");
        check_error("081200001", PhoneError::TooShort { digits: 9 });
        check_error("08120000123456", PhoneError::TooLong { digits: 14 });
    }

    #[test]
    fn what_is_no_mobile_number_says_why() {
        check_error("", PhoneError::Empty);
        check_error("+", PhoneError::Empty);
        check_error("0812x", PhoneError::NotADigit { found: 'x' });
        check_error("08+12", PhoneError::NotADigit { found: '+' });
        check_error("0274123456", PhoneError::NotMobile);
        check_error("+60123456789", PhoneError::NotMobile);
        check_error("+81200001234", PhoneError::NotMobile);
    }

    #[test]
    fn a_number_is_shown_in_groups_and_linked_without_plus() {
        let phone = Phone::parse("081200001234").unwrap();
        assert_eq!(phone.local(), "081200001234");
        assert_eq!(phone.grouped(), "0812-0000-1234");
        assert_eq!(phone.tail(4), "1234");
        assert_eq!(phone.tail(40), "81200001234");
        assert_eq!(phone.whatsapp_link(), "https://wa.me/6281200001234");
        assert_eq!(Phone::parse("0812000012345").unwrap().grouped(), "0812-0000-12345");
        assert_eq!(format!("{phone:?}"), "Phone(redacted)");
    }

    proptest! {
        #[test]
        fn every_shown_form_is_read_back(national in "8[0-9]{8,11}") {
            let phone = Phone::parse(&format!("0{national}")).unwrap();
            for text in [phone.local(), phone.international(), phone.grouped()] {
                prop_assert_eq!(Phone::parse(&text), Ok(phone.clone()));
            }
            let json = serde_json::to_string(&phone).unwrap();
            prop_assert_eq!(serde_json::from_str::<Phone>(&json).unwrap(), phone);
        }
    }
}
