//! Words of complaints: the five screens, the emergency card, the receipt, the list and one complaint.

use crate::domain::aduan::intake::{Field, FieldError, Problem, Warning};
use crate::domain::aduan::process::{Owner, Status};
use crate::domain::view::aduan::{Call, Due, Receipt, Row, Sealing, Sms, Step, StepKind, Tempat};

use super::{umum, waktu};

/// The tab's action, and the name of the form.
pub const NEW: &str = "Aduan baru";
/// Segment.
pub const OPEN: &str = "Berjalan";
/// Segment.
pub const ENDED: &str = "Selesai";
/// For screen readers.
pub const FILTER: &str = "Saring";
/// Section.
pub const BEGUN: &str = "Belum selesai diisi";
/// Section.
pub const WAITS_FOR_ME: &str = "Menunggu Ibu";
/// Section.
pub const WAITS_FOR_OTHERS: &str = "Menunggu orang lain";
/// Nothing open.
pub const NONE_OPEN: &str = "Belum ada aduan yang berjalan.";
/// Nothing ended.
pub const NONE_ENDED: &str = "Belum ada aduan yang selesai.";
/// What a neutral line says.
pub const NEUTRAL: &str = "Layanan";
/// A draft without words.
pub const NO_TITLE_YET: &str = "Belum ada judul";
/// A draft.
pub const GO_ON: &str = "Lanjutkan";
/// A draft.
pub const DISCARD: &str = "Buang isian ini";
/// A draft.
pub const DISCARD_SURE: &str = "Ya, buang";
/// Sealed.
pub const SEALED_DETAIL: &str =
    "Isinya tersimpan rapat dan tidak ditampilkan. Ia menunggu sampai ada petugas yang berhak membukanya.";

/// Of one whose readers have it.
pub const HANDED_DETAIL: &str =
    "Isinya sudah terkirim dan terkunci. Hanya petugas yang berhak bisa membukanya. Di HP ini tinggal nomornya.";

/// Red entry.
pub const DANGER_NOW: &str = "Ada bahaya sekarang?";
/// Red entry.
pub const DANGER_HOW: &str = "Telepon dulu, catat kemudian";
/// Step 1.
pub const ABOUT: &str = "Tentang apa?";
/// Step 1.
pub const TYPE_ABOUT: &str = "Tulis beberapa kata";
/// Step 1.
pub const TYPE_ABOUT_HINT: &str = "Misalnya: jalan rusak, bansos, air keruh";
/// Step 1.
pub const OR_CHOOSE: &str = "Atau pilih gambarnya";
/// Step 1.
pub const CHANGE: &str = "Ganti";
/// Step 1.
pub const KIND: &str = "Warga ingin apa?";
/// Step 1.
pub const CALL_FIRST: &str = "Ini mendesak. Lihat nomor telepon";
/// Step 2.
pub const WHAT: &str = "Apa yang terjadi?";
/// Step 2.
pub const WHAT_HINT: &str = "Tulis seperti warga bercerita. Jangan tulis nama orang.";
/// Step 2.
pub const TITLE: &str = "Judul singkat";
/// Step 2.
pub const TITLE_HINT: &str = "Kalau kosong, diambil dari cerita. Tanpa nama orang.";
/// Step 2: takes the title that is offered.
#[must_use]
pub fn use_title(title: &str) -> String {
    format!("Pakai: {title}")
}
/// Step 2.
pub const WHEN: &str = "Kapan terjadi?";
/// Step 2.
pub const WHEN_HINT: &str = "Misalnya 12/5/2026";
/// Step 2.
pub const ABOUT_WHEN: &str = "Tanggalnya kira-kira";
/// Step 3.
pub const WHERE: &str = "Di mana?";
/// Step 3.
pub const DUSUN: &str = "Dusun atau lingkungan";
/// Step 3.
pub const RT: &str = "RT";
/// Step 3.
pub const RW: &str = "RW";
/// Step 3.
pub const LANDMARK: &str = "Patokan";
/// Step 3.
pub const LANDMARK_HINT: &str = "Misalnya dekat musala, sebelah timur jembatan";
/// Step 3.
pub const FOR_WHOM: &str = "Untuk siapa?";
/// Step 3.
pub const HOW_MANY: &str = "Kena berapa keluarga?";
/// Step 3.
pub const FAMILIES: &str = "Jumlah keluarga";
/// Step 3.
pub const FAMILIES_HINT: &str = "Kira-kira saja";
/// Step 4.
pub const SECRECY: &str = "Siapa yang boleh tahu?";
/// Step 4.
pub const SECRECY_DEFAULT: &str = "Untuk hal ini dijaga rahasia. Biarkan begitu kalau ragu.";
/// Step 4.
pub const LOWER: &str = "Pelapor sendiri yang minta lebih terbuka";
/// Step 4.
pub const REPORTER: &str = "Pelapor";
/// Step 4.
pub const REPORTER_NAME: &str = "Nama pelapor";
/// Step 4.
pub const REACH: &str = "Kabar dikirim lewat apa?";
/// Step 4.
pub const PHONE: &str = "Nomor HP pelapor";
/// Step 4.
pub const SAFE_HOUR: &str = "Jam yang aman dihubungi";
/// Step 4.
pub const SAFE_HOUR_HINT: &str = "Misalnya pagi, sebelum jam 9";
/// Step 4.
pub const NIK: &str = "NIK pelapor";
/// Step 4.
pub const IS_CHILD: &str = "Pelapor di bawah 18 tahun";
/// Step 4.
pub const GUARDIAN: &str = "Nama orang tua atau wali";
/// Step 4.
pub const GUARDIAN_RELATION: &str = "Hubungan dengan anak";
/// Step 4.
pub const PROTECT_CHILD: &str = "Orang tua diduga pelaku: lindungi anak, persetujuan tidak diminta";
/// Step 4.
pub const NOBODY_WARNING: &str =
    "Tanpa nama, jawaban tidak bisa diantar ke pelapor. Beri tanda terimanya, ia bisa bertanya dengan nomor itu.";
