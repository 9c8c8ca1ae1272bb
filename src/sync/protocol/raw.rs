//! Answers read without being believed: members and items as slices of the text.
//!
//! A page of the server holds documents that anybody wrote. One with a fraction, a duplicate key or half a character
//! must be refused alone, so the page is only cut here, and each piece is judged by [`crate::domain::json`]. A text
//! that ends too early is no value at all. Nothing calls itself: a thousand brackets cost no stack.
//!
//! Knows nothing of what the members mean.

use crate::domain::json::{self, Value};

/// The one value that a text holds, without the blanks around it; `None` if it ends too early or too late.
#[must_use]
pub fn whole(text: &str) -> Option<&str> {
    let text = text.trim_matches(is_blank);
    (end_of_value(text)? == text.len()).then_some(text)
}

/// The items of a list, in order. `None` if it is none.
#[must_use]
pub fn items(list: &str) -> Option<Vec<&str>> {
    let mut cut = Cut { rest: list.strip_prefix('[')?, end: ']' };
    let mut items = Vec::new();
    while cut.goes_on(items.is_empty())? {
        items.push(cut.value()?);
    }
    cut.rest.is_empty().then_some(items)
}

/// The members of an object with their keys as they are written, in order. `None` if it is none.
#[must_use]
pub fn members(object: &str) -> Option<Vec<(&str, &str)>> {
    let mut cut = Cut { rest: object.strip_prefix('{')?, end: '}' };
    let mut members = Vec::new();
    while cut.goes_on(members.is_empty())? {
        cut.rest.starts_with('"').then_some(())?;
        let key = cut.value()?;
        cut.rest = cut.rest.trim_start_matches(is_blank).strip_prefix(':')?.trim_start_matches(is_blank);
        members.push((key.trim_matches('"'), cut.value()?));
    }
    cut.rest.is_empty().then_some(members)
}

/// A member of an object, the first of that name; `None` too if it is no object.
#[must_use]
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    members(object)?.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A text, if it is one that can be read.
#[must_use]
pub fn text(value: &str) -> Option<String> {
    json::parse(value).ok()?.into_text()
}

/// The text of a member.
#[must_use]
pub fn member_text(object: &str, name: &str) -> Option<String> {
    member(object, name).and_then(text)
}

/// A count, if it is one.
#[must_use]
pub fn count(value: &str) -> Option<u64> {
    json::parse(value).ok().as_ref().and_then(Value::as_int).and_then(|it| u64::try_from(it).ok())
}

/// What is left of a list or an object.
struct Cut<'a> {
    rest: &'a str,
    end: char,
}

impl<'a> Cut<'a> {
    /// Steps over a comma to the next item, or over the end.
    fn goes_on(&mut self, is_first: bool) -> Option<bool> {
        self.rest = self.rest.trim_start_matches(is_blank);
        if let Some(rest) = self.rest.strip_prefix(self.end) {
            self.rest = rest;
            return Some(false);
        }
        if !is_first {
            self.rest = self.rest.strip_prefix(',')?.trim_start_matches(is_blank);
        }
        Some(true)
    }

    fn value(&mut self) -> Option<&'a str> {
        let (value, rest) = self.rest.split_at_checked(end_of_value(self.rest)?)?;
        self.rest = rest;
        Some(value)
    }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

/// Where the value ends that a text begins with. Which bracket closes which is left to whoever judges the piece.
fn end_of_value(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_u32;
    let mut at = 0;
    loop {
        match *bytes.get(at)? {
            b'"' => {
                at += 1;
                loop {
                    match *bytes.get(at)? {
                        b'"' => break,
                        b'\\' => at += 2,
                        _ => at += 1,
                    }
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if depth > 0 => {}
            _ if depth > 0 => {}
            first if first.is_ascii_alphanumeric() || first == b'-' => {
                let is_part = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'+' | b'.');
                return Some(at + bytes.get(at..)?.iter().take_while(|it| is_part(it)).count());
            }
            _ => return None,
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_into_its_documents() {
        let page = r#" {"results":[ {"seq":1,"doc":{"a":1.5}} , {"seq":"2-g","doc":{"a":"\ud83d","a":{}}}],"last_seq":"2-g"} "#;
        let page = whole(page).unwrap();
        let rows = items(member(page, "results").unwrap()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(member(rows[0], "doc"), Some(r#"{"a":1.5}"#));
        assert_eq!(member(rows[1], "doc"), Some(r#"{"a":"\ud83d","a":{}}"#));
        assert_eq!(member(rows[1], "seq"), Some(r#""2-g""#));
        assert_eq!(member_text(page, "last_seq").as_deref(), Some("2-g"));
        assert_eq!(member(page, "pending"), None);
    }

    #[test]
    fn brackets_and_quotes_in_texts_are_texts() {
        let text = r#"{"a":"]}\"{[","b":[]}"#;
        assert_eq!(whole(text), Some(text));
        assert_eq!(member(text, "b"), Some("[]"));
        assert_eq!(items(" []"), None);
        assert_eq!(items("[]"), Some(Vec::new()));
        assert_eq!(members("{}"), Some(Vec::new()));
    }

    #[test]
    fn what_is_cut_short_is_nothing() {
        let text = r#"{"results":[{"seq":1,"doc":{"a":"b\"c"}},null,true],"last_seq":12}"#;
        for end in 0..text.len() {
            assert_eq!(whole(&text[..end]), None, "{end}");
        }
        assert!(whole(text).is_some());
    }

    #[test]
    fn garbage_is_nothing() {
        for text in ["", "  ", "<html>", "]", "}", ",", "{}{}", "[1] 2", "\"", "\"\\", "\\", "é"] {
            assert_eq!(whole(text), None, "{text}");
        }
        for text in ["{1:2}", "{\"a\" 1}", "{\"a\":}", "{,}", "{\"a\":1 \"b\":2}", "[]", "{\"a\":1]"] {
            assert_eq!(members(text), None, "{text}");
        }
        for text in ["[1 2]", "[,]", "[1,]", "{}", "[1}"] {
            assert_eq!(items(text), None, "{text}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert!(whole(&deep).is_some());
        let page = format!("[{deep},1]");
        assert_eq!(items(&page).unwrap()[1], "1");
    }

    proptest::proptest! {
        #[test]
        fn it_never_fails(text in "[\\[\\]{}:,\"\\\\a0-9 .e-]{0,24}") {
            let _ = (whole(&text), items(&text), members(&text));
        }

        #[test]
        fn what_others_write_is_cut_as_they_meant_it(list in proptest::collection::vec("[ -~]{0,6}", 0..5)) {
            let text = serde_json::to_string(&list).unwrap();
            let cut: Vec<String> = items(whole(&text).unwrap()).unwrap().into_iter().map(|it| super::text(it).unwrap()).collect();
            proptest::prop_assert_eq!(cut, list);
        }
    }
}
