//! What else is known of a person: columns of the family form and heads of the printed cards.
//!
//! Not asked at an open day but on her own page, whenever there is time; each field is a register of the sasaran.
//! A blank is "tidak ditanya" and never "tidak".

use crate::domain::form::card::{Card, CardField, Kind, Need, Station};
use crate::domain::form::warga::EXACT_BELOW_YEARS;

const CHILD: (u32, u32) = (0, 12 * EXACT_BELOW_YEARS - 1);
const ALWAYS: (u32, u32) = (0, u32::MAX);

const fn asked(key: &'static str, kind: Kind, months: (u32, u32)) -> CardField {
    CardField { key, station: Station::Daftar, kind, need: Need::Optional, months }
}

/// Of everybody; what the head of a child's card asks only below six years. Ages for school and work are [design].
pub const TAMBAHAN: Card = Card {
    name: "tambahan",
    months: ALWAYS,
    expected: (1, 0),
    fields: &[
        asked("ayah", Kind::Name, CHILD),
        asked("anak_ke", Kind::Count(1, 20), CHILD),
        asked("imd", Kind::YesNo, CHILD),
        asked("golongan_darah", Kind::Listed, ALWAYS),
        asked("disabilitas", Kind::Listed, ALWAYS),
        asked("jkn", Kind::Listed, ALWAYS),
        asked("pendidikan", Kind::Listed, (12 * 6, u32::MAX)),
        asked("pekerjaan", Kind::Listed, (12 * 15, u32::MAX)),
    ],
};
