//! The screens of complaints: the tab, a new one in five short screens, emergency numbers, receipt and history.

pub mod detail;
pub mod emergency;
pub mod form;
pub mod list;
mod photo;
pub mod receipt;
mod steps;
pub mod wizard;

pub(in crate::ui::pages) use list::{Begun, line, section};

/// A new id of 32 hex.
fn new_id() -> String {
    let mut bytes = [0; 16];
    // Where there is no randomness the app could not have started.
    let _ = getrandom::fill(&mut bytes);
    crate::domain::ledger::EventId(bytes).to_string()
}
