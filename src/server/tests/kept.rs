//! Nothing acknowledged is lost: backup and restore, `kill -9`, a million events.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::support::{Phone, Server, doc, erasing, temporary, try_ask};
use crate::server::api::Settings;
use crate::server::commands;
use crate::server::office::Office;
use crate::server::store::docs;
use crate::server::words;

#[test]
fn a_copy_made_while_it_works_is_whole_and_a_restore_is_another_epoch() {
    let server = Server::start("restore");
    let mut ani = server.kader();
    let db = ani.scope();
    let before: Vec<_> = (0..20).map(|_| ani.child()).collect();
    ani.push_events(&db, &before.iter().collect::<Vec<_>>());
    // Somebody writes all the time.
    let writing = {
        let (mut dewi, db) = (server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(1))), db.clone());
        std::thread::spawn(move || {
            let until = Instant::now() + Duration::from_secs(2);
            while Instant::now() < until {
                let event = dewi.child();
                assert_eq!(dewi.push_events(&db, &[&event]), json!([]));
            }
        })
    };
    std::thread::sleep(Duration::from_millis(300));
    let copy = server.folder.join("backup.sqlite");
    commands::backup(&server.data(), &copy).unwrap();
    assert!(matches!(commands::backup(&server.data(), &copy), Err(commands::CommandError::Exists(_))));
    writing.join().unwrap();
    let after = ani.child();
    ani.push_events(&db, &[&after]);
    // Erased after the copy was made, by an order that was in it.
    let seen = ani.get(&format!("/{db}")).json();
    let since = seen["update_seq"].as_str().unwrap().to_owned();
    let root_key = server.folder.join("kept-apart.key");
    std::fs::copy(server.data().join("root.key"), &root_key).unwrap();
    let (epoch, uuid) = (server.office.identity.epoch.clone(), server.office.identity.uuid.clone());
    let folder = server.stop();

    let restored = folder.join("restored");
    commands::restore(&restored, &copy, &root_key, &words::beside(&root_key)).unwrap();
    assert!(
        commands::restore(&restored, &copy, &root_key, &words::beside(&root_key)).is_err(),
        "never over another server"
    );
    let office = Office::open(&restored).unwrap();
    assert_eq!(office.identity.uuid, uuid);
    assert_ne!(office.identity.epoch, epoch);
    let server = Server::serve(folder, office, Settings::default());
    ani.address = server.address;
    let ids: BTreeSet<String> = ani.pull(&db).iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    assert!(before.iter().all(|it| ids.contains(&it.id().to_string())));
    assert!(!ids.contains(&after.id().to_string()), "what came later is not in the copy");
    // A phone that was further than this hears everything again, and sends what is missing.
    let page = ani.get(&format!("/{db}/_changes?since={since}")).is(200).json();
    assert_eq!(page["results"].as_array().unwrap().len(), ids.len());
    assert_eq!(ani.push_events(&db, &[&after]), json!([]));
    assert_eq!(ani.pull(&db).len(), ids.len() + 1);
}

#[test]
fn a_restore_erases_again_before_anybody_reads() {
    let server = Server::start("replay");
    let mut ani = server.kader();
    let db = ani.scope();
    let gone = ani.child();
    ani.push_events(&db, &[&gone]);
    let order = erasing(&server, &[&gone]);
    ani.push_events(&db, &[&order]);
    // A copy in which the order is there and what it names came back: rows of another time.
    let folder = server.stop();
    let file = folder.join("data/posyandu.sqlite");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection
        .execute("UPDATE doc SET erased = 0, body = ?1 WHERE id = ?2", rusqlite::params![gone.to_text(), gone.id().0])
        .unwrap();
    drop(connection);
    let copy = folder.join("backup.sqlite");
    commands::backup(&folder.join("data"), &copy).unwrap();
    commands::restore(&folder.join("restored"), &copy, &folder.join("data/root.key"), &folder.join("none")).unwrap();
    let office = Office::open(&folder.join("restored")).unwrap();
    let kept = office.store.read(|it| docs::doc(it, docs::database(it, &db)?.unwrap().id, gone.id())).unwrap().unwrap();
    assert!(kept.is_erased && !kept.body.contains("Bayi Rekaan"));
    let bytes = std::fs::read(folder.join("restored/posyandu.sqlite")).unwrap();
    let name = b"Bayi Rekaan";
    assert!(!bytes.windows(name.len()).any(|it| it == name), "not even between the pages");
    std::fs::remove_dir_all(&folder).ok();
}

