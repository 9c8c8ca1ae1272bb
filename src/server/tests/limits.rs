//! How much a stranger may ask.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::support::Server;
use crate::server::limits::{MOST_BODY, MOST_DOCUMENTS, MOST_DRAINED, MOST_STRANGERS_BODY};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let server = Server::start("long");
    let ani = server.kader();
    let path = format!("/{}/_bulk_docs", ani.scope());
    // Only announced, and far too long: nothing of it was sent, and the answer comes all the same.
    let length = (MOST_DRAINED + 1).to_string();
    let answer = ani.ask("POST", &path, &[("Content-Length", &length)], b"");
    assert_eq!(answer.header("connection"), Some("close"));
    answer.error(413, "too_large");
    // Not announced.
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        ani.basic()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..12 {
        if write!(stream, "{:x}\r\n", chunk.len())
            .and_then(|()| stream.write_all(&chunk))
            .and_then(|()| stream.write_all(b"\r\n"))
            .is_err()
        {
            break;
        }
    }
    let mut answer = [0; 12];
    // The other side may have hung up on what it did not read.
    if stream.read_exact(&mut answer).is_ok() {
        assert_eq!(&answer, b"HTTP/1.1 413");
    }
    // Strangers have less.
    let long = json!({"code": "x".repeat(MOST_STRANGERS_BODY)});
    server.post("/_activation", &long).error(413, "too_large");
    server.post("/_session", &long).error(413, "too_large");
    ani.get(&format!("/{}", ani.scope())).is(200);
}

/// Sends one request after the other over one connection; the status of each.
fn on_one_line(server: &Server, requests: &[(&str, Vec<u8>)]) -> Vec<u16> {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut statuses = Vec::new();
    for (head, body) in requests {
        let head = format!("{head}\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).expect("it listens to the end");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an answer");
            answer.extend(byte);
        }
        let answer = String::from_utf8(answer).unwrap().to_ascii_lowercase();
        assert!(!answer.contains("connection: close"), "{answer}");
        statuses.push(answer.split(' ').nth(1).unwrap().parse().unwrap());
        let length = answer.lines().find_map(|it| it.strip_prefix("content-length: ")?.parse().ok()).unwrap();
        stream.read_exact(&mut vec![0; length]).unwrap();
    }
    statuses
}

#[test]
fn a_refusal_hears_the_body_out_and_the_line_stays_open() {
    let server = Server::start("drained");
    let ani = server.kader();
    let auth = format!("\r\nAuthorization: {}", ani.basic());
    let (scope, long) = (ani.scope(), vec![b' '; 1 << 20]);
    let statuses = on_one_line(
        &server,
        &[
            (&format!("POST /{scope}/_bulk_docs HTTP/1.1"), long.clone()),
            (&format!("POST /tabel-9901/_bulk_docs HTTP/1.1{auth}"), long.clone()),
            (&format!("POST /_nothing HTTP/1.1{auth}"), long.clone()),
            (&format!("POST /{scope}/_bulk_docs HTTP/1.1{auth}\r\nContent-Encoding: br"), long.clone()),
            (&format!("POST /{scope}/_bulk_docs HTTP/1.1{auth}"), vec![b' '; MOST_BODY + 1]),
            ("POST /_session HTTP/1.1", long.clone()),
            ("DELETE /_up HTTP/1.1", long),
            ("GET /_up HTTP/1.1", vec![]),
        ],
    );
    assert_eq!(statuses, [401, 403, 404, 415, 413, 413, 405, 200]);
}

