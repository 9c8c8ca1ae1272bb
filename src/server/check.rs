//! What a pushed document must be, before it is kept: the server's half of "one checked entrance".
//!
//! Pure: bytes in, verdict out. Shape and hash come first ([`read`]), then whose word it is ([`Judge`]). It never
//! looks at what an event says of a complaint or a child: states are for whoever folds.

use std::collections::HashSet;

use md5::{Digest as _, Md5};
use serde_json::value::RawValue;
use sha2::Sha256;

use crate::domain::base64::STANDARD;
use crate::domain::json::{self, Map, Value};
use crate::domain::ledger::event::{MAX_BYTES, identity};
use crate::domain::ledger::id::hex;
use crate::domain::ledger::roster::{self, Ed25519, Roster, Standing};
use crate::domain::ledger::sealed::{self, Sealed};
use crate::domain::ledger::{DeviceId, Event, EventError, EventId, PersonId};
use crate::domain::scope::{Class, SEALED};

/// The one attachment that there is.
pub const PHOTO: &str = "foto.jpg";
/// What it is.
pub const PHOTO_TYPE: &str = "image/jpeg";
/// The kind that has it.
const PHOTO_KIND: &str = "foto.added";

/// Why a document is not kept; each is one word on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The id is not the hash.
    Altered,
    /// A member is missing or malformed.
    Shape,
    /// Another revision than this id can have.
    Revision,
    /// Her key is known, and she did not sign it.
    Forged,
    /// Only a root may say this.
    NotRoot,
    /// A tombstone that nobody who may has asked for.
    NotErased,
    /// This kind may not stand in this database.
    Class,
    /// Her role may not sign this here.
    Role,
    /// Longer than any receiver takes.
    TooLong,
    /// Attachments are for photos: exactly one, of that hash and length.
    Attachment,
    /// Design documents are not kept here.
    Design,
    /// An ordinary document.
    NotEvent,
}

impl Refusal {
    /// The word on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Shape => "shape",
            Self::Revision => "revision",
            Self::Forged => "forged",
            Self::NotRoot => "not_root",
            Self::NotErased => "not_erased",
            Self::Class => "class",
            Self::Role => "role",
            Self::TooLong => "too_long",
            Self::Attachment => "attachment",
            Self::Design => "design",
            Self::NotEvent => "not_event",
        }
    }
}

/// A document whose name is the hash of what it says.
#[derive(Clone, Debug)]
pub enum Document {
    /// An event, or its tombstone.
    Event {
        /// The event.
        event: Box<Event>,
        /// Its photo.
        photo: Option<Photo>,
    },
    /// An event that only its readers can read.
    Sealed {
        /// Its name.
        id: EventId,
        /// Its canonical text with `_id` and `_rev`.
        text: String,
    },
}

/// The attachment of an event.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// As it came.
    pub bytes: Vec<u8>,
    /// MD5 in base64, by which CouchDB names it.
    pub md5: String,
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photo({})", self.bytes.len())
    }
}

/// What of a document can be said although it may be no event.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Label {
    /// Its name, as it claims; empty when it has none.
    #[serde(rename = "_id", default)]
    pub id: String,
    /// Its revision, as it claims.
    #[serde(rename = "_rev", default)]
    pub rev: Option<String>,
    /// Whether it says that it is deleted.
    #[serde(rename = "_deleted", default)]
    pub is_deleted: bool,
    /// Whether it looks like an event at all.
    #[serde(skip)]
    pub is_event_like: bool,
}

impl Label {
    /// Reads the label of any JSON object; blank where it is not one.
    #[must_use]
    pub fn of(raw: &RawValue) -> Self {
        #[derive(serde::Deserialize)]
        struct Like<'a> {
            #[serde(borrow)]
            v: Option<&'a RawValue>,
            #[serde(borrow)]
            kind: Option<&'a RawValue>,
        }
        let like = serde_json::from_str::<Like<'_>>(raw.get());
        let is_event_like = like.is_ok_and(|it| it.v.is_some() && it.kind.is_some());
        Self { is_event_like, ..serde_json::from_str(raw.get()).unwrap_or_default() }
    }

    /// The name, where it can be one of an event.
    #[must_use]
    pub fn event_id(&self) -> Option<EventId> {
        EventId::parse(&self.id).ok()
    }
}

/// Reads one pushed document.
///
/// # Errors
/// [`Refusal`] by what it is, not yet by who says it.
pub fn read(raw: &RawValue, label: &Label, class: Class) -> Result<Document, Refusal> {
    if label.id.starts_with('_') {
        return Err(Refusal::Design);
    }
    if !label.is_event_like {
        return Err(Refusal::NotEvent);
    }
    let mut members = json::parse_object(raw.get()).map_err(|_| Refusal::Shape)?;
    let attachments = members.remove("_attachments");
    let is_sealed = members.get("kind").and_then(Value::as_text) == Some(SEALED);
    // In it there may be a photo, in base64.
    let longest = if is_sealed { 2 * MAX_BYTES } else { MAX_BYTES };
    if Value::Object(members.clone()).canonical().len() > longest {
        return Err(Refusal::TooLong);
    }
    if is_sealed {
        return sealed_document(members, class, attachments.is_some());
    }
    let event = Event::from_members(members).map_err(|error| match error {
        EventError::Json(_) | EventError::Member(_) => Refusal::Shape,
        EventError::Altered => Refusal::Altered,
        EventError::Revision => Refusal::Revision,
        EventError::TooLong => Refusal::TooLong,
    })?;
    // A blank author is what a tombstone has.
    let is_blank = event.by() == PersonId::default() || event.device() == DeviceId::default();
    if is_blank && !event.is_erased() {
        return Err(Refusal::Shape);
    }
    if !class.takes(event.kind()) {
        return Err(Refusal::Class);
    }
    let photo = match (event.kind() == PHOTO_KIND && !event.is_erased(), attachments) {
        (false, None) => None,
        (true, Some(attachments)) => Some(photo(&event, &attachments).ok_or(Refusal::Attachment)?),
        _ => return Err(Refusal::Attachment),
    };
    Ok(Document::Event { event: Box::new(event), photo })
}

