//! Words of sending: four states, always the same, and what to do when a person is needed.

use super::{umum, waktu, warga};
use crate::domain::sesi::SesiId;
use crate::domain::view::warga::{Head, Open, Place};
use crate::messages::{CarryTrouble, LinkFailure};

/// Title.
pub const TITLE: &str = "Kirim dan terima";
/// Goes now.
pub const SEND_NOW: &str = "Kirim sekarang";
/// Nothing was ever to be sent.
pub const NOTHING_YET: &str = "Belum ada yang perlu dikirim";
/// Not connected.
pub const ALONE: &str = "HP ini belum tersambung";
/// Not connected.
pub const ALONE_HOW: &str = "Semua catatan aman di HP ini. Dengan tautan dari pengurus, catatan bisa terkirim sendiri.";
/// Menu.
pub const MENU_HOW: &str = "Apa yang sudah terkirim, dan yang belum";
/// No answer.
pub const UNREACHABLE: &str =
    "Belum ada sinyal, atau komputer kantor belum menjawab. Catatan aman di HP. Coba lagi nanti.";
/// The account is gone.
pub const SIGNED_OUT: &str = "HP ini perlu disambungkan lagi. Minta tautan baru pada pengurus. Catatan aman di HP.";
/// The account was ended.
pub const ENDED: &str =
    "Sambungan HP ini sudah diakhiri. Catatan aman di HP. Kalau keliru, minta tautan baru pada pengurus.";
/// Photos.
pub const WIFI_ONLY: &str = "Foto hanya lewat Wi-Fi";
/// Photos.
pub const WIFI_ONLY_HOW: &str = "Menghemat kuota. Catatan lain tetap terkirim.";
/// Where the browser does not tell.
pub const WIFI_UNKNOWN: &str = "HP ini tidak memberi tahu apakah sedang memakai Wi-Fi. Foto tetap ikut terkirim.";
/// Tray.
pub const TRAY: &str = "Perlu diperbaiki";
/// Tray, of something that two phones say differently.
pub const CHOOSE: &str = "Pilih yang benar";
/// Tray, of one that goes again.
pub const GOES_AGAIN: &str = "Akan dikirim lagi";
/// Tray.
pub const SEND_AGAIN: &str = "Kirim lagi";
/// Tray.
pub const LOOK: &str = "Lihat dan perbaiki";
/// Tray.
pub const COPY: &str = "Salin untuk dikirim";
/// Tray.
pub const COPIED: &str = "Sudah disalin";
/// Tray.
pub const PARK: &str = "Biarkan di HP ini saja";
/// Sealed for readers who cannot be reached yet.
#[must_use]
pub fn sealed(count: u64) -> String {
    format!("{count} rahasia pelapor belum bisa dikirim, hanya ada di HP ini. Berkas cadangan ikut menyimpannya.")
}
/// Over what she left so.
pub const KEPT: &str = "Hanya di HP ini";
/// Tray: from elsewhere.
pub const NOT_TAKEN: &str = "Kiriman yang belum bisa dipakai";
/// Tray: all of it as one file.
pub const SAVE_ALL: &str = "Simpan semuanya sebagai berkas";
/// Tray: all of it as one file.
pub const SAVE_ALL_HOW: &str = "Berkas ini berisi data warga. Berikan hanya pada yang berhak membantu.";
/// Tray: the file, without ending.
pub const SAVED_FILE: &str = "perlu-diperbaiki";
/// Who has not sent.
pub const KABAR: &str = "Siapa belum kirim";
/// Who has not sent.
pub const KABAR_NONE: &str = "Belum ada HP yang tersambung.";
/// Never heard.
pub const NEVER: &str = "belum pernah mengirim";
/// For whoever helps.
pub const REPORT: &str = "Salin keterangan untuk yang membantu";
/// For whoever helps.
pub const REPORT_HOW: &str = "Hanya angka dan waktu, tanpa nama warga.";
/// A record that waits.
pub const NOT_SENT: &str = "Belum terkirim, aman di HP";

