//! Two phones that see each other's screens agree on a key: X25519, one key pair each for this once.
//!
//! Whoever only looks on, also with a camera, learns nothing of what is sealed with it. Whoever stands in between,
//! showing codes of his own to both, is noticed by the number that both screens show; one number in 10,000 fits by
//! chance, and a stranger with two phones and a computer between two colleagues face to face can make one fit.

use curve25519_dalek::montgomery::MontgomeryPoint;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Key, Rng};

/// Of one meeting, and then forgotten.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Ephemeral([u8; 32]);

/// What two phones have in common, and nobody else.
#[derive(Clone)]
pub struct Shared {
    /// Seals what they say.
    pub key: Key,
    /// The number that both show, 0 to 9999.
    pub number: u16,
}

impl Ephemeral {
    /// A new one.
    #[must_use]
    pub fn random(rng: Rng<'_>) -> Self {
        let mut bytes = [0; 32];
        rng(&mut bytes);
        Self(bytes)
    }

    /// What the other phone is shown.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        MontgomeryPoint::mul_base_clamped(self.0).to_bytes()
    }

    /// What both have in common. `said` is everything that both have shown each other so far, the same on both sides.
    /// `None` for what is no key of anybody.
    #[must_use]
    pub fn shared(&self, theirs: [u8; 32], said: &[&[u8]]) -> Option<Shared> {
        let secret = Zeroizing::new(MontgomeryPoint(theirs).mul_clamped(self.0).to_bytes());
        if *secret == [0; 32] {
            return None;
        }
        let mut hash = Sha256::new();
        for part in said {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let secret = Key::from_bytes(*secret);
        let said = hash.finalize();
        let number = secret.mac(&[b"posyandu6/join/number/1\n", &said]);
        let number = number.first_chunk().map_or(0, |it| u64::from_be_bytes(*it)) % 10_000;
        let key = Key::from_bytes(secret.mac(&[b"posyandu6/join/key/1\n", &said]));
        Some(Shared { key, number: u16::try_from(number).unwrap_or(0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::id::{bytes_from_hex, hex};

    fn of(text: &str) -> [u8; 32] {
        bytes_from_hex(text).unwrap()
    }

    // RFC 7748, 6.1
    #[test]
    fn the_example_of_the_standard() {
        let bob = Ephemeral(of("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
        assert_eq!(hex(&bob.public()), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    }

    #[test]
    fn both_have_the_same() {
        let (ani, dewi) = (Ephemeral([1; 32]), Ephemeral([2; 32]));
        let (here, there) = (ani.shared(dewi.public(), &[b"a", b"bc"]), dewi.shared(ani.public(), &[b"a", b"bc"]));
        let (here, there) = (here.unwrap(), there.unwrap());
        assert_eq!((here.key.as_bytes(), here.number), (there.key.as_bytes(), there.number));
        let other = ani.shared(dewi.public(), &[b"ab", b"c"]).unwrap();
        assert_ne!(here.key.as_bytes(), other.key.as_bytes(), "they were shown something else");
    }

    /// Frozen: an older app on one side and a newer one on the other meet.
    #[test]
    fn it_is_as_it_was() {
        let (ani, dewi) = (Ephemeral([1; 32]), Ephemeral([2; 32]));
        let shared = ani.shared(dewi.public(), &[b"minta", b"salam"]).unwrap();
        let told = [hex(&ani.public()), hex(&dewi.public()), hex(shared.key.as_bytes()), shared.number.to_string()];
        let frozen = [
            "a4e09292b651c278b9772c569f5fa9bb13d906b46ab68c9df9dc2b4409f8a209",
            "ce8d3ad1ccb633ec7b70c17814a5c76ecd029685050d344745ba05870e587d59",
            "25b06688c9d1bae071f501d9846b4f452c952907dd1dcc352525ba166e163fdb",
            "5305",
        ];
        assert_eq!(told, frozen);
    }

    #[test]
    fn a_key_that_gives_everybody_the_same_is_refused() {
        let ani = Ephemeral([1; 32]);
        for weak in [[0; 32], of("0100000000000000000000000000000000000000000000000000000000000000")] {
            assert!(ani.shared(weak, &[]).is_none());
        }
    }
}
