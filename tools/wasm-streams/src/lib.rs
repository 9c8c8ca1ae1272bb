//! The names of the crate `wasm-streams` that Leptos' server functions mention, and nothing behind them.
//!
//! The app has no server functions. The real crate exports its JavaScript classes, and what is exported is linked
//! whether anybody uses it or not: 12 KB of wasm. Nothing calls what stands here.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// A stream of the browser.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// One that the browser made.
    #[must_use]
    pub fn from_raw(stream: web_sys::ReadableStream) -> Self {
        Self(stream)
    }

    /// One that ends at once, whatever is given.
    pub fn from_stream<S: Stream<Item = Result<JsValue, JsValue>> + 'static>(_: S) -> Self {
        Self(JsValue::UNDEFINED.into())
    }

    /// As the browser knows it.
    #[must_use]
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Nothing of it.
    #[must_use]
    pub fn into_stream(self) -> Ended {
        Ended
    }
}

/// A stream without anything in it.
#[derive(Debug)]
pub struct Ended;

impl Stream for Ended {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
