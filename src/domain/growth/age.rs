//! Ages from dates: whole days, completed calendar months, and the month columns of the KMS.
//!
//! The age shown to people is completed calendar months. The mean month of 30.4375 days belongs to WHO's
//! tables alone and stays in [`super::zscore`].

use chrono::{Datelike, NaiveDate};

/// Whole days from birth to `on`; negative before birth.
pub fn days_between(born_on: NaiveDate, on: NaiveDate) -> i64 {
    on.signed_duration_since(born_on).num_days()
}

/// Completed calendar months from birth to `on`; `None` before birth.
///
/// A birthday on the 29th to 31st completes on the last day of a shorter month.
pub fn completed_months(born_on: NaiveDate, on: NaiveDate) -> Option<u32> {
    let is_last_of_month = on.succ_opt().is_some_and(|next| next.day() == 1);
    let has_reached_day = on.day() >= born_on.day() || is_last_of_month;
    u32::try_from(calendar_months(born_on, on) - i32::from(!has_reached_day)).ok()
}

/// The column of the paper KMS: calendar months since the month of birth, which is column 0; `None` before it.
pub fn kms_column(born_on: NaiveDate, on: NaiveDate) -> Option<u32> {
    u32::try_from(calendar_months(born_on, on)).ok()
}

fn calendar_months(from: NaiveDate, to: NaiveDate) -> i32 {
    let months = |date: NaiveDate| date.year() * 12 + date.month() as i32;
    months(to) - months(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_month_completes_on_its_day() {
        let born = date(2025, 1, 20);
        assert_eq!(completed_months(born, date(2025, 6, 13)), Some(4));
        assert_eq!(completed_months(born, date(2025, 6, 20)), Some(5));
        assert_eq!(completed_months(born, born), Some(0));
        assert_eq!(completed_months(born, date(2025, 1, 19)), None);
    }

    #[test]
    fn a_late_birthday_completes_on_the_last_day_of_a_shorter_month() {
        assert_eq!(completed_months(date(2025, 1, 31), date(2025, 2, 27)), Some(0));
        assert_eq!(completed_months(date(2025, 1, 31), date(2025, 2, 28)), Some(1));
        assert_eq!(completed_months(date(2024, 1, 31), date(2024, 2, 28)), Some(0));
        assert_eq!(completed_months(date(2024, 2, 29), date(2029, 2, 28)), Some(60));
        assert_eq!(completed_months(date(2024, 8, 30), date(2024, 9, 29)), Some(0));
    }

    #[test]
    fn the_kms_counts_columns_from_the_month_of_birth() {
        assert_eq!(kms_column(date(2025, 1, 31), date(2025, 1, 31)), Some(0));
        assert_eq!(kms_column(date(2025, 1, 31), date(2025, 2, 1)), Some(1));
        assert_eq!(kms_column(date(2024, 12, 5), date(2025, 2, 1)), Some(2));
        assert_eq!(kms_column(date(2025, 2, 1), date(2025, 1, 31)), None);
    }
}
