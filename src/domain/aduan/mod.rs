//! Aduan: a complaint, a wish or a question that people bring to the Posyandu, from the telling to the closed answer.
//!
//! Rules and tables only. Nothing here reads a clock, draws randomness, stores or sends; sentences for people live
//! elsewhere, except the names and texts that the dated tables under `data/` hold.

pub mod category;
pub mod clock;
mod codes;
pub mod consent;
pub mod emergency;
pub mod process;
pub mod secrecy;
mod table;
pub mod ticket;
pub mod workdays;

pub use table::TableError;
