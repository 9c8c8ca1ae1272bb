//! `provision` before a double that answers as CouchDB does, over real HTTP.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};

use super::*;
use crate::domain::json;
use crate::server::couch::Administrator;

const POSYANDU: &str = "posyandu-0123456789abcdef0123456789abcdef";
const NAMES: [&str; 6] =
    [POSYANDU, "aduan-9901012001", "opd-9901-dinas_contoh", "titipan-9901", "tabel-9901", "rekap-9901"];

/// What a CouchDB holds: shards of a database, its documents as text, and every line that it was asked.
#[derive(Default)]
struct Double {
    shards: BTreeMap<String, i64>,
    documents: BTreeMap<String, String>,
    asked: Vec<String>,
}

type Shared = Arc<Mutex<Double>>;

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let mut double = shared.lock().unwrap();
    double.asked.push(format!("{method} {uri}"));
    // admin:umpama
    if headers.get("authorization").is_none_or(|it| it != "Basic YWRtaW46dW1wYW1h") {
        return (StatusCode::UNAUTHORIZED, r#"{"error":"unauthorized"}"#.into());
    }
    let path = uri.path().trim_start_matches('/').to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let not_found = || (StatusCode::NOT_FOUND, r#"{"error":"not_found","reason":"missing"}"#.into());
    match (method, path.split_once('/')) {
        (Method::PUT, None) if double.shards.contains_key(&path) => {
            (StatusCode::PRECONDITION_FAILED, r#"{"error":"file_exists"}"#.into())
        }
        (Method::PUT, None) => {
            double.shards.insert(path, if uri.query() == Some("q=1") { 1 } else { 2 });
            (StatusCode::CREATED, r#"{"ok":true}"#.into())
        }
        (Method::GET, None) => match double.shards.get(&path) {
            Some(q) => (StatusCode::OK, format!(r#"{{"db_name":"{path}","cluster":{{"q":{q},"n":1,"w":1,"r":1}}}}"#)),
            None => not_found(),
        },
        (_, Some((db, _))) if !double.shards.contains_key(db) => not_found(),
        (Method::GET, Some((_, "_security"))) => {
            (StatusCode::OK, double.documents.get(&path).cloned().unwrap_or_else(|| "{}".into()))
        }
        (Method::GET, Some(_)) => match double.documents.get(&path) {
            Some(text) => (StatusCode::OK, text.clone()),
            None => not_found(),
        },
        (Method::PUT, Some((_, name))) => {
            let mut new = json::parse_object(&body).unwrap();
            if name != "_security" {
                let revision = |text: Option<&String>| {
                    text.and_then(|it| {
                        json::parse_object(it).unwrap().get("_rev").and_then(|it| it.as_text().map(str::to_owned))
                    })
                };
                let known = revision(double.documents.get(&path));
                if known.as_deref() != new.get("_rev").and_then(Value::as_text) {
                    return (StatusCode::CONFLICT, r#"{"error":"conflict"}"#.into());
                }
                let next = if known.is_none() { "1-aa" } else { "2-bb" };
                new.insert("_rev".into(), next.into());
            }
            double.documents.insert(path, Value::from(new).canonical());
            (StatusCode::CREATED, r#"{"ok":true}"#.into())
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
    }
}

/// Serves a double on a free port for as long as the test.
fn double() -> (Shared, String) {
    let shared = Shared::default();
    let (tell, told) = std::sync::mpsc::channel::<SocketAddr>();
    let state = shared.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, Router::new().fallback(answer).with_state(state)).await.unwrap();
        });
    });
    (shared, format!("http://{}", told.recv().unwrap()))
}

fn couch(address: &str, password: &str) -> CouchDb {
    let administrator = Administrator { name: "admin".into(), password: password.into() };
    CouchDb::new(address, Some(&administrator)).unwrap()
}

#[test]
fn makes_databases_with_one_shard_rights_and_rules() {
    let (shared, address) = double();
    let couch = couch(&address, "umpama");
    assert!(couch.prepare_accounts().unwrap());
    for name in NAMES {
        assert_eq!(couch.prepare(name).unwrap(), [Done::Made, Done::Rights, Done::Rules], "{name}");
    }
    let double = shared.lock().unwrap();
    for name in NAMES {
        assert_eq!(double.shards[name], 1);
        let design = json::parse_object(&double.documents[&format!("{name}/_design/posyandu")]).unwrap();
        assert_eq!(design["validate_doc_update"], RULES.into());
        let security = &double.documents[&format!("{name}/_security")];
        let writers = if name == "tabel-9901" { String::new() } else { format!(r#","tulis:{name}""#) };
        let expected = format!(
            r#"{{"admins":{{"names":[],"roles":["_admin"]}},"members":{{"names":[],"roles":["baca:{name}","pengelola"{writers}]}}}}"#
        );
        assert_eq!(*security, expected);
    }
}

#[test]
fn a_second_run_changes_nothing() {
    let (shared, address) = double();
    let couch = couch(&address, "umpama");
    couch.prepare_accounts().unwrap();
    couch.prepare(POSYANDU).unwrap();
    let before = shared.lock().unwrap().documents.clone();
    shared.lock().unwrap().asked.clear();
    assert!(!couch.prepare_accounts().unwrap());
    assert_eq!(couch.prepare(POSYANDU).unwrap(), []);
    let double = shared.lock().unwrap();
    assert_eq!(double.documents, before);
    let written: Vec<_> = double.asked.iter().filter(|it| it.starts_with("PUT") && !it.ends_with("?q=1")).collect();
    assert!(written.is_empty(), "{written:?}");
}

#[test]
fn what_somebody_changed_is_set_right_and_said() {
    let (shared, address) = double();
    let couch = couch(&address, "umpama");
    couch.prepare(POSYANDU).unwrap();
    let security = format!("{POSYANDU}/_security");
    shared.lock().unwrap().documents.insert(security.clone(), "{}".into());
    assert_eq!(couch.prepare(POSYANDU).unwrap(), [Done::Rights]);
    assert_ne!(shared.lock().unwrap().documents[&security], "{}");
    let design = format!("{POSYANDU}/_design/posyandu");
    let old =
        r#"{"_id":"_design/posyandu","_rev":"1-aa","language":"javascript","validate_doc_update":"function(){}"}"#;
    shared.lock().unwrap().documents.insert(design, old.into());
    assert_eq!(couch.prepare(POSYANDU).unwrap(), [Done::Rules]);
    assert_eq!(couch.prepare(POSYANDU).unwrap(), []);
}

#[test]
fn shards_of_a_database_that_was_there_stay_and_are_said() {
    let (shared, address) = double();
    shared.lock().unwrap().shards.insert(POSYANDU.into(), 2);
    let done = couch(&address, "umpama").prepare(POSYANDU).unwrap();
    assert_eq!(done, [Done::Shards(2), Done::Rights, Done::Rules]);
    assert_eq!(done.iter().map(ToString::to_string).collect::<Vec<_>>()[0], "has 2 shards and keeps them");
}

#[test]
fn a_wrong_password_is_a_sentence_and_nothing_is_made() {
    let (shared, address) = double();
    let refused = couch(&address, "salah").prepare(POSYANDU).unwrap_err();
    assert!(matches!(refused, CouchError::SignIn));
    assert!(!refused.to_string().contains("salah"));
    let nobody = CouchDb::new(&address, None).unwrap().prepare(POSYANDU);
    assert!(matches!(nobody, Err(CouchError::SignIn)));
    assert!(shared.lock().unwrap().shards.is_empty());
}

#[test]
fn only_our_databases_and_only_a_plain_address() {
    let (shared, address) = double();
    for name in ["_replicator", "contoh", "tabel-9901/../_users"] {
        assert!(matches!(couch(&address, "umpama").prepare(name), Err(CouchError::Name(_))), "{name}");
    }
    assert!(shared.lock().unwrap().asked.is_empty());
    for address in
        ["https://example.invalid", "http://admin:umpama@example.invalid", "http://", "example.invalid", "http://a/b"]
    {
        assert!(matches!(CouchDb::new(address, None), Err(CouchError::Address)), "{address}");
    }
}

#[test]
fn nobody_there_is_a_sentence() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = couch(&format!("http://{gone}"), "umpama").prepare(POSYANDU).unwrap_err();
    assert!(matches!(error, CouchError::Unreachable(_)));
    assert!(!error.to_string().contains("umpama"));
}

#[test]
fn rules_are_short() {
    assert!(RULES.lines().count() < 30);
}
