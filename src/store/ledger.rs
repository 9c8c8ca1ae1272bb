//! The ledger in memory: the one checked entrance, and the one place that stamps new events.
//!
//! Every event, whoever carried it (this phone's own saves, practice data, a file, a QR code, a server),
//! enters through [`Ledger::receive`] or [`Ledger::record`]; both only *plan*: the caller writes the rows
//! and then calls [`Ledger::apply`], so memory never knows more than the disk. Knows nothing of
//! IndexedDB, and reads no clock: the present is an argument.

use std::collections::BTreeSet;

use crate::domain::book::{Book, Seen};
use crate::domain::kinds;
use crate::domain::ledger::event::{Draft, Event, EventError, Signer, Stamp};
use crate::domain::ledger::id::{DeviceId, EventId, PersonId};
use crate::domain::ledger::roster::{Roster, Trust, Verifier};
use crate::domain::ledger::{Clock, Hlc, Subject, roster};
use crate::domain::scope::Class;
use crate::domain::sorted::{SortedMap, SortedSet};

/// Who records on this phone.
pub struct Author<'a> {
    /// The person.
    pub by: PersonId,
    /// This installation.
    pub device: DeviceId,
    /// Her key here.
    pub signer: &'a dyn Signer,
}

/// What of a delivery may enter, and what may not.
#[derive(Debug, Default)]
pub struct Received {
    /// New events with how far they are believed, to be stored.
    pub new: Vec<(Event, Trust)>,
    /// How many were here already.
    pub known: usize,
    /// Refused documents with the reason, to be kept in quarantine. Never folded.
    pub refused: Vec<(String, Refused)>,
}

/// Why a document is in quarantine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not an event, or not the one it says.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Its author is known and did not sign it.
    #[error("the signature is not the author's")]
    Forged,
    /// A tombstone, and nobody who may erase has said so; perhaps not yet.
    #[error("nobody who may has erased it")]
    NotErased,
}

/// A document as somebody brought it, read once.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// As it came.
    pub text: String,
    /// What it says, if it is what it says.
    pub event: Result<Event, EventError>,
}

impl Delivered {
    /// Reads it.
    #[must_use]
    pub fn read(text: String) -> Self {
        Self { event: Event::parse(&text), text }
    }
}

/// Everything of one scope that is in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The fold of all believed events.
    pub book: Book,
    /// Whose signature counts.
    pub roster: Roster,
    /// This device's time.
    pub clock: Clock,
    /// Greatest running number per device and class of database: gaps and clones show.
    pub numbers: SortedMap<(DeviceId, Class), i64>,
    /// Events whose author the roster does not know yet; they decide nothing.
    waiting: SortedMap<EventId, String>,
    /// Named by believed [`roster::ERASED`] events.
    erased: Erased,
}

/// What taking in events asks of the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Applied {
    /// Keys came or ended: what is in quarantine as [`Refused::Forged`] is to be delivered again, for it
    /// may have come before its key.
    pub roster_grew: bool,
    /// A key ended before something that is believed of it: [`Ledger::rebuilt`] from all that is stored.
    pub must_rebuild: bool,
    /// Events were named to be erased: what is stored of them is to be overwritten by their tombstones
    /// ([`Ledger::owes_erasure`]) and those applied; snapshots are to be thrown away, and what is in
    /// quarantine as [`Refused::NotErased`] is to be delivered again.
    pub must_erase: bool,
}

impl Ledger {
    /// A ledger that trusts one root key.
    #[must_use]
    pub fn trusting(root: [u8; 32]) -> Self {
        Self { roster: Roster::trusting(root), ..Self::default() }
    }

