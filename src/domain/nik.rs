//! The NIK, what its digits claim, and the number of a family card.
//!
//! Only length and digits are hard rules. A NIK is given once and never corrected, so what it says about
//! birth, sex and area is a claim to compare with, never a reason to refuse a person. It names the district
//! of first registration, not where somebody lives. Read [`Nik::parse`] and [`Nik::doubts`] first.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::calendar::{Age, TimeZone};

/// The oldest age, in years, a two-digit year of birth may stand for.
pub const OLDEST_YEARS: u32 = 110;

/// Added to the day of birth in a woman's NIK.
const WOMAN_DAY_OFFSET: u32 = 40;

/// Why a typed sixteen-digit number was not taken. Holds no part of the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, serde::Serialize, serde::Deserialize)]
pub enum SixteenError {
    /// Nothing was typed.
    #[error("no number was typed")]
    Empty,
    /// A letter or sign between the digits, such as O for zero.
    #[error("{found:?} is not a digit")]
    NotADigit {
        /// The first such character.
        found: char,
    },
    /// All digits, but not sixteen.
    #[error("{found} digits instead of 16")]
    NotSixteen {
        /// Digits typed.
        found: usize,
    },
}

/// Nomor Induk Kependudukan: sixteen digits that stay with a person for life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nik(u64);

/// The number of a family card (kartu keluarga): sixteen digits whose parts are not read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NoKk(u64);

pub use super::sasaran::Sex;

/// What the digits of a NIK claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NikClaims {
    /// Province of first registration, two digits.
    pub province: u8,
    /// Kabupaten or kota, four digits with the province.
    pub kabupaten: u16,
    /// Kecamatan, six digits with province and kabupaten.
    pub kecamatan: u32,
    /// Birth date, as far as two digits of the year tell.
    pub birth: ClaimedBirth,
    /// Sex, or `None` when the day is neither a man's nor a woman's.
    pub sex: Option<Sex>,
    /// Running number among those born that day in that district, from 1.
    pub serial: u16,
}

/// The birth date a NIK claims, given that a person is 0 to [`OLDEST_YEARS`] years old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ClaimedBirth {
    /// No such day, or none in reach.
    Impossible,
    /// One date only.
    Certain(#[serde(with = "crate::domain::iso")] NaiveDate),
    /// A century apart: ask which.
    Either {
        /// The earlier date: somebody of about a hundred.
        #[serde(with = "crate::domain::iso")]
        earlier: NaiveDate,
        /// The later date: a child.
        #[serde(with = "crate::domain::iso")]
        later: NaiveDate,
    },
}

/// Where a NIK and what is known of the person differ. A reason to ask, never to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NikDoubt {
    /// The first two digits are no province.
    UnknownProvince,
    /// The digits of the birth date are no date.
    ImpossibleBirth,
    /// Another birth date than the one known.
    OtherBirth {
        /// Day of the month in the NIK, without the women's 40.
        day: u32,
        /// Month in the NIK.
        month: u32,
        /// Last two digits of the year in the NIK.
        short_year: u32,
    },
    /// Another sex than the one known.
    OtherSex {
        /// The sex in the NIK.
        claimed: Sex,
    },
    /// The running number is 0000.
    NoSerial,
}

impl Nik {
    /// Reads sixteen digits; spaces, full stops and dashes between them fall away.
    pub fn parse(text: &str) -> Result<Self, SixteenError> {
        parse_sixteen(text).map(Self)
    }

    /// The sixteen digits.
    pub fn digits(self) -> String {
        format!("{:016}", self.0)
    }

    /// `3328 0450 0190 0001`, for reading aloud and comparing.
    pub fn grouped(self) -> String {
        grouped(self.0)
    }

    /// `332804******0001`, for lists.
    pub fn masked(self) -> String {
        masked(self.0)
    }

    /// What the digits claim, read on the day `today`.
    pub fn claims(self, today: NaiveDate) -> NikClaims {
        NikClaims {
            province: self.part(14, 2) as u8,
            kabupaten: self.part(12, 4) as u16,
            kecamatan: self.part(10, 6) as u32,
            birth: self.claimed_birth(today),
            sex: self.claimed_sex(),
            serial: self.part(0, 4) as u16,
        }
    }

