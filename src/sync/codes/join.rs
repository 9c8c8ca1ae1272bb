//! How an empty phone comes into a posyandu that has no server, in codes on two screens.
//!
//! 1. The newcomer shows an [`Ask`]: who she is, her keys, and a key for this meeting.
//! 2. The phone of a colleague reads it and shows a [`Greet`]: its own key for this meeting. Both screens now show the
//!    same number; the two compare.
//! 3. The colleague accepts: the roster names the newcomer, and an [`Answer`] brings her, sealed for this meeting, what
//!    a phone of this posyandu knows.

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::crypto::seal::{self, Aad};
use crate::crypto::{Key, Rng};
use crate::domain::ledger::{PersonId, Signer, id::DeviceId};

const VERSION: u8 = 1;
const PROOF: &[u8] = b"posyandu6/ask/1\n";
/// The longest name, in bytes.
const LONGEST: usize = 160;

/// Somebody asks to come in.
#[derive(Clone, PartialEq, Eq)]
pub struct Ask {
    /// Her key for this meeting.
    pub meeting: [u8; 32],
    /// Her signing key.
    pub key: [u8; 32],
    /// Her phone.
    pub device: DeviceId,
    /// Herself.
    pub person: PersonId,
    /// What people call her.
    pub nama: String,
}

/// A hello of the phone that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greet {
    /// Which ask is meant.
    pub to: [u8; 8],
    /// The key for this meeting.
    pub meeting: [u8; 32],
}

/// Why bytes are none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Made by a newer app.
    #[error("made by a newer app")]
    Newer,
    /// Not in the form of any version, or not made by the holder of the key in it.
    #[error("malformed")]
    Malformed,
    /// Of another meeting.
    #[error("of another meeting")]
    Other,
}

fn versioned(bytes: &[u8]) -> Result<&[u8], JoinError> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => Ok(rest),
        Some((it, _)) if *it > VERSION => Err(JoinError::Newer),
        _ => Err(JoinError::Malformed),
    }
}

fn taken<'a, const N: usize>(bytes: &mut &'a [u8]) -> Result<&'a [u8; N], JoinError> {
    let (first, rest) = bytes.split_first_chunk().ok_or(JoinError::Malformed)?;
    *bytes = rest;
    Ok(first)
}

/// By what an ask is named in what follows.
#[must_use]
pub fn name_of(ask: &[u8]) -> [u8; 8] {
    Sha256::digest(ask).first_chunk().copied().unwrap_or_default()
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ask").finish_non_exhaustive()
    }
}

impl Ask {
    /// As bytes, with the proof that who asks holds the key.
    #[must_use]
    pub fn to_bytes(&self, signer: &dyn Signer) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        for part in [&self.meeting[..], &self.key, &self.device.0, &self.person.0] {
            bytes.extend(part);
        }
        let nama = self.nama.get(..self.nama.floor_char_boundary(LONGEST)).unwrap_or_default();
        bytes.push(u8::try_from(nama.len()).unwrap_or(0));
        bytes.extend(nama.as_bytes());
        let proof = signer.sign(&[PROOF, &bytes].concat());
        bytes.extend(proof);
        bytes
    }

    /// Reads what [`Ask::to_bytes`] wrote, and checks the proof.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, JoinError> {
        let mut rest = versioned(bytes)?;
        let (inside, proof) = bytes.split_last_chunk::<64>().ok_or(JoinError::Malformed)?;
        let meeting = *taken(&mut rest)?;
        let key = *taken(&mut rest)?;
        let device = DeviceId(*taken(&mut rest)?);
        let person = PersonId(*taken(&mut rest)?);
        let [length] = *taken(&mut rest)?;
        let (nama, rest) = rest.split_at_checked(length.into()).ok_or(JoinError::Malformed)?;
        let nama = std::str::from_utf8(nama).map_err(|_| JoinError::Malformed)?.trim();
        if rest.len() != proof.len() || nama.is_empty() || nama.len() > LONGEST || nama.chars().any(char::is_control) {
            return Err(JoinError::Malformed);
        }
        let signed = [PROOF, inside].concat();
        let is_hers = VerifyingKey::from_bytes(&key)
            .is_ok_and(|key| key.verify_strict(&signed, &Signature::from_bytes(proof)).is_ok());
        let nama = nama.to_owned();
        if is_hers { Ok(Self { meeting, key, device, person, nama }) } else { Err(JoinError::Malformed) }
    }
}

impl Greet {
    /// As bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&[VERSION][..], &self.to, &self.meeting].concat()
    }

    /// Reads what [`Greet::to_bytes`] wrote, for this ask.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn parse(bytes: &[u8], ask: &[u8]) -> Result<Self, JoinError> {
        let mut rest = versioned(bytes)?;
        let greet = Self { to: *taken(&mut rest)?, meeting: *taken(&mut rest)? };
        match rest {
            [] if greet.to == name_of(ask) => Ok(greet),
            [] => Err(JoinError::Other),
            _ => Err(JoinError::Malformed),
        }
    }
}

