//! A visit that goes from one desk to the next: which events, and what stands before them.
//!
//! Bytes: version (1), 4 bytes that tell posyandu apart, then a sealed parcel ([`crate::sync::parcel`]) whose plain
//! bytes begin with [`Head`].

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::book::Book;
use crate::domain::file::FileError;
use crate::domain::kinds;
use crate::domain::ledger::{EventId, PersonId};
use crate::domain::sesi::SesiId;
use crate::domain::sorted::SortedSet;

const VERSION: u8 = 1;

/// Who hands over whom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Who holds the phone that shows the codes.
    pub by: PersonId,
    /// The open day, `<date>:<place>`.
    pub sesi: String,
    /// The person.
    pub sasaran: String,
}

/// Events that go along, each kind once, the most needed first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// That she came, what was asked and measured, what was taken back of it; what was written of her and her family
    /// that day; that the day was opened.
    pub day: Vec<EventId>,
    /// Whose word that is: their keys and names.
    pub authors: Vec<EventId>,
    /// What else is known of her and her family: for a phone that never heard of her.
    pub before: Vec<EventId>,
}

/// What is handed over of a person on an open day. None where nothing of that day is known.
#[must_use]
pub fn chosen(book: &Book, sesi: &SesiId, sasaran: &str) -> Option<Chosen> {
    let mut chosen = Chosen::default();
    let mut authors = SortedSet::new();
    let mut take = |chosen: &mut Vec<EventId>, subject: &str, is_wanted: &dyn Fn(&str, bool) -> bool| {
        for entry in book.subject(subject).map(|it| it.log()).unwrap_or_default() {
            let is_of_day = entry.on == sesi.on || day_of(entry.at.unix_ms()) == Some(sesi.on);
            if is_wanted(&entry.kind, is_of_day) && !chosen.contains(&entry.id) {
                authors.insert((entry.by, entry.device));
                chosen.push(entry.id);
            }
        }
    };
    let all = |_: &str, _| true;
    let of_day = |_: &str, is_of_day| is_of_day;
    let before = |_: &str, is_of_day: bool| !is_of_day;
    let same = book.same_person(sasaran);
    for who in &same {
        take(&mut chosen.day, &sesi.attendance(who), &all);
        take(&mut chosen.day, &sesi.visit(who), &all);
    }
    if chosen.day.is_empty() {
        return None;
    }
    // Several may have opened it; one is enough to have the day.
    let mut opened = Vec::new();
    take(&mut opened, &sesi.subject(), &|kind, _| kind == kinds::SESI_OPENED);
    chosen.day.extend(opened.first());
    let mut known = Vec::new();
    for who in &same {
        known.push(who.clone());
        known.extend(book.sasaran(who).and_then(|it| it.keluarga));
        known.extend(book.joins(who).into_iter().map(|(one, other)| format!("gabung:{one}:{other}")));
    }
    known.dedup();
    for subject in &known {
        take(&mut chosen.day, subject, &of_day);
        take(&mut chosen.before, subject, &before);
    }
    for (by, device) in authors.iter() {
        for subject in [format!("roster:{by}:{device}"), by.to_string()] {
            let log = book.subject(&subject).map(|it| it.log()).unwrap_or_default();
            chosen.authors.extend(log.iter().map(|it| it.id).filter(|it| !chosen.day.contains(it)));
        }
    }
    chosen.authors.sort();
    chosen.authors.dedup();
    Some(chosen)
}

/// The day of a stamp: Indonesia is UTC+7 to +9; who records between 22 and 24 o'clock UTC+7 is taken for a day later,
/// which only brings one event more.
fn day_of(unix_ms: u64) -> Option<chrono::NaiveDate> {
    let ms = i64::try_from(unix_ms).ok()?;
    let hours: i64 = 7 * 3_600_000;
    chrono::DateTime::from_timestamp_millis(ms.checked_add(hours)?).map(|it| it.date_naive())
}

/// What a posyandu is known by before anything is opened.
fn mark_of(scope: &str) -> [u8; 4] {
    let hash = Sha256::new().chain_update("posyandu6/scope/1\n").chain_update(scope).finalize();
    hash.first_chunk().copied().unwrap_or_default()
}

/// The bytes of the codes, of a sealed parcel.
#[must_use]
pub fn wrap(scope: &str, sealed: &[u8]) -> Vec<u8> {
    [&[VERSION][..], &mark_of(scope), sealed].concat()
}

/// The sealed parcel of this posyandu, and in which of its databases it was sealed.
///
/// # Errors
/// [`FileError::Foreign`] of another one's.
pub fn unwrap<'a>(scopes: &'a [String], bytes: &'a [u8]) -> Result<(&'a str, &'a [u8]), FileError> {
    let (version, rest) = bytes.split_first().ok_or(FileError::Cut)?;
    if *version != VERSION {
        return Err(FileError::Newer);
    }
    let (mark, sealed) = rest.split_first_chunk::<4>().ok_or(FileError::Cut)?;
    let scope = scopes.iter().find(|it| *mark == mark_of(it)).ok_or(FileError::Foreign)?;
    Ok((scope, sealed))
}

impl Head {
    /// Before the packed events.
    #[must_use]
    pub fn before(&self, packed: &[u8]) -> Vec<u8> {
        // It fails only for want of memory, which is a trap.
        let mut bytes = postcard::to_allocvec(self).unwrap_or_default();
        bytes.extend_from_slice(packed);
        bytes
    }