    /// The ledger as bytes, for a snapshot.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        let front = (&self.roster, self.clock, &self.numbers, &self.waiting, &self.erased);
        // It fails only for want of memory, which is a trap.
        let mut bytes = postcard::to_allocvec(&front).unwrap_or_default();
        self.book.pack(&mut bytes);
        bytes
    }

    /// The ledger of [`Ledger::to_snapshot`], which keeps the bytes and reads in them what it is asked for.
    /// `None` for bytes that end too early or too late, or hold no ledger.
    #[must_use]
    pub fn from_snapshot(bytes: Vec<u8>) -> Option<Self> {
        let ((roster, clock, numbers, waiting, erased), rest) = postcard::take_from_bytes(&bytes).ok()?;
        let at = bytes.len() - rest.len();
        Some(Self { book: Book::unpack(bytes, at)?, roster, clock, numbers, waiting, erased })
    }

    /// Checks a delivery. Nothing changes until [`Ledger::apply`].
    pub fn receive<'a>(&self, texts: impl IntoIterator<Item = &'a str>, verifier: &dyn Verifier) -> Received {
        self.check(&mut texts.into_iter().map(|text| (text, Event::parse(text))), verifier)
    }

    /// As [`Ledger::receive`], of documents that were read already.
    #[must_use]
    pub fn receive_read(&self, documents: &[Delivered], verifier: &dyn Verifier) -> Received {
        self.check(&mut documents.iter().map(|it| (it.text.as_str(), it.event.clone())), verifier)
    }

    fn check(
        &self,
        documents: &mut dyn Iterator<Item = (&str, Result<Event, EventError>)>,
        verifier: &dyn Verifier,
    ) -> Received {
        let mut received = Received::default();
        let mut events: Vec<Event> = Vec::new();
        let mut seen = BTreeSet::new();
        for (text, event) in documents {
            match event {
                Ok(event) if !event.is_erased() && self.has(&event) => received.known += 1,
                Ok(event) if self.book.has_erased(&event) => received.known += 1,
                Ok(event) if !seen.insert((event.id(), event.is_erased())) => received.known += 1,
                Ok(event) => events.push(event),
                Err(error) => received.refused.push((text.to_owned(), error.into())),
            }
        }
        Roster::arrange(&mut events);
        let mut roster = self.roster.clone();
        let mut erased = self.erased.clone();
        let mut gone = BTreeSet::new();
        for event in events {
            if event.is_erased() {
                if !is_named(&erased, &event) {
                    received.refused.push((event.to_text(), Refused::NotErased));
                } else if self.has(&event) {
                    // Of what is here the tombstone is made here: see `Applied::must_erase`.
                    received.known += 1;
                } else if gone.insert(event.id()) {
                    received.new.push((event, Trust::Verified));
                }
                continue;
            }
            match roster.judge(&event, verifier) {
                Trust::Forged => received.refused.push((event.to_text(), Refused::Forged)),
                trust => {
                    if trust == Trust::Verified && Roster::is_roots(event.kind()) {
                        roster.add(&event, verifier);
                        erased.extend(erased_by(&event));
                    }
                    // From now on no carrier brings it back.
                    if !is_named(&erased, &event) {
                        received.new.push((event, trust));
                    } else if gone.insert(event.id()) {
                        received.new.push((event.erased(), Trust::Verified));
                    }
                }
            }
        }
        received
    }

    /// Stamps and signs drafts of this phone, in order. Nothing changes until [`Ledger::apply`], except
    /// that later drafts of one call already see the earlier ones.
    ///
    /// `now_ms` is the corrected time, Unix milliseconds; `salts` gives 16 random bytes an event.
    pub fn record(
        &self,
        drafts: Vec<Draft>,
        author: &Author<'_>,
        root: Option<&dyn Signer>,
        now_ms: u64,
        salts: &mut dyn FnMut() -> [u8; 16],
    ) -> Vec<Event> {
        self.recorder().record(drafts, author, root, now_ms, salts)
    }

    /// Records several saves before they are stored together.
    #[must_use]
    pub fn recorder(&self) -> Recorder<'_> {
        Recorder { ledger: self, clock: self.clock, numbers: SortedMap::new(), touched: SortedMap::new() }
    }

    /// Takes in events that are safely stored.
    pub fn apply(&mut self, events: &[(Event, Trust)], now_ms: u64, verifier: &dyn Verifier) -> Applied {
        let mut applied = Applied::default();
        for (event, trust) in events {
            let is_known = if event.is_erased() { self.book.has_erased(event) } else { self.has(event) };
            if is_known {
                continue;
            }
            match trust {
                Trust::Verified => {
                    self.believe(event, now_ms, verifier);
                    applied.roster_grew |=
                        matches!(event.kind(), roster::KEY_ADDED | roster::KEY_ENDED | roster::ADOPTED);
                    applied.must_rebuild |= event.kind() == roster::KEY_ENDED;
                    applied.must_erase |= event.kind() == roster::ERASED;
                }
                Trust::Unknown => {
                    self.waiting.insert(event.id(), event.to_text());
                }
                Trust::Forged => {}
            }
        }
        if applied.roster_grew {
            self.judge_again(now_ms, verifier);
        }
        // Only now: it reads everything that was ever written.
        applied.must_rebuild = applied.must_rebuild && self.believes_too_much();
        applied
    }

    /// Judges once, behind many [`Ledger::apply`] of documents in an order that has nothing to do with that in which
    /// they came, what these could not: what waits, by the keys that came behind it. Whether it must be rebuilt.
    pub fn settle(&mut self, now_ms: u64, verifier: &dyn Verifier) -> bool {
        self.judge_again(now_ms, verifier);
        self.roster.has_ends() && self.believes_too_much()
    }

    /// Whether something is believed of a key that had ended.
    fn believes_too_much(&self) -> bool {
        self.book.entries().any(|it| self.roster.is_after_end(it.by, it.device, it.at))
    }

    /// The same ledger, judged anew from all stored documents by the keys that are known now. The order
    /// in which an event and the end of its key arrived leaves no trace.
    #[must_use]
    pub fn rebuilt<'a>(&self, texts: impl IntoIterator<Item = &'a str>, now_ms: u64, verifier: &dyn Verifier) -> Self {
        // Who counts and what is erased is never taken back: both are what is known now.
        let (roster, erased) = (self.roster.clone(), self.erased.clone());
        let mut ledger = Self { roster, erased, clock: self.clock, ..Self::default() };
        let received = ledger.receive(texts, verifier);
        let _ = ledger.apply(&received.new, now_ms, verifier);
        // It was let in while its author was unknown; by the keys that are known now it is not hers. It stays, as in
        // `judge_again`: a second key of hers may still come.
        for (text, _) in received.refused.into_iter().filter(|(_, why)| *why == Refused::Forged) {
            match Event::parse(&text) {
                // Nor is what a root said while it was the only one.
                Ok(event) if Roster::is_roots(event.kind()) && self.book.has(&event) => {
                    ledger.believe(&event, now_ms, verifier)
                }
                Ok(event) => drop(ledger.waiting.insert(event.id(), text)),
                Err(_) => {}
            }
        }
        ledger
    }

    /// What the posyandu's own root said of whose word counts, by name. A server says so as nobody whom it added.
    #[must_use]
    pub fn words_of_own_root(&self) -> SortedSet<EventId> {
        let is_word = |kind: &str| matches!(kind, roster::FOUNDED | roster::KEY_ADDED | roster::KEY_ENDED);
        let all = self.book.entries().filter(|it| is_word(&it.kind) && self.roster.knows(it.by));
        all.map(|it| it.id).collect()
    }

    fn believe(&mut self, event: &Event, now_ms: u64, verifier: &dyn Verifier) {
        // Of believed events only: a stranger who names our device must not move our numbers or our time.
        let number = self.numbers.or_insert_with((event.device(), event.home()), || 0);
        *number = event.n().max(*number);
        self.clock.hear(event.at(), now_ms);
        self.book.add(event);
        self.waiting.remove(&event.id());
        if Roster::is_roots(event.kind()) {
            self.roster.add(event, verifier);
            self.erased.extend(erased_by(event));
        }
    }

    /// Of the events that are to be erased, with their subjects, those of which more than a tombstone is here, or may
    /// be on a disk with rows that do not open. Only what [`Ledger::must_go`] is meant by it.
    pub fn owes_erasure(&self, may_be_damaged: bool) -> impl Iterator<Item = (EventId, &str)> {
        let is_owed = move |id: EventId, subject: &str| {
            let known = self.book.subject(subject);
            let entry = known.and_then(|it| it.log().iter().find(|it| it.id == id));
            match entry {
                Some(entry) => known.is_some_and(|it| !it.is_erased(id)) && !Roster::is_roots(&entry.kind),
                None => may_be_damaged || self.waiting.contains_key(&id),
            }
        };
        let named = self.erased.iter().filter_map(|it| Some((EventId::parse(it.get(..32)?).ok()?, it.get(66..)?)));
        named.filter(move |(id, subject)| is_owed(*id, subject))
    }

    /// Whether a believed event names it, and what would remain of it, to be erased.
    #[must_use]
    pub fn must_go(&self, event: &Event) -> bool {
        is_named(&self.erased, event)
    }

    /// A new key makes believable what waited for it.
    fn judge_again(&mut self, now_ms: u64, verifier: &dyn Verifier) {
        for (id, text) in std::mem::take(&mut self.waiting) {
            match Event::parse(&text).map(|event| (self.roster.judge(&event, verifier), event)) {
                Ok((Trust::Verified, event)) => self.believe(&event, now_ms, verifier),
                // Not hers by any key known so far: it decides nothing, and a later key may show otherwise.
                Ok((Trust::Unknown | Trust::Forged, _)) => {
                    self.waiting.insert(id, text);
                }
                Err(_) => {}
            }
        }
    }

    /// Whether an event is here.
    #[must_use]
    pub fn has(&self, event: &Event) -> bool {
        self.waiting.contains_key(&event.id()) || self.book.has(event)
    }

    /// How many events are here.
    #[must_use]
    pub fn len(&self) -> usize {
        self.book.len() + self.waiting.len()
    }

    /// Whether nothing is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many events wait for their author to be known.
    #[must_use]
    pub fn unverified(&self) -> usize {
        self.waiting.len()
    }

    /// The latest believed stamp: a phone clock far beyond it is doubtful.
    #[must_use]
    pub fn latest(&self) -> Hlc {
        self.clock.last
    }
}

