//! A phone: the real ledger over a model of one partition of its disk, and a driver that performs one command after
//! the other. Whatever is not on the disk is gone when it crashes.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use posyandu::domain::ledger::event::{Draft, Event, Signer};
use posyandu::domain::ledger::id::{DeviceId, EventId, PersonId};
use posyandu::domain::ledger::roster::{Ed25519, Trust, Verifier};
use posyandu::domain::scope::Class;
use posyandu::store::{Applied, Author, Ledger, Refused};
use posyandu::sync::protocol::{
    Answer, Aside, Command, Direction, Freight, Outcome, Owed, Place, Pull, Push, Reading, Row, Settled, Told, Verb,
    log, pull, push, raw,
};

use super::channel::Channel;
use super::dice::Dice;
use super::server::Server;
use super::support::{NOON, Stamped, key, signer_key};

pub const POSYANDU: &str = "posyandu-000000000000000000000000000000a1";
pub const ADUAN: &str = "aduan-3273010001";
pub const DATABASES: [&str; 2] = [POSYANDU, ADUAN];

/// The database of a kind.
pub fn database_of(kind: &str) -> &'static str {
    if kind.starts_with("aduan.") || kind.starts_with("foto.") { ADUAN } else { POSYANDU }
}

fn freight_of(kind: &str, is_erased: bool) -> Freight {
    match kind {
        _ if is_erased => Freight::Erased,
        "foto.added" => Freight::Photos,
        _ => Freight::Events,
    }
}

/// What a driver or a protocol could do wrong: with any of these the laws must fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The checkpoint is written in a transaction before that of the events.
    CheckpointFirst,
    /// One session for a whole run, and logs agree where it is the same.
    SessionOnly,
    /// What the server refused is passed over.
    RefusedForgotten,
    /// What is owed to a server that was set back is not remembered.
    OwedForgotten,
    /// A push that was cut off counts as received.
    ReceiptsGuessed,
    /// What came damaged is not asked for again.
    DamagedForgotten,
}

#[derive(Clone)]
pub struct Stored {
    pub seq: u64,
    pub id: EventId,
    pub text: String,
    pub database: &'static str,
    pub freight: Freight,
    trust: Trust,
    /// The server that gave it.
    given: Option<String>,
}

/// What came and was refused.
#[derive(Clone)]
pub struct Lying {
    pub text: String,
    pub why: Refused,
    /// The database that gave it.
    given: Option<Place>,
    /// How often it was asked for again, and when last.
    asked: Option<(u8, u64)>,
}

impl Lying {
    fn id(&self) -> Option<EventId> {
        raw::member_text(&self.text, "_id").and_then(|it| EventId::parse(&it).ok())
    }

    fn is_of(&self, place: &Place) -> bool {
        self.given.as_ref().is_some_and(|it| it.database == place.database)
    }
}

/// Everything that survives a crash.
#[derive(Clone, Default)]
pub struct Disk {
    pub rows: Vec<Stored>,
    logs: BTreeMap<String, String>,
    owed: BTreeMap<(String, String), Owed>,
    /// Reason, and whether it is to be sent again.
    pub tray: BTreeMap<EventId, (String, bool)>,
    pub quarantine: Vec<Lying>,
    /// The last running number of this device.
    n: i64,
}

impl Disk {
    fn head(&self) -> u64 {
        self.rows.last().map_or(0, |it| it.seq)
    }
}

enum Machine {
    Pull(Box<Pull>),
    Push(Box<Push>),
}

impl Machine {
    fn poll(&mut self) -> Option<Command> {
        match self {
            Self::Pull(it) => it.poll(),
            Self::Push(it) => it.poll(),
        }
    }

    fn handle(&mut self, told: Told) {
        match self {
            Self::Pull(it) => it.handle(told).unwrap(),
            Self::Push(it) => it.handle(told).unwrap(),
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Pull(it) => it.outcome(),
            Self::Push(it) => it.outcome(),
        }
    }
}

