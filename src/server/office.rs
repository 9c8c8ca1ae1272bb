//! What a running server holds: the store, the root, who is waiting, and whose word counts where.
//!
//! Everything here blocks; [`super::api`] calls it from threads that may. Read [`Office::push`] for how documents
//! come in.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use rusqlite::Connection;
use serde_json::value::RawValue;
use tokio::sync::watch;

use super::check::{self, Document, Judge, Label, Photo, Refusal, Verdict, kept_text};
use super::readers;
use super::root::{self, Pen, RootError};
use super::store::docs::{self, Database, NewDoc};
use super::store::{self, Store, StoreError, locked, people};
use super::words::{self, Word};
use crate::domain::json::Value;
use crate::domain::ledger::id::hex;
use crate::domain::ledger::roster::{self, Roster};
use crate::domain::ledger::{DeviceId, Event, EventId, PersonId};
use crate::domain::scope::Class;

/// Why a server cannot be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key.
    #[error(transparent)]
    Root(#[from] RootError),
}

/// Which server this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Made once, kept by a restore.
    pub uuid: String,
    /// Made anew by a restore: sequences of another epoch are not ours.
    pub epoch: String,
    /// The server as a device of the roster.
    pub device: DeviceId,
    /// The server as a person of the roster.
    pub person: PersonId,
    /// Whether everything in it is invented.
    pub practice: bool,
}

/// Everything a running server holds.
#[derive(Debug)]
pub struct Office {
    /// What it keeps.
    pub store: Store,
    /// Which server it is.
    pub identity: Identity,
    root: SigningKey,
    /// Signs cookies; as old as the epoch.
    pub(super) session_key: [u8; 64],
    judges: Mutex<HashMap<i64, Arc<Known>>>,
    wakes: Mutex<HashMap<String, watch::Sender<()>>>,
    access: Mutex<BTreeMap<people::Access, (i64, i64)>>,
}

/// A judge, and how new what he knows is.
#[derive(Debug)]
struct Known {
    stamp: Stamp,
    judge: Judge,
}

/// How new the word of roots is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    /// The roster's database; 0 for none.
    tabel: i64,
    /// Newest and number of their events there and in the database itself.
    seen: [(i64, i64); 2],
}

/// How often a push is judged again because whose word counts changed meanwhile.
const MOST_TRIES: usize = 5;

impl Office {
    /// Makes a new server in a folder.
    ///
    /// # Errors
    /// [`OfficeError`], when there is one already.
    pub fn create(folder: &Path, practice: bool) -> Result<Self, OfficeError> {
        let store = Store::create(folder)?;
        let key = root::create(folder)?;
        store.write(|connection| {
            store::set_meta(connection, "root", &root::public(&key))?;
            for name in ["uuid", "device", "person"] {
                store::set_meta(connection, name, &root::random_id())?;
            }
            store::set_meta(connection, "practice", if practice { "1" } else { "0" })?;
            new_epoch(connection)
        })?;
        drop(store);
        Self::open(folder)
    }