    /// Compares the claims with what is known of the person; nothing known gives only the NIK's own doubts.
    pub fn doubts(self, born_on: Option<NaiveDate>, sex: Option<Sex>) -> Vec<NikDoubt> {
        let mut doubts = Vec::new();
        if TimeZone::of_province(self.part(14, 2) as u8).is_none() {
            doubts.push(NikDoubt::UnknownProvince);
        }
        let (day, month, short_year) = self.birth_digits();
        let is_possible = [1900, 2000].into_iter().any(|century| self.birth_in(century).is_some());
        let is_born_then = |date: NaiveDate| {
            (date.day(), date.month(), date.year().rem_euclid(100)) == (day, month, short_year as i32)
        };
        match born_on {
            _ if !is_possible => doubts.push(NikDoubt::ImpossibleBirth),
            Some(date) if !is_born_then(date) => doubts.push(NikDoubt::OtherBirth { day, month, short_year }),
            _ => {}
        }
        if let (Some(claimed), Some(known)) = (self.claimed_sex(), sex)
            && claimed != known
        {
            doubts.push(NikDoubt::OtherSex { claimed });
        }
        if self.part(0, 4) == 0 {
            doubts.push(NikDoubt::NoSerial);
        }
        doubts
    }

    /// `count` digits, the last of which has `behind` digits after it.
    fn part(self, behind: u32, count: u32) -> u64 {
        self.0 / 10_u64.pow(behind) % 10_u64.pow(count)
    }

    /// Day without the women's 40, month, and last two digits of the year.
    fn birth_digits(self) -> (u32, u32, u32) {
        let day = self.part(8, 2) as u32;
        let day = if day > WOMAN_DAY_OFFSET { day - WOMAN_DAY_OFFSET } else { day };
        (day, self.part(6, 2) as u32, self.part(4, 2) as u32)
    }

    fn claimed_sex(self) -> Option<Sex> {
        match self.part(8, 2) {
            1..=31 => Some(Sex::Male),
            41..=71 => Some(Sex::Female),
            _ => None,
        }
    }

    fn birth_in(self, century: i32) -> Option<NaiveDate> {
        let (day, month, short_year) = self.birth_digits();
        NaiveDate::from_ymd_opt(century + short_year as i32, month, day)
    }

    fn claimed_birth(self, today: NaiveDate) -> ClaimedBirth {
        let this_century = today.year().div_euclid(100) * 100;
        let reachable = |century: i32| {
            self.birth_in(century).filter(|date| Age::on(*date, today).is_some_and(|age| age.years() <= OLDEST_YEARS))
        };
        match (reachable(this_century - 100), reachable(this_century)) {
            (None, None) => reachable(this_century - 200).map_or(ClaimedBirth::Impossible, ClaimedBirth::Certain),
            (Some(date), None) | (None, Some(date)) => ClaimedBirth::Certain(date),
            (Some(earlier), Some(later)) => ClaimedBirth::Either { earlier, later },
        }
    }
}

impl NoKk {
    /// Reads sixteen digits; spaces, full stops and dashes between them fall away.
    pub fn parse(text: &str) -> Result<Self, SixteenError> {
        parse_sixteen(text).map(Self)
    }

    /// The sixteen digits.
    pub fn digits(self) -> String {
        format!("{:016}", self.0)
    }

    /// `3328 0401 0120 0001`, for reading aloud and comparing.
    pub fn grouped(self) -> String {
        grouped(self.0)
    }

    /// `332804******0001`, for lists.
    pub fn masked(self) -> String {
        masked(self.0)
    }
}

