//! A file for another phone of the posyandu: a [`super::parcel`] with the name of who made it, sealed in pieces.
//!
//! ```text
//! armour (domain::file)
//!   head    scope, random id, whether packed small, the content key wrapped for each transfer key
//!   chunks  64 KiB each, sealed by the content key and bound to head, place and "this is the last"
//!     letter  who made it and when, her signature, the parcel
//! ```
//!
//! So a phone that knows any of the keys opens it, and a piece that is missing, moved, repeated or another file's is
//! noticed, also by who made the armour anew. Whom the letter names is believed when the roster vouches for the
//! signature; what is in the parcel is judged one by one, as everything is. Pure: randomness is an argument.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::crypto::{Aad, Key, Rng, seal};
use crate::domain::file::{FileError, Kind, armour, unarmour};
use crate::domain::ledger::id::hex;
use crate::domain::ledger::{DeviceId, PersonId, Signer};
use crate::domain::transfer::{KeyId, TransferKey, TransferKeys};

/// Bytes sealed together.
const CHUNK: usize = 64 << 10;
const STORE: &str = "berkas";
const SIGNING_PREFIX: &[u8] = b"posyandu6/bundle/1\n";
/// More keys than a posyandu ever has.
const MOST_SLOTS: usize = 64;

/// What stands in clear, and what is bound to every piece.
#[derive(Serialize, Deserialize)]
struct Head {
    scope: String,
    id: [u8; 16],
    is_deflated: bool,
    slots: Vec<(KeyId, Vec<u8>)>,
}

impl Head {
    /// Where a piece stands.
    fn place(&self, at: usize, is_last: bool) -> String {
        format!("{}:{}:{at}:{}", hex(&self.id), u8::from(self.is_deflated), u8::from(is_last))
    }
}

/// The text of a file that opens with any of these keys. Without one nobody could open it: then there is none.
#[must_use]
pub fn seal_file(keys: &[TransferKey], scope: &str, is_deflated: bool, rng: Rng<'_>, plain: &[u8]) -> Option<String> {
    let content = Key::random(rng);
    let mut head = Head { scope: scope.to_owned(), id: [0; 16], is_deflated, slots: Vec::new() };
    rng(&mut head.id);
    for key in keys.iter().take(MOST_SLOTS) {
        let id = hex(&head.id);
        let aad = Aad { store: STORE, scope, id: &id };
        head.slots.push((key.id(), seal::seal_with(&Key::from_bytes(key.0), rng, aad, content.as_bytes())));
    }
    if head.slots.is_empty() {
        return None;
    }
    // It fails only for want of memory, which is a trap.
    let mut bytes = postcard::to_allocvec(&head).unwrap_or_default();
    let last = plain.len().div_ceil(CHUNK).saturating_sub(1);
    for at in 0..=last {
        let chunk = plain.get(at * CHUNK..plain.len().min((at + 1) * CHUNK)).unwrap_or_default();
        let place = head.place(at, at == last);
        let sealed = seal::seal_with(&content, rng, Aad { store: STORE, scope, id: &place }, chunk);
        bytes.extend(u32::try_from(sealed.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(sealed);
    }
    Some(armour(Kind::Kiriman, &bytes))
}

/// Opens what [`seal_file`] wrote in one of these scopes, which are one posyandu's; and whether it was packed small.
///
/// # Errors
/// [`FileError`]; then nothing of it.
pub fn open_file(keys: &TransferKeys, scopes: &[String], text: &[u8]) -> Result<(Vec<u8>, bool), FileError> {
    let (Kind::Kiriman, bytes) = unarmour(text)? else { return Err(FileError::NotOurs) };
    let (head, mut rest): (Head, &[u8]) = postcard::take_from_bytes(&bytes).map_err(|_| FileError::Damaged)?;
    if !scopes.contains(&head.scope) {
        return Err(FileError::Foreign);
    }
    let scope = head.scope.as_str();
    let content = content_key(&head, keys)?;
    let mut plain = Vec::with_capacity(rest.len());
    let mut at = 0;
    loop {
        let (length, behind) = rest.split_first_chunk().ok_or(FileError::Damaged)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| FileError::Damaged)?;
        let (sealed, behind) = behind.split_at_checked(length).ok_or(FileError::Damaged)?;
        let is_last = behind.is_empty();
        let place = head.place(at, is_last);
        let aad = Aad { store: STORE, scope, id: &place };
        plain.extend(seal::open(&content, aad, sealed).map_err(|_| FileError::Damaged)?);
        if is_last {
            return Ok((plain, head.is_deflated));
        }
        (rest, at) = (behind, at + 1);
    }
}

fn content_key(head: &Head, keys: &TransferKeys) -> Result<Key, FileError> {
    let known = head.slots.iter().find_map(|(id, sealed)| Some((keys.get(id)?, sealed)));
    let (key, sealed) = known.ok_or(FileError::UnknownKey)?;
    let id = hex(&head.id);
    let aad = Aad { store: STORE, scope: &head.scope, id: &id };
    let content = seal::open(&Key::from_bytes(key.0), aad, sealed).map_err(|_| FileError::Damaged)?;
    Key::from_slice(&content).map_err(|_| FileError::Damaged)
}

/// Who made a file, when, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The person.
    pub by: PersonId,
    /// On which installation.
    pub device: DeviceId,
    /// When, Unix milliseconds.
    pub at_ms: u64,
    /// What her key signed.
    pub message: Vec<u8>,
    /// Her signature.
    pub sig: [u8; 64],
    /// A [`super::parcel`].
    pub parcel: Vec<u8>,
}

