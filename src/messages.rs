//! What page and worker say to each other.
//!
//! The page asks, the worker answers with the same number; the worker also tells, unasked, that
//! something changed. Plain data only: everything here travels as bytes ([`wire`]) between two threads
//! of one app version, so it is never stored and may change freely.

pub mod by_hand;
pub mod codes;
pub mod wire;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::area::Tempat;
use crate::domain::file::FileError;
use crate::domain::form::FieldError;
use crate::domain::intent::{Intent, Saved};
use crate::domain::kirim::Counts;
pub use crate::domain::kirim::Trouble as CarryTrouble;
use crate::domain::view::{Query, View};

/// The form that may be kept before anybody has a key: the founding of the posyandu, without the PIN.
pub const FOUNDING: &str = "mulai";

/// The cache in which `public/sw.js` keeps what the share sheet brought, until somebody looked at it.
pub const SHARED: &str = "posyandu-titipan";

/// A question or an order of the page.
#[derive(Clone, Serialize, Deserialize)]
pub enum Request {
    /// Which databases there are and who may open them. First message of every page.
    Start {
        /// The practice database instead of the real one, with this many invented families if it is empty.
        practice: Option<u32>,
        /// Unix seconds when this app was built: no phone clock is earlier than that.
        built_at: u64,
    },
    /// Founds a posyandu on this phone.
    Found(Box<Founding>),
    /// Opens the book of a person.
    Unlock {
        /// Person id.
        person: String,
        /// As typed.
        secret: String,
    },
    /// Where things stand; while somebody waits after wrong PINs, asked every few seconds, because only
    /// time that the worker sees pass counts.
    Look,
    /// Closes it; keys leave memory.
    Lock,
    /// One more kader on this phone, beside an unlocked one.
    AddKader {
        /// What people call her.
        nama: String,
        /// Her PIN.
        secret: String,
    },
    /// Another PIN, known the old one.
    ChangeSecret {
        /// Old.
        old: String,
        /// New.
        new: String,
    },
    /// A forgotten PIN: her recovery code and a new PIN.
    Recover {
        /// Person id.
        person: String,
        /// As typed.
        code: String,
        /// New PIN.
        secret: String,
    },
    /// A forgotten PIN without the code: an unlocked colleague gives a new one.
    HelpColleague {
        /// The other person.
        person: String,
        /// Her new PIN.
        secret: String,
    },
    /// A recovery code was written down: four characters are typed back.
    ConfirmRecovery {
        /// Which group was asked, from 0.
        group: u8,
        /// As typed.
        typed: String,
    },
    /// The person says what day it is; the offset is kept.
    SetToday {
        /// The day in front of her.
        #[serde(with = "crate::domain::iso")]
        day: NaiveDate,
    },
    /// A question about the book.
    Ask(Query),
    /// Something to save.
    Do(Box<Intent>),
    /// A new recovery code, shown once.
    NewRecovery,
    /// Takes events back, within the seconds in which that is offered, or later.
    Undo {
        /// Subject and id of each.
        events: Vec<(String, String)>,
    },
    /// Keeps what is being typed.
    KeepDraft {
        /// Which form.
        form: String,
        /// What is typed; empty removes it.
        body: Vec<u8>,
    },
    /// Reads what was being typed.
    ReadDraft {
        /// Which form.
        form: String,
    },
    /// Reads a photo; answered as a draft is.
    ReadPhoto {
        /// Its hash, 64 hex.
        sha256: String,
    },
    /// How much room there is and whether the browser may clear it.
    Storage,
    /// Everything in this database as sealed bytes, for the recovery page. Needs no PIN.
    Export,
    /// A backup into an empty phone.
    Restore {
        /// The file.
        bytes: Vec<u8>,
        /// She has seen what it holds; otherwise it is only shown.
        is_sure: bool,
    },
    /// Throws everything on this phone away.
    StartAgain,
    /// Throws the practice database away.
    ForgetPractice,
    /// What a link offers; asks the server.
    Offer {
        /// As opened, scanned or pasted.
        link: String,
    },
    /// Takes up what the last [`Request::Offer`] offered; asks the server.
    Connect {
        /// The PIN of who comes in, on an empty phone.
        pin: Option<String>,
    },
    /// Send and fetch now: something was saved, the network came back, somebody asked for it.
    Carry,
    /// Whether the page is in sight.
    Seen {
        /// It is.
        visible: bool,
    },
    /// Photos travel only by Wi-Fi, or by any network.
    PhotoNet {
        /// Only by Wi-Fi.
        wifi_only: bool,
    },
    /// What needs a person: refused on either way.
    Tray,
    /// Sends again what was refused.
    SendAgain {
        /// Which event.
        id: String,
    },
    /// Lets it lie: it stays on this phone and is not counted any more.
    Park {
        /// Which event, or which of those that came.
        id: String,
    },
    /// Empties this phone, if nothing on it would be lost.
    Leave,
    /// After a colleague's reset: her old recovery code, which opens what was sealed before.
    Redeem {
        /// As typed.
        code: String,
    },
    /// Who has not sent for long; asks the server.
    Kabar,
    /// Fetches the next piece of a photo that another phone took; asks the server. Answered with how much came, or, when
    /// it is whole, as a draft is.
    FetchPhoto {
        /// Its hash, 64 hex.
        sha256: String,
        /// Only says how much came before; asks nobody.
        is_look: bool,
    },
    /// About files and codes: a [`by_hand::Asked`], which only the second file reads.
    ByHand(Vec<u8>),
}

