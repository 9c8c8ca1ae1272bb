//! The transfer key: what phones of one posyandu seal for each other when a file or a code carries it.
//!
//! It is an ordinary event of the posyandu, so every phone that holds the book knows it, by whatever way the book
//! came. Two phones may make one apart: the later one is the one to seal with, and every one of the history opens. When a phone was lost, the next one to seal makes a new key, which names the phones it is kept from: what
//! is sealed from then on the lost phone does not read. Whether a key is still good follows from what it names, not
//! from any clock.

use std::fmt;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::base64::URL_SAFE;
use super::book::Book;
use super::json::{Value, object};
use super::kinds;
use super::ledger::register::Stored;
use super::ledger::roster::Roster;
use super::ledger::{DeviceId, Draft, EventId};
use super::order;
use super::sorted::SortedMap;

/// The register of the key.
const KEY: &str = "kunci";
/// The register of the lost phones that never saw it.
const WITHOUT: &str = "tanpa";
/// What a key's name is the hash of, before the key.
const ID_PREFIX: &[u8] = b"posyandu6/transfer-key/1\n";

/// 32 random bytes. Never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TransferKey(pub [u8; 32]);

/// By which a receiver finds the key among those it knows.
pub type KeyId = [u8; 8];

impl TransferKey {
    /// First 8 bytes of a hash of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let digest = Sha256::new().chain_update(ID_PREFIX).chain_update(self.0).finalize();
        let mut id = [0; 8];
        id.iter_mut().zip(digest).for_each(|(byte, hashed)| *byte = hashed);
        id
    }

    fn read(value: &Stored) -> Option<Self> {
        let Stored::Text(text) = value else { return None };
        URL_SAFE.decode(text)?.try_into().ok().map(Self)
    }
}

impl fmt::Debug for TransferKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransferKey(..)")
    }
}

/// The keys of a posyandu, as its book has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferKeys {
    /// The one to seal with; none when there is none yet, or a phone was lost that knows it.
    pub current: Option<TransferKey>,
    /// All that no lost phone knows, newest first: who may open a file without knowing the newest is given these, too.
    pub good: Vec<TransferKey>,
    /// All that ever were, newest first.
    pub all: Vec<TransferKey>,
}

/// One write of a key: in which event, the key, and whether no lost phone knows it.
type Made = (EventId, TransferKey, bool);

/// Every key of a posyandu, earliest first. Where it was founded twice and joined, it has several scopes, and two
/// histories.
fn made(book: &Book, roster: &Roster, scopes: &[String]) -> Vec<Made> {
    let lost = lost_of(roster, scopes);
    let mut all = Vec::new();
    for subject in scopes.iter().filter_map(|it| book.subject(&subject_of(it))) {
        let without: SortedMap<EventId, Value> =
            subject.writes(WITHOUT).iter().map(|(_, it)| (it.id, it.value.value())).collect();
        let is_kept_from = |id: EventId, lost: &DeviceId| {
            let by = subject.log().iter().find(|it| it.id == id).map(|it| it.device);
            let named = without.get(&id).and_then(Value::as_list).unwrap_or_default();
            by != Some(*lost) && named.iter().any(|it| it.as_text() == Some(&lost.to_string()))
        };
        for (_, write) in subject.writes(KEY) {
            if let Some(key) = TransferKey::read(write.value) {
                all.push((write.at, write.id, key, lost.iter().all(|it| is_kept_from(write.id, it))));
            }
        }
    }
    order::sort_by_key(&mut all, |it| (it.0, it.1));
    all.into_iter().map(|(_, id, key, is_good)| (id, key, is_good)).collect()
}

/// The events of the keys that are still good: what a new phone needs of them.
#[must_use]
pub fn good_events(book: &Book, roster: &Roster, scopes: &[String]) -> Vec<EventId> {
    made(book, roster, scopes).into_iter().filter(|it| it.2).map(|it| it.0).collect()
}

