//! Signed events of an invented posyandu as JSON lines, for tests and measurements of servers:
//! `cargo run --example events -- events=1000 photos=5 erased=20 seed=1`.
//!
//! The first line says which phone signed them, and with which local root, so that it can be activated and
//! adopted: `{"phone":{"device","person","key","key_seed","root","root_seed","said","scope","count"}}`. Every other line is one
//! document with the class of its database: `{"in":"posyandu","doc":{…}}`. Photos carry their attachment.
//! Tombstones come last, behind the `data.erased` that names them, signed by the root of the servers of tests, for only
//! a server's root erases. The same arguments give the same bytes;
//! keys are made of the seed, so they are for nothing but this.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use chrono::NaiveDate;
use ed25519_dalek::SigningKey;
use posyandu::domain::base64::STANDARD;
use posyandu::domain::json::object;
use posyandu::domain::kinds;
use posyandu::domain::latihan::{self, Act};
use posyandu::domain::ledger::event::{Draft, Event, Signer};
use posyandu::domain::ledger::id::{DeviceId, PersonId};
use posyandu::domain::ledger::roster;
use posyandu::store::{Author, Ledger};
use sha2::{Digest, Sha256};

/// How many events a family of the practice makes, at least.
const EVENTS_A_FAMILY: usize = 100;
/// One photo, in bytes.
const PHOTO_BYTES: usize = 20_000;

