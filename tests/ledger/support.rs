//! Phones that record without a browser: a ledger, a key, a clock that may be wrong, and a list as disk.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::NaiveDate;
use ed25519_dalek::SigningKey;
use posyandu::domain::json::{Map, Value, object};
use posyandu::domain::ledger::event::{Draft, Event, Signer, Stamp};
use posyandu::domain::ledger::id::{DeviceId, EventId, PersonId};
use posyandu::domain::ledger::roster::{self, Ed25519, Trust, Verifier};
use posyandu::store::{Applied, Author, Ledger, Received, Refused};

/// 2026-11-18 about noon in Indonesia, Unix milliseconds.
pub const NOON: u64 = 1_794_978_000_000;

pub fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub fn draft(kind: &str, subject: &str, data: Map) -> Draft {
    Draft { kind: kind.into(), subject: subject.into(), on: day("2026-11-18"), data }
}

/// A name that is no name.
pub fn changed(subject: &str, register: &str, value: impl Into<Value>) -> Draft {
    draft("sasaran.changed", subject, object([(register, value.into())]))
}

pub fn undo(event: &Event) -> Draft {
    draft("catatan.undone", event.subject(), object([("event", event.id().to_string().into())]))
}

/// Signs with its public name, for the laws that are not about signatures: thousands of runs stay quick.
pub struct Stamped(pub [u8; 32]);

impl Signer for Stamped {
    fn sign(&self, _message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&self.0);
        signature
    }
}

impl Verifier for Stamped {
    fn is_signed_by(&self, event: &Event, key: &[u8; 32]) -> bool {
        event.to_text().contains(&BASE64.encode(Self(*key).sign(b"")))
    }
}

/// Stamps a draft by hand, as no honest phone would.
pub fn stamped(draft: Draft, stamp: Stamp) -> Event {
    Event::sign(draft, stamp, &Stamped([0; 32]))
}

pub fn signer_key(signer: &SigningKey) -> [u8; 32] {
    signer.verifying_key().to_bytes()
}

/// The roster event that lets a key count.
pub fn key_added(person: PersonId, device: DeviceId, key: [u8; 32], from: &str) -> Draft {
    let data = object([
        ("person", person.to_string().into()),
        ("device", device.to_string().into()),
        ("key", key.iter().map(|it| format!("{it:02x}")).collect::<String>().into()),
        ("roles", vec!["kader".into()].into()),
        ("from", from.into()),
    ]);
    draft(roster::KEY_ADDED, &format!("roster:{person}:{device}"), data)
}

/// The roster event that ends it.
pub fn key_ended(person: PersonId, device: DeviceId, on: &str) -> Draft {
    let data = object([("person", person.to_string().into()), ("device", device.to_string().into())]);
    Draft { on: day(on), ..draft(roster::KEY_ENDED, &format!("roster:{person}:{device}"), data) }
}

/// One phone: what it holds is what is on its disk.
pub struct Phone {
    pub ledger: Ledger,
    pub key: SigningKey,
    pub root: Option<SigningKey>,
    pub by: PersonId,
    pub device: DeviceId,
    /// By its own clock.
    pub now_ms: u64,
    pub disk: Vec<String>,
    /// What was thought of each of them when it came.
    pub trusts: Vec<Trust>,
    pub quarantine: Vec<(String, Refused)>,
    salts: u64,
}

impl Phone {
    pub fn new(number: u8, trusts: &SigningKey) -> Self {
        Self {
            ledger: Ledger::trusting(signer_key(trusts)),
            key: key(number),
            root: None,
            by: PersonId([number; 16]),
            device: DeviceId([number; 16]),
            now_ms: NOON,
            disk: Vec::new(),
            trusts: Vec::new(),
            quarantine: Vec::new(),
            salts: u64::from(number) << 32,
        }
    }

    /// The phone on which the posyandu was founded; it holds the root.
    pub fn founder(number: u8, root: &SigningKey) -> Self {
        let mut phone = Self::new(number, root);
        phone.root = Some(root.clone());
        let (by, device, key) = (phone.by, phone.device, signer_key(&phone.key));
        phone.record(vec![
            draft("posyandu.founded", "00000000000000000000000000000001", object([("nama", "Contoh Melati".into())])),
            key_added(by, device, key, "2020-01-01"),
        ]);
        phone
    }

