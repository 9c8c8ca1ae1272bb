//! What happened in the runs, by name: a run shows nothing about a trouble that never came.

use std::collections::BTreeMap;
use std::fmt;

/// How often each thing happened.
#[derive(Clone, Default)]
pub struct Tally(BTreeMap<String, usize>);

/// Every way in which the world may fail (issue "nothing lost on the way"), as [`Tally::note`] is told of it.
pub const TROUBLES: [&str; 32] = [
    "cut on the way there",
    "cut on the way back",
    "delayed",
    "reordered",
    "repeated",
    "truncated",
    "damaged on the way",
    "garbage",
    "the server says 400",
    "the server says 413",
    "401",
    "403",
    "404",
    "405",
    "408",
    "409",
    "412",
    "413",
    "429",
    "500",
    "502",
    "503",
    "restarted",
    "backup",
    "restored",
    "restored, says so",
    "restored between two checkpoints of a run",
    "made anew",
    "another server",
    "crash of a phone",
    "a phone is lost",
    "poison",
];

impl Tally {
    /// It happened once more.
    pub fn note(&mut self, what: &str) {
        match self.0.get_mut(what) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(what.to_owned(), 1)),
        }
    }

    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what.clone()).or_default() += count;
        }
    }

    /// What of [`TROUBLES`] happened less than so often.
    pub fn rarer_than(&self, least: usize) -> Vec<(&'static str, usize)> {
        let counted = TROUBLES.into_iter().map(|it| (it, self.0.get(it).copied().unwrap_or(0)));
        counted.filter(|(_, count)| *count < least).collect()
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(|(what, count)| format!("{what}: {count}")).collect();
        out.write_str(&all.join(", "))
    }
}