/// What stands in front of the parcel.
type About = (u8, PersonId, DeviceId, u64);

const LETTER_VERSION: u8 = 1;

/// The letter of a parcel.
#[must_use]
pub fn write_letter(by: PersonId, device: DeviceId, at_ms: u64, parcel: &[u8], signer: &dyn Signer) -> Vec<u8> {
    let about: About = (LETTER_VERSION, by, device, at_ms);
    // It fails only for want of memory, which is a trap.
    let about = postcard::to_allocvec(&about).unwrap_or_default();
    let sig = signer.sign(&message(&about, parcel));
    [&about, sig.as_slice(), parcel].concat()
}

/// Reads what [`write_letter`] wrote.
///
/// # Errors
/// [`FileError`].
pub fn read_letter(bytes: &[u8]) -> Result<Letter, FileError> {
    match bytes.first() {
        Some(&version) if version > LETTER_VERSION => return Err(FileError::Newer),
        _ => {}
    }
    let ((_, by, device, at_ms), rest): (About, &[u8]) =
        postcard::take_from_bytes(bytes).map_err(|_| FileError::Damaged)?;
    let about = bytes.get(..bytes.len() - rest.len()).unwrap_or_default();
    let (sig, parcel) = rest.split_first_chunk().ok_or(FileError::Damaged)?;
    Ok(Letter { by, device, at_ms, message: message(about, parcel), sig: *sig, parcel: parcel.to_vec() })
}

