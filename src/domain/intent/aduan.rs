//! What may be saved about aduan: sending one, a call for help, a note.
//!
//! Sending splits what was typed: the open event holds no identity, and of a `rahasia` aduan there is no open event at
//! all. Number, tracking code and sealed matter are written in the same transaction.

use serde::{Deserialize, Serialize};

use super::{FieldError, KeptPhoto, NewId, Plan};
use crate::domain::aduan::category::CategoryTable;
use crate::domain::aduan::intake::{self, Assigned, Context, Submission};
use crate::domain::aduan::own::{self, Pending, Ticket};
use crate::domain::aduan::ticket::{KabupatenCode, TicketNumber, TrackingCode};
use crate::domain::form::Problem;
use crate::domain::json::{self, Map, object};
use crate::domain::kinds;
use crate::domain::ledger::Draft;
use crate::domain::number::NumberError;
use crate::domain::view::Desk;

/// Stands for the desa while nobody knows its code; it never enters an event.
pub const DESA_UNKNOWN: &str = "0000000000";
/// Characters of a note.
pub const NOTE_LENGTH: (usize, usize) = (3, 500);
/// The member of a draft's `extra` that holds calls made before the form was filled.
pub const CALLS: &str = "telepon";

/// A wish.
#[derive(Clone, Serialize, Deserialize)]
pub enum Intent {
    /// Sends what was typed (T2). Sending the same id twice is sending it once.
    Send {
        /// Id of the complaint to be, 32 hex; also names its draft.
        id: String,
        /// JSON of [`intake::Draft`].
        draft: String,
    },
    /// Help was called (T22).
    Call {
        /// The complaint.
        id: String,
        /// Who was called.
        kepada: String,
        /// Which number.
        nomor: String,
        /// What came of it.
        hasil: String,
    },
    /// A note.
    Note {
        /// The complaint.
        id: String,
        /// The note.
        isi: String,
    },
}

/// Turns a wish into drafts.
///
/// # Errors
/// The fields to look at again.
pub fn plan(desk: &Desk<'_>, intent: &Intent, new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    match intent {
        Intent::Send { id, draft } => send(desk, id, draft, new_id),
        Intent::Call { id, kepada, nomor, hasil } => {
            if nomor.trim().is_empty() || kepada.trim().is_empty() {
                return Err(vec![FieldError::new("nomor", Problem::Missing)]);
            }
            let data = object([
                ("kepada", kepada.trim().into()),
                ("nomor", nomor.trim().into()),
                ("waktu", own::local_text(desk.now).into()),
                ("hasil", hasil.trim().into()),
            ]);
            report(desk, id, kinds::ADUAN_CALLED, data, new_id)
        }
        Intent::Note { id, isi } => {
            let (least, most) = NOTE_LENGTH;
            let problem = match isi.trim().chars().count() {
                0 => Some(Problem::Missing),
                count if count < least => Some(Problem::TooShort { least: as_u32(least) }),
                count if count > most => Some(Problem::TooLong { most: as_u32(most) }),
                _ => None,
            };
            if let Some(problem) = problem {
                return Err(vec![FieldError::new("isi", problem)]);
            }
            let data = object([("isi", isi.trim().into()), ("waktu", own::local_text(desk.now).into())]);
            report(desk, id, kinds::ADUAN_NOTED, data, new_id)
        }
    }
}

/// Ten digits of the desa of this posyandu, if they are known.
#[must_use]
pub fn desa_code(desk: &Desk<'_>) -> Option<String> {
    let code = desk.book.posyandu().and_then(|it| it.text("wilayah"))?;
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    (digits.len() == 10).then_some(digits)
}

/// Four digits of the kabupaten, or zeros while nobody knows them: the rest of the number is unique without them.
fn kabupaten_code(desk: &Desk<'_>) -> Option<KabupatenCode> {
    let code = desk.book.posyandu().and_then(|it| it.text("wilayah")).unwrap_or_default();
    let digits: String = code.chars().filter(char::is_ascii_digit).take(4).collect();
    KabupatenCode::parse(&digits).or_else(|_| KabupatenCode::parse("0000")).ok()
}

/// Whether a complaint of this id was sent, in the open or sealed.
#[must_use]
pub fn is_sent(desk: &Desk<'_>, id: &str) -> bool {
    desk.book.subject(id).is_some() || desk.pending.iter().any(|it| it.id == id)
}

fn is_sealed(desk: &Desk<'_>, id: &str) -> bool {
    desk.pending.iter().any(|it| it.id == id && it.sealed_submission().is_some())
}