/// Events that are to be erased: lines of [`roster::named_in`].
type Erased = SortedSet<Box<str>>;

/// What a believed event erases.
fn erased_by(event: &Event) -> impl Iterator<Item = Box<str>> {
    roster::named_in(event).into_iter().map(String::into_boxed_str)
}

/// The root's own events stay: they say whose word counts.
fn is_named(erased: &Erased, event: &Event) -> bool {
    let id = event.id().to_string();
    // The hash is made last: few events are ever named.
    let is_it = |line: &str| line.starts_with(&id) && line == roster::name_of(event);
    !Roster::is_roots(event.kind()) && erased.iter().any(|it| is_it(it))
}

/// Stamps saves that follow each other: each sees those before it, and memory sees none of them.
pub struct Recorder<'a> {
    ledger: &'a Ledger,
    clock: Clock,
    numbers: SortedMap<(DeviceId, Class), i64>,
    /// Copies of just the subjects that were touched.
    touched: SortedMap<String, Subject>,
}

impl Recorder<'_> {
    /// As [`Ledger::record`].
    pub fn record(
        &mut self,
        drafts: Vec<Draft>,
        author: &Author<'_>,
        root: Option<&dyn Signer>,
        now_ms: u64,
        salts: &mut dyn FnMut() -> [u8; 16],
    ) -> Vec<Event> {
        let mut events = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let name = draft.subject.clone();
            let before = || self.ledger.book.subject(&draft.subject).cloned().unwrap_or_default();
            let subject = self.touched.or_insert_with(name, before);
            let seen = Seen::of(subject, &draft);
            let place = (author.device, draft.home());
            let n = self.numbers.or_insert_with(place, || self.ledger.numbers.get(&place).copied().unwrap_or(0));
            *n += 1;
            let stamp = Stamp {
                at: self.clock.stamp(now_ms, seen.latest),
                by: author.by,
                device: author.device,
                n: *n,
                after: seen.after,
                replaces: seen.replaces,
                salt: salts(),
            };
            let signer = match root {
                Some(root) if Roster::is_roots(&draft.kind) => root,
                _ => author.signer,
            };
            let event = Event::sign(draft, stamp, signer);
            subject.add(&event, kinds::fold_of(event.kind(), event.subject()));
            events.push(event);
        }
        events
    }
}
