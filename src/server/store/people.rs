//! Who may sign in: posyandu, people, the accounts of their phones, codes that make accounts, what phones say of
//! themselves, and who looked at what.
//!
//! Secrets and codes are kept as SHA-256: they have their full entropy, so nothing slower is needed.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use crate::domain::rights::{Duty, Grant, Role, grants};
use crate::domain::scope::Class;

/// A posyandu as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posyandu {
    /// Its number here.
    pub id: i64,
    /// What it is called.
    pub nama: String,
    /// The desa, 10 digits.
    pub desa: String,
    /// Names of desa, kecamatan, kabupaten, provinsi; each may be empty.
    pub tempat: [String; 4],
    /// Its database, once there is one.
    pub scope: Option<String>,
}

/// A person and what she does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Her number here.
    pub id: i64,
    /// Her name.
    pub nama: String,
    /// What she does.
    pub roles: Vec<String>,
    /// Where, beside her posyandu.
    pub own_areas: Vec<String>,
    /// Where, if it is one posyandu.
    pub posyandu: Option<Posyandu>,
    /// Who she is in events, once a phone came.
    pub person: Option<String>,
}

impl User {
    /// Each of her roles with the areas in which it means something: who is pengurus of one desa and kader in another
    /// is kader in the other alone.
    #[must_use]
    pub fn duties(&self) -> Vec<Duty> {
        let own = |fits: fn(&str) -> bool| self.own_areas.iter().filter(|it| fits(it)).cloned().collect::<Vec<_>>();
        let posyandu = self.posyandu.iter();
        let duty = |role| {
            let areas = match role {
                Role::Kader | Role::Bidan => {
                    posyandu.clone().flat_map(|it| it.scope.iter().chain([&it.desa])).cloned().collect()
                }
                // Of the desa of her posyandu, where no other was named.
                Role::Pengurus | Role::Pemdes => match own(|it| it.len() == 10) {
                    named if named.is_empty() => posyandu.clone().map(|it| it.desa.clone()).collect(),
                    named => named,
                },
                Role::Opd => own(|it| it.contains('-')),
                Role::Pengendali => own(|it| !it.contains('-')),
                Role::Pembina | Role::Pengelola => own(|it| it.len() == 4),
            };
            Duty { role, areas }
        };
        self.roles.iter().filter_map(|it| Role::of(it)).map(duty).collect()
    }

    /// What she may read and write.
    #[must_use]
    pub fn grants(&self) -> Vec<Grant> {
        grants(&self.duties())
    }

    /// The kabupaten whose rosters name her: 4 digits each.
    #[must_use]
    pub fn kabupaten(&self) -> Vec<String> {
        let areas = self.duties().into_iter().flat_map(|it| it.areas);
        let codes = areas.filter(|it| it.starts_with(|it: char| it.is_ascii_digit()));
        let mut all: Vec<String> = codes.filter_map(|it| it.get(..4).map(str::to_owned)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// A phone of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// 32 hex.
    pub name: String,
    /// Whose.
    pub user: User,
    /// Who she is in events.
    pub person: String,
    /// Her installation.
    pub device: String,
    /// Her public key there, hex.
    pub key: String,
    /// SHA-256 of what it signs in with.
    pub secret: [u8; 32],
    /// Whether it was struck: a lost phone, the end of a duty.
    pub is_struck: bool,
}

impl Account {
    /// What it may read and write. A struck one reads the roster, and in it that it was struck.
    #[must_use]
    pub fn grants(&self) -> Vec<Grant> {
        let mut grants = self.user.grants();
        if self.is_struck {
            grants.retain(|it| it.class == Class::Tabel);
            grants.iter_mut().for_each(|it| it.write = false);
        }
        grants
    }
}

/// A code that makes an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// For whom.
    pub user: i64,
    /// Until when, Unix milliseconds.
    pub until_ms: i64,
    /// What it made.
    pub account: Option<String>,
}

const POSYANDU: &str = "posyandu.id, posyandu.nama, posyandu.desa, posyandu.tempat, posyandu.scope";

/// Adds a posyandu; its number.
///
/// # Errors
/// [`StoreError`], as everywhere below.
pub fn add_posyandu(connection: &Connection, nama: &str, desa: &str, tempat: &[String; 4]) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("INSERT INTO posyandu (nama, desa, tempat) VALUES (?1, ?2, ?3)")?;
    Ok(statement.insert(params![nama, desa, tempat.join("\n")])?)
}