pub struct Phone {
    pub number: u8,
    pub is_real: bool,
    pub ledger: Ledger,
    pub disk: Disk,
    pub fault: Fault,
    /// What came and is not on the disk yet, with [`Fault::CheckpointFirst`].
    late: Option<(Vec<String>, Place)>,
    key: SigningKey,
    root_key: [u8; 32],
    root: Option<SigningKey>,
    by: PersonId,
    pub device: DeviceId,
    now_ms: u64,
    /// What it counts waits by, in seconds.
    pub waited_s: u64,
    salts: u64,
    store: String,
    machine: Option<(Machine, Place)>,
    turn: usize,
    /// What a server has said of itself to have, to this phone.
    acknowledged: BTreeSet<(String, EventId)>,
    /// Counted as received, and not acknowledged.
    pub lies: Vec<String>,
    /// How runs ended.
    pub outcomes: Vec<Outcome>,
    pub story: Vec<String>,
    pub tells: bool,
    sent: Vec<EventId>,
    /// Server's logs that the run at hand has written, and whether the server was restored behind one of them.
    checkpoints: (usize, bool),
}

/// A verifier, and the public part of a key as it knows it.
pub fn public(key: &SigningKey, is_real: bool) -> [u8; 32] {
    if is_real { signer_key(key) } else { key.to_bytes() }
}

fn verifier(is_real: bool) -> &'static dyn Verifier {
    if is_real { &Ed25519 } else { &Cheap }
}

/// As [`Stamped`], for any key.
struct Cheap;

impl Verifier for Cheap {
    fn is_signed_by(&self, event: &Event, key: &[u8; 32]) -> bool {
        Stamped([0; 32]).is_signed_by(event, key)
    }
}

impl Phone {
    pub fn new(number: u8, root: &SigningKey, is_real: bool, fault: Fault) -> Self {
        let root_key = public(root, is_real);
        Self {
            number,
            is_real,
            ledger: Ledger::trusting(root_key),
            disk: Disk::default(),
            fault,
            late: None,
            key: key(number),
            root_key,
            root: (number == 1).then(|| root.clone()),
            by: PersonId([number; 16]),
            device: DeviceId([number; 16]),
            now_ms: NOON,
            waited_s: 0,
            salts: u64::from(number) << 32,
            store: format!("{number:032x}"),
            machine: None,
            turn: usize::from(number),
            acknowledged: BTreeSet::new(),
            lies: Vec::new(),
            outcomes: Vec::new(),
            story: Vec::new(),
            tells: false,
            sent: Vec::new(),
            checkpoints: (0, false),
        }
    }

    pub fn key_draft(&self) -> Draft {
        super::support::key_added(self.by, self.device, public(&self.key, self.is_real), "2020-01-01")
    }

    /// Goes on counting behind what this phone has stamped, also while nobody believes it.
    fn heed_head(&mut self) {
        let number = self.ledger.numbers.or_insert_with((self.device, Class::Posyandu), || 0);
        *number = self.disk.n.max(*number);
    }

    /// Saves: strict, so it survives from here on.
    pub fn record(&mut self, drafts: Vec<Draft>) -> Vec<Event> {
        self.now_ms += 1000;
        let mut salts = || {
            self.salts += 1;
            u128::from(self.salts).to_be_bytes()
        };
        let stamped = |key: &SigningKey| Stamped(key.to_bytes());
        let (mine, roots) = (stamped(&self.key), self.root.as_ref().map(stamped));
        let signer: &dyn Signer = if self.is_real { &self.key } else { &mine };
        let root = match (&self.root, &roots) {
            (Some(root), _) if self.is_real => Some(root as &dyn Signer),
            (_, roots) => roots.as_ref().map(|it| it as &dyn Signer),
        };
        let author = Author { by: self.by, device: self.device, signer };
        let events = self.ledger.record(drafts, &author, root, self.now_ms, &mut salts);
        let texts: Vec<String> = events.iter().map(Event::to_text).collect();
        self.receive(&texts, None);
        self.disk.n += events.len() as i64;
        self.heed_head();
        events
    }

    /// The checked entrance, with everything that must happen in one transaction.
    pub fn receive(&mut self, texts: &[String], given: Option<&Place>) {
        let received = self.ledger.receive(texts.iter().map(String::as_str), verifier(self.is_real));
        for (text, why) in received.refused {
            if !self.disk.quarantine.iter().any(|it| it.text == text) {
                self.disk.quarantine.push(Lying { text, why, given: given.cloned(), asked: None });
            }
        }
        for (event, trust) in &received.new {
            let seq = self.disk.head() + 1;
            let (database, freight) = (database_of(event.kind()), freight_of(event.kind(), event.is_erased()));
            let (id, text, given) = (event.id(), event.to_text(), given.map(|it| it.server.clone()));
            self.disk.rows.push(Stored { seq, id, text, database, freight, trust: *trust, given });
        }
        let applied = self.ledger.apply(&received.new, self.now_ms, verifier(self.is_real));
        if applied.must_erase {
            self.erase();
        }
        self.deliver_again(applied);
    }

