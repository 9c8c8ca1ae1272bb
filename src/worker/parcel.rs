//! What every carrier by hand needs of the book: the key, what came in, and what that would be before it is written.
//!
//! Only the second file has it ([`crate::later`]).

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::book::OpenBook;
use super::office::{Office, failure, random};
use super::own::Own;
use crate::domain::file::FileError;
use crate::domain::intent::Plan;
use crate::domain::kinds;
use crate::domain::ledger::Event;
use crate::domain::ledger::id::hex;
use crate::domain::ledger::roster::{Ed25519, Trust};
use crate::domain::scope::Class;
use crate::domain::sorted::SortedSet;
use crate::domain::transfer::{self, TransferKey, TransferKeys};
use crate::messages::by_hand::{Answered, Asked, Brought};
use crate::messages::{Failure, Notice, Reply, StoreFailure, wire};
use crate::store::{Batch, Received, Refused};
use crate::sync::parcel::{MOST_BYTES, Parcel};

#[wasm_bindgen]
extern "C" {
    /// In `public/worker.js`: the bytes, packed by the browser.
    #[wasm_bindgen(catch)]
    async fn deflated(bytes: &Uint8Array) -> Result<JsValue, JsValue>;
    /// In `public/worker.js`: what was packed; null when that is more than may be.
    #[wasm_bindgen(catch)]
    async fn inflated(bytes: &Uint8Array, most: f64) -> Result<JsValue, JsValue>;
}

/// Documents taken in at a time: what came is safe, whatever happens to the rest.
const SLICE: usize = 500;

impl Office {
    /// Answers a question about files and codes.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn by_hand(&mut self, asked: &[u8]) -> Result<Reply, Failure> {
        if self.practice {
            // Nothing of it leaves this phone, and nothing comes in.
            return Err(Failure::NotFound);
        }
        // Of a phone whose courier has not begun yet.
        self.resume_account().await?;
        let answered = self.answer_by_hand(wire::read(asked)).await?;
        Ok(Reply::ByHand(wire::write(&answered)))
    }

    async fn answer_by_hand(&mut self, asked: Asked) -> Result<Answered, Failure> {
        match asked {
            Asked::Choices => self.file_choices().await.map(Answered::Choices),
            Asked::MakeFile { what, with_photos } => {
                Ok(self.make_file(what, with_photos).await?.map_or(Answered::Nothing, Answered::File))
            }
            Asked::LookInto { bytes } => self.look_into(&bytes).await.map(Answered::Preview),
            Asked::TakeIn => self.take_in_looked().await.map(Answered::Taken),
            Asked::Handed => self.handed().await.map(|()| Answered::Done),
            Asked::Code(asked) => self.answer_code(asked).await.map(Answered::Code),
        }
    }

    /// The databases of the posyandu that is open, the one to seal in first.
    pub(super) fn transfer_scopes(&self) -> Result<Vec<String>, Failure> {
        let book = self.book()?;
        let place = book.account.as_ref().and_then(|it| it.connected.posyandu.as_ref()?.scope.as_deref());
        Ok(book.ledger.roster.joined_with(&book.scope, place))
    }

    /// The keys of the posyandu that is open.
    pub(super) fn transfer_keys(&self) -> Result<TransferKeys, Failure> {
        let book = self.book()?;
        Ok(TransferKeys::of(&book.ledger.book, &book.ledger.roster, &self.transfer_scopes()?))
    }

    /// The key to seal with; made and written down now, when there is none that is good.
    pub(super) async fn sealing_key(&mut self) -> Result<TransferKey, Failure> {
        match self.transfer_keys()?.current {
            Some(key) => Ok(key),
            None => self.new_transfer_key().await,
        }
    }

    /// Makes a key and writes it down.
    pub(super) async fn new_transfer_key(&mut self) -> Result<TransferKey, Failure> {
        let mut key = [0; 32];
        random(&mut key);
        let on = self.local_now().date();
        let book = self.book()?;
        if Class::of(&book.scope) != Some(Class::Posyandu) {
            return Err(Failure::NotFound);
        }
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let draft = transfer::new_key(&book.ledger.roster, &self.transfer_scopes()?, key, on);
        self.write(Plan { drafts: vec![draft], ..Plan::default() }, &Own::default()).await?;
        Ok(TransferKey(key))
    }

    /// A connected phone makes it as soon as nobody else did: who is without a signal later knows it already.
    pub(super) async fn keep_transfer_key(&mut self) -> Result<(), Failure> {
        let may_write =
            self.open.as_ref().and_then(|it| it.account.as_ref()).is_some_and(|account| {
                account.connected.grants.iter().any(|it| it.class == Class::Posyandu && it.write)
            });
        if !may_write || self.practice || self.doubts_clock() {
            return Ok(());
        }
        self.sealing_key().await.map(|_| ())
    }

    /// What taking a parcel in would do. Nothing is written.
    pub(super) async fn would_bring(&self, parcel: &Parcel) -> Result<Brought, Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let received = book.ledger.receive(parcel.texts.iter().map(String::as_str), &Ed25519);
        let mut brought = counted(&received);
        brought.unverified = received.new.iter().filter(|(_, trust)| *trust == Trust::Unknown).count() as u64;
        let mut shown = book.ledger.book.photos();
        shown.extend(
            received.new.iter().filter(|it| it.1 == Trust::Verified).filter_map(|it| OpenBook::photo_of(&it.0)),
        );
        for sha256 in parcel.photos.iter().map(|(it, _)| hex(it)).filter(|it| shown.contains(it)) {
            let is_here = db.blob(&book.scope, &sha256).await.map_err(failure)?.is_some();
            brought.photos += u64::from(!is_here);
        }
        Ok(brought)
    }

    /// Takes a parcel in, through the entrance of every carrier, with whatever is written beside it, and wakes whoever
    /// carries it on. May be repeated; what came before something went wrong is safe, and is told.
    pub(super) async fn bring(&mut self, parcel: &Parcel, with: Batch) -> Result<Brought, Failure> {
        let brought = self.take_all(parcel, with).await;
        if brought.as_ref().is_ok_and(|it| it.photos > 0) {
            self.count_tray().await?;
        }
        self.moved();
        self.tell.wrote();
        self.tell_carriage();
        self.wake_courier();
        brought
    }

    async fn take_all(&mut self, parcel: &Parcel, with: Batch) -> Result<Brought, Failure> {
        let now_ms = self.now_ms();
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        let waited = book.ledger.unverified();
        let mut all = Brought::default();
        let of = u32::try_from(parcel.texts.len()).unwrap_or(u32::MAX);
        let mut with = Some(with);
        let slices = parcel.texts.chunks(SLICE).chain(parcel.texts.is_empty().then_some(&[][..]));
        for (at, texts) in slices.enumerate() {
            let done = u32::try_from(at * SLICE).unwrap_or(of);
            self.tell.notice(Notice::Progress { done, of });
            let brought = RefCell::new(Brought::default());
            let heed = |received: &Received| *brought.borrow_mut() = counted(received);
            let with = with.take().unwrap_or_else(Batch::strict);
            book.take_in_heeding(db, now_ms, texts, None, with, &heed).await?;
            all.add(brought.into_inner());
        }
        all.unverified = book.ledger.unverified().saturating_sub(waited) as u64;
        // Only what something here shows, and nothing that was erased: whoever has a key could fill the phone.
        let shown = book.ledger.book.photos();
        for (sha256, bytes) in &parcel.photos {
            let sha256 = hex(sha256);
            let is_here = || async { db.blob(&book.scope, &sha256).await.map(|it| it.is_some()).map_err(failure) };
            // One that is not what it says is left.
            if shown.contains(&sha256) && !is_here().await? && book.keep_photo(db, &sha256, bytes).await? {
                all.photos += 1;
                book.offer_photo(db, now_ms, &sha256).await?;
            }
        }
        Ok(all)
    }
}

