//! One event: its envelope, its identity, its signature.
//!
//! Identity is content: `_id` is the start of the SHA-256 over the canonical text of all members whose
//! name does not begin with `_`. Authority is the Ed25519 signature inside. Whoever carried an event,
//! a receiver recomputes both. The formats here stand in frozen vectors under `tests/`.
//!
//! An erased event ([`Event::erased`]) is a tombstone: place, time and what it replaced stay, so that the
//! history holds together; what was told, who told it and the signature are gone. It can no longer be
//! checked by itself: it counts where a believed [`super::roster::ERASED`] event names it and what it says.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::hlc::Hlc;
use super::id::{DeviceId, EventId, PersonId};
use super::register::Stored;
use crate::domain::base64::URL_SAFE;
use crate::domain::iso;
use crate::domain::json::{self, JsonError, Map, Value};
use crate::domain::scope::{self, Class};
use crate::domain::sorted::SortedMap;

/// What a signature covers begins with this line.
pub const SIGNING_PREFIX: &str = "posyandu6/event/1\n";
/// The version of the envelope that this app writes. Greater ones are carried unharmed.
pub const VERSION: i64 = 1;
/// The longest event body accepted from anywhere, in bytes of canonical text.
pub const MAX_BYTES: usize = 256 * 1024;

/// What a save wants to say, before it has an author, a time and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// `<subject>.<past tense>`, see [`crate::domain::kinds`].
    pub kind: String,
    /// Whom or what it is about: a UUID of 32 hex, or a natural name within the scope.
    pub subject: String,
    /// The local calendar day on which it is true, often entered later from paper.
    pub on: NaiveDate,
    /// The content; of a register kind, one member a register.
    pub data: Map,
}

impl Draft {
    /// To which database it belongs.
    #[must_use]
    pub fn home(&self) -> Class {
        Class::home(&self.kind, self.data.get(scope::ABOUT).and_then(Value::as_text))
    }
}

/// Who, when and in which order: what stamping adds to a [`Draft`].
#[derive(Clone, Debug)]
pub struct Stamp {
    /// Hybrid time.
    pub at: Hlc,
    /// The person.
    pub by: PersonId,
    /// The installation.
    pub device: DeviceId,
    /// The device's running number in the scope, from 1, without gaps.
    pub n: i64,
    /// The latest events of the subject that the author had seen (processes).
    pub after: Vec<EventId>,
    /// Per register, all heads that the author had seen (registers).
    pub replaces: SortedMap<String, Vec<EventId>>,
    /// 16 random bytes: the hash of a short body must not be guessable.
    pub salt: [u8; 16],
}

/// Signs the text it is given with the author's key on this device.
pub trait Signer {
    /// Ed25519 over `message`.
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

impl Signer for ed25519_dalek::SigningKey {
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        ed25519_dalek::Signer::sign(self, message).to_bytes()
    }
}

/// An event whose identity was checked. Only [`Event::sign`] and [`Event::parse`] make one, and [`Event::unpack`]
/// brings one back.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    id: EventId,
    body: Body,
}

/// What an event says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    kind: String,
    subject: String,
    #[serde(with = "crate::domain::iso")]
    on: NaiveDate,
    at: Hlc,
    by: PersonId,
    device: DeviceId,
    n: i64,
    after: Vec<EventId>,
    replaces: SortedMap<String, Vec<EventId>>,
    data: Carried,
    /// `v`, `salt`, `sig`, and what a newer app added.
    others: Carried,
    is_erased: bool,
}

/// Members that are carried as they are.
type Carried = SortedMap<String, Stored>;

/// The members that a tombstone still has.
const REMAINS: [&str; 8] = ["v", "kind", "subject", "at", "device", "n", "replaces", "after"];

/// Why a document is not an event. Holds names of members, never content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing or has another shape than the envelope says.
    #[error("member {0} is missing or malformed")]
    Member(&'static str),
    /// `_id` is not the hash of the content: altered on the way, or forged.
    #[error("the id is not the hash of the content")]
    Altered,
    /// `_rev` is not `1-<_id>`, nor that of a tombstone.
    #[error("the revision is not one of this id")]
    Revision,
    /// Longer than [`MAX_BYTES`].
    #[error("the document is too long")]
    TooLong,
}

