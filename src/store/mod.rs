//! What is kept: the ledger in memory and, in a browser, its rows in IndexedDB.

pub mod ledger;

pub use ledger::{Author, Ledger, Received, Refused};
