//! The store in the browser: IndexedDB behind one owner of the connection.
//!
//! No `JsValue` leaves it and no key enters it. [`Db`] opens, reopens and gives up the connection;
//! a [`super::Batch`] is written in one transaction; reads answer sealed bytes.

mod db;
mod error;
mod js;
mod read;
mod schema;
mod space;
mod write;

pub use db::{Db, Notice, delete_database};
pub use schema::{MAIN, PRACTICE, SCHEMA_VERSION};
pub use space::{Space, is_persisted, persist, space};