fn counted(received: &Received) -> Brought {
    let mut brought = Brought { new: received.new.len() as u64, known: received.known as u64, ..Brought::default() };
    for (_, why) in &received.refused {
        match why {
            Refused::Event(_) => brought.damaged += 1,
            Refused::Forged => brought.forged += 1,
            Refused::NotErased => brought.not_erased += 1,
        }
    }
    let mut people = SortedSet::new();
    for (event, _) in &received.new {
        if let Some(person) = person_of(event) {
            people.insert(person.to_owned());
        }
        // A tombstone has no day.
        if !event.is_erased() {
            brought.oldest = Some(brought.oldest.map_or(event.on(), |it| it.min(event.on())));
            brought.newest = brought.newest.max(Some(event.on()));
        }
    }
    brought.people = people.iter().cloned().collect();
    brought
}

/// Whom an event is about, where it is about one person.
fn person_of(event: &Event) -> Option<&str> {
    let is_of = |kind: &str| event.kind() == kind;
    let subject = event.subject();
    match event.kind().split('.').next().unwrap_or_default() {
        "sasaran" => Some(subject),
        "hadir" | "kunjungan" => subject.rsplit(':').next(),
        _ if is_of(kinds::CATATAN_UNDONE) && subject.contains(':') => subject.rsplit(':').next(),
        _ => None,
    }
}

/// Packs small, where that is smaller: the bytes, and whether it was done.
pub(super) async fn deflate(bytes: Vec<u8>) -> (Vec<u8>, bool) {
    let packed = deflated(&Uint8Array::from(bytes.as_slice())).await;
    match packed.map(|it| Uint8Array::new(&it).to_vec()) {
        Ok(packed) if packed.len() < bytes.len() => (packed, true),
        _ => (bytes, false),
    }
}

/// What was packed small, if that is not more than a phone should hold.
pub(super) async fn inflate(bytes: Vec<u8>, is_deflated: bool) -> Result<Vec<u8>, FileError> {
    if !is_deflated {
        return Ok(bytes);
    }
    let found = inflated(&Uint8Array::from(bytes.as_slice()), MOST_BYTES as f64).await;
    let found = found.map_err(|_| FileError::Damaged)?;
    if found.is_null() { Err(FileError::TooBig) } else { Ok(Uint8Array::new(&found).to_vec()) }
}
