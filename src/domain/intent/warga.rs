//! What may be saved about people and families.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::sesi::attended;
use super::{FieldError, NewId, Plan};
use crate::domain::book::Book;
use crate::domain::duplicates::Likeness;
use crate::domain::form::Problem;
use crate::domain::form::card::{Answers, Who, changes};
use crate::domain::form::kept::rebase;
use crate::domain::form::warga::{
    FamilyText, NEW_FAMILY, PersonText, alike, changed, check_family, check_person, check_since, check_withdrawal,
    consent_register, family_registers, needs_since, person_registers,
};
use crate::domain::json::{Map, Value, object};
use crate::domain::kinds;
use crate::domain::ledger::Draft;
use crate::domain::sasaran::{Status, date_value};
use crate::domain::sesi::SesiId;
use crate::domain::view::Desk;
use crate::domain::view::posyandu::PLACE;
use crate::domain::view::warga::{consent, more, whose};

/// The form in which somebody is registered.
pub const FORM_NEW: &str = "warga-baru";

/// The form in which a person or family is edited.
#[must_use]
pub fn form_edit(id: &str) -> String {
    format!("warga-ubah:{id}")
}

/// The form of what else is known of a person.
#[must_use]
pub fn form_more(id: &str) -> String {
    format!("warga-tambahan:{id}")
}

/// The form that says where a person is.
#[must_use]
pub fn form_status(id: &str) -> String {
    format!("warga-keadaan:{id}")
}

/// The form in which consent is taken back.
#[must_use]
pub fn form_withdrawal(id: &str) -> String {
    format!("warga-cabut:{id}")
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
        /// What the form was filled with.
        filled: Box<PersonText>,
        /// As typed.
        text: Box<PersonText>,
    },
    /// What else is known of somebody; a blank is a question nobody asked.
    Tell {
        /// Who.
        id: String,
        /// What was typed, by field of the form.
        answers: Answers,
    },
    /// Other facts about a family.
    ChangeFamily {
        /// Which.
        id: String,
        /// What the form was filled with.
        filled: Box<FamilyText>,
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
    /// She takes her consent back; what was recorded stays.
    Withdraw {
        /// Who.
        id: String,
        /// Since when, as typed.
        tanggal: String,
        /// Who says so: herself, or who speaks for her.
        oleh: String,
    },
    /// Of several answers to one question, this is right.
    Settle {
        /// A person, something that was recorded of her, a family, or the posyandu itself.
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
        Intent::Change { id, filled, text } => change(desk, id, filled, text, new_id),
        Intent::Tell { id, answers } => tell(desk, id, answers),
        Intent::ChangeFamily { id, filled, text } => change_family(desk, id, filled, text),
        Intent::SetStatus { id, status, since } => set_status(desk, id, status, since),
        Intent::Withdraw { id, tanggal, oleh } => withdraw(desk, id, tanggal, oleh),
        Intent::Settle { subject, register, event } => settle(desk, subject, register, event),
        Intent::Join { one, other, together } => join(desk, one, other, *together),
    }
}

fn register(
    desk: &Desk<'_>,
    text: &PersonText,
    sesi: Option<&str>,
    new_id: NewId<'_>,
) -> Result<Plan, Vec<FieldError>> {
    let facts = check_person(text, true, desk.today())?;
    known_family(desk.book, text)?;
    nobody_alike(desk, text, &[])?;
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
    // Her record does not wait for a day that is not open.
    if let Some(sesi) = sesi.and_then(|it| attended(desk, it).ok()) {
        let data = object([("hadir", true.into())]);
        drafts.push(Draft { kind: kinds::HADIR_RECORDED.into(), subject: sesi.attendance(&id), on: sesi.on, data });
    }
    Ok(Plan { drafts, ends_draft: Some(FORM_NEW.into()), subject: id, ..Plan::default() })
}

fn change(
    desk: &Desk<'_>,
    id: &str,
    filled: &PersonText,
    text: &PersonText,
    new_id: NewId<'_>,
) -> Result<Plan, Vec<FieldError>> {
    let sasaran = desk.book.person(id).ok_or_else(|| missing("nama"))?;
    let known = PersonText::of(&sasaran);
    let mut now = known.clone();
    rebase(&mut now, &mut filled.clone(), &mut text.clone());
    let text = &now;
    let asks_consent = sasaran.setuju != Some(true);
    let today = desk.today();
    let facts = check_person(text, asks_consent, today)?;
    known_family(desk.book, text)?;
    let before = person_registers(&known, today);
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
    Ok(Plan { drafts, ends_draft: Some(form_edit(id)), subject: sasaran.id, ..Plan::default() })
}

fn tell(desk: &Desk<'_>, id: &str, answers: &Answers) -> Result<Plan, Vec<FieldError>> {
    let sasaran = desk.book.person(id).ok_or_else(|| missing("nama"))?;
    if sasaran.setuju == Some(false) {
        return Err(vec![FieldError::new("setuju", Problem::NoConsent)]);
    }
    let mut known = more::fields(desk, &sasaran);
    known.retain(|it| it.2);
    let known: Vec<_> = known.into_iter().map(|(field, value, _)| (field, value)).collect();
    let data = changes(&known, answers, &Who::default())?;
    written(kinds::SASARAN_CHANGED, &sasaran.id, desk.today(), data, Some(form_more(id)))
}

