//! One code of a set: which, of how many, of which set, and a check of its own.
//!
//! Text: `P6`, then Base45 of: version (1), purpose, number from 0, how many, 6 bytes that name the set, the part, 4
//! bytes of check. The name of a set is a hash of everything in it, so it is also what says that it is whole.

use sha2::{Digest, Sha256};

use super::base45;

/// The most codes of a set: more nobody holds a phone still for, and a file is the better way.
pub const MOST: usize = 12;
/// The most bytes of a set.
pub const MOST_BYTES: usize = MOST * LARGE;

/// What a code of 97 modules (version 20, level L: 1249 letters) has room for.
const LARGE: usize = (1249 - PREFIX.len()) / 3 * 2 - AROUND;
/// What one of 77 modules (version 15, 758 letters) has, which a poor camera reads more easily.
const SMALL: usize = (758 - PREFIX.len()) / 3 * 2 - AROUND;
/// As many small ones are better than fewer large ones.
const SMALL_ONES: usize = 3;

const PREFIX: &str = "P6";
const VERSION: u8 = 1;
const NAME: usize = 6;
const CHECK: usize = 4;
const AROUND: usize = 4 + NAME + CHECK;

/// What a set of codes is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A visit goes to the next desk.
    Visit = 1,
    /// A new phone asks to come in, see [`super::join`].
    Ask = 2,
    /// The phone that was asked says who it is.
    Greet = 3,
    /// And lets the other one in.
    Answer = 4,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Visit, Self::Ask, Self::Greet, Self::Answer];
}

/// A code as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What its set is for.
    pub purpose: Purpose,
    /// Which one of its set, from 0.
    pub number: u8,
    /// How many its set has.
    pub total: u8,
    /// Its set.
    pub name: [u8; NAME],
    /// What it brings.
    pub part: Vec<u8>,
}

/// Why a text is not a code of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Some other code: of a shop, of a ticket.
    #[error("not a code of this app")]
    Foreign,
    /// Made by a newer app.
    #[error("a code of a newer app")]
    Newer,
    /// Begins as ours do, but something in it is not as it was.
    #[error("the code is damaged")]
    Damaged,
}

/// The texts of the codes that bring these bytes; `None` where [`MOST`] are not enough.
#[must_use]
pub fn frames(purpose: Purpose, bytes: &[u8]) -> Option<Vec<String>> {
    let room = if bytes.len() <= SMALL * SMALL_ONES { SMALL } else { LARGE };
    let total = bytes.len().div_ceil(room).max(1);
    // Alike in size, so that no code is needlessly fine.
    let part = bytes.len().div_ceil(total).max(1);
    let total = u8::try_from(bytes.len().div_ceil(part).max(1)).ok().filter(|it| usize::from(*it) <= MOST)?;
    let name = name_of(purpose, bytes);
    let parts = bytes.chunks(part).chain(bytes.is_empty().then_some(bytes));
    let frame = |(number, part): (u8, &[u8])| Frame { purpose, number, total, name, part: part.to_vec() }.to_text();
    Some((0..total).zip(parts).map(frame).collect())
}

/// The name of the set that brings these bytes.
pub(super) fn name_of(purpose: Purpose, bytes: &[u8]) -> [u8; NAME] {
    hash("posyandu6/codes/1\n", &[&[purpose as u8], bytes])
}

fn hash<const N: usize>(what: &str, parts: &[&[u8]]) -> [u8; N] {
    let hash = parts.iter().fold(Sha256::new().chain_update(what), |hash, part| hash.chain_update(part)).finalize();
    hash.first_chunk().copied().unwrap_or([0; N])
}

impl Frame {
    fn to_text(&self) -> String {
        let mut bytes = vec![VERSION, self.purpose as u8, self.number, self.total];
        bytes.extend(self.name);
        bytes.extend(&self.part);
        bytes.extend(hash::<CHECK>("posyandu6/code/1\n", &[&bytes]));
        format!("{PREFIX}{}", base45::encode(&bytes))
    }

