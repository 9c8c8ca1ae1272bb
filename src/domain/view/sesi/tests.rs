//! A kader's open day through the book, as two phones live it.

use chrono::{NaiveDate, NaiveDateTime};

use super::hasil::Headline;
use super::*;
use crate::domain::book::{Book, LazyShelf, Seen};
use crate::domain::calendar::DateError;
use crate::domain::form::card::{Answers, Typed};
use crate::domain::form::rencana::PlanText;
use crate::domain::form::{FieldError, Problem};
use crate::domain::growth::assess::Index;
use crate::domain::growth::gain::Basis;
use crate::domain::growth::{Category, Nt};
use crate::domain::intent::{self, Intent, sesi};
use crate::domain::json::{Map, object};
use crate::domain::kinds;
use crate::domain::kunjungan::{Growth, Taken};
use crate::domain::ledger::{Clock, DeviceId, Draft, Event, PersonId, Signer, Stamp};

/// Signatures are proved elsewhere; here every event is believed.
struct Anybody;

impl Signer for Anybody {
    fn sign(&self, _: &[u8]) -> [u8; 64] {
        [0; 64]
    }
}

struct Phone {
    book: Book,
    shelf: LazyShelf,
    clock: Clock,
    device: DeviceId,
    n: i64,
    now: NaiveDateTime,
    me: &'static str,
}

const ME: &str = "000000000000000000000000000000aa";
const DAMAR: &str = "000000000000000000000000000000d1";
const KIRANA: &str = "000000000000000000000000000000d2";
const GILANG: &str = "000000000000000000000000000000d3";
const SASTRO: &str = "000000000000000000000000000000e1";

fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

impl Phone {
    fn new(device: u8) -> Self {
        Self {
            book: Book::default(),
            shelf: LazyShelf::default(),
            clock: Clock::default(),
            device: DeviceId([device; 16]),
            n: 0,
            now: day("2026-11-11").and_hms_opt(9, 0, 0).unwrap(),
            me: ME,
        }
    }

    fn at(&mut self, on: &str, hour: u32) -> &mut Self {
        self.now = day(on).and_hms_opt(hour, 0, 0).unwrap();
        self
    }

    fn desk(&self) -> Desk<'_> {
        Desk::new(&self.book, &self.shelf, self.now, self.me)
    }

    fn record(&mut self, draft: Draft) -> Event {
        // The posyandu lies in WIB.
        let now_ms = u64::try_from(self.now.and_utc().timestamp_millis() - 7 * 3_600_000).unwrap();
        let empty = crate::domain::ledger::Subject::default();
        let seen = Seen::of(self.book.subject(&draft.subject).unwrap_or(&empty), &draft);
        self.n += 1;
        let stamp = Stamp {
            at: self.clock.stamp(now_ms, seen.latest),
            by: PersonId::parse(self.me).unwrap(),
            device: self.device,
            n: self.n,
            after: seen.after,
            replaces: seen.replaces,
            salt: [self.n as u8; 16],
        };
        let event = Event::sign(draft, stamp, &Anybody);
        self.book.add(&event);
        event
    }

    fn try_save(&mut self, intent: sesi::Intent) -> Result<Vec<Event>, Vec<FieldError>> {
        let plan = intent::plan(&self.desk(), &Intent::Sesi(intent), &mut String::new)?;
        Ok(plan.drafts.into_iter().map(|draft| self.record(draft)).collect())
    }

    #[track_caller]
    fn save(&mut self, intent: sesi::Intent) -> Vec<Event> {
        self.try_save(intent).unwrap()
    }

    fn undo(&mut self, event: &Event) {
        let data = object([("event", event.id().to_string().into())]);
        let draft =
            Draft { kind: kinds::CATATAN_UNDONE.into(), subject: event.subject().into(), on: self.now.date(), data };
        self.record(draft);
    }

    fn born(&mut self, id: &str, nama: &str, born_on: &str) -> Event {
        let lahir: Map = object([("tanggal", born_on.into())]);
        let data = object([("nama", nama.into()), ("kelamin", "L".into()), ("lahir", lahir.into())]);
        let on = self.now.date();
        self.record(Draft { kind: kinds::SASARAN_REGISTERED.into(), subject: id.into(), on, data })
    }

    #[track_caller]
    fn weigh(&mut self, on: &str, who: &str, kg: &str) -> Vec<Event> {
        self.at(on, 9);
        self.save(sesi::Intent::Open);
        self.visit(&format!("{on}:utama"), who, &[("bb", typed(kg))]).unwrap()
    }

    fn visit(&mut self, sesi: &str, who: &str, told: &[(&str, Typed)]) -> Result<Vec<Event>, Vec<FieldError>> {
        let answers: Answers = told.iter().map(|(key, typed)| ((*key).to_owned(), typed.clone())).collect();
        let (sesi, sasaran) = (sesi.to_owned(), who.to_owned());
        self.try_save(sesi::Intent::Visit { sesi, sasaran, answers, form: String::new(), took_s: None })
    }

    /// Weighed within so many seconds.
    fn entered(&mut self, who: &str, kg: &str, took_s: u32) -> Vec<Event> {
        let (sesi, sasaran, answers) = (TODAY.into(), who.into(), Answers::from([("bb".to_owned(), typed(kg))]));
        self.save(sesi::Intent::Visit { sesi, sasaran, answers, form: String::new(), took_s: Some(took_s) })
    }

    fn attend(&mut self, sesi: &str, who: &str) {
        let (sesi, sasaran) = (sesi.to_owned(), who.to_owned());
        self.save(sesi::Intent::Attend { sesi, sasaran, came: true });
    }

    fn hasil(&self, sesi: &str, who: &str) -> hasil::Hasil {
        hasil::hasil(&self.desk(), &id(sesi), who, 2).unwrap()
    }

    fn letter(&self, on: &str, who: &str) -> Option<Nt> {
        let growth = Growth::of(&self.book, self.book.sasaran(who).unwrap());
        growth.gain(&id(&format!("{on}:utama"))).and_then(|it| it.letter.ok())
    }
}