/// One event, or none when nothing changed.
fn written(
    kind: &str,
    subject: &str,
    on: NaiveDate,
    data: Map,
    ends_draft: Option<String>,
) -> Result<Plan, Vec<FieldError>> {
    let mut plan = Plan { ends_draft, subject: subject.to_owned(), ..Plan::default() };
    if !data.is_empty() {
        plan.drafts.push(Draft { kind: kind.into(), subject: subject.to_owned(), on, data });
    }
    Ok(plan)
}

fn change_family(desk: &Desk<'_>, id: &str, filled: &FamilyText, text: &FamilyText) -> Result<Plan, Vec<FieldError>> {
    let mut now = FamilyText::of(&desk.book.keluarga(id).ok_or_else(|| missing("keluarga"))?);
    let before = family_registers(&now);
    rebase(&mut now, &mut filled.clone(), &mut text.clone());
    let registers = changed(&before, check_family(&now)?);
    written(kinds::KELUARGA_CHANGED, id, desk.today(), registers, Some(form_edit(id)))
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
    written(kinds::SASARAN_CHANGED, &sasaran.id, since, data, Some(form_status(id)))
}

fn withdraw(desk: &Desk<'_>, id: &str, tanggal: &str, oleh: &str) -> Result<Plan, Vec<FieldError>> {
    let sasaran = desk.book.person(id).ok_or_else(|| missing("tanggal"))?;
    let given = consent(desk, &desk.book.same_person(id)).pop().filter(|it| it.is_given);
    let given = given.ok_or_else(|| missing("tanggal"))?;
    let (on, register) = check_withdrawal(tanggal, oleh, given.on, desk.today())?;
    let data = object([("persetujuan", register)]);
    written(kinds::SASARAN_CHANGED, &sasaran.id, on, data, Some(form_withdrawal(id)))
}

fn settle(desk: &Desk<'_>, subject: &str, register: &str, event: &str) -> Result<Plan, Vec<FieldError>> {
    let heads = desk.book.subject(subject).map(|it| it.heads(register)).unwrap_or_default();
    let right = heads.iter().find(|it| it.id.to_string() == event).ok_or_else(|| missing(register))?;
    if whose(subject).and_then(|it| desk.book.person(it)).is_some_and(|it| !it.may_settle(register)) {
        return Err(vec![FieldError::new("setuju", Problem::NoConsent)]);
    }
    let kind = match subject.split(':').next() {
        Some("kunjungan") => kinds::KUNJUNGAN_RECORDED,
        Some("hadir") => kinds::HADIR_RECORDED,
        Some("gabung") => kinds::GABUNG_RECORDED,
        _ if desk.book.posyandu_id() == Some(subject) => kinds::POSYANDU_CHANGED,
        _ if desk.book.keluarga(subject).is_some() => kinds::KELUARGA_CHANGED,
        _ => kinds::SASARAN_CHANGED,
    };
    let on = SesiId::of_fact(subject).map_or(desk.today(), |it| it.on);
    let mut data = Map::new();
    data.insert(register.to_owned(), right.value.value());
    // What was said of a place in one go is right or wrong as a whole.
    for part in PLACE.iter().filter(|_| PLACE.contains(&register)) {
        let writes = desk.book.subject(subject).map(|it| it.writes(part)).unwrap_or_default();
        if let Some((_, write)) = writes.into_iter().find(|it| it.1.id == right.id) {
            data.insert((*part).to_owned(), write.value.value());
        }
    }
    written(kind, subject, on, data, None)
}

fn join(desk: &Desk<'_>, one: &str, other: &str, together: bool) -> Result<Plan, Vec<FieldError>> {
    let (least, greatest) = (one.min(other), one.max(other));
    let is_known = |id: &str| desk.book.sasaran(id).is_some();
    if least == greatest || !is_known(least) || !is_known(greatest) {
        return Err(missing("cari-warga"));
    }
    let data = object([("gabung", together.into())]);
    let plan = written(kinds::GABUNG_RECORDED, &format!("gabung:{least}:{greatest}"), desk.today(), data, None)?;
    Ok(Plan { subject: one.to_owned(), ..plan })
}

fn known_family(book: &Book, text: &PersonText) -> Result<(), Vec<FieldError>> {
    let is_known = text.keluarga == NEW_FAMILY || book.keluarga(&text.keluarga).is_some();
    if is_known { Ok(()) } else { Err(missing("keluarga")) }
}

