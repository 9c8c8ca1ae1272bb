//! From the server to the phone.
//!
//! Reads the log, then page after page of `_changes` from where it stands
//! (<https://docs.couchdb.org/en/stable/api/database/changes.html>). Each page goes to the store together with the log
//! that says so, and the server's half of the log follows behind. A page that comes twice costs time only.
//!
//! Does not judge documents: the store keeps in quarantine what is no event of ours, one by one. Where something else
//! stands in the way of an event, it asks for the event itself, and before the first page for what came damaged in
//! runs before ([`again`]).

use super::again;
use super::ask::{Answer, Command, Direction, OutOfStep, Outcome, Place, Request, Told, Verb};
use super::course::Course;
use super::logs::{Logs, Next};
use super::raw;
use super::retry::{NETWORK, SERVER, ending};
use crate::domain::json::{self, Value};
use crate::domain::ledger::{Event, EventId};

/// How much a pull asks for at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Changes asked for at a time now. Halved by answers that are cut or slow, doubled by quick ones.
    pub limit: u32,
    /// Never more than this.
    pub most: u32,
    /// Fewer are not asked for: the request itself costs more.
    pub fewest: u32,
    /// The server's log is written after this many pages, and at the end.
    pub log_every: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { limit: 500, most: 1000, fewest: 16, log_every: 8 }
    }
}

/// An answer that took longer was too much, in milliseconds.
const SLOW_MS: u32 = 20_000;
/// An answer that took less was little, in milliseconds.
const QUICK_MS: u32 = 5_000;
/// A long poll that ends sooner with nothing was none, in milliseconds.
const SOON_MS: u32 = 1_000;
/// Patience for a page, in seconds.
const PATIENCE_S: u32 = 60;
/// Patience beyond the time-out of a long poll, in seconds.
const GRACE_S: u32 = 20;

impl Pace {
    fn less(&mut self) {
        self.limit = (self.limit / 2).max(self.fewest.min(self.most)).max(1);
    }

    fn after(&mut self, took_ms: u32) {
        if took_ms > SLOW_MS {
            self.less();
        } else if took_ms < QUICK_MS {
            self.limit = self.limit.saturating_mul(2).min(self.most).max(1);
        }
    }
}

/// How far a pull has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Changes taken in by this run.
    pub done: u64,
    /// Changes that the server says are still to come, where it says so.
    pub pending: Option<u64>,
}

/// What a pull waits for.
enum State {
    /// The log, read or written; what comes then.
    Log,
    /// What came damaged before.
    Again(Vec<EventId>),
    /// The store, with what came of that.
    Mended,
    /// A page.
    Page { is_poll: bool },
    /// Events behind strange documents, and which were asked for.
    Behind(Page, Vec<EventId>),
    /// The store.
    Store(Page),
}

/// What is to be stored of a page.
struct Page {
    texts: Vec<String>,
    last_seq: String,
    /// Name and revision of the last document: they come in order, so where it is, the others are.
    last: Option<(String, String)>,
    rows: u64,
    is_last: bool,
}

/// One run of pulling one database.
pub struct Pull {
    database: String,
    logs: Logs,
    course: Course<State>,
    pace: Pace,
    progress: Progress,
    /// What came damaged before and is still to be asked for.
    again: Vec<EventId>,
    /// Raw JSON.
    since: String,
    pages: u32,
    is_all_here: bool,
    poll_ms: Option<u32>,
}

impl Pull {
    /// A run that ends when everything is here. `seed` is 16 random bytes of its own; `pace` is what the last run
    /// of this server came to ([`Pull::pace`]), or the default.
    #[must_use]
    pub fn new(place: Place, seed: [u8; 16], pace: Pace) -> Self {
        Self {
            database: place.database.clone(),
            logs: Logs::new(place, Direction::Pull, seed),
            course: Course::new(),
            pace,
            progress: Progress::default(),
            again: Vec::new(),
            since: FROM_THE_START.to_owned(),
            pages: 0,
            is_all_here: false,
            poll_ms: None,
        }
    }

