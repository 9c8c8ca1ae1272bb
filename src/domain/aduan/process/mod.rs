//! The life of an aduan: states, transitions T1 to T25, guards, and who may do what.
//!
//! [`apply`] is one total function; whatever is not listed is refused, with the state and the transition in the error.
//! Every guard is decided by the state and by what the transition carries, never by a clock: dates are those the
//! events name. Whether a role may send a transition at all is [`may`]'s question, which needs no state, so that a
//! server can ask it; roles that depend on the state are judged in [`apply`]. Limits and escalation live in
//! [`super::clock`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::category::{Category, CategoryTrait};
use super::secrecy::Kerahasiaan;
use crate::domain::json::{Map, Value};
pub use words::{
    AlasanKembali, AlasanTolak, AlasanTunda, Class, Code, HasilKode, Jalur, Jenis, Owner, Role, Status, Tuntas,
};

mod words;

/// Days in which a completion may still follow an expiry (T4 after T20), and before which none expires.
pub const COMPLETING_DAYS: i64 = 30;
/// Days after closing in which an aduan may be opened again (T16).
pub const REOPENING_DAYS: i64 = 30;
/// Days after a rejection in which the reporter may object (T23).
pub const OBJECTION_DAYS: i64 = 30;
/// Shortest answer or explanation, in characters.
pub const SHORTEST_ANSWER: u32 = 20;
/// After this many returns by an OPD the next disposition is final.
pub const RETURNS_BEFORE_FINAL: u16 = 2;
/// Reminders that must precede an expiry (T20).
pub const REMINDERS_BEFORE_EXPIRY: u16 = 2;

/// What the fold must know of the category, copied into the event so that a later table changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryFacts {
    /// Code of the category.
    pub kategori: String,
    /// Its traits.
    #[serde(rename = "khusus", default)]
    pub traits: Vec<CategoryTrait>,
}

/// What decides in a submission or a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What is brought.
    pub jenis: Jenis,
    /// Category and its traits.
    #[serde(flatten)]
    pub category: CategoryFacts,
    /// Its secrecy now.
    pub kerahasiaan: Kerahasiaan,
    /// Whether it is urgent now.
    #[serde(rename = "mendesak")]
    pub is_urgent: bool,
}

/// The aduan into which another is merged, as it stands at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentFacts {
    /// Whether it is open.
    pub is_open: bool,
    /// Whether it is of the same desa.
    pub is_same_desa: bool,
    /// Whether it is of the same category group.
    pub is_same_group: bool,
    /// Whether it is this very aduan.
    pub is_itself: bool,
}

/// A step in the life of an aduan, with only the data that decides whether it is legal and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transition {
    /// BUAT. The draft is where [`State::draft`] begins, so this is refused everywhere.
    T1,
    /// KIRIM.
    T2 {
        /// What was submitted.
        facts: Facts,
    },
    /// MINTA_LENGKAP.
    T3 {
        /// Number of items asked.
        missing: u16,
    },
    /// LENGKAPI.
    T4,
    /// VERIFIKASI.
    T5 {
        /// Category fixed by the verifier.
        category: CategoryFacts,
        /// Whether duplicates were looked for.
        has_checked_duplicates: bool,
        /// Whether the Posyandu has one active user, who then may verify her own.
        is_only_user: bool,
        /// Urgency as judged; only the pengendali lowers it.
        is_urgent: bool,
    },
    /// TOLAK.
    T6 {
        /// The reason; an unknown one decides nothing more.
        reason: AlasanTolak,
        /// Length of the explanation in characters.
        explanation_length: u32,
        /// As in T5.
        is_only_user: bool,
    },
    /// TANGANI_DESA.
    T7,
    /// DISPOSISI.
    T8 {
        /// Whether it goes to a named officer and not to an inbox.
        is_to_named_officer: bool,
    },
    /// TERIMA_OPD.
    T9,
    /// KEMBALIKAN.
    T10 {
        /// The reason.
        reason: AlasanKembali,
        /// Whether the pengendali approved.
        is_approved: bool,
    },
    /// TUNDA.
    T11 {
        /// The reason.
        reason: AlasanTunda,
        /// The local day on which work goes on.
        until: NaiveDate,
        /// Whether the pengendali approved.
        is_approved: bool,
    },
    /// LANJUTKAN; the state it goes back to is remembered in [`State`].
    T12,
    /// JAWAB.
    T13 {
        /// The result.
        result: HasilKode,
        /// Length of the answer to the reporter in characters.
        answer_length: u32,
        /// Whether there is a photo taken afterwards.
        has_after_photo: bool,
    },
    /// KONFIRMASI.
    T14 {
        /// Whether it is solved.
        tuntas: Tuntas,
    },
    /// TUTUP_OTOMATIS.
    T15 {
        /// Last local day for a reply (C6), by the calendar of that time.
        reply_due: NaiveDate,
    },
    /// BUKA_KEMBALI.
    T16 {
        /// Whether the pengendali approved; needed from the second time on.
        is_approved: bool,
    },
    /// GABUNG.
    T17 {
        /// The other aduan.
        parent: ParentFacts,
    },
    /// PISAH.
    T18,
    /// CABUT.
    T19,
    /// KEDALUWARSA.
    T20 {
        /// Reminders sent before.
        reminders: u16,
    },
    /// ALIH_LUAR.
    T21,
    /// RUJUK_DARURAT.
    T22,
    /// KEBERATAN.
    T23,
    /// NAIKKAN.
    T24,
    /// TARIK.
    T25,
    /// A transition of a newer app: kept in the timeline, decides nothing here.
    Unknown(String),
}

