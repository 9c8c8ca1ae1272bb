//! The server's clock, as its answers say, believed as far as the phone's own clock went on evenly since.
//!
//! Two clocks are told at each look: the one on the wall, which a person or the network may set, and one that only runs
//! forward while the app does. Where they move apart, the wall clock was set, or the phone slept: then no earlier
//! measure says anything about it. A correction that is in use stays, because a phone that slept is as wrong as before,
//! but where the jump makes up for it: then the phone was set right. Knows no clock itself.

/// Measures that are kept: the middle one is believed.
const KEPT: usize = 5;
/// Below it two clocks go evenly, milliseconds.
const EVEN_MS: i64 = 2_000;
/// A jump that misses the correction by less was the correction: people set clocks to the minute.
const SET_RIGHT_MS: i64 = 90_000;

/// What is known of the difference, milliseconds: server minus wall.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerClock {
    measured: Vec<i64>,
    /// Wall minus steady, when they were last looked at.
    apart: Option<i64>,
}

impl ServerClock {
    /// Looks at both clocks, and answers the correction that counts from now on of the one that was in use.
    pub fn look(&mut self, wall_ms: f64, steady_ms: f64, correction_ms: i64) -> i64 {
        let apart = (wall_ms - steady_ms) as i64;
        let jump = apart - self.apart.replace(apart).unwrap_or(apart);
        if jump.abs() < EVEN_MS {
            return correction_ms;
        }
        let was_measured = !self.measured.is_empty();
        self.measured.clear();
        let is_set_right = correction_ms.abs() >= EVEN_MS && (correction_ms - jump).abs() < SET_RIGHT_MS;
        // Back it can only have been set: it never runs slower than the steady one. Where nobody said that it was right
        // before, it may be right now: as it is after it had jumped ahead by itself.
        if is_set_right || (jump < 0 && was_measured) { correction_ms - jump } else { correction_ms }
    }

    /// Takes in a measure, after a look; answers the middle of those that count.
    pub fn measured(&mut self, offset_ms: i64) -> i64 {
        self.measured.push(offset_ms);
        if self.measured.len() > KEPT {
            self.measured.remove(0);
        }
        let mut sorted = self.measured.clone();
        sorted.sort_unstable();
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
        // Nobody needs a correction of a second.
        if median.abs() < EVEN_MS { 0 } else { median }
    }

    /// The last measure, if one counts.
    #[must_use]
    pub fn last(&self) -> Option<i64> {
        self.measured.last().copied()
    }
}

/// Whether a correction is another one.
#[must_use]
pub fn is_another(correction_ms: i64, wanted_ms: i64) -> bool {
    (wanted_ms - correction_ms).abs() >= EVEN_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    const NOON: f64 = 1_795_000_000_000.0;

    #[test]
    fn the_middle_of_five_is_believed() {
        let mut clock = ServerClock::default();
        for (told, expected) in
            [(600_000, 600_000), (1_000, 600_000), (610_000, 600_000), (605_000, 605_000), (900_000, 605_000)]
        {
            assert_eq!(clock.measured(told), expected);
        }
        assert_eq!(clock.measured(620_000), 610_000, "the first is forgotten");
        assert_eq!(ServerClock::default().measured(900), 0, "nobody needs a correction of a second");
    }

    #[test]
    fn a_clock_that_jumped_ahead_and_was_set_back_is_as_it_was() {
        for correction in [0, DAY] {
            let mut clock = ServerClock::default();
            clock.look(NOON, 1_000.0, correction);
            if correction != 0 {
                clock.measured(correction);
            }
            let years = (5 * 365 * DAY) as f64;
            assert_eq!(clock.look(NOON + years + 1_000.0, 2_000.0, correction), correction);
            assert_eq!(clock.look(NOON + 2_000.0, 3_000.0, correction), correction);
        }
    }

    #[test]
    fn a_clock_that_was_set_right_is_not_corrected_again() {
        let mut clock = ServerClock::default();
        // The phone is a day behind.
        assert_eq!(clock.look(NOON, 1_000.0, 0), 0);
        for _ in 0..5 {
            clock.measured(DAY);
        }
        assert_eq!(clock.look(NOON + 9_000.0, 10_000.0, DAY), DAY, "even clocks change nothing");
        // Somebody sets it to the right minute.
        let left = clock.look(NOON + 10_000.0 + DAY as f64 - 30_000.0, 11_000.0, DAY);
        assert_eq!(left, 30_000, "what is still wrong stays corrected");
        // The next measure is believed at once: no older one outvotes it.
        assert_eq!(clock.last(), None);
        assert_eq!(clock.measured(30_000), 30_000);
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_its_right_time() {
        let mut clock = ServerClock::default();
        clock.look(NOON, 0.0, 0);
        clock.measured(0);
        assert_eq!(clock.look(NOON - DAY as f64, 0.0, 0), DAY);
    }

    #[test]
    fn a_phone_that_slept_is_as_wrong_as_before() {
        let mut clock = ServerClock::default();
        clock.look(NOON, 0.0, -DAY);
        clock.measured(-DAY);
        // Eight hours, in which the steady clock stood.
        assert_eq!(clock.look(NOON + 28_800_000.0, 1_000.0, -DAY), -DAY);
        assert_eq!(clock.last(), None, "what was measured before says nothing about now");
    }
}
