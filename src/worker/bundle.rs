//! Files for other phones of the posyandu: gathered, made, looked into, taken in.
//!
//! Only the second file has it ([`crate::later`]). Making a file says nothing of what the server has: nobody knows
//! whether a file arrives.

use super::book::{OpenBook, is_sealed};
use super::office::{Office, failure, random};
use super::parcel::{deflate, inflate};
use crate::domain::aduan::own;
use crate::domain::cadangan;
use crate::domain::file::{FileError, Kind, MOST_OPENED, unarmour};
use crate::domain::kiriman::{Choosing, Fare, told_on};
use crate::domain::ledger::id::bytes_from_hex;
use crate::domain::ledger::{Event, PersonId};
use crate::domain::sorted::SortedSet;
use crate::messages::by_hand::{Brought, Choices, Made, Preview, Weight, What};
use crate::messages::{Failure, StoreFailure};
use crate::store::backup::{Backup, Held, Missing};
use crate::store::{Batch, Mark, quarantine};
use crate::sync::bundle::{open_file, read_letter, seal_file, write_letter};
use crate::sync::parcel::{self, MOST_BYTES, Parcel};

/// When a file was last handed out.
const HANDED: &str = "handed";
/// What an event of a file weighs, roughly, armour and all.
const EVENT_BYTES: u64 = 300;
/// What a file weighs without any.
const EMPTY_BYTES: u64 = 700;

/// What a file holds that was looked into and not taken in yet.
pub(super) struct Looked {
    parcel: Parcel,
    /// Of a backup: what stands beside its events and is not here.
    missing: Missing,
    /// Rows of a backup that do not open.
    broken: u64,
}

fn refused(error: FileError) -> Failure {
    Failure::Backup(error)
}

impl Office {
    fn choosing(&self) -> Result<Choosing, Failure> {
        let (book, today) = (self.book()?, self.local_now().date());
        let unsent = book.outbox.items().iter().map(|it| it.id).collect();
        Ok(Choosing { unsent, today, of_today: told_on(&book.ledger.book, today) })
    }

    /// What could go into a file, and how much of it: counted by what [`Office::make_file`] chooses by.
    pub(super) async fn file_choices(&self) -> Result<Choices, Failure> {
        let (db, book, choosing) = (self.db()?, self.book()?, self.choosing()?);
        let photos: SortedSet<String> = db.blob_names(&book.scope).await.map_err(failure)?.into_iter().collect();
        let mut weights = What::ALL.map(|what| (what, Weight { bytes: EMPTY_BYTES, ..Weight::default() }));
        let visit = |event: Event, mark: Mark| {
            let photo = OpenBook::photo_of(&event).filter(|it| photos.contains(it));
            for (what, weight) in &mut weights {
                match choosing.fare(*what, &event, mark.from.map(|it| it.class)) {
                    Fare::Stays => continue,
                    Fare::Along => {}
                    Fare::Chosen => weight.events += 1,
                }
                weight.bytes += EVENT_BYTES;
                if photo.is_some() {
                    let bytes = event.data().get("bytes").and_then(|it| it.as_int());
                    weight.photos += 1;
                    weight.photo_bytes += bytes.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
                }
            }
        };
        book.visit(db, visit).await?;
        let [(_, unsent), (_, today), (_, all)] = weights;
        let handed = db.meta(HANDED).await.map_err(failure)?.and_then(|it| it.try_into().ok());
        Ok(Choices {
            unsent: book.account.is_some().then_some(unsent),
            today,
            all,
            handed_on: handed.map(|it| self.day_of(u64::from_le_bytes(it))),
        })
    }

