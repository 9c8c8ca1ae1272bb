//! What a pushed document must be, and what becomes of it.

use serde_json::json;

use super::support::{DESA, Phone, Server, doc, erasing, photo, reasons, root_event};
use crate::domain::json::object;
use crate::domain::ledger::roster;
use crate::server::root;

#[test]
fn each_document_is_refused_alone_and_with_its_reason() {
    let server = Server::start("refusals");
    let mut ani = server.kader();
    let db = ani.scope();
    let good = ani.child();
    let mut altered = doc(&ani.child());
    altered["data"]["nama"] = "Rekaan Lain".into();
    let mut revision = doc(&ani.child());
    revision["_rev"] = "3-abc".into();
    let mut shape = doc(&ani.child());
    shape["n"] = json!(1.5);
    let mut no_key = doc(&ani.child());
    no_key.as_object_mut().unwrap().remove("salt");
    // Signed with another key than the one that the roster knows.
    let mut thief = ani.clone();
    thief.key = Phone::new(ani.address).key;
    let forged = doc(&thief.child());
    let not_root = doc(&ani.event(roster::KEY_ADDED, "roster:x", object([("person", "x".into())])));
    let too_long = doc(&ani.event("sasaran.changed", "x", object([("catatan", "x".repeat(300_000).into())])));
    let class = doc(&ani.event("tabel.changed", "x", object([])));
    let mut attachment = doc(&ani.child());
    attachment["_attachments"] = json!({"foto.jpg": {"content_type": "image/jpeg", "data": "AAAA"}});
    let tombstone = doc(&ani.child().erased());
    let refused = ani.push(
        &db,
        vec![
            json!({"_id": "note", "_rev": "1-a", "text": "ordinary", "half": 0.5}),
            json!({"_id": "_design/x", "_rev": "1-a"}),
            altered,
            revision,
            shape,
            no_key,
            forged,
            doc(&good),
            not_root,
            too_long,
            class,
            attachment,
            tombstone,
            json!("text"),
        ],
    );
    let mut found = reasons(&refused);
    found.sort_unstable();
    let mut expected = vec![
        "not_event",
        "design",
        "altered",
        "revision",
        "shape",
        "altered",
        "forged",
        "not_root",
        "too_long",
        "class",
        "attachment",
        "not_erased",
        "not_event",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected, "{refused}");
    for it in refused.as_array().unwrap() {
        assert_eq!(it["error"], "forbidden");
        assert!(it["id"].is_string());
    }
    let ids: Vec<_> = ani.pull(&db).iter().map(|it| it["id"].clone()).collect();
    assert!(ids.contains(&json!(good.id().to_string())), "the good one is in");
    assert_eq!(ids.len(), 2, "and nothing else but the founding");
}

#[test]
fn health_stays_in_the_posyandu() {
    let server = Server::start("classes");
    let mut ani = server.kader();
    let child = ani.child();
    for db in ["aduan-9901012001", "titipan-9901", "rekap-9901"] {
        assert_eq!(reasons(&ani.push_events(db, &[&child])), ["class"], "{db}");
    }
    let aduan = ani.event("aduan.t2", &root::random_id(), object([("kategori", "air".into())]));
    assert_eq!(ani.push_events("aduan-9901012001", &[&aduan]), json!([]));
    let rekap = ani.event("rekap.counted", "rekap:x:2026-10", object([("s", 10.into())]));
    assert_eq!(ani.push_events("rekap-9901", &[&rekap]), json!([]));
}

#[test]
fn what_was_written_once_stays_as_it_was() {
    let server = Server::start("once");
    let mut ani = server.kader();
    let db = ani.scope();
    let event = ani.child();
    ani.push_events(&db, &[&event]);
    let mut other = doc(&event);
    other["data"]["nama"] = "Rekaan Lain".into();
    assert_eq!(ani.push(&db, vec![other.clone()]), json!([]), "the same id again is success");
    other["_rev"] = "5-ffffffffffffffffffffffffffffffff".into();
    ani.push(&db, vec![other]);
    assert_eq!(ani.get(&format!("/{db}/{}", event.id())).json(), doc(&event));
    assert_eq!(reasons(&ani.push_events(&db, &[&event.clone().erased()])), ["not_erased"]);
    assert_eq!(ani.get(&format!("/{db}/{}", event.id())).is(200).json(), doc(&event));
}

