//! Prepares a CouchDB (3.x, one node or a cluster) to hold what phones write, when one machine is outgrown.
//!
//! Databases of one shard each, who may open them, and the rules of `validate.js`; nothing of what is recorded moves,
//! and no account is made. It may be run again at any time: what is right already is left alone. CouchDB asks for
//! fewer things than this server: a member who may write may also read, and a signature is nothing it can check. So
//! whoever receives an event judges it, here as everywhere. Read `validate.js` first.

use std::fmt;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Method, Request};

use crate::domain::base64::STANDARD;
use crate::domain::json::{self, Value, object};
use crate::domain::scope::Class;

#[cfg(test)]
mod tests;

/// What CouchDB runs for each document that somebody writes.
pub const RULES: &str = include_str!("validate.js");
/// Where it stands.
const DESIGN: &str = "_design/posyandu";
/// The role of the server itself and of its agent in CouchDB.
const OFFICE: &str = "pengelola";
/// For one request.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a CouchDB was not prepared; what was done before stays.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// Not the address of a CouchDB in the own network.
    #[error("the address must be like http://127.0.0.1:5984, without name, password or path")]
    Address,
    /// A name that no database of ours has.
    #[error("{0} is not the name of a database of this app")]
    Name(String),
    /// No connection, or none that lasted.
    #[error("the couchdb does not answer: {0}")]
    Unreachable(#[from] ureq::Error),
    /// Nobody, a wrong password, or no administrator.
    #[error("the couchdb wants its administrator: set COUCHDB_USER and COUCHDB_PASSWORD")]
    SignIn,
    /// An answer that does not fit.
    #[error("the couchdb answered {status} for {path}")]
    Answered {
        /// What was asked for: database and document, nothing else.
        path: String,
        /// HTTP status.
        status: u16,
    },
    /// An answer without sense.
    #[error("what answered for {0} is no couchdb")]
    Unreadable(String),
}

/// Who administers the CouchDB.
pub struct Administrator {
    /// Name.
    pub name: String,
    /// Password.
    pub password: String,
}

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

/// A CouchDB, spoken to as its administrator.
pub struct CouchDb {
    agent: Agent,
    base: String,
    authorization: Option<String>,
}

struct Answer {
    status: u16,
    text: String,
}

impl CouchDb {
    /// The CouchDB at an address like `http://127.0.0.1:5984`; it is not asked yet.
    ///
    /// # Errors
    /// [`ProvisionError::Address`]. TLS is not spoken: whoever is elsewhere comes through a tunnel.
    pub fn new(address: &str, administrator: Option<&Administrator>) -> Result<Self, ProvisionError> {
        let base = address.trim_end_matches('/');
        let host = base.strip_prefix("http://").filter(|it| !it.is_empty() && !it.contains(['/', '@', '?', '#', ' ']));
        host.ok_or(ProvisionError::Address)?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            // A proxy of the environment has no business between the two.
            .proxy(None)
            .build()
            .new_agent();
        let authorization = administrator
            .map(|it| format!("Basic {}", STANDARD.encode(format!("{}:{}", it.name, it.password).as_bytes())));
        Ok(Self { agent, base: base.into(), authorization })
    }

    fn ask(&self, method: Method, path: &str, body: String) -> Result<Answer, ProvisionError> {
        let mut request = Request::builder().method(method).uri(format!("{}/{path}", self.base));
        request = request.header("accept", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let request = if body.is_empty() { request } else { request.header("content-type", "application/json") };
        let mut response = self.agent.run(request.body(body).map_err(|_| ProvisionError::Address)?)?;
        let status = response.status().as_u16();
        if matches!(status, 401 | 403) {
            return Err(ProvisionError::SignIn);
        }
        Ok(Answer { status, text: response.body_mut().read_to_string()? })
    }

    fn get(&self, path: &str) -> Result<Option<Value>, ProvisionError> {
        let answer = self.ask(Method::GET, path, String::new())?;
        match answer.status {
            200 => json::parse(&answer.text).map(Some).map_err(|_| ProvisionError::Unreadable(path.into())),
            404 => Ok(None),
            status => Err(ProvisionError::Answered { path: path.into(), status }),
        }
    }

    fn put(&self, path: &str, value: Value) -> Result<(), ProvisionError> {
        let answer = self.ask(Method::PUT, path, value.canonical())?;
        match answer.status {
            200..=202 => Ok(()),
            status => Err(ProvisionError::Answered { path: path.into(), status }),
        }
    }

    /// Whether it had to be made. One shard: a scope is small, and there are many of them.
    fn make(&self, name: &str) -> Result<bool, ProvisionError> {
        match self.ask(Method::PUT, &format!("{name}?q=1"), String::new())?.status {
            201 | 202 => Ok(true),
            412 => Ok(false),
            status => Err(ProvisionError::Answered { path: name.into(), status }),
        }
    }

    /// Makes CouchDB's own database of accounts, without which it complains; whether it was missing.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub fn prepare_accounts(&self) -> Result<bool, ProvisionError> {
        self.make("_users")
    }

    /// Makes a database as it should be, and says what was done; nothing when all was right.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub fn prepare(&self, name: &str) -> Result<Vec<Done>, ProvisionError> {
        let class = Class::of(name).ok_or_else(|| ProvisionError::Name(name.into()))?;
        let mut done = Vec::new();
        if self.make(name)? {
            done.push(Done::Made);
        } else {
            let about = self.get(name)?.ok_or_else(|| ProvisionError::Unreadable(name.into()))?;
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

/// Who may open a database of a class: accounts have a role for each database that they read, and one for each that
/// they write. Only the office writes tables; whoever may only drop something into the others can read it too, which
/// is why what is dropped there is sealed or counts nobody by name.
fn rights(name: &str, class: Class) -> Value {
    let mut roles = vec![format!("baca:{name}").into(), OFFICE.into()];
    if class != Class::Tabel {
        roles.push(format!("tulis:{name}").into());
    }
    let group = |roles: Vec<Value>| Value::Object(object([("names", Vec::new().into()), ("roles", roles.into())]));
    object([("admins", group(vec!["_admin".into()])), ("members", group(roles))]).into()
}
