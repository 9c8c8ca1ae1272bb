//! The server as a browser meets it: real requests over loopback.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

use super::files::Files;
use super::http;

const PAGE: &str = "<!doctype html><script type=module>\nstart()\n</script><script src=/boot.js></script>";
/// `printf '\nstart()\n' | openssl dgst -sha256 -binary | base64`
const PAGE_SCRIPT: &str = "'sha256-Vr57vMWq2hNgrKy/aFxYtLAB3PwHlV8B/NfZeGEgedw='";

/// A server on a free port over a folder of its own; both go when it is dropped.
struct Running {
    address: SocketAddr,
    folder: PathBuf,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("posyandu-server-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("app/wilayah/1")).unwrap();
        let write = |path: &str, content: &str| fs::write(folder.join(path), content).unwrap();
        write("secret.txt", "outside");
        write("app/index.html", PAGE);
        write("app/index.html.br", "page in brotli");
        write("app/index.html.gz", "page in gzip");
        write("app/sw.js", "//");
        write("app/manifest.webmanifest", "{}");
        write("app/posyandu-0123456789abcdef_bg.wasm", "wasm");
        write("app/posyandu-0123456789abcdef_bg.wasm.gz", "wasm in gzip");
        write("app/posyandu-0123456789abcdef.js", "glue");
        write("app/wilayah/1/32.01.txt", "area");
        write("app/.hidden", "no");
        let files = Files::read(&folder.join("app")).unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let until = async move {
                    stopped.await.ok();
                };
                http::serve(listener, http::Site { files, api: None }, until).await.unwrap();
            });
        });
        Self { address: told.recv().unwrap(), folder, stop: Some(stop), thread: Some(thread) }
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer { head: head.to_ascii_lowercase(), raw_head: head.to_owned(), body: body.to_owned() }
    }

    fn get(&self, path: &str, more: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1{more}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}

struct Answer {
    head: String,
    raw_head: String,
    body: String,
}

impl Answer {
    #[track_caller]
    fn status(&self, expected: u16) -> &Self {
        assert_eq!(self.head.split(' ').nth(1), Some(expected.to_string().as_str()), "{}", self.head);
        self
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.raw_head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

#[test]
fn the_page_comes_under_a_policy_with_the_hash_of_its_own_script() {
    let server = Running::start("policy");
    let answer = server.get("/", "");
    answer.status(200);
    assert_eq!(answer.body, PAGE);
    let policy = answer.header("content-security-policy").unwrap();
    let scripts = policy.split("; ").find(|it| it.starts_with("script-src")).unwrap();
    assert_eq!(scripts, format!("script-src 'self' 'wasm-unsafe-eval' {PAGE_SCRIPT}"));
    for part in
        ["default-src 'none'", "style-src 'self'", "worker-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
    {
        assert!(policy.split("; ").any(|it| it == part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
}

#[test]
fn every_answer_keeps_strangers_out() {
    let server = Running::start("headers");
    for path in ["/", "/sw.js", "/no-such-file.txt"] {
        let answer = server.get(path, "");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        assert!(answer.header("permissions-policy").unwrap().contains("camera=(self), geolocation=(self)"));
        assert!(answer.header("content-security-policy").is_some());
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[test]
fn the_smallest_encoding_the_browser_takes_is_sent() {
    let server = Running::start("encoding");
    let cases = [
        ("", None, PAGE),
        ("\r\nAccept-Encoding: gzip, deflate, br", Some("br"), "page in brotli"),
        ("\r\nAccept-Encoding: gzip", Some("gzip"), "page in gzip"),
        ("\r\nAccept-Encoding: br;q=0, gzip;q=0.5", Some("gzip"), "page in gzip"),
        ("\r\nAccept-Encoding: identity", None, PAGE),
    ];
    for (header, encoding, body) in cases {
        let answer = server.get("/index.html", header);
        assert_eq!(answer.header("content-encoding"), encoding, "{header}");
        assert_eq!(answer.body, body, "{header}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    }
    // A file without a brotli copy falls back to the next best.
    let wasm = server.get("/posyandu-0123456789abcdef_bg.wasm", "\r\nAccept-Encoding: br, gzip");
    assert_eq!(wasm.header("content-encoding"), Some("gzip"));
}

#[test]
fn names_with_a_hash_are_kept_for_ever_and_others_are_asked_for() {
    let server = Running::start("caching");
    for path in ["/posyandu-0123456789abcdef.js", "/posyandu-0123456789abcdef_bg.wasm", "/wilayah/1/32.01.txt"] {
        let answer = server.get(path, "");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"), "{path}");
    }
    for path in ["/", "/index.html", "/sw.js", "/manifest.webmanifest"] {
        assert_eq!(server.get(path, "").header("cache-control"), Some("no-cache"), "{path}");
    }
    let tag = server.get("/sw.js", "").header("etag").unwrap().to_owned();
    let again = server.get("/sw.js", &format!("\r\nIf-None-Match: {tag}"));
    again.status(304);
    assert_eq!(again.body, "");
    server.get("/sw.js", "\r\nIf-None-Match: W/\"other\"").status(200);
}

#[test]
fn every_file_says_what_it_is() {
    let server = Running::start("types");
    for (path, expected) in [
        ("/posyandu-0123456789abcdef_bg.wasm", "application/wasm"),
        ("/posyandu-0123456789abcdef.js", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/wilayah/1/32.01.txt", "text/plain; charset=utf-8"),
    ] {
        assert_eq!(server.get(path, "").header("content-type"), Some(expected), "{path}");
    }
}

#[test]
fn only_a_navigation_to_a_screen_gets_the_page() {
    let server = Running::start("screens");
    let navigation = "\r\nAccept: text/html,application/xhtml+xml";
    assert_eq!(server.get("/warga/baru?langkah=2", navigation).status(200).body, PAGE);
    server.get("/warga/baru", "\r\nAccept: */*").status(404);
    server.get("/warga/foto.png", navigation).status(404);
    server.get("/_up", navigation).status(404);
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let server = Running::start("paths");
    let navigation = "\r\nAccept: text/html";
    for path in [
        "/../secret.txt",
        "/wilayah/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/wilayah/%2e%2e/%2e%2e/secret",
        "/../../etc/passwd",
        "//etc/passwd.txt",
        "/.hidden",
        "/index.html%00.txt",
        "/index.html.br",
    ] {
        for accept in ["", navigation] {
            let answer = server.get(path, accept);
            answer.status(404);
            assert!(!answer.body.contains("outside"), "{path}");
        }
    }
}

#[test]
fn head_tells_the_length_and_other_methods_are_refused() {
    let server = Running::start("methods");
    let head = server.ask("HEAD /index.html HTTP/1.1\r\nAccept-Encoding: gzip");
    head.status(200);
    assert_eq!(head.body, "");
    assert_eq!(head.header("content-length"), Some("12"));
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = server.ask(&format!("{method} / HTTP/1.1\r\nContent-Length: 0"));
        answer.status(405);
        assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method}");
    }
    server.get("/no-such-file.js", "").status(404);
}

#[test]
fn it_stops_when_told_and_frees_its_port() {
    let server = Running::start("stop");
    let address = server.address;
    server.get("/", "").status(200);
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}