/// Step 4.
pub const CONSENT: &str = "Bacakan, lalu centang kalau setuju";
/// Step 4.
pub const CONSENT_NOTE: &str = "Kalimat usulan, menunggu diperiksa pemerintah daerah";
/// Step 4.
pub const CONSENT_HOW: &str = "Cara menyetujui";
/// Step 4.
pub const WITNESS: &str = "Nama saksi";
/// Step 5.
pub const CHECK: &str = "Periksa, lalu kirim";
/// Step 5.
pub const PHOTOS: &str = "Foto";
/// Step 5.
pub const ADD_PHOTO: &str = "Tambah foto";
/// Step 5.
pub const PHOTO_OFF: &str = "Untuk hal ini foto sebaiknya tidak ada. Jangan memotret korban.";
/// Step 5.
pub const PHOTO_ANYWAY: &str = "Tetap tambah foto";
/// Step 5.
pub const PHOTO_HINT: &str = "Paling banyak 3. Jangan ada wajah anak atau korban.";
/// Step 5.
pub const REMOVE_PHOTO: &str = "Hapus foto";
/// While a photo is made small.
pub const PHOTO_BUSY: &str = "Mengecilkan foto…";
/// Not a picture.
pub const NOT_A_PHOTO: &str = "Ini bukan foto. Pilih gambar dari kamera atau galeri.";
/// A picture that the phone cannot open.
pub const PHOTO_TOO_BIG: &str = "Foto ini terlalu besar untuk HP ini. Ambil foto lagi dengan ukuran lebih kecil.";
/// The phone is nearly full.
pub const PHOTO_NO_ROOM: &str = "Memori HP hampir penuh. Simpan aduan tanpa foto, atau hapus foto lain dulu.";
/// Enough.
pub const PHOTO_ENOUGH: &str = "Sudah 3 foto. Hapus satu kalau mau mengganti.";
/// Step 5.
pub const SEND: &str = "Kirim aduan";
/// Step 5.
pub const SENDING: &str = "Menyimpan…";

