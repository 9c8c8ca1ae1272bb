//! What the office erases by order (UU PDP): everything that one database holds of a subject.
//!
//! It only finds the events and signs the word that names them; the word comes in through [`Office::push`] like any
//! other, which overwrites what it names. What it tells are kinds and numbers, never content. Read [`erase`] first.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::value::RawValue;

use super::commands::CommandError;
use super::office::{Office, now_ms};
use super::options;
use super::store::{StoreError, docs};
use crate::domain::json::Value;
use crate::domain::ledger::Event;
use crate::domain::ledger::roster::{self, Roster};
use crate::domain::scope::Class;

/// Events that one word names: 70 bytes each, so that it stays below what receivers take.
const MOST_NAMED: usize = 2000;
/// How long a reader beside us may hold back the last bytes before we say so instead of waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// Living events by what they are about, oldest first.
type Living = BTreeMap<String, Vec<Event>>;

/// What a database holds of one subject.
#[derive(Debug, Default)]
struct Found {
    /// What still says something about it.
    living: Living,
    /// What still says something about a subject that names it, like a visit names whom it was about.
    related: Living,
    /// What was erased before.
    tombstones: usize,
}

/// Erases what was asked for, or says what would be erased; the sentences that tell it.
///
/// # Errors
/// [`CommandError`], before anything is erased.
pub fn erase(office: &Office, asked: &options::Erase) -> Result<Vec<String>, CommandError> {
    let db = asked.db.as_str();
    let class = Class::of(db).filter(|it| it.takes(roster::ERASED)).ok_or(CommandError::NotErasable)?;
    let mut all = Found::default();
    let mut elsewhere = BTreeSet::new();
    for subject in &asked.subjects {
        let found = find(office, db, subject)?;
        if found.living.is_empty() && found.tombstones == 0 {
            return Err(CommandError::NoSubject { subject: subject.clone(), db: db.into() });
        }
        all.living.extend(found.living);
        all.related.extend(found.related);
        all.tombstones += found.tombstones;
        elsewhere.extend(others(office, db, subject)?);
    }
    if asked.related {
        all.living.append(&mut all.related);
    }
    all.related.retain(|it, _| !all.living.contains_key(it));
    let Found { living, related, tombstones } = all;
    let count: usize = living.values().map(Vec::len).sum();
    let mut said = Vec::new();
    if count == 0 {
        said.push(format!("nothing is left to erase in {db}: {tombstones} events were erased before"));
    } else if asked.yes {
        order(office, db, class, &living)?;
        said.push(format!("{count} events in {db} are erased; phones erase theirs with the next pull"));
        if !is_settled(office) {
            said.push("somebody reads, so their bytes may stand in the log until the server writes or ends".into());
        }
    } else {
        said.push(format!("{count} events in {db} would be erased for good:"));
        said.extend(living.iter().flat_map(|(subject, events)| listed(subject, events)));
    }
    if !related.is_empty() {
        said.push(format!("{} more subjects name it and stay; --related takes them along:", related.len()));
        said.extend(related.iter().flat_map(|(subject, events)| listed(subject, events)));
    }
    for it in elsewhere {
        said.push(format!("{it} holds something of it, too, and keeps it until it is erased there"));
    }
    if count > 0 && !asked.yes {
        said.push("nothing was erased yet; --yes does it, and nothing brings it back".into());
    }
    Ok(said)
}

/// Kinds of a subject's events, with how many there are of each.
fn listed(subject: &str, events: &[Event]) -> Vec<String> {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for it in events {
        *kinds.entry(it.kind()).or_default() += 1;
    }
    let kinds = kinds.iter().map(|(kind, count)| format!("    {count} {kind}"));
    std::iter::once(format!("  {subject}")).chain(kinds).collect()
}

/// Looks for a subject in one database.
fn find(office: &Office, db: &str, subject: &str) -> Result<Found, CommandError> {
    let names_it = |other: &str| other.split(':').any(|part| part == subject);
    office.store.read(|connection| {
        let database = docs::database(connection, db)?.ok_or_else(|| CommandError::UnknownDatabase(db.into()))?;
        let mut found = Found::default();
        docs::holding(connection, database.id, &quoted(subject), |is_erased, body| {
            let Ok(event) = Event::parse(body) else { return };
            let about = event.subject().to_owned();
            match (about == subject, is_erased) {
                // Whose word counts, and what was erased, is not about anybody.
                _ if Roster::is_roots(event.kind()) => {}
                (true, true) => found.tombstones += 1,
                (true, false) => found.living.entry(about).or_default().push(event),
                (false, false) if names_it(&about) => found.related.entry(about).or_default().push(event),
                (false, _) => {}
            }
        })?;
        for events in found.living.values_mut().chain(found.related.values_mut()) {
            events.sort_by_key(|it| (it.at(), it.id()));
        }
        Ok(found)
    })
}

/// Other databases that hold something living of it: copies of a complaint with an office.
fn others(office: &Office, db: &str, subject: &str) -> Result<Vec<String>, CommandError> {
    let is_other = |it: &String| it != db && Class::of(it).is_some_and(|it| it.takes(roster::ERASED));
    let mut found = Vec::new();
    for name in office.store.read(docs::names)?.into_iter().filter(is_other) {
        let Found { living, related, .. } = find(office, &name, subject)?;
        if !living.is_empty() || !related.is_empty() {
            found.push(name);
        }
    }
    Ok(found)
}

/// A subject as it stands in the text of an event, without the quotes around it.
fn quoted(subject: &str) -> String {
    Value::from(subject).canonical().trim_matches('"').to_owned()
}

/// Signs the words and brings them in.
fn order(office: &Office, db: &str, class: Class, living: &Living) -> Result<(), CommandError> {
    let pen = office.pen(now_ms());
    let texts = office.store.write(|connection| {
        let mut texts = Vec::new();
        for (subject, events) in living {
            for part in events.chunks(MOST_NAMED) {
                // The word stands where the kind that it names belongs; what takes something back has none by itself.
                let (first, last): (Vec<_>, Vec<_>) = part.iter().partition(|it| !it.kind().starts_with("catatan."));
                let data = roster::erasing(first.into_iter().chain(last));
                let draft = pen.draft(roster::ERASED, format!("hapus:{subject}"), data);
                texts.push(pen.sign(connection, db, draft, None)?.to_text());
            }
        }
        Ok::<_, StoreError>(texts)
    })?;
    let raw: Result<Vec<_>, _> = texts.into_iter().map(RawValue::from_string).collect();
    let pushed = office.push(db, class, &raw.unwrap_or_default())?;
    match pushed.refused.first() {
        Some((_, refusal)) => Err(CommandError::Refused(refusal.code())),
        None => Ok(()),
    }
}

/// Waits a little until nothing of it stands in the log either.
fn is_settled(office: &Office) -> bool {
    let begun = Instant::now();
    while !office.store.is_settled() {
        if begun.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(100));
        office.store.settle_owed();
    }
    true
}
