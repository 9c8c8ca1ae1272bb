//! Words of open days, measuring and its answers.
//!
//! Every figure in a sentence comes from the rules; here are only words. Short, spoken, no blame.

use chrono::{Datelike, NaiveDate};

use super::{waktu, warga};
use crate::domain::form::Unit;
use crate::domain::form::card::{CardField, Kind, Measure, Soft, Station};
use crate::domain::growth::assess::{Index, PositionNote, Stature};
use crate::domain::growth::follow_up::{FeedingStage, HospitalSign, Topic};
use crate::domain::growth::gain::{Basis, Doubt};
use crate::domain::growth::plausible::Question;
use crate::domain::growth::rules::Field;
use crate::domain::growth::zscore::Measure as Measured;
use crate::domain::growth::{Category, Gain, Missing, Nt, Position, Urgency};
use crate::domain::kunjungan::{Suggestion, Taken};
use crate::domain::number::{Decimals, format_decimal};
use crate::domain::pace::Pace;
use crate::domain::sesi::{RUMAH, SUSULAN, Sesi, SesiId};
use crate::domain::view::PersonRow;
use crate::domain::view::sesi::Staff;
use crate::domain::view::sesi::hasil::Headline;
use crate::domain::view::sesi::kms::{Class, Point, Which};

/// Refused until somebody looked again.
pub const UNSURE: &str = "Angka ini tidak biasa. Timbang atau ukur sekali lagi, atau tekan Sudah benar.";

/// `0,86` for 86 cm.
#[must_use]
pub fn in_metres(mm: i64) -> String {
    let cm = u32::try_from(mm).map(|mm| centimetres(mm, Decimals::Trimmed)).unwrap_or_default();
    format!("Itu seperti ditulis dalam meter. Tulis dalam cm: {cm}?")
}

/// Title of an open day.
pub const OPEN_DAY: &str = "Hari buka";
/// Opens today's.
pub const OPEN_TODAY: &str = "Buka hari ini";
/// After opening.
pub const DAY_OPENED: &str = "Hari buka dimulai";
/// Opens a closed one again.
pub const OPEN_AGAIN: &str = "Buka lagi";
/// After opening it again.
pub const OPENED_AGAIN: &str = "Hari buka dibuka lagi";
/// Goes on with today's.
pub const GO_ON: &str = "Lanjutkan";
/// A day that was never closed.
pub const CLOSE_OLD: &str = "Tutup hari buka kemarin?";
/// A day that was never closed.
pub const CLOSE_OLD_HOW: &str = "Hari buka ini belum ditutup. Catatan yang masuk tetap memakai tanggalnya.";
/// Section of the tab.
pub const PLANNED: &str = "Rencana";
/// Section of the tab.
pub const PAST: &str = "Yang sudah lewat";
/// Nothing yet.
pub const NO_DAYS: &str = "Belum ada hari buka yang tercatat.";
/// Plans one.
pub const PLAN: &str = "Rencanakan hari buka";
/// Changes a plan.
pub const CHANGE_PLAN: &str = "Ubah rencana";
/// Gives it up.
pub const CANCEL_PLAN: &str = "Batalkan rencana";
/// After giving it up.
pub const PLAN_CANCELLED: &str = "Rencana dibatalkan";
/// Where.
pub const PLAN_WHERE: &str = "Di mana?";
/// Who.
pub const PLAN_WHO: &str = "Siapa yang bertugas?";
/// There is one on that date.
pub const DAY_TAKEN: &str = "Tanggal ini sudah ada hari bukanya.";
/// The date.
pub const PLAN_ON: &str = "Tanggal berapa?";
/// How to write a date.
pub const PLAN_ON_HINT: &str = "Seperti 9/12/2026 atau 9 Desember 2026";
/// Hours.
pub const STARTS: &str = "Mulai jam berapa?";
/// Hours.
pub const ENDS: &str = "Selesai jam berapa?";
/// Hours.
pub const HOUR_HINT: &str = "Seperti 08.00";
/// Saves a plan.
pub const SAVE_PLAN: &str = "Simpan rencana";
/// After saving a plan.
pub const PLAN_SAVED: &str = "Rencana disimpan";
/// Late entry and home visits.
pub const ELSEWHERE: &str = "Catat di luar hari buka";
/// Late entry and home visits.
pub const ELSEWHERE_HOW: &str = "Kunjungan rumah, atau susulan dari kertas";

/// Name of the list of steps for screen readers.
pub const FIVE_STEPS: &str = "Lima langkah";
/// Name of the two segments.
pub const WHO_LIST: &str = "Daftar";
/// Marks somebody present.
pub const PRESENT: &str = "Hadir";
/// She did not come after all.
pub const NOT_PRESENT: &str = "Batal hadir";
/// Finds somebody else.
pub const FIND_OTHER: &str = "Cari atau daftarkan orang lain";
/// Finds somebody.
pub const FIND_TITLE: &str = "Siapa yang datang?";
/// Finds somebody.
pub const FIND_LABEL: &str = "Nama, nama ibu, atau RT";
/// Nothing found.
pub const NOT_FOUND: &str = "Tidak ditemukan?";
/// Registers.
pub const REGISTER: &str = "Daftarkan orang baru";
/// She is here already.
pub const IS_HERE: &str = "sudah datang";
/// Nobody waits.
pub const ALL_PRESENT: &str = "Semua yang ditunggu sudah datang.";
/// Nobody came yet.
pub const NOBODY_CAME: &str = "Belum ada yang datang. Tekan Hadir pada daftar Belum, atau cari namanya.";
/// Staff.
pub const STAFF: &str = "Bertugas";
/// Staff.
pub const JOIN: &str = "Saya ikut bertugas";
/// Closes the day.
pub const CLOSE_DAY: &str = "Tutup hari buka";
/// It is closed.
pub const IS_CLOSED: &str = "Hari buka ini sudah ditutup. Yang dicatat sekarang ditandai susulan.";
/// All done.
pub const ALL_DONE: &str = "selesai";
/// No card yet.
pub const ONLY_PRESENT: &str = "hadir saja";

