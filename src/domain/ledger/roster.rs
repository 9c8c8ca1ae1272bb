//! The roster: whose signature counts, for what, and since when.
//!
//! Signed by the root key of the pengelola, or of the posyandu itself while it works alone. A receiver
//! judges an event by roster and signature, never by who carried it.

use core::cmp::Reverse;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::hlc::Hlc;
use super::id::{DeviceId, EventId, PersonId, bytes_from_hex};
use crate::domain::iso;
use crate::domain::json::{self, Map, Value};
use crate::domain::order;
use crate::domain::rights::{self, Role};
use crate::domain::scope::{self, Class};
use crate::domain::sorted::{SortedMap, SortedSet};

/// Names the root and founds the posyandu; signed by the root itself.
pub const FOUNDED: &str = "posyandu.founded";
/// A person's key on a device begins to count.
pub const KEY_ADDED: &str = "roster.key_added";
/// A person's key on a device ends: lost phone (`{lost: true}`), end of duty.
pub const KEY_ENDED: &str = "roster.key_ended";

/// A key that reads what is sealed and signs nothing for it: subject `roster:pembaca:<untuk>`, `{untuk, key}`. Of two for
/// the same use the later counts.
pub const READER_NAMED: &str = "roster.reader_named";
/// The use of a [`READER_NAMED`] key: answers the public questions about complaints, and alone reads tracking codes.
pub const FOR_SYSTEM: &str = "sistem";
/// The use of a [`READER_NAMED`] key: lies in a drawer, for the day on which no officer's key is left.
pub const FOR_RECOVERY: &str = "pemulihan";

/// What the root of a posyandu that worked alone signed counts for ever, on this root's word; subject `roster:<root>`,
/// `{root, events: [id], scope, into, desa, until: {device: n}}`. Its roster events of these names are believed, each
/// word by itself, so whoever still holds that root says nothing new with it. They count in the databases of `scope`
/// (where it worked alone), `into` (which survives where two founded the same posyandu apart) and `desa`, let in those
/// who work in the posyandu, and end only keys that they added. The first adoptions named no events: of them counts
/// what stands up to the running numbers of `until`, and in the posyandu alone.
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
    /// When the root said so, and on which device.
    said: (Hlc, DeviceId),
    /// The root that said so.
    root: Option<[u8; 32]>,
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

/// As [`Trust`], and why a key that is known and counts does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As [`Trust::Verified`].
    Verified,
    /// Her key counts, and none of her roles may sign this here: kept as [`Trust::Unknown`], refused by a server.
    Barred,
    /// As [`Trust::Unknown`].
    Unknown,
    /// As [`Trust::Forged`].
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
    /// Keys whose word counts without being named: the one of the activation link, and on phones of a posyandu that
    /// began alone its own. The one that came last is the server's, once there is one; only it ends keys, erases and
    /// adopts.
    roots: Vec<[u8; 32]>,
    members: SortedMap<EventId, Member>,
    ended: SortedMap<EventId, Ended>,
    adopted: SortedMap<EventId, Adopted>,
    /// Keys that read and sign nothing, by their use and the root that said so, with when.
    readers: SortedMap<(String, [u8; 32]), Reader>,
    /// The databases that are kept here. None are named on a phone that works alone: everything counts there.
    #[serde(skip)]
    here: Vec<String>,
}

/// A key that reads and signs nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reader {
    /// As [`Member::said`].
    said: (Hlc, DeviceId),
    key: [u8; 32],
}

/// What of another root counts, see [`ADOPTED`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Adopted {
    root: [u8; 32],
    /// Names of events; none in the first adoptions.
    events: Option<SortedSet<EventId>>,
    until: SortedMap<DeviceId, i64>,
    /// Scope, surviving scope and desa.
    areas: Vec<String>,
}

impl Adopted {
    /// Whether this word of the root was meant.
    fn names(&self, event: &Event) -> bool {
        match &self.events {
            Some(events) => events.contains(&event.id()),
            None => self.until.get(&event.device()).is_some_and(|last| event.n() <= *last),
        }
    }

