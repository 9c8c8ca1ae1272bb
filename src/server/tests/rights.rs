//! The table of role, database and verb, tried for real: everything that is not allowed is refused.

use serde_json::{Value, json};

use super::support::{Answer, DESA, Phone, Server, reasons};
use crate::server::root;
use crate::server::store::people;

pub const OTHER_DESA: &str = "9902012001";

/// What a role may do with the databases of its own area, in the order of [`databases`].
pub const TABLE: [(&str, [&str; 6]); 8] = [
    // posyandu, aduan, opd, titipan, tabel, rekap
    ("kader", ["rw", "rw", "-", "w", "r", "w"]),
    ("bidan", ["rw", "-", "-", "-", "r", "-"]),
    ("pengurus", ["-", "rw", "-", "w", "r", "-"]),
    ("pengendali", ["-", "rw", "-", "rw", "r", "-"]),
    ("pemdes", ["-", "rw", "-", "w", "r", "-"]),
    ("opd", ["-", "-", "rw", "-", "r", "-"]),
    ("pembina", ["-", "-", "-", "-", "r", "r"]),
    ("pengelola", ["-", "-", "-", "-", "r", "r"]),
];

pub fn databases(scope: &str, desa: &str) -> [String; 6] {
    let kabupaten = &desa[..4];
    [
        scope.to_owned(),
        format!("aduan-{desa}"),
        format!("opd-{kabupaten}-dinas_pu"),
        format!("titipan-{kabupaten}"),
        format!("tabel-{kabupaten}"),
        format!("rekap-{kabupaten}"),
    ]
}

/// One person for each role in one area, with a phone each; the first is the kader.
pub fn everybody(server: &Server, desa: &str) -> Vec<(&'static str, Phone)> {
    let posyandu = server.add_posyandu("Contoh Melati", desa);
    let mut phones = Vec::new();
    for (role, _) in TABLE {
        let opd = format!("{}-dinas_pu", &desa[..4]);
        let (areas, posyandu): (Vec<&str>, _) = match role {
            "kader" | "bidan" => (vec![], Some(posyandu)),
            "pengurus" | "pemdes" => (vec![desa], None),
            "pengendali" => (vec![&desa[..4], desa], None),
            "opd" => (vec![&opd], None),
            _ => (vec![&desa[..4]], None),
        };
        phones.push((role, server.enroll(server.add_user("Orang Rekaan", role, &areas, posyandu))));
    }
    phones
}

/// Every verb, what it needs (`r`, `w`, or either), and the answers that mean "allowed".
fn verbs(phone: &Phone, db: &str) -> Vec<(&'static str, &'static str, Answer)> {
    let nothing = json!({"docs": [], "new_edits": false});
    let id = "0".repeat(32);
    let checkpoint = format!("/{db}/_local/x{}", phone.name);
    vec![
        ("info", "any", phone.get(&format!("/{db}"))),
        ("head", "any", phone.ask("HEAD", &format!("/{db}"), &[], b"")),
        ("create", "any", phone.put(&format!("/{db}"), &json!({}))),
        ("changes", "r", phone.get(&format!("/{db}/_changes?limit=1"))),
        ("changes by post", "r", phone.post(&format!("/{db}/_changes?limit=1"), &json!({}))),
        ("long poll", "r", phone.get(&format!("/{db}/_changes?feed=longpoll&timeout=1&since=now"))),
        ("bulk get", "r", phone.post(&format!("/{db}/_bulk_get"), &nothing)),
        ("document", "r", phone.get(&format!("/{db}/{id}"))),
        ("leaves", "r", phone.get(&format!("/{db}/{id}?open_revs=all"))),
        ("photo", "r", phone.get(&format!("/{db}/{id}/foto.jpg"))),
        ("security", "r", phone.get(&format!("/{db}/_security"))),
        ("bulk docs", "w", phone.post(&format!("/{db}/_bulk_docs"), &nothing)),
        ("revs diff", "any", phone.post(&format!("/{db}/_revs_diff"), &json!({}))),
        ("commit", "any", phone.post(&format!("/{db}/_ensure_full_commit"), &json!({}))),
        ("write checkpoint", "any", phone.put(&checkpoint, &json!({"last_seq": 1}))),
        ("read checkpoint", "any", phone.get(&checkpoint)),
    ]
}

