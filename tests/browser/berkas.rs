//! The worker's half of files and codes: what a backup brings back, what a file may leave on the phone, and what is
//! forgotten with the book.

use ed25519_dalek::SigningKey;
use posyandu::crypto::Ephemeral;
use posyandu::domain::json::object;
use posyandu::domain::kinds;
use posyandu::domain::ledger::id::{DeviceId, PersonId};
use posyandu::messages::by_hand::{Answered, Asked, Brought, Choices, Made, Preview, What};
use posyandu::messages::codes::{Answered as Told, Asked as Code};
use posyandu::messages::{Failure, Reply, Request, SHARED, StoreFailure, wire};
use posyandu::store::Batch;
use posyandu::sync::codes::join::Ask;
use posyandu::sync::codes::{Purpose, frames};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::erasure::Erased;
use crate::office::{Phone, draft};
use crate::raw::{Fault, with};

#[wasm_bindgen(module = "/tests/browser/raw.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn share(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn has_shared(name: &str) -> Result<JsValue, JsValue>;
}

const PHOTO: [u8; 6] = [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9];
const STORY: &str = "Sejak hujan kemarin air sumur keruh dan berbau.";

impl Phone {
    pub async fn by_hand(&mut self, asked: Asked) -> Result<Answered, Failure> {
        match self.office.by_hand(&wire::write(&asked)).await? {
            Reply::ByHand(bytes) => Ok(wire::read(&bytes)),
            _ => panic!("no answer about files"),
        }
    }

    async fn code(&mut self, asked: Code) -> Result<Told, Failure> {
        match self.by_hand(Asked::Code(asked)).await? {
            Answered::Code(told) => Ok(told),
            _ => panic!("no answer about codes"),
        }
    }

    pub async fn backup(&mut self) -> Vec<u8> {
        match self.office.answer(Request::Export).await {
            Ok(Reply::Export(bytes)) => bytes,
            _ => panic!("no backup"),
        }
    }

    /// Looks into a file; nothing is written.
    pub async fn preview(&mut self, bytes: &[u8]) -> Result<Preview, Failure> {
        match self.by_hand(Asked::LookInto { bytes: bytes.to_vec() }).await? {
            Answered::Preview(it) => Ok(it),
            _ => panic!("not looked into"),
        }
    }

    async fn look_into(&mut self, bytes: &[u8]) -> Brought {
        match self.preview(bytes).await {
            Ok(it) => it.brought,
            Err(failure) => panic!("not looked into: {failure:?}"),
        }
    }

    pub async fn take_in(&mut self) -> Brought {
        match self.by_hand(Asked::TakeIn).await {
            Ok(Answered::Taken(it)) => it,
            _ => panic!("not taken in"),
        }
    }

    pub async fn choices(&mut self) -> Choices {
        match self.by_hand(Asked::Choices).await {
            Ok(Answered::Choices(it)) => it,
            _ => panic!("no choices"),
        }
    }

    pub async fn make(&mut self, what: What) -> Option<Made> {
        match self.by_hand(Asked::MakeFile { what, with_photos: true }).await {
            Ok(Answered::File(it)) => Some(it),
            Ok(Answered::Nothing) => None,
            _ => panic!("no file"),
        }
    }

    async fn drafts(&self) -> Vec<(String, Vec<u8>)> {
        self.db.drafts(&self.person).await.unwrap()
    }

    async fn pending(&self) -> Vec<(String, Vec<u8>)> {
        self.db.pending(&self.person).await.unwrap()
    }

