//! Bytes as text of the 45 letters that codes hold in five and a half bits each (RFC 9285). The same bytes have one
//! text, and no other text is read.

const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// As text: three letters for two bytes, two for the last one.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in bytes.chunks(2) {
        let mut rest = pair.iter().fold(0, |all, byte| all << 8 | usize::from(*byte));
        for _ in 0..=pair.len() {
            text.push(LETTERS.get(rest % 45).copied().unwrap_or_default().into());
            rest /= 45;
        }
    }
    text
}

/// From text; `None` for any that [`encode`] does not write.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.as_bytes().chunks(3) {
        let digit = |it: &u8| LETTERS.iter().position(|letter| letter == it);
        let value = group.iter().rev().try_fold(0, |all, it| Some(all * 45 + digit(it)?))?;
        match group.len() {
            3 => bytes.extend(u16::try_from(value).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(value).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // RFC 9285, 4.3 and 4.4
    #[test]
    fn the_examples_of_the_standard() {
        for (bytes, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[]), "");
        assert_eq!(decode(""), Some(Vec::new()));
    }

    #[test]
    fn what_nobody_writes_is_not_read() {
        // RFC 9285, 6: GGW is 65535, one more is too much; so are 256 in two letters, one letter, and small letters.
        assert_eq!(decode("FGW"), Some(vec![255, 255]));
        for text in ["GGW", ":::", "V5", "A", "BB8A", "bb8", "BBé"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn all_bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn one_text_for_one_value(text in "[0-9A-Z $%*+./:-]{0,12}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
