//! Working days (hari kerja): when something is due, and how many days are left.
//!
//! The day of submission counts as day 0 if it is a working day before 15:00, else the next working day does; the
//! n-th working day after it is the due date, until its end (basis: proposal of this project). Holidays are dated
//! tables; a year without a table knows weekends only and its results are marked as an estimate. Times are local
//! times of the desa: which zone that is, is not known here.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};

use super::codes::codes;
use super::table::{Table, TableError};
use crate::domain::sorted::{SortedMap, SortedSet};

/// From this local hour on, a submission counts as made on the next working day.
pub const CUT_OFF_HOUR: u32 = 15;
/// Distances beyond ten years are cut: no clock of this programme is longer.
const LONGEST_SPAN_DAYS: i64 = 3660;
const HOLIDAYS_2026: &str = include_str!("data/libur-2026.csv");

codes! {
    /// The kind of a day off.
    HolidayKind {
        /// National holiday of the joint decree (SKB 3 Menteri).
        LiburNasional = "libur_nasional",
        /// Collective leave of the same decree.
        CutiBersama = "cuti_bersama",
        /// Holiday of a province or kabupaten.
        LiburDaerah = "libur_daerah",
    }
}

/// The working week of a kabupaten's offices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkWeek {
    /// Five days, the default.
    #[default]
    MondayToFriday,
    /// Six days, as some offices keep.
    MondayToSaturday,
}

/// A day off, with the decree it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// National, collective leave, or local.
    pub kind: HolidayKind,
    /// Its name as shown to people.
    pub name: String,
    /// The decree or decision.
    pub source: String,
    /// Version of the table it came with.
    pub version: u32,
}

/// Which days offices work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    week: WorkWeek,
    holidays: SortedMap<NaiveDate, Holiday>,
    years: SortedSet<i32>,
}

/// A date until which something is due, through 23:59:59 local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Local calendar day.
    pub date: NaiveDate,
    /// Whether a year without a holiday table was touched (`perkiraan`).
    pub is_estimate: bool,
}

/// Working days between today and a due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Working days after today through the due date; negative when that many working days have passed since.
    pub days: i32,
    /// Whether a year without a holiday table was touched (`perkiraan`).
    pub is_estimate: bool,
}

impl WorkCalendar {
    /// A calendar that knows weekends only; every result is an estimate.
    pub fn without_holidays(week: WorkWeek) -> Self {
        Self { week, ..Self::default() }
    }

    /// The calendar with the holiday tables that came with this app.
    pub fn bundled(week: WorkWeek) -> Self {
        let mut calendar = Self::without_holidays(week);
        // A test reads the same bytes, so this cannot fail; if it did, every date would be marked as an estimate.
        let _ = calendar.add_year(HOLIDAYS_2026);
        calendar
    }

    /// Adds or replaces the table of one whole year: notes `tahun`, `versi`, `sumber`; columns `tanggal,jenis,nama`.
    /// Days of a kabupaten in the replaced year must be added again.
    pub fn add_year(&mut self, text: &str) -> Result<(), TableError> {
        let table = Table::parse(text)?;
        let year = table.note("tahun")?.parse().map_err(|_| TableError::Cell { line: 0, column: "tahun" })?;
        let version = table.note("versi")?.parse().map_err(|_| TableError::Cell { line: 0, column: "versi" })?;
        let mut holidays = SortedMap::new();
        for row in table.rows() {
            let date = row.day("tanggal")?;
            if date.year() != year {
                return Err(row.error("tanggal"));
            }
            let kind = HolidayKind::from_code(row.cell("jenis")?);
            let (name, source) = (row.cell("nama")?.to_owned(), table.note("sumber")?.to_owned());
            holidays.insert(date, Holiday { kind, name, source, version });
        }
        self.holidays.retain(|date, _| date.year() != year);
        self.holidays.extend(holidays);
        self.years.insert(year);
        Ok(())
    }

    /// Adds one day off, as a kabupaten decides it. It does not make the year known.
    pub fn add_holiday(&mut self, date: NaiveDate, holiday: Holiday) {
        self.holidays.insert(date, holiday);
    }

    /// Whether the holidays of this date's year are known.
    pub fn knows(&self, date: NaiveDate) -> bool {
        self.years.contains(&date.year())
    }

    /// The day off on this date, if there is one beside the weekend.
    pub fn holiday(&self, date: NaiveDate) -> Option<&Holiday> {
        self.holidays.get(&date)
    }

    /// Whether offices work on this date.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        let is_weekday = match date.weekday() {
            Weekday::Sun => false,
            Weekday::Sat => self.week == WorkWeek::MondayToSaturday,
            _ => true,
        };
        is_weekday && !self.holidays.contains_key(&date)
    }
}

/// The n-th working day after day 0 of `start_local`; with `n` = 0 day 0 itself.
pub fn due(start_local: NaiveDateTime, n: u16, calendar: &WorkCalendar) -> Due {
    let mut walk = Walk { date: start_local.date(), is_estimate: !calendar.knows(start_local.date()), calendar };
    if start_local.hour() >= CUT_OFF_HOUR || !calendar.is_working_day(walk.date) {
        walk.step_to_working_day();
    }
    for _ in 0..n {
        walk.step_to_working_day();
    }
    Due { date: walk.date, is_estimate: walk.is_estimate }
}

/// Working days left from `today` (not counted) through `due` (counted); negative when overdue.
pub fn remaining(today: NaiveDate, due: NaiveDate, calendar: &WorkCalendar) -> Remaining {
    let (earlier, later) = if today <= due { (today, due) } else { (due, today) };
    let span = later.signed_duration_since(earlier).num_days().min(LONGEST_SPAN_DAYS);
    let mut days = 0;
    let mut is_estimate = !calendar.knows(earlier);
    for date in earlier.iter_days().skip(1).take(usize::try_from(span).unwrap_or_default()) {
        days += i32::from(calendar.is_working_day(date));
        is_estimate |= !calendar.knows(date);
    }
    Remaining { days: if today <= due { days } else { -days }, is_estimate }
}

