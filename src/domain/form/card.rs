//! Cards as data: fields with their station, kind, unit and age, and the one function that judges them.
//!
//! A card is a typed definition in [`super::cards`]; the page renders it, [`validate`] turns what was
//! typed into the value of a register, a problem, or a question ("Timbang ulang?"). Limits are not
//! written here: they come from the dated tables of [`crate::domain::growth`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::kept::{self, Kept, Member};
use super::{FieldError, Problem, Unit};
use crate::domain::calendar::Age;
use crate::domain::growth::plausible::{LastValues, Question, question_value, question_visit};
use crate::domain::growth::rules::{self, Field};
use crate::domain::growth::{Position, PositionNote, Sex, Visit, assess};
use crate::domain::json::{Map, Value};
use crate::domain::names::parse_name;
use crate::domain::number::{DecimalFormat, Decimals, PadLimits, format_for_edit, parse_decimal};
use crate::domain::sorted::SortedMap;

/// One of the five steps of an open day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Station {
    /// 1, who came.
    Daftar,
    /// 2, weighing and measuring.
    Ukur,
    /// 3, filling the card.
    Catat,
    /// 4, services and referral.
    Layanan,
    /// 5, talking.
    Edukasi,
}

impl Station {
    /// In the order of the day.
    pub const ALL: [Self; 5] = [Self::Daftar, Self::Ukur, Self::Catat, Self::Layanan, Self::Edukasi];

    /// 1 to 5, as on the wall of the posyandu.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Daftar => 1,
            Self::Ukur => 2,
            Self::Catat => 3,
            Self::Layanan => 4,
            Self::Edukasi => 5,
        }
    }

    /// Reads [`Station::number`].
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }
}

/// Whether a field is asked for when it stays empty. Nothing here ever blocks a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Asked at its station, listed as "belum terisi" when the day closes.
    Mandatory,
    /// The same, at the ages or in the months where it is shown at all.
    Conditional,
    /// May stay empty.
    Optional,
}

/// A number read from a scale, a board or a tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What is typed: kg or cm.
    pub unit: Unit,
    /// Its row in the tables of plausible values.
    pub range: Field,
    /// Member of the register's value: `g` or `mm`.
    pub member: &'static str,
    /// Whether it matters how the child was held.
    pub has_position: bool,
}

impl Measure {
    /// How typed text becomes the stored integer.
    #[must_use]
    pub fn format(self) -> DecimalFormat {
        match self.unit {
            Unit::Kg => DecimalFormat { scale: 3, max_decimals: 2 },
            Unit::Cm => DecimalFormat { scale: 1, max_decimals: 1 },
            Unit::Count => DecimalFormat { scale: 0, max_decimals: 0 },
        }
    }

    /// What the pad lets in: more than is right, so that a slip is seen and named.
    #[must_use]
    pub fn pad(self) -> PadLimits {
        PadLimits { whole_digits: 4, decimals: if self.unit == Unit::Count { 0 } else { 2 } }
    }

    /// A stored integer as it would be typed.
    #[must_use]
    pub fn as_typed(self, value: u32) -> String {
        format_for_edit(value, self.format().scale, Decimals::Trimmed)
    }
}

/// What kind of answer a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number with a unit.
    Measure(Measure),
    /// `true` or `false`.
    YesNo,
    /// One of some words, stored as text.
    OneOf(&'static [&'static str]),
    /// One of the words that [`super::pilihan`] has for the field.
    Listed,
    /// A name, stored as text.
    Name,
    /// A whole number, both ends included.
    Count(u32, u32),
    /// Any of some words in a list, and free text.
    AnyOf {
        /// Member that holds the list.
        list: &'static str,
        /// The words.
        words: &'static [&'static str],
    },
    /// Yes or no, reasons, a place, free text.
    Referral {
        /// Codes of reasons.
        reasons: &'static [&'static str],
        /// Codes of places.
        places: &'static [&'static str],
    },
}

/// One question of a card. Its key is the register, the field's name and the input's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardField {
    /// Register key; never changes.
    pub key: &'static str,
    /// Where it is asked.
    pub station: Station,
    /// What it takes.
    pub kind: Kind,
    /// Whether it is missed when empty.
    pub need: Need,
    /// Completed months of age at which it is shown, both included.
    pub months: (u32, u32),
}

