//! The first tab: what is going on now, and what waits.

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::domain::book::Book;
use crate::domain::sesi::{Sesi, SesiStatus};

/// The first tab.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Beranda {
    /// The open day, if one is open: how many came of how many.
    pub open: Option<Ongoing>,
    /// The next planned one.
    pub next: Option<Sesi>,
    /// Something was saved here since the founding.
    pub has_records: bool,
    /// The desa was chosen from the list, so that its code is known.
    pub is_placed: bool,
    /// How many questions wait for somebody to decide them.
    pub open_questions: u64,
}

/// An open day in two numbers.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Ongoing {
    /// The day.
    pub sesi: Sesi,
    /// Who came.
    pub came: u32,
    /// Who is expected, those who came among them.
    pub expected: u32,
    /// It was opened on an earlier day and never closed.
    pub is_stale: bool,
}

/// Answers for today.
#[must_use]
pub fn answer(desk: &Desk<'_>) -> Beranda {
    let today = desk.today();
    let sesi: Vec<Sesi> = desk.book.sesi_list().collect();
    let open = sesi.iter().rev().find(|it| it.status == SesiStatus::Open).map(|sesi| {
        let present = desk.book.present(&sesi.id);
        let expected = super::sesi::expected(desk, &sesi.id).filter(|it| !present.contains(&it.id));
        Ongoing {
            sesi: sesi.clone(),
            came: count(present.len()),
            expected: count(present.len() + expected.count()),
            is_stale: sesi.id.on < today,
        }
    });
    let has_records = !desk.pending.is_empty() || !is_blank(desk.book);
    let next = sesi.into_iter().find(|it| it.status == SesiStatus::Planned && it.id.on >= today);
    let is_placed = super::posyandu::facts(desk).tempat.is_whole();
    let open_questions = super::warga::open(desk).len() as u64;
    Beranda { open, next, has_records, is_placed, open_questions }
}

/// Whether nobody was written into the book yet, nothing planned, opened or complained of in the open.
#[must_use]
pub fn is_blank(book: &Book) -> bool {
    ["sasaran", "keluarga", "sesi", "aduan"].iter().all(|word| book.names(word).next().is_none())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
