//! What a person wants to save, judged and turned into drafts of events.
//!
//! One file a task. [`plan`] is the only place where a wish becomes content of the ledger; it checks
//! everything again that the page checked while she typed.

pub mod aduan;
pub mod posyandu;
pub mod sesi;
pub mod warga;

use serde::{Deserialize, Serialize};

use super::aduan::own::Pending;
use super::form::FieldError;
use super::ledger::Draft;
use super::view::Desk;

/// What a person wants to save.
#[derive(Clone, Serialize, Deserialize)]
pub enum Intent {
    /// An open day: plan, open, close.
    Sesi(sesi::Intent),
    /// People and families.
    Warga(warga::Intent),
    /// Complaints.
    Aduan(aduan::Intent),
    /// The posyandu itself.
    Posyandu(posyandu::Intent),
}

/// What to write, and what to tell the page afterwards.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Events to be, in order.
    pub drafts: Vec<Draft>,
    /// The form whose draft ends with this save.
    pub ends_draft: Option<String>,
    /// What the page goes on with: an id, say.
    pub subject: String,
    /// What waits sealed for its readers.
    pub pending: Vec<Pending>,
    /// Photos that leave the drafts for the place where they stay.
    pub photos: Vec<KeptPhoto>,
    /// Whether the next ticket number of this phone is used up.
    pub uses_ticket: bool,
}

/// A photo on its way from a draft to where it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPhoto {
    /// The draft that holds its bytes; it ends with this save.
    pub form: String,
    /// SHA-256 of the bytes, 64 hex.
    pub sha256: String,
    /// Only for the recorder until there are readers; else for everybody of the posyandu.
    pub is_pending: bool,
}

/// What was saved.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The subject the page goes on with.
    pub subject: String,
    /// Subject and id of every event written, for taking them back.
    pub events: Vec<(String, String)>,
}

/// Where plans get what a pure function cannot make: new ids of 32 hex.
pub type NewId<'a> = &'a mut dyn FnMut() -> String;

/// Judges a wish.
///
/// # Errors
/// The fields to look at again; then nothing is saved.
pub fn plan(desk: &Desk<'_>, intent: &Intent, new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    match intent {
        Intent::Sesi(intent) => sesi::plan(desk, intent),
        Intent::Warga(intent) => warga::plan(desk, intent, new_id),
        Intent::Aduan(intent) => aduan::plan(desk, intent, new_id),
        Intent::Posyandu(intent) => posyandu::plan(desk, intent),
    }
}
