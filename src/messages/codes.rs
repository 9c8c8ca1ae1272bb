//! What page and worker say to each other about codes on screens; part of [`super::by_hand`].

use serde::{Deserialize, Serialize};

use crate::domain::file::FileError;

/// A question or an order of the page.
#[derive(Clone, Serialize, Deserialize)]
pub enum Asked {
    /// The codes that bring a person's visit to the next desk.
    HandOver {
        /// `<date>:<place>`
        sesi: String,
        /// Her id.
        sasaran: String,
    },
    /// A code was read.
    Read {
        /// Its text.
        text: String,
    },
    /// Another screen: what was read and begun is forgotten.
    Forget,
    /// An empty phone asks to come in.
    Join {
        /// What people call her.
        nama: String,
        /// Her PIN.
        pin: String,
    },
    /// Both screens show the same number: she may come in.
    Accept,
    /// It is the right posyandu, says who was asked whether she comes in.
    ComeIn,
}

/// An answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Answered {
    /// Texts of the codes to show.
    Codes(Vec<String>),
    /// So many of so many were read.
    Part {
        /// How many.
        have: u8,
        /// Of how many.
        of: u8,
    },
    /// A visit came in.
    Visit(Visit),
    /// Somebody asks to come in.
    Newcomer {
        /// What she is called.
        nama: String,
        /// What her screen must show, too.
        number: u16,
        /// The codes for her to read first.
        codes: Vec<String>,
    },
    /// The phone that was asked has said hello: its screen must show this number, too.
    Number(u16),
    /// The answer came: she is asked.
    Invited {
        /// What the posyandu is called.
        posyandu: String,
        /// What both screens show.
        number: u16,
    },
    /// She is in: her recovery code, shown once.
    Recovery {
        /// Groups of the code.
        groups: Vec<String>,
        /// Which group to type back.
        ask: u8,
    },
    /// Not this code; the camera goes on.
    Not(Trouble),
    /// Done, nothing more to say.
    Done,
}

/// What a visit brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// `<date>:<place>`
    pub sesi: String,
    /// Her id.
    pub sasaran: String,
    /// Her name; empty where her registration did not come along and is not here.
    pub nama: String,
    /// Who handed her over, as this phone's book calls her; empty where it does not know her.
    pub from: String,
    /// Records that were not here.
    pub new: u64,
    /// Of these, such whose author is not known here yet.
    pub unverified: u64,
    /// Records that are not taken.
    pub refused: u64,
    /// She is in the list of the day.
    pub is_in_list: bool,
    /// The number of the station at which she waits.
    pub waits_at: Option<u8>,
}

/// Why a code was of no use, or none can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// Some other code.
    Foreign,
    /// Read wrongly, or damaged.
    Damaged,
    /// Made by a newer app.
    Newer,
    /// A visit that cannot be opened here.
    Sealed(FileError),
    /// A code of ours that belongs on another screen.
    Elsewhere,
    /// It answers somebody else, or came before its turn.
    Other,
    /// This phone may not let anybody in.
    MayNot,
    /// There is somebody of this name or key already.
    Taken,
    /// No posyandu's book is kept on this phone.
    NoPosyandu,
    /// Nothing was recorded of her on this day.
    Nothing,
    /// More than codes can bring.
    TooMuch,
    /// A posyandu with more people than codes can name.
    TooMany,
}
