//! How long entries take: from opening the screen of a person until her numbers are saved.
//!
//! The phone measures, and the seconds are a register of the visit: the stamps of events say when something was saved,
//! not when it was begun, and so they come back after a restart and from other phones like everything else.

use serde::{Deserialize, Serialize};

use super::order;

/// Register of the visit that holds the seconds.
pub const REGISTER: &str = "detik";

/// Seconds after which nobody was entering any more: the phone lay there.
pub const LONGEST: u32 = 3600;

/// The entries of a day in two numbers, seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Half of them were quicker.
    pub median: u32,
    /// The slowest.
    pub slowest: u32,
}

impl Pace {
    /// Of the seconds of all entries; `None` without any.
    #[must_use]
    pub fn of(mut seconds: Vec<u32>) -> Option<Self> {
        order::sort_by_key(&mut seconds, |it| *it);
        let slowest = *seconds.last()?;
        let (low, high) = (seconds.get((seconds.len() - 1) / 2)?, seconds.get(seconds.len() / 2)?);
        Some(Self { median: low.midpoint(*high), slowest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: &[u32], expected: Option<(u32, u32)>) {
        assert_eq!(Pace::of(seconds.to_vec()).map(|it| (it.median, it.slowest)), expected);
    }

    #[test]
    fn half_of_the_entries_are_quicker_than_the_median() {
        check(&[], None);
        check(&[18], Some((18, 18)));
        check(&[65, 12, 18], Some((18, 65)));
        check(&[20, 10, 30, 65], Some((25, 65)));
        check(&[0, u32::MAX], Some((u32::MAX / 2, u32::MAX)));
    }
}
