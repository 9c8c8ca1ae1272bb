//! The subcommands, and the server to practice with.

use clap::Parser as _;
use serde_json::json;

use super::support::{DESA, Phone, Server, reasons, temporary};
use crate::domain::json::object;
use crate::domain::latihan;
use crate::domain::ledger::{Event, roster};
use crate::server::api::Settings;
use crate::server::commands::{self, CommandError};
use crate::server::erase;
use crate::server::office::Office;
use crate::server::options::{Command, Options};
use crate::server::practice;
use crate::server::store::people;

fn run(line: &str, folder: &std::path::Path) -> Result<(), CommandError> {
    let line = line.replace("DATA", folder.join("data").to_str().unwrap()).replace("DIR", folder.to_str().unwrap());
    // A name of two words is written with _ between them.
    let words = line.split_whitespace().map(|it| it.replace('_', " "));
    commands::run(Options::try_parse_from(std::iter::once("posyandu-server".to_owned()).chain(words)).unwrap().command)
}

#[test]
fn a_server_is_set_up_by_its_commands() {
    let folder = temporary("commands");
    run("init --data DATA", &folder).unwrap();
    assert!(run("init --data DATA", &folder).is_err(), "never twice");
    run("posyandu add --data DATA --nama Contoh_Melati --desa 9901012001 --tempat Contoh,Umpama", &folder).unwrap();
    run("user add --data DATA --nama Ani_Contoh --role kader --posyandu 1", &folder).unwrap();
    run("user add --data DATA --nama Rina_Contoh --role pengendali --area 9901 --area 9901012001", &folder).unwrap();
    for (line, says) in [
        ("user add --data DATA --nama Orang_Rekaan --role kader", "--posyandu"),
        ("user add --data DATA --nama Orang_Rekaan --role kader --posyandu 9", "no posyandu with the number 9"),
        ("user add --data DATA --nama Orang_Rekaan --role pengurus --area 9901", "10 digits"),
        ("user add --data DATA --nama Orang_Rekaan --role opd --area 9901", "<kabupaten>-<opd>"),
        ("activation --data DATA --user 9", "no user with the number 9"),
        ("user strike --data DATA --account x", "no account"),
        ("posyandu list --data DIR/nothing", "holds no server"),
        ("backup --data DATA --to DATA/root.key", "there already"),
    ] {
        let error = run(line, &folder).expect_err(line).to_string();
        assert!(error.contains(says), "{line}: {error}");
    }
    run("activation --data DATA --user 1 --origin https://example.invalid", &folder).unwrap();
    for list in ["posyandu list --data DATA", "user list --data DATA"] {
        run(list, &folder).unwrap();
    }
    let office = Office::open(&folder.join("data")).unwrap();
    let users = office.store.read(people::users).unwrap();
    assert_eq!(users.len(), 2, "what was refused left nobody behind");
    let server = Server::serve(folder.clone(), office, Settings::default());
    let ani = server.enroll(1);
    let twice = server.enroll(1);
    let unused = server.code(1);
    run("user strike --data DATA --user 1", &folder).unwrap();
    server.post("/_activation", &json!({"code": unused, "look": true})).error(404, "not_found");
    for phone in [&ani, &twice] {
        phone.get(&format!("/{}", phone.scope())).error(403, "forbidden");
        phone.get("/tabel-9901").is(200);
    }
    // Of a phone that is lost everybody's account ends, and each hears it; struck before or not.
    let (dewi, mut sari) = (server.enroll(1), Phone::new(server.address));
    sari.device = dewi.device;
    run("user add --data DATA --nama Sari_Misal --role kader --posyandu 1", &folder).unwrap();
    sari.redeem(&server.code(3), json!({}));
    run(&format!("user strike --data DATA --account {}", dewi.name), &folder).unwrap();
    sari.get(&format!("/{}", sari.scope())).is(200);
    run(&format!("user strike --data DATA --account {} --lost", dewi.name), &folder).unwrap();
    for phone in [&dewi, &sari] {
        phone.get(&format!("/{}", phone.scope())).error(403, "forbidden");
        let is_hers = |it: &&serde_json::Value| it["doc"]["data"]["person"] == phone.person.to_string();
        let all = phone.pull("tabel-9901");
        let ended: Vec<_> = all.iter().filter(is_hers).filter(|it| it["doc"]["data"]["lost"] == true).collect();
        assert_eq!(ended.len(), 1);
        assert_eq!(ended[0]["doc"]["data"]["key"], crate::server::root::public(&phone.key));
    }
    // Found again and given a new link, the same key counts again.
    let mut found = sari.clone();
    found.redeem(&server.code(3), json!({}));
    let child = found.child();
    assert_eq!(found.push_events(&found.scope(), &[&child]), json!([]));
    let neighbor = server.add_posyandu("Contoh Mawar", "9901012002");
    let neighbor = server.enroll(server.add_user("Tuti Rekaan", "kader", &[], Some(neighbor)));
    // Only of a key that counts it is said that it may not sign here.
    assert_eq!(reasons(&neighbor.push_events(&neighbor.scope(), &[&child])), ["role"]);
    run("backup --data DATA --to DIR/copy.sqlite", &folder).unwrap();
    run("restore --data DIR/new --from DIR/copy.sqlite --root-key DATA/root.key", &folder).unwrap();
    run("user list --data DIR/new", &folder).unwrap();
}

