//! What may enter, and what it may decide.

use ed25519_dalek::SigningKey;
use posyandu::domain::json::object;
use posyandu::domain::ledger::event::{Draft, Event, EventError, Stamp};
use posyandu::domain::ledger::id::{DeviceId, PersonId};
use posyandu::domain::ledger::roster::{Ed25519, Standing, Trust};
use posyandu::domain::ledger::{Hlc, event, roster};
use posyandu::domain::scope::Class;
use posyandu::store::Refused;
use proptest::prelude::*;

use super::support::{NOON, Phone, changed, day, draft, key, key_added, key_ended, signer_key};

const ANI: &str = "a0000000000000000000000000000000";

fn founder() -> Phone {
    Phone::founder(1, &key(100))
}

/// An event that says it is `phone`'s, signed with another key.
fn signed_with(seed: u8, phone: &Phone, draft: Draft) -> Event {
    let stamp = Stamp {
        at: Hlc::new(NOON + 1, 0),
        by: phone.by,
        device: phone.device,
        n: 9_000_000_000_000_000,
        after: vec![],
        replaces: Default::default(),
        salt: [7; 16],
    };
    Event::sign(draft, stamp, &key(seed))
}

#[track_caller]
fn refuses(text: &str, why: &Refused) {
    let mut phone = founder();
    let before = phone.ledger.clone();
    let received = phone.hear(&[text.to_owned()]);
    assert_eq!(received.refused, [(text.to_owned(), why.clone())]);
    assert!(received.new.is_empty());
    assert_eq!(phone.ledger, before, "a refused document changes nothing");
}

fn honest() -> String {
    let mut phone = founder();
    phone.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0).to_text()
}

#[test]
fn a_known_author_does_not_sign_with_another_key() {
    let forged = signed_with(66, &founder(), changed(ANI, "nama", "Ani Rekaan"));
    refuses(&forged.to_text(), &Refused::Forged);
}

/// The new root takes over what the old one signed on a device up to a running number.
fn adopted(old: &SigningKey, device: DeviceId, n: i64) -> Draft {
    let hex: String = signer_key(old).iter().map(|it| format!("{it:02x}")).collect();
    let until = object([(&*device.to_string(), n.into())]);
    let data =
        object([("root", hex.as_str().into()), ("until", until.into()), ("scope", "a".into()), ("into", "a".into())]);
    draft(roster::ADOPTED, &format!("roster:{hex}"), data)
}

#[test]
fn what_a_root_that_worked_alone_signed_counts_up_to_the_number_that_was_adopted() {
    let mut alone = founder();
    let second = Phone::joined(3, &mut alone);
    alone.record(vec![changed(ANI, "nama", "Ani Rekaan")]);
    let until = alone.ledger.numbers.get(&(alone.device, Class::Posyandu)).copied().unwrap();
    let late =
        alone.record(vec![key_added(PersonId([66; 16]), DeviceId([66; 16]), signer_key(&key(66)), "2020-01-01")]);

    let mut server = Phone::new(9, &key(200));
    server.root = Some(key(200));
    let adoption = server.record(vec![adopted(&key(100), alone.device, until)]).remove(0).to_text();
    let mut other = Phone::new(4, &key(200));
    // The adoption comes last in the delivery and counts first.
    let mut texts = alone.disk.clone();
    texts.push(adoption.clone());
    let received = other.hear(&texts);
    assert_eq!(received.refused, [(late[0].to_text(), Refused::Forged)], "behind the number it is not the root's");
    assert_eq!(other.text(ANI, "nama").as_deref(), Some("Ani Rekaan"));
    assert_eq!(other.ledger.unverified(), 0);
    assert!(other.ledger.roster.members_on(day("2026-11-18")).any(|it| it.device == second.device));

    // Came apart and in the wrong order: quarantined, and delivered again when the adoption comes.
    let mut apart = Phone::new(6, &key(200));
    apart.hear(&alone.disk);
    assert_eq!(apart.text(ANI, "nama"), None);
    apart.hear(&[adoption]);
    assert_eq!(apart.ledger.book, other.ledger.book);
    assert_eq!(apart.quarantine.len(), 1);
}

/// A root's word about a key that reads and signs nothing.
fn reader_named(used: &str, key: &SigningKey) -> Draft {
    let hex: String = signer_key(key).iter().map(|it| format!("{it:02x}")).collect();
    draft(
        roster::READER_NAMED,
        &format!("roster:pembaca:{used}"),
        object([("untuk", used.into()), ("key", hex.into())]),
    )
}