/// Emergency.
pub const CALL_NOW: &str = "Telepon sekarang";
/// Emergency.
pub const CALL_HOW: &str = "Ketuk nomornya. Tidak perlu internet";
/// Emergency.
pub const LOCAL: &str = "Nomor setempat";
/// Emergency.
pub const NO_SIGNAL: &str = "Tidak ada sinyal?";
/// Emergency, without a signal.
pub const ALONE: &str = "Tidak ada sinyal internet";
/// Emergency, without a signal.
pub const BY_FOOT: &str = "Pukul kentongan, pakai HT, atau suruh orang lari mencari bantuan.";
/// Emergency, ready SMS.
pub const CHECK_SMS: &str = "Isinya sudah siap. Tambahkan RT atau dusunnya kalau belum ada.";
/// Emergency, violence.
pub const NO_SIGNAL_QUIET: &str = "Tidak ada sinyal? Ajak ke tempat aman yang ada sinyal.";
/// Emergency.
pub const CALLED: &str = "Sudah menelepon, catat";
/// Emergency.
pub const SAFE_TITLE: &str = "Aman bicara sekarang?";
/// Emergency.
pub const SAFE_LINE: &str =
    "Pastikan tidak ada yang mendengar. Jangan bertanya rinci, jangan mendamaikan, jangan memotret korban.";
/// Emergency.
pub const SAFE_YES: &str = "Ya, aman";
/// Emergency.
pub const SAFE_NO: &str = "Belum aman, berhenti dulu";
/// Emergency.
pub const CONDITIONAL: &str = "bila ada di daerah Ibu";
/// Emergency.
pub const STALE: &str = "sudah lama tidak diperiksa";

/// Receipt.
pub const TAKEN: &str = "Aduan tercatat";
/// Receipt of what is not named.
pub const TAKEN_NEUTRAL: &str = "Tanda terima layanan Posyandu";
/// Receipt.
pub const RECEIPT: &str = "Tanda terima";
/// Receipt.
pub const NUMBER: &str = "Nomor aduan";
/// Receipt of what is not named.
pub const NUMBER_NEUTRAL: &str = "Nomor";
/// Receipt.
pub const CODE: &str = "Kode lacak";
/// Receipt.
pub const CODE_ONLY: &str = "Hanya untuk pelapor";
/// Receipt.
pub const CHECKED_BY: &str = "Diperiksa paling lambat";
/// Receipt.
pub const BY_PENGURUS: &str = "oleh pengurus Posyandu";
/// Receipt.
pub const SHARE: &str = "Bagikan";
/// Receipt.
pub const COPIED: &str = "Teksnya sudah disalin. Tempelkan di WhatsApp atau SMS.";
/// Receipt.
pub const NOT_SHARED: &str = "Belum bisa dibagikan dari HP ini. Salin nomornya di kertas.";
/// Receipt.
pub const SEE_RECEIPT: &str = "Lihat tanda terima";
/// Receipt.
pub const QR: &str = "Kode QR berisi nomor aduan";

/// One complaint.
pub const IN_HANDS: &str = "Sekarang di tangan";
/// One complaint.
pub const NOTE: &str = "Catatan";
/// One complaint.
pub const ADD_NOTE: &str = "Tambah catatan";
/// One complaint.
pub const NOTE_HINT: &str = "Misalnya: sudah dilihat bersama ketua RT";
/// One complaint.
pub const SAVE_NOTE: &str = "Simpan catatan";
/// One complaint.
pub const RECORD_CALL: &str = "Catat telepon bantuan";
/// One complaint.
pub const WHO_WAS_CALLED: &str = "Siapa yang ditelepon?";
/// One complaint.
pub const CALL_RESULT: &str = "Apa kata mereka?";
/// One complaint.
pub const SAVE_CALL: &str = "Simpan";
/// One complaint.
pub const ONLY_YOU_SEE: &str = "Hanya Ibu yang melihat ini di HP ini";
/// Of a reporter who is known to officers alone.
pub const REPORTER_LOCKED: &str = "Namanya terkunci. Hanya petugas yang berhak bisa membukanya.";
/// To an officer, of a reporter.
pub const ONLY_OFFICERS_SEE: &str = "Hanya petugas yang berhak yang melihat nama ini";
/// One complaint.
pub const PHOTO_ALT: &str = "Foto aduan";

