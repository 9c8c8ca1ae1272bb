//! What may be saved about people and families.

use serde::{Deserialize, Serialize};

use super::{FieldError, NewId, Plan};
use crate::domain::book::Book;
use crate::domain::duplicates::Likeness;
use crate::domain::form::Problem;
use crate::domain::form::warga::{
    FamilyText, NEW_FAMILY, PersonText, alike, changed, check_family, check_person, check_since, consent_register,
    family_registers, needs_since, person_registers,
};
use crate::domain::json::{Map, Value, object};
use crate::domain::kinds;
use crate::domain::ledger::Draft;
use crate::domain::sasaran::{Status, date_value};
use crate::domain::sesi::SesiId;
use crate::domain::view::Desk;

/// The form in which somebody is registered.
pub const FORM_NEW: &str = "warga-baru";

/// The form in which a person or family is edited.
#[must_use]
pub fn form_edit(id: &str) -> String {
    format!("warga-ubah:{id}")
}

/// A wish.
#[derive(Clone, Serialize, Deserialize)]
pub enum Intent {
    /// Somebody new, with her family if that is new too.
    Register {
        /// As typed.
        text: Box<PersonText>,
        /// The open day to which she came, `<date>:<place>`.
        sesi: Option<String>,
    },
    /// Other facts about somebody.
    Change {
        /// Who.
        id: String,
        /// As typed.
        text: Box<PersonText>,
    },
    /// Other facts about a family.
    ChangeFamily {
        /// Which.
        id: String,
        /// As typed.
        text: Box<FamilyText>,
    },
    /// She moved, died, went away, is not known, or is here.
    SetStatus {
        /// Who.
        id: String,
        /// The stored word.
        status: String,
        /// Since when, as typed.
        since: String,
    },
    /// Of several answers to one question, this is right.
    Settle {
        /// A person or a family.
        subject: String,
        /// Which register.
        register: String,
        /// The event whose answer is right.
        event: String,
    },
    /// Two records are one person, or not after all.
    Join {
        /// One.
        one: String,
        /// The other.
        other: String,
        /// Whether they are.
        together: bool,
    },
}

/// Turns a wish into drafts.
///
/// # Errors
/// The fields to look at again.
pub fn plan(desk: &Desk<'_>, intent: &Intent, new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    match intent {
        Intent::Register { text, sesi } => register(desk, text, sesi.as_deref(), new_id),
        Intent::Change { id, text } => change(desk, id, text, new_id),
        Intent::ChangeFamily { id, text } => change_family(desk, id, text),
        Intent::SetStatus { id, status, since } => set_status(desk, id, status, since),
        Intent::Settle { subject, register, event } => settle(desk, subject, register, event),
        Intent::Join { one, other, together } => join(desk, one, other, *together),
    }
}

fn register(desk: &Desk<'_>, text: &PersonText, sesi: Option<&str>, new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    let facts = check_person(text, true, desk.today())?;
    known_family(desk.book, text)?;
    nobody_alike(desk, text, &[])?;
    let sesi = sesi.map(|it| SesiId::parse(it).filter(|id| desk.book.sesi(id).is_some()));
    let Some(sesi) = sesi.map_or(Some(None), |it| it.map(Some)) else {
        return Err(missing("sesi"));
    };
    let on = desk.today();
    let mut drafts = Vec::new();
    let mut registers = said_only(facts.registers);
    if let Some(rumah) = facts.rumah {
        let keluarga = new_id();
        registers.insert("keluarga".into(), keluarga.as_str().into());
        let data = said_only(rumah);
        drafts.push(Draft { kind: kinds::KELUARGA_REGISTERED.into(), subject: keluarga, on, data });
    }
    registers.insert("persetujuan".into(), consent_register(text));
    let id = new_id();
    drafts.push(Draft { kind: kinds::SASARAN_REGISTERED.into(), subject: id.clone(), on, data: registers });
    if let Some(sesi) = sesi {
        let data = object([("hadir", true.into())]);
        drafts.push(Draft { kind: kinds::HADIR_RECORDED.into(), subject: sesi.attendance(&id), on: sesi.on, data });
    }
    Ok(Plan { drafts, ends_draft: Some(FORM_NEW.into()), subject: id })
}

fn change(desk: &Desk<'_>, id: &str, text: &PersonText, new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    let sasaran = desk.book.person(id).ok_or_else(|| missing("nama"))?;
    let asks_consent = sasaran.setuju != Some(true);
    let today = desk.today();
    let facts = check_person(text, asks_consent, today)?;
    known_family(desk.book, text)?;
    let before = person_registers(&PersonText::of(&sasaran), today);
    let mut registers = changed(&before, facts.registers);
    if registers.contains_key("nik") {
        nobody_alike(desk, text, &desk.book.same_person(id))?;
    }
    let mut drafts = Vec::new();
    if let Some(rumah) = facts.rumah {
        let keluarga = new_id();
        registers.insert("keluarga".into(), keluarga.as_str().into());
        let data = said_only(rumah);
        drafts.push(Draft { kind: kinds::KELUARGA_REGISTERED.into(), subject: keluarga, on: today, data });
    }
    if asks_consent {
        registers.insert("persetujuan".into(), consent_register(text));
    }
    if !registers.is_empty() {
        let kind = kinds::SASARAN_CHANGED.into();
        drafts.push(Draft { kind, subject: sasaran.id.clone(), on: today, data: registers });
    }
    Ok(Plan { drafts, ends_draft: Some(form_edit(id)), subject: sasaran.id })
}