    async fn keep_draft(&mut self, form: &str, body: &[u8]) {
        let keep = Request::KeepDraft { form: form.into(), body: body.to_vec() };
        self.office.answer(keep).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_backup_brings_back_what_waits_what_was_begun_and_what_is_not_used_yet() {
    let mut phone = Phone::founded().await;
    phone.complain(STORY, &PHOTO).await;
    phone.keep_draft("warga-baru", b"Kencana").await;
    // Somebody nobody knows says to be the root.
    let forged = phone.signed_elsewhere(vec![draft("roster.key_added", "roster:x", object([]))], false).await;
    assert_eq!(phone.office.receive(&forged).await.unwrap(), (0, 1));
    let before = (phone.pending().await, phone.drafts().await, phone.db.quarantine(&phone.scope).await.unwrap());
    assert_eq!((before.0.len(), before.1.len(), before.2.len()), (1, 1, 1));
    let backup = phone.backup().await;
    assert!(phone.look_into(&backup).await.is_all_here());

    // The disk forgets them.
    let (person, scope) = (phone.person.clone(), phone.scope.clone());
    let batch = Batch::strict().delete_pending(&person, &before.0[0].0).delete_draft(&person, "warga-baru");
    phone.db.write(&batch.delete_quarantine(&scope, &before.2[0].0)).await.unwrap();
    let brought = phone.look_into(&backup).await;
    assert_eq!((brought.new, brought.waiting, brought.drafts, brought.held), (0, 1, 1, 1));
    assert!(!brought.is_all_here());
    assert_eq!(phone.take_in().await, brought);
    let after = (phone.pending().await, phone.drafts().await, phone.db.quarantine(&scope).await.unwrap());
    assert!(after == before, "every byte is as it was");
    assert!(phone.look_into(&backup).await.is_all_here());

    // What goes on here is not overwritten by what was begun then.
    phone.keep_draft("warga-baru", b"Kencana Mustahil").await;
    let now = phone.drafts().await;
    assert!(phone.look_into(&backup).await.is_all_here());
    phone.take_in().await;
    assert!(phone.drafts().await == now);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn what_was_erased_does_not_come_back_with_an_older_file_nor_does_what_waited_about_it() {
    let mut erased = Erased::to_be().await;
    let backup = erased.phone.backup().await;
    let made = erased.phone.make(What::All).await.unwrap();
    assert_eq!(made.photos, 1);
    erased.name_the_rest_of_the_complaint().await;
    let texts = erased.word(true).await;
    assert_eq!(erased.phone.office.receive(&texts).await.unwrap().1, 0);
    assert_eq!(erased.photo().await, None);
    for file in [&made.bytes, &backup] {
        let brought = erased.phone.look_into(file).await;
        assert_eq!((brought.new, brought.photos, brought.waiting), (0, 0, 0));
        assert_eq!(erased.phone.take_in().await.photos, 0);
        assert_eq!(erased.photo().await, None);
        assert!(erased.phone.pending().await.is_empty());
    }
    erased.phone.end().await;
}

#[wasm_bindgen_test]
async fn a_photo_comes_back_with_a_file_when_only_the_disk_lost_it() {
    let mut phone = Phone::founded().await;
    let (_, photo) = phone.complain(STORY, &PHOTO).await;
    let made = phone.make(What::All).await.unwrap();
    phone.db.write(&Batch::strict().delete_blob(&phone.scope, &photo)).await.unwrap();
    assert_eq!(phone.look_into(&made.bytes).await.photos, 1);
    assert_eq!(phone.take_in().await.photos, 1);
    assert!(phone.db.blob(&phone.scope, &photo).await.unwrap().is_some());
    phone.end().await;
}

#[wasm_bindgen_test]
async fn the_counts_before_are_those_of_the_file() {
    let mut phone = Phone::founded().await;
    let today = phone.look().await.today;
    phone.register("Wulan Umpama").await;
    let (complaint, photo) = phone.complain(STORY, &PHOTO).await;
    // Told on another day: only of the complaint, which is of today.
    let others = vec![
        draft(kinds::ADUAN_NOTED, &complaint.subject, object([("isi", "Kemarin".into())])),
        draft(kinds::ADUAN_NOTED, "00000000000000000000000000000b17", object([("isi", "Lain".into())])),
    ];
    let texts = phone.signed_elsewhere(others, false).await;
    assert_eq!(phone.office.receive(&texts).await.unwrap().1, 0);
    for what in [What::Today, What::All] {
        let choices = phone.choices().await;
        let weight = if what == What::Today { choices.today } else { choices.all };
        let made = phone.make(what).await.unwrap();
        assert_eq!((weight.events, weight.photos), (made.events, made.photos), "{what:?} of {today}");
        assert!(made.name.starts_with("posyandu-kiriman-"), "{}", made.name);
    }
    assert!(phone.choices().await.today.events < phone.choices().await.all.events);
    assert!(phone.make(What::Unsent).await.is_none(), "it is connected to nobody");

    // One photo that does not open any more keeps nobody from handing over the rest.
    let broken = Batch::strict().put_blob(&phone.scope, &photo, vec![7; 60]);
    phone.db.write(&broken).await.unwrap();
    let made = phone.make(What::All).await.unwrap();
    assert_eq!((made.photos, made.broken), (0, 1));
    phone.end().await;
}

fn asks() -> String {
    let signing = SigningKey::from_bytes(&[5; 32]);
    let ask = Ask {
        meeting: Ephemeral::random(&mut |it| it.fill(8)).public(),
        key: signing.verifying_key().to_bytes(),
        device: DeviceId([6; 16]),
        person: PersonId([7; 16]),
        nama: "Dewi".into(),
    };
    frames(Purpose::Ask, &ask.to_bytes(&signing)).unwrap().remove(0)
}

#[wasm_bindgen_test]
async fn who_asked_to_come_in_need_not_begin_again_when_the_phone_was_full() {
    let mut phone = Phone::founded().await;
    assert!(matches!(phone.code(Code::Read { text: asks() }).await, Ok(Told::Newcomer { .. })));
    {
        let _full = with(Fault::PutThrows("QuotaExceededError"));
        let full = phone.code(Code::Accept).await;
        assert!(matches!(full, Err(Failure::Store(StoreFailure::Quota))));
    }
    assert!(matches!(phone.code(Code::Accept).await, Ok(Told::Codes(_))));
    // Shown again, and written down once.
    let rows = phone.rows().await.len();
    assert!(matches!(phone.code(Code::Accept).await, Ok(Told::Codes(_))));
    assert_eq!(phone.rows().await.len(), rows);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn what_was_begun_with_codes_is_forgotten_with_the_book() {
    let mut phone = Phone::founded().await;
    assert!(matches!(phone.code(Code::Read { text: asks() }).await, Ok(Told::Newcomer { .. })));
    phone.office.answer(Request::Lock).await.unwrap();
    let unlock = Request::Unlock { person: phone.person.clone(), secret: "493817".into() };
    phone.office.answer(unlock).await.unwrap();
    assert!(matches!(phone.code(Code::Accept).await, Err(Failure::NotFound)));

    assert!(matches!(phone.code(Code::Read { text: asks() }).await, Ok(Told::Newcomer { .. })));
    phone.reopen().await;
    assert!(matches!(phone.code(Code::Accept).await, Err(Failure::NotFound)));
    phone.end().await;
}

#[wasm_bindgen_test]
async fn what_was_shared_with_the_app_goes_with_everything_else() {
    let phone = Phone::founded().await;
    share(SHARED).await.unwrap();
    assert_eq!(has_shared(SHARED).await.unwrap(), JsValue::TRUE);
    phone.end().await;
    assert_eq!(has_shared(SHARED).await.unwrap(), JsValue::FALSE);
}