/// What a link offers.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OfferShown {
    /// Who is meant.
    pub nama: String,
    /// Her roles.
    pub roles: Vec<String>,
    /// Name of the posyandu, or nothing for an office.
    pub posyandu: String,
    /// What the posyandu on this phone is called, where that is something else: somebody must see that it is the same.
    pub here: String,
    /// Only to practise with.
    pub practice: bool,
    /// Nobody works on this phone yet: a PIN is needed.
    pub is_new: bool,
}

/// What a backup says of itself before anybody has a key.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BackupShown {
    /// Records.
    pub records: u64,
    /// People who can open it.
    pub people: u64,
    /// When it was made; files of the first builds do not say.
    #[serde(with = "crate::domain::iso")]
    pub made_on: Option<NaiveDate>,
}

/// How sending stands.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Carriage {
    /// The phone is connected, with this person.
    pub is_connected: bool,
    /// An invented kabupaten.
    pub practice: bool,
    /// What waits, travels, was received or needs a person.
    pub counts: Counts,
    /// Of what is only here, how much waits sealed for its readers.
    pub sealed: u64,
    /// The day on which the first of what waits was recorded.
    #[serde(with = "crate::domain::iso")]
    pub oldest: Option<NaiveDate>,
    /// Of what waits, photos.
    pub photos: u64,
    /// Bytes of these photos.
    pub photo_bytes: u64,
    /// Photos travel only by Wi-Fi.
    pub wifi_only: bool,
    /// The browser tells which network it is: only then photos can wait for another one.
    pub knows_network: bool,
    /// When something was last heard of the server, Unix milliseconds.
    pub heard_at_ms: Option<u64>,
    /// The server's clock minus the phone's, in seconds, where it is known and more than five minutes.
    pub clock_off_s: Option<i64>,
    /// What waits is about these: ends of names of subjects, a few thousand at most.
    pub unsent: Vec<String>,
    /// The same of what needs a person.
    pub refused: Vec<String>,
    /// She looks after others' phones.
    pub sees_kabar: bool,
    /// What citizens complain of may be taken down here.
    pub takes_complaints: bool,
}

/// One thing that needs a person.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TrayItem {
    /// Which.
    pub id: String,
    /// Recorded here and refused there; otherwise it came from elsewhere and is not taken.
    pub is_own: bool,
    /// The kind of the event, `sasaran.registered` say; empty where it is none.
    pub kind: String,
    /// Whom or what it is about.
    pub subject: String,
    /// Her name, if she is in the book.
    pub nama: String,
    /// The server's word, or ours.
    pub reason: String,
    /// When it was refused, Unix milliseconds.
    pub at_ms: u64,
    /// It goes again with the next sending.
    pub again: bool,
    /// A person left it on this phone.
    pub parked: bool,
    /// The document, to be handed to somebody who can help.
    pub text: String,
}

