//! Words of the first minutes: beginning, PIN, recovery code, clock, and a book that does not open.

use crate::domain::file::FileError;
use crate::domain::pin::PinError;

/// First screen.
pub const TITLE_1: &str = "Satu buku,";
/// First screen.
pub const TITLE_2: &str = "enam layanan.";
/// First screen.
pub const LINE: &str = "Catatan Posyandu di HP Ibu, bisa dipakai tanpa sinyal.";
/// First screen.
pub const HOW: &str = "Bagaimana Ibu mau mulai?";
/// Begin alone.
pub const USE_HERE: &str = "Langsung pakai di HP ini";
/// Begin alone.
pub const USE_HERE_HOW: &str = "Tanpa akun, tanpa internet";
/// Practice.
pub const PRACTISE: &str = "Coba dulu, data latihan";
/// Throws practice away.
pub const FORGET_PRACTICE: &str = "Hapus latihan";
/// Throws practice away: what happens.
pub const FORGET_PRACTICE_HOW: &str = "Semua isi latihan hilang. Data sungguhan tidak tersentuh.";
/// Leaves practice.
pub const LEAVE_PRACTICE: &str = "Selesai latihan, kembali ke awal";

/// Founding, step 1.
pub const POSYANDU_TITLE: &str = "Posyandu Ibu";
/// Founding.
pub const POSYANDU_NAME: &str = "Apa nama posyandunya?";
/// Founding.
pub const POSYANDU_NAME_HINT: &str = "Tanpa kata Posyandu, misalnya Melati 2";
/// Founding.
pub const REGISTRATION: &str = "Nomor registrasi";
/// Founding.
pub const REGISTRATION_HINT: &str = "Dari Kemendagri, kalau sudah ada";
/// Founding, step 2.
pub const PLACE_TITLE: &str = "Di desa mana?";
/// Founding.
pub const KABUPATEN: &str = "Kabupaten atau kota";
/// Founding.
pub const KABUPATEN_HINT: &str = "Ketik beberapa huruf, lalu pilih";
/// Founding.
pub const DESA: &str = "Desa atau kelurahan";
/// Founding.
pub const KECAMATAN: &str = "Kecamatan";
/// The list of desa could not be fetched.
pub const TYPE_DESA: &str =
    "Daftar desa belum bisa diambil. Tulis saja, kodenya dilengkapi nanti di Menu, Posyandu ini.";
/// The kabupaten is not one of the list.
pub const NOT_IN_LIST: &str = "Pilih dari daftar di bawah. Kalau memang tidak ada, lanjutkan sekali lagi.";
/// Founding, step 3.
pub const KADER_TITLE: &str = "Siapa Ibu?";
/// Founding.
pub const KADER_NAME: &str = "Nama panggilan";
/// Founding.
pub const KADER_NAME_HINT: &str = "Seperti dipanggil sehari-hari, misalnya Bu Ani";
/// Founding, step 4.
pub const PHONES_TITLE: &str = "Nomor penting di sini";
/// Founding.
pub const PHONES_LINE: &str = "Muncul saat ada keadaan darurat. Yang belum tahu boleh kosong.";
/// Whose number is asked for.
pub const PHONES: [&str; 4] = [PHONE_BIDAN, PHONE_PUSKESMAS, PHONE_DESA, PHONE_BPBD];
/// Local number.
pub const PHONE_BIDAN: &str = "Bidan desa";
/// Local number.
pub const PHONE_PUSKESMAS: &str = "Puskesmas";
/// Local number.
pub const PHONE_DESA: &str = "Kantor atau kepala desa";
/// Local number.
pub const PHONE_BPBD: &str = "BPBD atau Damkar";
/// Founding, step 5.
pub const PIN_TITLE: &str = "Buat PIN";
/// Founding.
pub const PIN_LABEL: &str = "PIN, 6 sampai 12 angka";
/// Founding.
pub const PIN_HINT: &str = "Jangan angka urut, angka kembar, atau tanggal lahir";
/// Founding.
pub const PIN_AGAIN: &str = "Sekali lagi";
/// The two differ.
pub const PIN_DIFFERS: &str = "Belum sama dengan yang pertama.";
/// Founding.
pub const BEGIN: &str = "Mulai pakai";
/// While keys are made.
pub const MAKING: &str = "Menyiapkan buku…";
/// Recovery code.
pub const CODE_TITLE: &str = "Tulis kode ini di kertas";
/// Recovery code.
pub const CODE_WHY: &str = "Kalau lupa PIN, hanya kode ini yang bisa membuka buku. Simpan di rumah, jangan difoto.";
/// Recovery code.
pub const CODE_DONE: &str = "Sudah saya tulis";
/// Typing back.
pub const CODE_CHECK_TITLE: &str = "Coba lihat kertasnya";
/// Code is owed.
pub const OWED_TITLE: &str = "Kode pemulihan belum ditulis";
/// Code is owed.
pub const OWED_LINE: &str = "Kode yang dulu belum sempat diperiksa. Buat kode baru dan tulis di kertas.";
/// Code is owed.
pub const OWED_MAKE: &str = "Buat kode baru";
/// Steps of founding.
#[must_use]
pub fn step(now: u32, of: u32) -> String {
    format!("Langkah {now} dari {of} · tersimpan di HP")
}

