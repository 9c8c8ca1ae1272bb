//! What the events of one subject add up to: registers, a log, and what was undone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::hlc::Hlc;
use super::id::{DeviceId, EventId, PersonId};
use super::register::{Register, Stored, Write};
use crate::domain::json::{Map, Value};
use crate::domain::sorted::{SortedMap, SortedSet};

/// The kind that takes another event of the same subject back: `data.event` names it.
pub const UNDONE: &str = "catatan.undone";

/// One line of a subject's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was recorded.
    pub at: Hlc,
    /// On which installation.
    #[serde(skip)]
    pub device: DeviceId,
    /// Its name.
    pub id: EventId,
    /// By whom.
    #[serde(skip)]
    pub by: PersonId,
    /// The kind.
    #[serde(skip)]
    pub kind: Box<str>,
    /// The day on which it was true.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// What its author had seen of the subject (processes only).
    pub after: Vec<EventId>,
    /// The content (processes and undo only; a register keeps its own).
    pub data: Stored,
}

impl Entry {
    /// The content as members.
    #[must_use]
    pub fn data(&self) -> Map {
        match self.data.value() {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// Everything known of one subject. In a snapshot its [`Authors`] stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subject {
    registers: SortedMap<Box<str>, Register>,
    log: Vec<Entry>,
    undone: SortedSet<EventId>,
    /// Of these nothing is left but their place.
    erased: SortedSet<EventId>,
}

/// Who writes which kind of event where: few do, so packed subjects name it by its place.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Authors(Vec<(DeviceId, PersonId, Box<str>)>);

impl Authors {
    fn place(&mut self, it: &Entry) -> usize {
        let is_same =
            |known: &(DeviceId, PersonId, Box<str>)| (known.0, known.1, &*known.2) == (it.device, it.by, &*it.kind);
        self.0.iter().position(is_same).unwrap_or_else(|| {
            self.0.push((it.device, it.by, it.kind.clone()));
            self.0.len() - 1
        })
    }
}

/// How events of a kind fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Each member of `data` is a register.
    Registers,
    /// Events are replayed through one transition function.
    Process,
}

impl Subject {
    /// Takes in one event; answers whether it is new. Order and repetition do not matter.
    pub fn add(&mut self, event: &Event, fold: Fold) -> bool {
        let order = (event.at(), event.device(), event.id());
        let found = self.log.binary_search_by(|it| (it.at, it.device, it.id).cmp(&order));
        // What was erased stays erased, whatever comes.
        if found.is_ok() && (!event.is_erased() || self.erased.contains(&event.id())) {
            return false;
        }
        let keep_data = (fold == Fold::Process || event.kind() == UNDONE) && !event.is_erased();
        let entry = Entry {
            at: event.at(),
            device: event.device(),
            id: event.id(),
            by: event.by(),
            kind: event.kind().into(),
            on: event.on(),
            after: if fold == Fold::Process { event.after().to_vec() } else { Vec::new() },
            data: if keep_data { (&Value::Object(event.data())).into() } else { Stored::Null },
        };
        if event.is_erased() {
            self.erased.insert(event.id());
        }
        let (Ok(place) | Err(place)) = found;
        match found {
            Ok(_) => {
                if let Some(known) = self.log.get_mut(place) {
                    *known = entry;
                }
            }
            Err(_) => self.log.insert(place, entry),
        }
        let line = u32::try_from(place).unwrap_or(u32::MAX);
        if found.is_ok() {
            self.registers.retain(|_, it| it.strike(line));
        } else if place + 1 < self.log.len() {
            self.registers.values_mut().for_each(|it| it.shift(line));
        }
        // What was taken back before it came may turn out to be later than its undo.
        if event.kind() == UNDONE || self.undone.contains(&event.id()) {
            self.undone = undone(&self.log);
        }
        if event.kind() != UNDONE && fold == Fold::Registers {
            // What it replaced does not come back.
            for name in event.replaced().filter(|_| event.is_erased()) {
                self.registers.or_default(name.into()).add(line, Stored::Null, event.replaces(name).to_vec());
            }
            for (name, value) in event.registers() {
                let register = self.registers.or_default(name.into());
                register.add(line, value.clone(), event.replaces(name).to_vec());
            }
        }
        true
    }

    /// Writes it for a snapshot; authors that are not known yet are added.
    pub fn pack(&self, authors: &mut Authors, into: &mut Vec<u8>) {
        let by: Vec<usize> = self.log.iter().map(|it| authors.place(it)).collect();
        // It fails only for want of memory, which is a trap.
        into.extend(postcard::to_allocvec(&(self, by)).unwrap_or_default());
    }

    /// Reads what [`Subject::pack`] wrote with these authors; `None` for anything else.
    #[must_use]
    pub fn unpack(bytes: &[u8], authors: &Authors) -> Option<Self> {
        let (mut subject, by): (Self, Vec<usize>) = postcard::from_bytes(bytes).ok()?;
        let mut by = by.into_iter();
        for entry in &mut subject.log {
            (entry.device, entry.by, entry.kind) = authors.0.get(by.next()?)?.clone();
        }
        Some(subject)
    }

