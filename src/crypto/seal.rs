//! Sealing one record: XChaCha20-Poly1305 under a key, bound to the place the record stands in.
//!
//! It does not know what is sealed, nor who may open it. Layout: version byte, 24 bytes of nonce,
//! ciphertext with tag. The version byte and the place are authenticated.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{CryptoError, Rng};

/// Bytes of a nonce. At random it never repeats: 192 bits.
pub const NONCE_BYTES: usize = 24;

const VERSION: u8 = 1;

/// A 256-bit key. It is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// Takes these bytes as a key.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Takes a slice of exactly 32 bytes as a key.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, CryptoError> {
        bytes.try_into().map(Self).map_err(|_| CryptoError::Malformed)
    }

    /// Makes a new random key.
    pub fn random(rng: Rng<'_>) -> Self {
        let mut key = Self([0; 32]);
        rng(&mut key.0);
        key
    }

    /// The bytes of the key.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Derives a key for one purpose: HMAC-SHA-256 under this key.
    pub fn derive(&self, purpose: &[u8]) -> Self {
        Self(self.mac(&[purpose]))
    }

    /// HMAC-SHA-256 of the parts, one after the other.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac_sha256(&self.0, parts)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// The place of a record. A sealed body moved to another place does not open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Aad<'a> {
    /// Object store.
    pub store: &'a str,
    /// Scope, or person for what belongs to one.
    pub scope: &'a str,
    /// Key of the record within its scope.
    pub id: &'a str,
}

impl Aad<'_> {
    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        for part in [self.store, self.scope, self.id] {
            // The length in front keeps ("a", "bc") and ("ab", "c") apart.
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

impl fmt::Debug for Aad<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aad").field("store", &self.store).finish_non_exhaustive()
    }
}

/// Seals `plain` for one place. A nonce is used once.
pub fn seal(key: &Key, nonce: [u8; NONCE_BYTES], aad: Aad<'_>, plain: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.as_bytes().into());
    let place = aad.to_bytes();
    // It fails only beyond 256 GiB; the empty answer then opens as nothing.
    let body = cipher.encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &place }).unwrap_or_default();
    let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + body.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&body);
    sealed
}

/// [`seal`] with a nonce drawn from `rng`.
pub fn seal_with(key: &Key, rng: Rng<'_>, aad: Aad<'_>, plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE_BYTES];
    rng(&mut nonce);
    seal(key, nonce, aad, plain)
}

/// Opens what [`seal`] wrote for the same place.
pub fn open(key: &Key, aad: Aad<'_>, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    match sealed.split_first() {
        Some((&VERSION, rest)) => {
            let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(CryptoError::Malformed)?;
            let cipher = XChaCha20Poly1305::new(key.as_bytes().into());
            let place = aad.to_bytes();
            cipher
                .decrypt(XNonce::from_slice(nonce), Payload { msg: body, aad: &place })
                .map_err(|_| CryptoError::Tampered)
        }
        Some((&version, _)) if version > VERSION => Err(CryptoError::Newer { version }),
        _ => Err(CryptoError::Malformed),
    }
}

/// Opens a sealed 32-byte key.
pub(crate) fn open_key(key: &Key, aad: Aad<'_>, sealed: &[u8]) -> Result<Key, CryptoError> {
    Key::from_slice(&Zeroizing::new(open(key, aad, sealed)?))
}

/// HMAC-SHA-256 of the parts, one after the other.
pub(crate) fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key of 32 bytes is shorter than the block of 64, so this is HMAC's own padding and cannot fail.
    let mut block = Zeroizing::new([0u8; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha256> as Mac>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AAD: Aad<'_> = Aad { store: "events", scope: "posyandu-1", id: "ab" };

    fn key() -> Key {
        Key::from_bytes([7; 32])
    }

    #[test]
    fn what_is_sealed_opens_in_its_place() {
        let sealed = seal(&key(), [3; 24], AAD, b"Ani");
        assert_eq!(open(&key(), AAD, &sealed).unwrap(), b"Ani");
        assert_eq!(sealed.len(), 1 + 24 + 3 + 16);
    }

    #[test]
    fn the_sealed_bytes_hold_no_plain_text() {
        let plain = b"Ani Lestari 3201014501200001";
        let sealed = seal(&key(), [3; 24], AAD, plain);
        for window in plain.windows(4) {
            assert!(!sealed.windows(4).any(|it| it == window));
        }
    }

    #[test]
    fn a_record_moved_elsewhere_does_not_open() {
        let sealed = seal(&key(), [3; 24], AAD, b"Ani");
        for aad in [
            Aad { store: "drafts", ..AAD },
            Aad { scope: "posyandu-2", ..AAD },
            Aad { id: "ac", ..AAD },
            Aad { store: "event", scope: "sposyandu-1", ..AAD },
        ] {
            assert_eq!(open(&key(), aad, &sealed), Err(CryptoError::Tampered));
        }
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let sealed = seal(&key(), [3; 24], AAD, b"Ani");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 0x80;
            assert!(open(&key(), AAD, &changed).is_err(), "byte {at}");
            assert!(open(&key(), AAD, &sealed[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(open(&Key::from_bytes([8; 32]), AAD, &sealed), Err(CryptoError::Tampered));
    }

    #[test]
    fn a_newer_version_is_refused_with_its_number() {
        assert_eq!(open(&key(), AAD, &[9, 1, 2]), Err(CryptoError::Newer { version: 9 }));
        assert_eq!(open(&key(), AAD, &[0, 1, 2]), Err(CryptoError::Malformed));
        assert_eq!(open(&key(), AAD, &[]), Err(CryptoError::Malformed));
    }

    #[test]
    fn the_layout_is_frozen() {
        // Made by this code at its first release; records written then must open for ever.
        let sealed = seal(&key(), [3; 24], AAD, b"Ani");
        let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, FROZEN);
    }

    const FROZEN: &str = "01030303030303030303030303030303030303030303030303c5682260f6bf934e4e433f7b4bbd0318a62332";

    #[test]
    fn hmac_is_the_published_one() {
        // RFC 4231, test case 2 has a key of 4 bytes; padding with zeros is the same key.
        let mut jefe = [0; 32];
        jefe[..4].copy_from_slice(b"Jefe");
        let mac = hmac_sha256(&jefe, &[b"what do ya want ", b"for nothing?"]);
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", key()), "Key(..)");
        assert!(!format!("{AAD:?}").contains("posyandu-1"));
    }
}
