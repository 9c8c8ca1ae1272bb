//! Accounts, sessions, activation, adoption, and what phones say of themselves.

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use super::support::{DESA, Phone, Server, ask};
use crate::domain::activation::{self, Activated, Adoption, Link, Seen, Until};
use crate::domain::base64::URL_SAFE;
use crate::domain::json::{self, Map, object};
use crate::domain::ledger::id::hex;
use crate::domain::ledger::{Event, EventId, roster};
use crate::server::api::Settings;
use crate::server::commands;
use crate::server::root;
use crate::server::store::people;

fn cookie(answer: &super::support::Answer) -> Option<String> {
    Some(answer.header("set-cookie")?.split(';').next()?.to_owned())
}

#[test]
fn a_session_is_a_cookie_that_nobody_can_read_or_make() {
    let server = Server::start("sessions");
    let ani = server.kader();
    let nobody = server.get("/_session").is(200).json();
    assert_eq!(nobody["userCtx"], json!({"name": null, "roles": []}));
    assert!(nobody["info"].get("authenticated").is_none());
    let signed = server.post("/_session", &json!({"name": ani.name, "password": ani.secret})).is(200);
    assert_eq!(signed.json(), json!({"ok": true, "name": ani.name, "roles": ["kader"]}));
    let set = signed.header("set-cookie").unwrap().to_owned();
    for part in ["AuthSession=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=600"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure"));
    let cookie = cookie(&signed).unwrap();
    let with =
        |cookie: &str, path: &str| server.ask("GET", path, &[("Cookie", cookie), ("Accept", "application/json")], b"");
    let who = with(&cookie, "/_session").is(200).json();
    assert_eq!(
        (who["userCtx"]["name"].clone(), who["info"]["authenticated"].clone()),
        (json!(ani.name), json!("cookie"))
    );
    assert_eq!(who["posyandu6"]["grants"].as_array().unwrap().len(), 5);
    with(&cookie, &format!("/{}", ani.scope())).is(200);
    // Changed, cut, or empty: nobody.
    let last = if cookie.ends_with('A') { "B" } else { "A" };
    for wrong in [format!("{}{last}", &cookie[..cookie.len() - 1]), cookie[..20].to_owned(), "AuthSession=".into()] {
        assert_eq!(with(&wrong, "/_session").json()["userCtx"]["name"], Value::Null, "{wrong}");
        with(&wrong, &format!("/{}", ani.scope())).error(401, "unauthorized");
    }
    // Well made, but by somebody else: for longer, for another, with another signature.
    let dewi = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(1)));
    let plain = String::from_utf8(URL_SAFE.decode(&cookie["AuthSession=".len()..]).unwrap()).unwrap();
    let (name, rest) = plain.split_once(':').unwrap();
    let (end, mac) = rest.split_once(':').unwrap();
    let zero = URL_SAFE.encode(&[0; 32]);
    let known = format!("AuthSession={}", URL_SAFE.encode(plain.as_bytes()));
    assert_eq!(with(&known, "/_session").json()["userCtx"]["name"], ani.name.as_str(), "as it was");
    for forged in [format!("{name}:{end}f:{mac}"), format!("{}:{end}:{mac}", dewi.name), format!("{name}:{end}:{zero}")]
    {
        let forged = format!("AuthSession={}", URL_SAFE.encode(forged.as_bytes()));
        assert_eq!(with(&forged, "/_session").json()["userCtx"]["name"], Value::Null, "{forged}");
    }
    let out = server.ask("DELETE", "/_session", &[("Cookie", &cookie)], b"").is(200);
    assert!(out.header("set-cookie").unwrap().contains("AuthSession=;"));
    server.ask("PUT", "/_session", &[], b"").error(405, "method_not_allowed");
    // As a form, as CouchDB takes it.
    let form = format!("name={}&password={}", ani.name, ani.secret);
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    server.ask("POST", "/_session", &kind, form.as_bytes()).is(200);
    let basic = ani.get("/_session").json();
    assert_eq!(basic["info"]["authenticated"], "default");
}

