//! What travels sealed for its readers: a reporter, a tracking code, the whole of a `rahasia` complaint.
//!
//! What waits in a person's `pending` is signed and sealed once, while her book is open and the roster names readers; its
//! sealed documents stand in rows of their own, under the name of the database they go to, and whoever has the book open
//! sends them like any others. When the server has them the plain text goes, and the documents stay: a server that was
//! set back is given them again. On a reader's phone a row holds what it says, too: keys change, what was read does not.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{OpenBook, PAGE};
use crate::crypto::envelope::{open_as, seal_to};
use crate::crypto::{Aad, seal};
use crate::domain::aduan::own::{self, Pending};
use crate::domain::kinds;
use crate::domain::ledger::event::Stamp;
use crate::domain::ledger::id::hex;
use crate::domain::ledger::roster::FOR_SYSTEM;
use crate::domain::ledger::sealed::{self, Sealed};
use crate::domain::ledger::{Draft, Event, EventId, Hlc, PersonId};
use crate::domain::scope::Class;
use crate::domain::sorted::SortedMap;
use crate::messages::Failure;
use crate::store::idb::Db;
use crate::store::{Batch, Delivered, EventRow, StoreError};
use crate::sync::protocol::{Direction, Freight, Place, Reading, Row, Settled, Told, log};
use crate::worker::office::{crypto, failure, random};

/// Rows of them that are read at a time: each may hold a photo.
const FEW: u32 = 16;
/// Where [`Made`] stands, before person and item.
const MADE: &str = "titipan:of:";

/// A document as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    /// The server gave it.
    is_given: bool,
    /// What it says, where it is for who opens this book.
    told: String,
}

/// What others sealed for who opened this book, as far as the rows were read.
#[derive(Default)]
pub(in crate::worker) struct Entrusted {
    pub(in crate::worker) items: Vec<Pending>,
    until: SortedMap<String, u64>,
}

/// Who may read what of a kabupaten.
struct Readers {
    /// Whatever was told.
    officers: Vec<[u8; 32]>,
    /// Tracking codes.
    system: [u8; 32],
}

/// What was made of an item and is not received yet.
#[derive(Default, Serialize, Deserialize)]
struct Made {
    database: String,
    /// Rows and names of its documents.
    names: Vec<(u64, EventId)>,
}

/// What is to be sealed.
struct Said<'a> {
    draft: Draft,
    photo: &'a [u8],
}

fn head_key(database: &str) -> String {
    format!("titipan:head:{database}")
}

fn head_of(bytes: Option<&Vec<u8>>) -> u64 {
    bytes.and_then(|it| it.as_slice().try_into().ok()).map_or(0, u64::from_le_bytes)
}

fn sixteen() -> [u8; 16] {
    let mut bytes = [0; 16];
    random(&mut bytes);
    bytes
}

impl OpenBook {
    /// Whether there is a way for what waits: a database that takes it, and readers whom the roster names.
    pub(in crate::worker) fn may_entrust(&self, day: NaiveDate) -> bool {
        self.way().is_some_and(|it| self.readers(it, day).is_some())
    }

    /// Into which database it goes: of several the one of the posyandu's kabupaten.
    fn way(&self) -> Option<&str> {
        let grants = self.account.iter().flat_map(|it| &it.connected.grants);
        let ways = || grants.clone().filter(|it| it.write && it.class == Class::Titipan).map(|it| it.db.as_str());
        let desa = self.ledger.book.posyandu().and_then(|it| it.text("wilayah")).unwrap_or_default();
        let digits: String = desa.chars().filter(char::is_ascii_digit).take(4).collect();
        ways().find(|it| it.strip_prefix("titipan-") == Some(&digits)).or_else(|| ways().next())
    }

    /// Who may read what is put into a database; nobody while it lacks one of them.
    fn readers(&self, database: &str, day: NaiveDate) -> Option<Readers> {
        let officers = self.ledger.roster.officers(database.strip_prefix("titipan-")?, day);
        let system = self.ledger.roster.reader(FOR_SYSTEM)?;
        Some(Readers { officers, system }).filter(|it| !it.officers.is_empty())
    }

    /// The items of a person, by their names, of which documents are on their way.
    pub(in crate::worker) async fn made(db: &Db, person: &str) -> Result<Vec<String>, Failure> {
        let prefix = format!("{MADE}{person}/");
        let made = db.meta_with_prefix(&prefix).await.map_err(failure)?;
        Ok(made.into_iter().filter_map(|(key, _)| key.strip_prefix(&prefix).map(str::to_owned)).collect())
    }

