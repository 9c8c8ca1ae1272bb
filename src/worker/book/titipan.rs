//! What travels sealed for its readers: a reporter, a tracking code, the whole of a `rahasia` complaint.
//!
//! What waits in a person's `pending` is signed and sealed once, while her book is open and the roster names readers; its
//! sealed documents stand in rows of their own, under the name of the database they go to, and whoever has the book open
//! sends them like any others. When the server has them the plain text goes, and the documents stay: a server that was
//! set back is given them again. On a reader's phone what a document says has a row, too: keys change, what was read
//! does not. It does not know how sealing is done, what an office makes of what it reads, nor any network.

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
use crate::worker::office::{crypto, failure, random, sixteen};

/// Rows of them that are read at a time: each may hold a photo.
const FEW: u32 = 16;
/// Where [`Made`] stands, before person and item.
const MADE: &str = "titipan:of:";
/// Where the last row of a database is noted.
const HEAD: &str = "titipan:head:";

/// A document as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    /// The server gave it.
    is_given: bool,
}

/// What others sealed for who opened this book, as far as the rows were read.
#[derive(Default)]
pub(in crate::worker) struct Entrusted {
    pub(in crate::worker) items: Vec<Pending>,
    told: Vec<Heard>,
    until: SortedMap<String, u64>,
}

/// What one document told.
struct Heard {
    /// Scope and name of its row.
    row: (String, String),
    event: Event,
    /// Who says so was named by a root.
    is_proven: bool,
}

/// What is remembered of sealed documents begins so.
pub(in crate::worker) const SEALED_META: &str = "titipan:";
/// Where what a document says is kept, before its database.
const TOLD: &str = "dibaca:";

/// Where rows of documents stand, and what was read of them, if a name of a meta value tells of a database.
pub(in crate::worker) fn sealed_scopes(meta: &str) -> Option<[String; 2]> {
    let database = meta.strip_prefix(HEAD)?;
    Some([database.to_owned(), format!("{TOLD}{database}")])
}

/// Whether rows of a scope are of sealed documents.
pub(in crate::worker) fn is_sealed(scope: &str) -> bool {
    Class::of(scope.strip_prefix(TOLD).unwrap_or(scope)) == Some(Class::Titipan)
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
    format!("{HEAD}{database}")
}

