//! The object stores, and how they came to be.
//!
//! Upgrades only add, one numbered step at a time; a released step is never edited.

use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::{KeyPath, Result};

/// Name of the database with the real work.
pub const MAIN: &str = "posyandu6";
/// Name of the practice database.
pub const PRACTICE: &str = "posyandu6-latihan";
/// The version that this app writes.
pub const SCHEMA_VERSION: u32 = 2;

pub(super) const META: &str = "meta";
pub(super) const EVENTS: &str = "events";
pub(super) const BLOBS: &str = "blobs";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const DRAFTS: &str = "drafts";
pub(super) const QUARANTINE: &str = "quarantine";
pub(super) const PENDING: &str = "pending";

/// Properties of a stored event.
pub(super) const SCOPE: &str = "scope";
pub(super) const ID: &str = "_id";
pub(super) const SEQ: &str = "seq";
pub(super) const TAG: &str = "tag";
pub(super) const BODY: &str = "body";

/// Index of events on [scope, seq].
pub(super) const BY_SEQ: &str = "seq";
/// Index of events on tag.
pub(super) const BY_TAG: &str = "tag";

/// Runs the steps between two versions.
pub(super) fn upgrade(db: &Database, from: u32, to: u32) -> Result<()> {
    for version in from.saturating_add(1)..=to {
        match version {
            1 => step_1(db)?,
            2 => step_2(db)?,
            _ => {}
        }
    }
    Ok(())
}

fn step_1(db: &Database) -> Result<()> {
    for name in [META, BLOBS, SNAPSHOTS, DRAFTS, QUARANTINE] {
        db.create_object_store(name).build()?;
    }
    let events = db.create_object_store(EVENTS).with_key_path(KeyPath::from([SCOPE, ID])).build()?;
    // Not unique: an index that refused would look like a duplicate event.
    events.create_index(BY_SEQ, KeyPath::from([SCOPE, SEQ])).build()?;
    events.create_index(BY_TAG, KeyPath::from(TAG)).build()?;
    Ok(())
}

/// Matter of a person that waits for its readers.
fn step_2(db: &Database) -> Result<()> {
    db.create_object_store(PENDING).build()?;
    Ok(())
}
