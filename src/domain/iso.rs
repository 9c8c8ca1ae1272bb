//! Dates and local times as they are stored: `2026-11-11`, `2026-11-11T09:52:00`.
//!
//! By hand, because chrono's way through format strings brings many times this code to the phone.
//! With `#[serde(with = "crate::domain::iso")]` a field travels as one number.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

/// Reads a stored date.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    NaiveDate::from_ymd_opt(i32::try_from(number(year, 4)?).ok()?, number(month, 2)?, number(day, 2)?)
}

/// Reads a stored local time.
#[must_use]
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once('T')?;
    let (hour, rest) = time.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    day(date)?.and_hms_opt(number(hour, 2)?, number(minute, 2)?, number(second, 2)?)
}

/// Writes a local time, to the second.
#[must_use]
pub fn moment_text(at: NaiveDateTime) -> String {
    format!("{}T{:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second())
}

fn number(text: &str, most: usize) -> Option<u32> {
    let is_number = text.len() <= most && text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// What this module can carry through serde: a day as its number, a local time as milliseconds.
pub trait Iso: Sized {
    /// What stands in its place.
    type Plain: Serialize + for<'de> Deserialize<'de>;
    /// Out.
    fn plain(&self) -> Self::Plain;
    /// Back.
    fn of(plain: Self::Plain) -> Option<Self>;
}

impl Iso for NaiveDate {
    type Plain = i32;

    fn plain(&self) -> i32 {
        self.num_days_from_ce()
    }

    fn of(plain: i32) -> Option<Self> {
        Self::from_num_days_from_ce_opt(plain)
    }
}

impl Iso for NaiveDateTime {
    type Plain = i64;

    fn plain(&self) -> i64 {
        self.and_utc().timestamp_millis()
    }

    fn of(plain: i64) -> Option<Self> {
        DateTime::from_timestamp_millis(plain).map(|it| it.naive_utc())
    }
}

impl<T: Iso> Iso for Option<T> {
    type Plain = Option<T::Plain>;

    fn plain(&self) -> Self::Plain {
        self.as_ref().map(T::plain)
    }

    fn of(plain: Self::Plain) -> Option<Self> {
        match plain {
            None => Some(None),
            Some(plain) => T::of(plain).map(Some),
        }
    }
}

/// For serde.
///
/// # Errors
/// The serializer's.
pub fn serialize<T: Iso, S: Serializer>(it: &T, serializer: S) -> Result<S::Ok, S::Error> {
    it.plain().serialize(serializer)
}

/// For serde.
///
/// # Errors
/// The deserializer's, or when there is no such day.
pub fn deserialize<'de, T: Iso, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::of(T::Plain::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("no such day"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let at = moment("2026-03-07T09:05:00").unwrap();
        assert_eq!(moment_text(at), "2026-03-07T09:05:00");
        assert_eq!(day("2026-03-07"), Some(at.date()));
        assert_eq!(Option::<NaiveDate>::of(Some(at.date()).plain()), Some(Some(at.date())));
        assert_eq!(NaiveDateTime::of(at.plain()), Some(at));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["", "2026", "2026-13-01", "2026-02-29", "+2026-01-01", "2026-01-011", "2026-01-", "2026-01-01T"] {
            assert_eq!(day(text), None, "{text}");
        }
        for text in ["2026-01-01", "2026-01-01T24:00:00", "2026-01-01T10:00", "2026-01-01T10:00:00.5"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
