//! Carries what this server keeps into a CouchDB, and back: revisions, tombstones and photos as they are.
//!
//! It asks first what is missing (`_revs_diff`), so it may be run at any time, also while both sides serve; twice is
//! once. `tabel-…` never moves: only the root writes there, and it stays here. [`feed`] goes on carrying, [`back`] brings.

pub mod back;
pub mod feed;

use std::fmt;

use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use ureq::http::Method;

use super::couch::{CouchDb, CouchError};
use super::office::Office;
use super::store::StoreError;
use super::store::docs::{self, Database};
use super::wire::{Extras, revision, write_doc};
use crate::domain::ledger::EventId;
use crate::domain::ledger::id::hex;
use crate::domain::scope::Class;

/// Names that are compared at once.
const PAGE: i64 = 1000;
/// Documents of one request.
const MOST_DOCUMENTS: usize = 500;
/// Their bytes, about.
const MOST_BYTES: usize = 1 << 20;

/// Why nothing, or not everything, was carried; what was carried before stays.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The CouchDB.
    #[error(transparent)]
    Couch(#[from] CouchError),
    /// This server's database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A name that is no database's that moves.
    #[error("{0} is no database that moves: only posyandu-…, aduan-…, opd-…, titipan-… and rekap-… do")]
    Stays(String),
    /// Some documents were not taken.
    #[error("the couchdb refused {count} documents, the last one because of \"{reason}\"")]
    Refused {
        /// How many.
        count: u64,
        /// What it said of the last one.
        reason: String,
    },
}

/// Whether a database moves: all of this app but the rosters and tables, which only the root writes.
#[must_use]
pub fn moves(name: &str) -> bool {
    Class::of(name).is_some_and(|it| it != Class::Tabel)
}

/// What was carried of one database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events without a photo.
    pub events: u64,
    /// Events with a photo.
    pub photos: u64,
    /// Tombstones.
    pub tombstones: u64,
    /// What was there already.
    pub there: u64,
    /// What was not taken.
    pub refused: u64,
    /// Why the last one was not.
    pub reason: String,
}

impl Tally {
    /// Everything that was looked at.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.events + self.photos + self.tombstones + self.there + self.refused
    }

    /// As an error, where something was not taken.
    ///
    /// # Errors
    /// [`CopyError::Refused`].
    pub fn whole(self) -> Result<(), CopyError> {
        if self.refused == 0 { Ok(()) } else { Err(CopyError::Refused { count: self.refused, reason: self.reason }) }
    }

    /// Adds what was carried of another database.
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.photos += other.photos;
        self.tombstones += other.tombstones;
        self.there += other.there;
        self.refused += other.refused;
        if other.refused > 0 {
            self.reason.clone_from(&other.reason);
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events, photos, tombstones, there, refused, .. } = self;
        write!(f, "{events} events, {photos} photos and {tombstones} tombstones carried, {there} were there")?;
        if *refused > 0 { write!(f, ", {refused} refused ({})", self.reason) } else { Ok(()) }
    }
}

/// One document on its way.
struct Parcel {
    id: EventId,
    is_erased: bool,
    has_photo: bool,
    text: String,
}

/// Carries what stands behind a sequence; `told` hears after each page how far it is. Where it came to.
///
/// # Errors
/// [`CopyError`]. What the CouchDB refuses document by document is counted instead, and does not stop the rest.
pub fn out(
    office: &Office,
    couch: &CouchDb,
    name: &str,
    since: i64,
    mut told: impl FnMut(&Tally),
) -> Result<(Tally, i64), CopyError> {
    let mut tally = Tally::default();
    let mut last = since;
    loop {
        let (database, names) = office.store.read(|connection| {
            let database = docs::database(connection, name)?.ok_or(StoreError::Damaged("db"))?;
            let mut names = Vec::new();
            docs::changes(connection, database.id, (last, PAGE), false, |doc| {
                names.push((doc.id, revision(&doc), doc.seq));
                Ok::<_, StoreError>(())
            })?;
            Ok::<_, StoreError>((database, names))
        })?;
        let Some((_, _, end)) = names.last() else { break };
        last = *end;
        let missing = missing(couch, name, &names)?;
        tally.there += count(names.len() - missing.len());
        let mut part: Vec<Parcel> = Vec::new();
        for id in missing {
            let Some(parcel) = parcel(office, &database, id)? else { continue };
            let bytes: usize = part.iter().map(|it| it.text.len()).sum();
            if !part.is_empty() && (part.len() >= MOST_DOCUMENTS || bytes + parcel.text.len() > MOST_BYTES) {
                send(couch, name, &part, &mut tally)?;
                part.clear();
            }
            // A photo goes by itself.
            if parcel.has_photo {
                send(couch, name, &[parcel], &mut tally)?;
            } else {
                part.push(parcel);
            }
        }
        if !part.is_empty() {
            send(couch, name, &part, &mut tally)?;
        }
        told(&tally);
    }
    if tally.tombstones > 0 {
        // Until then CouchDB would still give what was erased to whoever names its revision.
        couch.post(&format!("{name}/_compact"), "{}".into())?;
    }
    Ok((tally, last))
}