/// Asked again.
pub const AGAIN: &str = "Timbang ulang?";
/// Asked again.
pub const MEASURE_AGAIN: &str = "Ukur ulang?";
/// She looked again.
pub const IS_RIGHT: &str = "Sudah benar";
/// To the pad once more.
pub const MEASURE_ONCE_MORE: &str = "Ukur sekali lagi";
/// Measured again: the number stands.
pub const MEASURED_AGAIN: &str = "Sudah diukur ulang, angkanya benar";
/// Beside what was confirmed.
pub const CONFIRMED: &str = "Tidak biasa, sudah diperiksa ulang";
/// Nothing typed.
pub const NOTHING_TYPED: &str = "Belum terisi. Kalau memang tidak bisa, tekan Tidak diukur.";
/// Nothing at all to save.
pub const NOTHING_AT_ALL: &str = "Belum ada yang terisi. Isi satu angka, atau tekan Tidak diukur.";
/// First time.
pub const FIRST_TIME: &str = "Belum pernah diukur di sini";
/// Before the number of last time.
pub const BEFORE: &str = "lalu ";
/// Neither now nor before.
pub const NOT_MEASURED_YET: &str = "belum";
/// `anak Wulan Umpama`
#[must_use]
pub fn child_of(ibu: &str) -> String {
    format!("anak {ibu}")
}
/// Name of the choice.
pub const HOW_HELD: &str = "Diukur bagaimana?";
/// No card for her age.
pub const NO_CARD: &str = "Belum ada kartu untuk umur ini. Kehadirannya tetap tercatat.";

/// To the charts.
pub const OPEN_KMS: &str = "Buka KMS.";
/// To tell.
pub const TELL_MOTHER: &str = "Sampaikan pada ibunya";
/// To tell a school child.
pub const TELL_CHILD: &str = "Sampaikan pada anak dan orang tuanya";
/// All indices.
pub const ALL_INDICES: &str = "Semua hasil";
/// The curve.
pub const CURVE_ASK: &str = "Naiknya di bawah batas. Apakah garisnya mengikuti kurva KMS?";
/// The curve.
pub const CURVE_YES: &str = "Ya, mengikuti garis";
/// The curve.
pub const CURVE_NO: &str = "Tidak";
/// The curve: what was saved.
pub const CURVE_NOT: &str = "Tidak mengikuti garis";
/// Referral.
pub const REFER_YES: &str = "Ya, rujuk";
/// Referral.
pub const REFER_NO: &str = "Tidak dirujuk";
/// Referral.
pub const REFER_EDIT: &str = "Ubah rujukan";
/// Referral.
pub const REFER_ADD: &str = "Rujuk anak ini";
/// Next.
pub const NEXT_ONE: &str = "Berikutnya";
/// Nobody is next.
pub const BACK_TO_DAY: &str = "Kembali ke hari buka";
/// Nobody is next, outside an open day.
pub const TO_PERSON: &str = "Lihat KMS";
/// Corrects.
pub const CORRECT: &str = "Perbaiki angka";
/// The rest of the card.
pub const REST_OF_CARD: &str = "Lanjutkan kartu";
/// Source of the rules.
pub const SOURCE: &str = "Menurut kurva WHO, Permenkes 2/2020, dan KMS Buku KIA. Bidan yang memastikan.";

/// Charts.
pub const WHICH_CHART: &str = "Grafik";
/// Charts.
pub const WHICH_PART: &str = "Rentang umur";
/// Charts.
pub const KMS_KEY: &[(&str, &str)] =
    &[("N", "naik"), ("T", "tidak naik"), ("O", "bulan lalu tidak timbang"), ("B", "baru"), ("–", "tidak datang")];
/// Charts.
pub const TABLE: &str = "Lihat angkanya dalam tabel";
/// Charts.
pub const RED_LINE: &str = "garis merah";
/// Charts.
pub const ORANGE_LINE: &str = "garis oranye";
/// Charts.
pub const NO_CHART: &str = "Grafik belum bisa digambar: jenis kelamin atau tanggal lahir belum dicatat.";
/// Charts.
pub const NOTHING_MEASURED: &str = "Belum pernah ditimbang di posyandu ini.";
/// Charts, beyond.
pub const BEYOND_KMS: &str = "KMS sampai umur 5 tahun. Sesudah itu lihat hasil kunjungannya.";

/// Closing.
pub const CLOSE_TITLE: &str = "Tutup hari buka";
/// Of a day that is closed.
pub const SUMMARY: &str = "Ringkasan hari buka";
/// To the day, where late entries are made.
pub const ADD_LATE: &str = "Isi susulan";
/// Closing.
pub const NOT_FILLED: &str = "Belum terisi";
/// Closing.
pub const UNDECIDED: &str = "Saran rujuk belum diputuskan";
/// Closing.
pub const REFERRED: &str = "Dirujuk";
/// Closing.
pub const RECHECKS: &str = "Perlu diukur ulang";
/// Closing.
pub const ABSENT: &str = "Belum datang";
/// Closing.
pub const DRAFTS: &str = "Isian belum selesai";
/// Closing.
pub const ALL_FILLED: &str = "Semua yang datang sudah terisi.";
/// Closing an empty day.
pub const EMPTY_DAY: &str = "Belum ada yang datang hari ini. Boleh ditutup, dan bisa dibuka lagi kapan saja.";
/// Closed.
pub const DAY_CLOSED: &str = "Hari buka ditutup";
/// Closing is not blocked.
pub const CLOSE_ANYWAY: &str = "Yang belum terisi boleh menyusul dari kertas.";

/// Outside an open day.
pub const ELSEWHERE_TITLE: &str = "Catat di luar hari buka";
/// Outside an open day.
pub const ELSEWHERE_KIND: &str = "Dicatat dari mana?";
/// Outside an open day.
pub const AT_HOME: &str = "Kunjungan rumah";
/// Outside an open day.
pub const FROM_PAPER: &str = "Susulan dari kertas";
/// Outside an open day.
pub const MEASURED_ON: &str = "Diukur tanggal berapa?";
/// Outside an open day.
pub const WHO_WAS_IT: &str = "Siapa yang diukur?";

/// `Sudah datang 16`
#[must_use]
pub fn came(number: usize) -> String {
    format!("Sudah datang {number}")
}

/// `Belum 22`
#[must_use]
pub fn not_yet(number: usize) -> String {
    format!("Belum {number}")
}