/// Who acts, and on which domain date (local calendar day).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Id of the person.
    pub person: String,
    /// The role in which the person acts.
    pub role: Role,
    /// Domain date of the event.
    pub on: NaiveDate,
}

/// What an aduan is after its transitions so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Where it stands.
    pub status: Status,
    /// What was submitted or verified last; nothing while a draft.
    pub facts: Option<Facts>,
    /// Who submitted it (T2).
    pub recorded_by: Option<String>,
    /// Who verified or rejected it first, and may not judge the objection.
    pub judged_by: Option<String>,
    /// Whether it was verified, by T5, or for urgent ones by the OPD's T9.
    pub is_verified: bool,
    /// Whether somebody judged her own, being the only user (`tanpa_empat_mata`).
    pub lacks_four_eyes: bool,
    /// The working state it returns to after a pause or a reopening.
    pub handled_in: Option<Status>,
    /// Until when it waits (T11).
    #[serde(with = "crate::domain::iso")]
    pub postponed_until: Option<NaiveDate>,
    /// Since when something is asked of the reporter (T3).
    #[serde(with = "crate::domain::iso")]
    pub asked_on: Option<NaiveDate>,
    /// When it was answered, closed, rejected or withdrawn last.
    #[serde(with = "crate::domain::iso")]
    pub ended_on: Option<NaiveDate>,
    /// By which transition it ended last.
    pub ended_by: Option<Code>,
    /// How it ended.
    pub result: Option<HasilKode>,
    /// What the reporter confirmed.
    pub confirmed: Option<Tuntas>,
    /// Whether it was closed without a reply (`tanpa_tanggapan`).
    pub has_no_reply: bool,
    /// Times an OPD returned it (`jumlah_kembali`).
    pub returns: u16,
    /// Times it was opened again (`jumlah_buka_kembali`).
    pub reopenings: u16,
    /// Whether the OPD may no longer return it.
    pub is_final_disposition: bool,
    /// Whether the one objection was made.
    pub has_objected: bool,
    /// Calls for help recorded (T22).
    pub emergency_referrals: u16,
    /// Whether the reporter is not to be contacted although the protection of a child goes on.
    pub is_contact_stopped: bool,
}

/// A refused transition: where the aduan stood, what was tried, and why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code:?} is refused in {status:?}: {reason}")]
pub struct Refusal {
    /// Where the aduan stood.
    pub status: Status,
    /// What was tried.
    pub code: Code,
    /// Why not.
    pub reason: Reason,
}

