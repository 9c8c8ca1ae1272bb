//! What a form of a visit needs: whom it asks about, what was said before.

use serde::{Deserialize, Serialize};

use super::{Desk, Next, PersonRow, card_of, next, recordable, row_on, visit_of};
use crate::domain::form::card::{Answers, Station, Typed, Who};
use crate::domain::kunjungan::{Growth, Suggestion};
use crate::domain::sesi::SesiId;

/// The form of one visit.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Day and place.
    pub sesi: SesiId,
    /// Who.
    pub row: PersonRow,
    /// For judging what is typed.
    pub who: Who,
    /// Completed months on that day.
    pub age_months: u32,
    /// What is recorded already, as it would be typed.
    pub saved: Answers,
    /// What growth suggests so far.
    pub suggestion: Suggestion,
    /// Nothing is recorded of this visit yet.
    pub is_new: bool,
    /// Who comes next at each of stations 3 to 5.
    pub next: Vec<(Station, Next)>,
}

/// Answers a form; `None` when there is no such day or person, or no card for her age.
#[must_use]
pub fn form(desk: &Desk<'_>, id: &SesiId, sasaran: &str) -> Option<Form> {
    recordable(desk, id)?;
    let sasaran = desk.book.sasaran(&desk.book.representative(sasaran))?;
    let (card, age_months) = card_of(&sasaran, id.on)?;
    let visit = visit_of(desk, id, &sasaran.id);
    let saved = card.asked(age_months).filter_map(|field| {
        let value = visit?.value(field.key);
        (!value.is_blank()).then(|| (field.key.to_owned(), Typed::of(field, &value)))
    });
    let saved = saved.collect();
    let row = row_on(desk, &sasaran, id);
    let growth = Growth::of(desk.book, sasaran);
    let stations = [Station::Catat, Station::Layanan, Station::Edukasi];
    Some(Form {
        sesi: id.clone(),
        who: growth.who(id),
        age_months,
        saved,
        suggestion: growth.suggestion(id),
        is_new: visit.is_none(),
        next: stations.into_iter().filter_map(|it| Some((it, next(desk, id, it, &row.id)?))).collect(),
        row,
    })
}
