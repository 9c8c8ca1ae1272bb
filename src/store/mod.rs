//! What is kept: the ledger in memory and, in a browser, its sealed rows, written all or nothing.
//!
//! Read [`batch`] first: everything is written through it; then [`ledger`], the checked entrance.

pub mod backup;
pub mod batch;
pub mod error;
#[cfg(target_arch = "wasm32")]
pub mod idb;
pub mod ledger;
pub mod mark;
pub mod quarantine;

pub use batch::{Batch, Durability, EventRow, SealedEvent, Written};
pub use error::StoreError;
pub use ledger::{Applied, Author, Delivered, Ledger, Received, Recorder, Refused};
pub use mark::{Home, Homes, Mark};
