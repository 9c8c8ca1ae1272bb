//! Dates, times and ages in words.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::domain::calendar::{Age, DateError};

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const DAYS: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];

/// `Mei`; months count from 1.
#[must_use]
pub fn month_name(month: u32) -> &'static str {
    let place = usize::try_from(month).unwrap_or(0).wrapping_sub(1);
    MONTHS.get(place).copied().unwrap_or("?")
}

/// `Rabu`
#[must_use]
pub fn weekday(date: NaiveDate) -> &'static str {
    let place = usize::try_from(date.weekday().num_days_from_monday()).unwrap_or(0);
    DAYS.get(place).copied().unwrap_or("?")
}

/// `12 Mei 2026`, kept together.
#[must_use]
pub fn date_long(date: NaiveDate) -> String {
    format!("{}\u{a0}{} {}", date.day(), month_name(date.month()), date.year())
}

/// `Rabu 11 November`
#[must_use]
pub fn day_and_date(date: NaiveDate) -> String {
    format!("{} {}\u{a0}{}", weekday(date), date.day(), month_name(date.month()))
}

/// `Rabu, 11 November 2026`
#[must_use]
pub fn day_and_date_long(date: NaiveDate) -> String {
    format!("{}, {}", weekday(date), date_long(date))
}

/// `12/05/2026`
#[must_use]
pub fn date_short(date: NaiveDate) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// `November 2026`
#[must_use]
pub fn month_and_year(date: NaiveDate) -> String {
    format!("{} {}", month_name(date.month()), date.year())
}

/// `09.41`
#[must_use]
pub fn time(at: NaiveDateTime) -> String {
    format!("{:02}.{:02}", at.hour(), at.minute())
}

/// `11 bulan`, `3 th 2 bl`, `41 tahun`, `12 hari`.
#[must_use]
pub fn age(age: Age) -> String {
    match (age.years(), age.months(), age.days()) {
        (0, 0, days) => format!("{days}\u{a0}hari"),
        (_, months @ 0..=23, _) => format!("{months}\u{a0}bulan"),
        (years @ 0..=5, _, _) if age.months_past_year() > 0 => {
            format!("{years}\u{a0}th {}\u{a0}bl", age.months_past_year())
        }
        (years, _, _) => format!("{years}\u{a0}tahun"),
    }
}

/// `kira-kira 41 tahun`
#[must_use]
pub fn about(age: Age) -> String {
    format!("kira-kira {}", self::age(age))
}

/// `18 detik`, `1 menit 5 detik`, `2 menit`
#[must_use]
pub fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}\u{a0}detik"),
        (minutes, 0) => format!("{minutes}\u{a0}menit"),
        (minutes, seconds) => format!("{minutes}\u{a0}menit {seconds}\u{a0}detik"),
    }
}

/// The rarer problems of a date.
#[must_use]
pub fn date_error(error: &DateError) -> String {
    match error {
        DateError::InFuture { date } => format!("{} belum tiba.", date_long(*date)),
        _ => "Tanggal ini tidak bisa dipakai. Lihat lagi tahunnya.".into(),
    }
}