/// Why a transition is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The pair of state and transition is not in the table.
    #[error("no such step from this state")]
    NotListed,
    /// The role may not do this in this state.
    #[error("the role may not do this here")]
    WrongRole,
    /// Only the pengendali may do this here.
    #[error("only the pengendali may do this here")]
    NeedsPengendali,
    /// The approval of the pengendali is missing.
    #[error("the approval of the pengendali is missing")]
    NeedsApproval,
    /// Nobody judges what she took down or decided herself.
    #[error("another person must judge this")]
    FourEyes,
    /// The days in which it was possible have passed.
    #[error("the time for this has passed")]
    TooLate,
    /// The day for it has not come.
    #[error("it is too early for this")]
    TooEarly,
    /// The second time is not possible.
    #[error("this is possible only once")]
    OnlyOnce,
    /// The disposition was final.
    #[error("the disposition is final")]
    FinalDisposition,
    /// A `rahasia` aduan does not take this way.
    #[error("not possible for a rahasia aduan")]
    Rahasia,
    /// An aduan about violence is never merged.
    #[error("not possible for violence")]
    Violence,
    /// A `rahasia` aduan goes to a named officer only.
    #[error("a named officer is needed")]
    NeedsNamedOfficer,
    /// Only urgent aduan skip verification.
    #[error("only an urgent aduan may skip verification")]
    NotUrgent,
    /// Only a question is answered without being worked on.
    #[error("only a question may be answered from here")]
    NotAQuestion,
    /// Required data is missing or too short.
    #[error("required data is missing: {0}")]
    Missing(&'static str),
    /// The reporter says it is not solved: open it again instead.
    #[error("not solved: it is to be opened again")]
    NotSolved,
    /// The parent is closed, elsewhere, of another group, or itself.
    #[error("cannot be merged into this aduan")]
    UnfitParent,
}

impl CategoryFacts {
    /// The facts of a category of the table.
    pub fn of(category: &Category) -> Self {
        Self { kategori: category.code.clone(), traits: category.traits.clone() }
    }

    fn has(&self, wanted: &CategoryTrait) -> bool {
        self.traits.contains(wanted)
    }
}

impl Facts {
    /// Reads what decides from the data of T2; `None` when what every version writes is not there.
    pub fn of_submission(data: &Map) -> Option<Self> {
        let text = |key: &str| data.get(key).and_then(Value::as_text);
        let traits = data.get("khusus").and_then(Value::as_list).into_iter().flatten();
        Some(Self {
            jenis: Jenis::from_code(text("jenis")?),
            category: CategoryFacts {
                kategori: text("kategori_awal")?.to_owned(),
                traits: traits.filter_map(Value::as_text).map(CategoryTrait::from_code).collect(),
            },
            kerahasiaan: Kerahasiaan::from_code(text("kerahasiaan")?),
            is_urgent: data.get("mendesak").and_then(Value::as_bool)?,
        })
    }
}

impl Transition {
    /// The code of the transition.
    pub fn code(&self) -> Code {
        match self {
            Self::T1 => Code::T1,
            Self::T2 { .. } => Code::T2,
            Self::T3 { .. } => Code::T3,
            Self::T4 => Code::T4,
            Self::T5 { .. } => Code::T5,
            Self::T6 { .. } => Code::T6,
            Self::T7 => Code::T7,
            Self::T8 { .. } => Code::T8,
            Self::T9 => Code::T9,
            Self::T10 { .. } => Code::T10,
            Self::T11 { .. } => Code::T11,
            Self::T12 => Code::T12,
            Self::T13 { .. } => Code::T13,
            Self::T14 { .. } => Code::T14,
            Self::T15 { .. } => Code::T15,
            Self::T16 { .. } => Code::T16,
            Self::T17 { .. } => Code::T17,
            Self::T18 => Code::T18,
            Self::T19 => Code::T19,
            Self::T20 { .. } => Code::T20,
            Self::T21 => Code::T21,
            Self::T22 => Code::T22,
            Self::T23 => Code::T23,
            Self::T24 => Code::T24,
            Self::T25 => Code::T25,
            Self::Unknown(code) => Code::from_code(code),
        }
    }
}

/// How a transition takes part in replaying the ledger.
pub fn class(transition: &Transition) -> Class {
    transition.code().class()
}

