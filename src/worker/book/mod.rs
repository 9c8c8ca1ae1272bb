//! The open book of one scope: its ledger in memory, its rows on disk, and the keys between them.

mod carried;
mod erase;
mod handed;
mod outbox;
mod spread;
mod titipan;

use chrono::NaiveDateTime;
use futures_util::future::join;
use serde::{Deserialize, Serialize};

use super::office::{Office, crypto, failure, random};
use super::own::Own;
use crate::crypto::keyring::{index_key, tag};
use crate::crypto::{Aad, CryptoError, Key, Unlocked, seal};
use crate::domain::book::{FOLD_VERSION, LazyShelf};
use crate::domain::calendar::TimeZone;
use crate::domain::form::{FieldError, Problem};
use crate::domain::intent::Plan;
use crate::domain::ledger::event::MAX_BYTES;
use crate::domain::ledger::id::{DeviceId, EventId, hex};
use crate::domain::ledger::roster::{Ed25519, Roster, Trust};
use crate::domain::ledger::{Clock, Event, PersonId, Signer};
use crate::domain::rights::Grant;
use crate::domain::scope::Class;
use crate::domain::sorted::SortedMap;
use crate::domain::view::Desk;
use crate::messages::{Failure, StoreFailure};
use crate::store::idb::Db;
use crate::store::{Author, Batch, EventRow, Home, Homes, Ledger, Mark, SealedEvent, StoreError};
use crate::worker::account::Account;
pub(super) use carried::Outgoing;
pub(super) use outbox::Outbox;
use spread::Spread;
use titipan::Entrusted;
pub(super) use titipan::{SEALED_META, is_sealed, sealed_scopes};

/// How many events are read and folded at a time.
const PAGE: u32 = 1000;
/// A snapshot is written again when the tail behind it is longer than this.
pub(super) const SNAPSHOT_EVERY: u64 = 300;
const SNAPSHOT_CHUNK: usize = 1 << 20;

/// What must not move between reading and writing: compared in the saving transaction.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Head {
    /// Local sequence of the last row.
    seq: u64,
    /// This device's clock.
    clock: Clock,
    /// This device's running numbers.
    numbers: SortedMap<Class, i64>,
}

impl Head {
    fn to_bytes(&self) -> Vec<u8> {
        let highest = self.numbers.values().copied().max().unwrap_or(0);
        // It fails only for want of memory, which is a trap.
        postcard::to_allocvec(&(self.seq, highest, self.clock, &self.numbers)).unwrap_or_default()
    }

    /// The first builds had one number for all classes, and wrote nothing behind the clock: each goes on from there.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ((seq, highest, clock), rest): ((u64, i64, Clock), &[u8]) = postcard::take_from_bytes(bytes).ok()?;
        let first = || [Class::Posyandu, Class::Aduan].into_iter().map(|it| (it, highest)).collect();
        let numbers = if rest.is_empty() { first() } else { postcard::from_bytes(rest).ok()? };
        Some(Self { seq, clock, numbers })
    }
}

/// The first chunk of a snapshot; the others are the ledger.
#[derive(Serialize, Deserialize)]
struct SnapshotHead {
    fold: u32,
    /// Local sequence of the last row in it.
    seq: u64,
    /// How many rows up to there did not open: who starts from it does not look at them again.
    damaged: u64,
    /// Length of the ledger.
    bytes: u64,
}

/// Where a chunk stands: it opens only there, and only behind the one it was written behind.
#[derive(Default)]
struct ChunkPlace {
    at: u32,
    id: String,
}

impl ChunkPlace {
    fn aad<'a>(&'a self, scope: &'a str) -> Aad<'a> {
        Aad { store: "snapshots", scope, id: &self.id }
    }

    fn after(&self, sealed: &[u8]) -> Self {
        let tag = sealed.last_chunk::<16>().map(|it| hex(it)).unwrap_or_default();
        Self { at: self.at + 1, id: tag }
    }
}

/// What an event moved, as far as the shelf needs to know.
struct Moved {
    subject: String,
    is_roots: bool,
}