/// All of them.
///
/// # Errors
/// [`StoreError`].
pub fn all_posyandu(connection: &Connection) -> Result<Vec<Posyandu>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {POSYANDU} FROM posyandu ORDER BY id"))?;
    let found = statement.query_map([], |row| read_posyandu(row, 0))?;
    Ok(found.flatten_ok()?)
}

/// One of them.
///
/// # Errors
/// [`StoreError`].
pub fn posyandu(connection: &Connection, id: i64) -> Result<Option<Posyandu>, StoreError> {
    Ok(all_posyandu(connection)?.into_iter().find(|it| it.id == id))
}

/// The one that has this database.
///
/// # Errors
/// [`StoreError`].
pub fn posyandu_of_scope(connection: &Connection, scope: &str) -> Result<Option<Posyandu>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {POSYANDU} FROM posyandu WHERE scope = ?1"))?;
    Ok(statement.query_row([scope], |row| read_posyandu(row, 0)).optional()?.flatten())
}

/// Gives a posyandu its database.
///
/// # Errors
/// [`StoreError`].
pub fn set_scope(connection: &Connection, id: i64, scope: &str) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE posyandu SET scope = ?2 WHERE id = ?1")?.execute(params![id, scope])?;
    Ok(())
}

/// Adds a person; her number.
///
/// # Errors
/// [`StoreError`].
pub fn add_user(
    connection: &Connection,
    nama: &str,
    roles: &[String],
    areas: &[String],
    posyandu: Option<i64>,
) -> Result<i64, StoreError> {
    let mut statement =
        connection.prepare_cached("INSERT INTO user (nama, roles, areas, posyandu) VALUES (?1, ?2, ?3, ?4)")?;
    Ok(statement.insert(params![nama, roles.join(" "), areas.join(" "), posyandu])?)
}

/// Says who she is in events.
///
/// # Errors
/// [`StoreError`].
pub fn set_person(connection: &Connection, user: i64, person: &str) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE user SET person = ?2 WHERE id = ?1")?.execute(params![user, person])?;
    Ok(())
}

/// Everybody.
///
/// # Errors
/// [`StoreError`].
pub fn users(connection: &Connection) -> Result<Vec<User>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {USER}, {POSYANDU} FROM user LEFT JOIN posyandu ON posyandu.id = user.posyandu ORDER BY user.id"
    ))?;
    let found = statement.query_map([], |row| read_user(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// One person.
///
/// # Errors
/// [`StoreError`].
pub fn user(connection: &Connection, id: i64) -> Result<Option<User>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {USER}, {POSYANDU} FROM user LEFT JOIN posyandu ON posyandu.id = user.posyandu WHERE user.id = ?1"
    ))?;
    Ok(statement.query_row([id], |row| read_user(row, 0)).optional()?)
}

const USER: &str = "user.id, user.nama, user.roles, user.areas, user.person";
const ACCOUNT: &str =
    "account.name, account.person, account.device, account.key, account.secret, account.struck_ms IS NOT NULL";
const ACCOUNT_JOIN: &str =
    "account JOIN user ON user.id = account.user LEFT JOIN posyandu ON posyandu.id = user.posyandu";

/// Makes an account.
///
/// # Errors
/// [`StoreError`].
pub fn add_account(connection: &Connection, account: &Account, now_ms: i64) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO account (name, user, person, device, key, secret, made_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let Account { name, user, person, device, key, secret, .. } = account;
    statement.execute(params![name, user.id, person, device, key, secret, now_ms])?;
    Ok(())
}

/// The account of this name.
///
/// # Errors
/// [`StoreError`].
pub fn account(connection: &Connection, name: &str) -> Result<Option<Account>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {ACCOUNT}, {USER}, {POSYANDU} FROM {ACCOUNT_JOIN} WHERE account.name = ?1"))?;
    Ok(statement.query_row([name], read_account).optional()?)
}

/// All accounts.
///
/// # Errors
/// [`StoreError`].
pub fn accounts(connection: &Connection) -> Result<Vec<Account>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ACCOUNT}, {USER}, {POSYANDU} FROM {ACCOUNT_JOIN} ORDER BY user.id, account.made_ms"
    ))?;
    let found = statement.query_map([], read_account)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Strikes an account.
