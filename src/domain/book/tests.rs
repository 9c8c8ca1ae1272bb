//! A book for tests, written as phones write it, and the laws of joining people.

use chrono::NaiveDate;
use ed25519_dalek::SigningKey;

use super::*;
use crate::domain::intent::{Intent, warga};
use crate::domain::json::{Map, object};
use crate::domain::ledger::event::Stamp;
use crate::domain::ledger::{DeviceId, PersonId};
use crate::domain::view::Desk;

/// A phone that writes events into a book of its own.
#[derive(Clone)]
pub struct Phone {
    /// Its book.
    pub book: Book,
    /// Its shelf, moved along with every event.
    pub shelf: LazyShelf,
    /// Everything it wrote or received.
    pub events: Vec<Event>,
    device: u8,
    clock: u64,
    ids: u32,
}

impl Phone {
    /// A phone; `device` tells phones apart.
    #[must_use]
    pub fn new(device: u8) -> Self {
        // From the beginning, so that it is moved along and not built later.
        let (book, shelf) = (Book::default(), LazyShelf::default());
        let _ = shelf.of(&book);
        Self { book, shelf, events: Vec::new(), device, clock: 1_790_000_000_000, ids: 0 }
    }

    /// The desk on a day.
    #[must_use]
    pub fn desk(&self, today: NaiveDate) -> Desk<'_> {
        let now = today.and_hms_opt(9, 0, 0).unwrap();
        Desk::new(&self.book, &self.shelf, now, "00")
    }

    /// Writes drafts.
    pub fn record(&mut self, drafts: Vec<Draft>) -> Vec<EventId> {
        drafts.into_iter().map(|draft| self.write(draft)).collect()
    }

    fn write(&mut self, draft: Draft) -> EventId {
        let seen = self.book.subject(&draft.subject).map(|it| Seen::of(it, &draft)).unwrap_or_default();
        self.clock += 1000;
        let stamp = Stamp {
            at: Hlc::parse(&format!("{:012x}-{:04x}", self.clock, self.device)).unwrap(),
            by: PersonId([self.device; 16]),
            device: DeviceId([self.device; 16]),
            n: i64::try_from(self.events.len()).unwrap() + 1,
            after: seen.after,
            replaces: seen.replaces,
            salt: [0; 16],
        };
        let event = Event::sign(draft, stamp, &SigningKey::from_bytes(&[7; 32]));
        let id = event.id();
        self.receive(event);
        id
    }

    /// Takes in an event of any phone.
    pub fn receive(&mut self, event: Event) {
        self.book.add(&event);
        self.shelf.touch(&self.book, [event.subject()]);
        self.events.push(event);
    }

    /// Plans a wish and writes it.
    ///
    /// # Errors
    /// As the plan.
    pub fn save(
        &mut self,
        today: NaiveDate,
        intent: warga::Intent,
    ) -> Result<Saving, Vec<crate::domain::form::FieldError>> {
        let mut ids = self.ids;
        let device = self.device;
        let mut new_id = || {
            ids += 1;
            format!("{device:02x}{ids:030x}")
        };
        let plan = crate::domain::intent::plan(&self.desk(today), &Intent::Warga(intent), &mut new_id)?;
        self.ids = ids;
        let drafts = plan.drafts.clone();
        let subjects: Vec<String> = drafts.iter().map(|it| it.subject.clone()).collect();
        let events = self.record(drafts);
        Ok(Saving { subject: plan.subject, drafts: plan.drafts, events: subjects.into_iter().zip(events).collect() })
    }

    /// Takes a save back.
    pub fn undo(&mut self, today: NaiveDate, saving: &Saving) {
        let undo = saving.events.iter().map(|(subject, event)| Draft {
            kind: kinds::CATATAN_UNDONE.into(),
            subject: subject.clone(),
            on: today,
            data: object([("event", event.to_string().into())]),
        });
        self.record(undo.collect());
    }
}

/// What a save wrote.
#[derive(Debug)]
pub struct Saving {
    /// What the page goes on with.
    pub subject: String,
    /// As planned.
    pub drafts: Vec<Draft>,
    /// Subject and event.
    pub events: Vec<(String, EventId)>,
}