impl Event {
    /// Makes, names and signs the event of a draft. One longer than [`MAX_BYTES`] would be refused by every
    /// receiver, its own phone first: see [`Event::is_too_long`].
    #[must_use]
    pub fn sign(draft: Draft, stamp: Stamp, signer: &dyn Signer) -> Self {
        let Draft { kind, subject, on, data } = draft;
        let Stamp { at, by, device, n, after, replaces, salt } = stamp;
        let mut body = Body {
            kind,
            subject,
            on,
            at,
            by,
            device,
            n,
            after,
            replaces,
            data: carried(&data),
            others: carried(&json::object([("v", VERSION.into()), ("salt", URL_SAFE.encode(&salt).into())])),
            is_erased: false,
        };
        let signature = signer.sign(signed_text(&body.members()).as_bytes());
        body.others.insert("sig".into(), (&Value::from(URL_SAFE.encode(&signature))).into());
        Self { id: identity(&body.members()), body }
    }

    /// Reads a document as a phone, a server, a file or a QR code carried it, and checks that its
    /// name is the hash of its content.
    ///
    /// # Errors
    /// [`EventError`]; such a document is quarantined, never folded.
    pub fn parse(text: &str) -> Result<Self, EventError> {
        if text.len() > MAX_BYTES {
            return Err(EventError::TooLong);
        }
        Self::from_members(json::parse_object(text)?)
    }

    /// As [`Event::parse`], from members already read.
    ///
    /// # Errors
    /// [`EventError`].
    pub fn from_members(mut members: Map) -> Result<Self, EventError> {
        let claimed = take_text(&mut members, "_id");
        let revision = take_text(&mut members, "_rev");
        let revisions = members.remove("_revisions");
        let is_erased = members.get("_deleted") == Some(&Value::Bool(true));
        members.retain(|key, _| !key.starts_with('_'));
        let claimed = claimed.and_then(|it| EventId::parse(&it).ok()).ok_or(EventError::Altered)?;
        let id = if is_erased { claimed } else { identity(&members) };
        if claimed != id {
            return Err(EventError::Altered);
        }
        if is_erased {
            let is_known = revision.as_deref() == Some(&erased_revision(id))
                && revisions.is_none_or(|it| it == erased_revisions(id));
            if !is_known {
                return Err(EventError::Revision);
            }
            // Whatever else it carried would be what it says is gone.
            if members.len() != REMAINS.len() {
                return Err(EventError::Member("_deleted"));
            }
        } else if revision.is_some_and(|it| it != format!("1-{id}")) {
            return Err(EventError::Revision);
        }
        let body = Body::read(members, is_erased).map_err(EventError::Member)?;
        Ok(Self { id, body })
    }

    /// What it says, as bytes to be sealed: half of its text, and read again without being checked again.
    pub fn pack(&self, into: &mut Vec<u8>) {
        // It fails only for want of memory, which is a trap.
        into.extend(postcard::to_allocvec(&self.body).unwrap_or_default());
    }

    /// Reads what [`Event::pack`] wrote of the event of this name. The name is believed: for nothing that was not
    /// sealed under it on this phone.
    #[must_use]
    pub fn unpack(id: EventId, bytes: &[u8]) -> Option<Self> {
        Some(Self { id, body: postcard::from_bytes(bytes).ok()? })
    }

    /// Its bytes for another phone: what it says, and of a tombstone, whose name is no hash of what is left, the name.
    pub fn pack_whole(&self, into: &mut Vec<u8>) {
        self.pack(into);
        if self.is_erased() {
            into.extend_from_slice(&self.id.0);
        }
    }

    /// The text of the first event that [`Event::pack_whole`] wrote into bytes from anywhere, and what stands behind
    /// it. A text like any other: it is checked where all are, by [`Event::parse`].
    #[must_use]
    pub fn unpack_text(bytes: &[u8]) -> Option<(String, &[u8])> {
        let (body, rest): (Body, &[u8]) = postcard::take_from_bytes(bytes).ok()?;
        let (id, rest) = match body.is_erased {
            true => rest.split_first_chunk().map(|(id, rest)| (EventId(*id), rest))?,
            false => (identity(&body.members()), rest),
        };
        Some((Self { id, body }.to_text(), rest))
    }

