//! Files that people hand each other: their armour, and why one is not taken. What stands inside is not known here.
//!
//! Text, because a phone's share sheet refuses unknown endings: a first line that says what it is, bytes in lines, and
//! a last line by which a file that was cut or changed is known. It says nothing of who made it: that is inside.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::base64::STANDARD;
use super::ledger::id::hex;

/// Why a file is not taken. Nothing of it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FileError {
    /// Another kind of file.
    #[error("not a file of this app")]
    NotOurs,
    /// Made by a newer app.
    #[error("made by a newer app")]
    Newer,
    /// The last line is missing: cut on the way.
    #[error("the file is cut")]
    Cut,
    /// The bytes are not those that were written.
    #[error("the file is damaged")]
    Damaged,
    /// Of another posyandu.
    #[error("made in another posyandu")]
    Foreign,
    /// Of this posyandu, and sealed with a key that is not known here, or not yet.
    #[error("sealed with a key that is not known here")]
    UnknownKey,
    /// More than a phone should open at once.
    #[error("the file is too big")]
    TooBig,
    /// Records for another phone, where a backup is wanted.
    #[error("no backup, but records for another phone")]
    NoBackup,
    /// A backup of another phone: it opens on an empty one, with the code of that phone.
    #[error("a backup of another phone")]
    OtherPhone,
}

impl FileError {
    /// Whether the same file may open here some day: when a key came, or a newer app.
    #[must_use]
    pub fn may_open_later(self) -> bool {
        matches!(self, Self::Newer | Self::UnknownKey)
    }
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Records for another phone of the same posyandu.
    Kiriman,
    /// Every sealed byte of one phone.
    Cadangan,
}

/// The longest text that is looked at: a backup, which is restored on a phone that holds nothing else yet.
pub const MOST_BYTES: usize = 160 << 20;

/// The longest text that is made for another phone, or opened beside an open book. While it is opened it stands in
/// memory five times, in page and worker, as text, as bytes and unpacked; a phone with 2 GB gives a page some 300 MB.
/// More than 250 photos do not go into one. `public/sw.js` keeps nothing longer.
pub const MOST_OPENED: usize = 32 << 20;

const FIRST_WORDS: &str = "POSYANDU 6 SPM ";
const LAST_WORD: &str = "SELESAI ";
const LINE: usize = 76;
const HASH: usize = 64;

impl Kind {
    /// The end of the first line: the word and the version.
    fn ending(self) -> &'static str {
        match self {
            Self::Kiriman => "KIRIMAN 1",
            Self::Cadangan => "CADANGAN 1",
        }
    }
}

/// The text of bytes.
#[must_use]
pub fn armour(kind: Kind, bytes: &[u8]) -> String {
    let body = STANDARD.encode(bytes);
    let mut text = String::with_capacity(body.len() + body.len() / LINE + 200);
    text.push_str(FIRST_WORDS);
    text.push_str(kind.ending());
    text.push('\n');
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(LINE.min(rest.len()));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(LAST_WORD);
    text.push_str(&hex(&Sha256::digest(bytes)));
    text.push('\n');
    text
}

/// The bytes of a text, and what they are.
///
/// # Errors
/// [`FileError`]; half a file is none.
pub fn unarmour(text: &[u8]) -> Result<(Kind, Vec<u8>), FileError> {
    if text.len() > MOST_BYTES {
        return Err(FileError::TooBig);
    }
    let text = std::str::from_utf8(text).map_err(|_| not_ours(text))?;
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let ending = first.strip_prefix(FIRST_WORDS).ok_or_else(|| not_ours(text.as_bytes()))?;
    let is_whole = text.contains('\n');
    let Some(kind) = [Kind::Kiriman, Kind::Cadangan].into_iter().find(|it| it.ending() == ending) else {
        return Err(if is_whole { FileError::Newer } else { FileError::Cut });
    };
    let mut body = String::with_capacity(text.len());
    let mut claimed = None;
    for line in lines.filter(|it| !it.is_empty()) {
        match line.strip_prefix(LAST_WORD) {
            Some(hash) => claimed = Some(hash),
            None if claimed.is_some() => return Err(FileError::Damaged),
            None => body.push_str(line),
        }
    }
    let claimed = claimed.filter(|it| it.len() >= HASH).ok_or(FileError::Cut)?;
    let bytes = STANDARD.decode(&body).ok_or(FileError::Damaged)?;
    if hex(&Sha256::digest(&bytes)) != claimed {
        return Err(FileError::Damaged);
    }
    Ok((kind, bytes))
}

