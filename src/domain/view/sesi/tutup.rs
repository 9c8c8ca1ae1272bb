//! What is still open when the posyandu closes: lists with names, never a gate.

use serde::{Deserialize, Serialize};

use super::day::count;
use super::{Desk, PersonRow, absent, card_of, row_on, visit_of};
use crate::domain::form::card::{Need, Station};
use crate::domain::kunjungan::{Growth, Rujuk};
use crate::domain::pace::{self, Pace};
use crate::domain::sesi::{Sesi, SesiId};
use crate::domain::view::aduan;

/// The checklist.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Tutup {
    /// The day.
    pub sesi: Sesi,
    /// How many came.
    pub came: u32,
    /// How long their entries took.
    pub pace: Option<Pace>,
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
    /// Complaints told that day, the sealed ones of who looks too.
    pub aduan: Vec<aduan::Row>,
    /// Complaints that were begun and not sent.
    pub begun: Vec<aduan::DraftRow>,
}

/// Answers the checklist.
#[must_use]
pub fn tutup(desk: &Desk<'_>, id: &SesiId) -> Option<Tutup> {
    let sesi = desk.book.sesi(id).filter(|it| it.id.is_open_day())?;
    let present = desk.book.present(id);
    let mut tutup = Tutup {
        came: count(present.len()),
        present: present.iter().filter_map(|it| desk.book.sasaran(it)).map(|it| row_on(desk, &it, id)).collect(),
        pace: Pace::of(present.iter().filter_map(|it| took_s(desk, id, it)).collect()),
        unfilled: Vec::new(),
        undecided: Vec::new(),
        referred: Vec::new(),
        rechecks: Vec::new(),
        absent: absent(desk, id, &present).iter().map(|it| row_on(desk, it, id)).collect(),
        aduan: aduan::taken(desk, |on| on == id.on),
        begun: aduan::drafts(desk),
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

fn took_s(desk: &Desk<'_>, id: &SesiId, sasaran: &str) -> Option<u32> {
    visit_of(desk, id, sasaran)?.int(pace::REGISTER).and_then(|it| u32::try_from(it).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aduan::own::KeptDraft;
    use crate::domain::intent::aduan::tests::{Phone, typed};
    use crate::domain::json::object;
    use crate::domain::kinds;

    #[test]
    fn complaints_of_the_day_stand_with_the_sealed_and_the_begun_ones() {
        let mut phone = Phone::new("2026-11-19T12:00:00");
        phone.send(1, &typed("PU-05"));
        phone.now += chrono::TimeDelta::days(1);
        phone.write(kinds::SESI_OPENED, "sesi:2026-11-20:utama", "2026-11-20", object([]));
        phone.send(2, &typed("PU-02"));
        phone.send(3, &typed("TRANTIB-08"));
        let begun = [KeptDraft { id: format!("{:032x}", 4), body: typed("PU-03").to_json().into_bytes() }];
        let desk = Desk { drafts: &begun, ..phone.desk() };
        let tutup = tutup(&desk, &SesiId::parse("2026-11-20:utama").unwrap()).unwrap();
        assert_eq!(tutup.aduan.iter().filter(|it| it.sealing == crate::domain::view::aduan::Sealing::Waits).count(), 1);
        let numbers: Vec<_> = tutup.aduan.iter().map(|it| it.id.trim_start_matches('0')).collect();
        assert_eq!(numbers, ["2", "3"], "not those of the day before");
        assert_eq!(tutup.begun.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), [begun[0].id.as_str()]);
    }
}
