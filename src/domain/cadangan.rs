//! When a phone reminds of a backup: where nobody else has what it holds. And which of the forms that were begun in it
//! are still worth taking out.

use chrono::{Days, NaiveDate};

use super::book::Book;
use super::sorted::SortedSet;

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
    /// A server has, or will have, everything that was recorded here.
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

/// What was told of since a backup was made, by the ids that stand in the names of subjects and of forms.
#[must_use]
pub fn told_since(book: &Book, made_at_ms: u64) -> SortedSet<String> {
    let mut ids = SortedSet::new();
    for (name, subject) in book.subjects() {
        if subject.latest().is_some_and(|it| it.unix_ms() > made_at_ms) {
            ids.extend(ids_in(&name).map(str::to_owned));
        }
    }
    ids
}

/// Whether a form that was begun when a backup was made is over: what it is about was told of since, or has become a
/// complaint that was sent, or was erased.
#[must_use]
pub fn is_over(form: &str, book: &Book, told_since: &SortedSet<String>) -> bool {
    let is_sent = |id: &str| form.starts_with(super::aduan::own::FORM) && book.subject(id).is_some();
    ids_in(form).any(|it| told_since.contains(it) || is_sent(it) || is_erased(it, book))
}

/// Whether nothing is left of what waits under a name.
#[must_use]
pub fn is_erased_in(name: &str, book: &Book) -> bool {
    ids_in(name).any(|it| is_erased(it, book))
}

fn is_erased(id: &str, book: &Book) -> bool {
    book.subject(id).is_some_and(super::ledger::Subject::is_void)
}

/// A name is made of words between colons.
fn ids_in(name: &str) -> impl Iterator<Item = &str> {
    name.split(':').filter(|it| it.len() == 32 && it.bytes().all(|it| it.is_ascii_hexdigit()))
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

    #[test]
    fn a_form_that_was_begun_is_over_when_what_it_is_about_was_told_of_since() {
        use crate::domain::book::tests::Phone;
        use crate::domain::json::object;
        use crate::domain::kinds;
        use crate::domain::ledger::Draft;
        let mut phone = Phone::new(1);
        let id = |it: &str| it.repeat(16);
        let tell = |phone: &mut Phone, kind: &str, subject: String| {
            phone.record(vec![Draft { kind: kind.into(), subject, on: day(23), data: object([("x", 1.into())]) }])
        };
        tell(&mut phone, kinds::SASARAN_REGISTERED, id("0a"));
        tell(&mut phone, kinds::ADUAN_SENT, id("0d"));
        let made_at = phone.book.entries().map(|it| it.at.unix_ms()).max().unwrap();
        tell(&mut phone, kinds::KUNJUNGAN_RECORDED, format!("kunjungan:2026-11-23:utama:{}", id("0b")));
        let told = told_since(&phone.book, made_at);
        let is_over = |form: String| super::is_over(&form, &phone.book, &told);
        assert!(is_over(format!("kartu2:2026-11-23:utama:{}", id("0b"))));
        assert!(!is_over(format!("kartu2:2026-11-23:utama:{}", id("0a"))));
        assert!(!is_over("warga-baru".into()));
        // A complaint that was sent before the backup was made has no form any more.
        assert!(is_over(format!("aduan:{}", id("0d"))));
        assert!(is_over(format!("aduan:{}:foto:{}", id("0d"), "ab".repeat(32))));
        assert!(!is_over(format!("aduan:{}", id("0e"))));
        assert!(!is_erased_in(&id("0d"), &phone.book));
        let undo = phone.book.subject(&id("0d")).unwrap().log()[0].id.to_string();
        phone.record(vec![Draft {
            kind: kinds::CATATAN_UNDONE.into(),
            subject: id("0d"),
            on: day(23),
            data: object([("event", undo.as_str().into())]),
        }]);
        assert!(is_erased_in(&format!("{}:{}", id("0d"), id("0f")), &phone.book));
    }
}
