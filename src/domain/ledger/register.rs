//! A register: the smallest thing that is right only as a whole, and what its writes add up to.
//!
//! Order of writes is total: (`at`, `device`, `_id`). A write names the heads its author had seen; they
//! stop counting, but only where they are smaller. What nobody replaced is a head; the value is the
//! greatest head. Two heads with different values are a question for a person, never a silent loss.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::hlc::Hlc;
use super::id::{EventId, PersonId};
use super::subject::Entry;
use crate::domain::json::Value;
use crate::domain::sorted::SortedSet;

/// One write of one register, as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// When.
    pub at: Hlc,
    /// In which event.
    pub id: EventId,
    /// By whom.
    pub by: PersonId,
    /// What.
    pub value: &'a Stored,
}

/// One write as it is kept: what else is known of it stands in its event's line of the subject's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// Place of the event in the history.
    line: u32,
    value: Stored,
    /// The heads its author had seen.
    replaces: Vec<EventId>,
}

/// A [`Value`] in a form that a compact snapshot can hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stored {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(Box<str>),
    /// Anything deeper, as canonical text.
    Json(Box<str>),
}

impl From<&Value> for Stored {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Int(number) => Self::Int(*number),
            Value::Text(text) => Self::Text(text.as_str().into()),
            deep => Self::Json(deep.canonical().into()),
        }
    }
}

impl Stored {
    /// The value again.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => Value::Text(text.to_string()),
            Self::Json(text) => crate::domain::json::parse(text).unwrap_or_default(),
        }
    }
}

/// All writes of one register, in the order of the subject's history, which is their total order.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Register {
    writes: Vec<Kept>,
}

impl Register {
    /// Adds the write of the event at a place of the history, where none of its writes was before.
    pub(super) fn add(&mut self, line: u32, value: Stored, replaces: Vec<EventId>) {
        let place = self.writes.partition_point(|it| it.line < line);
        self.writes.insert(place, Kept { line, value, replaces });
    }

    /// Makes room: an event came into the history at this place.
    pub(super) fn shift(&mut self, from: u32) {
        for write in self.writes.iter_mut().filter(|it| it.line >= from) {
            write.line += 1;
        }
    }

    /// Takes out the write of the event at a place of the history; whether any is left.
    pub(super) fn strike(&mut self, line: u32) -> bool {
        self.writes.retain(|it| it.line != line);
        !self.writes.is_empty()
    }

    /// The writes that nobody replaced, smallest first; `undone` events count as never written, `erased` ones
    /// still replace.
    pub(super) fn heads<'a>(
        &'a self,
        history: &[Entry],
        undone: &SortedSet<EventId>,
        erased: &SortedSet<EventId>,
    ) -> Vec<Write<'a>> {
        let mut replaced: SortedSet<EventId> = SortedSet::new();
        let mut heads = Vec::new();
        for kept in self.writes.iter().rev() {
            let Some(write) = kept.read(history).filter(|it| !undone.contains(&it.id)) else { continue };
            if !replaced.contains(&write.id) && !erased.contains(&write.id) {
                heads.push(write);
            }
            // Read from the greatest down, so a write can only strike out smaller ones.
            replaced.extend(kept.replaces.iter().copied());
        }
        heads.reverse();
        heads
    }

    /// The greatest head.
    pub(super) fn head<'a>(
        &'a self,
        history: &[Entry],
        undone: &SortedSet<EventId>,
        erased: &SortedSet<EventId>,
    ) -> Option<Write<'a>> {
        if !erased.is_empty() {
            return self.heads(history, undone, erased).pop();
        }
        // The greatest write: nothing smaller can replace it.
        self.writes.iter().rev().filter_map(|it| it.read(history)).find(|it| !undone.contains(&it.id))
    }

    /// Every write that counts, earliest first, also what was replaced; and the day on which it was true.
    pub(super) fn counted<'a>(&'a self, history: &[Entry], undone: &SortedSet<EventId>) -> Vec<(NaiveDate, Write<'a>)> {
        let mut all = Vec::new();
        for kept in &self.writes {
            if let (Some(write), Some(entry)) = (kept.read(history), history.get(kept.line as usize))
                && !undone.contains(&write.id)
            {
                all.push((entry.on, write));
            }
        }
        all
    }

    /// How often it was written.
    pub(super) fn len(&self) -> usize {
        self.writes.len()
    }

    /// Everything that its writes replace.
    pub(super) fn replaced(&self) -> impl Iterator<Item = EventId> {
        self.writes.iter().flat_map(|it| it.replaces.iter().copied())
    }
}

impl Kept {
    fn read<'a>(&'a self, history: &[Entry]) -> Option<Write<'a>> {
        let entry = history.get(usize::try_from(self.line).ok()?)?;
        Some(Write { at: entry.at, id: entry.id, by: entry.by, value: &self.value })
    }
}
