//! What phones ask: CouchDB's replication protocol, and how a phone becomes one of ours.
//!
//! This file knows which address means what and who is asking; [`wish`] says which right a request needs, [`changes`],
//! [`documents`] and [`local`] answer for a database, [`session`], [`activation`] and [`kabar`] for people. Where a
//! CouchDB keeps the databases, [`door`] says who may pass to it. Shapes and status codes follow CouchDB 3.5
//! (<https://docs.couchdb.org/en/stable/api/>). No body, name or secret is ever logged.

mod activation;
mod body;
mod changes;
mod documents;
pub mod door;
mod kabar;
mod local;
mod reply;
mod session;
mod wish;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONNECTION, HeaderMap};
use axum::http::{Method, request};
use axum::response::Response;
use tokio::sync::{Semaphore, watch};

use self::door::Door;
use self::reply::{ApiError, Reply};
use self::session::Caller;
use self::wish::Wish;
use super::limits::{Tries, Waiting};
use super::office::Office;
use super::store::docs::{self, Database};
use crate::domain::rights::Grant;
use crate::domain::scope::Class;

/// How a server is told to behave.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a session lasts, seconds.
    pub session_seconds: i64,
    /// Whether browsers reach it by HTTPS, through something in front of it.
    pub is_https: bool,
    /// Whether that something says who asks, in `X-Forwarded-For`.
    pub is_behind_proxy: bool,
    /// How long the access log is kept, days.
    pub access_days: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { session_seconds: 600, is_https: false, is_behind_proxy: false, access_days: 365 }
    }
}

/// Everything an answer needs.
#[derive(Debug)]
pub struct Api {
    /// The server's ledger.
    pub office: Arc<Office>,
    settings: Settings,
    /// True once the server is to stop: whoever waits is answered.
    stop: watch::Receiver<bool>,
    sign_in_names: Tries,
    sign_in_addresses: Tries,
    codes: Tries,
    waiting: Arc<Waiting>,
    /// So many requests work on the disk at once; others stand in line.
    desks: Arc<Semaphore>,
}

/// Requests that work on the disk at once.
const DESKS: usize = 48;

impl Api {
    /// An API over an office.
    #[must_use]
    pub fn new(office: Arc<Office>, settings: Settings, stop: watch::Receiver<bool>) -> Self {
        Self {
            office,
            settings,
            stop,
            sign_in_names: Tries::new(10, Duration::from_secs(30)),
            // Behind one address may be a whole puskesmas.
            sign_in_addresses: Tries::new(100, Duration::from_secs(3)),
            codes: Tries::new(30, Duration::from_secs(10)),
            waiting: Arc::default(),
            desks: Arc::new(Semaphore::new(DESKS)),
        }
    }

    /// Works where it may block.
    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let api = self.clone();
        let permit = self.desks.clone().acquire_owned().await.map_err(|_| ApiError::stopping())?;
        let done = tokio::task::spawn_blocking(move || {
            let answer = work(&api);
            drop(permit);
            answer
        });
        done.await.unwrap_or_else(|_| Err(ApiError::internal()))
    }
}

/// Whether this request is for the API and not for the app's files.
#[must_use]
pub fn is_for_api(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if first.is_empty() {
        // Browsers and the service worker ask for the page, programs for what this is.
        let accepts =
            |what: &str| headers.get_all(ACCEPT).iter().any(|it| it.to_str().is_ok_and(|it| it.contains(what)));
        return path == "/" && method == Method::GET && accepts("application/json") && !accepts("text/html");
    }
    first.starts_with('_') || Class::of(first).is_some()
}

/// Answers one request; one that came to a door is judged there.
pub async fn answer(api: &Arc<Api>, door: Option<&Door>, request: Request, address: IpAddr) -> Response {
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let encoding = reply::Encoding::of(&parts.headers);
    let mut asked = Asked { parts, body, address, caller: Caller::default() };
    // Nobody but the proxy comes to the door.
    let is_behind_proxy = api.settings.is_behind_proxy || door.is_some();
    let (answered, cookie) = match api.enter(&mut asked, is_behind_proxy).await {
        Ok(()) => {
            let cookie = asked.caller.renewed.take();
            let answered = match door {
                Some(door) => door.judge(api, &mut asked),
                None => api.route(&mut asked).await,
            };
            (answered, cookie)
        }
        Err(error) => (Err(error), None),
    };
    let mut reply = answered.unwrap_or_else(ApiError::into_reply);
    if !body::drain(&mut asked.body, &asked.parts.headers).await {
        // What was not read of it would be taken for the next request.
        reply = reply.with(CONNECTION, "close");
    }
    if let Some(cookie) = cookie.filter(|_| !reply.sets_cookie()) {
        reply = reply.with_cookie(cookie);
    }
    reply.into_response(is_head, encoding)
}