/// Whether this role may ever send this transition in a kabupaten of this jalur, whatever the state.
pub fn may(role: &Role, code: &Code, jalur: &Jalur) -> bool {
    use Role::{Bidan, Kader, Opd, Pelapor, Pemdes, Pengendali, Pengurus, Sistem};
    let village_decides = matches!(jalur, Jalur::Desa | Jalur::Keduanya);
    let speaks_for_reporter = matches!(role, Kader | Bidan | Pelapor);
    match code {
        Code::T1 | Code::T2 => matches!(role, Kader | Bidan),
        Code::T3 | Code::T6 => matches!(role, Pengurus | Pengendali) || *role == Pemdes && village_decides,
        Code::T17 => matches!(role, Pengurus | Pengendali) || *role == Pemdes && village_decides,
        Code::T4 | Code::T14 | Code::T16 | Code::T19 | Code::T23 => {
            speaks_for_reporter || *role == Pengendali && *code == Code::T16
        }
        Code::T5 => matches!(role, Pengurus | Pengendali | Opd) || *role == Pemdes && village_decides,
        Code::T7 | Code::T24 => matches!(role, Pemdes | Pengendali),
        Code::T8 => matches!(role, Pengendali | Sistem) || *role == Pemdes && *jalur == Jalur::Desa,
        Code::T9 | Code::T10 => *role == Opd,
        Code::T11 => matches!(role, Opd | Pemdes),
        Code::T12 => matches!(role, Opd | Pemdes | Sistem),
        Code::T13 => matches!(role, Opd | Pemdes | Pengendali),
        Code::T15 => matches!(role, Sistem | Pengendali),
        Code::T18 | Code::T21 | Code::T25 => *role == Pengendali,
        Code::T20 => *role == Sistem,
        Code::T22 => !matches!(role, Sistem | Role::Unknown(_)),
        Code::Unknown(_) => false,
    }
}

impl State {
    /// A draft: where every aduan begins (T1).
    pub fn draft() -> Self {
        Self {
            status: Status::Draf,
            facts: None,
            recorded_by: None,
            judged_by: None,
            is_verified: false,
            lacks_four_eyes: false,
            handled_in: None,
            postponed_until: None,
            asked_on: None,
            ended_on: None,
            ended_by: None,
            result: None,
            confirmed: None,
            has_no_reply: false,
            returns: 0,
            reopenings: 0,
            is_final_disposition: false,
            has_objected: false,
            emergency_referrals: 0,
            is_contact_stopped: false,
        }
    }

    /// Takes the secrecy that a register beside the process changed.
    pub fn with_kerahasiaan(mut self, kerahasiaan: Kerahasiaan) -> Self {
        if let Some(facts) = &mut self.facts {
            facts.kerahasiaan = kerahasiaan;
        }
        self
    }

    /// Whether the rules of sealed content hold.
    pub fn is_rahasia(&self) -> bool {
        self.facts.as_ref().is_some_and(|facts| facts.kerahasiaan.seals_content())
    }

    /// Whether it is urgent now.
    pub fn is_urgent(&self) -> bool {
        self.facts.as_ref().is_some_and(|facts| facts.is_urgent)
    }

    /// Whether it is about violence.
    pub fn is_violence(&self) -> bool {
        self.has(&CategoryTrait::Kekerasan)
    }

    fn has(&self, wanted: &CategoryTrait) -> bool {
        self.facts.as_ref().is_some_and(|facts| facts.category.has(wanted))
    }

    fn at(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    fn ended(mut self, status: Status, by: Code, on: NaiveDate) -> Self {
        self.status = status;
        self.ended_by = Some(by);
        self.ended_on = Some(on);
        self
    }
}

/// Takes one step, or says why not. The caller has asked [`may`] before.
pub fn apply(state: &State, transition: &Transition, act: &Act) -> Result<State, Refusal> {
    let next = match transition {
        Transition::T1 | Transition::Unknown(_) => Err(Reason::NotListed),
        Transition::T2 { facts } => submit(state, facts, act),
        Transition::T3 { missing } => ask_for_missing(state, *missing, act),
        Transition::T4 => complete(state, act),
        Transition::T5 { category, has_checked_duplicates, is_only_user, is_urgent } => {
            let verification = (category, *has_checked_duplicates, *is_only_user, *is_urgent);
            verify(state, verification, act)
        }
        Transition::T6 { explanation_length, is_only_user, reason: _ } => {
            reject(state, *explanation_length, *is_only_user, act)
        }
        Transition::T7 => let_village_handle(state),
        Transition::T8 { is_to_named_officer } => dispose(state, *is_to_named_officer, act),
        Transition::T9 => accept(state),
        Transition::T10 { is_approved, reason: _ } => return_it(state, *is_approved),
        Transition::T11 { until, is_approved, reason: _ } => postpone(state, *until, *is_approved, act),
        Transition::T12 => go_on(state, act),
        Transition::T13 { result, answer_length, has_after_photo } => {
            answer(state, result, *answer_length, *has_after_photo, act)
        }
        Transition::T14 { tuntas } => confirm(state, tuntas, act),
        Transition::T15 { reply_due } => close(state, *reply_due, act),
        Transition::T16 { is_approved } => reopen(state, *is_approved, act),
        Transition::T17 { parent } => merge(state, parent, act),
        Transition::T18 => only_from(state, &[Status::Digabung]).map(|state| state.at(Status::Terverifikasi)),
        Transition::T19 => withdraw(state, act),
        Transition::T20 { reminders } => expire(state, *reminders, act),
        Transition::T21 => hand_outside(state, act),
        Transition::T22 => record_emergency(state),
        Transition::T23 => object(state, act),
        Transition::T24 => only_from(state, &[Status::DitanganiDesa]).map(|state| state.at(Status::Terverifikasi)),
        Transition::T25 => only_from(state, &[Status::Didisposisi]).map(|state| state.at(Status::Terverifikasi)),
    };
    next.map_err(|reason| Refusal { status: state.status.clone(), code: transition.code(), reason })
}

type Step = Result<State, Reason>;

fn submit(state: &State, facts: &Facts, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Draf])?.at(Status::Diterima);
    next.facts = Some(facts.clone());
    next.recorded_by = Some(act.person.clone());
    Ok(next)
}