/// What a command line asks of `erase`.
fn erase(server: &Server, line: &str) -> Result<Vec<String>, CommandError> {
    let words = ["posyandu-server", "erase"].into_iter().chain(line.split_whitespace());
    let Command::Erase(asked) = Options::try_parse_from(words).unwrap().command else { panic!("{line}") };
    // As beside a running server: another process, over the same file.
    erase::erase(&Office::open(&server.data()).unwrap(), &asked)
}

#[test]
fn what_the_office_erases_is_gone_here_and_reaches_phones_as_tombstones() {
    let server = Server::start("erase");
    let mut ani = server.kader();
    let db = ani.scope();
    let id = "a".repeat(32);
    let visit = format!("kunjungan:sesi:2026-11-01:balai:{id}");
    let said = |name: &str, text: &str| object([(name, text.into())]);
    let first = ani.event("sasaran.registered", &id, said("nama", "Umpama Terhapus"));
    let second = ani.event("sasaran.changed", &id, said("alamat", "Jalan Terhapus"));
    let weighed = ani.event("kunjungan.recorded", &visit, said("catatan", "Timbang Terhapus"));
    let other = ani.child();
    ani.push_events(&db, &[&first, &second, &weighed, &other]);
    let complaint = ani.event("aduan.t2", &id, said("isi", "Aduan Terhapus"));
    ani.push_events(&format!("aduan-{DESA}"), &[&complaint]);
    let since = ani.get(&format!("/{db}")).json()["update_seq"].as_str().unwrap().to_owned();
    let holds = |words: &str| {
        let files = std::fs::read_dir(server.data()).unwrap().map(|it| std::fs::read(it.unwrap().path()).unwrap());
        files.into_iter().any(|it| it.windows(words.len()).any(|it| it == words.as_bytes()))
    };
    // Without --yes it only counts.
    let told = erase(&server, &format!("--db {db} --subject {id}")).unwrap().join("\n");
    for part in ["2 events", "1 sasaran.registered", "1 sasaran.changed", &visit, "aduan-9901012001", "--yes"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("Terhapus"), "{told}");
    assert_eq!(ani.pull(&db).len(), 5);
    assert!(holds("Umpama Terhapus") && holds("Timbang Terhapus"));

    let told = erase(&server, &format!("--db {db} --subject {id} --yes")).unwrap().join("\n");
    assert!(told.starts_with("2 events"), "{told}");
    assert!(!holds("Umpama Terhapus") && !holds("Jalan Terhapus"), "neither in the database nor in its log");
    assert!(holds("Timbang Terhapus") && holds("Aduan Terhapus"), "what was not asked for stays");
    // A phone hears the word and the tombstones behind what it knows.
    let news = ani.get(&format!("/{db}/_changes?include_docs=true&since={since}")).is(200).json()["results"].clone();
    let news = news.as_array().unwrap();
    let deleted: Vec<&str> =
        news.iter().filter(|it| it["deleted"] == true).map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(deleted.len(), 2);
    for event in [&first, &second] {
        assert!(deleted.contains(&event.id().to_string().as_str()));
        let row = news.iter().find(|it| it["id"] == event.id().to_string()).unwrap();
        assert_eq!(row["changes"][0]["rev"], super::support::doc(&event.clone().erased())["_rev"]);
    }
    let word = &news.iter().find(|it| it["doc"]["kind"] == roster::ERASED).unwrap()["doc"];
    let word = Event::parse(&word.to_string()).unwrap();
    assert!(word.is_signed_by(&server.office.root()));
    assert_eq!(roster::named_in(&word).len(), 2);
    // Nothing brings it back, and a second time nothing is left.
    assert_eq!(ani.push_events(&db, &[&first]), json!([]));
    assert!(!holds("Umpama Terhapus"));
    let told = erase(&server, &format!("--db {db} --subject {id} --yes")).unwrap().join("\n");
    assert!(told.starts_with("nothing is left") && told.contains("2 events"), "{told}");
    // What names it goes along when it is asked to.
    erase(&server, &format!("--db {db} --subject {id} --related --yes")).unwrap();
    assert!(!holds("Timbang Terhapus"));
    ani.get(&format!("/{db}/{}", other.id())).is(200);

    for (line, says) in [
        (format!("--db posyandu-{} --subject {id} --yes", "0".repeat(32)), "there is no database"),
        (format!("--db {db} --subject {} --yes", "b".repeat(32)), "holds nothing about"),
        (format!("--db {db} --subject {} --yes", ani.person), "holds nothing about"),
        (
            format!("--db tabel-9901 --subject roster:{}:{} --yes", ani.person, ani.device),
            "nothing is erased by its subject",
        ),
        (format!("--db titipan-9901 --subject {id} --yes"), "nothing is erased by its subject"),
    ] {
        let error = erase(&server, &line).expect_err(&line).to_string();
        assert!(error.contains(says), "{line}: {error}");
    }
}

