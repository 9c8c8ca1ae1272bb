//! Why a file that somebody brings is not taken. Its format is the store's business.

use serde::{Deserialize, Serialize};

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
}