fn id(text: &str) -> SesiId {
    SesiId::parse(text).unwrap()
}

fn typed(text: &str) -> Typed {
    Typed { text: text.into(), ..Typed::default() }
}

fn skipped() -> Typed {
    Typed { skipped: true, ..Typed::default() }
}

/// Three children, a grandfather, and today's open day.
fn posyandu() -> Phone {
    let mut phone = Phone::new(1);
    phone.at("2026-08-01", 8);
    phone.born(DAMAR, "Damar Rekaan", "2025-12-01");
    phone.born(KIRANA, "Kirana Contoh", "2025-03-01");
    phone.born(GILANG, "Gilang Andaikata", "2026-02-01");
    phone.born(SASTRO, "Sastro Misal", "1959-01-01");
    phone
}

const TODAY: &str = "2026-11-11:utama";

#[test]
fn b_then_n_with_its_reason_in_numbers() {
    let mut phone = posyandu();
    phone.weigh("2026-10-14", DAMAR, "8,2");
    assert_eq!(phone.letter("2026-10-14", DAMAR), Some(Nt::B));
    phone.weigh("2026-11-11", DAMAR, "8,6");
    let hasil = phone.hasil(TODAY, DAMAR);
    assert_eq!(hasil.headline, Headline::Naik);
    // Birth on 1 December: 11 completed months on 11 November, KBM of boys 300 g.
    let expected = Basis::Kbm { gain_grams: 400, kbm_grams: 300, age_months: 11 };
    assert_eq!(hasil.gain.unwrap().basis, Some(expected));
}

#[test]
fn a_missed_month_gives_o_until_late_paper_fills_it() {
    let mut phone = posyandu();
    phone.weigh("2026-09-09", DAMAR, "8,0");
    phone.weigh("2026-11-11", DAMAR, "8,6");
    assert_eq!(phone.letter("2026-11-11", DAMAR), Some(Nt::O));
    phone.visit("2026-10-14:susulan", DAMAR, &[("bb", typed("8,5"))]).unwrap();
    assert_eq!(phone.letter("2026-11-11", DAMAR), Some(Nt::T), "100 g since October");
}

#[test]
fn an_undone_weighing_is_compared_with_nothing() {
    let mut phone = posyandu();
    let september = phone.weigh("2026-10-14", DAMAR, "8,2");
    phone.weigh("2026-11-11", DAMAR, "8,2");
    assert_eq!(phone.letter("2026-11-11", DAMAR), Some(Nt::T));
    phone.undo(september.first().unwrap());
    assert_eq!(phone.letter("2026-11-11", DAMAR), Some(Nt::B));
}

#[test]
fn two_months_without_gain_are_2t_and_suggest_a_referral() {
    let mut phone = posyandu();
    phone.weigh("2026-09-09", KIRANA, "9,1");
    phone.weigh("2026-10-14", KIRANA, "9,1");
    phone.weigh("2026-11-11", KIRANA, "9,0");
    let hasil = phone.hasil(TODAY, KIRANA);
    assert_eq!(hasil.headline, Headline::DuaT);
    assert!(hasil.suggestion.is_referral());
    assert!(hasil.suggestion.codes().contains(&"dua_t".to_owned()));
    assert_eq!(hasil.suggestion.place(), "puskesmas");
}

#[test]
fn without_a_weight_nothing_is_called_normal() {
    let mut phone = posyandu();
    phone.save(sesi::Intent::Open);
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    phone.visit(TODAY, DAMAR, &[("bb", skipped()), ("tb", typed("73,1"))]).unwrap();
    let hasil = phone.hasil(TODAY, DAMAR);
    assert!(matches!(&hasil.headline, Headline::Missing(all) if !all.is_empty()), "{:?}", hasil.headline);
    assert_eq!(hasil.gain, None);
}