/// A root's word about an officer who steers complaints of a kabupaten.
fn officer_added(seed: u8, area: &str, role: &str) -> Draft {
    let mut draft = key_added(PersonId([seed; 16]), DeviceId([seed; 16]), signer_key(&key(seed)), "2020-01-01");
    draft.data.insert("roles".into(), vec![role.into()].into());
    draft.data.insert("areas".into(), vec![area.into()].into());
    draft
}

#[test]
fn what_is_sealed_is_read_by_those_who_steer_there_and_by_the_key_in_the_drawer() {
    let mut server = Phone::new(9, &key(200));
    server.root = Some(key(200));
    let mut phone = Phone::new(4, &key(200));
    let mut says = |phone: &mut Phone, draft: Draft| phone.hear(&[server.record(vec![draft]).remove(0).to_text()]);
    says(&mut phone, reader_named(roster::FOR_RECOVERY, &key(90)));
    says(&mut phone, reader_named(roster::FOR_SYSTEM, &key(91)));
    let officers = |phone: &Phone, kabupaten: &str| phone.ledger.roster.officers(kabupaten, day("2026-11-18"));
    assert!(officers(&phone, "9901").is_empty(), "nobody steers: it waits, and the drawer stays shut");
    for (seed, area, role) in [
        (71, "9901", "pengendali"),
        (72, "9901012001", "pengendali"),
        (73, "9902", "pengendali"),
        (74, "9901", "pengelola"),
    ] {
        says(&mut phone, officer_added(seed, area, role));
    }
    let of = |seeds: &[u8]| seeds.iter().map(|it| signer_key(&key(*it))).collect::<Vec<_>>();
    assert_eq!(officers(&phone, "9901"), of(&[90, 72, 71]));
    assert_eq!(officers(&phone, "9902"), of(&[90, 73]));
    says(&mut phone, key_ended(PersonId([71; 16]), DeviceId([71; 16]), "2027-01-01"));
    assert_eq!(phone.ledger.roster.officers("9901", day("2027-11-18")), of(&[90, 72]));
    // A new one for the same use.
    says(&mut phone, reader_named(roster::FOR_SYSTEM, &key(92)));
    assert_eq!(phone.ledger.roster.reader(roster::FOR_SYSTEM), Some(signer_key(&key(92))));
}

#[test]
fn a_root_that_worked_alone_names_no_readers() {
    let mut alone = founder();
    let word = alone.record(vec![reader_named(roster::FOR_SYSTEM, &key(90))]).remove(0);
    let officer = alone.record(vec![officer_added(71, "9901", "pengendali")]).remove(0);
    let mut server = Phone::new(9, &key(200));
    server.root = Some(key(200));
    let adoption = server.record(vec![named(&key(100), &[&word, &officer])]).remove(0).to_text();
    let mut other = Phone::new(4, &key(200));
    other.hear(&[adoption, word.to_text(), officer.to_text()]);
    assert_eq!(other.ledger.roster.reader(roster::FOR_SYSTEM), None);
    assert!(other.ledger.roster.officers("9901", day("2026-11-18")).is_empty());
    // Also where both roots count: on the phone that founded it.
    alone.ledger.roster.trust_also(signer_key(&key(200)));
    assert!(alone.ledger.roster.officers("9901", day("2026-11-18")).is_empty());
    assert_eq!(alone.ledger.roster.reader(roster::FOR_SYSTEM), None);
    let later = server.record(vec![reader_named(roster::FOR_SYSTEM, &key(92))]).remove(0);
    alone.hear(&[later.to_text()]);
    assert_eq!(alone.ledger.roster.reader(roster::FOR_SYSTEM), Some(signer_key(&key(92))), "whatever her clock said");
}

/// The new root takes over these words of the old one, in a posyandu and its desa.
fn named(old: &SigningKey, events: &[&Event]) -> Draft {
    let mut draft = adopted(old, DeviceId([66; 16]), 1000);
    draft.data.insert("events".into(), events.iter().map(|it| it.id().to_string().into()).collect::<Vec<_>>().into());
    draft.data.insert("scope".into(), scope(1).as_str().into());
    draft.data.insert("into".into(), scope(1).as_str().into());
    draft.data.insert("desa".into(), "9901012001".into());
    draft
}

fn scope(number: u8) -> String {
    format!("posyandu-{}", format!("{number:02x}").repeat(16))
}

