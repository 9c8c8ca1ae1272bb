//! What of complaints only the recorder's phone holds: sealed matter that waits for its readers, begun forms, the
//! next number.
//!
//! A reporter's identity, a tracking code and the whole of a `rahasia` aduan stand in no event that others read. Until
//! there is somebody to seal them to they wait here, complete, sealed with the recorder's own key; what is added later
//! is an item of its own, so that nothing is ever rewritten. Sealing and storing happen elsewhere.

use chrono::NaiveDateTime;

use super::ticket::{DeviceCode, TicketNumber, TrackingCode};
use crate::domain::iso;
use crate::domain::json::{self, Map, Value, object};
use crate::domain::kinds;
use crate::domain::ledger::Draft;

/// The start of the form names of complaints: `aduan:<id>`.
pub const FORM: &str = "aduan:";

/// Members of a submission that its recorder goes on seeing.
const NOMOR: &str = "nomor";
const AT: &str = "diajukan_pada";
const PHOTOS: &str = "foto";
/// Says of an item that its readers have the rest.
const HANDED: &str = "diserahkan";

/// One item that waits. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Pending {
    /// `<aduan>` for what was sent, `<aduan>:<32 hex>` for what was added.
    pub id: String,
    /// What the complaint was promised under; none on additions.
    pub ticket: Option<Ticket>,
    /// Events that are to be, in order.
    pub events: Vec<Draft>,
}

/// Number, code and time of a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Number.
    pub nomor: TicketNumber,
    /// Tracking code, for the receipt.
    pub kode: TrackingCode,
    /// Local time of sending.
    pub submitted: NaiveDateTime,
}

/// A complaint that was begun and not sent.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptDraft {
    /// Id of the complaint to be.
    pub id: String,
    /// The draft as kept: JSON of [`super::intake::Draft`].
    pub body: Vec<u8>,
}

/// The number that the next complaint of this phone gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextTicket {
    /// Code of this installation.
    pub code: DeviceCode,
    /// Running number.
    pub running: u32,
}

