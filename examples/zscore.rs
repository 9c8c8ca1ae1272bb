//! Computes WHO z-scores for a CSV of children on stdin, so that anyone can compare them with WHO's own software.
//!
//! ```sh
//! cargo run --example zscore < tests/golden/who2006_zscores.csv
//! ```
//!
//! The header tells the kind of file: `age_unit` for ages in days or months (2006), `age_months` with `height`
//! for 5 to 19 years (2007), `age_months` with `lenhei` for the layout of WHO's sample survey (2006). Columns
//! that are not inputs are ignored. Output is `id` and the results under the names used in `tests/golden/`;
//! an empty cell means that there is no result. Skinfolds are not computed.

use std::io::{Read, Write};

use posyandu::domain::growth::zscore::{Age, Measured, ZResult, who2006, who2007};
use posyandu::domain::growth::{Position, Sex};

fn main() -> std::io::Result<()> {
    let mut csv = String::new();
    std::io::stdin().read_to_string(&mut csv)?;
    match answer(&csv) {
        Some(results) => std::io::stdout().write_all(results.as_bytes()),
        None => Err(std::io::Error::other(
            "unknown header: expected age_unit, age_months and height, or age_months and lenhei",
        )),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Who2006,
    Who2007,
    SampleSurvey,
}

/// The results as CSV, or `None` for a header that belongs to no known kind of file.
pub fn answer(csv: &str) -> Option<String> {
    let mut lines = csv.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty());
    let header: Vec<&str> = lines.next()?.split(',').map(str::trim).collect();
    let has = |name| header.contains(&name);
    let kind = match (has("age_unit"), has("age_months"), has("height"), has("lenhei")) {
        (true, _, _, true) => Kind::Who2006,
        (false, true, true, _) => Kind::Who2007,
        (false, true, false, true) => Kind::SampleSurvey,
        _ => return None,
    };
    let mut out = String::new();
    for (number, line) in lines.enumerate() {
        let row = Row { cells: header.iter().copied().zip(line.split(',').map(str::trim)).collect() };
        let results = results(kind, &row);
        if number == 0 {
            let names: Vec<&str> = results.iter().map(|(name, _)| name.as_str()).collect();
            out += &format!("id,{}\n", names.join(","));
        }
        let values: Vec<&str> = results.iter().map(|(_, value)| value.as_str()).collect();
        out += &format!("{},{}\n", row.text("id"), values.join(","));
    }
    Some(out)
}

fn results(kind: Kind, row: &Row) -> Vec<(String, String)> {
    let child = child(kind, row);
    let mut results = Vec::new();
    let mut push = |name: &str, value: String| results.push((name.to_owned(), value));
    let plain = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let z_scores = match kind {
        Kind::Who2007 => {
            let z = who2007(&child);
            push("cbmi", plain(z.bmi));
            vec![("hfa", z.height_for_age), ("wfa", z.weight_for_age), ("bfa", z.bmi_for_age)]
        }
        Kind::Who2006 | Kind::SampleSurvey => {
            let z = who2006(&child);
            push("clenhei", plain(z.adjusted_cm));
            if let Kind::Who2006 = kind {
                let position = match z.position {
                    Some(Position::Lying) => "l",
                    Some(Position::Standing) => "h",
                    None => "",
                };
                push("cmeasure", position.to_owned());
                push("c9mo_flag", u8::from(z.is_standing_disregarded).to_string());
            }
            push("cbmi", plain(z.bmi));
            vec![
                ("len", z.length_for_age),
                ("wei", z.weight_for_age),
                ("wfl", z.weight_for_length),
                ("bmi", z.bmi_for_age),
                ("hc", z.head_for_age),
                ("ac", z.arm_for_age),
            ]
        }
    };
    for (name, z) in z_scores {
        let cell = |write: fn(posyandu::domain::growth::ZScore) -> String, z: ZResult| z.map(write).unwrap_or_default();
        push(&format!("z{name}"), cell(|z| format!("{:.2}", z.rounded()), z));
        push(&format!("f{name}"), cell(|z| u8::from(z.is_flagged).to_string(), z));
        if !matches!(kind, Kind::SampleSurvey) {
            push(&format!("z{name}_raw"), cell(|z| z.raw.to_string(), z));
        }
    }
    results
}

fn child(kind: Kind, row: &Row) -> Measured {
    let age = match kind {
        Kind::Who2006 if row.text("age_unit") == "m" => row.number("age").map(Age::Months),
        Kind::Who2006 => row.number("age").map(Age::Days),
        Kind::Who2007 | Kind::SampleSurvey => row.number("age_months").map(Age::Months),
    };
    let length = if let Kind::Who2007 = kind { "height" } else { "lenhei" };
    Measured {
        sex: match row.text("sex") {
            "m" => Some(Sex::Male),
            "f" => Some(Sex::Female),
            _ => None,
        },
        age,
        weight_kg: row.number("weight"),
        length_cm: row.number(length),
        position: match row.text("measure") {
            "l" | "L" => Some(Position::Lying),
            "h" | "H" => Some(Position::Standing),
            _ => None,
        },
        head_cm: row.number("headc"),
        arm_cm: row.number("armc"),
        has_oedema: row.text("oedema") == "y",
    }
}

/// A line by column name. No cell of these files holds a comma or a quote.
struct Row<'a> {
    cells: Vec<(&'a str, &'a str)>,
}

impl<'a> Row<'a> {
    fn text(&self, column: &str) -> &'a str {
        self.cells.iter().find(|(name, _)| *name == column).map(|(_, cell)| *cell).unwrap_or_default()
    }

    fn number(&self, column: &str) -> Option<f64> {
        self.text(column).parse().ok()
    }
}
