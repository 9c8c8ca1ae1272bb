//! One visit of a child in the integers that the Posyandu stores, and every index with its class.
//!
//! Above WHO's algorithm stand three rules of the programme: on the fifth birthday the calendar decides which
//! standard counts; a missing position is assumed and said to be; a flagged value is never classified.

use chrono::NaiveDate;

use super::age::{completed_months, days_between};
use super::rules::{self, StatusRow};
use super::zscore::{self, Age, DAYS_PER_MONTH, Measure, Measured, Missing, ZResult};
use super::{Category, Position, Sex};

/// The first day on which a child is measured standing; before, lying (WHO 2006).
const FIRST_STANDING_DAY: i64 = 731;
/// A lying child is this much longer than standing, mm (WHO 2006).
const LYING_MINUS_STANDING_MM: u32 = 7;

/// What was measured at one visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Sex, if known.
    pub sex: Option<Sex>,
    /// Date of birth, if known.
    pub born_on: Option<NaiveDate>,
    /// Date of the visit.
    pub measured_on: NaiveDate,
    /// Weight, g.
    pub weight_grams: Option<u32>,
    /// Length or height as read, mm.
    pub length_mm: Option<u32>,
    /// How the length was taken, if recorded.
    pub position: Option<Position>,
    /// Head circumference, mm.
    pub head_mm: Option<u32>,
    /// LiLA, mm.
    pub lila_mm: Option<u32>,
    /// Pitting oedema of both feet.
    pub has_oedema: bool,
    /// What was hard to believe and measured again.
    pub again: Again,
}

/// Which values of a visit were measured again and found right: they count again (kesehatan 2.8 and 3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// Weight.
    pub weight: bool,
    /// Length or height.
    pub length: bool,
    /// Head circumference.
    pub head: bool,
    /// LiLA.
    pub lila: bool,
}

impl Again {
    /// Of two values behind an index the odd one was asked about: looking at either is looking.
    fn covers(self, index: Index) -> bool {
        match index {
            Index::WeightForAge => self.weight,
            Index::LengthForAge => self.length,
            Index::WeightForLength | Index::BmiForAge => self.weight || self.length,
            Index::HeadForAge => self.head,
            Index::Lila => self.lila,
        }
    }
}

impl Visit {
    /// A visit at which nothing is measured yet.
    pub fn new(sex: Option<Sex>, born_on: Option<NaiveDate>, measured_on: NaiveDate) -> Self {
        Self {
            sex,
            born_on,
            measured_on,
            weight_grams: None,
            length_mm: None,
            position: None,
            head_mm: None,
            lila_mm: None,
            has_oedema: false,
            again: Again::default(),
        }
    }
}

/// An index of Permenkes 2/2020.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Index {
    /// BB/U.
    WeightForAge,
    /// PB/U or TB/U, as [`Stature`] says.
    LengthForAge,
    /// BB/PB or BB/TB, as [`Stature`] says.
    WeightForLength,
    /// IMT/U.
    BmiForAge,
    /// LK/U.
    HeadForAge,
    /// LiLA, classed by mm, its z-score only flags.
    Lila,
}

impl Index {
    /// In the order of the card.
    pub const ALL: [Self; 6] =
        [Self::WeightForAge, Self::LengthForAge, Self::WeightForLength, Self::BmiForAge, Self::HeadForAge, Self::Lila];

    /// The word of the tables and of the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::WeightForAge => "BBU",
            Self::LengthForAge => "TBU",
            Self::WeightForLength => "BBTB",
            Self::BmiForAge => "IMTU",
            Self::HeadForAge => "LKU",
            Self::Lila => "LILA",
        }
    }

    /// Reads [`Index::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Which WHO publication an age belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// Child Growth Standards 2006, below the fifth birthday.
    Who2006,
    /// Growth Reference 2007, from the fifth birthday to 19 years.
    Who2007,
}

/// Whether the age speaks of panjang badan (PB) or tinggi badan (TB).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Stature {
    /// Panjang badan, lying.
    Panjang,
    /// Tinggi badan, standing.
    Tinggi,
}

/// What the 0.7 cm rule made of the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PositionNote {
    /// Taken as the age asks.
    AsExpected,
    /// Not recorded: the position that the age asks was assumed.
    Assumed,
    /// Standing below 24 months: 7 mm were added.
    AddedToStanding,
    /// Lying from 24 months: 7 mm were taken off.
    TakenFromLying,
    /// Standing below 9 months is hardly possible: no correction; ask (soft warning).
    StandingTooYoung,
    /// Lying from the fifth birthday, where the reference knows only height: no correction; ask (soft warning).
    LyingTooOld,
}