    /// Whether it counts in one of these databases; a founding in those of the posyandu alone.
    fn reaches(&self, here: &[String], kind: &str) -> bool {
        let is_in = |db: &String, area: &String| match db.split_once('-') {
            Some(("aduan", of)) => kind != FOUNDED && of == area,
            // Copies of complaints of every desa of the kabupaten.
            Some(("opd", of)) => kind != FOUNDED && area.get(..4).is_some_and(|it| of.starts_with(it)),
            _ => db == area,
        };
        here.is_empty() || here.iter().any(|db| self.areas.iter().any(|area| is_in(db, area)))
    }
}

/// From this day on a key of a person on a device no longer counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ended {
    person: PersonId,
    device: DeviceId,
    /// Which one; the first of these events named none, and meant all.
    key: Option<[u8; 32]>,
    #[serde(with = "crate::domain::iso")]
    on: NaiveDate,
    /// As [`Member::said`]: a key that is given again afterwards counts.
    said: (Hlc, DeviceId),
    /// The root that said so.
    root: Option<[u8; 32]>,
    /// The device itself is lost, not only this key.
    is_lost: bool,
}

impl Ended {
    fn is_of(&self, person: PersonId, device: DeviceId) -> bool {
        self.person == person && self.device == device
    }

    fn ends(&self, member: &Member) -> bool {
        let ((at, device), (added, by)) = (self.said, member.said);
        // Of two clocks only the days are compared.
        let is_later = added < at || (by != device && member.from <= self.on);
        self.is_of(member.person, member.device) && self.key.is_none_or(|it| it == member.key) && is_later
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

    /// Says which databases are kept here: by them areas are judged.
    pub fn stand_in(&mut self, databases: Vec<String>) {
        self.here = databases;
    }

    /// The public keys that count without being named, in the order in which they came.
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
        match self.standing(event, verifier) {
            Standing::Verified => Trust::Verified,
            Standing::Barred | Standing::Unknown => Trust::Unknown,
            Standing::Forged => Trust::Forged,
        }
    }

    /// As [`Roster::judge`], with the reason.
    #[must_use]
    pub fn standing(&self, event: &Event, verifier: &dyn Verifier) -> Standing {
        if Self::is_roots(event.kind()) {
            return self.standing_of_root(event, verifier);
        }
        let (mut is_known, mut is_hers, mut is_barred) = (false, false, false);
        for (id, member) in &self.members {
            if member.person != event.by() || member.device != event.device() {
                continue;
            }
            is_known = true;
            if verifier.is_signed_by(event, &member.key) {
                is_hers = true;
                if self.counts_on(*id, member, recorded_on(event)) {
                    if self.may_sign(*id, member, event.home()) {
                        return Standing::Verified;
                    }
                    is_barred = true;
                }
            }
        }
        match (is_known, is_hers) {
            _ if is_barred => Standing::Barred,
            (true, false) => Standing::Forged,
            _ => Standing::Unknown,
        }
    }

    fn standing_of_root(&self, event: &Event, verifier: &dyn Verifier) -> Standing {
        let Some((last, others)) = self.roots.split_last() else { return Standing::Unknown };
        let ends = event.kind() == KEY_ENDED;
        // Once there is a server, nobody else cuts off, erases or adopts.
        let is_servers = ends || matches!(event.kind(), ERASED | ADOPTED | READER_NAMED);
        let others = others.iter().filter(|_| !is_servers);
        let is_adopted = |it: &&Adopted| it.names(event) && it.reaches(&self.here, event.kind());
        let may_be_adopted = !is_servers || (ends && !is_lost(event));
        let adopted = self.adopted.values().filter(|_| may_be_adopted).filter(is_adopted).map(|it| &it.root);
        match others.chain([last]).chain(adopted).any(|root| verifier.is_signed_by(event, root)) {
            true => Standing::Verified,
            false => Standing::Forged,
        }
    }

