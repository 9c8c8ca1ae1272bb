//! The worker's half of erasing for good: what stood on this phone is gone from its disk, whatever comes between.

use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::roster;
use posyandu::messages::Request;
use posyandu::store::EventRow;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::office::{Phone, draft, overwriting_fails};

/// The beginning and the end of a JPEG.
pub const PHOTO: [u8; 6] = [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9];
const STORY: &str = "Sejak hujan kemarin air sumur Kencana keruh dan berbau.";

/// A phone with a person and a complaint to be erased, a person who stays, and a snapshot that holds all of them.
pub struct Erased {
    pub phone: Phone,
    /// Subject and ids of what is to be erased.
    named: Vec<(String, Vec<String>)>,
    pub photo: String,
}

impl Erased {
    pub async fn to_be() -> Self {
        let mut phone = Phone::founded().await;
        phone.register("Wulan Umpama").await;
        let person = phone.register("Kencana Mustahil").await;
        let (complaint, photo) = phone.complain(STORY, &PHOTO).await;
        phone.grow(&complaint.subject).await;
        let of = |subject: &str, events: &[(String, String)]| {
            let ids = events.iter().filter(|it| it.0 == subject).map(|it| it.1.clone()).collect::<Vec<_>>();
            (subject.to_owned(), ids)
        };
        let named = vec![of(&person.subject, &person.events), of(&complaint.subject, &complaint.events)];
        let erased = Self { phone, named, photo };
        erased.assert_whole().await;
        erased
    }

    /// What is to be erased, one document a subject.
    pub async fn word(&self, is_roots: bool) -> Vec<String> {
        let rows = self.phone.rows().await;
        let drafts = self.named.iter().map(|(subject, ids)| {
            let rows = rows.iter().filter(|row| ids.contains(&row.id));
            let events: Vec<Event> = rows.map(|row| self.phone.event(row)).collect();
            assert_eq!(events.len(), ids.len());
            draft(roster::ERASED, &format!("hapus:{subject}"), roster::erasing(&events))
        });
        self.phone.signed_elsewhere(drafts.collect(), is_roots).await
    }

    /// Names what is left of the complaint.
    pub async fn name_the_rest_of_the_complaint(&mut self) {
        let (subject, ids) = &mut self.named[1];
        let rows = self.phone.rows().await;
        let events = rows.iter().map(|row| self.phone.event(row)).filter(|it| it.subject() == subject);
        *ids = events.filter(|it| !it.is_erased()).map(|it| it.id().to_string()).collect();
    }

    /// All of it stands on the disk, or the rest of the test would prove nothing.
    async fn assert_whole(&self) {
        let disk = self.phone.disk().await;
        assert!(disk.contains("Kencana Mustahil") && disk.contains("sumur Kencana"));
        assert!(self.photo().await.is_some());
    }

    pub async fn photo(&self) -> Option<Vec<u8>> {
        self.phone.db.blob(&self.phone.scope, &self.photo).await.unwrap()
    }

    /// Tombstones stand where the events stood; no word of them is left, and what was not named is all there.
    async fn assert_gone(&mut self, rows: usize) {
        let on_disk = self.phone.rows().await;
        assert_eq!(on_disk.len(), rows);
        for row in &on_disk {
            let event = self.phone.event(row);
            let is_named = self.named.iter().any(|(_, ids)| ids.contains(&row.id));
            assert_eq!(event.is_erased(), is_named, "{}", event.kind());
            assert_eq!(event.data().is_empty(), is_named, "{}", event.kind());
        }
        let disk = self.phone.disk().await;
        for word in ["Kencana", "Mustahil", "berbau"] {
            assert!(!disk.contains(word), "{word}");
        }
        assert!(disk.contains("Wulan Umpama"));
        assert_eq!(self.photo().await, None);
        assert!(self.phone.found("kencana").await.is_empty());
        assert_eq!(self.phone.found("wulan").await, ["Wulan Umpama"]);
    }
}