impl PositionNote {
    /// Whether to ask if the position is right.
    pub fn is_soft_warning(self) -> bool {
        matches!(self, Self::StandingTooYoung | Self::LyingTooOld)
    }
}

/// The length that the indices were computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedLength {
    /// As read, mm.
    pub measured_mm: u32,
    /// After the 0.7 cm rule, mm.
    pub used_mm: u32,
    /// What the rule did.
    pub note: PositionNote,
}

/// Where an index puts the child.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Status {
    /// A class of the tables.
    Classified(&'static StatusRow),
    /// Flagged by WHO ("periksa ulang"): in no count and no referral until measured again.
    Recheck,
    /// Not computed, with what is missing. Never to be read as normal.
    NotComputed(Missing),
}

/// One index of a visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// Which index.
    pub index: Index,
    /// The z-score, also when flagged, or what is missing.
    pub z: ZResult,
    /// The class, a flag, or what is missing.
    pub status: Status,
}

impl Finding {
    /// Flagged by WHO, measured again and found right: it counts, and says so.
    pub fn is_confirmed(&self) -> bool {
        self.z.is_ok_and(|z| z.is_flagged) && self.status != Status::Recheck
    }

    /// The class, if there is one.
    pub fn category(&self) -> Option<Category> {
        match self.status {
            Status::Classified(row) => Some(row.category),
            Status::Recheck | Status::NotComputed(_) => None,
        }
    }
}

/// Everything that one visit says about growth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessment {
    /// Date of the visit.
    pub measured_on: NaiveDate,
    /// Days since birth; negative before birth.
    pub age_days: Option<i64>,
    /// Completed calendar months.
    pub age_months: Option<u32>,
    /// The standard used; `None` without an age, or before birth.
    pub standard: Option<Standard>,
    /// Whether to say PB or TB.
    pub stature: Stature,
    /// The length used, if one was measured.
    pub length: Option<UsedLength>,
    /// Weight, g, as measured.
    pub weight_grams: Option<u32>,
    /// LiLA, mm, as measured.
    pub lila_mm: Option<u32>,
    /// Body mass index from the used length, kg/m².
    pub bmi: Option<f64>,
    /// Pitting oedema of both feet: counts as gizi buruk whatever the weight.
    pub has_oedema: bool,
    /// Every index, in the order of [`Index::ALL`].
    pub findings: [Finding; 6],
}

impl Assessment {
    /// One index of the visit.
    pub fn finding(&self, index: Index) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.index == index)
    }

    /// The class of one index, if it has one.
    pub fn category(&self, index: Index) -> Option<Category> {
        self.finding(index)?.category()
    }

    /// BGM: below the red line of the KMS. `None` when BB/U is missing or flagged.
    pub fn is_below_red_line(&self) -> Option<bool> {
        Some(self.category(Index::WeightForAge)? == Category::BbSangatKurang)
    }

    /// Above the orange line of the KMS. `None` when BB/U is missing or flagged.
    pub fn is_above_orange_line(&self) -> Option<bool> {
        Some(self.category(Index::WeightForAge)? == Category::RisikoBbLebih)
    }

    /// Pendek or sangat pendek menurut umur; a diagnosis is the matter of a doctor.
    pub fn is_short(&self) -> Option<bool> {
        Some(matches!(self.category(Index::LengthForAge)?, Category::Pendek | Category::SangatPendek))
    }

    /// Gizi buruk by BB/PB or BB/TB (IMT/U from 5 years), or by oedema. `None` when it cannot be told.
    pub fn is_gizi_buruk(&self) -> Option<bool> {
        if self.has_oedema {
            return Some(true);
        }
        let index = match self.standard? {
            Standard::Who2006 => Index::WeightForLength,
            Standard::Who2007 => Index::BmiForAge,
        };
        Some(self.category(index)? == Category::GiziBuruk)
    }

    /// Indices whose value has to be measured again.
    pub fn rechecks(&self) -> impl Iterator<Item = Index> + '_ {
        self.findings.iter().filter(|finding| finding.status == Status::Recheck).map(|finding| finding.index)
    }
}