fn main() -> io::Result<()> {
    let asked = Asked::read(std::env::args().skip(1));
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let families = u32::try_from(asked.events / EVENTS_A_FAMILY + 1).unwrap();
    let latihan = latihan::generate(asked.seed, today, families, latihan::MONTHS);
    let phone = Phone::new(asked.seed, &latihan.kader[0].id);
    let mut out = BufWriter::new(io::stdout().lock());

    let founding = phone.founding(latihan.from);
    let (aduan, posyandu): (Vec<Draft>, Vec<Draft>) =
        latihan.acts.iter().flat_map(|it| it.drafts.clone()).partition(|it| it.kind.starts_with("aduan."));
    let at_unix_ms = latihan.acts.iter().map(|it: &Act| it.at_unix_ms).max().unwrap_or_default();
    let subject = aduan.first().map_or_else(|| "0".repeat(31) + "1", |it| it.subject.clone());

    let mut records = phone.record(founding.into_iter().chain(posyandu).take(asked.events).collect(), at_unix_ms);
    let erasing = erasure(&records, asked.erased);
    let erased: Vec<Event> = erasing.iter().flat_map(|(_, events)| events.iter().cloned().map(Event::erased)).collect();
    let named = erasing.into_iter().map(|(subject, events)| Draft {
        kind: kinds::DATA_ERASED.into(),
        subject: format!("hapus:{subject}"),
        on: today,
        data: roster::erasing(&events),
    });
    // The numbers of one database run on without a gap.
    let count = records.len();
    let named = phone.erase_after(&records, named.collect(), at_unix_ms + 1000);
    records.extend(named);

    let pictures: Vec<Vec<u8>> = (0..asked.photos).map(|number| picture(asked.seed, number)).collect();
    let photos = pictures.iter().map(|it| photo(&subject, today, it));
    let complaints: Vec<Draft> = aduan.into_iter().take(asked.events / 10).collect();
    let told = complaints.len();
    let complaints = phone.record(complaints.into_iter().chain(photos).collect(), at_unix_ms);

    let is_said = |it: &&Event| matches!(it.kind(), roster::FOUNDED | roster::KEY_ADDED);
    let said: Vec<_> = records.iter().filter(is_said).map(|it| it.id().to_string().into()).collect();
    let about = object([
        ("device", phone.device.to_string().into()),
        ("person", phone.person.to_string().into()),
        ("key", hex(&phone.key.verifying_key().to_bytes()).into()),
        ("key_seed", hex(&phone.key.to_bytes()).into()),
        ("root", hex(&phone.root.verifying_key().to_bytes()).into()),
        ("root_seed", hex(&phone.root.to_bytes()).into()),
        ("said", said.into()),
        ("scope", format!("posyandu-{}", phone.scope).into()),
        ("count", i64::try_from(records.len()).unwrap().into()),
    ]);
    writeln!(out, "{}", posyandu::domain::json::Value::from(object([("phone", about.into())])).canonical())?;
    debug_assert!(count <= asked.events);
    for event in &records {
        writeln!(out, r#"{{"in":"posyandu","doc":{}}}"#, event.to_text())?;
    }
    for (number, event) in complaints.iter().enumerate() {
        let doc = event.to_text();
        match number.checked_sub(told).and_then(|it| pictures.get(it)) {
            None => writeln!(out, r#"{{"in":"aduan","doc":{doc}}}"#)?,
            Some(bytes) => {
                let open = doc.strip_suffix('}').unwrap();
                let data = STANDARD.encode(bytes);
                let attached = r#""foto.jpg":{"content_type":"image/jpeg","data":""#;
                writeln!(out, r#"{{"in":"aduan","doc":{open},"_attachments":{{{attached}{data}"}}}}}}}}"#)?;
            }
        }
    }
    for tombstone in &erased {
        writeln!(out, r#"{{"in":"posyandu","doc":{}}}"#, tombstone.to_text())?;
    }
    out.flush()
}

/// What the command line asks for.
struct Asked {
    events: usize,
    photos: usize,
    erased: usize,
    seed: u64,
}

impl Asked {
    fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut asked = Self { events: 1000, photos: 0, erased: 0, seed: 1 };
        for argument in arguments {
            let (name, value) = argument.split_once('=').expect("arguments are name=value");
            let value: usize = value.parse().expect("values are numbers");
            match name {
                "events" => asked.events = value,
                "photos" => asked.photos = value,
                "erased" => asked.erased = value,
                "seed" => asked.seed = value as u64,
                _ => panic!("there is no {name}, only events, photos, erased and seed"),
            }
        }
        asked
    }
}

/// Who signs all of it: the founder of a posyandu that works alone.
struct Phone {
    person: PersonId,
    device: DeviceId,
    key: SigningKey,
    root: SigningKey,
    scope: String,
}

impl Phone {
    fn new(seed: u64, person: &str) -> Self {
        let made = |what: &str| -> [u8; 32] { Sha256::digest(format!("Contoh {what} {seed}")).into() };
        let half = |what: &str| -> [u8; 16] { made(what)[..16].try_into().unwrap() };
        Self {
            person: PersonId::parse(person).unwrap(),
            device: DeviceId(half("device")),
            key: SigningKey::from_bytes(&made("key")),
            root: SigningKey::from_bytes(&made("root")),
            scope: hex(&half("scope")),
        }
    }

    fn founding(&self, on: NaiveDate) -> Vec<Draft> {
        let draft = |kind: &str, subject: String, data| Draft { kind: kind.into(), subject, on, data };
        let founded = object([
            ("nama", latihan::POSYANDU.into()),
            ("wilayah", latihan::WILAYAH.into()),
            ("root", hex(&self.root.verifying_key().to_bytes()).into()),
        ]);
        let added = object([
            ("person", self.person.to_string().into()),
            ("device", self.device.to_string().into()),
            ("key", hex(&self.key.verifying_key().to_bytes()).into()),
            ("roles", vec!["kader".into(), "pengurus".into()].into()),
            ("from", on.to_string().into()),
        ]);
        vec![
            draft(kinds::POSYANDU_FOUNDED, self.scope.clone(), founded),
            draft(roster::KEY_ADDED, format!("roster:{}:{}", self.person, self.device), added),
        ]
    }

    fn record(&self, drafts: Vec<Draft>, at_unix_ms: u64) -> Vec<Event> {
        self.recorded(&Ledger::default(), drafts, at_unix_ms, &self.root)
    }

    /// The office's word, in the numbers of this phone.
    fn erase_after(&self, earlier: &[Event], drafts: Vec<Draft>, at_unix_ms: u64) -> Vec<Event> {
        let mut ledger = Ledger::default();
        let known: Vec<_> = earlier.iter().map(|it| (it.clone(), roster::Trust::Verified)).collect();
        let _ = ledger.apply(&known, at_unix_ms, &roster::Ed25519);
        let office = SigningKey::from_bytes(&Sha256::digest("Contoh kantor").into());
        self.recorded(&ledger, drafts, at_unix_ms, &office)
    }

    fn recorded(&self, ledger: &Ledger, drafts: Vec<Draft>, at_unix_ms: u64, root: &SigningKey) -> Vec<Event> {
        let mut salts = {
            let mut number = 0_u128;
            move || {
                number += 1;
                number.to_be_bytes()
            }
        };
        let author = Author { by: self.person, device: self.device, signer: &self.key };
        let mut recorder = ledger.recorder();
        let root: Option<&dyn Signer> = Some(root);
        drafts.into_iter().flat_map(|it| recorder.record(vec![it], &author, root, at_unix_ms, &mut salts)).collect()
    }
}

/// So many events of whole subjects, the last ones of people, with their subjects.
fn erasure(records: &[Event], count: usize) -> Vec<(String, Vec<Event>)> {
    let mut subjects: BTreeMap<&str, Vec<Event>> = BTreeMap::new();
    for event in records.iter().filter(|it| it.kind().starts_with("sasaran.") || it.kind().starts_with("kunjungan.")) {
        subjects.entry(event.subject()).or_default().push(event.clone());
    }
    let mut left = count;
    let mut taken = Vec::new();
    for (subject, events) in subjects {
        if events.len() <= left {
            left -= events.len();
            taken.push((subject.to_owned(), events));
        }
    }
    taken
}

/// Bytes that begin and end as a JPEG does, and are no picture of anybody.
fn picture(seed: u64, number: usize) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0];
    let mut block: [u8; 32] = Sha256::digest(format!("Contoh foto {seed} {number}")).into();
    while bytes.len() < PHOTO_BYTES - 2 {
        let room = PHOTO_BYTES - 2 - bytes.len();
        bytes.extend(block.iter().take(room));
        block = Sha256::digest(block).into();
    }
    bytes.extend([0xFF, 0xD9]);
    bytes
}

fn photo(subject: &str, on: NaiveDate, bytes: &[u8]) -> Draft {
    let data = object([
        ("sha256", hex(&Sha256::digest(bytes)).into()),
        ("bytes", i64::try_from(bytes.len()).unwrap().into()),
        ("media", "image/jpeg".into()),
    ]);
    Draft { kind: "foto.added".into(), subject: subject.to_owned(), on, data }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
