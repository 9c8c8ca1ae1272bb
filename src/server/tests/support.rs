//! A server on a free port over a folder of its own, and phones that sign in to it.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::domain::activation::Request;
use crate::domain::base64::{STANDARD, URL_SAFE};
use crate::domain::json::{Map, object};
use crate::domain::ledger::event::{Draft, Event, Stamp};
use crate::domain::ledger::hlc::Hlc;
use crate::domain::ledger::id::{bytes_from_hex, hex};
use crate::domain::ledger::roster;
use crate::domain::ledger::{DeviceId, PersonId};
use crate::domain::sorted::SortedMap;
use crate::server::api::door::Door;
use crate::server::api::{Api, Settings};
use crate::server::commands;
use crate::server::files::Files;
use crate::server::http::{self, Site};
use crate::server::office::{Office, now_ms};
use crate::server::root::{self, local_day};
use crate::server::store::people;

pub const DESA: &str = "9901012001";

/// A server; it and its folder go when it is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub folder: PathBuf,
    pub office: Arc<Office>,
    pub api: Arc<Api>,
    stop: Option<watch::Sender<bool>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

pub fn temporary(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("posyandu-server-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("app")).unwrap();
    fs::write(folder.join("app/index.html"), "<!doctype html>page").unwrap();
    fs::write(folder.join("secret.txt"), "outside").unwrap();
    folder
}

impl Server {
    pub fn start(name: &str) -> Self {
        Self::start_with(name, Settings::default())
    }

    pub fn start_with(name: &str, settings: Settings) -> Self {
        let folder = temporary(name);
        let office = Office::create(&folder.join("data"), false).unwrap();
        Self::serve(folder, office, settings)
    }

    pub fn serve(folder: PathBuf, office: Office, settings: Settings) -> Self {
        let office = Arc::new(office);
        let files = Files::read(&folder.join("app")).unwrap();
        let (stop, stopped) = watch::channel(false);
        let (tell, told) = std::sync::mpsc::channel();
        let api = Arc::new(Api::new(office.clone(), settings, stopped.clone()));
        let serving = api.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let mut stopped = stopped;
                let until = async move {
                    stopped.wait_for(|it| *it).await.ok();
                };
                http::serve(listener, Site { files, api: Some(serving) }, until).await.unwrap();
            });
        });
        Self { address: told.recv().unwrap(), folder, office, api, stop: Some(stop), thread: Some(thread) }
    }

    /// Opens a door beside it, until it ends: its address.
    pub fn door(&self, door: Arc<Door>) -> SocketAddr {
        let mut stopped = self.stop.as_ref().unwrap().subscribe();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let until = async move {
                    stopped.wait_for(|it| *it).await.ok();
                };
                http::serve(listener, door, until).await.unwrap();
            });
        });
        told.recv().unwrap()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Stops it and keeps its folder.
    pub fn stop(mut self) -> PathBuf {
        self.end();
        std::mem::take(&mut self.folder)
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send_replace(true);
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        ask(self.address, method, path, headers, body)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Accept", "application/json")], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    pub fn add_posyandu(&self, nama: &str, desa: &str) -> i64 {
        let tempat = ["Contoh", "Umpama", "Rekaan", "Misal"].map(str::to_owned);
        self.office.store.write(|it| people::add_posyandu(it, nama, desa, &tempat)).unwrap()
    }

    pub fn add_user(&self, nama: &str, role: &str, areas: &[&str], posyandu: Option<i64>) -> i64 {
        let areas: Vec<String> = areas.iter().map(|it| (*it).to_owned()).collect();
        self.office.store.write(|it| people::add_user(it, nama, &[role.to_owned()], &areas, posyandu)).unwrap()
    }

    pub fn code(&self, user: i64) -> String {
        commands::new_link(&self.office, user, "http://localhost").unwrap().code
    }

    /// A phone of this person, through the activation that every phone takes.
    pub fn enroll(&self, user: i64) -> Phone {
        let mut phone = Phone::new(self.address);
        phone.redeem(&self.code(user), json!({}));
        phone
    }

    /// A posyandu and its first kader.
    pub fn kader(&self) -> Phone {
        let posyandu = self.add_posyandu("Contoh Melati", DESA);
        self.enroll(self.add_user("Ani Contoh", "kader", &[], Some(posyandu)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
        if self.folder != Path::new("") {
            fs::remove_dir_all(&self.folder).ok();
        }
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    #[track_caller]
    pub fn error(&self, status: u16, error: &str) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.json()["error"], error);
        assert!(self.json()["reason"].is_string());
    }
}