impl Pending {
    /// The complaint it belongs to.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.id.split(':').next().unwrap_or_default()
    }

    /// The sealed submission, if the whole complaint is `rahasia`.
    #[must_use]
    pub fn sealed_submission(&self) -> Option<&Draft> {
        self.events.iter().find(|it| it.kind == kinds::ADUAN_SENT)
    }

    /// The reporter, if she gave her name.
    #[must_use]
    pub fn identity(&self) -> Option<&Map> {
        let of_open = self.events.iter().find(|it| it.kind == kinds::ADUAN_IDENTITAS).map(|it| &it.data);
        of_open.or_else(|| self.sealed_submission()?.data.get("pelapor")?.as_object())
    }

    /// What the recorder keeps of a `rahasia` complaint once it was sealed for its readers: number and time, and of its
    /// photos the names; nothing of what was told. `None` for what leaves nothing behind.
    #[must_use]
    pub fn handed(&self) -> Option<Self> {
        let told = self.sealed_submission()?;
        let mut data: Map = [NOMOR, AT, PHOTOS]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), told.data.get(name)?.clone())))
            .collect();
        data.insert(HANDED.to_owned(), true.into());
        Some(Self { id: self.id.clone(), ticket: None, events: vec![Draft { data, ..told.clone() }] })
    }

    /// Whether it is what [`Pending::handed`] left.
    #[must_use]
    pub fn is_handed(&self) -> bool {
        self.sealed_submission().is_some_and(|it| it.data.get(HANDED).and_then(Value::as_bool) == Some(true))
    }

    /// The photos of a `rahasia` complaint, as [`kinds::FOTO_ADDED`] tells of them.
    pub fn photos(&self) -> impl Iterator<Item = Draft> + '_ {
        let told = self.sealed_submission();
        let photos = told.and_then(|it| it.data.get(PHOTOS)?.as_list()).into_iter().flatten();
        photos.filter_map(move |it| {
            let data = object([
                ("sha256", it.get("sha256")?.as_text()?.into()),
                ("bytes", it.get("byte")?.as_int()?.into()),
                ("media", "image/jpeg".into()),
            ]);
            Some(Draft { kind: kinds::FOTO_ADDED.into(), data, ..told?.clone() })
        })
    }

    /// What a reader was told: one item for each event, and none twice.
    pub fn entrust(items: &mut Vec<Self>, id: &str, told: Draft) {
        let is_known = items.iter().any(|it| it.events.first() == Some(&told));
        let is_first = matches!(told.kind.as_str(), kinds::ADUAN_SENT | kinds::ADUAN_IDENTITAS);
        let id = if is_first { told.subject.clone() } else { format!("{}:{id}", told.subject) };
        if !(is_known || is_first && items.iter().any(|it| it.id == id)) {
            items.push(Self { id, ticket: None, events: vec![told] });
        }
    }

    /// The canonical text that is sealed.
    #[must_use]
    pub fn to_text(&self) -> String {
        let event = |it: &Draft| -> Value {
            object([
                ("kind", it.kind.as_str().into()),
                ("subject", it.subject.as_str().into()),
                ("on", it.on.to_string().into()),
                ("data", it.data.clone().into()),
            ])
            .into()
        };
        let mut members = object([
            ("v", 1_i64.into()),
            ("id", self.id.as_str().into()),
            ("events", self.events.iter().map(event).collect::<Vec<_>>().into()),
        ]);
        if let Some(ticket) = &self.ticket {
            members.insert("nomor".into(), ticket.nomor.to_string().into());
            members.insert("kode_lacak".into(), ticket.kode.digits().into());
            members.insert("diajukan_pada".into(), local_text(ticket.submitted).into());
        }
        Value::Object(members).canonical()
    }

    /// Reads an item again.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let members = json::parse_object(text).ok()?;
        let word = |map: &Map, key: &str| map.get(key).and_then(Value::as_text).map(str::to_owned);
        let event = |it: &Value| -> Option<Draft> {
            let it = it.as_object()?;
            Some(Draft {
                kind: word(it, "kind")?,
                subject: word(it, "subject")?,
                on: iso::day(&word(it, "on")?)?,
                data: it.get("data")?.as_object()?.clone(),
            })
        };
        let ticket = || {
            Some(Ticket {
                nomor: TicketNumber::parse(&word(&members, "nomor")?).ok()?,
                kode: TrackingCode::parse(&word(&members, "kode_lacak")?).ok()?,
                submitted: local_time(&word(&members, "diajukan_pada")?)?,
            })
        };
        Some(Self {
            id: word(&members, "id")?,
            ticket: ticket(),
            events: members.get("events")?.as_list()?.iter().filter_map(event).collect(),
        })
    }
}

impl core::fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Pending(..)")
    }
}

impl core::fmt::Debug for KeptDraft {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("KeptDraft(..)")
    }
}

/// The form of a complaint that is typed.
#[must_use]
pub fn form(id: &str) -> String {
    format!("{FORM}{id}")
}

/// The form that keeps a photo of it.
#[must_use]
pub fn photo_form(id: &str, sha256: &str) -> String {
    format!("{FORM}{id}:foto:{sha256}")
}

/// The complaint of a form name; `None` for photos and other forms.
#[must_use]
pub fn form_id(form: &str) -> Option<&str> {
    form.strip_prefix(FORM).filter(|id| !id.contains(':'))
}

/// Whether a form name is a photo of a draft, which is no form of its own.
#[must_use]
pub fn is_photo_form(form: &str) -> bool {
    form.strip_prefix(FORM).is_some_and(|it| it.contains(":foto:"))
}

/// Where a photo of a `rahasia` complaint waits.
#[must_use]
pub fn photo_id(sha256: &str) -> String {
    format!("foto:{sha256}")
}

/// Whether something that waits is a photo.
#[must_use]
pub fn is_photo_id(id: &str) -> bool {
    id.starts_with("foto:")
}

/// Where stands what is left of an item that was sealed for its readers.
#[must_use]
pub fn handed_id(id: &str) -> String {
    format!("{HANDED}:{id}")
}

/// Whether something that stands with what waits is an item that waits, and neither a photo nor what is left of one.
#[must_use]
pub fn is_item_id(id: &str) -> bool {
    !is_photo_id(id) && !id.starts_with(HANDED)
}

/// Reads a stored local time, `2026-11-11T09:52:00`.
#[must_use]
pub fn local_time(text: &str) -> Option<NaiveDateTime> {
    iso::moment(text)
}

/// Writes it.
#[must_use]
pub fn local_text(at: NaiveDateTime) -> String {
    iso::moment_text(at)
}
