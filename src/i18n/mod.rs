//! Every sentence a person reads; dates and numbers as Indonesians write them.
//!
//! One file a task, constants for fixed words and functions for sentences with something in them. A
//! second language is a second set of these files behind the same names. Words are plain: a
//! grandmother understands them; no blame, no "error", no "sinkronisasi".

pub mod aduan;
pub mod beranda;
pub mod berkas;
pub mod kirim;
pub mod kode;
pub mod laporan;
pub mod menu;
pub mod mulai;
pub mod sesi;
pub mod umum;
pub mod waktu;
pub mod warga;

use crate::domain::calendar::DateError;
use crate::domain::form::{Problem, Unit};
use crate::domain::names::NameError;
use crate::domain::nik::SixteenError;
use crate::domain::number::{Decimals, NumberError, format_decimal};
use crate::domain::phone::PhoneError;
use crate::domain::pin::PinError;
use crate::messages::{Failure, StoreFailure};

/// What went wrong, what is safe, and what to do.
#[must_use]
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Locked => "Buku sudah terkunci. Buka lagi dengan PIN.".into(),
        Failure::Refused(errors) => match errors.first().map(|it| &it.problem) {
            // Of no field that is shown: what was meant is gone.
            Some(Problem::Missing) => self::failure(&Failure::NotFound),
            Some(other) => problem(other),
            None => "Ada isian yang perlu dilihat lagi.".into(),
        },
        Failure::WrongSecret { left: 0, wait_ms } => wait(*wait_ms),
        Failure::WrongSecret { left, .. } => format!("PIN belum cocok. Masih boleh {left} kali lagi."),
        Failure::WeakSecret(error) => pin_error(error).into(),
        Failure::WrongRecovery => "Kode pemulihan belum cocok. Lihat lagi tulisan di kertas.".into(),
        Failure::Clock => "Tanggal di HP ini perlu dipastikan dulu. Belum ada yang disimpan.".into(),
        Failure::NoComplaints => "Aduan tidak bisa dikirim dari HP ini. Aduan dicatat di HP kader.".into(),
        Failure::NotPosyandu => "HP ini untuk kantor. Kegiatan Posyandu dicatat di HP kader.".into(),
        Failure::OnlyHere => {
            "Di HP ini masih ada catatan yang belum ada di tempat lain. Belum ada yang dihapus.".into()
        }
        Failure::Backup(error) => mulai::backup_error(*error).into(),
        Failure::NotFound => "Catatan ini tidak ada lagi di HP ini.".into(),
        Failure::Store(failure) => store_failure(*failure).into(),
        Failure::Unreachable => kirim::UNREACHABLE.into(),
        Failure::SignedOut => kirim::SIGNED_OUT.into(),
        Failure::Ended => kirim::ENDED.into(),
        Failure::Link(link) => kirim::link(*link).into(),
        Failure::Worker => "Aplikasi perlu dibuka ulang. Yang sudah tersimpan tetap aman.".into(),
    }
}

/// How long to wait after wrong PINs.
#[must_use]
pub fn wait(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    if seconds <= 90 {
        format!("Tunggu {seconds} detik, lalu coba lagi. Biarkan layar ini terbuka.")
    } else {
        format!("Tunggu {} menit, lalu coba lagi. Biarkan layar ini terbuka.", seconds.div_ceil(60))
    }
}

/// What went wrong with the disk.
#[must_use]
pub fn store_failure(failure: StoreFailure) -> &'static str {
    match failure {
        StoreFailure::Quota => {
            "Memori HP penuh. Data terakhir belum tersimpan. Hapus foto atau video lain, lalu simpan lagi."
        }
        StoreFailure::Blocked => "Posyandu terbuka di tempat lain di HP ini. Tutup yang lain, lalu coba lagi.",
        StoreFailure::Newer => "Data di HP ini dibuat oleh versi yang lebih baru. Perbarui aplikasi dulu. Data aman.",
        StoreFailure::Broken => "Buku belum bisa dibuka. Jangan hapus aplikasi. Buka halaman pemulihan.",
        StoreFailure::Forbidden => {
            "Peramban ini tidak mau menyimpan data. Buka dengan Chrome biasa, bukan mode samaran."
        }
        StoreFailure::Closed => "Data terakhir belum tersimpan. Tekan Simpan sekali lagi.",
    }
}

/// Why a PIN may not be chosen.
#[must_use]
pub fn pin_error(error: &PinError) -> &'static str {
    mulai::pin_error(error)
}