#[test]
fn a_flagged_weight_asks_to_measure_again() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    let refused = phone.visit(TODAY, DAMAR, &[("bb", typed("25"))]).unwrap_err();
    assert_eq!(refused, [FieldError::new("bb", Problem::Unsure)]);
    let sure = Typed { sure: true, ..typed("25") };
    phone.visit(TODAY, DAMAR, &[("bb", sure)]).unwrap();
    let hasil = phone.hasil(TODAY, DAMAR);
    assert_eq!(hasil.headline, Headline::AboveOrange, "measured again, it counts");
    assert!(hasil.indices.iter().any(|it| it.index == Index::WeightForAge && it.is_confirmed), "and says so");
    assert!(tutup::tutup(&phone.desk(), &id(TODAY)).unwrap().rechecks.is_empty());
}

#[test]
fn what_no_question_was_asked_about_is_confirmed_on_the_answer() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    // Each is usual for the age; together they are not.
    phone.visit(TODAY, DAMAR, &[("bb", typed("5,5")), ("tb", typed("81"))]).unwrap();
    let hasil = phone.hasil(TODAY, DAMAR);
    let Headline::Recheck(flagged) = hasil.headline else { panic!("{:?}", hasil.headline) };
    assert_eq!(flagged, [Index::WeightForLength, Index::BmiForAge]);
    assert_eq!(hasil.gain.unwrap().letter, Ok(Nt::B), "the weight itself is plausible");
    let confirm = sesi::Intent::Confirm { sesi: TODAY.into(), sasaran: DAMAR.into() };
    phone.save(confirm.clone());
    let hasil = phone.hasil(TODAY, DAMAR);
    assert_eq!(hasil.headline, Headline::GoToday);
    assert!(hasil.visit.bb.reading().unwrap().again && hasil.visit.tb.reading().unwrap().again);
    let kept = phone.book.subject(&id(TODAY).visit(DAMAR)).unwrap().value("tb");
    assert!(kept.get("posisi").is_some(), "what else stood there stays");
    assert!(phone.try_save(confirm).is_err(), "nothing is left to confirm");
}

#[test]
fn danger_signs_come_before_everything() {
    let mut phone = posyandu();
    phone.weigh("2026-10-14", DAMAR, "8,2");
    phone.weigh("2026-11-11", DAMAR, "8,6");
    let sick = Typed { picks: vec!["kejang".into()], ..Typed::default() };
    phone.visit(TODAY, DAMAR, &[("gejala", sick)]).unwrap();
    let hasil = phone.hasil(TODAY, DAMAR);
    assert_eq!(hasil.headline, Headline::Danger);
    assert_eq!(hasil.suggestion.codes(), ["tanda_bahaya"]);
}

#[test]
fn two_phones_fold_one_visit() {
    let mut one = posyandu();
    one.at("2026-11-11", 9);
    one.save(sesi::Intent::Open);
    let mut two = Phone { device: DeviceId([2; 16]), book: one.book.clone(), ..Phone::new(2) };
    two.at("2026-11-11", 9);
    let weight = one.visit(TODAY, DAMAR, &[("bb", typed("8,6"))]).unwrap();
    let height = two.visit(TODAY, DAMAR, &[("tb", typed("73,1"))]).unwrap();
    for event in &height {
        one.book.add(event);
    }
    for event in &weight {
        two.book.add(event);
    }
    for phone in [&one, &two] {
        let visit = read_visit(&phone.desk(), &id(TODAY), DAMAR);
        assert_eq!((visit.bb.value(), visit.tb.value()), (Some(8600), Some(731)));
        assert_eq!(phone.book.visits(DAMAR).len(), 1);
    }
    assert_eq!(one.book, two.book);
}

#[test]
fn only_what_changed_is_written() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    phone.visit(TODAY, DAMAR, &[("bb", typed("8,6")), ("tb", typed("73,1"))]).unwrap();
    let again = phone.visit(TODAY, DAMAR, &[("bb", typed("8,6")), ("tb", typed("73,4"))]).unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].data().keys().collect::<Vec<_>>(), ["tb"]);
    assert!(phone.visit(TODAY, DAMAR, &[("bb", typed("8,6"))]).unwrap().is_empty());
    phone.visit(TODAY, DAMAR, &[("tb", typed(""))]).unwrap();
    assert_eq!(read_visit(&phone.desk(), &id(TODAY), DAMAR).tb, Taken::NotAsked, "cleared is not asked");
}

#[test]
fn an_empty_form_says_what_is_missing() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    let refused = phone.visit(TODAY, DAMAR, &[("bb", typed("")), ("tb", typed(" "))]).unwrap_err();
    assert_eq!(refused, [FieldError::new("bb", Problem::Missing)]);
}

#[test]
fn a_visit_needs_a_day_that_came() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    let bb = [("bb", typed("8,6"))];
    assert_eq!(phone.visit(TODAY, DAMAR, &bb).unwrap_err()[0].field, "sesi", "it was never opened");
    let tomorrow = phone.visit("2026-11-12:susulan", DAMAR, &bb).unwrap_err();
    assert_eq!(tomorrow, [FieldError::new("tanggal", Problem::After { than: day("2026-11-11") })]);
    let unborn = phone.visit("2025-11-30:rumah", DAMAR, &bb).unwrap_err();
    assert_eq!(unborn, [FieldError::new("tanggal", Problem::Before { than: day("2025-12-01") })]);
}

