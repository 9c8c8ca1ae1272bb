//! Planning, moving, opening and closing an open day; saying who came; recording what was asked of her.

use serde::{Deserialize, Serialize};

use super::{FieldError, Plan};
use crate::domain::calendar::parse_planned_date;
use crate::domain::form::Problem;
use crate::domain::form::card::{Answers, CardField, Kind, Station, changes};
use crate::domain::form::kept::rebase;
use crate::domain::form::rencana::{PlanText, form_plan};
use crate::domain::json::{Map, Value, object};
use crate::domain::kinds;
use crate::domain::kunjungan::{Growth, fields_of};
use crate::domain::ledger::Draft;
use crate::domain::pace;
use crate::domain::sasaran::Sasaran;
use crate::domain::sesi::{SesiId, SesiStatus, UTAMA};
use crate::domain::view::Desk;
use crate::domain::view::sesi::{card_of, recordable, tutup, visit_of};

/// What may be done with an open day.
#[derive(Clone, Serialize, Deserialize)]
pub enum Intent {
    /// Records what was asked of somebody; only what changed is written.
    Visit {
        /// `<date>:<place>`; the place may be `rumah` or `susulan`.
        sesi: String,
        /// Who.
        sasaran: String,
        /// What was typed, by field.
        answers: Answers,
        /// The draft that ends with this save.
        form: String,
        /// Seconds since the screen was opened, where that is measured.
        took_s: Option<u32>,
    },
    /// What is far from the usual was measured again, and the numbers are right.
    Confirm {
        /// `<date>:<place>`
        sesi: String,
        /// Who.
        sasaran: String,
    },
    /// The kader looked whether the line follows the curve.
    Curve {
        /// `<date>:<place>`
        sesi: String,
        /// Who.
        sasaran: String,
        /// It does.
        follows: bool,
    },
    /// I work here today, too.
    Join {
        /// `<date>:<place>`
        sesi: String,
    },
    /// A kader works at a step.
    Desk {
        /// `<date>:<place>` of the day on which she does; empty for where she usually works.
        sesi: String,
        /// Her person id.
        kader: String,
        /// 1 to 5.
        station: u8,
    },
    /// Gives the next one a date, or changes what was planned.
    Plan {
        /// `<date>:<place>` of the plan that changes; empty for a new one.
        sesi: String,
        /// What the form was filled with.
        filled: PlanText,
        /// What was typed.
        text: PlanText,
    },
    /// Gives a plan up.
    Cancel {
        /// `<date>:<place>`
        sesi: String,
    },
    /// Opens today's.
    Open,
    /// Closes one.
    Close {
        /// `<date>:<place>`
        sesi: String,
    },
    /// Opens a closed one again.
    Reopen {
        /// `<date>:<place>`
        sesi: String,
    },
    /// Somebody came, or did not after all.
    Attend {
        /// `<date>:<place>`
        sesi: String,
        /// Who.
        sasaran: String,
        /// Whether she came.
        came: bool,
    },
}

