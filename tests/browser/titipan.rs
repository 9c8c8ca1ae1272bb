//! Sealed documents that a database gave: kept whole, once, and asked for again where they came damaged.

use ed25519_dalek::SigningKey;
use posyandu::crypto::envelope::seal_to;
use posyandu::domain::ledger::sealed;
use posyandu::sync::protocol::{Command, Direction, Place, Told};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::office::Phone;

fn place() -> Place {
    Place { store: "a".into(), server: "b".into(), database: "titipan-9901".into() }
}

/// How much is kept, and how much lies aside.
async fn stands(phone: &mut Phone) -> (u64, usize) {
    match phone.office.perform(&place(), Command::Load(Direction::Pull)).await {
        Ok(Told::Loaded { head, aside, .. }) => (head, aside.len()),
        _ => panic!("nothing is remembered"),
    }
}

fn documents() -> Vec<String> {
    let reader = SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes();
    let plain = sealed::filled("rahasia", &[]).unwrap();
    let mut next = 0_u8;
    let mut rng = |bytes: &mut [u8]| bytes.iter_mut().for_each(|it| (*it, next) = (next, next.wrapping_add(1)));
    (0..3).map(|_| seal_to(&[reader], &plain, &mut rng).unwrap().to_document().1).collect()
}

#[wasm_bindgen_test]
async fn a_sealed_document_is_kept_once_and_a_damaged_one_is_asked_for_again() {
    let mut phone = Phone::founded().await;
    let all = documents();
    let damaged = all[2].replacen("\"v\":1", "\"v\":2", 1);
    let give = |texts: &[String]| Command::WriteBatch { texts: texts.to_vec(), log: "{}".into() };
    phone.office.perform(&place(), give(&[all[0].clone(), all[1].clone(), damaged])).await.unwrap();
    assert_eq!(stands(&mut phone).await, (2, 1));
    phone.office.perform(&place(), give(&all[..2])).await.unwrap();
    assert_eq!(phone.db.count_events("titipan-9901").await.unwrap(), 2, "a page that comes twice");
    let (id, _) = sealed::Sealed::parse(&all[2]).unwrap();
    phone.office.perform(&place(), Command::Mend { texts: vec![all[2].clone()], asked: vec![id] }).await.unwrap();
    assert_eq!(stands(&mut phone).await.1, 0);
    assert_eq!(phone.db.count_events("titipan-9901").await.unwrap(), 3);
    // It is no part of the book, and opens as before.
    phone.reopen().await;
    assert_eq!(phone.db.count_events("titipan-9901").await.unwrap(), 3);
    phone.end().await;
}