    /// Makes a file from what is on the disk, and opens it again before anybody is told that it is ready. Nothing, where
    /// there is nothing of this choice.
    pub(super) async fn make_file(&mut self, what: What, with_photos: bool) -> Result<Option<Made>, Failure> {
        // First, so that the key is among what everybody gets.
        self.sealing_key().await?;
        let (events, chosen) = self.gather(what).await?;
        if chosen == 0 {
            return Ok(None);
        }
        let now_ms = self.now_ms();
        let (db, book) = (self.db()?, self.book()?);
        let (mut photos, mut broken) = (Vec::new(), 0);
        for sha256 in events.iter().filter(|_| with_photos).filter_map(OpenBook::photo_of) {
            // One that another phone took and that was never fetched is not here.
            let Some(sealed) = db.blob(&book.scope, &sha256).await.map_err(failure)? else { continue };
            match bytes_from_hex(&sha256).zip(book.opened_photo(&sha256, &sealed)) {
                Some(photo) => photos.push(photo),
                // The rest goes all the same.
                None => broken += 1,
            }
        }
        let packed = parcel::pack(events.iter(), &photos);
        if packed.len() > MOST_BYTES {
            return Err(refused(FileError::TooBig));
        }
        let by = PersonId::parse(book.me()).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        let letter = write_letter(by, book.device, now_ms, &packed, book.unlocked.signing_key());
        drop(packed);
        let (keys, scopes) = (self.transfer_keys()?, self.transfer_scopes()?);
        let (small, is_deflated) = deflate(letter.clone()).await;
        let text = seal_file(&keys.good, scopes.first().map_or("", String::as_str), is_deflated, &mut random, &small);
        let text = text.ok_or(refused(FileError::UnknownKey))?;
        if text.len() > MOST_OPENED {
            return Err(refused(FileError::TooBig));
        }
        let (small, is_deflated) = open_file(&keys, &scopes, text.as_bytes()).map_err(refused)?;
        if inflate(small, is_deflated).await.map_err(refused)? != letter {
            return Err(refused(FileError::Damaged));
        }
        Ok(Some(Made {
            name: format!("posyandu-kiriman-{}.txt", self.local_now().date()),
            bytes: text.into_bytes(),
            events: chosen,
            photos: photos.len() as u64,
            broken,
        }))
    }

    /// The events of a choice and those that go along, and how many were chosen.
    async fn gather(&self, what: What) -> Result<(Vec<Event>, u64), Failure> {
        let (db, book, choosing) = (self.db()?, self.book()?, self.choosing()?);
        let (mut events, mut chosen) = (Vec::new(), 0);
        let visit = |event: Event, mark: Mark| {
            let fare = choosing.fare(what, &event, mark.from.map(|it| it.class));
            chosen += u64::from(fare == Fare::Chosen);
            if fare != Fare::Stays {
                events.push(event);
            }
        };
        book.visit(db, visit).await?;
        Ok((events, chosen))
    }

    /// What a file holds. Nothing is written; it is kept in memory until somebody says yes.
    pub(super) async fn look_into(&mut self, bytes: &[u8]) -> Result<Preview, Failure> {
        self.looked = None;
        if bytes.len() > MOST_OPENED {
            return Err(refused(FileError::TooBig));
        }
        let book = self.book()?;
        let (from, made_on, mut looked, is_backup) = match unarmour(bytes).map_err(refused)?.0 {
            Kind::Kiriman => {
                let keys = self.transfer_keys()?;
                let (small, is_deflated) = open_file(&keys, &self.transfer_scopes()?, bytes).map_err(refused)?;
                let letter = inflate(small, is_deflated).await.map_err(refused)?;
                let letter = read_letter(&letter).map_err(refused)?;
                let parcel = parcel::unpack(&letter.parcel).map_err(refused)?;
                let day = self.day_of(letter.at_ms);
                let is_hers = book.ledger.roster.vouches((letter.by, letter.device), day, &letter.message, &letter.sig);
                let by = letter.by.to_string();
                let name = book.ledger.book.subject(&by).and_then(|it| it.text("nama")).filter(|_| is_hers);
                let looked = Looked { parcel, missing: Missing::default(), broken: 0 };
                (name.unwrap_or_default(), Some(day), looked, false)
            }
            Kind::Cadangan => {
                let backup = Backup::parse(bytes).map_err(refused)?;
                let made_on = backup.made_at_ms().map(|it| self.day_of(it));
                let mut looked = book.looked_into(&backup).map_err(refused)?;
                looked.missing = self.missing_of(&backup).await?;
                (String::new(), made_on, looked, true)
            }
        };
        looked.parcel.put_roots_first();
        let brought = looked.beside(self.would_bring(&looked.parcel).await?);
        self.looked = Some(Box::new(looked));
        Ok(Preview { from, made_on, is_backup, brought })
    }