/// Which of these the CouchDB lacks, in their order.
fn missing(couch: &CouchDb, name: &str, names: &[(EventId, String, i64)]) -> Result<Vec<EventId>, CouchError> {
    let asked: serde_json::Map<String, Value> =
        names.iter().map(|(id, rev, _)| (id.to_string(), json!([rev]))).collect();
    let path = format!("{name}/_revs_diff");
    let text = couch.post(&path, Value::Object(asked).to_string())?;
    let answer: serde_json::Map<String, Value> =
        serde_json::from_str(&text).map_err(|_| CouchError::Unreadable(path))?;
    Ok(names.iter().map(|(id, ..)| *id).filter(|it| answer.contains_key(&it.to_string())).collect())
}

/// A document as it stands now, with its history and its photo; none when it went.
fn parcel(office: &Office, database: &Database, id: EventId) -> Result<Option<Parcel>, StoreError> {
    office.store.read(|connection| {
        let Some(doc) = docs::doc(connection, database.id, id)? else { return Ok(None) };
        let mut text = String::new();
        write_doc(connection, database.id, &doc, Extras { revs: true, attachments: true }, &mut text)?;
        Ok(Some(Parcel { id, is_erased: doc.is_erased, has_photo: doc.photo.is_some(), text }))
    })
}

/// Sends documents together. Where the CouchDB refuses them together, halves are tried until the one is alone that it
/// does not take.
fn send(couch: &CouchDb, name: &str, part: &[Parcel], tally: &mut Tally) -> Result<(), CouchError> {
    let path = format!("{name}/_bulk_docs");
    let texts: Vec<&str> = part.iter().map(|it| it.text.as_str()).collect();
    let body = format!(r#"{{"new_edits":false,"docs":[{}]}}"#, texts.join(","));
    let answer = couch.ask(Method::POST, &path, body)?;
    match answer.status {
        200..=202 => {}
        400 | 412 | 413 if part.len() > 1 => {
            let (first, second) = part.split_at(part.len() / 2);
            send(couch, name, first, tally)?;
            return send(couch, name, second, tally);
        }
        status @ (400 | 412 | 413) => {
            tally.refused += 1;
            tally.reason = status.to_string();
            return Ok(());
        }
        status => return Err(CouchError::Answered { path, status }),
    }
    // Success is silence, though some name successes too.
    let items: Vec<Value> = serde_json::from_str(&answer.text).map_err(|_| CouchError::Unreadable(path))?;
    let refused: Vec<&Value> = items.iter().filter(|it| it.get("error").is_some()).collect();
    tally.refused += count(refused.len());
    if let Some(last) = refused.last() {
        let word = |name: &str| last.get(name).and_then(Value::as_str);
        tally.reason = word("reason").or(word("error")).unwrap_or_default().to_owned();
    }
    let is_refused = |it: &Parcel| {
        let id = it.id.to_string();
        refused.iter().any(|item| item.get("id").and_then(Value::as_str) == Some(&id))
    };
    for it in part.iter().filter(|it| refused.is_empty() || !is_refused(it)) {
        match (it.is_erased, it.has_photo) {
            (true, _) => tally.tombstones += 1,
            (false, true) => tally.photos += 1,
            (false, false) => tally.events += 1,
        }
    }
    Ok(())
}

/// Where the carrying stands, kept in the CouchDB itself, so that one that was made anew or set back says so by it. Its
/// name is a secret of this server and of its epoch: whoever could write it would keep the root's word from others.
fn mark(office: &Office, name: &str) -> String {
    let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&office.session_key.into());
    mac.update(format!("copy\n{name}").as_bytes());
    format!("{name}/_local/{}", hex(mac.finalize().into_bytes().get(..16).unwrap_or_default()))
}

/// How far the CouchDB has it.
///
/// # Errors
/// [`CouchError`].
pub fn marked(office: &Office, couch: &CouchDb, name: &str) -> Result<i64, CouchError> {
    let known = couch.get(&mark(office, name))?;
    Ok(known.as_ref().and_then(|it| it.get("seq")).and_then(crate::domain::json::Value::as_int).unwrap_or(0))
}

/// Notes how far the CouchDB has it.
///
/// # Errors
/// [`CouchError`].
pub fn set_mark(office: &Office, couch: &CouchDb, name: &str, seq: i64) -> Result<(), CouchError> {
    let path = mark(office, name);
    let known = couch.get(&path)?;
    let mut members = crate::domain::json::object([("seq", seq.into())]);
    if let Some(rev) = known.as_ref().and_then(|it| it.get("_rev")).and_then(crate::domain::json::Value::as_text) {
        members.insert("_rev".into(), rev.into());
    }
    couch.put(&path, members.into())
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
