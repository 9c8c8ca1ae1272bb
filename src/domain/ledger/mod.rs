//! The ledger: every save is one event, written once, signed, named by its own content.
//!
//! What a person, a session or a complaint *is* now, is the fold of its events. Start with
//! [`event::Event`], then [`subject::Subject`] (what events of one subject add up to).
//! Knows nothing of the work itself: kinds and their data are strings here.

pub mod event;
pub mod hlc;
pub mod id;
pub mod process;
pub mod proof;
pub mod register;
pub mod roster;
pub mod sealed;
pub mod subject;

pub use event::{Draft, Event, EventError, Signer, Stamp};
pub use hlc::{Clock, Hlc};
pub use id::{DeviceId, EventId, PersonId};
pub use register::Write;
pub use roster::Roster;
pub use subject::Subject;