impl TransferKeys {
    /// Of the book of a posyandu; `scopes` are its databases, `posyandu-<id>`.
    #[must_use]
    pub fn of(book: &Book, roster: &Roster, scopes: &[String]) -> Self {
        let mut keys = Self::default();
        for (_, key, is_good) in made(book, roster, scopes).into_iter().rev() {
            if !keys.all.contains(&key) {
                keys.all.push(key);
                if is_good {
                    keys.good.push(key);
                }
            }
        }
        keys.current = keys.good.first().copied();
        keys
    }

    /// The one of this name.
    #[must_use]
    pub fn get(&self, id: &KeyId) -> Option<&TransferKey> {
        self.all.iter().find(|it| it.id() == *id)
    }
}

/// What sets a new key, of 32 random bytes, in the first of the scopes.
#[must_use]
pub fn new_key(roster: &Roster, scopes: &[String], random: [u8; 32], on: NaiveDate) -> Draft {
    let without: Vec<Value> = lost_of(roster, scopes).iter().map(|it| it.to_string().into()).collect();
    let data = object([(KEY, URL_SAFE.encode(&random).into()), (WITHOUT, without.into())]);
    let subject = scopes.first().map(|it| subject_of(it)).unwrap_or_default();
    Draft { kind: kinds::KIRIM_KEY_SET.into(), subject, on, data }
}

fn subject_of(scope: &str) -> String {
    format!("kirim:{}", scope.trim_start_matches("posyandu-"))
}

