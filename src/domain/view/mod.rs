//! What a screen needs to know, answered from the book: plain data, no sentences.
//!
//! One file a task. Views are made in the worker and shown by the page; what depends on today is
//! computed here, from the day given in [`Desk`], and is never stored.

pub mod aduan;
pub mod beranda;
pub mod laporan;
pub mod posyandu;
pub mod sesi;
pub mod warga;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::aduan::own::{KeptDraft, NextTicket, Pending};
use super::book::{Book, LazyShelf, Shelf};
use super::calendar::{Age, DEFAULT_ADULT_YEARS, LifeStage};
use super::sasaran::{Sasaran, Sex};

/// What a view is made from.
pub struct Desk<'a> {
    /// Everything believed so far.
    pub book: &'a Book,
    /// See [`Desk::shelf`].
    pub shelf: &'a LazyShelf,
    /// Local time at the posyandu, by the corrected clock.
    pub now: NaiveDateTime,
    /// Person id of who asks.
    pub me: &'a str,
    /// What of complaints waits sealed for its readers, recorded by who asks.
    pub pending: &'a [Pending],
    /// What others sealed for who asks.
    pub entrusted: &'a [Pending],
    /// Complaints that who asks has begun to type.
    pub drafts: &'a [KeptDraft],
    /// The number that the next complaint of this phone gets; the worker gives it when one is sent.
    pub next_ticket: Option<&'a NextTicket>,
    /// What who asks says about people and the posyandu counts with everybody.
    pub may_decide: bool,
}

impl<'a> Desk<'a> {
    /// A desk with nothing of its own beside the book.
    #[must_use]
    pub fn new(book: &'a Book, shelf: &'a LazyShelf, now: NaiveDateTime, me: &'a str) -> Self {
        Self { book, shelf, now, me, pending: &[], entrusted: &[], drafts: &[], next_ticket: None, may_decide: true }
    }

    /// Everybody in the book, made ready for finding.
    #[must_use]
    pub fn shelf(&self) -> &'a Shelf {
        self.shelf.of(self.book)
    }

    /// Today at the posyandu.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.date()
    }
}

/// A question about the book.
#[derive(Clone, Serialize, Deserialize)]
pub enum Query {
    /// The first tab.
    Beranda,
    /// People and families.
    Warga(warga::Query),
    /// Open days, measuring and its answers.
    Sesi(sesi::Query),
    /// Complaints.
    Aduan(aduan::Query),
    /// This month in numbers.
    Laporan(laporan::Query),
    /// The posyandu itself.
    Posyandu,
}

/// Its answer.
#[derive(Serialize, Deserialize)]
pub enum View {
    /// The first tab.
    Beranda(beranda::Beranda),
    /// People and families.
    Warga(warga::View),
    /// Open days, measuring and its answers.
    Sesi(sesi::View),
    /// Complaints.
    Aduan(aduan::View),
    /// This month in numbers.
    Laporan(laporan::View),
    /// The posyandu itself, and what two people answered differently.
    Posyandu(Box<posyandu::Facts>, Vec<warga::Dispute>),
}

/// Answers a question; `None` when what it asks about does not exist.
#[must_use]
pub fn answer(desk: &Desk<'_>, query: &Query) -> Option<View> {
    match query {
        Query::Beranda => Some(View::Beranda(beranda::answer(desk))),
        Query::Warga(query) => warga::answer(desk, query).map(View::Warga),
        Query::Sesi(query) => sesi::answer(desk, query).map(View::Sesi),
        Query::Aduan(query) => aduan::answer(desk, query).map(View::Aduan),
        Query::Posyandu => {
            let disputes = desk.book.posyandu_id().map(|id| posyandu::disputes(desk, id));
            Some(View::Posyandu(Box::new(posyandu::facts(desk)), disputes.unwrap_or_default()))
        }
        Query::Laporan(query) => laporan::answer(desk, query).map(View::Laporan),
    }
}

/// A person in any list.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Sasaran id.
    pub id: String,
    /// Name as registered.
    pub nama: String,
    /// Age on the day of the list.
    pub age: Option<Age>,
    /// The age is from an estimated birth date.
    pub is_estimate: bool,
    /// Life stage on that day.
    pub stage: Option<LifeStage>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Mother's name.
    pub ibu: String,
    /// RT, three digits.
    pub rt: String,
    /// Byte ranges of the name that a search matched.
    pub marks: Vec<(u32, u32)>,
}

impl PersonRow {
    /// The row of a sasaran on a day.
    #[must_use]
    pub fn of(desk: &Desk<'_>, sasaran: &Sasaran) -> Self {
        let age = sasaran.lahir.and_then(|birth| Age::on(birth.on, desk.today()));
        let keluarga = sasaran.keluarga.as_deref().and_then(|id| desk.book.keluarga(id));
        Self {
            id: sasaran.id.clone(),
            nama: sasaran.nama.clone(),
            age,
            is_estimate: sasaran.lahir.is_some_and(|it| it.is_estimate),
            stage: age.map(|age| LifeStage::at(age, DEFAULT_ADULT_YEARS)),
            sex: sasaran.kelamin,
            ibu: sasaran.ibu.clone().unwrap_or_default(),
            rt: keluarga.map(|it| it.alamat.rt).unwrap_or_default(),
            marks: Vec::new(),
        }
    }
}