#[test]
fn the_author_may_be_unknown_but_not_another() {
    let server = Server::start("authors");
    let ani = server.kader();
    let db = ani.scope();
    // Somebody whose key the root has not heard of: phones keep it as unverified.
    let mut stranger = Phone::new(server.address);
    let event = stranger.child();
    assert_eq!(ani.push_events(&db, &[&event]), json!([]));
    // An officer's signature does not make health records, whoever carries them.
    let officer = server.add_user("Agus Misal", "opd", &["9901-dinas_pu"], None);
    let mut officer = server.enroll(officer);
    let record = officer.child();
    assert_eq!(reasons(&ani.push_events(&db, &[&record])), ["role"]);
}

#[test]
fn nobody_is_no_author() {
    let server = Server::start("blank");
    let ani = server.kader();
    let (mut nobody, mut nowhere) = (ani.clone(), ani.clone());
    nobody.person = crate::domain::ledger::PersonId::default();
    nowhere.device = crate::domain::ledger::DeviceId::default();
    let refused = ani.push_events(&ani.scope(), &[&nobody.child(), &nowhere.child()]);
    assert_eq!(reasons(&refused), ["shape", "shape"]);
}

#[test]
fn a_role_counts_by_when_it_was_recorded() {
    let server = Server::start("by-at");
    let ani = server.kader();
    let mut officer = server.enroll(server.add_user("Agus Misal", "opd", &["9901-dinas_pu"], None));
    // Told of a day on which he had no role at all.
    let stamp = officer.stamp();
    let on = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let draft = crate::domain::ledger::Draft {
        on,
        ..super::support::draft("sasaran.registered", &root::random_id(), object([("nama", "Bayi Rekaan".into())]))
    };
    let event = crate::domain::ledger::Event::sign(draft, stamp, &officer.key);
    assert_eq!(reasons(&ani.push_events(&ani.scope(), &[&event])), ["role"]);
}

#[test]
fn erasing_overwrites_and_nothing_brings_it_back() {
    let server = Server::start("erasure");
    let mut ani = server.kader();
    let db = ani.scope();
    let (gone, kept, late) = (ani.child(), ani.child(), ani.child());
    ani.push_events(&db, &[&gone, &kept]);
    let before = ani.get(&format!("/{db}")).json();
    let order = erasing(&server, &[&gone]);
    let for_late = erasing(&server, &[&late]);
    // Not signed by the root: nothing happens.
    let forged = ani.event(roster::ERASED, order.subject(), order.data());
    assert_eq!(reasons(&ani.push_events(&db, &[&forged])), ["not_root"]);
    ani.get(&format!("/{db}/{}", gone.id())).is(200);
    // By the root: the server overwrites it by itself.
    assert_eq!(ani.push_events(&db, &[&order, &for_late]), json!([]));
    ani.get(&format!("/{db}/{}", gone.id())).error(404, "not_found");
    let row = ani.pull(&db).into_iter().find(|it| it["id"] == gone.id().to_string()).unwrap();
    assert_eq!(row["deleted"], true);
    let tombstone = doc(&gone.clone().erased());
    assert_eq!(row["changes"][0]["rev"], tombstone["_rev"]);
    assert!(
        row["doc"].get("data").is_none() && row["doc"].get("sig").is_none() && row["doc"].get("_revisions").is_none()
    );
    let got = ani.post(
        &format!("/{db}/_bulk_get?revs=true&latest=true"),
        &json!({"docs": [{"id": gone.id().to_string(), "rev": format!("1-{}", gone.id())}]}),
    );
    assert_eq!(got.json()["results"][0]["docs"][0]["ok"], tombstone, "with its history");
    // Nobody brings it back, nor what comes only now.
    assert_eq!(ani.push_events(&db, &[&gone, &gone.clone().erased(), &late]), json!([]));
    for event in [&gone, &late] {
        ani.get(&format!("/{db}/{}", event.id())).error(404, "not_found");
    }
    let rev = format!("1-{}", gone.id());
    assert_eq!(ani.post(&format!("/{db}/_revs_diff"), &json!({gone.id().to_string(): [rev]})).json(), json!({}));
    // A tombstone that says something else than what was asked for.
    let other = ani.child();
    assert_eq!(reasons(&ani.push_events(&db, &[&other.erased()])), ["not_erased"]);
    let after = ani.get(&format!("/{db}")).json();
    assert_eq!(after["doc_del_count"], 2);
    assert_eq!(after["doc_count"].as_i64().unwrap(), before["doc_count"].as_i64().unwrap() - 1 + 2);
    // Its bytes are nowhere in what is read: pages count the place it left.
    let page = ani.get(&format!("/{db}/_changes?limit=1")).json();
    let rest = ani.pull(&db).len() - 1;
    assert_eq!(page["pending"], rest);
}

