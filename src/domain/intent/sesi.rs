//! Planning, opening and closing an open day; saying who came.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{FieldError, Plan};
use crate::domain::form::Problem;
use crate::domain::json::object;
use crate::domain::kinds;
use crate::domain::ledger::Draft;
use crate::domain::sesi::{SesiId, SesiStatus, UTAMA};
use crate::domain::view::Desk;

/// What may be done with an open day.
#[derive(Clone, Serialize, Deserialize)]
pub enum Intent {
    /// Gives the next one a date.
    Plan {
        /// The day.
        on: NaiveDate,
        /// `08.00`, or empty.
        starts: String,
        /// `11.00`, or empty.
        ends: String,
    },
    /// Opens today's.
    Open,
    /// Closes one.
    Close {
        /// `<date>:<place>`
        sesi: String,
    },
    /// Opens a closed one again.
    Reopen {
        /// `<date>:<place>`
        sesi: String,
    },
    /// Somebody came, or did not after all.
    Attend {
        /// `<date>:<place>`
        sesi: String,
        /// Who.
        sasaran: String,
        /// Whether she came.
        came: bool,
    },
}

/// Turns a wish into drafts.
///
/// # Errors
/// The fields to look at again.
pub fn plan(desk: &Desk<'_>, intent: &Intent) -> Result<Plan, Vec<FieldError>> {
    let draft = match intent {
        Intent::Plan { on, starts, ends } => {
            if *on < desk.today() {
                return Err(vec![FieldError::new("tanggal", Problem::Before { than: desk.today() })]);
            }
            let id = SesiId { on: *on, place: UTAMA.into() };
            let data = object([("mulai", starts.as_str().into()), ("selesai", ends.as_str().into())]);
            Draft { kind: kinds::SESI_PLANNED.into(), subject: id.subject(), on: *on, data }
        }
        Intent::Open => {
            let id = SesiId { on: desk.today(), place: UTAMA.into() };
            let kader = object([("kader", vec![desk.me.into()].into())]);
            let is_closed = desk.book.sesi(&id).is_some_and(|it| it.status == SesiStatus::Closed);
            let kind = if is_closed { kinds::SESI_REOPENED } else { kinds::SESI_OPENED };
            Draft { kind: kind.into(), subject: id.subject(), on: id.on, data: kader }
        }
        Intent::Close { sesi } => {
            let id = known(desk, sesi)?;
            Draft { kind: kinds::SESI_CLOSED.into(), subject: id.subject(), on: id.on, data: object([]) }
        }
        Intent::Reopen { sesi } => {
            let id = known(desk, sesi)?;
            Draft { kind: kinds::SESI_REOPENED.into(), subject: id.subject(), on: id.on, data: object([]) }
        }
        Intent::Attend { sesi, sasaran, came } => {
            let id = known(desk, sesi)?;
            if desk.book.sasaran(sasaran).is_none() {
                return Err(vec![FieldError::new("sasaran", Problem::Missing)]);
            }
            let data = object([("hadir", (*came).into())]);
            Draft { kind: kinds::HADIR_RECORDED.into(), subject: id.attendance(sasaran), on: id.on, data }
        }
    };
    let subject = draft.subject.strip_prefix("sesi:").unwrap_or(&draft.subject).to_owned();
    Ok(Plan { drafts: vec![draft], subject, ..Plan::default() })
}

fn known(desk: &Desk<'_>, sesi: &str) -> Result<SesiId, Vec<FieldError>> {
    SesiId::parse(sesi)
        .filter(|id| desk.book.sesi(id).is_some())
        .ok_or_else(|| vec![FieldError::new("sesi", Problem::Missing)])
}