    fn deliver_again(&mut self, applied: Applied) {
        let may_pass = |why: &Refused| match why {
            Refused::Forged => applied.roster_grew,
            Refused::NotErased => applied.must_erase,
            Refused::Event(_) => false,
        };
        let (again, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.disk.quarantine).into_iter().partition(|it| may_pass(&it.why));
        self.disk.quarantine = kept;
        for it in again {
            self.receive(&[it.text], it.given.as_ref());
        }
    }

    /// What was asked for again: of each, what came in its place stands there now, or what lay there before.
    fn mend(&mut self, texts: &[String], asked: &[EventId], place: &Place) {
        let is_asked = |it: &Lying| it.is_of(place) && it.id().is_some_and(|id| asked.contains(&id));
        let (before, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.disk.quarantine).into_iter().partition(is_asked);
        self.disk.quarantine = others;
        let texts: Vec<String> = texts.iter().filter(|it| Event::parse(it).is_ok()).cloned().collect();
        self.receive(&texts, Some(place));
        for mut it in before {
            let is_here = self.disk.rows.iter().any(|row| Some(row.id) == it.id());
            let is_replaced = self.disk.quarantine.iter().any(|other| other.id() == it.id());
            if !is_here && !is_replaced {
                let tries = it.asked.map_or(0, |(tries, _)| tries);
                it.asked = Some((tries.saturating_add(1), self.waited_s));
                self.disk.quarantine.push(it);
            }
        }
    }

    /// What lies aside of what a database gave.
    fn aside(&self, place: &Place) -> Vec<Aside> {
        let ours = self.disk.quarantine.iter().filter(|it| it.is_of(place));
        let aside = |it: &Lying| {
            let ago_s = it.asked.map(|(_, at_s)| self.waited_s - at_s);
            Some(Aside { id: it.id()?, tries: it.asked.map_or(0, |it| it.0), ago_s })
        };
        if self.fault == Fault::DamagedForgotten { Vec::new() } else { ours.filter_map(aside).collect() }
    }

    fn erase(&mut self) {
        let owed: Vec<EventId> = self.ledger.owes_erasure(false).map(|(id, _)| id).collect();
        let mut gone = Vec::new();
        for row in self.disk.rows.iter_mut().filter(|it| owed.contains(&it.id)) {
            let event = Event::parse(&row.text).unwrap();
            if self.ledger.must_go(&event) && !event.is_erased() {
                let event = event.erased();
                row.text = event.to_text();
                row.freight = Freight::Erased;
                row.trust = Trust::Verified;
                gone.push((event, Trust::Verified));
            }
        }
        let _ = self.ledger.apply(&gone, self.now_ms, verifier(self.is_real));
    }

    /// A fold of what is on the disk, or of a part of it.
    pub fn folded(&self, counts: impl Fn(&Stored) -> bool) -> Ledger {
        let mut ledger = Ledger::trusting(self.root_key);
        let rows = self.disk.rows.iter().filter(|it| counts(it));
        let rows: Vec<(Event, Trust)> = rows.map(|it| (Event::parse(&it.text).unwrap(), it.trust)).collect();
        let _ = ledger.apply(&rows, self.now_ms, verifier(self.is_real));
        ledger.settle(self.now_ms, verifier(self.is_real));
        ledger
    }

    /// The battery is empty; it starts again.
    pub fn crash(&mut self) {
        self.machine = None;
        self.late = None;
        self.sent.clear();
        self.ledger = self.folded(|_| true);
        self.heed_head();
        // Begun before it went out.
        self.erase();
    }

    /// The run that goes on ends: nobody answers.
    pub fn lose(&mut self) {
        self.machine = None;
        self.sent.clear();
    }

    /// The server was set back.
    pub fn heed_restore(&mut self) {
        self.checkpoints.1 |= self.machine.is_some() && self.checkpoints.0 > 0;
    }