/// `16 orang datang`
#[must_use]
pub fn people_came(number: u32) -> String {
    format!("{number} orang datang")
}

/// `Mengisi ukuran satu anak biasanya 18 detik, paling lama 1 menit 5 detik.`
#[must_use]
pub fn pace(pace: Pace) -> String {
    let (median, slowest) = (waktu::duration(pace.median), waktu::duration(pace.slowest));
    format!("Mengisi ukuran satu anak biasanya {median}, paling lama {slowest}.")
}

/// Word of a station.
#[must_use]
pub fn station(station: Station) -> &'static str {
    match station {
        Station::Daftar => "Daftar",
        Station::Ukur => "Ukur",
        Station::Catat => "Catat",
        Station::Layanan => "Layanan",
        Station::Edukasi => "Edukasi",
    }
}

/// What the button beside a name does at a station.
#[must_use]
pub fn station_work(station: Station) -> &'static str {
    match station {
        Station::Daftar => "Lihat",
        Station::Ukur => "Ukur",
        Station::Catat => "Catat",
        Station::Layanan => "Layani",
        Station::Edukasi => "Bicara",
    }
}

/// Title of a part of the card.
#[must_use]
pub fn station_title(station: Station) -> &'static str {
    match station {
        Station::Daftar => "Daftar hadir",
        Station::Ukur => "Timbang dan ukur",
        Station::Catat => "Catat di kartu",
        Station::Layanan => "Layanan dan rujukan",
        Station::Edukasi => "Edukasi",
    }
}

/// `3 orang menunggu diukur`, the number and the rest.
#[must_use]
pub fn waiting(station: Station, number: u32) -> String {
    let what = match station {
        Station::Daftar => return format!("{number} orang sudah datang"),
        Station::Ukur => "diukur",
        Station::Catat => "dicatat",
        Station::Layanan => "dilayani",
        Station::Edukasi => "diajak bicara",
    };
    if number == 0 { format!("Tidak ada yang menunggu {what}") } else { format!("{number} orang menunggu {what}") }
}

/// `sejak 09.35`
#[must_use]
pub fn since((hour, minute): (u32, u32)) -> String {
    format!("sejak\u{a0}{hour:02}.{minute:02}")
}

/// `datang 09.35`
#[must_use]
pub fn came_at((hour, minute): (u32, u32)) -> String {
    format!("datang\u{a0}{hour:02}.{minute:02}")
}

/// `Rabu 11 November · 08.00–11.00 · Balai RW 02`
#[must_use]
pub fn day_line(sesi: &Sesi) -> String {
    let more = plan_line(sesi);
    waktu::day_and_date(sesi.id.on) + if more.is_empty() { "" } else { " · " } + &more
}

/// `08.00–11.00 · Balai RW 02`
#[must_use]
pub fn plan_line(sesi: &Sesi) -> String {
    let hours = match (sesi.starts.as_str(), sesi.ends.as_str()) {
        ("", _) => String::new(),
        (starts, "") => format!("mulai\u{a0}{starts}"),
        (starts, ends) => format!("{starts}–{ends}"),
    };
    let parts = [hours.as_str(), &sesi.tempat];
    parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// `kunjungan rumah 21 Oktober 2026`
#[must_use]
pub fn place_line(id: &SesiId) -> String {
    let on = waktu::date_long(id.on);
    match id.place.as_str() {
        RUMAH => format!("kunjungan rumah {on}"),
        SUSULAN => format!("susulan dari kertas, {on}"),
        _ => format!("hari buka {on}"),
    }
}

/// `Langkah 1 Pendaftaran`, as it hangs on the wall.
#[must_use]
pub fn step(station: Station) -> &'static str {
    match station {
        Station::Daftar => "Langkah 1 Pendaftaran",
        Station::Ukur => "Langkah 2 Penimbangan dan pengukuran",
        Station::Catat => "Langkah 3 Pencatatan",
        Station::Layanan => "Langkah 4 Pelayanan kesehatan",
        Station::Edukasi => "Langkah 5 Penyuluhan",
    }
}

/// `Langkah 1 Pendaftaran: Bu Ani, Bu Dewi`
#[must_use]
pub fn sits_at(at: Station, staff: &[Staff]) -> String {
    let names: Vec<&str> = staff.iter().filter(|it| it.station == Some(at)).map(|it| it.nama.as_str()).collect();
    step(at).to_owned() + if names.is_empty() { "" } else { ": " } + &names.join(", ")
}

/// `Bertugas: Bu Ani, Bu Dewi`
#[must_use]
pub fn staff(staff: &[Staff]) -> String {
    if staff.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = staff.iter().map(|it| it.nama.as_str()).collect();
    format!("{STAFF}: {}", names.join(", "))
}

/// After choosing a step.
pub const STEP_SAVED: &str = "Langkah disimpan";

/// Who has not chosen one.
pub const NO_STEP: &str = "Belum memilih langkah";

/// `Ukur: Bu Ani · Catat: Bu Dewi`
#[must_use]
pub fn done_by(by: &[(Station, Vec<String>)]) -> String {
    by.iter().map(|(at, names)| format!("{}: {}", station(*at), names.join(", "))).collect::<Vec<_>>().join(" · ")
}

/// Under a name that came: where she is.
#[must_use]
pub fn stands(waits_at: Option<Station>, has_card: bool) -> &'static str {
    match (waits_at, has_card) {
        (Some(station), _) => match station {
            Station::Daftar | Station::Ukur => "menunggu diukur",
            Station::Catat => "menunggu dicatat",
            Station::Layanan => "menunggu dilayani",
            Station::Edukasi => "menunggu edukasi",
        },
        (None, true) => ALL_DONE,
        (None, false) => ONLY_PRESENT,
    }
}

/// After marking somebody present.
#[must_use]
pub fn marked_present(nama: &str) -> String {
    format!("{nama} hadir")
}

/// After taking a presence away.
#[must_use]
pub fn marked_absent(nama: &str) -> String {
    format!("{nama} batal hadir")
}

/// `Hasil Damar disimpan`
#[must_use]
pub fn result_saved(nama: &str) -> String {
    format!("Hasil {} disimpan", first_name(nama))
}

