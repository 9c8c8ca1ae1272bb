//! The root key: whose word says which keys count. It stands in `root.key` of the server's folder, readable by its
//! owner alone, and never in the database, so that a copy of the database signs nothing.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, NaiveDate};
use ed25519_dalek::SigningKey;
use rusqlite::Connection;
use zeroize::Zeroizing;

use super::check::kept_text;
use super::store::docs::{self, NewDoc};
use super::store::{self, StoreError, people};
use crate::domain::json::{Map, object};
use crate::domain::kinds;
use crate::domain::ledger::event::Stamp;
use crate::domain::ledger::hlc::{Clock, Hlc};
use crate::domain::ledger::id::{bytes_from_hex, hex};
use crate::domain::ledger::roster::{self, Roster};
use crate::domain::ledger::{DeviceId, Draft, Event, PersonId};
use crate::domain::rights::Duty;
use crate::domain::sorted::SortedMap;

/// The name of the file.
pub const FILE: &str = "root.key";

/// Why there is no root key.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// The file cannot be read or made.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not 64 hex digits.
    #[error("{} holds no key", .0.display())]
    Malformed(PathBuf),
}

/// Makes the key of a new server.
///
/// # Errors
/// [`RootError::File`], also when there is one.
pub fn create(folder: &Path) -> Result<SigningKey, RootError> {
    let key = SigningKey::from_bytes(&random());
    write(folder, &key)?;
    Ok(key)
}

/// Writes the key into a folder that has none.
///
/// # Errors
/// [`RootError::File`].
pub fn write(folder: &Path, key: &SigningKey) -> Result<(), RootError> {
    write_file(folder.join(FILE), key)
}

/// Writes a key where there is none.
///
/// # Errors
/// [`RootError::File`].
pub fn write_file(path: PathBuf, key: &SigningKey) -> Result<(), RootError> {
    let text = Zeroizing::new(format!("{}\n", hex(key.as_bytes())));
    store::private(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(|source| RootError::File { path, source })
}

/// Reads the key.
///
/// # Errors
/// [`RootError`].
pub fn read(folder: &Path) -> Result<SigningKey, RootError> {
    read_file(&folder.join(FILE))
}

/// Reads the key from wherever it was kept.
///
/// # Errors
/// [`RootError`].
pub fn read_file(path: &Path) -> Result<SigningKey, RootError> {
    let path = path.to_owned();
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(&path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .map_err(|source| RootError::File { path: path.clone(), source })?;
    let key = bytes_from_hex(text.trim_end()).map(Zeroizing::new).ok_or(RootError::Malformed(path))?;
    Ok(SigningKey::from_bytes(&key))
}

/// The public half, 64 hex.
#[must_use]
pub fn public(key: &SigningKey) -> String {
    hex(key.verifying_key().as_bytes())
}

/// Random bytes of the system. Without them nothing here could be secret, so the program ends.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        eprintln!("posyandu-server: the system has no random numbers");
        std::process::abort();
    }
    bytes
}

/// 16 random bytes as 32 hex.
#[must_use]
pub fn random_id() -> String {
    hex(&random::<16>())
}

/// The local day of an instant; every desa is UTC+7 to +9, and nobody is refused for an hour.
#[must_use]
pub fn local_day(now_ms: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(now_ms.saturating_add(7 * 3_600_000)).map(|it| it.date_naive()).unwrap_or_default()
}

/// Signs with the root as this server.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    /// The root.
    pub key: &'a SigningKey,
    /// The server as a device.
    pub device: DeviceId,
    /// The server as a person.
    pub person: PersonId,
    /// Unix milliseconds.
    pub now_ms: i64,
}