/// Which group to type back, counted from 0.
#[must_use]
pub fn which_group(group: u8) -> String {
    const ORDER: [&str; 7] = ["pertama", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh"];
    let word = ORDER.get(usize::from(group)).copied().unwrap_or("pertama");
    format!("Tulis 4 huruf atau angka pada kotak {word}")
}

/// Lock screen.
pub const OPEN_WITH_PIN: &str = "Buka dengan PIN";
/// Lock screen.
pub const WHO: &str = "Siapa yang memakai?";
/// Lock screen.
pub const OPEN: &str = "Buka";
/// Lock screen.
pub const OPENING: &str = "Sebentar…";
/// Lock screen.
pub const USE_WORDS: &str = "Pakai kata sandi";
/// Lock screen.
pub const USE_DIGITS: &str = "Pakai PIN angka";
/// Lock screen.
pub const PASSPHRASE: &str = "Kata sandi";
/// Lock screen.
pub const FORGOT: &str = "Lupa PIN";
/// Forgotten PIN.
pub const FORGOT_TITLE: &str = "Lupa PIN";
/// Forgotten PIN.
pub const FORGOT_HOW: &str = "Ambil kertas kode pemulihan. Kalau kertasnya hilang, minta teman kader membuka bukunya: Menu, Kader, Beri PIN baru.";
/// Forgotten PIN.
pub const RECOVERY_CODE: &str = "Kode pemulihan";
/// Forgotten PIN.
pub const NEW_PIN: &str = "PIN baru";
/// In place of [`NEW_PIN`] where words are typed.
pub const NEW_WORDS: &str = "Kata sandi baru";
/// Hint.
pub const WORDS_HINT: &str = "Paling sedikit 10 huruf, misalnya tiga kata";
/// Forgotten PIN.
pub const OPEN_WITH_CODE: &str = "Buka dan pakai PIN baru";

/// `PIN Bu Ani`
#[must_use]
pub fn pin_of(nama: &str) -> String {
    format!("PIN {nama}")
}

/// `1 isian belum selesai`
#[must_use]
pub fn unfinished(drafts: u32) -> String {
    if drafts == 0 { String::new() } else { format!(" {drafts} isian belum selesai") }
}

/// `3 angka terisi`
#[must_use]
pub fn digits_typed(count: usize) -> String {
    format!("{count} angka terisi")
}

/// Why a PIN may not be chosen.
#[must_use]
pub fn pin_error(error: &PinError) -> &'static str {
    match error {
        PinError::TooShort => "PIN paling sedikit 6 angka.",
        PinError::TooLong => "PIN paling banyak 12 angka.",
        PinError::Run => "Angka urut mudah ditebak. Pilih angka lain.",
        PinError::Repeat => "Angka kembar mudah ditebak. Pilih angka lain.",
        PinError::BirthDate => "Tanggal lahir mudah ditebak. Pilih angka lain.",
        PinError::PassphraseTooShort => "Kata sandi paling sedikit 10 huruf, atau pakai angka saja.",
    }
}

