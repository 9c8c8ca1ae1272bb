//! Answers and refusals in CouchDB's shapes.

use std::io::Write as _;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap,
    HeaderName, HeaderValue, RETRY_AFTER, SET_COOKIE, VARY,
};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::server::store::StoreError;

/// Shorter answers are not worth packing.
const PACK_FROM: usize = 1024;

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    content: Content,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Debug)]
enum Content {
    Json(String),
    Bytes(Vec<u8>),
    Stream(Body),
}

/// Whether the answer may be packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Gzip,
}

impl Encoding {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let offered = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|it| it.to_str().ok());
        let mut offered = offered.flat_map(|it| it.split(','));
        let is_gzip = |it: &str| {
            let (name, quality) = it.split_once(';').unwrap_or((it, ""));
            name.trim().eq_ignore_ascii_case("gzip") && !matches!(quality.trim(), "q=0" | "q=0.0")
        };
        if offered.any(is_gzip) { Self::Gzip } else { Self::Plain }
    }
}

impl Reply {
    pub(super) fn json(status: u16, body: impl Into<String>) -> Self {
        Self { status, content: Content::Json(body.into()), headers: Vec::new() }
    }

    pub(super) fn bytes(status: u16, media_type: &'static str, bytes: Vec<u8>) -> Self {
        let headers = vec![(CONTENT_TYPE, HeaderValue::from_static(media_type))];
        Self { status, content: Content::Bytes(bytes), headers }
    }

    pub(super) fn stream(body: Body) -> Self {
        Self { status: 200, content: Content::Stream(body), headers: Vec::new() }
    }

    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    pub(super) fn with_cookie(self, cookie: String) -> Self {
        self.with(SET_COOKIE, &cookie)
    }

    pub(super) fn sets_cookie(&self) -> bool {
        self.headers.iter().any(|(name, _)| name == SET_COOKIE)
    }

    pub(super) fn into_response(self, is_head: bool, encoding: Encoding) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding, cookie, authorization"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        let bytes = match self.content {
            Content::Stream(body) => {
                *response.body_mut() = body;
                return response;
            }
            Content::Json(mut text) => {
                text.push('\n');
                let is_long = text.len() >= PACK_FROM && encoding == Encoding::Gzip;
                match is_long.then(|| packed(text.as_bytes())).flatten() {
                    Some(packed) => {
                        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                        packed
                    }
                    None => text.into_bytes(),
                }
            }
            Content::Bytes(bytes) => bytes,
        };
        if is_head {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        } else {
            *response.body_mut() = Body::from(Bytes::from(bytes));
        }
        response
    }
}

fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// A refusal.
#[derive(Debug)]
pub(super) struct ApiError {
    status: u16,
    error: &'static str,
    reason: &'static str,
    headers: Vec<(HeaderName, String)>,
}

impl ApiError {
    pub(super) fn new(status: u16, error: &'static str, reason: &'static str) -> Self {
        Self { status, error, reason, headers: Vec::new() }
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, "unauthorized", "You are not authorized to access this db.")
    }

    pub(super) fn forbidden() -> Self {
        Self::new(403, "forbidden", "You are not allowed to access this db.")
    }

    pub(super) fn not_found(reason: &'static str) -> Self {
        Self::new(404, "not_found", reason)
    }

    pub(super) fn exists() -> Self {
        Self::new(412, "file_exists", "The database could not be created, the file already exists.")
    }

    pub(super) fn conflict() -> Self {
        Self::new(409, "conflict", "Document update conflict.")
    }

    pub(super) fn bad_request(reason: &'static str) -> Self {
        Self::new(400, "bad_request", reason)
    }

    pub(super) fn bad_json() -> Self {
        Self::bad_request("invalid UTF-8 JSON")
    }

    pub(super) fn method(allowed: &'static str) -> Self {
        let mut error = Self::new(405, "method_not_allowed", "Only the methods of the Allow header are.");
        error.headers.push((ALLOW, allowed.into()));
        error
    }

    pub(super) fn too_large() -> Self {
        Self::new(413, "too_large", "the request entity is too large")
    }

    /// A range that cannot be met, of so many bytes.
    pub(super) fn range(all: usize) -> Self {
        let mut error = Self::new(416, "requested_range_not_satisfiable", "Requested range not satisfiable");
        error.headers.push((CONTENT_RANGE, format!("bytes */{all}")));
        error
    }

    pub(super) fn too_slow() -> Self {
        Self::new(408, "timeout", "the request took too long")
    }

    pub(super) fn too_many(wait: std::time::Duration) -> Self {
        let mut error = Self::new(429, "too_many_requests", "wait before the next try");
        error.headers.push((RETRY_AFTER, (wait.as_secs() + 1).to_string()));
        error
    }

    pub(super) fn stopping() -> Self {
        let mut error = Self::new(503, "service_unavailable", "busy");
        error.headers.push((RETRY_AFTER, "15".into()));
        error
    }

    pub(super) fn internal() -> Self {
        Self::new(500, "internal_server_error", "see the server's own words")
    }

    pub(super) fn into_reply(self) -> Reply {
        let body = format!(r#"{{"error":"{}","reason":"{}"}}"#, self.error, self.reason);
        let reply = Reply::json(self.status, body);
        self.headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, &value))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Busy) {
            return Self::stopping();
        }
        eprintln!("posyandu-server: {error}");
        let is_busy = matches!(&error, StoreError::Sqlite(it) if matches!(
            it.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DiskFull)
        ));
        if is_busy { Self::stopping() } else { Self::internal() }
    }
}
