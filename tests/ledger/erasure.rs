//! Erasing for good: what was told is gone everywhere, and the history still holds together.

use posyandu::domain::json::{self, Value, object};
use posyandu::domain::ledger::event::{Draft, Event, EventError};
use posyandu::domain::ledger::roster;
use posyandu::store::Refused;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::support::{Phone, changed, draft, join, key};

const ANI: &str = "a0000000000000000000000000000000";

fn erases(subject: &str, events: &[Event]) -> Draft {
    draft(roster::ERASED, &format!("hapus:{subject}"), roster::erasing(events))
}

/// A founder who registered Ani and corrected her name.
pub fn founder() -> (Phone, Vec<Event>) {
    let mut phone = Phone::founder(1, &key(100));
    let first = draft("sasaran.registered", ANI, object([("nama", "Ani Rekaan".into()), ("rt", "3".into())]));
    let mut events = phone.record(vec![first]);
    events.extend(phone.record(vec![changed(ANI, "nama", "Ani Umpama")]));
    (phone, events)
}

/// The same after she had both erased.
pub fn erased_founder() -> (Phone, Vec<Event>) {
    let (mut phone, events) = founder();
    phone.record(vec![erases(ANI, &events)]);
    (phone, events)
}

fn is_on(phone: &Phone, word: &str) -> bool {
    phone.disk.iter().any(|it| it.contains(word)) || format!("{:?}", phone.ledger).contains(word)
}

#[test]
fn a_tombstone_is_the_same_whoever_makes_it_and_says_nothing() {
    let (_, events) = founder();
    let tombstone = events[1].clone().erased();
    let id = events[1].id().to_string();
    let hash = half(&format!("erased:{id}"));
    let members = json::parse_object(&tombstone.to_text()).unwrap();
    let names: Vec<&str> = members.keys().map(String::as_str).collect();
    let kept =
        ["_deleted", "_id", "_rev", "_revisions", "after", "at", "device", "kind", "n", "replaces", "subject", "v"];
    assert_eq!(names, kept);
    assert_eq!(members["_rev"], format!("2-{hash}").as_str().into());
    let history = format!(r#"{{"ids":["{hash}","{id}"],"start":2}}"#);
    assert_eq!(members["_revisions"].canonical(), history);
    assert_eq!(Event::parse(&tombstone.to_text()).unwrap().to_text(), tombstone.to_text());
    assert!(!tombstone.to_text().contains("Umpama"));
}

/// The first half of a SHA-256, as hex.
fn half(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|it| format!("{it:02x}")).collect()
}

