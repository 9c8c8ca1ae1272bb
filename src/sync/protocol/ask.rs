//! The words between protocol and driver: what is asked, what is told, and how a run ends.
//!
//! Knows nothing of how any of it is done. One [`Command`] is performed at a time and answered by one [`Told`].

use serde::{Deserialize, Serialize};

use crate::domain::ledger::EventId;

/// Which database of which server, for which store: what the name of a log is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Random name of the local store, made with it: a new, empty store never inherits an old checkpoint.
    pub store: String,
    /// The server's `uuid`, from `GET /`. Not its host name.
    pub server: String,
    /// `posyandu-…`, `aduan-…` and so on; lower-case letters, digits and `-`.
    pub database: String,
}

/// From the server, or to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// From the server to the phone.
    Pull,
    /// From the phone to the server.
    Push,
}

/// What goes in one sweep, each with a checkpoint of its own, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Freight {
    /// Live events without a photo.
    Events,
    /// Tombstones: behind the events, so that the server knows by then who said that they may be.
    Erased,
    /// `foto.added`: one a request, last, and only where photos may travel now. They hold nothing else back.
    Photos,
}

impl Freight {
    /// In the order in which they go.
    pub const ALL: [Self; 3] = [Self::Events, Self::Erased, Self::Photos];
}

/// Something the driver is to do. Each is answered by one [`Told`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Read what the store remembers of this direction. Told [`Told::Loaded`].
    Load(Direction),
    /// Send it to the server. Told [`Told::Answer`], whatever the status, or [`Told::Failed`].
    Send(Request),
    /// Send a document with the bytes of its photo: `request` is a `_bulk_docs` of this one document, to which the
    /// driver adds `_attachments`. Told as [`Command::Send`], or [`Told::NoBytes`] where this phone has not got them.
    SendPhoto {
        /// Which document.
        id: EventId,
        /// Its text, without `_attachments`.
        text: String,
        /// What would be sent without the photo.
        request: Request,
    },
    /// In one transaction: make the debt of this database the union of what it is and this ([`Owed::join`]), and
    /// replace the log of this direction (`None`: there is none any more). Told [`Told::Stored`].
    Owe {
        /// What is owed to the server.
        owed: Owed,
        /// Whose log.
        direction: Direction,
        /// The log as it counts from now on.
        log: Option<String>,
    },
    /// In one transaction: give the texts to the store's checked entrance, keep in quarantine what it refuses, each
    /// with its reason, and replace the pull's log. Rows that are new are marked as given by this server. Told
    /// [`Told::Stored`].
    WriteBatch {
        /// Documents as the server sent them, each for itself well-formed or not.
        texts: Vec<String>,
        /// The log that belongs to them.
        log: String,
    },
    /// In one transaction: give what was asked for again to the store's checked entrance. What lies aside under one of
    /// these names leaves where the event is here by now; otherwise it stays, and was asked for once more. Told
    /// [`Told::Stored`].
    Mend {
        /// Documents as the server sent them; none where it sent nothing that can be read.
        texts: Vec<String>,
        /// What was asked for.
        asked: Vec<EventId>,
    },
    /// Read local rows. Told [`Told::Rows`].
    ReadRows(Reading),
    /// Read what lies in the tray and is to be sent again, of this database. Told [`Told::Rows`], with `until` 0. What
    /// is refused again is no longer to be sent again.
    ReadTray {
        /// At most so many rows.
        count: usize,
        /// At most so many bytes of text, but one row at least.
        bytes: usize,
    },
    /// In one transaction: what the server said about rows, and how far it has now received. Told [`Told::Stored`].
    Settle(Settled),
}

/// Which rows to read: of this database (by class), not before, and in the order of their sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Which of them.
    pub freight: Freight,
    /// Only rows with a greater local sequence.
    pub after: u64,
    /// Only rows with a local sequence up to this.
    pub until: u64,
    /// At most so many rows.
    pub count: usize,
    /// At most so many bytes of text, but one row at least.
    pub bytes: usize,
    /// Also rows that this server gave.
    pub is_all: bool,
}

/// A local row that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Local sequence.
    pub seq: u64,
    /// Its name.
    pub id: EventId,
    /// The document as [`crate::domain::ledger::Event::to_text`] writes it.
    pub text: String,
    /// Whether this server gave it: this `uuid`, not another one before.
    pub is_given: bool,
    /// In which sweep it goes; of what lies in the tray, whether it needs its photo.
    pub freight: Freight,
}

/// A document of this database that was refused as it came, and lies aside under the name it came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Which event it was, or said to be.
    pub id: EventId,
    /// How often it was asked for again.
    pub tries: u8,
    /// How long ago it was last asked for, in seconds; none where it never was, or a clock says that it is yet to be.
    pub ago_s: Option<u64>,
}

/// What the server said about rows that were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Each goes into the durable tray with its reason.
    pub refused: Vec<Refusal>,
    /// The server has each of them now: what of them is in the tray leaves it.
    pub accepted: Vec<EventId>,
    /// The push's log as it counts from now on; `None` where it stays.
    pub log: Option<String>,
    /// Makes the debt smaller ([`Owed::pay`]).
    pub paid: Option<Paid>,
}

