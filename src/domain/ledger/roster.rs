//! The roster: whose signature counts, for what, and since when.
//!
//! Signed by the root key of the pengelola, or of the posyandu itself while it works alone. A receiver
//! judges an event by roster and signature, never by who carried it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::hlc::Hlc;
use super::id::{DeviceId, EventId, PersonId, bytes_from_hex};
use crate::domain::iso;
use crate::domain::json::{self, Map, Value};
use crate::domain::order;
use crate::domain::scope;
use crate::domain::sorted::{SortedMap, SortedSet};

/// Names the root and founds the posyandu; signed by the root itself.
pub const FOUNDED: &str = "posyandu.founded";
/// A person's key on a device begins to count.
pub const KEY_ADDED: &str = "roster.key_added";
/// A person's key on a device ends: lost phone (`{lost: true}`), end of duty.
pub const KEY_ENDED: &str = "roster.key_ended";

/// What the root of a posyandu that worked alone signed counts for ever, on this root's word; subject `roster:<root>`,
/// `{root, until: {device: n}, scope, into}`. Its roster events up to these running numbers are believed; `into` is the
/// scope that survives where two founded the same posyandu apart, `scope` itself otherwise.
pub const ADOPTED: &str = "roster.adopted";

/// Events are erased for good (UU PDP): subject `hapus:<subject>`; `{events: {id: remains}}`, where
/// [`Event::remains`] binds what a tombstone may say. Signed by the root. Whoever takes back an event and is erased
/// must be erased together with it, or it would count again.
pub const ERASED: &str = "data.erased";

/// The content of an [`ERASED`] event about these, all of one subject.
#[must_use]
pub fn erasing<'a>(events: impl IntoIterator<Item = &'a Event>) -> Map {
    let mut about = None;
    let mut name = |it: &Event| {
        about.get_or_insert_with(|| it.kind().to_owned());
        (it.id().to_string(), it.remains().to_string().into())
    };
    let named: Map = events.into_iter().map(&mut name).collect();
    let mut data = json::object([("events", named.into())]);
    if let Some(kind) = about {
        data.insert(scope::ABOUT.into(), kind.into());
    }
    data
}

/// What an [`ERASED`] event names: for each event its id, the hash of what remains of it, and its subject, with a
/// blank between them. Of other kinds nothing.
#[must_use]
pub fn named_in(event: &Event) -> Vec<String> {
    let subject = event.subject().strip_prefix("hapus:").filter(|_| event.kind() == ERASED);
    let data = event.data();
    let named = data.get("events").and_then(Value::as_object).into_iter().flatten();
    let line = |(id, remains): (&String, &Value)| Some(format!("{id} {} {}", remains.as_text()?, subject?));
    named.filter_map(line).collect()
}

/// The line by which [`named_in`] names this event.
#[must_use]
pub fn name_of(event: &Event) -> String {
    format!("{} {} {}", event.id(), event.remains(), event.subject())
}

/// One key that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Whose.
    pub person: PersonId,
    /// On which installation.
    pub device: DeviceId,
    /// Ed25519 public key.
    pub key: [u8; 32],
    /// `kader`, `pengurus` and so on, as the roster names them.
    pub roles: Vec<String>,
    /// Where these roles hold: `posyandu-<id>`, a desa of 10 digits, a kabupaten of 4, `<kabupaten>-<opd>`.
    pub areas: Vec<String>,
    /// First day it counts.
    #[serde(with = "crate::domain::iso")]
    pub from: NaiveDate,
    /// Last day it counts.
    #[serde(with = "crate::domain::iso")]
    pub until: Option<NaiveDate>,
}

/// How much an event can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trust {
    /// Signed by a key of the roster.
    Verified,
    /// The author is not (yet) in the roster: kept, shown as "belum terverifikasi", decides nothing.
    Unknown,
    /// The author is in the roster and the signature is not hers: quarantined.
    Forged,
}

/// Checks signatures; tests use a cheap one.
pub trait Verifier {
    /// Whether `key` signed `event`.
    fn is_signed_by(&self, event: &Event, key: &[u8; 32]) -> bool;
}

/// The real check.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ed25519;

impl Verifier for Ed25519 {
    fn is_signed_by(&self, event: &Event, key: &[u8; 32]) -> bool {
        event.is_signed_by(key)
    }
}

