//! The same as `browser`, where the app runs it: in a dedicated worker.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use wasm_bindgen_test::wasm_bindgen_test_configure;

mod again;
mod berkas;
mod damaged;
mod device;
mod erasure;
mod foto;
mod handed;
mod letters;
mod office;
mod raw;
mod store;
mod titipan;

wasm_bindgen_test_configure!(run_in_dedicated_worker);
