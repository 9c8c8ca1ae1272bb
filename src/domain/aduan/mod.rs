//! Aduan: a complaint, a wish or a question that people bring to the Posyandu, from the telling to the closed answer.
//!
//! Rules and tables only. Nothing here reads a clock, draws randomness, stores or sends; sentences for people live
//! elsewhere, except the names and texts that the dated tables under `data/` hold. In reading order: [`category`] and
//! [`secrecy`], [`emergency`] before any form, [`intake`] with its [`consent`], the [`ticket`] number and what is
//! promised ([`clock`], [`workdays`]), then the life of it ([`process`]). What only the recorder's phone holds is [`own`].
//!
//! | word | meaning |
//! |---|---|
//! | aduan | complaint, aspiration, question or request brought to the Posyandu (SP4N) |
//! | bidang | one of the six sectors of minimum service standards |
//! | kerahasiaan | who may see content and identity |
//! | jenis, sifat | what is brought; one household or several |
//! | verifikator, pengendali | who checks first; Tim Pengurus Harian, who steers |
//! | pemdes, OPD | village government; office of the kabupaten |
//! | jalur | who disposes in a kabupaten |
//! | perkiraan | estimate, marked as such |

pub mod category;
pub mod clock;
mod codes;
pub mod consent;
pub mod emergency;
pub mod intake;
pub mod own;
pub mod process;
pub mod secrecy;
mod table;
pub mod ticket;
pub mod workdays;

pub use table::TableError;
