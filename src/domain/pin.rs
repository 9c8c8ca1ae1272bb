//! What a PIN or a passphrase may be. How it is held and stretched is not known here.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Least digits of a PIN.
pub const PIN_SHORTEST: usize = 6;
/// Most digits of a PIN.
pub const PIN_LONGEST: usize = 12;
/// Least characters of a passphrase.
pub const PASSPHRASE_SHORTEST: usize = 10;

const LONGEST_PERIOD: usize = 4;

/// Why a new PIN or passphrase is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PinError {
    /// Fewer than six digits.
    #[error("pin too short")]
    TooShort,
    /// More than twelve digits.
    #[error("pin too long")]
    TooLong,
    /// Digits that count up or down, as 123456 or 654321.
    #[error("digits in a row")]
    Run,
    /// One digit or a short group again and again, as 111111, 121212 or 123123.
    #[error("repeated digits")]
    Repeat,
    /// The person's own birth date.
    #[error("own birth date")]
    BirthDate,
    /// A passphrase of fewer than ten characters.
    #[error("passphrase too short")]
    PassphraseTooShort,
}

/// Judges a new PIN (digits only) or passphrase (anything else), trimmed and normalized by the caller.
///
/// # Errors
/// [`PinError`] with the first rule it breaks.
pub fn check(text: &str, born_on: Option<NaiveDate>) -> Result<(), PinError> {
    let letters: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    if letters.iter().all(char::is_ascii_digit) {
        check_pin(text, born_on)
    } else if letters.len() < PASSPHRASE_SHORTEST {
        Err(PinError::PassphraseTooShort)
    } else if is_periodic(&letters) {
        Err(PinError::Repeat)
    } else {
        Ok(())
    }
}

fn check_pin(digits: &str, born_on: Option<NaiveDate>) -> Result<(), PinError> {
    let values: Zeroizing<Vec<u8>> = Zeroizing::new(digits.bytes().collect());
    match values.len() {
        ..PIN_SHORTEST => return Err(PinError::TooShort),
        PIN_SHORTEST..=PIN_LONGEST => {}
        _ => return Err(PinError::TooLong),
    }
    if is_periodic(&values) {
        return Err(PinError::Repeat);
    }
    if is_run(&values) {
        return Err(PinError::Run);
    }
    if born_on.is_some_and(|date| is_birth_date(digits, date)) {
        return Err(PinError::BirthDate);
    }
    Ok(())
}

/// Each digit is one more, or each one less, than the digit before; 9 and 0 are neighbours, as on the pad.
fn is_run(values: &[u8]) -> bool {
    let steps = |step: u8| values.iter().zip(values.iter().skip(1)).all(|(&a, &b)| (b + 10 - a) % 10 == step);
    steps(1) || steps(9)
}

/// The whole is a group of at most four, repeated at least twice.
fn is_periodic<T: PartialEq>(values: &[T]) -> bool {
    (1..=LONGEST_PERIOD.min(values.len() / 2))
        .any(|period| values.iter().zip(values.iter().skip(period)).all(|(a, b)| a == b))
}

fn is_birth_date(digits: &str, date: NaiveDate) -> bool {
    let (day, month, year) = (date.day(), date.month(), date.year());
    let short_year = year.rem_euclid(100);
    [
        format!("{day:02}{month:02}{short_year:02}"),
        format!("{day:02}{month:02}{year:04}"),
        format!("{year:04}{month:02}{day:02}"),
    ]
    .iter()
    .any(|written| written == digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(), PinError>) {
        let born_on = NaiveDate::from_ymd_opt(1987, 3, 9);
        assert_eq!(super::check(text, born_on), expected, "{text}");
    }

    #[test]
    fn six_to_twelve_digits_make_a_pin() {
        check("593817", Ok(()));
        check("593817204615", Ok(()));
        check("", Err(PinError::TooShort));
        check("59381", Err(PinError::TooShort));
        check("5938172046153", Err(PinError::TooLong));
    }

    #[test]
    fn runs_are_refused() {
        for text in ["123456", "654321", "456789", "7890123", "210987", "0123456789", "234567"] {
            check(text, Err(PinError::Run));
        }
        check("123457", Ok(()));
        check("135791", Ok(()));
    }

    #[test]
    fn repeats_are_refused() {
        for text in ["111111", "000000", "121212", "1212121", "123123", "20012001", "999999999999"] {
            check(text, Err(PinError::Repeat));
        }
        check("112211", Ok(()));
    }

    #[test]
    fn the_own_birth_date_is_refused() {
        for text in ["090387", "09031987", "19870309"] {
            check(text, Err(PinError::BirthDate));
        }
        check("100387", Ok(()));
        assert!(super::check("090387", None).is_ok());
    }

    #[test]
    fn a_passphrase_has_ten_characters() {
        check("nasi uduk pagi", Ok(()));
        check("nasiuduk1", Err(PinError::PassphraseTooShort));
        check("abc123", Err(PinError::PassphraseTooShort));
        check("aaaaaaaaaaaa", Err(PinError::Repeat));
        check("ééééabcdéf", Ok(()));
    }
}
