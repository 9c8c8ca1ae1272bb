//! This month in numbers, each with the names behind it.
//!
//! A number is always the length of its list of names, so the two can never differ. Growth follows
//! [`crate::domain::growth`]: every child weighed on an open day has exactly one of N, T, O, B, and together they are D;
//! a weight flagged implausible is in none of them until it was measured again.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Desk, PersonRow, aduan};
use crate::domain::growth::gain::{GainMissing, SessionMonth};
use crate::domain::growth::{Nt, completed_months};
use crate::domain::iso;
use crate::domain::kunjungan::{Growth, Kunjungan};
use crate::domain::order;
use crate::domain::sasaran::{Sasaran, Status};
use crate::domain::sesi::SesiId;
use crate::domain::sorted::{SortedMap, SortedSet};

/// A balita is younger than this many months.
const BALITA_MONTHS: u32 = 60;

/// A question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// All numbers of a month.
    Month {
        /// `2026-11`; anything else is this month.
        bulan: String,
    },
    /// The names behind one number.
    Names {
        /// `2026-11`.
        bulan: String,
        /// Word of a [`Measure`].
        ukuran: String,
    },
}

/// Its answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum View {
    /// To [`Query::Month`].
    Month(Month),
    /// To [`Query::Names`].
    Names(Box<Names>),
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Measure {
    /// S: balita who live here.
    S,
    /// Who came to an open day, of every age.
    Datang,
    /// D: balita weighed.
    D,
    /// Weight rose.
    N,
    /// Weight did not rise.
    T,
    /// Not weighed last month.
    O,
    /// First weighing here.
    B,
    /// Below the red line.
    Bgm,
    /// T two months running.
    DuaT,
    /// Referred.
    Rujuk,
    /// Active balita who were weighed neither here nor at home.
    TidakDitimbang,
    /// Weights that must be measured again; in none of the letters.
    TimbangUlang,
    /// Complaints taken.
    Aduan,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::S,
        Self::Datang,
        Self::D,
        Self::N,
        Self::T,
        Self::O,
        Self::B,
        Self::Bgm,
        Self::DuaT,
        Self::Rujuk,
        Self::TidakDitimbang,
        Self::TimbangUlang,
        Self::Aduan,
    ];

    /// The word in an address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::S => "s",
            Self::Datang => "datang",
            Self::D => "d",
            Self::N => "n",
            Self::T => "t",
            Self::O => "o",
            Self::B => "b",
            Self::Bgm => "bgm",
            Self::DuaT => "2t",
            Self::Rujuk => "rujuk",
            Self::TidakDitimbang => "tidak-ditimbang",
            Self::TimbangUlang => "timbang-ulang",
            Self::Aduan => "aduan",
        }
    }

    /// Reads [`Measure::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// The numbers of a month.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// Its first day.
    #[serde(with = "crate::domain::iso")]
    pub first: NaiveDate,
    /// `2026-10`
    pub before: String,
    /// `2026-12`; none when it lies ahead.
    pub after: Option<String>,
    /// Every measure with its number.
    pub counts: Vec<(Measure, u32)>,
}

impl Month {
    /// One number.
    #[must_use]
    pub fn count(&self, measure: Measure) -> u32 {
        self.counts.iter().find(|(it, _)| *it == measure).map_or(0, |(_, count)| *count)
    }
}

/// The names behind a number.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Names {
    /// Which.
    pub measure: Measure,
    /// First day of the month.
    #[serde(with = "crate::domain::iso")]
    pub first: NaiveDate,
    /// People.
    pub people: Vec<PersonRow>,
    /// Complaints, for [`Measure::Aduan`].
    pub aduan: Vec<aduan::Row>,
}

