//! Bytes that can never change: phones hold them for years. `fixtures/events_v1.json` was written once.

use posyandu::domain::book::LazyShelf;
use posyandu::domain::form::card::{Answers, Typed};
use posyandu::domain::form::warga::{FamilyText, NEW_FAMILY, PersonText};
use posyandu::domain::intent::{self, Intent, posyandu as place, warga};
use posyandu::domain::json::{self, Value};
use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::id::PersonId;
use posyandu::domain::view::Desk;
use posyandu::domain::view::posyandu::{Facts, facts};

use super::support::{Phone, changed, day, draft, key, signer_key, undo};

const EVENTS: &str = include_str!("../fixtures/events_v1.json");
const PACKED: &str = include_str!("../fixtures/packed_v1.json");
const CANONICAL: &str = include_str!("../fixtures/canonical_v1.json");
const REGISTERS: &str = include_str!("../fixtures/registers_v1.json");

fn members(text: &str) -> json::Map {
    json::parse_object(text).unwrap()
}

/// What the fixture says, made again from the same seeds.
fn made_again() -> Vec<Event> {
    let mut phone = Phone::founder(1, &key(100));
    phone.record(vec![changed(
        "a0000000000000000000000000000000",
        "nama",
        "Ani \"Rekaan\" \\ \u{e9} \u{1f331}\n\t\u{1}\u{7f}",
    )]);
    let weighed = draft(
        "kunjungan.recorded",
        "kunjungan:2026-11-18:utama:a0000000000000000000000000000000",
        members(
            r#"{"bb":{"g":8500},"kelak":{"a":[null,true,-9007199254740991,[],{}]},"tb":{"mm":731,"posisi":"telentang"}}"#,
        ),
    );
    let weighed = phone.record(vec![weighed]).remove(0);
    phone.record(vec![undo(&weighed)]);
    phone.disk.iter().map(|it| Event::parse(it).unwrap()).collect()
}

#[test]
fn frozen_events_keep_their_text_their_name_and_their_signature() {
    let file = members(EVENTS);
    let root = signer_key(&key(100));
    let author = signer_key(&key(1));
    let list = file["events"].as_list().unwrap();
    assert_eq!(list.len(), 5);
    for frozen in list {
        let text = frozen.get("text").and_then(Value::as_text).unwrap();
        let event = Event::parse(text).unwrap();
        assert_eq!(frozen.get("id").and_then(Value::as_text), Some(event.id().to_string().as_str()));
        assert_eq!(event.to_text(), text);
        let is_roots = frozen.get("signer").and_then(Value::as_text) == Some("root");
        assert!(event.is_signed_by(if is_roots { &root } else { &author }), "{}", event.kind());
        assert!(!event.is_signed_by(if is_roots { &author } else { &root }));
    }
}

#[test]
fn the_same_act_makes_the_same_bytes_today() {
    let file = members(EVENTS);
    let frozen: Vec<&str> =
        file["events"].as_list().unwrap().iter().filter_map(|it| it.get("text")?.as_text()).collect();
    let made: Vec<String> = made_again().iter().map(Event::to_text).collect();
    assert_eq!(made, frozen);
}

#[test]
fn what_is_sealed_of_an_event_can_be_read_for_ever() {
    let file = members(PACKED);
    let packed = file["packed"].as_list().unwrap();
    let mut events = made_again();
    events.push(events[3].clone().erased());
    assert_eq!(packed.len(), events.len());
    for (event, frozen) in events.iter().zip(packed) {
        let mut bytes = Vec::new();
        event.pack(&mut bytes);
        assert_eq!(frozen.as_text(), Some(bytes.iter().map(|it| format!("{it:02x}")).collect::<String>().as_str()));
        assert!(Event::unpack(event.id(), &bytes).unwrap() == *event);
        for cut in 0..bytes.len() {
            assert!(Event::unpack(event.id(), &bytes[..cut]).is_none());
        }
    }
}

