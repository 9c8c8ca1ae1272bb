//! Every subject by its name, each unpacked when it is first asked for.
//!
//! A start needs a few hundred of tens of thousands, and packed they take a fraction of the room. A name
//! is split behind its last colon: few heads (`hadir:2026-11-18:utama:`) and few tails (a person) make all
//! names, and what is known of a person stands together.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::domain::ledger::subject::{Authors, Subject};
use crate::domain::sorted::SortedMap;

/// Subjects by name.
#[derive(Clone, Default)]
pub(super) struct Subjects {
    heads: Heads,
    tails: Tails,
    /// Of what is packed.
    authors: Authors,
    /// A snapshot, or nothing.
    bytes: Vec<u8>,
}

/// Before the last colon, this included; numbered as they came.
#[derive(Clone, Default)]
struct Heads {
    texts: Vec<Box<str>>,
    numbers: SortedMap<Box<str>, u32>,
}

/// Behind the last colon → number of the head → the subject.
type Tails = BTreeMap<Box<str>, SortedMap<u32, Place>>;

/// What stands before packed subjects: the texts of the heads, and how many bytes each subject takes.
type Index = (Authors, Vec<Box<str>>, Tails, Vec<usize>);

/// Where a subject is. In a snapshot nothing: their lengths stand beside them.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Place {
    /// Where in the bytes; nowhere when it was changed.
    #[serde(skip)]
    packed: Range<usize>,
    #[serde(skip)]
    open: OnceCell<Box<Subject>>,
}

fn split(name: &str) -> (&str, &str) {
    name.split_at(name.rfind(':').map_or(0, |colon| colon + 1))
}

impl Heads {
    fn add(&mut self, head: &str) -> u32 {
        if let Some(number) = self.numbers.get(head) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(head.into());
        self.numbers.insert(head.into(), number);
        number
    }

    fn text(&self, number: u32) -> Option<&str> {
        self.texts.get(usize::try_from(number).ok()?).map(|it| &**it)
    }
}

impl Subjects {
    /// One subject.
    pub(super) fn get(&self, name: &str) -> Option<&Subject> {
        let (head, tail) = split(name);
        self.read(self.tails.get(tail)?.get(self.heads.numbers.get(head)?)?)
    }

    /// One subject to be changed, an empty one if it was not here.
    pub(super) fn open(&mut self, name: &str) -> &mut Subject {
        let (head, tail) = split(name);
        let head = self.heads.add(head);
        let place = self.tails.entry(tail.into()).or_default().or_default(head);
        let packed = self.bytes.get_mut(std::mem::take(&mut place.packed)).unwrap_or_default();
        place.open.get_or_init(|| Box::new(Subject::unpack(packed, &self.authors).unwrap_or_default()));
        // It may be on its way to be erased.
        packed.fill(0);
        place.open.get_mut().unwrap_or_else(|| unreachable!("it was just put there"))
    }

    /// The tails behind a head.
    pub(super) fn behind(&self, head: &str) -> impl Iterator<Item = &str> {
        let head = self.heads.numbers.get(head);
        let all = self.tails.iter().filter(move |(_, facts)| head.is_some_and(|it| facts.contains_key(it)));
        all.map(|(tail, _)| &**tail)
    }

    /// The heads before a tail that begin with a word, with their subjects.
    pub(super) fn before(&self, tail: &str, word: &str) -> impl Iterator<Item = (&str, &Subject)> {
        let facts = self.tails.get(tail).into_iter().flatten();
        let heads = facts.filter_map(|(head, place)| Some((self.heads.text(*head)?, place)));
        heads.filter(move |(head, _)| head.starts_with(word)).filter_map(|(head, it)| Some((head, self.read(it)?)))
    }

    /// Every subject with its name.
    pub(super) fn all(&self) -> impl Iterator<Item = (String, &Subject)> {
        let before = |tail| self.before(tail, "").map(move |(head, it)| (format!("{head}{tail}"), it));
        self.tails.keys().flat_map(move |tail| before(tail))
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.tails.is_empty()
    }

    /// Writes all of them behind what stands in `into`.
    pub(super) fn pack(&self, into: &mut Vec<u8>) {
        let mut authors = self.authors.clone();
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut lengths = Vec::new();
        for place in self.tails.values().flat_map(SortedMap::values) {
            let start = bytes.len();
            match self.bytes.get(place.packed.clone()) {
                Some(packed) if !packed.is_empty() => bytes.extend_from_slice(packed),
                _ => place.open.get().into_iter().for_each(|it| it.pack(&mut authors, &mut bytes)),
            }
            lengths.push(bytes.len() - start);
        }
        // It fails only for want of memory, which is a trap.
        into.extend(postcard::to_allocvec(&(authors, &self.heads.texts, &self.tails, lengths)).unwrap_or_default());
        into.extend(bytes);
    }

    /// What was packed, from a place in these bytes to their end; `None` when they end too early or too late.
    /// Whether each subject is whole is for the seal of a snapshot to say.
    pub(super) fn unpack(bytes: Vec<u8>, at: usize) -> Option<Self> {
        let (index, rest): (Index, &[u8]) = postcard::take_from_bytes(bytes.get(at..)?).ok()?;
        let (authors, texts, tails, lengths) = index;
        let mut lengths = lengths.into_iter();
        let mut at = bytes.len() - rest.len();
        let mut subjects = Self { authors, tails, ..Self::default() };
        texts.iter().for_each(|it| _ = subjects.heads.add(it));
        for place in subjects.tails.values_mut().flat_map(SortedMap::values_mut) {
            place.packed = at..at.checked_add(lengths.next()?)?;
            at = place.packed.end;
        }
        (at == bytes.len()).then_some(Self { bytes, ..subjects })
    }

    fn read<'a>(&self, place: &'a Place) -> Option<&'a Subject> {
        if place.open.get().is_none() {
            let packed = self.bytes.get(place.packed.clone())?;
            let _ = place.open.set(Box::new(Subject::unpack(packed, &self.authors)?));
        }
        place.open.get().map(|it| &**it)
    }
}
