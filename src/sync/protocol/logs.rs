//! Both halves of a log: read at the start of a run, compared, written when enough has happened.
//!
//! The server's half is written only over what is known to stand there. Where something else stands there, the server
//! was set back in the middle of a run, and the run goes on from where the logs agree by then. A server that checks
//! `_rev` says so itself (409); one that does not (CouchDB 3) is asked again before every writing but the first.
//!
//! Knows nothing of what is pulled or pushed: [`super::Pull`] and [`super::Push`] ask it and go on when it is
//! [`Next::Ready`].

use super::ask::{Answer, Command, Direction, OutOfStep, Outcome, Owed, Place, Request, Told, Verb};
use super::log::{self, Entry, Log, Sessions, compare};
use super::raw;
use super::retry::{NETWORK, SERVER, ending};

/// What comes after an answer.
pub(super) enum Next {
    /// Something to do.
    Ask(Command),
    /// Opened, or written. Where the server turned out to stand further back, the log says where to go on.
    Ready {
        /// Whether the log is another one than before.
        is_back: bool,
    },
    /// The run is over.
    End(Outcome),
}

/// Where the reading or writing of a log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Idle,
    Loading,
    /// Reading the server's half, at the start.
    Opening,
    /// Reading the database's `instance_start_time`, before anything else is asked.
    Asking,
    /// Writing down what is owed.
    Owing,
    /// Reading the server's half before it is written.
    Checking,
    Writing,
    /// Writing down that the log stands alone.
    Keeping,
}

/// The log of one run, and what the store said at its start.
pub(super) struct Logs {
    place: Place,
    direction: Direction,
    name: String,
    sessions: Sessions,
    step: Step,
    log: Log,
    remote: Option<Log>,
    /// `_rev` of the server's half.
    rev: Option<String>,
    /// The server's half was read, and not written since.
    is_read: bool,
    /// The server was told of the newest entry, or may have been.
    is_told: bool,
    /// The server has the newest entry.
    is_written: bool,
    /// `instance_start_time`, where it was asked for at the start of this run.
    epoch: Option<String>,
    /// It did not let us in this run.
    is_shut: bool,
    tries: u8,
    pub(super) owed: Owed,
    pub(super) head: u64,
    pub(super) has_again: bool,
}

/// Patience for small requests, in seconds.
const PATIENCE_S: u32 = 30;
/// How often in one run the server may turn out to have been set back.
const MOST_TRIES: u8 = 6;

impl Logs {
    pub(super) fn new(place: Place, direction: Direction, seed: [u8; 16]) -> Self {
        Self {
            name: log::name(&place, direction),
            place,
            direction,
            sessions: Sessions::new(seed),
            step: Step::Idle,
            log: Log::default(),
            remote: None,
            rev: None,
            is_read: false,
            is_told: true,
            is_written: true,
            epoch: None,
            is_shut: false,
            tries: 0,
            owed: Owed::default(),
            head: 0,
            has_again: false,
        }
    }

    /// Begins to read both halves.
    pub(super) fn open(&mut self) -> Command {
        self.step = Step::Loading;
        Command::Load(self.direction)
    }

    /// The log as it counts.
    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// Adds a checkpoint, which counts when the store has the text.
    pub(super) fn add(&mut self, seq: String) -> String {
        let entry = Entry { session: self.sessions.next(), seq, head: self.head };
        self.log.add(entry, !self.is_told);
        self.is_told = false;
        self.is_written = false;
        self.log.to_text(None, None)
    }

    /// Begins to write the server's half, if there is anything to write.
    pub(super) fn write(&mut self) -> Option<Command> {
        if self.is_written || self.is_shut {
            return None;
        }
        Some(if self.is_read { self.put() } else { self.get(Step::Checking) })
    }

    /// Begins anew from nothing: the server does not understand where we were.
    pub(super) fn forget(&mut self) -> Next {
        self.go_back(Log::default())
    }

    pub(super) fn handle(&mut self, told: Told) -> Result<Next, OutOfStep> {
        Ok(match (self.step, told) {
            (Step::Idle, _) => return Err(OutOfStep),
            (Step::Loading, Told::Loaded { log, owed, head, has_again }) => {
                self.owed = owed;
                self.head = head;
                self.has_again = has_again;
                self.is_told = true;
                self.log = log.as_deref().and_then(Log::parse).unwrap_or_default();
                Next::Ask(self.get(Step::Opening))
            }
            (Step::Owing | Step::Keeping, Told::Stored { head }) => {
                self.head = head;
                let is_back = self.step == Step::Owing;
                self.step = Step::Idle;
                Next::Ready { is_back }
            }
            (Step::Opening, Told::Answer(answer)) => self.opened(&answer),
            (Step::Checking, Told::Answer(answer)) => self.checked(&answer),
            (Step::Writing, Told::Answer(answer)) => self.wrote(&answer),
            (Step::Asking, Told::Answer(answer)) => self.asked(&answer),
            (Step::Opening | Step::Checking | Step::Writing | Step::Asking, Told::Failed) => Next::End(NETWORK),
            (_, Told::StoreFailed(trouble)) => Next::End(Outcome::Store(trouble)),
            _ => return Err(OutOfStep),
        })
    }

    fn opened(&mut self, answer: &Answer) -> Next {
        match self.read(answer) {
            Err(end) => Next::End(end),
            // Also a log that stood alone before: whether the database is the same decides then.
            Ok(()) if self.is_shut || self.log.is_alone => {
                self.step = Step::Asking;
                Next::Ask(Command::Send(self.request(Verb::Get, String::new(), None)))
            }
            Ok(()) => self.agree(),
        }
    }