fn ask_for_missing(state: &State, missing: u16, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Diterima])?.at(Status::PerluDilengkapi);
    require(missing > 0, Reason::Missing("items asked"))?;
    next.asked_on = Some(act.on);
    Ok(next)
}

fn complete(state: &State, act: &Act) -> Step {
    let next = only_from(state, &[Status::PerluDilengkapi, Status::Dicabut])?;
    if next.status == Status::Dicabut {
        require(next.ended_by == Some(Code::T20), Reason::NotListed)?;
        require(is_within(next.ended_on, COMPLETING_DAYS, act.on), Reason::TooLate)?;
    }
    Ok(next.at(Status::Diterima))
}

/// Guard 6: for an urgent aduan that was disposed first, verification completes without moving it.
fn verify(
    state: &State,
    (category, has_checked, is_only_user, is_urgent): (&CategoryFacts, bool, bool, bool),
    act: &Act,
) -> Step {
    let mut next = only_from(state, &[Status::Diterima, Status::Didisposisi])?;
    if next.status == Status::Didisposisi {
        require(next.is_urgent() && !next.is_verified, Reason::NotListed)?;
        require(matches!(act.role, Role::Opd | Role::Pengendali), Reason::WrongRole)?;
    } else {
        require(act.role != Role::Opd, Reason::WrongRole)?;
        require(!next.is_rahasia() || act.role == Role::Pengendali, Reason::NeedsPengendali)?;
        next = judge(next, is_only_user, act)?.at(Status::Terverifikasi);
    }
    // Nobody searches for duplicates of violence.
    let is_violence = category.has(&CategoryTrait::Kekerasan) || next.is_violence();
    require(has_checked || is_violence, Reason::Missing("search for duplicates"))?;
    if let Some(facts) = &mut next.facts {
        facts.category = category.clone();
        facts.is_urgent = is_urgent || facts.is_urgent && act.role != Role::Pengendali;
    }
    next.is_verified = true;
    Ok(next)
}

fn reject(state: &State, explanation_length: u32, is_only_user: bool, act: &Act) -> Step {
    let next = only_from(state, &[Status::Diterima, Status::Terverifikasi])?;
    let needs_pengendali =
        next.status == Status::Terverifikasi || next.is_rahasia() || next.has(&CategoryTrait::OpdTerlapor);
    require(!needs_pengendali || act.role == Role::Pengendali, Reason::NeedsPengendali)?;
    require(explanation_length >= SHORTEST_ANSWER, Reason::Missing("explanation"))?;
    Ok(judge(next, is_only_user, act)?.ended(Status::Ditolak, Code::T6, act.on))
}

/// Guard 1: whoever took it down does not judge it; after an objection only the pengendali does, and another one.
fn judge(mut state: State, is_only_user: bool, act: &Act) -> Step {
    if state.has_objected {
        require(act.role == Role::Pengendali, Reason::NeedsPengendali)?;
        require(state.judged_by.as_ref() != Some(&act.person), Reason::FourEyes)?;
    }
    if state.recorded_by.as_ref() == Some(&act.person) {
        require(is_only_user, Reason::FourEyes)?;
        state.lacks_four_eyes = true;
    }
    state.judged_by.get_or_insert(act.person.clone());
    Ok(state)
}

