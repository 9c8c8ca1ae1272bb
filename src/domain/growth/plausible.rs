//! Questions about typed values: refuse what cannot be, ask again about what is hard to believe.
//!
//! Returns limits and numbers; the form words them. A soft question is answered by measuring again.

use chrono::NaiveDate;

use super::age::days_between;
use super::assess::{Assessment, Index};
use super::rules::{self, ChangeKind, Field};
use super::zscore::DAYS_PER_MONTH;

/// Why a value is refused or questioned. Grams for weights, mm for lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Refuse: outside what can be.
    Impossible {
        /// The field.
        field: Field,
        /// Least value taken.
        min: u32,
        /// Largest value taken.
        max: u32,
    },
    /// Ask: outside what is usual.
    Unusual {
        /// The field.
        field: Field,
        /// Least usual value.
        min: u32,
        /// Largest usual value.
        max: u32,
    },
    /// Ask: the z-score is outside WHO's plausible range.
    UnusualZ {
        /// The field.
        field: Field,
        /// The index whose z-score is odd.
        index: Index,
        /// The rounded z-score in hundredths.
        z_hundredths: i64,
    },
    /// Ask: gained too much since the last visit.
    GainedTooMuch {
        /// The field.
        field: Field,
        /// Gain since the last visit.
        gain: u32,
        /// Days between the visits.
        days: i64,
    },
    /// Ask: lost too much, or shrank, since the last visit.
    LostTooMuch {
        /// The field.
        field: Field,
        /// Loss since the last visit.
        loss: u32,
    },
}

impl Question {
    /// Whether the value is refused instead of asked about.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Impossible { .. })
    }

    /// The field asked about.
    pub fn field(self) -> Field {
        match self {
            Self::Impossible { field, .. }
            | Self::Unusual { field, .. }
            | Self::UnusualZ { field, .. }
            | Self::GainedTooMuch { field, .. }
            | Self::LostTooMuch { field, .. } => field,
        }
    }
}

/// Values of the last visit, each with its date; lengths after the 0.7 cm rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastValues {
    /// Weight, g.
    pub weight_grams: Option<(NaiveDate, u32)>,
    /// Length or height after the 0.7 cm rule, mm.
    pub length_mm: Option<(NaiveDate, u32)>,
    /// Head circumference, mm.
    pub head_mm: Option<(NaiveDate, u32)>,
}

/// Questions about one value by its field and age alone, as it is typed.
///
/// A field without limits at this age (LiLA below 6 months) is not questioned.
pub fn question_value(on: NaiveDate, field: Field, age_months: u32, value: u32) -> Option<Question> {
    let row = rules::range(on, field, age_months)?;
    let is_outside = |(min, max): (u32, u32)| !(min..=max).contains(&value);
    if is_outside(row.hard) {
        let (min, max) = row.hard;
        return Some(Question::Impossible { field, min, max });
    }
    let (min, max) = row.soft.filter(|soft| is_outside(*soft))?;
    Some(Question::Unusual { field, min, max })
}

/// Every question about a visit: its values, its z-scores, and the changes since the last one.
pub fn question_visit(assessment: &Assessment, head_mm: Option<u32>, last: &LastValues) -> Vec<Question> {
    let Some(age_months) = assessment.age_months else {
        return Vec::new();
    };
    let on = assessment.measured_on;
    let fields = [
        (Field::Weight, assessment.weight_grams, assessment.weight_grams, last.weight_grams),
        (
            Field::Length,
            assessment.length.map(|length| length.measured_mm),
            assessment.length.map(|length| length.used_mm),
            last.length_mm,
        ),
        (Field::Head, head_mm, head_mm, last.head_mm),
        (Field::Lila, assessment.lila_mm, None, None),
    ];
    let mut questions = Vec::new();
    for (field, measured, comparable, last) in fields {
        let Some(measured) = measured else { continue };
        let of_value = question_value(on, field, age_months, measured);
        questions.extend(of_value);
        if of_value.is_some_and(Question::is_refusal) {
            continue;
        }
        questions.extend(question_z(assessment, field, age_months));
        if let (Some(now), Some((last_on, last))) = (comparable, last) {
            questions.extend(question_change(field, age_months, (last_on, last), (on, now)));
        }
    }
    questions
}

fn question_z(assessment: &Assessment, field: Field, age_months: u32) -> Option<Question> {
    let (index, min, max) = rules::range(assessment.measured_on, field, age_months)?.soft_z?;
    let z_hundredths = assessment.finding(index)?.z.ok()?.hundredths;
    let is_odd = !(min..=max).contains(&z_hundredths);
    is_odd.then_some(Question::UnusualZ { field, index, z_hundredths })
}

