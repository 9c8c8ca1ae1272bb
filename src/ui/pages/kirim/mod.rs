//! Sending and receiving: the one line about it, the page behind it, what needs a person, and being connected.

pub mod aktif;
pub mod berkas;
mod buka;
pub mod kabar;
pub mod line;
pub mod page;

pub use line::{NotSent, Reminder, SentLine};