#[test]
fn a_session_ends_and_is_renewed_while_it_is_used() {
    let settings = Settings { session_seconds: 3, is_https: true, ..Settings::default() };
    let server = Server::start_with("renewal", settings);
    let ani = server.kader();
    let signed = server.post("/_session", &json!({"name": ani.name, "password": ani.secret})).is(200);
    assert!(signed.header("set-cookie").unwrap().contains("; Secure"));
    let first = cookie(&signed).unwrap();
    let who = |cookie: &str| server.ask("GET", "/_session", &[("Cookie", cookie)], b"");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let answer = who(&first).is(200);
    assert_eq!(answer.json()["userCtx"]["name"], ani.name.as_str());
    let second = cookie(&answer).expect("a renewed cookie");
    std::thread::sleep(std::time::Duration::from_millis(2000));
    assert_eq!(who(&first).json()["userCtx"]["name"], Value::Null, "the first is over");
    assert_eq!(who(&second).json()["userCtx"]["name"], ani.name.as_str());
}

#[test]
fn wrong_names_and_wrong_secrets_sound_the_same() {
    let server = Server::start("wrong");
    let ani = server.kader();
    let wrong = server.post("/_session", &json!({"name": ani.name, "password": "x"}));
    let unknown = server.post("/_session", &json!({"name": "0".repeat(32), "password": ani.secret}));
    assert_eq!((wrong.status, &wrong.body), (401, &unknown.body));
    assert_eq!(unknown.status, 401);
    for body in [json!({}), json!({"name": "", "password": ""})] {
        server.post("/_session", &body).error(401, "unauthorized");
    }
    for body in [json!("x"), json!({"name": 1, "password": 2})] {
        assert_eq!(server.post("/_session", &body).status, 400);
    }
}

/// A name that is somebody's must not be told from one that is nobody's, however often both are tried.
#[test]
fn names_run_out_of_tries_whether_they_are_somebodys_or_not() {
    let server = Server::start("enumeration");
    let ani = server.kader();
    let said = |name: &str| {
        let body = json!({"name": name, "password": "x"});
        let answers = (0..14).map(|_| server.post("/_session", &body));
        answers.map(|it| (it.status, it.header("retry-after").is_some(), it.text())).collect::<Vec<_>>()
    };
    let (known, unknown) = (said(&ani.name), said(&"0".repeat(32)));
    assert_eq!((known[0].0, known[13].0), (401, 429));
    assert_eq!(known, unknown);
    // With Basic, which every request may carry, it is the same count.
    let basic = |name: &str| {
        let header = format!("Basic {}", crate::domain::base64::STANDARD.encode(format!("{name}:x").as_bytes()));
        server.ask("GET", "/_session", &[("Authorization", &header)], b"").status
    };
    assert_eq!((basic(&ani.name), basic(&"0".repeat(32)), basic(&"1".repeat(32))), (429, 429, 401));
}

#[test]
fn tries_run_out_for_a_name_and_not_for_others() {
    let server = Server::start("tries");
    let ani = server.kader();
    let wrong = || server.post("/_session", &json!({"name": ani.name, "password": "x"}));
    let statuses: Vec<u16> = (0..14).map(|_| wrong().status).collect();
    assert_eq!((statuses[0], *statuses.last().unwrap()), (401, 429), "{statuses:?}");
    let held = wrong();
    assert!(held.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    held.error(429, "too_many_requests");
    // Whoever has the right secret does not wait behind them.
    server.post("/_session", &json!({"name": ani.name, "password": ani.secret})).is(200);
    let dewi = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(1)));
    server.post("/_session", &json!({"name": dewi.name, "password": dewi.secret})).is(200);
    // Codes that nobody has.
    let statuses: Vec<u16> = (0..32)
        .map(|_| {
            server.post("/_activation", &json!({"code": URL_SAFE.encode(&root::random::<16>()), "look": true})).status
        })
        .collect();
    assert_eq!((statuses[0], statuses[31]), (404, 429));
    server.enroll(server.add_user("Sari Misal", "kader", &[], Some(1)));
}

