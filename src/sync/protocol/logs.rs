//! Both halves of a log: read at the start of a run, compared, written when enough has happened.
//!
//! After it was written the server is asked for the documents behind it (`_revs_diff`), of a pull also whether it is
//! still the database of the last time (`instance_start_time`, which our own server changes when it is restored), and
//! only then the entry counts. On a bare CouchDB, which does not say so, a phone that slept in the middle of a page
//! while its server was restored, and others sent meanwhile, could pass over something: end runs before restoring.
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
use crate::domain::json::{self, Value};

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
    /// Reading the database's `instance_start_time`, before or behind the server's half.
    Asking,
    /// Writing down what is owed.
    Owing,
    /// Reading the server's half before it is written.
    Checking,
    Writing,
    /// Asking whether so many of the documents behind the newest entry are there.
    Proving(usize),
    /// Reading `instance_start_time` again, behind a page.
    Dating,
    /// Writing down what was learned of the log.
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
    /// `instance_start_time` at the start of this run, or when it was last asked for.
    epoch: Option<String>,
    is_asked: bool,
    /// Behind the newest entry, and not seen since it was written: names and revisions.
    unseen: Vec<(String, String)>,
    /// It did not let us in this run.
    is_shut: bool,
    tries: u8,
    pub(super) owed: Owed,
    pub(super) head: u64,
    pub(super) has_again: bool,
}