#[wasm_bindgen_test]
async fn what_the_root_erases_is_gone_from_disk_and_search_and_stays_gone() {
    let mut erased = Erased::to_be().await;
    assert_eq!(erased.phone.found("kencana").await, ["Kencana Mustahil"]);
    let texts = erased.word(true).await;
    let rows = erased.phone.rows().await.len() + texts.len();
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert!(!erased.phone.has_snapshot().await, "the one that held them is thrown away");
    erased.assert_gone(rows).await;
    // From the rows alone.
    erased.phone.reopen().await;
    erased.assert_gone(rows).await;
    // From the snapshot that is written of what is left.
    erased.phone.office.rest().await;
    assert!(erased.phone.has_snapshot().await);
    erased.phone.reopen().await;
    erased.assert_gone(rows).await;
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn what_another_tab_erased_goes_from_this_ones_memory_and_is_not_written_again() {
    let mut erased = Erased::to_be().await;
    let mut tab = erased.phone.other_tab().await;
    assert_eq!(tab.found("kencana").await, ["Kencana Mustahil"]);
    let texts = erased.word(true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    // It hears of it with the next that it writes.
    tab.register("Ratna Rekaan").await;
    assert!(tab.found("kencana").await.is_empty());
    tab.office.rest().await;
    assert!(tab.has_snapshot().await, "and its snapshot is written");
    let rows = tab.rows().await.len();
    erased.phone.reopen().await;
    erased.assert_gone(rows).await;
    tab.db.close();
    drop(tab);
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn an_erasure_that_was_cut_off_is_finished_when_the_book_opens_again() {
    let mut erased = Erased::to_be().await;
    let texts = erased.word(true).await;
    let rows = erased.phone.rows().await.len() + texts.len();
    {
        // The document is added; what it erases cannot be overwritten.
        let _fault = overwriting_fails();
        assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    }
    assert_eq!(erased.phone.rows().await.len(), rows, "what the root said is on the disk");
    erased.assert_whole().await;
    erased.phone.reopen().await;
    assert!(!erased.phone.has_snapshot().await);
    erased.assert_gone(rows).await;
    erased.phone.reopen().await;
    erased.assert_gone(rows).await;
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn what_no_longer_opens_is_erased_all_the_same() {
    let mut erased = Erased::to_be().await;
    let ids: Vec<String> = erased.named.iter().flat_map(|(_, ids)| ids.clone()).collect();
    let texts = erased.word(true).await;
    // And a note, which is not named.
    let other = erased.phone.rows().await.last().unwrap().id.clone();
    for id in ids.iter().chain([&other]) {
        erased.phone.damage(id).await;
    }
    // The snapshot still holds them, so the book does.
    assert_eq!(erased.phone.reopen().await.damaged, 0);
    assert_eq!(erased.phone.found("kencana").await, ["Kencana Mustahil"]);
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert!(!erased.phone.has_snapshot().await);
    assert_eq!(erased.phone.look().await.damaged, 1, "the ledger is built from the rows again");
    for _ in 0..2 {
        let rows = erased.phone.rows().await;
        assert!(rows.iter().all(|row| !ids.contains(&row.id)) && rows.iter().any(|row| row.id == other));
        assert!(erased.phone.found("kencana").await.is_empty());
        assert_eq!(erased.phone.found("wulan").await, ["Wulan Umpama"]);
        assert_eq!(erased.photo().await, None);
        let disk = erased.phone.disk().await;
        assert!(!disk.contains("Kencana") && disk.contains("Wulan Umpama"));
        assert_eq!(erased.phone.reopen().await.damaged, 1);
    }
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn what_does_not_open_and_was_never_in_the_book_is_erased_too() {
    let mut erased = Erased::to_be().await;
    let texts = erased.word(true).await;
    let id = erased.named[0].1[0].clone();
    erased.phone.damage(&id).await;
    erased.phone.throw_snapshot_away().await;
    assert_eq!(erased.phone.reopen().await.damaged, 1);
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert!(erased.phone.rows().await.iter().all(|row| row.id != id));
    assert_eq!(erased.phone.look().await.damaged, 0);
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn what_waited_and_was_begun_about_it_goes_with_the_last_of_it() {
    let mut erased = Erased::to_be().await;
    let complaint = erased.named[1].0.clone();
    let other = "00000000000000000000000000000b17";
    for id in [&complaint, other] {
        let keep = Request::KeepDraft { form: format!("aduan-catatan:{id}"), body: b"Kencana".to_vec() };
        erased.phone.office.answer(keep).await.unwrap();
    }
    let waiting = |all: Vec<(String, Vec<u8>)>| all.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let pending = waiting(erased.phone.db.pending(&erased.phone.person).await.unwrap());
    assert_eq!(pending, [&*complaint], "the reporter's name waits for its reader");
    // Only what was sent: the notes are still there, and so is who reported it.
    let texts = erased.word(true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert_eq!(erased.phone.db.pending(&erased.phone.person).await.unwrap().len(), 1);
    erased.name_the_rest_of_the_complaint().await;
    let texts = erased.word(true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert_eq!(waiting(erased.phone.db.pending(&erased.phone.person).await.unwrap()), [] as [String; 0]);
    let drafts = waiting(erased.phone.db.drafts(&erased.phone.person).await.unwrap());
    assert_eq!(drafts, [format!("aduan-catatan:{other}")]);
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn a_photo_that_another_complaint_shows_stays() {
    let mut erased = Erased::to_be().await;
    let (_, photo) = erased.phone.complain_as("00000000000000000000000000000b17", STORY, &PHOTO).await;
    assert_eq!(photo, erased.photo);
    let texts = erased.word(true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert!(erased.photo().await.is_some());
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn a_photo_that_is_erased_by_itself_goes_although_its_complaint_stays() {
    let mut erased = Erased::to_be().await;
    let rows = erased.phone.rows().await;
    let is_photo = |row: &&EventRow| erased.phone.event(row).kind() == "foto.added";
    let photo = erased.phone.event(rows.iter().find(is_photo).unwrap());
    let subject = photo.subject().to_owned();
    let word = draft(roster::ERASED, &format!("hapus:{subject}"), roster::erasing(&[photo]));
    let texts = erased.phone.signed_elsewhere(vec![word], true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert_eq!(erased.photo().await, None);
    assert!(erased.phone.disk().await.contains("sumur Kencana"));
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn what_somebody_else_calls_erased_stays() {
    let mut erased = Erased::to_be().await;
    let rows = erased.phone.rows().await.len();
    let texts = erased.word(false).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap(), (0, texts.len()));
    assert_eq!(erased.phone.rows().await.len(), rows);
    erased.assert_whole().await;
    assert_eq!(erased.phone.found("kencana").await, ["Kencana Mustahil"]);
    erased.phone.end().await;
}
