//! A parcel: documents as bytes, sealed for the phones of one posyandu, whatever carries it.
//!
//! Pure: randomness is an argument, and packing small is done outside, by the browser; a sealed parcel only says
//! whether that was done. Nothing that comes out is believed: texts go through the checked entrance like any other,
//! and a photo is looked at by whoever keeps it. Frozen as version 1 (`tests/fixtures/kiriman_v1.txt`).

use crate::crypto::{Aad, Key, Rng, seal};
use crate::domain::file::FileError;
use crate::domain::ledger::Event;
use crate::domain::transfer::{TransferKey, TransferKeys};

/// The most that a parcel may grow to when it is opened: of more a phone with 2 GB has no room to look at it.
pub const MOST_BYTES: usize = 96 << 20;

const VERSION: u8 = 1;
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;
const KEY_ID: usize = 8;

/// What travels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parcel {
    /// Texts of events and of tombstones.
    pub texts: Vec<String>,
    /// Photos: SHA-256 and bytes.
    pub photos: Vec<([u8; 32], Vec<u8>)>,
}

impl Parcel {
    /// Puts first what says whose word counts: a long parcel is taken in in slices, and each knows the keys it needs.
    pub fn put_roots_first(&mut self) {
        // No text within a document looks like this: there a quotation mark has a stroke before it.
        let is_roots = |it: &str| it.contains("\"kind\":\"roster.") || it.contains("\"kind\":\"posyandu.founded\"");
        let (first, rest): (Vec<String>, Vec<String>) =
            std::mem::take(&mut self.texts).into_iter().partition(|it| is_roots(it));
        self.texts = first;
        self.texts.extend(rest);
    }
}