/// A line of a list of answers: stored word, shown word, second line.
pub type Answer = (&'static str, &'static str, &'static str);

/// What is brought.
pub const KINDS: [Answer; 4] = [
    ("pengaduan", "Keluhan", "ada yang salah atau rusak"),
    ("aspirasi", "Usulan", "ingin ada yang dibangun atau diperbaiki"),
    ("permintaan_informasi", "Pertanyaan", "ingin tahu caranya"),
    ("permohonan_layanan", "Minta bantuan", "mengajukan layanan dengan syarat"),
];
/// For whom.
pub const FOR: [Answer; 4] = [
    ("diri_sendiri", "Diri sendiri", ""),
    ("keluarga", "Keluarganya", ""),
    ("orang_lain", "Orang lain", ""),
    ("umum", "Semua warga", ""),
];
/// One or several households.
pub const HOW_MANY_CHOICES: [Answer; 2] =
    [("individu", "Satu keluarga", ""), ("komunal", "Banyak keluarga", "jalan, air, sampah")];
/// Secrecy in plain words.
pub const SECRECY_CHOICES: [Answer; 4] = [
    ("terbuka", "Petugas yang menangani", "Isi boleh dibaca petugas. Nama hanya untuk yang mengurus."),
    ("anonim", "Isi saja, nama disembunyikan", "Petugas membaca isinya. Nama hanya dibuka pengendali."),
    ("rahasia", "Dirahasiakan semua", "Isi dan nama tersimpan rapat. Kader lain dan desa tidak tahu."),
    ("tanpa_identitas", "Tidak mau menyebut nama", "Nama tidak dicatat sama sekali."),
];
/// How to bring the answer.
pub const REACH_CHOICES: [Answer; 5] = [
    ("lewat_kader", "Lewat kader", ""),
    ("wa", "WhatsApp", ""),
    ("telepon", "Telepon", ""),
    ("sms", "SMS", ""),
    ("datang_sendiri", "Datang sendiri", ""),
];
/// How consent was given.
pub const CONSENT_CHOICES: [Answer; 4] = [
    ("lisan_disaksikan", "Lisan, ada saksi", ""),
    ("tanda_tangan", "Tanda tangan di kertas", ""),
    ("cap_jempol", "Cap jempol di kertas", ""),
    ("digital", "Pelapor menyentuh layar ini", ""),
];

/// The sectors in the order of the petals: code, name, what belongs there, icon and class. Names may break between
/// syllables.
pub const BIDANG: [(&str, &str, &str, &str); 7] = [
    ("KES", "Kese\u{ad}hatan", "sakit, gizi, layanan, obat", "kes"),
    ("PEND", "Pendi\u{ad}dikan", "sekolah, PAUD, beasiswa", "pend"),
    ("PU", "Peker\u{ad}jaan Umum", "air, jamban, jalan, sampah", "pu"),
    ("PERKIM", "Peru\u{ad}mahan", "rumah rusak, listrik", "perkim"),
    ("TRANTIB", "Tran\u{ad}tibum\u{ad}linmas", "keamanan, bencana", "trantib"),
    ("SOS", "Sosial", "bansos, lansia, disabilitas", "sos"),
    ("LAIN", "Lainnya", "KTP, KK, listrik padam", "lain"),
];

/// Icon of a sector; neutral where nothing may be told.
#[must_use]
pub fn bidang_icon(code: &str) -> &'static str {
    BIDANG.iter().find(|it| it.0 == code).map_or("surat", |it| it.3)
}

/// Class of its colors.
#[must_use]
pub fn bidang_class(code: &str) -> String {
    format!("bidang--{}", BIDANG.iter().find(|it| it.0 == code).map_or("lain", |it| it.3))
}

/// Name of a sector.
#[must_use]
pub fn bidang_name(code: &str) -> &'static str {
    BIDANG.iter().find(|it| it.0 == code).map_or("", |it| it.1)
}