    /// Reads a code.
    ///
    /// # Errors
    /// [`FrameError`]; the camera goes on.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        let body = text.strip_prefix(PREFIX).ok_or(FrameError::Foreign)?;
        let bytes = base45::decode(body).ok_or(FrameError::Foreign)?;
        let (inside, check) = bytes.split_last_chunk::<CHECK>().ok_or(FrameError::Foreign)?;
        if hash::<CHECK>("posyandu6/code/1\n", &[inside]) != *check {
            return Err(FrameError::Damaged);
        }
        // Whatever comes after version 1 keeps check and version where they are.
        let Some(([VERSION, purpose, number, total], rest)) = inside.split_first_chunk() else {
            return Err(FrameError::Newer);
        };
        let purpose = Purpose::ALL.into_iter().find(|it| *it as u8 == *purpose).ok_or(FrameError::Newer)?;
        let (name, part) = rest.split_first_chunk().ok_or(FrameError::Damaged)?;
        if number >= total || usize::from(*total) > MOST {
            return Err(FrameError::Damaged);
        }
        Ok(Self { purpose, number: *number, total: *total, name: *name, part: part.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Frozen: codes on the screen of an older app are read for ever.
    const FIXTURE: &str = include_str!("../../../tests/fixtures/codes_v1.txt");

    fn fixture() -> Vec<u8> {
        (0..1000_u16).map(|it| (it.wrapping_mul(37) >> 3) as u8).collect()
    }

    #[test]
    fn codes_are_as_they_were() {
        let lines: Vec<&str> = FIXTURE.lines().collect();
        assert_eq!(frames(Purpose::Visit, &fixture()).unwrap(), lines);
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_code_has_room_for_what_it_says() {
        assert_eq!((SMALL, LARGE), (490, 816));
        let longest = |length: usize| {
            let texts = frames(Purpose::Visit, &vec![7; length]).unwrap();
            (texts.len(), texts.iter().map(String::len).max().unwrap())
        };
        assert_eq!(longest(0).0, 1);
        assert_eq!(longest(490), (1, 758));
        assert_eq!(longest(491).0, 2);
        assert_eq!(longest(1470), (3, 758));
        assert_eq!(longest(1471).0, 2, "fewer large ones");
        assert_eq!(longest(MOST_BYTES), (12, 1247));
        assert!(frames(Purpose::Visit, &vec![7; MOST_BYTES + 1]).is_none());
    }

    #[test]
    fn other_codes_are_told_apart() {
        for text in ["", "P6", "https://contoh.example.invalid", "P6abc", "0812 0000 0001", "P6BB8"] {
            assert_eq!(Frame::parse(text), Err(FrameError::Foreign), "{text}");
        }
        let text = frames(Purpose::Visit, b"satu").unwrap().remove(0);
        assert!(Frame::parse(&text).is_ok());
        assert_eq!(Frame::parse(&text.replacen("P6", "P7", 1)), Err(FrameError::Foreign));

        let made = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            bytes.extend(hash::<CHECK>("posyandu6/code/1\n", &[&bytes]));
            Frame::parse(&format!("{PREFIX}{}", base45::encode(&bytes)))
        };
        assert_eq!(made(&[2, 1, 0, 1, 0, 0, 0, 0, 0, 0]), Err(FrameError::Newer), "a later version");
        assert_eq!(made(&[1, 9, 0, 1, 0, 0, 0, 0, 0, 0]), Err(FrameError::Newer), "a purpose of a newer app");
        assert_eq!(made(&[1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), Err(FrameError::Damaged), "the second of one");
        assert_eq!(made(&[1, 1, 0, 13, 0, 0, 0, 0, 0, 0]), Err(FrameError::Damaged), "one of thirteen");
        assert_eq!(made(&[1, 1, 0, 1, 0]), Err(FrameError::Damaged), "no name");
    }

    proptest! {
        #[test]
        fn a_letter_that_changed_is_noticed(bytes in prop::collection::vec(any::<u8>(), 0..600), at: prop::sample::Index, to in "[0-9A-Z $%*+./:-]") {
            let texts = frames(Purpose::Visit, &bytes).unwrap();
            let text = texts.first().unwrap();
            let at = at.index(text.len());
            let mut changed = text.clone();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != *text);
            prop_assert!(Frame::parse(&changed).is_err());
        }
    }
}