/// `Rujukan Damar disimpan`
#[must_use]
pub fn referral_saved(nama: &str) -> String {
    format!("Rujukan {} disimpan", first_name(nama))
}

/// The first word of a name, as people call somebody.
#[must_use]
pub fn first_name(nama: &str) -> &str {
    nama.split_whitespace().next().unwrap_or(nama)
}

/// `Tersimpan di HP 09.41`
#[must_use]
pub fn kept_at((hour, minute): (u32, u32)) -> String {
    format!("Tersimpan di HP {hour:02}.{minute:02}")
}

/// The question of a field.
#[must_use]
pub fn ask(field: &CardField, age_months: u32) -> &'static str {
    match field.key {
        "bb" => "Berapa beratnya?",
        "tb" if age_months < 24 => "Berapa panjangnya?",
        "tb" => "Berapa tingginya?",
        "lk" => "Berapa lingkar kepalanya?",
        "lila" => "Berapa lingkar lengannya?",
        "perkembangan" => "Ceklis perkembangan di Buku KIA",
        "edema" => "Kedua punggung kakinya bengkak?",
        "gejala" => "Sakit apa sekarang?",
        "rujuk" => "Dirujuk?",
        "edukasi" => "Apa yang dibicarakan?",
        key => particular(key),
    }
}

/// A field of what else is known of a person, as a question and before its answer.
#[must_use]
pub fn particular(key: &str) -> &'static str {
    match key {
        "ayah" => "Nama ayah",
        "anak_ke" => "Anak ke",
        "imd" => "IMD",
        "golongan_darah" => "Golongan darah",
        "disabilitas" => "Disabilitas",
        "jkn" => "JKN atau BPJS",
        "pendidikan" => "Pendidikan",
        "pekerjaan" => "Pekerjaan",
        _ => "",
    }
}

/// A quiet line under the question.
#[must_use]
pub fn hint(key: &str) -> &'static str {
    match key {
        "perkembangan" => "Lengkap kalau semua kotak pada umurnya sudah bisa",
        "edema" => "Tekan dengan ibu jari: ada lekukan yang tinggal",
        "gejala" => "Boleh pilih lebih dari satu",
        "edukasi" => "Centang yang sudah dibicarakan",
        "anak_ke" => "Tulis 1 untuk anak pertama",
        "imd" => "Inisiasi menyusu dini: bayi ditaruh di dada ibu segera sesudah lahir",
        _ => "",
    }
}

/// Letters of the programme beside the question.
#[must_use]
pub fn letters(key: &str, age_months: u32) -> &'static str {
    match key {
        "bb" => "BB",
        "tb" if age_months < 24 => "PB",
        "tb" => "TB",
        "lk" => "LK",
        "lila" => "LiLA",
        _ => "",
    }
}

/// Name of a measure.
#[must_use]
pub fn measure_name(key: &str, age_months: u32) -> &'static str {
    match key {
        "bb" => "Berat badan",
        "tb" if age_months < 24 => "Panjang badan",
        "tb" => "Tinggi badan",
        "lk" => "Lingkar kepala",
        "lila" => "Lingkar lengan",
        "rujuk" => "Rujukan",
        _ => "",
    }
}

/// Icon of a measure.
#[must_use]
pub fn measure_icon(key: &str) -> &'static str {
    match key {
        "bb" => "timbang",
        "lk" => "kepala",
        _ => "ukur",
    }
}

/// `kg`, `cm`
#[must_use]
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Kg => "kg",
        Unit::Cm => "cm",
        Unit::Count => "",
    }
}

/// `8,6 kg` or `73,1 cm`
#[must_use]
pub fn amount(measure: Measure, value: u32) -> String {
    match measure.unit {
        Unit::Kg => kilograms(value),
        Unit::Cm => length(value),
        Unit::Count => value.to_string(),
    }
}

/// `8,6 kg`: one decimal, two when they were read.
#[must_use]
pub fn kilograms(grams: u32) -> String {
    let decimals = if grams.is_multiple_of(100) { Decimals::Fixed(1) } else { Decimals::Trimmed };
    format!("{}\u{a0}kg", format_decimal(grams, 3, decimals))
}

fn centimetres(mm: u32, decimals: Decimals) -> String {
    format_decimal(mm, 1, decimals)
}

/// `Bulan lalu`, or `23 Agustus` when it is longer ago.
#[must_use]
pub fn last_time(on: NaiveDate, last: NaiveDate) -> String {
    let months = |date: NaiveDate| date.year() * 12 + date.month0().cast_signed();
    match months(on) - months(last) {
        0 => format!("{}\u{a0}{}", last.day(), waktu::month_name(last.month())),
        1 => "Bulan lalu".to_owned(),
        2..=11 => format!("{} bulan lalu", months(on) - months(last)),
        _ => waktu::date_long(last),
    }
}

/// `+0,4 kg`, `tetap`, `−0,1 kg`
#[must_use]
pub fn change(measure: Measure, now: u32, last: u32) -> String {
    let size = now.abs_diff(last);
    let said = match measure.unit {
        Unit::Kg => format!("{}\u{a0}kg", format_decimal(size, 3, Decimals::Trimmed)),
        Unit::Cm => format!("{}\u{a0}cm", centimetres(size, Decimals::Trimmed)),
        Unit::Count => size.to_string(),
    };
    match now.cmp(&last) {
        std::cmp::Ordering::Less => format!("−{said}"),
        std::cmp::Ordering::Equal => "tetap".to_owned(),
        std::cmp::Ordering::Greater => format!("+{said}"),
    }
}

/// What a list of measures says about one: `lalu 72,0 cm`, `73,1 cm`, `tidak diukur`.
#[must_use]
pub fn taken(measure: Measure, taken: Taken) -> String {
    match taken {
        Taken::NotAsked => "belum".into(),
        Taken::Skipped => "tidak diukur".into(),
        Taken::Read(reading) => amount(measure, reading.value),
    }
}

/// `Telentang`
#[must_use]
pub fn position(position: Position) -> &'static str {
    match position {
        Position::Lying => "Telentang",
        Position::Standing => "Berdiri",
    }
}

