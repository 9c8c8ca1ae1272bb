//! What the screens of aduan show: the list, one aduan, its receipt, the emergency card, a form's surroundings.
//!
//! Of a `rahasia` aduan, and of violence in lists, only number and date come out of here: no screen can forget to
//! hide what it never got.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::posyandu;
use crate::domain::aduan::category::{Category, CategoryTable};
use crate::domain::aduan::clock::{Limits, Promise};
use crate::domain::aduan::emergency::{self, CardEntry, Channel, EmergencyTable, LocalNumber};
use crate::domain::aduan::intake;
use crate::domain::aduan::own::{self, Pending};
use crate::domain::aduan::process::{self, Act, Code, Facts, Owner, Role, State, Status, Transition};
use crate::domain::aduan::secrecy::{Kerahasiaan, ReceiptForm, is_neutral_in_lists};
use crate::domain::aduan::ticket::TicketNumber;
use crate::domain::aduan::workdays::{WorkCalendar, WorkWeek, remaining};
use crate::domain::intent::aduan as intent;
use crate::domain::json::{Map, Value};
use crate::domain::kinds;
use crate::domain::ledger::Draft;
use crate::domain::ledger::process::{Class, replay_order};
use crate::domain::ledger::subject::Entry;
use crate::domain::order;

/// A question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// What a form needs around it.
    Form {
        /// Id of the complaint to be.
        id: String,
    },
    /// All of them, and what was begun.
    List,
    /// One of them.
    Detail {
        /// Its id.
        id: String,
    },
    /// Its receipt.
    Receipt {
        /// Its id.
        id: String,
    },
    /// Whom to call.
    Emergency {
        /// Code of the category; empty for every number.
        kategori: String,
    },
}

/// Its answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum View {
    /// To [`Query::Form`].
    Form(FormInfo),
    /// To [`Query::List`].
    List(List),
    /// To [`Query::Detail`].
    Detail(Box<Detail>),
    /// To [`Query::Receipt`].
    Receipt(Box<Receipt>),
    /// To [`Query::Emergency`].
    Emergency(Card),
}

/// What a form needs around it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormInfo {
    /// Local time at the posyandu.
    #[serde(with = "crate::domain::iso")]
    pub now: NaiveDateTime,
    /// Ten digits of the desa, or the stand-in while they are not known.
    pub kode_desa: String,
    /// Name of the desa.
    pub desa: String,
    /// This complaint was sent already.
    pub is_sent: bool,
}

/// The tab.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct List {
    /// Begun and not sent.
    pub drafts: Vec<DraftRow>,
    /// Open ones, the next due first.
    pub open: Vec<Row>,
    /// Ended ones, the latest first.
    pub ended: Vec<Row>,
}

/// A begun complaint.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    /// Id of the complaint to be.
    pub id: String,
    /// Title, or what was typed first; none where the list must not tell.
    pub judul: Option<String>,
    /// The first screen that still lacks something, from 1.
    pub langkah: u32,
    /// Hashes of its photos: they are thrown away with it.
    pub photos: Vec<String>,
}

/// A complaint in the list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its number.
    pub nomor: String,
    /// Its title; none where the list must not tell.
    pub judul: Option<String>,
    /// Code of the bidang; empty where the list must not tell.
    pub bidang: String,
    /// Where it stands.
    pub status: Status,
    /// Whose move it is.
    pub owner: Option<Owner>,
    /// Until when.
    pub due: Option<Due>,
    /// When it was taken.
    #[serde(with = "crate::domain::iso")]
    pub submitted: NaiveDateTime,
    /// Who has what was told, where nothing of it stands in the open.
    pub sealing: Sealing,
    /// Help must be called first.
    pub needs_call: bool,
    /// The next move is of who looks.
    pub is_mine: bool,
}

/// Of a `rahasia` complaint: who has what was told.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sealing {
    /// It stands in the open.
    Open,
    /// It waits on this phone for its readers.
    Waits,
    /// The server has it, sealed for its readers, and this phone no longer does.
    Handed,
    /// It was sealed for who asks.
    Entrusted,
}