fn server() -> Phone {
    let mut server = Phone::new(9, &key(200));
    server.root = Some(key(200));
    server
}

fn parsed(text: &str) -> Event {
    Event::parse(text).unwrap()
}

#[test]
fn an_adopted_root_says_nothing_new_however_old_it_makes_it_look() {
    let mut alone = founder();
    let said: Vec<Event> = alone.disk.iter().map(|it| parsed(it)).collect();
    let late =
        signed_with(100, &alone, key_added(PersonId([66; 16]), DeviceId([66; 16]), signer_key(&key(66)), "2020-01-01"));
    // With a number that was never used, and one that was.
    let mut back = Vec::new();
    for n in [1, 900] {
        let stamp = Stamp {
            at: Hlc::new(NOON - 1000, 0),
            by: alone.by,
            device: DeviceId([66; 16]),
            n,
            after: vec![],
            replaces: Default::default(),
            salt: [8; 16],
        };
        let draft = key_added(PersonId([66; 16]), DeviceId([66; 16]), signer_key(&key(66)), "2020-01-01");
        back.push(Event::sign(draft, stamp, &key(100)));
    }
    let adoption = server().record(vec![named(&key(100), &said.iter().collect::<Vec<_>>())]).remove(0).to_text();
    let mut other = Phone::new(5, &key(200));
    other.hear(&[adoption]);
    assert!(other.hear(&alone.disk.clone()).refused.is_empty());
    for event in [&late, &back[0], &back[1]] {
        assert_eq!(other.hear(&[event.to_text()]).refused, [(event.to_text(), Refused::Forged)]);
    }
    let hers = alone.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
    other.hear(&[hers.to_text()]);
    assert_eq!(other.text(ANI, "nama").as_deref(), Some("Ani Rekaan"));
}

#[test]
fn an_adopted_root_counts_where_its_posyandu_is_and_lets_in_kader_alone() {
    let mut alone = founder();
    let officer = Phone::new(7, &key(100));
    let mut draft = key_added(officer.by, officer.device, signer_key(&officer.key), "2020-01-01");
    draft.data.insert("roles".into(), vec!["pengurus".into()].into());
    alone.record(vec![draft]);
    let said: Vec<Event> = alone.disk.iter().map(|it| parsed(it)).collect();
    let adoption = server().record(vec![named(&key(100), &said.iter().collect::<Vec<_>>())]).remove(0).to_text();
    let aduan = draft_of_aduan();
    let child = alone.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0).to_text();
    let hers = alone.record(vec![aduan.clone()]).remove(0).to_text();
    let officers = signed_with(7, &officer, aduan).to_text();
    for (here, counts) in [
        (vec![scope(1), "aduan-9901012001".into()], [true, true, true, false]),
        (vec![scope(2), "aduan-9901012001".into()], [true, false, true, false]),
        (vec![scope(2), "aduan-9901012002".into()], [false; 4]),
        (vec!["aduan-9901012001".into(), "tabel-9901".into()], [true, false, true, false]),
    ] {
        let mut phone = Phone::new(5, &key(200));
        phone.ledger.roster.stand_in(here.clone());
        phone.hear(std::slice::from_ref(&adoption));
        phone.hear(&alone.disk[1..2]);
        let is_in = phone.ledger.roster.members_on(day("2026-11-18")).count() > 0;
        phone.hear(&alone.disk[2..3]);
        let trust = |text: &String| phone.ledger.roster.judge(&parsed(text), &Ed25519) == Trust::Verified;
        // Where only complaints are kept, no class says where a child would stand.
        let children = trust(&child) && here[0].starts_with("posyandu");
        assert_eq!([is_in, children, trust(&hers), trust(&officers)], counts, "{here:?}");
    }
}