    /// The same, but it goes on: when everything is here it asks the server to answer at the next change, for at most
    /// this many milliseconds each time (`feed=longpoll`), until it is dropped or something fails.
    #[must_use]
    pub fn live(mut self, timeout_ms: u32) -> Self {
        self.poll_ms = Some(timeout_ms);
        self
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
            (State::Log, told) => {
                if let Told::Loaded { aside, .. } = &told {
                    self.again = again::due(aside);
                }
                match self.logs.handle(told)? {
                    Next::Ask(command) => self.course.then(State::Log, command),
                    Next::Ready { is_back } => self.ready(is_back),
                    Next::End(outcome) => self.course.end(outcome),
                }
            }
            // Whatever became of it, what is new matters more: a server that cannot answer this one stops nobody.
            (State::Again(asked), Told::Answer(answer)) => self.mend(asked, Some(&answer)),
            (State::Again(asked), Told::Failed) => self.mend(asked, None),
            (State::Mended, Told::Stored { head }) => {
                self.logs.head = head;
                self.ready(false);
            }
            (State::Mended, Told::StoreFailed(trouble)) => self.course.end(Outcome::Store(trouble)),
            (State::Page { is_poll }, Told::Answer(answer)) => self.page(&answer, is_poll),
            (State::Page { is_poll }, Told::Failed) => {
                if !is_poll {
                    self.pace.less();
                }
                self.course.end(NETWORK);
            }
            (State::Behind(page, asked), Told::Answer(answer)) => self.behind(page, &asked, &answer),
            (State::Behind(..), Told::Failed) => self.course.end(NETWORK),
            (State::Store(page), Told::Stored { head }) => self.stored(&page, head),
            (State::Store(_), Told::StoreFailed(trouble)) => self.course.end(Outcome::Store(trouble)),
            _ => return Err(OutOfStep),
        }
        Ok(())
    }

    /// What it will most likely send when the store has taken a page, so that it may be sent meanwhile. A driver that did
    /// so takes that answer if it is asked for exactly this, and otherwise lets it go.
    #[must_use]
    pub fn foreseen(&self) -> Option<Request> {
        match self.course.waits_for() {
            Some(State::Store(page)) if !page.is_last => Some(self.request(&page.last_seq, false)),
            _ => None,
        }
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

    /// Whether nothing more was to come when the server was last asked.
    #[must_use]
    pub fn is_all_here(&self) -> bool {
        self.is_all_here
    }

    /// How much it asks for at a time by now: for the next run.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// The log is read or written.
    fn ready(&mut self, is_back: bool) {
        if !self.again.is_empty() {
            let rest = self.again.split_off(again::MOST.min(self.again.len()));
            let asked = std::mem::replace(&mut self.again, rest);
            return self.ask_for(&asked.clone(), State::Again(asked));
        }
        if is_back || self.pages == 0 {
            self.since = self.logs.log().newest().map_or(FROM_THE_START, |it| &it.seq).to_owned();
            self.is_all_here = false;
        }
        if !self.is_all_here {
            self.fetch(false);
        } else if self.poll_ms.is_some() {
            self.fetch(true);
        } else {
            self.course.end(Outcome::Done);
        }
    }

    fn fetch(&mut self, is_poll: bool) {
        let request = self.request(&self.since, is_poll);
        self.course.then(State::Page { is_poll }, Command::Send(request));
    }

    fn request(&self, since: &str, is_poll: bool) -> Request {
        let Pace { limit, .. } = self.pace;
        let since = in_address(since);
        let mut path = format!("/{}/_changes?include_docs=true&limit={limit}&since={since}", self.database);
        let mut patience_s = PATIENCE_S;
        if let Some(timeout_ms) = self.poll_ms.filter(|_| is_poll) {
            path.push_str(&format!("&feed=longpoll&timeout={timeout_ms}"));
            patience_s = timeout_ms / 1000 + GRACE_S;
        }
        Request { verb: Verb::Get, path, body: None, patience_s }
    }

    fn page(&mut self, answer: &Answer, is_poll: bool) {
        if answer.status == 400 && self.since != FROM_THE_START {
            // The sequence is none of this server's: it is another one, or was set back.
            match self.logs.forget() {
                Next::Ask(command) => self.course.then(State::Log, command),
                Next::Ready { .. } => self.ready(true),
                Next::End(outcome) => self.course.end(outcome),
            }
            return;
        }
        if answer.status != 200 {
            return self.course.end(ending(answer.status, answer.retry_after_s).unwrap_or(SERVER));
        }
        let limit = self.pace.limit;
        let Some(found) = read_page(&answer.body, limit, &self.since) else {
            self.pace.less();
            return self.course.end(NETWORK);
        };
        if !is_poll {
            self.pace.after(answer.took_ms);
        }
        self.progress.pending = found.pending;
        let Found { page, strange, .. } = found;
        if is_poll && page.rows == 0 && answer.took_ms < SOON_MS {
            // It does not wait, so asking it again at once would storm.
            return self.course.end(Outcome::Done);
        }
        if strange.is_empty() {
            return self.store(page);
        }
        self.ask_for(&strange.clone(), State::Behind(page, strange));
    }

    /// Asks for events by their names, in any form in which the server may hold them.
    fn ask_for(&mut self, events: &[EventId], state: State) {
        let each = |id: &EventId| {
            let id = *id;
            let wanted = move |rev: String| json::object([("id", id.to_string().into()), ("rev", rev.into())]).into();
            Event::revisions(id).map(wanted)
        };
        let wanted: Vec<Value> = events.iter().flat_map(each).collect();
        let body = Some(Value::Object(json::object([("docs", wanted.into())])).canonical());
        let path = format!("/{}/_bulk_get", self.database);
        self.course.then(state, Command::Send(Request { verb: Verb::Post, path, body, patience_s: PATIENCE_S }));
    }

    /// Gives the store what came of asking again.
    fn mend(&mut self, asked: Vec<EventId>, answer: Option<&Answer>) {
        let answer = answer.filter(|it| it.status == 200);
        let texts = answer.and_then(|it| documents_in(raw::whole(&it.body)?)).unwrap_or_default();
        self.course.then(State::Mended, Command::Mend { texts, asked });
    }

    /// Adds what was found behind strange documents. That nothing is there counts only where the answer says so of each:
    /// the page would be passed for ever.
    fn behind(&mut self, mut page: Page, asked: &[EventId], answer: &Answer) {
        if answer.status != 200 {
            return self.course.end(ending(answer.status, answer.retry_after_s).unwrap_or(SERVER));
        }
        let Some(documents) = raw::whole(&answer.body).and_then(|body| read_documents(body, asked)) else {
            return self.course.end(NETWORK);
        };
        page.texts.extend(documents);
        self.store(page);
    }

    fn store(&mut self, page: Page) {
        // Nothing happened, and the log says so already. A first one is written in any case: without it nobody knows
        // whether this phone was ever here.
        if page.rows == 0 && self.logs.log().newest().is_some() {
            self.is_all_here = true;
            return self.save();
        }
        let mut page = page;
        let log = self.logs.add(page.last_seq.clone(), page.last.take());
        let texts = std::mem::take(&mut page.texts);
        self.course.then(State::Store(page), Command::WriteBatch { texts, log });
    }

    fn stored(&mut self, page: &Page, head: u64) {
        self.logs.head = head;
        self.since.clone_from(&page.last_seq);
        self.is_all_here = page.is_last;
        self.progress.done += page.rows;
        self.pages += 1;
        // The first at once: a first sync that is cut off is then not begun anew.
        if page.is_last || self.pages % self.pace.log_every.max(1) == 1 % self.pace.log_every.max(1) {
            return self.save();
        }
        self.fetch(false);
    }

    /// Writes the server's half of the log.
    fn save(&mut self) {
        self.pages = self.pages.max(1);
        match self.logs.write() {
            Some(command) => self.course.then(State::Log, command),
            None => self.ready(false),
        }
    }
}

