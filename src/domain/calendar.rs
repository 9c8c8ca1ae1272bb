//! Dates as people type them, completed age, life stages, and the local day of an instant.
//!
//! A date is always day, month, year. Nothing here knows what day it is: `today` is an argument.
//! Words for a date live in `i18n`. Read [`parse_date`] first.

use chrono::{Datelike, Days, Months, NaiveDate};
use thiserror::Error;

/// The longest a typed past date may lie back, in years: nobody served is older.
pub const OLDEST_YEARS: u32 = 120;

/// The furthest a planned date may lie ahead, in years.
pub const PLANNED_YEARS: u32 = 5;

/// The age in years at which a person counts as adult unless the programme's setting says otherwise.
/// Source: Juknis Posyandu and CKG ("dewasa 18-59"); the paper cards of 2023 use 19.
pub const DEFAULT_ADULT_YEARS: u32 = 18;

const MONTH_NAMES: [&str; 12] = [
    "januari",
    "februari",
    "maret",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
];

/// Short forms and old spellings that are no beginning of a month's name.
const OTHER_MONTH_NAMES: [(&str, u32); 9] = [
    ("pebruari", 2),
    ("peb", 2),
    ("mrt", 3),
    ("ags", 8),
    ("agt", 8),
    ("agst", 8),
    ("nopember", 11),
    ("nop", 11),
    ("dec", 12),
];

/// Why a typed date was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, serde::Serialize, serde::Deserialize)]
pub enum DateError {
    /// Nothing was typed.
    #[error("no date was typed")]
    Empty,
    /// Not a day, a month and a year.
    #[error("not a day, month and year")]
    NotADate,
    /// The month is not 1 to 12; often a date typed month first.
    #[error("there is no month {month}")]
    NoSuchMonth {
        /// The number in the month's place.
        month: u32,
    },
    /// The month has no such day, such as 31/02.
    #[error("there is no day {day} in month {month} of {year}")]
    NoSuchDay {
        /// Day as typed.
        day: u32,
        /// Month, 1 to 12.
        month: u32,
        /// Year with the century.
        year: i32,
    },
    /// After today, where only the past makes sense.
    #[error("the date {date} is in the future")]
    InFuture {
        /// The date as understood.
        #[serde(with = "crate::domain::iso")]
        date: NaiveDate,
    },
    /// Before today, where only a plan makes sense.
    #[error("the date {date} is in the past")]
    InPast {
        /// The date as understood.
        #[serde(with = "crate::domain::iso")]
        date: NaiveDate,
    },
    /// More than [`OLDEST_YEARS`] ago.
    #[error("the date {date} is too long ago")]
    TooLongAgo {
        /// The date as understood.
        #[serde(with = "crate::domain::iso")]
        date: NaiveDate,
    },
    /// More than [`PLANNED_YEARS`] ahead.
    #[error("the date {date} is too far ahead")]
    TooFarAhead {
        /// The date as understood.
        #[serde(with = "crate::domain::iso")]
        date: NaiveDate,
    },
}

/// Reads a date of something that has happened: a birth, a visit, a delivery.
///
/// Takes `12/5/26`, `12-5-2026`, `12.5.2026`, `12 5 2026`, `12 Mei 2026`, `12052026` and, year first,
/// `2026-05-12`. A two-digit year up to today's is in this century, a later one in the century before:
/// typing this year's date a day too early must say "in the future", not give a person of a hundred.
pub fn parse_date(text: &str, today: NaiveDate) -> Result<NaiveDate, DateError> {
    let century = today.year().div_euclid(100) * 100;
    let date = TypedDate::read(text)?.resolve(|short_year| {
        let year = century + short_year;
        if year > today.year() { year - 100 } else { year }
    })?;
    if date > today {
        return Err(DateError::InFuture { date });
    }
    match today.checked_sub_months(Months::new(OLDEST_YEARS * 12)) {
        Some(oldest) if date < oldest => Err(DateError::TooLongAgo { date }),
        _ => Ok(date),
    }
}