#[test]
fn who_looked_at_what_is_printed_newest_first() {
    let server = Server::start("access");
    let mut ani = server.kader();
    let dewi = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(1)));
    let child = ani.child();
    ani.push_events(&ani.scope(), &[&child]);
    dewi.pull(&ani.scope());
    server.post("/_session", &json!({"name": ani.name, "password": "x"})).error(401, "unauthorized");
    server.office.flush_access(365).unwrap();
    let earlier = people::Access { minute: 29_000_000, account: ani.name.clone(), db: ani.scope(), verb: "read" };
    server.office.store.write(|it| people::log(it, [(&earlier, &(2, 40))], 0)).unwrap();
    let log = |line: &str| {
        let line = format!("posyandu-server access {line} --data");
        let data = server.data();
        let words = line.split_whitespace().chain([data.to_str().unwrap()]);
        let Command::Access(asked) = Options::try_parse_from(words).unwrap().command else { panic!("{line}") };
        commands::access_log(&asked)
    };
    let all = log("").unwrap();
    let hers = format!("2025-02-19T21:20Z\t1 Ani Contoh\t{}\tread\t{}\t2 times\t40 documents", ani.name, ani.scope());
    assert_eq!(all.last(), Some(&hers), "{all:#?}");
    assert!(all.is_sorted_by(|a, b| a.split('\t').next() >= b.split('\t').next()), "{all:#?}");
    let wrote = all.iter().find(|it| it.contains("\twrite\t")).unwrap();
    assert!(wrote.ends_with(&format!("Z\t1 Ani Contoh\t{}\twrite\t{}\t1 times\t1 documents", ani.name, ani.scope())));
    assert!(all.iter().any(|it| it.ends_with("\t-\t-\twrong-secret\t-\t1 times\t0 documents")), "{all:#?}");
    assert_eq!(log("--limit 1").unwrap(), all[..1]);
    let of_ani: Vec<String> = all.iter().filter(|it| it.contains(&ani.name)).cloned().collect();
    let of_dewi: Vec<String> = all.iter().filter(|it| it.contains("\t2 Dewi Umpama\t")).cloned().collect();
    assert!(of_ani.len() > 1 && !of_dewi.is_empty() && all.len() > of_ani.len() + of_dewi.len());
    assert_eq!(log("--user 1").unwrap(), of_ani);
    assert_eq!(log(&format!("--account {}", dewi.name)).unwrap(), of_dewi);
    for (line, says) in [("--user 9", "no user with the number 9"), ("--account x", "no account of this name")] {
        assert!(log(line).unwrap_err().to_string().contains(says), "{line}");
    }
    let all = all.join("\n");
    for secret in [ani.secret.as_str(), &dewi.secret, "Bayi Rekaan"] {
        assert!(!all.contains(secret));
    }
}