/// Why a value is asked about again.
#[must_use]
pub fn soft(soft: &Soft) -> String {
    match soft {
        Soft::Value(question) => question_words(question),
        Soft::Position(PositionNote::StandingTooYoung) => "Bayi di bawah 9 bulan biasanya diukur telentang.".to_owned(),
        Soft::Position(PositionNote::LyingTooOld) => "Umur 5 tahun ke atas biasanya diukur berdiri.".to_owned(),
        Soft::Position(PositionNote::AddedToStanding) => {
            "Di bawah 2 tahun biasanya diukur telentang. Kalau memang berdiri, hasilnya ditambah 0,7 cm.".to_owned()
        }
        Soft::Position(_) => {
            "Umur 2 tahun ke atas biasanya diukur berdiri. Kalau memang telentang, hasilnya dikurangi 0,7 cm."
                .to_owned()
        }
    }
}

fn question_words(question: &Question) -> String {
    let size = |field: Field, value: u32| match field {
        Field::Weight | Field::BirthWeight => kilograms(value),
        _ => format!("{}\u{a0}cm", centimetres(value, Decimals::Trimmed)),
    };
    match *question {
        Question::Impossible { field, min, max } => {
            format!("Biasanya antara {} dan {}.", size(field, min), size(field, max))
        }
        Question::Unusual { field, min, max } => {
            format!("Biasanya antara {} dan {}.", size(field, min), size(field, max))
        }
        Question::UnusualZ { z_hundredths, .. } if z_hundredths < 0 => {
            "Jauh lebih kecil dari anak seumurnya.".to_owned()
        }
        Question::UnusualZ { .. } => "Jauh lebih besar dari anak seumurnya.".to_owned(),
        Question::GainedTooMuch { field, gain, days } => {
            format!("Naik {} dalam {days} hari. Itu banyak sekali.", size(field, gain))
        }
        Question::LostTooMuch { field: Field::Weight, loss } => {
            format!("Turun {} sejak yang lalu. Itu banyak sekali.", kilograms(loss))
        }
        Question::LostTooMuch { field, loss } => {
            format!("Lebih kecil {} dari yang lalu.", size(field, loss))
        }
    }
}

/// The verdict's word, its class, its icon.
#[must_use]
pub fn headline(headline: &Headline) -> (&'static str, &'static str, &'static str) {
    match headline {
        Headline::Danger => ("Rujuk sekarang", "verdict--refer", "rujuk"),
        Headline::GoToday => ("Rujuk hari ini", "verdict--refer", "rujuk"),
        Headline::Recheck(_) => ("Periksa ulang", "verdict--watch", "awas"),
        Headline::Bgm => ("Di bawah garis merah", "verdict--watch", "turun"),
        Headline::DuaT => ("Tidak naik 2 kali", "verdict--watch", "tetap"),
        Headline::TidakNaik => ("Tidak naik", "verdict--watch", "tetap"),
        Headline::AboveOrange => ("Di atas garis oranye", "verdict--watch", "naik"),
        Headline::Naik => ("Naik", "verdict--good", "naik"),
        Headline::NotCompared => ("Belum bisa dibandingkan", "verdict--plain", "jam"),
        Headline::First => ("Timbangan pertama", "verdict--plain", "cek"),
        Headline::Bmi(category) | Headline::AtHome(category) if category.is_normal() => {
            (category_word(*category), "verdict--good", "cek")
        }
        Headline::Bmi(category) | Headline::AtHome(category) => (category_word(*category), "verdict--watch", "awas"),
        Headline::Missing(_) => ("Tidak dapat dihitung", "verdict--plain", "tulis"),
    }
}

/// The reason in one or two sentences, with the numbers.
#[must_use]
pub fn reason(headline: &Headline, gain: Option<&Gain>) -> String {
    let gained = gain.and_then(|it| it.basis.as_ref()).map(basis).unwrap_or_default();
    match headline {
        Headline::Danger => "Ada tanda bahaya. Bawa ke Puskesmas atau rumah sakit sekarang.".to_owned(),
        Headline::GoToday => join(["Perlu diperiksa Puskesmas hari ini.".to_owned(), gained]),
        Headline::Recheck(indices) => {
            let words: Vec<&str> = indices.iter().map(|it| short_index(*it)).collect();
            sentence(&format!("{} jauh dari biasanya. Timbang dan ukur sekali lagi", words.join(", ")))
        }
        Headline::Bgm => join(["Beratnya di bawah garis merah KMS.".to_owned(), gained]),
        Headline::AboveOrange => join(["Beratnya di atas garis oranye KMS.".to_owned(), gained]),
        Headline::AtHome(_) => {
            "Menurut berat dan umurnya (BB/U). Naik atau tidak naik dihitung dari timbangan hari buka.".to_owned()
        }
        Headline::Bmi(_) => "Menurut berat, tinggi dan umurnya (IMT/U).".to_owned(),
        Headline::Missing(all) => {
            let words: Vec<String> = all.iter().map(missing).collect();
            if words.is_empty() { "Belum ada yang diukur.".to_owned() } else { sentence(&words.join(", ")) }
        }
        Headline::DuaT | Headline::TidakNaik | Headline::Naik | Headline::NotCompared | Headline::First => gained,
    }
}

fn join(parts: [String; 2]) -> String {
    parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}

fn basis(basis: &Basis) -> String {
    let grams = |it: i64| format_decimal(u32::try_from(it.unsigned_abs()).unwrap_or(0), 0, Decimals::Trimmed);
    match *basis {
        Basis::FirstWeighing => "Baru pertama kali ditimbang di posyandu ini. Bulan depan dibandingkan.".to_owned(),
        Basis::NotWeighedLastMonth { months_since } => {
            format!("Terakhir ditimbang {months_since} bulan lalu, jadi belum bisa dibandingkan.")
        }
        Basis::LastMonthExcluded => "Berat bulan lalu perlu diperiksa ulang, jadi belum bisa dibandingkan.".to_owned(),
        Basis::NoKbm { gain_grams, .. } => {
            format!("Bertambah {} gram. Di bawah 1 bulan belum ada batasnya.", grams(gain_grams))
        }
        Basis::Kbm { gain_grams, kbm_grams, age_months } => format!(
            "Bertambah {} gram. Umur {age_months} bulan perlu paling sedikit {kbm_grams} gram.",
            grams(gain_grams)
        ),
        Basis::NoGain { gain_grams: 0, kbm_grams, .. } => {
            format!("Beratnya tetap. Seharusnya naik paling sedikit {kbm_grams} gram tiap bulan.")
        }
        Basis::NoGain { gain_grams, kbm_grams, .. } => {
            format!("Turun {} gram. Seharusnya naik paling sedikit {kbm_grams} gram tiap bulan.", grams(gain_grams))
        }
        Basis::Curve { gain_grams, kbm_grams, .. } => {
            format!("Bertambah {} gram, di bawah {kbm_grams} gram, tetapi garisnya mengikuti kurva.", grams(gain_grams))
        }
    }
}

