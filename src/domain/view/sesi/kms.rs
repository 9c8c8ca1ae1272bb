//! The growth charts of a child, as points and as a table; [`draw`] turns points into geometry.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Desk, PersonRow};
use crate::domain::growth::assess::{Assessment, Index, Stature, Status};
use crate::domain::growth::chart::{Axis, Chart, ChartPoint, Frame, chart};
use crate::domain::growth::zscore::DAYS_PER_MONTH;
use crate::domain::growth::{Category, Gain, Missing, Nt, Sex};
use crate::domain::kunjungan::{Growth, Kunjungan};
use crate::domain::sesi::SesiId;

/// One index of a visit, for reading.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexRow {
    /// Which.
    pub index: Index,
    /// PB or TB.
    pub stature: Stature,
    /// Rounded z-score in hundredths.
    pub z: Option<i64>,
    /// Its class.
    pub class: Class,
    /// Far from the usual, measured again and found right.
    pub is_confirmed: bool,
}

/// Where an index puts the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// A class.
    Known(Category),
    /// Measure again.
    Recheck,
    /// Not computed, and what is missing.
    Missing(Missing),
}

/// All indices of a visit that its age knows.
#[must_use]
pub fn indices(assessment: &Assessment) -> Vec<IndexRow> {
    let rows = assessment.findings.iter().map(|finding| IndexRow {
        index: finding.index,
        stature: assessment.stature,
        z: finding.z.ok().map(|it| it.hundredths),
        class: match finding.status {
            Status::Classified(row) => Class::Known(row.category),
            Status::Recheck => Class::Recheck,
            Status::NotComputed(missing) => Class::Missing(missing),
        },
        is_confirmed: finding.is_confirmed(),
    });
    rows.filter(|it| it.class != Class::Missing(Missing::AgeOutside)).collect()
}

/// What was measured on a day.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Day and place.
    pub sesi: SesiId,
    /// Completed months.
    pub age_months: Option<u32>,
    /// Weight, g.
    pub grams: Option<u32>,
    /// Length as read, mm.
    pub read_mm: Option<u32>,
    /// Length after the 0.7 cm rule, mm.
    pub used_mm: Option<u32>,
    /// The letter as it stood that day.
    pub gain: Option<Gain>,
    /// Every index.
    pub indices: Vec<IndexRow>,
}

impl Point {
    /// The class that a chart speaks of.
    #[must_use]
    pub fn class(&self, which: Which) -> Option<&Class> {
        self.indices.iter().find(|it| it.index == which.index()).map(|it| &it.class)
    }

    /// The letter, which only the KMS has.
    #[must_use]
    pub fn letter(&self, which: Which) -> Option<Nt> {
        self.gain.as_ref().filter(|_| which == Which::Bbu)?.letter.ok()
    }
}

/// What charts are drawn from.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartData {
    /// Sex.
    pub sex: Option<Sex>,
    /// Birth.
    #[serde(with = "crate::domain::iso")]
    pub born_on: Option<NaiveDate>,
    /// The letter of every month.
    pub gains: Vec<Gain>,
    /// Lengths, without flagged ones.
    pub lengths: Vec<Length>,
}

/// A length, and the weight of the same day.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Length {
    /// The day.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// After the 0.7 cm rule.
    pub mm: u32,
    /// Weight.
    pub grams: Option<u32>,
    /// PB or TB.
    pub stature: Stature,
}

/// The charts of a child.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Kms {
    /// Who.
    pub row: PersonRow,
    /// For drawing.
    pub data: ChartData,
    /// The table, oldest first.
    pub points: Vec<Point>,
}

/// Answers the charts.
#[must_use]
pub fn kms(desk: &Desk<'_>, sasaran: &str) -> Option<Kms> {
    let sasaran = desk.book.sasaran(&desk.book.representative(sasaran))?;
    let row = PersonRow::of(desk, &sasaran);
    let growth = Growth::of(desk.book, sasaran);
    let is_measured = |it: &Kunjungan| [it.bb, it.tb, it.lk, it.lila].iter().any(|it| it.value().is_some());
    let measured = growth.visits.iter().filter(|(_, it)| is_measured(it));
    let points = measured.map(|(id, visit)| point(&growth, id, visit)).collect();
    Some(Kms { row, data: chart_data(&growth), points })
}