/// Patience for small requests, in seconds.
const PATIENCE_S: u32 = 30;
/// How many documents are asked for at a time.
const MOST_ASKED: usize = 2_000;
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
            is_asked: false,
            unseen: Vec::new(),
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
    /// `documents` are names and revisions by which the server can be asked whether it has what the entry stands for.
    pub(super) fn add(&mut self, seq: String, documents: impl IntoIterator<Item = (String, String)>) -> String {
        self.unseen.extend(documents);
        let entry = Entry { session: self.sessions.next(), seq, head: self.head, is_seen: false };
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

    /// Whether the store is to take note of what is owed.
    pub(super) fn is_owing(&self) -> bool {
        self.step == Step::Owing
    }

    /// Begins anew from nothing: the server does not understand where we were.
    pub(super) fn forget(&mut self) -> Next {
        self.go_back(Log::default())
    }

    pub(super) fn handle(&mut self, told: Told) -> Result<Next, OutOfStep> {
        Ok(match (self.step, told) {
            (Step::Idle, _) => return Err(OutOfStep),
            (Step::Loading, Told::Loaded { log, owed, head, has_again, .. }) => {
                self.owed = owed;
                self.head = head;
                self.has_again = has_again;
                self.is_told = true;
                self.log = log.as_deref().and_then(Log::parse).unwrap_or_default();
                if self.log.is_alone || (self.direction == Direction::Pull && self.log.epoch.is_none()) {
                    return Ok(self.ask(Step::Asking));
                }
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
            (Step::Dating, Told::Answer(answer)) => self.dated(&answer),
            (Step::Proving(count), Told::Answer(answer)) => self.proved(&answer, count),
            (Step::Loading | Step::Owing | Step::Keeping, Told::Failed) => return Err(OutOfStep),
            (_, Told::Failed) => Next::End(NETWORK),
            (_, Told::StoreFailed(trouble)) => Next::End(Outcome::Store(trouble)),
            _ => return Err(OutOfStep),
        })
    }

    fn opened(&mut self, answer: &Answer) -> Next {
        match self.read(answer) {
            Err(end) => Next::End(end),
            // Also a log that stood alone before: whether the database is the same decides then.
            Ok(()) if self.is_shut && !self.is_asked => self.ask(Step::Asking),
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

    fn ask(&mut self, step: Step) -> Next {
        self.step = step;
        Next::Ask(Command::Send(self.request(Verb::Get, String::new(), None)))
    }

    fn asked(&mut self, answer: &Answer) -> Next {
        match epoch_in(answer) {
            Ok(epoch) => self.epoch = epoch,
            Err(end) => return Next::End(end),
        }
        self.is_asked = true;
        if self.is_read || self.is_shut { self.agree() } else { Next::Ask(self.get(Step::Opening)) }
    }

    /// Whether the database is still what it was when the page before this was read.
    fn dated(&mut self, answer: &Answer) -> Next {
        let epoch = match epoch_in(answer) {
            Ok(epoch) => epoch,
            Err(end) => return Next::End(end),
        };
        if epoch == self.log.epoch {
            return self.seen();
        }
        self.epoch = epoch;
        self.go_back_one()
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
        let mut agreed = compare(local, self.remote.as_ref(), self.epoch.as_deref());
        agreed.log.is_alone |= self.is_shut;
        if !self.is_asked {
            self.epoch.clone_from(&agreed.log.epoch);
        }
        if agreed.is_back && !(is_first && self.head == 0) {
            return self.go_back(agreed.log);
        }
        self.log = agreed.log;
        self.date();
        // One that stands alone is tried again with its next entry.
        self.is_written = self.log.is_alone || self.remote_newest() == self.newest();
        self.step = Step::Idle;
        Next::Ready { is_back: false }
    }

    /// Asks for the documents behind the newest entry, or notes that they are there.
    fn prove(&mut self) -> Next {
        let count = self.unseen.len().min(MOST_ASKED);
        if count == 0 {
            return if self.direction == Direction::Pull { self.ask(Step::Dating) } else { self.seen() };
        }
        self.step = Step::Proving(count);
        let asked = self.unseen.iter().take(count);
        let asked: json::Map = asked.map(|(id, rev)| (id.clone(), Value::List(vec![rev.as_str().into()]))).collect();
        let body = Value::Object(asked).canonical();
        Next::Ask(Command::Send(self.request(Verb::Post, "/_revs_diff".to_owned(), Some(body))))
    }

    fn proved(&mut self, answer: &Answer, count: usize) -> Next {
        if let Some(end) = ending(answer.status, answer.retry_after_s) {
            return Next::End(end);
        }
        let lacking = match answer.status {
            200..=202 => raw::whole(&answer.body).and_then(raw::members),
            _ => return Next::End(SERVER),
        };
        // Silence about a document means that it is there, so what speaks of anything else is no answer.
        let is_answer = |it: &(&str, &str)| raw::member(it.1, "missing").is_some();
        let Some(lacking) = lacking.filter(|it| it.iter().all(is_answer)) else { return Next::End(NETWORK) };
        if lacking.is_empty() {
            self.unseen.drain(..count.min(self.unseen.len()));
            return self.prove();
        }
        self.go_back_one()
    }

    /// The newest entry counts.
    fn seen(&mut self) -> Next {
        if let Some(newest) = self.log.entries.first_mut() {
            newest.is_seen = true;
        }
        self.keep()
    }

    /// The newest entry does not count.
    fn go_back_one(&mut self) -> Next {
        let mut log = std::mem::take(&mut self.log);
        log.entries.drain(..1.min(log.entries.len()));
        self.go_back(log)
    }

    /// Notes in the log which database it belongs to.
    fn date(&mut self) {
        if self.log.is_alone || self.direction == Direction::Pull {
            self.log.epoch.clone_from(&self.epoch);
        }
    }

    /// Goes on from an older log; what it does not cover is owed.
    fn go_back(&mut self, log: Log) -> Next {
        let owed = log.owes(self.direction, self.head);
        self.log = log;
        self.date();
        self.is_told = true;
        self.is_written = true;
        self.unseen.clear();
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
            return self.written();
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
                self.written()
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

    /// The server has the newest entry.
    fn written(&mut self) -> Next {
        self.is_written = true;
        self.log.is_alone = false;
        self.prove()
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

/// `instance_start_time` as it is written; none for whoever may not ask.
fn epoch_in(answer: &Answer) -> Result<Option<String>, Outcome> {
    match ending(answer.status, answer.retry_after_s) {
        Some(Outcome::NoAccess | Outcome::NoDatabase) => Ok(None),
        Some(end) => Err(end),
        None => {
            let body = raw::whole(&answer.body).ok_or(NETWORK)?;
            Ok(raw::member(body, "instance_start_time").map(str::to_owned))
        }
    }
}
