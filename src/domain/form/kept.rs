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

    /// Members that are right only together: who changed one of them said all of them.
    fn together(&self) -> &'static [&'static str] {
        &[]
    }
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

/// What was changed since a form was filled; the rest is not this form's to say.
fn changed(filled: &mut dyn Kept, typed: &mut dyn Kept) -> Map {
    let together = typed.together();
    let (filled, mut typed) = (write(filled), write(typed));
    let is_same = |key: &str, value: &Value| filled.get(key) == Some(value);
    let is_touched = typed.iter().any(|(key, value)| together.contains(&key.as_str()) && !is_same(key, value));
    typed.retain(|key, value| is_touched && together.contains(&key.as_str()) || !is_same(key, value));
    typed
}

/// Puts what was changed since a form was filled onto what is known now: what others corrected meanwhile stays.
pub fn rebase(known: &mut dyn Kept, filled: &mut dyn Kept, typed: &mut dyn Kept) {
    // It cannot fail: both sides have the same members.
    let _ = read(known, &mut changed(filled, typed));
}

/// The bytes of a draft: what was changed since the form was filled, empty when nothing was.
#[must_use]
pub fn to_draft(mut filled: impl Kept, mut typed: impl Kept) -> Vec<u8> {
    draft_of(changed(&mut filled, &mut typed))
}

/// The bytes of an object, none when it is empty.
#[must_use]
pub fn draft_of(members: Map) -> Vec<u8> {
    if members.is_empty() { Vec::new() } else { Value::Object(members).canonical().into_bytes() }
}

/// A draft read back into the form as it would be filled now; members of another version are passed over.
#[must_use]
pub fn from_draft<T: Kept>(mut filled: T, bytes: &[u8]) -> Option<T> {
    read(&mut filled, &mut object(bytes)?)?;
    Some(filled)
}

/// The object that is kept as bytes.
#[must_use]
pub fn object(bytes: &[u8]) -> Option<Map> {
    json::parse_object(core::str::from_utf8(bytes).ok()?).ok()
}
