//! What is typed, as JSON that may wait for an update: members that are missing stay empty, members
//! that nobody knows are left to the caller.
//!
//! A type names its members once, in [`Kept::members`]; reading and writing follow from it.

use crate::domain::json::{self, Map, Value};

/// The place of one member.
pub enum Member<'a> {
    /// Text.
    Text(&'a mut String),
    /// Yes or no.
    Flag(&'a mut bool),
    /// Several texts.
    Texts(&'a mut Vec<String>),
    /// A part with members of its own.
    Part(&'a mut dyn Kept),
}

/// Something typed that is kept, with members that have names. The names never change.
pub trait Kept {
    /// Every member.
    fn members(&mut self) -> Vec<(&'static str, Member<'_>)>;
}

/// Takes the members out, as an object.
pub fn write(kept: &mut dyn Kept) -> Map {
    let members = kept.members().into_iter().map(|(key, member)| {
        let value = match member {
            Member::Text(text) => core::mem::take(text).into(),
            Member::Flag(flag) => (*flag).into(),
            Member::Texts(texts) => texts.drain(..).map(Value::Text).collect::<Vec<_>>().into(),
            Member::Part(part) => write(part).into(),
        };
        (key.to_owned(), value)
    });
    members.collect()
}

/// Moves the members of an object to their places; `None` when one is not what it should be.
pub fn read(kept: &mut dyn Kept, object: &mut Map) -> Option<()> {
    for (key, member) in kept.members() {
        match (member, object.remove(key)) {
            (_, None) => {}
            (Member::Text(place), Some(Value::Text(text))) => *place = text,
            (Member::Flag(place), Some(Value::Bool(flag))) => *place = flag,
            (Member::Texts(place), Some(Value::List(items))) => {
                *place = items.into_iter().map(Value::into_text).collect::<Option<_>>()?;
            }
            (Member::Part(part), Some(Value::Object(mut members))) => read(part, &mut members)?,
            _ => return None,
        }
    }
    Some(())
}

/// The bytes of a draft.
#[must_use]
pub fn to_bytes(mut kept: impl Kept) -> Vec<u8> {
    Value::Object(write(&mut kept)).canonical().into_bytes()
}

/// A draft read back; members of another version are passed over.
#[must_use]
pub fn from_bytes<T: Kept + Default>(bytes: &[u8]) -> Option<T> {
    let mut kept = T::default();
    read(&mut kept, &mut object(bytes)?)?;
    Some(kept)
}

/// The object that is kept as bytes.
#[must_use]
pub fn object(bytes: &[u8]) -> Option<Map> {
    json::parse_object(core::str::from_utf8(bytes).ok()?).ok()
}
