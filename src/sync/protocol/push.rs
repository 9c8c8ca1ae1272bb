//! From the phone to the server.
//!
//! Reads the log, then sweeps over the local rows behind it, one [`Freight`] after the other, in batches
//! (<https://docs.couchdb.org/en/stable/api/database/bulk-api.html#post--db-_bulk_docs>, `new_edits: false`). Rows that
//! the server gave stay here, except where it may have been set back: what is [`Owed`](super::Owed) goes all, after
//! it was asked what it lacks.
//!
//! The checkpoint moves behind receipts only: every row before it is received, or stands in the tray with the
//! server's reason. A batch that is refused whole is halved until the offender is alone; the others go on.
//!
//! On a full phone nothing can be noted, and what was recorded there is what must get away from it: the run goes on
//! to its end without writing down how far it is, and the next one offers the same again.

use std::collections::VecDeque;

use super::ask::{
    Answer, Command, Direction, Freight, MAX_REASON, OutOfStep, Outcome, Paid, Place, Reading, Refusal, Request, Row,
    Settled, Span, StoreTrouble, Told, Verb,
};
use super::course::Course;
use super::log::seq_of;
use super::logs::{Logs, Next};
use super::raw;
use super::retry::{NETWORK, SERVER, ending};
use crate::domain::json::Value;
use crate::domain::ledger::EventId;
use crate::domain::sorted::SortedSet;

/// How much a push sends at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Documents in a request.
    pub count: usize,
    /// Bytes of their text in a request.
    pub bytes: usize,
    /// Of what is owed, so many documents or more are asked for (`_revs_diff`) before they are sent; fewer are just
    /// sent, for sending twice is sending once, and so are a few batches after one of which everything was lacking.
    /// Photos are always asked for.
    pub ask_from: usize,
    /// The server's log is written after this many batches, and at the end.
    pub log_every: u32,
}

impl Default for Load {
    fn default() -> Self {
        Self { count: 500, bytes: 1 << 20, ask_from: 20, log_every: 8 }
    }
}

/// Patience for a batch, in seconds: a slow line takes a minute for a megabyte that was compressed.
const PATIENCE_S: u32 = 120;
/// Rows of other databases that are passed over again and again rather than noted with two requests.
const SKIM: u64 = 1000;

/// Where a server lacked a whole batch of what is owed, so many more are sent without asking first.
const UNASKED: u32 = 3;

/// How far a push has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Documents that the server has received in this run.
    pub received: u64,
    /// Documents that it refused in this run.
    pub refused: u64,
}

/// What is being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// What lies in the tray and a person wants sent again.
    Tray,
    /// What has not been sent.
    Sweep(Freight),
    /// Nothing more.
    Last,
}

/// What a push waits for.
enum State {
    Log,
    Rows,
    /// What the server lacks of these.
    Diff(Vec<Row>),
    /// A receipt for the first of the parts.
    Receipt,
    /// The store, which notes a receipt.
    Store,
}

/// One run of pushing one database.
pub struct Push {
    database: String,
    logs: Logs,
    course: Course<State>,
    load: Load,
    with_photos: bool,
    progress: Progress,
    stage: Stage,
    /// What is owed of the freight at hand, if the rows at hand are of that.
    owed: Option<Span>,
    /// How far the rows at hand reach, when all parts are through.
    until: u64,
    is_end: bool,
    /// Rows at hand that are still to be sent, in order: one request each.
    parts: VecDeque<Vec<Row>>,
    /// Of the rows at hand, what the server had already.
    had: Vec<EventId>,
    /// The same with their revisions.
    seen: Vec<(String, String)>,
    /// How far each freight is received.
    positions: [u64; 3],
    /// The phone is full: nothing is noted any more, here or there.
    is_full: bool,
    /// So many batches of what is owed go unasked: of those before them the server lacked everything.
    unasked: u32,
    /// How far the freight at hand was swept: further than what is received, or not as far while something is owed.
    swept: u64,
    batches: u32,
}

