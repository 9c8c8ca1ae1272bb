//! What the screens of aduan show.

use serde::{Deserialize, Serialize};

use super::Desk;

/// A question.
#[derive(Clone, Serialize, Deserialize)]
pub enum Query {
    /// All of it.
    All,
}

/// Its answer.
#[derive(Clone, Serialize, Deserialize)]
pub enum View {
    /// Nothing yet.
    Empty,
}

/// Answers; `None` when what it asks about does not exist.
#[must_use]
pub fn answer(_desk: &Desk<'_>, query: &Query) -> Option<View> {
    match query {
        Query::All => Some(View::Empty),
    }
}
