//! What Unicode says of letters: its normal forms, and which characters are marks.
//!
//! A browser knows it, so the app asks and brings no tables, which would be an eighth of all it weighs;
//! elsewhere a crate has them. Pure: one text, one answer. Knows nothing of names, PINs or forms.

/// The composed form (NFC): one text whichever way a keyboard writes an accent.
#[must_use]
pub fn composed(text: &str) -> String {
    // Below the first mark nothing has another form.
    if text.chars().all(|it| it < FIRST_MARK) { text.to_owned() } else { known::normalized(text, "NFC") }
}

/// The canonical decomposition of one character (NFD): a letter, and its marks after it.
pub fn decomposed(character: char, mut each: impl FnMut(char)) {
    if character.is_ascii() {
        each(character);
    } else {
        known::normalized(character.encode_utf8(&mut [0; 4]), "NFD").chars().for_each(each);
    }
}

/// The compatible decomposition (NFKD): ligatures and wide letters become plain ones too.
#[must_use]
pub fn plain(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { known::normalized(text, "NFKD") }
}

/// Whether a character is a mark on the letter before it.
#[must_use]
pub fn is_mark(character: char) -> bool {
    character >= FIRST_MARK && known::is_mark(character)
}

const FIRST_MARK: char = '\u{300}';

#[cfg(target_arch = "wasm32")]
mod known {
    use js_sys::{JsString, RegExp};

    pub(super) fn normalized(text: &str, form: &str) -> String {
        JsString::from(text).normalize(form).into()
    }

    pub(super) fn is_mark(character: char) -> bool {
        RegExp::new(r"\p{M}", "u").test(character.encode_utf8(&mut [0; 4]))
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod known {
    use unicode_normalization::UnicodeNormalization;

    pub(super) fn normalized(text: &str, form: &str) -> String {
        match form {
            "NFC" => text.nfc().collect(),
            "NFD" => text.nfd().collect(),
            _ => text.nfkd().collect(),
        }
    }

    pub(super) fn is_mark(character: char) -> bool {
        unicode_normalization::char::is_combining_mark(character)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_ways_agree_with_the_tables() {
        for character in '\0'..FIRST_MARK {
            let text = character.to_string();
            assert_eq!(composed(&text), known::normalized(&text, "NFC"));
            assert!(!known::is_mark(character));
        }
    }

    #[test]
    fn accents_come_apart_and_together() {
        let mut parts = String::new();
        decomposed('é', |part| parts.push(part));
        assert_eq!(parts, "e\u{301}");
        assert_eq!(composed(&parts), "é");
        assert_eq!(plain("ﬁnal Ａ"), "final A");
        assert!(is_mark('\u{301}') && !is_mark('ん'));
    }
}
