//! The cards of the programme, one definition a file. A new card is a new file and a line in [`ALL`].

mod anak;
mod sekolah;
mod tambahan;

pub use anak::ANAK;
pub use sekolah::SEKOLAH;
pub use tambahan::TAMBAHAN;

use super::card::Card;

/// Every card of a visit, each for its ages.
pub const ALL: &[&Card] = &[&ANAK, &SEKOLAH];

/// Places a child is referred to.
pub const PLACES: &[&str] = &["pustu", "puskesmas", "rs"];

/// Why somebody is referred: the words of the growth tables, and what only a kader sees.
pub const REASONS: &[&str] = &[
    "tanda_bahaya",
    "oedema",
    "gizi_buruk",
    "lila_merah",
    "bgm",
    "dua_t",
    "tidak_naik",
    "gizi_kurang",
    "lila_kuning",
    "bb_kurang",
    "sangat_pendek",
    "pendek",
    "risiko_bb_lebih",
    "berisiko_gizi_lebih",
    "gizi_lebih",
    "obesitas",
    "mikrosefali",
    "makrosefali",
    "perkembangan",
    "gejala",
    "lain",
];

/// Of these, what may be chosen though nothing that was measured suggests it.
pub const SEEN_REASONS: &[&str] = &["perkembangan", "gejala", "lain"];

/// Signs that ask for the Puskesmas or hospital now.
pub const DANGER_SIGNS: &[&str] =
    &["tidak_mau_minum", "kejang", "tidak_sadar", "sesak_napas", "muntah_semua", "biru_kuning"];

/// What a mother tells, danger signs first.
pub const SYMPTOMS: &[&str] = &[
    "tidak_mau_minum",
    "kejang",
    "tidak_sadar",
    "sesak_napas",
    "muntah_semua",
    "biru_kuning",
    "demam",
    "batuk",
    "pilek",
    "diare",
    "ruam",
    "tidak_ada",
];

/// What is talked about.
pub const TOPICS: &[&str] =
    &["asi", "mpasi", "protein_hewani", "stimulasi", "imunisasi", "kebersihan", "gigi", "datang_tiap_bulan"];
