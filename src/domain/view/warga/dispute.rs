//! What phones that did not know of each other answered differently, and nobody has decided yet.
//!
//! Of which subjects there is something the book knows ([`Book::disputed`]). A question stands on the page where it is
//! decided, and in the tray as long as it is open; both ask here, so neither has one that the other has not. Not asked
//! is which step a kader usually takes: she says so again herself.
//!
//! [`Book::disputed`]: crate::domain::book::Book::disputed

use serde::{Deserialize, Serialize};

use super::person::{Said, name_of, said};
use crate::domain::order;
use crate::domain::pace;
use crate::domain::sasaran::Sasaran;
use crate::domain::sesi::SesiId;
use crate::domain::view::{Desk, posyandu};

/// A register with several answers.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    /// Person, family, posyandu, or something that was recorded of a person.
    pub subject: String,
    /// Which register.
    pub register: String,
    /// The answers, smallest first; the last one counts until somebody says.
    pub heads: Vec<Head>,
}

/// One of several answers.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// In which event.
    pub event: String,
    /// Name of who answered.
    pub by: String,
    /// What.
    pub said: Said,
}

/// The page on which a question is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// That of a person, by her id.
    Person(String),
    /// That of a family, by its id.
    Family(String),
    /// That of the posyandu itself.
    Posyandu,
}

/// A question that waits for somebody to decide it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// Where.
    pub place: Place,
    /// Name of the person, the head of the family, or the posyandu.
    pub nama: String,
    /// What.
    pub dispute: Dispute,
}

/// Everything that is open, by name; nothing for somebody whose word about it would not count.
#[must_use]
pub fn open(desk: &Desk<'_>) -> Vec<Open> {
    let names = desk.book.disputed().filter(|_| desk.may_decide);
    let mut all: Vec<Open> = names.flat_map(|name| open_about(desk, name)).collect();
    order::sort_by_key(&mut all, |it| it.nama.to_lowercase());
    all
}

fn open_about(desk: &Desk<'_>, name: &str) -> Vec<Open> {
    let (place, nama, disputes) = if desk.book.posyandu_id() == Some(name) {
        (Place::Posyandu, posyandu::facts(desk).nama, posyandu::disputes(desk, name))
    } else if let Some(keluarga) = desk.book.keluarga(name) {
        (Place::Family(keluarga.id), keluarga.kepala, disputes(desk, name))
    } else if let Some(person) = whose(name).and_then(|id| desk.book.person(id)) {
        let disputes = disputes_about(desk, &person, name);
        (Place::Person(person.id), person.nama, disputes)
    } else {
        return Vec::new();
    };
    disputes.into_iter().map(|dispute| Open { place: place.clone(), nama: nama.clone(), dispute }).collect()
}

/// What is open about a person: her records, her visits, whether she came, and whether two records are hers.
pub(super) fn of_person(desk: &Desk<'_>, person: &Sasaran) -> Vec<Dispute> {
    let same = desk.book.same_person(&person.id);
    let is_hers = |name: &&str| whose(name).is_some_and(|id| same.iter().any(|it| it == id));
    desk.book.disputed().filter(is_hers).flat_map(|name| disputes_about(desk, person, name)).collect()
}

fn disputes_about(desk: &Desk<'_>, person: &Sasaran, name: &str) -> Vec<Dispute> {
    let mut all = disputes(desk, name);
    all.retain(|it| person.may_settle(&it.register));
    all
}

/// The id of the person whom a subject is about: herself, or something that was recorded of her.
#[must_use]
pub fn whose(subject: &str) -> Option<&str> {
    match subject.rsplit_once(':') {
        None => Some(subject),
        Some((head, id)) => matches!(head.split(':').next(), Some("kunjungan" | "hadir" | "gabung")).then_some(id),
    }
}

