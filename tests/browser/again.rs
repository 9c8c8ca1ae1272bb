//! What a database gave damaged and is asked for again: it lies aside until it comes whole, and leaves with that.

use posyandu::domain::json::object;
use posyandu::domain::kinds;
use posyandu::domain::ledger::event::Event;
use posyandu::messages::{Failure, StoreFailure};
use posyandu::sync::protocol::{Aside, Command, Direction, Place, Told};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::office::{Phone, draft, putting_fails};

/// Nobody who is registered has this id.
const KENCANA: &str = "0000000000000000000000000000000d";

async fn aside(phone: &mut Phone, place: &Place) -> Vec<Aside> {
    match phone.office.perform(place, Command::Load(Direction::Pull)).await {
        Ok(Told::Loaded { aside, .. }) => aside,
        _ => panic!("nothing is remembered"),
    }
}

async fn lying(phone: &Phone) -> usize {
    phone.db.quarantine(&phone.scope).await.unwrap().len()
}

#[wasm_bindgen_test]
async fn what_came_damaged_lies_aside_until_the_event_is_written_in_its_place() {
    let mut phone = Phone::founded().await;
    let place = Place { store: "a".into(), server: "b".into(), database: format!("posyandu-{KENCANA}") };
    let registered = draft(kinds::SASARAN_REGISTERED, KENCANA, object([("nama", "Kencana Mustahil".into())]));
    let text = phone.signed_elsewhere(vec![registered], false).await.remove(0);
    let id = Event::parse(&text).unwrap().id();
    let damaged = text.replace("Kencana", "Kencama");
    let batch = Command::WriteBatch { texts: vec![damaged.clone()], log: "{}".into() };
    phone.office.perform(&place, batch).await.unwrap();
    assert_eq!(aside(&mut phone, &place).await, [Aside { id, tries: 0, ago_s: None }]);
    let elsewhere = Place { database: "aduan-9901012001".into(), ..place.clone() };
    assert!(aside(&mut phone, &elsewhere).await.is_empty(), "asked for where it came from");

    let mend = |text: &str| Command::Mend { texts: vec![text.to_owned()], asked: vec![id] };
    for tries in 1..3 {
        phone.office.perform(&place, mend(&damaged.replace("Kencama", &format!("Kenc{tries}")))).await.unwrap();
        let lies = aside(&mut phone, &place).await;
        assert_eq!(lies.iter().map(|it| (it.id, it.tries)).collect::<Vec<_>>(), [(id, tries)]);
        assert!(lies[0].ago_s.is_some_and(|it| it < 60));
    }

    let failing = putting_fails("meta");
    let refused = phone.office.perform(&place, mend(&text)).await;
    assert_eq!(refused, Err(Failure::Store(StoreFailure::Quota)));
    drop(failing);
    assert_eq!((lying(&phone).await, phone.found("kencana").await), (1, Vec::new()), "both or neither");

    phone.office.perform(&place, mend(&text)).await.unwrap();
    assert_eq!((lying(&phone).await, phone.found("kencana").await), (0, vec!["Kencana Mustahil".to_owned()]));
    assert!(aside(&mut phone, &place).await.is_empty());
    phone.reopen().await;
    assert_eq!(phone.found("kencana").await, ["Kencana Mustahil"]);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn what_is_here_by_another_way_lies_aside_no_longer() {
    let mut phone = Phone::founded().await;
    let place = Place { store: "a".into(), server: "b".into(), database: format!("posyandu-{KENCANA}") };
    let registered = draft(kinds::SASARAN_REGISTERED, KENCANA, object([("nama", "Kencana Mustahil".into())]));
    let text = phone.signed_elsewhere(vec![registered], false).await.remove(0);
    let id = Event::parse(&text).unwrap().id();
    let batch = Command::WriteBatch { texts: vec![text.replace("Kencana", "Kencama")], log: "{}".into() };
    phone.office.perform(&place, batch).await.unwrap();
    assert_eq!(phone.office.receive(&[text]).await.unwrap(), (1, 0));
    phone.office.perform(&place, Command::Mend { texts: Vec::new(), asked: vec![id] }).await.unwrap();
    assert_eq!(lying(&phone).await, 0);
    phone.end().await;
}