/// A phone, as its server last heard of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KabarRow {
    /// Whose.
    pub nama: String,
    /// Of which posyandu.
    pub posyandu: String,
    /// When it was last heard, Unix milliseconds.
    pub seen_ms: Option<u64>,
    /// How many waited then.
    pub unsent: u64,
    /// Since when the first of them waited.
    #[serde(with = "crate::domain::iso")]
    pub oldest: Option<NaiveDate>,
    /// How many needed a person.
    pub refused: u64,
    /// How much was only on it.
    pub kept: u64,
    /// How far its clock was off, in seconds.
    pub offset_s: i64,
    /// What stood in its way.
    pub trouble: Option<CarryTrouble>,
    /// When its app was built, Unix milliseconds.
    pub built_at_ms: Option<u64>,
}

/// An answer.
#[derive(Serialize, Deserialize)]
pub enum Reply {
    /// To [`Request::Start`], [`Request::Unlock`], [`Request::Lock`].
    Gate(Gate),
    /// A person was set up: her recovery code, shown once.
    Recovery {
        /// Person id.
        person: String,
        /// Groups of the code.
        groups: Vec<String>,
        /// Which group to type back.
        ask: u8,
    },
    /// Done, nothing more to say.
    Done,
    /// The answer of a query.
    View(Box<View>),
    /// Saved on disk, strictly.
    Saved(Saved),
    /// A draft, if there is one.
    Draft(Option<Vec<u8>>),
    /// So many bytes of a photo are on this phone; the rest is still to be fetched.
    Came(u64),
    /// Room on this phone.
    Storage(StorageState),
    /// Bytes to keep elsewhere.
    Export(Vec<u8>),
    /// What a backup holds.
    Backup(BackupShown),
    /// What a link offers.
    Offer(OfferShown),
    /// What needs a person, newest first.
    Tray(Vec<TrayItem>),
    /// Phones, as their server last heard of them.
    Kabar(Vec<KabarRow>),
    /// To [`Request::ByHand`]: a [`by_hand::Answered`].
    ByHand(Vec<u8>),
}

/// Where the app stands before anything can be asked.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Gate {
    /// Nothing on this phone yet.
    Fresh {
        /// The day the phone shows, when its clock must be confirmed before anything is saved.
        #[serde(with = "crate::domain::iso")]
        doubtful: Option<NaiveDate>,
    },
    /// Somebody must say who she is.
    Locked(LockScreen),
    /// Open.
    Open(Me),
}

/// What may be seen without a PIN.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LockScreen {
    /// Name of the posyandu.
    pub posyandu: String,
    /// Who may open.
    pub people: Vec<LockPerson>,
}

/// One face on the lock screen.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LockPerson {
    /// Person id.
    pub id: String,
    /// Short name.
    pub nama: String,
    /// How many of her forms are unfinished.
    pub drafts: u32,
    /// Milliseconds she must wait after wrong PINs.
    pub wait_ms: u64,
}

/// Who opened the book.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Me {
    /// Person id.
    pub id: String,
    /// Short name.
    pub nama: String,
    /// Name of the posyandu.
    pub posyandu: String,
    /// It is a posyandu's book; an office has nobody to weigh, and no open days.
    pub is_posyandu: bool,
    /// Today at the posyandu, as the corrected clock says.
    #[serde(with = "crate::domain::iso")]
    pub today: NaiveDate,
    /// The clock is not plausible: ask before anything is saved.
    pub doubts_clock: bool,
    /// Her recovery code was shown and not yet typed back.
    pub owes_recovery: bool,
    /// How many of the stored events cannot be read any more.
    pub damaged: u64,
    /// Everybody who may open this phone's book, herself among them: id and short name.
    pub people: Vec<(String, String)>,
}

/// What founding needs.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Founding {
    /// Name of the posyandu, without the word.
    pub nama: String,
    /// Where; from the official list, or typed.
    pub tempat: Tempat,
    /// Official number, if Kemendagri gave one.
    pub nomor_registrasi: String,
    /// First kader.
    pub kader: String,
    /// Her PIN.
    pub secret: String,
    /// Local emergency numbers: word and number.
    pub telepon: Vec<(String, String)>,
}

