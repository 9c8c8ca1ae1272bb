//! Words of files: handing records to another phone, opening one, and the backup.

use chrono::NaiveDate;

use super::{kirim, waktu};
use crate::messages::BackupShown;
use crate::messages::by_hand::{Brought, Made, Preview, Weight, What};

/// Title.
pub const TITLE: &str = "Kirim lewat berkas";
/// Where it leads.
pub const HOW: &str = "Tanpa sinyal: lewat WhatsApp, Bluetooth atau kabel";
/// Menu.
pub const BACKUP: &str = "Cadangan";
/// Menu, of a phone without one.
pub const BACKUP_NEVER: &str = "Belum pernah dibuat";
/// Beranda.
pub const BACKUP_DUE: &str = "Waktunya membuat cadangan buku";
/// In the practice.
pub const PRACTICE: &str = "Latihan tidak bisa dikirim atau dibuatkan berkas. Di buku sungguhan bisa.";
/// The half that comes later did not come.
pub const NEEDS_SIGNAL: &str =
    "Bagian ini perlu sinyal, sekali ini saja. Sesudah itu berkas bisa dibuat dan dibuka tanpa sinyal.";

/// Sending.
pub const SEND: &str = "Untuk HP lain di Posyandu ini";
/// Sending.
pub const SEND_HOW: &str = "Isinya terkunci. Hanya HP Posyandu ini yang bisa membukanya.";
/// Sending.
pub const WHICH: &str = "Catatan yang mana?";
/// Sending.
pub const PHOTOS: &str = "Dengan foto aduan";
/// Sending.
pub const MAKE: &str = "Siapkan berkas";
/// Sending.
pub const MAKING: &str = "Menyiapkan…";
/// Sending.
pub const NOTHING: &str = "Tidak ada catatan untuk pilihan ini.";
/// Sending.
pub const READY: &str = "Berkas siap";
/// Sending.
pub const SHARE: &str = "Bagikan";
/// Sending.
pub const DOWNLOAD: &str = "Simpan di HP";
/// Sending: a file has no receipt.
pub const HANDED_HOW: &str = "Catatannya tetap dihitung belum terkirim, sampai ada HP yang mengirimnya lewat internet.";
/// Sending: more than one file may hold.
pub const TOO_BIG: &str = "Catatannya terlalu banyak untuk satu berkas. Pilih yang lebih sedikit.";
/// Sending: the same, with photos.
pub const TOO_BIG_PHOTOS: &str = "Berkasnya jadi terlalu besar. Coba tanpa foto.";
/// Sending: this phone keeps no posyandu's book.
pub const NO_POSYANDU: &str = "HP ini bukan HP Posyandu, jadi tidak ada berkas atau kode yang bisa disiapkan di sini.";

/// Opening.
pub const OPEN: &str = "Buka berkas dari HP lain";
/// Opening.
pub const FILE: &str = "Berkas";
/// Opening.
pub const FILE_HOW: &str = "Namanya posyandu-kiriman-… .txt. Isinya dilihat dulu, belum dimasukkan.";
/// Opening.
pub const LOOK: &str = "Lihat isinya";
/// Opening.
pub const LOOKING: &str = "Membuka…";
/// Opening.
pub const TAKE_IN: &str = "Masukkan";
/// Opening.
pub const TAKING_IN: &str = "Memasukkan…";
/// Opening.
pub const LEAVE: &str = "Jangan dimasukkan";
/// Opening.
pub const CLOSE: &str = "Tutup";
/// Opening: a shared file that cannot be opened yet.
pub const THROW_AWAY: &str = "Buang berkas ini";
/// Opening, done.
pub const SEE_PEOPLE: &str = "Lihat warga";
/// Opening: a file that the share sheet brought.
pub const SHARED: &str = "Ada berkas yang dibagikan ke sini.";
/// Opening: what the share sheet brought is something else.
pub const SHARED_OTHER: &str = "Yang dibagikan bukan berkas dari aplikasi Posyandu. Tidak ada yang diubah.";
/// Opening: there was no room for what the share sheet brought.
pub const SHARED_FULL: &str =
    "Memori HP penuh, jadi berkas yang dibagikan belum tersimpan. Hapus foto atau video lain, lalu bagikan lagi.";
