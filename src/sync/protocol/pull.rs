//! From the server to the phone.

use super::ask::{Command, OutOfStep, Outcome, Place, Told};

/// How much a pull asks for at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Changes asked for at a time now. Halved by answers that are cut or slow, doubled by quick ones.
    pub limit: u32,
    /// Never more than this.
    pub most: u32,
    /// The server's log is written after this many pages, and at the end.
    pub log_every: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { limit: 500, most: 1000, log_every: 8 }
    }
}

/// How far a pull has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Changes taken in by this run.
    pub done: u64,
    /// Changes that the server says are still to come, where it says so.
    pub pending: Option<u64>,
}

/// One run of pulling one database.
pub struct Pull {
    _place: Place,
}

impl Pull {
    /// A run that ends when everything is here. `seed` is 16 random bytes of its own; `pace` is what the last run
    /// of this server came to ([`Pull::pace`]), or the default.
    #[must_use]
    pub fn new(place: Place, seed: [u8; 16], pace: Pace) -> Self {
        let _ = (seed, pace);
        Self { _place: place }
    }

    /// The same, but it goes on: when everything is here it asks the server to answer at the next change, for at most
    /// this many milliseconds each time (`feed=longpoll`), until it is dropped or something fails.
    #[must_use]
    pub fn live(self, timeout_ms: u32) -> Self {
        let _ = timeout_ms;
        self
    }

    /// What to do next; `None` when the run is over, or while the last command is not answered.
    pub fn poll(&mut self) -> Option<Command> {
        None
    }

    /// Takes the answer to the last command.
    ///
    /// # Errors
    /// [`OutOfStep`] where the answer does not fit; the run is then as it was.
    pub fn handle(&mut self, _told: Told) -> Result<(), OutOfStep> {
        Err(OutOfStep)
    }

    /// How it ended; `None` while it runs.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        None
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::default()
    }

    /// How much it asks for at a time by now: for the next run.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace::default()
    }
}
