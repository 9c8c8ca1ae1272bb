//! WHO's algorithm: from kg, cm and age to z-scores, as `anthro` 1.1.0 (0 to 59 months) and `anthroplus`
//! 1.0.0 (5 to 19 years) compute them.
//!
//! It knows nothing of Indonesian classes or of the calendar: the fifth birthday and integers in grams and
//! mm are the matter of [`super::assess`]. Every result is a z-score or the reason why there is none.

use super::tables::{Lms, Table};
use super::{Position, Sex};

/// Mean days in a month, WHO's figure for table look-ups; never for an age that people read.
pub const DAYS_PER_MONTH: f64 = 30.4375;

/// Standing children measure this much shorter than lying, cm (WHO 2006).
const LYING_MINUS_STANDING_CM: f64 = 0.7;
/// The first day of WHO's height table; lengths end on day 730.
const FIRST_HEIGHT_DAY: f64 = 731.0;
/// Standing below this age is not believed.
const STANDING_FROM_MONTHS: f64 = 9.0;

/// Age as given; WHO's rules look at both the unrounded months and the rounded day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Age {
    /// Days since birth, decimals allowed.
    Days(f64),
    /// Months of 30.4375 days, decimals allowed.
    Months(f64),
}

impl Age {
    /// Unrounded months of 30.4375 days.
    pub fn months(self) -> f64 {
        match self {
            Self::Days(days) => days / DAYS_PER_MONTH,
            Self::Months(months) => months,
        }
    }

    /// The day of the tables: halves go up, so that 24 months are day 731.
    fn table_day(self) -> f64 {
        let days = match self {
            Self::Days(days) => days,
            Self::Months(months) => months * DAYS_PER_MONTH,
        };
        (days + 0.5).floor()
    }
}

/// A thing measured at the Posyandu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Measure {
    /// Body weight.
    Weight,
    /// Length or height.
    Length,
    /// Head circumference.
    Head,
    /// Mid-upper-arm circumference (LiLA).
    Arm,
}

/// Why there is no z-score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Missing {
    /// Sex is unknown.
    Sex,
    /// Age is unknown.
    Age,
    /// The index has no table at this age, or the visit lies before birth.
    AgeOutside,
    /// The measurement was not taken.
    Measurement(Measure),
    /// The measurement is zero or negative.
    NotPositive(Measure),
    /// The length is outside the weight-for-length table.
    LengthOutside,
    /// Swelling of both feet hides the true weight.
    Oedema,
}

/// A z-score of WHO.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZScore {
    /// Rounded to 0.01, in hundredths: the only value that is shown, flagged and classified.
    pub hundredths: i64,
    /// Before rounding.
    pub raw: f64,
    /// WHO's mark of an implausible value: measure again.
    pub is_flagged: bool,
}

impl ZScore {
    /// The rounded z-score in units of SD.
    pub fn rounded(self) -> f64 {
        self.hundredths as f64 / 100.0
    }
}

/// A z-score, or what is missing for it.
pub type ZResult = Result<ZScore, Missing>;

/// What was measured, in WHO's units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// Sex.
    pub sex: Option<Sex>,
    /// Age at the visit.
    pub age: Option<Age>,
    /// Weight, kg.
    pub weight_kg: Option<f64>,
    /// Length or height as read, cm.
    pub length_cm: Option<f64>,
    /// Position of the reading, if known.
    pub position: Option<Position>,
    /// Head circumference, cm.
    pub head_cm: Option<f64>,
    /// Mid-upper-arm circumference, cm.
    pub arm_cm: Option<f64>,
    /// Pitting oedema of both feet.
    pub has_oedema: bool,
}

/// Results of the 2006 standards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Who2006 {
    /// Length or height after the 0.7 cm rule, cm.
    pub adjusted_cm: Option<f64>,
    /// Position believed.
    pub position: Option<Position>,
    /// A standing position below 9 months was disregarded.
    pub is_standing_disregarded: bool,
    /// Weight over squared adjusted length, kg/m².
    pub bmi: Option<f64>,
    /// Length or height for age.
    pub length_for_age: ZResult,
    /// Weight for age.
    pub weight_for_age: ZResult,
    /// Weight for length or height.
    pub weight_for_length: ZResult,
    /// BMI for age.
    pub bmi_for_age: ZResult,
    /// Head circumference for age.
    pub head_for_age: ZResult,
    /// Arm circumference for age, from day 91.
    pub arm_for_age: ZResult,
}

