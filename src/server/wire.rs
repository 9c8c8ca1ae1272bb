//! A document as CouchDB writes it: its revision, its history, its photo.
//!
//! There are two revisions at most, `1-<id>` and the tombstone that may follow it.

use std::fmt::Write as _;

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use super::check::{PHOTO, PHOTO_TYPE};
use super::store::StoreError;
use super::store::docs::{self, Doc};
use crate::domain::base64::STANDARD;
use crate::domain::ledger::EventId;
use crate::domain::ledger::id::hex;

/// What is added to a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras {
    /// `_revisions`.
    pub revs: bool,
    /// The bytes of a photo in place of its stub.
    pub attachments: bool,
}

/// The revision under which a document stands.
#[must_use]
pub fn revision(doc: &Doc) -> String {
    if doc.is_erased { tombstone(doc.id) } else { format!("1-{}", doc.id) }
}

/// The revision of the tombstone of an event: the same everywhere.
#[must_use]
pub fn tombstone(id: EventId) -> String {
    let hash = Sha256::digest(format!("erased:{id}"));
    format!("2-{}", hex(hash.get(..16).unwrap_or_default()))
}

/// Writes a document with what is asked for.
///
/// # Errors
/// [`StoreError`].
pub fn write_doc(
    connection: &Connection,
    db: i64,
    doc: &Doc,
    extras: Extras,
    out: &mut String,
) -> Result<(), StoreError> {
    // The text is one object; what is added goes before its last brace.
    out.push_str(doc.body.strip_suffix('}').unwrap_or("{"));
    if extras.revs {
        let (start, first) = if doc.is_erased { (2, tombstone(doc.id)) } else { (1, String::new()) };
        let first = first.strip_prefix("2-").map(|it| format!("\"{it}\",")).unwrap_or_default();
        let _ = write!(out, r#","_revisions":{{"start":{start},"ids":[{first}"{}"]}}"#, doc.id);
    }
    if let Some((md5, length)) = &doc.photo {
        let _ = write!(
            out,
            r#","_attachments":{{"{PHOTO}":{{"content_type":"{PHOTO_TYPE}","revpos":1,"digest":"md5-{md5}","#
        );
        match if extras.attachments { docs::photo(connection, db, doc.id)? } else { None } {
            Some(bytes) => {
                let _ = write!(out, r#""data":"{}"}}}}"#, STANDARD.encode(&bytes));
            }
            None => {
                let _ = write!(out, r#""length":{length},"stub":true}}}}"#);
            }
        }
    }
    out.push('}');
    Ok(())
}
