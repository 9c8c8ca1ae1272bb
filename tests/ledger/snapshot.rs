//! A snapshot is a cache: whoever reads one answers as whoever folded every event, and a torn one is none.

use posyandu::domain::book::{Book, LazyShelf};
use posyandu::domain::latihan;
use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::roster;
use posyandu::domain::sesi::SesiId;
use posyandu::domain::view::{self, Desk, Query};
use posyandu::store::Ledger;
use proptest::prelude::*;
use proptest::sample::Index;

use super::erasure::{erased_founder, founder};
use super::laws::{SUBJECTS, events, fold, plan, read_all};
use super::practice::{recorded, today};
use super::support::{NOON, Stamped, day};

/// Reads what it would write.
fn again(ledger: &Ledger) -> Ledger {
    Ledger::from_snapshot(ledger.to_snapshot()).unwrap()
}

fn packed(book: &Book) -> Book {
    let mut bytes = vec![1, 2];
    book.pack(&mut bytes);
    Book::unpack(bytes, 2).unwrap()
}

/// What is found by way of names: lists, who came, who was seen when.
fn ways(book: &Book) -> String {
    let days: Vec<SesiId> = book.sesi_list().map(|it| it.id).chain(SesiId::parse("2026-11-18:rumah")).collect();
    let came: Vec<_> = days.iter().map(|it| book.present(it)).collect();
    let words = ["posyandu", "kader", "keluarga", "sasaran", "gabung", "sesi", "aduan", "hadir"];
    let lists: Vec<Vec<&str>> = words.iter().map(|it| book.names(it).collect()).collect();
    let people: Vec<_> = book.sasaran_list().collect();
    let known = people.iter().map(|it| it.id.as_str()).chain(SUBJECTS);
    let visits: Vec<_> = known.map(|it| book.visits(it)).collect();
    format!("{came:?} {lists:?} {people:?} {visits:?} {:?} {}", book.merged(), book.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Undone, erased and joined, at any two places of the history.
    #[test]
    fn a_snapshot_in_the_middle_changes_nothing(
        plans in prop::collection::vec((plan(), any::<bool>()), 0..24),
        cuts in any::<[Index; 2]>(),
    ) {
        let (plans, is_erased): (Vec<_>, Vec<bool>) = plans.into_iter().unzip();
        let mut events = events(plans);
        let gone: Vec<Event> = events.iter().zip(is_erased).filter(|(_, it)| *it).map(|(it, _)| it.clone().erased()).collect();
        events.extend(gone);
        let cuts = cuts.map(|it| it.index(events.len() + 1));
        let mut book = Book::default();
        for (number, event) in events.iter().enumerate() {
            if cuts.contains(&number) {
                book = packed(&book);
            }
            book.add(event);
        }
        let whole = fold(&events);
        prop_assert_eq!(&book, &whole);
        prop_assert_eq!(ways(&book), ways(&whole));
        // Nothing was asked of this one before it is written again.
        let twice = packed(&packed(&book));
        prop_assert_eq!(ways(&twice), ways(&whole));
        prop_assert_eq!(twice, whole);
    }

    /// The seal notices it first; whoever removes the seal gets nothing, or a book, and never a trap.
    #[test]
    fn no_altered_byte_makes_a_book_panic(
        plans in prop::collection::vec(plan(), 1..12),
        at in any::<Index>(),
        to in any::<u8>(),
    ) {
        let mut ledger = Ledger::default();
        ledger.book = fold(&events(plans));
        let mut bytes = ledger.to_snapshot();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Some(read) = Ledger::from_snapshot(bytes) {
            ledger = read;
        }
        read_all(&ledger.book);
    }
}

#[test]
fn a_snapshot_that_ends_too_early_or_too_late_is_none() {
    let (phone, _) = founder();
    let bytes = phone.ledger.to_snapshot();
    for end in 0..bytes.len() {
        assert!(Ledger::from_snapshot(bytes[..end].to_vec()).is_none(), "{end} of {} bytes", bytes.len());
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(Ledger::from_snapshot(longer).is_none());
    assert_eq!(Ledger::from_snapshot(bytes), Some(phone.ledger));
}

#[test]
fn nothing_of_what_was_erased_stays_in_a_snapshot() {
    let (phone, events) = erased_founder();
    assert!(phone.ledger.book.has_erased(&events[1]));
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|it| it == word.as_bytes());
    let bytes = phone.ledger.to_snapshot();
    assert!(holds(&bytes, roster::ERASED) && !holds(&bytes, "Umpama"));
}

#[test]
fn practice_goes_on_behind_a_snapshot_as_if_there_were_none() {
    let latihan = latihan::generate(latihan::SEED, today(), 20, 6);
    let (whole, events) = recorded(&latihan);
    let verified: Vec<_> = events.into_iter().map(|it| (it, roster::Trust::Verified)).collect();
    let mut ledger = Ledger::default();
    for part in verified.chunks(verified.len() / 3) {
        let _ = ledger.apply(part, NOON, &Stamped([0; 32]));
        ledger = again(&ledger);
    }
    ledger.clock = whole.clock;
    assert_eq!(ledger, whole);
    assert_eq!(ways(&ledger.book), ways(&whole.book));
    // Each screen from a book of which nothing else was asked.
    let sesi = whole.book.sesi_list().last().unwrap().id;
    let someone = whole.book.sasaran_list().next().unwrap().id;
    let queries = [
        Query::Beranda,
        Query::Laporan(view::laporan::Query::Month { bulan: sesi.on.format("%Y-%m").to_string() }),
        Query::Sesi(view::sesi::Query::Days),
        Query::Sesi(view::sesi::Query::Kader),
        Query::Sesi(view::sesi::Query::Day { sesi: sesi.to_string(), station: 2 }),
        Query::Warga(view::warga::Query::Families { most: u32::MAX }),
        Query::Warga(view::warga::Query::People { most: 100, no_nik: false }),
        Query::Warga(view::warga::Query::Person { id: someone }),
        Query::Warga(view::warga::Query::Search { text: "a".into() }),
        Query::Posyandu,
    ];
    for (number, query) in queries.iter().enumerate() {
        let answer = |ledger: &Ledger| {
            let shelf = LazyShelf::default();
            let now = day("2026-11-22").and_hms_opt(9, 0, 0).unwrap();
            let desk = Desk::new(&ledger.book, &shelf, now, "11111111111111111111111111111111");
            postcard::to_allocvec(&view::answer(&desk, query).unwrap()).unwrap()
        };
        assert_eq!(answer(&again(&whole)), answer(&whole), "query {number}");
    }
}