/// The lost phones that may know what this posyandu knows: the roster tells of all in the kabupaten.
fn lost_of(roster: &Roster, scopes: &[String]) -> Vec<DeviceId> {
    let is_of = |it: &DeviceId| scopes.iter().any(|scope| roster.is_in(*it, scope));
    roster.lost().iter().filter(|it| is_of(it)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::event::{Event, Stamp};
    use crate::domain::ledger::roster::Ed25519;
    use crate::domain::ledger::{Hlc, PersonId, roster};

    const SCOPE: &str = "posyandu-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
    const LOST: DeviceId = DeviceId([5; 16]);

    fn scopes() -> Vec<String> {
        vec![SCOPE.to_owned()]
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn signed(draft: Draft, at: u64, device: DeviceId) -> Event {
        let stamp = Stamp {
            at: Hlc::parse(&format!("{at:012x}-0000")).unwrap(),
            by: PersonId([1; 16]),
            device,
            n: 1,
            after: Vec::new(),
            replaces: SortedMap::new(),
            salt: [at as u8; 16],
        };
        Event::sign(draft, stamp, &ed25519_dalek::SigningKey::from_bytes(&[7; 32]))
    }

    fn member_and_loss(area: &str) -> Roster {
        let mut known = Roster::trusting([1; 32]);
        let text = |it: DeviceId| it.to_string();
        let member = object([
            ("person", "01".repeat(16).as_str().into()),
            ("device", text(LOST).into()),
            ("key", "02".repeat(32).as_str().into()),
            ("areas", vec![area.into()].into()),
            ("from", "2026-01-01".into()),
        ]);
        let end =
            object([("person", "01".repeat(16).as_str().into()), ("device", text(LOST).into()), ("lost", true.into())]);
        for (kind, data) in [(roster::KEY_ADDED, member), (roster::KEY_ENDED, end)] {
            let draft = Draft { kind: kind.into(), subject: "roster:x".into(), on: day(), data };
            known.add(&signed(draft, 9, DeviceId([9; 16])), &Ed25519);
        }
        known
    }

    #[test]
    fn a_key_is_found_by_its_name_and_is_never_printed() {
        let key = TransferKey([3; 32]);
        let keys = TransferKeys { current: Some(key), good: vec![key], all: vec![TransferKey([4; 32]), key] };
        assert_eq!(keys.get(&key.id()), Some(&key));
        assert_eq!(keys.get(&TransferKey([5; 32]).id()), None);
        assert_eq!(format!("{key:?}"), "TransferKey(..)");
        // The first 8 bytes of SHA-256 over the line and the key: a receiver of any version computes the same.
        assert_eq!(crate::domain::ledger::id::hex(&key.id()), "9626da1538df6e80");
    }

    #[test]
    fn of_two_made_apart_one_seals_and_both_open() {
        let mut book = Book::default();
        let roster = Roster::trusting([1; 32]);
        assert_eq!(TransferKeys::of(&book, &roster, &scopes()), TransferKeys::default());
        book.add(&signed(new_key(&roster, &scopes(), [3; 32], day()), 20, DeviceId([1; 16])));
        book.add(&signed(new_key(&roster, &scopes(), [4; 32], day()), 10, DeviceId([2; 16])));
        let keys = TransferKeys::of(&book, &roster, &scopes());
        assert_eq!(keys.current, Some(TransferKey([3; 32])));
        assert_eq!(keys.all, [TransferKey([3; 32]), TransferKey([4; 32])]);
    }

    #[test]
    fn after_a_loss_a_new_key_seals_and_the_old_one_still_opens() {
        let mut book = Book::default();
        let before = Roster::trusting([1; 32]);
        book.add(&signed(new_key(&before, &scopes(), [3; 32], day()), 10, DeviceId([1; 16])));
        let after = member_and_loss(SCOPE);
        let keys = TransferKeys::of(&book, &after, &scopes());
        assert_eq!((keys.current, keys.all.len()), (None, 1));
        book.add(&signed(new_key(&after, &scopes(), [4; 32], day()), 11, DeviceId([1; 16])));
        let keys = TransferKeys::of(&book, &after, &scopes());
        assert_eq!(keys.current, Some(TransferKey([4; 32])));
        assert_eq!((keys.good.len(), keys.all.len()), (1, 2));
        // One that the lost phone makes after that, or somebody who does not know of the loss, is not sealed with.
        book.add(&signed(new_key(&after, &scopes(), [5; 32], day()), 12, LOST));
        book.add(&signed(new_key(&before, &scopes(), [6; 32], day()), 13, DeviceId([2; 16])));
        let keys = TransferKeys::of(&book, &after, &scopes());
        assert_eq!(keys.good, [TransferKey([4; 32])]);
        assert_eq!((keys.current, keys.all.len()), (Some(TransferKey([4; 32])), 4));
    }

    #[test]
    fn a_phone_lost_elsewhere_changes_nothing_here() {
        let mut book = Book::default();
        book.add(&signed(new_key(&Roster::default(), &scopes(), [3; 32], day()), 10, DeviceId([1; 16])));
        let keys = TransferKeys::of(&book, &member_and_loss("posyandu-0b"), &scopes());
        assert_eq!(keys.current, Some(TransferKey([3; 32])));
    }

    #[test]
    fn of_a_posyandu_that_was_founded_twice_the_keys_of_both_count() {
        let (mut book, roster) = (Book::default(), Roster::trusting([1; 32]));
        let (first, other) = (scopes(), vec!["posyandu-0b".to_owned()]);
        let old = signed(new_key(&roster, &other, [3; 32], day()), 10, DeviceId([1; 16]));
        let new = signed(new_key(&roster, &first, [4; 32], day()), 11, DeviceId([2; 16]));
        book.add(&new);
        book.add(&old);
        let joined = [first.clone(), other].concat();
        let keys = TransferKeys::of(&book, &roster, &joined);
        assert_eq!((keys.current, keys.all.len()), (Some(TransferKey([4; 32])), 2));
        assert_eq!(good_events(&book, &roster, &joined), [old.id(), new.id()]);
        assert_eq!(TransferKeys::of(&book, &roster, &first).all, [TransferKey([4; 32])]);
        assert_eq!(new_key(&roster, &joined, [5; 32], day()).subject, format!("kirim:{}", "0a".repeat(16)));
    }
}
