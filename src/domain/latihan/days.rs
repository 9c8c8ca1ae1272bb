//! Invented open days: who came, what the scale said, and a few stories worth practising on.

use chrono::{Days, NaiveDate};

use super::dice::Dice;
use super::people::{Family, Person};
use super::{Act, Kader, instant, person_draft};
use crate::domain::growth::zscore::{Curve, sd_value};
use crate::domain::growth::{Position, completed_months, rules};
use crate::domain::json::{Map, Value, object};
use crate::domain::kinds;
use crate::domain::ledger::Draft;
use crate::domain::sasaran::date_value;
use crate::domain::sesi::{SesiId, UTAMA};

const DAYS_PER_MONTH: f64 = 30.4375;

/// What is told of some children, so that every answer of the app is seen once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Story {
    None,
    /// No gain at the last two weighings.
    TwiceNoGain,
    /// Below the red line.
    BelowRedLine,
    /// Far too heavy for her length.
    Obese,
    /// A number at the last weighing that can hardly be true.
    Flagged,
    /// Far too short for her age.
    Short,
    /// Does not yet do what children of her age do.
    Slow,
}

impl Story {
    /// Of the children who can have one, see [`has_story`], the one with this number.
    fn of(child: usize) -> Self {
        // Again and again in a large practice.
        match child % 90 {
            2 => Self::TwiceNoGain,
            5 => Self::BelowRedLine,
            8 => Self::Obese,
            11 => Self::Flagged,
            14 => Self::Short,
            17 => Self::Slow,
            _ => Self::None,
        }
    }
}

/// The draft that gives an open day its date.
pub(super) fn plan(on: NaiveDate) -> Draft {
    let data = object([("mulai", "08.00".into()), ("selesai", "11.00".into())]);
    Draft { kind: kinds::SESI_PLANNED.into(), subject: sesi(on).subject(), on, data }
}

fn sesi(on: NaiveDate) -> SesiId {
    SesiId { on, place: UTAMA.into() }
}

/// Adds everything that was saved on these days.
pub(super) fn record(dice: &mut Dice, families: &[Family], days: &[NaiveDate], kader: &[Kader], acts: &mut Vec<Act>) {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return };
    let from = first.checked_sub_days(Days::new(10)).unwrap_or(*first);
    acts.push(Act { at_unix_ms: instant(from, 8 * 60), by: 0, drafts: vec![plan(*first)] });
    let mut last_grams: Vec<u32> = vec![0; families.iter().map(|it| it.people.len()).sum()];
    for (month, on) in days.iter().enumerate() {
        let from_end = days.len() - 1 - month;
        let since = month.checked_sub(1).and_then(|it| days.get(it)).copied().unwrap_or(from);
        let mut day = Day { on: *on, since, dice, acts, minute: 8 * 60, visitors: 0 };
        let names = kader.iter().map(|it| it.id.as_str().into()).collect::<Vec<Value>>();
        day.save(0, 7 * 60 + 45, sesi_draft(kinds::SESI_OPENED, *on, object([("kader", names.into())])));
        let mut person_number = 0;
        let mut child_number = 0;
        for family in families {
            for person in &family.people {
                let can_have_one = has_story(person, person_number, *last);
                let story = if can_have_one { Story::of(child_number) } else { Story::None };
                child_number += usize::from(can_have_one);
                if let Some(grams) = last_grams.get_mut(person_number) {
                    let visitor = Visitor { story, from_end, month, last_grams: grams };
                    match fate(person_number) {
                        Some((word, last)) if from_end == last => day.leave(person, word),
                        Some((_, last)) if from_end < last => {}
                        _ => day.receive(person, family, visitor),
                    }
                }
                person_number += 1;
            }
        }
        day.save(0, 11 * 60 + 15, sesi_draft(kinds::SESI_CLOSED, *on, object([("belum", Vec::new().into())])));
        if let Some(next) = days.get(month + 1) {
            day.save(1, 11 * 60 + 30, plan(*next));
        }
    }
}

/// Whose story can be seen on the last day: a child who stays, of an age with a KMS then, and weighed some times before.
fn has_story(person: &Person, number: usize, last: NaiveDate) -> bool {
    let months = completed_months(person.born_on, last);
    person.birth_grams.is_some() && fate(number).is_none() && months.is_some_and(|it| (6..60).contains(&it))
}

