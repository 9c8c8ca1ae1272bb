//! The root's words that must outlive the database: which keys ended, and what was erased. They stand beside it, one a
//! line and only ever added to, so that a copy of the database from before them is brought up to them when it is
//! restored. Ids and hashes alone: nothing of what was erased.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::store::StoreError;
use crate::domain::ledger::Event;

/// The name of the file in a server's folder.
pub const FILE: &str = "words.txt";

/// A word, and the database in which it stands.
pub type Word = (String, Event);

/// Adds a word; on the disk when it answers. Before the database is told, so that none is only there.
///
/// # Errors
/// [`StoreError::Folder`].
pub fn append(folder: &Path, db: &str, text: &str) -> Result<(), StoreError> {
    let path = folder.join(FILE);
    let written = OpenOptions::new().append(true).create(true).mode(0o600).open(&path).and_then(|mut file| {
        // Behind a line that was cut off a new one begins.
        file.write_all(format!("\n{db} {text}\n").as_bytes())?;
        file.sync_all()
    });
    written.map_err(|source| StoreError::Folder { path, source })
}

/// Reads the words of a file; none where there is no file. A line that was cut off was never answered for.
///
/// # Errors
/// [`StoreError::Folder`].
pub fn read(path: &Path) -> Result<Vec<Word>, StoreError> {
    let mut text = String::new();
    match std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::Folder { path: path.into(), source: error })
        }
        _ => {
            let word = |line: &str| {
                let (db, text) = line.split_once(' ')?;
                Some((db.to_owned(), Event::parse(text).ok()?))
            };
            Ok(text.lines().filter_map(word).collect())
        }
    }
}

/// Where the words lie beside a root key, unless told otherwise.
#[must_use]
pub fn beside(root_key: &Path) -> PathBuf {
    root_key.with_file_name(FILE)
}