#[test]
fn what_is_erased_stands_in_no_file_any_more() {
    use crate::domain::json::object;
    let server = Server::start("bytes");
    let mut ani = server.kader();
    let db = ani.scope();
    let gone = ani.event("sasaran.registered", &"a".repeat(32), object([("nama", "Umpama Terhapus".into())]));
    let others: Vec<_> = (0..50).map(|_| ani.child()).collect();
    ani.push_events(&db, &[&gone]);
    ani.push_events(&db, &others.iter().collect::<Vec<_>>());
    let is_there = || {
        let name = b"Umpama Terhapus";
        let files = std::fs::read_dir(server.data()).unwrap().map(|it| std::fs::read(it.unwrap().path()).unwrap());
        files.into_iter().any(|it| it.windows(name.len()).any(|it| it == name))
    };
    assert!(is_there());
    let order = erasing(&server, &[&gone]);
    assert_eq!(ani.push_events(&db, &[&order]), json!([]));
    assert!(!is_there(), "neither in the database nor in its log");
}

#[test]
fn what_a_reader_holds_in_the_log_goes_when_he_is_done() {
    let server = Server::start("held");
    let mut ani = server.kader();
    let db = ani.scope();
    let gone = ani.child();
    ani.push_events(&db, &[&gone]);
    let bytes = || std::fs::metadata(server.data().join("posyandu.sqlite-wal")).map_or(0, |it| it.len());
    let reader = rusqlite::Connection::open(server.data().join("posyandu.sqlite")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM doc;").unwrap();
    let order = erasing(&server, &[&gone]);
    assert_eq!(ani.push_events(&db, &[&order]), json!([]));
    assert!(bytes() > 0, "another process reads");
    reader.execute_batch("COMMIT").unwrap();
    ani.get(&format!("/{db}")).is(200);
    assert_eq!(bytes(), 0);
}

#[test]
fn what_the_root_said_after_the_copy_holds_after_a_restore() {
    let server = Server::start("words");
    let mut ani = server.kader();
    let lost = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(1)));
    let unused = server.code(1);
    let db = ani.scope();
    let gone = ani.child();
    ani.push_events(&db, &[&gone]);
    let copy = server.folder.join("backup.sqlite");
    commands::backup(&server.data(), &copy).unwrap();
    let order = erasing(&server, &[&gone]);
    assert_eq!(ani.push_events(&db, &[&order]), json!([]));
    let account = server.office.store.read(|it| super::support::account(it, &lost.name)).unwrap();
    let now_ms = crate::server::office::now_ms();
    server.office.store.write(|it| commands::strike_one(&server.office, it, &account, true, now_ms)).unwrap();
    let folder = server.stop();
    let file = folder.join("data").join(words::FILE);
    let mut said = std::fs::read_to_string(&file).unwrap();
    assert!(!said.contains("Bayi Rekaan"));
    // The last line was cut off in the middle, and another key wrote one.
    let forged = said.lines().find(|it| it.contains("key_ended")).unwrap().replace(&lost.device.to_string(), "x");
    said += &format!("{forged}\ntabel-9901 {{\"_id\":");
    std::fs::write(&file, said).unwrap();

    let restored = folder.join("restored");
    let key = folder.join("data/root.key");
    commands::restore(&restored, &copy, &key, &words::beside(&key)).unwrap();
    assert_eq!(words::read(&restored.join(words::FILE)).unwrap().len(), 2, "for the next time");
    let server = Server::serve(folder.clone(), Office::open(&restored).unwrap(), Settings::default());
    let (mut ani, mut lost) = (ani, lost);
    (ani.address, lost.address) = (server.address, server.address);
    lost.get(&format!("/{db}")).error(403, "forbidden");
    let ended = lost.pull("tabel-9901").iter().filter(|it| it["doc"]["data"]["lost"] == json!(true)).count();
    assert_eq!(ended, 1, "and its phone hears that it is lost");
    let row = ani.pull(&db).into_iter().find(|it| it["id"] == gone.id().to_string()).unwrap();
    assert_eq!(row["deleted"], true);
    server.post("/_activation", &json!({"code": unused, "look": true})).error(404, "not_found");
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let folder = temporary("no-backup");
    let key = folder.join("root.key");
    std::fs::write(&key, "00".repeat(32)).unwrap();
    for (name, content) in [("empty", &b""[..]), ("text", b"not a database at all, not a database at all")] {
        let file = folder.join(name);
        std::fs::write(&file, content).unwrap();
        assert!(commands::restore(&folder.join("new"), &file, &key, &words::beside(&key)).is_err(), "{name}");
        assert!(!folder.join("new").join("posyandu.sqlite").exists());
    }
    // Of another server's key.
    drop(Office::create(&folder.join("data"), false).unwrap());
    let copy = folder.join("copy.sqlite");
    commands::backup(&folder.join("data"), &copy).unwrap();
    let error = commands::restore(&folder.join("new"), &copy, &key, &words::beside(&key)).unwrap_err();
    assert!(matches!(error, commands::CommandError::OtherRoot), "{error}");
    assert!(!folder.join("new/posyandu.sqlite").exists());
    std::fs::remove_dir_all(&folder).ok();
}

