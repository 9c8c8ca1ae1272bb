//! A photo comes piece by piece: what to ask for next, given what is here, and what an answer means.
//!
//! What came stays when the connection breaks, and the next try asks for the rest alone. Whether it is the photo that
//! was promised says its hash, once it is whole: no piece is believed before. Knows neither network nor store.
//!
//! A server that knows no pieces sends everything, which is taken, too
//! (<https://docs.couchdb.org/en/stable/api/document/attachments.html#http-range-requests>).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::ledger::id::hex;

/// Bytes asked for at a time: ten seconds at 50 kbit/s, which is what a line that breaks costs at most. The largest
/// photo that this app makes is 250 KiB: at a round trip of 800 ms its pieces take two and a half seconds more than
/// it would at once.
pub const PIECE: u64 = 64 * 1024;
/// No photo is larger, bytes: a server takes no more in one request.
const MOST: u64 = 8 << 20;
/// A tag that is longer is not kept, bytes.
const LONGEST_TAG: usize = 100;

/// The photo as its event describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    /// 64 hex.
    pub sha256: String,
    /// How many; 0 where the event does not say.
    pub bytes: u64,
}

/// What is here of a photo that is not whole yet.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Its first bytes.
    pub bytes: Vec<u8>,
    /// `ETag` of what they are the beginning of; empty where the server did not say, or only a weak one.
    tag: String,
    /// What came before these was not the photo, and was thrown away.
    is_again: bool,
}

/// Never the bytes: they show what people told.
impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes of {}, again: {}", self.bytes.len(), self.tag, self.is_again)
    }
}

/// What a server answered.
#[derive(Clone, Default)]
pub struct Piece {
    /// HTTP status.
    pub status: u16,
    /// `Content-Range`.
    pub range: Option<String>,
    /// `ETag`.
    pub tag: Option<String>,
    /// As it came.
    pub body: Vec<u8>,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// To be kept in place of what was here; then the next piece is to be asked for.
    More(Begun),
    /// The photo that was promised.
    Whole(Vec<u8>),
    /// The server is to be asked later; what is here stays.
    Later,
    /// The server has something else than was promised: what is here is of no use.
    Damaged,
    /// The server has no such photo: what is here is of no use.
    Gone,
    /// The server does not know us any more (401); what is here stays.
    SignedOut,
    /// The server does not let us have it (403); what is here stays.
    NoAccess,
}

impl Begun {
    /// The next piece, as `Range` says it. A rest that is little more than a piece comes at once.
    #[must_use]
    pub fn range(&self, promised: &Promised) -> String {
        let from = self.bytes.len() as u64;
        let left = promised.bytes.saturating_sub(from);
        let count = if left > 0 && left <= PIECE * 3 / 2 { left } else { PIECE };
        format!("bytes={from}-{}", from + count - 1)
    }

    /// What `If-Range` says: everything is to come anew where the server has something else by now.
    #[must_use]
    pub fn if_range(&self) -> Option<String> {
        (!self.tag.is_empty()).then(|| self.tag.clone())
    }

    /// What the answer to [`Begun::range`] means.
    #[must_use]
    pub fn heard(mut self, promised: &Promised, piece: Piece) -> Heard {
        match piece.status {
            206 => {}
            // Everything, whatever was asked for. What is here may still be right where this is not.
            200 if is_it(promised, &piece.body) => return Heard::Whole(piece.body),
            // What is here is longer than what the server has.
            416 => return self.anew(),
            401 => return Heard::SignedOut,
            403 => return Heard::NoAccess,
            404 | 410 => return Heard::Gone,
            _ => return Heard::Later,
        }
        let here = self.bytes.len() as u64;
        let Some((from, to, all)) = piece.range.as_deref().and_then(content_range) else { return Heard::Later };
        let tag = piece.tag.filter(|it| it.starts_with('"') && it.len() <= LONGEST_TAG).unwrap_or_default();
        if from != here || !(here == 0 || self.tag.is_empty() || tag.is_empty() || tag == self.tag) {
            return self.anew();
        }
        let is_promised = promised.bytes == 0 || all == promised.bytes;
        if !is_promised || all > MOST || to >= all || to - from + 1 != piece.body.len() as u64 {
            return Heard::Later;
        }
        let came_at_once = here == 0;
        self.bytes.extend(piece.body);
        if !tag.is_empty() {
            self.tag = tag;
        }
        match () {
            () if to + 1 < all => Heard::More(self),
            () if is_it(promised, &self.bytes) => Heard::Whole(self.bytes),
            // Nothing was damaged here: it would only come once more.
            () if came_at_once => Heard::Damaged,
            () => self.anew(),
        }
    }

