//! What came damaged is asked for again, by its name: where the line altered it, the server still has it whole.
//!
//! The log has long moved past it, so nothing else would ever bring it. Knows no clock: how long ago something was
//! asked for is told with it. What nobody can mend is asked for ever, and ever more rarely.

use super::ask::Aside;
use crate::domain::ledger::EventId;

/// How many are asked for at a time.
pub const MOST: usize = 50;
/// The wait after the first time in vain, in seconds. It doubles with each.
const FIRST_WAIT_S: u64 = 60;
/// The longest wait, in seconds.
const MAX_WAIT_S: u64 = 6 * 3_600;

/// What a run asks for, each once: whatever was never asked for, and what has waited long enough since.
#[must_use]
pub fn due(aside: &[Aside]) -> Vec<EventId> {
    let mut due = Vec::new();
    for it in aside.iter().filter(|it| it.ago_s.is_none_or(|ago_s| ago_s >= wait_s(it.tries))) {
        if !due.contains(&it.id) {
            due.push(it.id);
        }
    }
    due
}

fn wait_s(tries: u8) -> u64 {
    let doublings = u32::from(tries.saturating_sub(1)).min(10);
    (FIRST_WAIT_S << doublings).min(MAX_WAIT_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aside(number: u8, tries: u8, ago_s: Option<u64>) -> Aside {
        Aside { id: EventId([number; 16]), tries, ago_s }
    }

    #[test]
    fn what_was_never_asked_for_is_due_and_each_once() {
        let list = [aside(1, 0, None), aside(2, 0, None), aside(1, 0, None)];
        assert_eq!(due(&list), [EventId([1; 16]), EventId([2; 16])]);
    }

    #[test]
    fn the_wait_doubles_up_to_six_hours() {
        let is_due = |tries, ago_s| !due(&[aside(1, tries, Some(ago_s))]).is_empty();
        for (tries, wait) in [(1, 60), (2, 120), (5, 960), (9, 15_360), (10, 21_600), (11, 21_600), (255, 21_600)] {
            assert!(!is_due(tries, wait - 1) && is_due(tries, wait), "{tries}");
        }
    }
}