    /// Seals what waits of her, each item in one transaction. Photos wait for a network that they may use.
    pub(in crate::worker) async fn entrust(
        &self,
        db: &Db,
        (now_ms, day): (u64, NaiveDate),
        database: &str,
        with_photos: bool,
    ) -> Result<(), Failure> {
        let readers = self.readers(database, day).filter(|_| self.way() == Some(database));
        let Some(readers) = readers else { return Ok(()) };
        let me = self.me().to_owned();
        let made = Self::made(db, &me).await?;
        let waiting = db.pending(&me).await.map_err(failure)?;
        let open = |id: &str, sealed: &[u8]| self.open_own("pending", id, sealed).ok();
        let item = |id: &str, sealed: &[u8]| Pending::parse(std::str::from_utf8(&open(id, sealed)?).ok()?);
        let all: Vec<(&str, Pending)> = waiting
            .iter()
            .filter(|(id, _)| !own::is_photo_id(id))
            .filter_map(|(id, sealed)| Some((id.as_str(), item(id, sealed)?)))
            .collect();
        for (id, it) in all.iter().filter(|(id, _)| own::is_item_id(id) && !made.iter().any(|known| known == id)) {
            let said: Vec<Said<'_>> = it.events.iter().map(|it| Said { draft: it.clone(), photo: &[] }).collect();
            let left = match it.handed() {
                Some(left) => {
                    let id = own::handed_id(id);
                    let sealed = self.seal_own("pending", &id, left.to_text().as_bytes()).map_err(crypto)?;
                    Batch::strict().put_pending(&me, &id, sealed)
                }
                None => Batch::strict(),
            };
            self.make(db, now_ms, (database, id), (&said, &readers), left).await?;
        }
        for (id, sealed) in waiting.iter().filter(|(id, _)| with_photos && own::is_photo_id(id)) {
            let mut photos = all.iter().flat_map(|(_, it)| it.photos());
            let told =
                photos.find(|it| it.data.get("sha256").is_some_and(|it| it.as_text() == id.strip_prefix("foto:")));
            if let Some((told, bytes)) = told.zip(open(id, sealed)).filter(|_| !made.contains(id)) {
                let said = [Said { draft: told, photo: &bytes }];
                self.make(db, now_ms, (database, id), (&said, &readers), Batch::strict()).await?;
            }
        }
        Ok(())
    }

