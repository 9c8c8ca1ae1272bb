//! Open days, measuring and its answers, as screens show them.
//!
//! [`rencana`] is the plan, [`day`] has the queue of the five stations, [`ukur`] what a form needs, [`hasil`] the answer after
//! measuring, [`kms`] the charts, [`tutup`] the checklist at the end.

use crate::domain::order;
use crate::domain::sorted::SortedSet;

pub mod day;
pub mod hasil;
pub mod kms;
pub mod rencana;
pub mod tutup;
pub mod ukur;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{Desk, PersonRow};
use crate::domain::calendar::{Age, LocalTime, TimeZone, local_time};
use crate::domain::form::card::{Card, Station, card_at};
use crate::domain::kunjungan::Kunjungan;
use crate::domain::ledger::Subject;
use crate::domain::sasaran::Sasaran;
use crate::domain::sesi::{Sesi, SesiId, SesiStatus};

/// A question about open days.
#[derive(Clone, Serialize, Deserialize)]
pub enum Query {
    /// The tab.
    Days,
    /// Who works here, and at which step she usually does.
    Kader,
    /// The form of a plan.
    Plan {
        /// `<date>:<place>` of the plan to be changed; empty for a new one.
        sesi: String,
    },
    /// One day with its stations.
    Day {
        /// `<date>:<place>`
        sesi: String,
        /// 1 to 5.
        station: u8,
    },
    /// Everybody whose name fits, to be marked present.
    Find {
        /// `<date>:<place>`
        sesi: String,
        /// Typed.
        text: String,
    },
    /// The form of one person at one day.
    Form {
        /// `<date>:<place>`
        sesi: String,
        /// Who.
        sasaran: String,
    },
    /// The answer after measuring.
    Hasil {
        /// `<date>:<place>`
        sesi: String,
        /// Who.
        sasaran: String,
        /// The station of this phone, for who comes next.
        station: u8,
    },
    /// Charts of a child.
    Kms {
        /// Who.
        sasaran: String,
    },
    /// What is still open before closing.
    Tutup {
        /// `<date>:<place>`
        sesi: String,
    },
}

/// Its answer.
#[derive(Clone, Serialize, Deserialize)]
pub enum View {
    /// The tab.
    Days(day::Days),
    /// Who works here.
    Kader(Vec<Staff>),
    /// The form of a plan.
    Plan(rencana::Plan),
    /// One day.
    Day(day::Day),
    /// Names that fit.
    Found(Vec<day::Found>),
    /// A form.
    Form(Box<ukur::Form>),
    /// An answer.
    Hasil(Box<hasil::Hasil>),
    /// Charts.
    Kms(Box<kms::Kms>),
    /// The checklist.
    Tutup(Box<tutup::Tutup>),
}

/// Answers; `None` when what it asks about does not exist.
#[must_use]
pub fn answer(desk: &Desk<'_>, query: &Query) -> Option<View> {
    match query {
        Query::Days => Some(View::Days(day::days(desk))),
        Query::Kader => Some(View::Kader(desk.book.names("kader").filter_map(|id| staff(desk, id, None)).collect())),
        Query::Plan { sesi } => rencana::plan(desk, sesi).map(View::Plan),
        Query::Day { sesi, station } => day::day(desk, &SesiId::parse(sesi)?, *station).map(View::Day),
        Query::Find { sesi, text } => day::find(desk, &SesiId::parse(sesi)?, text).map(View::Found),
        Query::Form { sesi, sasaran } => {
            ukur::form(desk, &SesiId::parse(sesi)?, sasaran).map(|it| View::Form(Box::new(it)))
        }
        Query::Hasil { sesi, sasaran, station } => {
            hasil::hasil(desk, &SesiId::parse(sesi)?, sasaran, *station).map(|it| View::Hasil(Box::new(it)))
        }
        Query::Kms { sasaran } => kms::kms(desk, sasaran).map(|it| View::Kms(Box::new(it))),
        Query::Tutup { sesi } => tutup::tutup(desk, &SesiId::parse(sesi)?).map(|it| View::Tutup(Box::new(it))),
    }
}