/// The one attachment of a photo's event, if it is what the event says.
fn photo(event: &Event, attachments: &Value) -> Option<Photo> {
    let attachments = attachments.as_object()?;
    let one = attachments.get(PHOTO).filter(|_| attachments.len() == 1)?;
    if one.get("content_type")?.as_text()? != PHOTO_TYPE {
        return None;
    }
    let bytes = STANDARD.decode(one.get("data")?.as_text()?)?;
    let data = event.data();
    let says = |name: &str| data.get(name);
    let is_it = says("sha256")?.as_text()? == hex(&Sha256::digest(&bytes))
        && usize::try_from(says("bytes")?.as_int()?).ok()? == bytes.len();
    let md5 = STANDARD.encode(&Md5::digest(&bytes));
    is_it.then_some(Photo { bytes, md5 })
}

/// A sealed event: outside stand `v`, `kind`, `salt`, slots and body alone.
fn sealed_document(mut members: Map, class: Class, has_attachments: bool) -> Result<Document, Refusal> {
    if class != Class::Titipan {
        return Err(Refusal::Class);
    }
    if has_attachments {
        return Err(Refusal::Attachment);
    }
    let text = |members: &Map, name: &str| members.get(name).and_then(Value::as_text).map(str::to_owned);
    let claimed = text(&members, "_id").and_then(|it| EventId::parse(&it).ok()).ok_or(Refusal::Altered)?;
    let revision = text(&members, "_rev");
    members.retain(|name, _| !name.starts_with('_'));
    if identity(&members) != claimed {
        return Err(Refusal::Altered);
    }
    let revision_due = format!("1-{claimed}");
    if revision.is_some_and(|it| it != revision_due) {
        return Err(Refusal::Revision);
    }
    // Of a newer version it is carried unharmed.
    let version = members.get("v").and_then(Value::as_int).unwrap_or(0);
    if version < 1 || (version == sealed::VERSION && Sealed::of(&members).is_none()) {
        return Err(Refusal::Shape);
    }
    members.insert("_id".into(), claimed.to_string().into());
    members.insert("_rev".into(), revision_due.into());
    Ok(Document::Sealed { id: claimed, text: Value::Object(members).canonical() })
}

/// Whose word counts in one database: its roster, and what was asked to be erased.
#[derive(Clone, Debug)]
pub struct Judge {
    class: Class,
    roster: Roster,
    erased: HashSet<String>,
}

/// What becomes of an event that may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Kept as it is.
    Keep,
    /// Kept as its tombstone: it was asked to be erased before it came.
    KeepErased,
}

impl Judge {
    /// A judge for one database, who knows only the server's root.
    #[must_use]
    pub fn new(name: &str, class: Class, root: [u8; 32]) -> Self {
        let mut roster = Roster::trusting(root);
        roster.stand_in(vec![name.to_owned()]);
        Self { class, roster, erased: HashSet::new() }
    }

    /// Takes in an event that was believed when it came.
    pub fn hear(&mut self, event: &Event) {
        self.roster.add(event, &Ed25519);
        self.erased.extend(roster::named_in(event));
    }

    /// The roster.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Judges one event and remembers what it says of others.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn judge(&mut self, event: &Event) -> Result<Verdict, Refusal> {
        if event.is_erased() {
            return if self.must_go(event) { Ok(Verdict::Keep) } else { Err(Refusal::NotErased) };
        }
        let is_roots = Roster::is_roots(event.kind());
        match self.roster.standing(event, &Ed25519) {
            Standing::Verified if is_roots => self.hear(event),
            // Whatever stands in the roster's database is the root's.
            _ if is_roots || self.class == Class::Tabel => return Err(Refusal::NotRoot),
            Standing::Barred => return Err(Refusal::Role),
            Standing::Forged => return Err(Refusal::Forged),
            // Phones keep it as unverified; her key may come later.
            Standing::Verified | Standing::Unknown => {}
        }
        Ok(if self.must_go(event) { Verdict::KeepErased } else { Verdict::Keep })
    }

    /// Whether a believed event names it to be erased. The root's own events stay.
    fn must_go(&self, event: &Event) -> bool {
        !Roster::is_roots(event.kind()) && !self.erased.is_empty() && self.erased.contains(&roster::name_of(event))
    }
}

/// The text under which an event is kept: with `_id` and `_rev`, without what is said again when asked for.
#[must_use]
pub fn kept_text(event: &Event) -> String {
    let text = event.to_text();
    if !event.is_erased() {
        return text;
    }
    let mut members = json::parse_object(&text).unwrap_or_default();
    members.remove("_revisions");
    Value::Object(members).canonical()
}