/// The bytes of events and photos.
#[must_use]
pub fn pack<'a>(events: impl ExactSizeIterator<Item = &'a Event>, photos: &[([u8; 32], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    count(events.len(), &mut bytes);
    events.for_each(|it| it.pack_whole(&mut bytes));
    count(photos.len(), &mut bytes);
    for (sha256, photo) in photos {
        bytes.extend_from_slice(sha256);
        count(photo.len(), &mut bytes);
        bytes.extend_from_slice(photo);
    }
    bytes
}

/// Reads what [`pack`] wrote.
///
/// # Errors
/// [`FileError`]; then nothing of it.
pub fn unpack(bytes: &[u8]) -> Result<Parcel, FileError> {
    let (version, mut rest) = bytes.split_first().ok_or(FileError::Cut)?;
    match *version {
        VERSION => {}
        version if version > VERSION => return Err(FileError::Newer),
        _ => return Err(FileError::Damaged),
    }
    let mut parcel = Parcel::default();
    for _ in 0..counted(&mut rest)? {
        let (text, behind) = Event::unpack_text(rest).ok_or(FileError::Damaged)?;
        parcel.texts.push(text);
        rest = behind;
    }
    for _ in 0..counted(&mut rest)? {
        let (sha256, behind) = rest.split_first_chunk().ok_or(FileError::Damaged)?;
        rest = behind;
        let length = counted(&mut rest)?;
        let (photo, behind) = rest.split_at_checked(length).ok_or(FileError::Damaged)?;
        rest = behind;
        parcel.photos.push((*sha256, photo.to_vec()));
    }
    if rest.is_empty() { Ok(parcel) } else { Err(FileError::Damaged) }
}

fn count(number: usize, into: &mut Vec<u8>) {
    // It fails only for want of memory, which is a trap.
    into.extend(postcard::to_allocvec(&number).unwrap_or_default());
}

fn counted(bytes: &mut &[u8]) -> Result<usize, FileError> {
    let (number, rest) = postcard::take_from_bytes::<usize>(bytes).map_err(|_| FileError::Damaged)?;
    *bytes = rest;
    Ok(number)
}

/// Seals bytes for everybody who knows the key; `is_deflated` says that they were packed small before.
pub fn seal(key: &TransferKey, scope: &str, is_deflated: bool, rng: Rng<'_>, plain: &[u8]) -> Vec<u8> {
    let mut sealed = vec![VERSION, if is_deflated { DEFLATED } else { PLAIN }];
    sealed.extend_from_slice(&key.id());
    let id = place(&sealed);
    let aad = Aad { store: "kirim", scope, id: &id };
    sealed.extend(seal::seal_with(&Key::from_bytes(key.0), rng, aad, plain));
    sealed
}

/// Opens what [`seal`] wrote in the same scope, and says whether it was packed small.
///
/// # Errors
/// [`FileError`].
pub fn open(keys: &TransferKeys, scope: &str, sealed: &[u8]) -> Result<(Vec<u8>, bool), FileError> {
    let (head, body) = sealed.split_at_checked(2 + KEY_ID).ok_or(FileError::Cut)?;
    let [version, packing, id @ ..] = head else { return Err(FileError::Cut) };
    if *version > VERSION || *packing > DEFLATED {
        return Err(FileError::Newer);
    }
    let id: [u8; KEY_ID] = id.try_into().map_err(|_| FileError::Cut)?;
    let key = keys.get(&id).ok_or(FileError::UnknownKey)?;
    let place = place(head);
    let aad = Aad { store: "kirim", scope, id: &place };
    let plain = seal::open(&Key::from_bytes(key.0), aad, body).map_err(|_| FileError::Damaged)?;
    Ok((plain, *packing == DEFLATED))
}

/// What stands in front is sealed with it.
fn place(head: &[u8]) -> String {
    crate::domain::ledger::id::hex(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::object;
    use crate::domain::kinds;
    use crate::domain::ledger::event::Draft;
    use crate::domain::ledger::id::{DeviceId, PersonId};
    use crate::store::{Author, Ledger};

    const SCOPE: &str = "posyandu-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

    fn events() -> Vec<Event> {
        let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let author = Author { by: PersonId([1; 16]), device: DeviceId([2; 16]), signer: &signer };
        let on = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let draft = |nama: &str| Draft {
            kind: kinds::SASARAN_REGISTERED.into(),
            subject: "03".repeat(16),
            on,
            data: object([
                ("nama", nama.into()),
                ("berat", 3400.into()),
                ("dalam", vec![1.into(), "dua".into()].into()),
            ]),
        };
        let drafts = vec![draft("Ani Rekaan"), draft("Dewi Rekaan"), draft("Sari Contoh")];
        let mut events = Ledger::default().record(drafts, &author, None, 1_700_000_000_000, &mut || [4; 16]);
        let last = events.pop().unwrap();
        events.push(last.erased());
        events
    }

    fn keys() -> TransferKeys {
        TransferKeys {
            current: Some(TransferKey([3; 32])),
            good: Vec::new(),
            all: vec![TransferKey([4; 32]), TransferKey([3; 32])],
        }
    }

    fn rng() -> impl FnMut(&mut [u8]) {
        |bytes| bytes.fill(9)
    }

    #[test]
    fn exactly_the_text_that_is_named_and_signed_comes_out() {
        let events = events();
        let photos = vec![([8; 32], vec![1, 2, 3]), ([9; 32], Vec::new())];
        let parcel = unpack(&pack(events.iter(), &photos)).unwrap();
        let texts: Vec<String> = events.iter().map(Event::to_text).collect();
        assert_eq!(parcel, Parcel { texts, photos });
        for (text, event) in parcel.texts.iter().zip(&events) {
            assert!(Event::parse(text).unwrap() == *event);
        }
        assert_eq!(unpack(&pack([].iter(), &[])), Ok(Parcel::default()));
    }

    #[test]
    fn who_counts_stands_before_what_they_said() {
        let mut all = events();
        let key =
            Draft { kind: "roster.key_added".into(), subject: "roster:1".into(), on: all[0].on(), data: object([]) };
        let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let author = Author { by: PersonId([1; 16]), device: DeviceId([2; 16]), signer: &signer };
        all.extend(Ledger::default().record(vec![key], &author, None, 1_700_000_000_000, &mut || [4; 16]));
        let texts: Vec<String> = all.iter().map(Event::to_text).collect();
        let mut parcel = Parcel { texts: texts.clone(), ..Parcel::default() };
        parcel.put_roots_first();
        assert_eq!(parcel.texts[0], texts[3]);
        assert_eq!(parcel.texts[1..], texts[..3]);
    }

    #[test]
    fn what_is_cut_or_longer_is_no_parcel_and_a_newer_one_says_so() {
        let whole = pack(events().iter(), &[([8; 32], vec![1, 2, 3])]);
        for cut in 0..whole.len() {
            assert!(matches!(unpack(&whole[..cut]), Err(FileError::Cut | FileError::Damaged)), "{cut}");
        }
        let longer = [&whole[..], &[0]].concat();
        assert_eq!(unpack(&longer), Err(FileError::Damaged));
        let newer = [&[2], &whole[1..]].concat();
        assert_eq!(unpack(&newer), Err(FileError::Newer));
    }

    #[test]
    fn a_changed_event_does_not_get_past_the_entrance() {
        let events = events();
        let whole = pack(events[..1].iter(), &[]);
        let names: Vec<String> = events.iter().map(|it| it.id().to_string()).collect();
        for at in 2..whole.len() - 1 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            for text in unpack(&bytes).unwrap_or_default().texts {
                // Whatever it says, it says under another name, and nobody signed that.
                let other = Event::parse(&text);
                assert!(other.as_ref().map_or(true, |it| !names.contains(&it.id().to_string())), "{at}");
                let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
                assert!(other.map_or(true, |it| !it.is_signed_by(&key)), "{at}");
            }
        }
    }

    #[test]
    fn what_was_sealed_opens_with_any_known_key_in_its_scope_alone() {
        for key in keys().all {
            let sealed = seal(&key, SCOPE, true, &mut rng(), b"Ani");
            assert_eq!(open(&keys(), SCOPE, &sealed), Ok((b"Ani".to_vec(), true)));
            assert_eq!(open(&keys(), "posyandu-x", &sealed), Err(FileError::Damaged));
        }
        let foreign = seal(&TransferKey([5; 32]), SCOPE, false, &mut rng(), b"Ani");
        assert_eq!(open(&keys(), SCOPE, &foreign), Err(FileError::UnknownKey));
    }

    #[test]
    fn every_cut_and_every_flip_of_a_sealed_parcel_is_refused_with_its_reason() {
        let sealed = seal(&TransferKey([3; 32]), SCOPE, false, &mut rng(), b"Ani");
        for cut in 0..sealed.len() {
            let expected = if cut < 10 { FileError::Cut } else { FileError::Damaged };
            assert_eq!(open(&keys(), SCOPE, &sealed[..cut]), Err(expected), "{cut}");
        }
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone();
            bytes[at] ^= 2;
            let expected = match at {
                0 | 1 => FileError::Newer,
                2..10 => FileError::UnknownKey,
                _ => FileError::Damaged,
            };
            assert_eq!(open(&keys(), SCOPE, &bytes), Err(expected), "{at}");
        }
        // Claiming that it was packed small is not believed either.
        let mut bytes = sealed;
        bytes[1] = DEFLATED;
        assert_eq!(open(&keys(), SCOPE, &bytes), Err(FileError::Damaged));
    }
}