    /// Whether `key` (Ed25519, 32 bytes) signed this content. 0.7 ms on a slow phone: once, on arrival.
    #[must_use]
    pub fn is_signed_by(&self, key: &[u8; 32]) -> bool {
        let Some((text, signature)) = self.signed() else { return false };
        let signature = ed25519_dalek::Signature::from_bytes(&signature);
        ed25519_dalek::VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(text.as_bytes(), &signature).is_ok())
    }

    /// What is signed, and its signature; none of a tombstone, which has none.
    #[must_use]
    pub fn signed(&self) -> Option<(String, [u8; 64])> {
        let members = self.body.members();
        let signature = members.get("sig").and_then(Value::as_text).and_then(decoded::<64>)?;
        Some((signed_text(&members), signature))
    }

    /// The document as it is stored and sent: all members, `_id` and `_rev` first.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut all = self.body.members();
        all.insert("_id".into(), self.id.to_string().into());
        if self.is_erased() {
            all.insert("_rev".into(), erased_revision(self.id).into());
            all.insert("_revisions".into(), erased_revisions(self.id));
            all.insert("_deleted".into(), true.into());
        } else {
            all.insert("_rev".into(), format!("1-{}", self.id).into());
        }
        Value::Object(all).canonical()
    }

    /// Its tombstone: the same bytes, whoever makes it.
    #[must_use]
    pub fn erased(mut self) -> Self {
        let body = &mut self.body;
        body.others.retain(|name, _| REMAINS.contains(&name.as_str()));
        body.data.clear();
        body.on = NaiveDate::default();
        body.by = PersonId::default();
        body.is_erased = true;
        self
    }

    /// The hash of what a tombstone of it says, made as [`Event::id`] is: by it a true tombstone is known.
    #[must_use]
    pub fn remains(&self) -> EventId {
        named_by(&self.body.members(), |name| REMAINS.contains(&name))
    }

    /// Whether no receiver would take it.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.to_text().len() > MAX_BYTES
    }

    /// Whether only its tombstone is left; then day, author and content are blank.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.body.is_erased
    }

    /// The revisions under which a server may hold the event of a name: as it was written, and erased.
    #[must_use]
    pub fn revisions(id: EventId) -> [String; 2] {
        [format!("1-{id}"), erased_revision(id)]
    }

    /// The name: start of the SHA-256 of the content.
    #[must_use]
    pub fn id(&self) -> EventId {
        self.id
    }

    /// `<subject>.<past tense>`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.body.kind
    }

    /// Whom or what it is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.body.subject
    }

    /// The day on which it is true, in the posyandu's zone.
    #[must_use]
    pub fn on(&self) -> NaiveDate {
        self.body.on
    }

    /// When it was recorded.
    #[must_use]
    pub fn at(&self) -> Hlc {
        self.body.at
    }

    /// Who recorded it.
    #[must_use]
    pub fn by(&self) -> PersonId {
        self.body.by
    }

    /// On which installation.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.body.device
    }

    /// The device's running number in the scope.
    #[must_use]
    pub fn n(&self) -> i64 {
        self.body.n
    }

    /// The content.
    #[must_use]
    pub fn data(&self) -> Map {
        values(&self.body.data)
    }

    /// To which database it belongs.
    #[must_use]
    pub fn home(&self) -> Class {
        let about = self.body.data.get(scope::ABOUT).map(Stored::value);
        Class::home(self.kind(), about.as_ref().and_then(Value::as_text))
    }

    /// The content, each member as a register keeps it.
    pub fn registers(&self) -> impl Iterator<Item = (&str, &Stored)> {
        self.body.data.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Events of the subject that the author had seen last.
    #[must_use]
    pub fn after(&self) -> &[EventId] {
        &self.body.after
    }

    /// The registers of which the author had seen heads.
    pub fn replaced(&self) -> impl Iterator<Item = &str> {
        self.body.replaces.keys().map(String::as_str)
    }

    /// Heads of a register that the author had seen.
    #[must_use]
    pub fn replaces(&self, register: &str) -> &[EventId] {
        self.body.replaces.get(register).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Body {
    /// Takes the members of a document; the name of the one that is missing or malformed otherwise.
    fn read(mut members: Map, is_erased: bool) -> Result<Self, &'static str> {
        let mut text = |name: &'static str| take_text(&mut members, name).ok_or(name);
        let kind = text("kind")?;
        let subject = text("subject")?;
        if !is_kind(&kind) {
            return Err("kind");
        }
        if subject.is_empty() || subject.len() > 200 || !subject.bytes().all(|it| it.is_ascii_graphic()) {
            return Err("subject");
        }
        let at = Hlc::parse(&text("at")?).map_err(|_| "at")?;
        let device = DeviceId::parse(&text("device")?).map_err(|_| "device")?;
        let (mut on, mut by, mut data) = (NaiveDate::default(), PersonId::default(), Carried::new());
        if !is_erased {
            let on_text = text("on")?;
            on = iso::day(&on_text).filter(|it| it.to_string() == on_text).ok_or("on")?;
            by = PersonId::parse(&text("by")?).map_err(|_| "by")?;
        }
        let n = members.remove("n").and_then(|it| it.as_int()).filter(|n| *n > 0).ok_or("n")?;
        members.get("v").and_then(Value::as_int).filter(|v| *v > 0).ok_or("v")?;
        if !is_erased {
            let text = |name| members.get(name).and_then(Value::as_text);
            text("salt").and_then(decoded::<16>).ok_or("salt")?;
            text("sig").and_then(decoded::<64>).ok_or("sig")?;
            data = members.remove("data").and_then(|it| it.as_object().map(carried)).ok_or("data")?;
        }
        let after = members.remove("after").and_then(|it| id_list(&it)).ok_or("after")?;
        let replaces = members.remove("replaces").ok_or("replaces")?;
        let replaces = replaces.as_object().ok_or("replaces")?.iter();
        let replaces: Option<_> = replaces.map(|(name, heads)| Some((name.clone(), id_list(heads)?))).collect();
        let replaces = replaces.ok_or("replaces")?;
        Ok(Self { kind, subject, on, at, by, device, n, after, replaces, data, others: carried(&members), is_erased })
    }

    /// The document without what begins with `_`.
    fn members(&self) -> Map {
        let ids = |list: &Vec<EventId>| Value::List(list.iter().map(|id| id.to_string().into()).collect());
        let replaces: Map = self.replaces.iter().map(|(register, heads)| (register.clone(), ids(heads))).collect();
        let mut members = values(&self.others);
        members.extend(json::object([
            ("kind", self.kind.as_str().into()),
            ("subject", self.subject.as_str().into()),
            ("at", self.at.to_string().into()),
            ("device", self.device.to_string().into()),
            ("n", self.n.into()),
            ("after", ids(&self.after)),
            ("replaces", replaces.into()),
        ]));
        if !self.is_erased {
            members.extend(json::object([
                ("on", self.on.to_string().into()),
                ("by", self.by.to_string().into()),
                ("data", values(&self.data).into()),
            ]));
        }
        members
    }
}

fn carried(members: &Map) -> Carried {
    members.iter().map(|(name, value)| (name.clone(), value.into())).collect()
}

fn values(carried: &Carried) -> Map {
    carried.iter().map(|(name, value)| (name.clone(), value.value())).collect()
}

/// Kind and order only: an event holds what people told.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({} {} n{})", self.id, self.body.kind, self.body.n)
    }
}