/// Opening.
pub const NOTHING_USED: &str = "Belum ada isi berkas ini yang bisa dipakai.";
/// Opening.
pub const NOTHING_NEW: &str = "Semua isi berkas ini sudah ada di HP ini.";

/// A choice.
#[must_use]
pub fn what(what: What) -> &'static str {
    match what {
        What::Unsent => "Yang belum terkirim",
        What::Today => "Hari ini",
        What::All => "Semua catatan",
    }
}

/// `12 catatan · kira-kira 4 KB`
#[must_use]
pub fn weight(weight: Weight) -> String {
    if weight.events == 0 {
        "belum ada catatan".to_owned()
    } else {
        format!("{} catatan · kira-kira {}", weight.events, kirim::size(weight.bytes))
    }
}

/// `3 foto · 270 KB`
#[must_use]
pub fn photos(weight: Weight) -> String {
    format!("{} foto · {}", weight.photos, kirim::size(weight.photo_bytes))
}

/// `posyandu-kiriman-2026-11-23.txt · 12 catatan · 4 KB`
#[must_use]
pub fn made(made: &Made) -> String {
    let photos = if made.photos > 0 { format!(" · {} foto", made.photos) } else { String::new() };
    let size = kirim::size(made.bytes.len() as u64);
    format!("{} · {} catatan{photos} · {size}", made.name, made.events)
}

/// `1 foto rusak di HP ini, jadi tidak ikut.`
#[must_use]
pub fn broken(made: &Made) -> Option<String> {
    (made.broken > 0).then(|| format!("{} foto rusak di HP ini, jadi tidak ikut.", made.broken))
}

/// `Berkas terakhir dibagikan atau disimpan 23 November 2026`
#[must_use]
pub fn handed(on: NaiveDate) -> String {
    format!("Berkas terakhir dibagikan atau disimpan {}.", waktu::date_long(on))
}

/// `Dari Dewi Umpama · 23 November 2026`
#[must_use]
pub fn from(it: &Preview) -> String {
    let who = match (it.is_backup, it.from.is_empty()) {
        (true, _) => "Cadangan HP ini".to_owned(),
        (false, true) => "Pembuatnya belum dikenal di HP ini".to_owned(),
        (false, false) => format!("Dari {}", it.from),
    };
    it.made_on.map_or(who.clone(), |on| format!("{who} · {}", waktu::date_long(on)))
}

/// `12 catatan baru tentang 3 orang`
#[must_use]
pub fn new(it: &Brought) -> Option<String> {
    let people = match it.people.len() {
        0 => String::new(),
        count => format!(" tentang {count} orang"),
    };
    (it.new > 0).then(|| format!("{} catatan baru{people}", it.new))
}