/// Reads a date that is still to come or is today: the next session, an appointment, a due date.
///
/// A two-digit year is in today's century.
pub fn parse_planned_date(text: &str, today: NaiveDate) -> Result<NaiveDate, DateError> {
    let century = today.year().div_euclid(100) * 100;
    let date = TypedDate::read(text)?.resolve(|short_year| century + short_year)?;
    if date < today {
        return Err(DateError::InPast { date });
    }
    match today.checked_add_months(Months::new(PLANNED_YEARS * 12)) {
        Some(furthest) if date > furthest => Err(DateError::TooFarAhead { date }),
        _ => Ok(date),
    }
}

/// Day, month and year as typed, not yet known to exist.
struct TypedDate {
    day: u32,
    month: u32,
    year: TypedYear,
}

enum TypedYear {
    Short(i32),
    Full(i32),
}

#[derive(Clone, Copy, PartialEq)]
enum PartKind {
    Digits,
    Letters,
}

impl TypedDate {
    fn read(text: &str) -> Result<Self, DateError> {
        let parts = parts(text)?;
        match parts.as_slice() {
            [] => Err(DateError::Empty),
            [digits] => Self::read_packed(digits),
            [year, month, day] if year.len() == 4 => Self::from_parts(day, month, year),
            [day, month, year] => Self::from_parts(day, month, year),
            _ => Err(DateError::NotADate),
        }
    }

    /// `12052026` or `120526`, as typed on a pad without separators.
    fn read_packed(digits: &str) -> Result<Self, DateError> {
        let part = |from: usize, to: usize| digits.get(from..to).ok_or(DateError::NotADate);
        if !matches!(digits.len(), 6 | 8) {
            return Err(DateError::NotADate);
        }
        Self::from_parts(part(0, 2)?, part(2, 4)?, part(4, digits.len())?)
    }

    fn from_parts(day: &str, month: &str, year: &str) -> Result<Self, DateError> {
        if day.len() > 2 {
            return Err(DateError::NotADate);
        }
        let year_number: i32 = year.parse().map_err(|_| DateError::NotADate)?;
        Ok(Self {
            day: day.parse().map_err(|_| DateError::NotADate)?,
            month: month_number(month)?,
            year: match year.len() {
                2 => TypedYear::Short(year_number),
                4 => TypedYear::Full(year_number),
                _ => return Err(DateError::NotADate),
            },
        })
    }

    fn resolve(self, century_of: impl Fn(i32) -> i32) -> Result<NaiveDate, DateError> {
        let Self { day, month, year } = self;
        let year = match year {
            TypedYear::Short(short) => century_of(short),
            TypedYear::Full(full) => full,
        };
        if !(1..=12).contains(&month) {
            return Err(DateError::NoSuchMonth { month });
        }
        NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::NoSuchDay { day, month, year })
    }
}

/// The runs of digits and of letters, lower case; separators fall away.
fn parts(text: &str) -> Result<Vec<String>, DateError> {
    let mut parts: Vec<String> = Vec::new();
    let mut last_kind = None;
    for character in text.chars() {
        let kind = match character {
            '0'..='9' => Some(PartKind::Digits),
            'a'..='z' | 'A'..='Z' => Some(PartKind::Letters),
            '/' | '-' | '.' | ',' | '\u{2013}' => None,
            space if space.is_whitespace() => None,
            _ => return Err(DateError::NotADate),
        };
        match parts.last_mut() {
            Some(part) if kind.is_some() && kind == last_kind => part.push(character.to_ascii_lowercase()),
            _ if kind.is_some() => parts.push(character.to_ascii_lowercase().to_string()),
            _ => {}
        }
        last_kind = kind;
    }
    if parts.is_empty() && !text.trim().is_empty() {
        return Err(DateError::NotADate);
    }
    Ok(parts)
}

fn month_number(part: &str) -> Result<u32, DateError> {
    if part.bytes().all(|byte| byte.is_ascii_digit()) {
        return if part.len() <= 2 { part.parse().map_err(|_| DateError::NotADate) } else { Err(DateError::NotADate) };
    }
    let by_beginning = (1..).zip(MONTH_NAMES).find(|(_, name)| part.len() >= 3 && name.starts_with(part));
    let by_other_name = || OTHER_MONTH_NAMES.into_iter().find(|(name, _)| *name == part);
    by_beginning
        .map(|(number, _)| number)
        .or_else(|| by_other_name().map(|(_, number)| number))
        .ok_or(DateError::NotADate)
}

