//! A visit as it was recorded, and what all visits of a child say about growth.
//!
//! Subject `kunjungan:<date>:<place>:<sasaran>`, one register a member: what is missing was never asked
//! and is never read as "tidak". Judgements are made here on reading and stored nowhere.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::form::card::{LastReading, Who};
use super::form::cards::DANGER_SIGNS;
use super::growth::assess::{Again, Assessment, Index, Status};
use super::growth::gain::{KbmAgeBasis, NtMode, judge_latest};
use super::growth::{
    FollowUp, Gain, GainSettings, Position, Urgency, Visit, Weighing, assess, follow_up, follow_up::Weighed, judge_all,
};
use super::json::Value;
use super::ledger::Subject;
use super::sasaran::Sasaran;
use super::sesi::SesiId;
use crate::domain::sorted::SortedMap;

/// What became of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Taken {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// Asked, and not possible.
    Skipped,
    /// Read.
    Read(Reading),
}

/// One number read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Grams or millimetres.
    pub value: u32,
    /// It was hard to believe and looked at again.
    pub again: bool,
    /// How a child was held, if somebody said so.
    pub position: Option<Position>,
}

impl Taken {
    /// The reading.
    #[must_use]
    pub fn reading(self) -> Option<Reading> {
        if let Self::Read(reading) = self { Some(reading) } else { None }
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> Option<u32> {
        self.reading().map(|it| it.value)
    }

    fn is_again(self) -> bool {
        self.reading().is_some_and(|it| it.again)
    }

    fn from_value(value: &Value, member: &str) -> Self {
        let number = value.get(member).and_then(Value::as_int).and_then(|it| u32::try_from(it).ok());
        let position = value.get("posisi").and_then(Value::as_text).and_then(Position::from_code);
        match number {
            Some(value_read) => Self::Read(Reading {
                value: value_read,
                again: value.get("ulang").and_then(Value::as_bool) == Some(true),
                position,
            }),
            None if value.get("tidak").and_then(Value::as_bool) == Some(true) => Self::Skipped,
            None => Self::NotAsked,
        }
    }
}

/// A decision about referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rujuk {
    /// Referred, or decided not to.
    pub refers: bool,
    /// Codes of reasons.
    pub reasons: Vec<String>,
    /// Code of the place, or empty.
    pub place: String,
    /// Free words.
    pub text: String,
}

/// The fields whose numbers make an index.
#[must_use]
pub fn fields_of(index: Index) -> &'static [&'static str] {
    match index {
        Index::WeightForAge => &["bb"],
        Index::LengthForAge => &["tb"],
        Index::WeightForLength | Index::BmiForAge => &["bb", "tb"],
        Index::HeadForAge => &["lk"],
        Index::Lila => &["lila"],
    }
}

/// The card of one visit.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kunjungan {
    /// Weight.
    pub bb: Taken,
    /// Length or height.
    pub tb: Taken,
    /// Head circumference.
    pub lk: Taken,
    /// Arm circumference.
    pub lila: Taken,
    /// All milestones of the age, or not.
    pub perkembangan: Option<bool>,
    /// Oedema of both feet.
    pub edema: Option<bool>,
    /// The kader confirms that the line follows the curve.
    pub garis: Option<bool>,
    /// Complaints of illness.
    pub gejala: Vec<String>,
    /// The decision.
    pub rujuk: Option<Rujuk>,
}

impl Kunjungan {
    /// Reads the registers of a visit.
    #[must_use]
    pub fn from_subject(subject: &Subject) -> Self {
        let words = |value: &Value, key: &str| -> Vec<String> {
            let list = value.get(key).and_then(Value::as_list).unwrap_or_default();
            list.iter().filter_map(Value::as_text).map(str::to_owned).collect()
        };
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
        let rujuk = subject.value("rujuk");
        Self {
            bb: Taken::from_value(&subject.value("bb"), "g"),
            tb: Taken::from_value(&subject.value("tb"), "mm"),
            lk: Taken::from_value(&subject.value("lk"), "mm"),
            lila: Taken::from_value(&subject.value("lila"), "mm"),
            perkembangan: match subject.text("perkembangan").as_deref() {
                Some("lengkap") => Some(true),
                Some("tidak_lengkap") => Some(false),
                _ => None,
            },
            edema: subject.value("edema").as_bool(),
            garis: subject.value("garis").as_bool(),
            gejala: words(&subject.value("gejala"), "daftar"),
            rujuk: rujuk.get("ya").and_then(Value::as_bool).map(|refers| Rujuk {
                refers,
                reasons: words(&rujuk, "alasan"),
                place: text(&rujuk, "tempat"),
                text: text(&rujuk, "teks"),
            }),
        }
    }