/// What is wrong with a field.
#[must_use]
pub fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Missing => "Belum terisi.".into(),
        Problem::TooShort { least } => format!("Terlalu pendek, paling sedikit {least} huruf."),
        Problem::TooLong { most } => format!("Terlalu panjang, paling banyak {most} huruf."),
        Problem::Date(error) => date_error(error),
        Problem::Number(error) => number_error(error),
        Problem::Outside { min, max, found, unit } => outside(*min, *max, *found, *unit),
        Problem::InMetres { mm } => sesi::in_metres(*mm),
        Problem::Unsure => sesi::UNSURE.into(),
        Problem::Sixteen(error) => sixteen(error),
        Problem::Phone(error) => phone(error),
        Problem::Name(error) => name(error),
        Problem::NeedsExactDate => "Anak di bawah 6 tahun perlu tanggal lahir yang pasti.".into(),
        Problem::Taken { .. } => "Sudah dipakai orang lain di buku ini.".into(),
        Problem::DayTaken => sesi::DAY_TAKEN.into(),
        Problem::After { than } => format!("Tidak boleh sesudah {}.", waktu::date_long(*than)),
        Problem::Before { than } => format!("Tidak boleh sebelum {}.", waktu::date_long(*than)),
        Problem::NikDoubt(doubt) => warga::nik_doubt(*doubt),
        Problem::Alike { .. } => warga::LOOKS_KNOWN.into(),
        Problem::NoConsent => warga::NO_CONSENT.into(),
        Problem::RtRw => "Tulis 1 sampai 3 angka, seperti 003.".into(),
        Problem::NotAYear => "Tulis tahun 4 angka, seperti 1958.".into(),
    }
}

fn date_error(error: &DateError) -> String {
    match error {
        DateError::Empty => "Tanggal belum terisi.".into(),
        DateError::NotADate => "Tulis seperti 12/5/2024 atau 12 Mei 2024.".into(),
        DateError::NoSuchMonth { month } => format!("Tidak ada bulan {month}. Tulis tanggal, bulan, lalu tahun."),
        DateError::NoSuchDay { day, month, year } => {
            format!("Tidak ada tanggal {day} {} {year}.", waktu::month_name(*month))
        }
        DateError::InFuture { date } => {
            format!("{} belum tiba. Lihat lagi tahunnya.", waktu::date_long(*date))
        }
        other => waktu::date_error(other),
    }
}

fn number_error(error: &NumberError) -> String {
    match error {
        NumberError::Empty => "Belum terisi.".into(),
        NumberError::Negative => "Angka tidak boleh di bawah nol.".into(),
        NumberError::TwoCommas => "Komanya cukup satu.".into(),
        NumberError::TooManyDecimals { allowed, .. } => format!("Angka di belakang koma paling banyak {allowed}."),
        _ => "Tulis angka seperti 8,5.".into(),
    }
}

fn outside(min: i64, max: i64, found: i64, unit: Unit) -> String {
    let (scale, word) = match unit {
        Unit::Kg => (3, " kg"),
        Unit::Cm => (1, " cm"),
        Unit::Count => (0, ""),
    };
    let say = |value: i64| format_decimal(u32::try_from(value).unwrap_or(0), scale, Decimals::Trimmed);
    let (min, max, found) = (say(min), say(max), say(found));
    let comma = if unit == Unit::Count { "" } else { " Lupa koma?" };
    format!("{found}{word} tidak mungkin. Biasanya antara {min} dan {max}{word}.{comma}")
}

fn sixteen(error: &SixteenError) -> String {
    match error {
        SixteenError::Empty => "Belum terisi.".into(),
        SixteenError::NotADigit { .. } => "Hanya angka, tanpa huruf.".into(),
        SixteenError::NotSixteen { found } if *found < 16 => format!("Baru {found} angka, perlu 16."),
        SixteenError::NotSixteen { found } => format!("Ada {found} angka, seharusnya 16."),
    }
}

fn phone(error: &PhoneError) -> String {
    match error {
        PhoneError::Empty => "Belum terisi.".into(),
        PhoneError::NotADigit { .. } => "Hanya angka, seperti 0812 3456 7890.".into(),
        PhoneError::TooShort { .. } => "Nomornya kurang panjang.".into(),
        _ => "Tulis nomor HP seperti 0812 3456 7890.".into(),
    }
}

fn name(error: &NameError) -> String {
    match error {
        NameError::Empty => "Namanya belum terisi.".into(),
        NameError::TooShort { .. } => "Nama paling sedikit 2 huruf.".into(),
        NameError::TooLong { .. } => "Nama paling banyak 100 huruf.".into(),
    }
}
