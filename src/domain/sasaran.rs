//! A sasaran: somebody whom the posyandu serves, and the family she lives in.
//!
//! These are readings of registers: what is missing there is `None` here, and a word that a newer app
//! wrote stays what it was. Register keys are JSON keys on phones for years; they never change.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::iso;
use super::json::Value;
use super::ledger::Subject;
use super::ledger::hlc::Hlc;

/// Which growth curves and which reference apply; `L` and `P` on every Indonesian form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Laki-laki.
    Male,
    /// Perempuan.
    Female,
}

impl Sex {
    /// Reads the letter of the forms.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "L" => Some(Self::Male),
            "P" => Some(Self::Female),
            _ => None,
        }
    }

    /// The letter of the forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Male => "L",
            Self::Female => "P",
        }
    }
}

/// A birth date, or the best that is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Birth {
    /// The day.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// Only the year is sure.
    pub is_estimate: bool,
}

/// Whether the posyandu still expects somebody.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Status {
    /// Lives here and is expected.
    #[default]
    Aktif,
    /// Away for some time; not expected, still counted as living here.
    Pergi,
    /// Moved out of the area.
    Pindah,
    /// Died.
    Meninggal,
    /// Not known at the address.
    TidakDikenal,
    /// A word of a newer app.
    Unknown(String),
}

impl Status {
    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "" | "aktif" => Self::Aktif,
            "pergi" => Self::Pergi,
            "pindah" => Self::Pindah,
            "meninggal" => Self::Meninggal,
            "tidak_dikenal" => Self::TidakDikenal,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// The stored word.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Aktif => "aktif",
            Self::Pergi => "pergi",
            Self::Pindah => "pindah",
            Self::Meninggal => "meninggal",
            Self::TidakDikenal => "tidak_dikenal",
            Self::Unknown(word) => word,
        }
    }

    /// Counted among those who live here, S for balita; who is away for a time does.
    #[must_use]
    pub fn lives_here(&self) -> bool {
        matches!(self, Self::Aktif | Self::Pergi)
    }

    /// Expected at the next open day.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::Aktif)
    }
}

/// Where a family lives, as a neighbour would say it; one register, right only as a whole.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Alamat {
    /// Dusun or lingkungan.
    pub dusun: String,
    /// Three digits, `003`.
    pub rt: String,
    /// Three digits, `005`.
    pub rw: String,
    /// "dekat musala": house numbers are often absent.
    pub patokan: String,
}

impl Alamat {
    /// Reads the register.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let text = |key| value.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
        Self { dusun: text("dusun"), rt: text("rt"), rw: text("rw"), patokan: text("patokan") }
    }

    /// Writes the register; blanks stay out.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let members = [("dusun", &self.dusun), ("rt", &self.rt), ("rw", &self.rw), ("patokan", &self.patokan)];
        let said = members.into_iter().filter(|(_, text)| !text.is_empty());
        Value::Object(said.map(|(key, text)| (key.to_owned(), text.as_str().into())).collect())
    }
}

/// A sasaran as the forms know her.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sasaran {
    /// 32 hex.
    pub id: String,
    /// As written on papers, or as people say it.
    pub nama: String,
    /// 16 digits.
    pub nik: Option<String>,
    /// Why there is none: `bayi_baru`, `belum_terbit`, `tidak_dibawa`, `tidak_punya`.
    pub alasan_tanpa_nik: Option<String>,
    /// Birth.
    pub lahir: Option<Birth>,
    /// Sex.
    pub kelamin: Option<Sex>,
    /// Family id.
    pub keluarga: Option<String>,
    /// Relation to the head of the family.
    pub hubungan: Option<String>,
    /// Mother's name, for rows and for telling namesakes apart.
    pub ibu: Option<String>,
    /// Marriage, asked from 15 years.
    pub status_kawin: Option<String>,
    /// Whether she is expected.
    pub status: Status,
    /// Since when.
    #[serde(with = "crate::domain::iso")]
    pub status_sejak: Option<NaiveDate>,
    /// Birth weight, grams.
    pub bb_lahir_g: Option<i64>,
    /// Birth length, millimetres.
    pub pb_lahir_mm: Option<i64>,
    /// Whether consent to record was given, and not taken back since.
    pub setuju: Option<bool>,
    /// When the last word about consent was recorded.
    #[serde(skip)]
    setuju_at: Option<Hlc>,
    /// When the last word about the status was recorded.
    #[serde(skip)]
    status_at: Option<Hlc>,
}