    /// From the beginning, but not for ever.
    fn anew(self) -> Heard {
        if self.is_again || self.bytes.is_empty() {
            return Heard::Damaged;
        }
        Heard::More(Self { is_again: true, ..Self::default() })
    }
}

fn is_it(promised: &Promised, bytes: &[u8]) -> bool {
    hex(&Sha256::digest(bytes)) == promised.sha256
}

/// First and last byte, and how many there are: `bytes 0-99/250`.
fn content_range(text: &str) -> Option<(u64, u64, u64)> {
    let (range, all) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = range.split_once('-')?;
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from <= to).then_some((from, to, all.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "\"nQ==\"";

    fn picture() -> Vec<u8> {
        (0..200_000_u32).map(|it| (it % 251) as u8).collect()
    }

    fn promised() -> Promised {
        let picture = picture();
        Promised { sha256: hex(&Sha256::digest(&picture)), bytes: picture.len() as u64 }
    }

    fn here(count: usize) -> Begun {
        Begun { bytes: picture()[..count].to_vec(), tag: TAG.into(), is_again: false }
    }

    fn again() -> Heard {
        Heard::More(Begun { is_again: true, ..Begun::default() })
    }

    /// What a server with ranges says to what was asked for.
    fn served(bytes: &[u8], asked: &str) -> Piece {
        let (from, to) = asked.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
        let to = to.min(bytes.len() - 1);
        let range = Some(format!("bytes {from}-{to}/{}", bytes.len()));
        Piece { status: 206, range, tag: Some(TAG.into()), body: bytes[from..=to].to_vec() }
    }

    fn told(status: u16, range: &str, body: &[u8]) -> Piece {
        Piece { status, range: Some(range.into()), tag: Some(TAG.into()), body: body.to_vec() }
    }

    /// Asks until there is an end; answers it, and how often was asked.
    fn fetch(mut begun: Begun, promised: &Promised, mut server: impl FnMut(&str) -> Piece) -> (Heard, usize) {
        for count in 1..100 {
            let asked = begun.range(promised);
            match begun.clone().heard(promised, server(&asked)) {
                Heard::More(more) => begun = more,
                end => return (end, count),
            }
        }
        panic!("asks for ever");
    }

    #[test]
    fn it_comes_in_pieces_and_the_last_is_not_tiny() {
        let (picture, promised) = (picture(), promised());
        let mut asked = Vec::new();
        let (end, _) = fetch(Begun::default(), &promised, |range| {
            asked.push(range.to_owned());
            served(&picture, range)
        });
        assert_eq!(end, Heard::Whole(picture));
        assert_eq!(asked, ["bytes=0-65535", "bytes=65536-131071", "bytes=131072-199999"]);
    }

    #[test]
    fn only_the_rest_is_asked_for_if_it_is_the_same() {
        let begun = here(150_000);
        assert_eq!(begun.range(&promised()), "bytes=150000-199999");
        assert_eq!(begun.if_range().as_deref(), Some(TAG));
        assert_eq!(fetch(begun, &promised(), |range| served(&picture(), range)), (Heard::Whole(picture()), 1));
        assert_eq!(Begun::default().if_range(), None);
    }

    #[test]
    fn where_the_size_was_not_promised_the_server_says_it() {
        let promised = Promised { bytes: 0, ..promised() };
        let (end, count) = fetch(Begun::default(), &promised, |range| served(&picture(), range));
        assert_eq!((end, count), (Heard::Whole(picture()), 4));
    }

    #[test]
    fn a_server_without_pieces_sends_everything() {
        let whole = Piece { status: 200, body: picture(), ..Piece::default() };
        for begun in [Begun::default(), here(65_536)] {
            assert_eq!(begun.heard(&promised(), whole.clone()), Heard::Whole(picture()));
        }
        // Something else than was promised, or not all of it: what is here may still be right.
        for body in [b"<html>".to_vec(), picture()[..100_000].to_vec(), [picture(), picture()].concat()] {
            assert_eq!(here(65_536).heard(&promised(), Piece { status: 200, body, ..Piece::default() }), Heard::Later);
        }
    }

    #[test]
    fn what_does_not_fit_to_what_is_here_begins_anew_once() {
        let all = picture();
        for misfit in [
            told(206, "bytes 0-65535/200000", &all[..65_536]),
            told(206, "bytes 70000-199999/200000", &all[70_000..]),
            told(416, "bytes */1000", b""),
            Piece { tag: Some("\"other\"".into()), ..told(206, "bytes 65536-131071/200000", &all[65_536..131_072]) },
        ] {
            assert_eq!(here(65_536).heard(&promised(), misfit.clone()), again(), "{:?}", misfit.range);
            let second = Begun { is_again: true, ..here(65_536) };
            assert_eq!(second.heard(&promised(), misfit), Heard::Damaged);
        }
        assert_eq!(Begun::default().heard(&promised(), told(206, "bytes 1-9/200000", &all[1..=9])), Heard::Damaged);
    }

    #[test]
    fn what_is_shorter_longer_or_more_than_was_said_is_refused() {
        let all = picture();
        for (range, body) in [
            ("bytes 65536-131071/200000", &all[65_536..131_000]),
            ("bytes 65536-131071/200000", &all[65_536..132_000]),
            ("bytes 65536-65536/200000", &[]),
            ("bytes 65536-199999/300000", &all[65_536..]),
            ("bytes 65536-199999/199999", &all[65_536..]),
            ("bytes 65536-199999/*", &all[65_536..]),
            ("bytes 65536-65535/200000", &[]),
            ("lines 65536-199999/200000", &all[65_536..]),
            ("", &all[65_536..]),
        ] {
            assert_eq!(here(65_536).heard(&promised(), told(206, range, body)), Heard::Later, "{range}");
        }
        let unknown = Promised { bytes: 0, ..promised() };
        assert_eq!(Begun::default().heard(&unknown, told(206, "bytes 0-9/8388609", &all[..10])), Heard::Later);
    }

    #[test]
    fn a_damaged_piece_is_thrown_away_and_it_is_fetched_anew() {
        let mut damaged = here(65_536);
        damaged.bytes[7] ^= 1;
        let (end, count) = fetch(damaged, &promised(), |range| served(&picture(), range));
        assert_eq!((end, count), (Heard::Whole(picture()), 5));
    }

    #[test]
    fn a_server_that_has_something_else_is_not_asked_for_ever() {
        let mut other = picture();
        other[7] ^= 1;
        assert_eq!(fetch(Begun::default(), &promised(), |range| served(&other, range)), (Heard::Damaged, 6));
        let small = Promised { bytes: 100, ..promised() };
        assert_eq!(fetch(Begun::default(), &small, |range| served(&other[..100], range)), (Heard::Damaged, 1));
    }

    #[test]
    fn a_weak_tag_promises_nothing() {
        let weak = Piece { tag: Some(format!("W/{TAG}")), ..served(&picture(), "bytes=0-65535") };
        let Heard::More(begun) = Begun::default().heard(&promised(), weak) else { panic!() };
        assert_eq!(begun.if_range(), None);
    }

    #[test]
    fn other_answers_say_why() {
        let heard = |status| here(65_536).heard(&promised(), Piece { status, ..Piece::default() });
        assert_eq!([401, 403, 404, 410].map(heard), [Heard::SignedOut, Heard::NoAccess, Heard::Gone, Heard::Gone]);
        for status in [304, 400, 429, 500, 503] {
            assert_eq!(heard(status), Heard::Later);
        }
    }
}
