//! What may be saved about aduan: sending one, a call for help, a note.
//!
//! Sending splits what was typed: the open event holds no identity, and of a `rahasia` aduan there is no open event at
//! all. Number, tracking code and sealed matter are written in the same transaction.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{FieldError, KeptPhoto, NewId, Plan};
use crate::domain::aduan::category::CategoryTable;
use crate::domain::aduan::intake::{self, Assigned, Context, Submission};
use crate::domain::aduan::own::{self, Pending, Ticket};
use crate::domain::aduan::ticket::{KabupatenCode, TicketNumber, TrackingCode};
use crate::domain::form::Problem;
use crate::domain::json::{Map, Value, object};
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

/// The form in which a call about a complaint is told.
#[must_use]
pub fn form_call(id: &str) -> String {
    format!("telepon:{id}")
}

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
            let ends_draft = Some(form_call(id));
            report(desk, id, kinds::ADUAN_CALLED, data, new_id).map(|it| Plan { ends_draft, ..it })
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
    let is_open = desk.book.subject(id).is_some_and(|it| it.entries().any(|it| &*it.kind == kinds::ADUAN_SENT));
    is_open || desk.pending.iter().chain(desk.entrusted).any(|it| it.id == id)
}

fn is_sealed(desk: &Desk<'_>, id: &str) -> bool {
    desk.pending.iter().chain(desk.entrusted).any(|it| it.id == id && it.sealed_submission().is_some())
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
    let mut draft: intake::Draft = intake::Draft::from_json(text).ok_or_else(|| refused("uraian"))?;
    let desa = desa_code(desk);
    draft.kode_desa = desa.clone().unwrap_or_else(|| DESA_UNKNOWN.to_owned());
    let ticket = number(desk, new_id).ok_or_else(|| refused("nomor"))?;
    let context = Context { categories: CategoryTable::bundled(), today: desk.today() };
    let assigned = Assigned { nomor: ticket.nomor.clone(), pelapor_ref: new_id(), submitted_local: ticket.submitted };
    let refuse = |errors: Vec<intake::FieldError>| errors.iter().map(field_error).collect::<Vec<_>>();
    let submission = draft.submit(&context, &assigned).map_err(refuse)?;

    let is_sealed = matches!(submission, Submission::Sealed { .. });
    let mut plan = Plan { uses_ticket: true, ..done };
    let (drafts, mut waits) = parted(id, desk.today(), ticket, submission, calls(&draft));
    plan.drafts = drafts;
    if desa.is_none() {
        let all = plan.drafts.iter_mut().chain(&mut waits.events);
        all.filter(|it| it.kind == kinds::ADUAN_SENT).for_each(|it| {
            it.data.remove("kode_desa");
        });
    }
    plan.pending.push(waits);
    for photo in draft.foto.iter().filter(|_| !is_sealed) {
        let data = object([
            ("sha256", photo.sha256.as_str().into()),
            ("bytes", photo.byte.into()),
            ("media", "image/jpeg".into()),
        ]);
        plan.drafts.push(Draft { kind: kinds::FOTO_ADDED.into(), subject: id.into(), on: desk.today(), data });
    }
    plan.photos = draft
        .foto
        .iter()
        .map(|it| KeptPhoto { form: own::photo_form(id, &it.sha256), sha256: it.sha256.clone(), is_pending: is_sealed })
        .collect();
    Ok(plan)
}