pub fn ask(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    try_ask(address, method, path, headers, body).expect("an answer")
}

/// As `ask`; none when the server is gone.
pub fn try_ask(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if (!body.is_empty() || method == "POST") && !headers.iter().any(|(name, _)| *name == "Content-Length") {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).ok()?;
    // A server may refuse before it has read everything.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|it| it.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, it)| it.parse().ok());
    if method != "HEAD" && status != 304 && length.is_some_and(|it: usize| it != body.len()) {
        return None;
    }
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunked(&body)?;
    }
    Some(Answer { status, headers, body })
}

fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = bytes.windows(2).position(|it| it == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(out);
        }
        out.extend_from_slice(bytes.get(end + 2..end + 2 + length)?);
        bytes = bytes.get(end + 4 + length..)?;
    }
}

/// A phone: its keys, its account, and the running number of its events.
#[derive(Clone)]
pub struct Phone {
    pub address: SocketAddr,
    pub device: DeviceId,
    pub key: SigningKey,
    pub secret: String,
    pub name: String,
    pub person: PersonId,
    /// The answer of the activation.
    pub activated: Value,
    n: i64,
}

impl Phone {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            device: DeviceId(root::random()),
            key: SigningKey::from_bytes(&root::random()),
            secret: URL_SAFE.encode(&root::random::<16>()),
            name: String::new(),
            person: PersonId(root::random()),
            activated: Value::Null,
            n: 0,
        }
    }

    pub fn redeem_body(&self, code: &str, more: Value) -> Value {
        let mut body = json!({
            "code": code,
            "device": self.device.to_string(),
            "key": root::public(&self.key),
            "secret": self.secret,
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.prove(code, body)
    }

    /// Signs what it asks for, where it is whole and the server knows the code.
    fn prove(&self, code: &str, mut body: Value) -> Value {
        let look = json!({"code": code, "look": true}).to_string();
        let seen = ask(self.address, "POST", "/_activation", &[], look.as_bytes());
        body["possession"] = URL_SAFE.encode(&[0; 64]).into();
        let members = crate::domain::json::parse_object(&body.to_string()).unwrap();
        if let (200, Ok(Request::Redeem(redeem))) = (seen.status, Request::from_members(&members)) {
            let root = bytes_from_hex(seen.json()["root"].as_str().unwrap()).unwrap();
            body["possession"] = URL_SAFE.encode(&redeem.signed(&self.key, &root).possession).into();
        }
        body
    }

    #[track_caller]
    pub fn redeem(&mut self, code: &str, more: Value) {
        let body = self.redeem_body(code, more);
        let answer = ask(self.address, "POST", "/_activation", &[], body.to_string().as_bytes()).is(200).json();
        self.name = answer["name"].as_str().unwrap().to_owned();
        self.person = PersonId::parse(answer["person"].as_str().unwrap()).unwrap();
        self.activated = answer;
    }

    pub fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.name, self.secret).as_bytes()))
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let basic = self.basic();
        let mut all = vec![("Authorization", basic.as_str()), ("Accept", "application/json")];
        all.extend_from_slice(headers);
        ask(self.address, method, path, &all, body)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask("PUT", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    pub fn scope(&self) -> String {
        self.activated["posyandu"]["scope"].as_str().expect("a posyandu").to_owned()
    }

    pub fn stamp(&mut self) -> Stamp {
        self.n += 1;
        Stamp {
            at: Hlc::new(u64::try_from(now_ms()).unwrap(), 0),
            by: self.person,
            device: self.device,
            n: self.n,
            after: Vec::new(),
            replaces: SortedMap::new(),
            salt: root::random(),
        }
    }

    pub fn event(&mut self, kind: &str, subject: &str, data: Map) -> Event {
        let stamp = self.stamp();
        Event::sign(draft(kind, subject, data), stamp, &self.key)
    }

    /// A child that nobody has.
    pub fn child(&mut self) -> Event {
        let subject = root::random_id();
        self.event("sasaran.registered", &subject, object([("nama", "Bayi Rekaan".into())]))
    }

    /// Pushes documents; the refusals.
    #[track_caller]
    pub fn push(&self, db: &str, docs: Vec<Value>) -> Value {
        let body = json!({"new_edits": false, "docs": docs});
        self.post(&format!("/{db}/_bulk_docs"), &body).is(201).json()
    }

    pub fn push_events(&self, db: &str, events: &[&Event]) -> Value {
        self.push(db, events.iter().map(|it| doc(it)).collect())
    }

    /// Everything in a database, with bodies.
    #[track_caller]
    pub fn pull(&self, db: &str) -> Vec<Value> {
        let answer = self.get(&format!("/{db}/_changes?include_docs=true")).is(200).json();
        answer["results"].as_array().unwrap().clone()
    }
}

