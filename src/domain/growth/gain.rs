//! N, T, O or B: what a weighing says against last month's, with KBM, 2T and the doubts.
//!
//! Every month with a weighing gets exactly one letter, so that D = N + T + O + B. The reason travels as
//! numbers; BGM and the orange line are judged on every weighing by [`super::assess`], not here.

use chrono::{Datelike, NaiveDate};

use super::age::{completed_months, days_between, kms_column};
use super::assess::{Index, Visit, assess};
use super::{Sex, rules};
use crate::domain::order;

/// Fewer days than this between two weighings are not a month.
const SHORTEST_INTERVAL_DAYS: i64 = 20;
/// More days than this between two weighings are not a month.
const LONGEST_INTERVAL_DAYS: i64 = 45;

/// The calendar month whose opening day a weighing belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct SessionMonth(i32);

impl SessionMonth {
    /// The month of a date.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.year() * 12 + date.month0() as i32)
    }

    /// Months from `earlier` to this one.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

/// A weighing at this Posyandu, or one from the Puskesmas that the midwife entered. A birth weight is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighing {
    /// Date of the weighing.
    pub measured_on: NaiveDate,
    /// The month it counts for; another than the date's when an opening day was moved.
    pub session_month: SessionMonth,
    /// Weight, g.
    pub weight_grams: u32,
    /// Flagged implausible and neither measured again nor confirmed by staff: in no comparison.
    pub is_excluded: bool,
    /// The kader's answer to "mengikuti garis", when the curve was asked about.
    pub follows_curve: Option<bool>,
}

impl Weighing {
    /// A plausible weighing that counts for the month of its date.
    pub fn new(measured_on: NaiveDate, weight_grams: u32) -> Self {
        Self {
            measured_on,
            session_month: SessionMonth::of(measured_on),
            weight_grams,
            is_excluded: false,
            follows_curve: None,
        }
    }
}

/// Whether the curve may decide where the gain is below KBM; the setting `nt_mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NtMode {
    /// `kbm_only`: below KBM is T, as most reports do.
    #[default]
    KbmOnly,
    /// `kbm_or_curve`: below KBM the kader may confirm that the line follows the curve.
    KbmOrCurve,
}

impl NtMode {
    /// The word in the book.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::KbmOnly => "kbm_only",
            Self::KbmOrCurve => "kbm_or_curve",
        }
    }

    /// Reads the word of the book.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::KbmOnly, Self::KbmOrCurve].into_iter().find(|it| it.code() == code)
    }
}

/// Which age chooses the KBM; the setting `kbm_age_basis`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KbmAgeBasis {
    /// `bulan_penuh`: completed months at this weighing.
    #[default]
    CompletedMonths,
    /// `kolom_kms`: the month column of the paper card.
    KmsColumn,
}

impl KbmAgeBasis {
    /// The word in the book.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::CompletedMonths => "bulan_penuh",
            Self::KmsColumn => "kolom_kms",
        }
    }

    /// Reads the word of the book.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::CompletedMonths, Self::KmsColumn].into_iter().find(|it| it.code() == code)
    }
}

/// How this Posyandu judges a gain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GainSettings {
    /// `nt_mode`.
    pub nt_mode: NtMode,
    /// `kbm_age_basis`.
    pub kbm_age_basis: KbmAgeBasis,
}

/// The letter of a weighing in the N/T row of the KMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Nt {
    /// Naik.
    N,
    /// Tidak naik.
    T,
    /// Not weighed last month: no comparison.
    O,
    /// Baru: first weighing at this Posyandu.
    B,
}

impl Nt {
    /// The letter.
    pub fn code(self) -> &'static str {
        match self {
            Self::N => "N",
            Self::T => "T",
            Self::O => "O",
            Self::B => "B",
        }
    }
}