#[test]
fn strangers_with_many_names_use_up_their_network_alone() {
    let server = Server::start_with("names", Settings { is_behind_proxy: true, ..Settings::default() });
    let ani = server.kader();
    let sign_in = |name: &str, secret: &str, from: &str| {
        let body = json!({"name": name, "password": secret}).to_string();
        server.ask("POST", "/_session", &[("X-Forwarded-For", from)], body.as_bytes()).status
    };
    // Another name and another address of one network each time.
    let statuses: Vec<u16> =
        (0..110).map(|it| sign_in(&format!("é{it:040}é{it:040}"), "x", &format!("2001:db8::1:{it:x}"))).collect();
    assert_eq!((statuses[0], statuses[109]), (401, 429));
    assert_eq!(sign_in(&ani.name, &ani.secret, "2001:db8::2:1"), 200);
    assert_eq!(sign_in("x", "x", "2001:db8:0:1::1"), 401, "the next network");
}

#[test]
fn a_phone_proves_that_it_holds_its_key() {
    let server = Server::start("possession");
    let posyandu = server.add_posyandu("Contoh Melati", DESA);
    let code = server.code(server.add_user("Ani Contoh", "kader", &[], Some(posyandu)));
    let (ani, other) = (Phone::new(server.address), Phone::new(server.address));
    let good = ani.redeem_body(&code, json!({}));
    for (name, value) in [
        ("key", json!(root::public(&other.key))),
        ("device", json!(other.device.to_string())),
        ("secret", json!(other.secret)),
        ("person", json!(other.person.to_string())),
    ] {
        let mut wrong = good.clone();
        wrong[name] = value;
        let answer = server.post("/_activation", &wrong);
        assert_eq!(answer.json()["reason"], "possession", "{name}");
        answer.error(403, "forbidden");
    }
    let mut blank = good.clone();
    blank.as_object_mut().unwrap().remove("possession");
    server.post("/_activation", &blank).error(400, "bad_request");
    server.post("/_activation", &good).is(200);
}

#[test]
fn a_code_is_looked_at_redeemed_once_and_asked_again() {
    let server = Server::start("codes");
    let posyandu = server.add_posyandu("Contoh Melati", DESA);
    let user = server.add_user("Ani Contoh", "kader", &[], Some(posyandu));
    let code = server.code(user);
    let look = json!({"code": code, "look": true});
    let seen = server.post("/_activation", &look).is(200).text();
    let seen = Seen::from_members(&json::parse_object(seen.trim()).unwrap()).unwrap();
    assert_eq!((seen.nama.as_str(), seen.used, seen.practice), ("Ani Contoh", false, false));
    assert_eq!(seen.posyandu.unwrap().scope, None);
    assert!(Link::new("http://localhost", &code, &seen.root).is_of(&server.office.root()));

    let mut ani = Phone::new(server.address);
    ani.redeem(&code, json!({}));
    let first = ani.activated.clone();
    let activated = Activated::from_members(&json::parse_object(&first.to_string()).unwrap()).unwrap();
    assert_eq!(activated.grants.len(), 5);
    assert_eq!(activated.uuid, server.office.identity.uuid);
    // Its answer was lost.
    ani.redeem(&code, json!({}));
    assert_eq!(ani.activated, first);
    assert_eq!(server.post("/_activation", &look).json()["used"], true);
    // Another phone, or another key on the same.
    let other = Phone::new(server.address);
    server.post("/_activation", &other.redeem_body(&code, json!({}))).error(409, "conflict");
    let mut changed = ani.clone();
    changed.secret = URL_SAFE.encode(&[1; 16]);
    server.post("/_activation", &changed.redeem_body(&code, json!({}))).error(409, "conflict");
    // Unknown, malformed, over.
    let unknown = URL_SAFE.encode(&[9; 16]);
    let answer = server.post("/_activation", &json!({"code": unknown, "look": true}));
    assert_eq!(answer.json()["reason"], "unknown_code");
    answer.error(404, "not_found");
    for wrong in
        [json!({}), json!({"code": "x"}), json!({"code": unknown}), json!({"code": unknown, "device": "x"}), json!([])]
    {
        server.post("/_activation", &wrong).error(400, "bad_request");
    }
    let late = server.code(user);
    server.office.store.write(|it| super::support::expire(it)).unwrap();
    let answer = server.post("/_activation", &other.redeem_body(&late, json!({})));
    assert_eq!(answer.json()["reason"], "expired");
    answer.error(403, "forbidden");
    ani.get(&format!("/{}", ani.scope())).is(200);
    server.ask("GET", "/_activation", &[], b"").error(405, "method_not_allowed");

    // The roster says so, and where.
    let added = ani.pull("tabel-9901").pop().unwrap()["doc"].clone();
    assert_eq!(added["kind"], roster::KEY_ADDED);
    assert_eq!(added["data"]["key"], root::public(&ani.key));
    assert_eq!(added["data"]["areas"], json!([ani.scope(), DESA]));
    let founded = ani.pull(&ani.scope()).pop().unwrap()["doc"].clone();
    assert_eq!((founded["kind"].clone(), founded["data"]["wilayah"].clone()), (json!("posyandu.founded"), json!(DESA)));
}

