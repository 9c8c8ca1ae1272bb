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
        let sum = |a: Option<(u64, u64)>, b: Option<(u64, u64)>| match (a, b) {
            (Some((done, all)), Some((more, of))) => Some((done + more, all + of)),
            (a, b) => a.or(b),
        };
        all.into_iter()
            .reduce(|a, b| Self {
                waiting: a.waiting + b.waiting,
                sending: sum(a.sending, b.sending),
                refused: a.refused + b.refused,
                // Everything was received when the last of them was asked.
                received_at_ms: a.received_at_ms.into_iter().chain(b.received_at_ms).min(),
                trouble: a.trouble.max(b.trouble),
            })
            .unwrap_or_default()
    }

    /// What the screen says: what stops everything first, then what goes on, then what a person can do something about.
    #[must_use]
    pub fn state(&self) -> State {
        let Self { waiting, sending, refused, received_at_ms, trouble } = *self;
        match (trouble, sending) {
            (Some(trouble @ (Trouble::Full | Trouble::SignedOut | Trouble::Clock)), _) => {
                State::Trouble { trouble, waiting }
            }
            (_, Some((done, all))) if all > 0 => State::Sending { done: done.min(all), all },
            _ if refused > 0 => State::NeedsPerson { refused, waiting },
            (Some(trouble), _) => State::Trouble { trouble, waiting },
            _ if waiting > 0 => State::Waiting { waiting },
            _ => State::AllReceived { at_ms: received_at_ms },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(counts: Counts, expected: State) {
        assert_eq!(counts.state(), expected);
    }

    #[test]
    fn each_state_is_said() {
        let none = Counts::default();
        check(none, State::AllReceived { at_ms: None });
        check(Counts { received_at_ms: Some(5), ..none }, State::AllReceived { at_ms: Some(5) });
        check(Counts { waiting: 12, received_at_ms: Some(5), ..none }, State::Waiting { waiting: 12 });
        check(Counts { waiting: 12, sending: Some((4, 12)), ..none }, State::Sending { done: 4, all: 12 });
        check(Counts { waiting: 3, refused: 2, ..none }, State::NeedsPerson { refused: 2, waiting: 3 });
        for trouble in [Trouble::Refused, Trouble::Clock, Trouble::SignedOut, Trouble::Full] {
            check(Counts { waiting: 1, trouble: Some(trouble), ..none }, State::Trouble { trouble, waiting: 1 });
        }
    }

    #[test]
    fn all_received_is_never_said_while_something_waits_or_is_refused() {
        for waiting in 0..3 {
            for refused in 0..3 {
                for sending in [None, Some((0, 0)), Some((1, 2))] {
                    let state = Counts { waiting, refused, sending, ..Counts::default() }.state();
                    let is_all = matches!(state, State::AllReceived { .. });
                    assert!(!is_all || (waiting == 0 && refused == 0), "{state:?}");
                }
            }
        }
    }

    #[test]
    fn databases_add_up() {
        let one = Counts { waiting: 2, sending: Some((1, 2)), received_at_ms: Some(9), ..Counts::default() };
        let two = Counts { waiting: 3, refused: 1, received_at_ms: Some(4), ..Counts::default() };
        let three = Counts { trouble: Some(Trouble::Refused), ..Counts::default() };
        let both = Counts::together([one, two]);
        assert_eq!(both.waiting, 5);
        assert_eq!(both.sending, Some((1, 2)));
        assert_eq!(both.received_at_ms, Some(4));
        assert_eq!(Counts::together([both, three]).trouble, Some(Trouble::Refused));
        let worst = Counts { trouble: Some(Trouble::Full), ..three };
        assert_eq!(Counts::together([three, worst, three]).trouble, Some(Trouble::Full));
        assert_eq!(Counts::together([]), Counts::default());
    }
}