impl CardField {
    /// Whether it is asked at an age.
    #[must_use]
    pub fn is_asked(&self, age_months: u32) -> bool {
        within(self.months, age_months)
    }
}

/// A card: which ages it is for, whom to expect, what it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its word.
    pub name: &'static str,
    /// Completed months of age, both included.
    pub months: (u32, u32),
    /// Of these, who is expected every open day.
    pub expected: (u32, u32),
    /// In the order in which it asks.
    pub fields: &'static [CardField],
}

impl Card {
    /// The fields asked at an age.
    pub fn asked(&self, age_months: u32) -> impl Iterator<Item = &'static CardField> + use<> {
        self.fields.iter().filter(move |it| it.is_asked(age_months))
    }

    /// The fields of a station asked at an age.
    pub fn at(&self, station: Station, age_months: u32) -> impl Iterator<Item = &'static CardField> + use<> {
        self.asked(age_months).filter(move |it| it.station == station)
    }

    /// One field.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'static CardField> {
        self.fields.iter().find(|it| it.key == key)
    }

    /// Whether somebody of this age is expected when the posyandu opens.
    #[must_use]
    pub fn expects(&self, age_months: u32) -> bool {
        within(self.expected, age_months)
    }
}

/// The card of somebody, if there is one for her age yet.
#[must_use]
pub fn card_at(age_months: u32) -> Option<&'static Card> {
    super::cards::ALL.iter().copied().find(|it| within(it.months, age_months))
}

fn within((from, to): (u32, u32), months: u32) -> bool {
    (from..=to).contains(&months)
}

/// Whom a field is asked about, and what was measured last time.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Who {
    /// Sex, if known.
    pub sex: Option<Sex>,
    /// Birth, if known.
    #[serde(with = "crate::domain::iso")]
    pub born_on: Option<NaiveDate>,
    /// The day of the visit, not of typing.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// Readings of the last visit that had each, by key.
    pub last: SortedMap<String, LastReading>,
}

impl Who {
    /// Completed months on the day of the visit.
    #[must_use]
    pub fn age_months(&self) -> Option<u32> {
        Some(Age::on(self.born_on?, self.on)?.months())
    }

    /// How a child of this age is measured.
    #[must_use]
    pub fn usual_position(&self) -> Position {
        let days = self.born_on.map_or(i64::MAX, |born_on| self.on.signed_duration_since(born_on).num_days());
        // WHO 2006: lying through day 730.
        if days < 731 { Position::Lying } else { Position::Standing }
    }

    fn last_values(&self) -> LastValues {
        let of = |key: &str| self.last.get(key).map(|it| (it.on, it.used));
        LastValues { weight_grams: of("bb"), length_mm: of("tb"), head_mm: of("lk") }
    }
}

/// What was read last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastReading {
    /// When.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// As read, g or mm.
    pub value: u32,
    /// After the 0.7 cm rule, or as read.
    pub used: u32,
}

/// What is typed, chosen or skipped in one field; kept as it is in drafts.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Typed {
    /// Typed text: a number, or free words.
    pub text: String,
    /// The chosen word: an answer, or a position.
    pub word: String,
    /// Chosen words of a list, or reasons.
    pub picks: Vec<String>,
    /// Chosen place.
    pub place: String,
    /// "Tidak diukur".
    pub skipped: bool,
    /// "Sudah benar": the question about it was answered.
    pub sure: bool,
}

impl Kept for Typed {
    fn members(&mut self) -> Vec<(&'static str, Member<'_>)> {
        vec![
            ("text", Member::Text(&mut self.text)),
            ("word", Member::Text(&mut self.word)),
            ("picks", Member::Texts(&mut self.picks)),
            ("place", Member::Text(&mut self.place)),
            ("skipped", Member::Flag(&mut self.skipped)),
            ("sure", Member::Flag(&mut self.sure)),
        ]
    }
}