impl Moved {
    fn of(event: &Event) -> Self {
        Self { subject: event.subject().to_owned(), is_roots: Roster::is_roots(event.kind()) }
    }
}

/// An open scope.
pub(super) struct OpenBook {
    pub(super) nama: String,
    pub(super) scope: String,
    pub(super) device: DeviceId,
    pub(super) unlocked: Unlocked,
    pub(super) ledger: Ledger,
    pub(super) owes_recovery: bool,
    shelf: LazyShelf,
    head: Option<Head>,
    /// The head as it stands on disk.
    head_bytes: Option<Vec<u8>>,
    seq: u64,
    /// How many rows do not open. They stay as they are: whoever brings one again must find it missing.
    damaged: u64,
    /// A key ended before something that is still believed of it.
    owes_rebuild: bool,
    snapshot_seq: u64,
    /// A key or an erasure came: what was refused for want of it is to be heard again.
    owes_hearing: bool,
    /// What the server does not have yet.
    pub(super) outbox: Outbox,
    /// Something came to be owed and is not in the outbox yet.
    owes_count: bool,
    /// Where in the rows something may be to be sent.
    spread: Spread,
    /// The databases that she was ever given.
    pub(super) homes: Homes,
    /// She has a place at a server. What it is comes with the courier.
    pub(super) is_connected: bool,
    /// Her place at the server, once this phone is connected.
    pub(super) account: Option<Account>,
    /// What others sealed for her.
    pub(super) entrusted: Entrusted,
}

impl OpenBook {
    pub(super) fn new(scope: String, device: DeviceId, unlocked: Unlocked, ledger: Ledger) -> Self {
        Self {
            nama: String::new(),
            scope,
            device,
            unlocked,
            ledger,
            owes_recovery: false,
            shelf: LazyShelf::default(),
            head: None,
            head_bytes: None,
            seq: 0,
            damaged: 0,
            owes_rebuild: false,
            snapshot_seq: 0,
            owes_hearing: false,
            outbox: Outbox::default(),
            owes_count: false,
            spread: Spread::default(),
            homes: Homes::default(),
            is_connected: false,
            account: None,
            entrusted: Entrusted::default(),
        }
    }

    /// How many of the stored events cannot be read: on a damaged disk the rest is still a book.
    pub(super) fn damaged(&self) -> u64 {
        self.damaged
    }

    pub(super) fn me(&self) -> &str {
        self.unlocked.person()
    }

    /// What the views know; `own` holds what only this person's phone has.
    pub(super) fn desk<'a>(&'a self, now: NaiveDateTime, own: &'a Own) -> Desk<'a> {
        let desk = Desk::new(&self.ledger.book, &self.shelf, now, self.unlocked.person());
        let may_decide = PersonId::parse(self.me())
            .is_ok_and(|me| self.ledger.roster.may_record(me, self.device, Class::Posyandu, now.date()));
        Desk {
            pending: &own.pending,
            entrusted: &self.entrusted.items,
            drafts: &own.drafts,
            next_ticket: own.ticket.as_ref(),
            may_decide,
            ..desk
        }
    }

    /// Makes everybody ready for finding, if that was not done yet.
    pub(super) fn fill_shelf(&self) {
        self.shelf.of(&self.ledger.book);
    }

    /// Minutes east of Greenwich where the desa is.
    pub(super) fn zone_minutes(&self) -> i32 {
        let code = self.ledger.book.posyandu().and_then(|it| it.text("wilayah"));
        let province = code.as_deref().and_then(|it| it.get(..2)).and_then(|it| it.parse().ok());
        province.and_then(TimeZone::of_province).unwrap_or(TimeZone::Wib).offset_minutes()
    }

    fn key(&self) -> Result<&Key, CryptoError> {
        self.unlocked.scope_key(&self.scope)
    }

    /// Seals what belongs to the person: drafts and pending matter.
    pub(super) fn seal_own(&self, store: &str, id: &str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let aad = Aad { store, scope: self.me(), id };
        Ok(seal::seal_with(self.unlocked.person_key(), &mut random, aad, plain))
    }

