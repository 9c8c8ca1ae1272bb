//! Prepares a CouchDB (3.x, one node or a cluster) to hold what phones write, when one machine is outgrown.
//!
//! Databases of one shard each, who may open them, and the rules of `validate.js`; nothing of what is recorded moves
//! ([`super::copy`] does that), and no account is made: who comes is asked at the door. It may be run again at any
//! time: what is right already is left alone. CouchDB asks for fewer things than this server: a member who may write
//! may also read, but for the door, and a signature is nothing it can check. So whoever receives an event judges it,
//! here as everywhere. Read `validate.js` first.

use std::fmt;

use ureq::http::Method;

use super::couch::{CouchDb, CouchError};
use crate::domain::json::{Value, object};
use crate::domain::scope::Class;

#[cfg(test)]
mod tests;

/// What CouchDB runs for each document that somebody writes.
pub const RULES: &str = include_str!("validate.js");
/// Where it stands.
const DESIGN: &str = "_design/posyandu";
/// The role of the server itself and of its agent in CouchDB.
const OFFICE: &str = "pengelola";
/// One thing that was done, or found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was not there.
    Made,
    /// Who may open it was something else.
    Rights,
    /// The rules were others, or none.
    Rules,
    /// It was made by others, with so many shards; that stays.
    Shards(i64),
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Made => f.write_str("made"),
            Self::Rights => f.write_str("rights set"),
            Self::Rules => f.write_str("rules set"),
            Self::Shards(count) => write!(f, "has {count} shards and keeps them"),
        }
    }
}

impl CouchDb {
    /// Whether it had to be made. One shard: a scope is small, and there are many of them.
    fn make(&self, name: &str) -> Result<bool, CouchError> {
        match self.ask(Method::PUT, &format!("{name}?q=1"), String::new())?.status {
            201 | 202 => Ok(true),
            412 => Ok(false),
            status => Err(CouchError::Answered { path: name.into(), status }),
        }
    }

    /// Makes CouchDB's own database of accounts, without which it complains; whether it was missing.
    ///
    /// # Errors
    /// [`CouchError`].
    pub fn prepare_accounts(&self) -> Result<bool, CouchError> {
        self.make("_users")
    }

    /// Makes a database as it should be, and says what was done; nothing when all was right.
    ///
    /// # Errors
    /// [`CouchError`].
    pub fn prepare(&self, name: &str) -> Result<Vec<Done>, CouchError> {
        let class = Class::of(name).ok_or_else(|| CouchError::Name(name.into()))?;
        let mut done = Vec::new();
        if self.make(name)? {
            done.push(Done::Made);
        } else {
            let about = self.get(name)?.ok_or_else(|| CouchError::Unreadable(name.into()))?;
            match about.get("cluster").and_then(|it| it.get("q")).and_then(Value::as_int) {
                Some(1) | None => {}
                Some(count) => done.push(Done::Shards(count)),
            }
        }
        let path = format!("{name}/_security");
        let rights = rights(name, class);
        if self.get(&path)?.as_ref() != Some(&rights) {
            self.put(&path, rights)?;
            done.push(Done::Rights);
        }
        let path = format!("{name}/{DESIGN}");
        let known = self.get(&path)?;
        let member = |name: &str| known.as_ref().and_then(|it| it.get(name)).and_then(Value::as_text);
        if member("validate_doc_update") != Some(RULES) || member("language") != Some("javascript") {
            let mut design = object([
                ("_id", DESIGN.into()),
                ("language", "javascript".into()),
                ("validate_doc_update", RULES.into()),
            ]);
            if let Some(revision) = member("_rev") {
                design.insert("_rev".into(), revision.into());
            }
            self.put(&path, design.into())?;
            done.push(Done::Rules);
        }
        Ok(done)
    }
}

/// The role of whoever reads a database.
#[must_use]
pub fn reader(name: &str) -> String {
    format!("baca:{name}")
}

/// The role of whoever writes it.
#[must_use]
pub fn writer(name: &str) -> String {
    format!("tulis:{name}")
}

/// Who may open a database of a class: accounts have a role for each database that they read, and one for each that
/// they write. Only the office writes tables. To CouchDB a member who only drops something is a reader, too: the door
/// keeps her from it.
fn rights(name: &str, class: Class) -> Value {
    let mut roles = vec![reader(name).into(), OFFICE.into()];
    if class != Class::Tabel {
        roles.push(writer(name).into());
    }
    let group = |roles: Vec<Value>| Value::Object(object([("names", Vec::new().into()), ("roles", roles.into())]));
    object([("admins", group(vec!["_admin".into()])), ("members", group(roles))]).into()
}