/// Room on this phone.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StorageState {
    /// Bytes in use by this app.
    pub used: u64,
    /// Bytes the browser would give.
    pub quota: u64,
    /// Whether the browser promised to keep them.
    pub persisted: bool,
    /// Events on this phone.
    pub events: u64,
    /// When a backup was last made here.
    #[serde(with = "crate::domain::iso")]
    pub backup_on: Option<NaiveDate>,
    /// It is time for another one.
    pub is_backup_due: bool,
    /// Something of hers was sealed before a colleague gave her a new PIN, and waits for her old recovery code.
    pub is_closed: bool,
}

impl StorageState {
    /// Megabytes that are left, where the browser tells. Chrome 138 and later do not: they add up to 10 GiB, or the
    /// size of the disk, in whole GiB, to what is in use.
    #[must_use]
    pub fn free_mb(&self) -> Option<u64> {
        const GIB: u64 = 1 << 30;
        let left = self.quota.saturating_sub(self.used);
        let is_told = left == 0 || left > 10 * GIB || !left.is_multiple_of(GIB);
        is_told.then_some(left >> 20)
    }

    /// Soon there is no room.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.free_mb().is_some_and(|it| it < 200)
    }

    /// What is left is for records.
    #[must_use]
    pub fn is_too_low_for_photos(&self) -> bool {
        self.free_mb().is_some_and(|it| it < 50)
    }
}

/// Why an answer is none. Says what is safe, never what was typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Failure {
    /// The book is closed.
    Locked,
    /// Fields to look at again.
    Refused(Vec<FieldError>),
    /// Not the PIN.
    WrongSecret {
        /// Tries left before a wait.
        left: u32,
        /// Milliseconds to wait now.
        wait_ms: u64,
    },
    /// The PIN may not be chosen.
    WeakSecret(crate::domain::pin::PinError),
    /// Not the recovery code.
    WrongRecovery,
    /// The clock must be confirmed first.
    Clock,
    /// An office does not record what only a posyandu does.
    NotPosyandu,
    /// The account of this phone may not send complaints.
    NoComplaints,
    /// Something is on this phone and nowhere else.
    OnlyHere,
    /// Not a backup that can be restored.
    Backup(FileError),
    /// No such thing, or no longer.
    NotFound,
    /// The disk.
    Store(StoreFailure),
    /// It needs a network, and there was no answer.
    Unreachable,
    /// The worker is gone.
    Worker,
    /// The server does not know this account any more.
    SignedOut,
    /// The account was ended.
    Ended,
    /// A link that does not count here.
    Link(LinkFailure),
}

/// Why a link does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkFailure {
    /// Not a link, or not whole.
    Unreadable,
    /// The server does not know it.
    Unknown,
    /// Used by another phone.
    Used,
    /// Too old.
    Expired,
    /// Made for another server.
    OtherServer,
    /// For another posyandu or office than the one whose book this phone holds.
    OtherPosyandu,
    /// Real work does not go to a place of practice, and practice goes nowhere.
    Practice,
}

/// What went wrong with the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreFailure {
    /// Full.
    Quota,
    /// Another tab holds an older version open.
    Blocked,
    /// The database was made by a newer app.
    Newer,
    /// It does not open, or cannot be read.
    Broken,
    /// The browser forbids it, private mode say.
    Forbidden,
    /// The connection closed; try again.
    Closed,
}

/// Unasked.
#[derive(Clone, Serialize, Deserialize)]
pub enum Notice {
    /// The book moved to a new version: queries are asked again.
    Changed {
        /// Rises with every change.
        version: u64,
    },
    /// Sending moved.
    Carriage(Box<Carriage>),
    /// The root said that this phone is lost: everything on it is gone.
    Struck,
    /// Another tab emptied this phone, or has a newer version: what is open here is over.
    Released,
    /// Something long goes on.
    Progress {
        /// How much is done.
        done: u32,
        /// Of how much.
        of: u32,
    },
}

/// One message of the page.
#[derive(Serialize, Deserialize)]
pub struct Asked {
    /// Number of the question.
    pub id: u32,
    /// The question.
    pub request: Request,
}

/// One message of the worker.
#[derive(Serialize, Deserialize)]
pub enum Told {
    /// An answer follows, `Result<Reply, Failure>`: whoever asked reads it.
    Answer {
        /// Number of the question.
        id: u32,
    },
    /// Unasked.
    Notice(Notice),
}
