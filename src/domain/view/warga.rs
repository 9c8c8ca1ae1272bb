//! People and families as screens show them.

use serde::{Deserialize, Serialize};

use super::{Desk, PersonRow};

/// A question about people.
#[derive(Clone, Serialize, Deserialize)]
pub enum Query {
    /// Everybody, by name.
    All,
}

/// Its answer.
#[derive(Clone, Serialize, Deserialize)]
pub enum View {
    /// Rows.
    Rows(Vec<PersonRow>),
}

/// Answers; `None` when the person or family does not exist.
#[must_use]
pub fn answer(desk: &Desk<'_>, query: &Query) -> Option<View> {
    match query {
        Query::All => {
            let mut rows: Vec<PersonRow> = desk.book.sasaran_list().map(|it| PersonRow::of(desk, &it)).collect();
            rows.sort_by(|a, b| a.nama.cmp(&b.nama));
            Some(View::Rows(rows))
        }
    }
}