impl Sasaran {
    /// Reads the registers of a subject.
    #[must_use]
    pub fn from_subject(id: &str, subject: &Subject) -> Self {
        let status = subject.value("status");
        let lahir = subject.value("lahir");
        let consent = subject.value("persetujuan");
        Self {
            id: id.to_owned(),
            nama: subject.text("nama").unwrap_or_default(),
            nik: subject.text("nik"),
            alasan_tanpa_nik: subject.text("alasan_tanpa_nik"),
            lahir: date(lahir.get("tanggal"))
                .map(|on| Birth { on, is_estimate: lahir.get("perkiraan").and_then(Value::as_bool) == Some(true) }),
            kelamin: subject.text("kelamin").as_deref().and_then(Sex::from_code),
            keluarga: subject.text("keluarga"),
            hubungan: subject.text("hubungan"),
            ibu: subject.text("ibu"),
            status_kawin: subject.text("status_kawin"),
            status: Status::parse(status.get("kata").and_then(Value::as_text).unwrap_or_default()),
            status_sejak: date(status.get("sejak")),
            bb_lahir_g: subject.int("bb_lahir_g"),
            pb_lahir_mm: subject.int("pb_lahir_mm"),
            setuju: consent.get("catat").and_then(Value::as_bool),
            setuju_at: subject.write("persetujuan").map(|it| it.at),
            status_at: subject.write("status").map(|it| it.at),
        }
    }

    /// Whether a person may say which of several answers is right: while consent is taken back, only of the word
    /// about it and of where she is.
    #[must_use]
    pub fn may_settle(&self, register: &str) -> bool {
        self.setuju != Some(false) || matches!(register, "persetujuan" | "status")
    }

    /// Takes from another record of the same person what this one does not say. The status stays: who
    /// died or moved was said of one of them, and the later word wins.
    pub fn fill_blanks(&mut self, other: Self) {
        fn fill<T>(own: &mut Option<T>, other: Option<T>) {
            if own.is_none() {
                *own = other;
            }
        }
        if self.nama.is_empty() {
            self.nama = other.nama;
        }
        fill(&mut self.nik, other.nik);
        fill(&mut self.lahir, other.lahir);
        fill(&mut self.kelamin, other.kelamin);
        fill(&mut self.keluarga, other.keluarga);
        fill(&mut self.hubungan, other.hubungan);
        fill(&mut self.ibu, other.ibu);
        fill(&mut self.status_kawin, other.status_kawin);
        fill(&mut self.bb_lahir_g, other.bb_lahir_g);
        fill(&mut self.pb_lahir_mm, other.pb_lahir_mm);
        if self.nik.is_some() {
            self.alasan_tanpa_nik = None;
        }
        // So is consent: who took it back must not have it because of an older record.
        if other.setuju_at > self.setuju_at {
            (self.setuju, self.setuju_at) = (other.setuju, other.setuju_at);
        }
        if other.status_at > self.status_at {
            (self.status, self.status_sejak, self.status_at) = (other.status, other.status_sejak, other.status_at);
        }
    }
}

/// A family (KK) as the forms know it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keluarga {
    /// 32 hex.
    pub id: String,
    /// Name of the head.
    pub kepala: String,
    /// 16 digits, if known.
    pub no_kk: Option<String>,
    /// Where.
    pub alamat: Alamat,
    /// `+62...`
    pub hp: Option<String>,
}

impl Keluarga {
    /// Reads the registers of a subject.
    #[must_use]
    pub fn from_subject(id: &str, subject: &Subject) -> Self {
        Self {
            id: id.to_owned(),
            kepala: subject.text("kepala").unwrap_or_default(),
            no_kk: subject.text("no_kk"),
            alamat: Alamat::from_value(&subject.value("alamat")),
            hp: subject.text("hp"),
        }
    }
}

/// Reads a stored date, `YYYY-MM-DD`.
#[must_use]
pub fn date(value: Option<&Value>) -> Option<NaiveDate> {
    value.and_then(Value::as_text).and_then(iso::day)
}

/// Writes a stored date.
#[must_use]
pub fn date_value(on: NaiveDate) -> Value {
    on.to_string().into()
}

macro_rules! redacted {
    ($($name:ident),*) => { $(
        /// Never content: it is somebody's.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )* };
}
redacted!(Alamat, Sasaran, Keluarga);