#[track_caller]
fn check(who: &str, phone: &Phone, db: &str, may: &str) {
    for (verb, needs, answer) in verbs(phone, db) {
        let is_allowed = may != "-" && (needs == "any" || may.contains(needs));
        let what = format!("{who}, {verb}, {db}: {}", answer.status);
        if is_allowed {
            assert!(matches!(answer.status, 200 | 201 | 404 | 409 | 412), "{what}");
        } else {
            assert_eq!(answer.status, 403, "{what}");
        }
    }
}

#[test]
fn every_role_does_what_the_table_says_and_nothing_else() {
    let server = Server::start("rights");
    let here = everybody(&server, DESA);
    let there = everybody(&server, OTHER_DESA);
    let (scope, other_scope) = (here[0].1.scope(), there[0].1.scope());
    for ((role, phone), (_, row)) in here.iter().zip(TABLE) {
        for (db, may) in databases(&scope, DESA).iter().zip(row) {
            check(role, phone, db, may);
        }
        // Everything of somebody else, and what does not exist, is refused alike.
        let mut strange = databases(&other_scope, OTHER_DESA).to_vec();
        strange.push(format!("posyandu-{}", "0".repeat(32)));
        strange.push("tabel-0000".into());
        for db in strange {
            check(role, phone, &db, "-");
        }
    }
}

#[test]
fn a_database_that_is_not_mine_looks_like_one_that_is_not_there() {
    let server = Server::start("no-enumeration");
    let ani = server.kader();
    let other = server.add_posyandu("Contoh Mawar", OTHER_DESA);
    let other = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(other)));
    let missing = format!("posyandu-{}", "0".repeat(32));
    for path in ["", "/_changes", "/_security", "/_local/x", "/0123"] {
        let (a, b) = (ani.get(&format!("/{}{path}", other.scope())), ani.get(&format!("/{missing}{path}")));
        assert_eq!((a.status, &a.body), (403, &b.body), "{path}");
        assert_eq!(b.status, 403);
        let names = |it: &Answer| {
            let mut names: Vec<String> = it.headers.iter().map(|(name, _)| name.clone()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&a), names(&b));
    }
    // Nobody at all hears the same of all of them.
    for db in [&other.scope(), &missing, &ani.scope()] {
        for path in ["", "/_changes", "/_security"] {
            server.get(&format!("/{db}{path}")).error(401, "unauthorized");
        }
        let push = json!({"docs": [], "new_edits": false});
        server.post(&format!("/{db}/_bulk_docs"), &push).error(401, "unauthorized");
    }
    for path in ["/_all_dbs", "/_users", "/_config", "/_node/_local/_config", "/_utils", "/_dbs_info", "/_replicator"] {
        for answer in [server.get(path), ani.get(path)] {
            assert_eq!(answer.status, 404, "{path}");
        }
    }
}

#[test]
fn another_posyandus_kader_reads_nothing() {
    let server = Server::start("neighbor");
    let mut ani = server.kader();
    let scope = ani.scope();
    let child = ani.child();
    ani.push_events(&scope, &[&child]);
    let mawar = server.add_posyandu("Contoh Mawar", DESA);
    let mut neighbor = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(mawar)));
    assert_ne!(neighbor.scope(), scope);
    check("neighbor", &neighbor, &scope, "-");
    let event = neighbor.child();
    neighbor
        .post(&format!("/{scope}/_bulk_docs"), &json!({"docs": [super::support::doc(&event)], "new_edits": false}))
        .error(403, "forbidden");
    assert_eq!(ani.pull(&scope).len(), 2);
    // Of the same desa they share complaints.
    let aduan = ani.event("aduan.t2", &"a".repeat(32), crate::domain::json::Map::new());
    ani.push_events("aduan-9901012001", &[&aduan]);
    assert_eq!(neighbor.pull("aduan-9901012001").len(), 1);
}