    /// Opens the server of a folder.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn open(folder: &Path) -> Result<Self, OfficeError> {
        let store = Store::open(folder)?;
        let root = root::read(folder)?;
        readers::make(&store, folder)?;
        let (identity, session_key) = store.read(|connection| {
            let text = |name: &'static str| store::meta(connection, name)?.ok_or(StoreError::Damaged(name));
            let identity = Identity {
                uuid: text("uuid")?,
                epoch: text("epoch")?,
                device: DeviceId::parse(&text("device")?).map_err(|_| StoreError::Damaged("device"))?,
                person: PersonId::parse(&text("person")?).map_err(|_| StoreError::Damaged("person"))?,
                practice: text("practice")? == "1",
            };
            let key = crate::domain::ledger::id::bytes_from_hex(&text("session_key")?);
            Ok::<_, StoreError>((identity, key.ok_or(StoreError::Damaged("session_key"))?))
        })?;
        Ok(Self {
            store,
            identity,
            root,
            session_key,
            judges: Mutex::default(),
            wakes: Mutex::default(),
            access: Mutex::default(),
        })
    }

    /// The root's public key.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.root.verifying_key().to_bytes()
    }

    /// The root, ready to sign at this time.
    #[must_use]
    pub fn pen(&self, now_ms: i64) -> Pen<'_> {
        Pen { key: &self.root, device: self.identity.device, person: self.identity.person, now_ms }
    }

    /// Keeps documents that were pushed into a database; for each that is refused its label and why.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of it is kept.
    pub fn push(&self, name: &str, class: Class, raw: &[Box<RawValue>]) -> Result<Pushed, StoreError> {
        // What was judged is written only while those whose word counts are the same; else it is judged again.
        for _ in 0..MOST_TRIES {
            if let Some(pushed) = self.try_push(name, class, raw)? {
                if pushed.kept > 0 {
                    self.wake(name);
                }
                if pushed.erases {
                    self.store.settle();
                }
                return Ok(pushed);
            }
        }
        Err(StoreError::Busy)
    }

    fn try_push(&self, name: &str, class: Class, raw: &[Box<RawValue>]) -> Result<Option<Pushed>, StoreError> {
        let mut refused = Vec::new();
        let mut documents = Vec::new();
        let (database, known) = self.store.read(|connection| {
            let database = docs::database(connection, name)?.ok_or(StoreError::Damaged("db"))?;
            for raw in raw {
                let label = Label::of(raw);
                // Written once: what is here already is never looked at again, unless it is to go.
                if let Some(id) = label.event_id()
                    && docs::known(connection, database.id, id)?.is_some_and(|is_erased| is_erased || !label.is_deleted)
                {
                    continue;
                }
                match check::read(raw, &label, class) {
                    Ok(document) => documents.push((label, document)),
                    Err(refusal) => refused.push((label, refusal)),
                }
            }
            let known = self.judge(connection, &database, class)?;
            Ok::<_, StoreError>((database, known))
        })?;
        let mut judge = known.judge.clone();
        let events = arranged(documents, &mut judge, &mut refused);
        if events.is_empty() {
            return Ok(Some(Pushed { refused, ..Pushed::default() }));
        }
        self.store.write(|connection| {
            if self.stamp(connection, &database, class)? != known.stamp {
                return Ok(None);
            }
            let mut kept = 0;
            for it in &events {
                let is_new = keep(connection, database.id, it)?;
                if is_new && !it.erases.is_empty() {
                    self.keep_apart(&database.name, &it.text)?;
                }
                kept += i64::from(is_new);
            }
            let erases = events.iter().any(|it| !it.erases.is_empty() || it.is_erased);
            Ok(Some(Pushed { refused, kept, erases }))
        })
    }

    /// Keeps a word of the root beside the database, for whoever restores an older copy of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_apart(&self, db: &str, text: &str) -> Result<(), StoreError> {
        words::append(self.store.path().parent().unwrap_or(Path::new(".")), db, text)
    }

    /// How new the word of roots is: in the roster's database of the kabupaten, and in this one.
    fn stamp(&self, connection: &Connection, database: &Database, class: Class) -> Result<Stamp, StoreError> {
        let tabel = match self.kabupaten_of(connection, &database.name, class)? {
            Some(it) => docs::database(connection, &format!("tabel-{it}"))?.map_or(0, |it| it.id),
            None => 0,
        };
        Ok(Stamp { tabel, seen: [docs::roots_stamp(connection, tabel)?, docs::roots_stamp(connection, database.id)?] })
    }

    /// The judge of a database, as new as what is stored.
    fn judge(&self, connection: &Connection, database: &Database, class: Class) -> Result<Arc<Known>, StoreError> {
        let stamp = self.stamp(connection, database, class)?;
        if let Some(known) = locked(&self.judges).get(&database.id).filter(|it| it.stamp == stamp) {
            return Ok(known.clone());
        }
        let mut judge = Judge::new(&database.name, class, self.root());
        let mut of = vec![stamp.tabel, database.id];
        of.dedup();
        for db in of {
            // They were judged when they came.
            for text in docs::roots(connection, db)? {
                if let Ok(event) = Event::parse(&text) {
                    judge.hear(&event);
                }
            }
        }
        let known = Arc::new(Known { stamp, judge });
        locked(&self.judges).insert(database.id, known.clone());
        Ok(known)
    }

    /// The kabupaten whose roster counts in a database.
    fn kabupaten_of(&self, connection: &Connection, name: &str, class: Class) -> Result<Option<String>, StoreError> {
        let area = match class {
            Class::Posyandu => people::posyandu_of_scope(connection, name)?.map(|it| it.desa),
            _ => name.split_once('-').map(|(_, area)| area.to_owned()),
        };
        Ok(area.and_then(|it| it.get(..4).map(str::to_owned)))
    }

    /// Wakes whoever waits for a database.
    pub fn wake(&self, name: &str) {
        if let Some(wake) = locked(&self.wakes).get(name) {
            wake.send_replace(());
        }
    }

    /// Tells when something came into a database.
    #[must_use]
    pub fn listen(&self, name: &str) -> watch::Receiver<()> {
        locked(&self.wakes).entry(name.to_owned()).or_insert_with(|| watch::channel(()).0).subscribe()
    }

    /// Makes the databases that a person's grants name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn make_databases(connection: &Connection, user: &people::User) -> Result<(), StoreError> {
        for grant in user.grants() {
            docs::database_or_new(connection, &grant.db)?;
        }
        Ok(())
    }

    /// Notes for the access log that an account did something; written with the next [`Office::flush_access`].
    pub fn note(&self, account: &str, db: &str, verb: &'static str, documents: i64) {
        let minute = now_ms() / 60_000;
        let line = people::Access { minute, account: account.into(), db: db.into(), verb };
        let mut access = locked(&self.access);
        let count = access.entry(line).or_default();
        count.0 += 1;
        count.1 += documents;
    }

    /// Writes what was noted, and drops what is too old.
    ///
    /// # Errors
    /// [`StoreError`]; then it is tried again the next time.
    pub fn flush_access(&self, keep_days: i64) -> Result<(), StoreError> {
        let lines = std::mem::take(&mut *locked(&self.access));
        if lines.is_empty() {
            return Ok(());
        }
        let oldest = now_ms() / 60_000 - keep_days * 1440;
        let written = self.store.write(|connection| people::log(connection, &lines, oldest));
        if written.is_err() {
            let mut access = locked(&self.access);
            for (line, (times, documents)) in lines {
                let count = access.entry(line).or_default();
                count.0 += times;
                count.1 += documents;
            }
        }
        written
    }
}