    /// Signs and seals events, and writes them with what else belongs to it. Where another tab was quicker it is its.
    async fn make(
        &self,
        db: &Db,
        now_ms: u64,
        (database, item): (&str, &str),
        (said, readers): (&[Said<'_>], &Readers),
        with: Batch,
    ) -> Result<(), Failure> {
        let head = db.meta(&head_key(database)).await.map_err(failure)?;
        let by = PersonId::parse(self.me()).map_err(|_| Failure::NotFound)?;
        let (mut seq, mut after, mut names) = (head_of(head.as_ref()), Vec::new(), Vec::new());
        let of = format!("{MADE}{}/{item}", self.me());
        let mut batch = with;
        for Said { draft, photo } in said {
            seq += 1;
            let n = i64::try_from(seq).unwrap_or(i64::MAX);
            let (device, replaces) = (self.device, SortedMap::new());
            let stamp = Stamp { at: Hlc::new(now_ms, 0), by, device, n, after, replaces, salt: sixteen() };
            let is_code = draft.kind == kinds::ADUAN_KODE;
            let event = Event::sign(draft.clone(), stamp, self.unlocked.signing_key());
            after = vec![event.id()];
            let readers = if is_code { &[readers.system][..] } else { readers.officers.as_slice() };
            // Longer than any event or photo may be: it stays, and is counted as what is only here.
            let Some(plain) = sealed::filled(&event.to_text(), photo) else { return Ok(()) };
            let (id, text) = seal_to(readers, &plain, &mut random).map_err(crypto)?.to_document();
            // An officer reads what she adds as her colleagues do.
            let is_hers = readers.contains(&self.unlocked.signing_key().verifying_key().to_bytes());
            let told = if is_hers { event.to_text() } else { String::new() };
            let kept = Kept { text, is_given: false, told };
            batch = batch.add_event(self.titipan_row(database, id, seq, &kept)?);
            names.push((seq, id));
        }
        // It fails only for want of memory, which is a trap.
        let made = Made { database: database.to_owned(), names };
        let made = postcard::to_allocvec(&made).unwrap_or_default();
        let key = head_key(database);
        let batch = batch.put_meta(of, made).expect_meta(key.clone(), head).put_meta(key, seq.to_le_bytes());
        match db.write(&batch).await {
            Err(StoreError::Moved { .. }) => Ok(()),
            written => written.map(|_| ()).map_err(failure),
        }
    }

    fn titipan_row(&self, database: &str, id: EventId, seq: u64, kept: &Kept) -> Result<EventRow, Failure> {
        let id = id.to_string();
        let plain = postcard::to_allocvec(kept).unwrap_or_default();
        let aad = Aad { store: "events", scope: database, id: &id };
        let body = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, &plain);
        Ok(EventRow { scope: database.to_owned(), id, seq, tag: Vec::new(), body })
    }

    fn open_titipan(&self, row: &EventRow) -> Option<Kept> {
        let aad = Aad { store: "events", scope: &row.scope, id: &row.id };
        postcard::from_bytes(&seal::open(self.key().ok()?, aad, &row.body).ok()?).ok()
    }

    /// What is remembered of a direction, see [`OpenBook::remembered`].
    pub(in crate::worker) async fn titipan_remembered(
        &self,
        db: &Db,
        now_ms: u64,
        place: &Place,
        direction: Direction,
    ) -> Result<Told, Failure> {
        let own = Self::titipan_head(db, &place.database).await?;
        Ok(match self.remembered(db, now_ms, place, direction).await? {
            Told::Loaded { aside, log, owed, .. } => Told::Loaded { aside, log, owed, head: own, has_again: false },
            other => other,
        })
    }

    async fn titipan_head(db: &Db, database: &str) -> Result<u64, Failure> {
        let head = db.meta(&head_key(database)).await.map_err(failure)?;
        Ok(head_of(head.as_ref()))
    }

    /// Documents to be sent, see [`OpenBook::rows_to_send`].
    pub(in crate::worker) async fn titipan_to_send(
        &self,
        db: &Db,
        place: &Place,
        reading: Reading,
    ) -> Result<Told, Failure> {
        let Reading { freight, after, until, count, bytes, is_all } = reading;
        let end = until.min(Self::titipan_head(db, &place.database).await?).max(after);
        let (mut rows, mut looked, mut left) = (Vec::new(), after, bytes);
        while freight == Freight::Events && looked < end {
            let page = db.events_after(&place.database, looked, FEW).await.map_err(failure)?;
            if page.is_empty() {
                break;
            }
            for row in page.iter().take_while(|it| it.seq <= end) {
                let kept = self.open_titipan(row).filter(|it| is_all || !it.is_given);
                if let Some((kept, id)) = kept.zip(EventId::parse(&row.id).ok()) {
                    if rows.len() >= count || (!rows.is_empty() && kept.text.len() > left) {
                        return Ok(Told::Rows { rows, until: looked, is_end: false });
                    }
                    left = left.saturating_sub(kept.text.len());
                    rows.push(Row { seq: row.seq, id, text: kept.text, is_given: kept.is_given, freight });
                }
                looked = row.seq;
            }
            if page.last().is_some_and(|it| it.seq > end) {
                break;
            }
        }
        Ok(Told::Rows { rows, until: end, is_end: true })
    }

    /// What the server said, see [`OpenBook::settle`]: when it has everything that was made of an item, the item goes. Of
    /// what it refuses nothing is left but the item, which waits on and is sealed anew.
    pub(in crate::worker) async fn titipan_settle(
        &mut self,
        db: &Db,
        place: &Place,
        settled: Settled,
    ) -> Result<Told, Failure> {
        let mut batch = Batch::strict();
        let [received, ..] = log::received(settled.log.as_deref());
        for (key, names) in db.meta_with_prefix(MADE).await.map_err(failure)? {
            let made: Made = postcard::from_bytes(&names).unwrap_or_default();
            let is_refused = |id: EventId| made.names.iter().any(|(_, known)| *known == id);
            if made.database != place.database {
                continue;
            } else if let Some(it) = settled.refused.iter().find(|it| is_refused(it.id)) {
                batch = batch.delete_event(&place.database, it.id.to_string()).delete_meta(key);
            } else if let Some((person, item)) = key.strip_prefix(MADE).and_then(|it| it.split_once('/'))
                && made.names.iter().all(|(seq, _)| *seq <= received)
            {
                batch = batch.delete_pending(person, item).delete_meta(key);
            }
        }
        if let Some(paid) = settled.paid {
            batch = Self::put_owed(batch, place, &Self::owed(db, place).await?.pay(paid));
        }
        if let Some(text) = settled.log {
            batch = batch.put_meta(Self::log_key(place, Direction::Push), text.into_bytes());
        }
        db.write(&batch).await.map_err(failure)?;
        self.read_entrusted(db).await?;
        Ok(Told::Stored { head: Self::titipan_head(db, &place.database).await? })
    }

    /// Keeps what a server gave, and reads what of it is for her; how many were new. What is not whole lies aside, and is
    /// asked for again.
    pub(in crate::worker) async fn titipan_given(
        &mut self,
        db: &Db,
        now_ms: u64,
        place: &Place,
        documents: &[Delivered],
        log: Option<String>,
    ) -> Result<(Told, usize), Failure> {
        let database = &place.database;
        let broken = documents.iter().map(|it| it.text.clone()).filter(|it| Sealed::parse(it).is_none());
        let broken: Vec<String> = broken.collect();
        if !broken.is_empty() {
            self.take_in(db, now_ms, &broken, Some(self.homes.of(database)), Batch::relaxed()).await?;
        }
        let before = db.meta(&head_key(database)).await.map_err(failure)?;
        let first = head_of(before.as_ref());
        let (mut seq, mut batch) = (first, Batch::relaxed());
        for it in documents {
            let Some((id, sealed)) = Sealed::parse(&it.text) else { continue };
            seq += 1;
            let mut told = String::new();
            if let Some((event, photo)) = self.read_sealed(&sealed) {
                if let Some(sha256) = Self::photo_of(&event).filter(|it| *it == hash_of(&photo)) {
                    let aad = Aad { store: "blobs", scope: &self.scope, id: &sha256 };
                    let bytes = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, &photo);
                    batch = batch.put_blob(&self.scope, &sha256, bytes);
                }
                told = event.to_text();
            }
            // One that is here stays as it is.
            let kept = Kept { text: it.text.clone(), is_given: true, told };
            batch = batch.add_event(self.titipan_row(database, id, seq, &kept)?);
        }
        if seq > first {
            let key = head_key(database);
            batch = batch.expect_meta(key.clone(), before).put_meta(key, seq.to_le_bytes());
        }
        if let Some(log) = log {
            batch = batch.put_meta(Self::log_key(place, Direction::Pull), log.into_bytes());
        }
        let duplicates = db.write(&batch).await.map_err(failure)?.duplicates;
        self.read_entrusted(db).await?;
        Ok((Told::Stored { head: seq }, (seq - first) as usize - duplicates))
    }

