//! Words of the menu.

use crate::messages::StorageState;

/// Question.
pub const PUSKESMAS: &str = "Nama Puskesmas";
/// Question.
pub const PUSTU: &str = "Nama Pustu";
/// Title.
pub const TITLE: &str = "Menu";
/// Locks.
pub const LOCK: &str = "Kunci buku";
/// Locks.
pub const LOCK_HOW: &str = "Ganti pemakai atau selesai";
/// Kader.
pub const KADER: &str = "Kader di HP ini";
/// Kader.
pub const KADER_HOW: &str = "Tambah kader, beri PIN baru";
/// Kader.
pub const ADD_KADER: &str = "Tambah kader";
/// Kader.
pub const ADD: &str = "Tambahkan";
/// Kader: the roster of steps.
pub const STEPS: &str = "Biasanya di langkah berapa?";
/// Kader: the roster of steps.
pub const STEPS_HOW: &str = "Boleh diganti pada hari buka.";
/// Kader.
pub const HELP: &str = "Beri PIN baru";
/// Helping a colleague.
pub const HELP_HOW: &str = "Ia mendapat PIN dan kode baru. Isian yang belum selesai menunggu kode lamanya.";

/// `Beri PIN baru untuk Bu Dewi`
#[must_use]
pub fn help_whom(nama: &str) -> String {
    format!("{HELP} untuk {nama}")
}

/// `PIN baru untuk Bu Dewi`
#[must_use]
pub fn new_pin_of(nama: &str) -> String {
    format!("PIN baru untuk {nama}")
}

/// This posyandu.
pub const POSYANDU: &str = "Posyandu ini";
/// This posyandu.
pub const POSYANDU_HOW: &str = "Letaknya, cara menilai naik atau tidak naik";
/// This posyandu.
pub const POSYANDU_SAVED: &str = "Keterangan posyandu disimpan";
/// Why the place is asked for once more.
pub const PLACE_WHY: &str = "Desanya belum dipilih dari daftar. Setelah dipilih, nomor aduan memakai kode wilayah ini.";
/// How a gain is judged.
pub const JUDGED_BY: &str = "Berat anak dinilai naik dari apa?";
/// Who knows.
pub const ASK_BIDAN: &str = "Tanyakan pada bidan atau Puskesmas";
/// A stored way to judge a gain, or an age for KBM, as its choice reads.
#[must_use]
pub fn judged_by(code: &str) -> &'static str {
    match code {
        "kbm_only" => KBM_ONLY.0,
        "kbm_or_curve" => KBM_OR_CURVE.0,
        "kolom_kms" => KMS_COLUMN.0,
        _ => WHOLE_MONTHS.0,
    }
}

/// By KBM.
pub const KBM_ONLY: (&str, &str) = ("Kenaikan minimal (KBM) saja", "Seperti di kebanyakan laporan");
/// By KBM, then the curve.
pub const KBM_OR_CURVE: (&str, &str) =
    ("KBM, atau kurva kalau ragu", "Naik sedikit dan masih di kurvanya: Ibu ditanya dulu");
/// Which age.
pub const KBM_AGE: &str = "Umur untuk KBM";
/// Which age.
pub const WHOLE_MONTHS: (&str, &str) = ("Bulan penuh", "Dihitung dari tanggal lahir");
/// Which age.
pub const KMS_COLUMN: (&str, &str) = ("Kolom bulan di KMS", "Bulan lahir adalah kolom 0");
/// PIN.
pub const CHANGE_PIN: &str = "Ganti PIN";
/// PIN.
pub const OLD_PIN: &str = "PIN sekarang";
/// PIN.
pub const CHANGED: &str = "Sudah diganti. Mulai sekarang pakai yang baru.";
/// Offline.
pub const READY_OFFLINE: &str = "Siap dipakai tanpa sinyal ✓";
/// Offline, not yet.
pub const NOT_READY: &str = "Belum siap tanpa sinyal. Biarkan terbuka sebentar saat ada internet.";
/// Update.
pub const NEW_VERSION: &str = "Versi baru siap";
/// Update.
pub const UPDATE: &str = "Perbarui";
/// Install.
pub const INSTALL: &str = "Pasang di layar depan";
/// Install.
pub const INSTALL_WHY: &str = "Agar bisa dibuka tanpa sinyal";
/// Install refused.
pub const NOT_NOW: &str = "Nanti saja";
/// In-app browser.
pub const OPEN_IN_CHROME: &str = "Buka di Chrome";
/// In-app browser.
pub const IN_APP: &str =
    "Di WhatsApp atau Facebook, aplikasi tidak bisa dipasang dan yang ditulis di sini tidak terbawa ke Chrome.";