impl Pen<'_> {
    /// Signs one event and keeps it in a database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write(&self, connection: &Connection, db: &str, draft: Draft) -> Result<Event, StoreError> {
        self.write_after(connection, db, draft, None)
    }

    /// As [`Pen::write`], later than what was seen of the same subject.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write_after(
        &self,
        connection: &Connection,
        db: &str,
        draft: Draft,
        seen: Option<Hlc>,
    ) -> Result<Event, StoreError> {
        let event = self.sign(connection, db, draft, seen)?;
        keep(connection, db, &event)?;
        Ok(event)
    }

    /// Signs one event for a database, later than what was seen, and counts it; it still has to come in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sign(
        &self,
        connection: &Connection,
        db: &str,
        draft: Draft,
        seen: Option<Hlc>,
    ) -> Result<Event, StoreError> {
        let last = store::meta(connection, "clock")?.and_then(|it| Hlc::parse(&it).ok()).unwrap_or_default();
        let mut clock = Clock { last };
        let at = clock.stamp(u64::try_from(self.now_ms).unwrap_or(0), seen);
        store::set_meta(connection, "clock", &clock.last.to_string())?;
        let number = format!("n:{db}");
        let n = store::meta(connection, &number)?.and_then(|it| it.parse::<i64>().ok()).unwrap_or(0) + 1;
        store::set_meta(connection, &number, &n.to_string())?;
        let stamp = Stamp {
            at,
            by: self.person,
            device: self.device,
            n,
            after: Vec::new(),
            replaces: SortedMap::new(),
            salt: random(),
        };
        Ok(Event::sign(draft, stamp, self.key))
    }

    /// A draft that is true today.
    #[must_use]
    pub fn draft(&self, kind: &str, subject: String, data: Map) -> Draft {
        Draft { kind: kind.into(), subject, on: local_day(self.now_ms), data }
    }

    /// The key of a person's phone begins to count: one word for all roles that she has in the same areas. From
    /// yesterday: her phone's calendar may still stand there.
    #[must_use]
    pub fn key_added(&self, account: &people::Account) -> Vec<Draft> {
        let mut groups: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for Duty { role, areas } in account.user.duties() {
            match groups.iter_mut().find(|(_, it)| *it == areas) {
                Some((roles, _)) => roles.push(role.word().to_owned()),
                None => groups.push((vec![role.word().to_owned()], areas)),
            }
        }
        groups.iter().map(|(roles, areas)| self.key_added_for(account, roles, areas)).collect()
    }

    fn key_added_for(&self, account: &people::Account, roles: &[String], areas: &[String]) -> Draft {
        let people::Account { person, device, key, .. } = account;
        let list = |texts: &[String]| texts.iter().map(|it| it.as_str().into()).collect::<Vec<_>>().into();
        let today = local_day(self.now_ms);
        let from = today.checked_sub_days(Days::new(1)).unwrap_or(today);
        let data = object([
            ("person", person.as_str().into()),
            ("device", device.as_str().into()),
            ("key", key.as_str().into()),
            ("roles", list(roles)),
            ("areas", list(areas)),
            ("from", from.to_string().into()),
        ]);
        self.draft(roster::KEY_ADDED, format!("roster:{person}:{device}"), data)
    }

    /// The key of a person's phone ends today; one that she is given later does not.
    #[must_use]
    pub fn key_ended(&self, account: &people::Account, is_lost: bool) -> Draft {
        let people::Account { person, device, key, .. } = account;
        let data = object([
            ("person", person.as_str().into()),
            ("device", device.as_str().into()),
            ("key", key.as_str().into()),
            ("lost", is_lost.into()),
        ]);
        self.draft(roster::KEY_ENDED, format!("roster:{person}:{device}"), data)
    }

    /// A posyandu begins on this server.
    #[must_use]
    pub fn founded(&self, posyandu: &people::Posyandu, scope: &str) -> Draft {
        let [desa, kecamatan, kabupaten, provinsi] = &posyandu.tempat;
        let data = object([
            ("nama", posyandu.nama.as_str().into()),
            ("wilayah", posyandu.desa.as_str().into()),
            ("desa", desa.as_str().into()),
            ("kecamatan", kecamatan.as_str().into()),
            ("kabupaten", kabupaten.as_str().into()),
            ("provinsi", provinsi.as_str().into()),
            ("root", hex(self.key.verifying_key().as_bytes()).into()),
        ]);
        self.draft(kinds::POSYANDU_FOUNDED, scope.trim_start_matches("posyandu-").to_owned(), data)
    }
}

/// Keeps an event that the server itself signed.
///
/// # Errors
/// [`StoreError`].
pub fn keep(connection: &Connection, db: &str, event: &Event) -> Result<(), StoreError> {
    let db = docs::database_or_new(connection, db)?;
    if docs::known(connection, db.id, event.id())?.is_none() {
        let body = kept_text(event);
        let is_root = Roster::is_roots(event.kind());
        docs::insert(
            connection,
            db.id,
            &NewDoc { id: event.id(), is_erased: false, is_root, body: &body, photo: None },
        )?;
    }
    Ok(())
}
