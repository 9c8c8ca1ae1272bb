//! What page and worker say to each other about handing over by file and by code.
//!
//! It travels as bytes inside [`super::Request::ByHand`] and [`super::Reply::ByHand`], which both halves read only
//! behind `later::Here`: what is known of these types lies in the second file.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::codes;
pub use crate::domain::kiriman::What;

/// A question or an order of the page.
#[derive(Clone, Serialize, Deserialize)]
pub enum Asked {
    /// What could go into a file, and how much of it.
    Choices,
    /// Makes a file.
    MakeFile {
        /// Which of it.
        what: What,
        /// Photos, too.
        with_photos: bool,
    },
    /// What a file holds; nothing is written.
    LookInto {
        /// The file.
        bytes: Vec<u8>,
    },
    /// Takes in what was looked at last.
    TakeIn,
    /// A file was handed out, or kept: its date is remembered.
    Handed,
    /// About codes.
    Code(codes::Asked),
}

/// An answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Answered {
    /// What could go into a file.
    Choices(Choices),
    /// The file.
    File(Made),
    /// There is nothing of this choice.
    Nothing,
    /// What a file holds.
    Preview(Preview),
    /// What was taken in.
    Taken(Brought),
    /// Done, nothing more to say.
    Done,
    /// About codes.
    Code(codes::Answered),
}

/// How much a choice would carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weight {
    /// Records of this choice; what goes along with every file is not counted.
    pub events: u64,
    /// Photos that are on this phone.
    pub photos: u64,
    /// Bytes of these photos.
    pub photo_bytes: u64,
    /// Bytes of the file without photos, roughly.
    pub bytes: u64,
}

/// What could go into a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// What waits for the server; none on a phone that is not connected.
    pub unsent: Option<Weight>,
    /// What is true of today.
    pub today: Weight,
    /// Everything.
    pub all: Weight,
    /// When a file was last handed out.
    #[serde(with = "crate::domain::iso")]
    pub handed_on: Option<NaiveDate>,
}

/// A file that was made, and opened again to see that it is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// `posyandu-kiriman-<date>.txt`
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
    /// Records of the choice in it.
    pub events: u64,
    /// Photos in it.
    pub photos: u64,
    /// Photos that do not open here any more.
    pub broken: u64,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Who made it, as this phone's own book calls her; empty where it does not vouch for her.
    pub from: String,
    /// The day on which it says that it was made.
    #[serde(with = "crate::domain::iso")]
    pub made_on: Option<NaiveDate>,
    /// A backup of this phone, or of the one it was restored from.
    pub is_backup: bool,
    /// What would come of it.
    pub brought: Brought,
}

/// What came, or would come, of documents that somebody brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// Records that were not here.
    pub new: u64,
    /// Of these, such whose author is not known here yet.
    pub unverified: u64,
    /// Records that were here already.
    pub known: u64,
    /// Refused: no event, or changed on the way.
    pub damaged: u64,
    /// Refused: the signature is not the author's.
    pub forged: u64,
    /// Refused: an erasure that nobody ordered who may.
    pub not_erased: u64,
    /// Photos that were not here.
    pub photos: u64,
    /// Of a backup: complaints and additions that wait sealed for their readers, and were not here.
    pub waiting: u64,
    /// Of a backup: begun forms that were not here.
    pub drafts: u64,
    /// Of a backup: what came there and is not used yet, and was not here.
    pub held: u64,
    /// Of a backup: what belongs to somebody whose book is not opened on this phone.
    pub left: u64,
    /// First day of which the new ones tell.
    #[serde(with = "crate::domain::iso")]
    pub oldest: Option<NaiveDate>,
    /// Last day of which the new ones tell.
    #[serde(with = "crate::domain::iso")]
    pub newest: Option<NaiveDate>,
    /// The people whom the new ones are about: their ids.
    pub people: Vec<String>,
}

impl Brought {
    /// Whether anything comes of it.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.new + self.photos + self.waiting + self.drafts + self.held > 0
    }

    /// Whether taking it in is of use: also what is refused for want of a key, or of an erasure, is kept then, and heard
    /// again when that comes.
    #[must_use]
    pub fn may_be_taken(&self) -> bool {
        self.is_new() || self.forged + self.not_erased > 0
    }

    /// Whether all of it is here already.
    #[must_use]
    pub fn is_all_here(&self) -> bool {
        !self.is_new() && self.refused() == 0 && self.left == 0
    }

    /// Adds what another part brought. The people are each counted once.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.unverified += other.unverified;
        self.known += other.known;
        self.damaged += other.damaged;
        self.forged += other.forged;
        self.not_erased += other.not_erased;
        self.photos += other.photos;
        self.oldest = self.oldest.into_iter().chain(other.oldest).min();
        self.newest = self.newest.max(other.newest);
        self.people.extend(other.people);
        self.people.sort();
        self.people.dedup();
        self.waiting += other.waiting;
        self.drafts += other.drafts;
        self.held += other.held;
        self.left += other.left;
    }

    /// Records that are not taken.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.damaged + self.forged + self.not_erased
    }
}