#[test]
fn an_adoption_that_names_words_of_others_takes_nothing_from_them() {
    let mut server = server();
    let dewi = Phone::new(5, &key(200));
    let mut office = key_added(dewi.by, dewi.device, signer_key(&dewi.key), "2020-01-01");
    office.data.insert("areas".into(), vec![scope(2).into()].into());
    let word = server.record(vec![office]).remove(0);
    let mut alone = founder();
    let said: Vec<Event> = alone.disk.iter().map(|it| parsed(it)).collect();
    // Somebody who began alone names the office's word, and what another posyandu said, as if they were his.
    let all: Vec<&Event> = said.iter().chain([&word]).collect();
    let words = server.record(vec![named(&key(101), &all), named(&key(100), &said.iter().collect::<Vec<_>>())]);
    for place in [1, 2] {
        let mut phone = Phone::new(7, &key(200));
        phone.ledger.roster.stand_in(vec![scope(place), "aduan-9901012001".into()]);
        phone.hear(&[words[0].to_text(), words[1].to_text(), word.to_text()]);
        phone.hear(&alone.disk.clone());
        let trust = |it: &Event| phone.ledger.roster.judge(it, &Ed25519);
        let hers = signed_with(5, &dewi, changed(ANI, "nama", "Ani Rekaan"));
        let first = alone.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
        let counts = (trust(&hers) == Trust::Verified, trust(&first) == Trust::Verified);
        assert_eq!(counts, (place == 2, place == 1));
    }
}

fn draft_of_aduan() -> Draft {
    draft("aduan.t2", ANI, object([("kategori", "air".into())]))
}

#[test]
fn only_the_servers_root_ends_keys_and_erases_once_there_is_one() {
    let mut alone = founder();
    let mut second = Phone::joined(3, &mut alone);
    let child = second.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
    alone.hear(&[child.to_text()]);
    let lost = |phone: &Phone| {
        let mut draft = key_ended(phone.by, phone.device, "2020-01-02");
        draft.data.insert("lost".into(), true.into());
        draft
    };
    let erased = draft(roster::ERASED, &format!("hapus:{ANI}"), roster::erasing([&child]));
    let said: Vec<Event> = alone.disk.iter().map(|it| parsed(it)).collect();
    let words = [lost(&second), key_ended(second.by, second.device, "2020-01-02"), erased.clone()]
        .map(|it| signed_with(100, &alone, it));
    // While it works alone it does both.
    let mut before = founder();
    before.hear(&alone.disk[2..]);
    assert!(words.iter().all(|it| before.ledger.roster.judge(it, &Ed25519) == Trust::Verified));
    // Connected it does not, on its own phone and where it is adopted; its own keys it ends where that is adopted.
    alone.ledger.roster.trust_also(signer_key(&key(200)));
    assert!(words.iter().all(|it| alone.ledger.roster.judge(it, &Ed25519) == Trust::Forged));
    let all: Vec<&Event> = said.iter().chain(&words).collect();
    let adoption = server().record(vec![named(&key(100), &all)]).remove(0);
    let mut other = Phone::new(5, &key(200));
    other.hear(&[adoption.to_text()]);
    let trust = |it: &Event| other.ledger.roster.judge(it, &Ed25519);
    assert_eq!(words.each_ref().map(trust), [Trust::Forged, Trust::Verified, Trust::Forged]);
    assert!(!other.ledger.roster.is_lost(second.device));
    // The server's root does.
    for draft in [lost(&second), erased] {
        let word = signed_with(200, &alone, draft);
        assert_eq!((trust(&word), alone.ledger.roster.judge(&word, &Ed25519)), (Trust::Verified, Trust::Verified));
        alone.hear(&[word.to_text()]);
    }
    assert!(alone.ledger.roster.is_lost(second.device));
}

#[test]
fn what_was_said_alone_stays_said_when_everything_is_judged_anew() {
    let mut alone = founder();
    let mut second = Phone::joined(3, &mut alone);
    let gone = second.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
    second.now_ms += 5 * 86_400_000;
    let late = second.record(vec![changed(ANI, "nama", "Palsu")]).remove(0);
    alone.hear(&[gone.to_text(), late.to_text()]);
    alone.record(vec![draft(roster::ERASED, &format!("hapus:{ANI}"), roster::erasing([&gone]))]);
    alone.ledger.roster.trust_also(signer_key(&key(200)));
    let mut server = server();
    server.hear(&alone.disk.clone());
    let ended = server.record(vec![key_ended(second.by, second.device, "2026-11-20")]).remove(0);
    alone.hear(&[ended.to_text()]);
    assert_eq!(alone.ledger.unverified(), 1, "what was recorded after the end");
    assert_eq!(alone.text(ANI, "nama"), None);
    assert!(alone.ledger.book.has_erased(&gone.erased()), "erased it stays");
}