/// Everything of a backup that stands beside the records.
#[must_use]
pub fn beside(it: &Brought) -> Vec<String> {
    let line = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    [
        line(it.waiting, "aduan rahasia yang belum terkirim"),
        line(it.drafts, "isian yang belum selesai"),
        line(it.held, "kiriman yang belum bisa dipakai"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The days of which they tell.
#[must_use]
pub fn days(it: &Brought) -> Option<String> {
    let (oldest, newest) = (it.oldest?, it.newest?);
    Some(if oldest == newest {
        format!("Tanggal {}", waktu::date_long(oldest))
    } else {
        format!("Tanggal {} sampai {}", waktu::date_long(oldest), waktu::date_long(newest))
    })
}

/// `40 sudah ada di HP ini`
#[must_use]
pub fn known(it: &Brought) -> String {
    format!("{} sudah ada di HP ini", it.known)
}

/// What is not taken, or kept without being used, each with its reason.
#[must_use]
pub fn refused(it: &Brought) -> Vec<String> {
    let line = |count: u64, why: &str| (count > 0).then(|| format!("{count} {why}"));
    [
        line(it.damaged, "tidak dimasukkan: rusak di jalan"),
        line(it.forged, "disimpan saja, belum dipakai: tanda penulisnya belum dikenal di HP ini"),
        line(it.not_erased, "disimpan saja, belum dipakai: permintaan hapus yang belum disahkan"),
        line(it.left, "tidak dimasukkan: milik kader yang tidak memakai HP ini"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// That nothing of it is new, where that is so.
#[must_use]
pub fn nothing(it: &Brought) -> Option<&'static str> {
    match (it.is_new(), it.is_all_here()) {
        (true, _) => None,
        (false, true) => Some(NOTHING_NEW),
        (false, false) => Some(NOTHING_USED),
    }
}

/// `2 dari pemakai yang belum dikenal di HP ini`
#[must_use]
pub fn unverified(it: &Brought) -> Option<String> {
    (it.unverified > 0)
        .then(|| format!("{} dari pemakai yang belum dikenal di HP ini: disimpan, belum dipakai.", it.unverified))
}

/// `3 foto`
#[must_use]
pub fn new_photos(it: &Brought) -> Option<String> {
    (it.photos > 0).then(|| format!("{} foto", it.photos))
}

/// `12 catatan dan 3 foto sudah masuk.`
#[must_use]
pub fn taken(it: &Brought) -> String {
    if let Some(nothing) = nothing(it) {
        return nothing.to_owned();
    }
    let all = [
        (it.new, "catatan"),
        (it.photos, "foto"),
        (it.waiting, "aduan rahasia"),
        (it.drafts, "isian"),
        (it.held, "kiriman yang belum bisa dipakai"),
    ];
    let parts: Vec<String> =
        all.into_iter().filter(|it| it.0 > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let words = match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} dan {last}", before.join(", ")),
        None => String::new(),
    };
    format!("{words} sudah masuk.")
}

/// `500 dari 2400 catatan`
#[must_use]
pub fn taking(done: u32, of: u32) -> String {
    format!("{TAKING_IN} {done} dari {of} catatan")
}

/// When the last backup was made.
#[must_use]
pub fn backup_made(on: Option<NaiveDate>) -> String {
    on.map_or(BACKUP_NEVER.to_owned(), |on| format!("Terakhir dibuat {}", waktu::date_long(on)))
}

/// `Dibuat 21 November 2026 · 412 catatan · 2 kader`
#[must_use]
pub fn backup(it: &BackupShown) -> String {
    let made = it.made_on.map(|on| format!("Dibuat {} · ", waktu::date_long(on))).unwrap_or_default();
    format!("{made}{} catatan · {} kader", it.records, it.people)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn a_file_says_what_came_of_it() {
        let it = Brought {
            new: 12,
            known: 40,
            damaged: 1,
            oldest: Some(day(20)),
            newest: Some(day(23)),
            people: vec!["a".into(), "b".into()],
            ..Brought::default()
        };
        assert_eq!(new(&it).as_deref(), Some("12 catatan baru tentang 2 orang"));
        assert_eq!(refused(&it), ["1 tidak dimasukkan: rusak di jalan"]);
        assert_eq!(taken(&it), "12 catatan sudah masuk.");
        assert_eq!(
            taken(&Brought { photos: 3, waiting: 1, ..it.clone() }),
            "12 catatan, 3 foto dan 1 aduan rahasia sudah masuk."
        );
        assert_eq!(days(&Brought { oldest: Some(day(20)), ..it.clone() }), days(&it));
        assert!(days(&it).is_some_and(|it| it.contains("sampai")));
    }

    #[test]
    fn that_all_is_here_is_said_only_where_it_is() {
        let known = Brought { known: 9, ..Brought::default() };
        assert_eq!(taken(&known), NOTHING_NEW);
        for refused in [
            Brought { forged: 1, ..known.clone() },
            Brought { not_erased: 1, ..known.clone() },
            Brought { damaged: 1, ..known.clone() },
            Brought { left: 1, ..known.clone() },
        ] {
            assert_eq!(taken(&refused), NOTHING_USED, "{refused:?}");
            assert_eq!(super::refused(&refused).len(), 1);
            assert_eq!(refused.may_be_taken(), refused.damaged + refused.left == 0, "{refused:?}");
        }
        for new in [
            Brought { waiting: 1, ..known.clone() },
            Brought { drafts: 1, ..known.clone() },
            Brought { held: 1, ..known.clone() },
            Brought { photos: 1, ..known },
        ] {
            assert_eq!(nothing(&new), None);
            assert!(new.may_be_taken());
            assert!(taken(&new).ends_with(" sudah masuk."), "{new:?}");
        }
    }

    #[test]
    fn making_a_file_is_never_called_sent() {
        for text in [READY, HANDED_HOW, &handed(day(23)), SEND_HOW] {
            let text = text.to_lowercase();
            assert!(!text.contains("terkirim") || text.contains("belum terkirim"), "{text}");
        }
    }
}
