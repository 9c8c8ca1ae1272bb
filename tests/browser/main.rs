//! What only a browser knows, in a page.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use wasm_bindgen_test::wasm_bindgen_test_configure;

mod device;
mod letters;
mod markup;
mod raw;
mod signals;
mod store;

wasm_bindgen_test_configure!(run_in_browser);
