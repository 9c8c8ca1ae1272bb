//! How everything is answered over HTTP: connections, the app's files, and the headers that keep strangers out.
//!
//! Nothing a request carries is logged: addresses of screens may name people. The ledger answers in [`super::api`].

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::api::{self, Api};
use super::files::{File, Files};
use super::limits;

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_FIRST: &str = "no-cache";

/// How long a request that was begun may go on after the server was told to stop.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Whatever answers requests.
pub trait Answers: Send + Sync + 'static {
    /// Answers one request of somebody at this address.
    fn answer(&self, request: Request, address: IpAddr) -> impl Future<Output = Response> + Send;
}

/// What is served: the app, and the ledger where there is one.
#[derive(Debug)]
pub struct Site {
    /// The built app.
    pub files: Files,
    /// The ledger.
    pub api: Option<Arc<Api>>,
}

/// Serves until `stop` resolves, then finishes what it has begun. Whoever waits for news must be told by the caller
/// that nothing comes any more.
///
/// # Errors
/// None today: a connection that cannot be taken is not the others' fault.
pub async fn serve(
    listener: TcpListener,
    site: impl Answers,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let site = Arc::new(site);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits::MOST_CONNECTIONS));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits::HEAD).max_buf_size(limits::MOST_HEAD);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // No file handle is left, perhaps: others give theirs back.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        // More than that are turned away at the door.
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        let site = site.clone();
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let site = site.clone();
            async move { Ok::<_, Infallible>(site.answer(request.map(Body::new), address(peer)).await) }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A broken line is the other side's affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_WORDS) => {}
    }
    Ok(())
}

/// The address of whoever asks; one of IPv4 looks the same on both kinds of socket.
fn address(peer: SocketAddr) -> IpAddr {
    peer.ip().to_canonical()
}

impl Answers for Site {
    async fn answer(&self, request: Request, address: IpAddr) -> Response {
        let is_for_api = api::is_for_api(request.method(), request.uri().path(), request.headers());
        let response = match &self.api {
            Some(api) if is_for_api => api::answer(api, None, request, address).await,
            _ => self.app_file(&request),
        };
        self.guard(response)
    }
}

impl Site {
    fn app_file(&self, request: &Request) -> Response {
        let method = request.method();
        if method != Method::GET && method != Method::HEAD {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let path = request.uri().path();
        let found = match self.files.get(path) {
            Some(file) => Some(file),
            None if path == "/" || is_screen(path, request.headers()) => self.files.page(),
            None => None,
        };
        match found {
            Some(file) => answer(file, request.headers(), method == Method::HEAD),
            None => plain(StatusCode::NOT_FOUND, "not found\n"),
        }
    }

    /// Every answer, also an error, carries the policy.
    fn guard(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(self.files.policy()) {
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
