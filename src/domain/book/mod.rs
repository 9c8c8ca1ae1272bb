//! The book: every subject of a posyandu as it stands now, and who belongs to what.
//!
//! A pure fold of a set of events. What depends on today (ages, who is late) is never in it; views ask
//! with the day. The same set gives the same book, whatever the order in which events arrived, and whether
//! it was folded or read from a snapshot.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use super::json::{Map, Value};
use super::kinds;
use super::ledger::event::{Draft, Event};
use super::ledger::hlc::Hlc;
use super::ledger::id::EventId;
use super::ledger::subject::{Entry, Fold, Subject};
use super::sasaran::{Keluarga, Sasaran, Status, date};
use super::sesi::{Sesi, SesiId, SesiStatus};
use crate::domain::order;
use crate::domain::sorted::{SortedMap, SortedSet};

mod shelf;
mod subjects;
#[cfg(test)]
pub(crate) mod tests;

pub use shelf::{LazyShelf, Shelf};
use subjects::Subjects;

/// The version of this fold: a snapshot made by another one is thrown away and built again.
pub const FOLD_VERSION: u32 = 12;

/// The photo that the content of a [`kinds::FOTO_ADDED`] names; of an erased one nothing is left.
#[must_use]
pub fn photo_in(data: &Map) -> Option<String> {
    data.get("sha256").and_then(Value::as_text).map(str::to_owned)
}

/// All subjects and the ways between them.
#[derive(Clone, Default)]
pub struct Book {
    subjects: Subjects,
    lists: Lists,
    /// Subjects of which a register has answers that differ.
    disputed: SortedSet<Box<str>>,
    /// Merged id → the smallest id of its person.
    merged: SortedMap<String, String>,
    /// How many events were folded.
    events: usize,
}

/// The subjects of each of the [`WORDS`].
type Lists = [SortedSet<Box<str>>; WORDS.len()];

/// What of a book stands before its packed subjects.
type Index = (Lists, SortedSet<Box<str>>, usize);

/// The words that open a kind and name a list. Of facts, which are many, the names themselves are the list.
const WORDS: [&str; 7] = ["posyandu", "kader", "keluarga", "sasaran", "gabung", "sesi", "aduan"];

impl Book {
    /// Writes the book for a snapshot, behind what stands in `into`.
    pub fn pack(&self, into: &mut Vec<u8>) {
        // It fails only for want of memory, which is a trap.
        into.extend(postcard::to_allocvec(&(&self.lists, &self.disputed, self.events)).unwrap_or_default());
        self.subjects.pack(into);
    }

    /// The book that [`Book::pack`] wrote from a place in these bytes to their end. It keeps them, and reads in
    /// them what it is asked for. `None` when they end too early or too late, or hold no book.
    #[must_use]
    pub fn unpack(bytes: Vec<u8>, at: usize) -> Option<Self> {
        let (index, rest): (Index, &[u8]) = postcard::take_from_bytes(bytes.get(at..)?).ok()?;
        let (lists, disputed, events) = index;
        let at = bytes.len() - rest.len();
        let mut book = Self { subjects: Subjects::unpack(bytes, at)?, lists, disputed, events, ..Self::default() };
        book.merged = book.components();
        Some(book)
    }

    /// Takes in one verified event; answers whether it is new. Order and repetition do not matter.
    pub fn add(&mut self, event: &Event) -> bool {
        let name = event.subject();
        let fold = kinds::fold_of(event.kind(), name);
        let subject = self.subjects.open(name);
        let was_here = event.is_erased() && subject.has(event.id());
        let is_new = subject.add(event, fold);
        if is_new {
            if subject.disputed().is_empty() {
                self.disputed.remove(name);
            } else {
                self.disputed.insert(name.into());
            }
            // A tombstone may have taken the place of its event.
            self.events += usize::from(!was_here);
            self.list(name, event.kind());
            if name.starts_with("gabung:") {
                self.merged = self.components();
            }
        }
        is_new
    }