    /// The measurement of a key.
    #[must_use]
    pub fn taken(&self, key: &str) -> Taken {
        match key {
            "bb" => self.bb,
            "tb" => self.tb,
            "lk" => self.lk,
            "lila" => self.lila,
            _ => Taken::NotAsked,
        }
    }
}

/// Growth of one child: all her visits, read.
pub struct Growth {
    /// Whose.
    pub sasaran: Sasaran,
    /// Oldest first.
    pub visits: Vec<(SesiId, Kunjungan)>,
    settings: GainSettings,
}

impl Growth {
    /// Reads the visits of a person, merged ones together.
    #[must_use]
    pub fn of(book: &Book, sasaran: Sasaran) -> Self {
        let visits = book.visits(&sasaran.id);
        let visits = visits.into_iter().map(|(id, subject)| (id, Kunjungan::from_subject(subject))).collect();
        Self { sasaran, visits, settings: gain_settings(book) }
    }

    /// The visit of a day and place, or a blank one.
    #[must_use]
    pub fn visit(&self, id: &SesiId) -> Kunjungan {
        self.visits.iter().find(|(it, _)| it == id).map(|(_, visit)| visit.clone()).unwrap_or_default()
    }

    /// Every index of a visit.
    #[must_use]
    pub fn assessment(&self, id: &SesiId, visit: &Kunjungan) -> Assessment {
        assess(&self.measured(id.on, visit))
    }

    fn measured(&self, on: NaiveDate, visit: &Kunjungan) -> Visit {
        Visit {
            weight_grams: visit.bb.value(),
            length_mm: visit.tb.value(),
            position: visit.tb.reading().and_then(|it| it.position),
            head_mm: visit.lk.value(),
            lila_mm: visit.lila.value(),
            has_oedema: visit.edema == Some(true),
            again: Again {
                weight: visit.bb.is_again(),
                length: visit.tb.is_again(),
                head: visit.lk.is_again(),
                lila: visit.lila.is_again(),
            },
            ..Visit::new(self.sasaran.kelamin, self.born_on(), on)
        }
    }

    /// Birth, if known.
    #[must_use]
    pub fn born_on(&self) -> Option<NaiveDate> {
        self.sasaran.lahir.map(|it| it.on)
    }

    /// Weighings that make D, N, T, O and B, oldest first: those of open days, entered late from paper too. The
    /// month before is its open day (kesehatan 3.6), so a weight at home has its class, but no letter.
    fn weighings(&self) -> impl Iterator<Item = (&SesiId, Weighing)> {
        self.visits.iter().filter(|(id, _)| id.is_at_posyandu()).filter_map(|(id, visit)| {
            let reading = visit.bb.reading()?;
            let is_excluded = || {
                let assessment = assess(&self.measured(id.on, visit));
                assessment.finding(Index::WeightForAge).is_some_and(|it| it.status == Status::Recheck)
            };
            let weighing = Weighing {
                is_excluded: !reading.again && is_excluded(),
                follows_curve: visit.garis,
                ..Weighing::new(id.on, reading.value)
            };
            Some((id, weighing))
        })
    }

    /// The letter of every month, oldest first.
    #[must_use]
    pub fn gains(&self) -> Vec<Gain> {
        let weighings: Vec<Weighing> = self.weighings().map(|(_, it)| it).collect();
        judge_all(self.sasaran.kelamin, self.born_on(), &weighings, self.settings)
    }

    /// The letter as it stood on the day of a visit; `None` when she was not weighed then, or at home.
    #[must_use]
    pub fn gain(&self, id: &SesiId) -> Option<Gain> {
        self.visit(id).bb.reading().filter(|_| id.is_at_posyandu())?;
        let until: Vec<Weighing> = self.weighings().take_while(|(it, _)| *it <= id).map(|(_, it)| it).collect();
        judge_latest(self.sasaran.kelamin, self.born_on(), &until, self.settings)
    }