/// The name of a document with these members: see the module.
#[must_use]
pub fn identity(members: &Map) -> EventId {
    named_by(members, |key| !key.starts_with('_'))
}

fn named_by(members: &Map, counts: impl Fn(&str) -> bool) -> EventId {
    let mut text = String::new();
    json::write_object(members.iter().filter(|(key, _)| counts(key)), &mut text);
    named(&text)
}

/// The first 16 bytes of the SHA-256 of a text.
fn named(text: &str) -> EventId {
    let digest = Sha256::digest(text.as_bytes());
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(byte, hashed)| *byte = hashed);
    EventId(id)
}

fn erased_revision(id: EventId) -> String {
    format!("2-{}", named(&format!("erased:{id}")))
}

/// The history that goes along, so that a CouchDB joins the tombstone to the event.
fn erased_revisions(id: EventId) -> Value {
    let second = named(&format!("erased:{id}")).to_string();
    let ids = vec![second.into(), id.to_string().into()];
    Value::Object(json::object([("start", 2.into()), ("ids", Value::List(ids))]))
}

fn signed_text(members: &Map) -> String {
    let mut text = String::from(SIGNING_PREFIX);
    let signed = members.iter().filter(|(key, _)| !key.starts_with('_') && key.as_str() != "sig");
    json::write_object(signed, &mut text);
    text
}

fn take_text(members: &mut Map, key: &str) -> Option<String> {
    match members.remove(key) {
        Some(Value::Text(text)) => Some(text),
        Some(_) => Some(String::new()),
        None => None,
    }
}

fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE.decode(text)?.try_into().ok()
}

fn id_list(value: &Value) -> Option<Vec<EventId>> {
    let list = value.as_list().filter(|it| it.len() <= 1000)?;
    list.iter().map(|id| id.as_text().and_then(|text| EventId::parse(text).ok())).collect()
}

fn is_kind(text: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
    };
    text.len() <= 60 && text.split_once('.').is_some_and(|(subject, verb)| word(subject) && word(verb))
}
