//! Posyandu 6 SPM: an offline-first register, growth monitor and complaint desk.
//!
//! In reading order: [`domain`] is what is true of the work and knows nothing of browsers; `crypto` keeps
//! it unreadable at rest; [`store`] keeps it; [`sync`] makes it travel; `worker` owns all three and answers
//! [`messages`]; [`i18n`] has the words; `ui` shows them. `later` calls what comes in a file of its own; `server`
//! serves the built app.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

// `view!` names the app's views by the crate's name, for the app itself and for its tests.
#[cfg(target_arch = "wasm32")]
extern crate self as posyandu;

pub mod crypto;
pub mod domain;
pub mod i18n;
#[cfg(target_arch = "wasm32")]
pub mod later;
pub mod messages;
#[cfg(feature = "server")]
pub mod server;
pub mod store;
pub mod sync;
#[cfg(target_arch = "wasm32")]
pub mod ui;
pub mod unicode;
#[cfg(target_arch = "wasm32")]
pub mod worker;
