//! The door before a CouchDB: the same table of role, database and verb, what it hands on, and what nobody forges.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::rights::{OTHER_DESA, TABLE, databases, everybody};
use super::support::{Answer, DESA, Phone, Server, ask};
use crate::domain::ledger::id::hex;
use crate::server::api::Settings;
use crate::server::api::door::{Door, PATH, Secret};
use crate::server::store::docs;

const SECRET: &str = "0123456789abcdef0123456789abcdefRahasia";

/// A door to everything that is on the server by now.
fn door(server: &Server) -> SocketAddr {
    let (door, address) = shut(server);
    for name in server.office.store.read(docs::names).unwrap() {
        door.open(&name);
    }
    address
}

/// A door that was not opened to anything yet.
fn shut(server: &Server) -> (Arc<Door>, SocketAddr) {
    let path = server.folder.join("couchdb.secret");
    std::fs::write(&path, format!("{SECRET}\n")).unwrap();
    let door = Arc::new(Door::new(server.api.clone(), Secret::read(&path).unwrap()));
    (door.clone(), server.door(door))
}

/// What the proxy asks for a phone; no answer ever holds the secret.
#[track_caller]
fn pass(door: SocketAddr, phone: &Phone, method: &str, uri: &str) -> Answer {
    let basic = phone.basic();
    pass_with(door, &[("Authorization", &basic), ("X-Forwarded-Method", method), ("X-Forwarded-Uri", uri)])
}

#[track_caller]
fn pass_with(door: SocketAddr, headers: &[(&str, &str)]) -> Answer {
    let answer = ask(door, "GET", PATH, headers, b"");
    assert!(!answer.text().contains(SECRET) && !answer.headers.iter().any(|(_, it)| it.contains(SECRET)));
    let is_named = answer.headers.iter().any(|(name, _)| name.starts_with("x-auth-couchdb-"));
    assert_eq!(is_named, answer.status == 200, "{}: only who passes is named", answer.status);
    answer
}

fn token(name: &str) -> String {
    let mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new_from_slice(SECRET.as_bytes()).unwrap();
    hex(&mac.chain_update(name.as_bytes()).finalize().into_bytes())
}

/// Every verb, and the right it needs.
fn verbs(db: &str) -> Vec<(&'static str, String, &'static str)> {
    let id = "0".repeat(32);
    vec![
        ("GET", format!("/{db}"), "any"),
        ("HEAD", format!("/{db}/"), "any"),
        ("GET", format!("/{db}/_changes?include_docs=true&limit=500&since=5-g1AAAABX"), "r"),
        ("POST", format!("/{db}/_changes?limit=1"), "r"),
        ("GET", format!("/{db}/_changes?feed=longpoll&timeout=50000&since=now"), "r"),
        ("POST", format!("/{db}/_bulk_get?revs=true"), "r"),
        ("GET", format!("/{db}/{id}"), "r"),
        ("GET", format!("/{db}/{id}?open_revs=all"), "r"),
        ("GET", format!("/{db}/{id}/foto.jpg"), "r"),
        ("GET", format!("/{db}/_security"), "r"),
        ("POST", format!("/{db}/_bulk_docs"), "w"),
        ("POST", format!("/{db}/_revs_diff"), "any"),
        ("POST", format!("/{db}/_ensure_full_commit"), "any"),
        ("PUT", format!("/{db}/_local/{id}"), "any"),
        ("GET", format!("/{db}/_local/{id}"), "any"),
    ]
}

#[track_caller]
fn check(door: SocketAddr, who: &str, phone: &Phone, db: &str, may: &str) {
    for (method, uri, needs) in verbs(db) {
        let is_allowed = may != "-" && (needs == "any" || may.contains(needs));
        let answer = pass(door, phone, method, &uri);
        let what = format!("{who}, {method} {uri}: {}", answer.status);
        if is_allowed {
            assert_eq!(answer.status, 200, "{what}");
            assert_eq!(answer.header("x-auth-couchdb-username"), Some(phone.name.as_str()));
            assert_eq!(answer.header("x-auth-couchdb-token"), Some(token(&phone.name).as_str()));
            let roles = [("r", format!("baca:{db}")), ("w", format!("tulis:{db}"))];
            let roles: Vec<String> = roles.into_iter().filter(|(it, _)| may.contains(it)).map(|(_, it)| it).collect();
            assert_eq!(answer.header("x-auth-couchdb-roles"), Some(roles.join(",").as_str()), "{what}");
        } else {
            assert_eq!(answer.status, 403, "{what}");
            answer.error(403, "forbidden");
        }
    }
    let made = pass(door, phone, "PUT", &format!("/{db}"));
    assert_eq!(made.status, if may == "-" { 403 } else { 412 }, "{who} {db}");
}