fn head_of(bytes: Option<&Vec<u8>>) -> u64 {
    bytes.and_then(|it| it.as_slice().try_into().ok()).map_or(0, u64::from_le_bytes)
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

    /// The items of a person, by their names, of which documents are on their way to where they may still go.
    pub(in crate::worker) async fn made(&self, db: &Db, person: &str) -> Result<Vec<String>, Failure> {
        let prefix = format!("{MADE}{person}/");
        let way = self.way();
        let is_going = |it: &[u8]| postcard::from_bytes::<Made>(it).is_ok_and(|it| Some(it.database.as_str()) == way);
        let made = db.meta_with_prefix(&prefix).await.map_err(failure)?.into_iter().filter(|it| is_going(&it.1));
        Ok(made.filter_map(|(key, _)| key.strip_prefix(&prefix).map(str::to_owned)).collect())
    }

    /// Whether a server lacks documents that were made here: after it was set back, or where it is another one.
    pub(in crate::worker) async fn owes_sealed(&self, db: &Db) -> Result<bool, Failure> {
        let Some((server, database)) = self.account.as_ref().map(|it| &it.connected.uuid).zip(self.way()) else {
            return Ok(false);
        };
        let place = Place { store: String::new(), server: server.clone(), database: database.to_owned() };
        if !Self::owed(db, &place).await?.is_none() {
            return Ok(true);
        }
        let log = db.meta(&Self::log_key(&place, Direction::Push)).await.map_err(failure)?;
        let [mut after, ..] = log::received(log.and_then(|it| String::from_utf8(it).ok()).as_deref());
        loop {
            let page = db.events_after(database, after, FEW).await.map_err(failure)?;
            let Some(last) = page.last() else { return Ok(false) };
            after = last.seq;
            if page.iter().filter_map(|it| self.open_titipan(it)).any(|it| !it.is_given) {
                return Ok(true);
            }
        }
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
        let made = self.made(db, &me).await?;
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
            if readers.contains(&self.unlocked.signing_key().verifying_key().to_bytes()) {
                batch = batch.add_event(self.told_row(database, id, seq, &event)?);
            }
            batch = batch.add_event(self.titipan_row(database, id, seq, &Kept { text, is_given: false })?);
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
        let plain = postcard::to_allocvec(kept).unwrap_or_default();
        self.sealed_row(database.to_owned(), id, seq, &plain)
    }

    /// What a document says stands by itself: it is read again and again, and its photo is not.
    fn told_row(&self, database: &str, id: EventId, seq: u64, event: &Event) -> Result<EventRow, Failure> {
        self.sealed_row(format!("{TOLD}{database}"), id, seq, event.to_text().as_bytes())
    }

    fn sealed_row(&self, scope: String, id: EventId, seq: u64, plain: &[u8]) -> Result<EventRow, Failure> {
        let id = id.to_string();
        let aad = Aad { store: "events", scope: &scope, id: &id };
        let body = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, plain);
        Ok(EventRow { scope, id, seq, tag: Vec::new(), body })
    }

    fn open_sealed_row(&self, row: &EventRow) -> Option<Vec<u8>> {
        let aad = Aad { store: "events", scope: &row.scope, id: &row.id };
        seal::open(self.key().ok()?, aad, &row.body).ok()
    }

    fn open_titipan(&self, row: &EventRow) -> Option<Kept> {
        postcard::from_bytes(&self.open_sealed_row(row)?).ok()
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

    /// Written; how far the rows of its database go.
    pub(in crate::worker) async fn titipan_stored(&self, db: &Db, place: &Place) -> Result<Told, Failure> {
        Ok(Told::Stored { head: Self::titipan_head(db, &place.database).await? })
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
            } else if made.names.iter().all(|(seq, _)| *seq <= received)
                && let Some((person, item)) = key.strip_prefix(MADE).and_then(|it| it.split_once('/'))
            {
                // What does not open any more was passed over, and is made anew.
                if !made.names.is_empty() && self.are_whole(db, &made).await? {
                    batch = batch.delete_pending(person, item);
                }
                batch = batch.delete_meta(key);
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
        self.titipan_stored(db, place).await
    }

    async fn are_whole(&self, db: &Db, made: &Made) -> Result<bool, Failure> {
        for (_, id) in &made.names {
            let row = db.event(&made.database, &id.to_string()).await.map_err(failure)?;
            if row.and_then(|it| self.open_titipan(&it)).is_none() {
                return Ok(false);
            }
        }
        Ok(true)
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
        let (mut whole, mut broken) = (Vec::new(), Vec::new());
        for it in documents {
            match Sealed::parse(&it.text) {
                Some((id, sealed)) => whole.push((id, sealed, &it.text)),
                None => broken.push(it.text.clone()),
            }
        }
        if !broken.is_empty() {
            self.take_in(db, now_ms, &broken, Some(self.homes.of(database)), Batch::relaxed()).await?;
        }
        let before = db.meta(&head_key(database)).await.map_err(failure)?;
        let first = head_of(before.as_ref());
        let (mut seq, mut batch) = (first, Batch::relaxed());
        for (id, sealed, text) in whole {
            seq += 1;
            if let Some((event, photo)) = self.read_sealed(&sealed) {
                if let Some(sha256) = Self::photo_of(&event).filter(|it| *it == hash_of(&photo)) {
                    let aad = Aad { store: "blobs", scope: &self.scope, id: &sha256 };
                    let bytes = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, &photo);
                    batch = batch.put_blob(&self.scope, &sha256, bytes);
                }
                batch = batch.add_event(self.told_row(database, id, seq, &event)?);
            }
            // One that is here stays as it is.
            let kept = Kept { text: text.clone(), is_given: true };
            batch = batch.add_event(self.titipan_row(database, id, seq, &kept)?);
        }
        if seq > first {
            let key = head_key(database);
            batch = batch.expect_meta(key.clone(), before).put_meta(key, seq.to_le_bytes());
        }
        if let Some(log) = log {
            batch = batch.put_meta(Self::log_key(place, Direction::Pull), log.into_bytes());
        }
        db.write(&batch).await.map_err(failure)?;
        let is_new = self.read_entrusted(db).await?;
        Ok((Told::Stored { head: seq }, usize::from(is_new)))
    }

    /// What a document says, if it was sealed for her.
    fn read_sealed(&self, sealed: &Sealed) -> Option<(Event, Vec<u8>)> {
        let plain = open_as(self.unlocked.signing_key(), sealed).ok()?;
        let (text, photo) = sealed::unfilled(&plain)?;
        let event = Event::parse(text).ok().filter(|it| it.home() == Class::Aduan)?;
        Some((event, photo.to_vec()))
    }

    /// Reads on in what was sealed for her; whether there was more. Of what two say, the word of somebody whom a root
    /// ever named counts before that of others: her key may not have come yet.
    pub(in crate::worker) async fn read_entrusted(&mut self, db: &Db) -> Result<bool, Failure> {
        let grants = self.account.iter().flat_map(|it| &it.connected.grants);
        let databases: Vec<String> =
            grants.filter(|it| it.read && it.class == Class::Titipan).map(|it| it.db.clone()).collect();
        let before = self.entrusted.told.len();
        for database in databases {
            let scope = format!("{TOLD}{database}");
            let mut until = self.entrusted.until.get(&database).copied().unwrap_or(0);
            loop {
                let page = db.events_after(&scope, until, PAGE).await.map_err(failure)?;
                let Some(last) = page.last() else { break };
                until = last.seq;
                for row in page {
                    let text = self.open_sealed_row(&row).and_then(|it| String::from_utf8(it).ok());
                    if let Some(event) = text.and_then(|it| Event::parse(&it).ok()) {
                        self.entrusted.told.push(Heard { row: (row.scope, row.id), event, is_proven: false });
                    }
                }
            }
            self.entrusted.until.insert(database, until);
        }
        let mut is_new = self.entrusted.told.len() > before;
        let roster = &self.ledger.roster;
        for it in self.entrusted.told.iter_mut().filter(|it| !it.is_proven) {
            it.is_proven = roster.keys_of(&it.event).any(|key| it.event.is_signed_by(key));
            is_new |= it.is_proven;
        }
        if is_new {
            self.entrusted.items.clear();
            let told = &self.entrusted.told;
            let proven = told.iter().filter(|it| it.is_proven);
            for Heard { event, .. } in proven.chain(told.iter().filter(|it| !it.is_proven)) {
                let (kind, subject) = (event.kind().to_owned(), event.subject().to_owned());
                let told = Draft { kind, subject, on: event.on(), data: event.data() };
                Pending::entrust(&mut self.entrusted.items, &event.id().to_string(), told);
            }
        }
        Ok(is_new)
    }

    /// Adds to a batch that what was sealed about subjects goes: what was not sent yet, and what was read.
    pub(super) async fn forget_sealed(
        &self,
        db: &Db,
        is_about: &dyn Fn(&str) -> bool,
        mut batch: Batch,
    ) -> Result<Batch, Failure> {
        for (key, made) in db.meta_with_prefix(MADE).await.map_err(failure)? {
            if key.rsplit('/').next().is_some_and(is_about) {
                let made: Made = postcard::from_bytes(&made).unwrap_or_default();
                let names = made.names.iter();
                batch = names.fold(batch, |batch, (_, id)| batch.delete_event(&made.database, id.to_string()));
                batch = batch.delete_meta(key);
            }
        }
        for it in self.entrusted.told.iter().filter(|it| is_about(it.event.subject())) {
            batch = batch.delete_event(&it.row.0, it.row.1.clone());
        }
        Ok(batch)
    }

    /// What is in memory of it is read again when the run is over.
    pub(super) fn forget_entrusted(&mut self) {
        self.entrusted = Entrusted::default();
    }
}

fn hash_of(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes))
}
