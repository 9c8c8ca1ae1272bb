//! What a new phone is told by a colleague's phone, and what it makes of it.

use posyandu::domain::json::object;
use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::id::{DeviceId, EventId, PersonId};
use posyandu::domain::ledger::roster::{self, Ed25519, Trust};
use posyandu::domain::transfer::{self, TransferKeys};
use posyandu::sync::codes::welcome::{self, Newcomer, Unwelcome, Welcome};

use super::support::{NOON, Phone, changed, day, draft, key, key_added, key_ended, signer_key};

const SCOPE: &str = "posyandu-00000000000000000000000000000001";
const HOUR: u64 = 3_600_000;

fn scopes() -> Vec<String> {
    vec![SCOPE.to_owned()]
}

/// The founding phone, which has a transfer key and has let a newcomer in.
fn host() -> (Phone, Newcomer) {
    let mut host = Phone::founder(1, &key(100));
    let set = transfer::new_key(&host.ledger.roster, &scopes(), [3; 32], day("2026-11-18"));
    host.record(vec![set]);
    let who = Newcomer { person: PersonId([2; 16]), device: DeviceId([2; 16]), key: signer_key(&key(2)) };
    host.record(vec![
        key_added(who.person, who.device, who.key, "2026-11-17"),
        draft("kader.registered", &who.person.to_string(), object([("nama", "Bu Dewi".into())])),
    ]);
    (host, who)
}

/// The host is connected: a server's root names others, and the host's own key anew.
fn connected(host: &mut Phone) -> Phone {
    let mut server = Phone::new(9, &key(200));
    server.root = Some(key(200));
    let others = server.record(vec![
        key_added(PersonId([5; 16]), DeviceId([5; 16]), signer_key(&key(5)), "2020-01-01"),
        key_added(host.by, host.device, signer_key(&host.key), "2020-01-01"),
    ]);
    host.ledger.roster.trust_also(signer_key(&key(200)));
    let texts: Vec<String> = others.iter().map(Event::to_text).collect();
    assert_eq!(host.hear(&texts).refused, []);
    server
}

fn events(host: &Phone, chosen: &[EventId]) -> Vec<Event> {
    let stored = |id: &EventId| host.disk.iter().map(|it| Event::parse(it).unwrap()).find(|it| it.id() == *id).unwrap();
    chosen.iter().map(stored).collect()
}

fn welcome_of() -> Welcome {
    Welcome { scope: SCOPE.to_owned(), root: signer_key(&key(100)) }
}

fn told(host: &Phone) -> Vec<Event> {
    let chosen = welcome::chosen(&host.ledger.book, &host.ledger.roster, &scopes());
    welcome::believed_by(welcome_of().root, &events(host, &chosen), &Ed25519)
}

fn texts(events: &[Event]) -> Vec<String> {
    events.iter().map(Event::to_text).collect()
}

#[test]
fn a_newcomer_is_let_in_also_by_a_phone_that_a_server_knows() {
    let (mut host, who) = host();
    let invited = |host: &Phone| welcome_of().invites(&texts(&told(host)), &who, NOON, &Ed25519);
    assert_eq!(invited(&host).as_deref(), Ok("Contoh Melati"));
    connected(&mut host);
    assert_eq!(invited(&host).as_deref(), Ok("Contoh Melati"));
    // What the server's root says would be forged to her.
    let all = welcome::chosen(&host.ledger.book, &host.ledger.roster, &scopes());
    let all = texts(&events(&host, &all));
    assert_eq!(welcome_of().invites(&all, &who, NOON, &Ed25519), Err(Unwelcome::Damaged));
}

#[test]
fn she_gets_a_transfer_key_that_she_believes_or_none() {
    let (mut host, _) = host();
    assert!(welcome_of().has_transfer_key(&told(&host), &Ed25519));
    let server = connected(&mut host);
    assert!(welcome_of().has_transfer_key(&told(&host), &Ed25519));

    // Of a posyandu in which somebody made it whom only the server named, she could not believe it.
    let (mut host, _) = (Phone::founder(1, &key(100)), ());
    host.ledger.roster.trust_also(signer_key(&key(200)));
    host.hear(&server.disk);
    let mut other = Phone::new(5, &key(200));
    other.hear(&server.disk);
    let set = transfer::new_key(&other.ledger.roster, &scopes(), [4; 32], day("2026-11-18"));
    let set = texts(&other.record(vec![set]));
    host.hear(&set);
    let keys = TransferKeys::of(&host.ledger.book, &host.ledger.roster, &scopes());
    assert!(keys.current.is_some());
    assert!(!welcome_of().has_transfer_key(&told(&host), &Ed25519));
}

