//! What the form of a plan begins with.

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::domain::form::rencana::PlanText;
use crate::domain::sesi::{Sesi, SesiId, SesiStatus};

/// The form of a plan.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What stands there.
    pub text: PlanText,
    /// Who works here: person id and name.
    pub people: Vec<(String, String)>,
}

/// Answers the form; `None` when there is no such plan, or people come already.
#[must_use]
pub fn plan(desk: &Desk<'_>, sesi: &str) -> Option<Plan> {
    let text = if sesi.is_empty() {
        PlanText { mulai: "08.00".into(), selesai: "11.00".into(), ..PlanText::default() }
    } else {
        PlanText::of(&planned(desk, sesi)?)
    };
    let named = |id: &str| Some((id.to_owned(), desk.book.subject(id)?.text("nama")?));
    Some(Plan { text, people: desk.book.names("kader").filter_map(named).collect() })
}

/// A day that is planned, and not more than that.
#[must_use]
pub fn planned(desk: &Desk<'_>, sesi: &str) -> Option<Sesi> {
    desk.book.sesi(&SesiId::parse(sesi)?).filter(|it| it.status == SesiStatus::Planned)
}
