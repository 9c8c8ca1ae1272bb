//! One person: facts, what is disputed, last visits, and the records joined as hers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::dispute::{Dispute, of_person};
use super::more::{More, known};
use super::{FamilyRow, Today, open_day, today};
use crate::domain::json::Value;
use crate::domain::ledger::PersonId;
use crate::domain::order;
use crate::domain::sasaran::{Alamat, Birth, Sasaran, Sex, Status, date};
use crate::domain::sesi::SesiId;
use crate::domain::view::{Desk, PersonRow};

/// Visits shown on her page.
const VISITS: usize = 12;

/// One person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// In a line.
    pub row: PersonRow,
    /// All that is known.
    pub sasaran: Sasaran,
    /// Her family.
    pub keluarga: Option<FamilyRow>,
    /// What else is known, and asked.
    pub more: Vec<More>,
    /// What two people answered differently.
    pub disputes: Vec<Dispute>,
    /// What she said about consent, earliest first.
    pub consent: Vec<ConsentLine>,
    /// Visits, latest first.
    pub visits: Vec<VisitRow>,
    /// Records joined as hers.
    pub joined: Vec<JoinedPair>,
    /// What the open day wants of her.
    pub today: Today,
    /// The open day.
    pub open: Option<SesiId>,
    /// A child whose growth is shown.
    pub has_growth: bool,
}

/// A value as a person would say it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// Text, or a code of a list.
    Text(String),
    /// A birth.
    Birth(Birth),
    /// A sex.
    Sex(Sex),
    /// A weight.
    Grams(i64),
    /// A length.
    Millimetres(i64),
    /// An address.
    Place(Alamat),
    /// Whether she is expected, since when.
    Status(Status, #[serde(with = "crate::domain::iso")] Option<NaiveDate>),
    /// A family, by its head.
    Family(String),
    /// Several words: codes of lists, then what was written beside them.
    Words(Vec<String>),
}

/// Consent given or taken back.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentLine {
    /// When.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// Given, or taken back.
    pub is_given: bool,
    /// How it was given.
    pub how: String,
    /// Who witnessed it, or who took it back.
    pub who: String,
    /// Name of the kader who wrote it down.
    pub by: String,
}

/// A visit in numbers.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitRow {
    /// Day and place.
    pub sesi: SesiId,
    /// Weight, grams.
    pub bb_g: Option<i64>,
    /// Length or height, millimetres.
    pub tb_mm: Option<i64>,
}

/// Two records joined as one person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct JoinedPair {
    /// One.
    pub one: PersonRow,
    /// The other.
    pub other: PersonRow,
}

/// Answers.
pub(super) fn person(desk: &Desk<'_>, id: &str) -> Option<Person> {
    let sasaran = desk.book.person(id)?;
    let row = PersonRow::of(desk, &sasaran);
    let open = open_day(desk);
    let keluarga = sasaran.keluarga.as_deref().and_then(|it| desk.book.keluarga(it));
    let visits = desk.book.visits(&sasaran.id).into_iter().rev().take(VISITS);
    let visits = visits.map(|(sesi, subject)| VisitRow {
        sesi,
        bb_g: subject.value("bb").get("g").and_then(Value::as_int),
        tb_mm: subject.value("tb").get("mm").and_then(Value::as_int),
    });
    let alone = |id: &str| desk.book.sasaran(id).map(|it| PersonRow::of(desk, &it));
    let joins = desk.book.joins(&sasaran.id).into_iter();
    let joined = joins.filter_map(|(one, other)| Some(JoinedPair { one: alone(&one)?, other: alone(&other)? }));
    let subjects = desk.book.same_person(&sasaran.id);
    let more = known(desk, &sasaran);
    Some(Person {
        today: today(desk, &sasaran, row.stage, open.as_ref()),
        keluarga: keluarga.map(|it| FamilyRow::of(desk, &it)),
        disputes: of_person(desk, &sasaran),
        consent: consent(desk, &subjects),
        visits: visits.collect(),
        more,
        joined: joined.collect(),
        has_growth: row.age.is_some_and(|it| it.years() < 18),
        row,
        sasaran,
        open,
    })
}