/// The shown word of an answer.
#[must_use]
pub fn answer(list: &'static [Answer], value: &str) -> &'static str {
    list.iter().find(|it| it.0 == value).map_or("", |it| it.1)
}

/// `Langkah 1 dari 5 · tersimpan di HP`
#[must_use]
pub fn step(now: usize) -> String {
    format!("Langkah {now} dari 5 · tersimpan di HP")
}

/// What is wrong with a field.
#[must_use]
pub fn problem(error: &FieldError) -> String {
    match (&error.field, error.problem) {
        (Field::Kategori, Problem::Required) => "Pilih dulu tentang apa.".into(),
        (Field::Jenis, Problem::Required) => "Pilih dulu yang diinginkan warga.".into(),
        (Field::Uraian, Problem::Required) => "Ceritanya belum ditulis.".into(),
        (Field::Rt, Problem::Required) => "Isi RT atau patokan, supaya tempatnya ketemu.".into(),
        (Field::JumlahTerdampakKk, Problem::Required) => "Berapa keluarga? Kira-kira saja.".into(),
        (Field::CaraHubung, Problem::Required) => "Pilih cara mengabari pelapor.".into(),
        (Field::Hp, Problem::Required) => "Nomornya perlu untuk mengabari pelapor.".into(),
        (Field::Persetujuan, Problem::Required) => "Bacakan kalimatnya dan centang kalau pelapor setuju.".into(),
        (_, Problem::Required) => "Belum terisi.".into(),
        (_, Problem::TooShort { least }) => format!("Terlalu pendek, paling sedikit {least} huruf."),
        (_, Problem::TooLong { most }) => format!("Terlalu panjang, paling banyak {most} huruf."),
        (_, Problem::NotANumber) => "Tulis dengan angka saja.".into(),
        (_, Problem::OutOfRange { least, most }) => format!("Isi antara {least} dan {most}."),
        (_, Problem::UnknownChoice) => "Pilihan ini tidak ada. Pilih yang lain.".into(),
        (_, Problem::NotADate) => "Tulis seperti 12/5/2026.".into(),
        (_, Problem::InFuture) => "Tanggal itu belum tiba.".into(),
        (_, Problem::NotAPhone) => "Tulis nomor HP seperti 0812 3456 7890.".into(),
        (_, Problem::NotSixteenDigits) => "NIK ada 16 angka.".into(),
        (_, Problem::NotAllowed) => "Ini tidak boleh disimpan di sini.".into(),
        (_, Problem::LoweredWithoutWish) => {
            "Hal ini dijaga rahasia. Kalau pelapor sendiri minta lebih terbuka, centang di bawah.".into()
        }
        (_, Problem::NeedsWitness) => "Tulis nama saksinya.".into(),
        (_, Problem::TooMany { most }) => format!("Paling banyak {most}."),
        (_, Problem::UnfitFile) => "Foto ini rusak. Hapus, lalu ambil lagi.".into(),
    }
}

/// What deserves a second look.
#[must_use]
pub fn warning(warning: Warning) -> &'static str {
    match warning {
        Warning::ReporterName => "Nama pelapor ada di dalam cerita. Sebaiknya dihapus dari sana.",
        Warning::Nik => "Ada 16 angka seperti NIK di dalam cerita. Sebaiknya dihapus.",
        Warning::Phone => "Ada nomor telepon di dalam cerita. Sebaiknya dihapus.",
        Warning::NoAnswer => NOBODY_WARNING,
    }
}

/// The label that the public reads.
#[must_use]
pub fn status(status: &Status) -> &'static str {
    match status {
        Status::Draf => "Belum dikirim",
        Status::Diterima => "Diterima",
        Status::PerluDilengkapi => "Perlu dilengkapi",
        Status::Terverifikasi => "Sudah diperiksa",
        Status::DitanganiDesa => "Dikerjakan desa",
        Status::Didisposisi => "Diteruskan ke dinas",
        Status::Diproses => "Dikerjakan",
        Status::Ditunda => "Ditunda",
        Status::Dijawab => "Ditanyakan ke warga: sudah beres?",
        Status::Selesai => "Selesai",
        Status::Ditolak => "Tidak dapat diproses",
        Status::Digabung => "Digabung dengan laporan lain",
        Status::Dicabut => "Dicabut",
        Status::Unknown(_) => "Sedang diurus",
    }
}