#[test]
fn a_file_of_the_first_version_is_brought_up_to_this_one() {
    let server = Server::start("upgrade");
    let mut ani = server.kader();
    let said = json!({"unsent": 3, "oldest": null, "offset_s": 0, "refused": 1, "version": "7"});
    ani.post("/_kabar", &said).is(201);
    let folder = server.stop();
    let connection = rusqlite::Connection::open(folder.join("data/posyandu.sqlite")).unwrap();
    connection
        .execute_batch(
            "ALTER TABLE kabar DROP COLUMN kept; ALTER TABLE kabar DROP COLUMN trouble; PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(connection);
    let office = Office::open(&folder.join("data")).unwrap();
    let server = Server::serve(folder, office, Settings::default());
    ani.address = server.address;
    let row = || ani.get("/_kabar").is(200).json()["rows"][0].clone();
    assert_eq!((row()["unsent"].clone(), row()["kept"].clone()), (json!(3), json!(null)));
    ani.post("/_kabar", &json!({"unsent": 0, "oldest": null, "offset_s": 0, "refused": 0, "version": "8", "kept": 4}))
        .is(201);
    assert_eq!(row()["kept"], 4);
}

#[test]
fn keys_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = temporary("private");
    drop(Office::create(&folder.join("data"), false).unwrap());
    for file in ["root.key", "posyandu.sqlite"] {
        let mode = std::fs::metadata(folder.join("data").join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert!(Office::create(&folder.join("data"), false).is_err(), "never made twice");
    std::fs::remove_dir_all(&folder).ok();
}

/// Not a test by itself: the server of [`kill_at_any_moment_loses_nothing_and_no_checkpoint_runs_ahead`], in a process that can be killed.
#[test]
fn child_that_is_killed() {
    let Ok(folder) = std::env::var("POSYANDU_KILLED") else { return };
    let folder = PathBuf::from(folder);
    let office = Office::open(&folder.join("data")).unwrap();
    let server = Server::serve(folder, office, Settings::default());
    println!("\nserving {}", server.address);
    // It never ends by itself, but it does not outlive a test that failed for long.
    std::thread::sleep(Duration::from_secs(60));
    std::process::exit(0);
}

struct Killed {
    child: Child,
    address: SocketAddr,
}

impl Killed {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "server::tests::kept::child_that_is_killed", "--nocapture", "--test-threads=1"])
            .env("POSYANDU_KILLED", folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let mut addresses = lines.map_while(Result::ok).filter_map(|it| it.strip_prefix("serving ")?.parse().ok());
        let address = addresses.next().expect("an address");
        Self { child, address }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A checkpoint as a writer keeps it at the server: the sequence that it knows to be stored, and the names of the last
/// events that it was told are kept.
#[derive(Clone, Debug, Default, PartialEq)]
struct Checkpoint {
    /// Of the `_local` document.
    rev: Option<i64>,
    seq: i64,
    events: Vec<String>,
}

impl Checkpoint {
    fn path(db: &str, writer: usize) -> String {
        format!("/{db}/_local/writer-{writer}")
    }

    /// As it stands at the server; blank where there is none.
    fn read(phone: &Phone, db: &str, writer: usize) -> Self {
        let answer = phone.get(&Self::path(db, writer));
        if answer.status == 404 {
            return Self::default();
        }
        let said = answer.is(200).json();
        let events = said["events"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
        let rev = said["_rev"].as_str().unwrap().strip_prefix("0-").unwrap().parse().unwrap();
        Self { rev: Some(rev), seq: said["seq"].as_i64().unwrap(), events }
    }

    fn body(&self) -> String {
        let mut body = json!({"seq": self.seq, "events": self.events});
        if let Some(rev) = self.rev {
            body["_rev"] = format!("0-{rev}").into();
        }
        body.to_string()
    }
}

/// The number of a sequence.
fn number(seq: &serde_json::Value) -> i64 {
    seq.as_str().unwrap().split('-').next().unwrap().parse().unwrap()
}

/// The names of all documents, page after page to the end, and the last sequence.
fn everything(phone: &Phone, db: &str) -> (BTreeSet<String>, i64) {
    let (mut names, mut since) = (BTreeSet::new(), "0".to_owned());
    loop {
        let page = phone.get(&format!("/{db}/_changes?since={since}")).is(200).json();
        let rows = page["results"].as_array().unwrap();
        names.extend(rows.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        since = page["last_seq"].as_str().unwrap().to_owned();
        if page["pending"] == 0 {
            return (names, number(&page["last_seq"]));
        }
    }
}

/// What one writer was told before the server was gone.
#[derive(Default)]
struct Told {
    events: Vec<String>,
    checkpoint: Checkpoint,
    checkpoints: usize,
}

/// Pushes batches, and after each writes down how far that is, until nobody answers any more.
fn write_until_killed(mut phone: Phone, db: &str, writer: usize) -> Told {
    let basic = phone.basic();
    let address = phone.address;
    let ask = |method: &str, path: &str, body: &str| {
        try_ask(address, method, path, &[("Authorization", &basic)], body.as_bytes())
    };
    let mut told = Told { checkpoint: Checkpoint::read(&phone, db, writer), ..Told::default() };
    loop {
        let events: Vec<_> = (0..5).map(|_| phone.child()).collect();
        let docs: Vec<_> = events.iter().map(doc).collect();
        let body = json!({"docs": docs, "new_edits": false}).to_string();
        let Some(answer) = ask("POST", &format!("/{db}/_bulk_docs"), &body) else { return told };
        assert_eq!(answer.is(201).json(), json!([]));
        let names: Vec<String> = events.iter().map(|it| it.id().to_string()).collect();
        told.events.extend_from_slice(&names);
        let Some(info) = ask("GET", &format!("/{db}"), "") else { return told };
        let seq = number(&info.is(200).json()["update_seq"]);
        let next = Checkpoint { seq, events: names, ..told.checkpoint.clone() };
        let Some(answer) = ask("PUT", &Checkpoint::path(db, writer), &next.body()) else { return told };
        answer.is(201);
        told.checkpoint = Checkpoint { rev: Some(next.rev.unwrap_or(0) + 1), ..next };
        told.checkpoints += 1;
    }
}

#[test]
fn kill_at_any_moment_loses_nothing_and_no_checkpoint_runs_ahead() {
    const WRITERS: usize = 2;
    let rounds = if std::env::var("POSYANDU_SOAK").is_ok() { 100 } else { 10 };
    let server = Server::start("killed");
    let mut ani = server.kader();
    let db = ani.scope();
    let folder = server.stop();
    let mut acknowledged = BTreeSet::new();
    let mut checkpoints = vec![Checkpoint::default(); WRITERS];
    let (mut highest, mut count) = (0, 0);
    for round in 0..=rounds {
        let killed = Killed::start(&folder);
        ani.address = killed.address;
        // What was acknowledged before is there, and sequences never went back.
        let (there, last) = everything(&ani, &db);
        let lost = acknowledged.difference(&there).count();
        assert_eq!(lost, 0, "round {round}: of {} acknowledged, with {} there", acknowledged.len(), there.len());
        assert!(last >= highest, "round {round}: {last} after {highest}");
        // So is every checkpoint that was acknowledged, or the next one, whose answer did not come any more; and what
        // it stands for is there, too.
        for (writer, before) in checkpoints.iter_mut().enumerate() {
            let found = Checkpoint::read(&ani, &db, writer);
            let (rev, next) = (found.rev.unwrap_or(0), before.rev.unwrap_or(0) + 1);
            assert!(found == *before || rev == next, "round {round}: {found:?} after {before:?}");
            assert!(found.seq >= before.seq && found.seq <= last, "round {round}: {found:?} with {last} stored");
            assert!(found.events.iter().all(|it| there.contains(it)), "round {round}: {found:?}");
            *before = found;
        }
        if round == rounds {
            killed.kill();
            break;
        }
        let ends_after = Duration::from_millis(40 + 37 * (round % 11));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (phone, db) = (ani.clone(), db.clone());
                std::thread::spawn(move || write_until_killed(phone, &db, writer))
            })
            .collect();
        std::thread::sleep(ends_after);
        highest = number(&ani.get(&format!("/{db}")).json()["update_seq"]);
        killed.kill();
        for (writer, checkpoint) in writers.into_iter().zip(&mut checkpoints) {
            let told = writer.join().unwrap();
            acknowledged.extend(told.events);
            *checkpoint = told.checkpoint;
            count += told.checkpoints;
        }
    }
    assert!(acknowledged.len() > 50, "only {} were written", acknowledged.len());
    assert!(count > 10, "only {count} checkpoints were written");
    println!("{rounds} kills: {} events and {count} checkpoints acknowledged", acknowledged.len());
    std::fs::remove_dir_all(&folder).ok();
}

/// With POSYANDU_SOAK a million; else enough to see that a page does not read what stands before it.
#[test]
fn a_page_costs_the_same_wherever_it_is() {
    use crate::server::store::StoreError;
    let count: i64 = if std::env::var("POSYANDU_SOAK").is_ok() { 1_000_000 } else { 20_000 };
    let folder = temporary("million");
    let office = Office::create(&folder.join("data"), false).unwrap();
    let mut phone = Phone::new("127.0.0.1:1".parse().unwrap());
    let body = phone.child().to_text();
    let id = |number: i64| {
        let mut id = [0; 16];
        // Spread like hashes.
        id[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        id[8..].copy_from_slice(&number.to_be_bytes());
        crate::domain::ledger::EventId(id)
    };
    let name = format!("posyandu-{}", "0".repeat(32));
    for from in (0..count).step_by(10_000) {
        office
            .store
            .write(|it| {
                let db = docs::database_or_new(it, &name)?;
                for number in from..from + 10_000 {
                    let doc =
                        docs::NewDoc { id: id(number), is_erased: false, is_root: false, body: &body, photo: None };
                    docs::insert(it, db.id, &doc)?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    let page = |since: i64| {
        let begun = Instant::now();
        let mut seen = 0;
        office
            .store
            .read(|it| {
                let db = docs::database(it, &name)?.unwrap();
                docs::changes(it, db.id, (since, 500), true, |doc| {
                    seen += i64::from(!doc.body.is_empty());
                    Ok::<_, StoreError>(())
                })?;
                assert_eq!(docs::pending(it, &db, since)?, count - since);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(seen, 500);
        begun.elapsed()
    };
    page(0);
    let (first, last) = (page(0), page(count - 500));
    println!("{count} events: first page {first:?}, last page {last:?}");
    assert!(last < Duration::from_millis(100), "{last:?}");
    std::fs::remove_dir_all(&folder).ok();
}