    /// Reads it, and what stands behind it.
    ///
    /// # Errors
    /// [`FileError::Damaged`].
    pub fn split(bytes: &[u8]) -> Result<(Self, &[u8]), FileError> {
        postcard::take_from_bytes(bytes).map_err(|_| FileError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::book::tests::Phone;
    use crate::domain::json::{Map, object};
    use crate::domain::ledger::Draft;

    const CHILD: &str = "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c";
    const FAMILY: &str = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

    fn day() -> SesiId {
        SesiId::parse("2026-09-22:utama").unwrap()
    }

    fn draft(kind: &str, subject: &str, on: NaiveDate, data: Map) -> Draft {
        Draft { kind: kind.into(), subject: subject.into(), on, data }
    }

    /// Registered in spring, weighed today, by one kader; a name and a key as the roster writes them.
    fn phone() -> (Phone, Vec<EventId>) {
        let mut phone = Phone::new(1);
        let spring = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
        let me = "01".repeat(16);
        let nama = || object([("nama", "Contoh".into())]);
        let old = phone.record(vec![
            draft("roster.key_added", &format!("roster:{me}:{me}"), spring, object([])),
            draft(kinds::KADER_REGISTERED, &me, spring, nama()),
            draft(kinds::KELUARGA_REGISTERED, FAMILY, spring, object([("kepala", "Contoh".into())])),
            draft(
                kinds::SASARAN_REGISTERED,
                CHILD,
                spring,
                object([("nama", "Rafi".into()), ("keluarga", FAMILY.into())]),
            ),
            draft(kinds::SASARAN_REGISTERED, &"0d".repeat(16), spring, nama()),
        ]);
        // What is written in these tests is stamped on 21 September 2026.
        (phone, old)
    }

    fn visit(phone: &mut Phone) -> Vec<EventId> {
        let on = day().on;
        phone.record(vec![
            draft(kinds::SESI_OPENED, &day().subject(), on, object([])),
            draft(kinds::SESI_OPENED, &day().subject(), on, object([("kader", vec!["x".into()].into())])),
            draft(kinds::HADIR_RECORDED, &day().attendance(CHILD), on, object([("hadir", true.into())])),
            draft(kinds::KUNJUNGAN_RECORDED, &day().visit(CHILD), on, object([("bb", 8600.into())])),
            draft(kinds::HADIR_RECORDED, &day().attendance("0d"), on, object([("hadir", true.into())])),
            draft(kinds::SASARAN_CHANGED, CHILD, on, object([("nama", "Rafi Contoh".into())])),
        ])
    }

    #[test]
    fn nothing_goes_of_somebody_who_was_not_there() {
        let (phone, _) = phone();
        assert_eq!(chosen(&phone.book, &day(), CHILD), None);
        assert_eq!(chosen(&phone.book, &day(), "unknown"), None);
    }

    #[test]
    fn the_visit_goes_with_what_was_written_that_day_and_what_is_needed_to_know_her() {
        let (mut phone, old) = phone();
        let new = visit(&mut phone);
        let chosen = chosen(&phone.book, &day(), CHILD).unwrap();
        assert_eq!(chosen.day, [new[2], new[3], new[0], new[5]], "came, measured, the day, the new name");
        let mut authors = vec![old[0], old[1]];
        authors.sort();
        assert_eq!(chosen.authors, authors);
        assert_eq!(chosen.before, [old[3], old[2]], "herself, then her family; nobody else");
    }

    #[test]
    fn a_child_registered_this_morning_travels_with_the_visit_itself() {
        let (mut phone, _) = phone();
        let baby = "0b".repeat(16);
        let on = day().on;
        let family = "0e".repeat(16);
        let new = phone.record(vec![
            draft(kinds::KELUARGA_REGISTERED, &family, on, object([])),
            draft(kinds::SASARAN_REGISTERED, &baby, on, object([("keluarga", family.as_str().into())])),
            draft(kinds::HADIR_RECORDED, &day().attendance(&baby), on, object([("hadir", true.into())])),
        ]);
        let undone = phone.record(vec![draft(
            kinds::CATATAN_UNDONE,
            &day().attendance(&baby),
            on,
            object([("event", new[2].to_string().into())]),
        )]);
        let chosen = chosen(&phone.book, &day(), &baby).unwrap();
        assert_eq!(chosen.day, [new[2], undone[0], new[1], new[0]]);
        assert!(chosen.before.is_empty());
    }

    #[test]
    fn another_posyandu_is_told_apart_before_anything_is_opened() {
        let bytes = wrap("posyandu-a", b"sealed");
        let of = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(unwrap(&of(&["posyandu-a"]), &bytes), Ok(("posyandu-a", &b"sealed"[..])));
        assert_eq!(unwrap(&of(&["posyandu-b", "posyandu-a"]), &bytes), Ok(("posyandu-a", &b"sealed"[..])));
        assert_eq!(unwrap(&of(&["posyandu-b"]), &bytes), Err(FileError::Foreign));
        assert_eq!(unwrap(&of(&["posyandu-a"]), &[&[2], &bytes[1..]].concat()), Err(FileError::Newer));
        assert_eq!(unwrap(&of(&["posyandu-a"]), &bytes[..3]), Err(FileError::Cut));
    }

    #[test]
    fn the_head_comes_back_before_what_follows() {
        let head = Head { by: PersonId([1; 16]), sesi: day().to_string(), sasaran: CHILD.into() };
        let bytes = head.before(b"rest");
        assert!(Head::split(&bytes) == Ok((head, &b"rest"[..])));
        assert!(Head::split(&bytes[..10]).is_err());
    }
}