/// Until when something is due.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The day.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// The minute, where it counts.
    #[serde(with = "crate::domain::iso")]
    pub at: Option<NaiveDateTime>,
    /// A year without a holiday table was touched.
    pub is_estimate: bool,
    /// Working days left; negative when passed.
    pub days: i32,
    /// Passed.
    pub is_late: bool,
}

impl Due {
    fn end(&self) -> NaiveDateTime {
        self.at.unwrap_or_else(|| self.on.and_hms_opt(23, 59, 59).unwrap_or_default())
    }
}

/// One complaint.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What the list shows of it; here with title also for violence.
    pub row: Row,
    /// Name of the category; empty when sealed.
    pub kategori: String,
    /// What is brought, a word of [`process::Jenis`].
    pub jenis: String,
    /// What happened.
    pub uraian: String,
    /// Landmark and neighbourhood.
    pub tempat: Tempat,
    /// Families concerned.
    pub keluarga: Option<i64>,
    /// Secrecy.
    pub kerahasiaan: Kerahasiaan,
    /// History and what is to come.
    pub steps: Vec<Step>,
    /// Hashes of its photos, and how many bytes each has.
    pub photos: Vec<(String, u64)>,
    /// Name and contact, for the recorder while they wait here, and for who may open them.
    pub pelapor: Option<Pelapor>,
    /// There is a reporter, and only officers can see who.
    pub is_reporter_locked: bool,
    /// Whom to call.
    pub calls: Vec<Call>,
}

/// Where it is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tempat {
    /// Hamlet.
    pub dusun: String,
    /// Three digits.
    pub rt: String,
    /// Three digits.
    pub rw: String,
    /// Landmark.
    pub patokan: String,
}

/// The reporter as the recorder typed her.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pelapor {
    /// Name.
    pub nama: String,
    /// Telephone, `08…`.
    pub hp: String,
    /// A word of [`intake::CaraHubung`].
    pub cara: String,
    /// When it is safe.
    pub jam_aman: String,
    /// It was sealed for who asks.
    pub is_entrusted: bool,
}

/// A line of the history.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What.
    pub what: StepKind,
    /// Done, now, or to come.
    pub place: StepPlace,
    /// When.
    #[serde(with = "crate::domain::iso")]
    pub at: Option<NaiveDateTime>,
    /// By whom.
    pub who: String,
}

/// What a line of the history says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepKind {
    /// It came to stand here.
    Status(Status),
    /// It waits for somebody.
    Waits {
        /// Whose move.
        owner: Owner,
        /// Until when.
        due: Option<Due>,
    },
    /// Help was called.
    Call {
        /// Who was called.
        kepada: String,
        /// Which number.
        nomor: String,
        /// What came of it.
        hasil: String,
    },
    /// A note.
    Note(String),
    /// A step that this app does not know, or one that was not legal.
    Other,
}

/// Where a line stands in time.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepPlace {
    /// Behind us.
    Done,
    /// Now.
    Now,
    /// To come.
    Ahead,
}

/// The slip that the reporter takes home.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Id of the complaint.
    pub id: String,
    /// The number in two lines.
    pub nomor: [String; 2],
    /// The number as one.
    pub nomor_utuh: String,
    /// Without hyphens, for a code.
    pub nomor_rapat: String,
    /// Tracking code, grouped; only while the recorder's phone holds it.
    pub kode: Option<String>,
    /// Title and bidang; none on a neutral slip.
    pub tentang: Option<(String, String)>,
    /// Name of the posyandu.
    pub posyandu: String,
    /// When it was taken.
    #[serde(with = "crate::domain::iso")]
    pub submitted: NaiveDateTime,
    /// Checked at the latest.
    pub due: Option<Due>,
    /// Urgent: connected to help within so many minutes, and whom to call first.
    pub urgent: Option<(u16, Option<Call>)>,
    /// Nobody can bring an answer.
    pub has_no_answer: bool,
}