#[test]
fn an_adopted_end_of_a_key_ends_no_key_of_the_server() {
    let mut alone = founder();
    let second = Phone::joined(3, &mut alone);
    let ended = alone.record(vec![key_ended(second.by, second.device, "2020-01-02")]).remove(0);
    let said: Vec<Event> = alone.disk.iter().map(|it| parsed(it)).collect();
    let mut server = server();
    let words = server.record(vec![
        named(&key(100), &said.iter().collect::<Vec<_>>()),
        key_added(second.by, second.device, signer_key(&second.key), "2020-01-01"),
    ]);
    let mut other = Phone::new(5, &key(200));
    other.hear(&[words[0].to_text()]);
    other.hear(&alone.disk.clone());
    let members = |phone: &Phone| {
        phone.ledger.roster.members_on(day("2026-11-18")).filter(|it| it.device == second.device).count()
    };
    assert_eq!(members(&other), 0, "by its own root it ended");
    other.hear(&[words[1].to_text()]);
    assert_eq!(members(&other), 1);
    assert_eq!(other.ledger.roster.judge(&ended, &Ed25519), Trust::Verified);
}

#[test]
fn an_end_is_of_one_key_and_of_what_was_given_before_it() {
    let root = key(100);
    let mut one = Phone::founder(1, &root);
    let mut two = Phone::joined(2, &mut one);
    let hex: String = signer_key(&two.key).iter().map(|it| format!("{it:02x}")).collect();
    let mut end = key_ended(two.by, two.device, "2026-11-17");
    end.data.insert("key".into(), hex.as_str().into());
    // A second key on the same day, and the first one again: a phone that was found.
    one.record(vec![key_added(two.by, two.device, signer_key(&key(22)), "2026-11-17")]);
    one.record(vec![end]);
    two.now_ms += 1;
    let first = two.record(vec![changed(ANI, "nama", "Pertama")]).remove(0);
    two.key = key(22);
    two.hear(&one.disk.clone());
    let second = two.record(vec![changed(ANI, "nama", "Kedua")]).remove(0);
    let trust = |one: &Phone, it: &Event| one.ledger.roster.judge(it, &Ed25519);
    assert_eq!((trust(&one, &first), trust(&one, &second)), (Trust::Unknown, Trust::Verified));
    one.record(vec![key_added(two.by, two.device, signer_key(&key(2)), "2026-11-17")]);
    assert_eq!(trust(&one, &first), Trust::Verified);
    // One that names no key means all that were there.
    one.record(vec![key_ended(two.by, two.device, "2026-11-17")]);
    assert_eq!((trust(&one, &first), trust(&one, &second)), (Trust::Unknown, Trust::Unknown));
}

#[test]
fn roles_and_areas_are_those_of_the_day_on_which_it_was_recorded() {
    let root = key(200);
    let mut server = server();
    server.now_ms -= 10 * 86_400_000;
    let mut dewi = Phone::new(5, &root);
    dewi.ledger.roster.stand_in(vec![scope(1), "aduan-9901012001".into(), "tabel-9901".into()]);
    let added = |roles: &str, areas: &[&str], from: &str, until: &str| {
        let mut draft = key_added(PersonId([5; 16]), DeviceId([5; 16]), signer_key(&key(5)), from);
        draft.data.insert("roles".into(), vec![roles.into()].into());
        draft.data.insert("areas".into(), areas.iter().map(|it| (*it).into()).collect::<Vec<_>>().into());
        draft.data.insert("until".into(), until.into());
        draft
    };
    // Kader of a neighbor until the 17th; then pengurus here, where she was kader long ago.
    let words = server.record(vec![
        added("kader", &[&scope(2), "9901012002"], "2026-01-01", "2026-11-17"),
        added("pengurus", &["9901012001"], "2026-11-18", "2026-12-31"),
        added("kader", &[&scope(1), "9901012001"], "2025-01-01", "2025-12-31"),
    ]);
    dewi.hear(&words.iter().map(Event::to_text).collect::<Vec<_>>());
    let standing = |dewi: &mut Phone, draft: Draft, on: &str| {
        let event = dewi.record(vec![Draft { on: day(on), ..draft }]).remove(0);
        dewi.ledger.roster.standing(&event, &Ed25519)
    };
    dewi.now_ms = NOON - 86_400_000;
    assert_eq!(standing(&mut dewi, draft_of_aduan(), "2026-11-18"), Standing::Barred, "of another desa");
    assert_eq!(standing(&mut dewi, changed(ANI, "nama", "x"), "2025-06-01"), Standing::Barred);
    dewi.now_ms = NOON;
    assert_eq!(standing(&mut dewi, draft_of_aduan(), "2026-01-01"), Standing::Verified);
    assert_eq!(
        standing(&mut dewi, changed(ANI, "nama", "x"), "2025-06-01"),
        Standing::Barred,
        "whatever day it tells of"
    );
    let may = |class, on: &str| dewi.ledger.roster.may_record(dewi.by, dewi.device, class, day(on));
    assert!(!may(Class::Posyandu, "2026-11-18") && may(Class::Posyandu, "2025-06-01"));
    assert!(may(Class::Aduan, "2026-11-18") && !may(Class::Aduan, "2026-11-17") && !may(Class::Aduan, "2027-01-01"));
    let of_another = dewi.ledger.roster.may_record(dewi.by, DeviceId([6; 16]), Class::Aduan, day("2026-11-18"));
    assert!(!of_another, "a key is of one device");
}