///
/// # Errors
/// [`StoreError`].
pub fn strike(connection: &Connection, name: &str, now_ms: i64) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("UPDATE account SET struck_ms = coalesce(struck_ms, ?2) WHERE name = ?1")?;
    statement.execute(params![name, now_ms])?;
    Ok(())
}

/// Strikes the accounts that sign with this key.
///
/// # Errors
/// [`StoreError`].
pub fn strike_key(
    connection: &Connection,
    (person, device, key): (&str, &str, &str),
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE account SET struck_ms = coalesce(struck_ms, ?4) WHERE person = ?1 AND device = ?2 AND key = ?3",
    )?;
    statement.execute(params![person, device, key, now_ms])?;
    Ok(())
}

/// How long a code that made nothing is remembered, so that whoever comes late hears why.
const REMEMBERED_MS: i64 = 30 * 86_400_000;

/// Keeps a code, by its hash.
///
/// # Errors
/// [`StoreError`].
pub fn add_activation(connection: &Connection, code: &[u8; 32], user: i64, until_ms: i64) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("INSERT INTO activation (code, user, until_ms) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![code, user, until_ms])?;
    let mut statement = connection.prepare_cached("DELETE FROM activation WHERE account IS NULL AND until_ms < ?1")?;
    statement.execute([until_ms - REMEMBERED_MS])?;
    Ok(())
}

/// Drops the codes of a person that made nothing yet.
///
/// # Errors
/// [`StoreError`].
pub fn void_codes(connection: &Connection, user: i64) -> Result<usize, StoreError> {
    Ok(connection.prepare_cached("DELETE FROM activation WHERE user = ?1 AND account IS NULL")?.execute([user])?)
}

/// Drops all codes that made nothing yet.
///
/// # Errors
/// [`StoreError`].
pub fn void_all_codes(connection: &Connection) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM activation WHERE account IS NULL")?.execute([])?;
    Ok(())
}

/// The code of this hash.
///
/// # Errors
/// [`StoreError`].
pub fn activation(connection: &Connection, code: &[u8; 32]) -> Result<Option<Activation>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT user, until_ms, account FROM activation WHERE code = ?1")?;
    let read = |row: &Row<'_>| Ok(Activation { user: row.get(0)?, until_ms: row.get(1)?, account: row.get(2)? });
    Ok(statement.query_row([code], read).optional()?)
}

/// Says what a code made.
///
/// # Errors
/// [`StoreError`].
pub fn use_activation(connection: &Connection, code: &[u8; 32], account: &str) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE activation SET account = ?2 WHERE code = ?1")?.execute(params![code, account])?;
    Ok(())
}

/// What a phone says of itself at the end of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kabar {
    /// When, Unix milliseconds by the server's clock.
    pub seen_ms: i64,
    /// Events that are not here yet.
    pub unsent: i64,
    /// The day of the oldest of them.
    pub oldest: Option<String>,
    /// How far its clock is off, seconds.
    pub offset_s: i64,
    /// Events that were refused and wait for a person.
    pub refused: i64,
    /// Of the app.
    pub version: String,
    /// Events that only this phone has, if it says so.
    pub kept: Option<i64>,
    /// What stands in the way of sending, in the words of [`crate::domain::kirim::Trouble`].
    pub trouble: Option<String>,
}

/// Keeps the newest word of a phone.
///
/// # Errors
/// [`StoreError`].
pub fn set_kabar(connection: &Connection, account: &str, kabar: &Kabar) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO kabar (account, seen_ms, unsent, oldest, offset_s, refused, version, kept, trouble) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (account) DO UPDATE SET seen_ms = ?2, unsent = ?3, \
         oldest = ?4, offset_s = ?5, refused = ?6, version = ?7, kept = ?8, trouble = ?9",
    )?;
    let Kabar { seen_ms, unsent, oldest, offset_s, refused, version, kept, trouble } = kabar;
    statement.execute(params![account, seen_ms, unsent, oldest, offset_s, refused, version, kept, trouble])?;
    Ok(())
}

/// The newest word of a phone.
///
/// # Errors
/// [`StoreError`].
pub fn kabar(connection: &Connection, account: &str) -> Result<Option<Kabar>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seen_ms, unsent, oldest, offset_s, refused, version, kept, trouble FROM kabar WHERE account = ?1",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Kabar {
            seen_ms: row.get(0)?,
            unsent: row.get(1)?,
            oldest: row.get(2)?,
            offset_s: row.get(3)?,
            refused: row.get(4)?,
            version: row.get(5)?,
            kept: row.get(6)?,
            trouble: row.get(7)?,
        })
    };
    Ok(statement.query_row([account], read).optional()?)
}