/// Whom to call, and whether to ask first.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Card {
    /// Ask first whether it is safe to talk.
    pub asks_safe: bool,
    /// Numbers of everywhere, in order.
    pub calls: Vec<Call>,
    /// Numbers of this place.
    pub local: Vec<Call>,
    /// Where a ready SMS is offered: fire and disaster, never violence.
    pub sms: Option<Box<Sms>>,
}

/// A ready SMS. No person's name is in it: who is called is an office.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sms {
    /// To whom; none where no number of this place can read one.
    pub to: Option<Call>,
    /// What happened: the name of the category.
    pub what: String,
    /// Name of the posyandu.
    pub posyandu: String,
    /// Desa, kecamatan and kabupaten, empty where they are not known.
    pub places: [String; 3],
    /// Who can be called back beside the one who sends it.
    pub back: Option<Call>,
}

/// A number to call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Id of the contact.
    pub id: String,
    /// Name.
    pub nama: String,
    /// Digits.
    pub nomor: String,
    /// A WhatsApp message, not a call.
    pub is_wa: bool,
    /// Works only where the local government runs it.
    pub is_conditional: bool,
    /// Nobody confirmed it for six months.
    pub is_stale: bool,
}

/// Answers; `None` when what it asks about does not exist.
#[must_use]
pub fn answer(desk: &Desk<'_>, query: &Query) -> Option<View> {
    match query {
        Query::Form { id } => Some(View::Form(FormInfo {
            now: desk.now,
            kode_desa: intent::desa_code(desk).unwrap_or_else(|| intent::DESA_UNKNOWN.to_owned()),
            desa: desk.book.posyandu().and_then(|it| it.text("desa")).unwrap_or_default(),
            is_sent: intent::is_sent(desk, id),
        })),
        Query::List => Some(View::List(list(desk))),
        Query::Detail { id } => Case::find(desk, id).map(|case| View::Detail(Box::new(detail(desk, &case)))),
        Query::Receipt { id } => Case::find(desk, id).map(|case| View::Receipt(Box::new(receipt(desk, &case)))),
        Query::Emergency { kategori } => Some(View::Emergency(card(desk, kategori))),
    }
}

/// The complaints taken in some time, for the reports, the latest first.
#[must_use]
pub fn taken(desk: &Desk<'_>, is_in: impl Fn(NaiveDate) -> bool) -> Vec<Row> {
    let mut rows: Vec<Row> = Case::all(desk).filter(|it| is_in(it.submitted.date())).map(|it| row(desk, &it)).collect();
    order::sort_by_key(&mut rows, |it| (core::cmp::Reverse(it.submitted), it.id.clone()));
    rows
}

/// A complaint as its events tell it, from the book or from what waits sealed.
struct Case {
    id: String,
    data: Map,
    submitted: NaiveDateTime,
    nomor: String,
    state: State,
    steps: Vec<Step>,
    sealing: Sealing,
}

impl Case {
    fn find(desk: &Desk<'_>, id: &str) -> Option<Self> {
        Self::open(desk, id).or_else(|| Self::all_sealed(desk).find(|it| it.id == id))
    }

    fn all<'a>(desk: &'a Desk<'_>) -> impl Iterator<Item = Self> + 'a {
        let open = desk.book.names("aduan").filter_map(|id| Self::open(desk, id));
        open.chain(Self::all_sealed(desk))
    }

    /// Those of which nothing stands in the open: her own, and those that were sealed for her.
    fn all_sealed<'a>(desk: &'a Desk<'_>) -> impl Iterator<Item = Self> + 'a {
        let is_among = |all: &[Pending], it: &Pending| all.iter().any(|other| other.id == it.id && !other.is_handed());
        // Of what she took down and was handed to herself, too, she reads the whole.
        let own = desk.pending.iter().filter(move |it| !it.is_handed() || !is_among(desk.entrusted, it));
        let own = own.filter_map(|it| Self::sealed(desk, it, desk.me));
        let entrusted = desk.entrusted.iter().filter(move |it| !is_among(desk.pending, it));
        let entrusted = entrusted.filter_map(|it| Self::sealed(desk, it, ""));
        own.chain(entrusted.map(|it| Self { sealing: Sealing::Entrusted, ..it }))
    }

