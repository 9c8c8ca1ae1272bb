//! Sending and receiving: the one line about it, the page behind it, what needs a person, and being connected.

pub mod aktif;
pub mod berkas;
mod buka;
pub mod gabung;
pub mod kabar;
pub mod kode;
pub mod line;
pub mod page;

pub use line::{NotSent, Reminder, SentLine};
