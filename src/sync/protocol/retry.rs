//! When to try again.

use super::ask::Pause;

/// How long to wait, for one server. Everything that wants to try asks the same one, so that nothing storms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

/// The longest wait that is our own idea, in milliseconds.
pub const MAX_WAIT_MS: u32 = 300_000;

impl Backoff {
    /// A run was paused: how long to wait, in milliseconds. `random` is any number.
    pub fn wait_ms(&mut self, pause: Pause, random: u32) -> u32 {
        let _ = (pause, random);
        self.failures = self.failures.saturating_add(1);
        0
    }

    /// A run ended well.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Somebody saved, opened the app, came back to it, or the network did: whether that cuts the wait short.
    #[must_use]
    pub fn is_cut_short_by(&self, pause: Pause) -> bool {
        pause.retry_after_s.is_none()
    }
}
