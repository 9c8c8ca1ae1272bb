//! Which replicated database an event belongs to: health stays in the posyandu, only complaints and counts travel up.
//!
//! A database is named by its class and an area. It does not know who may read or write one: see
//! [`super::rights`]. Where an event stands is never written into it, because the same event may be carried
//! by anybody and copied to another database unchanged.

use serde::{Deserialize, Serialize};

/// The member by which an event that takes back or erases another says of which kind that was.
pub const ABOUT: &str = "kind";

/// The kind of a sealed event: everything else about it stands inside.
pub const SEALED: &str = "sealed";

/// What a database is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// People, families, open days, health and sector records of one posyandu.
    #[default]
    Posyandu,
    /// Complaints of one desa that are not `rahasia`, without who reported them; photos.
    Aduan,
    /// Copies of complaints while they are with one office.
    Opd,
    /// Sealed events: reporters, `rahasia` complaints.
    Titipan,
    /// Roster, programme tables, configuration; signed by the root.
    Tabel,
    /// Monthly counts without personal data.
    Rekap,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Posyandu, Self::Aduan, Self::Opd, Self::Titipan, Self::Tabel, Self::Rekap];

    /// The word that opens the names of its databases.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Posyandu => "posyandu",
            Self::Aduan => "aduan",
            Self::Opd => "opd",
            Self::Titipan => "titipan",
            Self::Tabel => "tabel",
            Self::Rekap => "rekap",
        }
    }

    /// The class of a database by its name; none when it is not one of ours: `posyandu-<32 hex>`,
    /// `aduan-<10 digits>`, `opd-<4 digits>-<opd>`, `titipan-`, `tabel-` and `rekap-<4 digits>`.
    #[must_use]
    pub fn of(database: &str) -> Option<Self> {
        let (word, area) = database.split_once('-')?;
        let class = Self::ALL.into_iter().find(|it| it.word() == word)?;
        let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|it| it.is_ascii_digit());
        let is_named = match class {
            Self::Posyandu => area.len() == 32 && area.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')),
            Self::Aduan => digits(area, 10),
            Self::Opd => area.split_once('-').is_some_and(|(kabupaten, office)| {
                let is_word = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
                digits(kabupaten, 4) && (1..=40).contains(&office.len()) && office.bytes().all(is_word)
            }),
            Self::Titipan | Self::Tabel | Self::Rekap => digits(area, 4),
        };
        is_named.then_some(class)
    }

    /// The class to which an event belongs, by its kind. What is taken back or erased stands beside what it is about,
    /// whose kind it names ([`ABOUT`]).
    #[must_use]
    pub fn home(kind: &str, about: Option<&str>) -> Self {
        match (kind.split('.').next().unwrap_or_default(), about) {
            ("aduan" | "foto", _) => Self::Aduan,
            ("tabel", _) => Self::Tabel,
            ("rekap", _) => Self::Rekap,
            (SEALED, _) => Self::Titipan,
            ("catatan" | "data", Some(about)) => Self::home(about, None),
            _ => Self::Posyandu,
        }
    }

    /// Whether an event of a kind may stand in a database of this class. Kinds that only a newer app knows may stand
    /// in the posyandu's: nothing of it leaves the posyandu by mistake.
    #[must_use]
    pub fn takes(self, kind: &str) -> bool {
        let word = kind.split('.').next().unwrap_or_default();
        match self {
            Self::Posyandu => !matches!(word, SEALED | "rekap" | "tabel"),
            Self::Aduan | Self::Opd => matches!(word, "aduan" | "foto" | "catatan" | "data" | "roster"),
            Self::Titipan => word == SEALED,
            Self::Tabel => matches!(word, "roster" | "tabel" | "posyandu"),
            Self::Rekap => word == "rekap",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_known_by_its_whole_name() {
        let posyandu = format!("posyandu-{}", "0a".repeat(16));
        let known = [&posyandu, "aduan-3328012001", "opd-3328-dinas_pu", "titipan-3328", "tabel-3328", "rekap-3328"];
        for (class, name) in Class::ALL.into_iter().zip(known) {
            assert_eq!(Class::of(name), Some(class), "{name}");
        }
        let capital = posyandu.to_uppercase();
        for name in ["", "posyandu", "posyandu-", "aduan-332801200", "opd-3328", "opd-3328-", "opd-3328-A", &capital] {
            assert_eq!(Class::of(name), None, "{name}");
        }
        assert_eq!(Class::of("_users"), None);
        assert_eq!(Class::of("tabel-3328/../aduan-3328012001"), None);
    }

    #[test]
    fn health_never_leaves_the_posyandu() {
        for kind in ["kunjungan.recorded", "sasaran.registered", "hadir.recorded", "keluarga.changed", "baru.recorded"]
        {
            assert_eq!(Class::home(kind, None), Class::Posyandu);
            let takers: Vec<Class> = Class::ALL.into_iter().filter(|it| it.takes(kind)).collect();
            assert_eq!(takers, [Class::Posyandu], "{kind}");
        }
    }

    #[test]
    fn what_is_taken_back_stands_beside_what_it_is_about() {
        assert_eq!(Class::home("catatan.undone", Some("aduan.noted")), Class::Aduan);
        assert_eq!(Class::home("data.erased", Some("foto.added")), Class::Aduan);
        assert_eq!(Class::home("catatan.undone", Some("hadir.recorded")), Class::Posyandu);
        assert_eq!(Class::home("catatan.undone", None), Class::Posyandu);
        assert_eq!(Class::home("sasaran.changed", Some("aduan.t2")), Class::Posyandu);
    }

    #[test]
    fn every_event_may_stand_at_home() {
        for kind in
            ["aduan.t2", "foto.added", "rekap.counted", "tabel.changed", SEALED, "roster.key_added", "posyandu.founded"]
        {
            assert!(Class::home(kind, None).takes(kind), "{kind}");
        }
    }
}