    /// Performs one command, or begins the next run. Whether a run ended.
    pub fn step(&mut self, server: &mut Server, channel: &mut Channel, dice: &mut Dice) -> bool {
        if self.machine.is_none() {
            self.catch_up();
            // In the end there is Wi-Fi for everybody.
            let has_wifi = dice.is(80) || channel.trouble == 0;
            self.begin(server, has_wifi, dice);
        }
        let (mut machine, place) = self.machine.take().unwrap();
        let Some(command) = machine.poll() else {
            let outcome = machine.outcome().unwrap();
            self.tell(|| format!("{outcome:?}"));
            self.outcomes.push(outcome);
            return true;
        };
        if let Some(told) = self.perform(command, &place, server, channel, dice) {
            machine.handle(told);
            self.machine = Some((machine, place));
        } else {
            self.crash();
        }
        false
    }

    /// Takes in what waited, with [`Fault::CheckpointFirst`].
    fn catch_up(&mut self) {
        if let Some((texts, place)) = self.late.take() {
            self.receive(&texts, Some(&place));
        }
    }

    fn begin(&mut self, server: &Server, has_wifi: bool, dice: &mut Dice) {
        self.turn += 1;
        self.waited_s += 30;
        self.checkpoints = (0, false);
        let database = DATABASES[self.turn / 2 % 2].to_owned();
        let place = Place { store: self.store.clone(), server: server.uuid.clone(), database };
        let seed = if self.fault == Fault::SessionOnly { [self.number; 16] } else { dice.bytes() };
        let machine = if self.turn.is_multiple_of(2) {
            let pace =
                pull::Pace { limit: 1 + dice.below(6) as u32, most: 8, fewest: 2, log_every: 1 + dice.below(3) as u32 };
            Machine::Pull(Box::new(Pull::new(place.clone(), seed, pace)))
        } else {
            let load = push::Load {
                count: 1 + dice.below(5),
                bytes: 1000 + dice.below(4000),
                ask_from: 1 + dice.below(4),
                log_every: 1 + dice.below(3) as u32,
            };
            Machine::Push(Box::new(Push::new(place.clone(), seed, load, has_wifi)))
        };
        let turn = self.turn % 4;
        self.tell(|| format!("begins, turn {turn}"));
        self.machine = Some((machine, place));
    }