pub fn draft(kind: &str, subject: &str, data: Map) -> Draft {
    Draft { kind: kind.into(), subject: subject.into(), on: local_day(now_ms()), data }
}

/// An event as a phone sends it.
pub fn doc(event: &Event) -> Value {
    serde_json::from_str(&event.to_text()).unwrap()
}

/// The words under which documents were refused.
pub fn reasons(refused: &Value) -> Vec<&str> {
    refused.as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap()).collect()
}

/// What the root says to erase these.
pub fn erasing(server: &Server, events: &[&Event]) -> Event {
    let subject = format!("hapus:{}", events[0].subject());
    let data = roster::erasing(events.iter().copied());
    root_event(server, roster::ERASED, &subject, data, 1)
}

/// An event of the server's root that comes with a phone.
pub fn root_event(server: &Server, kind: &str, subject: &str, data: Map, n: i64) -> Event {
    let key = root::read(&server.data()).unwrap();
    let stamp = Stamp {
        at: Hlc::new(u64::try_from(now_ms()).unwrap(), 0),
        by: server.office.identity.person,
        device: server.office.identity.device,
        n,
        after: Vec::new(),
        replaces: SortedMap::new(),
        salt: root::random(),
    };
    Event::sign(draft(kind, subject, data), stamp, &key)
}

/// A photo's event and document.
pub fn photo(phone: &mut Phone, bytes: &[u8]) -> (Event, Value) {
    use sha2::Digest as _;
    let data = object([
        ("sha256", hex(&sha2::Sha256::digest(bytes)).into()),
        ("bytes", i64::try_from(bytes.len()).unwrap().into()),
        ("media", "image/jpeg".into()),
    ]);
    let event = phone.event("foto.added", &root::random_id(), data);
    let mut document = doc(&event);
    document["_attachments"] =
        json!({"foto.jpg": {"content_type": "image/jpeg", "data": STANDARD.encode(bytes), "revpos": 1}});
    (event, document)
}

/// An account by its name.
pub fn account(
    connection: &rusqlite::Connection,
    name: &str,
) -> Result<people::Account, crate::server::store::StoreError> {
    Ok(people::account(connection, name)?.expect("an account"))
}

/// Makes every code too old.
pub fn expire(connection: &rusqlite::Connection) -> Result<usize, crate::server::store::StoreError> {
    Ok(connection.execute("UPDATE activation SET until_ms = 1", [])?)
}