#[test]
fn a_small_body_holds_no_million_of_documents() {
    let server = Server::start("count");
    let ani = server.kader();
    let db = ani.scope();
    let list = |of: &str, count: usize| vec![of; count].join(",");
    let ids = |count: usize| (0..count).map(|it| format!(r#""{it}":[]"#)).collect::<Vec<_>>().join(",");
    for (what, most, more) in [
        (
            "_bulk_docs",
            format!(r#"{{"new_edits":false,"docs":[{}]}}"#, list("{}", MOST_DOCUMENTS)),
            format!(r#"{{"new_edits":false,"docs":[{}]}}"#, list("{}", MOST_DOCUMENTS + 1)),
        ),
        (
            "_bulk_get",
            format!(r#"{{"docs":[{}]}}"#, list(r#"{"id":""}"#, MOST_DOCUMENTS)),
            format!(r#"{{"docs":[{}]}}"#, list(r#"{"id":""}"#, MOST_DOCUMENTS + 1)),
        ),
        ("_revs_diff", format!("{{{}}}", ids(MOST_DOCUMENTS)), format!("{{{}}}", ids(MOST_DOCUMENTS + 1))),
        ("_revs_diff", r#"{"x":[""]}"#.into(), format!(r#"{{"x":[{}]}}"#, list(r#""""#, 101))),
    ] {
        let path = format!("/{db}/{what}");
        let status = ani.ask("POST", &path, &[], most.as_bytes()).status;
        assert!(matches!(status, 200 | 201), "{what}: {status}");
        ani.ask("POST", &path, &[], more.as_bytes()).error(413, "too_large");
    }
}

#[test]
fn a_packed_body_is_unpacked_up_to_the_limit() {
    let server = Server::start("gzip");
    let mut ani = server.kader();
    let db = ani.scope();
    let path = format!("/{db}/_bulk_docs");
    let packed = [("Content-Encoding", "gzip")];
    let event = ani.child();
    let body = json!({"new_edits": false, "docs": [super::support::doc(&event)]}).to_string();
    assert_eq!(ani.ask("POST", &path, &packed, &gzip(body.as_bytes())).is(201).json(), json!([]));
    assert_eq!(ani.pull(&db).len(), 2);
    // A bomb: 200 MB of blanks are 200 KB.
    let bomb = gzip(&vec![b' '; 200 << 20]);
    assert!(bomb.len() < 1 << 20);
    ani.ask("POST", &path, &packed, &bomb).error(413, "too_large");
    ani.ask("POST", &path, &packed, b"not gzip").error(400, "bad_request");
    ani.ask("POST", &path, &packed, &gzip(body.as_bytes())[..40]).error(400, "bad_request");
    ani.ask("POST", &path, &[("Content-Encoding", "br")], b"x").error(415, "bad_content_encoding");
}

#[test]
fn nothing_outside_is_reached_by_any_address() {
    let server = Server::start("climbing");
    let ani = server.kader();
    let db = ani.scope();
    for path in [
        "/../secret.txt".to_owned(),
        "/_local/../../secret.txt".into(),
        format!("/{db}/../../secret.txt"),
        format!("/{db}/..%2f..%2fsecret.txt"),
        format!("/{db}/_local/..%2f..%2f..%2fsecret.txt"),
        format!("/{db}/%2e%2e/secret.txt"),
        format!("/{db}/%00"),
        format!("/{db}/_local/%ff"),
        format!("/{db}%2f..%2fsecret.txt"),
        "/posyandu-..%2f..%2fsecret".into(),
        "/%5f%75sers".into(),
        format!("/{db}/%zz"),
        format!("/{db}/a/b/c/d"),
    ] {
        let answer = ani.get(&path);
        assert!(matches!(answer.status, 400 | 403 | 404), "{path}: {}", answer.status);
        assert!(!answer.text().contains("outside"), "{path}");
    }
    // The server's own files are not the app's.
    for path in ["/posyandu.sqlite", "/root.key", "/data/root.key", "/data/posyandu.sqlite"] {
        ani.get(path).is(404);
    }
}

#[test]
fn odd_requests_are_answered_and_end_nothing() {
    let server = Server::start("odd");
    for bytes in [
        &b"\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /_session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /_session HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\nxxxxxxxxxx",
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).ok();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{bytes:?}");
    }
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(100_000));
    let mut stream = TcpStream::connect(server.address).unwrap();
    let _ = stream.write_all(long.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&answer));
    server.get("/_up").is(200);
}

#[test]
fn a_body_that_is_cut_off_keeps_nothing() {
    let server = Server::start("cut");
    let mut ani = server.kader();
    let db = ani.scope();
    let event = ani.child();
    let body = json!({"new_edits": false, "docs": [super::support::doc(&event)]}).to_string();
    let head = format!(
        "POST /{db}/_bulk_docs HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Length: {}\r\n\r\n",
        ani.basic(),
        body.len()
    );
    for cut in [0, 10, body.len() - 1] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body.as_bytes()[..cut]).unwrap();
        drop(stream);
    }
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(ani.pull(&db).len(), 1);
}

#[test]
fn one_account_waits_in_few_places() {
    let server = Server::start("places");
    let ani = server.kader();
    let path = format!("/{}/_changes?feed=longpoll&since=now&timeout=2500", ani.scope());
    let waiting: Vec<_> = (0..12)
        .map(|_| {
            let (ani, path) = (ani.clone(), path.clone());
            std::thread::spawn(move || ani.get(&path).status)
        })
        .collect();
    let mut statuses: Vec<u16> = waiting.into_iter().map(|it| it.join().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 503, 503, 503, 503]);
    ani.get(&path).is(200);
}
