//! JSON without doubt: one value has one text.
//!
//! Hashes and signatures need the same bytes on every phone and server, and numbers must survive a
//! journey through other software. So there are no fractions here at all: a document with a fraction,
//! an exponent, a duplicate key, a key outside ASCII or a lone surrogate is refused before anything
//! sees it. [`parse`] is the entrance, [`Value::canonical`] the exit. Knows nothing of events.

use std::fmt;

use crate::domain::sorted::SortedMap;

/// The largest integer that every JSON reader keeps exactly: 2^53 - 1.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Lists and objects inside each other; deeper is no document of ours, and would cost the stack.
const DEEPEST: u32 = 127;

/// Members of an object, sorted by the bytes of their keys.
pub type Map = SortedMap<String, Value>;

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
    let mut reader = Reader { text, at: 0 };
    reader.document().ok_or(JsonError::Syntax { at: reader.at })
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

    /// The text itself, if it is one.
    #[must_use]
    pub fn into_text(self) -> Option<String> {
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
pub fn object<const N: usize>(mut members: [(&str, Value); N]) -> Map {
    moved(&mut members)
}

/// One function for every count of members.
fn moved(members: &mut [(&str, Value)]) -> Map {
    members.iter_mut().map(|(key, value)| ((*key).to_owned(), std::mem::replace(value, Value::Null))).collect()
}

/// Reads from the front; wherever it answers `None` there is an error, at the place it stands.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Option<Value> {
        let value = self.value(0)?;
        self.blanks();
        (self.at == self.text.len()).then_some(value)
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        self.blanks();
        match self.peek()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.text().map(Value::Text),
            b'[' if depth < DEEPEST => self.list(depth + 1),
            b'{' if depth < DEEPEST => self.object(depth + 1),
            _ => self.integer(),
        }
    }

    fn list(&mut self, depth: u32) -> Option<Value> {
        self.take(b'[')?;
        let mut items = Vec::new();
        while self.goes_on(items.is_empty(), b']')? {
            items.push(self.value(depth)?);
        }
        Some(Value::List(items))
    }

    fn object(&mut self, depth: u32) -> Option<Value> {
        self.take(b'{')?;
        let mut members = Map::new();
        while self.goes_on(members.is_empty(), b'}')? {
            self.blanks();
            let key = self.text()?;
            self.blanks();
            self.take(b':')?;
            let value = self.value(depth)?;
            let is_fit = key.is_ascii() && members.insert(key, value).is_none();
            is_fit.then_some(())?;
        }
        Some(Value::Object(members))
    }

    /// Steps over a comma to the next item, or over the end.
    fn goes_on(&mut self, is_first: bool, end: u8) -> Option<bool> {
        self.blanks();
        if self.peek()? == end {
            self.at += 1;
            return Some(false);
        }
        if !is_first {
            self.take(b',')?;
        }
        Some(true)
    }

    fn text(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut out = String::new();
        loop {
            // The time of reading a document is spent here.
            let bytes = self.text.as_bytes();
            let mut end = self.at;
            while !matches!(bytes.get(end)?, b'"' | b'\\' | 0..0x20) {
                end += 1;
            }
            out.push_str(self.text.get(self.at..end)?);
            self.at = end;
            match self.next()? {
                b'"' => return Some(out),
                b'\\' => out.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        match self.next()? {
            it @ (b'"' | b'\\' | b'/') => Some(it.into()),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'u' => match self.unit()? {
                high @ 0xd800..0xdc00 => {
                    self.take(b'\\')?;
                    self.take(b'u')?;
                    let low = self.unit()?.checked_sub(0xdc00).filter(|it| *it < 0x400)?;
                    char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)
                }
                unit => char::from_u32(unit),
            },
            _ => None,
        }
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest()?.get(..4).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// What follows it, a full stop say, is no comma and no end, and so refused by the caller.
    fn integer(&mut self) -> Option<Value> {
        let rest = self.rest()?;
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        let text = rest.get(..rest.len() - digits.len() + count)?;
        if text == "-0" || (count > 1 && digits.starts_with('0')) {
            return None;
        }
        let number: i64 = text.parse().ok()?;
        self.at += text.len();
        (-MAX_INTEGER..=MAX_INTEGER).contains(&number).then_some(Value::Int(number))
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.rest()?.starts_with(word).then_some(())?;
        self.at += word.len();
        Some(value)
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn next(&mut self) -> Option<u8> {
        let found = self.peek()?;
        self.at += 1;
        Some(found)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> Option<&'a str> {
        self.text.get(self.at..)
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
    fn only_json_is_read() {
        for text in ["", " ", "nul", "tru", "01", "-", "-01", "+1", "[1,]", "[,1]", "[1 2]", "{,}", "{\"a\"}", "{a:1}"]
        {
            refused(text);
        }
        for text in
            ["\"", "\"\\\"", "\"\\x\"", "\"\\u00g0\"", "\"\\u+123\"", "\"\\ud83d\\u0041\"", "\"\n\"", "[", "{\"a\":"]
        {
            refused(text);
        }
        assert!(parse(&format!("{}{}", "[".repeat(127), "]".repeat(127))).is_ok());
        refused(&format!("{}{}", "[".repeat(128), "]".repeat(128)));
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

        #[test]
        fn what_is_read_is_json_for_others_too(text in "[\\[\\]{}:,\"\\\\a0-9 .eEu-]{0,12}|\"[ -~]{0,12}\"") {
            let is_ours = parse(&text).is_ok();
            let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            proptest::prop_assert!(!is_ours || theirs, "{text}");
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
                prop::collection::btree_map("[ -~]{0,8}", inner, 0..6)
                    .prop_map(|it| it.into_iter().collect::<Map>().into()),
            ]
        })
    }
}
