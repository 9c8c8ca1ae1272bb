//! The book: every subject of a posyandu as it stands now, and who belongs to what.
//!
//! A pure fold of a set of events. What depends on today (ages, who is late) is never in it; views ask
//! with the day. The same set gives the same book, whatever the order in which events arrived.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::json::Value;
use super::kinds;
use super::ledger::event::{Draft, Event};
use super::ledger::hlc::Hlc;
use super::ledger::id::EventId;
use super::ledger::subject::{Entry, Fold, Subject};
use super::sasaran::{Keluarga, Sasaran};
use super::sesi::{Sesi, SesiId, parse_fact};
use crate::domain::order;
use crate::domain::sorted::{SortedMap, SortedSet};

mod shelf;
#[cfg(test)]
pub(crate) mod tests;

pub use shelf::Shelf;

/// The version of this fold: a snapshot made by another one is thrown away and built again.
pub const FOLD_VERSION: u32 = 5;

/// All subjects and the ways between them.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Book {
    subjects: BTreeMap<Arc<str>, Subject>,
    /// Sasaran id → her visits' subjects.
    #[serde(skip)]
    visits: BTreeMap<Box<str>, SortedSet<Arc<str>>>,
    /// Kind word → subjects, for the lists.
    #[serde(skip)]
    by_word: BTreeMap<&'static str, SortedSet<Arc<str>>>,
    /// Merged id → the smallest id of its person.
    #[serde(skip)]
    merged: SortedMap<String, String>,
    /// How many events were folded.
    #[serde(skip)]
    events: usize,
}

/// What a snapshot keeps: the ways between subjects follow from them.
#[derive(Deserialize)]
struct Kept {
    subjects: SortedMap<Arc<str>, Subject>,
}

impl From<Kept> for Book {
    fn from(Kept { subjects }: Kept) -> Self {
        let mut book = Self::default();
        for (name, subject) in &subjects {
            book.events += subject.log().len();
            for entry in subject.log() {
                book.list(name, &entry.kind);
            }
        }
        // In order already: the tree is built in one go.
        book.subjects = subjects.into_iter().collect();
        book.merged = book.components();
        book
    }
}

/// The words that open a kind and name a list. Of facts, which are many, the subjects' own order is the list.
const WORDS: [&str; 7] = ["posyandu", "kader", "keluarga", "sasaran", "gabung", "sesi", "aduan"];

impl Book {
    /// Takes in one verified event; answers whether it is new. Order and repetition do not matter.
    pub fn add(&mut self, event: &Event) -> bool {
        let name = self.subjects.get_key_value(event.subject()).map(|(name, _)| name.clone());
        let name = name.unwrap_or_else(|| event.subject().into());
        let fold = kinds::fold_of(event.kind(), &name);
        let subject = self.subjects.entry(name.clone()).or_default();
        let was_here = event.is_erased() && subject.has(event.id());
        let is_new = subject.add(event, fold);
        if is_new {
            // A tombstone may have taken the place of its event.
            self.events += usize::from(!was_here);
            self.list(&name, event.kind());
            if name.starts_with("gabung:") {
                self.merged = self.components();
            }
        }
        is_new
    }

    /// Puts a subject on the lists to which an event of a kind brings it.
    fn list(&mut self, name: &Arc<str>, kind: &str) {
        if kind != kinds::CATATAN_UNDONE {
            let word = kind.split('.').next().unwrap_or_default();
            if let Some(word) = WORDS.iter().find(|it| **it == word) {
                self.by_word.entry(word).or_default().insert(name.clone());
            }
        }
        // Whether the day in it is one, is judged where it is read.
        if let Some((_, sasaran)) = name.strip_prefix("kunjungan:").and_then(|it| it.rsplit_once(':')) {
            if let Some(visits) = self.visits.get_mut(sasaran) {
                visits.insert(name.clone());
            } else {
                self.visits.insert(sasaran.into(), [name.clone()].into_iter().collect());
            }
        }
    }

    /// One subject.
    #[must_use]
    pub fn subject(&self, name: &str) -> Option<&Subject> {
        self.subjects.get(name)
    }

    /// Names of subjects whose kinds begin with a word, `sasaran` say.
    pub fn names<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.by_word.get(word).into_iter().flatten().map(|it| &**it)
    }

    /// Everything that was ever folded, undone or not.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.subjects.values().flat_map(Subject::log)
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
        self.by_word.get("sasaran")?.contains(id).then(|| Sasaran::from_subject(id, subject))
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
        self.by_word.get("keluarga")?.contains(id).then(|| Keluarga::from_subject(id, subject))
    }

    /// All families.
    pub fn keluarga_list(&self) -> impl Iterator<Item = Keluarga> + '_ {
        self.names("keluarga").filter_map(|id| self.keluarga(id))
    }

    /// An open day.
    #[must_use]
    pub fn sesi(&self, id: &SesiId) -> Option<Sesi> {
        self.subject(&id.subject()).filter(|it| !it.is_void()).map(|it| Sesi::from_subject(id.clone(), it))
    }

    /// All open days, oldest first.
    pub fn sesi_list(&self) -> impl Iterator<Item = Sesi> + '_ {
        self.names("sesi").filter_map(|it| SesiId::parse(it.strip_prefix("sesi:")?)).filter_map(|id| self.sesi(&id))
    }

    /// Ids of those who came to an open day; a name undone or marked absent is out.
    #[must_use]
    pub fn present(&self, sesi: &SesiId) -> SortedSet<String> {
        let (attended, visited) = (sesi.attendance(""), sesi.visit(""));
        let named = self.behind(&attended).chain(self.behind(&visited));
        named.filter(|id| !id.contains(':') && self.is_present(sesi, id)).map(|it| self.representative(it)).collect()
    }

    /// What follows a beginning in the names that begin with it.
    fn behind<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        let range = (Bound::Included(start), Bound::Unbounded);
        self.subjects.range::<str, _>(range).map_while(move |(name, _)| name.strip_prefix(start))
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
        let mut visits: Vec<(SesiId, &Subject)> = self
            .same_person(sasaran)
            .iter()
            .flat_map(|id| self.visits.get(id.as_str()).into_iter().flatten())
            .filter_map(|name| Some((parse_fact("kunjungan", name)?.0, self.subject(name)?)))
            .filter(|(_, subject)| !subject.is_void())
            .collect();
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
