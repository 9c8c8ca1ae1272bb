//! Processes: a late report never voids a decision.

use std::collections::BTreeMap;

use posyandu::domain::aduan::category::CategoryTable;
use posyandu::domain::aduan::process::{
    Act, AlasanTolak, AlasanTunda, CategoryFacts, Class as AduanClass, Code, Facts, HasilKode, Jenis, Role, State,
    Transition, Tuntas, apply,
};
use posyandu::domain::json::object;
use posyandu::domain::ledger::Hlc;
use posyandu::domain::ledger::event::{Draft, Event, Stamp};
use posyandu::domain::ledger::id::{DeviceId, EventId, PersonId};
use posyandu::domain::ledger::process::{Class, replay_order};
use posyandu::domain::ledger::subject::{Entry, Fold, Subject};
use posyandu::domain::sorted::SortedMap;
use proptest::prelude::*;
use proptest::sample::Index;

use super::support::{NOON, day, stamped};

const CODES: [&str; 18] = [
    "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t11", "t12", "t13", "t14", "t16", "t18", "t19", "t22", "t23",
    "t24",
];

fn code(entry: &Entry) -> Code {
    Code::from_code(entry.kind.trim_start_matches("aduan."))
}

fn class(entry: &Entry) -> Class {
    match code(entry).class() {
        AduanClass::Decision => Class::Decision,
        AduanClass::Report => Class::Report,
    }
}

fn facts() -> Facts {
    let category = CategoryTable::bundled().find("PU-03").unwrap();
    Facts {
        jenis: Jenis::Pengaduan,
        category: CategoryFacts::of(category),
        kerahasiaan: category.default_kerahasiaan.clone(),
        is_urgent: false,
    }
}

fn transition(entry: &Entry) -> Transition {
    match code(entry) {
        Code::T2 => Transition::T2 { facts: facts() },
        Code::T3 => Transition::T3 { missing: 1 },
        Code::T4 => Transition::T4,
        Code::T5 => Transition::T5 {
            category: facts().category,
            has_checked_duplicates: true,
            is_only_user: false,
            is_urgent: false,
        },
        Code::T6 => Transition::T6 {
            reason: AlasanTolak::from_code("tidak_benar"),
            explanation_length: 40,
            is_only_user: false,
        },
        Code::T7 => Transition::T7,
        Code::T8 => Transition::T8 { is_to_named_officer: true },
        Code::T9 => Transition::T9,
        Code::T11 => {
            Transition::T11 { reason: AlasanTunda::from_code("anggaran"), until: day("2026-12-01"), is_approved: true }
        }
        Code::T12 => Transition::T12,
        Code::T13 => {
            Transition::T13 { result: HasilKode::from_code("selesai_tuntas"), answer_length: 40, has_after_photo: true }
        }
        Code::T14 => Transition::T14 { tuntas: Tuntas::from_code("ya") },
        Code::T16 => Transition::T16 { is_approved: true },
        Code::T18 => Transition::T18,
        Code::T19 => Transition::T19,
        Code::T22 => Transition::T22,
        Code::T23 => Transition::T23,
        Code::T24 => Transition::T24,
        other => Transition::Unknown(format!("{other:?}")),
    }
}

/// Every entry with whether it was legal when its turn came.
fn replay(subject: &Subject) -> (BTreeMap<EventId, bool>, State) {
    let entries: Vec<&Entry> = subject.entries().collect();
    let mut state = State::draft();
    let mut legal = BTreeMap::new();
    for entry in replay_order(&entries, class) {
        let role = if class(entry) == Class::Decision { Role::Pengendali } else { Role::Kader };
        let act = Act { person: entry.by.to_string(), role, on: entry.on };
        let next = apply(&state, &transition(entry), &act);
        legal.insert(entry.id, next.is_ok());
        state = next.unwrap_or(state);
    }
    assert_eq!(legal.len(), entries.len(), "each has its turn exactly once");
    (legal, state)
}

