//! Growth of children: z-scores, classes, the monthly gain, what to do about it, and its charts.
//!
//! It knows the WHO standards of 2006 and 2007 and the Indonesian rules built on them. It knows no
//! sentence for a reader and no store: results are numbers, ids and reasons, which `i18n` words.
//! Nothing here is ever "normal" for want of data: what cannot be computed says what is missing.
//!
//! Read [`assess`] first: it turns one visit's measurements into every index. [`gain`] judges the weight
//! against last month, [`follow_up`] joins both into a suggestion, [`plausible`] questions typed values,
//! and [`chart`] draws. [`zscore`] is WHO's algorithm alone, [`rules`] the dated tables of the programme.

pub mod age;
pub mod assess;
pub mod chart;
pub mod follow_up;
pub mod gain;
pub mod plausible;
pub mod rules;
mod tables;
pub mod zscore;

pub use age::{completed_months, kms_column};
pub use assess::{Assessment, Finding, Index, PositionNote, Stature, Status, Visit, assess};
pub use follow_up::{FollowUp, follow_up};
pub use gain::{Gain, GainSettings, Nt, Weighing, judge_all};
pub use rules::{Category, Urgency};
pub use zscore::{Missing, ZScore};

pub use super::sasaran::Sex;

/// How the length of a child was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Position {
    /// Telentang, on a length board.
    Lying,
    /// Berdiri, at a height rod.
    Standing,
}

impl Position {
    /// The word stored: `telentang` or `berdiri`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lying => "telentang",
            Self::Standing => "berdiri",
        }
    }

    /// Reads [`Position::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "telentang" => Some(Self::Lying),
            "berdiri" => Some(Self::Standing),
            _ => None,
        }
    }
}