/// Whoever is probably registered already must be looked at first; "orang lain" goes on.
fn nobody_alike(desk: &Desk<'_>, text: &PersonText, own: &[String]) -> Result<(), Vec<FieldError>> {
    for (who, comparison) in alike(text, desk.shelf(), desk.today()) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::book::tests::Phone;
    use crate::domain::form::card::{Typed, touched};
    use crate::domain::nik::NikDoubt;
    use crate::domain::view::warga::{Dispute, Head, Query, Said, Today, View, answer};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn damar() -> PersonText {
        PersonText {
            nama: "Damar Rekaan".into(),
            kelamin: "L".into(),
            lahir: "12/12/2025".into(),
            alasan: "bayi_baru".into(),
            ibu: "Wulan Rekaan".into(),
            keluarga: NEW_FAMILY.into(),
            hubungan: "anak".into(),
            setuju: "tanda_tangan".into(),
            rumah: FamilyText {
                kepala: "Hendra Rekaan".into(),
                rt: "3".into(),
                rw: "5".into(),
                ..FamilyText::default()
            },
            ..PersonText::default()
        }
    }

    fn new(text: PersonText) -> Intent {
        Intent::Register { text: Box::new(text), sesi: None }
    }

    fn phone_with_damar() -> (Phone, String) {
        let mut phone = Phone::new(1);
        let id = phone.save(today(), new(damar())).unwrap().subject;
        (phone, id)
    }

    fn edit(phone: &mut Phone, id: &str, change: impl FnOnce(&mut PersonText)) -> Vec<Draft> {
        let filled = PersonText::of(&phone.book.person(id).unwrap());
        let mut text = filled.clone();
        change(&mut text);
        let wish = Intent::Change { id: id.into(), filled: Box::new(filled), text: Box::new(text) };
        phone.save(today(), wish).unwrap().drafts
    }

    fn found(phone: &Phone, typed: &str) -> Vec<String> {
        match answer(&phone.desk(today()), &Query::Search { text: typed.into() }) {
            Some(View::Hits(rows)) => rows.into_iter().map(|it| it.row.nama).collect(),
            _ => panic!("a search is answered with rows"),
        }
    }

    #[test]
    fn a_new_person_brings_her_new_family_and_her_consent() {
        let mut phone = Phone::new(1);
        let saving = phone.save(today(), new(damar())).unwrap();
        let kinds: Vec<&str> = saving.drafts.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds, [kinds::KELUARGA_REGISTERED, kinds::SASARAN_REGISTERED]);
        let damar = phone.book.sasaran(&saving.subject).unwrap();
        assert_eq!(damar.setuju, Some(true));
        assert_eq!(phone.book.keluarga(&damar.keluarga.unwrap()).unwrap().alamat.rt, "003");
        let consent = phone.book.subject(&saving.subject).unwrap().value("persetujuan");
        assert_eq!(consent.get("cara"), Some(&"tanda_tangan".into()));
        // Blank answers are not written at all.
        assert!(!saving.drafts[1].data.contains_key("nik"));
    }

    #[test]
    fn registered_at_an_open_day_she_has_come() {
        use crate::domain::intent::sesi;
        let mut phone = Phone::new(1);
        let open = sesi::plan(&phone.desk(today()), &sesi::Intent::Open).unwrap();
        let sesi = open.subject.clone();
        phone.record(open.drafts);
        let intent = Intent::Register { text: Box::new(damar()), sesi: Some(sesi.clone()) };
        let id = phone.save(today(), intent).unwrap().subject;
        assert!(phone.book.is_present(&SesiId::parse(&sesi).unwrap(), &id));
    }

    #[test]
    fn where_the_day_is_not_open_she_is_registered_without_having_come() {
        use crate::domain::form::rencana::PlanText;
        use crate::domain::intent::sesi;
        let mut phone = Phone::new(1);
        let text = PlanText { tanggal: "21/11/2026".into(), ..PlanText::default() };
        let planned = sesi::plan(
            &phone.desk(today()),
            &sesi::Intent::Plan { sesi: String::new(), filled: PlanText::default(), text },
        )
        .unwrap();
        phone.record(planned.drafts);
        let drafts = |sesi: &str| {
            let intent = Intent::Register { text: Box::new(damar()), sesi: Some(sesi.into()) };
            crate::domain::intent::warga::plan(&phone.desk(today()), &intent, &mut || "1".repeat(32)).unwrap().drafts
        };
        for sesi in ["2026-11-21:utama", "2026-01-01:utama", "kapan saja"] {
            assert!(drafts(sesi).iter().all(|it| it.kind != kinds::HADIR_RECORDED), "{sesi}");
        }
    }

    #[test]
    fn a_child_registered_twice_is_asked_about() {
        let (mut phone, first) = phone_with_damar();
        let mut again = damar();
        again.nama = "Damar Rekan".into();
        let errors = phone.save(today(), new(again.clone())).unwrap_err();
        assert_eq!(errors, [FieldError::new("nama", Problem::Alike { who: first.clone() })]);
        again.bukan = vec![first];
        assert!(phone.save(today(), new(again)).is_ok());
    }

    #[test]
    fn a_nik_of_somebody_else_is_asked_about() {
        let (mut phone, first) = phone_with_damar();
        edit(&mut phone, &first, |text| text.nik = "3328041212250001".into());
        let other = || PersonText {
            nama: "Sekar Umpama".into(),
            nik: "3328041212250001".into(),
            lahir: "1/2/2024".into(),
            nik_biar: "3328041212250001".into(),
            ..damar()
        };
        let errors = phone.save(today(), new(other())).unwrap_err();
        assert_eq!(errors, [FieldError::new("nik", Problem::Taken { who: first.clone() })]);
        assert!(phone.save(today(), new(PersonText { bukan: vec![first], ..other() })).is_ok());
    }

    #[test]
    fn an_edit_that_gives_somebody_a_taken_nik_is_asked_about() {
        let (mut phone, first) = phone_with_damar();
        edit(&mut phone, &first, |text| text.nik = "3328041212250001".into());
        let sekar =
            PersonText { nama: "Sekar Umpama".into(), lahir: "12/12/2020".into(), ibu: String::new(), ..damar() };
        let sekar = phone.save(today(), new(sekar)).unwrap().subject;
        let mut text = PersonText::of(&phone.book.person(&sekar).unwrap());
        text.nik = "3328041212250001".into();
        text.nik_biar.clone_from(&text.nik);
        let errors = phone
            .save(today(), Intent::Change { id: sekar, filled: Box::default(), text: Box::new(text) })
            .unwrap_err();
        assert_eq!(errors, [FieldError::new("nik", Problem::Taken { who: first })]);
    }

    #[test]
    fn a_doubtful_nik_is_saved_when_she_says_so() {
        let mut text = damar();
        text.nik = "3328041312250001".into();
        let mut phone = Phone::new(1);
        let errors = phone.save(today(), new(text.clone())).unwrap_err();
        assert!(matches!(errors[0].problem, Problem::NikDoubt(NikDoubt::OtherBirth { .. })));
        text.nik_biar.clone_from(&text.nik);
        let id = phone.save(today(), new(text)).unwrap().subject;
        // And it is not asked again with every later edit.
        let drafts = edit(&mut phone, &id, |text| text.ibu = "Wulan Contoh".into());
        assert_eq!(drafts[0].data.keys().collect::<Vec<_>>(), ["ibu"]);
    }

    #[test]
    fn consent_is_taken_back_with_day_and_name_and_stays_in_the_history() {
        let (mut phone, id) = phone_with_damar();
        let wish = |tanggal: &str, oleh: &str| {
            let (id, tanggal, oleh) = (id.clone(), tanggal.to_owned(), oleh.to_owned());
            Intent::Withdraw { id, tanggal, oleh }
        };
        let later = today() + chrono::Days::new(5);
        let errors = phone.save(later, wish("20/11/2026", " ")).unwrap_err();
        assert_eq!(errors[0], FieldError::new("tanggal", Problem::Before { than: today() }));
        assert_eq!(errors[1].field, "oleh");
        assert!(phone.save(later, wish("27/11/2026", "Wulan Rekaan")).is_err(), "tomorrow");
        let saving = phone.save(later, wish("24/11/2026", " Wulan  Rekaan")).unwrap();
        assert_eq!(saving.drafts[0].on.to_string(), "2026-11-24");
        let register = &saving.drafts[0].data["persetujuan"];
        assert_eq!(register.canonical(), r#"{"catat":false,"dicabut":"2026-11-24","oleh":"Wulan Rekaan"}"#);
        let known = page(&phone, &id);
        assert_eq!(known.sasaran.setuju, Some(false));
        assert_eq!(known.consent.iter().map(|it| it.is_given).collect::<Vec<_>>(), [true, false]);
        assert_eq!(
            (known.consent[1].who.as_str(), known.consent[1].on.to_string().as_str()),
            ("Wulan Rekaan", "2026-11-24")
        );
        assert!(!known.row.nama.is_empty(), "what was recorded stays");
        assert!(phone.save(later, wish("24/11/2026", "Wulan Rekaan")).is_err(), "once");
        // Nothing more is written about her until she agrees again.
        assert!(tell(&mut phone, &id, &[("anak_ke", "2")]).is_err());
        let text = PersonText::of(&phone.book.person(&id).unwrap());
        let errors = phone
            .save(later, Intent::Change { id: id.clone(), filled: Box::default(), text: Box::new(text) })
            .unwrap_err();
        assert_eq!(errors[0].field, "setuju");
        phone.undo(later, &saving);
        assert_eq!(page(&phone, &id).sasaran.setuju, Some(true));
        assert_eq!(page(&phone, &id).consent.len(), 1);
    }

    #[test]
    fn of_two_joined_records_the_later_word_about_consent_counts() {
        let (mut phone, first) = phone_with_damar();
        let twin = PersonText { bukan: vec![first.clone()], nama: "Damar R".into(), ..damar() };
        let second = phone.save(today(), new(twin)).unwrap().subject;
        let (tanggal, oleh) = ("21/11/2026".into(), "Wulan Rekaan".into());
        phone.save(today(), Intent::Withdraw { id: second.clone(), tanggal, oleh }).unwrap();
        let join = Intent::Join { one: first.clone(), other: second.clone(), together: true };
        phone.save(today(), join).unwrap();
        assert_eq!(phone.book.person(&first).unwrap().setuju, Some(false));
        let mut text = PersonText::of(&phone.book.person(&first).unwrap());
        text.setuju = "cap_jempol".into();
        phone
            .save(today(), Intent::Change { id: first.clone(), filled: Box::default(), text: Box::new(text) })
            .unwrap();
        assert_eq!(phone.book.person(&first).unwrap().setuju, Some(true));
        assert_eq!(page(&phone, &first).consent.len(), 4);
    }

    #[test]
    fn an_edit_writes_only_what_changed() {
        let (mut phone, id) = phone_with_damar();
        let drafts = edit(&mut phone, &id, |text| text.bb_lahir = "3,1".into());
        assert_eq!(drafts.len(), 1);
        assert_eq!(drafts[0].data, object([("bb_lahir_g", 3100.into())]));
        assert!(edit(&mut phone, &id, |_| ()).is_empty());
        let cleared = edit(&mut phone, &id, |text| text.bb_lahir.clear());
        assert_eq!(cleared[0].data, object([("bb_lahir_g", Value::Null)]));
        assert_eq!(phone.book.sasaran(&id).unwrap().bb_lahir_g, None);
    }

    #[test]
    fn of_two_joined_records_the_later_answer_counts_so_that_it_can_be_cleared() {
        let (mut phone, first) = phone_with_damar();
        let twin = PersonText { bukan: vec![first.clone()], nama: "Damar R".into(), ..damar() };
        let second = phone.save(today(), new(twin)).unwrap().subject;
        tell(&mut phone, &first, &[("jkn", "pbi")]).unwrap();
        tell(&mut phone, &second, &[("anak_ke", "2"), ("jkn", "mandiri")]).unwrap();
        phone.save(today(), Intent::Join { one: first.clone(), other: second, together: true }).unwrap();
        let known = |phone: &Phone, key: &str| {
            let person = phone.book.person(&first).unwrap();
            let mut all = more::fields(&phone.desk(today()), &person).into_iter();
            all.find(|it| it.0.key == key).unwrap().1
        };
        assert_eq!((known(&phone, "anak_ke"), known(&phone, "jkn")), (2.into(), "mandiri".into()));
        tell(&mut phone, &first, &[("anak_ke", "")]).unwrap();
        assert_eq!(known(&phone, "anak_ke"), Value::Null);
    }

    #[test]
    fn while_consent_is_withdrawn_only_the_word_about_it_is_settled() {
        let (mut ani, id) = phone_with_damar();
        let mut dewi = Phone::new(2);
        ani.events.iter().for_each(|event| dewi.receive(event.clone()));
        let shared = ani.events.len();
        edit(&mut ani, &id, |text| text.ibu = "Wulan Contoh".into());
        edit(&mut dewi, &id, |text| text.ibu = "Wulandari Rekaan".into());
        let withdraw =
            |oleh: &str| Intent::Withdraw { id: id.clone(), tanggal: "21/11/2026".into(), oleh: oleh.into() };
        ani.save(today(), withdraw("Wulan Rekaan")).unwrap();
        dewi.save(today(), withdraw("Hendra Rekaan")).unwrap();
        dewi.events[shared..].iter().cloned().for_each(|event| ani.receive(event));
        let disputes = page(&ani, &id).disputes;
        assert_eq!(disputes.iter().map(|it| it.register.as_str()).collect::<Vec<_>>(), ["persetujuan"]);
        let head = |register: &str| ani.book.subject(&id).unwrap().heads(register)[0].id.to_string();
        let wish =
            |register: &str| Intent::Settle { subject: id.clone(), register: register.into(), event: head(register) };
        let (mother, consent) = (wish("ibu"), wish("persetujuan"));
        let refused = vec![FieldError::new("setuju", Problem::NoConsent)];
        assert_eq!(ani.save(today(), mother).unwrap_err(), refused);
        assert!(ani.save(today(), consent).is_ok());
    }

    #[test]
    fn where_she_is_is_settled_also_while_consent_is_withdrawn() {
        let (mut ani, id) = phone_with_damar();
        let mut dewi = Phone::new(2);
        ani.events.iter().for_each(|event| dewi.receive(event.clone()));
        let shared = ani.events.len();
        let stands = |word: &str| Intent::SetStatus { id: id.clone(), status: word.into(), since: "20/11/2026".into() };
        ani.save(today(), stands("pindah")).unwrap();
        dewi.save(today(), stands("meninggal")).unwrap();
        let (tanggal, oleh) = ("21/11/2026".into(), "Wulan Rekaan".into());
        ani.save(today(), Intent::Withdraw { id: id.clone(), tanggal, oleh }).unwrap();
        dewi.events[shared..].iter().cloned().for_each(|event| ani.receive(event));
        let dispute = page(&ani, &id).disputes.remove(0);
        assert_eq!(dispute.register, "status");
        let event = dispute.heads[0].event.clone();
        ani.save(today(), Intent::Settle { subject: id.clone(), register: dispute.register, event }).unwrap();
        assert!(page(&ani, &id).disputes.is_empty());
    }

    #[test]
    fn an_address_and_a_birth_are_said_whole() {
        let (mut phone, id) = phone_with_damar();
        let keluarga = phone.book.sasaran(&id).unwrap().keluarga.unwrap();
        let filled = FamilyText::of(&phone.book.keluarga(&keluarga).unwrap());
        let mut change = |filled: &FamilyText, text: FamilyText| {
            let (filled, text) = (Box::new(filled.clone()), Box::new(text));
            phone.save(today(), Intent::ChangeFamily { id: keluarga.clone(), filled, text }).unwrap()
        };
        change(&filled, FamilyText { rt: "9".into(), dusun: "Andaikata".into(), ..filled.clone() });
        change(&filled, FamilyText { patokan: "dekat musala".into(), ..filled.clone() });
        let alamat = phone.book.keluarga(&keluarga).unwrap().alamat;
        assert_eq!((alamat.rt.as_str(), alamat.dusun.as_str()), ("003", ""), "the landmark belongs to this place");
        edit(&mut phone, &id, |text| (text.lahir, text.kawin) = ("12/12/1985".into(), "kawin".into()));
        let filled = PersonText::of(&phone.book.person(&id).unwrap());
        edit(&mut phone, &id, |text| (text.lahir_cara, text.tahun) = ("tahun".into(), "1985".into()));
        let text = Box::new(PersonText { lahir: "11/12/1985".into(), ..filled.clone() });
        phone.save(today(), Intent::Change { id: id.clone(), filled: Box::new(filled), text }).unwrap();
        let born = phone.book.sasaran(&id).unwrap().lahir.unwrap();
        assert_eq!((born.on.to_string().as_str(), born.is_estimate), ("1985-12-11", false));
    }

    #[test]
    fn an_edit_leaves_what_somebody_else_corrected_while_the_form_was_open() {
        let (mut phone, id) = phone_with_damar();
        let filled = PersonText::of(&phone.book.person(&id).unwrap());
        edit(&mut phone, &id, |text| text.ibu = "Wulan Contoh".into());
        edit(&mut phone, &id, |text| text.nik = "3328041212250001".into());
        let text = Box::new(PersonText { nama: "Damar Contoh".into(), ..filled.clone() });
        let wish = Intent::Change { id: id.clone(), filled: Box::new(filled), text };
        let drafts = phone.save(today(), wish).unwrap().drafts;
        assert_eq!(drafts[0].data, object([("nama", "Damar Contoh".into())]));
        let known = phone.book.sasaran(&id).unwrap();
        assert_eq!((known.ibu.as_deref(), known.nik.is_some()), (Some("Wulan Contoh"), true));
        let keluarga = known.keluarga.unwrap();
        let filled = FamilyText::of(&phone.book.keluarga(&keluarga).unwrap());
        let family = |filled: &FamilyText, text: FamilyText| Intent::ChangeFamily {
            id: keluarga.clone(),
            filled: Box::new(filled.clone()),
            text: Box::new(text),
        };
        let card = FamilyText { no_kk: "3328041212250002".into(), ..filled.clone() };
        phone.save(today(), family(&filled, card)).unwrap();
        let drafts =
            phone.save(today(), family(&filled, FamilyText { rw: "6".into(), ..filled.clone() })).unwrap().drafts;
        assert_eq!(drafts[0].data.keys().collect::<Vec<_>>(), ["alamat"]);
    }

    #[test]
    fn what_else_is_known_is_not_wiped_by_a_form_that_was_filled_before() {
        let (mut phone, id) = phone_with_damar();
        let filled = Answers::new();
        tell(&mut phone, &id, &[("anak_ke", "2")]).unwrap();
        // A newer app allows several.
        let several = object([("disabilitas", vec!["fisik".into(), "netra".into()].into())]);
        let of_newer = Draft { kind: kinds::SASARAN_CHANGED.into(), subject: id.clone(), on: today(), data: several };
        phone.record(vec![of_newer]);
        let said = |word: &str, text: &str| Typed { word: word.into(), text: text.into(), ..Typed::default() };
        let now: Answers = [("anak_ke", said("", "")), ("disabilitas", said("", "")), ("jkn", said("pbi", ""))]
            .map(|(key, it)| (key.to_owned(), it))
            .into_iter()
            .collect();
        let answers = touched(&filled, now);
        let drafts = phone.save(today(), Intent::Tell { id: id.clone(), answers }).unwrap().drafts;
        assert_eq!(drafts[0].data, object([("jkn", "pbi".into())]));
    }

    fn tell(phone: &mut Phone, id: &str, told: &[(&str, &str)]) -> Result<Vec<Draft>, Vec<FieldError>> {
        let mut answers = Answers::new();
        let sasaran = phone.book.person(id).unwrap();
        for (field, known, is_asked) in more::fields(&phone.desk(today()), &sasaran) {
            if is_asked {
                answers.insert(field.key.to_owned(), Typed::of(field, &known));
            }
        }
        for (key, said) in told {
            let typed = answers.get_mut(*key).unwrap_or_else(|| panic!("{key} is not asked"));
            (typed.word, typed.text) = ((*said).to_owned(), (*said).to_owned());
        }
        phone.save(today(), Intent::Tell { id: id.into(), answers }).map(|it| it.drafts)
    }

    fn unasked(phone: &Phone, id: &str) -> usize {
        page(phone, id).more.iter().filter(|it| it.is_asked && it.said == Said::Nothing).count()
    }

    fn page(phone: &Phone, id: &str) -> crate::domain::view::warga::Person {
        match answer(&phone.desk(today()), &Query::Person { id: id.into() }) {
            Some(View::Person(person)) => *person,
            _ => panic!("she is there"),
        }
    }

    #[test]
    fn what_else_is_known_is_written_where_it_changed_and_blanks_are_not_asked() {
        let (mut phone, id) = phone_with_damar();
        assert_eq!(unasked(&phone, &id), 6);
        let drafts = tell(&mut phone, &id, &[("anak_ke", "2"), ("imd", "tidak"), ("jkn", "pbi")]).unwrap();
        assert_eq!(drafts[0].kind, kinds::SASARAN_CHANGED);
        assert_eq!(drafts[0].data, object([("anak_ke", 2.into()), ("imd", false.into()), ("jkn", "pbi".into())]));
        let known = page(&phone, &id).more.into_iter().filter(|it| it.said != Said::Nothing);
        assert_eq!(known.map(|it| it.key).collect::<Vec<_>>(), ["anak_ke", "imd", "jkn"]);
        assert_eq!(unasked(&phone, &id), 3);
        assert!(tell(&mut phone, &id, &[]).unwrap().is_empty());
        let cleared = tell(&mut phone, &id, &[("anak_ke", "")]).unwrap();
        assert_eq!(cleared[0].data, object([("anak_ke", Value::Null)]));
        let wrong = tell(&mut phone, &id, &[("anak_ke", "dua"), ("ayah", "?")]).unwrap_err();
        assert_eq!(wrong.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), ["ayah", "anak_ke"]);
    }

    #[test]
    fn a_father_in_the_family_is_known_and_not_asked_for() {
        let (mut phone, id) = phone_with_damar();
        let keluarga = phone.book.sasaran(&id).unwrap().keluarga.unwrap();
        let hendra = PersonText {
            nama: "Hendra Rekaan".into(),
            lahir: "1/2/1990".into(),
            hubungan: "kepala_keluarga".into(),
            kawin: "kawin".into(),
            ibu: String::new(),
            keluarga,
            ..damar()
        };
        let hendra = phone.save(today(), new(hendra)).unwrap().subject;
        let father = page(&phone, &id).more.remove(0);
        assert!(matches!(father.said, Said::Text(nama) if father.key == "ayah" && nama == "Hendra Rekaan"));
        assert!(!father.is_asked);
        assert_eq!(unasked(&phone, &id), 5);
        tell(&mut phone, &hendra, &[("pendidikan", "smp"), ("pekerjaan", "petani")]).unwrap();
        assert_eq!(unasked(&phone, &hendra), 3);
    }

    #[test]
    fn a_family_edit_writes_only_what_changed() {
        let (mut phone, id) = phone_with_damar();
        let keluarga = phone.book.sasaran(&id).unwrap().keluarga.unwrap();
        let mut text = FamilyText::of(&phone.book.keluarga(&keluarga).unwrap());
        text.hp = "0812 3456 7890".into();
        let saving = phone
            .save(today(), Intent::ChangeFamily { id: keluarga, filled: Box::default(), text: Box::new(text) })
            .unwrap();
        assert_eq!(saving.drafts[0].data, object([("hp", "+6281234567890".into())]));
        assert_eq!(found(&phone, "081234567890"), ["Damar Rekaan"]);
    }

    #[test]
    fn a_search_sees_edits_of_the_person_and_of_the_family_at_once() {
        let (mut phone, id) = phone_with_damar();
        assert_eq!(found(&phone, "rekaan damar"), ["Damar Rekaan"]);
        edit(&mut phone, &id, |text| text.nama = "Bagas Contoh".into());
        assert_eq!(found(&phone, "damar"), [""; 0]);
        assert_eq!(found(&phone, "contoh rt 3"), ["Bagas Contoh"]);
        let keluarga = phone.book.sasaran(&id).unwrap().keluarga.unwrap();
        let mut text = FamilyText::of(&phone.book.keluarga(&keluarga).unwrap());
        text.rt = "7".into();
        phone
            .save(today(), Intent::ChangeFamily { id: keluarga, filled: Box::default(), text: Box::new(text) })
            .unwrap();
        assert_eq!(found(&phone, "rt 7"), ["Bagas Contoh"]);
        assert_eq!(found(&phone, "rt 3"), [""; 0]);
    }

    #[test]
    fn somebody_taken_back_is_found_no_more() {
        let mut phone = Phone::new(1);
        let saving = phone.save(today(), new(damar())).unwrap();
        phone.undo(today(), &saving);
        assert_eq!(found(&phone, "damar"), [""; 0]);
        assert!(phone.book.sasaran(&saving.subject).is_none());
        assert_eq!(phone.book.keluarga_list().count(), 0);
    }

    #[test]
    fn who_moved_is_found_below_those_who_are_here() {
        let (mut phone, first) = phone_with_damar();
        let second = PersonText { nama: "Damara Rekaan Contoh".into(), lahir: "1/1/2020".into(), ..damar() };
        phone.save(today(), new(second)).unwrap();
        assert_eq!(found(&phone, "damar"), ["Damar Rekaan", "Damara Rekaan Contoh"]);
        let moved = |since: &str| Intent::SetStatus { id: first.clone(), status: "pindah".into(), since: since.into() };
        let errors = phone.save(today(), moved("1/1/2025")).unwrap_err();
        assert!(matches!(errors[0].problem, Problem::Before { .. }));
        let saving = phone.save(today(), moved("1/11/2026")).unwrap();
        assert_eq!(found(&phone, "damar"), ["Damara Rekaan Contoh", "Damar Rekaan"]);
        assert_eq!(phone.book.sasaran(&first).unwrap().status, Status::Pindah);
        phone.undo(today(), &saving);
        assert_eq!(phone.book.sasaran(&first).unwrap().status, Status::Aktif);
    }

    #[test]
    fn a_status_is_one_of_those_on_the_form() {
        let (mut phone, id) = phone_with_damar();
        for status in ["", "libur"] {
            let intent = Intent::SetStatus { id: id.clone(), status: status.into(), since: "1/11/2026".into() };
            assert_eq!(phone.save(today(), intent).unwrap_err(), missing("status"));
        }
    }

    #[test]
    fn joining_works_from_either_side_and_parts_again() {
        let (mut phone, first) = phone_with_damar();
        let twin = PersonText { bukan: vec![first.clone()], nama: "Damar R".into(), ..damar() };
        let second = phone.save(today(), new(twin)).unwrap().subject;
        let join = |one: &str, other: &str, together| Intent::Join { one: one.into(), other: other.into(), together };
        let saving = phone.save(today(), join(&second, &first, true)).unwrap();
        assert_eq!(saving.drafts[0].subject, format!("gabung:{first}:{second}"));
        assert_eq!(found(&phone, "damar"), ["Damar Rekaan"]);
        phone.save(today(), join(&first, &second, false)).unwrap();
        assert_eq!(found(&phone, "damar").len(), 2);
        let again = phone.save(today(), join(&first, &second, true)).unwrap();
        phone.undo(today(), &again);
        assert_eq!(found(&phone, "damar").len(), 2);
        assert!(phone.save(today(), join(&first, &first, true)).is_err());
    }

    #[test]
    fn two_answers_to_one_question_wait_for_a_person() {
        let (mut ani, id) = phone_with_damar();
        let mut dewi = Phone::new(2);
        ani.events.iter().for_each(|event| dewi.receive(event.clone()));
        let shared = ani.events.len();
        edit(&mut ani, &id, |text| text.ibu = "Wulan Contoh".into());
        edit(&mut dewi, &id, |text| text.ibu = "Wulandari Rekaan".into());
        dewi.events[shared..].iter().cloned().for_each(|event| ani.receive(event));
        let person = |phone: &Phone| match answer(&phone.desk(today()), &Query::Person { id: id.clone() }) {
            Some(View::Person(person)) => *person,
            _ => panic!("she is there"),
        };
        let dispute = person(&ani).disputes.remove(0);
        assert_eq!((dispute.register.as_str(), dispute.heads.len()), ("ibu", 2));
        let Dispute { subject, register, heads } = dispute;
        // Not the one that counted until now.
        let (right, mother) = match &heads[0] {
            Head { event, said: Said::Text(mother), .. } => (event.clone(), mother.clone()),
            _ => panic!("a name is text"),
        };
        assert_ne!(person(&ani).sasaran.ibu, Some(mother.clone()));
        ani.save(today(), Intent::Settle { subject, register, event: right }).unwrap();
        let settled = person(&ani);
        assert!(settled.disputes.is_empty());
        assert_eq!(settled.sasaran.ibu, Some(mother));
        let gone = Intent::Settle { subject: id.clone(), register: "ibu".into(), event: "00".repeat(16) };
        assert_eq!(ani.save(today(), gone).unwrap_err(), missing("ibu"));
    }

    #[test]
    fn those_without_a_nik_are_listed_with_the_reason_until_it_is_known_or_they_are_gone() {
        let (mut phone, first) = phone_with_damar();
        let sekar = PersonText { nama: "Sekar Umpama".into(), lahir: "1/2/2024".into(), ..damar() };
        let second = phone.save(today(), new(sekar)).unwrap().subject;
        let without = |phone: &Phone| match answer(&phone.desk(today()), &Query::People { most: 9, no_nik: true }) {
            Some(View::People(rows, all)) => {
                assert_eq!(rows.len(), all as usize);
                rows.into_iter().map(|it| (it.row.nama, it.no_nik)).collect::<Vec<_>>()
            }
            _ => panic!("people are listed"),
        };
        let row = |nama: &str| (nama.to_owned(), "bayi_baru".to_owned());
        assert_eq!(without(&phone), [row("Damar Rekaan"), row("Sekar Umpama")]);
        edit(&mut phone, &first, |text| text.nik = "3328041212250001".into());
        assert_eq!(without(&phone), [row("Sekar Umpama")]);
        let moved = Intent::SetStatus { id: second, status: "pindah".into(), since: "1/11/2026".into() };
        let saving = phone.save(today(), moved).unwrap();
        assert_eq!(without(&phone), []);
        phone.undo(today(), &saving);
        assert_eq!(without(&phone), [row("Sekar Umpama")]);
    }

    #[test]
    fn a_search_says_what_an_open_day_wants() {
        let (mut phone, id) = phone_with_damar();
        let wants = |phone: &Phone| match answer(&phone.desk(today()), &Query::Search { text: "damar".into() }) {
            Some(View::Hits(rows)) => rows[0].today,
            _ => panic!("a search is answered with rows"),
        };
        assert_eq!(wants(&phone), Today::Nothing);
        let open = crate::domain::intent::sesi::plan(&phone.desk(today()), &crate::domain::intent::sesi::Intent::Open);
        let open = open.unwrap();
        let sesi = SesiId::parse(&open.subject).unwrap();
        phone.record(open.drafts);
        assert_eq!(wants(&phone), Today::Weigh);
        let data = object([("hadir", true.into())]);
        let came = Draft { kind: kinds::HADIR_RECORDED.into(), subject: sesi.attendance(&id), on: today(), data };
        phone.record(vec![came]);
        assert!(matches!(wants(&phone), Today::Came(_)));
    }

    #[test]
    fn a_family_is_found_by_its_head_or_any_of_its_people() {
        let (phone, _) = phone_with_damar();
        for typed in ["hendra", "damar", "wulan", "rt 3"] {
            match answer(&phone.desk(today()), &Query::FindFamilies { text: typed.into() }) {
                Some(View::FindFamilies(rows)) => assert_eq!(rows.len(), 1, "{typed}"),
                _ => panic!("families are found"),
            }
        }
    }

    #[test]
    fn families_stand_by_rt_with_their_counts() {
        let (mut phone, id) = phone_with_damar();
        let keluarga = phone.book.sasaran(&id).unwrap().keluarga.unwrap();
        let sister = PersonText { nama: "Sekar Rekaan".into(), lahir: "1/2/2022".into(), keluarga, ..damar() };
        phone.save(today(), new(sister)).unwrap();
        let other = FamilyText { kepala: "Yoso Umpama".into(), ..damar().rumah };
        phone.save(today(), new(PersonText { nama: "Yoso Umpama".into(), rumah: other, ..damar() })).unwrap();
        let families = |most| match answer(&phone.desk(today()), &Query::Families { most }) {
            Some(View::Families(groups, has_more)) => {
                let all = groups.iter().map(|it| (it.rt.clone(), it.families.len(), it.count, it.people));
                (all.collect::<Vec<_>>(), has_more)
            }
            _ => panic!("families are answered"),
        };
        assert_eq!(families(9), (vec![("003".to_owned(), 2, 2, 3)], false));
        assert_eq!(families(1), (vec![("003".to_owned(), 1, 2, 3)], true));
        assert_eq!(families(0), (vec![], true));
    }
}