/// What of a complaint is saved in the open, and what waits sealed for its readers.
#[must_use]
pub fn parted(
    id: &str,
    on: NaiveDate,
    ticket: Ticket,
    submission: Submission,
    calls: Vec<Map>,
) -> (Vec<Draft>, Pending) {
    let event = |kind: &str, data: Map| Draft { kind: kind.into(), subject: id.into(), on, data };
    let calls = calls.into_iter().map(|data| event(kinds::ADUAN_CALLED, data));
    let code = event(kinds::ADUAN_KODE, object([("kode_lacak", ticket.kode.digits().into())]));
    let (mut drafts, mut waits) = (Vec::new(), Vec::new());
    match submission {
        Submission::Open { public, identity } => {
            drafts.push(event(kinds::ADUAN_SENT, public));
            drafts.extend(calls);
            waits.extend(identity.map(|it| event(kinds::ADUAN_IDENTITAS, it)));
        }
        Submission::Sealed { everything } => {
            waits.push(event(kinds::ADUAN_SENT, everything));
            waits.extend(calls);
        }
    }
    waits.push(code);
    (drafts, Pending { id: id.to_owned(), ticket: Some(ticket), events: waits })
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
    let list = draft.extra.get(CALLS).and_then(Value::as_list).into_iter().flatten();
    let text = |it: &Value, key: &str| it.get(key).and_then(Value::as_text).map(str::to_owned);
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

#[cfg(test)]
pub(crate) mod tests {

    use chrono::NaiveDateTime;

    use super::*;
    use crate::domain::aduan::consent::{ConsentMethod, ConsentPurpose, ConsentRecord};
    use crate::domain::aduan::own::NextTicket;
    use crate::domain::aduan::ticket::DeviceCode;
    use crate::domain::book::{Book, LazyShelf, Seen};
    use crate::domain::json;
    use crate::domain::ledger::event::{Event, Stamp};
    use crate::domain::ledger::id::{DeviceId, PersonId};
    use crate::domain::ledger::{Clock, Signer, Subject};
    use crate::domain::view::{self, aduan as screen};

    pub(crate) const ME: &str = "0000000000000000000000000000a001";

    struct NoSigner;
    impl Signer for NoSigner {
        fn sign(&self, _: &[u8]) -> [u8; 64] {
            [0; 64]
        }
    }

    /// A phone for rules: what was planned becomes part of it.
    pub(crate) struct Phone {
        pub(crate) book: Book,
        shelf: LazyShelf,
        pub(crate) pending: Vec<Pending>,
        pub(crate) now: NaiveDateTime,
        /// When its events say that they were written.
        pub(crate) at_ms: u64,
        ticket: NextTicket,
        clock: Clock,
        n: i64,
        ids: u64,
    }

    impl Phone {
        pub(crate) fn new(now: &str) -> Self {
            let ticket = NextTicket { code: DeviceCode::unenrolled([1, 2, 3, 4, 5, 6, 7]), running: 1 };
            let now = own::local_time(now).unwrap();
            let mut phone = Self {
                book: Book::default(),
                shelf: LazyShelf::default(),
                pending: Vec::new(),
                now,
                at_ms: 1_780_000_000_000,
                ticket,
                clock: Clock::default(),
                n: 0,
                ids: 0,
            };
            let data = object([
                ("nama", "Contoh".into()),
                ("wilayah", "3325012001".into()),
                (
                    "telepon",
                    vec![object([("siapa", "Bidan desa".into()), ("nomor", "0812 0000 0001".into())]).into()].into(),
                ),
            ]);
            phone.write(kinds::POSYANDU_FOUNDED, "0000000000000000000000000000f001", "2026-01-05", data);
            phone.write(kinds::KADER_REGISTERED, ME, "2026-01-05", object([("nama", "Bu Rekaan".into())]));
            phone
        }

        pub(crate) fn desk(&self) -> Desk<'_> {
            let desk = Desk::new(&self.book, &self.shelf, self.now, ME);
            Desk { pending: &self.pending, next_ticket: Some(&self.ticket), ..desk }
        }

        pub(crate) fn write(&mut self, kind: &str, subject: &str, on: &str, data: Map) -> String {
            let on: NaiveDate = on.parse().unwrap();
            self.add(Draft { kind: kind.into(), subject: subject.into(), on, data })
        }

        fn add(&mut self, draft: Draft) -> String {
            self.n += 1;
            let nothing = Subject::default();
            let seen = Seen::of(self.book.subject(&draft.subject).unwrap_or(&nothing), &draft);
            let stamp = Stamp {
                at: self.clock.stamp(self.at_ms, seen.latest),
                by: PersonId::parse(ME).unwrap(),
                device: DeviceId([7; 16]),
                n: self.n,
                after: seen.after,
                replaces: seen.replaces,
                salt: [0; 16],
            };
            let event = Event::sign(draft, stamp, &NoSigner);
            self.book.add(&event);
            event.id().to_string()
        }

        fn plan(&mut self, intent: &Intent) -> Result<Plan, Vec<FieldError>> {
            let mut ids = self.ids;
            let plan = plan(&self.desk(), intent, &mut || {
                ids += 1;
                format!("{:032x}", u128::from(ids) * 0x1234_5678_9abc_def1_2345)
            });
            self.ids = ids;
            plan
        }

        fn save(&mut self, intent: &Intent) -> Plan {
            let plan = self.plan(intent).unwrap();
            for draft in plan.drafts.clone() {
                self.add(draft);
            }
            self.pending.extend(plan.pending.iter().map(|it| Pending::parse(&it.to_text()).unwrap()));
            self.ticket.running += u32::from(plan.uses_ticket);
            plan
        }

        pub(crate) fn send(&mut self, id: u32, draft: &intake::Draft) -> Plan {
            self.save(&Intent::Send { id: format!("{id:032x}"), draft: draft.to_json() })
        }

        fn list(&self) -> screen::List {
            match screen::answer(&self.desk(), &screen::Query::List) {
                Some(screen::View::List(list)) => list,
                _ => panic!("no list"),
            }
        }

        fn detail(&self, id: &str) -> screen::Detail {
            match screen::answer(&self.desk(), &screen::Query::Detail { id: id.into() }) {
                Some(screen::View::Detail(it)) => *it,
                _ => panic!("no detail"),
            }
        }

        fn receipt(&self, id: &str) -> screen::Receipt {
            match screen::answer(&self.desk(), &screen::Query::Receipt { id: id.into() }) {
                Some(screen::View::Receipt(it)) => *it,
                _ => panic!("no receipt"),
            }
        }
    }

    pub(crate) fn typed(kategori: &str) -> intake::Draft {
        let consent = ConsentRecord {
            witness: Some("Saksi Umpama".into()),
            ..ConsentRecord::new("aduan-catat-1", ConsentPurpose::Catat, ConsentMethod::LisanDisaksikan)
        };
        intake::Draft {
            jenis: "pengaduan".into(),
            kategori: kategori.into(),
            judul: "Air keruh di sumur bersama".into(),
            uraian: "Sejak hujan kemarin air sumur bersama keruh dan berbau.".into(),
            sifat: "komunal".into(),
            jumlah_terdampak_kk: "14".into(),
            rt: "3".into(),
            nama: "Warga Rekaan".into(),
            hp: "0812 3456 7890".into(),
            cara_hubung: "wa".into(),
            persetujuan: vec![consent],
            ..intake::Draft::default()
        }
    }

    fn text_of(drafts: &[Draft]) -> String {
        drafts.iter().map(|it| Value::Object(it.data.clone()).canonical()).collect()
    }

    #[test]
    fn the_identity_is_never_in_the_open_event() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let plan = phone.send(0xa1, &typed("PU-02"));
        let open = text_of(&plan.drafts);
        for secret in ["Rekaan", "0812", "6281", "Saksi Umpama", "kode_lacak"] {
            assert!(!open.contains(secret), "{secret} stands in the open");
        }
        assert!(open.contains("Air keruh"));
        let sealed: String = plan.pending.iter().map(Pending::to_text).collect();
        assert!(sealed.contains("Warga Rekaan") && sealed.contains("Saksi Umpama") && sealed.contains("kode_lacak"));
    }

    #[test]
    fn a_rahasia_aduan_puts_nothing_into_the_open() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let before = phone.book.clone();
        let plan = phone.send(0xa2, &typed("TRANTIB-08"));
        assert!(plan.drafts.is_empty() && plan.uses_ticket);
        assert_eq!(phone.book, before);
        let list = phone.list();
        let row = &list.open[0];
        assert!(
            row.sealing == screen::Sealing::Waits && row.judul.is_none() && row.bidang.is_empty() && !row.needs_call
        );
        let receipt = phone.receipt(&row.id);
        assert!(receipt.tentang.is_none() && receipt.urgent.is_none() && receipt.kode.is_some());
        let detail = phone.detail(&row.id);
        assert!(detail.uraian.is_empty() && detail.kategori.is_empty() && detail.pelapor.is_none());
        // A colleague on the same phone sees nothing of it.
        let nobody = Desk::new(&phone.book, &phone.shelf, phone.now, "0000000000000000000000000000b002");
        assert!(screen::answer(&nobody, &screen::Query::Detail { id: row.id.clone() }).is_none());
    }

    #[test]
    fn what_is_added_to_a_rahasia_aduan_stays_sealed_too() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let id = phone.send(0xa3, &typed("TRANTIB-08")).subject;
        let call =
            Intent::Call { id: id.clone(), kepada: "SAPA 129".into(), nomor: "129".into(), hasil: String::new() };
        let plan = phone.save(&call);
        assert!(plan.drafts.is_empty());
        assert_eq!(plan.pending[0].subject(), id);
        assert_eq!(phone.list().open.len(), 1);
    }

    #[test]
    fn once_its_readers_have_it_the_recorder_keeps_number_and_time_alone() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let photo = intake::Photo { sha256: "ab".repeat(32), byte: 4_000 };
        let agreed = ConsentRecord {
            witness: Some("Saksi Umpama".into()),
            ..ConsentRecord::new("aduan-foto-1", ConsentPurpose::Foto, ConsentMethod::LisanDisaksikan)
        };
        let mut typed = intake::Draft { foto: vec![photo], ..typed("LAIN-02") };
        typed.persetujuan.push(agreed);
        let id = phone.send(0xa4, &typed).subject;
        let (nomor, whole) = (phone.list().open[0].nomor.clone(), phone.pending[0].clone());
        assert_eq!(whole.photos().map(|it| it.kind).collect::<Vec<_>>(), [kinds::FOTO_ADDED]);
        let left = whole.handed().unwrap();
        let kept = own::Pending::parse(&left.to_text()).unwrap();
        assert!(kept == left && kept.is_handed() && !whole.is_handed());
        assert!(kept.photos().eq(whole.photos()), "they may still be on their way");
        for told in ["Air keruh", "Rekaan", "0812", "LAIN-02", "kode_lacak"] {
            assert!(!kept.to_text().contains(told), "{told} is still here");
        }
        phone.pending = vec![kept];
        let row = phone.list().open[0].clone();
        assert_eq!((row.nomor.as_str(), row.sealing == screen::Sealing::Handed), (nomor.as_str(), true));
        assert!(row.judul.is_none() && phone.detail(&id).uraian.is_empty());
        assert!(phone.receipt(&id).kode.is_none());
        // Who reads it as an officer, too, goes on reading it.
        let entrusted = [whole.clone()];
        let desk = Desk { entrusted: &entrusted, ..phone.desk() };
        let Some(screen::View::List(list)) = screen::answer(&desk, &screen::Query::List) else { panic!("no list") };
        assert!(list.open.len() == 1 && list.open[0].sealing == screen::Sealing::Entrusted);
        // It was sent, and what is added goes the same way.
        let call = Intent::Call { id, kepada: "SAPA 129".into(), nomor: "129".into(), hasil: String::new() };
        let plan = phone.save(&call);
        assert!(plan.drafts.is_empty() && plan.pending.len() == 1);
        assert!(own::Pending { events: Vec::new(), ..whole }.handed().is_none(), "of a reporter nothing stays");
    }

    #[test]
    fn what_was_sealed_for_her_she_reads_whole() {
        let mut ani = Phone::new("2026-11-11T09:52:00");
        let (street, secret) = (ani.send(1, &typed("PU-02")), ani.send(2, &typed("TRANTIB-08")));
        let mut entrusted = Vec::new();
        for _ in 0..2 {
            for (n, told) in ani.pending.iter().flat_map(|it| &it.events).enumerate() {
                own::Pending::entrust(&mut entrusted, &format!("{n:032x}"), told.clone());
            }
        }
        let mut rina = Phone::new("2026-11-12T08:00:00");
        let open = street.drafts[0].clone();
        rina.add(open);
        let desk = Desk { entrusted: &entrusted, ..rina.desk() };
        let view = |id: &str| match screen::answer(&desk, &screen::Query::Detail { id: id.into() }) {
            Some(screen::View::Detail(it)) => *it,
            _ => panic!("it is not there"),
        };
        let read = view(&secret.subject);
        assert!(read.row.sealing == screen::Sealing::Entrusted && read.uraian.contains("keruh"));
        let reporter = view(&street.subject).pelapor.unwrap();
        assert!(reporter.is_entrusted && reporter.hp == "081234567890");
        let Some(screen::View::List(list)) = screen::answer(&desk, &screen::Query::List) else { panic!("no list") };
        assert_eq!(list.open.len(), 2, "each once");
        assert!(list.open.iter().any(|it| it.id == secret.subject && it.judul.is_none()), "a list tells nothing");
        // What she adds is sealed for her colleagues.
        let note = Intent::Note { id: secret.subject, isi: "Sudah ditelepon".into() };
        let added = plan(&desk, &note, &mut || "0".repeat(32)).unwrap();
        assert!(added.drafts.is_empty() && added.pending.len() == 1);
    }

    #[test]
    fn two_aduan_never_share_a_number() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let mut numbers = std::collections::BTreeSet::new();
        for id in 1..=40 {
            let kategori = if id % 3 == 0 { "TRANTIB-08" } else { "PU-02" };
            let plan = phone.send(id, &typed(kategori));
            assert!(numbers.insert(plan.pending[0].ticket.as_ref().unwrap().nomor.clone()));
        }
        assert_eq!(phone.list().open.len(), 40);
    }

    #[test]
    fn sending_twice_is_sending_once() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        for kategori in ["PU-02", "TRANTIB-08"] {
            let first = phone.send(if kategori == "PU-02" { 1 } else { 2 }, &typed(kategori));
            let again = phone.save(&Intent::Send { id: first.subject.clone(), draft: "{}".into() });
            assert!(again.drafts.is_empty() && again.pending.is_empty() && !again.uses_ticket);
            assert_eq!(again.subject, first.subject);
        }
    }

    #[test]
    fn a_refused_intake_keeps_everything() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let draft = intake::Draft { rt: String::new(), nama: String::new(), ..typed("PU-02") };
        let before = (phone.book.clone(), phone.ticket.running);
        let intent = Intent::Send { id: format!("{:032x}", 9), draft: draft.to_json() };
        let errors = phone.plan(&intent).unwrap_err();
        assert_eq!(errors.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), ["rt", "nama"]);
        assert_eq!((phone.book.clone(), phone.ticket.running), before);
        // The draft is what it was: nothing ended it.
        assert!(phone.pending.is_empty());
    }

    #[test]
    fn an_urgent_aduan_promises_minutes_until_help_was_called() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let id = phone.send(1, &typed("TRANTIB-02")).subject;
        let row = phone.list().open[0].clone();
        assert!(row.needs_call && row.is_mine);
        assert_eq!(row.due.unwrap().at, own::local_time("2026-11-11T10:07:00"));
        assert_eq!(phone.receipt(&id).urgent.unwrap().0, 15);
        phone.save(&Intent::Call { id, kepada: "BPBD".into(), nomor: "112".into(), hasil: "segera datang".into() });
        let row = phone.list().open[0].clone();
        assert!(!row.needs_call && !row.is_mine);
        assert_eq!(row.due.unwrap().on, "2026-11-16".parse::<NaiveDate>().unwrap());
    }

    #[test]
    fn a_call_made_before_the_form_is_written_with_it() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let mut draft = typed("TRANTIB-02");
        let call = json::parse(r#"[{"kepada":"BPBD","nomor":"112","waktu":"2026-11-11T09:40:00"}]"#).unwrap();
        draft.extra.insert(CALLS.into(), call);
        let plan = phone.send(1, &draft);
        assert_eq!(plan.drafts.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["aduan.t2", "aduan.t22"]);
        assert!(!phone.list().open[0].needs_call);
    }

    #[test]
    fn a_category_brings_its_secrecy() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        assert!(phone.send(1, &typed("LAIN-02")).drafts.is_empty(), "complaints about offices are rahasia");
        assert!(!phone.send(2, &typed("PU-05")).drafts.is_empty());
        let lowered = intake::Draft { kerahasiaan: "terbuka".into(), ..typed("LAIN-02") };
        let intent = Intent::Send { id: format!("{:032x}", 3), draft: lowered.to_json() };
        assert_eq!(phone.plan(&intent).unwrap_err()[0].field, "kerahasiaan");
    }

    #[test]
    fn violence_has_no_title_in_lists_even_when_the_reporter_wants_it_open() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let open = intake::Draft { kerahasiaan: "terbuka".into(), minta_diturunkan: true, ..typed("TRANTIB-08") };
        let id = phone.send(1, &open).subject;
        let row = phone.list().open[0].clone();
        assert!(row.judul.is_none() && row.bidang.is_empty() && row.sealing == screen::Sealing::Open);
        assert!(phone.receipt(&id).tentang.is_none());
    }

    #[test]
    fn the_recorder_still_sees_whom_to_bring_the_answer() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let id = phone.send(1, &typed("PU-02")).subject;
        assert_eq!(phone.detail(&id).pelapor.unwrap().hp, "081234567890");
        let nobody = intake::Draft { kerahasiaan: "tanpa_identitas".into(), ..typed("PU-02") };
        let plan = phone.send(2, &nobody);
        assert!(plan.pending[0].identity().is_none() && plan.pending[0].ticket.is_some());
        assert!(!phone.detail(&plan.subject).is_reporter_locked, "there is none");
        phone.pending.clear();
        let read = phone.detail(&id);
        assert!(read.pelapor.is_none() && read.is_reporter_locked, "who reported went to the officers");
        assert!(!plan.pending[0].to_text().contains("Rekaan"));
    }

    #[test]
    fn an_unknown_desa_is_left_out_and_the_number_is_still_one() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        phone.write(
            kinds::POSYANDU_CHANGED,
            "0000000000000000000000000000f001",
            "2026-01-06",
            object([("wilayah", "".into())]),
        );
        let plan = phone.send(1, &typed("PU-02"));
        assert!(!plan.drafts[0].data.contains_key("kode_desa"));
        assert!(plan.pending[0].ticket.as_ref().unwrap().nomor.to_string().starts_with("0000-Z"));
    }

    #[test]
    fn photos_of_a_rahasia_aduan_are_the_recorders_alone() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        for (id, kategori, is_pending) in [(1, "PU-02", false), (2, "LAIN-02", true)] {
            let mut draft = typed(kategori);
            draft.foto = vec![intake::Photo { sha256: "ab".repeat(32), byte: 90_000 }];
            let photo = ConsentRecord { purpose: ConsentPurpose::Foto, ..draft.persetujuan[0].clone() };
            draft.persetujuan.push(photo);
            let plan = phone.send(id, &draft);
            assert_eq!(plan.photos.iter().map(|it| it.is_pending).collect::<Vec<_>>(), [is_pending]);
            assert!(own::is_photo_form(&plan.photos[0].form));
            let open = plan.drafts.iter().filter(|it| it.kind == kinds::FOTO_ADDED);
            assert_eq!(open.count(), usize::from(!is_pending), "what is sealed has no picture in the open");
        }
    }

    #[test]
    fn the_list_goes_by_what_is_due() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        phone.send(1, &typed("PU-02"));
        phone.now = own::local_time("2026-11-12T09:00:00").unwrap();
        phone.send(2, &typed("TRANTIB-02"));
        phone.send(3, &typed("PU-05"));
        let ids: Vec<String> = phone.list().open.iter().map(|it| it.id.trim_start_matches('0').to_owned()).collect();
        assert_eq!(ids, ["2", "1", "3"]);
    }

    #[test]
    fn the_violence_card_asks_first_and_names_no_neighbor() {
        let phone = Phone::new("2026-11-11T09:52:00");
        let card = |kategori: &str| match screen::answer(
            &phone.desk(),
            &screen::Query::Emergency { kategori: kategori.into() },
        ) {
            Some(screen::View::Emergency(card)) => card,
            _ => panic!("no card"),
        };
        let violence = card("TRANTIB-08");
        assert!(violence.asks_safe && violence.local.is_empty());
        assert!(violence.calls.iter().all(|it| !["kades", "bidan"].contains(&it.id.as_str())));
        let general = card("");
        assert_eq!(general.calls[0].nomor, "119");
        assert_eq!(general.local.iter().map(|it| it.nomor.as_str()).collect::<Vec<_>>(), ["081200000001"]);
        assert!(card("KES-01").calls.iter().any(|it| it.id == "bidan"));
    }

    #[test]
    fn a_ready_sms_is_for_fire_and_disaster_and_goes_to_a_mobile_number_of_this_place() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let sms = |phone: &Phone, kategori: &str| match screen::answer(
            &phone.desk(),
            &screen::Query::Emergency { kategori: kategori.into() },
        ) {
            Some(screen::View::Emergency(card)) => card.sms,
            _ => panic!("no card"),
        };
        for other in ["TRANTIB-08", "PEND-07", "KES-01", "PU-06", "PU-05", ""] {
            assert!(sms(&phone, other).is_none(), "{other}");
        }
        // The bidan is no fire brigade: there is nobody to send it to, and she may be called back.
        let fire = sms(&phone, "TRANTIB-01").unwrap();
        assert!(fire.to.is_none());
        assert_eq!(fire.back.unwrap().id, "bidan");

        let numbers = [("Pak Umpama, kepala desa", "0812 0000 0003"), ("BPBD atau Damkar", "+62 812 0000 0004")];
        let numbers = numbers.map(|(siapa, nomor)| object([("siapa", siapa.into()), ("nomor", nomor.into())]).into());
        let data = object([("telepon", Vec::from(numbers).into()), ("desa", "Misal".into())]);
        phone.write(kinds::POSYANDU_CHANGED, "0000000000000000000000000000f001", "2026-11-10", data);
        for kategori in ["TRANTIB-01", "TRANTIB-02"] {
            let sms = sms(&phone, kategori).unwrap();
            assert_eq!(sms.to.as_ref().unwrap().nomor, "+6281200000004");
            assert_eq!(sms.back.as_ref().unwrap().nomor, "081200000003");
            assert_eq!((sms.posyandu.as_str(), sms.places[0].as_str()), ("Contoh", "Misal"));
            // An office is named, not who sits there.
            assert_eq!(sms.back.unwrap().nama, "Kepala desa");
        }
        // A line on a wall reads nothing.
        let wall = object([("siapa", "BPBD".into()), ("nomor", "0286 321 000".into())]);
        let data = object([("telepon", vec![wall.into()].into())]);
        phone.write(kinds::POSYANDU_CHANGED, "0000000000000000000000000000f001", "2026-11-11", data);
        assert!(sms(&phone, "TRANTIB-02").unwrap().to.is_none());
    }

    #[test]
    fn a_number_that_was_corrected_is_checked_and_the_others_are_as_old_as_before() {
        let mut phone = Phone::new("2027-01-10T09:52:00");
        let posyandu = "0000000000000000000000000000f001";
        let stale = |phone: &Phone| match screen::answer(
            &phone.desk(),
            &screen::Query::Emergency { kategori: String::new() },
        ) {
            Some(screen::View::Emergency(card)) => {
                let all = card.local.iter().chain(&card.calls).map(|it| (it.nama.clone(), it.is_stale));
                all.filter(|it| ["Bidan desa", "Pak RW Contoh"].contains(&it.0.as_str())).collect::<Vec<_>>()
            }
            _ => panic!("no card"),
        };
        let old = |it: &str| (it.to_owned(), true);
        phone.write(
            kinds::POSYANDU_CHANGED,
            posyandu,
            "2026-05-28",
            object([("telepon:Pak RW Contoh", "0812 0000 0005".into())]),
        );
        assert_eq!(stale(&phone), [old("Bidan desa"), old("Pak RW Contoh")]);
        // 3 January 2027.
        phone.at_ms = 1_798_966_800_000;
        phone.write(
            kinds::POSYANDU_CHANGED,
            posyandu,
            "2027-01-03",
            object([("telepon:Pak RW Contoh", "0812 0000 0006".into())]),
        );
        assert_eq!(stale(&phone), [old("Bidan desa"), ("Pak RW Contoh".to_owned(), false)]);
    }

    #[test]
    fn a_note_needs_words() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let id = phone.send(1, &typed("PU-02")).subject;
        assert!(phone.plan(&Intent::Note { id: id.clone(), isi: " ".into() }).is_err());
        phone.save(&Intent::Note { id: id.clone(), isi: "Sudah dilihat".into() });
        let steps = phone.detail(&id).steps;
        assert!(steps.iter().any(|it| matches!(&it.what, screen::StepKind::Note(text) if text == "Sudah dilihat")));
        assert!(steps.iter().any(|it| it.place == screen::StepPlace::Now));
        assert!(phone.plan(&Intent::Note { id: "nothing".into(), isi: "Catatan".into() }).is_err());
    }

    #[test]
    fn views_survive_the_way_between_the_threads() {
        let mut phone = Phone::new("2026-11-11T09:52:00");
        let id = phone.send(1, &typed("PU-02")).subject;
        for query in [
            screen::Query::List,
            screen::Query::Detail { id: id.clone() },
            screen::Query::Receipt { id: id.clone() },
            screen::Query::Form { id: id.clone() },
            screen::Query::Emergency { kategori: String::new() },
        ] {
            let shown = view::answer(&phone.desk(), &view::Query::Aduan(query)).unwrap();
            let bytes = postcard::to_allocvec(&shown).unwrap();
            let read: view::View = postcard::from_bytes(&bytes).unwrap();
            assert_eq!(postcard::to_allocvec(&read).unwrap(), bytes);
        }
    }
}
