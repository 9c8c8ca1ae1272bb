//! What a request wants of a database, and which right that needs: one table, for this server and for the door before
//! a CouchDB. It knows neither who asks nor what is there.

use axum::http::Method;

use super::reply::ApiError;
use crate::domain::rights::Grant;

/// What is wanted of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish<'a> {
    Info,
    Make,
    Changes,
    BulkDocs,
    RevsDiff,
    BulkGet,
    Commit,
    Security,
    GetLocal(&'a str),
    PutLocal(&'a str),
    Document(&'a str),
    Attachment(&'a str, &'a str),
}

impl<'a> Wish<'a> {
    /// Reads it from the method and what stands behind the name of the database.
    pub(super) fn read(method: &Method, rest: &[&'a str]) -> Result<Self, ApiError> {
        let is_get = matches!(*method, Method::GET | Method::HEAD);
        let is_post = method == Method::POST;
        let is_put = method == Method::PUT;
        match *rest {
            [] | [""] if is_get => Ok(Self::Info),
            [] | [""] if is_put => Ok(Self::Make),
            [] | [""] => Err(ApiError::method("GET,HEAD,PUT")),
            ["_changes"] if is_get || is_post => Ok(Self::Changes),
            ["_bulk_docs"] if is_post => Ok(Self::BulkDocs),
            ["_revs_diff"] if is_post => Ok(Self::RevsDiff),
            ["_bulk_get"] if is_post => Ok(Self::BulkGet),
            ["_ensure_full_commit"] if is_post => Ok(Self::Commit),
            ["_security"] if is_get => Ok(Self::Security),
            ["_local", id] if is_get => Ok(Self::GetLocal(id)),
            ["_local", id] if is_put => Ok(Self::PutLocal(id)),
            ["_changes"] => Err(ApiError::method("GET,HEAD,POST")),
            ["_bulk_docs" | "_revs_diff" | "_bulk_get" | "_ensure_full_commit"] => Err(ApiError::method("POST")),
            ["_security"] => Err(ApiError::method("GET,HEAD")),
            ["_local", _] => Err(ApiError::method("GET,HEAD,PUT")),
            [id, ..] if id.starts_with('_') => Err(ApiError::not_found("missing")),
            [id] if is_get => Ok(Self::Document(id)),
            [id, name] if is_get => Ok(Self::Attachment(id, name)),
            // A document is made by a replication alone.
            [_] | [_, _] => Err(ApiError::method("GET,HEAD")),
            _ => Err(ApiError::not_found("missing")),
        }
    }

    /// Whether a grant for the database is enough for it. Whoever may only drop something still looks, compares and
    /// keeps her checkpoint.
    pub(super) fn is_granted(&self, grant: &Grant) -> bool {
        match self {
            Self::Changes | Self::BulkGet | Self::Security | Self::Document(_) | Self::Attachment(..) => grant.read,
            Self::BulkDocs => grant.write,
            Self::Info | Self::Make | Self::RevsDiff | Self::Commit | Self::GetLocal(_) | Self::PutLocal(_) => true,
        }
    }
}