/// Computes and classifies every index of a visit.
pub fn assess(visit: &Visit) -> Assessment {
    let age_days = visit.born_on.map(|born_on| days_between(born_on, visit.measured_on));
    let age_months = visit.born_on.and_then(|born_on| completed_months(born_on, visit.measured_on));
    let standard = age_months.map(|months| if months < 60 { Standard::Who2006 } else { Standard::Who2007 });
    let stature = stature(age_days, visit);
    let child = measured(visit, age_days, standard);

    let none = Err(Missing::AgeOutside);
    let (bmi, z_scores) = if standard == Some(Standard::Who2007) {
        let z = zscore::who2007(&child);
        (z.bmi, [none, z.height_for_age, none, z.bmi_for_age, none, none])
    } else {
        let z = zscore::who2006(&child);
        let all =
            [z.weight_for_age, z.length_for_age, z.weight_for_length, z.bmi_for_age, z.head_for_age, z.arm_for_age];
        (z.bmi, all)
    };

    let mut findings =
        Index::ALL.map(|index| Finding { index, z: none, status: Status::NotComputed(Missing::AgeOutside) });
    for (finding, z) in findings.iter_mut().zip(z_scores) {
        finding.z = z;
        finding.status = match finding.index {
            Index::Lila => lila_status(visit, age_months, z),
            index => status(visit, index, age_months, z),
        };
    }
    Assessment {
        measured_on: visit.measured_on,
        age_days,
        age_months,
        standard,
        stature,
        length: visit.length_mm.map(|mm| used_length(mm, visit.position, age_days, standard, stature)),
        weight_grams: visit.weight_grams,
        lila_mm: visit.lila_mm,
        bmi,
        has_oedema: visit.has_oedema,
        findings,
    }
}

/// The visit in WHO's units. From the fifth birthday on the age is at least 60 months, though the day count
/// of WHO may say a little less.
fn measured(visit: &Visit, age_days: Option<i64>, standard: Option<Standard>) -> Measured {
    let centimeters = |mm: Option<u32>| mm.map(|mm| f64::from(mm) / 10.0);
    Measured {
        sex: visit.sex,
        age: age_days.map(|days| match standard {
            Some(Standard::Who2007) => Age::Months((days as f64 / DAYS_PER_MONTH).max(60.0)),
            Some(Standard::Who2006) | None => Age::Days(days as f64),
        }),
        weight_kg: visit.weight_grams.map(|grams| f64::from(grams) / 1000.0),
        length_cm: centimeters(visit.length_mm),
        position: visit.position,
        head_cm: centimeters(visit.head_mm),
        arm_cm: centimeters(visit.lila_mm),
        has_oedema: visit.has_oedema,
    }
}

/// By age; without an age by position, and without that by 87 cm.
fn stature(age_days: Option<i64>, visit: &Visit) -> Stature {
    /// WHO's border between lying and standing when nothing else tells.
    const STANDING_FROM_MM: u32 = 870;
    let is_tall = visit.length_mm.is_some_and(|mm| mm >= STANDING_FROM_MM);
    match (age_days, visit.position) {
        (Some(days), _) if days >= FIRST_STANDING_DAY => Stature::Tinggi,
        (Some(_), _) | (None, Some(Position::Lying)) => Stature::Panjang,
        (None, Some(Position::Standing)) => Stature::Tinggi,
        (None, None) => {
            if is_tall {
                Stature::Tinggi
            } else {
                Stature::Panjang
            }
        }
    }
}

fn used_length(
    measured_mm: u32,
    position: Option<Position>,
    age_days: Option<i64>,
    standard: Option<Standard>,
    stature: Stature,
) -> UsedLength {
    let is_under_9_months = age_days.is_some_and(|days| (days as f64) < 9.0 * DAYS_PER_MONTH);
    let note = match (position, stature) {
        (None, _) => PositionNote::Assumed,
        (Some(Position::Standing), Stature::Panjang) if is_under_9_months => PositionNote::StandingTooYoung,
        (Some(Position::Standing), Stature::Panjang) => PositionNote::AddedToStanding,
        (Some(Position::Lying), Stature::Tinggi) if standard == Some(Standard::Who2007) => PositionNote::LyingTooOld,
        (Some(Position::Lying), Stature::Tinggi) => PositionNote::TakenFromLying,
        (Some(_), _) => PositionNote::AsExpected,
    };
    let used_mm = match note {
        PositionNote::AddedToStanding => measured_mm.saturating_add(LYING_MINUS_STANDING_MM),
        PositionNote::TakenFromLying => measured_mm.saturating_sub(LYING_MINUS_STANDING_MM),
        _ => measured_mm,
    };
    UsedLength { measured_mm, used_mm, note }
}

