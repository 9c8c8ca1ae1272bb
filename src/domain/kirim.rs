//! What a screen says about sending, from counts alone: four states, always the same, and when somebody is reminded.
//!
//! It does not know how anything is sent, nor what stands behind a count.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What is known of all databases together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Saved here, or to be offered again, and not yet received or refused.
    pub waiting: u64,
    /// Of a run that goes on: how many it found waiting, and how many of them the server has by now.
    pub sending: Option<(u64, u64)>,
    /// Of a run that goes on: how many came, and how many are said to come still.
    pub fetching: Option<(u64, u64)>,
    /// Refused, and in the tray.
    pub refused: u64,
    /// Only on this phone: refused and left here by a person, or sealed for readers that cannot be reached yet.
    pub kept: u64,
    /// Answered differently on two phones, and open.
    pub open_questions: u64,
    /// When everything was last received, Unix milliseconds of the corrected clock.
    pub received_at_ms: Option<u64>,
    /// What stands in the way.
    pub trouble: Option<Trouble>,
}

/// What stands in the way of sending. Everything is safe on the phone all the while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// No answer: no network, or no server. Ordinary.
    Unreachable,
    /// The server is busy or broken.
    Server,
    /// The server does not let this account use something that it was given.
    NoAccess,
    /// The server does not know this account any more.
    SignedOut,
    /// The account was ended.
    Ended,
    /// The phone is full: what comes waits, what goes still goes.
    Full,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Unreachable, Self::Server, Self::NoAccess, Self::SignedOut, Self::Ended, Self::Full];

    /// How a phone names it to its server.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Server => "server",
            Self::NoAccess => "no_access",
            Self::SignedOut => "signed_out",
            Self::Ended => "ended",
            Self::Full => "full",
        }
    }

    /// The one of this name; none where only another app knows it.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What the screen says; what waits is always safe on this phone.
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
    /// `done` came, and nothing waits here.
    Fetching {
        /// How many came.
        done: u64,
        /// How many are said to come.
        pending: u64,
    },
    /// So many need a person.
    NeedsPerson {
        /// How many.
        count: u64,
    },
    /// Everything else is received; so many are only on this phone.
    Kept {
        /// How many.
        count: u64,
    },
    /// Something stands in the way that does not go by itself.
    Stopped {
        /// How many wait.
        waiting: u64,
    },
}

impl Counts {
    /// How many things wait for a person.
    #[must_use]
    pub fn needs_person(&self) -> u64 {
        self.refused + self.open_questions
    }

    /// What the screen says: what stops everything first, then what goes on, then what a person can do something about.
    #[must_use]
    pub fn state(&self) -> State {
        let Self { waiting, sending, fetching, kept, received_at_ms, trouble, .. } = *self;
        match (trouble, sending, fetching) {
            (Some(Trouble::Full | Trouble::SignedOut | Trouble::Ended), ..) => State::Stopped { waiting },
            (_, Some((done, all)), _) if all > 0 => State::Sending { done: done.min(all), all },
            (_, _, Some((done, pending))) if done > 0 => State::Fetching { done, pending },
            _ if self.needs_person() > 0 => State::NeedsPerson { count: self.needs_person() },
            (Some(Trouble::NoAccess), ..) => State::Stopped { waiting },
            _ if waiting > 0 => State::Waiting { waiting },
            _ if kept > 0 => State::Kept { count: kept },
            _ => State::AllReceived { at_ms: received_at_ms },
        }
    }
}

/// What was saved longer ago than this and still waits is said to the person: patience for a week between two open
/// days would be too much, and a day without a signal is nothing.
const REMINDED_AFTER_DAYS: i64 = 3;

/// Since when something waits, if that is so long that the person is told.
#[must_use]
pub fn waits_too_long(oldest: Option<NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
    oldest.filter(|it| today.signed_duration_since(*it).num_days() > REMINDED_AFTER_DAYS)
}

/// Whether somebody with these roles, in the words of the roster, looks after others' phones ("siapa belum kirim").
#[must_use]
pub fn looks_after_phones(roles: &[String]) -> bool {
    roles.iter().any(|it| matches!(it.as_str(), "pengurus" | "pengendali" | "pemdes" | "pengelola"))
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
        check(Counts { fetching: Some((4, 8)), ..none }, State::Fetching { done: 4, pending: 8 });
        check(Counts { waiting: 3, refused: 2, ..none }, State::NeedsPerson { count: 2 });
        check(Counts { waiting: 3, refused: 2, open_questions: 1, ..none }, State::NeedsPerson { count: 3 });
        check(Counts { open_questions: 1, ..none }, State::NeedsPerson { count: 1 });
        check(Counts { kept: 2, received_at_ms: Some(5), ..none }, State::Kept { count: 2 });
        check(Counts { kept: 2, waiting: 1, ..none }, State::Waiting { waiting: 1 });
        for trouble in [Trouble::NoAccess, Trouble::SignedOut, Trouble::Ended, Trouble::Full] {
            check(Counts { waiting: 1, trouble: Some(trouble), ..none }, State::Stopped { waiting: 1 });
        }
    }

    #[test]
    fn each_trouble_has_its_word() {
        let words = Trouble::ALL.map(Trouble::word);
        assert_eq!(words, ["unreachable", "server", "no_access", "signed_out", "ended", "full"]);
        assert_eq!(words.map(Trouble::of), Trouble::ALL.map(Some));
        assert_eq!(Trouble::of("Full"), None);
    }

    #[test]
    fn a_bad_network_is_ordinary() {
        for trouble in [Trouble::Unreachable, Trouble::Server] {
            check(Counts { waiting: 2, trouble: Some(trouble), ..Counts::default() }, State::Waiting { waiting: 2 });
        }
    }

    #[test]
    fn all_received_is_never_said_while_something_waits_or_is_refused_or_stopped() {
        for waiting in 0..3 {
            for refused in 0..3 {
                for sending in [None, Some((0, 0)), Some((1, 2))] {
                    for trouble in [None, Some(Trouble::Ended), Some(Trouble::NoAccess), Some(Trouble::Unreachable)] {
                        let state = Counts { waiting, refused, sending, trouble, ..Counts::default() }.state();
                        let is_all = matches!(state, State::AllReceived { .. });
                        let is_stopped = matches!(trouble, Some(Trouble::Ended | Trouble::NoAccess));
                        assert!(!is_all || (waiting == 0 && refused == 0 && !is_stopped), "{state:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn more_than_three_days_are_said() {
        let day = |it| NaiveDate::from_ymd_opt(2026, 11, it);
        assert_eq!(waits_too_long(day(20), day(23).unwrap()), None);
        assert_eq!(waits_too_long(day(19), day(23).unwrap()), day(19));
        assert_eq!(waits_too_long(None, day(23).unwrap()), None);
        // A clock that was set back reminds nobody.
        assert_eq!(waits_too_long(day(25), day(23).unwrap()), None);
    }

    #[test]
    fn kader_do_not_look_after_others_phones() {
        let roles = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert!(!looks_after_phones(&roles(&["kader", "bidan", "pembina", "opd"])));
        for role in ["pengurus", "pengendali", "pemdes", "pengelola"] {
            assert!(looks_after_phones(&roles(&["kader", role])), "{role}");
        }
    }
}
