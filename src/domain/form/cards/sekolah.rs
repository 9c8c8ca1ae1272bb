//! Kartu anak usia sekolah dan remaja, as far as growth needs it: weight and height, 6 to 17 years.
//!
//! Children of primary school are expected; adolescents have the card and may be marked present.

use super::{PLACES, REASONS, SYMPTOMS, TOPICS};
use crate::domain::form::Unit;
use crate::domain::form::card::{Card, CardField, Kind, Measure, Need, Station};
use crate::domain::growth::rules::Field;

const ALWAYS: (u32, u32) = (72, 215);

/// 72 to 215 completed months.
pub const SEKOLAH: Card = Card {
    name: "sekolah",
    months: ALWAYS,
    expected: (72, 119),
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