/// Completed age between a birth date and another date.
///
/// A month completes on the day of birth; born on the 29th to 31st, on the last day of a shorter month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Age {
    months: u32,
    days_past_month: u32,
    days: u32,
}

impl Age {
    /// The age on a date, or `None` before the birth.
    pub fn on(born_on: NaiveDate, date: NaiveDate) -> Option<Self> {
        let days = u32::try_from(date.signed_duration_since(born_on).num_days()).ok()?;
        let month_count = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
        let begun = u32::try_from(month_count(date) - month_count(born_on)).ok()?;
        // chrono gives the last day of a shorter month, which is the rule above.
        let monthly_birthday = |months: u32| born_on.checked_add_months(Months::new(months));
        let months = if monthly_birthday(begun)? <= date { begun } else { begun.checked_sub(1)? };
        let days_past_month = date.signed_duration_since(monthly_birthday(months)?).num_days();
        Some(Self { months, days_past_month: u32::try_from(days_past_month).ok()?, days })
    }

    /// Whole days since birth.
    pub fn days(self) -> u32 {
        self.days
    }

    /// Completed months since birth.
    pub fn months(self) -> u32 {
        self.months
    }

    /// Completed years since birth.
    pub fn years(self) -> u32 {
        self.months / 12
    }

    /// Completed months since the last birthday, 0 to 11: the "3 bl" in "2 th 3 bl".
    pub fn months_past_year(self) -> u32 {
        self.months % 12
    }

    /// Days since the last completed month, 0 to 30.
    pub fn days_past_month(self) -> u32 {
        self.days_past_month
    }
}

/// The date on which a number of months is completed, with the rule of [`Age`].
pub fn months_after(born_on: NaiveDate, months: u32) -> Option<NaiveDate> {
    born_on.checked_add_months(Months::new(months))
}

/// The stage of life an age belongs to. Pregnancy and the time after birth are states on top of it.
///
/// Source: Juknis Posyandu clusters 2 and 3. Derived on reading, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum LifeStage {
    /// Bayi baru lahir: 0 to 28 days.
    BayiBaruLahir,
    /// Bayi: from 29 days, before 12 completed months.
    Bayi,
    /// Anak balita: 12 to 59 completed months.
    AnakBalita,
    /// Anak prasekolah: 60 to 71 completed months.
    Prasekolah,
    /// Anak usia sekolah: 6 years, before 10.
    UsiaSekolah,
    /// Remaja: 10 years, before the adult age.
    Remaja,
    /// Usia dewasa or usia produktif: adult age to 59 years.
    Dewasa,
    /// Lanjut usia: 60 years and over.
    Lansia,
}

impl LifeStage {
    /// The stage at an age; `adult_years` is the programme's setting, see [`DEFAULT_ADULT_YEARS`].
    pub fn at(age: Age, adult_years: u32) -> Self {
        match (age.days(), age.months(), age.years()) {
            (0..=28, _, _) => Self::BayiBaruLahir,
            (_, 0..=11, _) => Self::Bayi,
            (_, 12..=59, _) => Self::AnakBalita,
            (_, 60..=71, _) => Self::Prasekolah,
            (_, _, 60..) => Self::Lansia,
            (_, _, ..10) => Self::UsiaSekolah,
            (_, _, years) if years < adult_years => Self::Remaja,
            _ => Self::Dewasa,
        }
    }

    /// "Balita" as statistics count it: 0 to 59 completed months.
    pub fn is_balita(self) -> bool {
        matches!(self, Self::BayiBaruLahir | Self::Bayi | Self::AnakBalita)
    }
}

/// A time zone of Indonesia. Source: Keppres 41/1987.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeZone {
    /// Waktu Indonesia Barat, UTC+7.
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

impl TimeZone {
    /// The zone of a province by its two-digit Kemendagri code, or `None` for an unknown code.
    pub fn of_province(code: u8) -> Option<Self> {
        match code {
            11..=19 | 21 | 31..=36 | 61 | 62 => Some(Self::Wib),
            51..=53 | 63..=65 | 71..=76 => Some(Self::Wita),
            81 | 82 | 91..=96 => Some(Self::Wit),
            _ => None,
        }
    }

