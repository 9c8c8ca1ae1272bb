//! Words of the first tab.

/// The search box.
pub const FIND: &str = "Cari warga";
/// What one may type there.
pub const FIND_HOW: &str = "nama, NIK, atau RT";
/// Name of the slab.
pub const OPEN_DAY: &str = "Hari buka";
/// Goes on.
pub const GO_ON: &str = "Lanjutkan hari buka";
/// Opens.
pub const OPEN_TODAY: &str = "Buka hari ini";
/// Nothing planned.
pub const NOT_PLANNED: &str = "Belum ada hari buka yang direncanakan.";
/// A day that stayed open.
pub const CLOSE_YESTERDAY: &str = "Tutup hari buka kemarin?";

/// `dari 38 sudah datang`
#[must_use]
pub fn of_expected(expected: u32) -> String {
    format!(" dari {expected} sudah datang")
}

/// `12 dari 38`
#[must_use]
pub fn came(came: u32, expected: u32) -> String {
    format!("{came} dari {expected}")
}

/// Records that do not open.
#[must_use]
pub fn damaged(count: u64) -> String {
    format!("{count} catatan di HP ini rusak. Lihat")
}
/// The desa has no code yet.
pub const NOT_PLACED: &str = "Desa belum dipilih dari daftar. Lengkapi";
/// Instead of an open day, where there is none.
pub const OFFICE: &str = "HP ini untuk kantor. Aduan warga yang boleh Anda lihat ada di Aduan.";