/// Root and members, folded from verified roster events.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// Keys whose word counts without a limit: the one of the activation link, and on phones of a posyandu that
    /// began alone its own.
    roots: Vec<[u8; 32]>,
    members: SortedMap<EventId, Member>,
    ended: SortedMap<EventId, Ended>,
    adopted: SortedMap<EventId, Adopted>,
}

/// What of another root counts, see [`ADOPTED`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Adopted {
    root: [u8; 32],
    until: SortedMap<DeviceId, i64>,
}

/// From this day on a key of a person on a device no longer counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ended {
    person: PersonId,
    device: DeviceId,
    #[serde(with = "crate::domain::iso")]
    on: NaiveDate,
    /// The device itself is lost, not only this key.
    is_lost: bool,
}

impl Ended {
    fn is_of(&self, person: PersonId, device: DeviceId) -> bool {
        self.person == person && self.device == device
    }
}

impl Roster {
    /// A roster that trusts one root: pinned at founding, or from the activation link.
    #[must_use]
    pub fn trusting(root: [u8; 32]) -> Self {
        Self { roots: vec![root], ..Self::default() }
    }

    /// Trusts one more root: a posyandu that began alone was connected.
    pub fn trust_also(&mut self, root: [u8; 32]) {
        if !self.roots.contains(&root) {
            self.roots.push(root);
        }
    }

    /// The public keys that count without a limit, in the order in which they came.
    #[must_use]
    pub fn roots(&self) -> &[[u8; 32]] {
        &self.roots
    }

    /// Whether only the root may write this kind.
    #[must_use]
    pub fn is_roots(kind: &str) -> bool {
        matches!(kind, FOUNDED | ERASED) || kind.starts_with("roster.")
    }

    /// Judges an event by its signature.
    #[must_use]
    pub fn judge(&self, event: &Event, verifier: &dyn Verifier) -> Trust {
        if Self::is_roots(event.kind()) {
            // What is adopted adopts nobody.
            let counts = |it: &&Adopted| {
                event.kind() != ADOPTED && it.until.get(&event.device()).is_some_and(|last| event.n() <= *last)
            };
            let adopted = self.adopted.values().filter(counts).map(|it| &it.root);
            return match self.roots.iter().chain(adopted).any(|root| verifier.is_signed_by(event, root)) {
                true => Trust::Verified,
                false if self.roots.is_empty() => Trust::Unknown,
                false => Trust::Forged,
            };
        }
        let mut known = self.members_of(event.by(), event.device()).peekable();
        if known.peek().is_none() {
            return Trust::Unknown;
        }
        let mut is_hers = false;
        for member in known {
            if verifier.is_signed_by(event, &member.key) {
                is_hers = true;
                if self.counts_on(member, recorded_on(event)) {
                    return Trust::Verified;
                }
            }
        }
        if is_hers { Trust::Unknown } else { Trust::Forged }
    }

    /// Takes in a verified roster event; others are ignored.
    pub fn add(&mut self, event: &Event) {
        match event.kind() {
            KEY_ADDED => {
                if let Some(member) = member(event) {
                    self.members.insert(event.id(), member);
                }
            }
            KEY_ENDED => {
                let data = event.data();
                let id = |name| data.get(name).and_then(Value::as_text);
                let person = id("person").and_then(|it| PersonId::parse(it).ok());
                let device = id("device").and_then(|it| DeviceId::parse(it).ok());
                if let (Some(person), Some(device)) = (person, device) {
                    let is_lost = data.get("lost").and_then(Value::as_bool) == Some(true);
                    self.ended.insert(event.id(), Ended { person, device, on: event.on(), is_lost });
                }
            }
            ADOPTED => {
                if let Some(adopted) = adopted(event) {
                    self.adopted.insert(event.id(), adopted);
                }
            }
            _ => {}
        }
    }

    /// The same roots, and nobody yet.
    #[must_use]
    pub fn to_root(&self) -> Self {
        Self { roots: self.roots.clone(), ..Self::default() }
    }

    /// Puts first what says whose word counts: what was adopted, then the other words of roots. So one delivery may
    /// bring a key and what it signed, in any order.
    pub fn arrange(events: &mut [Event]) {
        order::sort_by_key(events, |it| match it.kind() {
            ADOPTED => 0,
            kind if Self::is_roots(kind) => 1,
            _ => 2_u8,
        });
    }

