//! Shapes and status codes of the replication protocol.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::{Server, doc, photo};

#[test]
fn programs_hear_what_this_is_and_browsers_get_the_page() {
    let server = Server::start("welcome");
    let welcome = server.get("/").is(200).json();
    assert_eq!(welcome["couchdb"], "Welcome");
    assert_eq!(welcome["uuid"], server.office.identity.uuid.as_str());
    for accept in ["text/html,application/xhtml+xml", "*/*"] {
        let answer = server.ask("GET", "/", &[("Accept", accept)], b"").is(200);
        assert!(answer.text().contains("page"), "{accept}");
    }
    assert_eq!(server.get("/_up").is(200).json()["status"], "ok");
    assert_eq!(server.get("/_welcome").is(200).json()["couchdb"], "Welcome");
    server.get("/_no_such").error(404, "not_found");
    server.ask("POST", "/_up", &[], b"").error(405, "method_not_allowed");
    // Answers of the ledger are never kept by a browser.
    assert_eq!(server.get("/_up").header("cache-control"), Some("no-store"));
}

#[test]
fn a_database_says_how_far_it_is() {
    let server = Server::start("info");
    let mut ani = server.kader();
    let db = ani.scope();
    let before = ani.get(&format!("/{db}")).is(200).json();
    assert_eq!(before["db_name"], db.as_str());
    assert_eq!(before["instance_start_time"], server.office.identity.epoch.as_str());
    assert_eq!((before["doc_count"].clone(), before["doc_del_count"].clone()), (json!(1), json!(0)), "its founding");
    let event = ani.child();
    assert_eq!(ani.push_events(&db, &[&event]), json!([]));
    let after = ani.get(&format!("/{db}")).json();
    assert_ne!(before["update_seq"], after["update_seq"]);
    assert_eq!(after["doc_count"], 2);
    let head = ani.ask("HEAD", &format!("/{db}"), &[], b"").is(200);
    assert!(head.body.is_empty());
    ani.put(&format!("/{db}"), &json!({})).error(412, "file_exists");
    ani.ask("DELETE", &format!("/{db}"), &[], b"").error(405, "method_not_allowed");
    let full = ani.post(&format!("/{db}/_ensure_full_commit"), &json!({})).is(201).json();
    assert_eq!(full["instance_start_time"], server.office.identity.epoch.as_str());
    let security = ani.get(&format!("/{db}/_security")).is(200).json();
    assert!(security["members"]["roles"].is_array());
}

#[test]
fn changes_come_in_pages_and_in_order() {
    let server = Server::start("changes");
    let mut ani = server.kader();
    let db = ani.scope();
    let events: Vec<_> = (0..7).map(|_| ani.child()).collect();
    ani.push_events(&db, &events.iter().collect::<Vec<_>>());
    let mut since = json!("0");
    let mut seen = Vec::new();
    let mut pending = 8;
    loop {
        let since_text = since.as_str().unwrap().to_owned();
        let page = ani.get(&format!("/{db}/_changes?since={since_text}&limit=3&style=all_docs")).is(200).json();
        let rows = page["results"].as_array().unwrap().clone();
        pending -= rows.len();
        assert_eq!(page["pending"], pending);
        if rows.is_empty() {
            assert_eq!(page["last_seq"], since, "nothing new stays where it was");
            break;
        }
        since = page["last_seq"].clone();
        assert_eq!(rows.last().unwrap()["seq"], since);
        seen.extend(rows);
    }
    assert_eq!(seen.len(), 8);
    for (row, event) in seen.iter().skip(1).zip(&events) {
        assert_eq!(row["id"], event.id().to_string());
        assert_eq!(row["changes"], json!([{"rev": format!("1-{}", event.id())}]));
        assert!(row.get("deleted").is_none() && row.get("doc").is_none());
    }
    let row = ani.pull(&db).pop().unwrap();
    assert_eq!(row["doc"], doc(events.last().unwrap()), "byte for byte what was sent");
    assert_eq!(ani.get(&format!("/{db}/_changes?since=now")).json()["results"], json!([]));
    assert_eq!(ani.get(&format!("/{db}/_changes?limit=0")).json()["results"], json!([]));
    assert_eq!(ani.post(&format!("/{db}/_changes?limit=2"), &json!({})).json()["results"].as_array().unwrap().len(), 2);
    for odd in ["since=x", "since=-1", "since=1.5", "since=", "limit=x", "limit=-1", "timeout=x"] {
        ani.get(&format!("/{db}/_changes?{odd}")).error(400, "bad_request");
    }
    for odd in ["feed=continuous", "feed=eventsource", "filter=a/b", "descending=true"] {
        ani.get(&format!("/{db}/_changes?{odd}")).error(400, "bad_request");
    }
}