fn parse_sixteen(text: &str) -> Result<u64, SixteenError> {
    let is_separator = |character: &char| character.is_whitespace() || matches!(character, '.' | '-' | '\u{2013}');
    let digits: String = text.chars().filter(|character| !is_separator(character)).collect();
    if digits.is_empty() {
        return Err(SixteenError::Empty);
    }
    if let Some(found) = digits.chars().find(|character| !character.is_ascii_digit()) {
        return Err(SixteenError::NotADigit { found });
    }
    match digits.len() {
        16 => digits.parse().map_err(|_| SixteenError::NotSixteen { found: 16 }),
        found => Err(SixteenError::NotSixteen { found }),
    }
}

fn grouped(number: u64) -> String {
    let group = |behind: u32| number / 10_u64.pow(behind) % 10_000;
    format!("{:04} {:04} {:04} {:04}", group(12), group(8), group(4), group(0))
}

fn masked(number: u64) -> String {
    format!("{:06}******{:04}", number / 10_u64.pow(10), number % 10_000)
}

impl fmt::Debug for Nik {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nik(redacted)")
    }
}

impl fmt::Debug for NoKk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NoKk(redacted)")
    }
}

impl TryFrom<String> for Nik {
    type Error = SixteenError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Nik> for String {
    fn from(nik: Nik) -> Self {
        nik.digits()
    }
}

impl TryFrom<String> for NoKk {
    type Error = SixteenError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<NoKk> for String {
    fn from(no_kk: NoKk) -> Self {
        no_kk.digits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn today() -> NaiveDate {
        day(2026, 5, 20)
    }

    fn nik(text: &str) -> Nik {
        Nik::parse(text).unwrap()
    }

    #[test]
    fn separators_fall_away() {
        for text in ["3328045001900001", "3328 0450 0190 0001", " 332804.500190.0001 ", "332804-500190-0001"] {
            assert_eq!(nik(text).digits(), "3328045001900001");
        }
        assert_eq!(nik("0028045001900001").digits(), "0028045001900001");
    }

    #[test]
    fn what_is_not_sixteen_digits_says_why() {
        assert_eq!(Nik::parse(" - "), Err(SixteenError::Empty));
        assert_eq!(Nik::parse("332804500190001"), Err(SixteenError::NotSixteen { found: 15 }));
        assert_eq!(Nik::parse("33280450019000011"), Err(SixteenError::NotSixteen { found: 17 }));
        assert_eq!(Nik::parse("33280450O1900001"), Err(SixteenError::NotADigit { found: 'O' }));
        assert_eq!(NoKk::parse("123"), Err(SixteenError::NotSixteen { found: 3 }));
    }

    #[test]
    fn a_number_is_shown_grouped_or_masked_and_never_in_debug() {
        let nik = nik("3328045001900001");
        assert_eq!(nik.grouped(), "3328 0450 0190 0001");
        assert_eq!(nik.masked(), "332804******0001");
        assert_eq!(format!("{nik:?}"), "Nik(redacted)");
        let no_kk = NoKk::parse("3328040101200009").unwrap();
        assert_eq!(no_kk.grouped(), "3328 0401 0120 0009");
        assert_eq!(no_kk.masked(), "332804******0009");
        assert_eq!(format!("{no_kk:?}"), "NoKk(redacted)");
    }

    #[test]
    fn a_woman_has_forty_added_to_her_day() {
        let claims = nik("3328045001900001").claims(today());
        assert_eq!((claims.province, claims.kabupaten, claims.kecamatan), (33, 3328, 332_804));
        assert_eq!(claims.sex, Some(Sex::Female));
        assert_eq!(claims.birth, ClaimedBirth::Certain(day(1990, 1, 10)));
        assert_eq!(claims.serial, 1);
        let claims = nik("3328041001900002").claims(today());
        assert_eq!(claims.sex, Some(Sex::Male));
        assert_eq!(claims.birth, ClaimedBirth::Certain(day(1990, 1, 10)));
    }

    #[track_caller]
    fn check_birth(digits: &str, expected: ClaimedBirth) {
        assert_eq!(nik(&format!("332804{digits}0001")).claims(today()).birth, expected, "{digits}");
    }

    #[test]
    fn the_century_gives_an_age_of_0_to_110() {
        check_birth("010115", ClaimedBirth::Certain(day(2015, 1, 1)));
        check_birth("010120", ClaimedBirth::Either { earlier: day(1920, 1, 1), later: day(2020, 1, 1) });
        check_birth("200526", ClaimedBirth::Either { earlier: day(1926, 5, 20), later: today() });
        check_birth("210526", ClaimedBirth::Certain(day(1926, 5, 21)));
        check_birth("010127", ClaimedBirth::Certain(day(1927, 1, 1)));
        check_birth("290200", ClaimedBirth::Certain(day(2000, 2, 29)));
        check_birth("690224", ClaimedBirth::Either { earlier: day(1924, 2, 29), later: day(2024, 2, 29) });
        check_birth("310290", ClaimedBirth::Impossible);
        check_birth("720190", ClaimedBirth::Impossible);
        check_birth("350190", ClaimedBirth::Impossible);
        check_birth("401390", ClaimedBirth::Impossible);
    }

    #[track_caller]
    fn check_doubts(digits: &str, born_on: Option<NaiveDate>, sex: Option<Sex>, expected: &[NikDoubt]) {
        assert_eq!(nik(digits).doubts(born_on, sex), expected, "{digits}");
    }

    #[test]
    fn a_fitting_nik_raises_no_doubt() {
        check_doubts("3328045001900001", Some(day(1990, 1, 10)), Some(Sex::Female), &[]);
        check_doubts("3328045001900001", None, None, &[]);
    }

    #[test]
    fn each_difference_is_a_doubt_of_its_own() {
        let other_birth = NikDoubt::OtherBirth { day: 10, month: 1, short_year: 90 };
        check_doubts("3328045001900001", Some(day(1990, 10, 1)), None, &[other_birth]);
        check_doubts("3328045001900001", None, Some(Sex::Male), &[NikDoubt::OtherSex { claimed: Sex::Female }]);
        check_doubts("2028045001900001", None, None, &[NikDoubt::UnknownProvince]);
        check_doubts("3328045001900000", None, None, &[NikDoubt::NoSerial]);
        check_doubts("3328043102900001", Some(day(1990, 1, 31)), None, &[NikDoubt::ImpossibleBirth]);
        check_doubts(
            "3328045001900001",
            Some(day(1991, 1, 10)),
            Some(Sex::Male),
            &[NikDoubt::OtherBirth { day: 10, month: 1, short_year: 90 }, NikDoubt::OtherSex { claimed: Sex::Female }],
        );
    }

    #[test]
    fn a_stored_number_is_a_string_of_digits() {
        let nik = nik("0328045001900001");
        let json = serde_json::to_string(&nik).unwrap();
        assert_eq!(json, "\"0328045001900001\"");
        assert_eq!(serde_json::from_str::<Nik>(&json).unwrap(), nik);
        assert!(serde_json::from_str::<Nik>("\"12\"").is_err());
    }

    proptest! {
        #[test]
        fn digits_and_groups_are_read_back(number in 0_u64..10_000_000_000_000_000) {
            let nik = Nik(number);
            prop_assert_eq!(Nik::parse(&nik.digits()), Ok(nik));
            prop_assert_eq!(Nik::parse(&nik.grouped()), Ok(nik));
        }

        #[test]
        fn a_nik_made_from_a_birth_raises_no_doubt_about_it(days in 0_i64..38_000, is_woman: bool, serial in 1_u32..9999) {
            let born_on = today() - chrono::Duration::days(days);
            let (day, sex) = if is_woman { (born_on.day() + 40, Sex::Female) } else { (born_on.day(), Sex::Male) };
            let text = format!("332804{day:02}{}{serial:04}", born_on.format("%m%y"));
            let nik = nik(&text);
            prop_assert_eq!(nik.doubts(Some(born_on), Some(sex)), vec![]);
            let is_claimed = match nik.claims(today()).birth {
                ClaimedBirth::Certain(date) => date == born_on,
                ClaimedBirth::Either { earlier, later } => earlier == born_on || later == born_on,
                ClaimedBirth::Impossible => false,
            };
            prop_assert!(is_claimed);
        }
    }
}