/// Why a weighing got its letter (`dasar_nt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Basis {
    /// B: no earlier month.
    FirstWeighing,
    /// O: no weighing last month; the last one was so many months ago.
    NotWeighedLastMonth {
        /// Months since the last weighing, at least 2.
        months_since: i32,
    },
    /// O: last month's weight is implausible.
    LastMonthExcluded,
    /// O: there is no KBM at this age (below one month).
    NoKbm {
        /// Age by the chosen basis.
        age_months: u32,
        /// Gain since last month, g.
        gain_grams: i64,
    },
    /// N or T: the gain was compared with the KBM.
    Kbm {
        /// Gain since last month, g.
        gain_grams: i64,
        /// Least gain asked, g.
        kbm_grams: u32,
        /// Age by the chosen basis.
        age_months: u32,
    },
    /// T: the weight stayed or fell.
    NoGain {
        /// Gain since last month, g; zero or less.
        gain_grams: i64,
        /// Least gain asked, g.
        kbm_grams: u32,
        /// Age by the chosen basis.
        age_months: u32,
    },
    /// N: below KBM, but the kader confirmed that the line follows the curve.
    Curve {
        /// Gain since last month, g.
        gain_grams: i64,
        /// Least gain asked, g.
        kbm_grams: u32,
        /// BB/U last month, hundredths.
        last_z_hundredths: i64,
        /// BB/U now, hundredths.
        z_hundredths: i64,
    },
}

/// Why a letter is in doubt ("ragu"); it stands all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Doubt {
    /// Completed months and the KMS column ask different KBM, and the letter would differ: look at the curve.
    AgeBasis {
        /// KBM by completed months, g.
        completed_months_kbm_grams: u32,
        /// KBM by KMS column, g.
        kms_column_kbm_grams: u32,
    },
    /// The two weighings are not about a month apart.
    Interval {
        /// Days between them.
        days: i64,
    },
}

/// The judgement of one weighing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Gain {
    /// Date of the weighing.
    #[serde(with = "crate::domain::iso")]
    pub measured_on: NaiveDate,
    /// Month it counts for.
    pub session_month: SessionMonth,
    /// Weight, g.
    pub weight_grams: u32,
    /// The letter, or why there is none.
    pub letter: Result<Nt, GainMissing>,
    /// Why, when there is a letter.
    pub basis: Option<Basis>,
    /// Doubts about the letter.
    pub doubts: Vec<Doubt>,
    /// Ask the kader whether the line follows the curve: the gain is above 0 but below KBM, and BB/U did not fall.
    pub asks_about_curve: bool,
    /// 2T: T now and T the month before.
    pub is_2t: bool,
}

/// Why a weighing has no letter; it is in none of N, T, O, B and not in D.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum GainMissing {
    /// Implausible: measure again.
    Excluded,
    /// The sex is unknown, so the KBM is.
    Sex,
    /// The date of birth is unknown.
    BirthDate,
    /// Weighed before birth, or beyond the last month of the KBM table.
    AgeOutside,
}

/// Judges every month's weighing, oldest first; of several in a month the last counts.
///
/// `weighings` may come in any order. The current one is the last of the result.
pub fn judge_all(
    sex: Option<Sex>,
    born_on: Option<NaiveDate>,
    weighings: &[Weighing],
    settings: GainSettings,
) -> Vec<Gain> {
    let child = Child { sex, born_on, settings };
    let mut judged: Vec<Gain> = Vec::new();
    let mut previous: Option<Weighing> = None;
    for weighing in last_of_each_month(weighings) {
        let mut gain = child.judge(previous, weighing);
        gain.is_2t = gain.letter == Ok(Nt::T)
            && judged
                .last()
                .is_some_and(|last| last.letter == Ok(Nt::T) && weighing.session_month.since(last.session_month) == 1);
        judged.push(gain);
        previous = Some(weighing);
    }
    judged
}

/// The judgement of the latest weighing, or `None` without any.
pub fn judge_latest(
    sex: Option<Sex>,
    born_on: Option<NaiveDate>,
    weighings: &[Weighing],
    settings: GainSettings,
) -> Option<Gain> {
    judge_all(sex, born_on, weighings, settings).pop()
}

/// A later weighing replaces an earlier one of its month, unless it is the implausible one of the two.
fn last_of_each_month(weighings: &[Weighing]) -> Vec<Weighing> {
    let mut sorted = weighings.to_vec();
    order::sort_by_key(&mut sorted, |weighing| (weighing.session_month, !weighing.is_excluded, weighing.measured_on));
    let mut months: Vec<Weighing> = Vec::new();
    for weighing in sorted {
        match months.last_mut() {
            Some(last) if last.session_month == weighing.session_month => *last = weighing,
            _ => months.push(weighing),
        }
    }
    months
}

struct Child {
    sex: Option<Sex>,
    born_on: Option<NaiveDate>,
    settings: GainSettings,
}