/// In whose hands.
#[must_use]
pub fn owner(owner: &Owner) -> &'static str {
    match owner {
        Owner::Kader => "Ibu",
        Owner::Verifikator => "Pengurus Posyandu",
        Owner::Pengendali => "Tim Pengurus Harian",
        Owner::Pemdes => "Pemerintah desa",
        Owner::Opd => "Dinas",
        Owner::Pelapor => "Pelapor, lewat Ibu",
        Owner::Unknown(_) => "Petugas",
    }
}

/// `Sampai Senin 16 November · perkiraan`
#[must_use]
pub fn due(due: &Due) -> String {
    let estimate = if due.is_estimate { " · perkiraan" } else { "" };
    match due.at {
        Some(at) if due.is_late => format!("Lewat dari jam {}", waktu::time(at)),
        Some(at) => format!("Sebelum jam {}", waktu::time(at)),
        None if due.is_late => format!("Lewat {} hari kerja{estimate}", due.days.abs().max(1)),
        None => format!("Sampai {}{estimate}", waktu::day_and_date(due.on)),
    }
}

/// `Senin, 16 November 2026 (perkiraan)`
#[must_use]
pub fn due_day(due: &Due) -> String {
    let estimate = if due.is_estimate { " (perkiraan)" } else { "" };
    format!("{}{estimate}", waktu::day_and_date_long(due.on))
}

/// ` · 3 hari kerja lagi`
#[must_use]
pub fn days_left(due: &Due) -> String {
    match (due.at, due.is_late, due.days) {
        (Some(_), ..) | (_, true, _) => String::new(),
        (_, _, 0) => " · hari ini".into(),
        (_, _, days) => format!(" · {days} hari kerja lagi"),
    }
}

/// The name in a list.
#[must_use]
pub fn row_name(row: &Row) -> String {
    row.judul.clone().unwrap_or_else(|| NEUTRAL.to_owned())
}

/// The second line in a list.
#[must_use]
pub fn row_line(row: &Row) -> String {
    match row.sealing {
        Sealing::Waits => return format!("nomor {} · rahasia, hanya di HP ini", row.nomor),
        Sealing::Handed => return format!("nomor {} · rahasia, sudah terkirim", row.nomor),
        Sealing::Entrusted => return format!("nomor {} · rahasia", row.nomor),
        Sealing::Open => {}
    }
    if row.judul.is_none() {
        return format!("nomor {}", row.nomor);
    }
    let who = row.owner.as_ref().map_or_else(|| status(&row.status), owner);
    format!("{} · {who}", row.nomor)
}

/// `Dusun Umpama · RT 003/RW 001 · dekat musala`
#[must_use]
pub fn tempat(tempat: &Tempat) -> String {
    let mut parts = Vec::new();
    if !tempat.dusun.is_empty() {
        parts.push(tempat.dusun.clone());
    }
    match (tempat.rt.as_str(), tempat.rw.as_str()) {
        ("", "") => {}
        (rt, "") => parts.push(format!("RT\u{a0}{rt}")),
        ("", rw) => parts.push(format!("RW\u{a0}{rw}")),
        (rt, rw) => parts.push(format!("RT\u{a0}{rt}/RW\u{a0}{rw}")),
    }
    if !tempat.patokan.is_empty() {
        parts.push(tempat.patokan.clone());
    }
    parts.join(" · ")
}

/// `kena 14 keluarga`
#[must_use]
pub fn families(count: i64) -> String {
    format!("kena {count} keluarga")
}