#[test]
fn children_are_expected_and_others_may_come() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    phone.attend(TODAY, SASTRO);
    let day = day::day(&phone.desk(), &id(TODAY), 2).unwrap();
    let names: Vec<&str> = day.absent.iter().map(|it| it.nama.as_str()).collect();
    assert_eq!(names, ["Damar Rekaan", "Gilang Andaikata", "Kirana Contoh"]);
    assert_eq!(day.counts, [1, 0, 0, 0, 0]);
    assert!(!day.came[0].has_card, "his card arrives later");
    let beranda = crate::domain::view::beranda::answer(&phone.desk()).open.unwrap();
    assert_eq!((beranda.came, beranda.expected), (1, 4));
}

#[test]
fn everybody_waits_at_one_station() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    for who in [DAMAR, KIRANA, GILANG] {
        phone.attend(TODAY, who);
    }
    phone.visit(TODAY, DAMAR, &[("bb", typed("8,6"))]).unwrap();
    let develops = Typed { word: "lengkap".into(), ..Typed::default() };
    phone.visit(TODAY, GILANG, &[("bb", typed("8,0")), ("perkembangan", develops)]).unwrap();
    let day = day::day(&phone.desk(), &id(TODAY), 2).unwrap();
    assert_eq!(day.counts, [3, 1, 1, 1, 0]);
    assert_eq!(day.waiting[0].row.id, KIRANA);
    assert_eq!(day.waiting[0].since, Some((9, 0)));
}

#[test]
fn the_next_is_who_waits_longest_behind_her_then_who_is_expected() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 8);
    phone.save(sesi::Intent::Open);
    for (hour, who) in [(8, KIRANA), (9, GILANG)] {
        phone.at("2026-11-11", hour).attend(TODAY, who);
    }
    let next_after = |phone: &Phone, who: &str| {
        next(&phone.desk(), &id(TODAY), Station::Ukur, who).map(|it| (it.row.id, it.is_waiting))
    };
    assert_eq!(next_after(&phone, KIRANA), Some((GILANG.to_owned(), true)));
    assert_eq!(next_after(&phone, GILANG), Some((KIRANA.to_owned(), true)), "who was passed over is not forgotten");
    phone.visit(TODAY, KIRANA, &[("bb", typed("9,0"))]).unwrap();
    phone.visit(TODAY, GILANG, &[("bb", typed("8,0"))]).unwrap();
    assert_eq!(next_after(&phone, GILANG), Some((DAMAR.to_owned(), false)));
    phone.visit(TODAY, DAMAR, &[("bb", typed("8,6"))]).unwrap();
    assert_eq!(next_after(&phone, DAMAR), None);
}

#[test]
fn the_checklist_names_what_is_not_filled() {
    let mut phone = posyandu();
    phone.weigh("2026-09-09", KIRANA, "9,1");
    phone.weigh("2026-10-14", KIRANA, "9,1");
    phone.weigh("2026-11-11", KIRANA, "9,0");
    phone.attend(TODAY, DAMAR);
    let list = tutup::tutup(&phone.desk(), &id(TODAY)).unwrap();
    let unfilled: Vec<(&str, usize)> = list.unfilled.iter().map(|(key, rows)| (key.as_str(), rows.len())).collect();
    assert_eq!(unfilled, [("bb", 1), ("tb", 2), ("lk", 2), ("lila", 2)]);
    assert_eq!(list.undecided.len(), 1);
    assert_eq!(list.absent.len(), 1);

    let refer = Typed { word: "ya".into(), picks: vec!["dua_t".into()], place: "puskesmas".into(), ..Typed::default() };
    phone.visit(TODAY, KIRANA, &[("rujuk", refer)]).unwrap();
    let list = tutup::tutup(&phone.desk(), &id(TODAY)).unwrap();
    assert!(list.undecided.is_empty());
    assert_eq!(list.referred[0].1.reasons, ["dua_t"]);

    let closed = phone.save(sesi::Intent::Close { sesi: TODAY.into() });
    let data = closed[0].data();
    let belum = data.get("belum").unwrap();
    assert_eq!(belum.get("bb").and_then(crate::domain::json::Value::as_int), Some(1));
    assert_eq!(phone.book.sesi(&id(TODAY)).unwrap().status, SesiStatus::Closed);
    phone.undo(&closed[0]);
    assert_eq!(phone.book.sesi(&id(TODAY)).unwrap().status, SesiStatus::Open);
}

#[test]
fn an_empty_day_closes() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    assert_eq!(tutup::tutup(&phone.desk(), &id(TODAY)).unwrap().came, 0);
    phone.save(sesi::Intent::Close { sesi: TODAY.into() });
    assert_eq!(day::days(&phone.desk()).past.len(), 1);
}

