//! A backup: every sealed byte of one phone in one text file, and back.
//!
//! Text, because a phone's share sheet refuses unknown endings. It needs no PIN to make and opens
//! nothing by itself: keys inside are wrapped, and on another phone only a recovery code unwraps them.
//! Damaged, cut, foreign or newer files are refused whole, with the reason.

use serde::{Deserialize, Serialize};

use super::{Batch, EventRow, quarantine};
use crate::domain::aduan::own::{self, FORM};
use crate::domain::file::{self, FileError, Kind};
use crate::domain::sorted::SortedSet;

/// When it was made, among [`Backup::meta`]: Unix milliseconds. Files of the first builds do not say.
pub const MADE_AT: &str = "made";

/// Everything of one phone that another can go on with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Wrapped keys, scope, root: what opens the rest.
    pub meta: Vec<(String, Vec<u8>)>,
    /// Sealed events.
    pub events: Vec<EventRow>,
    /// Person, form, sealed body.
    pub drafts: Vec<(String, String, Vec<u8>)>,
    /// Person, id, sealed body.
    pub pending: Vec<(String, String, Vec<u8>)>,
    /// Scope, hash, sealed body.
    pub blobs: Vec<(String, String, Vec<u8>)>,
    /// Scope, id, sealed body.
    pub quarantine: Vec<(String, String, Vec<u8>)>,
}

