//! What people type, judged: a field, a problem, never a sentence.
//!
//! The page asks these functions while she types, the worker asks them again before it saves; `i18n`
//! turns a [`Problem`] into words. What was typed is never changed or cleared here.

pub mod card;
pub mod cards;
pub mod kept;
pub mod pilihan;
pub mod rencana;
pub mod warga;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calendar::DateError;
use super::names::NameError;
use super::nik::{NikDoubt, SixteenError};
use super::number::NumberError;
use super::phone::PhoneError;

/// What is wrong with what was typed into one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nothing was typed or chosen, and it is needed.
    Missing,
    /// Fewer than `least` letters.
    TooShort {
        /// Letters needed.
        least: u32,
    },
    /// More than `most` letters.
    TooLong {
        /// Letters allowed.
        most: u32,
    },
    /// Not a date as people write it.
    Date(DateError),
    /// Not a number as people write it.
    Number(NumberError),
    /// A number that no scale, tape or board shows; limits in the small unit (g, mm).
    Outside {
        /// Least.
        min: i64,
        /// Greatest.
        max: i64,
        /// What was read.
        found: i64,
        /// Which unit and how many digits.
        unit: Unit,
    },
    /// A height written in metres, `0,86` for 86 cm.
    InMetres {
        /// What was probably meant, mm.
        mm: i64,
    },
    /// Hard to believe, and nobody looked again yet.
    Unsure,
    /// Not 16 digits.
    Sixteen(SixteenError),
    /// Not a telephone number.
    Phone(PhoneError),
    /// Not a name.
    Name(NameError),
    /// An exact date is needed below six years.
    NeedsExactDate,
    /// Chosen twice, or used by somebody else; `who` is her id.
    Taken {
        /// The other sasaran.
        who: String,
    },
    /// There is an open day on that date already.
    DayTaken,
    /// A day that has not come yet.
    After {
        /// The latest day that may be.
        #[serde(with = "crate::domain::iso")]
        than: NaiveDate,
    },
    /// A date before another one, death before birth say.
    Before {
        /// The earlier limit.
        #[serde(with = "crate::domain::iso")]
        than: NaiveDate,
    },
    /// A NIK that says something else than the other fields: a question, answered by typing on.
    NikDoubt(NikDoubt),
    /// Probably registered already; `who` is her id.
    Alike {
        /// The other sasaran.
        who: String,
    },
    /// Consent was refused: then nothing about her is kept.
    NoConsent,
    /// RT and RW have one to three digits.
    RtRw,
    /// Not a year of four digits.
    NotAYear,
}

/// Units as the forms show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Kilograms, stored as grams.
    Kg,
    /// Centimetres, stored as millimetres.
    Cm,
    /// A plain count.
    Count,
}

/// A problem and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name, which is also the `id` of its input.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldError {
    /// A problem of a field.
    #[must_use]
    pub fn new(field: &str, problem: Problem) -> Self {
        Self { field: field.to_owned(), problem }
    }
}
