//! From the phone to the server.

use super::ask::{Command, OutOfStep, Outcome, Place, Told};

/// How much a push sends at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Documents in a request.
    pub count: usize,
    /// Bytes of their text in a request.
    pub bytes: usize,
    /// Of what is owed, so many documents or more are asked for (`_revs_diff`) before they are sent; fewer are just
    /// sent, for sending twice is sending once.
    pub ask_from: usize,
    /// The server's log is written after this many batches, and at the end.
    pub log_every: u32,
}

impl Default for Load {
    fn default() -> Self {
        Self { count: 500, bytes: 1 << 20, ask_from: 20, log_every: 8 }
    }
}

/// How far a push has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Documents that the server has received in this run.
    pub received: u64,
    /// Documents that it refused in this run.
    pub refused: u64,
}

/// One run of pushing one database.
pub struct Push {
    _place: Place,
}

impl Push {
    /// A run that ends when everything has been sent. `seed` is 16 random bytes of its own; photos travel only
    /// `with_photos`.
    #[must_use]
    pub fn new(place: Place, seed: [u8; 16], load: Load, with_photos: bool) -> Self {
        let _ = (seed, load, with_photos);
        Self { _place: place }
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
}
