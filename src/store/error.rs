//! What can go wrong when storing.

/// Why something was not stored or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another tab holds the older version open: it must be closed, then opening works again.
    #[error("another connection blocks the upgrade")]
    Blocked,
    /// A newer version of the app has upgraded the database: this one must not touch it.
    #[error("the database was written by a newer version")]
    Newer,
    /// The browser cannot open or read the database.
    #[error("the database is damaged")]
    Corrupt,
    /// The phone is full: nothing of the batch was written.
    #[error("no space left")]
    QuotaExceeded,
    /// The browser gives no storage here (private mode, storage switched off).
    #[error("storage is not allowed here")]
    NotAllowed,
    /// The connection was given up because another tab upgrades or deletes the database.
    #[error("the connection was given up for another tab")]
    Released,
    /// A value that the batch relied on is not what it expected: nothing was written.
    #[error("a value moved meanwhile: {key}")]
    Moved {
        /// Meta key of the value.
        key: String,
    },
    /// The connection died, and again after it was opened anew.
    #[error("the connection was lost")]
    ConnectionLost,
    /// The browser gave the transaction up without saying why: nothing was written.
    #[error("the transaction was aborted")]
    Aborted,
    /// A stored record is not in the form of any version.
    #[error("a stored record is malformed")]
    Malformed,
    /// The device key could not be made or used.
    #[error("device key unavailable")]
    DeviceKey,
    /// Anything else, by the browser's own name.
    #[error("request failed: {0}")]
    Request(String),
}