#[test]
fn an_adopted_root_adopts_nobody() {
    let mut alone = founder();
    let second = alone.record(vec![adopted(&key(101), DeviceId([66; 16]), 1000)]).remove(0);
    let mut server = Phone::new(9, &key(200));
    server.root = Some(key(200));
    let adoption = server.record(vec![adopted(&key(100), alone.device, 1000)]).remove(0).to_text();
    let mut other = Phone::new(4, &key(200));
    other.hear(&[adoption]);
    assert_eq!(other.hear(&[second.to_text()]).refused.len(), 1);
}

#[test]
fn nobody_but_the_root_writes_the_roster() {
    let phone = founder();
    let stranger = key_added(PersonId([66; 16]), DeviceId([66; 16]), signer_key(&key(66)), "2020-01-01");
    refuses(&signed_with(1, &phone, stranger).to_text(), &Refused::Forged);
    let founding = draft("posyandu.founded", "00000000000000000000000000000001", object([("nama", "Palsu".into())]));
    refuses(&signed_with(1, &phone, founding).to_text(), &Refused::Forged);
}

#[test]
fn one_altered_byte_is_refused() {
    refuses(&honest().replace("Ani Rekaan", "Ani Rekaam"), &EventError::Altered.into());
}

#[test]
fn another_name_or_revision_is_refused() {
    let text = honest();
    let id = Event::parse(&text).unwrap().id().to_string();
    let other = "0".repeat(32);
    refuses(&text.replace(&format!("\"_id\":\"{id}\""), &format!("\"_id\":\"{other}\"")), &EventError::Altered.into());
    refuses(&text.replace(&format!("1-{id}"), &format!("1-{other}")), &EventError::Revision.into());
    refuses(&text.replace(&format!("1-{id}"), &format!("2-{id}")), &EventError::Revision.into());
    refuses(&text.replace(&format!("\"1-{id}\""), "1"), &EventError::Revision.into());
}

#[test]
fn what_has_more_than_one_reading_is_refused() {
    let text = honest();
    let bad = [
        text.replace("\"v\":1", "\"v\":1,\"v\":1"),
        text.replace("\"v\":1", "\"v\":1.0"),
        text.replace("\"v\":1", "\"v\":1e0"),
        text.replace("\"v\":1", "\"v\":9007199254740992"),
        text.replace("Ani", "\\ud800"),
        text.replace("\"nama\"", "\"n\u{e4}ma\""),
        text[..text.len() - 1].to_owned(),
        format!("{text}x"),
        String::new(),
        "[]".to_owned(),
    ];
    for text in bad {
        let received = founder().hear(std::slice::from_ref(&text));
        assert!(matches!(received.refused[..], [(_, Refused::Event(EventError::Json(_)))]), "{text}");
    }
}

#[test]
fn a_document_without_end_is_refused_before_it_is_read() {
    let text = honest().replace("Ani Rekaan", &"x".repeat(event::MAX_BYTES));
    refuses(&text, &EventError::TooLong.into());
}

#[test]
fn every_member_of_the_envelope_is_asked_for() {
    let mut phone = founder();
    let event = phone.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
    let members = posyandu::domain::json::parse_object(&event.to_text()).unwrap();
    for missing in members.keys().filter(|it| !it.starts_with('_')) {
        let mut members = members.clone();
        members.remove(missing);
        assert!(Event::from_members(members).is_err(), "{missing}");
    }
}

#[test]
fn a_delivery_with_one_bad_document_brings_the_others_in() {
    let mut phone = founder();
    let mut other = Phone::joined(2, &mut phone);
    let good = other.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0).to_text();
    let received = phone.hear(&["{}".to_owned(), good.clone(), good.clone(), good]);
    assert_eq!((received.new.len(), received.known, received.refused.len()), (1, 2, 1));
    assert_eq!(phone.text(ANI, "nama").as_deref(), Some("Ani Rekaan"));
}