#[test]
fn a_role_holds_in_its_own_area_alone() {
    let server = Server::start("duties");
    let melati = server.add_posyandu("Contoh Melati", DESA);
    let roles = ["pengurus", "kader"].map(str::to_owned);
    // Pengurus of two desa in two kabupaten, and kader of a posyandu in a third desa.
    let (here, there) = ("9901012002", OTHER_DESA);
    let areas = [here, there].map(str::to_owned);
    let user =
        server.office.store.write(|it| people::add_user(it, "Ani Contoh", &roles, &areas, Some(melati))).unwrap();
    let mut ani = server.enroll(user);
    let grants = ani.get("/_session").is(200).json()["posyandu6"]["grants"].clone();
    let names: Vec<&str> = grants.as_array().unwrap().iter().map(|it| it["db"].as_str().unwrap()).collect();
    let scope = ani.scope();
    let mut expected = vec![
        format!("aduan-{DESA}"),
        format!("aduan-{here}"),
        format!("aduan-{there}"),
        scope.clone(),
        "rekap-9901".into(),
        "tabel-9901".into(),
        "tabel-9902".into(),
        "titipan-9901".into(),
        "titipan-9902".into(),
    ];
    expected.sort();
    assert_eq!(names, expected, "a kader of one posyandu counts for one kabupaten");
    // The roster says so, in both kabupaten, and what she signs counts in both.
    for (tabel, desa) in [("tabel-9901", here), ("tabel-9902", there)] {
        let added: Vec<Value> = ani.pull(tabel).iter().map(|it| it["doc"]["data"].clone()).collect();
        let of = |role: &str| added.iter().find(|it| it["roles"] == json!([role])).unwrap()["areas"].clone();
        assert_eq!((of("pengurus"), of("kader")), (json!(areas), json!([scope, DESA])), "{tabel}");
        let mut thief = ani.clone();
        thief.key = Phone::new(server.address).key;
        let [hers, forged] =
            [&mut ani, &mut thief].map(|it| it.event("aduan.t2", &root::random_id(), crate::domain::json::Map::new()));
        let refused = ani.push_events(&format!("aduan-{desa}"), &[&hers, &forged]);
        assert_eq!(reasons(&refused), ["forged"], "she is known there");
    }
}

#[test]
fn what_is_signed_elsewhere_does_not_count_here_whoever_carries_it() {
    let server = Server::start("carried");
    let ani = server.kader();
    let mawar = server.add_posyandu("Contoh Mawar", "9901012002");
    let mut dewi = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(mawar)));
    let aduan = dewi.event("aduan.t2", &root::random_id(), crate::domain::json::Map::new());
    let child = dewi.child();
    assert_eq!(reasons(&ani.push_events(&format!("aduan-{DESA}"), &[&aduan])), ["role"]);
    assert_eq!(reasons(&ani.push_events(&ani.scope(), &[&child])), ["role"]);
    assert_eq!(dewi.push_events("aduan-9901012002", &[&aduan]), json!([]));
    // An office gets copies of every desa of its kabupaten, and what it answers goes back to them.
    let mut officer = server.enroll(server.add_user("Agus Misal", "opd", &["9901-dinas_pu"], None));
    let answer = officer.event("aduan.t11", aduan.subject(), crate::domain::json::Map::new());
    assert_eq!(officer.push_events("opd-9901-dinas_pu", &[&aduan, &answer]), json!([]));
    assert_eq!(ani.push_events(&format!("aduan-{DESA}"), &[&answer]), json!([]));
    let other = server.add_posyandu("Contoh Kenanga", OTHER_DESA);
    let far = server.enroll(server.add_user("Sari Misal", "kader", &[], Some(other)));
    // In another kabupaten nobody knows him: his word is kept, and counts for nothing.
    assert_eq!(far.push_events(&format!("aduan-{OTHER_DESA}"), &[&answer]), json!([]));
}

#[test]
fn a_struck_phone_reads_that_it_was_struck_and_nothing_else() {
    let server = Server::start("struck");
    let ani = server.kader();
    let scope = ani.scope();
    let account = server.office.store.read(|it| super::support::account(it, &ani.name)).unwrap();
    let now = crate::server::office::now_ms();
    server
        .office
        .store
        .write(|it| crate::server::commands::strike_one(&server.office, it, &account, true, now))
        .unwrap();
    for db in [scope.as_str(), "aduan-9901012001", "titipan-9901", "rekap-9901"] {
        check("struck", &ani, db, "-");
    }
    let ended =
        ani.pull("tabel-9901").into_iter().map(|it| it["doc"].clone()).find(|it| it["kind"] == "roster.key_ended");
    assert_eq!(ended.unwrap()["data"]["device"], ani.device.to_string());
    let session = ani.get("/_session").is(200).json();
    assert_eq!(session["posyandu6"]["struck"], true);
    let grants = session["posyandu6"]["grants"].as_array().unwrap().clone();
    assert_eq!(grants, [json!({"db": "tabel-9901", "class": "tabel", "read": true, "write": false})]);
    ani.get("/_kabar").error(403, "forbidden");
    // Nor does what it signed count any more tomorrow; and its code makes nobody anew.
    assert_eq!(ani.post("/_adopt", &Value::Null).status, 400);
}
