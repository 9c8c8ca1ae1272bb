//! What the form of a plan begins with.

use serde::{Deserialize, Serialize};

use super::{Desk, Staff, staff};
use crate::domain::form::rencana::PlanText;
use crate::domain::sesi::{Sesi, SesiId, SesiStatus};

/// The form of a plan.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What stands there.
    pub text: PlanText,
    /// Who works here.
    pub people: Vec<Staff>,
}

/// Answers the form; `None` when there is no such plan, or people come already.
#[must_use]
pub fn plan(desk: &Desk<'_>, sesi: &str) -> Option<Plan> {
    let text = if sesi.is_empty() {
        PlanText { mulai: "08.00".into(), selesai: "11.00".into(), ..PlanText::default() }
    } else {
        PlanText::of(&planned(desk, sesi)?)
    };
    Some(Plan { text, people: desk.book.names("kader").filter_map(|id| staff(desk, id, None)).collect() })
}

/// A day that is planned, and not more than that.
#[must_use]
pub fn planned(desk: &Desk<'_>, sesi: &str) -> Option<Sesi> {
    desk.book.sesi(&SesiId::parse(sesi)?).filter(|it| it.status == SesiStatus::Planned)
}
