//! Databases, their documents and their sequences.
//!
//! A document is stored once and never changed; only a tombstone takes its place, with a sequence of its own. Each
//! function works inside the caller's transaction.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use crate::domain::ledger::EventId;

/// Bits of a key that are the sequence within its database: a million million.
const SEQ_BITS: u32 = 40;

/// One database as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Its number in this file.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The sequence of its newest document; 0 when empty.
    pub last_seq: i64,
    /// Documents that say something.
    pub live: i64,
    /// Tombstones.
    pub erased: i64,
}

/// One document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// Its place.
    pub seq: i64,
    /// Its name.
    pub id: EventId,
    /// Whether it is a tombstone.
    pub is_erased: bool,
    /// Canonical text with `_id` and `_rev`, without `_revisions` and `_attachments`; empty when not asked for.
    pub body: String,
    /// MD5 (base64, as CouchDB says it) and length of its photo.
    pub photo: Option<(String, i64)>,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub struct NewDoc<'a> {
    /// Its name.
    pub id: EventId,
    /// Whether it is a tombstone.
    pub is_erased: bool,
    /// Whether it says whose word counts.
    pub is_root: bool,
    /// As in [`Doc`].
    pub body: &'a str,
    /// MD5 (base64) and bytes of its photo.
    pub photo: Option<(&'a str, &'a [u8])>,
}

/// The database of this name.
///
/// # Errors
/// [`StoreError`], as everywhere below.
pub fn database(connection: &Connection, name: &str) -> Result<Option<Database>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, name, last_seq, live, erased FROM db WHERE name = ?1")?;
    let read = |row: &Row<'_>| {
        Ok(Database {
            id: row.get(0)?,
            name: row.get(1)?,
            last_seq: row.get(2)?,
            live: row.get(3)?,
            erased: row.get(4)?,
        })
    };
    Ok(statement.query_row([name], read).optional()?)
}

/// The database of this name, made if need be.
///
/// # Errors
/// [`StoreError`].
pub fn database_or_new(connection: &Connection, name: &str) -> Result<Database, StoreError> {
    connection.prepare_cached("INSERT OR IGNORE INTO db (name) VALUES (?1)")?.execute([name])?;
    database(connection, name)?.ok_or(StoreError::Damaged("db"))
}

/// The names of all databases.
///
/// # Errors
/// [`StoreError`].
pub fn names(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name FROM db ORDER BY name")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// Whether a document is there, and whether as a tombstone.
///
/// # Errors
/// [`StoreError`].
pub fn known(connection: &Connection, db: i64, id: EventId) -> Result<Option<bool>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT erased FROM doc WHERE db = ?1 AND id = ?2")?;
    Ok(statement.query_row(params![db, id.0], |row| row.get(0)).optional()?)
}

/// One document.
///
/// # Errors
/// [`StoreError`].
pub fn doc(connection: &Connection, db: i64, id: EventId) -> Result<Option<Doc>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT key, id, erased, photo_md5, photo_bytes, body FROM doc WHERE db = ?1 AND id = ?2")?;
    Ok(statement.query_row(params![db, id.0], |row| read_doc(row, true)).optional()?)
}

/// Documents behind a sequence, oldest first, at most so many, handed out one by one.
///
/// # Errors
/// [`StoreError`], and what `each` answers.
pub fn changes<E: From<StoreError>>(
    connection: &Connection,
    db: i64,
    (since, limit): (i64, i64),
    with_body: bool,
    mut each: impl FnMut(Doc) -> Result<(), E>,
) -> Result<(), E> {
    let query = if with_body {
        "SELECT key, id, erased, photo_md5, photo_bytes, body FROM doc WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3"
    } else {
        "SELECT key, id, erased, photo_md5, photo_bytes FROM doc WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3"
    };
    let mut statement = connection.prepare_cached(query).map_err(StoreError::from)?;
    let mut rows = statement.query(params![key(db, since), key(db + 1, 0), limit]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        each(read_doc(row, with_body).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// Hands out the documents whose text holds these words, oldest first, with whether it is a tombstone. It reads the whole
/// database.
///
/// # Errors
/// [`StoreError`].
pub fn holding(
    connection: &Connection,
    db: i64,
    words: &str,
    mut each: impl FnMut(bool, &str),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT erased, body FROM doc WHERE key > ?1 AND key < ?2 AND instr(body, ?3) > 0 ORDER BY key",
    )?;
    let mut rows = statement.query(params![key(db, 0), key(db + 1, 0), words])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, row.get_ref(1)?.as_str().map_err(|_| StoreError::Damaged("body"))?);
    }
    Ok(())
}

/// How many documents stand behind a sequence.
///
/// # Errors
/// [`StoreError`].
pub fn pending(connection: &Connection, database: &Database, since: i64) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM hole WHERE key > ?1 AND key < ?2")?;
    let range = params![key(database.id, since), key(database.id + 1, 0)];
    let holes: i64 = statement.query_row(range, |row| row.get(0))?;
    Ok((database.last_seq - since - holes).max(0))
}