#[test]
fn nobody_becomes_another_person_by_saying_so() {
    let server = Server::start("persons");
    let ani = server.kader();
    let dewi = server.add_user("Dewi Umpama", "kader", &[], Some(1));
    let phone = Phone::new(server.address);
    let body = phone.redeem_body(&server.code(dewi), json!({"person": ani.person.to_string()}));
    let answer = server.post("/_activation", &body);
    assert_eq!(answer.json()["reason"], "person");
    answer.error(403, "forbidden");
    // Her own second phone is the same person.
    let second = server.enroll(1);
    assert_eq!(second.person, ani.person);
    assert_ne!(second.name, ani.name);
}

#[test]
fn a_colleague_whom_only_a_root_of_a_phone_named_is_nobody_elses_to_be() {
    let server = Server::start("colleagues");
    let posyandu = server.add_posyandu("Contoh Melati", DESA);
    let mut alone = Alone::new(&server);
    let mut words = alone.words();
    let mut dewi = Phone::new(server.address);
    let data = object([
        ("person", dewi.person.to_string().into()),
        ("device", dewi.device.to_string().into()),
        ("key", root::public(&dewi.key).into()),
        ("roles", vec!["kader".into()].into()),
        ("from", "2020-01-01".into()),
    ]);
    let named = alone.says(roster::KEY_ADDED, &format!("roster:{}:{}", dewi.person, dewi.device), data);
    alone.said.push(named.id());
    words.push(named);
    let code = server.code(server.add_user("Ani Contoh", "kader", &[], Some(posyandu)));
    let mut more = alone.adoption(&code, &server, 3);
    more["person"] = alone.phone.person.to_string().into();
    alone.phone.redeem(&code, more);
    assert_eq!(alone.phone.push_events(&alone.scope, &words.iter().collect::<Vec<_>>()), json!([]));
    let code = server.code(server.add_user("Dewi Umpama", "kader", &[], Some(posyandu)));
    let more = json!({"person": dewi.person.to_string()});
    let thief = Phone::new(server.address);
    assert_eq!(server.post("/_activation", &thief.redeem_body(&code, more.clone())).json()["reason"], "person");
    // She herself is, with the key that was named.
    let person = dewi.person;
    dewi.redeem(&code, more);
    assert_eq!(dewi.person, person);
}

/// A posyandu that worked alone, with its own root.
struct Alone {
    root: SigningKey,
    scope: String,
    phone: Phone,
    /// The names of what its root said.
    said: Vec<EventId>,
}

impl Alone {
    fn new(server: &Server) -> Self {
        let scope = format!("posyandu-{}", root::random_id());
        Self { root: SigningKey::from_bytes(&root::random()), scope, phone: Phone::new(server.address), said: vec![] }
    }