#[test]
fn a_day_goes_on_past_midnight_under_its_date() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 22);
    phone.save(sesi::Intent::Open);
    phone.at("2026-11-12", 0);
    let events = phone.visit(TODAY, DAMAR, &[("bb", typed("8,6"))]).unwrap();
    assert_eq!(events[0].on(), day("2026-11-11"));
    let days = day::days(&phone.desk());
    assert!(days.open[0].is_stale, "asks to be closed");
    let closed = phone.save(sesi::Intent::Close { sesi: TODAY.into() });
    assert_eq!(closed[0].on(), day("2026-11-11"));
}

#[test]
fn measuring_somebody_says_that_she_is_here() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    let absent = sesi::Intent::Attend { sesi: TODAY.into(), sasaran: DAMAR.into(), came: false };
    phone.save(absent);
    phone.visit(TODAY, DAMAR, &[("bb", typed("8,6"))]).unwrap();
    assert!(phone.book.is_present(&id(TODAY), DAMAR));
}

#[test]
fn a_home_visit_is_no_open_day() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.visit("2026-11-10:rumah", DAMAR, &[("bb", typed("8,6"))]).unwrap();
    assert!(day::days(&phone.desk()).open.is_empty());
    assert!(day::day(&phone.desk(), &id("2026-11-10:rumah"), 2).is_none());
}

#[test]
fn a_weight_at_home_has_its_class_but_no_letter() {
    let mut phone = posyandu();
    phone.weigh("2026-09-09", DAMAR, "8,0");
    phone.at("2026-10-14", 9);
    phone.visit("2026-10-14:rumah", DAMAR, &[("bb", typed("8,4"))]).unwrap();
    let hasil = phone.hasil("2026-10-14:rumah", DAMAR);
    assert_eq!((hasil.gain, hasil.headline), (None, Headline::AtHome(Category::BbNormal)));
    phone.weigh("2026-11-11", DAMAR, "8,8");
    assert_eq!(phone.letter("2026-11-11", DAMAR), Some(Nt::O), "last month she was not weighed at the posyandu");
    // After the open day the weight at home does not take its place.
    phone.at("2026-11-20", 9);
    phone.visit("2026-11-20:rumah", DAMAR, &[("bb", typed("9,0"))]).unwrap();
    assert_eq!(kms::kms(&phone.desk(), DAMAR).unwrap().data.gains.last().map(|it| it.weight_grams), Some(8800));
    let on_paper = "2026-10-15:susulan";
    phone.visit(on_paper, DAMAR, &[("bb", typed("8,4"))]).unwrap();
    assert_eq!(phone.letter("2026-11-11", DAMAR), Some(Nt::N), "an open day entered late counts");
}

#[test]
fn the_kms_has_every_letter_and_a_table() {
    let mut phone = posyandu();
    phone.weigh("2026-09-09", DAMAR, "8,0");
    phone.weigh("2026-10-14", DAMAR, "8,4");
    phone.weigh("2026-11-11", DAMAR, "8,8");
    phone.visit(TODAY, DAMAR, &[("tb", typed("73,1"))]).unwrap();
    let kms = kms::kms(&phone.desk(), DAMAR).unwrap();
    assert_eq!(kms.points.len(), 3);
    let last = kms.points.last().unwrap();
    let says = kms::Which::ALL.map(|it| (last.class(it).copied(), last.letter(it)));
    let class = |it| Some(kms::Class::Known(it));
    let [normal, tall, good] = [Category::BbNormal, Category::TinggiBadanNormal, Category::GiziBaik].map(class);
    assert_eq!(says, [(normal, Some(Nt::N)), (tall, None), (good, None)], "each chart of its own index");
    for which in kms::Which::ALL {
        let chart = kms::draw(&kms.data, which, kms::part_of(11), crate::domain::growth::chart::Frame::CARD);
        let chart = chart.unwrap();
        assert_eq!(chart.dots.len(), if which == kms::Which::Bbu { 3 } else { 1 }, "{which:?}");
        assert_eq!(chart.row.len(), if which == kms::Which::Bbu { 3 } else { 0 });
    }
}

#[test]
fn the_curve_is_asked_about_only_where_the_posyandu_says_so() {
    let mut phone = posyandu();
    phone.weigh("2026-10-14", KIRANA, "9,0");
    phone.weigh("2026-11-11", KIRANA, "9,19");
    assert_eq!(phone.letter("2026-11-11", KIRANA), Some(Nt::T));
    assert!(!phone.hasil(TODAY, KIRANA).gain.unwrap().asks_about_curve);
    let data = object([("nt_mode", "kbm_or_curve".into())]);
    let on = day("2026-11-11");
    phone.record(Draft { kind: kinds::POSYANDU_CHANGED.into(), subject: "posyandu".into(), on, data });
    let gain = phone.hasil(TODAY, KIRANA).gain.unwrap();
    if gain.asks_about_curve {
        let curve = sesi::Intent::Curve { sesi: TODAY.into(), sasaran: KIRANA.into(), follows: true };
        phone.save(curve);
        assert_eq!(phone.letter("2026-11-11", KIRANA), Some(Nt::N));
    } else {
        panic!("190 g at 20 months keep to the line of a light child: {gain:?}");
    }
}