    /// `None`: the phone went out on the way.
    fn perform(
        &mut self,
        command: Command,
        place: &Place,
        server: &mut Server,
        channel: &mut Channel,
        dice: &mut Dice,
    ) -> Option<Told> {
        self.tell(|| brief(&command));
        let direction = match &self.machine_of(&command) {
            Some(direction) => *direction,
            None => Direction::Push,
        };
        let name = log::name(place, direction);
        let owed_key = (place.server.clone(), place.database.clone());
        let told = match command {
            Command::Load(direction) => {
                let has_again =
                    self.disk.tray.iter().any(|(id, (_, again))| *again && self.is_in(*id, &place.database));
                let log = self.disk.logs.get(&log::name(place, direction)).cloned();
                let owed = self.disk.owed.get(&owed_key).copied().unwrap_or_default();
                let aside = if direction == Direction::Pull { self.aside(place) } else { Vec::new() };
                Told::Loaded { log, owed, head: self.disk.head(), has_again, aside }
            }
            Command::Send(request) => {
                self.sent.clear();
                if request.path.ends_with("/_bulk_docs") {
                    let docs = raw::items(raw::member(request.body.as_deref().unwrap(), "docs").unwrap()).unwrap();
                    self.sent = docs.iter().map(|it| id_of(it)).collect();
                } else if request.path.ends_with("/_revs_diff") {
                    let asked = raw::members(request.body.as_deref().unwrap()).unwrap();
                    self.sent = asked.iter().filter_map(|(id, _)| EventId::parse(id).ok()).collect();
                }
                let is_log = request.path.contains("/_local/");
                let is_docs = request.path.ends_with("/_bulk_docs");
                let is_checkpoint = is_log && request.verb == Verb::Put;
                let log_name = request.path.rsplit('/').next().unwrap_or_default().to_owned();
                let mut told = channel.send(server, request, dice);
                if is_log && self.fault == Fault::SessionOnly {
                    self.agree_by_session_only(&log_name, &mut told);
                }
                if is_checkpoint && matches!(&told, Told::Answer(it) if it.status == 201) {
                    self.checkpoints.0 += 1;
                    if std::mem::take(&mut self.checkpoints.1) {
                        channel.tally.note("restored between two checkpoints of a run");
                    }
                }
                self.acknowledge(&told, place);
                if self.fault == Fault::ReceiptsGuessed && is_docs && told == Told::Failed {
                    told = Told::Answer(Answer { status: 201, retry_after_s: None, took_ms: 1, body: "[]".into() });
                }
                told
            }
            Command::SendPhoto { id, text, mut request } => {
                let is_own = Event::parse(&text).unwrap().device() == self.device;
                if is_own {
                    self.sent = vec![id];
                    let with = text.replacen('{', "{\"_attachments\":{\"foto.jpg\":{\"data\":\"AAAA\"}},", 1);
                    request.body = Some(request.body.unwrap().replace(&text, &with));
                    let told = channel.send(server, request, dice);
                    self.acknowledge(&told, place);
                    told
                } else {
                    // Nothing to be sent, and nothing said about having sent it.
                    self.acknowledged.insert((place.server.clone(), id));
                    Told::NoBytes { is_own: false }
                }
            }
            Command::Owe { owed, direction, log } => {
                if self.fault != Fault::OwedForgotten {
                    let debt = self.disk.owed.entry(owed_key).or_default();
                    *debt = debt.join(owed);
                }
                self.keep_log(log::name(place, direction), log);
                Told::Stored { head: self.disk.head() }
            }
            Command::WriteBatch { texts, log } => {
                let name = log::name(place, Direction::Pull);
                if self.fault == Fault::CheckpointFirst {
                    // The log is on the disk now, the events with what is written next: the server hears of the log
                    // in between, and a phone that goes out then has passed them.
                    self.catch_up();
                    self.late = Some((texts, place.clone()));
                } else {
                    self.receive(&texts, Some(place));
                }
                self.keep_log(name, Some(log));
                Told::Stored { head: self.disk.head() }
            }
            Command::Mend { texts, asked } => {
                self.mend(&texts, &asked, place);
                Told::Stored { head: self.disk.head() }
            }
            Command::ReadRows(reading) => self.rows(&reading, place),
            Command::ReadTray { count, bytes } => {
                let again = |it: &&Stored| self.disk.tray.get(&it.id).is_some_and(|(_, again)| *again);
                let rows = self.disk.rows.iter().filter(|it| it.database == place.database).filter(again);
                let mut sum = 0;
                let rows = rows.take(count).take_while(|it| {
                    sum += it.text.len();
                    sum <= bytes || sum == it.text.len()
                });
                let rows = rows.map(|it| row(it, place)).collect();
                Told::Rows { rows, until: 0, is_end: true }
            }
            Command::Settle(settled) => self.settle(settled, place, name, owed_key),
        };
        // Done, and then out, before anybody heard of it.
        if dice.is(channel.trouble / 10) { None } else { Some(told) }
    }

    fn machine_of(&self, command: &Command) -> Option<Direction> {
        match command {
            Command::Load(direction) | Command::Owe { direction, .. } => Some(*direction),
            Command::WriteBatch { .. } => Some(Direction::Pull),
            _ => None,
        }
    }

    fn is_in(&self, id: EventId, database: &str) -> bool {
        self.disk.rows.iter().any(|it| it.id == id && it.database == database)
    }

    fn keep_log(&mut self, name: String, log: Option<String>) {
        match log {
            Some(log) => self.disk.logs.insert(name, log),
            None => self.disk.logs.remove(&name),
        };
    }

    fn rows(&self, reading: &Reading, place: &Place) -> Told {
        let mut rows = Vec::new();
        let mut bytes = 0;
        let mut until = reading.after;
        for it in self.disk.rows.iter().filter(|it| it.seq > reading.after && it.seq <= reading.until) {
            let is_wanted = it.database == place.database && it.freight == reading.freight;
            let row = row(it, place);
            if is_wanted && (reading.is_all || !row.is_given) {
                bytes += row.text.len();
                if rows.len() >= reading.count || (bytes > reading.bytes && !rows.is_empty()) {
                    return Told::Rows { rows, until, is_end: false };
                }
                rows.push(row);
            }
            until = it.seq;
        }
        Told::Rows { rows, until, is_end: true }
    }