    fn open(desk: &Desk<'_>, id: &str) -> Option<Self> {
        let subject = desk.book.subject(id)?;
        let entries: Vec<&Entry> = subject.entries().collect();
        let class = |entry: &Entry| match Code::from_kind(&entry.kind).map(|it| it.class()) {
            Some(process::Class::Decision) => Class::Decision,
            _ => Class::Report,
        };
        let told = replay_order(&entries, class).into_iter().map(|it| Told {
            kind: it.kind.to_string(),
            on: it.on,
            by: it.by.to_string(),
            data: it.data(),
        });
        Self::replay(desk, id, told, Sealing::Open)
    }

    fn sealed(desk: &Desk<'_>, item: &Pending, by: &str) -> Option<Self> {
        let told = item.sealed_submission()?;
        if item.is_handed() {
            return Self::handed(&item.id, &told.data);
        }
        let all = desk.pending.iter().chain(desk.entrusted);
        let added = all.filter(|it| it.id != item.id && it.subject() == item.id);
        let mut later: Vec<&Draft> = Vec::new();
        for it in added.flat_map(|it| &it.events) {
            // What she added herself comes back to her.
            if !later.contains(&it) {
                later.push(it);
            }
        }
        order::sort_by_key(&mut later, |it| it.data.get("waktu").and_then(Value::as_text).map(str::to_owned));
        let told = item.events.iter().chain(later).map(|it| Told {
            kind: it.kind.clone(),
            on: it.on,
            by: by.to_owned(),
            data: it.data.clone(),
        });
        Self::replay(desk, &item.id, told.filter(|it| it.kind != kinds::ADUAN_KODE), Sealing::Waits)
    }

    /// What is left of one whose readers have it.
    fn handed(id: &str, data: &Map) -> Option<Self> {
        let text = |key: &str| data.get(key).and_then(Value::as_text);
        let submitted = text("diajukan_pada").and_then(own::local_time)?;
        let state = State { status: Status::Diterima, ..State::draft() };
        let what = StepKind::Status(Status::Diterima);
        let steps = vec![Step { what, place: StepPlace::Done, at: Some(submitted), who: String::new() }];
        let nomor = text("nomor")?.to_owned();
        Some(Self { id: id.to_owned(), data: Map::new(), submitted, nomor, state, steps, sealing: Sealing::Handed })
    }

    fn replay(desk: &Desk<'_>, id: &str, told: impl Iterator<Item = Told>, sealing: Sealing) -> Option<Self> {
        let mut state = State::draft();
        let mut submission: Option<Map> = None;
        let mut steps = Vec::new();
        // Of its pictures the complaint itself says which they are.
        for it in told.filter(|it| it.kind != kinds::FOTO_ADDED) {
            let text = |key: &str| it.data.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
            let at = ["waktu", "diajukan_pada"].into_iter().find_map(|key| own::local_time(&text(key)));
            let act = Act { person: it.by.clone(), role: Role::Kader, on: it.on };
            let what = match it.kind.as_str() {
                kinds::ADUAN_SENT => {
                    let facts = Facts::of_submission(&it.data);
                    let next = facts.and_then(|facts| process::apply(&state, &Transition::T2 { facts }, &act).ok());
                    next.map_or(StepKind::Other, |next| {
                        state = next;
                        submission = Some(it.data.clone());
                        StepKind::Status(state.status.clone())
                    })
                }
                kinds::ADUAN_CALLED => {
                    if let Ok(next) = process::apply(&state, &Transition::T22, &act) {
                        state = next;
                    }
                    StepKind::Call { kepada: text("kepada"), nomor: text("nomor"), hasil: text("hasil") }
                }
                kinds::ADUAN_NOTED => StepKind::Note(text("isi")),
                _ => StepKind::Other,
            };
            let who = desk.book.subject(&it.by).and_then(|it| it.text("nama")).unwrap_or_default();
            steps.push(Step { what, place: StepPlace::Done, at, who });
        }
        let data = submission?;
        let text = |key: &str| data.get(key).and_then(Value::as_text);
        Some(Self {
            id: id.to_owned(),
            submitted: text("diajukan_pada").and_then(own::local_time)?,
            nomor: text("nomor")?.to_owned(),
            data,
            state,
            steps,
            sealing,
        })
    }