    /// What a document says, if it was sealed for her, and whoever says so was ever named by a root.
    fn read_sealed(&self, sealed: &Sealed) -> Option<(Event, Vec<u8>)> {
        let plain = open_as(self.unlocked.signing_key(), sealed).ok()?;
        let (text, photo) = sealed::unfilled(&plain)?;
        let event = Event::parse(text).ok()?;
        let is_known = self.ledger.roster.keys_of(&event).any(|key| event.is_signed_by(key));
        (is_known && event.home() == Class::Aduan).then(|| (event, photo.to_vec()))
    }

    /// Reads on in what was sealed for her.
    pub(in crate::worker) async fn read_entrusted(&mut self, db: &Db) -> Result<(), Failure> {
        let grants = self.account.iter().flat_map(|it| &it.connected.grants);
        let databases: Vec<String> =
            grants.filter(|it| it.read && it.class == Class::Titipan).map(|it| it.db.clone()).collect();
        for database in databases {
            let mut until = self.entrusted.until.get(&database).copied().unwrap_or(0);
            loop {
                let page = db.events_after(&database, until, FEW.min(PAGE)).await.map_err(failure)?;
                let Some(last) = page.last() else { break };
                until = last.seq;
                for row in &page {
                    let told = self.open_titipan(row).map(|it| it.told).unwrap_or_default();
                    if let Ok(event) = Event::parse(&told) {
                        let told = Draft {
                            kind: event.kind().to_owned(),
                            subject: event.subject().to_owned(),
                            on: event.on(),
                            data: event.data(),
                        };
                        Pending::entrust(&mut self.entrusted.items, &event.id().to_string(), told);
                    }
                }
            }
            self.entrusted.until.insert(database, until);
        }
        Ok(())
    }
}

fn hash_of(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes))
}