    fn copy(&self) -> Self {
        Self { root: self.root.clone(), scope: self.scope.clone(), phone: self.phone.clone(), said: vec![] }
    }

    fn adoption(&self, code: &str, server: &Server, n: i64) -> Value {
        let until: Until = [(self.phone.device, n)].into_iter().collect();
        let events = self.said.iter().copied().collect();
        let said = (&until, &events);
        let text = activation::adoption_text(code, self.phone.device, &server.office.root(), &self.scope, said);
        let adoption = Adoption {
            scope: self.scope.clone(),
            local_root: self.root.verifying_key().to_bytes(),
            until,
            events,
            proof: self.root.sign(text.as_bytes()).to_bytes(),
        };
        let mut members = object([]);
        adoption.write(&mut members);
        serde_json::from_str(&crate::domain::json::Value::Object(members).canonical()).unwrap()
    }

    /// What its own root said: the founding, and her key.
    fn words(&mut self) -> Vec<Event> {
        let key = std::mem::replace(&mut self.phone.key, self.root.clone());
        let founded = self.phone.event("posyandu.founded", &self.scope[9..], object([("nama", "Contoh".into())]));
        let added = object([
            ("person", self.phone.person.to_string().into()),
            ("device", self.phone.device.to_string().into()),
            ("key", root::public(&key).into()),
            ("roles", vec!["kader".into()].into()),
            ("from", "2020-01-01".into()),
        ]);
        let subject = format!("roster:{}:{}", self.phone.person, self.phone.device);
        let added = self.phone.event(roster::KEY_ADDED, &subject, added);
        self.phone.key = key;
        self.said.extend([founded.id(), added.id()]);
        vec![founded, added]
    }

    /// One more word of its own root.
    fn says(&mut self, kind: &str, subject: &str, data: Map) -> Event {
        let key = std::mem::replace(&mut self.phone.key, self.root.clone());
        let event = self.phone.event(kind, subject, data);
        self.phone.key = key;
        event
    }
}