/// A file that begins as ours do and is changed further on is damaged; one that ends within the first words is cut.
fn not_ours(text: &[u8]) -> FileError {
    let first = FIRST_WORDS.as_bytes();
    if !text.is_empty() && first.starts_with(text) {
        FileError::Cut
    } else if text.starts_with(first) {
        FileError::Damaged
    } else {
        FileError::NotOurs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<u8> {
        (0..200).collect()
    }

    #[test]
    fn what_was_written_reads_back_also_after_a_messenger() {
        for kind in [Kind::Kiriman, Kind::Cadangan] {
            let text = armour(kind, &some());
            assert_eq!(unarmour(text.as_bytes()), Ok((kind, some())));
            assert_eq!(unarmour(text.replace('\n', "\r\n").as_bytes()), Ok((kind, some())));
            assert_eq!(unarmour(text.replace('\n', " \n\n").as_bytes()), Ok((kind, some())));
            assert_eq!(unarmour(armour(kind, &[]).as_bytes()), Ok((kind, Vec::new())));
        }
    }

    #[test]
    fn every_cut_says_that_it_was_cut() {
        let text = armour(Kind::Kiriman, &some());
        // Without the very last sign, the end of a line, it is whole.
        for cut in 1..text.len() - 1 {
            assert_eq!(unarmour(&text.as_bytes()[..cut]), Err(FileError::Cut), "{cut}");
        }
        assert_eq!(unarmour(b""), Err(FileError::NotOurs));
        assert!(unarmour(&text.as_bytes()[..text.len() - 1]).is_ok());
    }

    #[test]
    fn every_flip_is_refused() {
        let text = armour(Kind::Kiriman, &some()).into_bytes();
        let first = text.iter().position(|it| *it == b'\n').unwrap();
        for at in 0..text.len() - 1 {
            for bit in 0..8 {
                let mut bytes = text.clone();
                bytes[at] ^= 1 << bit;
                // A blank where the end of a line stood says the same.
                let Err(error) = unarmour(&bytes) else { panic!("taken: {at} {bit}") };
                let expected: &[FileError] = match at {
                    0..15 => &[FileError::NotOurs],
                    it if it <= first => &[FileError::Newer, FileError::Damaged],
                    _ => &[FileError::Damaged, FileError::Cut],
                };
                assert!(expected.contains(&error), "{at} {bit}: {error}");
            }
        }
    }

    #[test]
    fn another_file_is_not_ours_and_another_version_is_newer() {
        assert_eq!(unarmour(b"halo"), Err(FileError::NotOurs));
        assert_eq!(unarmour(&[0xff, 0xd8, 0xff]), Err(FileError::NotOurs));
        let text = armour(Kind::Kiriman, &some());
        assert_eq!(unarmour(text.replacen("KIRIMAN 1", "KIRIMAN 2", 1).as_bytes()), Err(FileError::Newer));
        assert_eq!(unarmour(text.replacen("KIRIMAN 1", "PENGUMUMAN 1", 1).as_bytes()), Err(FileError::Newer));
        assert_eq!(unarmour(format!("{text}lagi").as_bytes()), Err(FileError::Damaged));
    }

    #[test]
    fn what_the_share_sheet_brings_has_the_same_limit() {
        let worker = include_str!("../../public/sw.js");
        assert!(worker.contains(&format!("const MOST_SHARED = {} << 20;", MOST_OPENED >> 20)));
    }

    #[test]
    fn only_a_key_or_a_newer_app_make_another_file_of_it() {
        use FileError::{Cut, Damaged, Foreign, Newer, NoBackup, NotOurs, OtherPhone, TooBig, UnknownKey};
        let later: Vec<FileError> = [Cut, Damaged, Foreign, Newer, NoBackup, NotOurs, OtherPhone, TooBig, UnknownKey]
            .into_iter()
            .filter(|it| it.may_open_later())
            .collect();
        assert_eq!(later, [Newer, UnknownKey]);
    }
}