/// What a line of the history says: the bold word and the second line.
#[must_use]
pub fn step_words(step: &Step) -> (String, String) {
    let when = step.at.map(|at| format!("{}, {}", waktu::day_and_date(at.date()), waktu::time(at)));
    let mut second: Vec<String> = Vec::new();
    if !step.who.is_empty() {
        second.push(step.who.clone());
    }
    second.extend(when);
    let second = second.join(" · ");
    match &step.what {
        StepKind::Status(it) => (status(it).to_owned(), second),
        StepKind::Waits { owner: Owner::Kader, due: Some(it) } if it.at.is_some() => {
            ("Telepon bantuan dulu".into(), due(it))
        }
        StepKind::Waits { owner: it, due: until } => {
            let what = match it {
                Owner::Verifikator => "Menunggu diperiksa".to_owned(),
                Owner::Pelapor => "Tanyakan ke pelapor: sudah beres?".to_owned(),
                other => format!("Menunggu {}", owner(other)),
            };
            let until = until.as_ref().map(|it| format!("{} · {}", owner(&Owner::Verifikator), due(it)));
            (what, until.unwrap_or_default())
        }
        StepKind::Call { kepada, nomor, hasil } => {
            let hasil = if hasil.is_empty() { String::new() } else { format!(". {hasil}") };
            (format!("Menelepon {kepada} ({nomor})"), format!("{second}{hasil}"))
        }
        StepKind::Note(text) => (text.clone(), second),
        StepKind::Other => ("Catatan dari petugas".into(), second),
    }
}

/// The name and the second line of a number to call.
#[must_use]
pub fn call_words(call: &Call) -> (String, String) {
    let (name, what) = match call.id.as_str() {
        "ambulans" => ("Ambulans", "sakit, kecelakaan"),
        "sapa129" => ("Kekerasan", "perempuan, anak"),
        "sapa129_wa" => ("Kekerasan, WhatsApp", "perempuan, anak"),
        "damkar" => ("Kebakaran", "Damkar"),
        "polisi" => ("Polisi", "ancaman, kejahatan"),
        "darurat" => ("Bencana", "banjir, longsor"),
        "sar" => ("Orang hilang", "hanyut, tersesat"),
        _ => (call.nama.as_str(), ""),
    };
    let mut more: Vec<&str> = Vec::new();
    if !what.is_empty() {
        more.push(what);
    }
    if call.is_conditional {
        more.push(CONDITIONAL);
    }
    if call.is_stale {
        more.push(STALE);
    }
    (name.to_owned(), more.join(", "))
}

/// `0812 0000 0001`
#[must_use]
pub fn grouped(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(4).map(|it| it.iter().collect::<String>()).collect::<Vec<_>>().join("\u{a0}")
}

/// Icon of a number to call.
#[must_use]
pub fn call_icon(id: &str) -> &'static str {
    match id {
        "ambulans" | "puskesmas" | "bidan" => "ambulans",
        "sapa129" | "uptd_ppa" => "tangan",
        "sapa129_wa" => "pesan",
        "damkar" | "damkar_setempat" => "api",
        "polisi" | "bhabinkamtibmas" | "babinsa" => "polisi",
        "darurat" | "bpbd" => "banjir",
        "sar" => "cari",
        _ => "telepon",
    }
}

/// `Hubungi bantuan dalam 15 menit`
#[must_use]
pub fn connect_within(minutes: u16) -> String {
    format!("Hubungi bantuan dalam {minutes} menit")
}

/// `Telepon Ambulans 119`
#[must_use]
pub fn call_button(call: &Call) -> String {
    format!("Telepon {} {}", call_words(call).0, call.nomor)
}

/// `Kirim SMS ke Damkar`
#[must_use]
pub fn sms_button(to: &Call) -> String {
    format!("Kirim SMS ke {}", call_words(to).0)
}