#[test]
fn a_stranger_waits_and_counts_once_the_roster_knows_her() {
    let root = key(100);
    let mut one = Phone::founder(1, &root);
    let mut stranger = Phone::new(2, &root);
    let event = stranger.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
    let received = one.hear(&[event.to_text()]);
    assert!(matches!(received.new[..], [(_, Trust::Unknown)]));
    assert_eq!((one.text(ANI, "nama"), one.ledger.unverified()), (None, 1));
    let clock = one.ledger.clock;
    one.record(vec![key_added(stranger.by, stranger.device, signer_key(&stranger.key), "2020-01-01")]);
    assert!(one.ledger.clock.last > clock.last);
    assert_eq!((one.text(ANI, "nama").as_deref(), one.ledger.unverified()), (Some("Ani Rekaan"), 0));
    // Her own phone waits for the same word.
    assert_eq!(stranger.text(ANI, "nama"), None);
    stranger.hear(&one.disk.clone());
    assert_eq!(stranger.ledger.book, one.ledger.book);
}

#[test]
fn a_stranger_moves_neither_our_numbers_nor_our_clock() {
    let mut phone = founder();
    // It names our device, but a person whom nobody knows.
    let mut stranger = founder();
    stranger.by = PersonId([66; 16]);
    let event = signed_with(66, &stranger, changed(ANI, "nama", "Palsu"));
    phone.hear(&[event.to_text()]);
    assert_eq!(phone.ledger.unverified(), 1);
    let own = phone.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
    assert_eq!(own.n(), 3, "founding, key, and this");
}

#[test]
fn an_event_may_arrive_before_the_second_key_of_its_author() {
    let root = key(100);
    let mut one = Phone::founder(1, &root);
    let mut two = Phone::joined(2, &mut one);
    let mut three = Phone::new(3, &root);
    three.hear(&one.disk.clone());
    // A colleague gives her a new PIN: a new key on the same phone.
    two.key = key(22);
    let added = one.record(vec![key_added(two.by, two.device, signer_key(&two.key), "2020-01-01")]).remove(0);
    two.hear(&[added.to_text()]);
    let event = two.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0);
    let received = three.hear(&[event.to_text()]);
    assert!(matches!(received.refused[..], [(_, Refused::Forged)]), "by all that is known");
    three.hear(&[added.to_text()]);
    assert_eq!(three.text(ANI, "nama").as_deref(), Some("Ani Rekaan"));
    assert!(three.quarantine.is_empty());
    assert_eq!(three.ledger.book, two.ledger.book);
}

#[test]
fn what_is_recorded_after_a_key_ended_decides_nothing_whichever_comes_first() {
    const DAY_MS: u64 = 86_400_000;
    let root = key(100);
    let mut one = Phone::founder(1, &root);
    let mut lost = Phone::joined(2, &mut one);
    let before = lost.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0).to_text();
    lost.now_ms += 5 * DAY_MS;
    let after = lost.record(vec![changed(ANI, "nama", "Palsu")]).remove(0).to_text();
    let ended = one.record(vec![key_ended(lost.by, lost.device, "2026-11-20")]).remove(0).to_text();
    let all = [before, after, ended];
    let mut books = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        let mut phone = Phone::new(9, &root);
        phone.hear(&one.disk[..3]);
        for index in order {
            phone.hear(&[all[index].clone()]);
        }
        assert_eq!(phone.text(ANI, "nama").as_deref(), Some("Ani Rekaan"), "{order:?}");
        assert_eq!(phone.ledger.unverified(), 1, "{order:?}");
        books.push(phone.ledger.book);
    }
    assert!(books.iter().all(|it| *it == books[0]));
}

