//! Words about people and families.

use chrono::{Datelike, NaiveDate};

use crate::domain::calendar::LifeStage;
use crate::domain::duplicates::Reason;
use crate::domain::form::pilihan;
use crate::domain::nik::{Nik, NikDoubt, NoKk};
use crate::domain::number::{Decimals, format_decimal};
use crate::domain::phone::Phone;
use crate::domain::sasaran::{Alamat, Birth, Sex, Status};
use crate::domain::sesi::SesiId;
use crate::domain::view::PersonRow;
use crate::domain::view::posyandu::NUMBER;
use crate::domain::view::warga::{ConsentLine, Dispute, JoinedPair, Said, VisitRow};

use super::waktu;

/// `11 bulan · anak Wulan · RT 003`
#[must_use]
pub fn row_line(row: &PersonRow) -> String {
    let mut parts = Vec::new();
    match row.age {
        Some(age) if row.is_estimate => parts.push(waktu::about(age)),
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

/// A relation to the head of the family, status of marriage, reason without NIK, or kind of consent, in
/// words; a word of a newer app is shown as it came.
#[must_use]
pub fn word(code: &str) -> String {
    let known = match code {
        "bayi_baru" => "Bayi baru lahir",
        "belum_terbit" => "Belum terbit",
        "tidak_dibawa" => "Tidak dibawa",
        "tidak_punya" => "Tidak punya",
        "kepala_keluarga" | "kepala" => "Kepala keluarga",
        "istri" => "Istri",
        "suami" => "Suami",
        "anak" => "Anak",
        "menantu" => "Menantu",
        "cucu" => "Cucu",
        "orang_tua" => "Orang tua",
        "mertua" => "Mertua",
        "famili_lain" => "Famili lain",
        "lainnya" => "Lainnya",
        "belum_kawin" => "Belum kawin",
        "kawin" => "Kawin",
        "cerai_hidup" => "Cerai hidup",
        "cerai_mati" => "Cerai mati",
        "setuju" => "Setuju dicatat",
        "dicabut" => CONSENT_WITHDRAWN,
        "lisan_disaksikan" | "lisan" => AGREES_SPOKEN,
        "tanda_tangan" => AGREES_SIGNED,
        "cap_jempol" => AGREES_THUMB,
        other => return other.replace('_', " "),
    };
    known.to_owned()
}

/// A NIK that says something else than the other fields.
#[must_use]
pub fn nik_doubt(doubt: NikDoubt) -> String {
    match doubt {
        NikDoubt::UnknownProvince => "Dua angka pertama NIK bukan nomor provinsi. Simpan saja?".into(),
        NikDoubt::ImpossibleBirth => "Tanggal lahir di dalam NIK tidak ada. Simpan saja?".into(),
        NikDoubt::OtherBirth { .. } => "NIK tidak cocok dengan tanggal lahir. Simpan saja?".into(),
        NikDoubt::OtherSex { claimed } => {
            format!("Menurut NIK, ini {}. Simpan saja?", sex(claimed))
        }
        NikDoubt::NoSerial => "Empat angka terakhir NIK tidak boleh 0000. Simpan saja?".into(),
    }
}

/// Why somebody may be the one being registered.
#[must_use]
pub fn reasons(reasons: &[Reason]) -> String {
    let said = reasons.iter().map(|reason| match reason {
        Reason::SameNik => "NIK sama",
        Reason::SameName => "nama sama",
        Reason::SimilarName => "nama mirip",
        Reason::SameBirth => "tanggal lahir sama",
        Reason::SwappedBirth => "tanggal dan bulan lahir tertukar",
        Reason::NearBirth { .. } => "tanggal lahir berdekatan",
        Reason::NearYear { .. } => "tahun lahir berdekatan",
        Reason::SameMother => "ibu sama",
    });
    let mut said = said.collect::<Vec<_>>().join(", ");
    if let Some(first) = said.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    said
}

/// Whether somebody is expected, in words for a row; nothing for those who are.
#[must_use]
pub fn status(status: &Status) -> &'static str {
    match status {
        Status::Aktif => "",
        Status::Pergi => "Sedang pergi",
        Status::Pindah => "Sudah pindah",
        Status::Meninggal => "Meninggal",
        Status::TidakDikenal => "Tidak dikenal di alamat",
        Status::Unknown(_) => "Keadaan lain",
    }
}

/// `Sudah pindah sejak 12 Mei 2026`
#[must_use]
pub fn status_line(status: &Status, since: Option<NaiveDate>) -> String {
    let word = match status {
        Status::Aktif => "Tinggal di sini",
        other => self::status(other),
    };
    match since {
        // Nobody dies from a day on.
        Some(since) if *status == Status::Meninggal => format!("{word} {}", waktu::date_long(since)),
        Some(since) => format!("{word} sejak {}", waktu::date_long(since)),
        None => word.to_owned(),
    }
}

/// `RT 003/005, dekat musala`
#[must_use]
pub fn place(alamat: &Alamat) -> String {
    let Alamat { dusun, rt, rw, patokan } = alamat;
    let rt = match (rt.as_str(), rw.as_str()) {
        ("", "") => String::new(),
        (rt, "") => format!("RT\u{a0}{rt}"),
        ("", rw) => format!("RW\u{a0}{rw}"),
        (rt, rw) => format!("RT\u{a0}{rt}/{rw}"),
    };
    let parts = [rt, dusun.clone(), patokan.clone()];
    parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `Keluarga Hendra Rekaan`
#[must_use]
pub fn family(kepala: &str) -> String {
    format!("Keluarga {kepala}")
}

/// `RT 003/005`, or that it is not known.
#[must_use]
pub fn rt_title(rt: &str, rw: &str) -> String {
    let alamat = Alamat { rt: rt.to_owned(), rw: rw.to_owned(), ..Alamat::default() };
    if rt.is_empty() && rw.is_empty() { "RT belum dicatat".into() } else { place(&alamat) }
}

/// `4 keluarga · 16 orang`
#[must_use]
pub fn families_and_people(families: usize, people: u32) -> String {
    format!("{families} keluarga · {people} orang")
}

/// `4 orang`
#[must_use]
pub fn people(count: u32) -> String {
    format!("{count} orang")
}

/// How many fit, said aloud to screen readers too.
#[must_use]
pub fn found(count: usize, most: usize) -> String {
    match count {
        0 => "Belum ada yang cocok".into(),
        count if count >= most => format!("{count} orang teratas"),
        count => format!("{count} orang"),
    }
}

/// `4 anggota keluarga`
#[must_use]
pub fn members(count: usize) -> String {
    format!("{count} anggota keluarga")
}

/// A member: age and relation.
#[must_use]
pub fn member_line(row: &PersonRow, hubungan: &str) -> String {
    let age = match row.age {
        Some(age) if row.is_estimate => waktu::about(age),
        Some(age) => waktu::age(age),
        None => "umur belum diketahui".into(),
    };
    if hubungan.is_empty() { age } else { format!("{age} · {}", word(hubungan).to_lowercase()) }
}

/// Birth as known.
#[must_use]
pub fn birth(birth: Birth) -> String {
    if birth.is_estimate { format!("sekitar tahun {}", birth.on.year()) } else { waktu::date_long(birth.on) }
}

/// `3,1 kg`
#[must_use]
pub fn kilograms(grams: i64) -> String {
    let grams = u32::try_from(grams).unwrap_or(0);
    format!("{}\u{a0}kg", format_decimal(grams, 3, Decimals::Trimmed))
}

/// `49,5 cm`
#[must_use]
pub fn centimetres(millimetres: i64) -> String {
    let millimetres = u32::try_from(millimetres).unwrap_or(0);
    format!("{}\u{a0}cm", format_decimal(millimetres, 1, Decimals::Trimmed))
}

/// Weight and height of a visit.
#[must_use]
pub fn visit_line(visit: &VisitRow) -> String {
    let parts = [visit.bb_g.map(kilograms), visit.tb_mm.map(centimetres)];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    if said.is_empty() { "Tidak ditimbang".into() } else { said.join(" · ") }
}

/// Where a visit was, when it was not an open day.
#[must_use]
pub fn visit_place(sesi: &SesiId) -> &'static str {
    match sesi.place.as_str() {
        crate::domain::sesi::RUMAH => "di rumah",
        crate::domain::sesi::SUSULAN => "dari catatan kertas",
        _ => "hari buka",
    }
}

/// A register in the middle of a sentence.
#[must_use]
pub fn register(register: &str) -> String {
    if let Some(who) = register.strip_prefix(NUMBER) {
        return format!("nomor {who}");
    }
    let name = match register {
        "nama" => "nama",
        "nik" => "NIK",
        "alasan_tanpa_nik" => "alasan belum ada NIK",
        "lahir" => "tanggal lahir",
        "kelamin" => "laki-laki atau perempuan",
        "keluarga" => "keluarga",
        "hubungan" => "hubungan keluarga",
        "ibu" => "nama ibu",
        "status_kawin" => "status kawin",
        "status" => "keadaan",
        "bb_lahir_g" => "berat lahir",
        "pb_lahir_mm" => "panjang lahir",
        "persetujuan" => "persetujuan",
        "kepala" => "kepala keluarga",
        "alamat" => "alamat",
        "no_kk" => "nomor KK",
        "hp" => "nomor HP",
        "telepon" => "nomor penting",
        "wilayah" => "kode wilayah",
        "desa" => "desa",
        "kecamatan" => "kecamatan",
        "kabupaten" => "kabupaten",
        "provinsi" => "provinsi",
        "puskesmas" => "nama Puskesmas",
        "pustu" => "nama Pustu",
        "nomor_registrasi" => "nomor registrasi",
        "nt_mode" => "cara menilai naik",
        "kbm_age_basis" => "umur untuk KBM",
        "ayah" => "nama ayah",
        "anak_ke" => "urutan anak",
        "golongan_darah" => "golongan darah",
        "disabilitas" => "disabilitas",
        "pendidikan" => "pendidikan",
        "pekerjaan" => "pekerjaan",
        "jkn" => "JKN",
        "imd" => "IMD",
        "bb" => "berat badan",
        "tb" => "panjang atau tinggi badan",
        "lk" => "lingkar kepala",
        "lila" => "lingkar lengan",
        "perkembangan" => "perkembangan",
        "edema" => "bengkak kaki",
        "gejala" => "keluhan sakit",
        "rujuk" => "rujukan",
        "edukasi" => "bahan bicara",
        "garis" => "arah garis KMS",
        "hadir" => "kehadiran",
        "gabung" => "gabungan catatan",
        _ => "catatan",
    };
    name.to_owned()
}

/// `Ani dan Dewi mengubah alamat yang sama. Mana yang benar?`
#[must_use]
pub fn dispute(dispute: &Dispute) -> String {
    let mut names: Vec<&str> = Vec::new();
    for head in &dispute.heads {
        if !head.by.is_empty() && !names.contains(&head.by.as_str()) {
            names.push(&head.by);
        }
    }
    let who = match names.as_slice() {
        [] => "Dua orang".to_owned(),
        [one] => format!("{one}, di dua HP,"),
        [most @ .., last] => format!("{} dan {last}", most.join(", ")),
    };
    let what = register(&dispute.register);
    match SesiId::of_fact(&dispute.subject) {
        Some(sesi) => {
            format!("{who} mencatat {what} yang berbeda, {}. Mana yang benar?", waktu::date_long(sesi.on))
        }
        None => format!("{who} mengubah {what} yang sama. Mana yang benar?"),
    }
}

/// An answer as a person would say it.
#[must_use]
pub fn said(register: &str, said: &Said) -> String {
    match said {
        Said::Nothing => "Dikosongkan".into(),
        Said::Text(text) => match register {
            "nik" => Nik::parse(text).map_or_else(|_| text.clone(), Nik::masked),
            "no_kk" => NoKk::parse(text).map_or_else(|_| text.clone(), NoKk::masked),
            "hp" => Phone::parse(text).map_or_else(|_| text.clone(), |it| it.grouped()),
            "alasan_tanpa_nik" | "hubungan" | "status_kawin" | "persetujuan" => word(text),
            "imd" | "perkembangan" | "edema" | "garis" => super::sesi::word(text).to_owned(),
            "hadir" => if text == "ya" { "Datang" } else { "Tidak datang" }.to_owned(),
            "gabung" => if text == "ya" { "Satu orang" } else { "Dua orang" }.to_owned(),
            "nt_mode" | "kbm_age_basis" => super::menu::judged_by(text).to_owned(),
            list => pilihan::word(list, text).map_or_else(|| text.clone(), str::to_owned),
        },
        Said::Birth(it) => birth(*it),
        Said::Sex(it) => sex(*it).into(),
        Said::Grams(grams) => kilograms(*grams),
        Said::Millimetres(millimetres) => centimetres(*millimetres),
        Said::Place(alamat) => place(alamat),
        Said::Status(word, since) => status_line(word, *since),
        Said::Family(kepala) => family(kepala),
        Said::Words(words) => words.iter().map(|it| super::sesi::word(it)).collect::<Vec<_>>().join(", "),
    }
}

/// `Isi dari NIK: 12 Mei 1990 · Perempuan`
#[must_use]
pub fn fill_from_nik(born_on: Option<NaiveDate>, sex: Option<Sex>) -> String {
    let sex = sex.map(|it| if it == Sex::Male { MALE } else { FEMALE }.to_owned());
    let said = born_on.map(waktu::date_long).into_iter().chain(sex).collect::<Vec<_>>();
    format!("Isi dari NIK: {}", said.join(" · "))
}

/// `Isian Damar belum selesai. Lanjutkan?`
#[must_use]
pub fn unfinished(nama: &str) -> String {
    let nama = nama.trim();
    if nama.is_empty() {
        "Isian orang baru belum selesai. Lanjutkan?".into()
    } else {
        format!("Isian {nama} belum selesai. Lanjutkan?")
    }
}

/// After registering.
#[must_use]
pub fn registered(nama: &str) -> String {
    format!("{} sudah didaftarkan", nama.trim())
}

/// After an edit.
#[must_use]
pub fn changed(nama: &str) -> String {
    format!("Data {} disimpan", nama.trim())
}

/// After joining.
#[must_use]
pub fn joined(nama: &str) -> String {
    format!("Catatan {nama} digabung")
}

/// After parting.
#[must_use]
pub fn parted(nama: &str) -> String {
    format!("Catatan {nama} dipisah lagi")
}

/// `Damar Rekaan dan Damar R digabung jadi satu orang.`
#[must_use]
pub fn joined_pair(pair: &JoinedPair) -> String {
    format!("Dua catatan dijadikan satu: {} dan {}", pair.one.nama, pair.other.nama)
}

/// How many of a family came this year.
#[must_use]
pub fn seen_this_year(seen: u32) -> String {
    if seen == 0 { "Belum ada yang datang tahun ini".into() } else { format!("{seen} orang sudah datang tahun ini") }
}

/// Probably registered already.
pub const LOOKS_KNOWN: &str = "Mungkin sudah terdaftar. Lihat dulu orang di bawah ini.";
/// Consent was refused.
pub const NO_CONSENT: &str = "Kalau tidak setuju, datanya tidak disimpan. Tetap boleh datang dan dilayani.";
/// The search box.
pub const FIND_LABEL: &str = "Cari nama, NIK, atau RT";
/// Clears it.
pub const CLEAR: &str = "Kosongkan";
/// Name of the search screen.
pub const FIND_TITLE: &str = "Cari warga";
/// Before anything was typed.
pub const FIND_HOW: &str = "Ketik sebagian nama, NIK, nomor KK, nomor HP, atau RT.";
/// Above the way to register.
pub const NOT_FOUND: &str = "Tidak ditemukan?";
/// Registers.
pub const REGISTER: &str = "Daftarkan orang baru";
/// Due.
pub const TODAY_WEIGH: &str = "Hari ini: timbang";
/// `Sudah datang 08.52`
#[must_use]
pub fn came_at(at: Option<(u32, u32)>) -> String {
    let at = at.map(|(hour, minute)| format!("\u{a0}{hour:02}.{minute:02}")).unwrap_or_default();
    format!("Sudah datang{at}")
}
/// Segment of the tab.
pub const BY_FAMILY: &str = "Keluarga";
/// Segment of the tab.
pub const BY_PERSON: &str = "Orang";
/// Those whose NIK is still to be asked for.
pub const NO_NIK: &str = "NIK belum ada";
/// Nobody is.
pub const ALL_HAVE_NIK: &str = "NIK semua warga sudah ada.";
/// What the two segments are.
pub const HOW_TO_LIST: &str = "Tampilkan menurut";
/// More rows.
pub const MORE: &str = "Tampilkan lagi";
/// Nobody yet.
pub const NOBODY_YET: &str = "Belum ada warga yang didaftarkan.";
/// Goes on with a draft.
pub const GO_ON: &str = "Lanjutkan";
/// Throws a draft away.
pub const THROW_AWAY: &str = "Hapus";
/// Title of the form.
pub const NEW_TITLE: &str = "Orang baru";
/// Kept as it is typed.
pub const KEPT: &str = "Isian ini tetap ada kalau ditinggal.";
/// Question.
pub const NAME: &str = "Nama";
/// Question.
pub const SEX: &str = "Laki-laki atau perempuan?";
/// Answer.
pub const MALE: &str = "Laki-laki";
/// Answer.
pub const FEMALE: &str = "Perempuan";
/// Question.
pub const BORN_HOW: &str = "Yang diketahui";
/// Answer.
pub const WHOLE_DATE: &str = "Tanggal lahir";
/// Answer.
pub const YEAR_ONLY: &str = "Hanya tahun";
/// Question.
pub const BORN_ON: &str = "Kapan lahirnya?";
/// Hint.
pub const BORN_ON_HINT: &str = "Seperti 12/5/2024 atau 12 Mei 2024";
/// Question.
pub const BORN_YEAR: &str = "Tahun lahirnya?";
/// Hint.
pub const BORN_YEAR_HINT: &str = "Kira-kira saja boleh, seperti 1958";
/// Question.
pub const NIK: &str = "NIK, 16 angka";
/// Question.
pub const WHY_NO_NIK: &str = "Belum ada NIK karena";
/// Leaves a doubtful NIK.
pub const LEAVE_NIK: &str = "Simpan saja";
/// Question.
pub const MOTHER: &str = "Nama ibunya";
/// Question.
pub const BIRTH_WEIGHT: &str = "Berat lahir, kg";
/// Question.
pub const BIRTH_LENGTH: &str = "Panjang lahir, cm";
/// Question.
pub const MARRIAGE: &str = "Status kawin";
/// Part.
pub const PART_FAMILY: &str = "Keluarga";
/// Question.
pub const WHICH_FAMILY: &str = "Keluarga siapa?";
/// Hint.
pub const WHICH_FAMILY_HINT: &str = "Ketik nama kepala keluarga atau anggotanya";
/// A family that is not here yet.
pub const NEW_FAMILY: &str = "Keluarga baru";
/// Another one.
pub const OTHER_FAMILY: &str = "Pilih keluarga lain";
/// Question.
pub const RELATION: &str = "Hubungan dengan kepala keluarga";
/// An empty choice.
pub const CHOOSE: &str = "Pilih";
/// Question.
pub const HEAD: &str = "Nama kepala keluarga";
/// Question.
pub const RT: &str = "RT";
/// Question.
pub const RW: &str = "RW";
/// Question.
pub const DUSUN: &str = "Dusun";
/// Question.
pub const LANDMARK: &str = "Patokan rumah";
/// Hint.
pub const LANDMARK_HINT: &str = "Seperti dekat musala";
/// Question.
pub const NO_KK: &str = "Nomor KK, 16 angka";
/// Question.
pub const PHONE: &str = "Nomor HP";
/// Part.
pub const PART_CONSENT: &str = "Persetujuan";
/// Read aloud.
pub const CONSENT: &str = "Saya setuju kader Posyandu mencatat data saya atau anak saya untuk pelayanan Posyandu. \
Saya boleh melihat, memperbaiki, atau mencabutnya kapan saja.";
/// What to do with the sentence.
pub const CONSENT_HOW: &str = "Bacakan kalimat ini:";
/// Question.
pub const AGREES: &str = "Setuju?";
/// Answer.
pub const AGREES_SPOKEN: &str = "Setuju, diucapkan";
/// More of it.
pub const AGREES_SPOKEN_HOW: &str = "Ada saksi yang mendengar";
/// Answer.
pub const AGREES_SIGNED: &str = "Setuju, tanda tangan di kertas";
/// Answer.
pub const AGREES_THUMB: &str = "Setuju, cap jempol di kertas";
/// Answer.
pub const REFUSES: &str = "Tidak setuju";
/// Question.
pub const WITNESS: &str = "Siapa saksinya?";
/// Candidates.
pub const MAYBE_KNOWN: &str = "Mungkin sudah terdaftar";

/// `Mungkin sudah terdaftar: Sari Rekaan, keluarga Hendra Rekaan`
#[must_use]
pub fn maybe_known(names: &[String]) -> String {
    format!("{MAYBE_KNOWN}: {}", names.join(", "))
}

/// It is this family.
pub const IT_IS_THEM: &str = "Ini keluarganya";
/// It is another family.
pub const OTHER_FAMILY_THAN: &str = "Bukan, keluarga lain";
/// It is her.
pub const IT_IS_HER: &str = "Ini orangnya";
/// It is not.
pub const SOMEBODY_ELSE: &str = "Bukan, orang lain";
/// Title of an edit.
pub const EDIT_PERSON: &str = "Ubah data";
/// Title of an edit.
pub const EDIT_FAMILY: &str = "Ubah data keluarga";
/// Gone.
pub const GONE: &str = "Catatan ini tidak ada lagi di HP ini.";
/// Way back.
pub const TO_WARGA: &str = "Ke daftar warga";
/// Facts.
pub const FACT_NIK: &str = "NIK";
/// Facts.
pub const FACT_BORN: &str = "Lahir";
/// Facts.
pub const FACT_SEX: &str = "Kelamin";
/// Facts.
pub const FACT_MOTHER: &str = "Ibu";
/// Facts.
pub const FACT_RELATION: &str = "Hubungan";
/// Facts.
pub const FACT_MARRIAGE: &str = "Status kawin";
/// Facts.
pub const FACT_BIRTH_SIZE: &str = "Waktu lahir";
/// Facts.
pub const FACT_CONSENT: &str = "Persetujuan";
/// Facts.
pub const FACT_KK: &str = "Nomor KK";
/// Facts.
pub const FACT_PHONE: &str = "HP";
/// Agreed.
pub const CONSENTED: &str = "Setuju dicatat";
/// Taken back.
pub const CONSENT_WITHDRAWN: &str = "Persetujuan dicabut";
/// Takes it back.
pub const WITHDRAW: &str = "Cabut persetujuan";
/// What that means.
pub const WITHDRAW_MEANS: &str = "Yang sudah tercatat tetap di buku ini sebagai riwayat, tetapi tidak dibagikan \
lagi. Data diri tidak diubah sampai setuju lagi, kecuali kalau pindah atau meninggal. Tetap boleh datang dan dilayani.";
/// Question.
pub const WITHDRAWN_ON: &str = "Sejak kapan dicabut?";
/// Question.
pub const WITHDRAWN_BY: &str = "Siapa yang mencabut?";
/// Hint.
pub const WITHDRAWN_BY_HINT: &str = "Orangnya sendiri, atau orang tua atau walinya";
/// How to give it again.
pub const AGREE_AGAIN: &str = "Kalau setuju lagi, catat lewat Ubah data.";

/// `Setuju, diucapkan · 12 Mei 2026`, and who was there.
#[must_use]
pub fn consent_line(line: &ConsentLine) -> (String, String) {
    let what = if line.is_given { word(&line.how) } else { CONSENT_WITHDRAWN.to_owned() };
    let who = match (line.who.as_str(), line.is_given) {
        ("", _) => String::new(),
        (who, true) => format!("saksi {who}"),
        (who, false) => format!("oleh {who}"),
    };
    let by = if line.by.is_empty() { String::new() } else { format!("dicatat {}", line.by) };
    let parts = [waktu::date_long(line.on), who, by];
    (what, parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · "))
}

/// Not asked yet.
pub const NOT_CONSENTED: &str = "Belum ditanya";
/// The form of what else may be known.
pub const PARTICULARS: &str = "Data tambahan";
/// How it is filled.
pub const PARTICULARS_HOW: &str = "Isi yang diketahui saja. Yang kosong berarti belum ditanya.";
/// `5 belum ditanya`
#[must_use]
pub fn unasked(count: usize) -> String {
    if count == 0 { "Sudah ditanya semua".into() } else { format!("{count} belum ditanya") }
}
/// Facts.
pub const FACT_DESA: &str = "Desa";
/// Facts.
pub const FACT_PUSKESMAS: &str = "Puskesmas";
/// Facts.
pub const FACT_PUSTU: &str = "Pustu";
/// Shows the whole number.
pub const SHOW: &str = "Lihat";
/// Hides it.
pub const HIDE: &str = "Tutup";
/// Section.
pub const VISITS: &str = "Kunjungan terakhir";
/// None.
pub const NO_VISITS: &str = "Belum pernah ditimbang di sini.";
/// The growth chart.
pub const GROWTH: &str = "Lihat KMS";
/// To today's measuring.
pub const WEIGH_NOW: &str = "Timbang sekarang";
/// Section.
pub const MORE_THINGS: &str = "Lainnya";
/// Changes the status.
pub const CHANGE_STATUS: &str = "Pindah, pergi, atau meninggal";
/// Joins.
pub const SAME_PERSON: &str = "Orang yang sama?";
/// More of it.
pub const SAME_PERSON_HOW: &str = "Gabungkan kalau tercatat dua kali";
/// Title of joining.
pub const JOIN_TITLE: &str = "Gabungkan catatan";
/// Which other record.
pub const JOIN_WHO: &str = "Siapa catatan yang satu lagi?";
/// What joining does.
pub const JOIN_WHAT: &str = "Kunjungan dari kedua catatan akan tampil bersama. Nanti bisa dipisahkan lagi.";
/// Joins.
pub const JOIN: &str = "Gabungkan";
/// Picks another.
pub const JOIN_OTHER: &str = "Bukan yang ini";
/// Parts.
pub const PART: &str = "Pisahkan lagi";
/// Title.
pub const STATUS_TITLE: &str = "Keadaan sekarang";
/// Question.
pub const STATUS_ASK: &str = "Bagaimana keadaannya?";
/// Answer.
pub const STATUS_HERE: &str = "Tinggal di sini";
/// Answer.
pub const STATUS_AWAY: &str = "Pergi untuk sementara";
/// Answer.
pub const STATUS_MOVED: &str = "Pindah";
/// Answer.
pub const STATUS_DIED: &str = "Meninggal";
/// Answer.
pub const STATUS_UNKNOWN: &str = "Tidak dikenal di alamat ini";
/// Question, by the word of the status.
#[must_use]
pub fn since(status: &str) -> &'static str {
    match status {
        "meninggal" => "Kapan meninggalnya?",
        "pindah" => "Kapan pindahnya?",
        _ => "Sejak kapan?",
    }
}
/// Adds a member.
pub const ADD_MEMBER: &str = "Tambah anggota";
/// The sector that is asked so far.
pub const HEALTH: &str = "Kesehatan";
/// A family with nobody in it.
pub const NO_MEMBERS: &str = "Belum ada anggota yang didaftarkan.";

/// `3 kunjungan`
#[must_use]
pub fn visit_count(count: usize) -> String {
    if count == 0 { "Belum ada kunjungan".into() } else { format!("{count} kunjungan") }
}

/// `Damar Rekaan: sudah pindah`
#[must_use]
pub fn status_saved(nama: &str, status: &Status) -> String {
    format!("{nama}: {}", status_line(status, None).to_lowercase())
}