/// Results of the 2007 reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Who2007 {
    /// Weight over squared height, kg/m².
    pub bmi: Option<f64>,
    /// Height for age.
    pub height_for_age: ZResult,
    /// Weight for age, to 120 months.
    pub weight_for_age: ZResult,
    /// BMI for age.
    pub bmi_for_age: ZResult,
}

/// All indices of the WHO Child Growth Standards 2006, below 60 months.
pub fn who2006(child: &Measured) -> Who2006 {
    let is_standing_disregarded =
        child.position == Some(Position::Standing) && child.age.is_some_and(|age| age.months() < STANDING_FROM_MONTHS);
    let position = child.position.filter(|_| !is_standing_disregarded);
    let adjusted_cm = child.length_cm.map(|cm| adjust_length(cm, position, child.age));
    let bmi = bmi(child.weight_kg, adjusted_cm);

    let by_age = |table, value| {
        let sex = child.sex.ok_or(Missing::Sex)?;
        z_score(table, value?, day_row(table, sex, child.age)?)
    };
    let weight = measurement(child.weight_kg, Measure::Weight);
    let length = measurement(child.length_cm, Measure::Length);
    let weight_free_of_oedema = if child.has_oedema { Err(Missing::Oedema) } else { weight };
    let both = weight_free_of_oedema.and_then(|kg| length.map(|_| kg));

    Who2006 {
        adjusted_cm,
        position,
        is_standing_disregarded,
        bmi,
        length_for_age: by_age(Table::LengthForAge, length.and_then(|_| measurement(adjusted_cm, Measure::Length))),
        weight_for_age: by_age(Table::WeightForAge, weight_free_of_oedema),
        weight_for_length: both.and_then(|kg| {
            let cm = measurement(adjusted_cm, Measure::Length)?;
            weight_for_length(child.sex.ok_or(Missing::Sex)?, child.age, position, cm, kg)
        }),
        bmi_for_age: by_age(Table::BmiForAge, both.and_then(|_| measurement(bmi, Measure::Length))),
        head_for_age: by_age(Table::HeadForAge, measurement(child.head_cm, Measure::Head)),
        arm_for_age: by_age(Table::ArmForAge, measurement(child.arm_cm, Measure::Arm)),
    }
}

/// The indices of the WHO Growth Reference 2007, 60 to 228 months; length is standing height.
pub fn who2007(child: &Measured) -> Who2007 {
    let bmi = bmi(child.weight_kg, child.length_cm);
    let by_age = |table: Table, value: Result<f64, Missing>| {
        let sex = child.sex.ok_or(Missing::Sex)?;
        let months = child.age.ok_or(Missing::Age)?.months();
        let lms = table.between_rows(sex, months).ok_or(Missing::AgeOutside)?;
        z_score(table, value?, lms)
    };
    let height = measurement(child.length_cm, Measure::Length);
    let weight = if child.has_oedema { Err(Missing::Oedema) } else { measurement(child.weight_kg, Measure::Weight) };
    Who2007 {
        bmi,
        height_for_age: by_age(Table::HeightForAge2007, height),
        weight_for_age: by_age(Table::WeightForAge2007, weight),
        bmi_for_age: by_age(Table::BmiForAge2007, weight.and(height).and_then(|_| measurement(bmi, Measure::Length))),
    }
}

/// A curve that a chart draws: the measurement of a child at a z-score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// 2006, kg by days of age.
    WeightForAge,
    /// 2006, cm by days of age.
    LengthForAge,
    /// 2006, kg by cm of length.
    WeightForLength,
    /// 2006, kg by cm of height.
    WeightForHeight,
    /// 2006, kg/m² by days of age.
    BmiForAge,
    /// 2006, cm by days of age.
    HeadForAge,
    /// 2006, cm by days of age.
    ArmForAge,
    /// 2007, cm by months of age.
    HeightForAge2007,
    /// 2007, kg/m² by months of age.
    BmiForAge2007,
}

/// The measurement whose z-score is `k` at `x` (days, cm or months, as [`Curve`] says); `None` off the table.
pub fn sd_value(curve: Curve, sex: Sex, x: f64, k: f64) -> Option<f64> {
    let (table, key) = match curve {
        Curve::WeightForAge => (Table::WeightForAge, (x + 0.5).floor()),
        Curve::LengthForAge => (Table::LengthForAge, (x + 0.5).floor()),
        Curve::BmiForAge => (Table::BmiForAge, (x + 0.5).floor()),
        Curve::HeadForAge => (Table::HeadForAge, (x + 0.5).floor()),
        Curve::ArmForAge => (Table::ArmForAge, (x + 0.5).floor()),
        Curve::WeightForLength => (Table::WeightForLength, x * 10.0),
        Curve::WeightForHeight => (Table::WeightForHeight, x * 10.0),
        Curve::HeightForAge2007 => (Table::HeightForAge2007, x),
        Curve::BmiForAge2007 => (Table::BmiForAge2007, x),
    };
    let lms = table.between_rows(sex, key)?;
    let value = if is_restricted(table) && k > 3.0 {
        sd(lms, 3.0) + (k - 3.0) * (sd(lms, 3.0) - sd(lms, 2.0))
    } else if is_restricted(table) && k < -3.0 {
        sd(lms, -3.0) + (k + 3.0) * (sd(lms, -2.0) - sd(lms, -3.0))
    } else {
        sd(lms, k)
    };
    Some(value)
}