/// `12 belum terkirim · aman di HP`
#[must_use]
pub fn waiting(count: u64) -> String {
    format!("{count} belum terkirim · aman di HP")
}

/// `4 catatan menunggu dikirim sejak 19 November 2026. Sambungkan ke internet, atau kirim lewat berkas.`
#[must_use]
pub fn reminder(count: u64, since: &str) -> String {
    format!("{count} catatan menunggu dikirim sejak {since}. Sambungkan ke internet, atau kirim lewat berkas.")
}

/// `menunggu sejak 19 November 2026`
#[must_use]
pub fn waits_since(since: &str) -> String {
    format!("menunggu sejak {since}")
}

/// The posyandu on this phone is called otherwise than that of the link.
#[must_use]
pub fn other_name(here: &str) -> String {
    format!("Di HP ini namanya Posyandu {here}. Sambungkan hanya kalau Posyandunya sama.")
}

/// What lies in the tray, for whoever helps: one document a line, behind what it is.
pub fn export<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.fold("Posyandu: catatan yang perlu diperbaiki. Berisi data warga.\n".to_owned(), |all, it| all + it + "\n")
}

/// `Mengirim 4 dari 12`
#[must_use]
pub fn sending(done: u64, all: u64) -> String {
    format!("Mengirim {done} dari {all}")
}

/// `Mengambil catatan · 120 dari 2400`
#[must_use]
pub fn fetching(done: u64, pending: u64) -> String {
    if pending == 0 {
        format!("Mengambil catatan · {done}")
    } else {
        format!("Mengambil catatan · {done} dari {}", done + pending)
    }
}

/// `2 perlu diperbaiki`
#[must_use]
pub fn refused(count: u64) -> String {
    format!("{count} perlu diperbaiki")
}

/// `Tinggi badan Ani Rekaan, 18 November 2026: dua catatan berbeda`
#[must_use]
pub fn different(open: &Open) -> String {
    let Open { place, nama, dispute } = open;
    let what = match dispute.register.as_str() {
        "kelamin" => "jenis kelamin".to_owned(),
        other => warga::register(other),
    };
    let mut letters = what.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    let whose = match place {
        Place::Person(_) => nama.clone(),
        Place::Family(_) => format!("keluarga {nama}"),
        Place::Posyandu => umum::posyandu(nama),
    };
    let day = SesiId::of_fact(&dispute.subject).map(|it| format!(", {}", waktu::date_long(it.on))).unwrap_or_default();
    let count = match dispute.heads.len() {
        2 => "dua".to_owned(),
        3 => "tiga".to_owned(),
        many => many.to_string(),
    };
    format!("{first}{} {whose}{day}: {count} catatan berbeda", letters.as_str())
}

/// One of several answers, and whose it is: `73,1 cm, kata Dewi Umpama`
#[must_use]
pub fn answered(register: &str, head: &Head) -> String {
    let said = warga::said(register, &head.said);
    if head.by.is_empty() { said } else { format!("{said}, kata {}", head.by) }
}

/// `1 hanya di HP ini`
#[must_use]
pub fn kept(count: u64) -> String {
    format!("{count} hanya di HP ini")
}

/// `1 hanya di HP itu`
#[must_use]
pub fn kept_there(count: u64) -> String {
    format!("{count} hanya di HP itu")
}

/// What stands in another phone's way, where somebody can help.
#[must_use]
pub fn their_trouble(trouble: CarryTrouble) -> Option<&'static str> {
    match trouble {
        CarryTrouble::Full => Some("HP-nya penuh"),
        CarryTrouble::NoAccess => Some("sebagian catatannya belum boleh dikirim"),
        CarryTrouble::Unreachable | CarryTrouble::Server | CarryTrouble::SignedOut | CarryTrouble::Ended => None,
    }
}