#[test]
fn a_photo_must_be_what_its_event_says() {
    let server = Server::start("photo-rules");
    let mut ani = server.kader();
    let db = format!("aduan-{DESA}");
    let (_, good) = photo(&mut ani, b"picture");
    let wrong = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut document = good.clone();
        change(&mut document);
        reasons(&ani.push(&db, vec![document])).join(",")
    };
    assert_eq!(wrong(&|it| it["_attachments"]["foto.jpg"]["data"] = "AAAA".into()), "attachment");
    assert_eq!(wrong(&|it| it["_attachments"]["foto.jpg"]["content_type"] = "text/html".into()), "attachment");
    assert_eq!(wrong(&|it| it["_attachments"]["b.jpg"] = it["_attachments"]["foto.jpg"].clone()), "attachment");
    assert_eq!(wrong(&|it| it["_attachments"] = json!({})), "attachment");
    assert_eq!(wrong(&|it| it["_attachments"] = json!({"foto.jpg": {"stub": true}})), "attachment");
    assert_eq!(wrong(&|it| drop(it.as_object_mut().unwrap().remove("_attachments"))), "attachment");
    assert_eq!(ani.push(&db, vec![good]), json!([]));
}

#[test]
fn a_sealed_event_is_kept_unread() {
    use crate::domain::ledger::sealed::{SLOT_BYTES, SLOTS, Sealed};
    let server = Server::start("sealed");
    let ani = server.kader();
    let officer = server.add_user("Rina Contoh", "pengendali", &["9901", DESA], None);
    let officer = server.enroll(officer);
    let overhead = SLOT_BYTES - 32;
    let whole = Sealed { salt: root::random(), slots: [[7; SLOT_BYTES]; SLOTS], body: vec![9; 1024 + overhead] };
    let document = |it: &Sealed| serde_json::from_str::<serde_json::Value>(&it.to_document().1).unwrap();
    let short = document(&Sealed { body: vec![0; 99], ..whole.clone() });
    assert_eq!(reasons(&ani.push("titipan-9901", vec![short])), ["shape"]);
    let document = document(&whole);
    let mut altered = document.clone();
    altered["body"] = "z".into();
    assert_eq!(reasons(&ani.push("titipan-9901", vec![altered])), ["altered"]);
    assert_eq!(reasons(&ani.push(&ani.scope(), vec![document.clone()])), ["class"]);
    assert_eq!(ani.push("titipan-9901", vec![document.clone()]), json!([]));
    let came = &officer.pull("titipan-9901")[0]["doc"];
    assert_eq!(came, &document);
    assert!(Sealed::parse(&came.to_string()).is_some_and(|(_, it)| it == whole));
}

#[test]
fn a_key_of_the_root_in_the_same_batch_counts_for_what_it_signed() {
    let server = Server::start("same-batch");
    let ani = server.kader();
    let db = ani.scope();
    let mut colleague = Phone::new(server.address);
    let mut data = object([
        ("person", colleague.person.to_string().into()),
        ("device", colleague.device.to_string().into()),
        ("key", root::public(&colleague.key).into()),
        ("from", "2020-01-01".into()),
    ]);
    data.insert("roles".into(), vec!["kader".into()].into());
    let added = root_event(&server, roster::KEY_ADDED, "roster:a:b", data, 2);
    let hers = colleague.child();
    let mut thief = colleague.clone();
    thief.key = Phone::new(server.address).key;
    let forged = thief.child();
    let refused = ani.push_events(&db, &[&forged, &hers, &added]);
    assert_eq!(reasons(&refused), ["forged"]);
    assert_eq!(refused[0]["id"], forged.id().to_string());
}
