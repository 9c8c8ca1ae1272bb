//! The worker's half of erasing for good: what stood on this phone is gone from its disk, whatever comes between.

use posyandu::domain::json::{Value, object};
use posyandu::domain::ledger::roster;
use posyandu::store::Refused;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::office::{Phone, draft, overwriting_fails};

/// The beginning and the end of a JPEG.
const PHOTO: [u8; 6] = [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9];
const STORY: &str = "Sejak hujan kemarin air sumur Kencana keruh dan berbau.";

/// A phone with a person and a complaint to be erased, a person who stays, and a snapshot that holds all of them.
struct Erased {
    phone: Phone,
    /// Subject and ids of what is to be erased.
    named: Vec<(String, Vec<String>)>,
    photo: String,
}

impl Erased {
    async fn to_be() -> Self {
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
    async fn word(&self, is_roots: bool) -> Vec<String> {
        let drafts = self.named.iter().map(|(subject, ids)| {
            let ids = Value::List(ids.iter().map(|it| it.as_str().into()).collect());
            draft(roster::ERASED, &format!("hapus:{subject}"), object([("events", ids)]))
        });
        self.phone.signed_elsewhere(drafts.collect(), is_roots).await
    }

    /// All of it stands on the disk, or the rest of the test would prove nothing.
    async fn assert_whole(&self) {
        let disk = self.phone.disk().await;
        assert!(disk.contains("Kencana Mustahil") && disk.contains("sumur Kencana"));
        assert!(self.photo().await.is_some());
    }

    async fn photo(&self) -> Option<Vec<u8>> {
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
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap(), []);
    assert!(!erased.phone.has_snapshot().await, "the one that held them is thrown away");
    erased.assert_gone(rows).await;
    // From the rows alone.
    erased.phone.reopen().await;
    erased.assert_gone(rows).await;
    // From the snapshot that is written of what is left.
    erased.phone.office.rest(true).await;
    assert!(erased.phone.has_snapshot().await);
    erased.phone.reopen().await;
    erased.assert_gone(rows).await;
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
        assert_eq!(erased.phone.office.receive(&texts).await.unwrap(), []);
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
    // And a note, which is not named.
    let other = erased.phone.rows().await.last().unwrap().id.clone();
    for id in ids.iter().chain([&other]) {
        erased.phone.damage(id).await;
    }
    // The snapshot still holds them, so the book does.
    assert_eq!(erased.phone.reopen().await.damaged, 0);
    assert_eq!(erased.phone.found("kencana").await, ["Kencana Mustahil"]);
    let texts = erased.word(true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap(), []);
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
async fn what_somebody_else_calls_erased_stays() {
    let mut erased = Erased::to_be().await;
    let rows = erased.phone.rows().await.len();
    let texts = erased.word(false).await;
    let refused = erased.phone.office.receive(&texts).await.unwrap();
    assert_eq!(refused, texts.into_iter().map(|it| (it, Refused::Forged)).collect::<Vec<_>>());
    assert_eq!(erased.phone.rows().await.len(), rows);
    erased.assert_whole().await;
    assert_eq!(erased.phone.found("kencana").await, ["Kencana Mustahil"]);
    erased.phone.end().await;
}
