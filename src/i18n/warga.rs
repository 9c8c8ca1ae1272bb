//! Words about people and families.

use crate::domain::calendar::LifeStage;
use crate::domain::sasaran::Sex;
use crate::domain::view::PersonRow;

use super::waktu;

/// `11 bulan · anak Wulan · RT 003`
#[must_use]
pub fn row_line(row: &PersonRow) -> String {
    let mut parts = Vec::new();
    match row.age {
        Some(age) if row.is_estimate => parts.push(format!("kira-kira {}", waktu::age(age))),
        Some(age) => parts.push(waktu::age(age)),
        None => parts.push("umur belum diketahui".to_owned()),
    }
    if !row.ibu.is_empty() {
        parts.push(format!("anak {}", row.ibu));
    }
    if !row.rt.is_empty() {
        parts.push(format!("RT\u{a0}{}", row.rt));
    }
    parts.join(" · ")
}

/// The silhouette of a person.
#[must_use]
pub fn stage_icon(row: &PersonRow) -> &'static str {
    match (row.stage, row.sex) {
        (Some(LifeStage::BayiBaruLahir | LifeStage::Bayi), _) => "bayi",
        (Some(LifeStage::AnakBalita | LifeStage::Prasekolah | LifeStage::UsiaSekolah), _) => "balita",
        (Some(LifeStage::Lansia), _) => "lansia",
        (_, Some(Sex::Male)) => "bapak",
        _ => "dewasa",
    }
}

/// `laki-laki`
#[must_use]
pub fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "laki-laki",
        Sex::Female => "perempuan",
    }
}
