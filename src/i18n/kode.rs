//! Words of handing over by codes on screens, and of coming in by one.

use super::umum;
use crate::domain::file::FileError;
use crate::messages::codes::{Trouble, Visit};

/// Title.
pub const TITLE: &str = "Kirim lewat kode";
/// The way here, where the way of sending is chosen.
pub const HOW: &str = "Dari layar HP ke kamera HP lain, tanpa sinyal";
/// To the camera.
pub const SCAN: &str = "Pindai kode";
/// To the camera.
pub const SCAN_HOW: &str = "Dari layar HP kader lain";
/// Who can be handed over.
pub const WHO: &str = "Serahkan siapa?";
/// No day is open, or nobody came.
pub const NOBODY: &str = "Belum ada yang hadir hari ini. Tandai hadir dulu di hari buka.";
/// From the page of a person.
pub const HAND_OVER: &str = "Serahkan ke meja berikutnya";
/// From the page of a person.
pub const HAND_OVER_HOW: &str = "Tunjukkan kode ke HP kader lain";
/// Title over the codes of a person.
pub const GIVE: &str = "Serahkan";
/// Under the codes.
pub const GIVE_HOW: &str = "Di HP satunya: Menu, Kirim dan terima, Kirim lewat kode, Pindai kode.";
/// Codes go by.
pub const PAUSE: &str = "Berhenti di sini";
/// Codes stand still.
pub const GO_ON: &str = "Jalan lagi";
/// The next code.
pub const NEXT: &str = "Kode berikutnya";
/// The other phone has read all.
pub const DONE: &str = "Sudah terbaca";
/// The picture, for whoever does not see it.
pub const PICTURE: &str = "Kode untuk kamera HP lain";
/// Pictures cannot be read.
pub const UNREAD: &str = "Kode belum bisa dibaca di HP ini. Tutup aplikasi, buka lagi, lalu coba sekali lagi.";
/// The codes cannot be drawn.
pub const BROKEN: &str = "Kode belum bisa dibuat di HP ini. Tutup aplikasi, buka lagi, lalu coba sekali lagi.";

/// The camera looks.
pub const LOOKING: &str = "Arahkan kamera ke kode di HP satunya";
/// The camera starts.
pub const STARTING: &str = "Menyalakan kamera…";
/// The camera may not be used.
pub const NO_PERMISSION: &str =
    "Kamera belum diizinkan. Izinkan kamera untuk aplikasi ini di setelan HP, atau pakai Foto kode.";
/// There is none.
pub const NO_CAMERA: &str = "HP ini tidak punya kamera yang bisa dipakai. Pakai Foto kode.";
/// Something else uses it.
pub const IN_USE: &str =
    "Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu coba lagi, atau pakai Foto kode.";
/// A photo without a code.
pub const NO_CODE: &str = "Tidak ada kode yang terbaca di foto itu. Ambil lebih dekat dan terang.";
/// The other way.
pub const PHOTO: &str = "Foto kode";
/// After what came.
pub const SCAN_AGAIN: &str = "Pindai lagi";
/// After what came.
pub const OPEN_LIST: &str = "Buka daftar hari ini";
/// After what came.
pub const HAND_BACK: &str = "Serahkan lagi ke HP lain";
/// Practice.
pub const NOT_IN_PRACTICE: &str = "Ini latihan. Kode hanya untuk catatan sungguhan.";

/// An empty phone.
pub const JOIN: &str = "Gabung lewat kode dari HP teman";
/// An empty phone.
pub const JOIN_HOW: &str = "Untuk Posyandu yang belum punya tautan";
/// An empty phone.
pub const JOIN_NAME: &str = "Nama panggilan";
/// An empty phone.
pub const JOIN_NAME_HINT: &str = "Nama yang dikenal kader lain";
/// An empty phone.
pub const MAKE_CODE: &str = "Buat kode";
/// Its code.
pub const SHOW_THIS: &str = "Tunjukkan kode ini ke HP teman";
/// Its code.
pub const SHOW_THIS_HOW: &str = "Di HP teman: Menu, Kader di HP ini, Tambah HP kader, lalu pindai kode ini.";
/// Then its camera.
pub const SHOWN: &str = "Sudah, sekarang pindai kode HP teman";
/// Then its camera.
pub const SCAN_THEIRS: &str = "Pindai kode HP teman";
/// Everything came.
pub const LOOK_AGAIN: &str = "Lihat lagi HP teman. Angka ini harus sama, dan nama Posyandunya benar.";
/// Everything came: yes.
pub const COME_IN: &str = "Ya, masuk";
/// Everything came: no.
pub const NOT_THIS: &str = "Bukan, batal";
/// She said yes.
pub const COMING_IN: &str = "Menyiapkan buku…";
/// Her phone's clock is behind.
pub const CLOCK_BEHIND: &str =
    "Jam atau tanggal HP ini tertinggal dari HP teman. Betulkan dulu di Setelan HP, lalu pindai lagi.";
/// It waits for the number to be compared.
pub const SAME_NUMBER: &str = "Angka ini harus sama di kedua HP. Biarkan kamera tetap mengarah ke HP teman.";
/// An activation link, where visits are looked for.
pub const LINK_HERE: &str = "Itu tautan dari pengurus. Pakai di Menu, Kirim dan terima, Sambungkan HP ini.";
/// An activation link.
pub const SCAN_LINK: &str = "Pindai kode dari pengurus";

