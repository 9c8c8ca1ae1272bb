//! Words that every screen shares.

/// Back.
pub const BACK: &str = "Kembali";
/// Close.
pub const CLOSE: &str = "Tutup";
/// Save.
pub const SAVE: &str = "Simpan";
/// A draft could not be kept.
pub const NOT_KEPT: &str = "Isian belum tersimpan di HP. Jangan tutup layar ini.";
/// A draft found.
pub const DRAFT_FOUND: &str = "Isian yang tadi belum selesai, sudah dikembalikan.";
/// Throws it away.
pub const DROP_DRAFT: &str = "Hapus isian";
/// How an answer is taken back.
pub const PRESS_AGAIN: &str = "Salah pilih? Tekan pilihan itu sekali lagi, nanti kosong.";
/// On to the next.
pub const NEXT: &str = "Lanjut";
/// Done.
pub const FINISH: &str = "Selesai";
/// Takes a save back.
pub const UNDO: &str = "Urungkan";
/// Correct something.
pub const EDIT: &str = "Ubah";
/// Name of the tab bar for screen readers.
pub const MAIN_PAGES: &str = "Halaman utama";
/// Tab.
pub const TAB_BERANDA: &str = "Beranda";
/// Tab.
pub const TAB_SESI: &str = "Sesi";
/// Tab.
pub const TAB_WARGA: &str = "Warga";
/// Tab.
pub const TAB_ADUAN: &str = "Aduan";
/// Tab.
pub const TAB_LAPORAN: &str = "Laporan";
/// Name of a number pad for screen readers.
pub const NUMBERS: &str = "Angka";
/// Deletes one digit.
pub const DELETE_ONE: &str = "Hapus satu angka";
/// She could not measure.
pub const NOT_MEASURED: &str = "Tidak diukur";
/// The comma key.
pub const COMMA: &str = "koma";
/// A field that may stay empty.
pub const MAY_STAY_EMPTY: &str = " (boleh kosong)";
/// The menu.
pub const MENU: &str = "Menu";
/// The striped bar of practice.
pub const PRACTICE: &str = "Data latihan. Bukan orang sungguhan.";
/// A page that does not exist.
pub const NO_SUCH_PAGE: &str = "Halaman ini tidak ada.";
/// Way home.
pub const GO_HOME: &str = "Ke Beranda";
/// The invented posyandu is being made.
pub const PREPARING: &str = "Menyiapkan data latihan";
/// `Menyiapkan data latihan 40 dari 100`
#[must_use]
pub fn preparing(done: u32, of: u32) -> String {
    format!("{PREPARING} {done} dari {of}")
}

/// `Posyandu Melati Contoh`
#[must_use]
pub fn posyandu(nama: &str) -> String {
    format!("Posyandu {nama}")
}

/// The browser would not put it where it can be pasted from.
pub const NOT_COPIED: &str = "Belum bisa disalin di HP ini.";