/// Where a server begins.
const FROM_THE_START: &str = "0";

/// A page as it was read.
struct Found {
    page: Page,
    /// Ids of events that do not stand there themselves.
    strange: Vec<EventId>,
    pending: Option<u64>,
}

/// `None` for an answer that was cut or is no page.
fn read_page(body: &str, limit: u32, since: &str) -> Option<Found> {
    let members = raw::members(raw::whole(body)?)?;
    let member = |name| members.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    let rows = raw::items(member("results")?)?;
    let mut texts = Vec::with_capacity(rows.len());
    let mut strange = Vec::new();
    let mut last_seq = None;
    let mut last = None;
    for row in &rows {
        let row = raw::members(row)?;
        let member = |name| row.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        last_seq = member("seq").filter(|it| *it != "null").or(last_seq);
        let id = raw::text(member("id")?);
        if id.as_deref().is_some_and(|it| it.starts_with("_design/")) {
            continue;
        }
        let document = member("doc").filter(|it| *it != "null");
        let revs = member("changes").and_then(raw::items).unwrap_or_default();
        if let (Some(id), Some(rev)) = (&id, revs.first().and_then(|it| raw::member_text(it, "rev"))) {
            last = Some((id.clone(), rev));
        }
        if let Some(id) = id.and_then(|it| EventId::parse(&it).ok())
            && !document.is_some_and(|it| is_of(id, it))
        {
            strange.push(id);
        }
        // Without a document there is something all the same that somebody must look at.
        texts.push(
            document.map_or_else(|| format!("{{\"_changes\":{}}}", member("id").unwrap_or("null")), str::to_owned),
        );
    }
    let pending = member("pending").and_then(raw::count);
    let last_seq = member("last_seq").or(last_seq)?.to_owned();
    let is_short = pending.map_or(rows.len() < limit as usize, |it| it == 0);
    // One that stays where it is would be asked for ever.
    let is_last = is_short || rows.is_empty() || last_seq == since;
    let page = Page { texts, last_seq, last, rows: rows.len() as u64, is_last };
    Some(Found { page, strange, pending })
}

