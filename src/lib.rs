//! Posyandu 6 SPM: an offline-first register, growth monitor and complaint desk.
//!
//! In reading order: [`domain`] is what is true of the work and knows nothing of browsers; [`crypto`]
//! keeps it secret at rest; [`store`] keeps it.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod crypto;
pub mod domain;
pub mod store;