    /// What stands in a backup beside its events and is not here.
    async fn missing_of(&self, backup: &Backup) -> Result<Missing, Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let mut held = Held { scope: book.scope.clone(), ..Held::default() };
        for (key, _) in db.meta_with_prefix("vault:").await.map_err(failure)? {
            let person = key.trim_start_matches("vault:").to_owned();
            let of = |(id, _): (String, Vec<u8>)| (person.clone(), id);
            held.drafts.extend(db.drafts(&person).await.map_err(failure)?.into_iter().map(of));
            held.pending.extend(db.pending(&person).await.map_err(failure)?.into_iter().map(of));
            held.people.insert(person);
        }
        let here = db.quarantine(&book.scope).await.map_err(failure)?;
        held.quarantine = here.iter().filter_map(|(id, _)| quarantine::came(id)).map(str::to_owned).collect();
        let is_heard = |id: &str, sealed: &[u8]| book.is_heard(id, sealed);
        let book = &book.ledger.book;
        let told = if backup.drafts.is_empty() {
            SortedSet::new()
        } else {
            cadangan::told_since(book, backup.made_at_ms().unwrap_or(0))
        };
        let is_over = |form: &str| cadangan::is_over(form, book, &told);
        let mut missing = backup.missing(&held, is_over, |id| cadangan::is_erased_in(id, book));
        missing.quarantine.retain(|(_, id, sealed)| !is_heard(id, sealed));
        Ok(missing)
    }

    /// Takes in what was looked at last.
    pub(super) async fn take_in_looked(&mut self) -> Result<Brought, Failure> {
        let looked = self.looked.take().ok_or(Failure::NotFound)?;
        match self.take_looked(&looked).await {
            Ok(brought) => Ok(looked.beside(brought)),
            Err(failure) => {
                // A full phone: once there is room she says yes again.
                self.looked = Some(looked);
                Err(failure)
            }
        }
    }

    async fn take_looked(&mut self, looked: &Looked) -> Result<Brought, Failure> {
        let brought = self.bring(&looked.parcel, looked.missing.put(Batch::strict())).await?;
        if !looked.missing.quarantine.is_empty() {
            let now_ms = self.now_ms();
            let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
            self.open.as_mut().ok_or(Failure::Locked)?.hear_what_came(db, now_ms).await?;
        }
        Ok(brought)
    }

    /// A file was handed out. Nobody knows whether it arrives, so nothing counts as sent.
    pub(super) async fn handed(&mut self) -> Result<(), Failure> {
        let batch = Batch::strict().put_meta(HANDED, self.now_ms().to_le_bytes());
        self.db()?.write(&batch).await.map(|_| ()).map_err(failure)
    }
}

impl Looked {
    /// Adds what stands beside the events.
    fn beside(&self, mut brought: Brought) -> Brought {
        let Missing { drafts, pending, quarantine, left } = &self.missing;
        brought.waiting = pending.iter().filter(|(_, id, _)| own::is_item_id(id)).count() as u64;
        brought.drafts = drafts.iter().filter(|(_, id, _)| !own::is_photo_form(id)).count() as u64;
        brought.held = quarantine.len() as u64;
        brought.left = *left;
        brought.damaged += self.broken;
        brought
    }
}

impl OpenBook {
    /// What a backup of this phone, or of the one it was restored from, holds. One of another phone is opened on an
    /// empty one, with a recovery code.
    fn looked_into(&self, backup: &Backup) -> Result<Looked, FileError> {
        if !backup.is_of(&self.scope) {
            return Err(FileError::OtherPhone);
        }
        // What is sealed for others is no part of the book; what of it was not received waits beside it, and comes so.
        let rows = || backup.events.iter().filter(|it| !is_sealed(&it.scope));
        let texts: Vec<String> = rows().filter_map(|row| self.event_of(row)).map(|it| it.to_text()).collect();
        if texts.is_empty() && !backup.events.is_empty() {
            return Err(FileError::OtherPhone);
        }
        let broken = (rows().count() - texts.len()) as u64;
        let photo = |(_, sha256, sealed): &(String, String, Vec<u8>)| {
            Some((bytes_from_hex(sha256)?, self.opened_photo(sha256, sealed)?))
        };
        let photos = backup.blobs.iter().filter(|(scope, ..)| *scope == self.scope).filter_map(photo).collect();
        Ok(Looked { parcel: Parcel { texts, photos }, missing: Missing::default(), broken })
    }
}