    fn is_waiting(&self) -> bool {
        self.sealing == Sealing::Waits
    }

    fn text(&self, key: &str) -> String {
        self.data.get(key).and_then(Value::as_text).unwrap_or_default().to_owned()
    }

    fn category(&self) -> Option<&'static Category> {
        CategoryTable::bundled().find(&self.state.facts.as_ref()?.category.kategori)
    }

    fn level(&self) -> Kerahasiaan {
        self.state.facts.as_ref().map_or(Kerahasiaan::Rahasia, |it| it.kerahasiaan.clone())
    }

    fn is_neutral(&self) -> bool {
        is_neutral_in_lists(self.category(), &self.level()) || self.state.is_violence()
    }

    /// Urgent, and nobody wrote down yet that help was called.
    fn needs_call(&self) -> bool {
        self.state.is_urgent() && self.state.emergency_referrals == 0 && self.state.status.is_open()
    }

    /// Whether the next limit is the minutes of an urgent one. Of sealed ones the list must not tell that.
    fn due(&self, desk: &Desk<'_>) -> Option<Due> {
        if !self.state.status.is_open() {
            return None;
        }
        // The limits after checking begin with decisions that need the server.
        due(desk, self.needs_call() && !self.is_neutral(), self.submitted)
    }
}

/// One event of the replay.
struct Told {
    kind: String,
    on: NaiveDate,
    by: String,
    data: Map,
}

fn due(desk: &Desk<'_>, is_urgent: bool, submitted: NaiveDateTime) -> Option<Due> {
    let calendar = WorkCalendar::bundled(WorkWeek::default());
    let due = match Limits::bundled().promise(is_urgent, submitted, &calendar)? {
        Promise::CheckedBy(due) => {
            let left = remaining(desk.today(), due.date, &calendar);
            Due {
                on: due.date,
                at: None,
                is_estimate: due.is_estimate,
                days: left.days,
                is_late: due.date < desk.today(),
            }
        }
        Promise::ConnectedBy { at, .. } => {
            Due { on: at.date(), at: Some(at), is_estimate: false, days: 0, is_late: at < desk.now }
        }
    };
    Some(due)
}

fn list(desk: &Desk<'_>) -> List {
    let mut list = List { drafts: drafts(desk), ..List::default() };
    for case in Case::all(desk) {
        let row = row(desk, &case);
        if case.state.status.is_open() { list.open.push(row) } else { list.ended.push(row) }
    }
    order::sort_by_key(&mut list.open, |it| (it.due.map(|due| due.end()), it.submitted, it.id.clone()));
    order::sort_by_key(&mut list.ended, |it| (core::cmp::Reverse(it.submitted), it.id.clone()));
    list
}

/// The complaints that were begun and not sent.
#[must_use]
pub fn drafts(desk: &Desk<'_>) -> Vec<DraftRow> {
    let context = intake::Context { categories: CategoryTable::bundled(), today: desk.today() };
    let begun = desk.drafts.iter().filter(|it| !intent::is_sent(desk, &it.id)).map(|kept| {
        let draft: intake::Draft =
            core::str::from_utf8(&kept.body).ok().and_then(intake::Draft::from_json).unwrap_or_default();
        let is_neutral = is_neutral_in_lists(draft.category(&context), &draft.level(&context));
        let named = [draft.judul.trim(), draft.uraian.trim()].into_iter().find(|it| !it.is_empty());
        let judul = named.map(|it| it.chars().take(intake::TITLE_LENGTH.1).collect());
        let photos = draft.foto.iter().map(|it| it.sha256.clone()).collect();
        let with_desa = intake::Draft { kode_desa: intent::DESA_UNKNOWN.into(), ..draft };
        let lacking = intake::Step::ALL.iter().position(|step| !with_desa.validate(*step, &context).is_empty());
        DraftRow {
            id: kept.id.clone(),
            judul: (!is_neutral).then(|| judul.unwrap_or_default()),
            langkah: u32::try_from(lacking.unwrap_or(4)).unwrap_or(0) + 1,
            photos,
        }
    });
    begun.collect()
}