/// A doubt about the letter.
#[must_use]
pub fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::AgeBasis { completed_months_kbm_grams, kms_column_kbm_grams } => format!(
            "Ragu: menurut umur penuh batasnya {completed_months_kbm_grams} gram, menurut kolom KMS \
             {kms_column_kbm_grams} gram. Lihat kurvanya."
        ),
        Doubt::Interval { days } => format!("Ragu: jarak dua timbangan {days} hari, tidak sebulan."),
    }
}

/// What is missing, within a sentence.
#[must_use]
pub fn missing(missing: &Missing) -> String {
    let measured = |it: &Measured| match it {
        Measured::Weight => "berat",
        Measured::Length => "panjang atau tinggi",
        Measured::Head => "lingkar kepala",
        Measured::Arm => "lingkar lengan",
    };
    match missing {
        Missing::Sex => "jenis kelamin belum dicatat".into(),
        Missing::Age => "tanggal lahir belum dicatat".into(),
        Missing::AgeOutside => "umurnya di luar tabel".into(),
        Missing::Measurement(it) | Missing::NotPositive(it) => format!("{} belum diukur", measured(it)),
        Missing::LengthOutside => "panjangnya di luar tabel".into(),
        Missing::Oedema => "kaki bengkak menutupi berat yang sebenarnya".into(),
    }
}

/// Full name of an index.
#[must_use]
pub fn index(index: Index, stature: Stature) -> (&'static str, &'static str) {
    match (index, stature) {
        (Index::WeightForAge, _) => ("BB/U", "berat menurut umur"),
        (Index::LengthForAge, Stature::Panjang) => ("PB/U", "panjang menurut umur"),
        (Index::LengthForAge, Stature::Tinggi) => ("TB/U", "tinggi menurut umur"),
        (Index::WeightForLength, Stature::Panjang) => ("BB/PB", "berat menurut panjang"),
        (Index::WeightForLength, Stature::Tinggi) => ("BB/TB", "berat menurut tinggi"),
        (Index::BmiForAge, _) => ("IMT/U", "massa tubuh menurut umur"),
        (Index::HeadForAge, _) => ("LK/U", "lingkar kepala menurut umur"),
        (Index::Lila, _) => ("LiLA", "lingkar lengan atas"),
    }
}

fn short_index(index: Index) -> &'static str {
    match index {
        Index::WeightForAge => "berat",
        Index::LengthForAge => "tinggi",
        Index::WeightForLength => "berat dengan tinggi",
        Index::BmiForAge => "massa tubuh",
        Index::HeadForAge => "lingkar kepala",
        Index::Lila => "lingkar lengan",
    }
}

/// Words of a class of an index, and how it looks.
#[must_use]
pub fn class(class: &Class) -> (String, &'static str) {
    match class {
        Class::Known(category) if category.is_normal() => (category_word(*category).to_owned(), "say--good"),
        Class::Known(category @ (Category::GiziBuruk | Category::LilaMerah | Category::BbSangatKurang)) => {
            (category_word(*category).to_owned(), "say--refer")
        }
        Class::Known(Category::Tinggi) => (category_word(Category::Tinggi).to_owned(), "say--good"),
        Class::Known(category) => (category_word(*category).to_owned(), "say--watch"),
        Class::Recheck => ("Periksa ulang".to_owned(), "say--watch"),
        Class::Missing(it) => (format!("Tidak dapat dihitung, {}", missing(it)), "second"),
    }
}

/// `z −1,23`
#[must_use]
pub fn z_score(hundredths: i64) -> String {
    let size = u32::try_from(hundredths.unsigned_abs()).unwrap_or(u32::MAX);
    let sign = if hundredths < 0 { "−" } else { "" };
    format!("z\u{a0}{sign}{}", format_decimal(size, 2, Decimals::Fixed(2)))
}

/// Words of Permenkes 2/2020.
#[must_use]
pub fn category_word(category: Category) -> &'static str {
    match category {
        Category::BbSangatKurang => "Berat badan sangat kurang",
        Category::BbKurang => "Berat badan kurang",
        Category::BbNormal => "Berat badan normal",
        Category::RisikoBbLebih => "Risiko berat badan lebih",
        Category::SangatPendek => "Sangat pendek menurut umur",
        Category::Pendek => "Pendek menurut umur",
        Category::TinggiBadanNormal => "Normal",
        Category::Tinggi => "Tinggi",
        Category::GiziBuruk => "Gizi buruk",
        Category::GiziKurang => "Gizi kurang",
        Category::GiziBaik => "Gizi baik",
        Category::BerisikoGiziLebih => "Berisiko gizi lebih",
        Category::GiziLebih => "Gizi lebih",
        Category::Obesitas => "Obesitas",
        Category::Mikrosefali => "Kurang dari normal",
        Category::KepalaNormal => "Normal",
        Category::Makrosefali => "Melebihi normal",
        Category::LilaMerah => "Pita merah",
        Category::LilaKuning => "Pita kuning",
        Category::LilaHijau => "Pita hijau",
    }
}