#[test]
fn every_role_passes_where_the_table_says_and_nowhere_else() {
    let server = Server::start("door");
    let here = everybody(&server, DESA);
    let there = everybody(&server, OTHER_DESA);
    let door = door(&server);
    let (scope, other_scope) = (here[0].1.scope(), there[0].1.scope());
    for ((role, phone), (_, row)) in here.iter().zip(TABLE) {
        let own = databases(&scope, DESA);
        for (db, may) in own.iter().zip(row).filter(|(db, _)| !db.starts_with("tabel-")) {
            check(door, role, phone, db, may);
        }
        for db in databases(&other_scope, OTHER_DESA).iter().filter(|it| !it.starts_with("tabel-")) {
            check(door, role, phone, db, "-");
        }
        check(door, role, phone, &format!("posyandu-{}", "0".repeat(32)), "-");
        // The roster does not move, and nothing else is behind the door.
        for path in ["/tabel-9901/_changes", "/tabel-9901", "/", "/_session", "/_users/x", "/_all_dbs", "/index.html"] {
            pass(door, phone, "GET", path).error(404, "not_found");
        }
    }
}

#[test]
fn what_couchdb_would_do_and_this_server_does_not_ends_at_the_door() {
    let server = Server::start("door-more");
    let ani = server.kader();
    let door = door(&server);
    let db = ani.scope();
    let id = "0".repeat(32);
    for (method, path, status) in [
        ("DELETE", String::new(), 405),
        ("POST", String::new(), 405),
        ("GET", "/_all_docs".into(), 404),
        ("POST", "/_find".into(), 404),
        ("POST", "/_purge".into(), 404),
        ("POST", "/_compact".into(), 404),
        ("GET", "/_local_docs".into(), 404),
        ("PUT", "/_security".into(), 405),
        ("GET", "/_design/posyandu".into(), 404),
        ("PUT", "/_design/posyandu".into(), 404),
        ("GET", "/_design%2fposyandu".into(), 404),
        ("PUT", format!("/{id}"), 405),
        ("DELETE", format!("/{id}?rev=1-{id}"), 405),
        ("COPY", format!("/{id}"), 405),
        ("PUT", format!("/{id}/foto.jpg"), 405),
        ("DELETE", "/_local/x".into(), 405),
        ("GET", "/contoh".into(), 404),
        ("GET", "/..".into(), 404),
        ("GET", "/%2e%2e/_users".into(), 404),
        ("GET", "/../_users".into(), 404),
        ("GET", format!("/{id}/lain.jpg"), 404),
        ("GET", format!("/{id}/../_all_docs"), 404),
        ("GET", "/_local/..%2f_design%2fposyandu".into(), 400),
        ("PUT", "/_local/..".into(), 400),
        ("GET", "/%zz".into(), 400),
        ("GET", "/_changes?feed=continuous".into(), 400),
        ("GET", "/_changes?feed=eventsource".into(), 400),
        ("GET", "/_changes?feed=longpoll&heartbeat=1000".into(), 400),
        ("GET", "/_changes?feed=normal&feed=continuous".into(), 400),
        ("GET", "/_changes?%66eed=continuous".into(), 400),
        ("GET", "/_changes?filter=_view&view=a/b".into(), 400),
        ("GET", "/_changes?descending=true".into(), 400),
    ] {
        let answer = pass(door, &ani, method, &format!("/{db}{path}"));
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        assert!(answer.json()["error"].is_string() && answer.json()["reason"].is_string());
    }
}

#[test]
fn only_the_proxy_finds_the_door_and_says_what_is_asked_for() {
    let server = Server::start("door-forged");
    let ani = server.kader();
    let path = format!("/{}", ani.scope());
    let said = [("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", path.as_str())];
    // Before there is a door, and beside it: phones never reach it.
    ani.ask("GET", PATH, &said, b"").error(404, "not_found");
    let door = door(&server);
    ani.ask("GET", PATH, &said, b"").error(404, "not_found");
    ani.get(&path).is(200);
    let basic = ani.basic();
    let who = ("Authorization", basic.as_str());
    // Nothing is believed that CouchDB would believe.
    let admin = [("X-Auth-CouchDB-UserName", "admin"), ("X-Auth-CouchDB-Roles", "_admin")];
    let [name, roles] = admin;
    pass_with(door, &[name, roles, said[0], said[1]]).error(401, "unauthorized");
    let answer = pass_with(door, &[who, name, roles, said[0], said[1]]).is(200);
    assert_eq!(answer.header("x-auth-couchdb-username"), Some(ani.name.as_str()));
    assert!(!answer.header("x-auth-couchdb-roles").unwrap().contains("admin"));
    // Without what the proxy says, or with more than it says.
    for headers in [
        &[who][..],
        &[who, said[0]],
        &[who, said[1]],
        &[who, said[0], said[1], ("X-Forwarded-Uri", "/rekap-9901")],
        &[who, said[0], said[1], ("X-Forwarded-Method", "PUT")],
        &[who, said[0], ("X-Forwarded-Uri", "x y")],
    ] {
        pass_with(door, headers).error(400, "bad_request");
    }
    // The door is no second way to the server.
    for path in ["/", "/_session", "/_pintu/x", "/tabel-9901/_changes", path.as_str()] {
        ask(door, "GET", path, &[who, said[0], said[1]], b"").error(404, "not_found");
    }
}