fn question_change(
    field: Field,
    age_months: u32,
    (last_on, last): (NaiveDate, u32),
    (on, now): (NaiveDate, u32),
) -> Option<Question> {
    let days = days_between(last_on, on);
    let (gain, loss) = (now.saturating_sub(last), last.saturating_sub(now));
    rules::changes(on, field, age_months).find_map(|row| match row.kind {
        ChangeKind::GainPerMonth => {
            let months = (days as f64 / DAYS_PER_MONTH).max(1.0);
            let is_odd = f64::from(gain) > f64::from(row.limit) * months;
            is_odd.then_some(Question::GainedTooMuch { field, gain, days })
        }
        ChangeKind::LossPercent => {
            let is_odd = u64::from(loss) * 100 > u64::from(last) * u64::from(row.limit);
            is_odd.then_some(Question::LostTooMuch { field, loss })
        }
        ChangeKind::Loss => (loss > row.limit).then_some(Question::LostTooMuch { field, loss }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::growth::{Sex, Visit, assess};

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[track_caller]
    fn check(field: Field, age_months: u32, value: u32, expected: Option<Question>) {
        assert_eq!(question_value(date(2026, 9, 1), field, age_months, value), expected);
    }

    #[test]
    fn limits_themselves_pass() {
        let refused = Some(Question::Impossible { field: Field::Weight, min: 500, max: 60_000 });
        check(Field::Weight, 11, 499, refused);
        check(Field::Weight, 11, 500, None);
        check(Field::Weight, 11, 60_000, None);
        check(Field::Weight, 71, 60_001, refused);
        check(Field::Weight, 72, 7999, Some(Question::Impossible { field: Field::Weight, min: 8000, max: 200_000 }));
        check(Field::Length, 11, 299, Some(Question::Impossible { field: Field::Length, min: 300, max: 1400 }));
        check(Field::Lila, 5, 10, None);
        check(Field::Lila, 6, 99, Some(Question::Unusual { field: Field::Lila, min: 100, max: 220 }));
        check(Field::BirthWeight, 0, 1499, Some(Question::Unusual { field: Field::BirthWeight, min: 1500, max: 4500 }));
        check(
            Field::BirthWeight,
            0,
            399,
            Some(Question::Impossible { field: Field::BirthWeight, min: 400, max: 7000 }),
        );
    }

    fn visit(weight_grams: u32, length_mm: u32) -> Assessment {
        let mut visit = Visit::new(Some(Sex::Male), Some(date(2025, 9, 10)), date(2026, 8, 10));
        visit.weight_grams = Some(weight_grams);
        visit.length_mm = Some(length_mm);
        assess(&visit)
    }

    #[test]
    fn a_missing_comma_is_asked_about() {
        let questions = question_visit(&visit(55_000, 731), None, &LastValues::default());
        assert!(
            questions
                .iter()
                .any(|it| matches!(it, Question::UnusualZ { field: Field::Weight, index: Index::WeightForAge, .. }))
        );
        assert_eq!(question_visit(&visit(8600, 731), None, &LastValues::default()), []);
    }

    #[test]
    fn changes_since_the_last_visit_are_asked_about() {
        let check = |now: (u32, u32), last: (u32, u32), expected: &[Question]| {
            let on = date(2026, 7, 10); // 31 days earlier
            let last = LastValues {
                weight_grams: Some((on, last.0)),
                length_mm: Some((on, last.1)),
                head_mm: Some((on, 450)),
            };
            assert_eq!(question_visit(&visit(now.0, now.1), Some(445), &last), expected);
        };
        check((8600, 731), (8200, 722), &[]);
        check((10_300, 731), (8200, 722), &[Question::GainedTooMuch { field: Field::Weight, gain: 2100, days: 31 }]);
        check((10_200, 731), (8200, 722), &[]);
        check((7379, 731), (8200, 722), &[Question::LostTooMuch { field: Field::Weight, loss: 821 }]);
        check((7380, 731), (8200, 722), &[]);
        check((8600, 731), (8200, 736), &[]);
        check((8600, 731), (8200, 737), &[Question::LostTooMuch { field: Field::Length, loss: 6 }]);
        check((8600, 731), (8200, 668), &[Question::GainedTooMuch { field: Field::Length, gain: 63, days: 31 }]);
    }

    #[test]
    fn a_smaller_head_is_asked_about() {
        let last = LastValues { head_mm: Some((date(2026, 7, 10), 451)), ..LastValues::default() };
        assert_eq!(
            question_visit(&visit(8600, 731), Some(445), &last),
            [Question::LostTooMuch { field: Field::Head, loss: 6 }]
        );
    }
}
