//! The laws of the ledger: whatever the order, the carrier and the clocks, the same events make the same book.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod erasure;
mod laws;
mod peers;
mod practice;
mod process;
mod registers;
mod snapshot;
mod support;
mod trust;
mod vectors;
mod welcome;