/// An app that is older than this one, by the day it was made.
#[must_use]
pub fn older_app(day: &str) -> String {
    format!("aplikasinya masih yang lama, dari {day}")
}

/// `Semua terkirim · 5 menit lalu`
#[must_use]
pub fn all_received(ago: &str) -> String {
    format!("Semua terkirim · {ago}")
}

/// `5 menit lalu`, of minutes.
#[must_use]
pub fn ago(minutes: u64) -> String {
    match minutes {
        0 => "baru saja".into(),
        1..60 => format!("{minutes}\u{a0}menit lalu"),
        60..1440 => format!("{}\u{a0}jam lalu", minutes / 60),
        _ => format!("{}\u{a0}hari lalu", minutes / 1440),
    }
}

/// `Terakhir tersambung 5 menit lalu`
#[must_use]
pub fn heard(ago: &str) -> String {
    format!("Terakhir tersambung {ago}")
}

/// `3 foto, 270 KB, menunggu`
#[must_use]
pub fn photos(count: u64, bytes: u64) -> String {
    format!("{count} foto, {}, menunggu", size(bytes))
}

/// `270 KB`
#[must_use]
pub fn size(bytes: u64) -> String {
    format!("{}\u{a0}KB", bytes.div_ceil(1024))
}

/// The button that fetches a photo, or what is missing of it.
#[must_use]
pub fn fetch_photo(bytes: u64, came: u64) -> String {
    let what = if came == 0 { "Ambil foto" } else { "Ambil sisa foto" };
    if bytes == 0 { what.into() } else { format!("{what} · {}", size(bytes.saturating_sub(came))) }
}

/// `Mengambil 120 dari 300 KB`
#[must_use]
pub fn fetching_photo(bytes: u64, came: u64) -> String {
    match bytes {
        0 => format!("Mengambil {}", size(came)),
        _ => format!("Mengambil {} dari {}", came.div_ceil(1024), size(bytes)),
    }
}

/// What stands in the way, in words, and what to do.
#[must_use]
pub fn trouble(trouble: CarryTrouble) -> &'static str {
    match trouble {
        CarryTrouble::Unreachable => UNREACHABLE,
        CarryTrouble::Server => {
            "Tempat kirimnya sedang sibuk atau diperbaiki. Nanti dicoba lagi sendiri. Catatan aman di HP."
        }
        CarryTrouble::SignedOut => SIGNED_OUT,
        CarryTrouble::Ended => ENDED,
        CarryTrouble::NoAccess => {
            "Sebagian catatan belum boleh dikirim dari HP ini. Tanyakan pada pengurus. Catatan aman di HP."
        }
        CarryTrouble::Full => {
            "Memori HP penuh: kiriman dari HP lain menunggu. Hapus foto atau video lain. Catatan di sini tetap terkirim."
        }
    }
}

/// The phone's clock is off.
#[must_use]
pub fn clock(off_s: i64) -> String {
    let minutes = off_s.unsigned_abs() / 60;
    let much = match minutes {
        0..120 => format!("{minutes}\u{a0}menit"),
        120..2880 => format!("{}\u{a0}jam", minutes / 60),
        _ => format!("{}\u{a0}hari", minutes / 1440),
    };
    let way = if off_s > 0 { "terlambat" } else { "terlalu cepat" };
    format!("Jam HP ini {way} {much}. Catatan memakai jam yang benar. Betulkan jam HP di Setelan.")
}

/// The way from Beranda to [`clock`].
pub const CLOCK_WRONG: &str = "Jam HP ini salah";

