//! What holds of any set of events, honest or not.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use posyandu::domain::book::Book;
use posyandu::domain::json::{Map, Value, object};
use posyandu::domain::ledger::event::{Draft, Event, Stamp};
use posyandu::domain::ledger::id::{DeviceId, EventId, PersonId};
use posyandu::domain::ledger::{Hlc, Roster, roster};
use posyandu::domain::sasaran::Sex;
use posyandu::domain::sesi::SesiId;
use posyandu::domain::sorted::SortedMap;
use posyandu::domain::view::{self, Desk, Query};
use proptest::prelude::*;
use proptest::sample::Index;

use super::support::{NOON, Stamped, day, stamped};

const KINDS: [&str; 18] = [
    "posyandu.founded",
    "posyandu.changed",
    "kader.registered",
    "kader.changed",
    "keluarga.registered",
    "sasaran.registered",
    "sasaran.changed",
    "gabung.recorded",
    "sesi.planned",
    "sesi.cancelled",
    "sesi.opened",
    "sesi.closed",
    "sesi.reopened",
    "hadir.recorded",
    "kunjungan.recorded",
    "aduan.t2",
    "catatan.undone",
    "kelak.dicatat",
];
pub const SUBJECTS: [&str; 9] = [
    "a",
    "b",
    "gabung:a:b",
    "gabung:b:c",
    "sesi:2026-11-18:utama",
    "hadir:2026-11-18:utama:a",
    "kunjungan:2026-11-18:utama:a",
    "kunjungan:2026-11-18:rumah:b",
    "aduan-x",
];
const REGISTERS: [&str; 21] = [
    "nama",
    "lahir",
    "kelamin",
    "keluarga",
    "status",
    "alamat",
    "persetujuan",
    "anak_ke",
    "gabung",
    "hadir",
    "kader",
    "mulai",
    "tempat",
    "meja",
    "bb",
    "rujuk",
    "detik",
    "telepon",
    "telepon:Bidan desa",
    "wilayah",
    "event",
];

/// Members that readers look for.
const MEMBERS: [&str; 9] = ["tanggal", "kata", "sejak", "catat", "ya", "g", "tidak", "siapa", "nomor"];

/// One event before it is one: what it names is picked from the events before it, or from nowhere.
#[derive(Clone, Debug)]
pub struct Plan {
    kind: &'static str,
    subject: &'static str,
    data: Vec<(&'static str, Value)>,
    minute: u64,
    device: u8,
    names: Vec<(bool, Index)>,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5i64..5).prop_map(Value::from),
        Just(Value::from(posyandu::domain::json::MAX_INTEGER)),
        "[a-c]{0,3}".prop_map(Value::from),
        Just(Value::from("2026-02-31")),
        Just(Value::from("2019-05-04")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(
                prop_oneof!["[a-c]{0,2}", prop::sample::select(&MEMBERS[..]).prop_map(str::to_owned)],
                inner,
                0..3
            )
            .prop_map(|it| it.into_iter().collect::<Map>().into()),
        ]
    })
}

pub fn plan() -> impl Strategy<Value = Plan> {
    (
        prop::sample::select(&KINDS[..]),
        prop::sample::select(&SUBJECTS[..]),
        prop::collection::vec((prop::sample::select(&REGISTERS[..]), value()), 0..4),
        0u64..6,
        1u8..4,
        prop::collection::vec(any::<(bool, Index)>(), 0..3),
    )
        .prop_map(|(kind, subject, data, minute, device, names)| Plan {
            kind,
            subject,
            data,
            minute,
            device,
            names,
        })
}

/// Events that name earlier ones freely: some replaced, some undone, some unknown.
pub fn events(plans: Vec<Plan>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for (number, plan) in plans.into_iter().enumerate() {
        let named: Vec<EventId> = plan
            .names
            .iter()
            .map(|(is_known, index)| match events.is_empty() || !is_known {
                true => EventId([index.index(200) as u8; 16]),
                false => index.get(&events).id(),
            })
            .collect();
        let mut data: Map = plan.data.into_iter().map(|(register, value)| (register.to_owned(), value)).collect();
        if let (Some(id), true) = (named.first(), plan.kind == "catatan.undone") {
            data.insert("event".into(), id.to_string().into());
        }
        let replaces: SortedMap<String, Vec<EventId>> = data.keys().map(|it| (it.clone(), named.clone())).collect();
        let draft = Draft { kind: plan.kind.into(), subject: plan.subject.into(), on: day("2026-11-18"), data };
        let stamp = Stamp {
            at: Hlc::new(NOON + plan.minute * 60_000, 0),
            by: PersonId([plan.device; 16]),
            device: DeviceId([plan.device; 16]),
            n: 1 + number as i64,
            after: named,
            replaces,
            salt: [number as u8; 16],
        };
        events.push(stamped(draft, stamp));
    }
    events
}

pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Book {
    let mut book = Book::default();
    for event in events {
        book.add(event);
    }
    book
}

/// Which questions are open is known without looking.
fn knows_its_disputes(book: &Book) {
    let disputed: BTreeSet<String> =
        book.subjects().filter(|(_, it)| !it.disputed().is_empty()).map(|(name, _)| name).collect();
    assert_eq!(book.disputed().map(str::to_owned).collect::<BTreeSet<_>>(), disputed);
}

/// Asks the book everything a page could ask.
pub fn read_all(book: &Book) {
    let now = day("2026-11-18").and_hms_opt(9, 0, 0).unwrap();
    let shelf = posyandu::domain::book::LazyShelf::default();
    let desk = Desk::new(book, &shelf, now, "11111111111111111111111111111111");
    let sesi = SesiId::parse("2026-11-18:utama").unwrap();
    let named = || sesi.to_string();
    let month = |first: &str| Query::Laporan(view::laporan::Query::Month { bulan: first.into() });
    let mut asked = vec![
        Query::Beranda,
        Query::Posyandu,
        month("2026-10"),
        month("2026-11"),
        Query::Sesi(view::sesi::Query::Days),
        Query::Sesi(view::sesi::Query::Kader),
        Query::Sesi(view::sesi::Query::Day { sesi: named(), station: 2 }),
        Query::Sesi(view::sesi::Query::Tutup { sesi: named() }),
        Query::Sesi(view::sesi::Query::Plan { sesi: named() }),
        Query::Aduan(view::aduan::Query::Emergency { kategori: String::new() }),
    ];
    for id in ["a", "b"] {
        asked.push(Query::Warga(view::warga::Query::Person { id: id.into() }));
        asked.push(Query::Warga(view::warga::Query::Family { id: id.into() }));
        asked.push(Query::Sesi(view::sesi::Query::Form { sesi: named(), sasaran: id.into() }));
    }
    let _ = (asked.iter().filter_map(|it| view::answer(&desk, it)).count(), desk.shelf().len());
    let _ = (book.posyandu().map(|it| it.text("nama")), book.present(&sesi), book.sesi_list().count());
    let _ = book.keluarga_list().count();
    for sasaran in book.sasaran_list() {
        let _ = (book.visits(&sasaran.id), book.same_person(&sasaran.id), sasaran.kelamin.map(Sex::code));
    }
    for name in SUBJECTS {
        if let Some(subject) = book.subject(name) {
            let _ = (subject.disputed().len(), subject.tips(), subject.is_void(), subject.latest());
            for register in REGISTERS {
                let heads = subject.heads(register);
                assert_eq!(heads.last().map(|it| it.id), subject.write(register).map(|it| it.id), "the greatest head");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_do_not_matter(
        (plans, order, again) in prop::collection::vec(plan(), 0..24).prop_flat_map(|plans| {
            let indexes: Vec<usize> = (0..plans.len()).collect();
            (Just(plans), Just(indexes).prop_shuffle(), prop::collection::vec(any::<Index>(), 0..8))
        })
    ) {
        let events = events(plans);
        let mut delivered: Vec<&Event> = order.iter().map(|it| &events[*it]).collect();
        if !events.is_empty() {
            for index in &again {
                delivered.insert(index.index(delivered.len()), index.get(&events));
            }
        }
        prop_assert_eq!(fold(delivered), fold(&events));
    }

    /// A tombstone says the same whether its event was there before it, comes after it, or never.
    #[test]
    fn erasing_is_final_in_any_order(
        (plans, order) in prop::collection::vec((plan(), any::<bool>()), 0..16).prop_flat_map(|plans| {
            let indexes: Vec<usize> = (0..2 * plans.len()).collect();
            (Just(plans), Just(indexes).prop_shuffle())
        })
    ) {
        let (plans, is_erased): (Vec<Plan>, Vec<bool>) = plans.into_iter().unzip();
        let events = events(plans);
        let last: Vec<Event> = events
            .iter()
            .zip(&is_erased)
            .map(|(event, gone)| if *gone { event.clone().erased() } else { event.clone() })
            .collect();
        let both: Vec<&Event> = events.iter().chain(&last).collect();
        let book = fold(order.iter().map(|it| both[*it]));
        prop_assert_eq!(&book, &fold(&last));
        read_all(&book);
        knows_its_disputes(&book);
    }

    #[test]
    fn the_fold_is_total(plans in prop::collection::vec(plan(), 0..24)) {
        let book = fold(&events(plans));
        read_all(&book);
        knows_its_disputes(&book);
    }

    #[test]
    fn every_event_comes_out_as_it_went_in(plans in prop::collection::vec(plan(), 0..8)) {
        for event in events(plans) {
            let text = event.to_text();
            let read = Event::parse(&text).unwrap();
            prop_assert_eq!(read.to_text(), text);
            prop_assert_eq!(read, event);
        }
    }

    #[test]
    fn no_text_makes_the_entrance_panic(text in ".{0,200}") {
        let _ = Event::parse(&text);
    }

    #[test]
    fn no_byte_of_an_event_can_change_unnoticed(plans in prop::collection::vec(plan(), 1..2), at in any::<Index>(), to in any::<char>()) {
        let event = events(plans).remove(0);
        let text = event.to_text();
        let place = at.index(text.chars().count());
        let altered: String = text.chars().enumerate().map(|(index, it)| if index == place { to } else { it }).collect();
        // Names that begin with `_` are the carrier's own; whatever else is read must be the same event.
        if let Ok(read) = Event::parse(&altered) {
            prop_assert_eq!(read, event);
        }
    }

    #[test]
    fn rosters_fold_in_any_order(order in Just((0usize..6).collect::<Vec<_>>()).prop_shuffle()) {
        let member = |number: u8, kind: &str, on: &str| {
            let id = PersonId([number % 2 + 1; 16]).to_string();
            let data = object([
                ("person", id.as_str().into()),
                ("device", id.as_str().into()),
                ("key", format!("{number:02x}").repeat(32).into()),
                ("roles", vec![].into()),
                ("from", on.into()),
            ]);
            let on = NaiveDate::parse_from_str(on, "%Y-%m-%d").unwrap();
            let stamp = Stamp {
                at: Hlc::new(NOON, 0), by: PersonId([9; 16]), device: DeviceId([9; 16]), n: 1 + i64::from(number),
                after: vec![], replaces: SortedMap::new(), salt: [number; 16],
            };
            stamped(Draft { kind: kind.into(), subject: "roster:x".into(), on, data }, stamp)
        };
        let events = [
            member(1, roster::KEY_ADDED, "2026-01-01"),
            member(2, roster::KEY_ADDED, "2026-02-01"),
            member(3, roster::KEY_ADDED, "2026-05-01"),
            member(4, roster::KEY_ENDED, "2026-03-01"),
            member(5, roster::KEY_ENDED, "2026-04-01"),
            member(6, roster::FOUNDED, "2026-04-01"),
        ];
        let fold = |order: &[usize]| {
            let mut roster = Roster::trusting([7; 32]);
            order.iter().for_each(|it| roster.add(&events[*it], &Stamped([7; 32])));
            roster
        };
        prop_assert_eq!(fold(&order), fold(&[0, 1, 2, 3, 4, 5]));
    }
}

/// Found by the law above: the undo came first, and what it names turned out to be later than it.
#[test]
fn an_undo_takes_back_nothing_later_than_itself_whichever_comes_first() {
    let stamp = |minute: u64, salt: u8| Stamp {
        at: Hlc::new(NOON + minute, 0),
        by: PersonId([1; 16]),
        device: DeviceId([1; 16]),
        n: 1,
        after: vec![],
        replaces: SortedMap::new(),
        salt: [salt; 16],
    };
    let named = Draft {
        kind: "sasaran.changed".into(),
        subject: "a".into(),
        on: day("2026-11-18"),
        data: object([("nama", "Umpama".into())]),
    };
    let late = stamped(named, stamp(5, 1));
    let undo = stamped(super::support::undo(&late), stamp(4, 2));
    assert_eq!(fold([&undo, &late]), fold([&late, &undo]));
    assert_eq!(fold([&undo, &late]).subject("a").unwrap().text("nama").as_deref(), Some("Umpama"));
}