/// Everything that was said about consent in records of one person, earliest first.
#[must_use]
pub fn consent(desk: &Desk<'_>, subjects: &[String]) -> Vec<ConsentLine> {
    let mut lines = Vec::new();
    for subject in subjects.iter().filter_map(|it| desk.book.subject(it)) {
        for (on, write) in subject.writes("persetujuan") {
            let value = write.value.value();
            let text = |key: &str| value.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
            let Some(is_given) = value.get("catat").and_then(Value::as_bool) else { continue };
            let who = text(if is_given { "saksi" } else { "oleh" });
            let by = name_of(desk, write.by);
            lines.push((write.at, ConsentLine { on, is_given, how: text("cara"), who, by }));
        }
    }
    order::sort_by_key(&mut lines, |it| it.0);
    lines.into_iter().map(|it| it.1).collect()
}

/// What people call a kader.
pub(super) fn name_of(desk: &Desk<'_>, by: PersonId) -> String {
    desk.book.subject(&by.to_string()).and_then(|it| it.text("nama")).unwrap_or_default()
}

pub(super) fn said(desk: &Desk<'_>, register: &str, value: &Value) -> Said {
    let text = || match value {
        Value::Text(it) if !it.is_empty() => Said::Text(it.clone()),
        Value::Int(it) => Said::Text(it.to_string()),
        Value::Bool(it) => Said::Text(if *it { "ya" } else { "tidak" }.to_owned()),
        _ => Said::Nothing,
    };
    match register {
        "lahir" => date(value.get("tanggal")).map_or(Said::Nothing, |on| {
            let is_estimate = value.get("perkiraan").and_then(Value::as_bool) == Some(true);
            Said::Birth(Birth { on, is_estimate })
        }),
        "kelamin" => value.as_text().and_then(Sex::from_code).map_or(Said::Nothing, Said::Sex),
        "bb_lahir_g" => value.as_int().map_or(Said::Nothing, Said::Grams),
        "pb_lahir_mm" => value.as_int().map_or(Said::Nothing, Said::Millimetres),
        "alamat" => Said::Place(Alamat::from_value(value)),
        "status" => {
            let word = value.get("kata").and_then(Value::as_text).unwrap_or_default();
            Said::Status(Status::parse(word), date(value.get("sejak")))
        }
        "keluarga" => {
            let keluarga = value.as_text().and_then(|id| desk.book.keluarga(id));
            keluarga.map_or(Said::Nothing, |it| Said::Family(it.kepala))
        }
        // All numbers in one, as the first builds wrote them.
        "telepon" => {
            let numbers = value.as_list().unwrap_or_default().iter();
            let numbers: Vec<&str> = numbers.filter_map(|it| it.get("nomor")?.as_text()).collect();
            Said::Text(numbers.join(", "))
        }
        "persetujuan" => match value.get("catat").and_then(Value::as_bool) {
            Some(true) => Said::Text("setuju".into()),
            Some(false) => Said::Text("dicabut".into()),
            None => Said::Nothing,
        },
        _ if value.as_object().is_some() => on_a_card(value),
        _ => text(),
    }
}

/// The answer to a question of a card: a number, that it was not read, or words.
fn on_a_card(value: &Value) -> Said {
    let number = |member: &str| value.get(member).and_then(Value::as_int);
    if let Some(grams) = number("g") {
        return Said::Grams(grams);
    }
    if let Some(millimetres) = number("mm") {
        return Said::Millimetres(millimetres);
    }
    let mut words: Vec<String> = Vec::new();
    for (member, yes, no) in [("tidak", "tidak_diukur", ""), ("ya", "dirujuk", "tidak_dirujuk")] {
        words.extend(value.get(member).and_then(Value::as_bool).map(|it| if it { yes } else { no }.to_owned()));
    }
    for member in ["daftar", "topik", "alasan"] {
        let list = value.get(member).and_then(Value::as_list).unwrap_or_default();
        words.extend(list.iter().filter_map(Value::as_text).map(str::to_owned));
    }
    let texts = ["tempat", "teks"].into_iter().filter_map(|it| value.get(it).and_then(Value::as_text));
    words.extend(texts.map(str::to_owned));
    words.retain(|it| !it.is_empty());
    if words.is_empty() { Said::Nothing } else { Said::Words(words) }
}