impl Push {
    /// A run that ends when everything has been sent. `seed` is 16 random bytes of its own; photos travel only
    /// `with_photos`.
    #[must_use]
    pub fn new(place: Place, seed: [u8; 16], load: Load, with_photos: bool) -> Self {
        Self {
            database: place.database.clone(),
            logs: Logs::new(place, Direction::Push, seed),
            course: Course::new(),
            load,
            with_photos,
            progress: Progress::default(),
            stage: Stage::Tray,
            owed: None,
            until: 0,
            is_end: false,
            parts: VecDeque::new(),
            had: Vec::new(),
            seen: Vec::new(),
            positions: [0; 3],
            is_full: false,
            unasked: 0,
            swept: 0,
            batches: 0,
        }
    }

    /// What to do next; `None` when the run is over, or while the last command is not answered.
    pub fn poll(&mut self) -> Option<Command> {
        if self.course.is_new() {
            self.course.then(State::Log, self.logs.open());
        }
        self.course.next()
    }

    /// Takes the answer to the last command.
    ///
    /// # Errors
    /// [`OutOfStep`] where the answer does not fit; the run is then over.
    pub fn handle(&mut self, told: Told) -> Result<(), OutOfStep> {
        match (self.course.answered()?, told) {
            (State::Log, mut told) => {
                if told == Told::StoreFailed(StoreTrouble::Full) && self.logs.is_owing() {
                    // What a server that was set back lost must get away from a full phone, too.
                    self.is_full = true;
                    told = Told::Stored { head: self.logs.head };
                }
                match self.logs.handle(told)? {
                    Next::Ask(command) => self.course.then(State::Log, command),
                    Next::Ready { is_back } => self.ready(is_back),
                    Next::End(outcome) => self.course.end(outcome),
                }
            }
            (State::Rows, Told::Rows { rows, until, is_end }) => self.read(rows, until, is_end),
            (State::Diff(rows), Told::Answer(answer)) => self.compared(rows, &answer),
            (State::Receipt, Told::Answer(answer)) => self.answered(&answer),
            (State::Receipt, Told::NoBytes { is_own }) => self.without_bytes(is_own),
            (State::Diff(_) | State::Receipt, Told::Failed) => self.course.end(NETWORK),
            (State::Store, Told::Stored { head }) => {
                self.logs.head = head;
                self.go_on();
            }
            (State::Store, Told::StoreFailed(StoreTrouble::Full)) => {
                self.is_full = true;
                self.go_on();
            }
            (State::Store | State::Rows | State::Receipt, Told::StoreFailed(trouble)) => {
                self.course.end(Outcome::Store(trouble));
            }
            _ => return Err(OutOfStep),
        }
        Ok(())
    }

