//! Words of reports.

use chrono::NaiveDate;

use crate::domain::view::laporan::{Measure, Names};

use super::waktu;

/// How to use it.
pub const TAP: &str = "Ketuk angka untuk melihat nama-namanya.";
/// Section.
pub const WEIGHING: &str = "Penimbangan balita";
/// Section.
pub const ATTENTION: &str = "Perlu perhatian";
/// Section.
pub const OTHERS: &str = "Bulan ini juga";
/// A list without names.
pub const NOBODY: &str = "Tidak ada.";
/// Another month.
pub const EARLIER: &str = "Bulan sebelumnya";
/// Another month.
pub const LATER: &str = "Bulan berikutnya";

/// `Laporan November 2026`
#[must_use]
pub fn title(first: NaiveDate) -> String {
    format!("Laporan {}", waktu::month_and_year(first))
}

/// What a number counts.
#[must_use]
pub fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::S => "Semua balita",
        Measure::Datang => "Datang ke Posyandu",
        Measure::D => "Ditimbang",
        Measure::N => "Naik",
        Measure::T => "Tidak naik",
        Measure::O => "Bulan lalu tidak ditimbang",
        Measure::B => "Baru pertama ditimbang",
        Measure::Bgm => "Di bawah garis merah",
        Measure::DuaT => "Tidak naik 2 kali",
        Measure::Rujuk => "Dirujuk",
        Measure::TidakDitimbang => "Belum ditimbang, perlu dikunjungi",
        Measure::TimbangUlang => "Perlu ditimbang ulang",
        Measure::Aduan => "Aduan dicatat",
    }
}

/// The letter on the official form.
#[must_use]
pub fn letter(measure: Measure) -> &'static str {
    match measure {
        Measure::S => "S",
        Measure::D => "D",
        Measure::N => "N",
        Measure::T => "T",
        Measure::O => "O",
        Measure::B => "B",
        _ => "",
    }
}

/// `38 dari 42`
#[must_use]
pub fn of(part: u32, whole: u32) -> String {
    format!("{part} dari {whole}")
}

/// `D/S 90 %`
#[must_use]
pub fn ratio(name: &str, part: u32, whole: u32) -> String {
    let percent = (u64::from(part) * 200 + u64::from(whole)) / (u64::from(whole).max(1) * 2);
    format!("{name} {percent} %")
}

/// Behind `38 dari 42`.
pub const WEIGHED: &str = "ditimbang";
/// Behind `30 dari 38`.
pub const GAINED: &str = "naik beratnya";
/// A share of the official form.
pub const D_S: &str = "D/S";
/// A share of the official form.
pub const N_D: &str = "N/D";
/// The same, of who can be compared.
pub const N_COMPARED: &str = "N/(D-O-B)";

/// `12 nama · November 2026`
#[must_use]
pub fn names_line(names: &Names) -> String {
    let count = names.people.len() + names.aduan.len();
    format!("{count} catatan · {}", waktu::month_and_year(names.first))
}
