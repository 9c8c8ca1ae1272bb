//! Every row of the golden vectors: rounded z-score, flag and missing equal, unrounded z-score within 1e-6.
//!
//! It goes through the example that anyone can run, so both are proven at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;

#[allow(dead_code)]
#[path = "../examples/zscore.rs"]
mod zscore;

type Record<'a> = BTreeMap<&'a str, &'a str>;

fn records(csv: &str) -> Vec<Record<'_>> {
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines.map(|line| header.iter().copied().zip(line.split(',')).collect()).collect()
}

/// Compares all result columns but the skinfolds' and returns how many z-scores were compared.
#[track_caller]
fn check(csv: &str, rows: usize, is_compared: impl Fn(&Record) -> bool) -> usize {
    let answer = zscore::answer(csv).unwrap();
    let (expected, actual) = (records(csv), records(&answer));
    assert_eq!((expected.len(), actual.len()), (rows, rows));
    let is_skinfold = |column: &&str| ["zts", "fts", "zss", "fss"].iter().any(|it| column.starts_with(it));
    let inputs = "tag sex age_unit age age_months age_days weight lenhei height measure headc armc triskin subskin oedema age_ge_60m";
    let is_result = |column: &&str| !is_skinfold(column) && inputs.split(' ').all(|input| input != *column);
    let wanted: Vec<_> = expected[0].keys().copied().filter(is_result).collect();
    assert_eq!(actual[0].keys().copied().collect::<Vec<_>>(), wanted);
    let mut z_scores = 0;
    for (expected, actual) in expected.iter().zip(&actual).filter(|(expected, _)| is_compared(expected)) {
        for (column, actual) in actual {
            let wanted = expected.get(column).unwrap_or_else(|| panic!("no column {column}"));
            assert!(is_same(column, wanted, actual), "id {}, {column}: {wanted} but {actual}", expected["id"]);
            z_scores += usize::from(column.starts_with('z') && !column.ends_with("_raw") && !actual.is_empty());
        }
    }
    z_scores
}

/// Rounded figures are equal; the others differ by 1e-6 at most, or by half of the last digit that the vector can print:
/// it has ten, and zeros at the end are cut.
fn is_same(column: &str, expected: &str, actual: &str) -> bool {
    match (expected.parse::<f64>(), actual.parse::<f64>()) {
        (Ok(value), Ok(actual)) => {
            let is_measured = column.ends_with("_raw") || column == "clenhei" || column == "cbmi";
            let whole = expected.split('.').next().unwrap().trim_start_matches(['-', '0']).len();
            let last_digit = 10_f64.powi(i32::try_from(whole).unwrap() - 10);
            let tolerance = if is_measured { f64::max(1e-6, 0.5001 * last_digit) } else { 0.0 };
            (value - actual).abs() <= tolerance
        }
        _ => expected == actual,
    }
}

#[test]
fn who_2006_vectors_are_reproduced() {
    let compared = check(include_str!("golden/who2006_zscores.csv"), 2604, |_| true);
    assert!(compared > 10_000, "{compared}");
}

#[test]
fn who_2007_vectors_are_reproduced() {
    let compared = check(include_str!("golden/who2007_zscores.csv"), 1052, |_| true);
    assert!(compared > 2000, "{compared}");
}

/// Rows of 60 months and more hold what WHO's older macro gave; the present rules give nothing there.
#[test]
fn the_sample_survey_is_reproduced() {
    let csv = include_str!("golden/who2006_sample_survey.csv");
    let compared = check(csv, 332, |row| row["age_ge_60m"] != "1");
    assert!(compared > 1500, "{compared}");
    for row in records(&zscore::answer(csv).unwrap()) {
        let is_60_months = records(csv).iter().any(|it| it["id"] == row["id"] && it["age_ge_60m"] == "1");
        assert!(!is_60_months || row["zlen"].is_empty() && row["zwfl"].is_empty());
    }
}

#[test]
fn an_unknown_header_is_refused() {
    assert_eq!(zscore::answer("name,weight\nx,1\n"), None);
    assert_eq!(zscore::answer(""), None);
}

#[test]
fn a_figure_is_compared_to_the_digits_that_were_printed_whatever_zeros_were_cut() {
    assert!(!is_same("clenhei", "95", "95.4") && !is_same("clenhei", "95", "95.00001"));
    assert!(is_same("clenhei", "95", "95.0000009"));
    assert!(is_same("zwei_raw", "123456.7891", "123456.78914") && !is_same("zwei_raw", "123456.7891", "123456.7892"));
}