#[test]
fn a_qr_code_holds_a_link() {
    let link = format!("https://posyandu.example.invalid/aktifkan#1.{}.{}", "A".repeat(22), "B".repeat(22));
    let lines: Vec<String> = commands::qr(&link).unwrap().lines().map(str::to_owned).collect();
    assert!(lines.len() <= 24 && lines.iter().all(|it| it.chars().count() <= 60), "it fits a terminal");
}

#[test]
fn a_server_to_practice_with_is_whole_and_says_what_it_is() {
    let folder = temporary("practice");
    let data = folder.join("data");
    practice::make_with(&data, 3, 1).unwrap();
    assert!(practice::is_whole(&data).unwrap());
    let server = Server::serve(folder, Office::open(&data).unwrap(), Settings::default());
    let users = server.office.store.read(people::users).unwrap();
    assert_eq!(users.len(), 9);
    let roles: std::collections::BTreeSet<&str> = users.iter().flat_map(|it| &it.roles).map(String::as_str).collect();
    assert_eq!(roles.len(), 8, "somebody for every role");
    let mut ani = server.enroll(users[0].id);
    assert_eq!(ani.activated["practice"], true);
    assert_eq!(Some(ani.person.to_string()), users[0].person, "she is the one who recorded it");
    let marks = ani.pull("tabel-9901").iter().filter(|it| it["doc"]["kind"] == practice::MARK).count();
    assert_eq!(marks, 1);
    let rows = ani.pull(&ani.scope());
    assert!(rows.len() > 40, "{}", rows.len());
    assert!(rows.iter().all(|it| it["doc"]["kind"].as_str().unwrap().split('.').next() != Some("aduan")));
    assert!(!ani.pull(&format!("aduan-{}", latihan::WILAYAH)).is_empty());
    // What was invented is what its author signed: altered by one letter and given a new name it is forged.
    let text = rows.iter().find(|it| it["doc"]["kind"] == "sasaran.registered").unwrap()["doc"].clone();
    let mut forged = text.clone();
    forged["data"]["nama"] = "Orang Lain".into();
    let members = crate::domain::json::parse_object(&forged.to_string()).unwrap();
    let body: crate::domain::json::Map = members
        .iter()
        .filter(|(name, _)| !name.starts_with('_'))
        .map(|(name, it)| (name.clone(), it.clone()))
        .collect();
    use sha2::Digest as _;
    let canonical = crate::domain::json::Value::Object(body).canonical();
    let id = crate::domain::ledger::id::hex(&sha2::Sha256::digest(canonical.as_bytes())[..16]);
    forged["_id"] = id.as_str().into();
    forged["_rev"] = format!("1-{id}").into();
    assert_eq!(reasons(&ani.push(&ani.scope(), vec![forged])), ["forged"]);
    let event = ani.child();
    assert_eq!(ani.push_events(&ani.scope(), &[&event]), json!([]));
}