fn plan_of(tanggal: &str) -> PlanText {
    let text = |it: &str| it.to_owned();
    PlanText {
        tanggal: text(tanggal),
        mulai: text("08.00"),
        selesai: text("11.00"),
        tempat: text(" Balai RW 02 "),
        kader: vec![text(ME)],
    }
}

fn wish(sesi: &str, text: PlanText) -> sesi::Intent {
    sesi::Intent::Plan { sesi: sesi.into(), filled: PlanText::default(), text }
}

/// Dates that the tab lists as planned.
fn planned(phone: &Phone) -> Vec<String> {
    day::days(&phone.desk()).planned.iter().map(|it| it.id.on.to_string()).collect()
}

#[test]
fn a_plan_is_shown_changed_and_opened() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(wish("", plan_of("9/12/2026")));
    let next = crate::domain::view::beranda::answer(&phone.desk()).next.unwrap();
    assert_eq!((next.tempat.as_str(), &next.kader[..]), ("Balai RW 02", &[ME.to_owned()][..]));
    let form = rencana::plan(&phone.desk(), "2026-12-09:utama").unwrap();
    assert_eq!(form.text, PlanText { tempat: "Balai RW 02".into(), ..plan_of("9/12/2026") });

    // Somebody else's turn, elsewhere, on the same day: said anew, not added to.
    let other = PlanText { tempat: String::new(), kader: vec![KIRANA.into()], ..plan_of("9/12/2026") };
    phone.save(sesi::Intent::Plan { sesi: "2026-12-09:utama".into(), filled: form.text, text: other });
    let sesi = phone.book.sesi(&id("2026-12-09:utama")).unwrap();
    assert_eq!((sesi.tempat.as_str(), &sesi.kader[..]), ("", &[KIRANA.to_owned()][..]));

    phone.at("2026-12-09", 8);
    phone.save(sesi::Intent::Open);
    let sesi = phone.book.sesi(&id("2026-12-09:utama")).unwrap();
    assert_eq!((sesi.status, sesi.starts.as_str(), sesi.kader.len()), (SesiStatus::Open, "08.00", 2));
    assert!(rencana::plan(&phone.desk(), "2026-12-09:utama").is_none(), "what is open is no plan any more");
    assert!(phone.try_save(wish("2026-12-09:utama", plan_of("16/12/2026"))).is_err());
    assert!(phone.try_save(sesi::Intent::Cancel { sesi: "2026-12-09:utama".into() }).is_err());
}

#[test]
fn a_plan_moves_to_another_day_and_back_by_one_undo() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(wish("", plan_of("9/12/2026")));
    let moved = phone.save(wish("2026-12-09:utama", plan_of("16 Desember 2026")));
    assert_eq!(planned(&phone), ["2026-12-16"]);
    for event in &moved {
        phone.undo(event);
    }
    assert_eq!(planned(&phone), ["2026-12-09"]);
}

#[test]
fn a_plan_that_moves_takes_along_what_somebody_else_changed_meanwhile() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(wish("", plan_of("9/12/2026")));
    let filled = rencana::plan(&phone.desk(), "2026-12-09:utama").unwrap().text;
    phone.save(wish("2026-12-09:utama", PlanText { tempat: "Rumah Bu Contoh".into(), ..filled.clone() }));
    let text = PlanText { tanggal: "16/12/2026".into(), mulai: "09.00".into(), ..filled.clone() };
    phone.save(sesi::Intent::Plan { sesi: "2026-12-09:utama".into(), filled, text });
    let now = rencana::plan(&phone.desk(), "2026-12-16:utama").unwrap().text;
    assert_eq!((now.mulai.as_str(), now.tempat.as_str()), ("09.00", "Rumah Bu Contoh"));
}

#[test]
fn a_plan_that_stays_says_only_what_is_otherwise() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(wish("", plan_of("9/12/2026")));
    let filled = rencana::plan(&phone.desk(), "2026-12-09:utama").unwrap().text;
    let text = PlanText { tempat: "Rumah Bu Contoh".into(), ..filled.clone() };
    let wish = |text| sesi::Intent::Plan { sesi: "2026-12-09:utama".into(), filled: filled.clone(), text };
    let drafts = crate::domain::intent::sesi::plan(&phone.desk(), &wish(text)).unwrap().drafts;
    assert_eq!(drafts[0].data, object([("tempat", "Rumah Bu Contoh".into())]));
    assert!(crate::domain::intent::sesi::plan(&phone.desk(), &wish(filled.clone())).unwrap().drafts.is_empty());
}