    /// Puts a subject on the lists to which an event of a kind brings it.
    fn list(&mut self, name: &str, kind: &str) {
        if kind != kinds::CATATAN_UNDONE {
            let word = kind.split('.').next().unwrap_or_default();
            for (_, list) in WORDS.iter().zip(&mut self.lists).filter(|(it, _)| **it == word) {
                list.insert(name.into());
            }
        }
    }

    /// One subject.
    #[must_use]
    pub fn subject(&self, name: &str) -> Option<&Subject> {
        self.subjects.get(name)
    }

    /// Every subject with its name, also of kinds that have no list.
    pub fn subjects(&self) -> impl Iterator<Item = (String, &Subject)> {
        self.subjects.all()
    }

    /// Names of subjects whose kinds begin with a word, `sasaran` say.
    pub fn names<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.list_of(word).into_iter().flatten().map(|it| &**it)
    }

    fn list_of(&self, word: &str) -> Option<&SortedSet<Box<str>>> {
        WORDS.iter().position(|it| *it == word).and_then(|place| self.lists.get(place))
    }

    fn is_listed(&self, word: &str, name: &str) -> bool {
        self.list_of(word).is_some_and(|it| it.contains(name))
    }

    /// Names of subjects of which a register has answers that differ ([`Subject::disputed`]).
    pub fn disputed(&self) -> impl Iterator<Item = &str> {
        self.disputed.iter().map(|it| &**it)
    }

    /// Everything that was ever folded, undone or not.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.subjects.all().flat_map(|(_, it)| it.log())
    }

    fn by_name(&self) -> BTreeMap<String, &Subject> {
        self.subjects.all().collect()
    }

    /// Whether an event was folded.
    #[must_use]
    pub fn has(&self, event: &Event) -> bool {
        self.subject(event.subject()).is_some_and(|it| it.has(event.id()))
    }

    /// Whether an event was erased.
    #[must_use]
    pub fn has_erased(&self, event: &Event) -> bool {
        self.subject(event.subject()).is_some_and(|it| it.is_erased(event.id()))
    }

    /// The photos that something living shows, by the SHA-256 that it names.
    #[must_use]
    pub fn photos(&self) -> SortedSet<String> {
        let told = self.names("aduan").filter_map(|it| self.subject(it)).flat_map(Subject::entries);
        told.filter(|it| &*it.kind == kinds::FOTO_ADDED).filter_map(|it| photo_in(&it.data())).collect()
    }

    /// Number of events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events
    }

    /// Whether nothing was ever recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// Id of the posyandu itself.
    #[must_use]
    pub fn posyandu_id(&self) -> Option<&str> {
        self.names("posyandu").next()
    }

    /// The registers of the posyandu itself.
    #[must_use]
    pub fn posyandu(&self) -> Option<&Subject> {
        self.posyandu_id().and_then(|name| self.subject(name))
    }

    /// A sasaran, if she was ever registered and that was not undone.
    #[must_use]
    pub fn sasaran(&self, id: &str) -> Option<Sasaran> {
        let subject = self.subject(id).filter(|it| !it.is_void())?;
        self.is_listed("sasaran", id).then(|| Sasaran::from_subject(id, subject))
    }

    /// All sasaran, each person once: of merged ones only the representative.
    pub fn sasaran_list(&self) -> impl Iterator<Item = Sasaran> + '_ {
        // Should the representative not be here, or be undone, the others stand for themselves.
        self.names("sasaran").filter_map(move |id| match self.merged.get(id) {
            None => self.sasaran(id),
            Some(first) if first == id => self.person(id),
            Some(first) if self.sasaran(first).is_none() => self.sasaran(id),
            Some(_) => None,
        })
    }

    /// A person whole: the registers of her representative, and where these are blank those of the
    /// records joined with it.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<Sasaran> {
        let mut same = self.same_person(id);
        if same.len() == 1 {
            return self.sasaran(id);
        }
        same.sort();
        let mut known = same.iter().filter_map(|id| self.sasaran(id));
        let mut person = known.next()?;
        for other in known {
            person.fill_blanks(other);
        }
        Some(person)
    }

    /// Where somebody stood before a day, by what all her records say: what came later changes nothing of it.
    #[must_use]
    pub fn status_before(&self, sasaran: &str, day: NaiveDate) -> Status {
        let mut said = Vec::new();
        for subject in self.same_person(sasaran).iter().filter_map(|it| self.subject(it)) {
            for (on, write) in subject.writes("status") {
                let value = write.value.value();
                if let Some(word) = value.get("kata").and_then(Value::as_text) {
                    said.push((write.at, date(value.get("sejak")).unwrap_or(on), Status::parse(word)));
                }
            }
        }
        order::sort_by_key(&mut said, |it| it.0);
        let mut stood: Vec<(NaiveDate, Status)> = Vec::new();
        for (_, since, status) in said {
            // What was said later holds from its day on; the same word again corrects the day.
            stood.retain(|it| it.0 < since);
            if stood.last().is_some_and(|it| it.1 == status) {
                stood.pop();
            }
            stood.push((since, status));
        }
        stood.into_iter().rev().find(|it| it.0 < day).map(|it| it.1).unwrap_or_default()
    }

    /// The joins that hold a person's records together, as pairs of ids.
    #[must_use]
    pub fn joins(&self, sasaran: &str) -> Vec<(String, String)> {
        let same = self.same_person(sasaran);
        let own = self.edges().filter(|(one, _)| same.iter().any(|it| it == one));
        own.map(|(one, other)| (one.to_owned(), other.to_owned())).collect()
    }

    fn edges(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs =
            self.names("gabung").filter_map(|name| Some((name, name.strip_prefix("gabung:")?.split_once(':')?)));
        pairs
            .filter(|(name, _)| self.subject(name).is_some_and(|it| it.value("gabung") == Value::Bool(true)))
            .map(|(_, pair)| pair)
    }

    /// A family.
    #[must_use]
    pub fn keluarga(&self, id: &str) -> Option<Keluarga> {
        let subject = self.subject(id).filter(|it| !it.is_void())?;
        self.is_listed("keluarga", id).then(|| Keluarga::from_subject(id, subject))
    }

    /// All families.
    pub fn keluarga_list(&self) -> impl Iterator<Item = Keluarga> + '_ {
        self.names("keluarga").filter_map(|id| self.keluarga(id))
    }

    /// The registers of somebody who works here.
    #[must_use]
    pub fn kader(&self, id: &str) -> Option<&Subject> {
        self.subject(id).filter(|_| self.is_listed("kader", id))
    }

    /// An open day, if it was ever planned or opened and that still counts.
    #[must_use]
    pub fn sesi(&self, id: &SesiId) -> Option<Sesi> {
        let subject = self.subject(&id.subject()).filter(|it| !it.is_void())?;
        Some(Sesi::from_subject(id.clone(), subject)).filter(|it| it.status != SesiStatus::Unplanned)
    }

    /// All open days, oldest first.
    pub fn sesi_list(&self) -> impl Iterator<Item = Sesi> + '_ {
        self.names("sesi").filter_map(|it| SesiId::parse(it.strip_prefix("sesi:")?)).filter_map(|id| self.sesi(&id))
    }

    /// Ids of those who came to an open day; a name undone or marked absent is out.
    #[must_use]
    pub fn present(&self, sesi: &SesiId) -> SortedSet<String> {
        let (attended, visited) = (sesi.attendance(""), sesi.visit(""));
        let named = self.subjects.behind(&attended).chain(self.subjects.behind(&visited));
        named.filter(|id| self.is_present(sesi, id)).map(|it| self.representative(it)).collect()
    }

    /// Whether somebody came: said so, or something was recorded of her.
    #[must_use]
    pub fn is_present(&self, sesi: &SesiId, sasaran: &str) -> bool {
        let said = self.subject(&sesi.attendance(sasaran)).and_then(|it| it.value("hadir").as_bool());
        let has_card = self.subject(&sesi.visit(sasaran)).is_some_and(|it| !it.is_void());
        said.unwrap_or(has_card)
    }

    /// The visits of a person, merged ones together, oldest first. Void ones are left out.
    #[must_use]
    pub fn visits(&self, sasaran: &str) -> Vec<(SesiId, &Subject)> {
        let mut visits = Vec::new();
        for id in self.same_person(sasaran) {
            let day = |head: &str| SesiId::parse(head.strip_prefix("kunjungan:")?.strip_suffix(':')?);
            let all = self.subjects.before(&id, "kunjungan:").filter(|(_, it)| !it.is_void());
            let mut own: Vec<_> = all.filter_map(|(head, it)| Some(((day(head)?, head), it))).collect();
            order::sort_by(&mut own, |a, b| a.0.cmp(&b.0));
            visits.extend(own.into_iter().map(|((day, _), it)| (day, it)));
        }
        order::sort_by(&mut visits, |a, b| a.0.cmp(&b.0));
        visits
    }

    /// Who represents each merged person: the smallest id of what is joined and not parted again.
    #[must_use]
    pub fn merged(&self) -> &SortedMap<String, String> {
        &self.merged
    }

    fn components(&self) -> SortedMap<String, String> {
        let mut first: SortedMap<String, String> = SortedMap::new();
        let edges: Vec<(&str, &str)> = self.edges().collect();
        // Few edges ever: repeat until nothing moves.
        loop {
            let mut moved = false;
            for (a, b) in &edges {
                let of = |id: &str| first.get(id).cloned().unwrap_or_else(|| id.to_owned());
                let least = of(a).min(of(b));
                for id in [a, b] {
                    if of_differs(&first, id, &least) {
                        first.insert((*id).to_owned(), least.clone());
                        moved = true;
                    }
                }
            }
            if !moved {
                return first;
            }
        }
    }

    /// The id under which a person's records are shown.
    #[must_use]
    pub fn representative(&self, sasaran: &str) -> String {
        self.merged().get(sasaran).cloned().unwrap_or_else(|| sasaran.to_owned())
    }

    /// All ids that are the same person, her own among them.
    #[must_use]
    pub fn same_person(&self, sasaran: &str) -> Vec<String> {
        let merged = self.merged();
        let first = merged.get(sasaran).map_or(sasaran, String::as_str);
        let mut all: Vec<String> = merged.iter().filter(|(_, it)| *it == first).map(|(id, _)| id.clone()).collect();
        if !all.iter().any(|it| it == first) {
            all.push(first.to_owned());
        }
        all
    }
}