impl Typed {
    /// What a saved value looks like in the form again.
    #[must_use]
    pub fn of(field: &CardField, value: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
        let list = |key: &str| -> Vec<String> {
            let words = value.get(key).and_then(Value::as_list).unwrap_or_default();
            words.iter().filter_map(Value::as_text).map(str::to_owned).collect()
        };
        let yes_no = |truth: Option<bool>| truth.map_or("", |it| if it { "ya" } else { "tidak" }).to_owned();
        match field.kind {
            Kind::Measure(measure) => {
                let number = value.get(measure.member).and_then(Value::as_int).and_then(|it| u32::try_from(it).ok());
                let position = text("posisi");
                Self {
                    text: number.map(|it| measure.as_typed(it)).unwrap_or_default(),
                    word: if position.starts_with(ASSUMED) { String::new() } else { position },
                    skipped: value.get("tidak").and_then(Value::as_bool) == Some(true),
                    sure: value.get("ulang").and_then(Value::as_bool) == Some(true),
                    ..Self::default()
                }
            }
            Kind::YesNo => Self { word: yes_no(value.as_bool()), ..Self::default() },
            Kind::OneOf(_) | Kind::Listed => {
                Self { word: value.as_text().unwrap_or_default().to_owned(), ..Self::default() }
            }
            Kind::Name => Self { text: value.as_text().unwrap_or_default().to_owned(), ..Self::default() },
            Kind::Count(..) => {
                Self { text: value.as_int().map(|it| it.to_string()).unwrap_or_default(), ..Self::default() }
            }
            Kind::AnyOf { list: key, .. } => Self { picks: list(key), text: text("teks"), ..Self::default() },
            Kind::Referral { .. } => Self {
                word: yes_no(value.get("ya").and_then(Value::as_bool)),
                picks: list("alasan"),
                place: text("tempat"),
                text: text("teks"),
                ..Self::default()
            },
        }
    }

    /// Whether nothing was said at all.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let is_empty = |it: &str| it.trim().is_empty();
        is_empty(&self.text) && is_empty(&self.word) && self.picks.is_empty() && !self.skipped
    }
}

/// Answers by key.
pub type Answers = SortedMap<String, Typed>;

/// The answers that differ from what the form was filled with. The others were not touched: they are neither kept nor
/// saved, so that what somebody else says meanwhile stays. A value that this app cannot show fills nothing.
#[must_use]
pub fn touched(filled: &Answers, mut now: Answers) -> Answers {
    let blank = Typed::default();
    now.retain(|key, typed| filled.get(key).unwrap_or(&blank) != typed);
    now
}

/// The text of a draft, empty without answers.
#[must_use]
pub fn to_draft(answers: &Answers) -> Vec<u8> {
    let members = answers.iter().map(|(key, typed)| (key.clone(), kept::write(&mut typed.clone()).into()));
    kept::draft_of(members.collect())
}

/// A draft read back.
#[must_use]
pub fn from_draft(draft: &[u8]) -> Option<Answers> {
    let answer = |(key, value)| {
        let Value::Object(mut members) = value else { return None };
        let mut typed = Typed::default();
        kept::read(&mut typed, &mut members)?;
        Some((key, typed))
    };
    kept::object(draft)?.into_iter().map(answer).collect()
}

/// A question that measuring again, or "Sudah benar", answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soft {
    /// The value is hard to believe.
    Value(Question),
    /// The position is not the one of this age.
    Position(PositionNote),
}

/// What a field says.
#[derive(Clone, Debug, PartialEq)]
pub enum Judged {
    /// Never asked (`tidak_ditanya`).
    Blank,
    /// The value of its register.
    Value(Value),
    /// Plausible only if somebody looks again.
    Ask(Vec<Soft>),
}

/// The start of a position nobody chose.
const ASSUMED: &str = "dianggap_";

