//! The posyandu itself: where it is, and how it judges a gain.

use serde::{Deserialize, Serialize};

use super::Desk;
use crate::domain::area::Tempat;
use crate::domain::growth::gain::{KbmAgeBasis, NtMode};

/// What may be changed about it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Where it is.
    pub tempat: Tempat,
    /// Code of an [`NtMode`].
    pub nt_mode: String,
    /// Code of a [`KbmAgeBasis`].
    pub kbm_age_basis: String,
}

impl Facts {
    /// Registers and what they hold.
    #[must_use]
    pub fn registers(&self) -> [(&'static str, &str); 7] {
        let Tempat { kode, desa, kecamatan, kabupaten, provinsi } = &self.tempat;
        [
            ("wilayah", kode),
            ("desa", desa),
            ("kecamatan", kecamatan),
            ("kabupaten", kabupaten),
            ("provinsi", provinsi),
            ("nt_mode", &self.nt_mode),
            ("kbm_age_basis", &self.kbm_age_basis),
        ]
    }
}

/// What is known; what was never chosen is as most reports have it.
#[must_use]
pub fn facts(desk: &Desk<'_>) -> Facts {
    let text = |key: &str| desk.book.posyandu().and_then(|it| it.text(key)).unwrap_or_default();
    let or = |key: &str, usual: &str| Some(text(key)).filter(|it| !it.is_empty()).unwrap_or_else(|| usual.to_owned());
    Facts {
        tempat: Tempat {
            kode: text("wilayah"),
            desa: text("desa"),
            kecamatan: text("kecamatan"),
            kabupaten: text("kabupaten"),
            provinsi: text("provinsi"),
        },
        nt_mode: or("nt_mode", NtMode::default().code()),
        kbm_age_basis: or("kbm_age_basis", KbmAgeBasis::default().code()),
    }
}