/// Who works here, and at which step.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    /// Person id.
    pub id: String,
    /// Her name.
    pub nama: String,
    /// Where she works.
    pub station: Option<Station>,
}

/// A kader: at the step she took on a day, or else at her usual one; `None` while her name has not come here.
#[must_use]
pub fn staff(desk: &Desk<'_>, id: &str, sesi: Option<&Sesi>) -> Option<Staff> {
    let kader = desk.book.kader(id)?;
    let today = sesi.and_then(|it| it.meja.iter().find(|it| it.0 == id)).map(|it| it.1);
    let usual = || kader.int("meja").and_then(|it| u8::try_from(it).ok());
    let station = today.or_else(usual).and_then(Station::from_number);
    Some(Staff { id: id.to_owned(), nama: kader.text("nama")?, station })
}

/// The day, when people may be recorded in it: open or closed, or a visit outside an open day.
#[must_use]
pub fn recordable(desk: &Desk<'_>, id: &SesiId) -> Option<Sesi> {
    if !id.is_open_day() {
        return (id.on <= desk.today()).then(|| Sesi::blank(id.clone(), SesiStatus::Open));
    }
    desk.book.sesi(id).filter(|it| matches!(it.status, SesiStatus::Open | SesiStatus::Closed))
}

/// The card of somebody on a day, if there is one for her age.
#[must_use]
pub fn card_of(sasaran: &Sasaran, on: chrono::NaiveDate) -> Option<(&'static Card, u32)> {
    let months = Age::on(sasaran.lahir?.on, on)?.months();
    Some((card_at(months)?, months))
}

/// Who is expected on a day: active, and of the groups that a card serves every time.
pub fn expected<'a>(desk: &'a Desk<'_>, id: &SesiId) -> impl Iterator<Item = Sasaran> + use<'a> {
    let on = id.on;
    desk.book
        .sasaran_list()
        .filter(move |it| it.status.is_expected() && card_of(it, on).is_some_and(|(card, age)| card.expects(age)))
}

/// Expected and not come, by name.
#[must_use]
pub fn absent(desk: &Desk<'_>, id: &SesiId, present: &SortedSet<String>) -> Vec<Sasaran> {
    let mut absent: Vec<Sasaran> = expected(desk, id).filter(|it| !present.contains(&it.id)).collect();
    order::sort_by(&mut absent, |a, b| a.nama.to_lowercase().cmp(&b.nama.to_lowercase()).then_with(|| a.id.cmp(&b.id)));
    absent
}

/// A row with the age of another day than today.
#[must_use]
pub fn row_on(desk: &Desk<'_>, sasaran: &Sasaran, id: &SesiId) -> PersonRow {
    let on = Desk { now: id.on.and_time(desk.now.time()), ..*desk };
    PersonRow::of(&on, sasaran)
}

/// Somebody who came, and where she stands.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Came {
    /// Who.
    pub row: PersonRow,
    /// Since when, hour and minute.
    pub since: Option<(u32, u32)>,
    /// The station she waits at; `None` when all is done, or there is no card for her age yet.
    pub waits_at: Option<Station>,
    /// Whether there is a card for her age.
    pub has_card: bool,
}

/// Everybody who came, in the order of coming.
#[must_use]
pub fn came(desk: &Desk<'_>, id: &SesiId) -> Vec<Came> {
    let mut came: Vec<(u64, Came)> = desk
        .book
        .present(id)
        .iter()
        .filter_map(|who| {
            let sasaran = desk.book.sasaran(who)?;
            let since_ms = arrived_ms(desk, id, who);
            let card = card_of(&sasaran, id.on);
            let waits_at = card.and_then(|(card, age)| waiting_at(desk, id, &sasaran.id, card, age));
            let since = on_the_day(desk, id, since_ms);
            let row = row_on(desk, &sasaran, id);
            Some((since_ms.unwrap_or(u64::MAX), Came { row, since, waits_at, has_card: card.is_some() }))
        })
        .collect();
    order::sort_by(&mut came, |(a, one), (b, other)| a.cmp(b).then_with(|| one.row.id.cmp(&other.row.id)));
    came.into_iter().map(|(_, it)| it).collect()
}

