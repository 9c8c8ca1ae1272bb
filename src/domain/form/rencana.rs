//! The plan of an open day, as it is typed: when, where, who.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::kept::{Kept, Member};
use crate::domain::sesi::Sesi;

/// The draft of a plan; `changed` is `<date>:<place>` of the day that is planned already, or empty.
#[must_use]
pub fn form_plan(changed: &str) -> String {
    format!("rencana:{changed}")
}

/// What is typed into the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanText {
    /// The day, as people write it.
    pub tanggal: String,
    /// `08.00`, or empty.
    pub mulai: String,
    /// `11.00`, or empty.
    pub selesai: String,
    /// Where, in words; empty where it always is.
    pub tempat: String,
    /// Person ids of who will be on duty.
    pub kader: Vec<String>,
}

impl PlanText {
    /// A plan that stands, as it would be typed.
    #[must_use]
    pub fn of(sesi: &Sesi) -> Self {
        let on = sesi.id.on;
        Self {
            tanggal: format!("{}/{}/{}", on.day(), on.month(), on.year()),
            mulai: sesi.starts.clone(),
            selesai: sesi.ends.clone(),
            tempat: sesi.tempat.clone(),
            kader: sesi.kader.clone(),
        }
    }
}

impl Kept for PlanText {
    fn members(&mut self) -> Vec<(&'static str, Member<'_>)> {
        vec![
            ("tanggal", Member::Text(&mut self.tanggal)),
            ("mulai", Member::Text(&mut self.mulai)),
            ("selesai", Member::Text(&mut self.selesai)),
            ("tempat", Member::Text(&mut self.tempat)),
            ("kader", Member::Texts(&mut self.kader)),
        ]
    }
}