/// Why a link does not count, and what to do.
#[must_use]
pub fn link(failure: LinkFailure) -> &'static str {
    match failure {
        LinkFailure::Unreadable => "Tautan ini belum lengkap. Salin semuanya, lalu tempel lagi.",
        LinkFailure::Unknown => "Tautan ini tidak dikenal. Minta tautan baru pada pengurus.",
        LinkFailure::Used => "Tautan ini sudah dipakai di HP lain. Minta tautan baru pada pengurus.",
        LinkFailure::Expired => "Tautan ini sudah lewat waktunya. Minta tautan baru pada pengurus.",
        LinkFailure::OtherServer => "Tautan ini dari tempat lain. Buka di alamat yang tertulis di tautan itu.",
        LinkFailure::OtherPosyandu => {
            "HP ini sudah dipakai Posyandu lain. Kosongkan dulu di Menu, lalu buka tautan ini lagi."
        }
        LinkFailure::Practice => {
            "Tautan latihan tidak bisa dipakai di HP yang berisi catatan sungguhan, dan latihan tidak bisa disambungkan."
        }
    }
}

/// Why the server did not take a record, and what helps.
#[must_use]
pub fn reason(word: &str) -> &'static str {
    match word {
        "forged" | "not_root" | "role" => {
            "Pemakai ini belum terdaftar untuk catatan seperti ini. Minta pengurus mendaftarkan, lalu kirim lagi."
        }
        "class" => "Catatan ini tidak boleh keluar dari Posyandu.",
        "too_long" | "document_too_large" => "Catatan ini terlalu panjang. Perpendek, lalu simpan lagi.",
        "attachment" | "no_bytes" => "Fotonya tidak utuh. Ambil foto lagi.",
        "damaged" => "Kiriman ini rusak di jalan atau bukan dari aplikasi ini. Catatan lain tidak terganggu.",
        "asked_again" => "Kiriman ini rusak di jalan. HP ini meminta lagi sendiri. Catatan lain tidak terganggu.",
        "not_erased" | "noterased" => "Ada permintaan hapus yang belum disahkan.",
        _ => "Tempat kirim belum mau menerima catatan ini. Tunjukkan pada yang membantu.",
    }
}

/// A kind of event in words.
#[must_use]
pub fn kind(kind: &str) -> &'static str {
    match kind.split('.').next().unwrap_or_default() {
        "sasaran" => "Data warga",
        "keluarga" => "Data keluarga",
        "kunjungan" => "Hasil pemeriksaan",
        "hadir" => "Kehadiran",
        "sesi" => "Hari buka",
        "aduan" => "Aduan",
        "foto" => "Foto aduan",
        "posyandu" => "Data Posyandu",
        "kader" | "roster" => "Data kader",
        _ => "Catatan",
    }
}

/// Connecting.
pub const CONNECT_TITLE: &str = "Sambungkan HP ini";
/// Connecting.
pub const LINK_LABEL: &str = "Tautan dari pengurus";
/// Connecting.
pub const LINK_HINT: &str = "Salin dari WhatsApp, lalu tempel di sini";
/// Connecting.
pub const LOOK_UP: &str = "Periksa tautan";
/// First screen.
pub const HAVE_LINK: &str = "Punya tautan atau kode";
/// First screen.
pub const HAVE_LINK_HOW: &str = "Dari pengurus Posyandu";
/// Connecting.
pub const IS_THIS_YOU: &str = "Benar ini Ibu?";
/// Connecting.
pub const PIN_HOW: &str = "Buat PIN untuk membuka buku di HP ini. PIN tidak dikirim ke mana pun.";
/// Connecting.
pub const CONNECT: &str = "Sambungkan";
/// Connecting.
pub const CONNECT_ALL: &str = "Semua catatan di HP ini akan dikirim ke sana.";
/// Connecting.
pub const CONNECTING: &str = "Menyambungkan…";
/// Connecting.
pub const PRACTICE_PLACE: &str = "Tempat latihan: hanya untuk belajar, dengan data rekaan.";
/// This phone was cut off.
pub const STRUCK: &str = "HP ini dilaporkan hilang, jadi isinya sudah dihapus. Hubungi pengurus.";