/// The bytes of a photo.
///
/// # Errors
/// [`StoreError`].
pub fn photo(connection: &Connection, db: i64, id: EventId) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT bytes FROM photo WHERE db = ?1 AND id = ?2")?;
    Ok(statement.query_row(params![db, id.0], |row| row.get(0)).optional()?)
}

/// Stores a document that is not there, or a tombstone in place of what is; its sequence.
///
/// # Errors
/// [`StoreError`].
pub fn insert(connection: &Connection, db: i64, doc: &NewDoc<'_>) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM doc WHERE db = ?1 AND id = ?2 RETURNING key, erased")?;
    let old: Option<(i64, bool)> =
        statement.query_row(params![db, doc.id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((place, _)) = old {
        connection.prepare_cached("INSERT INTO hole (key) VALUES (?1)")?.execute([place])?;
        connection.prepare_cached("DELETE FROM photo WHERE db = ?1 AND id = ?2")?.execute(params![db, doc.id.0])?;
    }
    let (live, erased) = match (old, doc.is_erased) {
        (None, false) => (1, 0),
        (None, true) => (0, 1),
        (Some((_, was_erased)), is_erased) => {
            (i64::from(!is_erased) - i64::from(!was_erased), i64::from(is_erased) - i64::from(was_erased))
        }
    };
    let mut statement = connection.prepare_cached(
        "UPDATE db SET last_seq = last_seq + 1, live = live + ?2, erased = erased + ?3 WHERE id = ?1 RETURNING last_seq",
    )?;
    let seq: i64 = statement.query_row(params![db, live, erased], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO doc (key, db, id, erased, root, body, photo_md5, photo_bytes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let length = doc.photo.and_then(|(_, bytes)| i64::try_from(bytes.len()).ok());
    let md5 = doc.photo.map(|(md5, _)| md5);
    statement.execute(params![key(db, seq), db, doc.id.0, doc.is_erased, doc.is_root, doc.body, md5, length])?;
    if let Some((_, bytes)) = doc.photo {
        let mut statement = connection.prepare_cached("INSERT INTO photo (db, id, bytes) VALUES (?1, ?2, ?3)")?;
        statement.execute(params![db, doc.id.0, bytes])?;
    }
    Ok(seq)
}

/// The place of the newest document that says whose word counts, and how many there are: by it a roster in memory
/// knows whether it is new enough.
///
/// # Errors
/// [`StoreError`].
pub fn roots_stamp(connection: &Connection, db: i64) -> Result<(i64, i64), StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT coalesce(max(key), 0), count(*) FROM doc WHERE db = ?1 AND root = 1")?;
    Ok(statement.query_row([db], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The documents that say whose word counts, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn roots(connection: &Connection, db: i64) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT body FROM doc WHERE db = ?1 AND root = 1 ORDER BY key")?;
    let bodies = statement.query_map([db], |row| row.get(0))?;
    Ok(bodies.collect::<Result<_, _>>()?)
}

/// A checkpoint: its revision and its text.
///
/// # Errors
/// [`StoreError`].
pub fn local(connection: &Connection, db: i64, account: &str, id: &str) -> Result<Option<(i64, String)>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT rev, body FROM local WHERE db = ?1 AND account = ?2 AND id = ?3")?;
    Ok(statement.query_row(params![db, account, id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Checkpoints of one account in one database; those it has not touched for longest go first.
const MOST_LOCAL: i64 = 200;

/// Writes a checkpoint.
///
/// # Errors
/// [`StoreError`].
pub fn set_local(
    connection: &Connection,
    (db, account, id): (i64, &str, &str),
    (rev, body): (i64, &str),
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO local (db, account, id, rev, body, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (db, account, id) DO UPDATE SET rev = ?4, body = ?5, at_ms = ?6",
    )?;
    statement.execute(params![db, account, id, rev, body, now_ms])?;
    let mut statement = connection.prepare_cached(
        "DELETE FROM local WHERE db = ?1 AND account = ?2 AND id IN (SELECT id FROM local \
         WHERE db = ?1 AND account = ?2 ORDER BY at_ms DESC LIMIT -1 OFFSET ?3)",
    )?;
    statement.execute(params![db, account, MOST_LOCAL])?;
    Ok(())
}

fn key(db: i64, seq: i64) -> i64 {
    (db << SEQ_BITS) + seq.clamp(0, (1 << SEQ_BITS) - 1)
}

fn read_doc(row: &Row<'_>, with_body: bool) -> rusqlite::Result<Doc> {
    let key: i64 = row.get(0)?;
    let photo = match (row.get(3)?, row.get(4)?) {
        (Some(md5), Some(length)) => Some((md5, length)),
        _ => None,
    };
    Ok(Doc {
        seq: key & ((1 << SEQ_BITS) - 1),
        id: EventId(row.get(1)?),
        is_erased: row.get(2)?,
        body: if with_body { row.get(5)? } else { String::new() },
        photo,
    })
}