fn message(about: &[u8], parcel: &[u8]) -> Vec<u8> {
    [SIGNING_PREFIX, about, &Sha256::digest(parcel)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::base64::STANDARD;

    const SCOPE: &str = "posyandu-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

    /// Joined with another one.
    fn scopes() -> Vec<String> {
        vec!["posyandu-0b".to_owned(), SCOPE.to_owned()]
    }

    fn keys() -> TransferKeys {
        TransferKeys {
            current: Some(TransferKey([3; 32])),
            good: Vec::new(),
            all: vec![TransferKey([3; 32]), TransferKey([4; 32])],
        }
    }

    /// Never the same twice, always the same.
    fn rng() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |bytes| {
            for byte in bytes {
                next = next.wrapping_add(7);
                *byte = next;
            }
        }
    }

    fn file(plain: &[u8]) -> String {
        seal_file(&keys().all, SCOPE, false, &mut rng(), plain).unwrap()
    }

    fn open(text: &str) -> Result<(Vec<u8>, bool), FileError> {
        open_file(&keys(), &scopes(), text.as_bytes())
    }

    /// The same file with its bytes changed, in an armour that is right.
    fn forged(text: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
        let (kind, mut bytes) = unarmour(text.as_bytes()).unwrap();
        change(&mut bytes);
        armour(kind, &bytes)
    }

    fn head_length(text: &str) -> usize {
        let (_, bytes) = unarmour(text.as_bytes()).unwrap();
        let (_, rest): (Head, &[u8]) = postcard::take_from_bytes(&bytes).unwrap();
        bytes.len() - rest.len()
    }

    #[test]
    fn a_file_of_any_length_opens_with_any_of_its_keys() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5] {
            let plain: Vec<u8> = (0..length).map(|it| it as u8).collect();
            let text = file(&plain);
            assert_eq!(open(&text), Ok((plain.clone(), false)), "{length}");
            for key in keys().all {
                let one = TransferKeys { current: None, good: Vec::new(), all: vec![key] };
                assert_eq!(open_file(&one, &scopes(), text.as_bytes()), Ok((plain.clone(), false)));
            }
        }
        assert_eq!(seal_file(&[], SCOPE, false, &mut rng(), b"x"), None);
    }

    #[test]
    fn another_posyandu_and_another_key_are_two_reasons() {
        let text = file(b"Ani");
        assert_eq!(open_file(&keys(), &["posyandu-x".to_owned()], text.as_bytes()), Err(FileError::Foreign));
        let others = TransferKeys { current: None, good: Vec::new(), all: vec![TransferKey([5; 32])] };
        assert_eq!(open_file(&others, &scopes(), text.as_bytes()), Err(FileError::UnknownKey));
        assert_eq!(open_file(&TransferKeys::default(), &scopes(), text.as_bytes()), Err(FileError::UnknownKey));
        let backup = text.replacen("KIRIMAN", "CADANGAN", 1);
        assert_eq!(open(&backup), Err(FileError::NotOurs));
    }

    #[test]
    fn nothing_readable_stands_in_it_but_the_scope() {
        let text = file(b"Ani Rekaan 3201014501200001");
        let (_, bytes) = unarmour(text.as_bytes()).unwrap();
        assert!(!bytes.windows(3).any(|it| it == b"Ani" || it == b"320"));
        assert!(bytes.windows(SCOPE.len()).any(|it| it == SCOPE.as_bytes()));
    }

    #[test]
    fn every_cut_and_every_flip_is_refused_also_under_a_new_armour() {
        let text = file(b"Ani");
        for cut in 1..text.len() - 1 {
            assert_eq!(open(&text[..cut]), Err(FileError::Cut), "{cut}");
        }
        let (_, bytes) = unarmour(text.as_bytes()).unwrap();
        for cut in 0..bytes.len() {
            assert!(open(&forged(&text, |it| it.truncate(cut))).is_err(), "{cut}");
        }
        for at in 0..bytes.len() {
            let found = open(&forged(&text, |it| it[at] ^= 1));
            assert!(found.is_err() || is_other_slot(&bytes, at), "{at}: {found:?}");
        }
    }

    /// A slot that is not needed may be damaged.
    fn is_other_slot(bytes: &[u8], at: usize) -> bool {
        let slot = seal::seal(&Key::from_bytes([0; 32]), [0; 24], Aad { store: "", scope: "", id: "" }, &[0; 32]).len();
        let end = head_length(&armour(Kind::Kiriman, bytes));
        at < end && at >= end - 2 * (slot + 1 + 8)
    }

    #[test]
    fn pieces_that_are_missing_moved_repeated_or_anothers_are_noticed() {
        let plain: Vec<u8> = (0..3 * CHUNK).map(|it| it as u8).collect();
        let text = file(&plain);
        let head = head_length(&text);
        let piece = 4 + 1 + 24 + CHUNK + 16;
        let at = |it: usize| head + it * piece..head + (it + 1) * piece;
        let without_last = forged(&text, |it| it.truncate(head + 2 * piece));
        let without_first = forged(&text, |it| drop(it.drain(at(0))));
        let swapped = forged(&text, |it| {
            let second = it[at(1)].to_vec();
            it.copy_within(at(0), head + piece);
            it[at(0)].copy_from_slice(&second);
        });
        let repeated = forged(&text, |it| {
            let last = it[at(2)].to_vec();
            it.extend(last);
        });
        let mut next = rng();
        next(&mut [0; 5]);
        let other = seal_file(&keys().all, SCOPE, false, &mut next, &plain).unwrap();
        let (_, others) = unarmour(other.as_bytes()).unwrap();
        let mixed = forged(&text, |it| it[at(1)].copy_from_slice(&others[at(1)]));
        for (what, text) in [
            ("without the last", without_last),
            ("without the first", without_first),
            ("swapped", swapped),
            ("repeated", repeated),
            ("mixed", mixed),
        ] {
            assert_eq!(open(&text), Err(FileError::Damaged), "{what}");
        }
    }

    #[test]
    fn a_letter_says_who_made_it_and_a_newer_one_is_not_read() {
        let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let letter = write_letter(PersonId([1; 16]), DeviceId([2; 16]), 42, b"parcel", &signer);
        let read = read_letter(&letter).unwrap();
        assert_eq!(
            (read.by, read.device, read.at_ms, read.parcel.as_slice()),
            (PersonId([1; 16]), DeviceId([2; 16]), 42, &b"parcel"[..])
        );
        let is_hers = |it: &Letter| {
            let sig = ed25519_dalek::Signature::from_bytes(&it.sig);
            signer.verifying_key().verify_strict(&it.message, &sig).is_ok()
        };
        assert!(is_hers(&read));
        for at in 1..letter.len() {
            let mut other = letter.clone();
            other[at] ^= 1;
            assert!(read_letter(&other).is_ok_and(|it| !is_hers(&it)) || read_letter(&other).is_err(), "{at}");
        }
        let newer = [&[2], &letter[1..]].concat();
        assert_eq!(read_letter(&newer), Err(FileError::Newer));
    }

    #[test]
    fn version_one_is_frozen() {
        let text = include_str!("../../tests/fixtures/kiriman_v1.txt");
        let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let event = crate::domain::ledger::Event::parse(EVENT).unwrap();
        let parcel = super::super::parcel::pack([event].iter(), &[([8; 32], vec![1, 2, 3])]);
        let letter = write_letter(PersonId([1; 16]), DeviceId([2; 16]), 1_795_000_000_000, &parcel, &signer);
        assert_eq!(open(text), Ok((letter.clone(), false)));
        assert_eq!(file(&letter), text, "{}", STANDARD.encode(&letter));
        let read = read_letter(&letter).unwrap();
        let parcel = super::super::parcel::unpack(&read.parcel).unwrap();
        assert_eq!(parcel.texts, [EVENT]);
        assert_eq!(parcel.photos, [([8; 32], vec![1, 2, 3])]);
    }

    /// The first of `tests/fixtures/events_v1.json`.
    const EVENT: &str = r#"{"_id":"7e38fcca2f1cd1bfaf9c78573ab96462","_rev":"1-7e38fcca2f1cd1bfaf9c78573ab96462","after":[],"at":"01a1ed06ac80-0000","by":"01010101010101010101010101010101","data":{"nama":"Contoh Melati"},"device":"01010101010101010101010101010101","kind":"posyandu.founded","n":1,"on":"2026-11-18","replaces":{},"salt":"AAAAAAAAAAAAAAABAAAAAQ","sig":"3QQu1DOkjECcAtc4VfwYc0f4pWVtl-gNk1qlBzuWPGAUjHVyIky63rZjfDgpk2CN4_qKDrOIFeD42QcJshHGDg","subject":"00000000000000000000000000000001","v":1}"#;
}
