//! Keys that read what is sealed and belong to nobody's phone: the server's own, which will answer the public questions
//! about complaints, and one for a drawer, for the day on which no officer's key is left. Each stands in a file beside the
//! database, readable by its owner alone; the public halves stand in every roster.

use std::path::Path;

use ed25519_dalek::SigningKey;
use rusqlite::Connection;

use super::office::OfficeError;
use super::root::{self, Pen};
use super::store::{self, Store, StoreError, docs};
use crate::domain::json::{Value, object};
use crate::domain::ledger::Event;
use crate::domain::ledger::roster::{FOR_RECOVERY, FOR_SYSTEM, READER_NAMED};
use crate::domain::scope::Class;

/// The file of the server's own.
pub const SYSTEM: &str = "sistem.key";
/// The file of the one for a drawer.
pub const RECOVERY: &str = "pemulihan.key";
/// The uses of such keys, and the names of their files.
const FILES: [(&str, &str); 2] = [(FOR_SYSTEM, SYSTEM), (FOR_RECOVERY, RECOVERY)];

fn meta_name(used: &str) -> String {
    format!("reader:{used}")
}

/// Makes those that this server never had. One that was carried away is not made again.
///
/// # Errors
/// [`OfficeError`].
pub fn make(store: &Store, folder: &Path) -> Result<(), OfficeError> {
    for (used, file) in FILES {
        if store.read(|connection| store::meta(connection, &meta_name(used)))?.is_none() {
            let path = folder.join(file);
            // A start that was cut off left the file alone.
            let key = match path.exists() {
                true => root::read_file(&path)?,
                false => {
                    let key = SigningKey::from_bytes(&root::random());
                    root::write_file(path, &key)?;
                    key
                }
            };
            store.write(|connection| store::set_meta(connection, &meta_name(used), &root::public(&key)))?;
        }
    }
    Ok(())
}

/// Says in every roster which they are, where one does not say so yet: a server may be older than they.
///
/// # Errors
/// [`StoreError`].
pub fn announce_everywhere(pen: &Pen<'_>, connection: &Connection) -> Result<(), StoreError> {
    for name in docs::names(connection)? {
        if Class::of(&name) == Some(Class::Tabel) {
            announce(pen, connection, &name)?;
        }
    }
    Ok(())
}

/// Says in a roster which they are, where it does not say so yet.
///
/// # Errors
/// [`StoreError`].
pub fn announce(pen: &Pen<'_>, connection: &Connection, tabel: &str) -> Result<(), StoreError> {
    let known = match docs::database(connection, tabel)? {
        Some(it) => docs::roots(connection, it.id)?,
        None => Vec::new(),
    };
    for (used, _) in FILES {
        let Some(key) = store::meta(connection, &meta_name(used))? else { continue };
        let is_it = |it: &Event| {
            let says = |name| it.data().get(name).and_then(Value::as_text).map(str::to_owned);
            it.kind() == READER_NAMED && says("untuk").as_deref() == Some(used) && says("key").as_ref() == Some(&key)
        };
        if !known.iter().filter_map(|it| Event::parse(it).ok()).any(|it| is_it(&it)) {
            let data = object([("untuk", used.into()), ("key", key.into())]);
            pen.write(connection, tabel, pen.draft(READER_NAMED, format!("roster:pembaca:{used}"), data))?;
        }
    }
    Ok(())
}
