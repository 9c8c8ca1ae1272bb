//! The server's half: gives the built app to browsers, and keeps the ledger for phones.
//!
//! Read [`options`] for what it can be told, [`http`] for how it answers, [`api`] for what phones ask, [`office`]
//! for how documents come in, [`check`] for what they must be, [`store`] for where they stay, [`words`] for what outlives it,
//! [`erase`] for what goes for good; [`couch`], [`provision`] and [`copy`] for the day when a CouchDB keeps the databases.
//! It folds nothing: what an event says of a person or a complaint is for whoever
//! reads it.

pub mod api;
pub mod check;
pub mod commands;
pub mod copy;
pub mod couch;
pub mod erase;
pub mod files;
pub mod http;
pub mod limits;
pub mod office;
pub mod options;
pub mod practice;
pub mod provision;
pub mod readers;
pub mod root;
pub mod store;
pub mod wire;
pub mod words;

#[cfg(test)]
mod tests;
