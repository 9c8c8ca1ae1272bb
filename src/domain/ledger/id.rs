//! Identifiers: 16 bytes, written as 32 lower-case hex digits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An identifier was not 32 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 32 lower-case hex digits")]
pub struct IdError;

/// Reads exactly `N` bytes of lower-case hex.
pub(crate) fn bytes_from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
        let &[high, low] = pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    (text.len() == N * 2).then_some(out)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// Writes bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for shift in [4, 0] {
            out.push(char::from_digit(u32::from(byte >> shift) & 0xf, 16).unwrap_or('0'));
        }
    }
    out
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Reads 32 lower-case hex digits.
            ///
            /// # Errors
            /// [`IdError`] for anything else, upper case too: one id has one text.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                bytes_from_hex(text).map(Self).ok_or(IdError)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    )* };
}

ids! {
    /// Names an event: the first 16 bytes of the SHA-256 of its canonical text.
    EventId,
    /// Names one installation of the app on one phone; a restored or cloned store gets a new one.
    DeviceId,
    /// Names a person who uses the app (a kader, an officer), not a sasaran.
    PersonId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_has_one_text() {
        let text = "00ff10a0b1c2d3e4f5061728394a5b6c";
        assert_eq!(EventId::parse(text).unwrap().to_string(), text);
        assert!(EventId::parse(&text.to_uppercase()).is_err());
        assert!(EventId::parse(&text[1..]).is_err());
        assert!(EventId::parse("zz").is_err());
    }
}
