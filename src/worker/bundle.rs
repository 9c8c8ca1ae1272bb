//! Files for other phones of the posyandu: gathered, made, looked into, taken in.
//!
//! Only the second file has it ([`crate::later`]). Making a file says nothing of what the server has: nobody knows
//! whether a file arrives.

use super::book::OpenBook;
use super::office::{Office, failure, random};
use super::parcel::{deflate, inflate};
use crate::domain::file::{FileError, Kind, unarmour};
use crate::domain::kinds;
use crate::domain::ledger::id::bytes_from_hex;
use crate::domain::ledger::{Event, EventId, PersonId};
use crate::domain::scope::Class;
use crate::domain::sorted::SortedSet;
use crate::messages::by_hand::{Brought, Choices, Made, Preview, Weight, What};
use crate::messages::{Failure, StoreFailure};
use crate::store::backup::Backup;
use crate::store::{Batch, Mark};
use crate::sync::bundle::{open_file, read_letter, seal_file, write_letter};
use crate::sync::parcel::{self, MOST_BYTES, Parcel};
use crate::sync::protocol::Freight;

/// When a file was last handed out.
const HANDED: &str = "handed";
/// What an event of a file weighs, roughly, armour and all.
const EVENT_BYTES: u64 = 300;
/// What a file weighs without any.
const EMPTY_BYTES: u64 = 700;

fn refused(error: FileError) -> Failure {
    Failure::Backup(error)
}

impl Office {
    /// What could go into a file, and how much of it.
    pub(super) async fn file_choices(&self) -> Result<Choices, Failure> {
        let (book, today) = (self.book()?, self.local_now().date());
        let mut all = Weight { events: book.ledger.len() as u64, ..Weight::default() };
        let mut of_today = Weight::default();
        for entry in book.ledger.book.entries() {
            let is_today = entry.on == today;
            of_today.events += u64::from(is_today);
            if &*entry.kind == kinds::FOTO_ADDED {
                let bytes = entry.data().get("bytes").and_then(|it| it.as_int()).and_then(|it| u64::try_from(it).ok());
                for weight in [Some(&mut all), is_today.then_some(&mut of_today)].into_iter().flatten() {
                    weight.photos += 1;
                    weight.photo_bytes += bytes.unwrap_or(0);
                }
            }
        }
        let unsent = book.account.is_some().then(|| {
            let items = book.outbox.items();
            let photos = items.iter().filter(|it| it.freight == Freight::Photos);
            Weight {
                events: items.len() as u64,
                photos: photos.clone().count() as u64,
                photo_bytes: photos.map(|it| it.photo).sum(),
                ..Weight::default()
            }
        });
        let weighed = |it: Weight| Weight { bytes: EMPTY_BYTES + it.events * EVENT_BYTES, ..it };
        let handed = self.db()?.meta(HANDED).await.map_err(failure)?.and_then(|it| it.try_into().ok());
        Ok(Choices {
            unsent: unsent.map(weighed),
            today: weighed(of_today),
            all: weighed(all),
            handed_on: handed.map(|it| self.day_of(u64::from_le_bytes(it))),
        })
    }

    /// Makes a file from what is on the disk, and opens it again before anybody is told that it is ready.
    pub(super) async fn make_file(&mut self, what: What, with_photos: bool) -> Result<Made, Failure> {
        // First, so that the key is among what everybody gets.
        self.sealing_key().await?;
        let events = self.gather(what).await?;
        let now_ms = self.now_ms();
        let (db, book) = (self.db()?, self.book()?);
        let mut photos = Vec::new();
        for sha256 in events.iter().filter(|_| with_photos).filter_map(OpenBook::photo_of) {
            // One that another phone took and that was never fetched is not here.
            if let (Some(hash), Some(bytes)) = (bytes_from_hex(&sha256), book.photo(db, &sha256).await?) {
                photos.push((hash, bytes));
            }
        }
        let packed = parcel::pack(events.iter(), &photos);
        if packed.len() > MOST_BYTES / 2 {
            return Err(refused(FileError::TooBig));
        }
        let by = PersonId::parse(book.me()).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        let letter = write_letter(by, book.device, now_ms, &packed, book.unlocked.signing_key());
        drop(packed);
        let (keys, scopes) = (self.transfer_keys()?, self.transfer_scopes()?);
        let (small, is_deflated) = deflate(letter.clone()).await;
        let text = seal_file(&keys.good, scopes.first().map_or("", String::as_str), is_deflated, &mut random, &small);
        let text = text.ok_or(refused(FileError::UnknownKey))?;
        let (small, is_deflated) = open_file(&keys, &scopes, text.as_bytes()).map_err(refused)?;
        if inflate(small, is_deflated).await.map_err(refused)? != letter {
            return Err(refused(FileError::Damaged));
        }
        Ok(Made {
            name: format!("posyandu-{}.txt", self.local_now().date()),
            bytes: text.into_bytes(),
            events: events.len() as u64,
            photos: photos.len() as u64,
        })
    }