fn let_village_handle(state: &State) -> Step {
    let mut next = only_from(state, &[Status::Terverifikasi])?.at(Status::DitanganiDesa);
    require(!next.is_rahasia(), Reason::Rahasia)?;
    next.handled_in = Some(Status::DitanganiDesa);
    Ok(next)
}

fn dispose(state: &State, is_to_named_officer: bool, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Terverifikasi, Status::Diterima])?;
    if next.status == Status::Diterima {
        require(next.is_urgent(), Reason::NotUrgent)?;
    }
    require(act.role != Role::Sistem || next.is_violence(), Reason::WrongRole)?;
    let is_named_only = next.is_rahasia() || next.is_violence();
    require(!is_named_only || is_to_named_officer, Reason::NeedsNamedOfficer)?;
    require(!is_named_only || act.role != Role::Pemdes, Reason::WrongRole)?;
    next.is_final_disposition = next.returns >= RETURNS_BEFORE_FINAL;
    Ok(next.at(Status::Didisposisi))
}

fn accept(state: &State) -> Step {
    let mut next = only_from(state, &[Status::Didisposisi])?.at(Status::Diproses);
    next.is_verified = true;
    next.handled_in = Some(Status::Diproses);
    Ok(next)
}

fn return_it(state: &State, is_approved: bool) -> Step {
    let mut next = only_from(state, &[Status::Didisposisi, Status::Diproses])?;
    require(!next.is_final_disposition, Reason::FinalDisposition)?;
    require(next.status == Status::Didisposisi || is_approved, Reason::NeedsApproval)?;
    next.returns = next.returns.saturating_add(1);
    Ok(next.at(Status::Terverifikasi))
}

fn postpone(state: &State, until: NaiveDate, is_approved: bool, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Diproses, Status::DitanganiDesa])?;
    require(works_in(&act.role, &next.status), Reason::WrongRole)?;
    require(is_approved, Reason::NeedsApproval)?;
    require(until > act.on, Reason::Missing("later date"))?;
    next.handled_in = Some(next.status.clone());
    next.postponed_until = Some(until);
    Ok(next.at(Status::Ditunda))
}

fn go_on(state: &State, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Ditunda])?;
    let back_to = next.handled_in.clone().ok_or(Reason::NotListed)?;
    if act.role == Role::Sistem {
        require(next.postponed_until.is_some_and(|until| until <= act.on), Reason::TooEarly)?;
    } else {
        require(works_in(&act.role, &back_to), Reason::WrongRole)?;
    }
    next.postponed_until = None;
    Ok(next.at(back_to))
}

fn answer(state: &State, result: &HasilKode, answer_length: u32, has_after_photo: bool, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Diproses, Status::DitanganiDesa, Status::Terverifikasi])?;
    if next.status == Status::Terverifikasi {
        let is_question = next.facts.as_ref().is_some_and(|facts| facts.jenis == Jenis::PermintaanInformasi);
        require(is_question, Reason::NotAQuestion)?;
    }
    require(act.role == Role::Pengendali || works_in(&act.role, &next.status), Reason::WrongRole)?;
    require(*result != HasilKode::TanpaTanggapan, Reason::Missing("result"))?;
    require(answer_length >= SHORTEST_ANSWER, Reason::Missing("answer"))?;
    let needs_photo = *result == HasilKode::SelesaiTuntas && next.has(&CategoryTrait::FotoSesudah);
    require(!needs_photo || has_after_photo, Reason::Missing("photo taken afterwards"))?;
    next.result = Some(result.clone());
    Ok(next.ended(Status::Dijawab, Code::T13, act.on))
}

/// A confirmation that arrives after the automatic closing takes its mark away.
fn confirm(state: &State, tuntas: &Tuntas, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Dijawab, Status::Selesai])?;
    require(next.status == Status::Dijawab || next.has_no_reply, Reason::NotListed)?;
    require(!matches!(tuntas, Tuntas::Tidak), Reason::NotSolved)?;
    next.has_no_reply = false;
    next.confirmed = Some(tuntas.clone());
    Ok(next.ended(Status::Selesai, Code::T14, act.on))
}

