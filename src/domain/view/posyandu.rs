//! The posyandu itself: its name, where it is, whom to call, and how it judges a gain.

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::domain::area::Tempat;
use crate::domain::growth::gain::{KbmAgeBasis, NtMode};
use crate::domain::json::{Value, object};

/// What may be changed about it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Its name, without the word posyandu.
    pub nama: String,
    /// Its number at Kemendagri; empty where there is none yet.
    pub nomor_registrasi: String,
    /// Who can be called, and the number.
    pub telepon: Vec<(String, String)>,
    /// Where it is.
    pub tempat: Tempat,
    /// Name of the Puskesmas it belongs to.
    pub puskesmas: String,
    /// Name of the health post of the village.
    pub pustu: String,
    /// Code of an [`NtMode`].
    pub nt_mode: String,
    /// Code of a [`KbmAgeBasis`].
    pub kbm_age_basis: String,
}

impl Facts {
    /// Registers and what they hold.
    #[must_use]
    pub fn registers(&self) -> [(&'static str, &str); 11] {
        let Tempat { kode, desa, kecamatan, kabupaten, provinsi } = &self.tempat;
        [
            ("nama", &self.nama),
            ("nomor_registrasi", &self.nomor_registrasi),
            ("wilayah", kode),
            ("desa", desa),
            ("kecamatan", kecamatan),
            ("kabupaten", kabupaten),
            ("provinsi", provinsi),
            ("puskesmas", &self.puskesmas),
            ("pustu", &self.pustu),
            ("nt_mode", &self.nt_mode),
            ("kbm_age_basis", &self.kbm_age_basis),
        ]
    }
}

/// The value of the register `telepon`; who has no number is not in it.
#[must_use]
pub fn numbers(telepon: &[(String, String)]) -> Value {
    let known = telepon.iter().map(|(who, number)| (who, number.trim())).filter(|(_, number)| !number.is_empty());
    let entry = |(who, number): (&String, &str)| object([("siapa", who.as_str().into()), ("nomor", number.into())]);
    Value::List(known.map(|it| entry(it).into()).collect())
}

/// What is known; what was never chosen is as most reports have it.
#[must_use]
pub fn facts(desk: &Desk<'_>) -> Facts {
    let text = |key: &str| desk.book.posyandu().and_then(|it| it.text(key)).unwrap_or_default();
    let or = |key: &str, usual: &str| Some(text(key)).filter(|it| !it.is_empty()).unwrap_or_else(|| usual.to_owned());
    let telepon = desk.book.posyandu().map(|it| it.value("telepon")).unwrap_or_default();
    let word = |it: &Value, key: &str| it.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
    let telepon = telepon.as_list().unwrap_or_default().iter();
    Facts {
        nama: text("nama"),
        nomor_registrasi: text("nomor_registrasi"),
        telepon: telepon.map(|it| (word(it, "siapa"), word(it, "nomor"))).collect(),
        tempat: Tempat {
            kode: text("wilayah"),
            desa: text("desa"),
            kecamatan: text("kecamatan"),
            kabupaten: text("kabupaten"),
            provinsi: text("provinsi"),
        },
        puskesmas: text("puskesmas"),
        pustu: text("pustu"),
        nt_mode: or("nt_mode", NtMode::default().code()),
        kbm_age_basis: or("kbm_age_basis", KbmAgeBasis::default().code()),
    }
}