    fn settle(&mut self, settled: Settled, place: &Place, name: String, owed_key: (String, String)) -> Told {
        let Settled { refused, accepted, log, paid } = settled;
        for id in accepted {
            self.disk.tray.remove(&id);
        }
        for it in refused {
            if self.fault != Fault::RefusedForgotten {
                self.disk.tray.insert(it.id, (it.reason, false));
            }
            self.acknowledged.insert((place.server.clone(), it.id));
        }
        if let Some(paid) = paid {
            let debt = self.disk.owed.entry(owed_key).or_default();
            *debt = debt.pay(paid);
        }
        if log.is_some() {
            let received = log::received(log.as_deref());
            for it in self.disk.rows.iter().filter(|it| it.database == place.database) {
                let is_given = it.given.as_ref() == Some(&place.server);
                let is_heard = self.acknowledged.contains(&(place.server.clone(), it.id));
                // What was erased meanwhile the server erases by itself.
                let is_erased = it.freight == Freight::Erased;
                if it.seq <= received[it.freight as usize] && !is_given && !is_heard && !is_erased {
                    self.lies.push(format!("phone {}: {} of {} counts as received", self.number, it.id, it.database));
                }
            }
            self.keep_log(name, log);
        }
        Told::Stored { head: self.disk.head() }
    }

    /// What the server has by its own words: of a receipt all but what it names with an error, of a comparison all
    /// that it does not name.
    fn acknowledge(&mut self, told: &Told, place: &Place) {
        let sent = std::mem::take(&mut self.sent);
        let Told::Answer(answer) = told else { return };
        let Some(body) = raw::whole(&answer.body).filter(|_| (200..300).contains(&answer.status)) else { return };
        let named: Vec<EventId> = if let Some(items) = raw::items(body) {
            items.iter().filter(|it| raw::member(it, "error").is_some()).map(|it| named(it)).collect()
        } else if raw::member(body, "ok").is_none() {
            raw::members(body).unwrap_or_default().iter().filter_map(|(id, _)| EventId::parse(id).ok()).collect()
        } else {
            return;
        };
        let heard = sent.into_iter().filter(|it| !named.contains(it));
        self.acknowledged.extend(heard.map(|it| (place.server.clone(), it)));
    }

    /// Makes the server's log agree wherever a session is known here, as if sequences were not compared.
    fn agree_by_session_only(&self, name: &str, told: &mut Told) {
        let Told::Answer(answer) = told else { return };
        let Some(mut remote) = log::Log::parse(&answer.body) else { return };
        for entry in &mut remote.entries {
            let known = self.disk.logs.get(name).and_then(|it| log::Log::parse(it));
            let same = known.and_then(|it| it.entries.into_iter().find(|it| it.session == entry.session));
            if let Some(same) = same {
                entry.seq = same.seq;
            }
        }
        let rev = raw::member_text(&answer.body, "_rev");
        answer.body = remote.to_text(None, rev.as_deref());
    }

    pub fn tell(&mut self, what: impl Fn() -> String) {
        if self.tells {
            self.story.push(what());
        }
    }
}

fn row(it: &Stored, place: &Place) -> Row {
    let is_given = it.given.as_ref() == Some(&place.server);
    Row { seq: it.seq, id: it.id, text: it.text.clone(), is_given, freight: it.freight }
}

fn id_of(document: &str) -> EventId {
    EventId::parse(&raw::member_text(document, "_id").unwrap()).unwrap()
}

fn named(item: &str) -> EventId {
    raw::member_text(item, "id").and_then(|it| EventId::parse(&it).ok()).unwrap_or_default()
}

fn brief(command: &Command) -> String {
    match command {
        Command::WriteBatch { texts, log } => format!("WriteBatch {} {}", texts.len(), newest(Some(log))),
        Command::Settle(it) => format!(
            "Settle refused {} accepted {} paid {:?} {}",
            it.refused.len(),
            it.accepted.len(),
            it.paid,
            newest(it.log.as_ref())
        ),
        Command::Owe { owed, log, .. } => format!("Owe {owed:?} {}", newest(log.as_ref())),
        Command::Mend { texts, asked } => format!("Mend {asked:?} with {}", texts.len()),
        Command::SendPhoto { request, .. } => format!("SendPhoto {request:?}"),
        other => format!("{other:?}"),
    }
}

fn newest(log: Option<&String>) -> String {
    let log = log.and_then(|it| log::Log::parse(it));
    log.and_then(|it| it.newest().cloned()).map_or_else(|| "-".into(), |it| format!("{} {}", &it.session[..6], it.seq))
}
