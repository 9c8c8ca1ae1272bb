//! The posyandu itself: its name, where it is, whom to call, and how it judges a gain.

use serde::{Deserialize, Serialize};

use super::Desk;
use super::warga::Dispute;
use crate::domain::area::Tempat;
use crate::domain::growth::gain::{KbmAgeBasis, NtMode};
use crate::domain::json::Value;
use crate::domain::ledger::Subject;
use crate::domain::ledger::hlc::Hlc;

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
    pub fn registers(&self) -> Vec<(String, &str)> {
        let Tempat { kode, desa, kecamatan, kabupaten, provinsi } = &self.tempat;
        let mut all: Vec<(String, &str)> = self.telepon.iter().map(|it| (number_of(&it.0), it.1.trim())).collect();
        let texts = [
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
        ];
        all.extend(texts.map(|(register, text)| (register.to_owned(), text.trim())));
        all
    }
}

/// What a register of a number begins with; whose it is follows.
pub const NUMBER: &str = "telepon:";

/// The register of somebody's number.
#[must_use]
pub fn number_of(who: &str) -> String {
    format!("{NUMBER}{who}")
}

/// Who can be called, the number, and when it was written down.
#[must_use]
pub fn numbers(posyandu: &Subject) -> Vec<(String, String, Hlc)> {
    let mut all = Vec::new();
    // All in one, as the first builds wrote them.
    if let Some(write) = posyandu.write("telepon") {
        let text = |it: &Value, key: &str| it.get(key).and_then(Value::as_text).unwrap_or_default().trim().to_owned();
        let list = write.value.value();
        all.extend(list.as_list().into_iter().flatten().map(|it| (text(it, "siapa"), text(it, "nomor"), write.at)));
    }
    for register in posyandu.registers() {
        if let (Some(who), Some(write)) = (register.strip_prefix(NUMBER), posyandu.write(register)) {
            all.retain(|it| it.0 != who);
            all.push((who.to_owned(), posyandu.text(register).unwrap_or_default(), write.at));
        }
    }
    all.retain(|it| !it.1.is_empty());
    all
}

/// The registers of a place, which are right only together; the first is the one that people know it by.
pub const PLACE: [&str; 5] = ["desa", "kecamatan", "kabupaten", "provinsi", "wilayah"];

/// What two people said differently; of a place it is asked once, by the first of its parts.
#[must_use]
pub fn disputes(desk: &Desk<'_>, posyandu: &str) -> Vec<Dispute> {
    let mut disputes = super::warga::disputes(desk, posyandu);
    let rank = |it: &Dispute| PLACE.iter().position(|part| *part == it.register);
    let first = disputes.iter().filter_map(rank).min();
    disputes.retain(|it| rank(it).is_none() || rank(it) == first);
    disputes
}

/// What is known; what was never chosen is as most reports have it.
#[must_use]
pub fn facts(desk: &Desk<'_>) -> Facts {
    let text = |key: &str| desk.book.posyandu().and_then(|it| it.text(key)).unwrap_or_default();
    let or = |key: &str, usual: &str| Some(text(key)).filter(|it| !it.is_empty()).unwrap_or_else(|| usual.to_owned());
    let telepon = desk.book.posyandu().map(numbers).unwrap_or_default();
    Facts {
        nama: text("nama"),
        nomor_registrasi: text("nomor_registrasi"),
        telepon: telepon.into_iter().map(|it| (it.0, it.1)).collect(),
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
