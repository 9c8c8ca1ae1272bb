//! What else is known of a person, beside what her registration asked: the fields of [`TAMBAHAN`].

use serde::{Deserialize, Serialize};

use super::person::said;
use super::{Desk, Said};
use crate::domain::calendar::Age;
use crate::domain::form::card::CardField;
use crate::domain::form::cards::TAMBAHAN;
use crate::domain::form::warga::is_head;
use crate::domain::json::Value;
use crate::domain::sasaran::{Sasaran, Sex};

/// A field of what else may be known.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct More {
    /// Its key.
    pub key: String,
    /// What is known.
    pub said: Said,
    /// Whether it is asked at her age.
    pub is_asked: bool,
}

/// Every field with what her records say, and whether it is asked at her age. A father who is a member of the family is
/// not asked for again.
#[must_use]
pub fn fields(desk: &Desk<'_>, sasaran: &Sasaran) -> Vec<(&'static CardField, Value, bool)> {
    let age = sasaran.lahir.and_then(|it| Age::on(it.on, desk.today()));
    let months = age.map_or(u32::MAX, Age::months);
    let same = desk.book.same_person(&sasaran.id);
    let mut all = Vec::new();
    for field in TAMBAHAN.fields {
        // Of records joined as hers the later answer counts, also one that takes another back.
        let writes = same.iter().filter_map(|id| desk.book.subject(id)?.write(field.key));
        let value = writes.max_by_key(|it| (it.at, it.id)).map(|it| it.value.value()).unwrap_or_default();
        let is_known = field.key == "ayah" && value == Value::Null && father(desk, sasaran).is_some();
        all.push((field, value, field.is_asked(months) && !is_known));
    }
    all
}

/// The father among the members of the family: a man who heads it, of a child of the head.
fn father(desk: &Desk<'_>, child: &Sasaran) -> Option<String> {
    let family = child.keluarga.as_deref().filter(|_| child.hubungan.as_deref() == Some("anak"))?;
    for id in desk.shelf().members(family) {
        let Some(Sasaran { nama, kelamin: Some(Sex::Male), hubungan: Some(word), .. }) = desk.book.person(id) else {
            continue;
        };
        if is_head(&word) || word == "suami" {
            return Some(nama);
        }
    }
    None
}

/// What is known and what is asked, in the order of the form. What was asked of the child she was stays known.
pub(super) fn known(desk: &Desk<'_>, sasaran: &Sasaran) -> Vec<More> {
    let mut known = Vec::new();
    for (field, value, is_asked) in fields(desk, sasaran) {
        let mut said = said(desk, field.key, &value);
        if field.key == "ayah"
            && matches!(said, Said::Nothing)
            && let Some(nama) = father(desk, sasaran)
        {
            said = Said::Text(nama);
        }
        if is_asked || !matches!(said, Said::Nothing) {
            known.push(More { key: field.key.to_owned(), said, is_asked });
        }
    }
    known
}