/// Answers; `None` when what it asks about does not exist.
#[must_use]
pub fn answer(desk: &Desk<'_>, query: &Query) -> Option<View> {
    match query {
        Query::Month { bulan } => {
            let first = first_day(desk, bulan);
            let found = found(desk, first);
            let complaints = complaints(desk, first).len();
            let counts = Measure::ALL.map(|it| {
                let count = if it == Measure::Aduan { complaints } else { found.get(&it).map_or(0, SortedSet::len) };
                (it, u32::try_from(count).unwrap_or(u32::MAX))
            });
            let next = Some(next_month(first)).filter(|it| *it <= desk.today());
            Some(View::Month(Month {
                first,
                before: first.checked_sub_months(Months::new(1)).map(month_word).unwrap_or_default(),
                after: next.map(month_word),
                counts: counts.to_vec(),
            }))
        }
        Query::Names { bulan, ukuran } => {
            let measure = Measure::from_word(ukuran)?;
            let first = first_day(desk, bulan);
            let (mut people, mut rows) = (Vec::new(), Vec::new());
            if measure == Measure::Aduan {
                rows = complaints(desk, first);
            } else {
                let ids = found(desk, first).remove(&measure).unwrap_or_default();
                people = ids.iter().filter_map(|id| desk.book.sasaran(id)).map(|it| PersonRow::of(desk, &it)).collect();
                order::sort_by_key(&mut people, |it| (it.nama.to_lowercase(), it.id.clone()));
            }
            Some(View::Names(Box::new(Names { measure, first, people, aduan: rows })))
        }
    }
}

/// `2026-11`
#[must_use]
pub fn month_word(first: NaiveDate) -> String {
    format!("{:04}-{:02}", first.year(), first.month())
}

fn first_day(desk: &Desk<'_>, bulan: &str) -> NaiveDate {
    let asked = iso::day(&format!("{bulan}-01"));
    let this = desk.today().with_day(1).unwrap_or_else(|| desk.today());
    asked.filter(|it| *it <= this).unwrap_or(this)
}

fn is_in(first: NaiveDate, on: NaiveDate) -> bool {
    (on.year(), on.month()) == (first.year(), first.month())
}

fn complaints(desk: &Desk<'_>, first: NaiveDate) -> Vec<aduan::Row> {
    aduan::taken(desk, |on| is_in(first, on))
}

/// Who is behind each number.
fn found(desk: &Desk<'_>, first: NaiveDate) -> SortedMap<Measure, SortedSet<String>> {
    let mut found: SortedMap<Measure, SortedSet<String>> = SortedMap::new();
    let mut days: SortedSet<SesiId> = desk.book.sesi_list().map(|it| it.id).collect();
    for sasaran in desk.book.sasaran_list() {
        let growth = Growth::of(desk.book, sasaran);
        days.extend(growth.visits.iter().map(|(sesi, _)| sesi.clone()));
        let status = desk.book.status_before(&growth.sasaran.id, next_month(first));
        for measure in of_person(first, &growth, &status) {
            found.or_default(measure).insert(growth.sasaran.id.clone());
        }
    }
    // Who came to an open day is said by its attendance, also where nothing was measured, or where a card was
    // filled by mistake; what was entered late from paper was an open day too.
    for day in days.iter().filter(|it| is_in(first, it.on) && it.is_at_posyandu()) {
        let came = desk.book.present(day).into_iter().filter(|id| desk.book.sasaran(id).is_some());
        found.or_default(Measure::Datang).extend(came);
    }
    found
}

fn of_person(first: NaiveDate, growth: &Growth, status: &Status) -> Vec<Measure> {
    let sasaran = &growth.sasaran;
    let mut measures = Vec::new();
    let mut now = growth.visits.iter().filter(|(id, _)| is_in(first, id.on));
    if now.clone().any(|(_, it)| it.rujuk.as_ref().is_some_and(|it| it.refers)) {
        measures.push(Measure::Rujuk);
    }
    let is_balita = is_balita(sasaran, first);
    let was_weighed = |at: bool| now.clone().any(|(id, it)| id.is_at_posyandu() == at && it.bb.reading().is_some());
    let month = SessionMonth::of(first);
    let gain = growth.gains().into_iter().find(|it| it.session_month == month);
    let letter = gain.as_ref().and_then(|it| it.letter.ok());
    // Who was weighed and moved away later was here, also where her weight must be looked at again.
    if is_balita && (status.lives_here() || was_weighed(true)) {
        measures.push(Measure::S);
    }
    match letter {
        Some(letter) => {
            measures.push(Measure::D);
            measures.push(match letter {
                Nt::N => Measure::N,
                Nt::T => Measure::T,
                Nt::O => Measure::O,
                Nt::B => Measure::B,
            });
        }
        // Neither here nor at home.
        None if is_balita && status.is_expected() && !was_weighed(true) && !was_weighed(false) => {
            measures.push(Measure::TidakDitimbang);
        }
        None => {}
    }
    let Some(gain) = gain else { return measures };
    if gain.is_2t {
        measures.push(Measure::DuaT);
    }
    if gain.letter == Err(GainMissing::Excluded) {
        measures.push(Measure::TimbangUlang);
    }
    // The weighing that gave the letter gives BGM too.
    let of_letter = |(id, it): &&(SesiId, Kunjungan)| {
        id.is_at_posyandu() && id.on == gain.measured_on && it.bb.value() == Some(gain.weight_grams)
    };
    if let Some((id, visit)) = now.rfind(of_letter)
        && growth.assessment(id, visit).is_below_red_line() == Some(true)
    {
        measures.push(Measure::Bgm);
    }
    measures
}