    /// The events of a choice, and those by which a receiver knows whose they are.
    async fn gather(&self, what: What) -> Result<Vec<Event>, Failure> {
        let (db, book, today) = (self.db()?, self.book()?, self.local_now().date());
        let unsent: SortedSet<EventId> = book.outbox.items().iter().map(|it| it.id).collect();
        let of_today = if what == What::Today { book.told_on(today) } else { SortedSet::new() };
        let mut events = Vec::new();
        let visit = |event: Event, mark: Mark| {
            let is_wanted = match what {
                What::All => true,
                What::Unsent => unsent.contains(&event.id()),
                // With what is known of these people: who never heard of them could show nothing.
                What::Today => event.on() == today || of_today.contains(event.subject()),
            };
            let is_of_all =
                matches!(event.kind().split('.').next().unwrap_or_default(), "posyandu" | "roster" | "kader" | "kirim");
            // What comes from the office is everywhere already, or comes from it.
            let is_offices =
                matches!(mark.from.map(|it| it.class), Some(Class::Tabel | Class::Rekap | Class::Opd | Class::Titipan));
            if (is_wanted || is_of_all) && !is_offices {
                events.push(event);
            }
        };
        book.visit(db, visit).await?;
        Ok(events)
    }

    /// What a file holds. Nothing is written; it is kept in memory until somebody says yes.
    pub(super) async fn look_into(&mut self, bytes: &[u8]) -> Result<Preview, Failure> {
        self.looked = None;
        let book = self.book()?;
        let (from, made_on, parcel, is_backup) = match unarmour(bytes).map_err(refused)?.0 {
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
                (name.unwrap_or_default(), Some(day), parcel, false)
            }
            Kind::Cadangan => {
                let backup = Backup::parse(bytes).map_err(refused)?;
                let made_on = backup.made_at_ms().map(|it| self.day_of(it));
                (String::new(), made_on, book.parcel_of(&backup).map_err(refused)?, true)
            }
        };
        let brought = self.would_bring(&parcel).await?;
        self.looked = Some(Box::new(parcel));
        Ok(Preview { from, made_on, is_backup, brought })
    }

    /// Takes in what was looked at last.
    pub(super) async fn take_in_looked(&mut self) -> Result<Brought, Failure> {
        let parcel = self.looked.take().ok_or(Failure::NotFound)?;
        let brought = self.bring(&parcel).await;
        if brought.is_err() {
            // A full phone: once there is room she says yes again.
            self.looked = Some(parcel);
        }
        brought
    }

    /// A file was handed out. Nobody knows whether it arrives, so nothing counts as sent.
    pub(super) async fn handed(&mut self) -> Result<(), Failure> {
        let batch = Batch::strict().put_meta(HANDED, self.now_ms().to_le_bytes());
        self.db()?.write(&batch).await.map(|_| ()).map_err(failure)
    }
}

impl OpenBook {
    /// The people of whom something was told on a day, and their families: names of subjects.
    fn told_on(&self, day: chrono::NaiveDate) -> SortedSet<String> {
        let book = &self.ledger.book;
        let mut names = SortedSet::new();
        for (name, subject) in book.subjects() {
            if subject.log().iter().any(|it| it.on == day) {
                let person = name.rsplit(':').next().unwrap_or_default();
                if let Some(family) = book.subject(person).and_then(|it| it.text("keluarga")) {
                    names.insert(family);
                }
                names.insert(person.to_owned());
                names.insert(name);
            }
        }
        names
    }

    /// What a backup of this phone, or of the one it was restored from, holds. One of another phone is opened on an
    /// empty one, with a recovery code.
    fn parcel_of(&self, backup: &Backup) -> Result<Parcel, FileError> {
        let is_ours = |scope: &String| *scope == self.scope;
        if !backup.events.is_empty() && !backup.events.iter().any(|it| is_ours(&it.scope)) {
            return Err(FileError::Foreign);
        }
        let events: Vec<String> =
            backup.events.iter().filter_map(|row| self.event_of(row)).map(|it| it.to_text()).collect();
        if events.is_empty() && !backup.events.is_empty() {
            return Err(FileError::UnknownKey);
        }
        let photo = |(_, sha256, sealed): &(String, String, Vec<u8>)| {
            Some((bytes_from_hex(sha256)?, self.photo_of_backup(sha256, sealed)?))
        };
        let photos = backup.blobs.iter().filter(|(scope, ..)| is_ours(scope)).filter_map(photo).collect();
        Ok(Parcel { texts: events, photos })
    }
}