/// The registers of a subject with several answers. Of a visit, answers that a person would say alike are no question:
/// the same weight, which one of two looked at again.
#[must_use]
pub fn disputes(desk: &Desk<'_>, id: &str) -> Vec<Dispute> {
    let Some(subject) = desk.book.subject(id) else { return Vec::new() };
    let mut all = Vec::new();
    // How long an entry took is two entries' own.
    for register in subject.disputed().into_iter().filter(|it| *it != pace::REGISTER) {
        let mut heads: Vec<Head> = Vec::new();
        for write in subject.heads(register) {
            let by = name_of(desk, write.by);
            let said = said(desk, register, &write.value.value());
            heads.push(Head { event: write.id.to_string(), by, said });
        }
        let differs = |it: &Head| Some(&it.said) != heads.first().map(|first| &first.said);
        if SesiId::of_fact(id).is_none() || heads.iter().any(differs) {
            all.push(Dispute { subject: id.to_owned(), register: register.to_owned(), heads });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::book::tests::Phone;
    use crate::domain::intent::warga::Intent;
    use crate::domain::json::{Map, Value, object};
    use crate::domain::kinds;
    use crate::domain::ledger::Draft;
    use crate::domain::view::warga::{Query, View, answer};

    const DAMAR: &str = "0d";
    const VISIT: &str = "kunjungan:2026-11-18:utama:0d";

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn draft<const N: usize>(kind: &str, subject: &str, data: [(&str, Value); N]) -> Draft {
        Draft { kind: kind.into(), subject: subject.into(), on: today(), data: object(data) }
    }

    fn nama(nama: &str) -> [(&'static str, Value); 1] {
        [("nama", nama.into())]
    }

    /// Two phones that know the same, and nothing of each other from now on.
    fn two(drafts: Vec<Draft>) -> (Phone, Phone) {
        let (mut ani, mut dewi) = (Phone::new(1), Phone::new(2));
        ani.record(drafts);
        ani.events.iter().for_each(|it| dewi.receive(it.clone()));
        (ani, dewi)
    }

    fn meet(ani: &mut Phone, dewi: &mut Phone) {
        let news =
            |from: &Phone, to: &Phone| from.events.iter().filter(|it| !to.book.has(it)).cloned().collect::<Vec<_>>();
        let (to_dewi, to_ani) = (news(ani, dewi), news(dewi, ani));
        to_dewi.into_iter().for_each(|it| dewi.receive(it));
        to_ani.into_iter().for_each(|it| ani.receive(it));
        assert_eq!(ani.book, dewi.book);
    }

    /// One draft on each of two phones that know the rest.
    fn apart(rest: Vec<Draft>, ani_says: Draft, dewi_says: Draft) -> (Phone, Phone) {
        let (mut ani, mut dewi) = two(rest);
        ani.record(vec![ani_says]);
        dewi.record(vec![dewi_says]);
        meet(&mut ani, &mut dewi);
        (ani, dewi)
    }

    fn asked(phone: &Phone) -> Vec<(Place, String, String)> {
        let all = open(&phone.desk(today())).into_iter();
        all.map(|it| (it.place, it.nama, it.dispute.register)).collect()
    }

    fn of_damar(register: &str) -> (Place, String, String) {
        (Place::Person(DAMAR.into()), "Damar Rekaan".into(), register.into())
    }

    fn on_her_page(phone: &Phone) -> Vec<Dispute> {
        match answer(&phone.desk(today()), &Query::Person { id: DAMAR.into() }) {
            Some(View::Person(it)) => it.disputes,
            _ => panic!("he is there"),
        }
    }

    fn settle(phone: &mut Phone, dispute: &Dispute, head: usize) -> Draft {
        let Dispute { subject, register, heads } = dispute.clone();
        let wish = Intent::Settle { subject, register, event: heads[head].event.clone() };
        phone.save(today(), wish).unwrap().drafts.remove(0)
    }

    fn registered() -> Vec<Draft> {
        vec![draft(kinds::SASARAN_REGISTERED, DAMAR, nama("Damar Rekaan"))]
    }

    fn says(register: &str, value: &str) -> Draft {
        draft(kinds::SASARAN_CHANGED, DAMAR, [(register, value.into())])
    }

    #[test]
    fn a_question_waits_on_both_phones_until_one_decides() {
        let (mut ani, mut dewi) = apart(registered(), says("ibu", "Wulan Contoh"), says("ibu", "Wulandari Rekaan"));
        for phone in [&ani, &dewi] {
            assert_eq!(asked(phone), [of_damar("ibu")]);
            assert_eq!(on_her_page(phone).len(), 1);
        }
        let dispute = on_her_page(&dewi).remove(0);
        settle(&mut dewi, &dispute, 0);
        assert!(asked(&dewi).is_empty());
        meet(&mut ani, &mut dewi);
        assert!(asked(&ani).is_empty() && on_her_page(&ani).is_empty());
    }

    fn visit(grams: i64, mm: i64, seconds: i64) -> Draft {
        let number = |member: &str, value: i64| Value::Object(object([(member, value.into())]));
        let data = [("bb", number("g", grams)), ("tb", number("mm", mm)), ("detik", seconds.into())];
        draft(kinds::KUNJUNGAN_RECORDED, VISIT, data)
    }

    #[test]
    fn two_numbers_of_one_visit_are_asked_and_how_long_they_took_is_not() {
        let (mut ani, _) = apart(registered(), visit(8_600, 731, 20), visit(8_600, 724, 35));
        assert_eq!(asked(&ani), [of_damar("tb")]);
        let dispute = on_her_page(&ani).remove(0);
        assert!(dispute.heads.iter().any(|it| it.said == Said::Millimetres(731)));
        let right = dispute.heads.iter().position(|it| it.said == Said::Millimetres(724)).unwrap();
        let written = settle(&mut ani, &dispute, right);
        assert_eq!((written.kind.as_str(), written.subject.as_str()), (kinds::KUNJUNGAN_RECORDED, VISIT));
        assert_eq!(written.on.to_string(), "2026-11-18");
        assert_eq!(ani.book.subject(VISIT).unwrap().value("tb").get("mm").and_then(Value::as_int), Some(724));
        assert!(asked(&ani).is_empty());
    }

    #[test]
    fn a_number_that_one_looked_at_again_is_no_question() {
        let again = |data: Map| draft(kinds::KUNJUNGAN_RECORDED, VISIT, [("bb", Value::Object(data))]);
        let once = object([("g", 8_600.into())]);
        let sure = object([("g", 8_600.into()), ("ulang", true.into())]);
        let (ani, _) = apart(registered(), again(once), again(sure));
        assert_eq!(ani.book.disputed().collect::<Vec<_>>(), [VISIT]);
        assert!(asked(&ani).is_empty());
    }

    #[test]
    fn each_question_has_the_page_on_which_it_is_decided() {
        let rest = || {
            let mut all = registered();
            all.push(draft(kinds::POSYANDU_FOUNDED, "a0", nama("Contoh Melati")));
            all.push(draft(kinds::KELUARGA_REGISTERED, "f0", [("kepala", "Hendra Rekaan".into())]));
            all.push(draft(kinds::SASARAN_REGISTERED, "0e", nama("Damara Contoh")));
            all
        };
        let check = |kind: &str, subject: &str, register: &str, values: [Value; 2], expected: (Place, &str)| {
            let [one, other] = values.map(|it| draft(kind, subject, [(register, it)]));
            let (mut ani, _) = apart(rest(), one, other);
            assert_eq!(asked(&ani), [(expected.0, expected.1.to_owned(), register.to_owned())]);
            let dispute = open(&ani.desk(today())).remove(0).dispute;
            assert_eq!(settle(&mut ani, &dispute, 0).kind, kind);
            assert!(asked(&ani).is_empty());
        };
        let damar = || (Place::Person(DAMAR.into()), "Damar Rekaan");
        let texts = || ["Contoh".into(), "Umpama".into()];
        let truths = || [true.into(), false.into()];
        check(kinds::SASARAN_CHANGED, DAMAR, "ibu", texts(), damar());
        check(kinds::HADIR_RECORDED, "hadir:2026-11-18:utama:0d", "hadir", truths(), damar());
        check(kinds::KELUARGA_CHANGED, "f0", "hp", texts(), (Place::Family("f0".into()), "Hendra Rekaan"));
        check(kinds::POSYANDU_CHANGED, "a0", "pustu", texts(), (Place::Posyandu, "Contoh Melati"));
        let (mut ani, _) = {
            let [one, other] = truths().map(|it| draft(kinds::GABUNG_RECORDED, "gabung:0d:0e", [("gabung", it)]));
            apart(rest(), one, other)
        };
        let question = open(&ani.desk(today())).remove(0);
        assert_eq!(settle(&mut ani, &question.dispute, 0).kind, kinds::GABUNG_RECORDED);
        assert!(asked(&ani).is_empty());
    }

    #[test]
    fn what_is_asked_of_one_of_her_records_is_asked_on_her_page() {
        let mut rest = registered();
        rest.push(draft(kinds::SASARAN_REGISTERED, "0e", nama("Damara Contoh")));
        rest.push(draft(kinds::GABUNG_RECORDED, "gabung:0d:0e", [("gabung", true.into())]));
        let says = |ibu: &str| draft(kinds::SASARAN_CHANGED, "0e", [("ibu", ibu.into())]);
        let (ani, _) = apart(rest, says("Wulan Contoh"), says("Wulan Umpama"));
        assert_eq!(asked(&ani), [of_damar("ibu")]);
        assert_eq!(on_her_page(&ani).len(), 1);
    }

    #[test]
    fn nobody_is_asked_what_she_may_not_decide() {
        let (ani, _) = apart(registered(), says("ibu", "Wulan Contoh"), says("ibu", "Wulan Umpama"));
        assert!(open(&Desk { may_decide: false, ..ani.desk(today()) }).is_empty());
        let mut rest = registered();
        let withdrawn = Value::Object(object([("catat", false.into()), ("oleh", "Wulan Contoh".into())]));
        rest.push(draft(kinds::SASARAN_CHANGED, DAMAR, [("persetujuan", withdrawn)]));
        let (mut ani, _) = apart(rest, visit(8_600, 731, 20), visit(8_700, 731, 20));
        assert!(asked(&ani).is_empty() && on_her_page(&ani).is_empty());
        let event = ani.book.subject(VISIT).unwrap().heads("bb")[0].id.to_string();
        let wish = Intent::Settle { subject: VISIT.into(), register: "bb".into(), event };
        assert!(ani.save(today(), wish).is_err());
    }

    #[test]
    fn nobody_is_asked_about_somebody_who_is_no_longer_in_the_book() {
        let (mut ani, _) = apart(registered(), says("ibu", "Wulan Contoh"), says("ibu", "Wulan Umpama"));
        let gone =
            ani.events.iter().map(|it| draft(kinds::CATATAN_UNDONE, DAMAR, [("event", it.id().to_string().into())]));
        let gone: Vec<Draft> = gone.collect();
        ani.record(gone);
        assert!(asked(&ani).is_empty());
        assert_eq!(ani.book.disputed().count(), 0);
    }
}