fn next_month(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(Months::new(1)).unwrap_or(first)
}

/// A balita for the whole month or a part of it: born before it ended, not yet five when it began.
fn is_balita(sasaran: &Sasaran, first: NaiveDate) -> bool {
    let Some(born_on) = sasaran.lahir.map(|it| it.on) else {
        return false;
    };
    born_on < next_month(first) && completed_months(born_on, first).unwrap_or(0) < BALITA_MONTHS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::intent::aduan::tests::{Phone, typed};
    use crate::domain::json::object;
    use crate::domain::kinds;

    const NOW: &str = "2026-11-20T12:00:00";

    fn child(phone: &mut Phone, number: u32, sex: &str, born_on: &str) -> String {
        let id = format!("{:032x}", 0xc000 + number);
        let data = object([
            ("nama", format!("Anak Rekaan {number}").into()),
            ("kelamin", sex.into()),
            ("lahir", object([("tanggal", born_on.into())]).into()),
        ]);
        phone.write(kinds::SASARAN_REGISTERED, &id, "2026-01-10", data);
        id
    }

    fn weigh(phone: &mut Phone, id: &str, on: &str, grams: i64) -> (String, String) {
        let subject = format!("kunjungan:{on}:utama:{id}");
        let data = object([("bb", object([("g", grams.into())]).into())]);
        let event = phone.write(kinds::KUNJUNGAN_RECORDED, &subject, on, data);
        (subject, event)
    }

    fn month(phone: &Phone, bulan: &str) -> Month {
        match answer(&phone.desk(), &Query::Month { bulan: bulan.into() }) {
            Some(View::Month(month)) => month,
            _ => panic!("no month"),
        }
    }

    fn names(phone: &Phone, bulan: &str, measure: Measure) -> Names {
        match answer(&phone.desk(), &Query::Names { bulan: bulan.into(), ukuran: measure.word().into() }) {
            Some(View::Names(names)) => *names,
            _ => panic!("no names"),
        }
    }

    /// N, T twice, O, B, one flagged, one not weighed, one who moved.
    fn posyandu() -> Phone {
        let mut phone = Phone::new(NOW);
        let up = child(&mut phone, 1, "L", "2025-11-10");
        let flat = child(&mut phone, 2, "P", "2025-10-01");
        let missed = child(&mut phone, 3, "L", "2025-08-01");
        let new = child(&mut phone, 4, "P", "2026-03-01");
        let odd = child(&mut phone, 5, "L", "2025-06-01");
        child(&mut phone, 6, "P", "2024-06-01");
        let gone = child(&mut phone, 7, "P", "2024-06-01");
        phone.write(
            kinds::SASARAN_CHANGED,
            &gone,
            "2026-10-01",
            object([("status", object([("kata", "pindah".into())]).into())]),
        );
        weigh(&mut phone, &up, "2026-10-15", 8900);
        weigh(&mut phone, &up, "2026-11-16", 9300);
        weigh(&mut phone, &flat, "2026-09-15", 8200);
        weigh(&mut phone, &flat, "2026-10-15", 8200);
        weigh(&mut phone, &flat, "2026-11-16", 8200);
        weigh(&mut phone, &missed, "2026-09-15", 9000);
        weigh(&mut phone, &missed, "2026-11-16", 9400);
        weigh(&mut phone, &new, "2026-11-16", 7600);
        weigh(&mut phone, &odd, "2026-10-15", 10_000);
        weigh(&mut phone, &odd, "2026-11-16", 40_000);
        phone
    }

    #[test]
    fn weighed_is_n_and_t_and_o_and_b() {
        let month = month(&posyandu(), "2026-11");
        let [d, n, t, o, b] = [Measure::D, Measure::N, Measure::T, Measure::O, Measure::B].map(|it| month.count(it));
        assert_eq!([d, n, t, o, b], [4, 1, 1, 1, 1]);
        assert_eq!(d, n + t + o + b);
        assert_eq!(month.count(Measure::DuaT), 1);
        assert_eq!(month.count(Measure::S), 6);
    }

    #[test]
    fn a_flagged_weight_is_in_none_of_the_letters() {
        let phone = posyandu();
        let flagged = names(&phone, "2026-11", Measure::TimbangUlang);
        assert_eq!(flagged.people.iter().map(|it| it.nama.as_str()).collect::<Vec<_>>(), ["Anak Rekaan 5"]);
        let weighed = names(&phone, "2026-11", Measure::D);
        assert!(weighed.people.iter().all(|it| it.nama != "Anak Rekaan 5"));
    }

    #[test]
    fn a_weight_measured_again_counts_and_one_at_home_does_not() {
        let mut phone = posyandu();
        let data = object([("bb", object([("g", 40_000.into()), ("ulang", true.into())]).into())]);
        let odd = format!("{:032x}", 0xc000 + 5);
        phone.write(kinds::KUNJUNGAN_RECORDED, &format!("kunjungan:2026-11-16:utama:{odd}"), "2026-11-16", data);
        let at_home = format!("{:032x}", 0xc000 + 6);
        let data = object([("bb", object([("g", 11_000.into())]).into())]);
        phone.write(kinds::KUNJUNGAN_RECORDED, &format!("kunjungan:2026-11-17:rumah:{at_home}"), "2026-11-17", data);
        let month = month(&phone, "2026-11");
        let counts = [Measure::D, Measure::N, Measure::TimbangUlang, Measure::TidakDitimbang];
        assert_eq!(counts.map(|it| month.count(it)), [5, 2, 0, 0], "who was visited need not be visited");
    }

    #[test]
    fn the_curve_counts_where_the_posyandu_judges_by_it() {
        let mut phone = Phone::new(NOW);
        let slow = child(&mut phone, 1, "L", "2023-11-10");
        weigh(&mut phone, &slow, "2026-10-15", 14_200);
        let (subject, _) = weigh(&mut phone, &slow, "2026-11-16", 14_390);
        phone.write(kinds::KUNJUNGAN_RECORDED, &subject, "2026-11-16", object([("garis", true.into())]));
        assert_eq!(month(&phone, "2026-11").count(Measure::T), 1);
        phone.write(
            kinds::POSYANDU_CHANGED,
            "0000000000000000000000000000f001",
            "2026-11-17",
            object([("nt_mode", "kbm_or_curve".into())]),
        );
        assert_eq!(month(&phone, "2026-11").count(Measure::N), 1);
    }

    #[test]
    fn every_number_is_the_length_of_its_list() {
        let mut phone = posyandu();
        phone.send(1, &typed("PU-02"));
        phone.send(2, &typed("TRANTIB-08"));
        for bulan in ["2026-09", "2026-10", "2026-11"] {
            let month = month(&phone, bulan);
            for measure in Measure::ALL {
                let names = names(&phone, bulan, measure);
                let length = u32::try_from(names.people.len() + names.aduan.len()).unwrap();
                assert_eq!(month.count(measure), length, "{measure:?} in {bulan}");
            }
        }
        assert_eq!(month(&phone, "2026-11").count(Measure::Aduan), 2, "sealed ones are counted, not told");
    }

    #[test]
    fn who_moves_stays_in_the_months_before_and_in_that_of_her_last_weighing() {
        let mut phone = Phone::new(NOW);
        let weighed = child(&mut phone, 1, "L", "2025-11-10");
        let missed = child(&mut phone, 2, "P", "2025-10-01");
        weigh(&mut phone, &weighed, "2026-10-15", 8900);
        weigh(&mut phone, &weighed, "2026-11-02", 9300);
        for id in [&weighed, &missed] {
            let status = object([("kata", "pindah".into()), ("sejak", "2026-11-03".into())]);
            phone.write(kinds::SASARAN_CHANGED, id, "2026-11-03", object([("status", status.into())]));
        }
        let counts = |bulan| {
            let month = month(&phone, bulan);
            [Measure::S, Measure::D, Measure::TidakDitimbang].map(|it| month.count(it))
        };
        assert_eq!(counts("2026-10"), [2, 1, 1]);
        assert_eq!(counts("2026-11"), [1, 1, 0]);
    }

    fn stands(phone: &mut Phone, id: &str, kata: &str, sejak: &str) {
        let status = object([("kata", kata.into()), ("sejak", sejak.into())]);
        phone.write(kinds::SASARAN_CHANGED, id, sejak, object([("status", status.into())]));
    }

    fn living_and_missed(phone: &Phone, bulan: &str) -> [u32; 2] {
        let month = month(phone, bulan);
        [Measure::S, Measure::TidakDitimbang].map(|it| month.count(it))
    }

    #[test]
    fn a_month_that_was_counted_stays_so_whatever_happens_later() {
        let mut phone = Phone::new("2027-02-01T12:00:00");
        let back = child(&mut phone, 1, "L", "2025-11-10");
        stands(&mut phone, &back, "pindah", "2026-11-03");
        assert_eq!(living_and_missed(&phone, "2026-11"), [0, 0]);
        stands(&mut phone, &back, "aktif", "2026-12-05");
        let months = ["2026-10", "2026-11", "2026-12", "2027-01"].map(|it| living_and_missed(&phone, it)[0]);
        assert_eq!(months, [1, 0, 1, 1], "away in November only");
        let gone = child(&mut phone, 2, "P", "2025-01-10");
        stands(&mut phone, &gone, "pindah", "2026-03-05");
        stands(&mut phone, &gone, "meninggal", "2026-10-02");
        let months = ["2026-02", "2026-03", "2026-04", "2026-09", "2026-10"].map(|it| living_and_missed(&phone, it)[0]);
        assert_eq!(months, [2, 1, 1, 1, 1], "she had moved before she died");
    }

    #[test]
    fn the_date_of_a_status_is_corrected_by_saying_it_again() {
        let mut phone = Phone::new("2027-02-01T12:00:00");
        let id = child(&mut phone, 1, "L", "2025-11-10");
        stands(&mut phone, &id, "pindah", "2026-03-05");
        stands(&mut phone, &id, "pindah", "2026-05-05");
        assert_eq!(["2026-04", "2026-05"].map(|it| living_and_missed(&phone, it)[0]), [1, 0]);
        // Said later, true earlier: what was said before does not come back.
        stands(&mut phone, &id, "pergi", "2026-11-03");
        stands(&mut phone, &id, "pindah", "2026-10-01");
        assert_eq!(["2026-10", "2026-11", "2026-12"].map(|it| living_and_missed(&phone, it)[0]), [0, 0, 0]);
    }

    #[test]
    fn the_status_of_a_month_is_said_by_any_of_her_records() {
        let mut phone = Phone::new("2027-02-01T12:00:00");
        let (one, other) = (child(&mut phone, 1, "L", "2025-11-10"), child(&mut phone, 2, "L", "2025-11-10"));
        stands(&mut phone, &other, "pindah", "2026-11-03");
        stands(&mut phone, &one, "aktif", "2026-12-05");
        let gabung = format!("gabung:{one}:{other}");
        phone.write(kinds::GABUNG_RECORDED, &gabung, "2026-12-06", object([("gabung", true.into())]));
        assert_eq!(["2026-10", "2026-11", "2026-12"].map(|it| living_and_missed(&phone, it)[0]), [1, 0, 1]);
    }

    #[test]
    fn who_is_away_for_a_time_lives_here_and_is_not_missed() {
        let mut phone = Phone::new(NOW);
        let id = child(&mut phone, 1, "L", "2025-11-10");
        stands(&mut phone, &id, "pergi", "2026-10-05");
        assert_eq!(["2026-09", "2026-10", "2026-11"].map(|it| living_and_missed(&phone, it)), [[1, 1], [1, 0], [1, 0]]);
    }

    #[test]
    fn who_was_weighed_and_moved_is_counted_though_her_weight_must_be_looked_at_again() {
        let mut phone = Phone::new(NOW);
        let id = child(&mut phone, 1, "L", "2025-06-01");
        weigh(&mut phone, &id, "2026-11-02", 40_000);
        stands(&mut phone, &id, "pindah", "2026-11-03");
        assert_eq!(living_and_missed(&phone, "2026-11"), [1, 0]);
        let month = month(&phone, "2026-11");
        assert_eq!([Measure::D, Measure::TimbangUlang].map(|it| month.count(it)), [0, 1]);
    }

    #[test]
    fn who_was_weighed_is_not_missed_though_her_weight_must_be_looked_at_again() {
        let mut phone = Phone::new(NOW);
        let id = child(&mut phone, 1, "L", "2025-06-01");
        weigh(&mut phone, &id, "2026-11-02", 40_000);
        assert_eq!(living_and_missed(&phone, "2026-11"), [1, 0]);
        assert_eq!(living_and_missed(&phone, "2026-10"), [1, 1]);
    }

    #[test]
    fn a_month_ends_on_its_last_day() {
        let mut phone = Phone::new(NOW);
        let id = child(&mut phone, 1, "L", "2025-11-10");
        weigh(&mut phone, &id, "2026-10-31", 8900);
        weigh(&mut phone, &id, "2026-11-01", 9000);
        assert_eq!(month(&phone, "2026-10").count(Measure::D), 1);
        assert_eq!(month(&phone, "2026-11").count(Measure::D), 1);
        assert_eq!(month(&phone, "2026-09").count(Measure::D), 0);
        assert_eq!(month(&phone, "2026-10").count(Measure::B), 1);
    }

    #[test]
    fn a_visit_taken_back_drops_out() {
        let mut phone = Phone::new(NOW);
        let id = child(&mut phone, 1, "L", "2025-11-10");
        let (subject, event) = weigh(&mut phone, &id, "2026-11-16", 9000);
        assert_eq!(month(&phone, "2026-11").count(Measure::Datang), 1);
        phone.write(kinds::CATATAN_UNDONE, &subject, "2026-11-16", object([("event", event.into())]));
        let month = month(&phone, "2026-11");
        assert_eq!([Measure::D, Measure::Datang, Measure::B].map(|it| month.count(it)), [0, 0, 0]);
        assert_eq!(month.count(Measure::TidakDitimbang), 1);
    }

    #[test]
    fn who_came_without_being_weighed_came() {
        let mut phone = Phone::new(NOW);
        let id = child(&mut phone, 1, "L", "2025-11-10");
        phone.write(kinds::SESI_OPENED, "sesi:2026-11-16:utama", "2026-11-16", object([]));
        phone.write(
            kinds::HADIR_RECORDED,
            &format!("hadir:2026-11-16:utama:{id}"),
            "2026-11-16",
            object([("hadir", true.into())]),
        );
        let month = month(&phone, "2026-11");
        assert_eq!((month.count(Measure::Datang), month.count(Measure::D)), (1, 0));
    }

    #[test]
    fn a_home_visit_is_neither_coming_nor_a_weighing_of_the_open_day() {
        let mut phone = Phone::new(NOW);
        let id = child(&mut phone, 1, "L", "2025-11-10");
        let subject = format!("kunjungan:2026-11-16:rumah:{id}");
        let data =
            object([("bb", object([("g", 9000.into())]).into()), ("rujuk", object([("ya", true.into())]).into())]);
        phone.write(kinds::KUNJUNGAN_RECORDED, &subject, "2026-11-16", data);
        let month = month(&phone, "2026-11");
        assert_eq!([Measure::Datang, Measure::D, Measure::Rujuk].map(|it| month.count(it)), [0, 0, 1]);
    }

    #[test]
    fn a_far_too_light_child_is_below_the_red_line() {
        let mut phone = Phone::new(NOW);
        // WHO, weight-for-age, boys, month 12: -3 SD is 6.9 kg.
        let id = child(&mut phone, 1, "L", "2025-11-10");
        weigh(&mut phone, &id, "2026-11-16", 6800);
        assert_eq!(month(&phone, "2026-11").count(Measure::Bgm), 1);
    }

    #[test]
    fn the_month_ahead_cannot_be_opened() {
        let phone = Phone::new(NOW);
        let this = month(&phone, "2027-01");
        assert_eq!((month_word(this.first), this.after), ("2026-11".to_owned(), None));
        assert_eq!(month(&phone, "2026-10").after.as_deref(), Some("2026-11"));
        assert_eq!(month(&phone, "nonsense").before, "2026-10");
    }
}