/// The ready SMS: what, where, who asks, whom to call back. Short, in letters that every phone sends cheaply.
#[must_use]
pub fn sms_text(sms: &Sms, near: &str) -> String {
    let near = near.replace(" · ", ", ").replace('\u{a0}', " ");
    let named = |kind: &str, name: &str| match name {
        "" => String::new(),
        name if name.to_lowercase().starts_with(&kind.to_lowercase()) => name.to_owned(),
        name => format!("{kind} {name}"),
    };
    let [desa, kecamatan, kabupaten] = &sms.places;
    let places = [near, named("Desa", desa), named("Kec", kecamatan), kabupaten.clone()];
    let places: Vec<String> = places.into_iter().filter(|it| !it.is_empty()).collect();
    let back = sms.back.as_ref().map(|it| format!(" atau {} {}", call_words(it).0, it.nomor)).unwrap_or_default();
    format!(
        "DARURAT: {}. Tempat: {}. Dari Posyandu {}. Telepon balik nomor ini{back}.",
        sms.what,
        places.join(", "),
        sms.posyandu
    )
}

/// What is shared: number, date, promise; nobody's name and not what it is about.
#[must_use]
pub fn share_text(receipt: &Receipt) -> String {
    let heading = if receipt.tentang.is_some() { "Tanda terima aduan" } else { TAKEN_NEUTRAL };
    let mut lines = vec![
        heading.to_owned(),
        umum::posyandu(&receipt.posyandu),
        format!("Nomor: {}", receipt.nomor_utuh),
        format!("Tanggal: {}", waktu::date_short(receipt.submitted.date())),
    ];
    if let Some(kode) = &receipt.kode {
        lines.push(format!("Kode lacak: {kode}"));
    }
    if let Some(due) = &receipt.due {
        lines.push(format!("{CHECKED_BY} {}.", due_day(due)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str, nama: &str, nomor: &str) -> Call {
        let (id, nama, nomor) = (id.into(), nama.into(), nomor.into());
        Call { id, nama, nomor, is_wa: false, is_conditional: true, is_stale: true }
    }

    #[test]
    fn the_sms_says_what_where_who_and_whom_to_call_back() {
        let tempat = Tempat { dusun: "Contoh Lor".into(), rt: "003".into(), rw: "001".into(), patokan: String::new() };
        let mut sms = Sms {
            to: Some(call("damkar_setempat", "Damkar", "081200000004")),
            what: "Kebakaran".into(),
            posyandu: "Melati Contoh".into(),
            places: ["Misal".into(), "Umpama".into(), "Kabupaten Rekaan".into()],
            back: Some(call("kades", "Kepala desa", "081200000003")),
        };
        let text = sms_text(&sms, &super::tempat(&tempat));
        let whole = "DARURAT: Kebakaran. Tempat: Contoh Lor, RT 003/RW 001, Desa Misal, Kec Umpama, Kabupaten Rekaan. \
                     Dari Posyandu Melati Contoh. Telepon balik nomor ini atau Kepala desa 081200000003.";
        assert_eq!(text, whole);
        assert!(text.is_ascii(), "letters outside the small alphabet make three messages of one");
        sms.places = ["Desa Misal".into(), String::new(), String::new()];
        sms.back = None;
        let short = "DARURAT: Kebakaran. Tempat: Desa Misal. Dari Posyandu Melati Contoh. Telepon balik nomor ini.";
        assert_eq!(sms_text(&sms, ""), short);
    }

    #[test]
    fn what_is_shared_names_neither_the_matter_nor_anybody() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 11).unwrap();
        let receipt = Receipt {
            id: "a".into(),
            nomor: ["3325-ZAAAAAAA".into(), "0001-1".into()],
            nomor_utuh: "3325-ZAAAAAAA-0001-1".into(),
            nomor_rapat: String::new(),
            kode: Some("481 907".into()),
            tentang: Some(("Atap rumah Mbah Umpama bocor".into(), "PERKIM".into())),
            posyandu: "Contoh".into(),
            submitted: day.and_hms_opt(9, 52, 0).unwrap(),
            due: Some(Due { on: day, at: None, is_estimate: true, days: 0, is_late: false }),
            urgent: None,
            has_no_answer: false,
        };
        let text = share_text(&receipt);
        assert!(!text.contains("Umpama") && !text.contains("Perumahan"));
        assert!(text.contains("3325-ZAAAAAAA-0001-1") && text.contains("481 907") && text.contains("(perkiraan)"));
    }
}
