//! People and families as screens show them.
//!
//! Read [`Query`] first: one question a screen. Search answers come from the shelf, everything else from
//! the book.

mod dispute;
mod family;
pub mod more;
mod person;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use dispute::{Dispute, Head, Open, Place, disputes, open, whose};
pub use family::{Family, FamilyRow, FamilySeen, Member, Rt};
pub use person::{ConsentLine, JoinedPair, Person, Said, VisitRow, consent};

use super::sesi::arrived;
use super::{Desk, PersonRow};
use crate::domain::calendar::LifeStage;
use crate::domain::duplicates::{Likeness, Reason};
use crate::domain::form::warga::{FamilyText, PersonText, alike};
use crate::domain::order;
use crate::domain::sasaran::{Sasaran, Status};
use crate::domain::sesi::{SesiId, SesiStatus};

/// Rows of a search: three screens of a small phone, and drawn within a tenth of a second on a slow one.
pub const HITS: usize = 20;

/// A question about people.
#[derive(Clone, Serialize, Deserialize)]
pub enum Query {
    /// Who fits what was typed.
    Search {
        /// As typed.
        text: String,
    },
    /// Families, by RT.
    Families {
        /// How many, from the first.
        most: u32,
    },
    /// Everybody, by name.
    People {
        /// How many rows, from the first.
        most: u32,
        /// Only those who are here and whose NIK is still to be asked for.
        no_nik: bool,
    },
    /// One person.
    Person {
        /// Who.
        id: String,
    },
    /// The form of one person, filled.
    PersonForm {
        /// Who.
        id: String,
    },
    /// Two people beside each other.
    Pair {
        /// One.
        one: String,
        /// The other.
        other: String,
    },
    /// Who may be the one being typed.
    Alike {
        /// As typed so far.
        text: Box<PersonText>,
        /// Whose form it is, if she is registered.
        own: Option<String>,
    },
    /// Families that fit what was typed: a head, a member, an RT.
    FindFamilies {
        /// As typed.
        text: String,
    },
    /// One family in a line.
    FamilyLine {
        /// Which.
        id: String,
    },
    /// One family.
    Family {
        /// Which.
        id: String,
    },
    /// The form of one family, filled.
    FamilyForm {
        /// Which.
        id: String,
    },
    /// What was answered differently and waits for somebody to decide.
    Open,
}

/// Its answer.
#[derive(Clone, Serialize, Deserialize)]
pub enum View {
    /// To [`Query::Search`].
    Hits(Vec<HitRow>),
    /// To [`Query::Families`], and whether there are more.
    Families(Vec<Rt>, bool),
    /// To [`Query::People`]: rows, and how many there are in all.
    People(Vec<HitRow>, u32),
    /// To [`Query::Person`].
    Person(Box<Person>),
    /// To [`Query::PersonForm`], and whether consent must be asked.
    PersonForm(Box<PersonText>, bool),
    /// To [`Query::Pair`].
    Pair(Box<(Person, Person)>),
    /// To [`Query::Alike`]: people, and families when a new one is typed.
    Alike(Vec<AlikeRow>, Vec<FamilyRow>),
    /// To [`Query::FindFamilies`].
    FindFamilies(Vec<FamilyRow>),
    /// To [`Query::FamilyLine`].
    FamilyLine(FamilyRow),
    /// To [`Query::Family`].
    Family(Box<Family>),
    /// To [`Query::FamilyForm`].
    FamilyForm(Box<FamilyText>),
    /// To [`Query::Open`].
    Open(Vec<Open>),
}

/// A person found, and what matters about her today.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HitRow {
    /// Who.
    pub row: PersonRow,
    /// Whether she is expected.
    pub status: Status,
    /// What the open day wants of her.
    pub today: Today,
    /// Why her NIK is not known; blank in other lists than that of those without.
    pub no_nik: String,
}

/// What an open day wants of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Today {
    /// No day is open, or there is nothing for her.
    Nothing,
    /// She is weighed and measured.
    Weigh,
    /// She came, at this hour and minute.
    Came(Option<(u32, u32)>),
}

/// Somebody who may be the one being registered.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AlikeRow {
    /// Who.
    pub row: PersonRow,
    /// How sure.
    pub is_likely: bool,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
}

