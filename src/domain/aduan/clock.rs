//! The clocks of an aduan: how long each step may take, and what is promised when it is taken.
//!
//! Limits are a dated table which a kabupaten may shorten, never lengthen. Times are local times of the desa and come
//! from the caller. Pausing and escalation are not known here.

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::category::Category;
use super::codes::codes;
use super::table::{Table, TableError};
use super::workdays::{Due, WorkCalendar, due};
use crate::domain::shipped::shipped;

const LIMITS: &str = shipped!("data/batas-waktu.csv");

codes! {
    /// A clock, by the code of the table.
    Clock {
        /// Arrival at the server.
        Arrival = "C1",
        /// Verification and disposition.
        Verification = "C2",
        /// Acceptance by the OPD.
        Acceptance = "C3",
        /// First substantive answer.
        FirstAnswer = "C4",
        /// Completion; the category's own limit, at most this one.
        Completion = "C5",
        /// Answer to an aspirasi, in place of completion.
        AspirasiAnswer = "C5_ASPIRASI",
        /// Confirmation by the reporter.
        Confirmation = "C6",
        /// Window for reopening.
        Reopening = "C7",
        /// Urgent: connected to help.
        Urgent = "C8",
        /// Urgent: the office has confirmed.
        UrgentOffice = "C8_OPD",
        /// Urgent: the condition is confirmed.
        UrgentCondition = "C8_KONDISI",
        /// Completing what was asked of the reporter.
        Completing = "C9",
    }
}

codes! {
    /// What a limit counts.
    LimitUnit {
        /// Working days (hari kerja).
        WorkingDays = "hk",
        /// Calendar days.
        Days = "hari",
        /// Hours, day and night.
        Hours = "jam",
        /// Minutes, day and night.
        Minutes = "menit",
    }
}

/// How long something may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Which clock.
    pub clock: Clock,
    /// How many of the unit.
    pub amount: u16,
    /// Of what.
    pub unit: LimitUnit,
    /// Whether a kabupaten may set less.
    pub may_be_shorter: bool,
    /// Evidence.
    pub basis: String,
}

/// Why a limit may not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// This clock is the same everywhere, or is not known.
    #[error("this limit is fixed")]
    Fixed,
    /// Longer than the default, or nothing at all.
    #[error("a limit may only become shorter")]
    NotShorter,
}

/// The moment something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The end of a working day.
    WorkingDay(Due),
    /// The end of a calendar day.
    Day(NaiveDate),
    /// A local time.
    Moment(NaiveDateTime),
}

/// What is promised to the reporter when the aduan is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Checked at the latest on this working day (C2).
    CheckedBy(Due),
    /// Urgent: connected to help within these minutes, at the latest at this local time (C8).
    ConnectedBy {
        /// Minutes from submission.
        minutes: u16,
        /// Local time.
        at: NaiveDateTime,
    },
}

/// The limits that hold in a kabupaten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    version: u32,
    limits: Vec<Limit>,
}

impl Limits {
    /// The default limits that came with this app.
    pub fn bundled() -> &'static Self {
        static LIMITS_TABLE: LazyLock<Limits> = LazyLock::new(|| Limits::parse(LIMITS).unwrap_or_default());
        &LIMITS_TABLE
    }

    /// Reads a table of limits.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let table = Table::parse(text)?;
        let version = table.note("versi")?.parse().map_err(|_| TableError::Cell { line: 0, column: "versi" })?;
        let mut limits = Vec::new();
        for row in table.rows() {
            limits.push(Limit {
                clock: Clock::from_code(row.cell("kode")?),
                amount: row.parse("nilai")?,
                unit: LimitUnit::from_code(row.cell("satuan")?),
                may_be_shorter: row.flag("dapat_dipersingkat")?,
                basis: row.cell("dasar")?.to_owned(),
            });
        }
        Ok(Self { version, limits })
    }

    /// Version of the table, stored with what follows from it.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The limit of a clock.
    pub fn get(&self, clock: &Clock) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.clock == *clock)
    }

    /// The same limits with one made shorter, as a kabupaten decides.
    pub fn shortened(mut self, clock: &Clock, amount: u16) -> Result<Self, LimitError> {
        let limit = self.limits.iter_mut().find(|limit| limit.clock == *clock).ok_or(LimitError::Fixed)?;
        if !limit.may_be_shorter {
            return Err(LimitError::Fixed);
        }
        if amount == 0 || amount > limit.amount {
            return Err(LimitError::NotShorter);
        }
        limit.amount = amount;
        Ok(self)
    }

    /// When a clock that starts now ends.
    pub fn deadline(&self, clock: &Clock, start_local: NaiveDateTime, calendar: &WorkCalendar) -> Option<Deadline> {
        let limit = self.get(clock)?;
        let amount = i64::from(limit.amount);
        match limit.unit {
            LimitUnit::WorkingDays => Some(Deadline::WorkingDay(due(start_local, limit.amount, calendar))),
            LimitUnit::Days => start_local.date().checked_add_signed(TimeDelta::days(amount)).map(Deadline::Day),
            LimitUnit::Hours => start_local.checked_add_signed(TimeDelta::hours(amount)).map(Deadline::Moment),
            LimitUnit::Minutes => start_local.checked_add_signed(TimeDelta::minutes(amount)).map(Deadline::Moment),
            LimitUnit::Unknown(_) => None,
        }
    }

    /// When an aduan verified now must be completed: the category's limit, an aspirasi's own, whichever is in force.
    pub fn completion(
        &self,
        category: &Category,
        is_aspirasi: bool,
        verified_local: NaiveDateTime,
        calendar: &WorkCalendar,
    ) -> Option<Due> {
        let clock = if is_aspirasi { Clock::AspirasiAnswer } else { Clock::Completion };
        let limit = self.get(&clock)?.amount;
        let days = if is_aspirasi { limit } else { limit.min(category.sla_workdays) };
        Some(due(verified_local, days, calendar))
    }

    /// What the receipt promises; `is_urgent` is the category's, or raised by the kader. Without a limit in the table
    /// there is no promise.
    pub fn promise(&self, is_urgent: bool, submitted_local: NaiveDateTime, calendar: &WorkCalendar) -> Option<Promise> {
        if is_urgent {
            let minutes = self.get(&Clock::Urgent)?.amount;
            let at = submitted_local.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))?;
            return Some(Promise::ConnectedBy { minutes, at });
        }
        match self.deadline(&Clock::Verification, submitted_local, calendar)? {
            Deadline::WorkingDay(due) => Some(Promise::CheckedBy(due)),
            Deadline::Day(date) => Some(Promise::CheckedBy(Due { date, is_estimate: false })),
            Deadline::Moment(at) => Some(Promise::CheckedBy(Due { date: at.date(), is_estimate: false })),
        }
    }
}