struct Walk<'a> {
    date: NaiveDate,
    is_estimate: bool,
    calendar: &'a WorkCalendar,
}

impl Walk<'_> {
    fn step_to_working_day(&mut self) {
        while let Some(next) = self.date.succ_opt() {
            self.date = next;
            self.is_estimate |= !self.calendar.knows(next);
            if self.calendar.is_working_day(next) {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[track_caller]
    fn check(start: &str, n: u16, expected: &str) {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        assert_eq!(due(local(start), n, &calendar), Due { date: date(expected), is_estimate: false });
    }

    #[test]
    fn due_dates_pass_over_holidays_and_collective_leave() {
        check("2026-03-17 10:00", 3, "2026-03-27");
        check("2026-03-17 16:00", 3, "2026-03-30");
        check("2026-03-21 09:00", 3, "2026-03-30"); // a holiday
        check("2026-01-15 09:00", 3, "2026-01-21");
        check("2026-05-13 09:00", 5, "2026-05-22");
        check("2026-08-14 09:00", 5, "2026-08-24");
        check("2026-02-13 09:00", 14, "2026-03-09");
    }

    #[test]
    fn fifteen_o_clock_belongs_to_the_next_working_day() {
        check("2026-07-06 14:59", 1, "2026-07-07");
        check("2026-07-06 15:00", 1, "2026-07-08");
        check("2026-07-06 09:00", 0, "2026-07-06");
        check("2026-07-04 09:00", 0, "2026-07-06"); // Saturday
    }

    #[test]
    fn offices_may_work_on_saturday() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToSaturday);
        assert_eq!(due(local("2026-07-03 09:00"), 1, &calendar).date, date("2026-07-04"));
        assert_eq!(due(local("2026-07-04 09:00"), 1, &calendar).date, date("2026-07-06"));
    }

    #[test]
    fn a_year_without_a_table_is_an_estimate() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        let over_new_year = due(local("2026-12-30 09:00"), 3, &calendar);
        assert_eq!(over_new_year, Due { date: date("2027-01-04"), is_estimate: true });
        assert!(!due(local("2026-12-30 09:00"), 1, &calendar).is_estimate);
        assert!(due(local("2027-02-01 09:00"), 3, &calendar).is_estimate);
        assert!(remaining(date("2026-12-30"), date("2027-01-04"), &calendar).is_estimate);
    }

    #[test]
    fn a_new_table_changes_the_result_and_the_mark() {
        let mut calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        calendar
            .add_year("# tahun: 2027\n# versi: 2\n# sumber: uji\ntanggal,jenis,nama\n2027-01-01,libur_nasional,x\n")
            .unwrap();
        assert_eq!(due(local("2026-12-30 09:00"), 2, &calendar), Due { date: date("2027-01-04"), is_estimate: false });
        assert_eq!(calendar.holiday(date("2027-01-01")).map(|day| day.version), Some(2));
        let stray = "# tahun: 2027\n# versi: 2\n# sumber: uji\ntanggal,jenis,nama\n2028-01-01,libur_nasional,x\n";
        assert_eq!(calendar.add_year(stray), Err(TableError::Cell { line: 5, column: "tanggal" }));
    }

    #[test]
    fn a_day_off_of_the_kabupaten_counts() {
        let mut calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        let day = Holiday {
            kind: HolidayKind::LiburDaerah,
            name: "Hari jadi".into(),
            source: "SK Bupati".into(),
            version: 1,
        };
        calendar.add_holiday(date("2026-07-07"), day);
        assert_eq!(due(local("2026-07-06 09:00"), 1, &calendar).date, date("2026-07-08"));
    }

    #[test]
    fn remaining_days_count_down_and_then_below_zero() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        let left = |today: &str, due: &str| remaining(date(today), date(due), &calendar).days;
        assert_eq!(left("2026-03-17", "2026-03-27"), 3);
        assert_eq!(left("2026-03-27", "2026-03-27"), 0);
        assert_eq!(left("2026-03-30", "2026-03-27"), -1);
        assert_eq!(left("2026-03-28", "2026-03-27"), 0); // Saturday: no working day has passed yet
    }

    #[test]
    fn the_bundled_table_is_whole() {
        let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
        assert_eq!(calendar.holidays.len(), 23);
        assert!(calendar.holidays.values().all(|day| day.kind.is_known() && !day.name.is_empty()));
        assert!(calendar.knows(date("2026-06-01")) && !calendar.knows(date("2027-06-01")));
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        let start = NaiveDate::MAX.and_hms_opt(9, 0, 0).unwrap();
        assert!(due(start, 5, &WorkCalendar::default()).is_estimate);
        remaining(NaiveDate::MIN, NaiveDate::MAX, &WorkCalendar::default());
    }

    proptest! {
        #[test]
        fn one_day_more_is_never_earlier(day in 0_u64..730, hour in 0_u32..24, n in 0_u16..90) {
            let calendar = WorkCalendar::bundled(WorkWeek::MondayToFriday);
            let start = date("2026-01-01").checked_add_days(chrono::Days::new(day)).unwrap();
            let start = start.and_hms_opt(hour, 0, 0).unwrap();
            let (sooner, later) = (due(start, n, &calendar), due(start, n + 1, &calendar));
            prop_assert!(sooner.date < later.date);
            prop_assert!(calendar.is_working_day(sooner.date));
            prop_assert_eq!(remaining(sooner.date, later.date, &calendar).days, 1);
        }
    }
}
