//! Open days as screens show them.

use serde::{Deserialize, Serialize};

use super::Desk;

/// A question about open days.
#[derive(Clone, Serialize, Deserialize)]
pub enum Query {
    /// All of them.
    All,
}

/// Its answer.
#[derive(Clone, Serialize, Deserialize)]
pub enum View {
    /// Days, latest first.
    Days(Vec<crate::domain::sesi::Sesi>),
}

/// Answers; `None` when what it asks about does not exist.
#[must_use]
pub fn answer(desk: &Desk<'_>, query: &Query) -> Option<View> {
    match query {
        Query::All => {
            let mut days: Vec<_> = desk.book.sesi_list().collect();
            days.reverse();
            Some(View::Days(days))
        }
    }
}
