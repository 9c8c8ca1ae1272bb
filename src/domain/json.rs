//! JSON without doubt: one value has one text.
//!
//! Hashes and signatures need the same bytes on every phone and server, and numbers must survive a
//! journey through other software. So there are no fractions here at all: a document with a fraction,
//! an exponent, a duplicate key, a key outside ASCII or a lone surrogate is refused before anything
//! sees it. [`parse`] is the entrance, [`Value::canonical`] the exit. Knows nothing of events.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// The largest integer that every JSON reader keeps exactly: 2^53 - 1.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Members of an object, sorted by the bytes of their keys.
pub type Map = BTreeMap<String, Value>;

/// A JSON value that has exactly one canonical text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number within ±(2^53 - 1); measures are stored in g, mm and other small units.
    Int(i64),
    /// Text, as it was typed (the edge normalizes to NFC).
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Object(Map),
}

/// Why bytes are not a document of ours. Never holds any of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or with a fraction, an exponent, a duplicate key or a lone surrogate.
    #[error("not strict json, near byte {at}")]
    Syntax {
        /// Position in the text, for a developer.
        at: usize,
    },
    /// Valid JSON, but the top is not an object.
    #[error("the document is not an object")]
    NotAnObject,
}

/// Reads one strict document.
///
/// # Errors
/// [`JsonError`] when anything in the text has more than one reading.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    serde_json::from_str(text).map_err(|error| JsonError::Syntax { at: error.column() })
}

/// Reads one strict document that must be an object.
///
/// # Errors
/// [`JsonError`], as [`parse`], or when it is some other value.
pub fn parse_object(text: &str) -> Result<Map, JsonError> {
    match parse(text)? {
        Value::Object(map) => Ok(map),
        _ => Err(JsonError::NotAnObject),
    }
}

impl Value {
    /// The one text of this value: sorted keys, no blanks, shortest escapes.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Appends the canonical text to `out`.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Int(number) => out.push_str(&number.to_string()),
            Self::Text(text) => write_text(text, out),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(map) => write_object(map.iter(), out),
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// The truth, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Map> {
        if let Self::Object(map) = self { Some(map) } else { None }
    }

    /// A member of an object; `None` for other values.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object().and_then(|map| map.get(key))
    }

    /// Whether nothing was said: `null` or an empty text.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Null) || self.as_text().is_some_and(str::is_empty)
    }
}

/// Writes members as an object; the caller gives them sorted.
pub fn write_object<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut String) {
    out.push('{');
    for (index, (key, value)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        value.write(out);
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    let digit = (control as u32 >> shift) & 0xf;
                    out.push(char::from_digit(digit, 16).unwrap_or('0'));
                }
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Shape only: a value may hold what a person told a kader.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(_) => f.write_str("bool"),
            Self::Int(_) => f.write_str("int"),
            Self::Text(text) => write!(f, "text({})", text.len()),
            Self::List(items) => write!(f, "list({})", items.len()),
            Self::Object(map) => f.debug_set().entries(map.keys()).finish(),
        }
    }
}

macro_rules! from {
    ($($source:ty => $make:expr),* $(,)?) => {
        $(impl From<$source> for Value {
            fn from(it: $source) -> Self { $make(it) }
        })*
    };
}
from! {
    bool => Value::Bool,
    i64 => Value::Int,
    i32 => |it| Value::Int(i64::from(it)),
    u32 => |it| Value::Int(i64::from(it)),
    u16 => |it| Value::Int(i64::from(it)),
    &str => |it: &str| Value::Text(it.to_owned()),
    String => Value::Text,
    Vec<Value> => Value::List,
    Map => Value::Object,
}

impl From<Option<Value>> for Value {
    fn from(it: Option<Value>) -> Self {
        it.unwrap_or(Self::Null)
    }
}

/// Builds a [`Map`] from pairs: `object([("bb", 8500.into())])`.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Map {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strict)
    }
}

struct Strict;

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("json without fractions")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        if number.abs() <= MAX_INTEGER { Ok(Value::Int(number)) } else { Err(E::custom("integer too large")) }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map_err(|_| E::custom("integer too large")).and_then(|it| self.visit_i64(it))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
        Err(E::custom("a fraction or an exponent"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if !key.is_ascii() {
                return Err(de::Error::custom("a key outside ascii"));
            }
            let value = members.next_value()?;
            if map.insert(key, value).is_some() {
                return Err(de::Error::custom("a duplicate key"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(text: &str, canonical: &str) {
        assert_eq!(parse(text).unwrap().canonical(), canonical);
    }

    #[track_caller]
    fn refused(text: &str) {
        assert!(parse(text).is_err(), "{text}");
    }

    #[test]
    fn keys_are_sorted_by_bytes_and_blanks_go() {
        same(r#" { "b" : 1, "a":[ true , null ], "B": "x" } "#, r#"{"B":"x","a":[true,null],"b":1}"#);
    }

    #[test]
    fn text_has_one_escape_only() {
        same(r#""\u0041\/\u00e9\n\u001f""#, "\"A/é\\n\\u001f\"");
        same(r#""😀 \ud83d\ude00""#, "\"😀 😀\"");
    }

    #[test]
    fn fractions_and_exponents_are_refused() {
        for text in ["1.0", "1e2", "-0", "1E0", "100.50", "9007199254740992", "-9007199254740992", "1e400"] {
            refused(text);
        }
        same("9007199254740991", "9007199254740991");
        same("-9007199254740991", "-9007199254740991");
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        refused(r#"{"a":1,"a":1}"#);
        refused(r#"{"a":{"b":1,"b":2}}"#);
        refused(r#"{"\u0061":1,"a":2}"#);
        refused(r#"{"é":1}"#);
        refused(r#""\ud83d""#);
        refused(r#""\ude00\ud83d""#);
        refused("{} x");
        refused(&"[".repeat(400));
    }

    #[test]
    fn debug_shows_no_content() {
        let value = parse(r#"{"nama":"Rekaan"}"#).unwrap();
        assert!(!format!("{value:?}").contains("Rekaan"));
    }

    proptest::proptest! {
        #[test]
        fn canonical_text_reads_back_as_the_same_value(value in any_value()) {
            let text = value.canonical();
            proptest::prop_assert_eq!(parse(&text).unwrap(), value);
        }
    }

    fn any_value() -> impl proptest::strategy::Strategy<Value = Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::Int),
            any::<String>().prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::btree_map("[ -~]{0,8}", inner, 0..6).prop_map(Value::Object),
            ]
        })
    }
}
