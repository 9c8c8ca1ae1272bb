//! Fields of a person: concurrent edits, undo, merging and parting.

use posyandu::domain::json::{Value, object};
use posyandu::domain::ledger::event::Event;

use super::support::{Phone, changed, draft, join, key, undo};

const ANI: &str = "a0000000000000000000000000000000";
const BUDI: &str = "b0000000000000000000000000000000";
const CITRA: &str = "c0000000000000000000000000000000";

fn two() -> (Phone, Phone) {
    let mut one = Phone::founder(1, &key(100));
    let two = Phone::joined(2, &mut one);
    (one, two)
}

fn registered(id: &str, name: &str) -> posyandu::domain::ledger::Draft {
    draft("sasaran.registered", id, object([("nama", name.into()), ("alamat", object([("rt", "001".into())]).into())]))
}

fn disputed(phone: &Phone, id: &str) -> Vec<String> {
    phone.ledger.book.subject(id).unwrap().disputed().into_iter().map(str::to_owned).collect()
}

#[test]
fn edits_apart_of_one_register_are_a_question_and_of_two_are_none() {
    let (mut one, mut two) = two();
    one.record(vec![registered(ANI, "Ani Rekaan")]);
    join(&mut one, &mut two);
    one.record(vec![changed(ANI, "alamat", object([("rt", "002".into())]))]);
    two.record(vec![changed(ANI, "alamat", object([("rt", "003".into())])), changed(ANI, "nama", "Ani Contoh")]);
    join(&mut one, &mut two);
    for phone in [&one, &two] {
        let subject = phone.ledger.book.subject(ANI).unwrap();
        assert_eq!(disputed(phone, ANI), ["alamat"]);
        assert_eq!(subject.heads("alamat").len(), 2);
        assert_eq!(subject.text("nama").as_deref(), Some("Ani Contoh"));
    }
    // The answer replaces both heads.
    two.record(vec![changed(ANI, "alamat", object([("rt", "002".into())]))]);
    join(&mut one, &mut two);
    for phone in [&one, &two] {
        assert!(disputed(phone, ANI).is_empty());
        assert_eq!(phone.ledger.book.subject(ANI).unwrap().heads("alamat").len(), 1);
    }
}

#[test]
fn the_same_answer_twice_is_no_question() {
    let (mut one, mut two) = two();
    one.record(vec![registered(ANI, "Ani Rekaan")]);
    join(&mut one, &mut two);
    one.record(vec![changed(ANI, "nama", "Ani Umpama")]);
    two.record(vec![changed(ANI, "nama", "Ani Umpama")]);
    join(&mut one, &mut two);
    assert_eq!(one.ledger.book.subject(ANI).unwrap().heads("nama").len(), 2);
    assert!(disputed(&one, ANI).is_empty());
}

#[test]
fn nobody_is_asked_while_a_replaced_write_is_still_on_its_way() {
    let (mut one, mut two) = two();
    one.record(vec![registered(ANI, "Ani Rekaan")]);
    join(&mut one, &mut two);
    let apart = two.record(vec![changed(ANI, "nama", "Ani Misal")]).remove(0);
    one.hear(&[apart.to_text()]);
    // `between` has seen both; a third phone hears only what came after it.
    let between = one.record(vec![changed(ANI, "nama", "Ani Contoh")]).remove(0);
    let after = one.record(vec![changed(ANI, "nama", "Ani Umpama")]).remove(0);
    two.hear(&[after.to_text()]);
    assert_eq!(two.ledger.book.subject(ANI).unwrap().heads("nama").len(), 2);
    assert!(disputed(&two, ANI).is_empty());
    two.hear(&[between.to_text()]);
    assert_eq!(two.ledger.book.subject(ANI).unwrap().heads("nama").len(), 1);
    assert_eq!(two.text(ANI, "nama").as_deref(), Some("Ani Umpama"));
}

#[test]
fn replacing_counts_only_where_it_is_smaller() {
    use posyandu::domain::ledger::event::Stamp;
    use posyandu::domain::ledger::{DeviceId, Hlc, PersonId};
    let stamp = |ms: u64, replaces: Vec<&Event>| Stamp {
        at: Hlc::new(ms, 0),
        by: PersonId([1; 16]),
        device: DeviceId([1; 16]),
        n: ms as i64,
        after: vec![],
        replaces: [("nama".to_owned(), replaces.iter().map(|it| it.id()).collect())].into(),
        salt: [0; 16],
    };
    let greater = super::support::stamped(changed(ANI, "nama", "Rekaan"), stamp(9, vec![]));
    let smaller = super::support::stamped(changed(ANI, "nama", "Contoh"), stamp(3, vec![&greater]));
    let mut book = posyandu::domain::book::Book::default();
    book.add(&greater);
    book.add(&smaller);
    let subject = book.subject(ANI).unwrap();
    assert_eq!(subject.heads("nama").len(), 2);
    assert_eq!(subject.text("nama").as_deref(), Some("Rekaan"));
}

