//! What is true of the work: pure types and rules.
//!
//! Nothing here reads a clock, makes a random number, or knows of a browser, a store or a network:
//! today's date, new ids and randomness are arguments.

pub mod activation;
pub mod aduan;
pub mod area;
pub mod base64;
pub mod book;
pub mod cadangan;
pub mod calendar;
pub mod duplicates;
pub mod file;
pub mod form;
pub mod growth;
pub mod intent;
pub mod iso;
pub mod json;
pub mod kinds;
pub mod kirim;
pub mod kiriman;
pub mod kunjungan;
pub mod latihan;
pub mod ledger;
pub mod names;
pub mod nik;
pub mod number;
pub mod order;
pub mod pace;
pub mod phone;
pub mod pin;
pub mod rights;
pub mod sasaran;
pub mod scope;
pub mod search;
pub mod sesi;
mod shipped;
pub mod sorted;
pub mod transfer;
pub mod view;
