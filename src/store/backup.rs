//! A backup: every sealed byte of one phone in one text file, and back.
//!
//! Text, because a phone's share sheet refuses unknown endings. It needs no PIN to make and opens
//! nothing by itself: keys inside are wrapped, and on another phone only a recovery code unwraps them.
//! Damaged, cut, foreign or newer files are refused whole, with the reason.

use serde::{Deserialize, Serialize};

use super::EventRow;
use crate::domain::file::{self, FileError, Kind};

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
            (Kind::Kiriman, _) => Err(FileError::NotOurs),
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
        assert_eq!(parse(&text.replacen("CADANGAN 1", "KIRIMAN 1", 1)), Err(FileError::NotOurs));
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
}
