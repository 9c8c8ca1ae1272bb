//! Sending and receiving: the one line about it, the page behind it, what needs a person, and being connected.

pub mod aktif;
pub mod berkas;
mod buka;
pub mod gabung;
pub mod kabar;
pub mod kode;
pub mod kosongkan;
pub mod line;
pub mod page;

/// Where a backup is made.
pub const BACKUP_HREF: &str = "/kirim/berkas?bagian=cadangan";

pub use line::{NotSent, Reminder, SentLine};
