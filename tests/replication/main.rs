//! The work travels: phones and a server that fail in every way there is end with the same events, and lose none.
//!
//! Each run is made from its seed alone, which is printed when it fails; `POSYANDU_SEED=<number>` repeats it, with what
//! happened. [`world`] is a run, [`phone`] a phone with the real ledger and a disk, [`server`] the other side, and
//! [`channel`] what lies between.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod cases;
mod channel;
mod dice;
mod phone;
mod runs;
mod server;
#[path = "../ledger/support.rs"]
#[allow(dead_code)]
mod support;
mod tally;
mod world;