/// One request on its way.
struct Asked {
    parts: request::Parts,
    body: Body,
    address: IpAddr,
    caller: Caller,
}

impl Asked {
    /// The parts of the address, without `%`.
    fn path(&self) -> Result<Vec<String>, ApiError> {
        let parts = self.parts.uri.path().trim_start_matches('/').split('/');
        parts.map(|it| decoded(it).ok_or_else(|| ApiError::bad_request("invalid address"))).collect()
    }

    fn is(&self, method: &Method) -> bool {
        self.parts.method == method
    }

    /// GET, or HEAD, which is GET without its body.
    fn is_get(&self) -> bool {
        matches!(self.parts.method, Method::GET | Method::HEAD)
    }

    /// The body, whole and unpacked.
    async fn text(&mut self, most: usize) -> Result<String, ApiError> {
        let bytes = body::read(&mut self.body, &self.parts.headers, most).await?;
        String::from_utf8(bytes).map_err(|_| ApiError::bad_json())
    }

    /// One of the values behind `?`.
    fn query(&self, name: &str) -> Option<String> {
        let pairs = self.parts.uri.query().unwrap_or_default().split('&');
        let value = pairs.filter_map(|it| it.split_once('=')).find(|(key, _)| *key == name)?.1;
        decoded(&value.replace('+', " "))
    }

    fn is_true(&self, name: &str) -> bool {
        self.query(name).as_deref() == Some("true")
    }

    /// The grant of whoever asks for a database; one that does not exist is refused alike.
    fn grant(&self, db: &str) -> Result<Grant, ApiError> {
        let account = self.caller.account.as_ref().ok_or_else(ApiError::unauthorized)?;
        account.grants().into_iter().find(|it| it.db == db).ok_or_else(ApiError::forbidden)
    }
}

impl Api {
    /// Finds out who asks.
    async fn enter(self: &Arc<Self>, asked: &mut Asked, is_behind_proxy: bool) -> Result<(), ApiError> {
        if is_behind_proxy
            && let Some(said) = asked.parts.headers.get_all("x-forwarded-for").iter().next_back()
            && let Some(address) = said.to_str().ok().and_then(|it| it.rsplit(',').next()?.trim().parse().ok())
        {
            asked.address = IpAddr::to_canonical(&address);
        }
        let claim = session::Claim::of(&asked.parts.headers);
        if !claim.is_empty() {
            let address = asked.address;
            asked.caller = self.blocking(move |api| api.recognize(&claim, address)).await?;
        }
        Ok(())
    }

