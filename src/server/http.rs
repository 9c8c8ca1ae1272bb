//! How the app's files are answered over HTTP: encodings, caching, and the headers that keep strangers out.
//!
//! Nothing a request carries is logged: addresses of screens may name people.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tokio::net::TcpListener;

use super::files::{File, Files};

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_FIRST: &str = "no-cache";

/// Serves until `stop` resolves, then finishes what it has begun.
pub async fn serve(
    listener: TcpListener,
    files: Files,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(files)).with_graceful_shutdown(stop).await
}

/// All routes; today there is only the app.
pub fn router(files: Files) -> Router {
    let files = Arc::new(files);
    Router::new().fallback(app_file).layer(from_fn_with_state(files.clone(), guard)).with_state(files)
}

async fn app_file(State(files): State<Arc<Files>>, request: Request) -> Response {
    let method = request.method();
    if method != Method::GET && method != Method::HEAD {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let path = request.uri().path();
    let found = match files.get(path) {
        Some(file) => Some(file),
        None if path == "/" || is_screen(path, request.headers()) => files.page(),
        None => None,
    };
    match found {
        Some(file) => answer(file, request.headers(), method == Method::HEAD),
        None => plain(StatusCode::NOT_FOUND, "not found\n"),
    }
}

/// Every answer, also an error, carries the policy.
async fn guard(State(files): State<Arc<Files>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(files.policy()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        ),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A screen of the app: a browser navigates to it, its last part has no ending, and nobody climbs.
fn is_screen(path: &str, headers: &HeaderMap) -> bool {
    let wants_page = headers.get(ACCEPT).and_then(|it| it.to_str().ok()).is_some_and(|it| it.contains("text/html"));
    let last = path.rsplit('/').next().unwrap_or_default();
    wants_page && !last.contains('.') && !path.contains("..") && !path.contains('%') && !path.starts_with("/_")
}

fn answer(file: &File, request: &HeaderMap, is_head: bool) -> Response {
    let (body, encoding) = match (&file.brotli, &file.gzip) {
        (Some(brotli), _) if accepts(request, "br") => (brotli, Some("br")),
        (_, Some(gzip)) if accepts(request, "gzip") => (gzip, Some("gzip")),
        _ => (&file.plain, None),
    };
    let is_known = request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .any(|it| it.trim().trim_start_matches("W/") == file.tag);
    let mut response = Response::new(if is_head || is_known { Body::empty() } else { Body::from(body.clone()) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(if file.is_immutable { FOREVER } else { ASK_FIRST }));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    // Weak, because the encodings share it.
    if let Ok(tag) = HeaderValue::from_str(&format!("W/{}", file.tag)) {
        headers.insert(ETAG, tag);
    }
    if !is_known {
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        if is_head {
            headers.insert(axum::http::header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
    }
    response
}

/// Whether `Accept-Encoding` allows this one; `q=0` forbids it.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    request.get_all(ACCEPT_ENCODING).iter().filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(',')).any(|it| {
        let mut parts = it.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let is_forbidden = parts.any(|part| {
            part.strip_prefix("q=").is_some_and(|quality| quality.parse::<f32>().is_ok_and(|it| it <= 0.0))
        });
        is_named && !is_forbidden
    })
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