/// One document that the server does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Local sequence.
    pub seq: u64,
    /// Which.
    pub id: EventId,
    /// The server's word: `forged`, `class`, `role` and so on, or the `error` of an answer that refused it alone
    /// (`doc_validation`, `document_too_large`). At most [`MAX_REASON`] bytes.
    pub reason: String,
}

/// Longest reason kept, in bytes.
pub const MAX_REASON: usize = 200;

/// Local sequences behind `from`, up to and with `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Rows with a greater sequence than this.
    pub from: u64,
    /// The last one.
    pub until: u64,
}

impl Span {
    /// `None` where it would hold nothing.
    #[must_use]
    pub fn new(from: u64, until: u64) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }
}

/// Rows that are to be offered to the server again, whoever gave them, because it may have been set back: for each
/// [`Freight`], in its order. Kept by the store for each server and database, so that a run that is cut off forgets
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed(pub [Option<Span>; 3]);

/// A part of [`Owed`] that has been offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Of what.
    pub freight: Freight,
    /// As it was when it was read.
    pub was: Span,
    /// How far it was offered.
    pub now: u64,
}

impl Owed {
    /// The same for every freight.
    #[must_use]
    pub fn all(span: Option<Span>) -> Self {
        Self([span; 3])
    }

    /// What one freight owes.
    #[must_use]
    pub fn of(&self, freight: Freight) -> Option<Span> {
        self.0.get(freight as usize).copied().flatten()
    }

    /// Whether nothing is owed.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Both debts: what spans them.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let mut all = self.0;
        for (mine, theirs) in all.iter_mut().zip(other.0) {
            *mine = match (*mine, theirs) {
                (Some(a), Some(b)) => Some(Span { from: a.from.min(b.from), until: a.until.max(b.until) }),
                (a, b) => a.or(b),
            };
        }
        Self(all)
    }

    /// Smaller by what was paid. A debt that has grown meanwhile stays whole.
    #[must_use]
    pub fn pay(mut self, paid: Paid) -> Self {
        if let Some(span) = self.0.get_mut(paid.freight as usize)
            && *span == Some(paid.was)
        {
            *span = Span::new(paid.now, paid.was.until);
        }
        self
    }
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
}

/// One request to the server, `Accept` and `Content-Type` `application/json`. The transport adds the session and,
/// above 1 KB, compression.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub verb: Verb,
    /// From the origin on: `/posyandu-…/_changes?since=…`.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
    /// The transport gives up after this many seconds without an answer.
    pub patience_s: u32,
}

/// Never the body: it holds what people told.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} ({} bytes)", self.verb, self.path, self.body.as_ref().map_or(0, String::len))
    }
}

/// What the server answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, in seconds (also where it was a date).
    pub retry_after_s: Option<u32>,
    /// From the request to the last byte, in milliseconds.
    pub took_ms: u32,
    /// As it came, decompressed; bytes that are no UTF-8 replaced. A body cut short is given as far as it came.
    pub body: String,
}

/// Never the body: it holds what people told.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.status, self.body.len())
    }
}

/// What became of a [`Command`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// What the store remembers.
    Loaded {
        /// The log of this direction for this place.
        log: Option<String>,
        /// What is owed to this database.
        owed: Owed,
        /// The last local sequence, of whatever database.
        head: u64,
        /// Whether something lies in the tray that is to be sent again.
        has_again: bool,
        /// What lies aside of what this database gave; of a pull only.
        aside: Vec<Aside>,
    },
    /// The server answered.
    Answer(Answer),
    /// No answer: no network, cut off, too late.
    Failed,
    /// This phone has not got the photo.
    NoBytes {
        /// It was recorded here, and should be.
        is_own: bool,
    },
    /// The transaction is through.
    Stored {
        /// The last local sequence now.
        head: u64,
    },
    /// Local rows.
    Rows {
        /// In the order of their sequence.
        rows: Vec<Row>,
        /// How far was looked: rows up to here that are not in the list are not of that kind.
        until: u64,
        /// Nothing stands behind it, up to where the rows were asked for.
        is_end: bool,
    },
    /// The store failed; nothing of the transaction happened.
    StoreFailed(StoreTrouble),
}

/// Why the store failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// The phone is full. A pull ends; a push goes on, with what it learns in memory only.
    Full,
    /// Anything else.
    Broken,
}

/// The driver told something that was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the protocol was told what it had not asked")]
pub struct OutOfStep;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is left to do.
    Done,
    /// Try again later: [`super::retry::Backoff`] says when.
    Paused(Pause),
    /// The server does not know us any more: sign in, then begin again. Everything is kept.
    SignedOut,
    /// The server does not let us use this database (403). Everything is kept.
    NoAccess,
    /// The server has no such database (404). Everything is kept.
    NoDatabase,
    /// The store failed.
    Store(StoreTrouble),
}

/// When and why a run is to be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub why: Why,
    /// The server's own wish, in seconds.
    pub retry_after_s: Option<u32>,
}

/// Why a run stopped half-way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No network, cut off, truncated, garbage, 408.
    Network,
    /// 429, 503: too much at once.
    Busy,
    /// Any other answer that is the server's fault (500, 502, 504), or that makes no sense.
    Server,
}