#[test]
fn a_sequence_of_another_epoch_or_of_the_future_begins_again() {
    let server = Server::start("epochs");
    let ani = server.kader();
    let db = ani.scope();
    let all = ani.get(&format!("/{db}/_changes")).json()["results"].as_array().unwrap().len();
    assert_eq!(all, 1);
    for since in ["1-000000000000", "999", "999-000000000000"] {
        let page = ani.get(&format!("/{db}/_changes?since={since}")).is(200).json();
        assert_eq!(page["results"].as_array().unwrap().len(), all, "{since}");
    }
}

#[test]
fn a_long_poll_ends_with_news_with_its_time_or_with_the_server() {
    let server = Server::start("longpoll");
    let mut ani = server.kader();
    let db = ani.scope();
    let begun = Instant::now();
    let empty = ani.get(&format!("/{db}/_changes?feed=longpoll&since=now&timeout=300")).is(200).json();
    assert_eq!(empty["results"], json!([]));
    assert!(begun.elapsed() >= Duration::from_millis(290) && begun.elapsed() < Duration::from_secs(5));
    // What is there already is told at once.
    let begun = Instant::now();
    assert!(
        !ani.get(&format!("/{db}/_changes?feed=longpoll&timeout=20000")).json()["results"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
    for manner in ["timeout=20000", "heartbeat=1000"] {
        let waiting = {
            let ani = ani.clone();
            let db = db.clone();
            std::thread::spawn(move || {
                let path = format!("/{db}/_changes?feed=longpoll&since=now&include_docs=true&{manner}");
                (ani.get(&path).is(200).json(), Instant::now())
            })
        };
        std::thread::sleep(Duration::from_millis(1500));
        let event = ani.child();
        let sent = Instant::now();
        ani.push_events(&db, &[&event]);
        let (news, heard) = waiting.join().unwrap();
        assert_eq!(news["results"][0]["doc"]["_id"], event.id().to_string(), "{manner}");
        assert!(heard.duration_since(sent) < Duration::from_secs(2), "{manner}");
    }
    let waiting = {
        let ani = ani.clone();
        std::thread::spawn(move || {
            ani.get(&format!("/{db}/_changes?feed=longpoll&since=now&timeout=50000")).is(200).json()
        })
    };
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    drop(server);
    assert_eq!(waiting.join().unwrap()["results"], json!([]));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn documents_go_in_and_come_out() {
    let server = Server::start("documents");
    let mut ani = server.kader();
    let db = ani.scope();
    let (first, second) = (ani.child(), ani.child());
    let (id, rev) = (first.id().to_string(), format!("1-{}", first.id()));
    let asked = json!({&id: [&rev], "unknown": ["3-abc"]});
    let diff = ani.post(&format!("/{db}/_revs_diff"), &asked).is(200).json();
    assert_eq!(diff, json!({&id: {"missing": [&rev]}, "unknown": {"missing": ["3-abc"]}}));
    assert_eq!(ani.push_events(&db, &[&first, &second]), json!([]));
    assert_eq!(ani.push_events(&db, &[&first, &second]), json!([]), "twice is once");
    let diff = ani.post(&format!("/{db}/_revs_diff"), &json!({&id: [&rev, "2-x"]})).json();
    assert_eq!(diff, json!({&id: {"missing": ["2-x"], "possible_ancestors": [&rev]}}));
    assert_eq!(ani.post(&format!("/{db}/_revs_diff"), &json!({&id: [&rev]})).json(), json!({}));

    let wanted =
        json!({"docs": [{"id": &id, "rev": &rev}, {"id": &id}, {"id": "x", "rev": "7-a"}, {"id": &id, "rev": "9-b"}]});
    let got = ani.post(&format!("/{db}/_bulk_get?revs=true&latest=true"), &wanted).is(200).json();
    let ok = &got["results"][0]["docs"][0]["ok"];
    assert_eq!(ok["_revisions"], json!({"start": 1, "ids": [&id]}));
    assert_eq!(ok["sig"], doc(&first)["sig"]);
    assert_eq!(got["results"][1]["docs"][0]["ok"]["_id"], id.as_str());
    for (index, rev) in [(2, "7-a"), (3, "9-b")] {
        let error = &got["results"][index]["docs"][0]["error"];
        assert_eq!((error["error"].clone(), error["rev"].clone()), (json!("not_found"), json!(rev)));
    }
    let one = ani.get(&format!("/{db}/{id}"));
    assert_eq!(one.header("etag"), Some(format!("\"{rev}\"").as_str()));
    assert_eq!(one.is(200).json(), doc(&first));
    let leaves = ani.get(&format!("/{db}/{id}?open_revs=all&revs=true")).is(200).json();
    assert_eq!(leaves[0]["ok"]["_rev"], rev.as_str());
    let leaves = ani.get(&format!("/{db}/{id}?open_revs=%5B%22{rev}%22,%224-x%22%5D")).is(200).json();
    assert_eq!(leaves[1], json!({"missing": "4-x"}));
    ani.get(&format!("/{db}/{}", "0".repeat(32))).error(404, "not_found");
    ani.get(&format!("/{db}/{id}?rev=2-a")).error(404, "not_found");
    ani.put(&format!("/{db}/{id}"), &json!({})).error(405, "method_not_allowed");
    ani.get(&format!("/{db}/_design/x")).error(404, "not_found");
    ani.get(&format!("/{db}/_all_docs")).error(404, "not_found");
}

#[test]
fn a_batch_that_is_no_batch_is_refused_whole() {
    let server = Server::start("batches");
    let ani = server.kader();
    let db = ani.scope();
    let post = |body: &[u8]| ani.ask("POST", &format!("/{db}/_bulk_docs"), &[], body);
    for body in [
        "",
        "x",
        "[]",
        "{\"docs\":[",
        "{\"docs\":[}",
        "{\"docs\":1,\"new_edits\":false}",
        "{\"new_edits\":false}",
        "{\"docs\":[]}",
    ] {
        post(body.as_bytes()).error(400, "bad_request");
    }
    post(b"{\"docs\":[\"\xff\"],\"new_edits\":false}").error(400, "bad_request");
    assert_eq!(post(br#"{"docs":[],"new_edits":false}"#).is(201).json(), json!([]));
    for path in ["_revs_diff", "_bulk_get"] {
        ani.ask("POST", &format!("/{db}/{path}"), &[], b"{").error(400, "bad_request");
    }
}

#[test]
fn checkpoints_have_revisions_and_an_owner() {
    let server = Server::start("local");
    let ani = server.kader();
    let db = ani.scope();
    let path = format!("/{db}/_local/a.b_c");
    ani.get(&path).error(404, "not_found");
    let put = ani.put(&path, &json!({"_id": "_local/a.b_c", "last_seq": "1-a", "half": 0.5})).is(201).json();
    assert_eq!(put, json!({"ok": true, "id": "_local/a.b_c", "rev": "0-1"}));
    let kept = ani.get(&path).is(200).json();
    assert_eq!(kept, json!({"_id": "_local/a.b_c", "_rev": "0-1", "last_seq": "1-a", "half": 0.5}));
    ani.put(&path, &json!({"last_seq": "2-a"})).error(409, "conflict");
    ani.put(&path, &json!({"_rev": "0-7", "last_seq": "2-a"})).error(409, "conflict");
    assert_eq!(ani.put(&path, &json!({"_rev": "0-1", "last_seq": "2-a"})).is(201).json()["rev"], "0-2");
    ani.put(&path, &json!([])).error(400, "bad_request");
    // A colleague has her own.
    let colleague = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(1)));
    colleague.get(&path).error(404, "not_found");
    // Nor do they stand among the changes.
    assert!(ani.pull(&db).iter().all(|it| !it["id"].as_str().unwrap().starts_with('_')));
    // Those who drop something keep a checkpoint, too.
    ani.put("/titipan-9901/_local/x", &json!({"last_seq": 1})).is(201);
    ani.get("/titipan-9901/_local/x").is(200);
}

#[test]
fn a_photo_goes_in_whole_and_comes_out_in_parts() {
    let server = Server::start("photos");
    let mut ani = server.kader();
    let db = "aduan-9901012001";
    let bytes: Vec<u8> = (0..100_000u32).map(|it| (it % 251) as u8).collect();
    let (event, document) = photo(&mut ani, &bytes);
    assert_eq!(ani.push(db, vec![document.clone()]), json!([]));
    let id = event.id().to_string();
    let row = ani.pull(db).pop().unwrap();
    let stub = &row["doc"]["_attachments"]["foto.jpg"];
    assert_eq!((stub["stub"].clone(), stub["length"].clone()), (json!(true), json!(100_000)));
    assert!(stub["digest"].as_str().unwrap().starts_with("md5-"));
    let whole = ani.get(&format!("/{db}/{id}?attachments=true")).is(200).json();
    assert_eq!(whole["_attachments"]["foto.jpg"]["data"], document["_attachments"]["foto.jpg"]["data"]);
    let got = ani.post(&format!("/{db}/_bulk_get?attachments=true"), &json!({"docs": [{"id": &id}]})).json();
    assert!(got["results"][0]["docs"][0]["ok"]["_attachments"]["foto.jpg"]["data"].is_string());
    let path = format!("/{db}/{id}/foto.jpg");
    let photo = ani.get(&path).is(200);
    assert_eq!((photo.header("content-type"), &photo.body), (Some("image/jpeg"), &bytes));
    let tag = photo.header("etag").unwrap().to_owned();
    let part = ani.ask("GET", &path, &[("Range", "bytes=99990-")], b"").is(206);
    assert_eq!(part.header("content-range"), Some("bytes 99990-99999/100000"));
    assert_eq!(part.body, &bytes[99_990..]);
    let rest = |tag: &str| ani.ask("GET", &path, &[("Range", "bytes=99990-"), ("If-Range", tag)], b"");
    assert_eq!(rest(&tag).is(206).body, &bytes[99_990..]);
    assert_eq!(rest("\"other\"").is(200).body, bytes);
    // Whoever says that the tag is weak cannot know that the bytes are the same.
    assert_eq!(rest(&format!("W/{tag}")).is(200).body, bytes);
    for beyond in ["bytes=100000-", "bytes=100000-100001", "bytes=9-8"] {
        let refused = ani.ask("GET", &path, &[("Range", beyond)], b"").is(416);
        assert_eq!(refused.header("content-range"), Some("bytes */100000"), "{beyond}");
        refused.error(416, "requested_range_not_satisfiable");
    }
    let piece = ani.ask("GET", &path, &[("Range", "bytes=0-9"), ("Accept-Encoding", "gzip")], b"").is(206);
    assert_eq!((piece.header("content-encoding"), piece.body.as_slice()), (None, &bytes[..10]));
    ani.ask("GET", &path, &[("If-None-Match", &tag)], b"").is(304);
    assert_eq!(ani.ask("HEAD", &path, &[], b"").is(200).header("content-length"), Some("100000"));
    ani.get(&format!("/{db}/{id}/other.jpg")).error(404, "not_found");
    ani.get(&format!("/{db}/{}/foto.jpg", "0".repeat(32))).error(404, "not_found");
}

#[test]
fn long_answers_are_packed_for_those_who_can_unpack() {
    use std::io::Read as _;
    let server = Server::start("packed");
    let mut ani = server.kader();
    let db = ani.scope();
    let events: Vec<_> = (0..20).map(|_| ani.child()).collect();
    ani.push_events(&db, &events.iter().collect::<Vec<_>>());
    let path = format!("/{db}/_changes?include_docs=true");
    let plain = ani.get(&path).is(200);
    let packed = ani.ask("GET", &path, &[("Accept-Encoding", "gzip, br")], b"").is(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() * 2 < plain.body.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), plain.json());
}