/// What became of a push.
#[derive(Debug, Default)]
pub struct Pushed {
    /// Documents that were not kept, and why.
    pub refused: Vec<(Label, Refusal)>,
    /// How many were new.
    pub kept: i64,
    /// Whether something was to be erased.
    erases: bool,
}

/// What a push is going to write.
struct Judged {
    id: EventId,
    is_erased: bool,
    is_root: bool,
    text: String,
    photo: Option<Photo>,
    /// Names of events, with the hash of what remains of them: to be overwritten.
    erases: Vec<EventId>,
}

/// Judges documents, those of roots first.
fn arranged(documents: Vec<(Label, Document)>, judge: &mut Judge, refused: &mut Vec<(Label, Refusal)>) -> Vec<Judged> {
    let mut judged = Vec::with_capacity(documents.len());
    let mut labels = HashMap::new();
    let mut photos = HashMap::new();
    let mut events = Vec::new();
    for (label, document) in documents {
        match document {
            Document::Sealed { id, text } => {
                judged.push(Judged { id, is_erased: false, is_root: false, text, photo: None, erases: Vec::new() });
            }
            Document::Event { event, photo } => {
                labels.insert((event.id(), event.is_erased()), label);
                if let Some(photo) = photo {
                    photos.insert(event.id(), photo);
                }
                events.push(*event);
            }
        }
    }
    Roster::arrange(&mut events);
    for event in events {
        match judge.judge(&event) {
            Err(refusal) => {
                if let Some(label) = labels.remove(&(event.id(), event.is_erased())) {
                    refused.push((label, refusal));
                }
            }
            Ok(verdict) => {
                let named = roster::named_in(&event);
                let erases = named.iter().filter_map(|it| EventId::parse(it.get(..32)?).ok()).collect();
                let event = if verdict == Verdict::KeepErased { event.erased() } else { event };
                judged.push(Judged {
                    id: event.id(),
                    is_erased: event.is_erased(),
                    is_root: Roster::is_roots(event.kind()),
                    text: kept_text(&event),
                    photo: photos.remove(&event.id()).filter(|_| !event.is_erased()),
                    erases,
                });
            }
        }
    }
    judged
}