#[test]
fn only_what_is_still_true_is_told() {
    let (mut host, who) = host();
    let before = told(&host).len();
    let person = who.person.to_string();
    for nama in ["Dewi", "Bu Dewi U.", "Bu Dewi Umpama"] {
        host.record(vec![draft("kader.changed", &person, object([("nama", nama.into())]))]);
        host.record(vec![draft(
            "posyandu.changed",
            "00000000000000000000000000000001",
            object([("nama", format!("Melati {nama}").as_str().into())]),
        )]);
        host.record(vec![changed("a0000000000000000000000000000000", "nama", "Warga Rekaan")]);
    }
    let gone = Newcomer { person: PersonId([7; 16]), device: DeviceId([7; 16]), key: signer_key(&key(7)) };
    host.record(vec![key_added(gone.person, gone.device, gone.key, "2020-01-01")]);
    host.record(vec![key_ended(gone.person, gone.device, "2026-11-18")]);
    let told = told(&host);
    // The last name of the posyandu came beside the founding; hers took the place of the first.
    assert_eq!(told.len(), before + 1, "{:?}", told.iter().map(Event::kind).collect::<Vec<_>>());
    let nama = welcome_of().invites(&texts(&told), &who, NOON, &Ed25519);
    assert_eq!(nama.as_deref(), Ok("Melati Bu Dewi Umpama"));
    assert!(told.iter().all(|it| it.kind() != "sasaran.changed"));
}

#[test]
fn a_clock_that_is_behind_is_said_before_anything_is_stamped_with_it() {
    let (host, who) = host();
    let told = texts(&told(&host));
    let by = |now_ms| welcome_of().invites(&told, &who, now_ms, &Ed25519);
    assert_eq!(by(NOON - 24 * HOUR), Err(Unwelcome::Clock));
    assert_eq!(by(NOON - HOUR - 1000), Err(Unwelcome::Clock));
    assert!(by(NOON - HOUR + 1000).is_ok());
    assert!(by(NOON + 24 * HOUR).is_ok());
}

#[test]
fn who_is_not_named_does_not_come_in() {
    let (host, who) = host();
    let told = texts(&told(&host));
    let other = Newcomer { key: signer_key(&key(66)), ..who };
    assert_eq!(welcome_of().invites(&told, &other, NOON, &Ed25519), Err(Unwelcome::Damaged));
    let office = Welcome { scope: "kantor-1".into(), ..welcome_of() };
    assert_eq!(office.invites(&told, &who, NOON, &Ed25519), Err(Unwelcome::Damaged));
    assert_eq!(welcome_of().invites(&[], &who, NOON, &Ed25519), Err(Unwelcome::Damaged));
}

#[test]
fn the_databases_of_a_posyandu_that_was_founded_twice_are_known_from_the_adoption() {
    let two = "posyandu-00000000000000000000000000000002";
    let mut phone = Phone::founder(1, &key(100));
    assert_eq!(phone.ledger.roster.joined_with(SCOPE, None), [SCOPE]);
    assert_eq!(phone.ledger.roster.joined_with(two, Some(SCOPE)), [SCOPE, two]);
    let mut server = Phone::new(9, &key(200));
    server.root = Some(key(200));
    let adopted = |scope: &str, seed: u8| {
        let root: String = signer_key(&key(seed)).iter().map(|it| format!("{it:02x}")).collect();
        let data = object([
            ("root", root.as_str().into()),
            ("until", object([]).into()),
            ("events", Vec::new().into()),
            ("scope", scope.into()),
            ("into", SCOPE.into()),
            ("desa", "9901012001".into()),
        ]);
        draft(roster::ADOPTED, &format!("roster:{root}"), data)
    };
    server.record(vec![adopted(SCOPE, 100), adopted(two, 101)]);
    phone.ledger.roster.trust_also(signer_key(&key(200)));
    assert!(phone.hear(&server.disk).new.iter().all(|(_, trust)| *trust == Trust::Verified));
    assert_eq!(phone.ledger.roster.joined_with(SCOPE, Some(SCOPE)), [SCOPE, two]);
    assert_eq!(phone.ledger.roster.joined_with(two, None), [SCOPE, two]);
    assert_eq!(phone.ledger.roster.joined_with("kantor-1", None), ["kantor-1"]);
}
