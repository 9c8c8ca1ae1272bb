//! When a phone reminds of a backup: where nobody else has what it holds.

use chrono::{Days, NaiveDate};

/// So old a backup may be, when something was written since.
const DAYS: u64 = 14;
/// So much may stand in a book that was never copied.
const RECORDS: u64 = 30;
/// So long work of a connected phone may wait before it is no better than one that works alone.
const UNSENT_DAYS: u64 = 7;

/// How a phone stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When a backup was last made here.
    pub made_on: Option<NaiveDate>,
    /// Records in the book.
    pub records: u64,
    /// Of these, such that came since.
    pub since: u64,
    /// A server has what this phone sends.
    pub is_connected: bool,
    /// The day of the first record that waits for it.
    pub unsent_since: Option<NaiveDate>,
}

/// Whether it is time.
#[must_use]
pub fn is_due(standing: &Standing, today: NaiveDate) -> bool {
    let is_older = |day: NaiveDate, days| day.checked_add_days(Days::new(days)).is_some_and(|it| it < today);
    if standing.is_connected && !standing.unsent_since.is_some_and(|it| is_older(it, UNSENT_DAYS)) {
        return false;
    }
    match standing.made_on {
        Some(day) => standing.since > 0 && is_older(day, DAYS),
        None => standing.records >= RECORDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[track_caller]
    fn check(standing: Standing, expected: bool) {
        assert_eq!(is_due(&standing, day(23)), expected, "{standing:?}");
    }

    #[test]
    fn a_phone_that_works_alone_is_reminded_after_thirty_records_and_then_every_two_weeks() {
        let alone = Standing::default();
        check(Standing { records: 29, since: 29, ..alone }, false);
        check(Standing { records: 30, since: 30, ..alone }, true);
        let made = |on, since| Standing { made_on: Some(on), records: 300, since, ..alone };
        check(made(day(9), 5), false);
        check(made(day(8), 5), true);
        check(made(day(8), 0), false);
        // A clock that was set back reminds of nothing.
        check(made(day(30), 5), false);
    }

    #[test]
    fn a_connected_phone_is_reminded_only_while_its_work_waits_for_more_than_a_week() {
        let connected = Standing { is_connected: true, records: 300, since: 300, ..Standing::default() };
        check(connected, false);
        check(Standing { unsent_since: Some(day(16)), ..connected }, false);
        check(Standing { unsent_since: Some(day(15)), ..connected }, true);
        check(Standing { unsent_since: Some(day(15)), made_on: Some(day(20)), ..connected }, false);
    }
}