fn sesi_draft(kind: &str, on: NaiveDate, data: Map) -> Draft {
    Draft { kind: kind.into(), subject: sesi(on).subject(), on, data }
}

/// One open day while it is being told.
struct Day<'a> {
    on: NaiveDate,
    /// The open day before it.
    since: NaiveDate,
    dice: &'a mut Dice,
    acts: &'a mut Vec<Act>,
    minute: u64,
    visitors: u64,
}

/// What is known of somebody who may come.
struct Visitor<'a> {
    story: Story,
    /// How many open days come after this one.
    from_end: usize,
    month: usize,
    last_grams: &'a mut u32,
}

impl Day<'_> {
    fn save(&mut self, by: usize, minute: u64, draft: Draft) {
        self.acts.push(Act { at_unix_ms: instant(self.on, minute), by, drafts: vec![draft] });
    }

    fn receive(&mut self, person: &Person, family: &Family, visitor: Visitor<'_>) {
        let age_days = self.on.signed_duration_since(person.born_on).num_days();
        if age_days < 0 {
            return;
        }
        let months = completed_months(person.born_on, self.on).unwrap_or(0);
        let is_new = person.born_on > self.since;
        let comes = match months {
            // Who has a story comes, so that it can be seen.
            0..72 => visitor.story != Story::None || self.dice.chance(80),
            72..216 => visitor.month % 4 == 1 && self.dice.chance(75),
            216..720 => person.hubungan == "istri" && self.dice.chance(75),
            _ => self.dice.chance(75),
        };
        if is_new {
            let draft = person_draft(person, family, self.on);
            self.next_minute();
            self.save(1, self.minute, draft);
        }
        if !comes {
            return;
        }
        self.next_minute();
        let id = sesi(self.on);
        let hadir = object([("hadir", true.into())]);
        let on = self.on;
        let draft = |kind: &str, subject: String, data: Map| Draft { kind: kind.into(), subject, on, data };
        let minute = self.minute;
        self.save(0, minute, draft(kinds::HADIR_RECORDED, id.attendance(&person.id), hadir));
        for (step, card) in self.cards(person, age_days, months, visitor).into_iter().enumerate() {
            let card = draft(kinds::KUNJUNGAN_RECORDED, id.visit(&person.id), card);
            self.save(1, minute + 2 + step as u64, card);
        }
    }

    fn leave(&mut self, person: &Person, word: &str) {
        let status = object([("kata", word.into()), ("sejak", date_value(self.on))]);
        let draft = Draft {
            kind: kinds::SASARAN_CHANGED.into(),
            subject: person.id.clone(),
            on: self.on,
            data: object([("status", status.into())]),
        };
        if person.born_on <= self.since {
            self.save(0, 7 * 60 + 50, draft);
        }
    }

    /// One comes a minute; the crowd of a large practice comes in the last one.
    fn next_minute(&mut self) {
        self.visitors += 1;
        self.minute = (8 * 60 + self.visitors).min(11 * 60);
    }

    fn cards(&mut self, person: &Person, age_days: i64, months: u32, visitor: Visitor<'_>) -> Vec<Map> {
        let Some(body) = self.body(person, age_days, months, visitor.story) else {
            return Vec::new();
        };
        let mut grams = body.grams;
        if visitor.story == Story::TwiceNoGain && visitor.from_end < 2 && *visitor.last_grams > 0 {
            grams = *visitor.last_grams;
        }
        // Most gain what the KMS asks of a month, unless that leads too far from their own line.
        let least = *visitor.last_grams + rules::kbm(self.on, person.sex, months).map_or(200, |it| it.kbm_grams);
        let is_usual = visitor.story == Story::None && *visitor.last_grams > 0 && months < 60;
        if is_usual && least > grams && least <= grams + 500 && self.dice.chance(75) {
            grams = least;
        }
        *visitor.last_grams = grams;
        let is_odd = visitor.story == Story::Flagged && visitor.from_end == 0;
        let weight = object([("g", if is_odd { grams * 19 / 10 } else { grams }.into())]);
        let mut first = object([("bb", weight.into())]);
        if let Some(mm) = body.mm {
            let position = if months < 24 { Position::Lying } else { Position::Standing };
            first.insert("tb".into(), object([("mm", mm.into()), ("posisi", position.code().into())]).into());
        }
        let mut cards = vec![first];
        let mut second = Map::new();
        if let Some(mm) = body.head_mm.filter(|_| visitor.month.is_multiple_of(3)) {
            second.insert("lk".into(), object([("mm", mm.into())]).into());
        }
        if let Some(mm) = body.arm_mm {
            second.insert("lila".into(), object([("mm", mm.into())]).into());
        }
        cards.extend((!second.is_empty()).then_some(second));
        if months < 72 {
            let is_slow = visitor.story == Story::Slow && visitor.from_end < 6;
            let word = if is_slow { "tidak_lengkap" } else { "lengkap" };
            cards.push(object([("perkembangan", word.into())]));
        }
        cards.extend(referral(visitor.story, visitor.from_end, months));
        cards
    }

    /// What scale and board say; of grown-ups only the scale.
    fn body(&mut self, person: &Person, age_days: i64, months: u32, story: Story) -> Option<Body> {
        let days = age_days as f64;
        let (mut height_z, mut weight_z) = (person.height_z, person.weight_z);
        match story {
            Story::BelowRedLine => weight_z = -3.3,
            Story::Obese => (height_z, weight_z) = (1.0, 3.4),
            Story::Short => height_z = -3.3,
            _ => {}
        }
        let height_z = height_z + self.dice.normal() * 0.05;
        let weight_z = weight_z + self.dice.normal() * 0.04;
        if months < 60 {
            let of = |curve, z| sd_value(curve, person.sex, days, z);
            return Some(Body {
                // Scales show 50 g, boards a millimetre.
                grams: scale(of(Curve::WeightForAge, weight_z)? * 1000.0, 50.0),
                mm: Some(scale(of(Curve::LengthForAge, height_z)? * 10.0, 1.0)),
                head_mm: of(Curve::HeadForAge, height_z * 0.5).map(|it| scale(it * 10.0, 1.0)),
                arm_mm: of(Curve::ArmForAge, weight_z * 0.8).filter(|_| months >= 6).map(|it| scale(it * 10.0, 1.0)),
            });
        }
        if months < 216 {
            let in_months = days / DAYS_PER_MONTH;
            let cm = sd_value(Curve::HeightForAge2007, person.sex, in_months.max(61.0), height_z)?;
            let bmi = sd_value(Curve::BmiForAge2007, person.sex, in_months.max(61.0), weight_z)?;
            let kg = bmi * (cm / 100.0) * (cm / 100.0);
            return Some(Body {
                grams: scale(kg * 1000.0, 100.0),
                mm: Some(scale(cm * 10.0, 1.0)),
                head_mm: None,
                arm_mm: None,
            });
        }
        Some(Body { grams: scale(56_000.0 + weight_z * 9_000.0, 100.0), mm: None, head_mm: None, arm_mm: None })
    }
}

/// One body on one day.
struct Body {
    grams: u32,
    mm: Option<u32>,
    head_mm: Option<u32>,
    arm_mm: Option<u32>,
}

/// What an instrument with this step shows.
fn scale(value: f64, step: f64) -> u32 {
    ((value / step).round() * step).clamp(0.0, 300_000.0) as u32
}

fn referral(story: Story, from_end: usize, months: u32) -> Option<Map> {
    let reason = match (story, from_end) {
        (Story::TwiceNoGain, 0) => "dua_t",
        (Story::BelowRedLine, 2) if months < 60 => "bgm",
        (Story::Obese, 3) if months < 60 => "obesitas",
        (Story::Slow, 1) => "perkembangan",
        _ => return None,
    };
    let data = object([("ya", true.into()), ("alasan", vec![reason.into()].into()), ("tempat", "puskesmas".into())]);
    Some(object([("rujuk", data.into())]))
}

/// A few move away or are away: the word, and how many open days before the last.
fn fate(person: usize) -> Option<(&'static str, usize)> {
    match person % 97 {
        40 => Some(("pindah", 9)),
        60 => Some(("pergi", 1)),
        _ => None,
    }
}