    /// A second phone of the same posyandu; `founder` lets its key count, and it has heard so.
    pub fn joined(number: u8, founder: &mut Self) -> Self {
        let mut phone = Self::new(number, founder.root.as_ref().unwrap());
        founder.record(vec![key_added(phone.by, phone.device, signer_key(&phone.key), "2020-01-01")]);
        phone.hear(&founder.disk.clone());
        phone
    }

    pub fn record(&mut self, drafts: Vec<Draft>) -> Vec<Event> {
        let mut salts = || {
            self.salts += 1;
            u128::from(self.salts).to_be_bytes()
        };
        let author = Author { by: self.by, device: self.device, signer: &self.key };
        let root = self.root.as_ref().map(|it| it as &dyn Signer);
        let events = self.ledger.record(drafts, &author, root, self.now_ms, &mut salts);
        let texts: Vec<String> = events.iter().map(Event::to_text).collect();
        let received = self.hear(&texts);
        assert!(received.refused.is_empty(), "what we record we can read: {:?}", received.refused);
        events
    }

    /// Takes a delivery as the app does: checked, stored, applied; quarantine again after new keys.
    pub fn hear(&mut self, texts: &[String]) -> Received {
        let received = self.ledger.receive(texts.iter().map(String::as_str), &Ed25519);
        self.disk.extend(received.new.iter().map(|(event, _)| event.to_text()));
        self.trusts.extend(received.new.iter().map(|(_, trust)| *trust));
        self.quarantine.extend(received.refused.iter().cloned());
        let Applied { roster_grew, must_rebuild, must_erase } = self.ledger.apply(&received.new, self.now_ms, &Ed25519);
        if must_erase {
            self.erase();
        }
        if must_rebuild {
            self.ledger = self.ledger.rebuilt(self.disk.iter().map(String::as_str), self.now_ms, &Ed25519);
        }
        // Of two phones one starts anew with every delivery.
        if self.device.0[0].is_multiple_of(2) {
            self.ledger = Ledger::from_snapshot(self.ledger.to_snapshot()).unwrap();
        }
        if (roster_grew || must_erase) && !self.quarantine.is_empty() {
            let may_pass = |why: &Refused| match why {
                Refused::Forged => roster_grew,
                Refused::NotErased => must_erase,
                Refused::Event(_) => false,
            };
            let (again, kept) = std::mem::take(&mut self.quarantine).into_iter().partition(|(_, why)| may_pass(why));
            self.quarantine = kept;
            let again: Vec<(String, Refused)> = again;
            self.hear(&again.into_iter().map(|(text, _)| text).collect::<Vec<_>>());
        }
        received
    }

    /// Starts again without a snapshot: every document in some order, a few at a time.
    pub fn restarted(&self, order: &[usize]) -> Ledger {
        let mut ledger = Ledger::trusting(self.ledger.roster.roots()[0]);
        for page in order.chunks(3) {
            let row = |it: &usize| (Event::parse(&self.disk[*it]).unwrap(), self.trusts[*it]);
            let _ = ledger.apply(&page.iter().map(row).collect::<Vec<_>>(), self.now_ms, &Ed25519);
        }
        if ledger.settle(self.now_ms, &Ed25519) {
            ledger = ledger.rebuilt(self.disk.iter().map(String::as_str), self.now_ms, &Ed25519);
        }
        ledger
    }

    /// Overwrites what is to be erased, as the app does.
    fn erase(&mut self) {
        let owed: Vec<EventId> = self.ledger.owes_erasure(false).map(|(id, _)| id).collect();
        let mut gone = Vec::new();
        for text in &mut self.disk {
            let event = Event::parse(text).unwrap();
            if owed.contains(&event.id()) && self.ledger.must_go(&event) && !event.is_erased() {
                let event = event.erased();
                *text = event.to_text();
                gone.push((event, Trust::Verified));
            }
        }
        let _ = self.ledger.apply(&gone, self.now_ms, &Ed25519);
    }

    pub fn text(&self, subject: &str, register: &str) -> Option<String> {
        self.ledger.book.subject(subject)?.text(register)
    }
}

/// Carries everything both ways.
pub fn join(a: &mut Phone, b: &mut Phone) {
    b.hear(&a.disk.clone());
    a.hear(&b.disk.clone());
}
