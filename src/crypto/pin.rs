//! A PIN as it is held, and how long one waits after wrong ones. What it may be says [`crate::domain::pin`].
//!
//! Pure: it knows no clock. Time passes only when the caller says how much of it has passed while
//! the app was running, so neither a changed clock nor a restart shortens a wait.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::CryptoError;
use crate::domain::pin::{self, PinError};
use crate::unicode;

/// Wrong tries before the first wait.
pub const FREE_TRIES: u32 = 4;

const WAITS_MS: [u64; 5] = [30_000, 60_000, 300_000, 900_000, 3_600_000];
const VERSION: u8 = 1;

/// A PIN or passphrase as typed. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes what was typed to unlock. No rule is asked of it: it opens or it does not.
    pub fn typed(text: &str) -> Self {
        // Keyboards disagree on how they write an accent.
        Self(Zeroizing::new(unicode::composed(text.trim())))
    }

    /// Takes a new PIN (digits only) or passphrase (anything else), if the rules allow it.
    pub fn chosen(text: &str, born_on: Option<NaiveDate>) -> Result<Self, PinError> {
        let secret = Self::typed(text);
        pin::check(&secret.0, born_on)?;
        Ok(secret)
    }

    /// The bytes that are stretched.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Wrong tries of one person, and the wait that is left. Stored at every change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    wrong: u32,
    wait_ms: u64,
}

/// A try was refused because the wait is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wait before the next try")]
pub struct MustWait {
    /// Milliseconds that are left.
    pub left_ms: u64,
}

impl Attempts {
    /// Counts a try before it is made. Store the result first, then check the PIN: who closes the app
    /// in the middle of the check has used up a try.
    pub fn begin(&mut self) -> Result<(), MustWait> {
        if self.wait_ms > 0 {
            return Err(MustWait { left_ms: self.wait_ms });
        }
        self.wrong = self.wrong.saturating_add(1);
        if let Some(step) = self.wrong.checked_sub(FREE_TRIES + 1) {
            let step = usize::try_from(step).unwrap_or(usize::MAX).min(WAITS_MS.len() - 1);
            self.wait_ms = WAITS_MS.get(step).copied().unwrap_or(3_600_000);
        }
        Ok(())
    }

    /// The try was right: nothing is held against the person any more.
    pub fn succeed(&mut self) {
        *self = Self::default();
    }

    /// `elapsed_ms` have passed on a clock that only runs while the app does.
    pub fn pass(&mut self, elapsed_ms: u64) {
        self.wait_ms = self.wait_ms.saturating_sub(elapsed_ms);
    }

    /// Tries that were not right.
    pub const fn wrong(&self) -> u32 {
        self.wrong
    }

    /// Milliseconds before the next try; 0 when it may be made now.
    pub const fn wait_ms(&self) -> u64 {
        self.wait_ms
    }

    /// What is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Two numbers always fit.
        let mut bytes = vec![VERSION];
        bytes.extend(postcard::to_allocvec(self).unwrap_or_default());
        bytes
    }

    /// Reads what [`Attempts::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| CryptoError::Malformed),
            Some((&version, _)) if version > VERSION => Err(CryptoError::Newer { version }),
            _ => Err(CryptoError::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_is_the_same_however_the_keyboard_writes_it() {
        assert_eq!(Secret::typed("caf\u{e9}").as_bytes(), Secret::typed("cafe\u{301}").as_bytes());
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", Secret::typed("593817")), "Secret(..)");
    }

    fn wait_after(wrong: u32) -> u64 {
        let mut attempts = Attempts::default();
        for _ in 0..wrong {
            attempts.pass(u64::MAX);
            attempts.begin().unwrap();
        }
        attempts.wait_ms()
    }

    #[test]
    fn four_wrong_tries_are_free_then_the_waits_grow() {
        let waits: Vec<u64> = (0..=11).map(|wrong| wait_after(wrong) / 1000).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 300, 900, 3600, 3600, 3600]);
    }

    #[test]
    fn no_try_is_taken_while_waiting() {
        let mut attempts = Attempts { wrong: 5, wait_ms: 30_000 };
        let before = attempts;
        assert_eq!(attempts.begin(), Err(MustWait { left_ms: 30_000 }));
        assert_eq!(attempts, before);
        attempts.pass(29_999);
        assert_eq!(attempts.begin(), Err(MustWait { left_ms: 1 }));
        attempts.pass(1);
        assert_eq!(attempts.begin(), Ok(()));
        assert_eq!(attempts.wait_ms(), 60_000);
    }

    #[test]
    fn a_restart_keeps_the_wait() {
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts.begin().unwrap();
        }
        attempts.pass(10_000);
        let restarted = Attempts::from_bytes(&attempts.to_bytes()).unwrap();
        assert_eq!(restarted.wait_ms(), 20_000);
        assert_eq!(restarted.wrong(), 5);
    }

    #[test]
    fn success_clears_everything() {
        let mut attempts = Attempts { wrong: 9, wait_ms: 0 };
        attempts.begin().unwrap();
        attempts.succeed();
        assert_eq!(attempts, Attempts::default());
    }

    #[test]
    fn a_newer_record_is_refused() {
        assert_eq!(Attempts::from_bytes(&[2, 0, 0]), Err(CryptoError::Newer { version: 2 }));
        assert_eq!(Attempts::from_bytes(&[]), Err(CryptoError::Malformed));
    }
}
