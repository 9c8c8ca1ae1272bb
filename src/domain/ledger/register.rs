//! A register: the smallest thing that is right only as a whole, and what its writes add up to.
//!
//! Order of writes is total: (`at`, `device`, `_id`). A write names the heads its author had seen; they
//! stop counting, but only where they are smaller. What nobody replaced is a head; the value is the
//! greatest head. Two heads with different values are a question for a person, never a silent loss.

use serde::{Deserialize, Serialize};

use super::hlc::Hlc;
use super::id::{DeviceId, EventId, PersonId};
use crate::domain::json::Value;
use crate::domain::sorted::SortedSet;

/// One write of one register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// When.
    pub at: Hlc,
    /// On which installation.
    pub device: DeviceId,
    /// In which event.
    pub id: EventId,
    /// By whom.
    pub by: PersonId,
    /// What.
    pub value: Stored,
    /// The heads its author had seen.
    pub replaces: Vec<EventId>,
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

impl Write {
    fn order(&self) -> (Hlc, DeviceId, EventId) {
        (self.at, self.device, self.id)
    }
}

/// All writes of one register, in their total order.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Register {
    writes: Vec<Write>,
}

impl Register {
    /// Adds a write; adding it twice is adding it once.
    pub fn add(&mut self, write: Write) {
        if let Err(place) = self.writes.binary_search_by(|it| it.order().cmp(&write.order())) {
            self.writes.insert(place, write);
        }
    }

    /// The writes that nobody replaced, smallest first; `undone` events count as never written.
    pub fn heads<'a>(&'a self, undone: &SortedSet<EventId>) -> Vec<&'a Write> {
        let mut replaced: SortedSet<EventId> = SortedSet::new();
        let mut heads = Vec::new();
        for write in self.writes.iter().rev() {
            if undone.contains(&write.id) {
                continue;
            }
            if !replaced.contains(&write.id) {
                heads.push(write);
            }
            // Read from the greatest down, so a write can only strike out smaller ones.
            replaced.extend(write.replaces.iter().copied());
        }
        heads.reverse();
        heads
    }

    /// The greatest head: the greatest write, for nothing smaller can replace it.
    #[must_use]
    pub fn head(&self, undone: &SortedSet<EventId>) -> Option<&Write> {
        self.writes.iter().rev().find(|write| !undone.contains(&write.id))
    }

    /// Every write, smallest first, for the history of a field.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }
}
