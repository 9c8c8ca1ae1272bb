//! The tab, one open day with its queue, and finding people in it.

use serde::{Deserialize, Serialize};

use super::{Came, Desk, PersonRow, Staff, absent, came, recordable, row_on, staff};
use crate::domain::form::card::Station;
use crate::domain::sesi::{Sesi, SesiId, SesiStatus};

/// The tab.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Days {
    /// Today at the posyandu.
    #[serde(with = "crate::domain::iso")]
    pub today: chrono::NaiveDate,
    /// Open ones, latest first; an older one was forgotten.
    pub open: Vec<DayRow>,
    /// Planned, soonest first.
    pub planned: Vec<Sesi>,
    /// Closed, latest first.
    pub past: Vec<DayRow>,
}

/// A day in one line.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DayRow {
    /// Which.
    pub sesi: Sesi,
    /// How many came.
    pub came: u32,
    /// It is open and not of today.
    pub is_stale: bool,
}

/// Answers the tab.
#[must_use]
pub fn days(desk: &Desk<'_>) -> Days {
    let today = desk.today();
    let mut days = Days { today, open: Vec::new(), planned: Vec::new(), past: Vec::new() };
    for sesi in desk.book.sesi_list() {
        match sesi.status {
            SesiStatus::Planned if sesi.id.on >= today => days.planned.push(sesi),
            SesiStatus::Open | SesiStatus::Closed => {
                let is_open = sesi.status == SesiStatus::Open;
                let came = count(desk.book.present(&sesi.id).len());
                let row = DayRow { came, is_stale: is_open && sesi.id.on < today, sesi };
                if is_open { days.open.push(row) } else { days.past.push(row) }
            }
            SesiStatus::Unplanned | SesiStatus::Planned => {}
        }
    }
    days.open.reverse();
    days.past.reverse();
    days
}

/// An open day.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// Which.
    pub sesi: Sesi,
    /// Who is on duty, and at which step.
    pub staff: Vec<Staff>,
    /// I am among them.
    pub am_on_duty: bool,
    /// It is open and not of today.
    pub is_stale: bool,
    /// The chosen station.
    pub station: Station,
    /// Who came; then who waits at each of the other four.
    pub counts: [u32; 5],
    /// Who waits at the chosen station, in the order of coming.
    pub waiting: Vec<Came>,
    /// Who came, in the order of coming.
    pub came: Vec<Came>,
    /// Expected, not come, by name.
    pub absent: Vec<PersonRow>,
}

/// Answers one day; without a station, at the step where the one who asks works.
#[must_use]
pub fn day(desk: &Desk<'_>, id: &SesiId, station: u8) -> Option<Day> {
    let sesi = desk.book.sesi(id).filter(|it| it.id.is_open_day())?;
    let staff: Vec<Staff> = sesi.kader.iter().filter_map(|it| staff(desk, it, Some(&sesi))).collect();
    let mine = staff.iter().find(|it| it.id == desk.me).and_then(|it| it.station);
    let station = Station::from_number(station).or(mine).unwrap_or(Station::Ukur);
    let came = came(desk, id);
    let present = came.iter().map(|it| it.row.id.clone()).collect();
    let absent = absent(desk, id, &present).iter().map(|it| row_on(desk, it, id)).collect();
    let counts = Station::ALL.map(|it| match it {
        Station::Daftar => count(came.len()),
        it => count(came.iter().filter(|one| one.waits_at == Some(it)).count()),
    });
    Some(Day {
        staff,
        am_on_duty: sesi.kader.iter().any(|it| it == desk.me),
        is_stale: sesi.status == SesiStatus::Open && sesi.id.on < desk.today(),
        station,
        counts,
        waiting: came.iter().filter(|it| it.waits_at == Some(station)).cloned().collect(),
        came,
        absent,
        sesi,
    })
}

/// Somebody whose name fits.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Who, with what was matched.
    pub row: PersonRow,
    /// She is already here.
    pub is_present: bool,
}

/// Everybody by name, mother or RT, expected or not.
#[must_use]
pub fn find(desk: &Desk<'_>, id: &SesiId, text: &str) -> Option<Vec<Found>> {
    const MOST: usize = 20;
    recordable(desk, id)?;
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let hits = desk.shelf().search(text, MOST);
    let found = hits.into_iter().filter_map(|hit| {
        let sasaran = desk.book.sasaran(&desk.book.representative(hit.key))?;
        let mut row = row_on(desk, &sasaran, id);
        let edge = |it: usize| u32::try_from(it).unwrap_or(0);
        row.marks = hit.highlights.iter().map(|it| (edge(it.start), edge(it.end))).collect();
        let is_present = desk.book.same_person(&row.id).iter().any(|who| desk.book.is_present(id, who));
        Some(Found { row, is_present })
    });
    Some(found.collect())
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