impl Backup {
    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        // It fails only for want of memory, which is a trap.
        file::armour(Kind::Cadangan, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`]; half a backup is none.
    pub fn parse(text: &[u8]) -> Result<Self, FileError> {
        match file::unarmour(text)? {
            (Kind::Cadangan, bytes) => postcard::from_bytes(&bytes).map_err(|_| FileError::Damaged),
            // Records for another phone: they go where a book is.
            (Kind::Kiriman, _) => Err(FileError::NoBackup),
        }
    }

    /// When it was made, Unix milliseconds.
    #[must_use]
    pub fn made_at_ms(&self) -> Option<u64> {
        let (_, bytes) = self.meta.iter().find(|(key, _)| key == MADE_AT)?;
        bytes.as_slice().try_into().ok().map(u64::from_le_bytes)
    }

    /// How many people can open it.
    #[must_use]
    pub fn people(&self) -> usize {
        self.meta.iter().filter(|(key, _)| key.starts_with("vault:")).count()
    }
}

/// A row beside the events: whose, its name, sealed body.
pub type Row = (String, String, Vec<u8>);

/// What a phone holds beside its events, by owner and name.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Whose book is opened here.
    pub people: SortedSet<String>,
    /// The scope.
    pub scope: String,
    /// Begun forms.
    pub drafts: SortedSet<(String, String)>,
    /// What waits for its readers.
    pub pending: SortedSet<(String, String)>,
    /// What came and is not folded, by [`quarantine::came`].
    pub quarantine: SortedSet<String>,
}

/// What of a backup stands beside its events and is not on a phone: written as it is, for it is sealed with keys that
/// are here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Begun forms.
    pub drafts: Vec<Row>,
    /// What waits for its readers: whole `rahasia` complaints, reporters, their photos.
    pub pending: Vec<Row>,
    /// What came and is not folded.
    pub quarantine: Vec<Row>,
    /// Rows of people whose book is not opened here: nobody could open them.
    pub left: u64,
}

impl Missing {
    /// Writes it. What is here by then under the same name is not asked for again.
    #[must_use]
    pub fn put(&self, mut batch: Batch) -> Batch {
        for (owner, id, body) in &self.drafts {
            batch = batch.put_draft(owner, id, body.clone());
        }
        for (owner, id, body) in &self.pending {
            batch = batch.put_pending(owner, id, body.clone());
        }
        for (owner, id, body) in &self.quarantine {
            batch = batch.put_quarantine(owner, id, body.clone());
        }
        batch
    }
}

impl Backup {
    /// What stands beside the events and is not on a phone; nothing that is here is ever overwritten. What a server did
    /// not take is not among it: it will say so again.
    #[must_use]
    pub fn missing(&self, held: &Held, is_over: impl Fn(&str) -> bool, is_erased: impl Fn(&str) -> bool) -> Missing {
        let mut missing = Missing::default();
        // Of a complaint that was sent and waits whole the form is over, too, and so it is where its readers have it.
        let waits = |owner: &str, id: String| held.pending.contains(&(owner.to_owned(), id));
        let is_sent = |owner: &str, form: &str| {
            let id = form.strip_prefix(FORM).map_or(form, |it| it.split(':').next().unwrap_or_default());
            waits(owner, own::handed_id(id)) || (id != form && waits(owner, id.to_owned()))
        };
        for (rows, here, into, is_gone) in [
            (&self.drafts, &held.drafts, &mut missing.drafts, &is_over as &dyn Fn(&str) -> bool),
            (&self.pending, &held.pending, &mut missing.pending, &is_erased),
        ] {
            for (owner, id, body) in rows.iter().filter(|(owner, id, _)| !is_gone(id) && !is_sent(owner, id)) {
                if !held.people.contains(owner) {
                    missing.left += 1;
                } else if !here.contains(&(owner.clone(), id.clone())) {
                    into.push((owner.clone(), id.clone(), body.clone()));
                }
            }
        }
        let is_missing = |id: &str| quarantine::came(id).is_some_and(|it| !held.quarantine.contains(it));
        let rows = self.quarantine.iter().filter(|(scope, id, _)| *scope == held.scope && is_missing(id));
        missing.quarantine = rows.cloned().collect();
        missing
    }

    /// Whether it is a backup of this scope; one without a scope is of no book.
    #[must_use]
    pub fn is_of(&self, scope: &str) -> bool {
        self.meta.iter().any(|(key, it)| key == "scope" && it == scope.as_bytes())
            || self.events.iter().any(|it| it.scope == scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Backup {
        let row = EventRow { scope: "posyandu-1".into(), id: "00".into(), seq: 1, tag: vec![1], body: vec![7; 200] };
        Backup { meta: vec![("vault:1".into(), vec![1, 2, 3])], events: vec![row], ..Backup::default() }
    }

    #[test]
    fn a_backup_reads_back_whole() {
        assert_eq!(Backup::parse(some().to_text().as_bytes()), Ok(some()));
        // Messengers change the ends of lines.
        assert_eq!(Backup::parse(some().to_text().replace('\n', "\r\n").as_bytes()), Ok(some()));
    }

    #[test]
    fn what_is_not_whole_is_refused_with_its_reason() {
        let parse = |text: &str| Backup::parse(text.as_bytes());
        let text = some().to_text();
        assert_eq!(parse("halo"), Err(FileError::NotOurs));
        assert_eq!(parse(""), Err(FileError::NotOurs));
        assert_eq!(parse(&text.replacen("CADANGAN 1", "CADANGAN 2", 1)), Err(FileError::Newer));
        assert_eq!(parse(&text.replacen("CADANGAN 1", "KIRIMAN 1", 1)), Err(FileError::NoBackup));
        let cut: String = text.lines().take(3).map(|it| format!("{it}\n")).collect();
        assert_eq!(parse(&cut), Err(FileError::Cut));
        let second = text.lines().nth(1).unwrap();
        let other: String = second.chars().rev().collect();
        assert_eq!(parse(&text.replacen(second, &other, 1)), Err(FileError::Damaged));
        assert_eq!(parse(&format!("{text}lagi")), Err(FileError::Damaged));
    }

    #[test]
    fn one_of_the_first_builds_is_still_read() {
        let text = include_str!("../../tests/fixtures/cadangan_v1.txt");
        let backup = Backup::parse(text.as_bytes()).unwrap();
        assert_eq!((backup.events.len(), backup.people(), backup.made_at_ms()), (1, 1, None));
        assert_eq!(backup, some());
        // And is still written: nobody's file becomes another one.
        assert_eq!(some().to_text(), text);
    }

    #[test]
    fn it_may_say_when_it_was_made() {
        let mut backup = some();
        backup.meta.push((MADE_AT.into(), 1_795_000_000_000_u64.to_le_bytes().to_vec()));
        assert_eq!(Backup::parse(backup.to_text().as_bytes()).unwrap().made_at_ms(), Some(1_795_000_000_000));
    }

    #[test]
    fn what_stands_beside_the_events_is_taken_where_it_is_missing_and_never_overwritten() {
        let row = |owner: &str, id: &str| (owner.to_owned(), id.to_owned(), vec![7]);
        let key = |owner: &str, id: &str| (owner.to_owned(), id.to_owned());
        let backup = Backup {
            drafts: vec![
                row("ani", "warga-baru"),
                row("ani", "aduan:1"),
                row("ani", "kartu2:1"),
                row("dewi", "x"),
                row("ani", "aduan:p1:foto:2"),
                row("ani", "aduan:p4"),
            ],
            pending: ["p1", "p2", "p3", "p4"].map(|it| row("ani", it)).to_vec(),
            quarantine: vec![row("s", "masuk:1"), row("s", "masuk:2"), row("s", "keluar:3"), row("t", "masuk:4")],
            ..some()
        };
        let held = Held {
            people: [String::from("ani")].into_iter().collect(),
            scope: "s".into(),
            drafts: [key("ani", "aduan:1")].into_iter().collect(),
            pending: [key("ani", "p1"), key("ani", "diserahkan:p4")].into_iter().collect(),
            quarantine: [String::from("1")].into_iter().collect(),
        };
        let missing = backup.missing(&held, |it| it == "kartu2:1", |it| it == "p3");
        assert_eq!(missing.drafts, [row("ani", "warga-baru")]);
        assert_eq!(missing.pending, [row("ani", "p2")]);
        assert_eq!(missing.quarantine, [row("s", "masuk:2")]);
        assert_eq!(missing.left, 1);
    }
}
