//! When to try again, and what a status means.
//!
//! One [`Backoff`] serves one server: everything that wants to try asks the same one, so that nothing storms. Knows
//! no clock: it says how long, not when.

use super::ask::{Outcome, Pause, Why};

/// The longest wait that is our own idea, in milliseconds.
pub const MAX_WAIT_MS: u32 = 300_000;
/// The longest wait that a server may ask for, in milliseconds: one that says more is asked again by then.
const MAX_ASKED_MS: u32 = 3_600_000;
const FIRST_WAIT_MS: u32 = 2_000;
/// A trigger cuts a wait short only where so many attempts have failed at most; behind that the wait holds, down to
/// this, so that somebody who saves every ten seconds does not ask a broken server every ten seconds.
const LEAST_BETWEEN_MS: u32 = 15_000;

/// How long to wait, for one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
    is_asked: bool,
}

impl Backoff {
    /// A run was paused: how long to wait, in milliseconds: what the server asked for and a little more, else twice
    /// as long each time, up to [`MAX_WAIT_MS`]. `random` is any number: it moves the wait by up to a half, so that
    /// phones that lost the same server do not come back together.
    pub fn wait_ms(&mut self, pause: Pause, random: u32) -> u32 {
        let doubled = FIRST_WAIT_MS.saturating_mul(1 << self.failures.min(8)).min(MAX_WAIT_MS);
        self.failures = self.failures.saturating_add(1);
        self.is_asked = pause.retry_after_s.is_some();
        match pause.retry_after_s {
            Some(asked_s) => {
                let asked = asked_s.saturating_mul(1_000).min(MAX_ASKED_MS);
                asked + random % (asked / 4 + FIRST_WAIT_MS)
            }
            None => doubled / 2 + random % (doubled / 2 + 1),
        }
    }

    /// A run ended well.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Somebody saved, opened the app or came back to it, or the network did, in the middle of a wait: after how many
    /// milliseconds of it to try again. Not sooner than planned when the server asked for the wait.
    #[must_use]
    pub fn cut_short_at_ms(&self) -> Option<u32> {
        let least = if self.failures < 3 { 0 } else { LEAST_BETWEEN_MS };
        (!self.is_asked).then_some(least)
    }
}

/// What a status means for the run. `None` for success, and for what is about the documents that were sent (400,
/// 409, 412, 413) or about this request alone (405): that is for whoever asked.
#[must_use]
pub fn ending(status: u16, retry_after_s: Option<u32>) -> Option<Outcome> {
    let pause = |why| Some(Outcome::Paused(Pause { why, retry_after_s }));
    match status {
        200..=202 | 400 | 405 | 409 | 412 | 413 => None,
        401 => Some(Outcome::SignedOut),
        403 => Some(Outcome::NoAccess),
        404 => Some(Outcome::NoDatabase),
        408 => pause(Why::Network),
        429 | 503 => pause(Why::Busy),
        _ => pause(Why::Server),
    }
}

/// No answer, or none that can be read.
pub(super) const NETWORK: Outcome = Outcome::Paused(Pause { why: Why::Network, retry_after_s: None });
/// An answer that makes no sense.
pub(super) const SERVER: Outcome = Outcome::Paused(Pause { why: Why::Server, retry_after_s: None });

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Pause = Pause { why: Why::Network, retry_after_s: None };

    #[test]
    fn waits_double_up_to_five_minutes_and_begin_again_after_a_success() {
        let mut backoff = Backoff::default();
        let longest: Vec<u32> = (0..10).map(|_| backoff.wait_ms(LOST, u32::MAX - 1)).collect();
        for (before, after) in longest.iter().zip(&longest[1..]) {
            assert!(after <= &MAX_WAIT_MS && before <= &MAX_WAIT_MS);
        }
        assert!(longest[9] >= MAX_WAIT_MS / 2);
        assert!(longest[0] <= FIRST_WAIT_MS);
        backoff.succeeded();
        assert!(backoff.wait_ms(LOST, 7) <= FIRST_WAIT_MS);
    }

    #[test]
    fn a_wait_is_never_shorter_than_half_of_it_nor_than_the_server_asks() {
        for random in [0, 1, 999, 123_456_789, u32::MAX] {
            for failures in 0..40 {
                let mut backoff = Backoff { failures, is_asked: false };
                assert!((FIRST_WAIT_MS / 2..=MAX_WAIT_MS).contains(&backoff.wait_ms(LOST, random)));
                let asked = Pause { why: Why::Busy, retry_after_s: Some(90) };
                assert!(backoff.wait_ms(asked, random) >= 90_000);
                assert_eq!(backoff.cut_short_at_ms(), None);
            }
        }
        let absurd = Pause { why: Why::Busy, retry_after_s: Some(u32::MAX) };
        assert!(Backoff::default().wait_ms(absurd, u32::MAX) < 2 * MAX_ASKED_MS);
    }

    #[test]
    fn triggers_cut_a_wait_short_but_do_not_storm() {
        let mut backoff = Backoff::default();
        backoff.wait_ms(LOST, 0);
        assert_eq!(backoff.cut_short_at_ms(), Some(0));
        backoff.wait_ms(LOST, 0);
        backoff.wait_ms(LOST, 0);
        assert_eq!(backoff.cut_short_at_ms(), Some(LEAST_BETWEEN_MS));
    }

    #[test]
    fn each_status_has_one_meaning() {
        for status in [200, 201, 202, 400, 405, 409, 412, 413] {
            assert_eq!(ending(status, None), None);
        }
        assert_eq!(ending(401, None), Some(Outcome::SignedOut));
        assert_eq!(ending(403, None), Some(Outcome::NoAccess));
        assert_eq!(ending(404, None), Some(Outcome::NoDatabase));
        for (status, why) in [(408, Why::Network), (429, Why::Busy), (503, Why::Busy), (500, Why::Server)] {
            let pause = Pause { why, retry_after_s: Some(5) };
            assert_eq!(ending(status, Some(5)), Some(Outcome::Paused(pause)));
        }
        for status in [502, 504, 418, 302, 0, 599] {
            assert!(matches!(ending(status, None), Some(Outcome::Paused(Pause { why: Why::Server, .. }))));
        }
    }
}
