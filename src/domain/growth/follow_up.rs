//! What to do after a child was measured: a referral to suggest, with its reasons, and one thing to talk about.
//!
//! It suggests; the kader decides and may change it. Danger signs belong to the card, not to growth. Flagged
//! values give no reason, only a request to measure again.

use super::assess::{Assessment, Index, Status};
use super::gain::{Gain, Nt};
use super::rules::{self, Category, OtherFinding, Urgency};
use crate::domain::order;

/// Why a child is referred or looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Reason {
    /// Pitting oedema of both feet.
    Oedema,
    /// A class of an index, with the z-score in hundredths.
    Category {
        /// The index.
        index: Index,
        /// Its class.
        category: Category,
        /// Rounded z-score in hundredths.
        z_hundredths: i64,
    },
    /// A colour of the LiLA tape.
    Lila {
        /// The colour's class.
        category: Category,
        /// LiLA, mm.
        mm: u32,
    },
    /// T this month.
    TidakNaik,
    /// T two months running.
    DuaT,
    /// Below the red line of the KMS; stands for the class bb_sangat_kurang.
    Bgm,
}

/// A reason and how soon it asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Weighed {
    /// The reason.
    pub reason: Reason,
    /// How soon.
    pub urgency: Urgency,
    /// Days until the next look, where a source gives one.
    pub evaluate_days: Option<u16>,
}

/// Why staff of the Puskesmas may send a child on to hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum HospitalSign {
    /// Gizi buruk below 6 months of age.
    UnderSixMonths,
    /// Gizi buruk below 4 kg.
    UnderFourKg,
}

/// The one thing to tell the mother; `i18n` chooses the sentence with the [`FeedingStage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Topic {
    /// Go to the Puskesmas today.
    GoToday,
    /// Weigh or measure once more before anything is said.
    MeasureAgain,
    /// Thin: food and an early visit to the Puskesmas.
    Thin,
    /// The weight did not rise.
    NotGaining,
    /// Short for the age.
    Short,
    /// Heavy for the length.
    Heavy,
    /// The head is smaller or larger than expected.
    Head,
    /// Something is missing: nothing can be said about growth yet.
    Incomplete,
    /// First visit or a missed month: come every month.
    ComeEveryMonth,
    /// Growing well: go on.
    GoOn,
}

/// Which food the advice speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum FeedingStage {
    /// Below 6 months: breast milk alone.
    BreastMilkOnly,
    /// 6 to 23 months: breast milk and complementary food.
    Complementary,
    /// From 24 months: the family's food.
    FamilyFood,
}

/// The suggestion after a visit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FollowUp {
    /// The most urgent of the reasons; `None` when nothing is asked.
    pub urgency: Option<Urgency>,
    /// All reasons, the most urgent first.
    pub reasons: Vec<Weighed>,
    /// The earliest next look, days.
    pub evaluate_days: Option<u16>,
    /// Put the child on the list for a visit at home.
    pub has_home_visit: bool,
    /// Signs that staff may send the child to hospital.
    pub hospital_signs: Vec<HospitalSign>,
    /// Indices to measure again.
    pub rechecks: Vec<Index>,
    /// What to talk about.
    pub topic: Topic,
    /// Which food to speak of; `None` without an age.
    pub feeding: Option<FeedingStage>,
}

impl FollowUp {
    /// Whether "rujuk" is suggested; `Evaluate` alone is not a referral.
    pub fn is_referral(&self) -> bool {
        self.urgency.is_some_and(Urgency::is_referral)
    }
}

