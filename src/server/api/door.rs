//! The door before a CouchDB: for each request the proxy asks here whether who comes may do that there, and under
//! which name and roles CouchDB will know her.
//!
//! It has a listener of its own, which nobody but the proxy reaches, because it believes what the proxy says of a
//! request (`X-Forwarded-Method`, `-Uri`, `-For`), and answers with a token that CouchDB believes
//! (<https://docs.couchdb.org/en/stable/api/server/authn.html#proxy-authentication>). Who she is and what she may is
//! judged as everywhere ([`super::wish`]); what CouchDB would do and this server does not, ends here.

use std::collections::HashSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use axum::response::Response;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::changes;
use super::reply::{ApiError, Reply};
use super::wish::Wish;
use super::{Api, Asked};
use crate::domain::ledger::EventId;
use crate::domain::ledger::id::hex;
use crate::server::check::PHOTO;
use crate::server::copy::moves;
use crate::server::http::Answers;
use crate::server::provision::{reader, writer};
use crate::server::store::locked;

/// Where the proxy asks.
pub const PATH: &str = "/_pintu";

/// A shorter secret is none.
const LEAST_SECRET: usize = 32;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What it holds is no secret.
    #[error("{} must hold one line of {LEAST_SECRET} letters and digits or more", .0.display())]
    Malformed(PathBuf),
}

/// What this server and CouchDB know alone.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Reads the secret of a file.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        let read = std::fs::read_to_string(path).map(Zeroizing::new);
        let text = read.map_err(|source| SecretError::File { path: path.into(), source })?;
        let secret = text.trim();
        let is_secret = secret.len() >= LEAST_SECRET && secret.bytes().all(|it| it.is_ascii_alphanumeric());
        if is_secret { Ok(Self(Zeroizing::new(secret.to_owned()))) } else { Err(SecretError::Malformed(path.into())) }
    }

    /// By which CouchDB believes a name: its HMAC in hex. The roles beside it are not in it, so nobody but the proxy
    /// may speak to CouchDB.
    fn token(&self, name: &str) -> String {
        // A key of any length is one; no token at all would be believed by nobody.
        let mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new_from_slice(self.0.as_bytes());
        mac.map(|it| hex(&it.chain_update(name.as_bytes()).finalize().into_bytes())).unwrap_or_default()
    }
}

/// The door.
pub struct Door {
    api: Arc<Api>,
    secret: Secret,
    /// Databases that CouchDB is known to have as they should be.
    open: Mutex<HashSet<String>>,
}

impl Door {
    /// A door that lets nobody pass yet.
    #[must_use]
    pub fn new(api: Arc<Api>, secret: Secret) -> Self {
        Self { api, secret, open: Mutex::default() }
    }

    /// From now on a database can be passed to.
    pub fn open(&self, db: &str) {
        locked(&self.open).insert(db.to_owned());
    }

    /// Judges what the proxy asks about.
    pub(super) fn judge(&self, api: &Api, asked: &mut Asked) -> Result<Reply, ApiError> {
        if asked.parts.uri.path() != PATH {
            return Err(ApiError::not_found("missing"));
        }
        let (method, uri) = forwarded(&asked.parts.headers).ok_or_else(|| ApiError::bad_request("not a proxy"))?;
        asked.parts.method = method;
        asked.parts.uri = uri;
        let path = asked.path()?;
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let [db, rest @ ..] = parts.as_slice() else { return Err(ApiError::not_found("missing")) };
        if !moves(db) {
            return Err(ApiError::not_found("missing"));
        }
        let (grant, wish) = api.granted(asked, db, rest)?;
        fits(asked, db, &wish)?;
        if !locked(&self.open).contains(*db) {
            // Of a posyandu that has just begun: it is being made.
            return Err(ApiError::stopping());
        }
        let name = asked.caller.name();
        if let Some(verb) = verb(&wish) {
            // How many documents CouchDB gives or takes is not known here.
            api.office.note(name, db, verb, 0);
        }
        let roles = [grant.read.then(|| reader(db)), grant.write.then(|| writer(db))];
        let roles: Vec<String> = roles.into_iter().flatten().collect();
        let reply = Reply::json(200, r#"{"ok":true}"#)
            .with(HeaderName::from_static("x-auth-couchdb-username"), name)
            .with(HeaderName::from_static("x-auth-couchdb-roles"), &roles.join(","))
            .with(HeaderName::from_static("x-auth-couchdb-token"), &self.secret.token(name));
        Ok(reply)
    }
}

impl Answers for Arc<Door> {
    async fn answer(&self, request: Request, address: IpAddr) -> Response {
        super::answer(&self.api, Some(self), request, address).await
    }
}

/// What the proxy says that is asked for; none where it is missing or said twice.
fn forwarded(headers: &HeaderMap) -> Option<(Method, Uri)> {
    let one = |name: &str| {
        let mut all = headers.get_all(name).iter();
        all.next().filter(|_| all.next().is_none()).map(|it| it.as_bytes())
    };
    let method = Method::from_bytes(one("x-forwarded-method")?).ok()?;
    let uri = Uri::try_from(one("x-forwarded-uri")?).ok()?;
    uri.path().starts_with('/').then_some((method, uri))
}

/// Whether it is what this server itself would answer: CouchDB knows feeds without an end, filters, other documents.
fn fits(asked: &Asked, db: &str, wish: &Wish<'_>) -> Result<(), ApiError> {
    match wish {
        Wish::Make => Err(ApiError::exists()),
        Wish::Changes => changes::fits_a_door(asked, db),
        Wish::Document(id) if EventId::parse(id).is_err() => Err(ApiError::not_found("missing")),
        Wish::Attachment(id, name) if EventId::parse(id).is_err() || *name != PHOTO => {
            Err(ApiError::not_found("Document is missing attachment"))
        }
        Wish::GetLocal(id) | Wish::PutLocal(id) if !is_plain(id) => Err(ApiError::bad_request("invalid id")),
        _ => Ok(()),
    }
}

/// Whether the name of a checkpoint is one that everybody between here and CouchDB reads alike.
fn is_plain(id: &str) -> bool {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || b"-_.=~+".contains(&it);
    (1..=400).contains(&id.len()) && id.bytes().all(is_letter) && !matches!(id, "." | "..")
}

/// As the access log calls it.
fn verb(wish: &Wish<'_>) -> Option<&'static str> {
    match wish {
        Wish::Info => Some("look"),
        Wish::Changes | Wish::BulkGet | Wish::Document(_) => Some("read"),
        Wish::Attachment(..) => Some("photo"),
        Wish::BulkDocs => Some("write"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_one_that_couchdb_computes() {
        // https://docs.couchdb.org/en/stable/api/server/authn.html#proxy-authentication
        let secret = Secret(Zeroizing::new("the_secret".into()));
        assert_eq!(secret.token("foo"), "3f0786e96b20b0102b77f1a49c041be6977cfb3bf78c41a12adc121cd9b4e68a");
    }

    #[test]
    fn a_checkpoint_has_a_plain_name() {
        for id in ["0a".repeat(16).as_str(), "pouch.x_y==", "a-b~c+"] {
            assert!(is_plain(id), "{id}");
        }
        for id in ["", ".", "..", "a/b", "a%2fb", "a?b", "a b", "é", "x".repeat(401).as_str()] {
            assert!(!is_plain(id), "{id}");
        }
    }
}