fn place(to: &str) -> Aad<'_> {
    Aad { store: "join", scope: to, id: "" }
}

/// Seals the answer to an ask.
#[must_use]
pub fn seal_answer(ask: &[u8], key: &Key, rng: Rng<'_>, plain: &[u8]) -> Vec<u8> {
    let to = name_of(ask);
    let sealed = seal::seal_with(key, rng, place(&crate::domain::ledger::id::hex(&to)), plain);
    [&[VERSION][..], &to, &sealed].concat()
}

/// Opens the answer to this ask.
///
/// # Errors
/// [`JoinError`]; [`JoinError::Other`] also where the key of the meeting does not fit.
pub fn open_answer(bytes: &[u8], ask: &[u8], key: &Key) -> Result<Vec<u8>, JoinError> {
    let mut rest = versioned(bytes)?;
    let to: [u8; 8] = *taken(&mut rest)?;
    if to != name_of(ask) {
        return Err(JoinError::Other);
    }
    seal::open(key, place(&crate::domain::ledger::id::hex(&to)), rest).map_err(|_| JoinError::Other)
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::crypto::Ephemeral;

    fn dewi() -> (Ask, SigningKey) {
        let signing = SigningKey::from_bytes(&[5; 32]);
        let key = signing.verifying_key().to_bytes();
        let (device, person) = (DeviceId([6; 16]), PersonId([7; 16]));
        (
            Ask { meeting: Ephemeral::random(&mut |it| it.fill(8)).public(), key, device, person, nama: "Dewi".into() },
            signing,
        )
    }

    #[test]
    fn an_ask_comes_back_and_fits_into_one_code() {
        let (ask, signing) = dewi();
        let bytes = ask.to_bytes(&signing);
        assert_eq!(Ask::parse(&bytes), Ok(ask));
        assert_eq!(super::super::frames(super::super::Purpose::Ask, &bytes).unwrap().len(), 1);
    }

    #[test]
    fn an_ask_that_was_altered_is_refused_at_every_byte() {
        let (ask, signing) = dewi();
        let bytes = ask.to_bytes(&signing);
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert!(Ask::parse(&altered).is_err(), "{at}");
            assert!(Ask::parse(&bytes[..at]).is_err(), "cut at {at}");
        }
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(Ask::parse(&newer), Err(JoinError::Newer));
        let stranger = SigningKey::from_bytes(&[9; 32]);
        assert_eq!(Ask::parse(&ask.to_bytes(&stranger)), Err(JoinError::Malformed), "somebody else's key");
    }

    #[test]
    fn a_long_name_is_cut_between_letters_and_a_blank_one_refused() {
        let (ask, signing) = dewi();
        let named = |nama: &str| Ask::parse(&Ask { nama: nama.to_owned(), ..ask.clone() }.to_bytes(&signing));
        assert_eq!(named(&"é".repeat(200)).unwrap().nama, "é".repeat(80));
        assert_eq!(named("  "), Err(JoinError::Malformed));
        assert_eq!(named("De\nwi"), Err(JoinError::Malformed));
    }

    /// The whole meeting, as two phones have it.
    #[test]
    fn only_the_one_who_asked_opens_the_answer() {
        let mine = Ephemeral::random(&mut |it| it.fill(8));
        let (ask, signing) = dewi();
        let asked = ask.to_bytes(&signing);

        let theirs = Ephemeral::random(&mut |it| it.fill(3));
        let heard = Ask::parse(&asked).unwrap();
        let greet = Greet { to: name_of(&asked), meeting: theirs.public() }.to_bytes();
        let there = theirs.shared(heard.meeting, &[&asked, &greet]).unwrap();
        let answer = seal_answer(&asked, &there.key, &mut |it| it.fill(1), b"buku");

        let greeted = Greet::parse(&greet, &asked).unwrap();
        let here = mine.shared(greeted.meeting, &[&asked, &greet]).unwrap();
        assert_eq!(here.number, there.number);
        assert_eq!(open_answer(&answer, &asked, &here.key).unwrap(), b"buku");

        assert_eq!(Greet::parse(&greet, b"another ask"), Err(JoinError::Other));
        assert_eq!(open_answer(&answer, b"another ask", &here.key), Err(JoinError::Other));
        let stranger = Ephemeral::random(&mut |it| it.fill(4)).shared(greeted.meeting, &[&asked, &greet]).unwrap();
        assert_eq!(open_answer(&answer, &asked, &stranger.key), Err(JoinError::Other));
        for at in 0..answer.len() {
            let mut altered = answer.clone();
            altered[at] ^= 1;
            assert!(open_answer(&altered, &asked, &here.key).is_err(), "{at}");
        }
    }
}