#[test]
fn registers_of_people_and_of_the_posyandu_are_written_as_they_were() {
    let file = members(REGISTERS);
    let mut frozen = file["drafts"].as_list().unwrap().iter();
    let mut phone = Phone::founder(1, &key(100));
    let mut ids = 1;
    let mut check = |phone: &mut Phone, wish: &dyn Fn(&Desk<'_>, &str) -> Intent, id: &str| {
        let drafts = {
            let shelf = LazyShelf::default();
            let now = day("2026-11-18").and_hms_opt(9, 0, 0).unwrap();
            let desk = Desk::new(&phone.ledger.book, &shelf, now, "01");
            let mut new_id = || {
                ids += 1;
                format!("{ids:032x}")
            };
            intent::plan(&desk, &wish(&desk, id), &mut new_id).unwrap().drafts
        };
        for draft in &drafts {
            let of = |name| frozen.as_slice()[0].get(name).and_then(Value::as_text).unwrap();
            assert_eq!((of("kind"), of("data")), (&*draft.kind, &*Value::Object(draft.data.clone()).canonical()));
            frozen.next();
        }
        let subject = drafts.last().unwrap().subject.clone();
        phone.record(drafts);
        subject
    };
    let damar = PersonText {
        nama: "Damar Rekaan".into(),
        kelamin: "L".into(),
        lahir: "12/12/2025".into(),
        alasan: "bayi_baru".into(),
        keluarga: NEW_FAMILY.into(),
        hubungan: "anak".into(),
        setuju: "tanda_tangan".into(),
        rumah: FamilyText { kepala: "Hendra Rekaan".into(), rt: "3".into(), ..FamilyText::default() },
        ..PersonText::default()
    };
    let register =
        |_: &Desk<'_>, _: &str| Intent::Warga(warga::Intent::Register { text: Box::new(damar.clone()), sesi: None });
    let id = check(&mut phone, &register, "");
    let tell = |told: &[(&str, &str)], id: &str| {
        let answer = |(key, said): &(&str, &str)| {
            let said = Typed { text: (*said).into(), word: (*said).into(), ..Typed::default() };
            ((*key).to_owned(), said)
        };
        let answers: Answers = told.iter().map(answer).collect();
        Intent::Warga(warga::Intent::Tell { id: id.into(), answers })
    };
    let told = [("ayah", "Hendra Rekaan"), ("anak_ke", "2"), ("imd", "tidak"), ("golongan_darah", "o")];
    let told = [&told[..], &[("disabilitas", "tidak_ada"), ("jkn", "pbi")]].concat();
    check(&mut phone, &|_, id| tell(&told, id), &id);
    check(&mut phone, &|_, id| tell(&[("anak_ke", "")], id), &id);
    let moved = |_: &Desk<'_>, id: &str| {
        let (status, since) = ("pindah".into(), "18/11/2026".into());
        Intent::Warga(warga::Intent::SetStatus { id: id.into(), status, since })
    };
    check(&mut phone, &moved, &id);
    let withdraw = |_: &Desk<'_>, id: &str| {
        let (tanggal, oleh) = ("18/11/2026".into(), "Wulan Rekaan".into());
        Intent::Warga(warga::Intent::Withdraw { id: id.into(), tanggal, oleh })
    };
    check(&mut phone, &withdraw, &id);
    phone.record(vec![draft(
        "posyandu.changed",
        "00000000000000000000000000000001",
        members(r#"{"desa":"Misal","kabupaten":"Kabupaten Umpama"}"#),
    )]);
    let belongs = |desk: &Desk<'_>, _: &str| {
        let filled = Box::new(facts(desk));
        let mut now = filled.clone();
        (now.puskesmas, now.pustu) = ("Contoh Timur".into(), "Misal".into());
        Intent::Posyandu(place::Intent::Change { filled, now })
    };
    check(&mut phone, &belongs, "");
    let calls = |desk: &Desk<'_>, _: &str| {
        let filled = Box::new(facts(desk));
        let now = Facts { telepon: vec![("Bidan desa".into(), " 0812 0000 0001 ".into())], ..(*filled).clone() };
        Intent::Posyandu(place::Intent::Change { filled, now: Box::new(now) })
    };
    check(&mut phone, &calls, "");
    assert_eq!(frozen.len(), 0);
}

#[test]
fn canonical_text_is_as_it_was() {
    let file = members(CANONICAL);
    let pairs = file["canonical"].as_list().unwrap();
    assert!(pairs.len() >= 12);
    for pair in pairs {
        let of = |name| pair.get(name).and_then(Value::as_text).unwrap();
        assert_eq!(json::parse(of("typed")).unwrap().canonical(), of("canonical"));
    }
    let refused = file["refused"].as_list().unwrap();
    assert!(refused.len() >= 12);
    for text in refused {
        let text = text.as_text().unwrap();
        assert!(json::parse(text).is_err(), "{text}");
    }
}

#[test]
fn what_a_newer_app_wrote_is_carried_unharmed() {
    let mut newer = Phone::founder(1, &key(100));
    let unknown = draft("kelak.dicatat", "kelak:1", members(r#"{"apa":{"dalam":[1,"dua",null]},"x":null}"#));
    let event = newer.record(vec![unknown]).remove(0);
    // A member of the envelope that this version does not know, named and signed by the newer one.
    let mut members = members(&event.to_text());
    members.insert("kelak".into(), Value::List(vec![1.into(), "\u{e9}".into()]));
    let signed = signed_again(members);
    let text = signed.to_text();
    let mut older = Phone::new(2, &key(100));
    older.hear(&newer.disk.clone());
    older.hear(std::slice::from_ref(&text));
    assert!(older.disk.contains(&text));
    assert!(older.disk.contains(&event.to_text()));
    assert_eq!(older.ledger.unverified(), 0);
    assert_eq!(older.ledger.book.sasaran_list().count(), 0, "shown to nobody");
    assert!(older.ledger.book.subject("kelak:1").is_some(), "and not lost");
    assert_eq!(newer.by, PersonId([1; 16]));
}

/// Signs and names a map of members as another version of the app would, by the written format alone.
fn signed_again(mut members: json::Map) -> Event {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    use ed25519_dalek::Signer as _;
    use sha2::{Digest, Sha256};
    members.retain(|name, _| !name.starts_with('_') && name != "sig");
    let signed = format!("posyandu6/event/1\n{}", Value::Object(members.clone()).canonical());
    members.insert("sig".into(), BASE64.encode(key(1).sign(signed.as_bytes()).to_bytes()).into());
    let digest = Sha256::digest(Value::Object(members.clone()).canonical());
    let id: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    members.insert("_rev".into(), format!("1-{id}").into());
    members.insert("_id".into(), id.into());
    Event::parse(&Value::Object(members).canonical()).unwrap()
}

#[test]
fn a_greater_version_of_the_envelope_is_carried_too() {
    let mut phone = Phone::founder(1, &key(100));
    let event = phone.record(vec![changed("a", "nama", "Rekaan")]).remove(0);
    let mut members = members(&event.to_text());
    members.insert("v".into(), 2.into());
    let text = signed_again(members).to_text();
    phone.hear(std::slice::from_ref(&text));
    assert!(phone.disk.contains(&text));
}