fn status(visit: &Visit, index: Index, age_months: Option<u32>, z: ZResult) -> Status {
    let z = match z {
        Ok(z) if z.is_flagged && !visit.again.covers(index) => return Status::Recheck,
        Ok(z) => z,
        Err(missing) => return Status::NotComputed(missing),
    };
    match age_months {
        Some(months) => rules::classify(visit.measured_on, index, months, z.hundredths)
            .map_or(Status::NotComputed(Missing::AgeOutside), Status::Classified),
        None => Status::NotComputed(Missing::Age),
    }
}

/// LiLA is classed by the tape alone, also without a sex; its z-score can only flag it.
fn lila_status(visit: &Visit, age_months: Option<u32>, z: ZResult) -> Status {
    if z.is_ok_and(|z| z.is_flagged) && !visit.again.lila {
        return Status::Recheck;
    }
    let Some(lila_mm) = visit.lila_mm else {
        return Status::NotComputed(Missing::Measurement(Measure::Arm));
    };
    if lila_mm == 0 {
        return Status::NotComputed(Missing::NotPositive(Measure::Arm));
    }
    if visit.born_on.is_none() {
        return Status::NotComputed(Missing::Age);
    }
    age_months
        .and_then(|months| rules::classify(visit.measured_on, Index::Lila, months, i64::from(lila_mm) * 100))
        .map_or(Status::NotComputed(Missing::AgeOutside), Status::Classified)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// A boy measured so many days after his birth on 2021-01-10.
    fn boy(days: u64) -> Visit {
        let born_on = date(2021, 1, 10);
        Visit::new(Some(Sex::Male), Some(born_on), born_on + chrono::Days::new(days))
    }

    fn z(visit: &Visit, index: Index) -> ZResult {
        assess(visit).finding(index).unwrap().z
    }

    #[test]
    fn nothing_is_normal_for_want_of_data() {
        let assessment = assess(&boy(300));
        for finding in assessment.findings {
            assert!(matches!(finding.status, Status::NotComputed(Missing::Measurement(_))), "{finding:?}");
        }
        assert_eq!(assessment.is_below_red_line(), None);
        assert_eq!(assessment.is_gizi_buruk(), None);
        assert_eq!(assessment.is_short(), None);
    }

    #[test]
    fn each_index_says_what_is_missing() {
        let whole = Visit { weight_grams: Some(8600), length_mm: Some(731), ..boy(330) };
        #[track_caller]
        fn check(visit: Visit, index: Index, missing: Missing) {
            assert_eq!(z(&visit, index), Err(missing));
        }
        check(Visit { sex: None, ..whole }, Index::WeightForAge, Missing::Sex);
        check(Visit { born_on: None, ..whole }, Index::WeightForAge, Missing::Age);
        check(Visit { weight_grams: None, ..whole }, Index::WeightForLength, Missing::Measurement(Measure::Weight));
        check(Visit { length_mm: None, ..whole }, Index::BmiForAge, Missing::Measurement(Measure::Length));
        check(Visit { weight_grams: Some(0), ..whole }, Index::WeightForAge, Missing::NotPositive(Measure::Weight));
        check(Visit { length_mm: Some(449), ..whole }, Index::WeightForLength, Missing::LengthOutside);
        check(Visit { has_oedema: true, ..whole }, Index::WeightForLength, Missing::Oedema);
        check(Visit { measured_on: date(2021, 1, 9), ..whole }, Index::WeightForAge, Missing::AgeOutside);
    }

    #[test]
    fn oedema_counts_as_gizi_buruk() {
        let visit = Visit { weight_grams: Some(8600), length_mm: Some(731), has_oedema: true, ..boy(330) };
        let assessment = assess(&visit);
        assert_eq!(assessment.is_gizi_buruk(), Some(true));
        assert_eq!(assessment.category(Index::WeightForAge), None);
        assert!(assessment.category(Index::LengthForAge).is_some());
    }

    #[test]
    fn the_anchors_of_the_kms_are_the_printed_ones() {
        // KMS, 12 months: red 6.9 kg and orange 10.8 kg for boys, 6.3 and 10.1 kg for girls
        for (sex, red, orange) in [(Sex::Male, 6900, 10_800), (Sex::Female, 6300, 10_100)] {
            let at = |grams| {
                let mut visit = Visit::new(Some(sex), Some(date(2025, 1, 10)), date(2026, 1, 10));
                visit.weight_grams = Some(grams);
                let assessment = assess(&visit);
                (assessment.is_below_red_line(), assessment.is_above_orange_line())
            };
            assert_eq!(at(red - 60), (Some(true), Some(false)));
            assert_eq!(at(red + 60), (Some(false), Some(false)));
            assert_eq!(at(orange - 60), (Some(false), Some(false)));
            assert_eq!(at(orange + 60), (Some(false), Some(true)));
        }
    }

    #[test]
    fn a_flagged_value_has_a_z_score_and_no_class() {
        let visit = Visit { weight_grams: Some(55_000), length_mm: Some(731), ..boy(330) };
        let assessment = assess(&visit);
        let finding = assessment.finding(Index::WeightForAge).unwrap();
        assert!(finding.z.unwrap().is_flagged);
        assert_eq!((finding.status, finding.category()), (Status::Recheck, None));
        assert_eq!(assessment.is_above_orange_line(), None);
        assert_eq!(
            assessment.rechecks().collect::<Vec<_>>(),
            [Index::WeightForAge, Index::WeightForLength, Index::BmiForAge]
        );
    }

    #[track_caller]
    fn check_length(days: u64, position: Option<Position>, used_mm: u32, note: PositionNote) {
        let visit = Visit { length_mm: Some(850), position, ..boy(days) };
        assert_eq!(assess(&visit).length, Some(UsedLength { measured_mm: 850, used_mm, note }));
    }

    #[test]
    fn lying_and_standing_differ_by_7_mm() {
        use Position::{Lying, Standing};
        check_length(730, Some(Lying), 850, PositionNote::AsExpected);
        check_length(730, Some(Standing), 857, PositionNote::AddedToStanding);
        check_length(731, Some(Standing), 850, PositionNote::AsExpected);
        check_length(731, Some(Lying), 843, PositionNote::TakenFromLying);
        check_length(400, None, 850, PositionNote::Assumed);
        check_length(273, Some(Standing), 850, PositionNote::StandingTooYoung); // 8.97 months
        check_length(274, Some(Standing), 857, PositionNote::AddedToStanding); // 9.002 months
        check_length(1826, Some(Lying), 850, PositionNote::LyingTooOld); // the fifth birthday
        assert!(PositionNote::StandingTooYoung.is_soft_warning());
    }

    #[test]
    fn the_length_shown_is_the_length_used() {
        let lying = Visit { length_mm: Some(857), position: Some(Position::Lying), ..boy(800) };
        let standing = Visit { length_mm: Some(850), position: Some(Position::Standing), ..boy(800) };
        assert_eq!(
            z(&lying, Index::LengthForAge).unwrap().hundredths,
            z(&standing, Index::LengthForAge).unwrap().hundredths
        );
        let assessment = assess(&lying);
        assert_eq!((assessment.stature, assessment.length.unwrap().used_mm), (Stature::Tinggi, 850));
    }

    #[test]
    fn without_an_age_87_cm_divides_lying_from_standing() {
        let stature = |mm| {
            let visit = Visit { length_mm: Some(mm), ..Visit::new(Some(Sex::Male), None, date(2026, 1, 1)) };
            assess(&visit).stature
        };
        assert_eq!([stature(869), stature(870)], [Stature::Panjang, Stature::Tinggi]);
    }

    /// 105 cm and 18 kg on the last day of one standard and the first of the other.
    #[test]
    fn the_fifth_birthday_follows_the_calendar() {
        let height = |born_on, measured_on| {
            let mut visit = Visit::new(Some(Sex::Male), Some(born_on), measured_on);
            (visit.weight_grams, visit.length_mm) = (Some(18_000), Some(1050));
            let assessment = assess(&visit);
            (assessment.standard, assessment.finding(Index::LengthForAge).unwrap().z.unwrap().hundredths)
        };
        // 2023-01-10 to 2028-01-10 are 1826 days, 59.99 of WHO's months: the birthday all the same.
        assert_eq!(height(date(2023, 1, 10), date(2028, 1, 10)), (Some(Standard::Who2007), -104));
        assert_eq!(height(date(2023, 1, 10), date(2028, 1, 9)).0, Some(Standard::Who2006));
        // 2020-01-10 to 2025-01-10 are 1827 days; the day before is WHO's last, day 1826.
        assert_eq!(height(date(2020, 1, 10), date(2025, 1, 10)), (Some(Standard::Who2007), -104));
        assert_eq!(height(date(2020, 1, 10), date(2025, 1, 9)), (Some(Standard::Who2006), -107));
        // A child of 29 February is five on 28 February.
        assert_eq!(height(date(2024, 2, 29), date(2029, 2, 28)).0, Some(Standard::Who2007));
    }

    #[test]
    fn no_day_around_the_fifth_birthday_is_without_a_z_score() {
        let mut born_on = date(2019, 1, 1);
        while born_on < date(2025, 1, 1) {
            let birthday = born_on + chrono::Months::new(60);
            for measured_on in [birthday - chrono::Days::new(1), birthday, birthday + chrono::Days::new(1)] {
                let mut visit = Visit::new(Some(Sex::Female), Some(born_on), measured_on);
                (visit.weight_grams, visit.length_mm) = (Some(18_000), Some(1050));
                let assessment = assess(&visit);
                assert!(assessment.category(Index::LengthForAge).is_some(), "{born_on} {measured_on}");
                assert!(assessment.category(Index::BmiForAge).is_some(), "{born_on} {measured_on}");
            }
            born_on = born_on + chrono::Days::new(1);
        }
    }

    #[test]
    fn from_five_years_only_height_and_bmi_are_classed() {
        let visit = Visit {
            weight_grams: Some(18_000),
            length_mm: Some(1080),
            head_mm: Some(500),
            lila_mm: Some(160),
            ..boy(365 * 5 + 100)
        };
        let assessment = assess(&visit);
        let classed: Vec<_> =
            assessment.findings.iter().filter(|it| it.category().is_some()).map(|it| it.index).collect();
        assert_eq!(classed, [Index::LengthForAge, Index::BmiForAge]);
        assert_eq!(z(&visit, Index::WeightForAge), Err(Missing::AgeOutside));
    }

    #[test]
    fn lila_is_read_from_the_tape_at_6_to_59_months() {
        let lila = |months: u32, mm, sex| {
            let born_on = date(2021, 1, 10);
            let mut visit = Visit::new(sex, Some(born_on), born_on + chrono::Months::new(months));
            visit.lila_mm = Some(mm);
            assess(&visit).finding(Index::Lila).unwrap().status
        };
        let class = |months, mm| match lila(months, mm, Some(Sex::Male)) {
            Status::Classified(row) => row.category.code(),
            Status::Recheck => "recheck",
            Status::NotComputed(_) => "none",
        };
        let six_months = [class(6, 114), class(6, 115), class(6, 124), class(6, 125)];
        assert_eq!(six_months, ["lila_merah", "lila_kuning", "lila_kuning", "lila_hijau"]);
        assert_eq!([class(5, 110), class(59, 114), class(60, 114)], ["none", "lila_merah", "none"]);
        assert_eq!(class(12, 300), "recheck");
        assert!(matches!(lila(12, 114, None), Status::Classified(_)), "the tape needs no sex");
    }

    proptest! {
        #[test]
        fn a_heavier_child_never_has_a_lower_z_score(
            days in 0_u64..6900,
            is_girl: bool,
            grams in 500_u32..60_000,
            more in 1_u32..5000,
            length_mm in 400_u32..1800,
        ) {
            let sex = Some(if is_girl { Sex::Female } else { Sex::Male });
            let lighter = Visit { sex, weight_grams: Some(grams), length_mm: Some(length_mm), ..boy(days) };
            let heavier = Visit { weight_grams: Some(grams + more), ..lighter };
            for index in [Index::WeightForAge, Index::WeightForLength, Index::BmiForAge] {
                match (z(&lighter, index), z(&heavier, index)) {
                    (Ok(lighter), Ok(heavier)) => {
                        prop_assert!(heavier.raw >= lighter.raw && heavier.hundredths >= lighter.hundredths);
                    }
                    (lighter, heavier) => prop_assert_eq!(lighter.err(), heavier.err()),
                }
            }
        }

        #[test]
        fn a_taller_child_never_has_a_lower_height_for_age(days in 0_u64..6900, mm in 300_u32..2000) {
            let shorter = Visit { length_mm: Some(mm), ..boy(days) };
            let taller = Visit { length_mm: Some(mm + 1), ..shorter };
            let hundredths = |visit| z(visit, Index::LengthForAge).map(|z| z.hundredths);
            match (hundredths(&shorter), hundredths(&taller)) {
                (Ok(shorter), Ok(taller)) => prop_assert!(taller >= shorter),
                (shorter, taller) => prop_assert_eq!(shorter, taller),
            }
        }
    }
}
