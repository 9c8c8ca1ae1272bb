//! What else is known of a person, beside what her registration asked: the fields of [`TAMBAHAN`].

use serde::{Deserialize, Serialize};

use super::person::said;
use super::{Desk, PersonRow, Said};
use crate::domain::calendar::Age;
use crate::domain::form::card::{Answers, CardField, Typed};
use crate::domain::form::cards::TAMBAHAN;
use crate::domain::form::warga::is_head;
use crate::domain::json::Value;
use crate::domain::sasaran::{Sasaran, Sex};

/// The form of what else may be known.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct More {
    /// Whose.
    pub row: PersonRow,
    /// Keys of the fields asked at her age.
    pub asked: Vec<String>,
    /// What is known, as it would be typed.
    pub saved: Answers,
}

/// A value of one of her records: her own, or where that is blank one joined with it.
#[must_use]
pub fn value(desk: &Desk<'_>, id: &str, register: &str) -> Value {
    let mut same = desk.book.same_person(id);
    same.sort();
    let said = same.iter().filter_map(|id| desk.book.subject(id)).map(|it| it.value(register));
    said.into_iter().find(|it| *it != Value::Null).unwrap_or_default()
}

/// The fields asked of somebody. A father who is a member of the family is not asked for again.
#[must_use]
pub fn asked(desk: &Desk<'_>, sasaran: &Sasaran) -> Vec<&'static CardField> {
    let age = sasaran.lahir.and_then(|it| Age::on(it.on, desk.today()));
    let is_needed = |it: &&CardField| {
        it.key != "ayah" || father(desk, sasaran).is_none() || value(desk, &sasaran.id, it.key) != Value::Null
    };
    TAMBAHAN.asked(age.map_or(u32::MAX, Age::months)).filter(is_needed).collect()
}

/// The father among the members of the family: a man who heads it, of a child of the head.
fn father(desk: &Desk<'_>, child: &Sasaran) -> Option<String> {
    let family = child.keluarga.as_deref().filter(|_| child.hubungan.as_deref() == Some("anak"))?;
    let members = desk.shelf().members(family).filter_map(|it| desk.book.person(it));
    let is_father = |it: &Sasaran| {
        let hubungan = it.hubungan.as_deref().unwrap_or_default();
        it.kelamin == Some(Sex::Male) && (is_head(hubungan) || hubungan == "suami")
    };
    members.into_iter().find(is_father).map(|it| it.nama)
}

/// What is known, by key, in the order of the form, and how many questions of her age nobody asked yet.
pub(super) fn known(desk: &Desk<'_>, sasaran: &Sasaran) -> (Vec<(String, Said)>, u32) {
    let mut known = Vec::new();
    // What was asked of the child she was stays known.
    for field in TAMBAHAN.fields {
        match said(desk, field.key, &value(desk, &sasaran.id, field.key)) {
            Said::Nothing if field.key == "ayah" => {
                known.extend(father(desk, sasaran).map(|it| (field.key.to_owned(), Said::Text(it))));
            }
            Said::Nothing => {}
            it => known.push((field.key.to_owned(), it)),
        }
    }
    let is_open = |it: &&&CardField| known.iter().all(|(key, _)| key != it.key);
    let open = asked(desk, sasaran).iter().filter(is_open).count();
    (known, u32::try_from(open).unwrap_or(u32::MAX))
}

/// The form, filled.
pub(super) fn more(desk: &Desk<'_>, id: &str) -> Option<More> {
    let sasaran = desk.book.person(id)?;
    let asked = asked(desk, &sasaran);
    let of = |it: &&'static CardField| (it.key.to_owned(), Typed::of(it, &value(desk, &sasaran.id, it.key)));
    Some(More {
        row: PersonRow::of(desk, &sasaran),
        saved: asked.iter().map(of).collect(),
        asked: asked.iter().map(|it| it.key.to_owned()).collect(),
    })
}