#[test]
fn strangers_wrong_secrets_and_lost_phones_hear_what_they_always_hear() {
    let server = Server::start("door-strangers");
    let (ani, budi) = (server.kader(), server.kader());
    let door = door(&server);
    let path = format!("/{}/_changes", ani.scope());
    let ways = [("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", path.as_str())];
    pass_with(door, &ways).error(401, "unauthorized");
    pass_with(door, &[ways[0], ways[1], ("Cookie", "AuthSession=x")]).error(401, "unauthorized");
    pass(door, &budi, "GET", &path).error(403, "forbidden");
    let mut thief = ani.clone();
    thief.secret = "salah".into();
    let statuses: Vec<u16> = (0..12).map(|_| pass(door, &thief, "GET", &path).status).collect();
    assert_eq!(statuses, [[401; 10].as_slice(), &[429; 2]].concat());
    assert!(pass(door, &thief, "GET", &path).header("retry-after").is_some());
    // Counted together with what is tried beside the door, and never in her way.
    thief.get(&path).error(429, "too_many_requests");
    pass(door, &ani, "GET", &path).is(200);
    let account = server.office.store.read(|it| super::support::account(it, &ani.name)).unwrap();
    let now = crate::server::office::now_ms();
    let strike =
        |it: &rusqlite::Transaction<'_>| crate::server::commands::strike_one(&server.office, it, &account, true, now);
    server.office.store.write(strike).unwrap();
    pass(door, &ani, "GET", &path).error(403, "forbidden");
}

#[test]
fn tries_are_counted_by_the_address_that_the_proxy_names() {
    let server = Server::start("door-addresses");
    let ani = server.kader();
    let door = door(&server);
    let path = format!("/{}", ani.scope());
    let wrong = |number: usize, from: &str| {
        let mut thief = ani.clone();
        thief.name = format!("{number:032x}");
        let basic = thief.basic();
        let all = [
            ("Authorization", basic.as_str()),
            ("X-Forwarded-For", from),
            ("X-Forwarded-Method", "GET"),
            ("X-Forwarded-Uri", path.as_str()),
        ];
        pass_with(door, &all).status
    };
    let statuses: Vec<u16> = (0..110).map(|it| wrong(it, "198.51.100.7, 192.0.2.1")).collect();
    assert_eq!((statuses[0], statuses[109]), (401, 429));
    assert_eq!(wrong(200, "192.0.2.1, 198.51.100.7"), 401, "another one is not held back");
}

#[test]
fn a_session_is_renewed_at_the_door_and_passing_is_noted() {
    let server = Server::start_with("door-session", Settings { session_seconds: 5, ..Settings::default() });
    let ani = server.kader();
    let door = door(&server);
    let body = serde_json::json!({"name": ani.name, "password": ani.secret});
    let signed = server.post("/_session", &body).is(200);
    let cookie = signed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let db = ani.scope();
    let path = format!("/{db}/_bulk_docs");
    let headers = [("Cookie", cookie.as_str()), ("X-Forwarded-Method", "POST"), ("X-Forwarded-Uri", path.as_str())];
    assert_eq!(pass_with(door, &headers).is(200).header("set-cookie"), None, "it is new");
    std::thread::sleep(Duration::from_millis(700));
    let renewed = pass_with(door, &headers).is(200);
    let renewed = renewed.header("set-cookie").unwrap();
    assert!(renewed.starts_with("AuthSession=") && !renewed.starts_with(&cookie), "{renewed}");
    pass(door, &ani, "GET", "/posyandu-00000000000000000000000000000000").error(403, "forbidden");
    server.office.flush_access(365).unwrap();
    let rows = server.office.store.read(|it| crate::server::store::people::accessed(it, (None, None), 100)).unwrap();
    let of =
        |verb: &str, db: &str| rows.iter().filter(|it| it.verb == verb && it.db == db).map(|it| it.times).sum::<i64>();
    assert_eq!((of("write", &db), of("refused", "")), (2, 1));
}

#[test]
fn a_database_that_couchdb_does_not_have_yet_is_waited_for() {
    let server = Server::start("door-new");
    let ani = server.kader();
    let (door, address) = shut(&server);
    let path = format!("/{}", ani.scope());
    let answer = pass(address, &ani, "GET", &path);
    assert!(answer.header("retry-after").is_some());
    answer.error(503, "service_unavailable");
    pass(address, &ani, "GET", "/titipan-9902").error(403, "forbidden");
    door.open(&ani.scope());
    pass(address, &ani, "GET", &path).is(200);
}

#[test]
fn a_secret_is_one_long_line_and_stands_in_no_error() {
    let folder = super::support::temporary("door-secret");
    let path = folder.join("couchdb.secret");
    for text in
        ["", "pendek-umpama", "umpama umpama umpama umpama umpama umpama", "umpamaumpamaumpamaumpama\numpamaumpama"]
    {
        std::fs::write(&path, text).unwrap();
        let error = Secret::read(&path).err().unwrap().to_string();
        assert!(error.contains("couchdb.secret") && !error.contains("umpama"), "{error}");
    }
    assert!(Secret::read(&folder.join("none")).is_err());
    std::fs::remove_dir_all(folder).ok();
}