/// The same subjects with the same ways between them, packed or not.
impl PartialEq for Book {
    fn eq(&self, other: &Self) -> bool {
        (&self.lists, &self.disputed, &self.merged, self.events)
            == (&other.lists, &other.disputed, &other.merged, other.events)
            && self.by_name() == other.by_name()
    }
}

impl Eq for Book {}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.by_name()).finish()
    }
}

/// What the author of a new event had seen of its subject.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Seen {
    /// Latest stamp.
    pub latest: Option<Hlc>,
    /// Tips of a process.
    pub after: Vec<EventId>,
    /// Heads per register.
    pub replaces: SortedMap<String, Vec<EventId>>,
}

impl Seen {
    /// What a new event of this draft has seen: heads per register, tips of a process, latest stamp.
    #[must_use]
    pub fn of(subject: &Subject, draft: &Draft) -> Self {
        let mut seen = Self { latest: subject.latest(), ..Self::default() };
        if kinds::fold_of(&draft.kind, &draft.subject) == Fold::Process {
            seen.after = subject.tips();
        } else if draft.kind != kinds::CATATAN_UNDONE {
            for register in draft.data.keys() {
                let heads: Vec<EventId> = subject.heads(register).iter().map(|it| it.id).collect();
                if !heads.is_empty() {
                    seen.replaces.insert(register.clone(), heads);
                }
            }
        }
        seen
    }
}

fn of_differs(first: &SortedMap<String, String>, id: &str, least: &str) -> bool {
    match first.get(id) {
        Some(known) => known != least,
        None => true,
    }
}
