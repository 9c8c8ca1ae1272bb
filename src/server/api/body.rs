//! Bodies of requests: never longer, slower or more unpacked than allowed.

use std::io::Read as _;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::reply::ApiError;
use crate::server::limits;

/// The whole body, unpacked. What is refused before its end is left to [`drain`].
pub(super) async fn read(body: &mut Body, headers: &HeaderMap, most: usize) -> Result<Vec<u8>, ApiError> {
    let announced = announced(headers);
    if announced.is_some_and(|it| it > most) {
        return Err(ApiError::too_large());
    }
    let is_packed = match headers.get(CONTENT_ENCODING).map(|it| it.as_bytes()) {
        None | Some(b"identity") => false,
        Some(b"gzip") => true,
        Some(_) => return Err(ApiError::new(415, "bad_content_encoding", "only gzip")),
    };
    let end = Instant::now() + limits::BODY_TOTAL;
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(most));
    loop {
        let frame = timeout_at(end, timeout(limits::BODY_IDLE, body.frame())).await;
        let Ok(Ok(frame)) = frame else { return Err(ApiError::too_slow()) };
        let Some(frame) = frame else { break };
        // Cut off on the way: nothing of it counts.
        let frame = frame.map_err(|_| ApiError::bad_request("the body was cut off"))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > most {
                return Err(ApiError::too_large());
            }
            bytes.extend_from_slice(&data);
        }
    }
    if !is_packed {
        return Ok(bytes);
    }
    let unpacking = tokio::task::spawn_blocking(move || unpacked(&bytes, most));
    unpacking.await.unwrap_or_else(|_| Err(ApiError::internal()))
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads what nobody wants, so that the answer reaches whoever is still sending: a connection that ends in the middle
/// of a body looks like no network. Whether it came to its end.
pub(super) async fn drain(body: &mut Body, headers: &HeaderMap) -> bool {
    if announced(headers).is_some_and(|it| it > limits::MOST_DRAINED) {
        return false;
    }
    let end = Instant::now() + limits::DRAIN_TOTAL;
    let mut left = limits::MOST_DRAINED;
    loop {
        match timeout_at(end, timeout(limits::DRAIN_IDLE, body.frame())).await {
            Ok(Ok(None)) => return true,
            Ok(Ok(Some(Ok(frame)))) => {
                let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, |it| it.len())) else { return false };
                left = rest;
            }
            _ => return false,
        }
    }
}

fn unpacked(packed: &[u8], most: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(packed).take(limit).read_to_end(&mut bytes);
    if bytes.len() > most {
        return Err(ApiError::too_large());
    }
    read.map_err(|_| ApiError::bad_request("not gzip"))?;
    Ok(bytes)
}