#[test]
fn a_posyandu_that_worked_alone_brings_everything_along() {
    let server = Server::start("adoption");
    let posyandu = server.add_posyandu("Contoh Melati", DESA);
    let user = server.add_user("Ani Contoh", "kader", &[], Some(posyandu));
    let mut alone = Alone::new(&server);
    let words = alone.words();
    let child = alone.phone.child();
    let code = server.code(user);
    // For another server, or without the key of its root, it is refused, and the code stays good.
    let mut wrong = alone.adoption(&code, &server, 2);
    wrong["until"][alone.phone.device.to_string()] = json!(99);
    let answer = server.post("/_activation", &alone.phone.redeem_body(&code, wrong));
    assert_eq!(answer.json()["reason"], "proof");
    answer.error(403, "forbidden");
    let mut more = alone.adoption(&code, &server, 2);
    more["person"] = alone.phone.person.to_string().into();
    let person = alone.phone.person;
    alone.phone.redeem(&code, more);
    assert_eq!(alone.phone.person, person, "she stays who she was");
    assert_eq!(alone.phone.scope(), alone.scope, "and where she was");
    assert_eq!(alone.phone.push_events(&alone.scope, &words.iter().chain([&child]).collect::<Vec<_>>()), json!([]));
    // What its root says later counts only when it is adopted, too, word by word: numbers can be given back.
    let later = alone.says(roster::KEY_ADDED, "roster:x", words[1].data());
    let scope = alone.scope.clone();
    let reasons =
        |alone: &Alone, event: &Event| super::support::reasons(&alone.phone.push_events(&scope, &[event])).join(",");
    assert_eq!(reasons(&alone, &later), "not_root");
    let n = later.n();
    let more = alone.adoption("", &server, n + 100);
    alone.phone.post("/_adopt", &more).is(201);
    assert_eq!(reasons(&alone, &later), "not_root");
    alone.said.push(later.id());
    // Nor does it cut off phones or erase, although it is named.
    let data =
        object([("person", person.to_string().into()), ("device", "0a".repeat(16).into()), ("lost", true.into())]);
    let lost = alone.says(roster::KEY_ENDED, "roster:x", data);
    let erased = alone.says(roster::ERASED, &format!("hapus:{}", child.subject()), roster::erasing([&child]));
    alone.said.extend([lost.id(), erased.id()]);
    alone.phone.post("/_adopt", &alone.adoption("", &server, n)).is(201);
    assert_eq!([&lost, &erased].map(|it| reasons(&alone, it)), ["not_root", "not_root"]);
    assert_eq!(alone.phone.push_events(&alone.scope, &[&later]), json!([]));
    for db in ["tabel-9901", alone.scope.as_str()] {
        let adopted = alone.phone.pull(db).into_iter().filter(|it| it["doc"]["kind"] == roster::ADOPTED).count();
        assert_eq!(adopted, 3, "{db}");
    }
    // Nobody gives it another root, and hers counts nowhere else.
    let mut own = Alone { root: SigningKey::from_bytes(&root::random()), ..alone.copy() };
    let words = own.words();
    let answer = own.phone.post("/_adopt", &own.adoption("", &server, 99));
    assert_eq!(answer.json()["reason"], "scope");
    answer.error(403, "forbidden");
    // Nor takes she another scope along that no activation brought.
    let mut other =
        Alone { scope: format!("posyandu-{}", root::random_id()), root: alone.root.clone(), ..alone.copy() };
    other.said.clone_from(&alone.said);
    assert_eq!(other.phone.post("/_adopt", &other.adoption("", &server, 99)).json()["reason"], "scope");
    assert_eq!(super::support::reasons(&own.phone.push_events(&own.scope, &[&words[1]])), ["not_root"]);
    // Nobody else's phone may take that posyandu.
    let mawar = server.add_posyandu("Contoh Mawar", DESA);
    let thief = server.add_user("Budi Umpama", "kader", &[], Some(mawar));
    let code = server.code(thief);
    let mut other = Alone::new(&server);
    other.scope.clone_from(&alone.scope);
    let answer = server.post("/_activation", &other.phone.redeem_body(&code, other.adoption(&code, &server, 9)));
    assert_eq!(answer.json()["reason"], "scope");
    answer.error(403, "forbidden");
    let body = other.phone.redeem_body(&code, json!({"scope": alone.scope}));
    assert_eq!(server.post("/_activation", &body).json()["reason"], "scope");
    server.post("/_adopt", &json!({})).error(401, "unauthorized");
}

#[test]
fn an_adopted_root_counts_in_its_own_posyandu_and_desa() {
    let server = Server::start("reach");
    let posyandu = server.add_posyandu("Contoh Melati", DESA);
    let mut alone = Alone::new(&server);
    let code = server.code(server.add_user("Ani Contoh", "kader", &[], Some(posyandu)));
    let words = alone.words();
    let more = alone.adoption(&code, &server, 100);
    alone.phone.redeem(&code, more);
    let neighbor = server.add_posyandu("Contoh Mawar", "9901012002");
    let neighbor = server.enroll(server.add_user("Dewi Umpama", "kader", &[], Some(neighbor)));
    // Whoever carries them there: her own words are not the neighbor's.
    for (phone, db, expected) in [
        (&alone.phone, alone.scope.as_str(), vec![]),
        (&alone.phone, "aduan-9901012001", vec![]),
        (&neighbor, neighbor.scope().as_str(), vec!["not_root"]),
        (&neighbor, "aduan-9901012002", vec!["not_root"]),
    ] {
        assert_eq!(super::support::reasons(&phone.push_events(db, &[&words[1]])), expected, "{db}");
    }
    // Where this server founded a posyandu, there is no other root.
    let own = Alone { scope: neighbor.scope(), phone: neighbor.clone(), ..alone };
    let answer = neighbor.post("/_adopt", &own.adoption("", &server, 9));
    assert_eq!(answer.json()["reason"], "scope");
    answer.error(403, "forbidden");
    let second = server.add_user(
        "Sari Misal",
        "kader",
        &[],
        server.office.store.read(people::all_posyandu).unwrap().last().map(|it| it.id),
    );
    let code = server.code(second);
    let body = Phone::new(server.address);
    let own = Alone { phone: body, ..own };
    let answer = server.post("/_activation", &own.phone.redeem_body(&code, own.adoption(&code, &server, 9)));
    assert_eq!(answer.json()["reason"], "root");
}