/// Doubtful clock.
pub const CLOCK_TITLE: &str = "Hari ini tanggal berapa?";
/// Doubtful clock.
pub const CLOCK_RIGHT: &str = "Ya, itu benar";
/// Doubtful clock.
pub const CLOCK_TODAY: &str = "Kalau bukan, hari ini tanggal";
/// How to write a date.
pub const DATE_HINT: &str = "Seperti 12/5/2026 atau 12 Mei 2026";

/// `HP ini menunjuk Rabu, 11 November 2031.`
#[must_use]
pub fn clock_says(day: &str) -> String {
    format!("HP ini menunjuk {day}. Supaya catatan tidak salah tanggal, pastikan dulu.")
}

/// A book that does not open.
pub const BROKEN_TITLE: &str = "Buku belum bisa dibuka";
/// A book that does not open.
pub const BROKEN_HOW: &str =
    "Jangan menghapus aplikasi atau data Chrome: isi buku ada di HP ini. Tutup tab Posyandu yang lain, lalu coba lagi.";
/// A book that does not open.
pub const TRY_AGAIN: &str = "Coba lagi";

/// Recovery page.
pub const RESTORE: &str = "Punya berkas cadangan? Pulihkan";
/// Recovery page.
pub const RESTORE_TITLE: &str = "Pulihkan dari berkas";
/// Recovery page.
pub const RESTORE_HOW: &str =
    "Pilih berkas cadangan dari HP lama. Setelah itu buku dibuka dengan kode pemulihan yang ditulis di kertas.";
/// Recovery page.
pub const RESTORE_FILE: &str = "Berkas cadangan";
/// Recovery page.
pub const RESTORE_DO: &str = "Pulihkan";
/// Recovery page.
pub const NO_FILE: &str = "Pilih berkasnya dulu.";
/// Recovery page.
pub const SAVE_COPY: &str = "Simpan berkas cadangan";
/// Recovery page.
pub const SAVE_COPY_HOW: &str = "Isinya tetap terkunci. Di HP lain dibuka dengan kode pemulihan.";
/// Recovery page.
pub const COPY_SAVED: &str = "Berkas cadangan sudah diunduh.";
/// Recovery page.
pub const START_AGAIN: &str = "Hapus semua dan mulai dari awal";
/// Recovery page.
pub const START_AGAIN_SURE: &str = "Semua catatan di HP ini akan hilang untuk selamanya. Ketik HAPUS kalau yakin.";
/// Recovery page.
pub const START_AGAIN_WORD: &str = "HAPUS";
/// Recovery page.
pub const START_AGAIN_DO: &str = "Hapus semua";
/// The word was not typed.
pub const START_AGAIN_DIFFERS: &str = "Belum ada yang dihapus. Ketik HAPUS dengan huruf besar.";

/// Why a backup is not restored.
#[must_use]
pub fn backup_error(error: FileError) -> &'static str {
    match error {
        FileError::NotOurs => "Ini bukan berkas dari aplikasi Posyandu. Tidak ada yang diubah.",
        FileError::Newer => "Berkas ini dibuat versi yang lebih baru. Perbarui aplikasi dulu. Tidak ada yang diubah.",
        FileError::Cut => "Berkas ini terpotong. Minta dikirim ulang. Tidak ada yang diubah.",
        FileError::Damaged => "Berkas ini rusak. Minta dikirim ulang. Tidak ada yang diubah.",
        FileError::Foreign => "Berkas ini dari Posyandu lain. Tidak ada yang diubah.",
        FileError::UnknownKey => {
            "Kunci berkas ini belum ada di HP ini. Kalau HP ini biasa tersambung, sambungkan dulu, lalu buka lagi. Tidak ada yang diubah."
        }
        FileError::NoBackup => {
            "Ini berkas kiriman untuk HP lain, bukan cadangan. Bukanya di Menu, Kirim dan terima, di HP yang sudah dipakai."
        }
        FileError::OtherPhone => {
            "Ini cadangan HP lain. Bukanya di HP kosong, dengan kode pemulihan HP itu. Minta berkas kiriman saja."
        }
        FileError::TooBig => "Berkas ini terlalu besar untuk HP ini. Minta yang lebih kecil. Tidak ada yang diubah.",
    }
}