    /// Whom the fields of a visit are asked about, with the last readings before it.
    #[must_use]
    pub fn who(&self, id: &SesiId) -> Who {
        let mut last = SortedMap::new();
        for (earlier, visit) in self.visits.iter().filter(|(it, _)| it.on < id.on) {
            for key in ["bb", "tb", "lk", "lila"] {
                if let Some(value) = visit.taken(key).value() {
                    let used = if key == "tb" {
                        self.assessment(earlier, visit).length.map_or(value, |it| it.used_mm)
                    } else {
                        value
                    };
                    last.insert(key.to_owned(), LastReading { on: earlier.on, value, used });
                }
            }
        }
        Who { sex: self.sasaran.kelamin, born_on: self.born_on(), on: id.on, last }
    }

    /// What to do after a visit.
    #[must_use]
    pub fn suggestion(&self, id: &SesiId) -> Suggestion {
        let visit = self.visit(id);
        let assessment = self.assessment(id, &visit);
        let gain = self.gain(id).filter(|it| it.letter.is_ok());
        let follow = follow_up(&assessment, gain.as_ref());
        let danger: Vec<String> =
            visit.gejala.iter().filter(|it| DANGER_SIGNS.contains(&it.as_str())).cloned().collect();
        Suggestion { follow, danger, slow_development: visit.perkembangan == Some(false) }
    }
}

/// A suggestion with its reasons; the kader decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// From growth.
    pub follow: FollowUp,
    /// Danger signs that were told: the Puskesmas now.
    pub danger: Vec<String>,
    /// Milestones of the age are not all there.
    pub slow_development: bool,
}

impl Suggestion {
    /// How soon, if at all.
    #[must_use]
    pub fn urgency(&self) -> Option<Urgency> {
        if !self.danger.is_empty() {
            Some(Urgency::SameDay)
        } else if self.slow_development {
            Some(self.follow.urgency.unwrap_or(Urgency::Routine).max(Urgency::Routine))
        } else {
            self.follow.urgency
        }
    }

    /// Whether to refer; looking again is not a referral.
    #[must_use]
    pub fn is_referral(&self) -> bool {
        self.urgency().is_some_and(Urgency::is_referral)
    }

    /// Reasons from growth that ask for a referral, the most urgent first.
    pub fn growth_reasons(&self) -> impl Iterator<Item = &Weighed> {
        self.follow.reasons.iter().filter(|it| it.urgency.is_referral())
    }

    /// Codes of all reasons, for the register.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        use super::growth::follow_up::Reason;
        let mut codes: Vec<String> = Vec::new();
        if !self.danger.is_empty() {
            codes.push("tanda_bahaya".into());
        }
        for weighed in self.growth_reasons() {
            let code = match weighed.reason {
                Reason::Oedema => "oedema",
                Reason::Category { category, .. } | Reason::Lila { category, .. } => category.code(),
                Reason::TidakNaik => "tidak_naik",
                Reason::DuaT => "dua_t",
                Reason::Bgm => "bgm",
            };
            if !codes.iter().any(|it| it == code) {
                codes.push(code.to_owned());
            }
        }
        if self.slow_development {
            codes.push("perkembangan".into());
        }
        codes
    }

    /// Where to: the Puskesmas, unless nothing presses.
    #[must_use]
    pub fn place(&self) -> &'static str {
        match self.urgency() {
            Some(Urgency::SameDay | Urgency::ThisWeek) => "puskesmas",
            _ => "pustu",
        }
    }
}

/// How this posyandu judges a gain: its registers `nt_mode` and `kbm_age_basis`.
#[must_use]
pub fn gain_settings(book: &Book) -> GainSettings {
    let word = |key| book.posyandu().and_then(|it| it.text(key)).unwrap_or_default();
    GainSettings {
        nt_mode: NtMode::from_code(&word("nt_mode")).unwrap_or_default(),
        kbm_age_basis: KbmAgeBasis::from_code(&word("kbm_age_basis")).unwrap_or_default(),
    }
}
