//! Replication as data in, data out: what to ask of the server and of the store, told what they answered.
//!
//! A [`Pull`] brings what a server's database has, a [`Push`] brings it what this phone has. Both never wait,
//! read no clock, make no random number and do no I/O; a driver performs what they hand out:
//!
//! ```ignore
//! while let Some(command) = pull.poll() {
//!     pull.handle(perform(command).await)?;
//! }
//! let outcome = pull.outcome();
//! ```
//!
//! The server speaks the subset of CouchDB's replication protocol that the README names
//! (<https://docs.couchdb.org/en/stable/replication/protocol.html>). Documents are events: written once, named by
//! their content, so that sending or receiving twice is doing it once and every doubt is solved by doing it again.
//! Three rules hold everything together. A checkpoint is written in the same transaction as what it stands for.
//! Phone and server keep logs of checkpoints and go on where the two agree ([`log`]). Where they do not, the server
//! may have been set back, and what this phone has since then is owed to it, whoever recorded it ([`Owed`]).
//!
//! Deliberately unknown here: keys and signatures (the store's one entrance judges every document), which databases
//! there are and who may use them, sessions, the bytes of photos that are sent ([`photo`] is about those that come).
//!
//! Read [`ask`] first, then [`log`], [`pull`], [`push`].

pub mod again;
pub mod ask;
pub mod clock;
mod course;
pub mod log;
mod logs;
pub mod photo;
pub mod pull;
pub mod push;
pub mod raw;
pub mod retry;

pub use ask::{
    Answer, Aside, Command, Direction, Freight, OutOfStep, Outcome, Owed, Paid, Pause, Place, Reading, Refusal,
    Request, Row, Settled, Span, StoreTrouble, Told, Verb, Why,
};
pub use pull::Pull;
pub use push::Push;