    /// Takes in the server's half.
    fn read(&mut self, answer: &Answer) -> Result<(), Outcome> {
        self.remote = None;
        self.rev = None;
        match answer.status {
            200 => {
                let body = raw::whole(&answer.body).ok_or(NETWORK)?;
                self.rev = raw::member_text(body, "_rev");
                self.remote = Log::parse(body);
                self.is_read = true;
            }
            403 | 405 => self.is_shut = true,
            404 => self.is_read = true,
            status => return Err(ending(status, answer.retry_after_s).unwrap_or(SERVER)),
        }
        Ok(())
    }

    fn asked(&mut self, answer: &Answer) -> Next {
        self.epoch = match ending(answer.status, answer.retry_after_s) {
            // Whoever may not ask has nothing to compare.
            Some(Outcome::NoAccess | Outcome::NoDatabase) => None,
            Some(end) => return Next::End(end),
            None => match raw::whole(&answer.body) {
                Some(body) => raw::member(body, "instance_start_time").map(str::to_owned),
                None => return Next::End(NETWORK),
            },
        };
        let next = self.agree();
        if self.is_shut {
            self.stand_alone();
        }
        next
    }

    /// From now on the server's half may not be written. The database is the one it was at the start of the run; where
    /// nobody asked then, the next run begins anew.
    fn stand_alone(&mut self) {
        self.log.is_alone = true;
        self.log.epoch.clone_from(&self.epoch);
    }

    /// Writes down whether the log stands alone.
    fn keep(&mut self) -> Next {
        self.step = Step::Keeping;
        let log = Some(self.log.to_text(None, None));
        Next::Ask(Command::Owe { owed: Owed::default(), direction: self.direction, log })
    }

    /// Compares the halves at the start.
    fn agree(&mut self) -> Next {
        let local = Some(std::mem::take(&mut self.log)).filter(|it| it.newest().is_some());
        let is_first = local.is_none();
        let agreed = compare(local, self.remote.as_ref(), self.epoch.as_deref());
        if agreed.is_back && !(is_first && self.head == 0) {
            return self.go_back(agreed.log);
        }
        self.log = agreed.log;
        // One that stands alone is tried again with its next entry.
        self.is_written = self.log.is_alone || self.remote_newest() == self.newest();
        self.step = Step::Idle;
        Next::Ready { is_back: false }
    }

    /// Goes on from an older log; what it does not cover is owed.
    fn go_back(&mut self, log: Log) -> Next {
        let owed = log.owes(self.direction, self.head);
        self.log = log;
        self.is_told = true;
        self.is_written = true;
        self.owed = self.owed.join(owed);
        self.tries += 1;
        if self.tries > MOST_TRIES {
            return Next::End(SERVER);
        }
        self.step = Step::Owing;
        let log = self.log.newest().map(|_| self.log.to_text(None, None));
        Next::Ask(Command::Owe { owed, direction: self.direction, log })
    }

    fn checked(&mut self, answer: &Answer) -> Next {
        let known = self.remote_newest().map(str::to_owned);
        if let Err(end) = self.read(answer) {
            return Next::End(end);
        }
        if self.is_shut {
            self.stand_alone();
            return self.keep();
        }
        let found = self.remote_newest();
        if found.is_some() && found == self.newest() {
            // It was written, and then said to be in conflict with itself: a request that came twice.
            self.is_written = true;
            self.step = Step::Idle;
            return Next::Ready { is_back: false };
        }
        if found == known.as_deref() {
            return Next::Ask(self.put());
        }
        let agreed = compare(Some(std::mem::take(&mut self.log)), self.remote.as_ref(), None);
        self.go_back(agreed.log)
    }

    fn wrote(&mut self, answer: &Answer) -> Next {
        self.is_read = false;
        match answer.status {
            200..=202 => {
                let rev = raw::whole(&answer.body).and_then(|it| raw::member_text(it, "rev"));
                if rev.is_none() {
                    return Next::End(NETWORK);
                }
                self.rev = rev;
                self.remote = Some(self.log.clone());
                self.is_written = true;
                self.step = Step::Idle;
                if std::mem::take(&mut self.log.is_alone) {
                    self.log.epoch = None;
                    return self.keep();
                }
                Next::Ready { is_back: false }
            }
            403 | 405 => {
                self.is_shut = true;
                self.stand_alone();
                self.keep()
            }
            409 if self.tries < MOST_TRIES => {
                self.tries += 1;
                Next::Ask(self.get(Step::Checking))
            }
            status => Next::End(ending(status, answer.retry_after_s).unwrap_or(SERVER)),
        }
    }

    fn newest(&self) -> Option<&str> {
        self.log.newest().map(|it| it.session.as_str())
    }

    fn remote_newest(&self) -> Option<&str> {
        self.remote.as_ref().and_then(Log::newest).map(|it| it.session.as_str())
    }

    fn get(&mut self, step: Step) -> Command {
        self.step = step;
        Command::Send(self.request(Verb::Get, format!("/_local/{}", self.name), None))
    }

    fn put(&mut self) -> Command {
        self.step = Step::Writing;
        self.is_told = true;
        let text = Log { is_alone: false, epoch: None, ..self.log.clone() };
        let text = text.to_text(Some(&self.name), self.rev.as_deref());
        Command::Send(self.request(Verb::Put, format!("/_local/{}", self.name), Some(text)))
    }

    fn request(&self, verb: Verb, path: String, body: Option<String>) -> Request {
        Request { verb, path: format!("/{}{path}", self.place.database), body, patience_s: PATIENCE_S }
    }
}