/// Judges what was typed into one field.
///
/// # Errors
/// The [`Problem`], to be shown beside the field; what was typed stays.
pub fn validate(field: &CardField, typed: &Typed, who: &Who) -> Result<Judged, Problem> {
    if let Kind::Measure(measure) = field.kind {
        return validate_measure(measure, typed, who);
    }
    if typed.is_blank() {
        return Ok(Judged::Blank);
    }
    let known = |words: &[&str], word: &str| words.contains(&word);
    let text = typed.text.trim();
    if text.chars().count() > MOST_LETTERS as usize {
        return Err(Problem::TooLong { most: MOST_LETTERS });
    }
    let value = match field.kind {
        Kind::Measure(_) => return Ok(Judged::Blank),
        Kind::YesNo => match yes_no(&typed.word) {
            Some(truth) => Value::Bool(truth),
            None => return Ok(Judged::Blank),
        },
        Kind::OneOf(words) if known(words, &typed.word) => typed.word.as_str().into(),
        Kind::OneOf(_) => return Ok(Judged::Blank),
        // A word of a newer app stays.
        Kind::Listed => typed.word.as_str().into(),
        Kind::Name => parse_name(text).map_err(Problem::Name)?.into(),
        Kind::Count(min, max) => {
            let format = DecimalFormat { scale: 0, max_decimals: 0 };
            let found = parse_decimal(text, format).map_err(Problem::Number)?;
            if !(min..=max).contains(&found) {
                let (min, max, found) = (min.into(), max.into(), found.into());
                return Err(Problem::Outside { min, max, found, unit: Unit::Count });
            }
            i64::from(found).into()
        }
        Kind::AnyOf { list, words } => {
            let mut value = Map::new();
            value.insert(list.to_owned(), picked(words, &typed.picks));
            put_text(&mut value, text);
            value.into()
        }
        Kind::Referral { reasons, places } => {
            let Some(refers) = yes_no(&typed.word) else {
                // Reasons without a decision: she must still say it.
                return if typed.picks.is_empty() && text.is_empty() {
                    Ok(Judged::Blank)
                } else {
                    Err(Problem::Missing)
                };
            };
            let mut value = Map::new();
            value.insert("ya".into(), refers.into());
            if refers {
                value.insert("alasan".into(), picked(reasons, &typed.picks));
                if known(places, &typed.place) {
                    value.insert("tempat".into(), typed.place.as_str().into());
                }
            }
            put_text(&mut value, text);
            value.into()
        }
    };
    Ok(Judged::Value(value))
}

/// What answers change in fields of which a value is known, or nothing; a blank takes back what was known.
///
/// # Errors
/// Every field to look at again.
pub fn changes(known: &[(&CardField, Value)], answers: &Answers, who: &Who) -> Result<Map, Vec<FieldError>> {
    let mut changed = Map::new();
    let mut errors = Vec::new();
    for (field, known) in known {
        let Some(typed) = answers.get(field.key) else { continue };
        let now = match validate(field, typed, who) {
            Ok(Judged::Blank) => Value::Null,
            Ok(Judged::Value(value)) => value,
            Ok(Judged::Ask(_)) => {
                errors.push(FieldError::new(field.key, Problem::Unsure));
                continue;
            }
            Err(problem) => {
                errors.push(FieldError::new(field.key, problem));
                continue;
            }
        };
        if now != *known {
            changed.insert(field.key.to_owned(), now);
        }
    }
    if errors.is_empty() { Ok(changed) } else { Err(errors) }
}

/// The longest free text of a field.
const MOST_LETTERS: u32 = 500;

fn yes_no(word: &str) -> Option<bool> {
    match word {
        "ya" => Some(true),
        "tidak" => Some(false),
        _ => None,
    }
}

fn picked(words: &[&str], picks: &[String]) -> Value {
    let known = words.iter().filter(|word| picks.iter().any(|pick| pick == *word)).map(|word| (*word).into());
    // A word of a newer app stays when an older one saves the rest again.
    let unknown = picks.iter().filter(|pick| !words.contains(&pick.as_str())).map(|pick| pick.as_str().into());
    Value::List(known.chain(unknown).collect())
}

fn put_text(value: &mut Map, text: &str) {
    if !text.is_empty() {
        value.insert("teks".into(), text.into());
    }
}

