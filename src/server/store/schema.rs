//! Tables, and how an older file becomes a newer one: steps only add.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// One step for each version of the file.
const STEPS: [&str; 2] = [
    "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- A database and how far its sequence came.
CREATE TABLE db (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_seq INTEGER NOT NULL DEFAULT 0,
  live INTEGER NOT NULL DEFAULT 0, erased INTEGER NOT NULL DEFAULT 0
);
-- `key` is the database and the sequence in one number, so that a page of changes is one range.
CREATE TABLE doc (
  key INTEGER PRIMARY KEY, db INTEGER NOT NULL, id BLOB NOT NULL, erased INTEGER NOT NULL, root INTEGER NOT NULL,
  body TEXT NOT NULL, photo_md5 TEXT, photo_bytes INTEGER
);
CREATE UNIQUE INDEX doc_id ON doc (db, id);
CREATE INDEX doc_root ON doc (db) WHERE root = 1;
-- Places in the sequence that a tombstone left behind.
CREATE TABLE hole (key INTEGER PRIMARY KEY);
CREATE TABLE photo (db INTEGER NOT NULL, id BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (db, id));
-- Checkpoints of replications; nobody reads those of another account.
CREATE TABLE local (
  db INTEGER NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, body TEXT NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY (db, account, id)
) WITHOUT ROWID;

-- A posyandu has no scope until its first phone came.
CREATE TABLE posyandu (
  id INTEGER PRIMARY KEY, nama TEXT NOT NULL, desa TEXT NOT NULL, tempat TEXT NOT NULL, scope TEXT UNIQUE
);
CREATE TABLE user (
  id INTEGER PRIMARY KEY, nama TEXT NOT NULL, roles TEXT NOT NULL, areas TEXT NOT NULL,
  posyandu INTEGER REFERENCES posyandu (id), person TEXT
);
CREATE TABLE account (
  name TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user (id), person TEXT NOT NULL, device TEXT NOT NULL,
  key TEXT NOT NULL, secret BLOB NOT NULL, made_ms INTEGER NOT NULL, struck_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE activation (
  code BLOB PRIMARY KEY, user INTEGER NOT NULL REFERENCES user (id), until_ms INTEGER NOT NULL,
  account TEXT REFERENCES account (name)
) WITHOUT ROWID;
CREATE TABLE kabar (
  account TEXT PRIMARY KEY REFERENCES account (name), seen_ms INTEGER NOT NULL, unsent INTEGER NOT NULL, oldest TEXT,
  offset_s INTEGER NOT NULL, refused INTEGER NOT NULL, version TEXT NOT NULL
) WITHOUT ROWID;
-- Which account did what with which database in which minute, how often, and how many documents.
CREATE TABLE access (
  minute INTEGER NOT NULL, account TEXT NOT NULL, db TEXT NOT NULL, verb TEXT NOT NULL, times INTEGER NOT NULL,
  documents INTEGER NOT NULL, PRIMARY KEY (minute, account, db, verb)
) WITHOUT ROWID;
",
    "
ALTER TABLE kabar ADD COLUMN kept INTEGER;
ALTER TABLE kabar ADD COLUMN trouble TEXT;
",
];

/// Brings the file to the newest version.
pub(super) fn upgrade(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let Some(missing) = usize::try_from(version).ok().and_then(|it| STEPS.get(it..)) else {
        return Err(StoreError::Newer { path: path.into(), version });
    };
    if !missing.is_empty() {
        missing.iter().try_for_each(|step| transaction.execute_batch(step))?;
        transaction.pragma_update(None, "user_version", i64::try_from(STEPS.len()).unwrap_or(i64::MAX))?;
    }
    transaction.commit()?;
    Ok(())
}