fn row(desk: &Desk<'_>, case: &Case) -> Row {
    let is_neutral = case.is_neutral();
    // Who may read it is who may check it.
    let is_sealed = case.sealing != Sealing::Open && case.state.status == Status::Diterima;
    let owner = if is_sealed { Some(Owner::Pengendali) } else { case.state.status.owner() };
    let needs_call = case.needs_call() && !is_neutral;
    Row {
        id: case.id.clone(),
        nomor: case.nomor.clone(),
        judul: (!is_neutral).then(|| case.text("judul")),
        bidang: case.category().filter(|_| !is_neutral).map(|it| it.bidang.code().to_owned()).unwrap_or_default(),
        status: case.state.status.clone(),
        due: case.due(desk),
        submitted: case.submitted,
        sealing: case.sealing,
        needs_call,
        is_mine: needs_call || matches!(owner, Some(Owner::Kader | Owner::Pelapor)),
        owner,
    }
}

fn detail(desk: &Desk<'_>, case: &Case) -> Detail {
    let mut row = row(desk, case);
    let category = case.category();
    let mut shown = Detail {
        kategori: String::new(),
        jenis: String::new(),
        uraian: String::new(),
        tempat: Tempat::default(),
        keluarga: None,
        kerahasiaan: case.level(),
        steps: steps(case, &row),
        photos: Vec::new(),
        pelapor: None,
        is_reporter_locked: false,
        calls: calls_of(desk, case),
        row: row.clone(),
    };
    if case.is_waiting() || (case.level().seals_content() && case.sealing != Sealing::Entrusted) {
        return shown;
    }
    row.judul = Some(case.text("judul"));
    row.bidang = category.map(|it| it.bidang.code().to_owned()).unwrap_or_default();
    shown.kategori = category.map(|it| it.name.clone()).unwrap_or_default();
    shown.jenis = case.text("jenis");
    shown.uraian = case.text("uraian");
    shown.tempat =
        Tempat { dusun: case.text("dusun"), rt: case.text("rt"), rw: case.text("rw"), patokan: case.text("patokan") };
    shown.keluarga = case.data.get("jumlah_terdampak_kk").and_then(Value::as_int);
    let photos = case.data.get("foto").and_then(Value::as_list).into_iter().flatten();
    let photo = |it: &Value| {
        let bytes = it.get("byte").and_then(Value::as_int).and_then(|it| u64::try_from(it).ok());
        Some((it.get("sha256")?.as_text()?.to_owned(), bytes.unwrap_or(0)))
    };
    shown.photos = photos.filter_map(photo).collect();
    let of = |items: &[Pending]| items.iter().filter(|it| it.id == case.id).find_map(|it| it.identity().cloned());
    let (own, entrusted) = (of(desk.pending), of(desk.entrusted));
    let is_entrusted = own.is_none();
    shown.pelapor = own.or(entrusted).map(|it| {
        let text = |key: &str| it.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
        Pelapor {
            nama: text("nama"),
            hp: text("hp"),
            cara: text("cara_hubung"),
            jam_aman: text("jam_aman"),
            is_entrusted,
        }
    });
    shown.is_reporter_locked = shown.pelapor.is_none() && case.level().asks_reporter();
    shown.row = row;
    shown
}

