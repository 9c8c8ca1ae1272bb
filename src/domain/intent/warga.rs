//! What may be saved about warga.

use serde::{Deserialize, Serialize};

use super::{FieldError, NewId, Plan};
use crate::domain::view::Desk;

/// A wish.
#[derive(Clone, Serialize, Deserialize)]
pub enum Intent {
    /// Nothing.
    Nothing,
}

/// Turns a wish into drafts.
///
/// # Errors
/// The fields to look at again.
pub fn plan(_desk: &Desk<'_>, intent: &Intent, _new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    match intent {
        Intent::Nothing => Ok(Plan::default()),
    }
}
