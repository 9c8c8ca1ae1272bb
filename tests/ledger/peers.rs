//! Two phones that recorded apart and meet.

use posyandu::domain::json::object;
use posyandu::domain::ledger::Draft;
use posyandu::domain::scope::Class;
use proptest::prelude::*;

use super::support::{NOON, Phone, changed, draft, join, key};

const ANI: &str = "a0000000000000000000000000000000";
const YEAR_MS: u64 = 365 * 86_400_000;

fn two() -> (Phone, Phone) {
    let mut one = Phone::founder(1, &key(100));
    let two = Phone::joined(2, &mut one);
    (one, two)
}

#[track_caller]
fn are_one(one: &Phone, two: &Phone) {
    assert_eq!(one.ledger.book, two.ledger.book);
    assert_eq!(one.ledger.roster, two.ledger.roster);
    assert_eq!(one.ledger.numbers, two.ledger.numbers);
    assert_eq!(one.ledger.len(), two.ledger.len());
}

#[test]
fn two_phones_of_one_open_day_end_equal() {
    let (mut one, mut two) = two();
    let sesi = "2026-11-18:utama";
    let open = || draft("sesi.opened", &format!("sesi:{sesi}"), object([]));
    let came = |id: &str| draft("hadir.recorded", &format!("hadir:{sesi}:{id}"), object([("hadir", true.into())]));
    one.record(vec![open(), changed(ANI, "nama", "Ani Rekaan"), came(ANI)]);
    two.record(vec![open(), came(ANI), came("b0000000000000000000000000000000")]);
    join(&mut one, &mut two);
    are_one(&one, &two);
    let id = posyandu::domain::sesi::SesiId::parse(sesi).unwrap();
    assert_eq!(one.ledger.book.present(&id).len(), 2, "who was noted twice came once");
    assert_eq!(one.ledger.book.sesi_list().count(), 1);
}

#[test]
fn a_phone_in_2031_neither_wins_for_ever_nor_drags_the_other_along() {
    let (mut one, mut two) = two();
    one.record(vec![changed(ANI, "nama", "Ani Rekaan")]);
    join(&mut one, &mut two);
    two.now_ms = NOON + 5 * YEAR_MS;
    two.record(vec![changed(ANI, "nama", "Ani Contoh")]);
    join(&mut one, &mut two);
    one.now_ms = NOON + 60_000;
    let answer = one.record(vec![changed(ANI, "nama", "Ani Umpama")]).remove(0);
    assert!(answer.at().unix_ms() >= NOON + 5 * YEAR_MS, "later than what she had seen");
    let other = one.record(vec![changed("other", "nama", "Budi Rekaan")]).remove(0);
    assert_eq!(other.at().unix_ms(), NOON + 60_000, "our own time stays ours");
    join(&mut one, &mut two);
    are_one(&one, &two);
    assert_eq!(two.text(ANI, "nama").as_deref(), Some("Ani Umpama"));
    assert!(two.ledger.book.subject(ANI).unwrap().disputed().is_empty());
}

#[test]
fn a_phone_whose_clock_stands_in_the_past_is_still_later_than_what_it_saw() {
    let (mut one, mut two) = two();
    one.record(vec![changed(ANI, "nama", "Ani Rekaan")]);
    join(&mut one, &mut two);
    two.now_ms = 0;
    two.record(vec![changed(ANI, "nama", "Ani Contoh")]);
    join(&mut one, &mut two);
    are_one(&one, &two);
    assert_eq!(one.text(ANI, "nama").as_deref(), Some("Ani Contoh"));
}

#[test]
fn numbers_of_a_phone_have_no_gap_and_what_a_delivery_lacks_shows() {
    let (mut one, mut two) = two();
    for step in 0..5 {
        let event = one.record(vec![changed(ANI, "nama", format!("Ani {step}"))]).remove(0);
        assert_eq!(event.n(), 4 + step);
        if step != 2 {
            two.hear(&[event.to_text()]);
        }
    }
    assert_eq!(two.ledger.numbers.get(&(one.device, Class::Posyandu)), Some(&8));
    assert_eq!(two.ledger.len(), one.ledger.len() - 1);
}

fn step() -> impl Strategy<Value = (usize, u64, u8, u8)> {
    (0usize..2, 0u64..3, 0u8..8, 0u8..4)
}

fn drafts(kind: u8, value: u8) -> Vec<Draft> {
    let ids = [ANI, "b0000000000000000000000000000000"];
    let id = ids[usize::from(value % 2)];
    match kind {
        0..=3 => vec![changed(id, ["nama", "ibu"][usize::from(kind % 2)], format!("Rekaan {value}"))],
        4 => vec![draft(
            "gabung.recorded",
            &format!("gabung:{}:{}", ids[0], ids[1]),
            object([("gabung", (value.is_multiple_of(2)).into())]),
        )],
        5 => vec![draft("sesi.opened", "sesi:2026-11-18:utama", object([]))],
        6 => vec![draft("sesi.closed", "sesi:2026-11-18:utama", object([]))],
        _ => vec![draft(
            "kunjungan.recorded",
            &format!("kunjungan:2026-11-18:utama:{id}"),
            object([("bb", object([("g", 8500.into())]).into())]),
        )],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn phones_that_exchange_now_and_then_end_equal(
        steps in prop::collection::vec(step(), 0..24),
        clocks in (0u64..3, 0u64..3),
    ) {
        let (mut one, mut two) = two();
        // Right, five years ahead, or at the beginning of time.
        let clock = |which: u64| [NOON, NOON + 5 * YEAR_MS, 0][which as usize];
        (one.now_ms, two.now_ms) = (clock(clocks.0), clock(clocks.1));
        for (who, minutes, kind, value) in steps {
            let phone = if who == 0 { &mut one } else { &mut two };
            phone.now_ms += minutes * 60_000;
            if value == 3 && kind % 2 == 0 {
                join(&mut one, &mut two);
            } else {
                phone.record(drafts(kind, value));
            }
        }
        join(&mut one, &mut two);
        prop_assert_eq!(&one.ledger.book, &two.ledger.book);
        prop_assert_eq!(&one.ledger.numbers, &two.ledger.numbers);
        prop_assert_eq!(one.ledger.unverified(), 0);
    }
}
