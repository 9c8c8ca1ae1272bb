//! What is kept on the phone: sealed records, written all or nothing.
//!
//! It does not know what the bytes mean, nor who may open them. Read [`batch`] first: everything is
//! written through it.

pub mod batch;
pub mod error;
#[cfg(target_arch = "wasm32")]
pub mod idb;

pub use batch::{Batch, Durability, EventRow, Written};
pub use error::StoreError;