#[test]
fn two_that_founded_the_same_posyandu_apart_become_one() {
    let server = Server::start("apart");
    let posyandu = server.add_posyandu("Contoh Melati", DESA);
    let mut phones = Vec::new();
    for nama in ["Ani Contoh", "Dewi Umpama"] {
        let user = server.add_user(nama, "kader", &[], Some(posyandu));
        let mut alone = Alone::new(&server);
        let words = alone.words();
        let code = server.code(user);
        let mut more = alone.adoption(&code, &server, 2);
        more["person"] = alone.phone.person.to_string().into();
        alone.phone.redeem(&code, more);
        let into = alone.phone.scope();
        assert_eq!(alone.phone.push_events(&into, &words.iter().collect::<Vec<_>>()), json!([]));
        phones.push(alone);
    }
    assert_eq!(phones[0].phone.scope(), phones[1].phone.scope(), "the first one survives");
    let adopted: Vec<Value> = phones[1]
        .phone
        .pull("tabel-9901")
        .into_iter()
        .map(|it| it["doc"].clone())
        .filter(|it| it["kind"] == roster::ADOPTED)
        .collect();
    assert_eq!(adopted[1]["data"]["scope"], phones[1].scope.as_str());
    assert_eq!(adopted[1]["data"]["into"], phones[0].scope.as_str());
}

#[test]
fn a_command_beside_the_server_is_heard() {
    let server = Server::start("beside");
    let mut ani = server.kader();
    let db = ani.scope();
    ani.push_events(&db, &[&ani.clone().child()]);
    // Another process strikes her key: what she signs from tomorrow on is not believed, and she may not come in.
    let beside = crate::server::office::Office::open(&server.data()).unwrap();
    let account = beside.store.read(|it| super::support::account(it, &ani.name)).unwrap();
    beside
        .store
        .write(|it| commands::strike_one(&beside, it, &account, true, crate::server::office::now_ms()))
        .unwrap();
    ani.get(&format!("/{db}")).error(403, "forbidden");
    // A long poll hears another process within a glance.
    let waiting = {
        let ani = ani.clone();
        std::thread::spawn(move || ani.get("/tabel-9901/_changes?feed=longpoll&since=now&timeout=20000").is(200).json())
    };
    std::thread::sleep(std::time::Duration::from_millis(500));
    let pen = beside.pen(crate::server::office::now_ms());
    beside.store.write(|it| pen.write(it, "tabel-9901", pen.draft("tabel.changed", "x".into(), object([])))).unwrap();
    assert_eq!(waiting.join().unwrap()["results"].as_array().unwrap().len(), 1);
    let event = ani.child();
    assert_eq!(
        ani.post(&format!("/{db}/_bulk_docs"), &json!({"docs": [super::support::doc(&event)], "new_edits": false}))
            .status,
        403
    );
}