/// Joins the indices of a visit and the judgement of its weighing. `gain` is `None` when the child was not
/// weighed or is beyond the KMS.
pub fn follow_up(assessment: &Assessment, gain: Option<&Gain>) -> FollowUp {
    let mut reasons: Vec<Weighed> = Vec::new();
    let mut has_home_visit = false;
    for finding in other_findings(assessment, gain) {
        if let Some(row) = rules::other_finding(assessment.measured_on, finding) {
            let reason = match finding {
                OtherFinding::Oedema => Reason::Oedema,
                OtherFinding::TidakNaik => Reason::TidakNaik,
                OtherFinding::DuaT => Reason::DuaT,
                OtherFinding::Bgm => Reason::Bgm,
            };
            has_home_visit |= row.has_home_visit;
            reasons.push(Weighed { reason, urgency: row.urgency, evaluate_days: row.evaluate_days });
        }
    }
    reasons.extend(class_reasons(assessment));
    order::sort_by_key(&mut reasons, |weighed| std::cmp::Reverse(weighed.urgency)); // stable: the order above within an urgency

    let urgency = reasons.first().map(|weighed| weighed.urgency);
    let rechecks: Vec<Index> = assessment.rechecks().collect();
    FollowUp {
        urgency,
        evaluate_days: reasons.iter().filter_map(|weighed| weighed.evaluate_days).min(),
        has_home_visit,
        hospital_signs: hospital_signs(assessment, urgency),
        topic: topic(assessment, gain, urgency, &reasons, &rechecks),
        feeding: assessment.age_months.map(|months| match months {
            0..6 => FeedingStage::BreastMilkOnly,
            6..24 => FeedingStage::Complementary,
            _ => FeedingStage::FamilyFood,
        }),
        rechecks,
        reasons,
    }
}

fn other_findings(assessment: &Assessment, gain: Option<&Gain>) -> impl Iterator<Item = OtherFinding> {
    // A weight that is flagged now is compared with nothing, whatever the caller kept of an earlier judgement.
    let is_weight_flagged =
        assessment.finding(Index::WeightForAge).is_some_and(|finding| finding.status == Status::Recheck);
    let gain = gain.filter(|_| !is_weight_flagged);
    let is_t = gain.is_some_and(|gain| gain.letter == Ok(Nt::T));
    let is_2t = is_t && gain.is_some_and(|gain| gain.is_2t);
    [
        (assessment.has_oedema, OtherFinding::Oedema),
        (is_2t, OtherFinding::DuaT),
        (is_t && !is_2t, OtherFinding::TidakNaik),
        (assessment.is_below_red_line() == Some(true), OtherFinding::Bgm),
    ]
    .into_iter()
    .filter_map(|(is_found, finding)| is_found.then_some(finding))
}

fn class_reasons(assessment: &Assessment) -> impl Iterator<Item = Weighed> + '_ {
    assessment.findings.iter().filter_map(|finding| {
        let Status::Classified(row) = finding.status else {
            return None;
        };
        if row.category == Category::BbSangatKurang {
            return None; // said as BGM
        }
        let reason = match (finding.index, finding.z) {
            (Index::Lila, _) => Reason::Lila { category: row.category, mm: assessment.lila_mm? },
            (index, z) => Reason::Category { index, category: row.category, z_hundredths: z.ok()?.hundredths },
        };
        Some(Weighed { reason, urgency: row.urgency?, evaluate_days: row.evaluate_days })
    })
}

fn hospital_signs(assessment: &Assessment, urgency: Option<Urgency>) -> Vec<HospitalSign> {
    /// KMK 2015/2023: gizi buruk below this weight is treated in hospital.
    const LEAST_GRAMS: u32 = 4000;
    let mut signs = Vec::new();
    if urgency == Some(Urgency::SameDay) {
        if assessment.age_months.is_some_and(|months| months < 6) {
            signs.push(HospitalSign::UnderSixMonths);
        }
        if assessment.weight_grams.is_some_and(|grams| grams < LEAST_GRAMS) {
            signs.push(HospitalSign::UnderFourKg);
        }
    }
    signs
}

fn topic(
    assessment: &Assessment,
    gain: Option<&Gain>,
    urgency: Option<Urgency>,
    reasons: &[Weighed],
    rechecks: &[Index],
) -> Topic {
    let letter = gain.and_then(|gain| gain.letter.ok());
    let has = |wanted: &[Category]| {
        assessment.findings.iter().filter_map(|finding| finding.category()).any(|it| wanted.contains(&it))
    };
    let is_not_gaining = reasons.iter().any(|it| matches!(it.reason, Reason::TidakNaik | Reason::DuaT));
    if urgency == Some(Urgency::SameDay) {
        Topic::GoToday
    } else if !rechecks.is_empty() {
        Topic::MeasureAgain
    } else if has(&[Category::GiziBuruk, Category::GiziKurang, Category::LilaKuning, Category::BbSangatKurang]) {
        Topic::Thin
    } else if is_not_gaining {
        Topic::NotGaining
    } else if has(&[Category::BbKurang]) {
        Topic::Thin
    } else if has(&[Category::SangatPendek, Category::Pendek]) {
        Topic::Short
    } else if has(&[Category::Obesitas, Category::GiziLebih, Category::BerisikoGiziLebih, Category::RisikoBbLebih]) {
        Topic::Heavy
    } else if has(&[Category::Mikrosefali, Category::Makrosefali]) {
        Topic::Head
    } else if assessment.findings.iter().all(|finding| finding.category().is_none()) {
        Topic::Incomplete
    } else if matches!(letter, Some(Nt::B | Nt::O)) {
        Topic::ComeEveryMonth
    } else if letter == Some(Nt::N) || gain.is_none() && is_weight_classed(assessment) {
        Topic::GoOn
    } else {
        Topic::Incomplete
    }
}

