//! Sealing to readers who are not here: X25519 with a key pair for this document alone.
//!
//! A reader is named by the Ed25519 key that the roster knows of her; her X25519 key is the same key in its other form
//! (RFC 7748, 4.1), so that nothing more has to be handed out. Each slot is sealed with what the document's pair and one
//! reader's have in common; slots of nobody are random, and a sealed key looks the same.

use curve25519_dalek::montgomery::MontgomeryPoint;
use ed25519_dalek::{SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::seal::{Aad, seal_with};
use super::{CryptoError, Key, Rng, seal};
use crate::domain::ledger::sealed::{SLOTS, Sealed};

const BODY: Aad<'_> = Aad { store: "titipan", scope: "", id: "body" };
const SLOT: Aad<'_> = Aad { store: "titipan", scope: "", id: "slot" };

/// Seals something to the first eight of these readers. Keys that are no points of the curve are nobody's.
///
/// # Errors
/// [`CryptoError::NoAccess`] without a reader.
pub fn seal_to(readers: &[[u8; 32]], plain: &[u8], rng: Rng<'_>) -> Result<Sealed, CryptoError> {
    let mut secret = Zeroizing::new([0; 32]);
    rng(&mut *secret);
    let salt = MontgomeryPoint::mul_base_clamped(*secret).to_bytes();
    let key = Key::random(rng);
    let mut slots = [[0; _]; SLOTS];
    slots.iter_mut().for_each(|it| rng(it));
    let points = readers.iter().filter_map(|it| Some(VerifyingKey::from_bytes(it).ok()?.to_montgomery()));
    let mut count = 0;
    for (slot, reader) in slots.iter_mut().zip(points) {
        let common = between(reader.mul_clamped(*secret), &salt, &reader.to_bytes())?;
        *slot = seal_with(&common, rng, SLOT, key.as_bytes()).try_into().map_err(|_| CryptoError::Malformed)?;
        count += 1;
    }
    if count == 0 {
        return Err(CryptoError::NoAccess);
    }
    // The first byte of what is sealed is its version: no slot shows by it whether it is anybody's.
    let version = slots.first().and_then(|it| it.first().copied()).unwrap_or_default();
    slots.iter_mut().for_each(|it| it.iter_mut().take(1).for_each(|it| *it = version));
    Ok(Sealed { salt, slots, body: seal_with(&key, rng, BODY, plain) })
}

/// Opens what was sealed to this key among others.
///
/// # Errors
/// [`CryptoError::NoAccess`] for what was sealed to others; [`CryptoError::Tampered`] for a body that was changed.
pub fn open_as(reader: &SigningKey, sealed: &Sealed) -> Result<Vec<u8>, CryptoError> {
    let secret = Zeroizing::new(reader.to_scalar_bytes());
    let own = reader.verifying_key().to_montgomery().to_bytes();
    let common = between(MontgomeryPoint(sealed.salt).mul_clamped(*secret), &sealed.salt, &own)?;
    let mut keys = sealed.slots.iter().filter_map(|it| seal::open_key(&common, SLOT, it).ok());
    let key = keys.next().ok_or(CryptoError::NoAccess)?;
    seal::open(&key, BODY, &sealed.body)
}

/// The key that document and reader have in common.
fn between(point: MontgomeryPoint, salt: &[u8; 32], reader: &[u8; 32]) -> Result<Key, CryptoError> {
    let secret = Zeroizing::new(point.to_bytes());
    if *secret == [0; 32] {
        return Err(CryptoError::NoAccess);
    }
    Ok(Key::from_bytes(Key::from_bytes(*secret).mac(&[b"posyandu6/sealed/1\n", salt, reader])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |bytes| bytes.iter_mut().for_each(|it| (*it, next) = (next, next.wrapping_add(1)))
    }

    fn reader(seed: u8) -> (SigningKey, [u8; 32]) {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let public = key.verifying_key().to_bytes();
        (key, public)
    }

    #[test]
    fn each_reader_opens_it_and_nobody_else() {
        let ((ani, a), (dewi, d), (other, _)) = (reader(1), reader(2), reader(3));
        let sealed = seal_to(&[a, d], b"rahasia", &mut counting()).unwrap();
        for it in [&ani, &dewi] {
            assert_eq!(open_as(it, &sealed).unwrap(), b"rahasia");
        }
        assert_eq!(open_as(&other, &sealed), Err(CryptoError::NoAccess));
        let mut altered = sealed.clone();
        altered.body[40] ^= 1;
        assert_eq!(open_as(&ani, &altered), Err(CryptoError::Tampered));
        let moved = Sealed { salt: MontgomeryPoint::mul_base_clamped([9; 32]).to_bytes(), ..sealed.clone() };
        assert_eq!(open_as(&ani, &moved), Err(CryptoError::NoAccess));
        assert_eq!(open_as(&ani, &Sealed { salt: [0; 32], ..sealed }), Err(CryptoError::NoAccess));
    }

    #[test]
    fn nobody_sees_how_many_readers_there_are() {
        let readers: Vec<_> = (1..10).map(reader).collect();
        let keys: Vec<[u8; 32]> = readers.iter().map(|it| it.1).collect();
        for count in [1, 8, 9] {
            let sealed = seal_to(&keys[..count], b"x", &mut counting()).unwrap();
            assert!(sealed.slots.iter().all(|it| it[0] == sealed.slots[0][0]));
            let opened = readers.iter().filter(|it| open_as(&it.0, &sealed).is_ok()).count();
            assert_eq!(opened, count.min(SLOTS));
        }
    }

    #[test]
    fn without_a_reader_nothing_is_sealed() {
        let no_point = [2; 32];
        assert!(VerifyingKey::from_bytes(&no_point).is_err());
        assert_eq!(seal_to(&[], b"x", &mut counting()).err(), Some(CryptoError::NoAccess));
        assert_eq!(seal_to(&[no_point], b"x", &mut counting()).err(), Some(CryptoError::NoAccess));
        // A point that has the same in common with everybody.
        let mut weak = [0; 32];
        weak[0] = 1;
        assert_eq!(seal_to(&[weak], b"x", &mut counting()).err(), Some(CryptoError::NoAccess));
    }

    /// Frozen: what an older app sealed, a newer one opens.
    #[test]
    fn it_is_as_it_was() {
        let (ani, key) = reader(1);
        let sealed = seal_to(&[key], b"rahasia", &mut counting()).unwrap();
        let digest = crate::domain::ledger::id::hex(&crate::crypto::Key::from_bytes([0; 32]).mac(&[
            &sealed.salt,
            &sealed.slots.concat(),
            &sealed.body,
        ]));
        assert_eq!(digest, "f955d75bb4fde36f712e6d692b6af5edfb4b6ab294c66bc49006e14724857099");
        assert_eq!(open_as(&ani, &sealed).unwrap(), b"rahasia");
    }
}
