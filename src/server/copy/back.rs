//! Brings what phones wrote into a CouchDB back to this server: to go back to it, to erase, to have it in a backup.
//!
//! Everything comes in through [`Office::push`] like what a phone sends, so what CouchDB could not judge is judged here.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{CopyError, CouchDb, Office, Tally, count, moves};
use crate::domain::ledger::EventId;
use crate::domain::scope::Class;
use crate::server::couch::CouchError;
use crate::server::store::{StoreError, docs};

/// Changes of one page.
const PAGE: usize = 1000;
/// Documents that are fetched together; where each may have a photo fewer.
const MOST_DOCUMENTS: usize = 500;
const MOST_PHOTOS: usize = 20;

#[derive(Deserialize)]
struct Page {
    results: Vec<Row>,
    last_seq: Value,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    deleted: bool,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    rev: String,
}

#[derive(Deserialize)]
struct Found {
    results: Vec<Each>,
}

#[derive(Deserialize)]
struct Each {
    #[serde(default)]
    docs: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    ok: Option<Box<RawValue>>,
}

/// Brings what this server lacks of a database; `told` hears after each page how far it is.
///
/// # Errors
/// [`CopyError`]. What is refused here is counted instead: it stays where it is, and nobody believes it.
pub fn back(office: &Office, couch: &CouchDb, name: &str, mut told: impl FnMut(&Tally)) -> Result<Tally, CopyError> {
    let class = Class::of(name).filter(|_| moves(name)).ok_or_else(|| CopyError::Stays(name.into()))?;
    let most = if matches!(class, Class::Aduan | Class::Opd) { MOST_PHOTOS } else { MOST_DOCUMENTS };
    let mut tally = Tally::default();
    let mut since = "0".to_owned();
    loop {
        let path = format!("{name}/_changes?limit={PAGE}&since={}", in_address(&since));
        let unreadable = || CouchError::Unreadable(format!("{name}/_changes"));
        let answer = couch.ask(ureq::http::Method::GET, &path, String::new())?;
        if answer.status != 200 {
            return Err(CouchError::Answered { path: format!("{name}/_changes"), status: answer.status }.into());
        }
        let page: Page = serde_json::from_str(&answer.text).map_err(|_| unreadable())?;
        let events = page.results.iter().filter(|it| !it.id.starts_with('_')).count();
        let lacking = lacking(office, name, &page.results)?;
        tally.there += count(events - lacking.len());
        for part in lacking.chunks(most) {
            take(office, couch, (name, class), part, &mut tally)?;
        }
        told(&tally);
        let last = page.last_seq.as_str().map_or_else(|| page.last_seq.to_string(), str::to_owned);
        if page.results.is_empty() || last == since {
            return Ok(tally);
        }
        since = last;
    }
}

/// Which of these this server has not, or not as a tombstone yet: ids and revisions.
fn lacking(office: &Office, name: &str, rows: &[Row]) -> Result<Vec<Value>, StoreError> {
    office.store.read(|connection| {
        let database = docs::database(connection, name)?.ok_or(StoreError::Damaged("db"))?;
        let mut lacking = Vec::new();
        for row in rows.iter().filter(|it| !it.id.starts_with('_')) {
            let known = match EventId::parse(&row.id) {
                Ok(id) => docs::known(connection, database.id, id)?,
                Err(_) => None,
            };
            if !known.is_some_and(|is_erased| is_erased || !row.deleted) {
                let rev = row.changes.first().map(|it| it.rev.as_str());
                lacking.push(json!({"id": row.id, "rev": rev}));
            }
        }
        Ok(lacking)
    })
}

/// Fetches these and gives them to the office.
fn take(
    office: &Office,
    couch: &CouchDb,
    (name, class): (&str, Class),
    wanted: &[Value],
    tally: &mut Tally,
) -> Result<(), CopyError> {
    let text = couch.post(&format!("{name}/_bulk_get?attachments=true"), json!({"docs": wanted}).to_string())?;
    let unreadable = |_| CouchError::Unreadable(format!("{name}/_bulk_get"));
    let found: Found = serde_json::from_str(&text).map_err(unreadable)?;
    let docs: Vec<Box<RawValue>> = found.results.into_iter().flat_map(|it| it.docs).filter_map(|it| it.ok).collect();
    let pushed = office.push(name, class, &docs)?;
    tally.refused += count(pushed.refused.len());
    if let Some((_, refusal)) = pushed.refused.last() {
        tally.reason = refusal.code().to_owned();
    }
    let refused: Vec<&str> = pushed.refused.iter().map(|(label, _)| label.id.as_str()).collect();
    for doc in &docs {
        let label = crate::server::check::Label::of(doc);
        match (label.is_deleted, doc.get().contains("\"_attachments\"")) {
            _ if refused.contains(&label.id.as_str()) => {}
            (true, _) => tally.tombstones += 1,
            (false, true) => tally.photos += 1,
            (false, false) => tally.events += 1,
        }
    }
    Ok(())
}

/// A sequence as an address takes it.
fn in_address(seq: &str) -> String {
    seq.bytes().fold(String::new(), |mut out, byte| {
        let _ = match byte {
            b'-' | b'_' | b'.' | b'~' => write!(out, "{}", char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => write!(out, "{}", char::from(byte)),
            _ => write!(out, "%{byte:02X}"),
        };
        out
    })
}