fn point(growth: &Growth, id: &SesiId, visit: &Kunjungan) -> Point {
    let assessment = growth.assessment(id, visit);
    Point {
        sesi: id.clone(),
        age_months: assessment.age_months,
        grams: assessment.weight_grams,
        read_mm: assessment.length.map(|it| it.measured_mm),
        used_mm: assessment.length.map(|it| it.used_mm),
        gain: growth.gain(id),
        indices: indices(&assessment),
    }
}

/// What charts of a child are drawn from.
#[must_use]
pub fn chart_data(growth: &Growth) -> ChartData {
    let lengths = growth.visits.iter().filter_map(|(id, visit)| {
        let assessment = growth.assessment(id, visit);
        let is_flagged = |index| assessment.rechecks().any(|it| it == index);
        let length = assessment.length.filter(|_| !is_flagged(Index::LengthForAge))?;
        let grams = assessment.weight_grams.filter(|_| !is_flagged(Index::WeightForLength));
        Some(Length { on: id.on, mm: length.used_mm, grams, stature: assessment.stature })
    });
    ChartData {
        sex: growth.sasaran.kelamin,
        born_on: growth.born_on(),
        gains: growth.gains(),
        lengths: lengths.collect(),
    }
}

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Which {
    /// BB/U, the KMS.
    #[default]
    Bbu,
    /// PB/U or TB/U.
    Tbu,
    /// BB/PB or BB/TB.
    Bbtb,
}

impl Which {
    /// All, in the order of the card.
    pub const ALL: [Self; 3] = [Self::Bbu, Self::Tbu, Self::Bbtb];

    /// The index that the chart is of.
    #[must_use]
    pub fn index(self) -> Index {
        match self {
            Self::Bbu => Index::WeightForAge,
            Self::Tbu => Index::LengthForAge,
            Self::Bbtb => Index::WeightForLength,
        }
    }

    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Bbu => "bbu",
            Self::Tbu => "tbu",
            Self::Bbtb => "bbtb",
        }
    }

    /// Reads [`Which::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// The parts of the charts by age, months.
pub const PARTS: [(u32, u32); 3] = [(0, 12), (12, 24), (24, 60)];

/// The part that holds an age.
#[must_use]
pub fn part_of(age_months: u32) -> (u32, u32) {
    PARTS.into_iter().find(|(_, to)| age_months < *to).unwrap_or((24, 60))
}

/// Draws one chart; `None` when sex or birth is unknown, or nothing could stand there.
#[must_use]
pub fn draw(data: &ChartData, which: Which, (from, to): (u32, u32), frame: Frame) -> Option<Chart> {
    let (sex, born_on) = (data.sex?, data.born_on?);
    let (from, to) = (f64::from(from), f64::from(to));
    match which {
        Which::Bbu => {
            let points: Vec<ChartPoint> = data.gains.iter().map(|it| ChartPoint::weighing(born_on, it)).collect();
            chart(sex, Axis::WeightByMonths { from, to }, frame, &points)
        }
        Which::Tbu => {
            let point = |it: &Length| ChartPoint::length(born_on, it.on, it.mm);
            let points: Vec<ChartPoint> = data.lengths.iter().map(point).collect();
            chart(sex, Axis::LengthByMonths { from, to }, frame, &points)
        }
        Which::Bbtb => {
            let stature = if from < 24.0 { Stature::Panjang } else { Stature::Tinggi };
            let months = |on: NaiveDate| on.signed_duration_since(born_on).num_days() as f64 / DAYS_PER_MONTH;
            let here =
                |it: &&Length| it.stature == stature && (from..=to).contains(&months(it.on)) && it.grams.is_some();
            let shown: Vec<_> = data.lengths.iter().filter(here).collect();
            let last = shown.last().map_or(if from < 12.0 { 600 } else { 800 }, |it| it.mm);
            let points: Vec<ChartPoint> =
                shown.iter().filter_map(|it| Some(ChartPoint::weight_at_length(it.on, it.mm, it.grams?))).collect();
            chart(sex, Axis::weight_by_length_around(stature, last), frame, &points)
        }
    }
}
