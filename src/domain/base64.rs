//! Bytes as text, six bits a letter (RFC 4648). The same bytes have one text, and no other text is read.

/// An alphabet, and whether the end is filled up.
#[derive(Clone, Copy)]
pub struct Base64 {
    last: [u8; 2],
    is_padded: bool,
}

/// As in mail and `data:` addresses.
pub const STANDARD: Base64 = Base64 { last: *b"+/", is_padded: true };
/// As in addresses, without `=`.
pub const URL_SAFE: Base64 = Base64 { last: *b"-_", is_padded: false };

const GROUP: usize = 3;

impl Base64 {
    /// As text.
    #[must_use]
    pub fn encode(self, bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len().div_ceil(GROUP) * (GROUP + 1));
        for group in bytes.chunks(GROUP) {
            let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (GROUP - group.len()));
            for place in 0..=GROUP {
                if place <= group.len() {
                    text.push(self.letter(bits >> (6 * (GROUP - place)) & 63));
                } else if self.is_padded {
                    text.push('=');
                }
            }
        }
        text
    }

    /// From text; `None` for any that [`Self::encode`] does not write.
    #[must_use]
    pub fn decode(self, text: &str) -> Option<Vec<u8>> {
        if self.is_padded && !text.len().is_multiple_of(GROUP + 1) {
            return None;
        }
        let padded = if self.is_padded { text } else { "" };
        let letters = padded.strip_suffix("==").or_else(|| padded.strip_suffix('=')).unwrap_or(text);
        let mut bytes = Vec::with_capacity(letters.len() / (GROUP + 1) * GROUP + GROUP);
        for group in letters.as_bytes().chunks(GROUP + 1) {
            let mut bits = 0;
            for letter in group {
                bits = bits << 6 | self.value(*letter)?;
            }
            let count = group.len() - 1;
            let spare = group.len() * 6 - count * 8;
            if count == 0 || bits & ((1 << spare) - 1) != 0 {
                return None;
            }
            bytes.extend_from_slice((bits >> spare).to_be_bytes().get(4 - count..)?);
        }
        Some(bytes)
    }

    fn letter(self, value: u32) -> char {
        let [plus, slash] = self.last;
        let (first, from) = match value {
            0..26 => (b'A', 0),
            26..52 => (b'a', 26),
            52..62 => (b'0', 52),
            62 => (plus, 62),
            _ => (slash, 63),
        };
        char::from_u32(u32::from(first) + value - from).unwrap_or('=')
    }

    fn value(self, letter: u8) -> Option<u32> {
        let [plus, slash] = self.last;
        Some(match letter {
            b'A'..=b'Z' => u32::from(letter - b'A'),
            b'a'..=b'z' => u32::from(letter - b'a') + 26,
            b'0'..=b'9' => u32::from(letter - b'0') + 52,
            _ if letter == plus => 62,
            _ if letter == slash => 63,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str) {
        assert_eq!(STANDARD.encode(bytes), text);
        assert_eq!(STANDARD.decode(text).as_deref(), Some(bytes));
        let bare = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
        assert_eq!(URL_SAFE.encode(bytes), bare);
        assert_eq!(URL_SAFE.decode(&bare).as_deref(), Some(bytes));
    }

    #[test]
    fn bytes_are_written_as_in_rfc_4648() {
        check(b"", "");
        check(b"f", "Zg==");
        check(b"fo", "Zm8=");
        check(b"foo", "Zm9v");
        check(b"foob", "Zm9vYg==");
        check(b"fooba", "Zm9vYmE=");
        check(b"foobar", "Zm9vYmFy");
        check(&[0xfb, 0xff, 0xfe], "+//+");
    }

    #[test]
    fn every_byte_comes_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in 0..bytes.len() {
            assert_eq!(STANDARD.decode(&STANDARD.encode(&bytes[..length])).as_deref(), Some(&bytes[..length]));
            assert_eq!(URL_SAFE.decode(&URL_SAFE.encode(&bytes[..length])).as_deref(), Some(&bytes[..length]));
        }
    }

    #[test]
    fn another_text_of_the_same_bytes_is_refused() {
        for text in ["Zg", "Zg=", "Zh==", "Zm9=", "Z", "Z===", "====", "Zg==Zg==", "Zm 9v", "Zm9v\n", "Zm9-"] {
            assert_eq!(STANDARD.decode(text), None, "{text}");
        }
        for text in ["Zg==", "Zh", "Zm9", "Z", "Zm9+", "Zm9vé"] {
            assert_eq!(URL_SAFE.decode(text), None, "{text}");
        }
    }
}
