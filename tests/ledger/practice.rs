//! The practice data, through the same entrance as everything else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use posyandu::domain::book::Book;
use posyandu::domain::growth::{GainSettings, Index, Nt, Position, Status, Visit, Weighing, assess, judge_all};
use posyandu::domain::json::Value;
use posyandu::domain::latihan::{self, Latihan};
use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::id::{DeviceId, PersonId};
use posyandu::domain::ledger::roster::Trust;
use posyandu::store::{Author, Ledger};

use super::support::{Stamped, day};

pub fn today() -> NaiveDate {
    day("2026-11-22")
}

/// The ledger of a practice. The signatures are cheap ones: they are not what is asked here.
pub fn recorded(latihan: &Latihan) -> (Ledger, Vec<Event>) {
    let mut ledger = Ledger::default();
    let mut all = Vec::new();
    let mut salt = 0u128;
    let mut salts = || {
        salt += 1;
        salt.to_be_bytes()
    };
    for act in &latihan.acts {
        let by = PersonId::parse(&latihan.kader[act.by].id).unwrap();
        let author = Author { by, device: DeviceId([1; 16]), signer: &Stamped([0; 32]) };
        let events = ledger.record(act.drafts.clone(), &author, None, act.at_unix_ms, &mut salts);
        let new: Vec<(Event, Trust)> = events.into_iter().map(|it| (it, Trust::Verified)).collect();
        let _ = ledger.apply(&new, act.at_unix_ms, &Stamped([0; 32]));
        all.extend(new.into_iter().map(|(event, _)| event));
    }
    (ledger, all)
}

#[test]
fn practice_is_a_ledger_like_any_other() {
    let latihan = latihan::generate(latihan::SEED, today(), 20, 6);
    let (ledger, events) = recorded(&latihan);
    let mut again = Book::default();
    for event in events.iter().rev() {
        let text = event.to_text();
        assert_eq!(Event::parse(&text).as_ref(), Ok(event), "{text}");
        again.add(event);
    }
    assert_eq!(again, ledger.book);
    assert_eq!(ledger.numbers.values().sum::<i64>(), events.len() as i64);
    let disputed = events.iter().filter_map(|it| ledger.book.subject(it.subject())).flat_map(|it| it.disputed());
    assert_eq!(disputed.count(), 0);
}

fn visit(
    born: NaiveDate,
    on: NaiveDate,
    child: &posyandu::domain::sasaran::Sasaran,
    card: &dyn Fn(&str) -> Value,
) -> Visit {
    let number = |register: &str, member| card(register).get(member).and_then(Value::as_int).map(|it| it as u32);
    Visit {
        weight_grams: number("bb", "g"),
        length_mm: number("tb", "mm"),
        head_mm: number("lk", "mm"),
        lila_mm: number("lila", "mm"),
        position: card("tb").get("posisi").and_then(Value::as_text).and_then(Position::from_code),
        ..Visit::new(child.kelamin, Some(born), on)
    }
}

#[test]
fn practice_shows_every_kind_of_answer() {
    let (ledger, _) = recorded(&latihan::generate(latihan::SEED, today(), latihan::FAMILIES, 8));
    let book = &ledger.book;
    let mut classes: BTreeMap<String, u32> = BTreeMap::new();
    let mut flagged = 0;
    let mut letters: BTreeMap<&str, u32> = BTreeMap::new();
    let mut twice = 0;
    for child in book.sasaran_list() {
        let Some(born) = child.lahir else { continue };
        let mut weighings = Vec::new();
        for (sesi, subject) in book.visits(&child.id) {
            let visit = visit(born.on, sesi.on, &child, &|register| subject.value(register));
            let found = assess(&visit);
            if found.age_months.is_none_or(|it| it >= 60) {
                continue;
            }
            for finding in &found.findings {
                match &finding.status {
                    Status::Classified(row) => {
                        *classes.entry(format!("{:?} {}", finding.index, row.category.code())).or_default() += 1;
                    }
                    Status::Recheck => flagged += 1,
                    Status::NotComputed(_) => {}
                }
            }
            weighings.extend(visit.weight_grams.map(|grams| Weighing::new(sesi.on, grams)));
        }
        let gains = judge_all(child.kelamin, Some(born.on), &weighings, GainSettings::default());
        for gain in &gains {
            *letters.entry(gain.letter.map_or("?", Nt::code)).or_default() += 1;
        }
        twice += u32::from(gains.last().is_some_and(|it| it.is_2t));
    }
    println!("{classes:#?} {letters:?} 2T {twice}, flagged {flagged}");
    let count = |index: Index, code: &str| classes.get(&format!("{index:?} {code}")).copied().unwrap_or(0);
    assert!(count(Index::WeightForAge, "bb_sangat_kurang") >= 3, "below the red line");
    assert!(count(Index::WeightForLength, "obesitas") >= 3);
    assert!(count(Index::LengthForAge, "sangat_pendek") >= 3);
    assert!(count(Index::WeightForAge, "bb_normal") > 200, "most are well");
    assert!((1..=20).contains(&twice), "some gained nothing twice");
    assert!((1..=40).contains(&flagged), "one number cannot be true");
    assert!(letters.get("N") > letters.get("T"), "most gain weight");
}

#[test]
fn every_person_of_a_large_practice_has_her_own_id() {
    let latihan = latihan::generate(7, today(), 3000, 0);
    let ids: BTreeSet<&str> = latihan.acts.iter().flat_map(|it| &it.drafts).map(|it| it.subject.as_str()).collect();
    assert!(ids.len() > 15_000, "{}", ids.len());
}
