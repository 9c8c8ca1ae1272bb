//! Everybody made ready for finding: the search index, and folded names for telling people apart.
//!
//! Derived from a [`Book`] and kept beside it, never stored. Built when it is first asked for, then moved
//! along with every change; a shelf that was moved along equals one built anew.

use std::cell::OnceCell;

use chrono::Datelike;

use super::Book;
use crate::domain::duplicates::{Candidate, Comparable, KnownBirth, find_duplicates};
use crate::domain::nik::{Nik, NoKk};
use crate::domain::phone::Phone;
use crate::domain::sasaran::{Birth, Sasaran};
use crate::domain::search::{Hit, PersonIndex, PersonWords};
use crate::domain::sorted::{SortedMap, SortedSet};

/// The shelf of a book.
#[derive(Clone, Default)]
pub struct Shelf {
    /// Ids in the order in which they were first seen; the index names them by place.
    ids: Vec<Box<str>>,
    places: SortedMap<Box<str>, u32>,
    index: PersonIndex<u32>,
    comparables: SortedMap<u32, Comparable>,
    /// Family id → places of who is in it.
    members: SortedMap<Box<str>, SortedSet<u32>>,
    family_of: SortedMap<u32, Box<str>>,
}

/// The shelf of a book, or the place for it: the first list on the screen needs none.
#[derive(Clone, Default)]
pub struct LazyShelf(OnceCell<Shelf>);

impl LazyShelf {
    /// The shelf, built now if it was not yet; the book is the one whose changes it was told.
    pub fn of(&self, book: &Book) -> &Shelf {
        self.0.get_or_init(|| Shelf::of(book))
    }

    /// As [`Shelf::touch`].
    pub fn touch<'a>(&mut self, book: &Book, subjects: impl IntoIterator<Item = &'a str>) {
        if let Some(shelf) = self.0.get_mut() {
            shelf.touch(book, subjects);
        }
    }
}

impl Shelf {
    /// Builds it.
    #[must_use]
    pub fn of(book: &Book) -> Self {
        let mut shelf = Self::default();
        for sasaran in book.sasaran_list() {
            shelf.put(book, &sasaran);
        }
        shelf
    }

    /// Takes in what events about these subjects changed; other subjects are passed over.
    pub fn touch<'a>(&mut self, book: &Book, subjects: impl IntoIterator<Item = &'a str>) {
        let mut people: SortedSet<String> = SortedSet::new();
        for name in subjects {
            if let Some((one, other)) = name.strip_prefix("gabung:").and_then(|it| it.split_once(':')) {
                people.extend(book.same_person(one));
                people.extend(book.same_person(other));
            } else if !name.contains(':') {
                people.extend(book.same_person(name));
                let members = self.members.get(name).into_iter().flatten();
                people.extend(members.filter_map(|place| self.id(*place)).map(str::to_owned));
            }
        }
        for id in &people {
            self.take(id);
        }
        for id in people {
            if book.representative(&id) == id
                && let Some(sasaran) = book.person(&id)
            {
                self.put(book, &sasaran);
            }
        }
    }

    /// The best people for what was typed, best first.
    #[must_use]
    pub fn search(&self, typed: &str, limit: usize) -> Vec<Hit<&str>> {
        let hits = self.index.search(typed, limit).into_iter();
        hits.filter_map(|hit| Some(Hit { key: self.id(hit.key)?, score: hit.score, highlights: hit.highlights }))
            .collect()
    }

    /// Who may be the same person as somebody, best first.
    pub fn alike(&self, somebody: &Comparable, limit: usize) -> Vec<Candidate<&str>> {
        let all = self.comparables.iter().filter_map(|(place, it)| Some((self.id(*place)?, it)));
        find_duplicates(somebody, all, limit)
    }

    /// Ids of the people of a family.
    pub fn members<'a>(&'a self, keluarga: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.members.get(keluarga).into_iter().flatten().filter_map(|place| self.id(*place))
    }

    /// How many people are on it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether nobody is on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    fn id(&self, place: u32) -> Option<&str> {
        self.ids.get(usize::try_from(place).ok()?).map(|it| &**it)
    }

    fn place(&mut self, id: &str) -> u32 {
        if let Some(place) = self.places.get(id) {
            return *place;
        }
        let place = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.push(id.into());
        self.places.insert(id.into(), place);
        place
    }

    fn take(&mut self, id: &str) {
        let Some(place) = self.places.get(id).copied() else { return };
        self.index.remove(place);
        self.comparables.remove(&place);
        if let Some(family) = self.family_of.remove(&place)
            && let Some(members) = self.members.get_mut(&family)
        {
            members.remove(&place);
        }
    }

    fn put(&mut self, book: &Book, sasaran: &Sasaran) {
        let place = self.place(&sasaran.id);
        let keluarga = sasaran.keluarga.as_deref().and_then(|id| book.keluarga(id));
        let nik = sasaran.nik.as_deref().and_then(|it| Nik::parse(it).ok());
        let ibu = sasaran.ibu.as_deref().unwrap_or_default();
        let (alamat, no_kk, hp) = keluarga.map(|it| (it.alamat, it.no_kk, it.hp)).unwrap_or_default();
        let words = PersonWords {
            name: &sasaran.nama,
            others: &[ibu, &alamat.dusun, &alamat.patokan],
            rt: &alamat.rt,
            nik,
            no_kk: no_kk.and_then(|it| NoKk::parse(&it).ok()),
            phone: &hp.and_then(|it| Phone::parse(&it).ok()).map(|it| it.local()).unwrap_or_default(),
        };
        self.index.insert(place, words);
        let birth = known_birth(sasaran.lahir);
        self.comparables.insert(place, Comparable::new(&sasaran.nama, birth, sasaran.kelamin, ibu, nik));
        if let Some(family) = &sasaran.keluarga {
            self.members.or_default(family.as_str().into()).insert(place);
            self.family_of.insert(place, family.as_str().into());
        }
    }
}

/// A birth as the comparison takes it.
#[must_use]
pub fn known_birth(birth: Option<Birth>) -> KnownBirth {
    match birth {
        None => KnownBirth::Unknown,
        Some(Birth { on, is_estimate: true }) => KnownBirth::AboutYear(on.year()),
        Some(Birth { on, .. }) => KnownBirth::Exact(on),
    }
}
