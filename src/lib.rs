//! Posyandu 6 SPM: an offline-first register, growth monitor and complaint desk.
//!
//! In reading order: [`domain`] is what is true of the work and knows nothing of browsers.
//! `server` is the native binary, behind the feature of that name.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod domain;
#[cfg(feature = "server")]
pub mod server;