    pub(super) fn open_own(&self, store: &str, id: &str, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        seal::open(self.unlocked.person_key(), Aad { store, scope: self.me(), id }, sealed)
    }

    /// Whether complaints may be taken down: alone, or where the server takes them.
    pub(super) fn takes_complaints(&self) -> bool {
        let takes = |it: &Grant| it.write && it.class == Class::Aduan;
        self.account.as_ref().is_none_or(|it| it.connected.grants.iter().any(takes))
    }

    /// Whether it is a posyandu's, and not an office's.
    pub(super) fn is_posyandu(&self) -> bool {
        Class::of(&self.scope) == Some(Class::Posyandu)
    }

    fn row(&self, event: &Event, mark: Mark, seq: u64, index: &Key) -> Result<EventRow, CryptoError> {
        let key = self.key()?;
        let id = event.id().to_string();
        let mut plain = Vec::new();
        mark.write(&mut plain);
        event.pack(&mut plain);
        let aad = Aad { store: "events", scope: &self.scope, id: &id };
        let body = seal::seal_with(key, &mut random, aad, &plain);
        let tag = tag(index, &self.scope, event.subject()).to_vec();
        Ok(EventRow { scope: self.scope.clone(), id, seq, tag, body })
    }

    fn open_row(&self, id: &str, body: &[u8]) -> Option<(Event, Mark)> {
        let aad = Aad { store: "events", scope: &self.scope, id };
        let plain = seal::open(self.key().ok()?, aad, body).ok()?;
        let (mark, body) = Mark::read(&plain)?;
        // The first builds sealed the text; a packed event begins with the length of its kind, which is less.
        let event = if body.first() == Some(&b'{') {
            Event::parse(std::str::from_utf8(body).ok()?).ok()?
        } else {
            Event::unpack(EventId::parse(id).ok()?, body)?
        };
        Some((event, mark))
    }

    fn head_key(&self) -> String {
        format!("head:{}", self.scope)
    }

    /// Reads the snapshot, if it is one of ours, and every row behind it.
    pub(super) async fn load(&mut self, db: &Db, now_ms: u64) -> Result<(), Failure> {
        if let Some((about, ledger)) = self.read_snapshot(db).await? {
            self.ledger = ledger;
            self.seq = about.seq;
            self.damaged = about.damaged;
            self.snapshot_seq = about.seq;
        } else {
            self.read_all(db, now_ms).await?;
        }
        self.read_rows(db, now_ms).await?;
        Ok(())
    }

    /// Folds every row up to the head, in the order in which they come fastest: for the book it is all the same.
    async fn read_all(&mut self, db: &Db, now_ms: u64) -> Result<(), Failure> {
        let until = self.read_head(db).await?.0.unwrap_or_default().seq;
        let mut rows = self.page(db, "").await?;
        while let Some(last) = rows.last() {
            // The disk brings the next while these are folded.
            let (scope, after) = (self.scope.clone(), last.id.clone());
            let next = db.events_by_id(&scope, &after, PAGE);
            let fold = async {
                // What is written meanwhile is read behind it, in sequence.
                let rows = rows.iter().filter(|it| it.seq <= until);
                let opened = rows.clone().filter_map(|row| self.open_row(&row.id, &row.body));
                let events: Vec<(Event, Trust)> = opened.map(|(event, mark)| (event, mark.trust)).collect();
                self.damaged += (rows.count() - events.len()) as u64;
                let _ = self.ledger.apply(&events, now_ms, &Ed25519);
            };
            rows = join(next, fold).await.0.map_err(failure)?;
        }
        self.seq = until;
        self.owes_rebuild = self.ledger.settle(now_ms, &Ed25519);
        Ok(())
    }

    /// The rows behind an id; none at the end.
    async fn page(&self, db: &Db, after: &str) -> Result<Vec<SealedEvent>, Failure> {
        db.events_by_id(&self.scope, after, PAGE).await.map_err(failure)
    }

