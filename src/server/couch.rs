//! A CouchDB (3.x, one node or a cluster), spoken to as its administrator: requests and what came of them.
//!
//! It does not know what is asked for: see [`super::provision`] and [`super::copy`]. Plain HTTP alone: whoever is
//! elsewhere comes through a tunnel.

use std::time::Duration;

use ureq::Agent;
use ureq::http::{Method, Request};

use crate::domain::base64::STANDARD;
use crate::domain::json::{self, Value};

/// For one request.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest answer: a page of documents with their photos is less.
const MOST_ANSWER: u64 = 64 * 1024 * 1024;

/// Why a CouchDB did not do what it was asked; what was done before stays.
#[derive(Debug, thiserror::Error)]
pub enum CouchError {
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

impl Administrator {
    /// From `COUCHDB_USER` and `COUCHDB_PASSWORD`; none where one of them is missing.
    #[must_use]
    pub fn of_environment() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
        variable("COUCHDB_USER").zip(variable("COUCHDB_PASSWORD")).map(|(name, password)| Self { name, password })
    }
}

/// A CouchDB, spoken to as its administrator.
pub struct CouchDb {
    agent: Agent,
    base: String,
    authorization: Option<String>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

impl CouchDb {
    /// The CouchDB at an address like `http://127.0.0.1:5984`; it is not asked yet.
    ///
    /// # Errors
    /// [`CouchError::Address`]. TLS is not spoken: whoever is elsewhere comes through a tunnel.
    pub fn new(address: &str, administrator: Option<&Administrator>) -> Result<Self, CouchError> {
        let base = address.trim_end_matches('/');
        let host = base.strip_prefix("http://").filter(|it| !it.is_empty() && !it.contains(['/', '@', '?', '#', ' ']));
        host.ok_or(CouchError::Address)?;
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

    pub(super) fn ask(&self, method: Method, path: &str, body: String) -> Result<Answer, CouchError> {
        let is_post = method == Method::POST;
        let mut request = Request::builder().method(method).uri(format!("{}/{path}", self.base));
        request = request.header("accept", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let has_body = is_post || !body.is_empty();
        let request = if has_body { request.header("content-type", "application/json") } else { request };
        let mut response = self.agent.run(request.body(body).map_err(|_| CouchError::Address)?)?;
        let status = response.status().as_u16();
        if matches!(status, 401 | 403) {
            return Err(CouchError::SignIn);
        }
        Ok(Answer { status, text: response.body_mut().with_config().limit(MOST_ANSWER).read_to_string()? })
    }

    pub(super) fn get(&self, path: &str) -> Result<Option<Value>, CouchError> {
        let answer = self.ask(Method::GET, path, String::new())?;
        match answer.status {
            200 => json::parse(&answer.text).map(Some).map_err(|_| CouchError::Unreadable(path.into())),
            404 => Ok(None),
            status => Err(CouchError::Answered { path: path.into(), status }),
        }
    }

    pub(super) fn put(&self, path: &str, value: Value) -> Result<(), CouchError> {
        let answer = self.ask(Method::PUT, path, value.canonical())?;
        match answer.status {
            200..=202 => Ok(()),
            status => Err(CouchError::Answered { path: path.into(), status }),
        }
    }

    /// Asks with a body; the text of what is found.
    pub(super) fn post(&self, path: &str, body: String) -> Result<String, CouchError> {
        let answer = self.ask(Method::POST, path, body)?;
        match answer.status {
            200..=202 => Ok(answer.text),
            status => Err(CouchError::Answered { path: path.into(), status }),
        }
    }
}