    /// The value of a register: its greatest head. `Null` when never written, or undone.
    #[must_use]
    pub fn value(&self, register: &str) -> Value {
        self.write(register).map(|it| it.value.value()).unwrap_or_default()
    }

    /// The write that decides a register.
    #[must_use]
    pub fn write(&self, register: &str) -> Option<Write<'_>> {
        self.registers.get(register).and_then(|it| it.head(&self.log, &self.undone, &self.erased))
    }

    /// Every write of a register that was not taken back, earliest first, and the day on which it was true.
    #[must_use]
    pub fn writes(&self, register: &str) -> Vec<(NaiveDate, Write<'_>)> {
        self.registers.get(register).map(|it| it.counted(&self.log, &self.undone)).unwrap_or_default()
    }

    /// Text of a register.
    #[must_use]
    pub fn text(&self, register: &str) -> Option<String> {
        match self.write(register).map(|it| it.value) {
            Some(Stored::Text(text)) if !text.is_empty() => Some(text.to_string()),
            _ => None,
        }
    }

    /// Number in a register.
    #[must_use]
    pub fn int(&self, register: &str) -> Option<i64> {
        match self.write(register).map(|it| it.value) {
            Some(Stored::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// All heads of a register, smallest first.
    #[must_use]
    pub fn heads(&self, register: &str) -> Vec<Write<'_>> {
        self.registers.get(register).map(|it| it.heads(&self.log, &self.undone, &self.erased)).unwrap_or_default()
    }

    /// The registers whose heads differ: a person must say which is right. While a write that was
    /// replaced has not arrived nobody is asked, for it may settle the question.
    #[must_use]
    pub fn disputed(&self) -> Vec<&str> {
        // Most subjects, and the others as long as one event is all there is.
        if self.log.len() < 2 {
            return Vec::new();
        }
        let differ = |register: &Register| {
            if register.len() < 2 {
                return false;
            }
            let heads = register.heads(&self.log, &self.undone, &self.erased);
            let differ = heads.iter().any(|write| Some(write.value) != heads.first().map(|it| it.value));
            differ && register.replaced().all(|id| self.has(id))
        };
        self.registers.iter().filter(|(_, it)| differ(it)).map(|(name, _)| &**name).collect()
    }

    /// Names of all registers ever written.
    pub fn registers(&self) -> impl Iterator<Item = &str> {
        self.registers.keys().map(|it| &**it)
    }

    /// The history that still counts, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.log.iter().filter(|it| !self.undone.contains(&it.id) && &*it.kind != UNDONE)
    }

    /// The whole history, with what was undone.
    #[must_use]
    pub fn log(&self) -> &[Entry] {
        &self.log
    }

    /// Whether an event is in the history.
    #[must_use]
    pub fn has(&self, id: EventId) -> bool {
        self.log.iter().any(|it| it.id == id)
    }

    /// Whether an event was taken back.
    #[must_use]
    pub fn is_undone(&self, id: EventId) -> bool {
        self.undone.contains(&id)
    }

    /// Whether an event was erased.
    #[must_use]
    pub fn is_erased(&self, id: EventId) -> bool {
        self.erased.contains(&id)
    }

    /// Whether nothing that counts is left: every event was undone or erased.
    #[must_use]
    pub fn is_void(&self) -> bool {
        self.entries().all(|it| self.erased.contains(&it.id))
    }

    /// The greatest stamp here: a new event must be later.
    #[must_use]
    pub fn latest(&self) -> Option<Hlc> {
        self.log.last().map(|it| it.at)
    }

    /// Events that no other event of the subject names in `after`: what a new one has seen.
    #[must_use]
    pub fn tips(&self) -> Vec<EventId> {
        let seen: SortedSet<EventId> = self.log.iter().flat_map(|it| it.after.iter().copied()).collect();
        self.log.iter().map(|it| it.id).filter(|id| !seen.contains(id)).collect()
    }
}

/// An undo can itself be undone: read from the latest down, so that every undo is judged before what
/// it takes back. It takes back nothing later than itself; what is not here yet counts as earlier.
fn undone(log: &[Entry]) -> SortedSet<EventId> {
    let places: SortedMap<EventId, (Hlc, DeviceId)> = log.iter().map(|it| (it.id, (it.at, it.device))).collect();
    let mut undone = SortedSet::new();
    for entry in log.iter().rev() {
        if &*entry.kind != UNDONE || undone.contains(&entry.id) {
            continue;
        }
        let target = entry.data().get("event").and_then(Value::as_text).and_then(|it| EventId::parse(it).ok());
        if let Some(target) = target
            && places.get(&target).is_none_or(|place| *place < (entry.at, entry.device))
        {
            undone.insert(target);
        }
    }
    undone
}