/// Beyond the KMS there is no letter; IMT/U must then speak for the weight.
fn is_weight_classed(assessment: &Assessment) -> bool {
    [Index::WeightForAge, Index::WeightForLength, Index::BmiForAge]
        .into_iter()
        .any(|index| assessment.category(index).is_some())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::growth::gain::judge_latest;
    use crate::domain::growth::zscore::{Curve, sd_value};
    use crate::domain::growth::{GainSettings, Sex, Visit, Weighing, assess};

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// A boy of 12 months: day 365, 76.0 cm, his weight at so many SD for his length.
    fn boy(weight_for_length: f64) -> Visit {
        let mut visit = Visit::new(Some(Sex::Male), Some(date(2025, 1, 10)), date(2026, 1, 10));
        let kg = sd_value(Curve::WeightForLength, Sex::Male, 76.0, weight_for_length).unwrap();
        visit.weight_grams = Some((kg * 1000.0).round() as u32);
        visit.length_mm = Some(760);
        visit
    }

    fn gain(grams: &[u32]) -> Option<Gain> {
        let months = (1..=grams.len() as u32).rev();
        let weighings: Vec<_> = grams
            .iter()
            .zip(months)
            .map(|(grams, ago)| Weighing::new(date(2026, 1, 10) - chrono::Months::new(ago - 1), *grams))
            .collect();
        judge_latest(Some(Sex::Male), Some(date(2025, 1, 10)), &weighings, GainSettings::default())
    }

    fn suggest(visit: &Visit, gain: Option<Gain>) -> FollowUp {
        follow_up(&assess(visit), gain.as_ref())
    }

    #[test]
    fn a_child_that_grows_well_is_praised() {
        let follow_up = suggest(&boy(0.0), gain(&[9000, 9300]));
        assert_eq!((follow_up.urgency, follow_up.topic), (None, Topic::GoOn));
        assert_eq!(follow_up.feeding, Some(FeedingStage::Complementary));
        assert!(!follow_up.is_referral());
    }

    #[test]
    fn gizi_buruk_goes_today() {
        let follow_up = suggest(&boy(-3.5), gain(&[9000, 9300]));
        assert_eq!((follow_up.urgency, follow_up.topic), (Some(Urgency::SameDay), Topic::GoToday));
        assert!(follow_up.reasons.iter().any(|it| matches!(
            it.reason,
            Reason::Category { index: Index::WeightForLength, category: Category::GiziBuruk, z_hundredths: -350 }
        )));
        assert_eq!(follow_up.hospital_signs, []);
    }

    #[test]
    fn oedema_goes_today_whatever_the_weight() {
        let follow_up = suggest(&Visit { has_oedema: true, ..boy(0.0) }, None);
        assert_eq!(follow_up.reasons[0].reason, Reason::Oedema);
        assert_eq!((follow_up.urgency, follow_up.topic), (Some(Urgency::SameDay), Topic::GoToday));
    }

    #[test]
    fn red_lila_goes_today_and_yellow_this_week() {
        let red = suggest(&Visit { lila_mm: Some(114), ..boy(0.0) }, None);
        assert_eq!(red.reasons[0].reason, Reason::Lila { category: Category::LilaMerah, mm: 114 });
        assert_eq!(red.urgency, Some(Urgency::SameDay));
        let yellow = suggest(&Visit { lila_mm: Some(124), ..boy(0.0) }, None);
        assert_eq!((yellow.urgency, yellow.evaluate_days), (Some(Urgency::ThisWeek), Some(7)));
    }

    #[test]
    fn a_thin_child_goes_this_week() {
        let follow_up = suggest(&boy(-2.5), gain(&[9000, 9300]));
        assert_eq!((follow_up.urgency, follow_up.topic), (Some(Urgency::ThisWeek), Topic::Thin));
    }

    #[test]
    fn t_goes_this_week_and_2t_is_visited_at_home() {
        let once = suggest(&boy(0.0), gain(&[9000, 9100]));
        assert_eq!((once.reasons[0].reason, once.urgency), (Reason::TidakNaik, Some(Urgency::ThisWeek)));
        assert_eq!((once.evaluate_days, once.has_home_visit, once.topic), (Some(14), false, Topic::NotGaining));
        let twice = suggest(&boy(0.0), gain(&[9000, 9100, 9200]));
        assert_eq!((twice.reasons[0].reason, twice.has_home_visit), (Reason::DuaT, true));
        assert!(!twice.reasons.iter().any(|it| it.reason == Reason::TidakNaik));
    }

    #[test]
    fn bgm_is_said_once_and_visited_at_home() {
        let visit = Visit { weight_grams: Some(6500), length_mm: None, ..boy(0.0) };
        let follow_up = suggest(&visit, None);
        assert_eq!(follow_up.reasons.iter().map(|it| it.reason).collect::<Vec<_>>(), [Reason::Bgm]);
        assert_eq!((follow_up.urgency, follow_up.has_home_visit), (Some(Urgency::ThisWeek), true));
    }

    #[test]
    fn above_the_orange_line_is_routine() {
        let visit = Visit { weight_grams: Some(11_200), length_mm: None, ..boy(0.0) };
        let follow_up = suggest(&visit, None);
        assert_eq!((follow_up.urgency, follow_up.evaluate_days), (Some(Urgency::Routine), Some(14)));
        assert_eq!(follow_up.topic, Topic::Heavy);
    }

    #[test]
    fn a_short_child_and_an_odd_head_are_routine() {
        let short = suggest(&Visit { weight_grams: None, length_mm: Some(690), ..boy(0.0) }, None);
        assert_eq!((short.urgency, short.topic), (Some(Urgency::Routine), Topic::Short));
        let head = suggest(&Visit { head_mm: Some(490), ..boy(0.0) }, None);
        assert_eq!((head.urgency, head.topic), (Some(Urgency::Routine), Topic::Head));
    }

    #[test]
    fn a_flagged_value_is_no_reason_but_measured_again() {
        let visit = Visit { weight_grams: Some(55_000), ..boy(0.0) };
        let follow_up = suggest(&visit, gain(&[9000, 9000]));
        assert_eq!((follow_up.urgency, follow_up.topic), (None, Topic::MeasureAgain));
        assert_eq!(follow_up.rechecks, [Index::WeightForAge, Index::WeightForLength, Index::BmiForAge]);
    }

    #[test]
    fn nothing_measured_is_not_growing_well() {
        let visit = Visit { weight_grams: None, length_mm: None, ..boy(0.0) };
        assert_eq!(suggest(&visit, None).topic, Topic::Incomplete);
        assert_eq!(suggest(&Visit { born_on: None, ..boy(0.0) }, None).topic, Topic::Incomplete);
        let only_tall = Visit { weight_grams: None, ..boy(0.0) };
        assert_eq!(suggest(&only_tall, None).topic, Topic::Incomplete);
    }

    #[test]
    fn a_first_visit_or_a_missed_month_asks_to_come_every_month() {
        assert_eq!(suggest(&boy(0.0), gain(&[9300])).topic, Topic::ComeEveryMonth);
    }

    #[test]
    fn staff_may_send_small_children_to_hospital() {
        let mut visit = Visit::new(Some(Sex::Female), Some(date(2025, 8, 10)), date(2026, 1, 9));
        (visit.weight_grams, visit.length_mm) = (Some(3900), Some(580));
        let follow_up = suggest(&visit, None);
        assert_eq!(follow_up.hospital_signs, [HospitalSign::UnderSixMonths, HospitalSign::UnderFourKg]);
    }

    #[test]
    fn a_heavy_schoolchild_is_advised_before_referred() {
        let mut visit = Visit::new(Some(Sex::Male), Some(date(2016, 1, 10)), date(2026, 1, 10));
        (visit.weight_grams, visit.length_mm) = (Some(45_000), Some(1380));
        let follow_up = suggest(&visit, None);
        assert_eq!((follow_up.urgency, follow_up.is_referral()), (Some(Urgency::Evaluate), false));
        assert_eq!(follow_up.evaluate_days, Some(90));
    }
}