fn send(desk: &Desk<'_>, id: &str, text: &str, new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    let refused = |field: &str| vec![FieldError::new(field, Problem::Missing)];
    if id.len() != 32 || !id.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(refused("id"));
    }
    let done = Plan { subject: id.to_owned(), ends_draft: Some(own::form(id)), ..Plan::default() };
    if is_sent(desk, id) {
        return Ok(done);
    }
    let mut draft: intake::Draft = serde_json::from_str(text).map_err(|_| refused("uraian"))?;
    let desa = desa_code(desk);
    draft.kode_desa = desa.clone().unwrap_or_else(|| DESA_UNKNOWN.to_owned());
    let ticket = number(desk, new_id).ok_or_else(|| refused("nomor"))?;
    let context = Context { categories: CategoryTable::bundled(), today: desk.today() };
    let assigned = Assigned { nomor: ticket.nomor.clone(), pelapor_ref: new_id(), submitted_local: ticket.submitted };
    let refuse = |errors: Vec<intake::FieldError>| errors.iter().map(field_error).collect::<Vec<_>>();
    let submission = draft.submit(&context, &assigned).map_err(refuse)?;

    let event = |kind: &str, data: Map| Draft { kind: kind.into(), subject: id.into(), on: desk.today(), data };
    let submitted = |data: serde_json::Map<String, serde_json::Value>| {
        let mut data = strict(data)?;
        if desa.is_none() {
            data.remove("kode_desa");
        }
        Some(event(kinds::ADUAN_SENT, data))
    };
    let calls = calls(&draft).into_iter().map(|data| event(kinds::ADUAN_CALLED, data));
    let code = event(kinds::ADUAN_KODE, object([("kode_lacak", ticket.kode.digits().into())]));
    let mut plan = Plan { uses_ticket: true, ..done };
    let mut waits = Vec::new();
    let is_sealed = matches!(submission, Submission::Sealed { .. });
    match submission {
        Submission::Open { public, identity } => {
            plan.drafts.push(submitted(public).ok_or_else(|| refused("uraian"))?);
            plan.drafts.extend(calls);
            if let Some(identity) = identity {
                waits.push(event(kinds::ADUAN_IDENTITAS, strict(identity).ok_or_else(|| refused("nama"))?));
            }
        }
        Submission::Sealed { everything } => {
            waits.push(submitted(everything).ok_or_else(|| refused("uraian"))?);
            waits.extend(calls);
        }
    }
    waits.push(code);
    plan.pending.push(Pending { id: id.to_owned(), ticket: Some(ticket), events: waits });
    plan.photos = draft
        .foto
        .iter()
        .map(|it| KeptPhoto { form: own::photo_form(id, &it.sha256), sha256: it.sha256.clone(), is_pending: is_sealed })
        .collect();
    Ok(plan)
}

fn number(desk: &Desk<'_>, new_id: NewId<'_>) -> Option<Ticket> {
    let next = desk.next_ticket?;
    let nomor = TicketNumber::new(kabupaten_code(desk)?, next.code.clone(), next.running).ok()?;
    // Fresh bytes until they are uniform: 30 of them fail once in some ten million million times.
    let kode = (0..4).find_map(|_| TrackingCode::from_random(&bytes(&format!("{}{}", new_id(), new_id()))).ok())?;
    Some(Ticket { nomor, kode, submitted: desk.now })
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|it| it.to_digit(16)).filter_map(|it| u8::try_from(it).ok()).collect();
    let (pairs, _) = digits.as_chunks::<2>();
    pairs.iter().map(|[high, low]| high * 16 + low).collect()
}

/// A report on a sealed complaint is sealed too, as an item of its own.
fn report(desk: &Desk<'_>, id: &str, kind: &str, data: Map, new_id: NewId<'_>) -> Result<Plan, Vec<FieldError>> {
    let event = Draft { kind: kind.into(), subject: id.into(), on: desk.today(), data };
    let mut plan = Plan { subject: id.to_owned(), ..Plan::default() };
    if is_sealed(desk, id) {
        let item = Pending { id: format!("{id}:{}", new_id()), ticket: None, events: vec![event] };
        plan.pending.push(item);
    } else if is_sent(desk, id) {
        plan.drafts.push(event);
    } else {
        return Err(vec![FieldError::new("id", Problem::Missing)]);
    }
    Ok(plan)
}

/// Calls noted before the form: `[{kepada, nomor, waktu}]`.
fn calls(draft: &intake::Draft) -> Vec<Map> {
    let list = draft.extra.get(CALLS).and_then(serde_json::Value::as_array).into_iter().flatten();
    let text = |it: &serde_json::Value, key: &str| it.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    list.filter_map(|it| {
        let waktu = own::local_time(&text(it, "waktu")?)?;
        Some(object([
            ("kepada", text(it, "kepada")?.into()),
            ("nomor", text(it, "nomor")?.into()),
            ("waktu", own::local_text(waktu).into()),
        ]))
    })
    .collect()
}

/// Members of the intake as strict JSON: no fraction can be in them.
fn strict(data: serde_json::Map<String, serde_json::Value>) -> Option<Map> {
    json::parse_object(&serde_json::Value::Object(data).to_string()).ok()
}

/// The worker's refusal in the common words; the page asks the intake itself and says it better.
fn field_error(error: &intake::FieldError) -> FieldError {
    let problem = match error.problem {
        intake::Problem::TooShort { least } => Problem::TooShort { least: as_u32(least) },
        intake::Problem::TooLong { most } => Problem::TooLong { most: as_u32(most) },
        intake::Problem::NotANumber | intake::Problem::OutOfRange { .. } => Problem::Number(NumberError::Unfinished),
        _ => Problem::Missing,
    };
    FieldError::new(error.field.code(), problem)
}

fn as_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