/// What the receipt of this category promises by the default limits.
pub fn promise(category: &Category, submitted_local: NaiveDateTime, calendar: &WorkCalendar) -> Option<Promise> {
    Limits::bundled().promise(category.is_urgent, submitted_local, calendar)
}

#[cfg(test)]
mod tests {
    use super::super::category::CategoryTable;
    use super::super::workdays::WorkWeek;
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn category(code: &str) -> &'static Category {
        CategoryTable::bundled().find(code).unwrap()
    }

    fn on(text: &str) -> Due {
        Due { date: text.parse().unwrap(), is_estimate: false }
    }

    #[test]
    fn the_bundled_table_has_every_clock() {
        let limits = Limits::parse(LIMITS).unwrap();
        assert_eq!(&limits, Limits::bundled());
        assert_eq!(limits.limits.len(), Clock::KNOWN.len());
        assert!(Clock::KNOWN.iter().all(|clock| limits.get(clock).is_some_and(|limit| limit.unit.is_known())));
        let amount = |clock| limits.get(&clock).map(|limit| limit.amount);
        assert_eq!(amount(Clock::Verification), Some(3));
        assert_eq!(amount(Clock::Acceptance), Some(2));
        assert_eq!(amount(Clock::FirstAnswer), Some(5));
        assert_eq!(amount(Clock::Confirmation), Some(10));
        assert_eq!(amount(Clock::Completing), Some(30));
    }

    #[test]
    fn the_receipt_promises_c2_and_for_urgent_ones_c8() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        let submitted = local("2026-03-17 10:00");
        assert_eq!(promise(category("PU-03"), submitted, &calendar), Some(Promise::CheckedBy(on("2026-03-27"))));
        let urgent = Promise::ConnectedBy { minutes: 15, at: local("2026-03-17 10:15") };
        assert_eq!(promise(category("KES-01"), submitted, &calendar), Some(urgent));
        assert_eq!(Limits::bundled().promise(true, submitted, &calendar), Some(urgent));
    }

    #[test]
    fn a_kabupaten_may_only_shorten() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        let limits = Limits::bundled().clone();
        let shorter = limits.clone().shortened(&Clock::Verification, 1).unwrap();
        let promised = shorter.promise(false, local("2026-07-06 09:00"), &calendar);
        assert_eq!(promised, Some(Promise::CheckedBy(on("2026-07-07"))));
        assert_eq!(limits.clone().shortened(&Clock::Verification, 4), Err(LimitError::NotShorter));
        assert_eq!(limits.clone().shortened(&Clock::Verification, 0), Err(LimitError::NotShorter));
        assert_eq!(limits.clone().shortened(&Clock::Urgent, 10), Err(LimitError::Fixed));
        assert_eq!(limits.shortened(&Clock::Unknown("C99".into()), 1), Err(LimitError::Fixed));
    }

    #[test]
    fn completion_takes_the_limit_of_the_category() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        let limits = Limits::bundled();
        let done =
            |code, is_aspirasi| limits.completion(category(code), is_aspirasi, local("2026-02-13 09:00"), &calendar);
        assert_eq!(done("PU-04", false), Some(on("2026-03-09"))); // 14 working days
        assert_eq!(done("LAIN-05", true), Some(on("2026-03-09")));
        // Tegal finishes everything in five working days.
        let tegal = limits.clone().shortened(&Clock::Completion, 5).unwrap();
        let road = tegal.completion(category("PU-05"), false, local("2026-05-13 09:00"), &calendar);
        assert_eq!(road, Some(on("2026-05-22")));
    }

    #[test]
    fn calendar_clocks_run_day_and_night() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        let ends = |clock| Limits::bundled().deadline(&clock, local("2026-03-20 23:50"), &calendar);
        assert_eq!(ends(Clock::Urgent), Some(Deadline::Moment(local("2026-03-21 00:05"))));
        assert_eq!(ends(Clock::Arrival), Some(Deadline::Moment(local("2026-03-21 23:50"))));
        assert_eq!(ends(Clock::Completing), Some(Deadline::Day("2026-04-19".parse().unwrap())));
    }
}
