//! HTTP, and nothing but HTTP: one request out, its answer or its absence back.
//!
//! Always to the origin the app came from. It does not know what is sent, and never tries again by itself.

use futures_util::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use gloo_net::http::{Method, RequestBuilder};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestRedirect, WorkerGlobalScope};

use crate::domain::base64::STANDARD;

#[wasm_bindgen]
extern "C" {
    /// In `public/worker.js`: the bytes, packed by the browser.
    #[wasm_bindgen(catch)]
    async fn gzipped(bytes: &Uint8Array) -> Result<JsValue, JsValue>;
}

/// Shorter bodies are not worth packing.
const GZIP_FROM: usize = 1024;

/// How a request is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Asks with a body, or adds.
    Post,
    /// Puts in a place.
    Put,
    /// Takes away.
    Delete,
}

/// One request.
#[derive(Clone)]
pub struct Call {
    /// How.
    pub verb: Verb,
    /// Path and query on our own origin, `/` first.
    pub path: String,
    /// JSON, or nothing.
    pub body: Option<String>,
    /// Given up after this many milliseconds.
    pub timeout_ms: u32,
    /// `Range` and `If-Range`, of what is fetched in parts.
    pub part: Option<(String, Option<String>)>,
    /// Name and secret of who asks, where no session is meant.
    pub basic: Option<(String, String)>,
}

impl Call {
    /// A request without a body.
    #[must_use]
    pub fn get(path: String) -> Self {
        Self { verb: Verb::Get, path, body: None, timeout_ms: TIMEOUT_MS, part: None, basic: None }
    }

    /// A request with a JSON body.
    #[must_use]
    pub fn post(path: &str, body: String) -> Self {
        Self { verb: Verb::Post, body: Some(body), ..Self::get(path.to_owned()) }
    }
}

/// Slow networks take a minute for a megabyte; more is a dead one.
pub const TIMEOUT_MS: u32 = 120_000;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body as it came.
    pub body: Vec<u8>,
    /// The server's clock, Unix milliseconds, if it said.
    pub date_ms: Option<f64>,
    /// Seconds that the server asks to wait.
    pub retry_after_s: Option<u32>,
    /// From asking to the last byte, milliseconds.
    pub took_ms: f64,
    /// `Content-Range`.
    pub range: Option<String>,
    /// `ETag`.
    pub tag: Option<String>,
}

/// No answer: no network, no server, cut on the way, or too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer")]
pub struct Unreachable;

/// A request that nobody waits for any more is not left running: it would hold a line that others need.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        // Of one that was answered it does nothing.
        self.0.abort();
    }
}

/// Sends one request. Dropped before the answer came, it is cut off.
///
/// # Errors
/// [`Unreachable`]; whether the server has acted is then unknown.
pub async fn send(call: Call) -> Result<Answer, Unreachable> {
    let abort = Abort(AbortController::new().map_err(|_| Unreachable)?);
    let timeout = TimeoutFuture::new(call.timeout_ms);
    let exchange = Box::pin(exchange(call, &abort.0));
    match select(exchange, timeout).await {
        Either::Left((answer, _)) => answer.ok_or(Unreachable),
        Either::Right(_) => Err(Unreachable),
    }
}

/// A clock that nobody sets, milliseconds.
fn steady_ms() -> f64 {
    let scope = js_sys::global().dyn_into::<WorkerGlobalScope>().ok();
    scope.and_then(|it| it.performance()).map_or_else(js_sys::Date::now, |it| it.now())
}

async fn exchange(call: Call, abort: &AbortController) -> Option<Answer> {
    let method = match call.verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Delete => Method::DELETE,
    };
    let mut request = RequestBuilder::new(&call.path)
        .method(method)
        .abort_signal(Some(&abort.signal()))
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::SameOrigin)
        .redirect(RequestRedirect::Error)
        .header("accept", "application/json");
    if let Some((range, if_range)) = call.part {
        request = request.header("range", &range);
        if let Some(tag) = if_range {
            request = request.header("if-range", &tag);
        }
    }
    if let Some((name, secret)) = call.basic {
        let word = STANDARD.encode(format!("{name}:{secret}").as_bytes());
        request = request.header("authorization", &format!("Basic {word}"));
    }
    let began = steady_ms();
    let request = match call.body {
        Some(text) => {
            request = request.header("content-type", "application/json");
            let bytes = Uint8Array::from(text.as_bytes());
            drop(text);
            if bytes.length() as usize > GZIP_FROM
                && let Ok(packed) = gzipped(&bytes).await
            {
                request.header("content-encoding", "gzip").body(packed)
            } else {
                request.body(JsValue::from(bytes))
            }
        }
        None => request.build(),
    };
    let response = request.ok()?.send().await.ok()?;
    let headers = response.headers();
    let (date, after) = (headers.get("date"), headers.get("retry-after"));
    let (range, tag) = (headers.get("content-range"), headers.get("etag"));
    let body = response.binary().await.ok()?;
    Some(Answer {
        status: response.status(),
        body,
        date_ms: date.map(|it| js_sys::Date::parse(&it)).filter(|it| it.is_finite()),
        retry_after_s: after.and_then(|it| it.trim().parse().ok()),
        took_ms: steady_ms() - began,
        range,
        tag,
    })
}