#[test]
fn an_undone_edit_gives_the_value_before_it_back() {
    let (mut one, _) = two();
    one.record(vec![registered(ANI, "Ani Rekaan")]);
    let edit = one.record(vec![changed(ANI, "nama", "Ani Contoh")]).remove(0);
    let taken_back = one.record(vec![undo(&edit)]).remove(0);
    assert_eq!(one.text(ANI, "nama").as_deref(), Some("Ani Rekaan"));
    one.record(vec![undo(&taken_back)]);
    assert_eq!(one.text(ANI, "nama").as_deref(), Some("Ani Contoh"), "the undo was undone");
}

#[test]
fn an_undone_registration_is_nobody() {
    let (mut one, _) = two();
    let event = one.record(vec![registered(ANI, "Ani Rekaan")]).remove(0);
    assert!(one.ledger.book.sasaran(ANI).is_some());
    one.record(vec![undo(&event)]);
    assert!(one.ledger.book.sasaran(ANI).is_none());
    assert_eq!(one.ledger.book.sasaran_list().count(), 0);
}

#[test]
fn an_undo_may_arrive_before_what_it_takes_back() {
    let (mut one, mut two) = two();
    one.record(vec![registered(ANI, "Ani Rekaan")]);
    join(&mut one, &mut two);
    let edit = one.record(vec![changed(ANI, "nama", "Ani Contoh")]).remove(0);
    let taken_back = one.record(vec![undo(&edit)]).remove(0);
    let again = one.record(vec![undo(&taken_back)]).remove(0);
    for event in [&again, &taken_back] {
        two.hear(&[event.to_text()]);
        assert_eq!(two.text(ANI, "nama").as_deref(), Some("Ani Rekaan"));
    }
    two.hear(&[edit.to_text()]);
    assert_eq!(two.ledger.book, one.ledger.book);
    assert_eq!(two.text(ANI, "nama").as_deref(), Some("Ani Contoh"));
}

fn gabung(a: &str, b: &str, is_one: bool) -> posyandu::domain::ledger::Draft {
    draft("gabung.recorded", &format!("gabung:{a}:{b}"), object([("gabung", is_one.into())]))
}

fn names(phone: &Phone) -> Vec<String> {
    phone.ledger.book.sasaran_list().map(|it| it.nama).collect()
}

#[test]
fn merged_people_are_one_until_they_are_parted() {
    let (mut one, mut two) = two();
    one.record(vec![registered(ANI, "Ani Rekaan"), registered(BUDI, "Any Rekaan"), registered(CITRA, "Aniy Rekaan")]);
    join(&mut one, &mut two);
    one.record(vec![gabung(BUDI, CITRA, true)]);
    two.record(vec![gabung(ANI, BUDI, true)]);
    join(&mut one, &mut two);
    for phone in [&one, &two] {
        assert_eq!(names(phone), ["Ani Rekaan"]);
        assert_eq!(phone.ledger.book.representative(CITRA), ANI);
        assert_eq!(phone.ledger.book.same_person(BUDI), [ANI, BUDI, CITRA]);
    }
    one.record(vec![gabung(ANI, BUDI, false)]);
    join(&mut one, &mut two);
    for phone in [&one, &two] {
        assert_eq!(names(phone), ["Ani Rekaan", "Any Rekaan"]);
        assert_eq!(phone.ledger.book.representative(CITRA), BUDI);
        assert_eq!(phone.ledger.book.same_person(ANI), [ANI]);
    }
    let again = two.record(vec![gabung(ANI, BUDI, true)]).remove(0);
    two.record(vec![undo(&again)]);
    assert_eq!(names(&two), ["Ani Rekaan", "Any Rekaan"], "an undone merge is none");
}

#[test]
fn the_visits_of_merged_people_are_read_together() {
    let (mut one, _) = two();
    one.record(vec![registered(ANI, "Ani Rekaan"), registered(BUDI, "Any Rekaan")]);
    let visit = |on: &str, id: &str| {
        draft("kunjungan.recorded", &format!("kunjungan:{on}:utama:{id}"), object([("bb", Value::Null)]))
    };
    one.record(vec![visit("2026-10-14", BUDI), visit("2026-09-09", ANI), gabung(ANI, BUDI, true)]);
    let book = &one.ledger.book;
    let days: Vec<String> = book.visits(BUDI).iter().map(|(sesi, _)| sesi.on.to_string()).collect();
    assert_eq!(days, ["2026-09-09", "2026-10-14"]);
    assert_eq!(book.present(&book.visits(BUDI)[1].0).into_iter().collect::<Vec<_>>(), [ANI]);
}

#[test]
fn nobody_vanishes_behind_a_representative_who_is_not_here() {
    let (mut one, _) = two();
    one.record(vec![registered(BUDI, "Any Rekaan"), gabung(ANI, BUDI, true)]);
    assert_eq!(names(&one), ["Any Rekaan"]);
}