#[test]
fn a_plan_that_was_given_up_is_nowhere_until_it_is_taken_back_or_made_again() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(wish("", plan_of("9/12/2026")));
    let cancelled = phone.save(sesi::Intent::Cancel { sesi: "2026-12-09:utama".into() });
    assert!(planned(&phone).is_empty());
    assert!(crate::domain::view::beranda::answer(&phone.desk()).next.is_none());
    assert!(day::day(&phone.desk(), &id("2026-12-09:utama"), 2).is_none());
    phone.undo(&cancelled[0]);
    assert_eq!(planned(&phone), ["2026-12-09"]);
    phone.save(sesi::Intent::Cancel { sesi: "2026-12-09:utama".into() });
    phone.save(wish("", PlanText { tanggal: "9/12/2026".into(), ..PlanText::default() }));
    let again = phone.book.sesi(&id("2026-12-09:utama")).unwrap();
    assert_eq!(
        (again.status, again.starts.as_str(), again.kader.len()),
        (SesiStatus::Planned, "", 0),
        "nothing is left over"
    );
}

#[test]
fn a_plan_needs_a_day_that_comes_and_is_free() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    let refused = |phone: &mut Phone, sesi: &str, tanggal: &str| {
        let errors = phone.try_save(wish(sesi, plan_of(tanggal))).unwrap_err();
        assert_eq!(errors[0].field, "tanggal");
        errors[0].problem.clone()
    };
    assert!(matches!(refused(&mut phone, "", ""), Problem::Date(DateError::Empty)));
    assert!(matches!(refused(&mut phone, "", "10/11/2026"), Problem::Date(DateError::InPast { .. })));
    phone.save(sesi::Intent::Open);
    assert_eq!(refused(&mut phone, "", "11/11/2026"), Problem::DayTaken);
    phone.save(wish("", plan_of("9/12/2026")));
    phone.save(wish("", plan_of("16/12/2026")));
    assert_eq!(refused(&mut phone, "", "9/12/2026"), Problem::DayTaken);
    assert_eq!(refused(&mut phone, "2026-12-09:utama", "16/12/2026"), Problem::DayTaken);
}

#[test]
fn who_opened_it_first_keeps_a_day_that_was_cancelled_elsewhere() {
    let mut one = posyandu();
    one.at("2026-11-11", 9);
    one.save(wish("", plan_of("11/11/2026")));
    let mut two = Phone { device: DeviceId([2; 16]), book: one.book.clone(), ..Phone::new(2) };
    two.at("2026-11-11", 8);
    let opened = two.save(sesi::Intent::Open);
    let cancelled = one.save(sesi::Intent::Cancel { sesi: TODAY.into() });
    one.book.add(&opened[0]);
    two.book.add(&cancelled[0]);
    assert_eq!(one.book, two.book);
    assert_eq!(one.book.sesi(&id(TODAY)).unwrap().status, SesiStatus::Open);
}

const DEWI: &str = "000000000000000000000000000000ab";

/// Bu Ani and Bu Dewi; today's day is open.
fn two_kader() -> Phone {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    let on = phone.now.date();
    for (id, nama) in [(ME, "Bu Ani Rekaan"), (DEWI, "Bu Dewi Contoh")] {
        let data = object([("nama", nama.into())]);
        phone.record(Draft { kind: kinds::KADER_REGISTERED.into(), subject: id.into(), on, data });
    }
    phone.save(wish("", PlanText { kader: Vec::new(), ..plan_of("11/11/2026") }));
    assert!(phone.try_save(sesi::Intent::Join { sesi: TODAY.into() }).is_err(), "joining does not open a plan");
    phone.save(sesi::Intent::Open);
    phone
}

#[test]
fn a_kader_joins_the_staff_of_a_day_that_is_open_and_works_on_with_its_queue() {
    let mut phone = two_kader();
    phone.visit(TODAY, DAMAR, &[("bb", typed("8,6"))]).unwrap();
    phone.me = DEWI;
    let seen = |phone: &Phone| day::day(&phone.desk(), &id(TODAY), 3).unwrap();
    assert!(!seen(&phone).am_on_duty);
    phone.save(sesi::Intent::Join { sesi: TODAY.into() });
    let day = seen(&phone);
    assert!(day.am_on_duty);
    assert_eq!(phone.book.sesi(&id(TODAY)).unwrap().kader, [ME, DEWI]);
    assert_eq!(day.waiting[0].row.id, DAMAR, "the same queue");
    let develops = Typed { word: "lengkap".into(), ..Typed::default() };
    phone.visit(TODAY, DAMAR, &[("perkembangan", develops)]).unwrap();
    let names = |it: &str| vec![it.to_owned()];
    let by = phone.hasil(TODAY, DAMAR).by;
    assert_eq!(by, [(Station::Ukur, names("Bu Ani Rekaan")), (Station::Catat, names("Bu Dewi Contoh"))]);
    phone.save(sesi::Intent::Close { sesi: TODAY.into() });
    assert!(phone.try_save(sesi::Intent::Join { sesi: TODAY.into() }).is_err(), "joining does not open it again");
}