/// Guard 4: what is about the answering office itself is not closed by silence alone.
fn close(state: &State, reply_due: NaiveDate, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Dijawab])?;
    let needs_pengendali = next.has(&CategoryTrait::OpdTerlapor);
    require(!needs_pengendali || act.role == Role::Pengendali, Reason::NeedsPengendali)?;
    require(needs_pengendali || act.role == Role::Sistem, Reason::WrongRole)?;
    let is_after_answer = next.ended_on.is_some_and(|answered| answered < reply_due);
    require(is_after_answer && act.on > reply_due, Reason::TooEarly)?;
    next.has_no_reply = true;
    Ok(next.ended(Status::Selesai, Code::T15, act.on))
}

fn reopen(state: &State, is_approved: bool, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Dijawab, Status::Selesai])?;
    if next.status == Status::Selesai {
        require(is_within(next.ended_on, REOPENING_DAYS, act.on), Reason::TooLate)?;
    }
    let has_approval = is_approved || act.role == Role::Pengendali;
    require(next.reopenings == 0 || has_approval, Reason::NeedsApproval)?;
    let back_to = next.handled_in.clone().unwrap_or(Status::Diproses);
    next.handled_in = Some(back_to.clone());
    next.reopenings = next.reopenings.saturating_add(1);
    next.has_no_reply = false;
    next.confirmed = None;
    next.ended_by = None;
    next.ended_on = None;
    Ok(next.at(back_to))
}

fn merge(state: &State, parent: &ParentFacts, act: &Act) -> Step {
    let next = only_from(state, &[Status::Diterima, Status::Terverifikasi, Status::Didisposisi])?;
    require(!next.is_rahasia(), Reason::Rahasia)?;
    require(!next.is_violence(), Reason::Violence)?;
    let is_fit = parent.is_open && parent.is_same_desa && parent.is_same_group && !parent.is_itself;
    require(is_fit, Reason::UnfitParent)?;
    Ok(next.ended(Status::Digabung, Code::T17, act.on))
}

/// Protection of a child goes on after the reporter withdrew; only contact with the reporter stops.
fn withdraw(state: &State, act: &Act) -> Step {
    require(state.status.is_open() && state.status.is_known(), Reason::NotListed)?;
    let mut next = state.clone();
    if next.has(&CategoryTrait::Anak) {
        next.is_contact_stopped = true;
        return Ok(next);
    }
    Ok(next.ended(Status::Dicabut, Code::T19, act.on))
}

fn expire(state: &State, reminders: u16, act: &Act) -> Step {
    let next = only_from(state, &[Status::PerluDilengkapi])?;
    require(!is_within(next.asked_on, COMPLETING_DAYS, act.on), Reason::TooEarly)?;
    require(reminders >= REMINDERS_BEFORE_EXPIRY, Reason::Missing("reminders"))?;
    Ok(next.ended(Status::Dicabut, Code::T20, act.on))
}

fn hand_outside(state: &State, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Terverifikasi])?;
    next.result = Some(HasilKode::DiteruskanInstansiLain);
    Ok(next.ended(Status::Dijawab, Code::T21, act.on))
}

fn record_emergency(state: &State) -> Step {
    require(state.status != Status::Draf && state.status.is_known(), Reason::NotListed)?;
    let mut next = state.clone();
    next.emergency_referrals = next.emergency_referrals.saturating_add(1);
    Ok(next)
}

fn object(state: &State, act: &Act) -> Step {
    let mut next = only_from(state, &[Status::Ditolak])?;
    require(!next.has_objected, Reason::OnlyOnce)?;
    require(is_within(next.ended_on, OBJECTION_DAYS, act.on), Reason::TooLate)?;
    next.has_objected = true;
    next.is_verified = false;
    Ok(next.at(Status::Diterima))
}

fn only_from(state: &State, allowed: &[Status]) -> Step {
    if allowed.contains(&state.status) { Ok(state.clone()) } else { Err(Reason::NotListed) }
}

fn require(condition: bool, reason: Reason) -> Result<(), Reason> {
    if condition { Ok(()) } else { Err(reason) }
}

/// OPD works in `diproses`, pemdes in `ditangani_desa`.
fn works_in(role: &Role, status: &Status) -> bool {
    matches!((role, status), (Role::Opd, Status::Diproses) | (Role::Pemdes, Status::DitanganiDesa))
}

/// Whether `on` is at most so many calendar days after the start; an unknown start is never within.
fn is_within(start: Option<NaiveDate>, days: i64, on: NaiveDate) -> bool {
    start.is_some_and(|start| on.signed_duration_since(start).num_days() <= days)
}

#[cfg(test)]
mod tests;