/// The history, then whose move it is, then what is still to come.
fn steps(case: &Case, row: &Row) -> Vec<Step> {
    let is_sealed = case.is_waiting();
    let mut steps: Vec<Step> =
        case.steps.iter().filter(|it| !is_sealed || matches!(it.what, StepKind::Status(_))).cloned().collect();
    let line = |what, place| Step { what, place, at: None, who: String::new() };
    if let Some(owner) = &row.owner {
        let owner = if row.needs_call { Owner::Kader } else { owner.clone() };
        steps.push(line(StepKind::Waits { owner, due: row.due }, StepPlace::Now));
    }
    let ahead: &[Status] = match case.state.status {
        Status::Diterima | Status::PerluDilengkapi => &[Status::Terverifikasi, Status::Diproses, Status::Dijawab],
        Status::Terverifikasi => &[Status::Diproses, Status::Dijawab],
        Status::DitanganiDesa | Status::Didisposisi | Status::Diproses | Status::Ditunda => &[Status::Dijawab],
        _ => &[],
    };
    steps.extend(ahead.iter().map(|it| line(StepKind::Status(it.clone()), StepPlace::Ahead)));
    if case.state.status.is_open() {
        steps.push(line(StepKind::Status(Status::Selesai), StepPlace::Ahead));
    }
    steps
}

fn calls_of(desk: &Desk<'_>, case: &Case) -> Vec<Call> {
    let card = match case.category().filter(|it| it.is_urgent && !case.is_waiting()) {
        Some(category) => card(desk, &category.code),
        None => card(desk, ""),
    };
    card.calls.into_iter().chain(card.local).collect()
}

fn receipt(desk: &Desk<'_>, case: &Case) -> Receipt {
    let is_neutral = case.level().receipt() == ReceiptForm::Neutral || case.is_neutral();
    let number = TicketNumber::parse(&case.nomor).ok();
    let own = desk.pending.iter().find(|it| it.id == case.id).and_then(|it| it.ticket.as_ref());
    let is_urgent = case.state.is_urgent() && !is_neutral;
    let minutes = Limits::bundled().promise(is_urgent, case.submitted, &WorkCalendar::default());
    let urgent = match minutes {
        Some(Promise::ConnectedBy { minutes, .. }) => Some((minutes, calls_of(desk, case).into_iter().next())),
        _ => None,
    };
    Receipt {
        id: case.id.clone(),
        nomor: number.as_ref().map_or_else(|| [case.nomor.clone(), String::new()], TicketNumber::two_lines),
        nomor_utuh: case.nomor.clone(),
        nomor_rapat: number.map(|it| it.compact()).unwrap_or_default(),
        kode: own.map(|it| it.kode.grouped()),
        tentang: (!is_neutral)
            .then(|| (case.text("judul"), case.category().map(|it| it.bidang.code().to_owned()).unwrap_or_default())),
        posyandu: desk.book.posyandu().and_then(|it| it.text("nama")).unwrap_or_default(),
        submitted: case.submitted,
        due: due(desk, false, case.submitted),
        urgent,
        has_no_answer: case.level().warns_no_answer(),
    }
}

/// The order of the general card: what is needed most often first.
const GENERAL: [&str; 7] = ["ambulans", "sapa129", "sapa129_wa", "damkar", "polisi", "darurat", "sar"];

fn card(desk: &Desk<'_>, kategori: &str) -> Card {
    let (known, other) = local_numbers(desk);
    let table = EmergencyTable::bundled();
    let category = CategoryTable::bundled().find(kategori);
    let card = category.and_then(|it| table.card(it, &known, desk.today()));
    let is_general = card.is_none();
    let asks_safe = card.as_ref().is_some_and(|it| it.asks_safe_to_talk);
    let allows_sms = card.as_ref().is_some_and(|it| it.allows_sms);
    let mut entries = card.map_or_else(|| table.general(&known, desk.today()), |it| it.entries);
    if is_general {
        order::sort_by_key(&mut entries, |it| GENERAL.iter().position(|id| *id == it.id).unwrap_or(GENERAL.len()));
    }
    let is_local = |it: &CardEntry| table.contacts().iter().any(|contact| contact.id == it.id);
    let (local, calls): (Vec<_>, Vec<_>) = entries.into_iter().partition(|it| is_general && is_local(it));
    let mut local: Vec<Call> = local.into_iter().map(call).collect();
    // Numbers under a name of their own stay away from the violence card: neighbours are not called there.
    if is_general {
        local.extend(other);
    }
    let calls: Vec<Call> = calls.into_iter().map(call).collect();
    let sms = category.filter(|_| allows_sms).map(|it| Box::new(sms(desk, it, &calls, &known)));
    Card { asks_safe, calls, local, sms }
}