fn change_family(desk: &Desk<'_>, id: &str, text: &FamilyText) -> Result<Plan, Vec<FieldError>> {
    let keluarga = desk.book.keluarga(id).ok_or_else(|| missing("kepala"))?;
    let registers = changed(&family_registers(&FamilyText::of(&keluarga)), check_family(text)?);
    let mut drafts = Vec::new();
    if !registers.is_empty() {
        let kind = kinds::KELUARGA_CHANGED.into();
        drafts.push(Draft { kind, subject: id.to_owned(), on: desk.today(), data: registers });
    }
    Ok(Plan { drafts, ends_draft: Some(form_edit(id)), subject: id.to_owned() })
}

fn set_status(desk: &Desk<'_>, id: &str, status: &str, since: &str) -> Result<Plan, Vec<FieldError>> {
    let sasaran = desk.book.person(id).ok_or_else(|| missing("status"))?;
    let status = match Status::parse(status) {
        Status::Unknown(_) => return Err(missing("status")),
        Status::Aktif if status.is_empty() => return Err(missing("status")),
        known => known,
    };
    let since = if needs_since(&status) {
        let born_on = sasaran.lahir.filter(|it| !it.is_estimate).map(|it| it.on);
        check_since(since, born_on, desk.today()).map_err(|problem| vec![FieldError::new("sejak", problem)])?
    } else {
        desk.today()
    };
    let value = object([("kata", status.word().into()), ("sejak", date_value(since))]);
    let data = object([("status", Value::Object(value))]);
    let draft = Draft { kind: kinds::SASARAN_CHANGED.into(), subject: sasaran.id.clone(), on: since, data };
    Ok(Plan { drafts: vec![draft], ends_draft: None, subject: sasaran.id })
}

fn settle(desk: &Desk<'_>, subject: &str, register: &str, event: &str) -> Result<Plan, Vec<FieldError>> {
    let heads = desk.book.subject(subject).map(|it| it.heads(register)).unwrap_or_default();
    let right = heads.iter().find(|it| it.id.to_string() == event).ok_or_else(|| missing(register))?;
    let kind = if desk.book.keluarga(subject).is_some() { kinds::KELUARGA_CHANGED } else { kinds::SASARAN_CHANGED };
    let data = object([]);
    let mut draft = Draft { kind: kind.into(), subject: subject.to_owned(), on: desk.today(), data };
    draft.data.insert(register.to_owned(), right.value.value());
    Ok(Plan { drafts: vec![draft], ends_draft: None, subject: subject.to_owned() })
}

fn join(desk: &Desk<'_>, one: &str, other: &str, together: bool) -> Result<Plan, Vec<FieldError>> {
    let (least, greatest) = (one.min(other), one.max(other));
    let is_known = |id: &str| desk.book.sasaran(id).is_some();
    if least == greatest || !is_known(least) || !is_known(greatest) {
        return Err(missing("cari-lain"));
    }
    let draft = Draft {
        kind: kinds::GABUNG_RECORDED.into(),
        subject: format!("gabung:{least}:{greatest}"),
        on: desk.today(),
        data: object([("gabung", together.into())]),
    };
    Ok(Plan { drafts: vec![draft], ends_draft: None, subject: one.to_owned() })
}

fn known_family(book: &Book, text: &PersonText) -> Result<(), Vec<FieldError>> {
    let is_known = text.keluarga == NEW_FAMILY || book.keluarga(&text.keluarga).is_some();
    if is_known { Ok(()) } else { Err(missing("keluarga")) }
}

/// Whoever is probably registered already must be looked at first; "orang lain" goes on.
fn nobody_alike(desk: &Desk<'_>, text: &PersonText, own: &[String]) -> Result<(), Vec<FieldError>> {
    for (who, comparison) in alike(text, desk.shelf, desk.today()) {
        match comparison.likeness {
            _ if own.contains(&who) => {}
            Likeness::SameNik => return Err(vec![FieldError::new("nik", Problem::Taken { who })]),
            Likeness::Likely if own.is_empty() => return Err(vec![FieldError::new("nama", Problem::Alike { who })]),
            Likeness::Likely | Likeness::Possible => {}
        }
    }
    Ok(())
}

/// A new record says nothing about what is blank.
fn said_only(registers: Map) -> Map {
    registers.into_iter().filter(|(_, value)| *value != Value::Null).collect()
}

fn missing(field: &str) -> Vec<FieldError> {
    vec![FieldError::new(field, Problem::Missing)]
}