fn validate_measure(measure: Measure, typed: &Typed, who: &Who) -> Result<Judged, Problem> {
    if typed.skipped {
        return Ok(Judged::Value(Value::Object(Map::from([("tidak".to_owned(), true.into())]))));
    }
    if typed.text.trim().is_empty() {
        return Ok(Judged::Blank);
    }
    let age_months = who.age_months();
    let hard = age_months.and_then(|months| rules::range(who.on, measure.range, months)).map(|row| row.hard);
    let read = parse_decimal(&typed.text, measure.format());
    let is_inside = |value: u32| hard.is_none_or(|(min, max)| (min..=max).contains(&value));
    if let Some(mm) = in_metres(measure, &typed.text).filter(|mm| is_inside(*mm))
        && !read.as_ref().is_ok_and(|it| is_inside(*it))
    {
        return Err(Problem::InMetres { mm: i64::from(mm) });
    }
    let value = read.map_err(Problem::Number)?;
    if let Some((min, max)) = hard.filter(|_| !is_inside(value)) {
        let (min, max, found) = (i64::from(min), i64::from(max), i64::from(value));
        return Err(Problem::Outside { min, max, found, unit: measure.unit });
    }
    let position = Position::from_code(&typed.word);
    let questions = questions(measure, value, position, who);
    if !questions.is_empty() && !typed.sure {
        return Ok(Judged::Ask(questions));
    }
    let mut out = Map::from([(measure.member.to_owned(), i64::from(value).into())]);
    if measure.has_position {
        let word = match position {
            Some(position) => position.code().to_owned(),
            None => format!("{ASSUMED}{}", who.usual_position().code()),
        };
        out.insert("posisi".into(), word.into());
    }
    if typed.sure && !questions.is_empty() {
        out.insert("ulang".into(), true.into());
    }
    Ok(Judged::Value(out.into()))
}

/// A height written in metres, as mm: `0,86`, `1,05`.
fn in_metres(measure: Measure, text: &str) -> Option<u32> {
    let metres = DecimalFormat { scale: 3, max_decimals: 3 };
    (measure.range == Field::Length).then(|| parse_decimal(text, metres).ok()).flatten()
}