/// Brings a reading to the position that WHO's tables expect at this age.
fn adjust_length(cm: f64, position: Option<Position>, age: Option<Age>) -> f64 {
    let Some(age) = age else { return cm };
    match position {
        Some(Position::Standing) if age.table_day() < FIRST_HEIGHT_DAY => cm + LYING_MINUS_STANDING_CM,
        Some(Position::Lying) if age.table_day() >= FIRST_HEIGHT_DAY => cm - LYING_MINUS_STANDING_CM,
        _ => cm,
    }
}

fn bmi(weight_kg: Option<f64>, length_cm: Option<f64>) -> Option<f64> {
    let meters = length_cm.filter(|cm| *cm != 0.0)? / 100.0;
    Some(weight_kg? / (meters * meters))
}

fn measurement(value: Option<f64>, measure: Measure) -> Result<f64, Missing> {
    match value {
        Some(value) if value > 0.0 && value.is_finite() => Ok(value),
        Some(_) => Err(Missing::NotPositive(measure)),
        None => Err(Missing::Measurement(measure)),
    }
}

fn day_row(table: Table, sex: Sex, age: Option<Age>) -> Result<Lms, Missing> {
    let day = day_below_60_months(age.ok_or(Missing::Age)?)?;
    table.row(sex, day).ok_or(Missing::AgeOutside)
}

fn day_below_60_months(age: Age) -> Result<u32, Missing> {
    let months = age.months();
    if (0.0..60.0).contains(&months) { Ok(age.table_day() as u32) } else { Err(Missing::AgeOutside) }
}

fn weight_for_length(sex: Sex, age: Option<Age>, position: Option<Position>, cm: f64, weight_kg: f64) -> ZResult {
    /// Without age and position, WHO calls anything below a length.
    const HEIGHT_FROM_CM: f64 = 87.0;
    let is_length = match (age, position) {
        (Some(age), _) => f64::from(day_below_60_months(age)?) < FIRST_HEIGHT_DAY,
        (None, Some(position)) => position == Position::Lying,
        (None, None) => cm < HEIGHT_FROM_CM,
    };
    let table = if is_length { Table::WeightForLength } else { Table::WeightForHeight };
    let lms = table.between_rows(sex, cm * 10.0).ok_or(Missing::LengthOutside)?;
    z_score(table, weight_kg, lms)
}

fn z_score(table: Table, value: f64, lms: Lms) -> ZResult {
    let z = ((value / lms.m).powf(lms.l) - 1.0) / (lms.s * lms.l);
    let raw = if !is_restricted(table) {
        z
    } else if z > 3.0 {
        3.0 + (value - sd(lms, 3.0)) / (sd(lms, 3.0) - sd(lms, 2.0))
    } else if z < -3.0 {
        -3.0 + (value - sd(lms, -3.0)) / (sd(lms, -2.0) - sd(lms, -3.0))
    } else {
        z
    };
    let hundredths = (raw * 100.0).round() as i64;
    let (lowest, highest) = plausible_hundredths(table);
    Ok(ZScore { hundredths, raw, is_flagged: !(lowest..=highest).contains(&hundredths) })
}

/// The measurement at `k` standard deviations, without the straight line beyond 3.
fn sd(lms: Lms, k: f64) -> f64 {
    lms.m * (1.0 + lms.l * lms.s * k).powf(1.0 / lms.l)
}

/// Whether the index continues as a straight line beyond 3 SD.
fn is_restricted(table: Table) -> bool {
    !matches!(table, Table::LengthForAge | Table::HeadForAge | Table::HeightForAge2007)
}

/// Rounded z-scores that WHO does not flag, both included.
fn plausible_hundredths(table: Table) -> (i64, i64) {
    match table {
        Table::WeightForAge | Table::WeightForAge2007 => (-600, 500),
        Table::LengthForAge | Table::HeightForAge2007 => (-600, 600),
        _ => (-500, 500),
    }
}