    /// Whether any key ended.
    #[must_use]
    pub fn has_ends(&self) -> bool {
        !self.ended.is_empty()
    }

    /// Whether something was recorded after a key of this person on this device ended.
    #[must_use]
    pub fn is_after_end(&self, by: PersonId, device: DeviceId, at: Hlc) -> bool {
        let mut ends = self.ended.values().filter(|it| it.is_of(by, device));
        ends.any(|it| local_day(at).is_none_or(|day| day > it.on))
    }

    /// Whether a root said that a device is lost: it wipes itself.
    #[must_use]
    pub fn is_lost(&self, device: DeviceId) -> bool {
        self.ended.values().any(|it| it.is_lost && it.device == device)
    }

    /// The devices of which a root said that they are lost, smallest first.
    #[must_use]
    pub fn lost(&self) -> SortedSet<DeviceId> {
        self.ended.values().filter(|it| it.is_lost).map(|it| it.device).collect()
    }

    /// Whether a device ever had a key that holds in an area.
    #[must_use]
    pub fn is_in(&self, device: DeviceId, area: &str) -> bool {
        self.members.values().any(|it| it.device == device && it.areas.iter().any(|known| known == area))
    }

    /// Whether a person's key on a device signed something on a day on which it counts.
    #[must_use]
    pub fn vouches(&self, (by, device): (PersonId, DeviceId), day: NaiveDate, message: &[u8], sig: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(sig);
        let mut keys = self.members_of(by, device).filter(|it| self.counts_on(it, day)).map(|it| &it.key);
        keys.any(|key| {
            ed25519_dalek::VerifyingKey::from_bytes(key).is_ok_and(|it| it.verify_strict(message, &signature).is_ok())
        })
    }

    /// Keys that count on a day.
    pub fn members_on(&self, day: NaiveDate) -> impl Iterator<Item = &Member> {
        self.members.values().filter(move |it| self.counts_on(it, day))
    }

    fn members_of(&self, person: PersonId, device: DeviceId) -> impl Iterator<Item = &Member> {
        self.members.values().filter(move |it| it.person == person && it.device == device)
    }

    fn counts_on(&self, member: &Member, day: NaiveDate) -> bool {
        let ended = self
            .ended
            .values()
            .filter(|it| it.is_of(member.person, member.device))
            .map(|it| it.on)
            .filter(|on| *on >= member.from)
            .min();
        day >= member.from && member.until.is_none_or(|last| day <= last) && ended.is_none_or(|on| day <= on)
    }
}

/// The day of the stamp; beyond the calendar, the day on which it says to be true.
fn recorded_on(event: &Event) -> NaiveDate {
    local_day(event.at()).unwrap_or(event.on())
}

/// Indonesia is UTC+7 to +9 and the roster counts in local days, so this takes the greatest offset.
fn local_day(at: Hlc) -> Option<NaiveDate> {
    let ms = i64::try_from(at.unix_ms()).unwrap_or(i64::MAX);
    chrono::DateTime::from_timestamp_millis(ms.saturating_add(9 * 3_600_000)).map(|it| it.date_naive())
}

fn member(event: &Event) -> Option<Member> {
    let data = event.data();
    let text = |name| data.get(name).and_then(Value::as_text);
    let date = |name| text(name).and_then(iso::day);
    let list = |name| {
        let items = data.get(name).and_then(Value::as_list).unwrap_or_default();
        items.iter().filter_map(Value::as_text).map(str::to_owned).collect()
    };
    Some(Member {
        person: PersonId::parse(text("person")?).ok()?,
        device: DeviceId::parse(text("device")?).ok()?,
        key: bytes_from_hex(text("key")?)?,
        roles: list("roles"),
        areas: list("areas"),
        from: date("from")?,
        until: date("until"),
    })
}

fn adopted(event: &Event) -> Option<Adopted> {
    let data = event.data();
    let until = data.get("until").and_then(Value::as_object)?.iter();
    let until: Option<_> = until.map(|(device, n)| Some((DeviceId::parse(device).ok()?, n.as_int()?))).collect();
    Some(Adopted { root: bytes_from_hex(data.get("root").and_then(Value::as_text)?)?, until: until? })
}