fn questions(measure: Measure, value: u32, position: Option<Position>, who: &Who) -> Vec<Soft> {
    let mut visit = Visit::new(who.sex, who.born_on, who.on);
    match measure.range {
        Field::Weight | Field::BirthWeight => visit.weight_grams = Some(value),
        Field::Length | Field::BirthLength => (visit.length_mm, visit.position) = (Some(value), position),
        Field::Head => visit.head_mm = Some(value),
        Field::Lila => visit.lila_mm = Some(value),
    }
    let assessment = assess(&visit);
    let mut asked: Vec<Soft> =
        question_visit(&assessment, visit.head_mm, &who.last_values()).into_iter().map(Soft::Value).collect();
    if asked.is_empty() && who.sex.is_none() {
        let months = who.age_months();
        let odd = months.and_then(|months| question_value(who.on, measure.range, months, value));
        asked.extend(odd.map(Soft::Value));
    }
    if measure.has_position && position.is_some_and(|it| it != who.usual_position()) {
        asked.extend(assessment.length.map(|it| Soft::Position(it.note)));
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::cards::TAMBAHAN;
    use crate::domain::growth::assess::Index;
    use crate::domain::json::parse;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    /// A boy of 11 months on 2026-11-11 who weighed 8.2 kg and measured 72 cm a month before.
    fn damar() -> Who {
        let last = |value| LastReading { on: day("2026-10-14"), value, used: value };
        Who {
            sex: Some(Sex::Male),
            born_on: Some(day("2025-12-01")),
            on: day("2026-11-11"),
            last: SortedMap::from([("bb".into(), last(8200)), ("tb".into(), last(720)), ("lk".into(), last(451))]),
        }
    }

    fn field(key: &str) -> &'static CardField {
        card_at(11).unwrap().field(key).unwrap()
    }

    fn typed(text: &str) -> Typed {
        Typed { text: text.into(), ..Typed::default() }
    }

    #[track_caller]
    fn check(key: &str, typed: &Typed, expected: &str) {
        let judged = validate(field(key), typed, &damar());
        assert_eq!(judged, Ok(Judged::Value(parse(expected).unwrap())), "{key}");
    }

    #[test]
    fn a_weight_is_stored_in_grams_with_comma_or_stop() {
        check("bb", &typed("8,6"), r#"{"g":8600}"#);
        check("bb", &typed("8.65"), r#"{"g":8650}"#);
    }

    #[test]
    fn a_weight_of_85_for_8_5_is_impossible() {
        let judged = validate(field("bb"), &typed("85"), &damar());
        assert_eq!(judged, Err(Problem::Outside { min: 500, max: 60_000, found: 85_000, unit: Unit::Kg }));
    }

    #[test]
    fn a_height_in_metres_is_recognised() {
        for (text, mm) in [("0,86", 860), ("0,7", 700), ("1,05", 1050), ("1,1", 1100)] {
            assert_eq!(validate(field("tb"), &typed(text), &damar()), Err(Problem::InMetres { mm }), "{text}");
        }
        assert!(matches!(validate(field("tb"), &typed("7,2"), &damar()), Err(Problem::Outside { found: 72, .. })));
    }

    #[test]
    fn not_measured_is_an_answer_and_a_blank_is_none() {
        check("bb", &Typed { skipped: true, ..Typed::default() }, r#"{"tidak":true}"#);
        assert_eq!(validate(field("bb"), &typed(" "), &damar()), Ok(Judged::Blank));
        assert_eq!(validate(field("perkembangan"), &typed(""), &damar()), Ok(Judged::Blank));
    }

    #[test]
    fn a_position_nobody_chose_is_marked_as_assumed() {
        check("tb", &typed("73,1"), r#"{"mm":731,"posisi":"dianggap_telentang"}"#);
        let lying = Typed { word: "telentang".into(), ..typed("73,1") };
        check("tb", &lying, r#"{"mm":731,"posisi":"telentang"}"#);
    }

    #[test]
    fn the_other_position_is_asked_about_once() {
        let standing = Typed { word: "berdiri".into(), ..typed("73,1") };
        let judged = validate(field("tb"), &standing, &damar()).unwrap();
        assert_eq!(judged, Judged::Ask(vec![Soft::Position(PositionNote::AddedToStanding)]));
        check("tb", &Typed { sure: true, ..standing }, r#"{"mm":731,"posisi":"berdiri","ulang":true}"#);
    }

    #[test]
    fn a_weight_hard_to_believe_is_asked_about_and_kept_when_sure() {
        let judged = validate(field("bb"), &typed("18"), &damar()).unwrap();
        let Judged::Ask(asked) = judged else { panic!("{judged:?}") };
        assert!(
            asked.iter().any(|it| matches!(it, Soft::Value(Question::UnusualZ { index: Index::WeightForAge, .. })))
        );
        assert!(asked.iter().any(|it| matches!(it, Soft::Value(Question::GainedTooMuch { .. }))));
        check("bb", &Typed { sure: true, ..typed("18") }, r#"{"g":18000,"ulang":true}"#);
    }

    #[test]
    fn sure_of_a_plausible_value_says_nothing() {
        check("bb", &Typed { sure: true, ..typed("8,6") }, r#"{"g":8600}"#);
    }

    #[test]
    fn a_child_that_shrank_is_asked_about() {
        let judged = validate(field("tb"), &typed("70"), &damar()).unwrap();
        assert!(
            matches!(judged, Judged::Ask(asked) if matches!(asked[..], [Soft::Value(Question::LostTooMuch { .. })]))
        );
    }

    #[test]
    fn head_and_arm_are_asked_by_age() {
        let keys =
            |months| -> Vec<&str> { card_at(months).unwrap().at(Station::Ukur, months).map(|it| it.key).collect() };
        assert_eq!(keys(3), ["bb", "tb", "lk"]);
        assert_eq!(keys(11), ["bb", "tb", "lk", "lila"]);
        assert_eq!(keys(30), ["bb", "tb", "lila"]);
        assert_eq!(keys(60), ["bb", "tb"]);
        assert_eq!(keys(100), ["bb", "tb"]);
        assert!(card_at(18 * 12).is_none(), "cards of adults arrive later");
    }

    #[test]
    fn every_value_reads_back_as_it_was_typed() {
        for (key, json) in [
            ("bb", r#"{"g":8500,"ulang":true}"#),
            ("tb", r#"{"mm":731,"posisi":"berdiri"}"#),
            ("lk", r#"{"tidak":true}"#),
            ("perkembangan", r#""tidak_lengkap""#),
            ("edema", "false"),
            ("gejala", r#"{"daftar":["batuk"],"teks":"sejak kemarin"}"#),
            ("edukasi", r#"{"topik":["asi"]}"#),
            ("rujuk", r#"{"alasan":["dua_t"],"tempat":"puskesmas","ya":true}"#),
        ] {
            let value = parse(json).unwrap();
            let typed = Typed::of(field(key), &value);
            let who = Who { last: SortedMap::new(), ..damar() };
            let judged = validate(field(key), &typed, &who).unwrap();
            if key == "bb" {
                assert!(typed.sure);
            } else if key == "tb" {
                assert_eq!(judged, Judged::Ask(vec![Soft::Position(PositionNote::AddedToStanding)]));
            } else {
                assert_eq!(judged, Judged::Value(value), "{key}");
            }
        }
    }

    #[test]
    fn a_referral_with_reasons_needs_its_yes_or_no() {
        let undecided = Typed { picks: vec!["dua_t".into()], ..Typed::default() };
        assert_eq!(validate(field("rujuk"), &undecided, &damar()), Err(Problem::Missing));
        check("rujuk", &Typed { word: "tidak".into(), ..undecided }, r#"{"ya":false}"#);
    }

    #[test]
    fn particulars_read_back_as_they_were_typed_and_blanks_say_nothing() {
        let who = Who::default();
        for (key, json) in [
            ("ayah", r#""Hendra Rekaan""#),
            ("anak_ke", "2"),
            ("imd", "false"),
            ("jkn", r#""mandiri""#),
            ("pekerjaan", r#""penjahit_daring""#),
        ] {
            let field = TAMBAHAN.field(key).unwrap();
            let value = parse(json).unwrap();
            assert_eq!(validate(field, &Typed::of(field, &value), &who), Ok(Judged::Value(value)), "{key}");
            assert_eq!(validate(field, &Typed::of(field, &Value::Null), &who), Ok(Judged::Blank), "{key}");
        }
        let order = |text: &str| validate(TAMBAHAN.field("anak_ke").unwrap(), &typed(text), &who);
        let far = |found| Err(Problem::Outside { min: 1, max: 20, found, unit: Unit::Count });
        assert_eq!((order("0"), order("21")), (far(0), far(21)));
        assert!(matches!(order("2,5"), Err(Problem::Number(_))));
        let father = validate(TAMBAHAN.field("ayah").unwrap(), &typed("?"), &who);
        assert!(matches!(father, Err(Problem::Name(_))));
    }

    #[test]
    fn only_what_was_touched_is_kept_and_a_blank_where_something_stood_takes_it_back() {
        let of =
            |pairs: &[(&str, &str)]| -> Answers { pairs.iter().map(|it| (it.0.to_owned(), typed(it.1))).collect() };
        let filled = of(&[("ayah", "Hendra Rekaan"), ("anak_ke", "2")]);
        let now = of(&[("ayah", "Hendra Rekaan"), ("anak_ke", "2"), ("jkn", "")]);
        assert!(to_draft(&touched(&filled, now)).is_empty(), "nothing to keep");
        let now = of(&[("ayah", "Hendra Contoh"), ("anak_ke", ""), ("jkn", "")]);
        assert_eq!(touched(&filled, now), of(&[("ayah", "Hendra Contoh"), ("anak_ke", "")]));
    }

    #[test]
    fn particulars_are_asked_by_age() {
        let keys = |months| -> Vec<&str> { TAMBAHAN.asked(months).map(|it| it.key).collect() };
        assert_eq!(keys(71), ["ayah", "anak_ke", "imd", "golongan_darah", "disabilitas", "jkn"]);
        assert_eq!(keys(72), ["golongan_darah", "disabilitas", "jkn", "pendidikan"]);
        assert_eq!(keys(180), ["golongan_darah", "disabilitas", "jkn", "pendidikan", "pekerjaan"]);
    }

    #[test]
    fn reasons_that_are_always_offered_are_reasons_and_no_figure_gives_them_alone() {
        use crate::domain::form::cards::{REASONS, SEEN_REASONS};
        assert!(SEEN_REASONS.iter().all(|it| REASONS.contains(it)));
        assert!(!SEEN_REASONS.contains(&"gizi_buruk") && SEEN_REASONS.contains(&"gejala"));
    }

    #[test]
    fn keys_are_told_once_in_every_card() {
        for card in crate::domain::form::cards::ALL.iter().chain([&&TAMBAHAN]) {
            let mut keys: Vec<&str> = card.fields.iter().map(|it| it.key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), card.fields.len(), "{}", card.name);
        }
    }
}
