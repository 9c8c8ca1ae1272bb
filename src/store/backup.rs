//! A backup: every sealed byte of one phone in one text file, and back.
//!
//! Text, because a phone's share sheet refuses unknown endings. It needs no PIN to make and opens
//! nothing by itself: keys inside are wrapped, and on another phone only a recovery code unwraps them.
//! Damaged, cut, foreign or newer files are refused whole, with the reason.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::EventRow;
use crate::domain::base64::STANDARD;
use crate::domain::file::FileError;
use crate::domain::ledger::id::hex;

const FIRST_LINE: &str = "POSYANDU 6 SPM CADANGAN ";
const VERSION: &str = "1";
const LINE: usize = 76;

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
        let bytes = postcard::to_allocvec(self).unwrap_or_default();
        let body = STANDARD.encode(&bytes);
        let mut text = format!("{FIRST_LINE}{VERSION}\n");
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(LINE.min(rest.len()));
            text.push_str(line);
            text.push('\n');
            rest = after;
        }
        text.push_str(&format!("SELESAI {}\n", hex(&Sha256::digest(&bytes))));
        text
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`]; half a backup is none.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let mut lines = text.lines().map(str::trim);
        let version = lines.next().and_then(|it| it.strip_prefix(FIRST_LINE)).ok_or(FileError::NotOurs)?;
        if version != VERSION {
            return Err(FileError::Newer);
        }
        let mut body = String::with_capacity(text.len());
        let mut claimed = None;
        for line in lines.filter(|it| !it.is_empty()) {
            match line.strip_prefix("SELESAI ") {
                Some(hash) => claimed = Some(hash.to_owned()),
                None if claimed.is_some() => return Err(FileError::Damaged),
                None => body.push_str(line),
            }
        }
        let claimed = claimed.ok_or(FileError::Cut)?;
        let bytes = STANDARD.decode(&body).ok_or(FileError::Damaged)?;
        if hex(&Sha256::digest(&bytes)) != claimed {
            return Err(FileError::Damaged);
        }
        postcard::from_bytes(&bytes).map_err(|_| FileError::Damaged)
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
        assert_eq!(Backup::parse(&some().to_text()), Ok(some()));
        // Messengers change the ends of lines.
        assert_eq!(Backup::parse(&some().to_text().replace('\n', "\r\n")), Ok(some()));
    }

    #[test]
    fn what_is_not_whole_is_refused_with_its_reason() {
        let text = some().to_text();
        assert_eq!(Backup::parse("halo"), Err(FileError::NotOurs));
        assert_eq!(Backup::parse(""), Err(FileError::NotOurs));
        assert_eq!(Backup::parse(&text.replacen("CADANGAN 1", "CADANGAN 2", 1)), Err(FileError::Newer));
        let cut: String = text.lines().take(3).map(|it| format!("{it}\n")).collect();
        assert_eq!(Backup::parse(&cut), Err(FileError::Cut));
        let second = text.lines().nth(1).unwrap();
        let other: String = second.chars().rev().collect();
        assert_eq!(Backup::parse(&text.replacen(second, &other, 1)), Err(FileError::Damaged));
        assert_eq!(Backup::parse(&format!("{text}lagi")), Err(FileError::Damaged));
    }
}