    /// What it says of itself, and the ledger. A cache: what does not fit is built again.
    async fn read_snapshot(&self, db: &Db) -> Result<Option<(SnapshotHead, Ledger)>, Failure> {
        let last = self.read_head(db).await?.0.unwrap_or_default().seq;
        let mut place = ChunkPlace::default();
        let mut about = None::<SnapshotHead>;
        let mut plain = Vec::new();
        // One at a time: a phone with 2 GB should not hold the sealed and the open book at once.
        while let Some(sealed) = db.snapshot_chunk(&self.scope, place.at).await.map_err(failure)? {
            let Ok(opened) = self.key().and_then(|key| seal::open(key, place.aad(&self.scope), &sealed)) else {
                return Ok(None);
            };
            place = place.after(&sealed);
            if about.is_some() {
                plain.extend(opened);
                continue;
            }
            let head: Option<SnapshotHead> = postcard::from_bytes(&opened).ok();
            // One of another fold, or from a future that never was.
            let Some(head) = head.filter(|it| it.fold == FOLD_VERSION && it.seq <= last) else { return Ok(None) };
            plain.reserve_exact(usize::try_from(head.bytes).unwrap_or(0));
            about = Some(head);
        }
        // Whole, or a chunk is missing at the end.
        let about = about.filter(|it| it.bytes == plain.len() as u64);
        let mut ledger = Ledger::from_snapshot(plain).filter(|it| it.roster.roots() == self.ledger.roster.roots());
        if let Some(ledger) = &mut ledger {
            ledger.roster.stand_where(&self.ledger.roster);
        }
        Ok(about.zip(ledger))
    }

    /// The head, and the bytes in which it stands on disk.
    async fn read_head(&self, db: &Db) -> Result<(Option<Head>, Option<Vec<u8>>), Failure> {
        let bytes = db.meta(&self.head_key()).await.map_err(failure)?;
        let read = |it: &Vec<u8>| Head::from_bytes(it).ok_or(Failure::Store(StoreFailure::Broken));
        Ok((bytes.as_ref().map(read).transpose()?, bytes))
    }

