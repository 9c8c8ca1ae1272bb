//! How long it takes to read everything again; printed, not judged: `cargo test --test ledger -- --ignored`
//! is never needed, the figure is for whoever changes the fold.

use std::time::Instant;

use posyandu::domain::book::Book;
use posyandu::domain::ledger::event::{Event, Stamp};
use posyandu::domain::ledger::{DeviceId, Hlc, PersonId};

use super::support::{NOON, changed, stamped};

#[test]
fn a_long_ledger_is_read_again() {
    const EVENTS: u64 = 20_000;
    let texts: Vec<String> = (0..EVENTS)
        .map(|number| {
            let mut salt = [0; 16];
            salt[..8].copy_from_slice(&number.to_be_bytes());
            let stamp = Stamp {
                at: Hlc::new(NOON + number, 0),
                by: PersonId([1; 16]),
                device: DeviceId([1; 16]),
                n: 1 + number as i64,
                after: vec![],
                replaces: Default::default(),
                salt,
            };
            stamped(changed(&format!("{:032x}", number / 8), "nama", "Rekaan"), stamp).to_text()
        })
        .collect();
    let from = Instant::now();
    let events: Vec<Event> = texts.iter().map(|it| Event::parse(it).unwrap()).collect();
    let parsed = from.elapsed();
    let from = Instant::now();
    let mut book = Book::default();
    events.iter().for_each(|it| book.add(it));
    println!("{EVENTS} events: read and hashed in {parsed:?}, folded in {:?}", from.elapsed());
    assert_eq!(book.len() as u64, EVENTS / 8);
}