/// The first station at which nothing was answered yet.
fn waiting_at(desk: &Desk<'_>, id: &SesiId, sasaran: &str, card: &Card, age: u32) -> Option<Station> {
    let visit = visit_of(desk, id, sasaran);
    let is_answered = |key: &str| visit.is_some_and(|it| !it.value(key).is_blank());
    Station::ALL.into_iter().filter(|it| *it != Station::Daftar).find(|station| {
        let mut fields = card.at(*station, age).peekable();
        fields.peek().is_some() && !fields.any(|it| is_answered(it.key))
    })
}

/// The visit of a person, or of one merged with her.
#[must_use]
pub fn visit_of<'a>(desk: &'a Desk<'_>, id: &SesiId, sasaran: &str) -> Option<&'a Subject> {
    let same = desk.book.same_person(sasaran);
    same.iter().filter_map(|who| desk.book.subject(&id.visit(who))).find(|it| !it.is_void())
}

/// Reads a visit; blank when there is none.
#[must_use]
pub fn read_visit(desk: &Desk<'_>, id: &SesiId, sasaran: &str) -> Kunjungan {
    visit_of(desk, id, sasaran).map(Kunjungan::from_subject).unwrap_or_default()
}

fn arrived_ms(desk: &Desk<'_>, id: &SesiId, sasaran: &str) -> Option<u64> {
    let same = desk.book.same_person(sasaran);
    let said = same.iter().filter_map(|who| desk.book.subject(&id.attendance(who))?.write("hadir"));
    let first = said.filter(|it| it.value.value().as_bool() == Some(true)).map(|it| it.at.unix_ms()).min();
    first.or_else(|| visit_of(desk, id, sasaran)?.entries().next().map(|it| it.at.unix_ms()))
}

/// When somebody came, hour and minute; nothing where that was written on another day.
#[must_use]
pub fn arrived(desk: &Desk<'_>, id: &SesiId, sasaran: &str) -> Option<(u32, u32)> {
    on_the_day(desk, id, arrived_ms(desk, id, sasaran))
}

fn on_the_day(desk: &Desk<'_>, id: &SesiId, unix_ms: Option<u64>) -> Option<(u32, u32)> {
    let at = unix_ms.and_then(|ms| local(desk, ms)).filter(|it| it.date == id.on)?;
    Some((at.hour, at.minute))
}

/// Local time of an instant at the posyandu.
fn local(desk: &Desk<'_>, unix_ms: u64) -> Option<LocalTime> {
    let code = desk.book.posyandu().and_then(|it| it.text("wilayah"));
    let province = code.as_deref().and_then(|it| it.get(..2)).and_then(|it| it.parse().ok());
    let zone = province.and_then(TimeZone::of_province).unwrap_or(TimeZone::Wib);
    local_time(i64::try_from(unix_ms).ok()?, zone.offset_minutes())
}

/// Who comes after somebody at a station.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Next {
    /// Who.
    pub row: PersonRow,
    /// She is here and waits; otherwise she is the next who is expected.
    pub is_waiting: bool,
}

/// The next who waits at a station, in the order of coming; at the scales, then who is expected.
#[must_use]
pub fn next(desk: &Desk<'_>, id: &SesiId, station: Station, after: &str) -> Option<Next> {
    if !id.is_open_day() {
        return None;
    }
    let came = came(desk, id);
    let place = came.iter().position(|it| it.row.id == after);
    // Behind her first, then from the front: whoever was passed over is not forgotten.
    let (front, behind) = came.split_at(place.map_or(0, |it| it + 1));
    let waiting = behind.iter().chain(front).find(|it| it.waits_at == Some(station) && it.row.id != after);
    if let Some(waiting) = waiting {
        return Some(Next { row: waiting.row.clone(), is_waiting: true });
    }
    if station != Station::Ukur {
        return None;
    }
    let present: SortedSet<String> = came.into_iter().map(|it| it.row.id).collect();
    let absent = absent(desk, id, &present);
    let expected = absent.iter().find(|it| it.id != after)?;
    Some(Next { row: row_on(desk, expected, id), is_waiting: false })
}
