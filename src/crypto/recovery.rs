//! The recovery code: 128 random bits, shown once, written on paper.
//!
//! It is shown as seven groups of four characters in Crockford's base32 (no I, L, O, U): 128 bits of
//! code and 12 bits of check. It knows neither the PIN nor the device key; that is its use.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Rng;
use super::seal::{Key, hmac_sha256};

/// Groups of a code as it is shown.
pub const GROUPS: usize = 7;
/// Characters of a group.
pub const GROUP_CHARACTERS: usize = 4;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = GROUPS * GROUP_CHARACTERS;
const CHECK_BITS: u32 = 12;

/// Why a typed code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// Too few or too many characters.
    #[error("recovery code has {found} characters")]
    Length {
        /// Characters found, separators not counted.
        found: usize,
    },
    /// A character that no code has.
    #[error("recovery code has a foreign character in group {group}")]
    Character {
        /// Group of the character, counted from 0.
        group: usize,
    },
    /// All characters are possible, but one is mistyped.
    #[error("recovery code does not agree with its check")]
    Check,
}

/// A recovery code. It is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; 16]);

impl RecoveryCode {
    /// Makes a new random code.
    pub fn random(rng: Rng<'_>) -> Self {
        let mut code = Self([0; 16]);
        rng(&mut code.0);
        code
    }

    /// Reads what a person typed: spaces, hyphens and dots do not matter, nor does the case; O is 0,
    /// I and L are 1.
    pub fn parse(text: &str) -> Result<Self, RecoveryError> {
        let letters: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().filter(|it| !is_separator(*it)).collect());
        if letters.len() != CHARACTERS {
            return Err(RecoveryError::Length { found: letters.len() });
        }
        // 140 bits: the upper 128 are the code, the lower 12 the check.
        let (mut high, mut low) = (0u128, 0u32);
        for (at, letter) in letters.iter().enumerate() {
            let value = value_of(*letter).ok_or(RecoveryError::Character { group: at / GROUP_CHARACTERS })?;
            high = (high << 5) | u128::from(low >> (CHECK_BITS - 5));
            low = ((low << 5) | value) & ((1 << CHECK_BITS) - 1);
        }
        let code = Self(high.to_be_bytes());
        if code.check() == low { Ok(code) } else { Err(RecoveryError::Check) }
    }

    /// The code as it is shown and written down: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + GROUPS));
        for (at, letter) in self.letters().iter().enumerate() {
            if at > 0 && at % GROUP_CHARACTERS == 0 {
                text.push('-');
            }
            text.push(*letter);
        }
        text
    }

    /// The characters of one group, counted from 0.
    pub fn group(&self, group: usize) -> Zeroizing<String> {
        Zeroizing::new(self.letters().iter().skip(group * GROUP_CHARACTERS).take(GROUP_CHARACTERS).collect())
    }

    /// Whether `typed` is that group: asked at set-up, to know that the code was written down.
    pub fn is_group(&self, group: usize, typed: &str) -> bool {
        let expected: Zeroizing<Vec<u32>> = Zeroizing::new(self.group(group).chars().filter_map(value_of).collect());
        let found: Zeroizing<Vec<Option<u32>>> =
            Zeroizing::new(typed.chars().filter(|it| !is_separator(*it)).map(value_of).collect());
        expected.len() == GROUP_CHARACTERS
            && found.len() == GROUP_CHARACTERS
            && expected.iter().zip(found.iter()).all(|(a, b)| Some(*a) == *b)
    }

    /// The key that wraps a person key, without PIN and without device key.
    pub fn key(&self, person: &str) -> Key {
        // 128 random bits need no stretching.
        let mut padded = Zeroizing::new([0; 32]);
        for (to, from) in padded.iter_mut().zip(self.0) {
            *to = from;
        }
        Key::from_bytes(hmac_sha256(&padded, &[b"posyandu6/recovery-key/1\n", person.as_bytes()]))
    }

    fn check(&self) -> u32 {
        let digest = Sha256::new().chain_update(b"posyandu6/recovery-check/1\n").chain_update(self.0).finalize();
        digest.iter().take(2).fold(0, |sum, byte| (sum << 8) | u32::from(*byte)) >> (16 - CHECK_BITS)
    }

    fn letters(&self) -> Zeroizing<Vec<char>> {
        let code = u128::from_be_bytes(self.0);
        let check = u128::from(self.check());
        let five_bits = |at: usize| {
            // Position of the group of five among 140 bits, counted from the right.
            let shift = 5 * (CHARACTERS - 1 - at) as u32;
            let value = match shift.checked_sub(CHECK_BITS) {
                Some(shift) => code >> shift,
                None => (code << (CHECK_BITS - shift)) | (check >> shift),
            };
            (value & 31) as usize
        };
        Zeroizing::new(
            (0..CHARACTERS).filter_map(|at| ALPHABET.get(five_bits(at)).map(|byte| char::from(*byte))).collect(),
        )
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '.' | ',' | '_' | '\u{2010}'..='\u{2015}')
}