/// Turns a wish into drafts.
///
/// # Errors
/// The fields to look at again.
pub fn plan(desk: &Desk<'_>, intent: &Intent) -> Result<Plan, Vec<FieldError>> {
    let mut ends_draft = None;
    let draft = match intent {
        Intent::Visit { sesi, sasaran, answers, form, took_s } => {
            return visit(desk, sesi, sasaran, answers, form, *took_s);
        }
        Intent::Curve { sesi, sasaran, follows } => {
            let (id, sasaran) = recorded(desk, sesi, sasaran)?;
            let data = object([("garis", (*follows).into())]);
            Draft { kind: kinds::KUNJUNGAN_RECORDED.into(), subject: begun(desk, &id, &sasaran.id), on: id.on, data }
        }
        Intent::Confirm { sesi, sasaran } => {
            let (id, sasaran) = recorded(desk, sesi, sasaran)?;
            let subject = begun(desk, &id, &sasaran.id);
            let growth = Growth::of(desk.book, sasaran);
            let assessment = growth.assessment(&id, &growth.visit(&id));
            let recorded = desk.book.subject(&subject);
            let again = assessment.rechecks().flat_map(fields_of).filter_map(|key| {
                let mut value = recorded?.value(key).as_object()?.clone();
                value.insert("ulang".into(), true.into());
                Some(((*key).to_owned(), value.into()))
            });
            let data: Map = again.collect();
            if data.is_empty() {
                return Err(vec![FieldError::new("bb", Problem::Missing)]);
            }
            Draft { kind: kinds::KUNJUNGAN_RECORDED.into(), subject, on: id.on, data }
        }
        Intent::Join { sesi } => {
            // Joining a plan or a closed day would open it.
            let id = known(desk, sesi, &[SesiStatus::Open])?;
            let data = object([("kader", vec![desk.me.into()].into())]);
            Draft { kind: kinds::SESI_OPENED.into(), subject: id.subject(), on: id.on, data }
        }
        Intent::Desk { sesi, kader, station } => {
            let Some(station) = Station::from_number(*station).filter(|_| desk.book.kader(kader).is_some()) else {
                return Err(vec![FieldError::new("meja", Problem::Missing)]);
            };
            let step = i64::from(station.number());
            if sesi.is_empty() {
                let data = object([("meja", step.into())]);
                Draft { kind: kinds::KADER_CHANGED.into(), subject: kader.clone(), on: desk.today(), data }
            } else {
                let id = known(desk, sesi, &[SesiStatus::Open])?;
                let meja = Map::from_iter([(kader.clone(), step.into())]);
                let data = object([("kader", vec![kader.as_str().into()].into()), ("meja", meja.into())]);
                Draft { kind: kinds::SESI_OPENED.into(), subject: id.subject(), on: id.on, data }
            }
        }
        Intent::Plan { sesi, filled, text } => return planned(desk, sesi, filled, text),
        Intent::Cancel { sesi } => {
            ends_draft = Some(form_plan(sesi));
            cancelled(&known(desk, sesi, &[SesiStatus::Planned])?)
        }
        Intent::Open => {
            let id = SesiId { on: desk.today(), place: UTAMA.into() };
            // What was being typed into its plan cannot be reached any more.
            ends_draft = Some(form_plan(&id.to_string()));
            let kader = object([("kader", vec![desk.me.into()].into())]);
            let is_closed = desk.book.sesi(&id).is_some_and(|it| it.status == SesiStatus::Closed);
            let kind = if is_closed { kinds::SESI_REOPENED } else { kinds::SESI_OPENED };
            Draft { kind: kind.into(), subject: id.subject(), on: id.on, data: kader }
        }
        Intent::Close { sesi } => {
            let id = known(desk, sesi, &[SesiStatus::Open])?;
            let data = object([("belum", still_open(desk, &id).into())]);
            Draft { kind: kinds::SESI_CLOSED.into(), subject: id.subject(), on: id.on, data }
        }
        Intent::Reopen { sesi } => {
            let id = known(desk, sesi, &[SesiStatus::Closed])?;
            Draft { kind: kinds::SESI_REOPENED.into(), subject: id.subject(), on: id.on, data: object([]) }
        }
        Intent::Attend { sesi, sasaran, came } => {
            let id = attended(desk, sesi)?;
            if desk.book.sasaran(sasaran).is_none() {
                return Err(vec![FieldError::new("sasaran", Problem::Missing)]);
            }
            let data = object([("hadir", (*came).into())]);
            Draft { kind: kinds::HADIR_RECORDED.into(), subject: id.attendance(sasaran), on: id.on, data }
        }
    };
    let subject = draft.subject.strip_prefix("sesi:").unwrap_or(&draft.subject).to_owned();
    Ok(Plan { drafts: vec![draft], ends_draft, subject, ..Plan::default() })
}

/// A day that stands so now.
fn known(desk: &Desk<'_>, sesi: &str, stands: &[SesiStatus]) -> Result<SesiId, Vec<FieldError>> {
    SesiId::parse(sesi)
        .filter(|id| desk.book.sesi(id).is_some_and(|it| stands.contains(&it.status)))
        .ok_or_else(|| vec![FieldError::new("sesi", Problem::Missing)])
}

/// A day to which people may have come.
pub(super) fn attended(desk: &Desk<'_>, sesi: &str) -> Result<SesiId, Vec<FieldError>> {
    known(desk, sesi, &[SesiStatus::Open, SesiStatus::Closed])
}

fn cancelled(id: &SesiId) -> Draft {
    Draft { kind: kinds::SESI_CANCELLED.into(), subject: id.subject(), on: id.on, data: Map::new() }
}

/// The registers of a plan.
fn told(text: &PlanText) -> Map {
    let clean = |it: &String| Value::from(it.trim());
    object([
        ("mulai", clean(&text.mulai)),
        ("selesai", clean(&text.selesai)),
        ("tempat", clean(&text.tempat)),
        ("kader", text.kader.iter().map(|it| it.as_str().into()).collect::<Vec<Value>>().into()),
    ])
}

/// A plan of another day is a plan given up and a new one, for the date is the name of an open day.
fn planned(desk: &Desk<'_>, changed: &str, filled: &PlanText, text: &PlanText) -> Result<Plan, Vec<FieldError>> {
    let refused = |problem| vec![FieldError::new("tanggal", problem)];
    let before = if changed.is_empty() { None } else { Some(known(desk, changed, &[SesiStatus::Planned])?) };
    let mut text = text.clone();
    let now = before.as_ref().and_then(|it| desk.book.sesi(it)).map(|it| PlanText::of(&it));
    if let Some(mut now) = now.clone() {
        rebase(&mut now, &mut filled.clone(), &mut text);
        text = now;
    }
    let on = parse_planned_date(&text.tanggal, desk.today()).map_err(|it| refused(Problem::Date(it)))?;
    let place = before.as_ref().map_or(UTAMA, |it| &it.place).to_owned();
    let id = SesiId { on, place };
    let moved = before.as_ref().filter(|it| **it != id);
    if (before.is_none() || moved.is_some()) && desk.book.sesi(&id).is_some() {
        return Err(refused(Problem::DayTaken));
    }
    let mut data = told(&text);
    // A plan that stays where it is says only what is otherwise: the rest is not this form's to say.
    if let Some(now) = now.filter(|_| moved.is_none()) {
        let now = told(&now);
        data.retain(|register, value| now.get(register) != Some(value));
    }
    let mut drafts: Vec<Draft> = moved.map(cancelled).into_iter().collect();
    if !data.is_empty() {
        drafts.push(Draft { kind: kinds::SESI_PLANNED.into(), subject: id.subject(), on, data });
    }
    Ok(Plan { drafts, ends_draft: Some(form_plan(changed)), subject: id.to_string(), ..Plan::default() })
}