/// Storage.
pub const STAYS: &str = "Data di HP ini: tetap";
/// Storage.
pub const MAY_GO: &str = "Data di HP ini: bisa terhapus bila HP penuh";
/// Storage.
pub const ASK_TO_STAY: &str = "Minta agar tetap";
/// Little room.
pub const LITTLE_ROOM: &str = "Memori HP hampir penuh. Hapus foto atau video lain.";
/// Storage refused.
pub const STAY_REFUSED: &str = "Chrome belum mengizinkan.";
/// Storage refused in a tab.
pub const INSTALL_FIRST: &str = " Pasang di layar depan dulu, lalu minta lagi.";
/// Records that do not open: what is safe, and what to do. Nobody can mend them from here.
#[must_use]
pub fn damaged(count: u64) -> String {
    format!(
        "{count} catatan di HP ini rusak dan tidak bisa dibuka. Catatan lain aman. Simpan berkas cadangan di bawah, \
         lalu beri tahu pengurus atau bidan."
    )
}
/// Version line.
#[must_use]
pub fn version(version: &str, built: &str) -> String {
    format!("Versi {version} · {built}")
}

/// `12 MB terpakai, sisa 1.240 MB · 1.204 catatan`; what is left only where the browser tells.
#[must_use]
pub fn room(state: &StorageState) -> String {
    let whole = |megabytes: u64| {
        let number = u32::try_from(megabytes).unwrap_or(u32::MAX);
        crate::domain::number::format_decimal(number, 0, crate::domain::number::Decimals::Trimmed)
    };
    let left = state.free_mb().map(|it| format!(", sisa {} MB", whole(it))).unwrap_or_default();
    format!("{} MB terpakai{left} · {} catatan", whole(state.used >> 20), state.events)
}

/// What was sealed before a colleague's reset.
pub const OLD_CODE: &str = "Buka catatan lama saya";
/// Why it is closed.
pub const OLD_CODE_WHY: &str = "Tertutup sejak PIN diganti oleh teman";
/// What opens it.
pub const OLD_CODE_HOW: &str = "Ketik kode pemulihan dari kertas yang lama, sebelum PIN diganti oleh teman.";
/// Opens it.
pub const OPEN_OLD: &str = "Buka";
/// It is open.
pub const OLD_CODE_OPENED: &str = "Sudah terbuka. Isian dan aduan yang lama ada lagi di tempatnya.";
/// Emptying the phone.
pub const EMPTY: &str = "Kosongkan HP ini";
/// When that is done.
pub const EMPTY_WHEN: &str = "Kalau HP pindah tangan atau pindah Posyandu";
/// What goes.
#[must_use]
pub fn empties(posyandu: &str) -> String {
    format!("Buku {posyandu} hilang dari HP ini, bersama isian yang belum disimpan. Di HP kader lain buku tetap ada.")
}
/// A phone that works alone.
pub const EMPTY_ALONE: &str = "HP ini belum disambungkan: catatannya hanya ada di sini. Simpan berkas cadangan dulu.";
/// Something waits.
#[must_use]
pub fn empty_waits(count: u64) -> String {
    format!("{count} catatan belum terkirim. Kirim dulu, atau simpan berkas cadangan sebelum dikosongkan.")
}
/// Everything is received.
pub const EMPTY_SENT: &str = "Semua catatan sudah terkirim.";
/// The field.
pub const EMPTY_SURE: &str = "Ketik HAPUS kalau yakin";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_only_where_the_browser_tells() {
        const MB: u64 = 1 << 20;
        let say = |left: u64| {
            let state = StorageState {
                used: 12 * MB + 345,
                quota: 12 * MB + 345 + left,
                persisted: true,
                events: 7,
                ..StorageState::default()
            };
            (room(&state), state.is_low(), state.is_too_low_for_photos())
        };
        let quiet = "12 MB terpakai · 7 catatan".to_owned();
        // Chrome 138 and later: 10 GiB, or fewer whole ones on a small disk.
        for gib in [1, 4, 8, 10] {
            assert_eq!(say(gib * 1024 * MB), (quiet.clone(), false, false), "{gib} GiB");
        }
        assert_eq!(say(8 * 1024 * MB + 4096), ("12 MB terpakai, sisa 8.192 MB · 7 catatan".into(), false, false));
        assert_eq!(say(60 * 1024 * MB), ("12 MB terpakai, sisa 61.440 MB · 7 catatan".into(), false, false));
        assert_eq!(say(170 * MB), ("12 MB terpakai, sisa 170 MB · 7 catatan".into(), true, false));
        assert_eq!(say(0), ("12 MB terpakai, sisa 0 MB · 7 catatan".into(), true, true));
    }
}