#[test]
fn an_erasure_names_each_event_and_the_hash_of_what_its_tombstone_keeps() {
    let (_, events) = founder();
    let mut kept = json::parse_object(&events[1].to_text()).unwrap();
    kept.retain(|name, _| ["v", "kind", "subject", "at", "device", "n", "replaces", "after"].contains(&name.as_str()));
    let remains = half(&Value::Object(kept).canonical());
    let expected = format!(r#"{{"events":{{"{}":"{remains}"}},"kind":"{}"}}"#, events[1].id(), events[1].kind());
    assert_eq!(Value::Object(roster::erasing(&events[1..])).canonical(), expected);
    assert_eq!(events[1].clone().erased().remains(), events[1].remains(), "the same of the event and of its tombstone");
}

#[test]
fn a_tombstone_that_says_anything_else_than_was_signed_is_refused() {
    let (mut phone, events) = founder();
    phone.record(vec![erases(ANI, &events)]);
    let erasure: Vec<String> = phone.disk.iter().filter(|it| it.contains(roster::ERASED)).cloned().collect();
    let mut other = Phone::new(2, phone.root.as_ref().unwrap());
    other.hear(&erasure);
    let before = other.ledger.clone();
    let tombstone = events[1].clone().erased().to_text();
    for (from, to) in [
        (r#""kind":"sasaran.changed""#, r#""kind":"aduan.changed""#),
        (r#""nama":["#, r#""alamat":["#),
        (&*format!(r#""n":{}"#, events[1].n()), r#""n":4000"#),
    ] {
        let lie = tombstone.replacen(from, to, 1);
        assert_ne!(lie, tombstone);
        assert_eq!(other.hear(std::slice::from_ref(&lie)).refused, [(lie, Refused::NotErased)]);
        assert_eq!(other.ledger, before);
    }
    assert_eq!(other.hear(&[tombstone]).new.len(), 1);
}

#[test]
fn an_erasure_with_another_hash_erases_nothing_anywhere() {
    let (mut phone, events) = founder();
    let wrong = object([("events", object([(&*events[1].id().to_string(), "0".repeat(32).as_str().into())]).into())]);
    phone.record(vec![draft(roster::ERASED, &format!("hapus:{ANI}"), wrong)]);
    assert_eq!(phone.text(ANI, "nama").as_deref(), Some("Ani Umpama"));
    let mut other = Phone::new(2, phone.root.as_ref().unwrap());
    let backwards: Vec<String> = phone.disk.iter().rev().cloned().collect();
    other.hear(&backwards);
    other.hear(&backwards);
    assert_eq!(other.text(ANI, "nama").as_deref(), Some("Ani Umpama"));
    // A right word beside it counts, whichever came first.
    phone.record(vec![erases(ANI, &events)]);
    join(&mut phone, &mut other);
    assert!(!is_on(&phone, "Umpama") && !is_on(&other, "Umpama"));
    assert_eq!(phone.ledger.book, other.ledger.book);
}

#[test]
fn what_is_erased_is_gone_from_book_and_disk_and_no_carrier_brings_it_back() {
    assert!(is_on(&founder().0, "Umpama"));
    let (mut phone, events) = erased_founder();
    let texts: Vec<String> = events.iter().map(Event::to_text).collect();
    assert!(!is_on(&phone, "Rekaan") && !is_on(&phone, "Umpama"));
    assert!(phone.ledger.book.sasaran(ANI).is_none());
    let received = phone.hear(&texts);
    assert_eq!((received.known, received.new.len(), received.refused.len()), (2, 0, 0));
    assert!(!is_on(&phone, "Umpama"));
}

#[test]
fn a_phone_that_hears_of_the_erasure_first_keeps_no_more_than_the_tombstone() {
    let (mut phone, events) = founder();
    let whole: Vec<String> = phone.disk.clone();
    phone.record(vec![erases(ANI, &events)]);
    let mut other = Phone::new(2, phone.root.as_ref().unwrap());
    let erasure: Vec<String> = phone.disk.iter().filter(|it| it.contains(roster::ERASED)).cloned().collect();
    other.hear(&erasure);
    other.hear(&whole);
    assert!(!is_on(&other, "Umpama"));
    assert_eq!(other.ledger.book, phone.ledger.book);
}

#[test]
fn a_correction_that_is_erased_does_not_bring_back_what_it_corrected() {
    let (mut phone, events) = founder();
    phone.record(vec![erases(ANI, &events[1..])]);
    assert_eq!(phone.text(ANI, "nama"), None);
    assert_eq!(phone.text(ANI, "rt").as_deref(), Some("3"));
    phone.record(vec![changed(ANI, "nama", "Ani Contoh")]);
    assert_eq!(phone.text(ANI, "nama").as_deref(), Some("Ani Contoh"));
    assert!(phone.ledger.book.subject(ANI).unwrap().disputed().is_empty());
}

#[test]
fn a_tombstone_counts_only_where_the_root_has_said_so() {
    let (mut phone, events) = founder();
    let before = phone.ledger.clone();
    let tombstone = events[1].clone().erased().to_text();
    let received = phone.hear(std::slice::from_ref(&tombstone));
    assert_eq!(received.refused, [(tombstone, Refused::NotErased)]);
    assert_eq!(phone.ledger, before);

    let kader = Phone::joined(2, &mut phone);
    let theirs = kader.ledger.record(
        vec![erases(ANI, &events)],
        &posyandu::store::Author { by: kader.by, device: kader.device, signer: &kader.key },
        None,
        kader.now_ms,
        &mut || [1; 16],
    );
    assert_eq!(phone.hear(&[theirs[0].to_text()]).refused[0].1, Refused::Forged);
    assert_eq!(phone.text(ANI, "nama").as_deref(), Some("Ani Umpama"));
}

#[test]
fn the_keys_of_the_posyandu_are_not_erased() {
    let (mut phone, _) = founder();
    let founding: Vec<Event> = phone.disk.iter().take(1).map(|it| Event::parse(it).unwrap()).collect();
    phone.record(vec![erases(founding[0].subject(), &founding)]);
    assert!(phone.ledger.book.posyandu().is_some_and(|it| !it.is_void()));
}

#[test]
fn a_tombstone_that_carries_more_or_another_name_is_refused() {
    let (_, events) = founder();
    let text = events[1].clone().erased().to_text();
    let with = |from: &str, to: &str| Event::parse(&text.replacen(from, to, 1)).unwrap_err();
    assert_eq!(with(r#""after""#, r#""aaa":"Umpama","after""#), EventError::Member("_deleted"));
    assert_eq!(with(r#""_rev":"2-"#, r#""_rev":"3-"#), EventError::Revision);
    assert_eq!(with(r#""start":2"#, r#""start":3"#), EventError::Revision);
    assert_eq!(with(r#""_deleted":true"#, r#""_deleted":false"#), EventError::Altered);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whole or as tombstones, in any order and pieces: who has heard of all is of one mind.
    #[test]
    fn any_order_of_events_erasures_and_tombstones_ends_the_same(
        order in Just((0..9).collect::<Vec<usize>>()).prop_shuffle(),
        cut in 0..9usize,
    ) {
        let (mut phone, events) = founder();
        let whole = phone.disk.clone();
        phone.record(vec![erases(ANI, &events)]);
        let tombstones: Vec<String> = events.iter().map(|it| it.clone().erased().to_text()).collect();
        let mut all = whole;
        all.extend(tombstones);
        all.extend(phone.disk.iter().filter(|it| it.contains(roster::ERASED)).cloned());
        let delivered: Vec<String> = order.iter().filter_map(|it| all.get(*it)).cloned().collect();
        let mut other = Phone::new(2, phone.root.as_ref().unwrap());
        let (first, second) = delivered.split_at(cut.min(delivered.len()));
        other.hear(first);
        other.hear(second);
        prop_assert_eq!(&other.ledger.book, &phone.ledger.book);
        prop_assert!(!is_on(&other, "Umpama"));
        prop_assert!(other.quarantine.is_empty());
        join(&mut phone, &mut other);
        prop_assert_eq!(other.ledger.rebuilt(other.disk.iter().map(String::as_str), other.now_ms, &roster::Ed25519).book, phone.ledger.book);
    }
}