    /// Minutes to add to UTC.
    pub fn offset_minutes(self) -> i32 {
        match self {
            Self::Wib => 7 * 60,
            Self::Wita => 8 * 60,
            Self::Wit => 9 * 60,
        }
    }
}

/// A local day and the time of day on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime {
    /// The local day.
    pub date: NaiveDate,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute, 0 to 59.
    pub minute: u32,
}

/// Local day and time of an instant in Unix milliseconds, at an offset from UTC in minutes.
///
/// `None` only for instants hundreds of thousands of years away.
pub fn local_time(unix_ms: i64, offset_minutes: i32) -> Option<LocalTime> {
    let local_minutes = unix_ms.div_euclid(60_000).checked_add(i64::from(offset_minutes))?;
    let minute_of_day = u32::try_from(local_minutes.rem_euclid(24 * 60)).ok()?;
    let day = local_minutes.div_euclid(24 * 60);
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let distance = Days::new(day.unsigned_abs());
    let date = if day < 0 { epoch.checked_sub_days(distance) } else { epoch.checked_add_days(distance) }?;
    Some(LocalTime { date, hour: minute_of_day / 60, minute: minute_of_day % 60 })
}

/// Local day of an instant; see [`local_time`].
pub fn local_date(unix_ms: i64, offset_minutes: i32) -> Option<NaiveDate> {
    local_time(unix_ms, offset_minutes).map(|local| local.date)
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

    #[track_caller]
    fn check(text: &str, expected: (i32, u32, u32)) {
        assert_eq!(parse_date(text, today()), Ok(day(expected.0, expected.1, expected.2)), "{text}");
    }

    #[track_caller]
    fn check_error(text: &str, expected: DateError) {
        assert_eq!(parse_date(text, today()), Err(expected), "{text}");
    }

    #[test]
    fn a_date_is_day_month_year_with_any_separator() {
        for text in
            ["12/5/26", "12-5-2026", "12 5 2026", "12.05.2026", " 12 / 05 / 2026 ", "12052026", "120526", "12,5,2026"]
        {
            check(text, (2026, 5, 12));
        }
        check("3/4/2020", (2020, 4, 3));
    }

    #[test]
    fn a_month_may_be_a_word() {
        for text in ["12 Mei 2026", "12 mei 26", "12-MEI-2026", "12mei2026", "12 Mei, 2026"] {
            check(text, (2026, 5, 12));
        }
        check("1 Agustus 2025", (2025, 8, 1));
        check("1 agt 2025", (2025, 8, 1));
        check("1 Sept 2025", (2025, 9, 1));
        check("1 Nopember 1980", (1980, 11, 1));
        check("1 Pebruari 1980", (1980, 2, 1));
        check("31 des 99", (1999, 12, 31));
    }

    #[test]
    fn four_digits_in_front_are_the_year() {
        check("2026-05-12", (2026, 5, 12));
    }

    #[test]
    fn month_first_is_never_guessed() {
        check_error("05/13/2026", DateError::NoSuchMonth { month: 13 });
        check("05/12/2025", (2025, 12, 5));
    }

    #[test]
    fn a_short_year_up_to_this_one_is_in_this_century() {
        check("1/1/00", (2000, 1, 1));
        check("1/1/26", (2026, 1, 1));
        check("1/1/27", (1927, 1, 1));
        check("1/1/65", (1965, 1, 1));
        check_error("21/5/26", DateError::InFuture { date: day(2026, 5, 21) });
    }

    #[test]
    fn what_is_no_date_says_why() {
        check_error("", DateError::Empty);
        check_error("   ", DateError::Empty);
        check_error("/", DateError::NotADate);
        check_error("kemarin", DateError::NotADate);
        check_error("12/5", DateError::NotADate);
        check_error("12/5/202", DateError::NotADate);
        check_error("12/5/20266", DateError::NotADate);
        check_error("12 foo 2026", DateError::NotADate);
        check_error("12 me 2026", DateError::NotADate);
        check_error("1/2/3/2020", DateError::NotADate);
        check_error("-1/2/3/2020", DateError::NotADate);
        check_error("12+5+2020", DateError::NotADate);
        check_error("31/02/2024", DateError::NoSuchDay { day: 31, month: 2, year: 2024 });
        check_error("29/2/23", DateError::NoSuchDay { day: 29, month: 2, year: 2023 });
        check_error("0/2/2024", DateError::NoSuchDay { day: 0, month: 2, year: 2024 });
        check_error("1/0/2024", DateError::NoSuchMonth { month: 0 });
        check_error("21/5/2026", DateError::InFuture { date: day(2026, 5, 21) });
        check_error("19/5/1906", DateError::TooLongAgo { date: day(1906, 5, 19) });
        check("20/5/1906", (1906, 5, 20));
    }

    #[test]
    fn a_plan_is_today_or_later_but_not_far() {
        assert_eq!(parse_planned_date("20/5/26", today()), Ok(today()));
        assert_eq!(parse_planned_date("1/2/27", today()), Ok(day(2027, 2, 1)));
        assert_eq!(parse_planned_date("19/5/26", today()), Err(DateError::InPast { date: day(2026, 5, 19) }));
        assert_eq!(parse_planned_date("1/1/62", today()), Err(DateError::TooFarAhead { date: day(2062, 1, 1) }));
    }

    #[track_caller]
    fn check_months(born_on: NaiveDate, on: NaiveDate, expected: (u32, u32)) {
        let age = Age::on(born_on, on).unwrap();
        assert_eq!((age.months(), age.days_past_month()), expected, "{born_on} {on}");
    }

    #[test]
    fn a_month_completes_on_the_day_of_birth() {
        check_months(day(2026, 1, 20), day(2026, 6, 13), (4, 24));
        check_months(day(2026, 1, 20), day(2026, 6, 20), (5, 0));
        check_months(day(2026, 1, 20), day(2026, 1, 20), (0, 0));
        check_months(day(2025, 12, 31), day(2026, 1, 1), (0, 1));
    }

    #[test]
    fn a_late_day_of_birth_completes_on_the_last_day_of_a_shorter_month() {
        check_months(day(2026, 1, 31), day(2026, 2, 27), (0, 27));
        check_months(day(2026, 1, 31), day(2026, 2, 28), (1, 0));
        check_months(day(2026, 1, 31), day(2026, 3, 30), (1, 30));
        check_months(day(2026, 1, 31), day(2026, 3, 31), (2, 0));
        check_months(day(2024, 2, 29), day(2025, 2, 28), (12, 0));
        check_months(day(2024, 2, 29), day(2028, 2, 28), (47, 30));
        check_months(day(2025, 8, 30), day(2026, 2, 28), (6, 0));
    }

    #[test]
    fn an_age_has_years_months_and_days() {
        let age = Age::on(day(2024, 2, 10), day(2026, 5, 20)).unwrap();
        assert_eq!((age.years(), age.months_past_year(), age.days_past_month()), (2, 3, 10));
        assert_eq!(age.days(), 830);
        assert_eq!(Age::on(day(2026, 5, 21), today()), None);
        assert_eq!(months_after(day(2026, 1, 31), 1), Some(day(2026, 2, 28)));
    }

    #[track_caller]
    fn check_stage(born_on: NaiveDate, on: NaiveDate, expected: LifeStage) {
        assert_eq!(LifeStage::at(Age::on(born_on, on).unwrap(), DEFAULT_ADULT_YEARS), expected);
    }

    #[test]
    fn life_stages_change_on_their_birthdays() {
        let born = day(2000, 1, 15);
        check_stage(born, born, LifeStage::BayiBaruLahir);
        check_stage(born, day(2000, 2, 12), LifeStage::BayiBaruLahir); // 28 days
        check_stage(born, day(2000, 2, 13), LifeStage::Bayi);
        check_stage(born, day(2001, 1, 14), LifeStage::Bayi);
        check_stage(born, day(2001, 1, 15), LifeStage::AnakBalita);
        check_stage(born, day(2005, 1, 14), LifeStage::AnakBalita);
        check_stage(born, day(2005, 1, 15), LifeStage::Prasekolah);
        check_stage(born, day(2006, 1, 14), LifeStage::Prasekolah);
        check_stage(born, day(2006, 1, 15), LifeStage::UsiaSekolah);
        check_stage(born, day(2010, 1, 14), LifeStage::UsiaSekolah);
        check_stage(born, day(2010, 1, 15), LifeStage::Remaja);
        check_stage(born, day(2018, 1, 14), LifeStage::Remaja);
        check_stage(born, day(2018, 1, 15), LifeStage::Dewasa);
        check_stage(born, day(2060, 1, 14), LifeStage::Dewasa);
        check_stage(born, day(2060, 1, 15), LifeStage::Lansia);
    }

    #[test]
    fn the_adult_age_is_a_setting() {
        let age = Age::on(day(2007, 6, 1), day(2026, 5, 20)).unwrap();
        assert_eq!(age.years(), 18);
        assert_eq!(LifeStage::at(age, 18), LifeStage::Dewasa);
        assert_eq!(LifeStage::at(age, 19), LifeStage::Remaja);
    }

    #[test]
    fn a_newborn_at_the_end_of_january_stays_newborn_for_28_days() {
        let age = Age::on(day(2026, 1, 31), day(2026, 2, 28)).unwrap();
        assert_eq!((age.months(), age.days()), (1, 28));
        assert_eq!(LifeStage::at(age, DEFAULT_ADULT_YEARS), LifeStage::BayiBaruLahir);
    }

    #[test]
    fn every_province_has_its_zone() {
        for (codes, zone) in [
            ([11, 21, 31, 36, 61, 62], TimeZone::Wib),
            ([51, 53, 63, 65, 71, 76], TimeZone::Wita),
            ([81, 82, 91, 92, 94, 96], TimeZone::Wit),
        ] {
            for code in codes {
                assert_eq!(TimeZone::of_province(code), Some(zone), "{code}");
            }
        }
        for code in [0, 20, 41, 54, 66, 99] {
            assert_eq!(TimeZone::of_province(code), None, "{code}");
        }
        assert_eq!((0..=99).filter(|code| TimeZone::of_province(*code).is_some()).count(), 38);
    }

    #[test]
    fn the_local_day_begins_before_the_utc_day() {
        // 2026-05-19T17:00:00Z is midnight of the 20th in WIB.
        let unix_ms = 1_779_210_000_000;
        assert_eq!(local_date(unix_ms, TimeZone::Wib.offset_minutes()), Some(today()));
        assert_eq!(local_date(unix_ms - 1, TimeZone::Wib.offset_minutes()), Some(day(2026, 5, 19)));
        assert_eq!(
            local_time(unix_ms - 1, TimeZone::Wit.offset_minutes()),
            Some(LocalTime { date: today(), hour: 1, minute: 59 })
        );
        assert_eq!(local_date(-1, 0), Some(day(1969, 12, 31)));
        assert_eq!(local_date(i64::MAX, 0), None);
    }

    fn any_past_date() -> impl Strategy<Value = NaiveDate> {
        (0_u64..43_000).prop_map(|days| today() - Days::new(days))
    }

    proptest! {
        #[test]
        fn a_full_date_is_read_back(date in any_past_date()) {
            for text in [
                date.format("%d/%m/%Y").to_string(),
                date.format("%-d-%-m-%Y").to_string(),
                date.format("%d%m%Y").to_string(),
                date.format("%Y-%m-%d").to_string(),
            ] {
                prop_assert_eq!(parse_date(&text, today()), Ok(date));
            }
        }

        #[test]
        fn any_text_gives_an_answer(text in ".{0,20}") {
            let _ = parse_date(&text, today());
            let _ = parse_planned_date(&text, today());
        }

        #[test]
        fn age_never_shrinks_as_days_pass(born_on in any_past_date(), later in 0_u64..30_000) {
            let date = born_on + Days::new(later);
            let (age, next) = (Age::on(born_on, date).unwrap(), Age::on(born_on, date + Days::new(1)).unwrap());
            prop_assert_eq!(u64::from(age.days()), later);
            prop_assert!(age.months() <= next.months() && next.months() <= age.months() + 1);
            prop_assert!(age.days_past_month() <= 30);
        }
    }
}
