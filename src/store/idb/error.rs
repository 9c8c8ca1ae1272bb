//! From the browser's exceptions to [`StoreError`].

use indexed_db_futures::error::{Error, OpenDbError};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};

use crate::store::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(exception) => by_name(&web_sys::DomException::from(exception).name()),
            Error::Serialisation(_) => Self::Malformed,
            Error::MissingData(_) => Self::ConnectionLost,
            Error::Unknown(_) => Self::Request("not a DOMException".to_owned()),
        }
    }
}

/// An exception thrown by a call.
pub(super) fn thrown(value: JsValue) -> StoreError {
    match name_of(&value) {
        Some(name) => by_name(&name),
        None => StoreError::Request("unnamed".to_owned()),
    }
}

/// Why the database did not open.
pub(super) fn open_error(error: OpenDbError) -> StoreError {
    match error {
        // "Version zero" is how the crate reports any exception that `open` throws at once; our
        // versions begin with 1, so it was the browser that refused.
        OpenDbError::VersionZero | OpenDbError::UnsupportedEnvironment | OpenDbError::NullFactory => {
            StoreError::NotAllowed
        }
        OpenDbError::Base(Error::DomException(exception)) => {
            open_by_name(&web_sys::DomException::from(exception).name())
        }
        OpenDbError::Base(_) => StoreError::Corrupt,
    }
}

/// Why a request to open or delete a database failed, by the name of its exception.
pub(super) fn open_by_name(name: &str) -> StoreError {
    match name {
        "VersionError" => StoreError::Newer,
        "QuotaExceededError" => StoreError::QuotaExceeded,
        // Private windows, storage switched off, a sandboxed frame.
        "InvalidStateError" | "SecurityError" | "NotAllowedError" => StoreError::NotAllowed,
        // The upgrade was cut off: it happens whole or not at all, so opening again is right.
        "AbortError" => StoreError::Aborted,
        _ => StoreError::Corrupt,
    }
}

pub(super) fn by_name(name: &str) -> StoreError {
    match name {
        "QuotaExceededError" => StoreError::QuotaExceeded,
        "VersionError" => StoreError::Newer,
        "SecurityError" | "NotAllowedError" => StoreError::NotAllowed,
        // Safari and Android close connections of pages in the background, and say it in three ways.
        "InvalidStateError" | "UnknownError" | "AbortError" => StoreError::ConnectionLost,
        "DataError" | "NotReadableError" => StoreError::Malformed,
        other => StoreError::Request(other.to_owned()),
    }
}

pub(super) fn name_of(value: &JsValue) -> Option<String> {
    match value.dyn_ref::<web_sys::DomException>() {
        Some(exception) => Some(exception.name()),
        None => Reflect::get(value, &"name".into()).ok()?.as_string(),
    }
}
