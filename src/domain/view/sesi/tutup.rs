//! What is still open when the posyandu closes: lists with names, never a gate.

use serde::{Deserialize, Serialize};

use super::day::count;
use super::{Desk, PersonRow, absent, card_of, row_on, visit_of};
use crate::domain::form::card::{Need, Station};
use crate::domain::kinds;
use crate::domain::kunjungan::{Growth, Rujuk};
use crate::domain::sesi::{Sesi, SesiId};

/// The checklist.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Tutup {
    /// The day.
    pub sesi: Sesi,
    /// How many came.
    pub came: u32,
    /// Who came.
    pub present: Vec<PersonRow>,
    /// Per measure: who came and was not asked it.
    pub unfilled: Vec<(String, Vec<PersonRow>)>,
    /// Referral suggested, nothing decided.
    pub undecided: Vec<PersonRow>,
    /// Referred.
    pub referred: Vec<(PersonRow, Rujuk)>,
    /// To be measured again.
    pub rechecks: Vec<PersonRow>,
    /// Expected, and not come.
    pub absent: Vec<PersonRow>,
    /// Complaints told that day.
    pub aduan: u32,
}

/// Answers the checklist.
#[must_use]
pub fn tutup(desk: &Desk<'_>, id: &SesiId) -> Option<Tutup> {
    let sesi = desk.book.sesi(id).filter(|it| it.id.is_open_day())?;
    let present = desk.book.present(id);
    let mut tutup = Tutup {
        came: count(present.len()),
        present: present.iter().filter_map(|it| desk.book.sasaran(it)).map(|it| row_on(desk, &it, id)).collect(),
        unfilled: Vec::new(),
        undecided: Vec::new(),
        referred: Vec::new(),
        rechecks: Vec::new(),
        absent: absent(desk, id, &present).iter().map(|it| row_on(desk, it, id)).collect(),
        aduan: complaints(desk, id),
        sesi,
    };
    for sasaran in present.iter().filter_map(|it| desk.book.sasaran(it)) {
        let Some((card, age)) = card_of(&sasaran, id.on) else { continue };
        let row = row_on(desk, &sasaran, id);
        let visit = visit_of(desk, id, &sasaran.id);
        for field in card.at(Station::Ukur, age).filter(|it| it.need != Need::Optional) {
            if visit.is_none_or(|it| it.value(field.key).is_blank()) {
                match tutup.unfilled.iter_mut().find(|(key, _)| key == field.key) {
                    Some((_, rows)) => rows.push(row.clone()),
                    None => tutup.unfilled.push((field.key.to_owned(), vec![row.clone()])),
                }
            }
        }
        let growth = Growth::of(desk.book, sasaran);
        let suggestion = growth.suggestion(id);
        match growth.visit(id).rujuk {
            Some(rujuk) if rujuk.refers => tutup.referred.push((row.clone(), rujuk)),
            Some(_) => {}
            None if suggestion.is_referral() => tutup.undecided.push(row.clone()),
            None => {}
        }
        if !suggestion.follow.rechecks.is_empty() {
            tutup.rechecks.push(row);
        }
    }
    Some(tutup)
}

fn complaints(desk: &Desk<'_>, id: &SesiId) -> u32 {
    let told = desk
        .book
        .names("aduan")
        .filter_map(|name| desk.book.subject(name))
        .filter(|subject| subject.entries().any(|entry| &*entry.kind == kinds::ADUAN_SENT && entry.on == id.on));
    count(told.count())
}