#[derive(Clone, Debug)]
struct Plan {
    code: &'static str,
    minute: u64,
    after: Vec<Index>,
}

fn plan() -> impl Strategy<Value = Plan> {
    (prop::sample::select(&CODES[..]), 0u64..6, prop::collection::vec(any::<Index>(), 0..3))
        .prop_map(|(code, minute, after)| Plan { code, minute, after })
}

fn event(plan: &Plan, number: usize, before: &[Event]) -> Event {
    let after = plan.after.iter().filter(|_| !before.is_empty()).map(|it| it.get(before).id()).collect();
    event_after(plan.code, plan.minute, number, after)
}

fn event_after(code: &str, minute: u64, number: usize, after: Vec<EventId>) -> Event {
    let stamp = Stamp {
        at: Hlc::new(NOON + minute, 0),
        by: PersonId([number as u8 % 3; 16]),
        device: DeviceId([number as u8 % 2; 16]),
        n: 1 + number as i64,
        after,
        replaces: SortedMap::new(),
        salt: [number as u8; 16],
    };
    let kind = format!("aduan.{code}");
    stamped(Draft { kind, subject: "x".into(), on: day("2026-11-18"), data: object([]) }, stamp)
}

fn subject_of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Subject {
    let mut subject = Subject::default();
    for event in events {
        subject.add(event, Fold::Process);
    }
    subject
}

/// A way through a whole complaint, so that the law is not only about refusals.
fn usual() -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for (number, code) in ["t2", "t5", "t8", "t9", "t13"].into_iter().enumerate() {
        let after = events.last().map(Event::id).into_iter().collect();
        events.push(event_after(code, number as u64, number, after));
    }
    events
}

#[test]
fn the_usual_way_is_legal() {
    let (legal, state) = replay(&subject_of(&usual()));
    assert!(legal.values().all(|it| *it), "{legal:?} {:?}", state.status);
}

#[test]
fn a_withdrawal_that_comes_late_does_not_void_the_answer() {
    let mut events = usual();
    let after_first = event_after("t19", 0, 99, vec![events[0].id()]);
    let (before, _) = replay(&subject_of(&events));
    events.push(after_first);
    let (after, _) = replay(&subject_of(&events));
    assert!(before.iter().all(|(id, legal)| after.get(id) == Some(legal)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_report_unknown_to_the_decisions_never_changes_their_legality(
        plans in prop::collection::vec(plan(), 0..10),
        is_usual in any::<bool>(),
        report in plan(),
    ) {
        let mut events = if is_usual { usual() } else { Vec::new() };
        for plan in &plans {
            let made = event(plan, events.len(), &events);
            events.push(made);
        }
        let report_code = ["t2", "t4", "t14", "t19", "t22"][(report.minute as usize) % 5];
        let late = event(&Plan { code: report_code, ..report }, 77, &events);
        let before = subject_of(&events);
        let after = subject_of(events.iter().chain([&late]));
        let (legal, _) = replay(&before);
        let (legal_later, _) = replay(&after);
        for entry in before.entries().filter(|it| class(it) == Class::Decision) {
            prop_assert_eq!(legal.get(&entry.id), legal_later.get(&entry.id), "{}", entry.kind);
        }
    }

    #[test]
    fn causes_are_replayed_before_what_follows_from_them(plans in prop::collection::vec(plan(), 0..12)) {
        let mut events: Vec<Event> = Vec::new();
        for plan in &plans {
            let made = event(plan, events.len(), &events);
            events.push(made);
        }
        let subject = subject_of(events.iter().rev());
        let entries: Vec<&Entry> = subject.entries().collect();
        let order: Vec<EventId> = replay_order(&entries, class).iter().map(|it| it.id).collect();
        for entry in &entries {
            let place = order.iter().position(|it| *it == entry.id).unwrap();
            for cause in &entry.after {
                prop_assert!(order[..place].contains(cause));
            }
        }
        prop_assert_eq!(order.len(), entries.len());
    }
}