/// How many of what stayed open, for the event of closing.
fn still_open(desk: &Desk<'_>, id: &SesiId) -> Map {
    let Some(list) = tutup::tutup(desk, id) else { return Map::new() };
    let number = |it: usize| Value::from(i64::try_from(it).unwrap_or(0));
    let unfilled = list.unfilled.iter().map(|(key, rows)| (key.clone(), number(rows.len())));
    let others =
        [("rujuk", list.undecided.len()), ("periksa_ulang", list.rechecks.len()), ("absen", list.absent.len())];
    let others = others.into_iter().filter(|(_, it)| *it > 0).map(|(key, it)| (key.to_owned(), number(it)));
    unfilled.chain(others).collect()
}

/// The day and the person of something to be recorded.
fn recorded(desk: &Desk<'_>, sesi: &str, sasaran: &str) -> Result<(SesiId, Sasaran), Vec<FieldError>> {
    let missing = |field: &str| vec![FieldError::new(field, Problem::Missing)];
    let id = SesiId::parse(sesi).ok_or_else(|| missing("tanggal"))?;
    if id.on > desk.today() {
        return Err(vec![FieldError::new("tanggal", Problem::After { than: desk.today() })]);
    }
    recordable(desk, &id).ok_or_else(|| missing("sesi"))?;
    let who = desk.book.sasaran(&desk.book.representative(sasaran)).ok_or_else(|| missing("sasaran"))?;
    if let Some(birth) = who.lahir.filter(|it| id.on < it.on) {
        return Err(vec![FieldError::new("tanggal", Problem::Before { than: birth.on })]);
    }
    Ok((id, who))
}

/// The name of a visit; one begun under a merged name goes on under that name.
fn begun(desk: &Desk<'_>, id: &SesiId, sasaran: &str) -> String {
    let same = desk.book.same_person(sasaran);
    let begun = same.iter().find(|who| desk.book.subject(&id.visit(who)).is_some_and(|it| !it.is_void()));
    id.visit(begun.map_or(sasaran, String::as_str))
}

fn visit(
    desk: &Desk<'_>,
    sesi: &str,
    sasaran: &str,
    answers: &Answers,
    form: &str,
    took_s: Option<u32>,
) -> Result<Plan, Vec<FieldError>> {
    let (id, sasaran) = recorded(desk, sesi, sasaran)?;
    let (card, age) = card_of(&sasaran, id.on).ok_or_else(|| vec![FieldError::new("sasaran", Problem::Missing)])?;
    let subject = begun(desk, &id, &sasaran.id);
    let before = visit_of(desk, &id, &sasaran.id);
    let attendance = subject.replacen("kunjungan", "hadir", 1);
    let who_id = sasaran.id.clone();
    let who = Growth::of(desk.book, sasaran).who(&id);

    let value = |field: &CardField| before.map(|it| it.value(field.key)).unwrap_or_default();
    let known: Vec<_> = card.asked(age).map(|it| (it, value(it))).collect();
    let mut data = changes(&known, answers, &who)?;
    let said = before.is_some() || data.values().any(|it| !it.is_blank());
    if !said {
        let first = answers.keys().next().map_or("bb", String::as_str);
        return Err(vec![FieldError::new(first, Problem::Missing)]);
    }
    // The first entry counts; a correction is none of its own, also where the first one was not timed.
    let is_measured = known.iter().any(|(field, value)| matches!(field.kind, Kind::Measure(_)) && !value.is_blank());
    let is_first = !is_measured && before.is_none_or(|it| it.int(pace::REGISTER).is_none());
    if let Some(took_s) = took_s.filter(|it| is_first && !data.is_empty() && *it <= pace::LONGEST) {
        data.insert(pace::REGISTER.into(), took_s.into());
    }
    let mut drafts = Vec::new();
    // Recording says that she is here; an earlier "did not come" is corrected with it.
    let said_absent = desk.book.subject(&attendance).is_some_and(|it| it.value("hadir").as_bool() == Some(false));
    if id.is_open_day() && said_absent {
        let data = object([("hadir", true.into())]);
        drafts.push(Draft { kind: kinds::HADIR_RECORDED.into(), subject: attendance, on: id.on, data });
    }
    if !data.is_empty() {
        drafts.push(Draft { kind: kinds::KUNJUNGAN_RECORDED.into(), subject, on: id.on, data });
    }
    Ok(Plan { drafts, ends_draft: (!form.is_empty()).then(|| form.to_owned()), subject: who_id, ..Plan::default() })
}