impl Child {
    fn judge(&self, previous: Option<Weighing>, now: Weighing) -> Gain {
        let mut gain = Gain {
            measured_on: now.measured_on,
            session_month: now.session_month,
            weight_grams: now.weight_grams,
            letter: Err(GainMissing::Excluded),
            basis: None,
            doubts: Vec::new(),
            asks_about_curve: false,
            is_2t: false,
        };
        if now.is_excluded {
            return gain;
        }
        if let Err(missing) = self.age_in_kms(now.measured_on) {
            gain.letter = Err(missing);
            return gain;
        }
        let Some(previous) = previous else {
            return gain.with(Nt::B, Basis::FirstWeighing);
        };
        let months_since = now.session_month.since(previous.session_month);
        if months_since != 1 {
            return gain.with(Nt::O, Basis::NotWeighedLastMonth { months_since });
        }
        if previous.is_excluded {
            return gain.with(Nt::O, Basis::LastMonthExcluded);
        }
        self.compare(previous, now, gain)
    }

    fn compare(&self, previous: Weighing, now: Weighing, mut gain: Gain) -> Gain {
        let (Some(sex), Some(born_on)) = (self.sex, self.born_on) else {
            gain.letter = Err(if self.born_on.is_none() { GainMissing::BirthDate } else { GainMissing::Sex });
            return gain;
        };
        let days = days_between(previous.measured_on, now.measured_on);
        if !(SHORTEST_INTERVAL_DAYS..=LONGEST_INTERVAL_DAYS).contains(&days) {
            gain.doubts.push(Doubt::Interval { days });
        }

        let gain_grams = i64::from(now.weight_grams) - i64::from(previous.weight_grams);
        let by_months = completed_months(born_on, now.measured_on);
        let by_column = kms_column(born_on, now.measured_on);
        let kbm_at = |age: Option<u32>| Some(rules::kbm(now.measured_on, sex, age?)?.kbm_grams);
        let age = match self.settings.kbm_age_basis {
            KbmAgeBasis::CompletedMonths => by_months,
            KbmAgeBasis::KmsColumn => by_column.map(|column| column.min(LAST_KMS_MONTH)),
        };
        let age_months = age.unwrap_or_default();
        let Some(kbm_grams) = kbm_at(age) else {
            return gain.with(Nt::O, Basis::NoKbm { age_months, gain_grams });
        };
        if let (Some(completed_months_kbm_grams), Some(kms_column_kbm_grams)) = (kbm_at(by_months), kbm_at(by_column))
            && (gain_grams >= completed_months_kbm_grams.into()) != (gain_grams >= kms_column_kbm_grams.into())
        {
            gain.doubts.push(Doubt::AgeBasis { completed_months_kbm_grams, kms_column_kbm_grams });
        }

        if gain_grams >= kbm_grams.into() {
            return gain.with(Nt::N, Basis::Kbm { gain_grams, kbm_grams, age_months });
        }
        if gain_grams <= 0 {
            return gain.with(Nt::T, Basis::NoGain { gain_grams, kbm_grams, age_months });
        }
        if let Some((last_z_hundredths, z_hundredths)) = self.risen_curve(previous, now) {
            gain.asks_about_curve = true;
            if now.follows_curve == Some(true) {
                return gain.with(Nt::N, Basis::Curve { gain_grams, kbm_grams, last_z_hundredths, z_hundredths });
            }
        }
        gain.with(Nt::T, Basis::Kbm { gain_grams, kbm_grams, age_months })
    }

    /// BB/U last month and now, where the setting lets the curve decide and the rounded z-score did not fall.
    fn risen_curve(&self, previous: Weighing, now: Weighing) -> Option<(i64, i64)> {
        if self.settings.nt_mode == NtMode::KbmOnly {
            return None;
        }
        let (last, now) = (self.weight_for_age(previous)?, self.weight_for_age(now)?);
        (now >= last).then_some((last, now))
    }

    fn weight_for_age(&self, weighing: Weighing) -> Option<i64> {
        let mut visit = Visit::new(self.sex, self.born_on, weighing.measured_on);
        visit.weight_grams = Some(weighing.weight_grams);
        let z = assess(&visit).finding(Index::WeightForAge)?.z.ok()?;
        Some(z.hundredths)
    }