    /// The adoptions by which a word of a root counts; none for those of the roots themselves. An adoption names what
    /// it likes, and means by it only what its own root signed.
    fn adoptions_of(&self, id: EventId, root: Option<[u8; 32]>) -> impl Iterator<Item = &Adopted> {
        let is_named = move |it: &&Adopted| it.events.as_ref().is_some_and(|it| it.contains(&id));
        self.adopted.values().filter(move |it| root == Some(it.root)).filter(is_named)
    }

    /// Whether what a person records on a device on a day, of a class of databases, counts by what is known here.
    #[must_use]
    pub fn may_record(&self, person: PersonId, device: DeviceId, home: Class, day: NaiveDate) -> bool {
        let is_hers = |it: &Member| it.person == person && it.device == device;
        let mut all = self.members.iter().filter(|(_, it)| is_hers(it));
        all.any(|(id, it)| self.counts_on(*id, it, (day, day)) && self.may_sign(*id, it, home))
    }

    /// Whether one of her roles holds in a database here of a class.
    fn may_sign(&self, id: EventId, member: &Member, home: Class) -> bool {
        let mut adoptions = self.adoptions_of(id, member.root).peekable();
        if adoptions.peek().is_none() {
            return self.may_act(&member.roles, &member.areas, home);
        }
        adoptions.any(|adopted| {
            // It lets people into its posyandu; offices are the server's.
            let is_let_in = |it: &&String| matches!(Role::of(it), Some(Role::Kader | Role::Bidan));
            let roles: Vec<String> = member.roles.iter().filter(is_let_in).cloned().collect();
            let areas = if member.areas.is_empty() { &adopted.areas } else { &member.areas };
            let areas: Vec<String> = areas.iter().filter(|it| adopted.areas.contains(it)).cloned().collect();
            !roles.is_empty() && !areas.is_empty() && self.may_act(&roles, &areas, home)
        })
    }

    /// Whether roles in areas may sign what belongs to a class of databases, in one that is here.
    fn may_act(&self, roles: &[String], areas: &[String], home: Class) -> bool {
        let is_home = |class| class == home || (class == Class::Opd && home == Class::Aduan);
        let is_place = |db: &&String| self.here.len() == 1 || Class::of(db).is_some_and(is_home);
        let mut places = self.here.iter().filter(is_place).peekable();
        if places.peek().is_none() {
            // Nobody said which databases are here: by the class alone.
            let mut known = roles.iter().filter_map(|it| Role::of(it)).peekable();
            return known.peek().is_none() || known.any(|it| it.may_sign(home));
        }
        places.any(|db| rights::may_sign(roles, areas, db))
    }

    /// Takes in a verified roster event; others are ignored.
    pub fn add(&mut self, event: &Event, verifier: &dyn Verifier) {
        match event.kind() {
            KEY_ADDED => {
                if let Some(member) = member(event) {
                    let root = self.signer(event, verifier);
                    self.members.insert(event.id(), Member { root, ..member });
                }
            }
            KEY_ENDED => {
                let data = event.data();
                let id = |name| data.get(name).and_then(Value::as_text);
                let person = id("person").and_then(|it| PersonId::parse(it).ok());
                let device = id("device").and_then(|it| DeviceId::parse(it).ok());
                if let (Some(person), Some(device)) = (person, device) {
                    let key = id("key").and_then(bytes_from_hex);
                    let (on, said, is_lost) = (event.on(), (event.at(), event.device()), is_lost(event));
                    let root = self.signer(event, verifier);
                    self.ended.insert(event.id(), Ended { person, device, key, on, said, root, is_lost });
                }
            }
            ADOPTED => {
                if let Some(adopted) = adopted(event) {
                    self.adopted.insert(event.id(), adopted);
                }
            }
            READER_NAMED => {
                let data = event.data();
                let text = |name| data.get(name).and_then(Value::as_text);
                let said = (event.at(), event.device());
                if let (Some(used), Some(key)) = (text("untuk"), text("key").and_then(bytes_from_hex))
                    && let Some(root) = self.signer(event, verifier)
                {
                    let place = (used.to_owned(), root);
                    if self.readers.get(&place).is_none_or(|it| it.said < said) {
                        self.readers.insert(place, Reader { said, key });
                    }
                }
            }
            _ => {}
        }
    }