    async fn route(self: &Arc<Self>, asked: &mut Asked) -> Result<Reply, ApiError> {
        let path = asked.path()?;
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["" | "_welcome"] if asked.is_get() => Ok(self.welcome()),
            ["_up"] if asked.is_get() => Ok(Reply::json(200, r#"{"status":"ok","seeds":{}}"#)),
            ["_session"] => self.session(asked).await,
            ["_activation"] if asked.is(&Method::POST) => self.activation(asked).await,
            ["_adopt"] if asked.is(&Method::POST) => self.adopt(asked).await,
            ["_kabar"] if asked.is(&Method::POST) => self.set_kabar(asked).await,
            ["_kabar"] if asked.is_get() => self.all_kabar(asked).await,
            ["_welcome" | "_up"] => Err(ApiError::method("GET,HEAD")),
            ["_activation" | "_adopt"] => Err(ApiError::method("POST")),
            ["_kabar"] => Err(ApiError::method("GET,HEAD,POST")),
            [db, rest @ ..] if Class::of(db).is_some() => self.database(asked, db, rest).await,
            _ => Err(ApiError::not_found("missing")),
        }
    }

    async fn database(self: &Arc<Self>, asked: &mut Asked, db: &str, rest: &[&str]) -> Result<Reply, ApiError> {
        let (grant, wish) = self.granted(asked, db, rest)?;
        match wish {
            Wish::Info => self.database_info(asked, db).await,
            Wish::Make => Err(ApiError::exists()),
            Wish::Changes => self.changes(asked, db).await,
            Wish::BulkDocs => self.bulk_docs(asked, &grant).await,
            Wish::RevsDiff => self.revs_diff(asked, db).await,
            Wish::BulkGet => self.bulk_get(asked, db).await,
            Wish::Commit => {
                let epoch = &self.office.identity.epoch;
                Ok(Reply::json(201, format!(r#"{{"ok":true,"instance_start_time":"{epoch}"}}"#)))
            }
            Wish::Security => {
                let body = format!(
                    r#"{{"admins":{{"names":[],"roles":["_admin"]}},"members":{{"names":[],"roles":["{db}"]}}}}"#
                );
                Ok(Reply::json(200, body))
            }
            Wish::GetLocal(id) => self.get_local(asked, db, id).await,
            Wish::PutLocal(id) => self.put_local(asked, db, id).await,
            Wish::Document(id) => self.document(asked, db, id).await,
            Wish::Attachment(id, name) => self.attachment(asked, db, id, name).await,
        }
    }

    /// What whoever asks wants of a database, if she may, and her grant for it.
    fn granted<'a>(&self, asked: &Asked, db: &str, rest: &[&'a str]) -> Result<(Grant, Wish<'a>), ApiError> {
        let grant = asked.grant(db).inspect_err(|error| {
            if let (Some(account), 403) = (&asked.caller.account, error.status()) {
                // Which database is not noted: it is whatever was asked for.
                self.office.note(&account.name, "", "refused", 0);
            }
        })?;
        let wish = Wish::read(&asked.parts.method, rest)?;
        if wish.is_granted(&grant) { Ok((grant, wish)) } else { Err(ApiError::forbidden()) }
    }

    fn welcome(&self) -> Reply {
        let uuid = &self.office.identity.uuid;
        let version = env!("CARGO_PKG_VERSION");
        Reply::json(
            200,
            format!(
                r#"{{"couchdb":"Welcome","version":"3.5.0","uuid":"{uuid}","features":[],"vendor":{{"name":"posyandu-server","version":"{version}"}}}}"#
            ),
        )
    }

    async fn database_info(self: &Arc<Self>, asked: &mut Asked, db: &str) -> Result<Reply, ApiError> {
        let name = db.to_owned();
        let account = asked.caller.name().to_owned();
        self.blocking(move |api| {
            let database = api.office.store.read(|connection| find(connection, &name))?;
            api.office.note(&account, &name, "look", 0);
            let Database { live, erased, .. } = &database;
            let epoch = &api.office.identity.epoch;
            let seq = api.seq(database.last_seq);
            Ok(Reply::json(
                200,
                format!(
                    concat!(
                        r#"{{"instance_start_time":"{epoch}","db_name":"{name}","purge_seq":"0","update_seq":"{seq}","#,
                        r#""sizes":{{"file":0,"external":0,"active":0}},"props":{{}},"doc_del_count":{erased},"#,
                        r#""doc_count":{live},"disk_format_version":8,"compact_running":false,"#,
                        r#""cluster":{{"q":1,"n":1,"w":1,"r":1}}}}"#
                    ),
                    epoch = epoch,
                    name = name,
                    seq = seq,
                    erased = erased,
                    live = live
                ),
            ))
        })
        .await
    }

    /// A sequence as phones keep it: of this epoch.
    fn seq(&self, seq: i64) -> String {
        format!("{seq}-{}", self.office.identity.epoch.get(..12).unwrap_or_default())
    }
}

/// A database that somebody has a grant for, made with her account.
fn find(connection: &rusqlite::Connection, name: &str) -> Result<Database, ApiError> {
    docs::database(connection, name)?.ok_or_else(ApiError::forbidden)
}

/// Text of an address without `%`.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|it| !it.contains('\0'))
}

/// Text as JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A body that must be one JSON object.
fn object(text: &str) -> Result<crate::domain::json::Map, ApiError> {
    crate::domain::json::parse_object(text).map_err(|_| ApiError::bad_json())
}