/// The phone that is asked.
pub const ADD_PHONE: &str = "Tambah HP kader";
/// The phone that is asked.
pub const ADD_PHONE_HOW: &str = "Kader lain dengan HP sendiri, tanpa sinyal";
/// The phone that is asked.
pub const LET_HER_READ: &str = "Tunjukkan kode ini ke HP yang mau gabung. Angka ini harus sama di kedua HP:";
/// The numbers are the same.
pub const ACCEPT: &str = "Angkanya sama, terima";
/// She is in the roster.
pub const SHOW_ANSWER: &str = "Tunjukkan ke HP yang mau gabung";
/// What came of a visit.
pub const VISIT: &str = "Kode sudah terbaca";
/// They are not.
pub const REFUSE: &str = "Angkanya beda, batal";
/// She is in the roster.
pub const ACCEPTED: &str = "Sudah diterima. Tunjukkan kode ini sampai HP satunya selesai. Angkanya tetap sama:";

/// `Ani mau gabung`
#[must_use]
pub fn wants_in(nama: &str) -> String {
    format!("{nama} mau gabung")
}

/// `4821`
#[must_use]
pub fn number(number: u16) -> String {
    format!("{number:04}")
}

/// `Kode 2 dari 3`
#[must_use]
pub fn which(number: u8, total: u8) -> String {
    format!("Kode {number} dari {total}")
}

/// `Terbaca 2 dari 3 kode`
#[must_use]
pub fn part(have: u8, of: u8) -> String {
    format!("Terbaca {have} dari {of} kode")
}

/// What came.
#[must_use]
pub fn brought(visit: &Visit) -> String {
    let from = if visit.from.is_empty() { String::new() } else { format!(", dari {}", visit.from) };
    match visit.new {
        0 if visit.refused > 0 => format!("Belum ada catatan yang bisa masuk{from}."),
        0 => format!("Semua sudah ada di HP ini{from}. Tidak ada yang baru."),
        new => format!("{new} catatan masuk{from}."),
    }
}

/// Some of what came is not taken.
#[must_use]
pub fn refused(visit: &Visit) -> Option<String> {
    (visit.refused > 0).then(|| format!("{} belum bisa dipakai, disimpan dulu di HP ini.", visit.refused))
}

/// `Masuk ke Posyandu Melati?`
#[must_use]
pub fn into_which(posyandu: &str) -> String {
    format!("Masuk ke {}?", umum::posyandu(posyandu))
}

/// Where she stands now.
#[must_use]
pub fn place(visit: &Visit) -> &'static str {
    match (visit.nama.is_empty(), visit.is_in_list) {
        (true, _) => "Namanya belum ada di HP ini. Minta data lengkap lewat berkas dari HP yang mendaftarkan.",
        (false, true) => "Sudah ada di daftar hari ini.",
        (false, false) => "Catatannya sudah masuk.",
    }
}

/// Some of what came is not believed yet.
#[must_use]
pub fn unverified(count: u64) -> String {
    format!("{count} belum terverifikasi: kadernya belum dikenal di HP ini.")
}

/// Why a code was of no use.
#[must_use]
pub fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Foreign => "Itu bukan kode Posyandu. Kamera masih mencari.",
        Trouble::Damaged => "Kode itu rusak. Tunjukkan sekali lagi.",
        Trouble::Newer => "Kode itu dari versi aplikasi yang lebih baru. Perbarui aplikasi di HP ini dulu.",
        Trouble::Sealed(FileError::Foreign) => "Kode itu dari Posyandu lain. Tidak ada yang diubah.",
        Trouble::Sealed(FileError::UnknownKey) => {
            "Kode itu dikunci dengan kunci yang belum ada di HP ini. Minta berkas dari HP itu dulu, lalu pindai lagi."
        }
        Trouble::Sealed(_) => "Kode itu rusak. Minta dibuat sekali lagi di HP satunya.",
        Trouble::Elsewhere => "Kode itu untuk layar lain. Lihat petunjuk di bawah kodenya.",
        Trouble::Other => "Kode itu bukan jawaban untuk HP ini. Ulangi dari awal di kedua HP.",
        Trouble::MayNot => {
            "HP ini belum bisa menerima kader baru. Pakai HP yang pertama mencatat, atau minta tautan dari pengurus."
        }
        Trouble::NoPosyandu => super::berkas::NO_POSYANDU,
        Trouble::Taken => "Kader itu sudah ada di Posyandu ini. Buat kode baru di HP satunya.",
        Trouble::Nothing => "Belum ada catatan hari ini untuk diserahkan. Tandai hadir dulu.",
        Trouble::TooMany => {
            "Kader di Posyandu ini terlalu banyak untuk dikirim lewat kode. Minta tautan untuk HP baru itu ke pengurus."
        }
        Trouble::TooMuch => "Catatannya terlalu banyak untuk kode. Kirim lewat berkas saja.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_came_and_from_whom() {
        let visit = Visit { nama: "Rafi".into(), from: "Bu Ani".into(), new: 4, is_in_list: true, ..Visit::default() };
        assert_eq!(brought(&visit), "4 catatan masuk, dari Bu Ani.");
        assert_eq!(place(&visit), "Sudah ada di daftar hari ini.");
        let again = Visit { new: 0, ..visit };
        assert_eq!(brought(&again), "Semua sudah ada di HP ini, dari Bu Ani. Tidak ada yang baru.");
        assert_eq!(refused(&again), None);
        let forged = Visit { refused: 2, ..again.clone() };
        assert_eq!(brought(&forged), "Belum ada catatan yang bisa masuk, dari Bu Ani.");
        let some = Visit { new: 3, ..forged };
        assert_eq!(brought(&some), "3 catatan masuk, dari Bu Ani.");
        assert_eq!(refused(&some).as_deref(), Some("2 belum bisa dipakai, disimpan dulu di HP ini."));
        let nameless = Visit { nama: String::new(), ..again };
        assert!(place(&nameless).contains("lewat berkas"));
        assert_eq!(number(7), "0007");
    }
}