/// A stored word of a card, as people say it. A word of a newer app stays as it is.
#[must_use]
pub fn word(code: &str) -> &str {
    match code {
        "lengkap" => "Lengkap",
        "tidak_lengkap" => "Belum lengkap",
        "ya" => "Ya",
        "tidak" => "Tidak",
        "tidak_diukur" => super::umum::NOT_MEASURED,
        "dirujuk" => REFERRED,
        "tidak_dirujuk" => REFER_NO,
        "pustu" => "Pustu",
        "puskesmas" => "Puskesmas",
        "rs" => "Rumah sakit",
        "tanda_bahaya" => "Tanda bahaya",
        "oedema" => "Kedua kaki bengkak",
        "bgm" => "Di bawah garis merah",
        "dua_t" => "Tidak naik 2 kali",
        "tidak_naik" => "Tidak naik",
        "mikrosefali" => "Lingkar kepala kurang dari normal",
        "makrosefali" => "Lingkar kepala melebihi normal",
        "lila_merah" => "LiLA pita merah",
        "lila_kuning" => "LiLA pita kuning",
        "perkembangan" => "Perkembangan belum lengkap",
        "gejala" => "Sedang sakit",
        "lain" => "Lainnya",
        "tidak_mau_minum" => "Tidak mau minum atau menyusu",
        "kejang" => "Kejang",
        "tidak_sadar" => "Lemas sekali atau tidak sadar",
        "sesak_napas" => "Napas cepat atau sesak",
        "muntah_semua" => "Memuntahkan semua",
        "biru_kuning" => "Badan biru atau kuning",
        "demam" => "Demam",
        "batuk" => "Batuk",
        "pilek" => "Pilek",
        "diare" => "Diare",
        "ruam" => "Ruam kulit",
        "tidak_ada" => "Tidak sakit",
        "asi" => "ASI",
        "mpasi" => "Makanan pendamping ASI",
        "protein_hewani" => "Telur, ikan, ayam, hati",
        "stimulasi" => "Bermain dan stimulasi",
        "imunisasi" => "Imunisasi",
        "kebersihan" => "Cuci tangan dan kebersihan",
        "gigi" => "Gigi",
        "datang_tiap_bulan" => "Datang tiap bulan",
        other => Category::from_code(other).map_or(other, |it| category_word(it)),
    }
}

/// Free text of a field.
#[must_use]
pub fn free_text(key: &str) -> &'static str {
    match key {
        "gejala" => "Cerita ibunya",
        "rujuk" => "Catatan untuk petugas",
        _ => "Catatan",
    }
}

/// Choosing reasons.
pub const REASONS: &str = "Karena apa?";
/// Choosing a place.
pub const PLACE: &str = "Ke mana?";

/// `Rujuk minggu ini`
#[must_use]
pub fn urgency(urgency: Option<Urgency>) -> &'static str {
    match urgency {
        Some(Urgency::SameDay) => "Rujuk hari ini",
        Some(Urgency::ThisWeek) => "Rujuk minggu ini",
        Some(Urgency::Routine) => "Rujuk untuk diperiksa",
        Some(Urgency::Evaluate) => "Lihat lagi nanti",
        None => "Tidak perlu dirujuk",
    }
}

/// `Ke Puskesmas karena: tidak naik 2 kali, pendek menurut umur`
#[must_use]
pub fn refer_line(place: &str, reasons: &[String]) -> String {
    let words: Vec<String> = reasons.iter().map(|it| lower(word(it))).collect();
    match (place, words.is_empty()) {
        ("", true) => String::new(),
        ("", false) => format!("Karena {}", words.join(", ")),
        (place, true) => format!("Ke {}", word(place)),
        (place, false) => format!("Ke {} karena {}", word(place), words.join(", ")),
    }
}

fn lower(text: &str) -> String {
    // LiLA and IMT keep their capitals.
    if text.starts_with("LiLA") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map(|it| it.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// `Lihat lagi 14 hari lagi`
#[must_use]
pub fn look_again(days: u16) -> String {
    format!("Dilihat lagi sesudah {days} hari.")
}

/// Signs for staff.
#[must_use]
pub fn hospital_sign(sign: HospitalSign) -> &'static str {
    match sign {
        HospitalSign::UnderSixMonths => "Umurnya di bawah 6 bulan: petugas mungkin mengirim ke rumah sakit.",
        HospitalSign::UnderFourKg => "Beratnya di bawah 4 kg: petugas mungkin mengirim ke rumah sakit.",
    }
}

/// The one thing to say to the mother.
#[must_use]
pub fn counsel(suggestion: &Suggestion, nama: &str) -> String {
    use FeedingStage::{BreastMilkOnly, Complementary, FamilyFood};
    let nama = first_name(nama);
    if !suggestion.danger.is_empty() {
        return "Mari kita bawa ke Puskesmas sekarang, Bu. Saya bantu carikan kendaraan.".to_owned();
    }
    match (suggestion.follow.topic, suggestion.follow.feeding) {
        (Topic::GoToday, _) => {
            format!("{nama} perlu diperiksa hari ini, Bu. Mari ke Puskesmas, nanti kami temani.")
        }
        (Topic::MeasureAgain, _) => "Kita ukur sekali lagi ya, Bu, supaya hasilnya benar.".to_owned(),
        (Topic::Thin, Some(BreastMilkOnly)) => {
            format!("Susui {nama} lebih sering, siang dan malam. Minggu ini kita periksa ke Puskesmas ya, Bu.")
        }
        (Topic::Thin, _) => {
            format!("Tambah telur, ikan atau hati di setiap makan {nama}. Minggu ini kita periksa ke Puskesmas ya, Bu.")
        }
        (Topic::NotGaining, _) => {
            format!("Ini bukan salah Ibu. Mari cari tahu sebabnya bersama bidan, supaya {nama} cepat naik lagi.")
        }
        (Topic::Short, Some(BreastMilkOnly)) => {
            format!("Teruskan ASI saja untuk {nama}, dan mari tanyakan pertumbuhannya ke Puskesmas.")
        }
        (Topic::Short, _) => {
            format!(
                "Beri {nama} telur, ikan, ayam atau susu setiap hari, dan mari tanyakan pertumbuhannya ke Puskesmas."
            )
        }
        (Topic::Heavy, Some(BreastMilkOnly)) => format!("Teruskan ASI saja untuk {nama}, tanpa makanan lain dulu."),
        (Topic::Heavy, _) => {
            format!("Kurangi yang manis dan gorengan, dan ajak {nama} banyak bergerak setiap hari.")
        }
        (Topic::Head, _) => format!("Lingkar kepala {nama} perlu dilihat petugas, Bu. Mari ke Puskesmas."),
        (Topic::Incomplete, _) => "Bulan depan datang lagi ya, Bu, supaya bisa kita ukur lengkap.".to_owned(),
        (Topic::ComeEveryMonth, _) => {
            format!("Terima kasih sudah datang. Timbang {nama} tiap bulan supaya kelihatan naiknya.")
        }
        (Topic::GoOn, Some(BreastMilkOnly)) => "Tumbuhnya bagus, Bu. Teruskan ASI saja sampai 6 bulan.".to_owned(),
        (Topic::GoOn, Some(Complementary)) => {
            "Tumbuhnya bagus, Bu. Teruskan makan dengan telur atau ikan setiap hari, dan tetap disusui.".to_owned()
        }
        (Topic::GoOn, Some(FamilyFood) | None) => {
            "Tumbuhnya bagus. Teruskan makan beragam dengan telur atau ikan setiap hari.".to_owned()
        }
    }
}

/// Where the weight lies, for the text beside the chart.
#[must_use]
pub fn band(category: Option<Category>) -> &'static str {
    match category {
        Some(Category::BbSangatKurang) => "di bawah garis merah",
        Some(Category::BbKurang) => "di pita kuning bawah",
        Some(Category::BbNormal) => "di pita hijau",
        Some(Category::RisikoBbLebih) => "di atas garis oranye",
        _ => "",
    }
}

