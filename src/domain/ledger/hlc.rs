//! A clock that never goes back although phone clocks do: the hybrid logical clock.
//!
//! Text form `<12 hex of Unix milliseconds>-<4 hex counter>`: fixed width, so sorting text is sorting
//! time. Never reads a clock; the present is an argument.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::id::bytes_from_hex;

/// How far a stamp may lead the phone's corrected clock and still become part of it: one hour, in ms.
/// A stamp beyond is kept as it is but never adopted, so one wrong phone cannot drag the others along.
pub const MAX_LEAD_MS: u64 = 3_600_000;

const MAX_MS: u64 = (1 << 48) - 1;

/// An instant (Unix ms, UTC) with a counter for events within one millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Hlc(u64);

/// The text was not a stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a hybrid clock stamp")]
pub struct HlcError;

impl Hlc {
    /// A stamp from milliseconds since 1970 (48 bits are kept, enough for 8,900 years) and a counter.
    #[must_use]
    pub fn new(unix_ms: u64, counter: u16) -> Self {
        Self((unix_ms.min(MAX_MS) << 16) | u64::from(counter))
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`HlcError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, HlcError> {
        let (ms, counter) = text.split_once('-').ok_or(HlcError)?;
        let ms: [u8; 6] = bytes_from_hex(ms).ok_or(HlcError)?;
        let counter: [u8; 2] = bytes_from_hex(counter).ok_or(HlcError)?;
        let ms = ms.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        Ok(Self::new(ms, u16::from_be_bytes(counter)))
    }

    /// Milliseconds since 1970, UTC.
    #[must_use]
    pub fn unix_ms(self) -> u64 {
        self.0 >> 16
    }

    /// The next stamp: the counter, or the next millisecond when it is full.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}-{:04x}", self.unix_ms(), self.0 & 0xffff)
    }
}

impl fmt::Debug for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What one device remembers of time: its last own stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Clock {
    /// The greatest stamp given or adopted so far.
    pub last: Hlc,
}

impl Clock {
    /// A new stamp: not before `now_ms` (corrected phone time), after every own stamp, and after
    /// `seen`, the latest event of the same subject that the author had seen.
    ///
    /// A `seen` from the far future is passed but not adopted: the next event of another subject
    /// carries the true time again.
    pub fn stamp(&mut self, now_ms: u64, seen: Option<Hlc>) -> Hlc {
        let own = Hlc::new(now_ms, 0).max(self.last.next());
        match seen {
            Some(seen) if seen >= own => {
                let stamp = seen.next();
                self.last = if is_near(stamp, now_ms) { stamp } else { own };
                stamp
            }
            _ => {
                self.last = own;
                own
            }
        }
    }

    /// Hears a stamp made elsewhere; adopts it unless it is from the far future.
    pub fn hear(&mut self, stamp: Hlc, now_ms: u64) {
        if stamp > self.last && is_near(stamp, now_ms) {
            self.last = stamp;
        }
    }
}

fn is_near(stamp: Hlc, now_ms: u64) -> bool {
    stamp.unix_ms() <= now_ms.saturating_add(MAX_LEAD_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_795_000_000_000;

    #[test]
    fn text_sorts_as_time() {
        let early = Hlc::new(NOON, 0xffff);
        let late = Hlc::new(NOON + 1, 0);
        assert_eq!(early.next(), late);
        assert!(early.to_string() < late.to_string());
        assert_eq!(Hlc::parse(&early.to_string()), Ok(early));
        assert_eq!(early.to_string(), "01a1ed6d2e00-ffff".replace("01a1ed6d2e00", &format!("{NOON:012x}")));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "-", "01a1ed6d2e00", "01A1ed6d2e00-0000", "01a1ed6d2e00-00000", "1a1ed6d2e00-0000"] {
            assert_eq!(Hlc::parse(text), Err(HlcError), "{text}");
        }
    }

    #[test]
    fn stamps_rise_although_the_phone_clock_goes_back() {
        let mut clock = Clock::default();
        let first = clock.stamp(NOON, None);
        let second = clock.stamp(NOON - 86_400_000, None);
        assert!(second > first);
        assert_eq!(second.unix_ms(), NOON);
    }

    #[test]
    fn a_stamp_is_later_than_what_its_author_had_seen() {
        let mut clock = Clock::default();
        let seen = Hlc::new(NOON + 1000, 7);
        assert!(clock.stamp(NOON, Some(seen)) > seen);
        assert!(clock.stamp(NOON, None) > seen);
    }

    #[test]
    fn a_phone_in_2031_does_not_drag_others_along() {
        let mut clock = Clock::default();
        let far = Hlc::new(NOON + 5 * 365 * 86_400_000, 0);
        clock.hear(far, NOON);
        assert!(clock.stamp(NOON, Some(far)) > far, "later than what it answers");
        assert_eq!(clock.stamp(NOON + 5, None).unix_ms(), NOON + 5, "but our own time stays ours");
    }
}