    /// The KMS ends with month 60; an unknown birth date is no hindrance to O and B.
    fn age_in_kms(&self, on: NaiveDate) -> Result<(), GainMissing> {
        let Some(born_on) = self.born_on else {
            return Ok(());
        };
        match completed_months(born_on, on) {
            Some(months) if months <= LAST_KMS_MONTH => Ok(()),
            _ => Err(GainMissing::AgeOutside),
        }
    }
}

/// The last month of the KBM table; a test holds it to the file.
const LAST_KMS_MONTH: u32 = 60;

impl Gain {
    fn with(mut self, letter: Nt, basis: Basis) -> Self {
        self.letter = Ok(letter);
        self.basis = Some(basis);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn judge(sex: Sex, born_on: NaiveDate, settings: GainSettings, weighings: &[(NaiveDate, u32)]) -> Vec<Gain> {
        let weighings: Vec<_> = weighings.iter().map(|(on, grams)| Weighing::new(*on, *grams)).collect();
        judge_all(Some(sex), Some(born_on), &weighings, settings)
    }

    /// Weighed on the 10th of every month from birth on 2025-01-10; `None` is a missed month.
    fn letters(sex: Sex, grams: &[Option<u32>]) -> String {
        let weighings: Vec<_> = (1..)
            .zip(grams)
            .filter_map(|(month, grams)| {
                Some((date(2025 + (month - 1) / 12, ((month - 1) % 12 + 1) as u32, 10), (*grams)?))
            })
            .collect();
        let judged = judge(sex, date(2025, 1, 10), GainSettings::default(), &weighings);
        judged.iter().map(|gain| if gain.is_2t { "2T" } else { gain.letter.unwrap().code() }).collect()
    }

    #[test]
    fn letters_of_a_first_half_year() {
        // KBM boys: 800, 900, 800, 600, 500
        assert_eq!(
            letters(Sex::Male, &[Some(3300), Some(4100), Some(5000), Some(5800), Some(6400), Some(6900)]),
            "BNNNNN"
        );
        assert_eq!(letters(Sex::Male, &[Some(3300), Some(4099), Some(4998), Some(5798)]), "BT2TN");
        assert_eq!(letters(Sex::Male, &[Some(3300), Some(4100), None, Some(5800), Some(6400)]), "BNON");
    }

    #[test]
    fn a_missed_month_interrupts_2t() {
        assert_eq!(letters(Sex::Male, &[Some(5000), Some(5000), None, Some(5000), Some(5000), Some(5000)]), "BTOT2T");
        assert_eq!(letters(Sex::Male, &[Some(5000), Some(5000), Some(5000), Some(5000)]), "BT2T2T");
    }

    #[test]
    fn the_first_visit_is_b_at_any_age() {
        let gain = judge(Sex::Male, date(2023, 1, 10), GainSettings::default(), &[(date(2025, 1, 10), 11_000)]);
        assert_eq!((gain[0].letter, gain[0].basis), (Ok(Nt::B), Some(Basis::FirstWeighing)));
    }

    #[test]
    fn o_says_how_long_ago_the_last_weighing_was() {
        let weighings = [(date(2025, 3, 10), 5000), (date(2025, 7, 10), 7000)];
        let gains = judge(Sex::Male, date(2025, 1, 10), GainSettings::default(), &weighings);
        assert_eq!(gains[1].basis, Some(Basis::NotWeighedLastMonth { months_since: 4 }));
    }

    #[test]
    fn sexes_differ_at_7_and_11_months() {
        let letter = |sex, month: u32, gain: u32| {
            let weighings = [(date(2025, month, 10), 7000), (date(2025, month + 1, 10), 7000 + gain)];
            judge(sex, date(2025, 1, 10), GainSettings::default(), &weighings)[1].letter.unwrap()
        };
        assert_eq!([letter(Sex::Male, 7, 399), letter(Sex::Male, 7, 400)], [Nt::T, Nt::N]);
        assert_eq!([letter(Sex::Female, 7, 299), letter(Sex::Female, 7, 300)], [Nt::T, Nt::N]);
        assert_eq!([letter(Sex::Male, 11, 299), letter(Sex::Male, 11, 300)], [Nt::T, Nt::N]);
        assert_eq!([letter(Sex::Female, 11, 199), letter(Sex::Female, 11, 200)], [Nt::T, Nt::N]);
    }

    #[test]
    fn the_reason_carries_its_numbers() {
        let weighings = [(date(2025, 11, 10), 8200), (date(2025, 12, 10), 8600)];
        let gains = judge(Sex::Male, date(2025, 1, 10), GainSettings::default(), &weighings);
        assert_eq!(gains[1].basis, Some(Basis::Kbm { gain_grams: 400, kbm_grams: 300, age_months: 11 }));
        assert_eq!(gains[1].doubts, []);
    }

    #[test]
    fn a_flat_line_is_t_in_every_mode() {
        for nt_mode in [NtMode::KbmOnly, NtMode::KbmOrCurve] {
            let settings = GainSettings { nt_mode, ..GainSettings::default() };
            let weighings = [(date(2025, 11, 10), 8200), (date(2025, 12, 10), 8200)];
            let gain = judge(Sex::Male, date(2025, 1, 10), settings, &weighings).pop().unwrap();
            assert_eq!(gain.basis, Some(Basis::NoGain { gain_grams: 0, kbm_grams: 300, age_months: 11 }));
            assert_eq!((gain.letter, gain.asks_about_curve), (Ok(Nt::T), false));
        }
    }

    /// A boy of 36 months gains 190 g: less than KBM, though BB/U does not fall.
    fn slow_but_on_the_curve(settings: GainSettings, follows_curve: Option<bool>) -> Gain {
        let mut now = Weighing::new(date(2025, 1, 10), 14_390);
        now.follows_curve = follows_curve;
        let last = Weighing::new(date(2024, 12, 10), 14_200);
        judge_latest(Some(Sex::Male), Some(date(2022, 1, 10)), &[now, last], settings).unwrap()
    }

    #[test]
    fn the_curve_decides_only_where_allowed_and_confirmed() {
        let curve = GainSettings { nt_mode: NtMode::KbmOrCurve, ..GainSettings::default() };
        let kbm_only = slow_but_on_the_curve(GainSettings::default(), Some(true));
        assert_eq!((kbm_only.letter, kbm_only.asks_about_curve), (Ok(Nt::T), false));
        let unasked = slow_but_on_the_curve(curve, None);
        assert_eq!((unasked.letter, unasked.asks_about_curve), (Ok(Nt::T), true));
        assert_eq!(slow_but_on_the_curve(curve, Some(false)).letter, Ok(Nt::T));
        let confirmed = slow_but_on_the_curve(curve, Some(true));
        assert_eq!(confirmed.letter, Ok(Nt::N));
        assert!(
            matches!(confirmed.basis, Some(Basis::Curve { gain_grams: 190, kbm_grams: 200, last_z_hundredths, z_hundredths })
            if z_hundredths >= last_z_hundredths)
        );
    }

    #[test]
    fn a_falling_curve_is_never_offered() {
        let settings = GainSettings { nt_mode: NtMode::KbmOrCurve, ..GainSettings::default() };
        let mut now = Weighing::new(date(2025, 6, 10), 6500);
        now.follows_curve = Some(true);
        let last = Weighing::new(date(2025, 5, 10), 6400); // 5 months, boy: KBM 500
        let gain = judge_latest(Some(Sex::Male), Some(date(2025, 1, 10)), &[last, now], settings).unwrap();
        assert_eq!((gain.letter, gain.asks_about_curve), (Ok(Nt::T), false));
    }

    #[test]
    fn the_two_ages_of_the_kms_make_doubt_when_they_disagree() {
        // Born 25 January, weighed 10 June: 4 completed months (600 g), column 5 (500 g).
        let weighings = [(date(2025, 5, 10), 6000), (date(2025, 6, 10), 6550)];
        let judged = |kbm_age_basis| {
            let settings = GainSettings { kbm_age_basis, ..GainSettings::default() };
            judge(Sex::Male, date(2025, 1, 25), settings, &weighings).pop().unwrap()
        };
        let doubt = Doubt::AgeBasis { completed_months_kbm_grams: 600, kms_column_kbm_grams: 500 };
        let by_months = judged(KbmAgeBasis::CompletedMonths);
        assert_eq!((by_months.letter, by_months.doubts), (Ok(Nt::T), vec![doubt]));
        let by_column = judged(KbmAgeBasis::KmsColumn);
        assert_eq!((by_column.letter, by_column.doubts), (Ok(Nt::N), vec![doubt]));
    }

    #[test]
    fn an_interval_of_less_than_20_or_more_than_45_days_is_in_doubt() {
        let doubts = |first, second| {
            judge(Sex::Male, date(2025, 1, 1), GainSettings::default(), &[(first, 6000), (second, 7000)])
                .pop()
                .unwrap()
                .doubts
        };
        assert_eq!(doubts(date(2025, 5, 20), date(2025, 6, 8)), [Doubt::Interval { days: 19 }]);
        assert_eq!(doubts(date(2025, 5, 20), date(2025, 6, 9)), []);
        assert_eq!(doubts(date(2025, 5, 1), date(2025, 6, 15)), []);
        assert_eq!(doubts(date(2025, 5, 1), date(2025, 6, 16)), [Doubt::Interval { days: 46 }]);
    }

    #[test]
    fn age_0_has_no_kbm_and_so_no_comparison() {
        let weighings = [(date(2025, 1, 31), 3300), (date(2025, 2, 20), 3900)];
        let gain = judge(Sex::Male, date(2025, 1, 25), GainSettings::default(), &weighings).pop().unwrap();
        assert_eq!((gain.letter, gain.basis), (Ok(Nt::O), Some(Basis::NoKbm { age_months: 0, gain_grams: 600 })));
    }

    #[test]
    fn an_implausible_weight_has_no_letter_and_is_not_compared() {
        let mut odd = Weighing::new(date(2025, 5, 10), 60_000);
        odd.is_excluded = true;
        let weighings = [Weighing::new(date(2025, 4, 10), 5800), odd, Weighing::new(date(2025, 6, 10), 6900)];
        let gains = judge_all(Some(Sex::Male), Some(date(2025, 1, 10)), &weighings, GainSettings::default());
        assert_eq!(gains[1].letter, Err(GainMissing::Excluded));
        assert_eq!((gains[2].letter, gains[2].basis), (Ok(Nt::O), Some(Basis::LastMonthExcluded)));
    }

    #[test]
    fn the_last_weighing_of_a_month_counts() {
        let mut odd = Weighing::new(date(2025, 5, 12), 60_000);
        odd.is_excluded = true;
        let weighings = [Weighing::new(date(2025, 5, 10), 6200), odd, Weighing::new(date(2025, 5, 11), 6300)];
        let gains = judge_all(Some(Sex::Male), Some(date(2025, 1, 10)), &weighings, GainSettings::default());
        assert_eq!(gains.iter().map(|gain| gain.weight_grams).collect::<Vec<_>>(), [6300]);
    }

    #[test]
    fn an_opening_day_moved_into_the_next_month_still_counts_for_its_own() {
        let mut late = Weighing::new(date(2025, 5, 2), 5800);
        late.session_month = SessionMonth::of(date(2025, 4, 30));
        let weighings = [Weighing::new(date(2025, 3, 28), 5000), late, Weighing::new(date(2025, 5, 28), 6500)];
        let gains = judge_all(Some(Sex::Male), Some(date(2025, 1, 10)), &weighings, GainSettings::default());
        assert_eq!(gains.iter().map(|gain| gain.letter.unwrap()).collect::<Vec<_>>(), [Nt::B, Nt::N, Nt::N]);
    }

    #[test]
    fn what_is_unknown_is_said() {
        let weighings = [Weighing::new(date(2025, 4, 10), 5800), Weighing::new(date(2025, 5, 10), 6800)];
        let born_on = Some(date(2025, 1, 10));
        let last = |sex, born_on| judge_latest(sex, born_on, &weighings, GainSettings::default()).unwrap().letter;
        assert_eq!(last(None, born_on), Err(GainMissing::Sex));
        assert_eq!(last(Some(Sex::Male), None), Err(GainMissing::BirthDate));
        assert_eq!(last(Some(Sex::Male), Some(date(2020, 4, 9))), Err(GainMissing::AgeOutside));
        assert_eq!(judge_latest(None, None, &[], GainSettings::default()), None);
    }

    #[test]
    fn the_kms_ends_where_the_kbm_table_ends() {
        let on = date(2025, 1, 1);
        let last = rules::kbm_rows(on).rows.iter().map(|row| row.months.1).max();
        assert_eq!(last, Some(LAST_KMS_MONTH));
    }
}