/// The letter in words, its pill and its icon.
#[must_use]
pub fn letter(letter: Nt) -> (&'static str, &'static str, &'static str) {
    match letter {
        Nt::N => ("Naik", "pill--good", "naik"),
        Nt::T => ("Tidak naik", "pill--watch", "tetap"),
        Nt::O => ("Bulan lalu tidak timbang", "", "jam"),
        Nt::B => ("Baru", "", "cek"),
    }
}

/// `KMS anak laki-laki · 11 bulan`
#[must_use]
pub fn kms_line(row: &PersonRow) -> String {
    let sex = row.sex.map(warga::sex).unwrap_or_default();
    format!("KMS anak {sex} · {}", row.age.map(waktu::age).unwrap_or_default())
}

/// `8,6 kg, di pita hijau`
#[must_use]
pub fn weight_words(point: &Point) -> String {
    let category = point.class(Which::Bbu).and_then(|it| if let Class::Known(it) = it { Some(*it) } else { None });
    listed([point.grams.map(kilograms), Some(band(category).to_owned())])
}

/// What was measured, and what this chart says of it.
#[must_use]
pub fn last_words(point: &Point, which: Which) -> String {
    let said = point.class(which).map(|it| class(it).0);
    let letter = point.letter(which).map(|it| letter(it).0.to_lowercase());
    let on = Some(waktu::date_long(point.sesi.on));
    listed([on, point.grams.map(kilograms), point.read_mm.map(length), said, letter])
}

fn listed<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `73,1 cm`
#[must_use]
pub fn length(mm: u32) -> String {
    format!("{}\u{a0}cm", centimetres(mm, Decimals::Fixed(1)))
}

/// Name of a chart.
#[must_use]
pub fn chart_name(which: Which, young: bool) -> &'static str {
    match (which, young) {
        (Which::Bbu, _) => "BB/U",
        (Which::Tbu, true) => "PB/U",
        (Which::Tbu, false) => "TB/U",
        (Which::Bbtb, true) => "BB/PB",
        (Which::Bbtb, false) => "BB/TB",
    }
}

/// What the axes say.
#[must_use]
pub fn axes(which: Which, young: bool) -> &'static str {
    match (which, young) {
        (Which::Bbu, _) => "umur (bulan) · berat (kg)",
        (Which::Tbu, true) => "umur (bulan) · panjang (cm)",
        (Which::Tbu, false) => "umur (bulan) · tinggi (cm)",
        (Which::Bbtb, true) => "panjang (cm) · berat (kg)",
        (Which::Bbtb, false) => "tinggi (cm) · berat (kg)",
    }
}

/// `12–24`, the first with its unit.
#[must_use]
pub fn part((from, to): (u32, u32)) -> String {
    if from == 0 { format!("{from}–{to} bln") } else { format!("{from}–{to}") }
}

/// The chart for who cannot see it.
#[must_use]
pub fn chart_text(nama: &str, which: Which, (from, to): (u32, u32), last: Option<&str>) -> String {
    let name = match which {
        Which::Bbu => "Kartu Menuju Sehat",
        Which::Tbu => "Grafik panjang atau tinggi menurut umur",
        Which::Bbtb => "Grafik berat menurut panjang atau tinggi",
    };
    let last = last.map_or_else(|| "Belum ada ukuran di bagian ini.".to_owned(), |it| format!("Terakhir {it}."));
    format!("{name} {}, {from} sampai {to} bulan. {last}", first_name(nama))
}

/// Column heads of the table.
pub const TABLE_HEADS: [&str; 5] = ["Tanggal", "Umur", "Berat", "Panjang atau tinggi", "N/T"];

/// `11 bl`
#[must_use]
pub fn months(months: u32) -> String {
    format!("{months}\u{a0}bl")
}

/// `Belum terisi: berat badan`
#[must_use]
pub fn not_filled(key: &str) -> String {
    format!("{NOT_FILLED}: {}", lower(measure_name(key, 24)))
}

/// Over the complaints of the day.
pub const COMPLAINTS: &str = "Aduan hari ini";
/// Where there is none.
pub const NO_COMPLAINTS: &str = "Tidak ada aduan hari ini.";

/// Kind of a field, for the words of its question.
#[must_use]
pub fn again(kind: Kind) -> &'static str {
    match kind {
        Kind::Measure(measure) if measure.unit == Unit::Kg => AGAIN,
        _ => MEASURE_AGAIN,
    }
}

/// What the 0.7 cm rule did, for reading.
#[must_use]
pub fn position_note(note: PositionNote) -> &'static str {
    match note {
        PositionNote::AsExpected => "",
        PositionNote::Assumed => "Cara mengukur dianggap sesuai umurnya.",
        PositionNote::AddedToStanding => "Diukur berdiri: dihitung dengan tambahan 0,7 cm.",
        PositionNote::TakenFromLying => "Diukur telentang: dihitung dengan potongan 0,7 cm.",
        PositionNote::StandingTooYoung => "Diukur berdiri di bawah 9 bulan: tanyakan lagi.",
        PositionNote::LyingTooOld => "Diukur telentang di atas 5 tahun: tanyakan lagi.",
    }
}