/// Writes registers into one subject, for tests of readings.
pub fn write(subject: &mut Subject, registers: &Map) {
    let mut phone = Phone::new(1);
    let on = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    phone.record(vec![Draft {
        kind: kinds::SASARAN_REGISTERED.into(),
        subject: "x".into(),
        on,
        data: registers.clone(),
    }]);
    *subject = phone.book.subject("x").unwrap().clone();
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn person(id: &str, nama: &str) -> Draft {
    Draft {
        kind: kinds::SASARAN_REGISTERED.into(),
        subject: id.into(),
        on: day(),
        data: object([("nama", nama.into())]),
    }
}

fn join(one: &str, other: &str, together: bool) -> Draft {
    Draft {
        kind: kinds::GABUNG_RECORDED.into(),
        subject: format!("gabung:{one}:{other}"),
        on: day(),
        data: object([("gabung", together.into())]),
    }
}

fn three() -> Phone {
    let mut phone = Phone::new(1);
    phone.record(vec![person("a1", "Damar Rekaan"), person("b2", "Damara Contoh"), person("c3", "Damari Umpama")]);
    phone
}

#[test]
fn joined_records_are_one_person_whatever_the_order() {
    let mut phone = three();
    phone.record(vec![join("b2", "c3", true), join("a1", "b2", true)]);
    assert_eq!(phone.book.representative("c3"), "a1");
    assert_eq!(phone.book.sasaran_list().count(), 1);
    let mut backwards = Phone::new(2);
    for event in phone.events.iter().rev() {
        backwards.receive(event.clone());
    }
    assert_eq!(backwards.book, phone.book);
    assert_eq!(backwards.shelf.of(&backwards.book).len(), 1);
}

#[test]
fn parting_one_join_leaves_the_other() {
    let mut phone = three();
    phone.record(vec![join("a1", "b2", true), join("b2", "c3", true), join("a1", "b2", false)]);
    assert_eq!(phone.book.representative("a1"), "a1");
    assert_eq!(phone.book.representative("c3"), "b2");
    assert_eq!(phone.book.joins("c3"), [("b2".to_owned(), "c3".to_owned())]);
    assert_eq!(phone.shelf.of(&phone.book).len(), 2);
}

#[test]
fn a_person_joined_of_two_records_shows_what_either_says() {
    let mut phone = Phone::new(1);
    let mut second = person("b2", "Damar R");
    second.data.insert("nik".into(), "3328041212250001".into());
    let mut first = person("a1", "Damar Rekaan");
    first.data.insert("alasan_tanpa_nik".into(), "bayi_baru".into());
    phone.record(vec![first, second, join("a1", "b2", true)]);
    let whole = phone.book.person("b2").unwrap();
    assert_eq!((whole.id.as_str(), whole.nama.as_str()), ("a1", "Damar Rekaan"));
    assert_eq!(whole.nik.as_deref(), Some("3328041212250001"));
    assert_eq!(whole.alasan_tanpa_nik, None);
    assert_eq!(phone.book.sasaran_list().next().unwrap().nik, whole.nik);
}

#[test]
fn visits_of_joined_records_stand_together_and_part_again() {
    let mut phone = three();
    let visit = |sasaran: &str, on: &str| Draft {
        kind: kinds::KUNJUNGAN_RECORDED.into(),
        subject: format!("kunjungan:{on}:utama:{sasaran}"),
        on: day(),
        data: object([("bb", crate::domain::json::Value::Object(object([("g", 8500.into())])))]),
    };
    phone.record(vec![visit("a1", "2026-09-12"), visit("b2", "2026-10-10"), join("a1", "b2", true)]);
    assert_eq!(phone.book.visits("b2").len(), 2);
    phone.record(vec![join("a1", "b2", false)]);
    assert_eq!(phone.book.visits("b2").len(), 1);
}

#[test]
fn a_shelf_moved_along_finds_what_a_new_one_finds() {
    let mut phone = three();
    phone.record(vec![join("a1", "b2", true), join("a1", "b2", false), join("b2", "c3", true)]);
    let new = Shelf::of(&phone.book);
    for typed in ["damar", "contoh", "umpama", "rekaan"] {
        let ids = |shelf: &Shelf| shelf.search(typed, 9).iter().map(|it| it.key.to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(phone.shelf.of(&phone.book)), ids(&new), "{typed}");
    }
    assert_eq!(phone.shelf.of(&phone.book).len(), new.len());
}