/// Roles in words.
#[must_use]
pub fn roles(roles: &[String]) -> String {
    let word = |it: &String| match it.as_str() {
        "kader" => "kader",
        "bidan" => "bidan",
        "pengurus" => "pengurus",
        "pemdes" => "pemerintah desa",
        "pengendali" => "Tim Pengurus Harian",
        "opd" => "petugas dinas",
        "pembina" => "Tim Pembina",
        "pengelola" => "pengelola",
        _ => "pemakai",
    };
    roles.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::warga::{Dispute, Said};

    #[test]
    fn what_is_left_of_a_photo_is_said() {
        assert_eq!(fetch_photo(300 * 1024, 0), "Ambil foto · 300\u{a0}KB");
        assert_eq!(fetch_photo(300 * 1024, 120 * 1024), "Ambil sisa foto · 180\u{a0}KB");
        assert_eq!(fetching_photo(300 * 1024, 120 * 1024), "Mengambil 120 dari 300\u{a0}KB");
        assert_eq!([fetch_photo(0, 0), fetch_photo(0, 1)], ["Ambil foto", "Ambil sisa foto"]);
        assert_eq!(fetching_photo(0, 120 * 1024), "Mengambil 120\u{a0}KB");
    }

    #[test]
    fn no_screen_says_what_a_programmer_would() {
        let troubles = [
            CarryTrouble::Unreachable,
            CarryTrouble::Server,
            CarryTrouble::SignedOut,
            CarryTrouble::Ended,
            CarryTrouble::NoAccess,
            CarryTrouble::Full,
        ];
        for text in troubles.map(trouble) {
            for word in ["sinkron", "replika", "server", "konflik", "error"] {
                assert!(!text.to_lowercase().contains(word), "{text}");
            }
            assert!(text.contains("aman") || text.contains("tetap terkirim"), "says what is safe: {text}");
        }
    }

    fn question(place: Place, nama: &str, subject: &str, register: &str) -> Open {
        let head = |by: &str, mm| Head { event: String::new(), by: by.into(), said: Said::Millimetres(mm) };
        let heads = vec![head("Ani Contoh", 724), head("Dewi Umpama", 731)];
        Open {
            place,
            nama: nama.into(),
            dispute: Dispute { subject: subject.into(), register: register.into(), heads },
        }
    }

    #[test]
    fn a_question_says_what_whose_and_of_which_day() {
        let person = || Place::Person("0d".into());
        let visit = question(person(), "Damar Rekaan", "kunjungan:2026-11-18:utama:0d", "tb");
        for (open, said) in [
            (visit.clone(), "Panjang atau tinggi badan Damar Rekaan, 18\u{a0}November\u{a0}2026: dua catatan berbeda"),
            (question(person(), "Damar Rekaan", "0d", "ibu"), "Nama ibu Damar Rekaan: dua catatan berbeda"),
            (question(person(), "Damar Rekaan", "0d", "kelamin"), "Jenis kelamin Damar Rekaan: dua catatan berbeda"),
            (
                question(Place::Family("f0".into()), "Hendra Rekaan", "f0", "alamat"),
                "Alamat keluarga Hendra Rekaan: dua catatan berbeda",
            ),
            (
                question(Place::Posyandu, "Contoh Melati", "a0", "telepon:Bidan desa"),
                "Nomor Bidan desa Posyandu Contoh Melati: dua catatan berbeda",
            ),
        ] {
            assert_eq!(different(&open).replace('\u{a0}', " "), said.replace('\u{a0}', " "));
        }
        assert_eq!(answered("tb", &visit.dispute.heads[1]).replace('\u{a0}', " "), "73,1 cm, kata Dewi Umpama");
    }

    #[test]
    fn time_is_told_roughly() {
        assert_eq!(ago(0), "baru saja");
        assert_eq!(ago(59), "59\u{a0}menit lalu");
        assert_eq!(ago(60), "1\u{a0}jam lalu");
        assert_eq!(ago(60 * 24 * 3), "3\u{a0}hari lalu");
    }
}