/// One line of the access log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// Minutes since 1970.
    pub minute: i64,
    /// Which account; empty for nobody.
    pub account: String,
    /// Which database; empty for none.
    pub db: String,
    /// `read`, `write`, `sign-in`, `refused` and so on.
    pub verb: &'static str,
}

/// Adds to the access log, and drops what is older than `oldest_minute`.
///
/// # Errors
/// [`StoreError`].
pub fn log<'a>(
    connection: &Connection,
    lines: impl IntoIterator<Item = (&'a Access, &'a (i64, i64))>,
    oldest_minute: i64,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO access (minute, account, db, verb, times, documents) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (minute, account, db, verb) DO UPDATE SET times = times + ?5, documents = documents + ?6",
    )?;
    for (it, (times, documents)) in lines {
        statement.execute(params![it.minute, it.account, it.db, it.verb, times, documents])?;
    }
    connection.prepare_cached("DELETE FROM access WHERE minute < ?1")?.execute([oldest_minute])?;
    Ok(())
}

/// What the access log says of one account, database and minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accessed {
    /// Minutes since 1970.
    pub minute: i64,
    /// Which account; empty for nobody.
    pub account: String,
    /// Whose: number and name; none where the account is nobody's, or no longer here.
    pub user: Option<(i64, String)>,
    /// Which database; empty for none.
    pub db: String,
    /// As [`Access::verb`].
    pub verb: String,
    /// How often.
    pub times: i64,
    /// How many documents.
    pub documents: i64,
}

/// The access log, newest first; of one account or one person, where one is named.
///
/// # Errors
/// [`StoreError`].
pub fn accessed(
    connection: &Connection,
    (account, user): (Option<&str>, Option<i64>),
    limit: i64,
) -> Result<Vec<Accessed>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT minute, access.account, user.id, user.nama, db, verb, times, documents FROM access \
         LEFT JOIN account ON account.name = access.account LEFT JOIN user ON user.id = account.user \
         WHERE (?1 IS NULL OR access.account = ?1) AND (?2 IS NULL OR account.user = ?2) \
         ORDER BY minute DESC, access.account DESC, db DESC, verb DESC LIMIT ?3",
    )?;
    let found = statement.query_map(params![account, user, limit], |row| {
        let id: Option<i64> = row.get(2)?;
        let nama: Option<String> = row.get(3)?;
        Ok(Accessed {
            minute: row.get(0)?,
            account: row.get(1)?,
            user: id.zip(nama),
            db: row.get(4)?,
            verb: row.get(5)?,
            times: row.get(6)?,
            documents: row.get(7)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn read_posyandu(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Posyandu>> {
    let Some(id) = row.get(at)? else { return Ok(None) };
    let tempat: String = row.get(at + 3)?;
    let mut names = tempat.split('\n').map(str::to_owned);
    let tempat = std::array::from_fn(|_| names.next().unwrap_or_default());
    Ok(Some(Posyandu { id, nama: row.get(at + 1)?, desa: row.get(at + 2)?, tempat, scope: row.get(at + 4)? }))
}

fn read_user(row: &Row<'_>, at: usize) -> rusqlite::Result<User> {
    let words = |text: String| text.split_ascii_whitespace().map(str::to_owned).collect();
    Ok(User {
        id: row.get(at)?,
        nama: row.get(at + 1)?,
        roles: words(row.get(at + 2)?),
        own_areas: words(row.get(at + 3)?),
        person: row.get(at + 4)?,
        posyandu: read_posyandu(row, at + 5)?,
    })
}

fn read_account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        name: row.get(0)?,
        person: row.get(1)?,
        device: row.get(2)?,
        key: row.get(3)?,
        secret: row.get(4)?,
        is_struck: row.get(5)?,
        user: read_user(row, 6)?,
    })
}

/// Rows of which some are none.
trait FlattenOk<T> {
    fn flatten_ok(self) -> Result<Vec<T>, rusqlite::Error>;
}

impl<T, I: Iterator<Item = Result<Option<T>, rusqlite::Error>>> FlattenOk<T> for I {
    fn flatten_ok(self) -> Result<Vec<T>, rusqlite::Error> {
        self.filter_map(Result::transpose).collect()
    }
}