/// Answers; `None` when the person or family does not exist.
#[must_use]
pub fn answer(desk: &Desk<'_>, query: &Query) -> Option<View> {
    Some(match query {
        Query::Search { text } => View::Hits(search(desk, text)),
        Query::Families { most } => {
            let (groups, has_more) = family::by_rt(desk, *most as usize);
            View::Families(groups, has_more)
        }
        Query::People { most, no_nik } => {
            let (rows, all) = people(desk, *most, *no_nik);
            View::People(rows, all)
        }
        Query::Person { id } => View::Person(Box::new(person::person(desk, id)?)),
        Query::PersonForm { id } => {
            let sasaran = desk.book.person(id)?;
            View::PersonForm(Box::new(PersonText::of(&sasaran)), sasaran.setuju != Some(true))
        }
        Query::Pair { one, other } => {
            // Each as her own record stands, joined or not.
            View::Pair(Box::new((person::person(desk, one)?, person::person(desk, other)?)))
        }
        Query::Alike { text, own } => View::Alike(who_is_alike(desk, text, own.as_deref()), family::alike(desk, text)),
        Query::FindFamilies { text } => View::FindFamilies(family::find(desk, text)),
        Query::FamilyLine { id } => View::FamilyLine(FamilyRow::of(desk, &desk.book.keluarga(id)?)),
        Query::Family { id } => View::Family(Box::new(family::family(desk, id)?)),
        Query::Open => View::Open(open(desk)),
        Query::FamilyForm { id } => View::FamilyForm(Box::new(FamilyText::of(&desk.book.keluarga(id)?))),
    })
}

fn search(desk: &Desk<'_>, text: &str) -> Vec<HitRow> {
    let open = open_day(desk);
    let hits = desk.shelf().search(text, HITS).into_iter();
    let mut rows: Vec<HitRow> = hits
        .filter_map(|hit| {
            let sasaran = desk.book.person(hit.key)?;
            let mut row = HitRow::of(desk, &sasaran, open.as_ref());
            let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            row.row.marks = hit.highlights.iter().map(|it| (place(it.start), place(it.end))).collect();
            Some(row)
        })
        .collect();
    // Who is no longer expected stands below, in the order found.
    order::sort_by_key(&mut rows, |it| !it.status.is_expected());
    rows
}

fn people(desk: &Desk<'_>, most: u32, no_nik: bool) -> (Vec<HitRow>, u32) {
    let open = open_day(desk);
    let mut all: Vec<Sasaran> = desk.book.sasaran_list().collect();
    all.retain(|it| !no_nik || it.nik.is_none() && it.status.is_expected());
    all.sort_by_cached_key(|it| it.nama.to_lowercase());
    let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let row = |it: &Sasaran| {
        let no_nik = it.alasan_tanpa_nik.clone().filter(|_| no_nik).unwrap_or_default();
        HitRow { no_nik, ..HitRow::of(desk, it, open.as_ref()) }
    };
    (all.iter().take(most).map(row).collect(), count)
}

fn who_is_alike(desk: &Desk<'_>, text: &PersonText, own: Option<&str>) -> Vec<AlikeRow> {
    let is_edit = own.is_some();
    let own = own.map(|id| desk.book.same_person(id)).unwrap_or_default();
    let found = alike(text, desk.shelf(), desk.today()).into_iter().filter(|(who, _)| !own.contains(who));
    // Of somebody registered long ago only the same NIK is worth a question.
    let found = found.filter(|(_, comparison)| !is_edit || comparison.likeness == Likeness::SameNik);
    let rows = found.filter_map(|(who, comparison)| {
        let row = PersonRow::of(desk, &desk.book.person(&who)?);
        Some(AlikeRow { row, is_likely: comparison.likeness >= Likeness::Likely, reasons: comparison.reasons })
    });
    rows.take(3).collect()
}

/// The open day, if one is open.
#[must_use]
pub fn open_day(desk: &Desk<'_>) -> Option<SesiId> {
    let days: Vec<_> = desk.book.sesi_list().collect();
    days.into_iter().rev().find(|it| it.status == SesiStatus::Open).map(|it| it.id)
}

/// What the open day wants of somebody. Only children under five have cards so far.
fn today(desk: &Desk<'_>, sasaran: &Sasaran, stage: Option<LifeStage>, open: Option<&SesiId>) -> Today {
    let Some(open) = open else { return Today::Nothing };
    if desk.book.same_person(&sasaran.id).iter().any(|id| desk.book.is_present(open, id)) {
        Today::Came(arrived(desk, open, &sasaran.id))
    } else if stage.is_some_and(LifeStage::is_balita) && sasaran.status.is_expected() {
        Today::Weigh
    } else {
        Today::Nothing
    }
}

impl HitRow {
    fn of(desk: &Desk<'_>, sasaran: &Sasaran, open: Option<&SesiId>) -> Self {
        let row = PersonRow::of(desk, sasaran);
        let today = today(desk, sasaran, row.stage, open);
        Self { row, status: sasaran.status.clone(), today, no_nik: String::new() }
    }
}

/// The first day of a year.
fn year_begins(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day)
}