/// Whether a document is the event of this name, or its tombstone. Its hash is the store's to check: where that does
/// not fit, the name under which it lies aside is the one to ask for.
fn is_of(id: EventId, document: &str) -> bool {
    let members = raw::members(document).unwrap_or_default();
    let says = |name: &str, head: &str| {
        let value = members.iter().find(|(key, _)| *key == name).and_then(|(_, value)| raw::text(value));
        value.is_some_and(|it| it.strip_prefix(head).is_some_and(|it| EventId::parse(it) == Ok(id)))
    };
    (says("_id", "") && says("_rev", "1-")) || Event::parse(document).is_ok()
}

/// The documents of a `_bulk_get`; what is missing is left out. None where the answer does not speak of everything that
/// was asked for.
fn read_documents(body: &str, asked: &[EventId]) -> Option<Vec<String>> {
    let results = raw::items(raw::member(body, "results")?)?;
    let is_told = |id: &EventId| {
        let id = id.to_string();
        results.iter().any(|it| raw::member(it, "id").and_then(raw::text).is_some_and(|it| it == id))
    };
    if asked.iter().all(is_told) { documents_in(body) } else { None }
}

/// The documents of a `_bulk_get`. Beside one that has lost its name on the way stands the name alone, which is no event
/// either: what lies aside is asked for again by that.
fn documents_in(body: &str) -> Option<Vec<String>> {
    let mut documents = Vec::new();
    for result in raw::items(raw::member(body, "results")?)? {
        let id = raw::member_text(result, "id");
        let docs = raw::member(result, "docs").and_then(raw::items).unwrap_or_default();
        for document in docs.into_iter().filter_map(|it| raw::member(it, "ok")) {
            documents.push(document.to_owned());
            if let Some(id) = id.as_deref().filter(|id| raw::member_text(document, "_id").as_deref() != Some(id)) {
                documents.push(Value::Object(json::object([("_id", id.into())])).canonical());
            }
        }
    }
    Some(documents)
}

/// A sequence as `since` takes it: a text bare, anything else as it is written.
fn in_address(seq: &str) -> String {
    let text = raw::text(seq).unwrap_or_else(|| seq.to_owned());
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for shift in [4, 0] {
                let digit = u32::from(byte >> shift) & 0xf;
                out.push(char::from_digit(digit, 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    out
}