#[test]
fn phones_say_how_they_are_and_the_right_people_read_it() {
    let server = Server::start("kabar");
    let ani = server.kader();
    let waiting = server.add_user("Dewi Umpama", "kader", &[], Some(1));
    let said = json!({"unsent": 3, "oldest": "2026-11-01", "offset_s": -20, "refused": 1, "version": "0.1.0"});
    ani.post("/_kabar", &said).is(201);
    let rows = ani.get("/_kabar").is(200).json()["rows"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 2, "and she who has no phone yet");
    let hers = rows.iter().find(|it| it["nama"] == "Ani Contoh").unwrap();
    assert_eq!(
        (hers["unsent"].clone(), hers["oldest"].clone(), hers["offset_s"].clone()),
        (json!(3), json!("2026-11-01"), json!(-20))
    );
    assert!(hers["seen"].as_str().unwrap().parse::<u64>().is_ok());
    assert_eq!(rows.iter().find(|it| it["nama"] == "Dewi Umpama").unwrap()["seen"], Value::Null);
    let _ = waiting;
    for (role, areas, sees) in [
        ("pengurus", vec![DESA], 2),
        ("pemdes", vec!["9901012002"], 0),
        ("pengendali", vec!["9901"], 2),
        ("pengelola", vec!["9902"], 0),
        ("pembina", vec!["9901"], 0),
    ] {
        let officer = server.enroll(server.add_user("Orang Rekaan", role, &areas, None));
        let rows = officer.get("/_kabar").is(200).json()["rows"].as_array().unwrap().len();
        assert_eq!(rows, sees, "{role}");
    }
    server.get("/_kabar").error(401, "unauthorized");
    server.post("/_kabar", &said).error(401, "unauthorized");
    for (name, value) in
        [("unsent", json!(-1)), ("oldest", json!("yesterday")), ("version", json!(1)), ("offset_s", json!("x"))]
    {
        let mut wrong = said.clone();
        wrong[name] = value;
        ani.post("/_kabar", &wrong).error(400, "bad_request");
    }
}

#[test]
fn a_phone_may_say_which_app_it_has_what_only_it_has_and_what_stands_in_its_way() {
    let server = Server::start("kabar-more");
    let ani = server.kader();
    let said = json!({"unsent": 3, "oldest": null, "offset_s": 0, "refused": 1, "version": "1795392000000"});
    let row = |more: Value| {
        let mut said = said.clone();
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ani.post("/_kabar", &said).is(201);
        let row = ani.get("/_kabar").is(200).json()["rows"][0].clone();
        (row["version"].clone(), row["kept"].clone(), row["trouble"].clone())
    };
    let version = json!("1795392000000");
    assert_eq!(row(json!({"kept": 2, "trouble": "full"})), (version.clone(), json!(2), json!("full")));
    assert_eq!(row(json!({})), (version.clone(), Value::Null, Value::Null), "the newest word alone counts");
    for trouble in ["unreachable", "server", "no_access", "signed_out", "ended", "full"] {
        assert_eq!(row(json!({"kept": 0, "trouble": trouble})).2, trouble);
    }
    // What another app would say is left out, not refused: the rest still counts.
    for (kept, trouble) in [(json!(-1), json!("Bayi Rekaan")), (json!("2"), json!(7)), (Value::Null, Value::Null)] {
        assert_eq!(row(json!({"kept": kept, "trouble": trouble})), (version.clone(), Value::Null, Value::Null));
    }
    let _ = server.add_user("Dewi Umpama", "kader", &[], Some(1));
    let rows = ani.get("/_kabar").is(200).json()["rows"].as_array().unwrap().clone();
    let hers = rows.iter().find(|it| it["nama"] == "Dewi Umpama").unwrap();
    for name in ["version", "kept", "trouble"] {
        assert_eq!(hers.get(name), Some(&Value::Null), "{name} of a phone that never said anything");
    }
}

#[test]
fn what_is_written_about_people_has_no_secret_in_it() {
    let server = Server::start("secrets");
    let posyandu = server.add_posyandu("Contoh Melati", DESA);
    let user = server.add_user("Ani Contoh", "kader", &[], Some(posyandu));
    let code = server.code(user);
    let mut ani = Phone::new(server.address);
    ani.redeem(&code, json!({}));
    let event = ani.child();
    ani.push_events(&ani.scope(), &[&event]);
    let _ = ask(server.address, "GET", &format!("/{}", ani.scope()), &[], b"");
    server.office.flush_access(365).unwrap();
    server.office.store.settle();
    let file = std::fs::read(server.data().join("posyandu.sqlite")).unwrap();
    let has = |text: &str| file.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(has(&ani.name) && has("write"), "the log is there");
    for secret in [&ani.secret, &code, &hex(root::read(&server.data()).unwrap().as_bytes())] {
        assert!(!has(secret));
    }
}