    /// The keys by which an event may be signed: those of its author on its device, or those of roots.
    pub fn keys_of<'a>(&'a self, event: &'a Event) -> Box<dyn Iterator<Item = &'a [u8; 32]> + 'a> {
        if Self::is_roots(event.kind()) {
            return Box::new(self.roots.iter());
        }
        let hers = self.members.values().filter(|it| it.person == event.by() && it.device == event.device());
        Box::new(hers.map(|it| &it.key))
    }

    /// The root that signed a word: one of those that count here, or of those that were adopted.
    fn signer(&self, event: &Event, verifier: &dyn Verifier) -> Option<[u8; 32]> {
        let mut all = self.roots.iter().chain(self.adopted.values().map(|it| &it.root));
        all.find(|root| verifier.is_signed_by(event, root)).copied()
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
        ends.any(|it| day_at(at, LEAST_OFFSET).is_none_or(|day| day > it.on))
    }

    /// Whether a root said that a device is lost: it wipes itself.
    #[must_use]
    pub fn is_lost(&self, device: DeviceId) -> bool {
        self.ended.values().any(|it| it.is_lost && it.device == device)
    }

    /// Whether a key of this person was ever added.
    #[must_use]
    pub fn knows(&self, person: PersonId) -> bool {
        self.members.values().any(|it| it.person == person)
    }

    /// Stands in the databases of another one: what was read back does not say where it is.
    pub fn stand_where(&mut self, other: &Self) {
        self.here.clone_from(&other.here);
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

    /// The databases of the posyandu of a database: first the one in which it goes on, then those that were joined into
    /// it, because it had been founded on two phones apart. `place` is the one that a server gave, where one did.
    #[must_use]
    pub fn joined_with(&self, scope: &str, place: Option<&str>) -> Vec<String> {
        let is_one = |it: &&str| Class::of(it) == Some(Class::Posyandu);
        let edges = self.adopted.values().filter_map(|it| {
            let mut ends = it.areas.iter().map(String::as_str);
            Some((ends.next().filter(is_one)?, ends.next().filter(is_one)?))
        });
        let into = edges.clone().find(|(from, into)| *from == scope && from != into).map(|it| it.1);
        let first = into.or(place.filter(is_one)).unwrap_or(scope);
        let others = edges.filter(|it| it.1 == first).map(|it| it.0);
        let mut all: Vec<String> = Vec::new();
        for it in std::iter::once(first).chain([scope]).chain(others) {
            if !all.iter().any(|known| known == it) {
                all.push(it.to_owned());
            }
        }
        all
    }

    /// Whether a person's key on a device signed something on a day on which it counts.
    #[must_use]
    pub fn vouches(&self, (by, device): (PersonId, DeviceId), day: NaiveDate, message: &[u8], sig: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(sig);
        let is_hers = |(id, it): &(&EventId, &Member)| {
            it.person == by && it.device == device && self.counts_on(**id, it, (day, day))
        };
        self.members.iter().filter(is_hers).any(|(_, it)| {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&it.key);
            key.is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
        })
    }

    /// Who reads what is sealed in a kabupaten of four digits on a day: those who steer complaints there, and with them
    /// the key in the drawer, the latest first. Nobody while nobody steers.
    #[must_use]
    pub fn officers(&self, kabupaten: &str, day: NaiveDate) -> Vec<[u8; 32]> {
        let steers = |it: &Member| {
            let is_hers = it.roles.iter().any(|it| Role::of(it) == Some(Role::Pengendali));
            // The root of a posyandu that worked alone names no officers.
            it.root.as_ref() == self.roots.last() && is_hers && it.areas.iter().any(|it| it.get(..4) == Some(kabupaten))
        };
        let mut found: Vec<&Member> = self.members_on(day).filter(|it| steers(it)).collect();
        order::sort_by_key(&mut found, |it| Reverse(it.said));
        let drawer = self.reader(FOR_RECOVERY).filter(|_| !found.is_empty());
        let mut keys: Vec<[u8; 32]> = Vec::new();
        for key in drawer.into_iter().chain(found.into_iter().map(|it| it.key)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The key for a use of [`READER_NAMED`], as the server's root names it: one that worked alone names none.
    #[must_use]
    pub fn reader(&self, used: &str) -> Option<[u8; 32]> {
        self.readers.get(&(used.to_owned(), *self.roots.last()?)).map(|it| it.key)
    }

    /// Keys that count on a day.
    pub fn members_on(&self, day: NaiveDate) -> impl Iterator<Item = &Member> {
        self.keys_on(day).map(|(_, it)| it)
    }

    /// The same, each with the event by which a root said so.
    pub fn keys_on(&self, day: NaiveDate) -> impl Iterator<Item = (EventId, &Member)> {
        self.members.iter().filter(move |(id, it)| self.counts_on(**id, it, (day, day))).map(|(id, it)| (*id, it))
    }

    /// Whether a key counts on a day, which may have begun as `early` and ends as `late`.
    fn counts_on(&self, id: EventId, member: &Member, (early, late): (NaiveDate, NaiveDate)) -> bool {
        // An adopted root ends only keys that it added itself.
        let is_adopted = |id, root| self.adoptions_of(id, root).next().is_some();
        let is_its_own = |end: &Ended| end.root == member.root && is_adopted(id, member.root);
        let is_end = |id: EventId, end: &Ended| !is_adopted(id, end.root) || is_its_own(end);
        let mut ends = self.ended.iter().filter(|(_, it)| it.ends(member));
        early >= member.from
            && member.until.is_none_or(|last| late <= last)
            && !ends.any(|(end, it)| late > it.on && is_end(*end, it))
    }
}

/// Whether the end of a key says that the device is lost.
fn is_lost(event: &Event) -> bool {
    event.data().get("lost").and_then(Value::as_bool) == Some(true)
}

/// The day of the stamp in the east and in the west of the country, for nobody's first or last evening is cut off by an
/// hour; beyond the calendar, the day on which it says to be true.
fn recorded_on(event: &Event) -> (NaiveDate, NaiveDate) {
    let day = |offset| day_at(event.at(), offset).unwrap_or(event.on());
    (day(GREATEST_OFFSET), day(LEAST_OFFSET))
}

/// Indonesia is UTC+7 to +9, and the roster counts in local days.
const LEAST_OFFSET: i64 = 7;
const GREATEST_OFFSET: i64 = 9;

fn day_at(at: Hlc, offset_hours: i64) -> Option<NaiveDate> {
    let ms = i64::try_from(at.unix_ms()).unwrap_or(i64::MAX);
    chrono::DateTime::from_timestamp_millis(ms.saturating_add(offset_hours * 3_600_000)).map(|it| it.date_naive())
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
        said: (event.at(), event.device()),
        root: None,
    })
}

fn adopted(event: &Event) -> Option<Adopted> {
    let data = event.data();
    let text = |name| data.get(name).and_then(Value::as_text);
    let until = data.get("until").and_then(Value::as_object)?.iter();
    let until: Option<_> = until.map(|(device, n)| Some((DeviceId::parse(device).ok()?, n.as_int()?))).collect();
    let name = |it: &Value| EventId::parse(it.as_text()?).ok();
    let events = match data.get("events") {
        None => None,
        Some(events) => Some(events.as_list()?.iter().map(name).collect::<Option<_>>()?),
    };
    // The first adoptions said no desa.
    let areas = ["scope", "into", "desa"].into_iter().filter_map(text).map(str::to_owned).collect();
    Some(Adopted { root: bytes_from_hex(text("root")?)?, events, until: until?, areas })
}