/// To the first number of the card that is a mobile one of this place.
fn sms(desk: &Desk<'_>, category: &Category, calls: &[Call], known: &[LocalNumber]) -> Sms {
    let table = EmergencyTable::bundled();
    let is_here = |it: &&Call| table.contacts().iter().any(|contact| contact.id == it.id);
    let is_mobile = |it: &&Call| ["08", "628", "+628"].iter().any(|start| it.nomor.starts_with(start));
    let to = calls.iter().filter(is_here).find(is_mobile).cloned();
    let all: Vec<Call> = table.general(known, desk.today()).into_iter().map(call).collect();
    let is_other = |it: &&Call| to.as_ref().is_none_or(|to| to.nomor != it.nomor);
    let near = ["kades", "bidan", "puskesmas"].into_iter();
    let back = near.filter_map(|id| all.iter().find(|it| it.id == id)).find(is_other).cloned();
    let posyandu::Facts { nama, tempat, .. } = posyandu::facts(desk);
    let places = [tempat.desa, tempat.kecamatan, tempat.kabupaten];
    Sms { to, what: category.name.clone(), posyandu: nama, places, back }
}

fn call(entry: CardEntry) -> Call {
    Call {
        is_wa: entry.channel == Channel::Wa,
        id: entry.id,
        nama: entry.name,
        nomor: entry.number,
        is_conditional: entry.is_conditional,
        is_stale: entry.is_stale,
    }
}

/// The numbers typed at founding: those whose name tells the office, and the rest under the name as typed.
fn local_numbers(desk: &Desk<'_>) -> (Vec<LocalNumber>, Vec<Call>) {
    // Often one number: the founding asks for "BPBD atau Damkar".
    const BPBD: (&str, &str) = ("bpbd", "bpbd");
    const DAMKAR: (&str, &str) = ("damkar", "damkar_setempat");
    const WORDS: [(&str, &str); 9] = [
        ("bidan", "bidan"),
        ("puskesmas", "puskesmas"),
        BPBD,
        DAMKAR,
        ("ppa", "uptd_ppa"),
        ("sosial", "dinsos"),
        ("babinsa", "babinsa"),
        ("bhabinkamtibmas", "bhabinkamtibmas"),
        ("desa", "kades"),
    ];
    let mut known: Vec<LocalNumber> = Vec::new();
    let mut other = Vec::new();
    let Some(posyandu) = desk.book.posyandu() else {
        return (known, other);
    };
    for (index, (nama, number, at)) in posyandu::numbers(posyandu).into_iter().enumerate() {
        let typed_on = i64::try_from(at.unix_ms()).ok().and_then(chrono::DateTime::from_timestamp_millis);
        let checked_on = typed_on.map_or_else(|| desk.today(), |it| it.date_naive());
        let is_stale = desk.today().signed_duration_since(checked_on)
            > TimeDelta::days(i64::from(emergency::LOCAL_NUMBER_MONTHS) * 31);
        let dialable: String = number.chars().filter(|it| it.is_ascii_digit() || *it == '+').collect();
        if !dialable.bytes().any(|it| it.is_ascii_digit()) {
            continue;
        }
        let word = nama.to_lowercase();
        let is_new = |(part, id): &&(&str, &str)| word.contains(part) && known.iter().all(|it| it.id != *id);
        let mut found: Vec<_> = WORDS.iter().filter(is_new).collect();
        found.truncate(if found == [&BPBD, &DAMKAR] { 2 } else { 1 });
        if found.is_empty() {
            other.push(Call {
                id: format!("setempat{index}"),
                nama,
                nomor: dialable,
                is_wa: false,
                is_conditional: false,
                is_stale,
            });
        }
        known.extend(found.iter().map(|(_, id)| LocalNumber {
            id: (*id).to_owned(),
            number: number.clone(),
            checked_on,
        }));
    }
    (known, other)
}