/// Writes one; whether it was new.
fn keep(connection: &Connection, db: i64, it: &Judged) -> Result<bool, StoreError> {
    let is_new = match docs::known(connection, db, it.id)? {
        None => true,
        Some(is_erased) => it.is_erased && !is_erased,
    };
    if is_new {
        let photo = it.photo.as_ref().map(|it| (it.md5.as_str(), it.bytes.as_slice()));
        let doc = NewDoc { id: it.id, is_erased: it.is_erased, is_root: it.is_root, body: &it.text, photo };
        docs::insert(connection, db, &doc)?;
        erase(connection, db, &it.text, &it.erases)?;
    }
    Ok(is_new)
}

/// Overwrites what a believed event names, where it is what the event says.
fn erase(connection: &Connection, db: i64, order: &str, ids: &[EventId]) -> Result<(), StoreError> {
    let Some(order) = Some(ids).filter(|it| !it.is_empty()).and_then(|_| Event::parse(order).ok()) else {
        return Ok(());
    };
    let named = roster::named_in(&order);
    for id in ids {
        let Some(doc) = docs::doc(connection, db, *id)?.filter(|it| !it.is_erased) else { continue };
        let Ok(event) = Event::parse(&doc.body) else { continue };
        if Roster::is_roots(event.kind()) || !named.contains(&roster::name_of(&event)) {
            continue;
        }
        let body = kept_text(&event.erased());
        docs::insert(connection, db, &NewDoc { id: *id, is_erased: true, is_root: false, body: &body, photo: None })?;
    }
    Ok(())
}

/// Erases again whatever a believed event names: what a restored copy may have brought back.
///
/// # Errors
/// [`StoreError`].
pub fn replay_erasures(connection: &Connection) -> Result<(), StoreError> {
    for name in docs::names(connection)? {
        let Some(database) = docs::database(connection, &name)? else { continue };
        for text in docs::roots(connection, database.id)? {
            let Ok(event) = Event::parse(&text) else { continue };
            let named = roster::named_in(&event);
            let ids: Vec<EventId> = named.iter().filter_map(|it| EventId::parse(it.get(..32)?).ok()).collect();
            erase(connection, database.id, &text, &ids)?;
        }
    }
    Ok(())
}

/// Takes in what the root said after a copy was made: accounts whose keys ended are struck, and what erases is there
/// for [`replay_erasures`]. What another key signed is nobody's word.
///
/// # Errors
/// [`StoreError`].
pub fn replay_words(connection: &Connection, said: &[Word], root: &[u8; 32], now_ms: i64) -> Result<(), StoreError> {
    for (db, event) in said.iter().filter(|(_, it)| it.is_signed_by(root)) {
        root::keep(connection, db, event)?;
        if event.kind() == roster::KEY_ENDED {
            let data = event.data();
            let text = |name| data.get(name).and_then(Value::as_text).unwrap_or_default();
            people::strike_key(connection, (text("person"), text("device"), text("key")), now_ms)?;
        }
    }
    Ok(())
}

/// Begins a new epoch: sequences and sessions of before count no longer.
///
/// # Errors
/// [`StoreError`].
pub fn new_epoch(connection: &Connection) -> Result<(), StoreError> {
    store::set_meta(connection, "epoch", &root::random_id())?;
    store::set_meta(connection, "session_key", &hex(&root::random::<64>()))
}

/// Unix milliseconds.
#[must_use]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