#[test]
fn what_was_recorded_on_the_evening_on_which_a_key_ended_counts_in_every_part_of_the_country() {
    // 22.10 in Medan is past midnight in Jayapura.
    const EVENING: u64 = 1795187400000;
    const DAY_MS: u64 = 86_400_000;
    let root = key(100);
    let mut one = Phone::founder(1, &root);
    let mut lost = Phone::joined(2, &mut one);
    lost.now_ms = EVENING;
    let before = lost.record(vec![changed(ANI, "nama", "Ani Rekaan")]).remove(0).to_text();
    lost.now_ms += 2 * DAY_MS;
    let after = lost.record(vec![changed(ANI, "nama", "Palsu")]).remove(0).to_text();
    one.now_ms = EVENING + 600_000;
    let ended = one.record(vec![key_ended(lost.by, lost.device, "2026-11-20")]).remove(0).to_text();
    let mut phone = Phone::new(9, &root);
    phone.hear(&one.disk[..3]);
    phone.hear(&[ended, before, after]);
    assert_eq!(phone.text(ANI, "nama").as_deref(), Some("Ani Rekaan"));
    assert_eq!(phone.ledger.unverified(), 1);
}

#[test]
fn what_waited_for_a_second_key_still_waits_after_everything_was_judged_anew() {
    const DAY_MS: u64 = 86_400_000;
    let root = key(100);
    let mut one = Phone::founder(1, &root);
    let founding = one.disk.clone();
    let mut two = Phone::new(2, &root);
    let first = two.record(vec![changed(ANI, "nama", "Pertama")]).remove(0);
    two.key = key(22);
    let second = two.record(vec![changed(ANI, "nama", "Kedua")]).remove(0);
    two.key = key(2);
    two.now_ms += 9 * DAY_MS;
    let late = two.record(vec![changed(ANI, "nama", "Terlambat")]).remove(0);
    let roster = one.record(vec![
        key_added(two.by, two.device, signer_key(&key(2)), "2020-01-01"),
        key_ended(two.by, two.device, "2026-11-22"),
        key_added(two.by, two.device, signer_key(&key(22)), "2020-01-01"),
    ]);

    let mut phone = Phone::new(9, &root);
    phone.hear(&founding);
    // The end of the key comes after what it makes doubtful, and before the second key.
    for event in [&first, &second, &late, &roster[0], &roster[1], &roster[2]] {
        phone.hear(&[event.to_text()]);
    }
    assert_eq!(phone.text(ANI, "nama").as_deref(), Some("Kedua"));
    assert_eq!(phone.ledger.unverified(), 1, "what was recorded after the end");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Keys that come and end, a stranger, a second key, in any order and any batches.
    #[test]
    fn trust_does_not_depend_on_the_order_of_arrival(
        order in Just((0usize..14).collect::<Vec<_>>()).prop_shuffle(),
        cuts in prop::collection::vec(1usize..6, 14),
    ) {
        const DAY_MS: u64 = 86_400_000;
        let root = key(100);
        let mut one = Phone::founder(1, &root);
        let mut two = Phone::new(2, &root);
        let mut never = Phone::new(3, &root);
        let mut texts = one.disk.clone();
        for (number, phone) in [(0, &mut one), (1, &mut two), (2, &mut never)] {
            for step in 0..3u64 {
                phone.now_ms = NOON + step * 4 * DAY_MS;
                if number == 1 && step == 1 {
                    phone.key = key(22);
                }
                let name = format!("{number} {step}");
                texts.push(phone.record(vec![changed(ANI, "nama", name.as_str())]).remove(0).to_text());
            }
        }
        one.record(vec![
            key_added(two.by, two.device, signer_key(&key(2)), "2020-01-01"),
            key_added(two.by, two.device, signer_key(&key(22)), "2020-01-01"),
            key_ended(two.by, two.device, "2026-11-23"),
        ]).iter().for_each(|it| texts.push(it.to_text()));
        prop_assert_eq!(texts.len(), 14);

        let mut expected = Phone::new(9, &root);
        expected.hear(&texts);
        let mut phone = Phone::new(9, &root);
        let shuffled: Vec<String> = order.iter().map(|it| texts[*it].clone()).collect();
        let mut rest = shuffled.as_slice();
        for cut in cuts {
            let (batch, later) = rest.split_at(cut.min(rest.len()));
            phone.hear(batch);
            rest = later;
        }
        phone.hear(rest);
        prop_assert_eq!(&phone.ledger.book, &expected.ledger.book);
        prop_assert_eq!(&phone.ledger.roster, &expected.ledger.roster);
        prop_assert_eq!(phone.ledger.roster.members_on(day("2026-11-22")).count(), 3);
        let started = phone.restarted(&order);
        prop_assert_eq!(&started.book, &phone.ledger.book);
        prop_assert_eq!(started.unverified(), phone.ledger.unverified());
        let again = phone.ledger.receive(texts.iter().map(String::as_str), &Ed25519);
        prop_assert!(again.new.is_empty());
    }
}
