//! A document that only its readers can read: outside stand version, kind, salt, slots and body alone.
//!
//! The body is one signed event, and the photo that it promises if it promises one, filled up to one of a few lengths:
//! who looks on sees neither kind nor author nor subject nor, but for its rough length, how much was said. Each of the
//! eight slots holds the key of the body for one reader, or nothing; nobody sees which. Knows the form alone: sealing and
//! opening are the business of `crypto`.

use super::event::identity;
use super::id::EventId;
use crate::domain::base64::URL_SAFE;
use crate::domain::json::{self, Map, Value};
use crate::domain::scope::SEALED;

/// The version that this app writes.
pub const VERSION: i64 = 1;
/// Readers that one document may have.
pub const SLOTS: usize = 8;
/// Bytes of a slot: a sealed key of 32.
pub const SLOT_BYTES: usize = 32 + OVERHEAD;
/// Bytes that sealing adds: version, nonce and tag.
const OVERHEAD: usize = 1 + 24 + 16;
/// Lengths of what is sealed.
const LENGTHS: [usize; 5] = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18];
/// Bytes in front of what is sealed: the lengths of event and photo.
const FRONT: usize = 8;

/// A sealed document of the version that this app knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// An X25519 public key that was made for this document alone.
    pub salt: [u8; 32],
    /// The key of the body for each reader.
    pub slots: [[u8; SLOT_BYTES]; SLOTS],
    /// The sealed body.
    pub body: Vec<u8>,
}

impl Sealed {
    /// Reads a document; `None` for anything that is not one, whole, under its own name.
    #[must_use]
    pub fn parse(text: &str) -> Option<(EventId, Self)> {
        let mut members = json::parse_object(text).ok()?;
        let claimed = EventId::parse(members.get("_id")?.as_text()?).ok()?;
        members.retain(|name, _| !name.starts_with('_'));
        (identity(&members) == claimed).then_some((claimed, Self::of(&members)?))
    }

    /// Reads the members of a document, without those that begin with `_`.
    #[must_use]
    pub fn of(members: &Map) -> Option<Self> {
        let text = |name| members.get(name).and_then(Value::as_text);
        let is_known = members.len() == 5 && text("kind")? == SEALED && members.get("v")?.as_int()? == VERSION;
        let slot = |it: &Value| URL_SAFE.decode(it.as_text()?)?.try_into().ok();
        let slots: Option<Vec<[u8; SLOT_BYTES]>> = members.get("slots")?.as_list()?.iter().map(slot).collect();
        let body = URL_SAFE.decode(text("body")?)?;
        let is_even = LENGTHS.iter().any(|it| it + OVERHEAD == body.len());
        let salt = URL_SAFE.decode(text("salt")?)?.try_into().ok()?;
        Some(Self { salt, slots: slots?.try_into().ok()?, body }).filter(|_| is_known && is_even)
    }

    /// The document and its name.
    #[must_use]
    pub fn to_document(&self) -> (EventId, String) {
        let slot = |it: &[u8; SLOT_BYTES]| URL_SAFE.encode(it).into();
        let mut members = json::object([
            ("v", VERSION.into()),
            ("kind", SEALED.into()),
            ("salt", URL_SAFE.encode(&self.salt).into()),
            ("slots", Value::List(self.slots.iter().map(slot).collect())),
            ("body", URL_SAFE.encode(&self.body).into()),
        ]);
        let id = identity(&members);
        members.insert("_id".into(), id.to_string().into());
        members.insert("_rev".into(), format!("1-{id}").into());
        (id, Value::Object(members).canonical())
    }
}

/// What is sealed: the text of an event and the bytes of its photo, filled up with zeros. `None` for what is too long.
#[must_use]
pub fn filled(event: &str, photo: &[u8]) -> Option<Vec<u8>> {
    let length = FRONT + event.len() + photo.len();
    let whole = LENGTHS.into_iter().find(|it| *it >= length)?;
    let mut plain = Vec::with_capacity(whole);
    for part in [event.as_bytes(), photo] {
        plain.extend_from_slice(&u32::try_from(part.len()).ok()?.to_le_bytes());
    }
    plain.extend_from_slice(event.as_bytes());
    plain.extend_from_slice(photo);
    plain.resize(whole, 0);
    Some(plain)
}

/// What was [`filled`]: the text and the photo.
#[must_use]
pub fn unfilled(plain: &[u8]) -> Option<(&str, &[u8])> {
    let length = |at: usize| Some(u32::from_le_bytes(*plain.get(at..)?.first_chunk()?) as usize);
    let (event, photo) = (length(0)?, length(4)?);
    let (event, rest) = plain.get(FRONT..)?.split_at_checked(event)?;
    Some((core::str::from_utf8(event).ok()?, rest.get(..photo)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Sealed {
        Sealed { salt: [7; 32], slots: [[9; SLOT_BYTES]; SLOTS], body: vec![1; (1 << 12) + OVERHEAD] }
    }

    #[test]
    fn what_is_written_is_read() {
        let (id, text) = some().to_document();
        assert_eq!(Sealed::parse(&text).map(|(name, it)| (name, it == some())), Some((id, true)));
    }

    #[test]
    fn anything_else_is_none() {
        let (_, text) = some().to_document();
        let whole = json::parse_object(&text).unwrap();
        assert!(Sealed::parse(&text.replace("\"v\":1", "\"v\":2")).is_none(), "under another name");
        let named = |change: &dyn Fn(&mut Map)| {
            let mut members = whole.clone();
            members.retain(|name, _| !name.starts_with('_'));
            change(&mut members);
            let id = identity(&members).to_string();
            members.insert("_id".into(), id.into());
            Sealed::parse(&Value::Object(members).canonical()).is_some()
        };
        assert!(named(&|_| ()));
        assert!(!named(&|it| drop(it.insert("v".into(), 2.into()))));
        assert!(!named(&|it| drop(it.insert("desa".into(), "x".into()))), "it would say more than it may");
        assert!(!named(&|it| drop(it.insert("slots".into(), Value::List(Vec::new())))));
        assert!(!named(&|it| drop(it.insert("body".into(), URL_SAFE.encode(&[1; 99]).into()))));
        assert!(!named(&|it| drop(it.insert("salt".into(), URL_SAFE.encode(&[1; 16]).into()))));
    }

    #[test]
    fn lengths_tell_little() {
        for (event, photo, whole) in
            [(0, 0, 1 << 10), (1016, 0, 1 << 10), (1017, 0, 1 << 12), (600, 250 << 10, 1 << 18)]
        {
            let (event, photo) = ("a".repeat(event), vec![3; photo]);
            let plain = filled(&event, &photo).unwrap();
            assert_eq!(plain.len(), whole);
            assert_eq!(unfilled(&plain), Some((event.as_str(), photo.as_slice())));
        }
        assert!(filled("", &vec![0; 1 << 18]).is_none());
        assert!(unfilled(&[255; 64]).is_none());
        assert!(unfilled(&[]).is_none());
    }
}