    /// How it ended; `None` while it runs.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.course.outcome()
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress
    }

    fn post(&mut self, state: State, path: &str, body: String) {
        let request = self.request(path, body);
        self.course.then(state, Command::Send(request));
    }

    fn request(&self, path: &str, body: String) -> Request {
        let path = format!("/{}/{path}", self.database);
        Request { verb: Verb::Post, path, body: Some(body), patience_s: PATIENCE_S }
    }

    /// The log is read or written.
    fn ready(&mut self, is_back: bool) {
        if is_back || self.batches == 0 {
            // What was at hand is read again: it may be owed now.
            self.parts.clear();
            self.had.clear();
            self.seen.clear();
            self.positions = self.logs.log().positions();
            if self.stage != Stage::Tray || !self.logs.has_again {
                self.begin(Stage::Sweep(Freight::Events));
            }
        }
        self.batches = self.batches.max(1);
        self.go_on();
    }

    fn begin(&mut self, stage: Stage) {
        self.stage = stage;
        self.is_end = false;
        if let Stage::Sweep(freight) = stage {
            let position = self.position(freight);
            self.swept = self.logs.owed.of(freight).map_or(position, |it| it.from.min(position));
        }
    }

    fn position(&self, freight: Freight) -> u64 {
        self.positions.get(freight as usize).copied().unwrap_or(0)
    }

    /// Sends the next part, reads on, or goes over to the next freight.
    fn go_on(&mut self) {
        if !self.parts.is_empty() {
            return self.send();
        }
        if self.batches > self.load.log_every && !self.is_full {
            self.batches = 1;
            if let Some(command) = self.logs.write() {
                return self.course.then(State::Log, command);
            }
        }
        while self.is_end {
            self.begin(match self.stage {
                Stage::Tray => Stage::Sweep(Freight::Events),
                Stage::Sweep(Freight::Events) => Stage::Sweep(Freight::Erased),
                Stage::Sweep(Freight::Erased) if self.with_photos => Stage::Sweep(Freight::Photos),
                Stage::Sweep(_) | Stage::Last => Stage::Last,
            });
        }
        let Load { count, bytes, .. } = self.load;
        match self.stage {
            Stage::Tray => self.course.then(State::Rows, Command::ReadTray { count, bytes }),
            Stage::Sweep(freight) => self.read_on(freight),
            Stage::Last => self.finish(),
        }
    }

    fn read_on(&mut self, freight: Freight) {
        let owed = self.logs.owed.of(freight);
        // Before it, in it, or behind it.
        let (is_all, until) = match owed {
            Some(owed) if self.swept < owed.from => (false, owed.from),
            Some(owed) if self.swept < owed.until => (true, owed.until),
            _ => (false, u64::MAX),
        };
        if !is_all {
            // Between the two there may be rows that were received since.
            self.swept = self.swept.max(self.position(freight).min(until));
        }
        self.owed = owed.filter(|_| is_all);
        let Load { count, bytes, .. } = self.load;
        let count = if freight == Freight::Photos { 1 } else { count };
        let reading = Reading { freight, after: self.swept, until, count, bytes, is_all };
        self.course.then(State::Rows, Command::ReadRows(reading));
    }

    fn read(&mut self, rows: Vec<Row>, until: u64, is_end: bool) {
        if self.stage == Stage::Tray {
            // What is refused again is not asked for again, and photos wait for the network that they may use.
            self.is_end = true;
            self.split(rows.into_iter().filter(|it| self.with_photos || it.freight != Freight::Photos).collect());
            return self.go_on();
        }
        let Stage::Sweep(freight) = self.stage else { return self.course.end(SERVER) };
        let bound = self.logs.owed.of(freight).map(|it| if self.swept < it.from { it.from } else { it.until });
        let bound = bound.filter(|it| self.swept < *it);
        // The end of a part of the rows is not the end of all.
        self.until = match bound {
            Some(bound) if is_end => bound,
            _ => until.max(self.swept),
        };
        self.until = rows.last().map_or(0, |it| it.seq).max(self.until);
        self.is_end = is_end && bound.is_none();
        if !is_end && until <= self.swept {
            // A store that does not come on would be asked for ever.
            return self.course.end(SERVER);
        }
        let rows: Vec<Row> = rows.into_iter().filter(|it| self.owed.is_some() || !it.is_given).collect();
        if rows.is_empty() {
            return self.pass_over();
        }
        let is_asked = freight == Freight::Photos || rows.len() >= self.load.ask_from;
        if self.owed.is_some() && freight != Freight::Photos && self.unasked > 0 {
            self.unasked -= 1;
        } else if self.owed.is_some() && is_asked {
            let wanted = rows.iter().map(|it| (it.id.to_string(), Value::List(vec![revision(it).into()]))).collect();
            return self.post(State::Diff(rows), "_revs_diff", Value::Object(wanted).canonical());
        }
        self.split(rows);
        self.go_on();
    }

    /// Nothing of these is to be sent: noted where it is owed or was a long way, but not for each save of another
    /// database.
    fn pass_over(&mut self) {
        let Stage::Sweep(freight) = self.stage else { return self.course.end(SERVER) };
        let is_long = self.until.saturating_sub(self.position(freight)) > SKIM;
        if self.owed.is_some() || is_long {
            return self.settle(Vec::new(), Vec::new());
        }
        self.swept = self.until;
        self.go_on();
    }

    /// What the server lacks; a server that cannot say gets all.
    fn compared(&mut self, rows: Vec<Row>, answer: &Answer) {
        let lacking = match ending(answer.status, answer.retry_after_s) {
            Some(end) => return self.course.end(end),
            None if answer.status < 300 => match raw::whole(&answer.body).and_then(raw::members) {
                Some(members) => members,
                None => return self.course.end(NETWORK),
            },
            None => {
                self.split(rows);
                return self.go_on();
            }
        };
        let lacking: Option<SortedSet<EventId>> = lacking.iter().map(|(id, _)| EventId::parse(id).ok()).collect();
        // Silence about a document means that it is there, so what speaks of anything else is no answer.
        let Some(lacking) = lacking else { return self.course.end(NETWORK) };
        if lacking.len() == rows.len() && rows.iter().all(|it| it.freight != Freight::Photos) {
            self.unasked = UNASKED;
        }
        let (rows, had): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|it| lacking.contains(&it.id));
        self.seen.extend(had.iter().map(pair));
        self.had = had.into_iter().map(|it| it.id).collect();
        if rows.is_empty() {
            return self.settle(Vec::new(), Vec::new());
        }
        self.split(rows);
        self.go_on();
    }

    /// Cuts rows into requests, whatever the store gave.
    fn split(&mut self, rows: Vec<Row>) {
        let most = self.load.count.max(1);
        let mut part: Vec<Row> = Vec::new();
        let mut bytes = 0;
        for row in rows {
            let is_alone =
                row.freight == Freight::Photos || part.last().is_some_and(|it| it.freight == Freight::Photos);
            if !part.is_empty() && (is_alone || part.len() >= most || bytes + row.text.len() > self.load.bytes) {
                self.parts.push_back(std::mem::take(&mut part));
                bytes = 0;
            }
            bytes += row.text.len();
            part.push(row);
        }
        if !part.is_empty() {
            self.parts.push_back(part);
        }
    }

    fn send(&mut self) {
        let Some(part) = self.parts.front() else { return self.course.end(SERVER) };
        let mut body = String::with_capacity(part.iter().map(|it| it.text.len() + 1).sum::<usize>() + 40);
        body.push_str("{\"new_edits\":false,\"docs\":[");
        for (index, row) in part.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            body.push_str(&row.text);
        }
        body.push_str("]}");
        let photo = part.first().filter(|it| it.freight == Freight::Photos).cloned();
        let request = self.request("_bulk_docs", body);
        let command = match photo {
            Some(Row { id, text, .. }) => Command::SendPhoto { id, text, request },
            None => Command::Send(request),
        };
        self.course.then(State::Receipt, command);
    }

    fn answered(&mut self, answer: &Answer) {
        match answer.status {
            200..=202 => self.receipt(answer),
            400 | 412 | 413 => self.refused_whole(answer),
            status => self.course.end(ending(status, answer.retry_after_s).unwrap_or(SERVER)),
        }
    }

    /// Success is silence: only failures are named, though some servers name successes too.
    fn receipt(&mut self, answer: &Answer) {
        let Some(items) = raw::whole(&answer.body).and_then(raw::items) else { return self.course.end(NETWORK) };
        let Some(part) = self.parts.pop_front() else { return self.course.end(SERVER) };
        let mut refused = Vec::new();
        for item in items {
            let Some(error) = raw::member(item, "error") else { continue };
            let error = raw::text(error).unwrap_or_default();
            let id = raw::member_text(item, "id").and_then(|it| EventId::parse(&it).ok());
            let row = part.iter().find(|it| Some(it.id) == id);
            match (error.as_str(), row) {
                // The session ended on the way, and the server took us for nobody.
                ("unauthorized", _) => return self.course.end(Outcome::SignedOut),
                ("forbidden" | "conflict", Some(row)) => {
                    let reason = raw::member_text(item, "reason").unwrap_or(error);
                    refused.push(Refusal { seq: row.seq, id: row.id, reason: short(reason) });
                }
                // It failed, it did not refuse; or it speaks of something else.
                _ => return self.course.end(SERVER),
            }
        }
        self.settle(part, refused);
    }

    /// Something in it is wrong, and nothing of it is stored.
    fn refused_whole(&mut self, answer: &Answer) {
        let said = raw::whole(&answer.body).and_then(|it| raw::member_text(it, "error"));
        if said.is_none() && answer.status != 413 {
            // Not the server's words: something on the way, as a sign-in page of a network is.
            return self.course.end(NETWORK);
        }
        let Some(mut part) = self.parts.pop_front() else { return self.course.end(SERVER) };
        if part.len() > 1 {
            if answer.status == 413 {
                let bytes: usize = part.iter().map(|it| it.text.len()).sum();
                self.load.bytes = self.load.bytes.min(bytes / 2).max(1);
            }
            let rest = part.split_off(part.len() / 2);
            self.parts.push_front(rest);
            self.parts.push_front(part);
            return self.send();
        }
        let reason = short(said.unwrap_or_else(|| "too_large".to_owned()));
        let refused = part.iter().map(|it| Refusal { seq: it.seq, id: it.id, reason: reason.clone() }).collect();
        self.settle(part, refused);
    }

    /// Of a colleague's photo the bytes may never have come; one's own should be here.
    fn without_bytes(&mut self, is_own: bool) {
        let Some(part) = self.parts.pop_front() else { return self.course.end(SERVER) };
        // What a person wanted sent again must not ask for itself again and again.
        let own = part.iter().filter(|_| is_own || self.stage == Stage::Tray);
        let refused = own.map(|it| Refusal { seq: it.seq, id: it.id, reason: "no_bytes".to_owned() }).collect();
        self.settle(Vec::new(), refused);
    }

    /// Notes that the server has `part`, but for what it refused, and with it how far everything is received.
    fn settle(&mut self, part: Vec<Row>, refused: Vec<Refusal>) {
        self.progress.refused += refused.len() as u64;
        self.progress.received += (part.len() as u64).saturating_sub(refused.len() as u64);
        self.batches += 1;
        let mut accepted = std::mem::take(&mut self.had);
        if self.stage == Stage::Tray || self.owed.is_some() {
            // They may stand in the tray since an earlier time.
            let is_refused = |it: &Row| refused.iter().any(|no| no.id == it.id);
            accepted.extend(part.iter().filter(|it| !is_refused(it)).map(|it| it.id));
        }
        let Stage::Sweep(freight) = self.stage else {
            return self
                .course
                .then(State::Store, Command::Settle(Settled { refused, accepted, ..Settled::default() }));
        };
        // Up to the next row that is still to be sent.
        let next = self.parts.front().and_then(|it| it.first());
        self.swept = next.map_or(self.until, |it| it.seq.saturating_sub(1)).max(self.swept);
        let paid = self.owed.map(|was| Paid { freight, was, now: self.swept });
        if let Some(paid) = paid {
            self.logs.owed = self.logs.owed.pay(paid);
            self.owed = self.logs.owed.of(freight);
        }
        if let Some(position) = self.positions.get_mut(freight as usize) {
            *position = self.swept.max(*position);
        }
        let mut seen = std::mem::take(&mut self.seen);
        seen.extend(part.iter().filter(|it| !refused.iter().any(|no| no.id == it.id)).map(pair));
        let log = Some(self.logs.add(seq_of(self.positions), seen));
        self.course.then(State::Store, Command::Settle(Settled { refused, accepted, log, paid }));
    }

    fn finish(&mut self) {
        if self.is_full {
            return self.course.end(Outcome::Store(StoreTrouble::Full));
        }
        if self.logs.log().newest().is_none() {
            // Without a log nobody knows whether this phone was ever here.
            let log = Some(self.logs.add(seq_of(self.positions), None));
            return self.course.then(State::Store, Command::Settle(Settled { log, ..Settled::default() }));
        }
        match self.logs.write() {
            Some(command) => self.course.then(State::Log, command),
            None => self.course.end(Outcome::Done),
        }
    }
}

/// The revision of a row, which its text says at its beginning or not at all.
fn revision(row: &Row) -> String {
    raw::member_text(&row.text, "_rev").unwrap_or_else(|| format!("1-{}", row.id))
}

fn pair(row: &Row) -> (String, String) {
    (row.id.to_string(), revision(row))
}

fn short(mut reason: String) -> String {
    while reason.len() > MAX_REASON {
        reason.pop();
    }
    reason
}