fn value_of(letter: char) -> Option<u32> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().zip(0..).find(|(byte, _)| char::from(**byte) == letter).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code() -> RecoveryCode {
        RecoveryCode([0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff])
    }

    #[test]
    fn seven_groups_of_four() {
        let text = code().to_text();
        assert_eq!(text.len(), 34);
        assert_eq!(text.split('-').count(), GROUPS);
        assert_eq!(&text[..20], "008J-4CT4-ANK7-F24S-");
        assert_eq!(*text, FROZEN);
    }

    // Written on paper for years: it may never change.
    const FROZEN: &str = "008J-4CT4-ANK7-F24S-NAXW-SQFE-ZZ4J";

    #[test]
    fn typing_is_forgiven() {
        let text = code().to_text();
        for typed in [
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " . "),
            text.replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(RecoveryCode::parse(&typed), Ok(code()), "{typed}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let text = code().to_text();
        assert_eq!(RecoveryCode::parse(&text[..33]), Err(RecoveryError::Length { found: 27 }));
        assert_eq!(RecoveryCode::parse(""), Err(RecoveryError::Length { found: 0 }));
        assert_eq!(RecoveryCode::parse(&text.replace("4CT4", "4CU4")), Err(RecoveryError::Character { group: 1 }));
        assert_eq!(RecoveryCode::parse(&text.replace("4CT4", "C4T4")), Err(RecoveryError::Check));
    }

    #[test]
    fn one_group_is_typed_back() {
        assert!(code().is_group(1, "4ct4"));
        assert!(code().is_group(0, "OO8J"));
        assert!(!code().is_group(0, "4CT4"));
        assert!(!code().is_group(0, ""));
        assert!(!code().is_group(0, "008U"));
        assert!(!code().is_group(GROUPS, ""));
    }

    #[test]
    fn each_person_has_another_key() {
        assert_ne!(code().key("a"), code().key("b"));
        assert_eq!(format!("{:?}", code()), "RecoveryCode(..)");
    }

    proptest! {
        #[test]
        fn every_code_survives_paper(bytes: [u8; 16]) {
            let code = RecoveryCode(bytes);
            prop_assert_eq!(RecoveryCode::parse(&code.to_text()), Ok(code));
        }

        #[test]
        fn one_wrong_character_never_gives_the_same_code(bytes: [u8; 16], at in 0usize..28, to in 0usize..32) {
            let code = RecoveryCode(bytes);
            let mut typed: Vec<char> = code.letters().to_vec();
            let to = char::from(ALPHABET[to]);
            prop_assume!(typed[at] != to);
            typed[at] = to;
            let typed: String = typed.into_iter().collect();
            prop_assert_ne!(RecoveryCode::parse(&typed), Ok(code));
        }

        #[test]
        fn anything_typed_is_answered(text: String) {
            let _ = RecoveryCode::parse(&text);
        }
    }
}