    /// Folds the rows that another tab wrote since.
    pub(super) async fn catch_up(&mut self, db: &Db, now_ms: u64) -> Result<(), Failure> {
        match self.read_rows(db, now_ms).await {
            Ok(events) => self.move_shelf(&events),
            Err(failure) => {
                // Some may be folded: which, is not known here.
                self.shelf = LazyShelf::default();
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Folds the rows behind the last one read, and says what they were.
    async fn read_rows(&mut self, db: &Db, now_ms: u64) -> Result<Vec<Moved>, Failure> {
        let mut moved = Vec::new();
        // Before the rows: what another tab writes meanwhile then makes the next save look again.
        let (head, head_bytes) = self.read_head(db).await?;
        loop {
            let rows = db.events_after(&self.scope, self.seq, PAGE).await.map_err(failure)?;
            let Some(last) = rows.last() else { break };
            let seq = last.seq;
            let mut events: Vec<(Event, Trust)> = Vec::with_capacity(rows.len());
            for row in &rows {
                if let Some((event, mark)) = self.open_row(&row.id, &row.body) {
                    self.outbox.add(row.seq, &event, mark.from);
                    events.push((event, mark.trust));
                }
            }
            self.damaged += (rows.len() - events.len()) as u64;
            self.owes_rebuild |= self.ledger.apply(&events, now_ms, &Ed25519).must_rebuild;
            moved.extend(events.iter().map(|(event, _)| Moved::of(event)));
            self.seq = seq;
        }
        // A row at the end may be gone, because it did not open: its place is not given out again.
        self.seq = head.as_ref().map_or(0, |it| it.seq).max(self.seq);
        // Also what was begun before the phone went out. On a full phone it waits: the book must open to make room.
        if self.ledger.owes_erasure(self.damaged > 0).next().is_some()
            && let Ok(gone) = self.erase(db, now_ms).await
        {
            moved.extend(gone);
        }
        if self.owes_rebuild {
            self.rebuild(db, now_ms).await?;
        }
        self.head = head;
        self.head_bytes = head_bytes;
        self.heed_head();
        Ok(moved)
    }

    fn own_numbers(&self) -> SortedMap<Class, i64> {
        let own = self.ledger.numbers.iter().filter(|((device, _), _)| *device == self.device);
        own.map(|((_, class), n)| (*class, *n)).collect()
    }

    /// Goes on behind what this phone has stamped already, also where the row that would say so does not open.
    fn heed_head(&mut self) {
        if let Some(head) = &self.head {
            self.ledger.clock.last = self.ledger.clock.last.max(head.clock.last);
            for (class, n) in &head.numbers {
                let number = self.ledger.numbers.or_insert_with((self.device, *class), || 0);
                *number = (*n).max(*number);
            }
        }
    }

    fn move_shelf(&mut self, moved: &[Moved]) {
        if moved.iter().any(|it| it.is_roots) {
            // A new key may have made older events believable: whom they are about is not known here.
            self.shelf = LazyShelf::default();
        } else {
            self.shelf.touch(&self.ledger.book, moved.iter().map(|it| it.subject.as_str()));
        }
    }

    /// Judges every row anew: a key ended before something that was believed of it.
    async fn rebuild(&mut self, db: &Db, now_ms: u64) -> Result<(), Failure> {
        let mut texts = Vec::new();
        let mut count = 0;
        let mut page = self.page(db, "").await?;
        while let Some(last) = page.last() {
            let rows = page.iter().filter(|it| it.seq <= self.seq);
            count += rows.clone().count();
            texts.extend(rows.filter_map(|row| self.open_row(&row.id, &row.body)).map(|(event, _)| event.to_text()));
            page = self.page(db, &last.id).await?;
        }
        self.damaged = (count - texts.len()) as u64;
        self.ledger = self.ledger.rebuilt(texts.iter().map(String::as_str), now_ms, &Ed25519);
        self.heed_head();
        self.shelf = LazyShelf::default();
        self.snapshot_seq = 0;
        self.owes_rebuild = false;
        Ok(())
    }

    /// Writes new events with everything that must happen with them; all or nothing. `from` is the database whose
    /// server gave them; none for what was recorded or brought here.
    pub(super) async fn append(
        &mut self,
        db: &Db,
        now_ms: u64,
        from: Option<Home>,
        make: impl Fn(&Ledger) -> Result<(Vec<(Event, Trust)>, Batch), Failure>,
    ) -> Result<Vec<Event>, Failure> {
        let index = index_key(self.key().map_err(crypto)?);
        for _ in 0..5 {
            let (events, mut batch) = make(&self.ledger)?;
            // Nobody would take it, this phone first of all. Forms do not let it come so far.
            if events.iter().any(|(event, _)| event.is_too_long()) {
                let most = u32::try_from(MAX_BYTES).unwrap_or(u32::MAX);
                return Err(Failure::Refused(vec![FieldError::new("isian", Problem::TooLong { most })]));
            }
            let mut head = Head { seq: self.seq, clock: self.ledger.clock, numbers: self.own_numbers() };
            for (event, trust) in &events {
                head.seq += 1;
                let row = self.row(event, Mark { trust: *trust, from }, head.seq, &index).map_err(crypto)?;
                // In the place of a row of that name that does not open; any other would be known by now.
                batch = if self.damaged > 0 { batch.replace_event(row) } else { batch.add_event(row) };
                if event.device() == self.device {
                    let number = head.numbers.or_insert_with(event.home(), || 0);
                    *number = event.n().max(*number);
                    head.clock.hear(event.at(), now_ms);
                }
            }
            let batch = batch.expect_meta(self.head_key(), self.head_bytes.clone());
            let batch = batch.put_meta(self.head_key(), head.to_bytes());
            match db.write(&batch).await {
                Ok(_) => {
                    let applied = self.ledger.apply(&events, now_ms, &Ed25519);
                    let moved: Vec<Moved> = events.iter().map(|(event, _)| Moved::of(event)).collect();
                    self.move_shelf(&moved);
                    for (seq, (event, _)) in (self.seq + 1..).zip(&events) {
                        self.outbox.add(seq, event, from);
                    }
                    self.ledger.clock = head.clock;
                    self.seq = head.seq;
                    self.head_bytes = Some(head.to_bytes());
                    self.head = Some(head);
                    // It is saved, whatever comes now: an erasure that fails is begun again with the next reading.
                    if applied.must_erase
                        && let Ok(gone) = self.erase(db, now_ms).await
                    {
                        self.move_shelf(&gone);
                    }
                    self.owes_hearing |= applied.roster_grew || applied.must_erase;
                    self.owes_rebuild |= applied.must_rebuild;
                    if self.owes_rebuild {
                        // So it is with this.
                        let _ = self.rebuild(db, now_ms).await;
                    }
                    return Ok(events.into_iter().map(|(event, _)| event).collect());
                }
                // Another tab was quicker: see what it wrote, and stamp again behind it.
                Err(StoreError::Moved { .. }) => {
                    self.catch_up(db, now_ms).await?;
                    // Or it was ourselves: committed, and the connection died before it said so.
                    if !events.is_empty() && events.iter().all(|(event, _)| self.ledger.has(event)) {
                        return Ok(events.into_iter().map(|(event, _)| event).collect());
                    }
                }
                Err(error) => return Err(failure(error)),
            }
        }
        Err(Failure::Store(StoreFailure::Closed))
    }

    /// Stamps, signs and writes drafts.
    pub(super) async fn record(
        &mut self,
        db: &Db,
        now_ms: u64,
        plan: &Plan,
        with: Batch,
    ) -> Result<Vec<Event>, Failure> {
        let signing = self.unlocked.signing_key().clone();
        let root = self.unlocked.root_key().cloned();
        let by = PersonId::parse(self.me()).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        let device = self.device;
        let drafts = plan.drafts.clone();
        let make = move |ledger: &Ledger| {
            let author = Author { by, device, signer: &signing };
            let root = root.as_ref().map(|it| it as &dyn Signer);
            let mut salts = || {
                let mut salt = [0; 16];
                random(&mut salt);
                salt
            };
            let events = ledger.record(drafts.clone(), &author, root, now_ms, &mut salts);
            Ok((events.into_iter().map(|event| (event, Trust::Verified)).collect(), with.clone()))
        };
        self.append(db, now_ms, None, make).await
    }

    /// Writes the snapshot when the tail has grown by so much; a cache, so relaxed, and failing is no failure.
    pub(super) async fn snapshot(&mut self, db: &Db, least: u64) {
        let grown = self.seq.saturating_sub(self.snapshot_seq);
        if grown < least.max(1) || self.owes_rebuild {
            return;
        }
        let Ok(key) = self.key() else { return };
        let plain = self.ledger.to_snapshot();
        let (seq, damaged, bytes) = (self.seq, self.damaged, plain.len() as u64);
        let about = SnapshotHead { fold: FOLD_VERSION, seq, damaged, bytes };
        let Ok(about) = postcard::to_allocvec(&about) else { return };
        let mut place = ChunkPlace::default();
        let mut chunks = Vec::new();
        for chunk in std::iter::once(about.as_slice()).chain(plain.chunks(SNAPSHOT_CHUNK)) {
            let sealed = seal::seal_with(key, &mut random, place.aad(&self.scope), chunk);
            place = place.after(&sealed);
            chunks.push(sealed);
        }
        if db.write(&Batch::relaxed().put_snapshot(&self.scope, chunks)).await.is_ok() {
            self.snapshot_seq = self.seq;
        }
    }
}

impl Office {
    /// Writes a plan and tells the page.
    pub(super) async fn write(&mut self, plan: Plan, own: &Own) -> Result<Vec<(String, String)>, Failure> {
        let now_ms = self.now_ms();
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        let mut with = Batch::strict();
        if let Some(form) = &plan.ends_draft {
            with = with.delete_draft(book.unlocked.person(), form);
        }
        with = own.batch(book, db, &plan, with).await?;
        let events = book.record(db, now_ms, &plan, with).await?;
        if !plan.pending.is_empty() {
            self.has_to_seal(plan.pending.len() as u64);
        }
        self.moved();
        self.tell.wrote();
        self.wake_courier();
        Ok(events.iter().map(|it| (it.subject().to_owned(), it.id().to_string())).collect())
    }
}
