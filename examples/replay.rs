//! How long 100,000 events of the practice take, as JSON lines: `cargo run --release --example replay`.
//!
//! `make bench` reads it. Budgets are a sixth of those of a phone that is six times slower.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Instant;

use chrono::NaiveDate;
use ed25519_dalek::SigningKey;
use posyandu::domain::book::{Book, LazyShelf};
use posyandu::domain::latihan;
use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::id::{DeviceId, PersonId};
use posyandu::domain::ledger::roster::{Ed25519, Trust};
use posyandu::domain::view::{Desk, Query, answer};
use posyandu::store::{Author, Ledger};

fn main() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let key = SigningKey::from_bytes(&[7; 32]);
    let latihan = timed("practice of 620 families invented", 10_000, || {
        latihan::generate(latihan::SEED, today, 620, latihan::MONTHS)
    });
    let mut ledger = Ledger::default();
    let mut salt = 0_u128;
    let mut salts = || {
        salt += 1;
        salt.to_be_bytes()
    };
    let mut events = Vec::new();
    for act in &latihan.acts {
        let by = PersonId::parse(&latihan.kader[act.by].id).unwrap();
        let author = Author { by, device: DeviceId([1; 16]), signer: &key };
        let drafts = ledger.record(act.drafts.clone(), &author, None, act.at_unix_ms, &mut salts);
        let new: Vec<(Event, Trust)> = drafts.into_iter().map(|it| (it, Trust::Verified)).collect();
        let _ = ledger.apply(&new, act.at_unix_ms, &Ed25519);
        events.extend(new.into_iter().map(|(event, _)| event));
    }
    let texts: Vec<String> = events.iter().map(Event::to_text).collect();
    let count = texts.len();
    let events: Vec<Event> = timed(&format!("{count} events read and hashed"), 2500, || {
        texts.iter().filter_map(|it| Event::parse(it).ok()).collect()
    });
    assert_eq!(events.len(), count);
    let book = timed(&format!("{count} events folded"), 2500, || {
        let mut book = Book::default();
        for event in &events {
            book.add(event);
        }
        book
    });
    assert!(book == ledger.book);
    let snapshot = timed("snapshot written", 2500, || ledger.to_snapshot());
    let ledger: Ledger = timed("snapshot read", 500, || Ledger::from_snapshot(snapshot).unwrap());
    let now = today.and_hms_opt(9, 0, 0).unwrap();
    let shelf = LazyShelf::default();
    let desk = Desk::new(&ledger.book, &shelf, now, "");
    let _ = timed("first tab answered", 100, || answer(&desk, &Query::Beranda));
    timed("register of people put in order", 500, || desk.shelf().len());
}

fn timed<T>(what: &str, budget: u128, act: impl FnOnce() -> T) -> T {
    let from = Instant::now();
    let done = act();
    println!("{{\"what\":\"{what}, native\",\"ms\":{},\"budget\":{budget}}}", from.elapsed().as_millis());
    done
}
