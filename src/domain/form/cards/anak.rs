//! Kartu bantu bayi, balita dan anak prasekolah: fields 1-13 and 24-26 of the printed card.

use super::{PLACES, REASONS, SYMPTOMS, TOPICS};
use crate::domain::form::Unit;
use crate::domain::form::card::{Card, CardField, Kind, Measure, Need, Station};
use crate::domain::growth::rules::Field;

const ALWAYS: (u32, u32) = (0, 71);

/// 0 to 71 completed months. Age, date and every class of an index are computed, never typed.
pub const ANAK: Card = Card {
    name: "anak",
    months: ALWAYS,
    expected: ALWAYS,
    fields: &[
        CardField {
            key: "bb",
            station: Station::Ukur,
            kind: Kind::Measure(Measure { unit: Unit::Kg, range: Field::Weight, member: "g", has_position: false }),
            need: Need::Mandatory,
            months: ALWAYS,
        },
        CardField {
            key: "tb",
            station: Station::Ukur,
            kind: Kind::Measure(Measure { unit: Unit::Cm, range: Field::Length, member: "mm", has_position: true }),
            need: Need::Mandatory,
            months: ALWAYS,
        },
        CardField {
            key: "lk",
            station: Station::Ukur,
            kind: Kind::Measure(Measure { unit: Unit::Cm, range: Field::Head, member: "mm", has_position: false }),
            need: Need::Conditional,
            months: (0, 23),
        },
        CardField {
            key: "lila",
            station: Station::Ukur,
            kind: Kind::Measure(Measure { unit: Unit::Cm, range: Field::Lila, member: "mm", has_position: false }),
            need: Need::Conditional,
            months: (6, 59),
        },
        CardField {
            key: "perkembangan",
            station: Station::Catat,
            kind: Kind::OneOf(&["lengkap", "tidak_lengkap"]),
            need: Need::Optional,
            months: ALWAYS,
        },
        CardField { key: "edema", station: Station::Catat, kind: Kind::YesNo, need: Need::Optional, months: ALWAYS },
        CardField {
            key: "gejala",
            station: Station::Layanan,
            kind: Kind::AnyOf { list: "daftar", words: SYMPTOMS },
            need: Need::Optional,
            months: ALWAYS,
        },
        CardField {
            key: "rujuk",
            station: Station::Layanan,
            kind: Kind::Referral { reasons: REASONS, places: PLACES },
            need: Need::Mandatory,
            months: ALWAYS,
        },
        CardField {
            key: "edukasi",
            station: Station::Edukasi,
            kind: Kind::AnyOf { list: "topik", words: TOPICS },
            need: Need::Optional,
            months: ALWAYS,
        },
    ],
};