#[test]
fn a_kader_has_her_usual_step_and_may_take_another_for_a_day() {
    let mut phone = two_kader();
    phone.save(sesi::Intent::Join { sesi: TODAY.into() });
    let steps = |phone: &Phone| {
        let day = day::day(&phone.desk(), &id(TODAY), 0).unwrap();
        (day.station, day.staff.iter().map(|it| it.station).collect::<Vec<_>>())
    };
    assert_eq!(steps(&phone), (Station::Ukur, vec![None]));
    let take =
        |sesi: &str, kader: &str, station| sesi::Intent::Desk { sesi: sesi.into(), kader: kader.into(), station };
    phone.save(take("", ME, 3));
    assert_eq!(steps(&phone), (Station::Catat, vec![Some(Station::Catat)]), "she comes to her own step");
    let today = phone.save(take(TODAY, ME, 1));
    phone.save(take(TODAY, DEWI, 4));
    assert_eq!(steps(&phone), (Station::Daftar, vec![Some(Station::Daftar), Some(Station::Layanan)]), "who sits works");
    phone.undo(&today[0]);
    assert_eq!(steps(&phone).1, [Some(Station::Catat), Some(Station::Layanan)]);
    let usual = |who: &str| staff(&phone.desk(), who, None).unwrap().station;
    assert_eq!((usual(ME), usual(DEWI)), (Some(Station::Catat), None));
    assert!(phone.try_save(take(TODAY, ME, 6)).is_err());
    assert!(phone.try_save(take(TODAY, DAMAR, 1)).is_err(), "a child works nowhere");
    phone.save(sesi::Intent::Close { sesi: TODAY.into() });
    assert!(phone.try_save(take(TODAY, ME, 2)).is_err());
}

#[test]
fn how_long_entries_took_is_told_at_closing_and_a_correction_is_none() {
    use crate::domain::pace::{LONGEST, Pace};
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(sesi::Intent::Open);
    let pace = |phone: &Phone| tutup::tutup(&phone.desk(), &id(TODAY)).unwrap().pace;
    let develops = Typed { word: "lengkap".into(), ..Typed::default() };
    phone.visit(TODAY, DAMAR, &[("perkembangan", develops)]).unwrap();
    assert_eq!(pace(&phone), None, "nothing was measured");
    phone.entered(DAMAR, "8,6", 18);
    phone.entered(KIRANA, "9,0", 65);
    let last = phone.entered(GILANG, "8,0", 12);
    let all = Some(Pace { median: 18, slowest: 65 });
    assert_eq!(pace(&phone), all);
    phone.entered(DAMAR, "8,7", 300);
    assert_eq!(pace(&phone), all, "a correction");
    // Folded again from what is stored, as after a restart.
    let mut bytes = Vec::new();
    phone.book.pack(&mut bytes);
    phone.book = Book::unpack(bytes, 0).unwrap();
    assert_eq!(pace(&phone), all);
    phone.undo(&last[0]);
    assert_eq!(pace(&phone), Some(Pace { median: 41, slowest: 65 }));
    phone.entered(GILANG, "8,0", LONGEST + 1);
    assert_eq!(pace(&phone), Some(Pace { median: 41, slowest: 65 }), "the phone lay there");
    phone.entered(GILANG, "8,1", 5);
    assert_eq!(pace(&phone), Some(Pace { median: 41, slowest: 65 }), "and a correction does not become its entry");
}

#[test]
fn a_kader_whose_name_is_not_known_yet_stands_in_no_line() {
    let mut phone = two_kader();
    phone.me = "000000000000000000000000000000ac";
    phone.save(sesi::Intent::Join { sesi: TODAY.into() });
    let day = day::day(&phone.desk(), &id(TODAY), 0).unwrap();
    assert!(day.am_on_duty);
    assert_eq!(day.staff.iter().map(|it| it.nama.as_str()).collect::<Vec<_>>(), ["Bu Ani Rekaan"]);
    let data = object([("meja", 2.into())]);
    let on = phone.now.date();
    phone.record(Draft { kind: kinds::KADER_CHANGED.into(), subject: phone.me.into(), on, data });
    match answer(&phone.desk(), &Query::Kader) {
        Some(View::Kader(staff)) => assert_eq!(staff.len(), 2, "who is nameless cannot be chosen"),
        _ => panic!("who works here is answered"),
    }
}

#[test]
fn giving_a_plan_up_or_opening_its_day_ends_its_draft() {
    let mut phone = posyandu();
    phone.at("2026-11-11", 9);
    phone.save(wish("", plan_of("9/12/2026")));
    let ends = |phone: &Phone, wish: &sesi::Intent| sesi::plan(&phone.desk(), wish).unwrap().ends_draft;
    let named = Some("rencana:2026-12-09:utama".to_owned());
    assert_eq!(ends(&phone, &sesi::Intent::Cancel { sesi: "2026-12-09:utama".into() }), named);
    phone.at("2026-12-09", 8);
    assert_eq!(ends(&phone, &sesi::Intent::Open), named);
}
