//! One run: what happens to phones and server, and what must be true when it is quiet again.

use std::collections::{BTreeMap, BTreeSet};

use posyandu::domain::json::object;
use posyandu::domain::ledger::event::{Draft, Event};
use posyandu::domain::ledger::id::{DeviceId, EventId};
use posyandu::domain::ledger::roster;
use posyandu::sync::protocol::{Freight, Outcome};

use super::channel::Channel;
use super::dice::Dice;
use super::phone::{ADUAN, DATABASES, Fault, POSYANDU, Phone, database_of};
use super::server::{HUGE, INVALID, REFUSED, Server, is_refusable};
use super::support::{changed, draft, key};
use super::tally::Tally;

/// What a run is made of.
#[derive(Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    pub phones: u8,
    pub steps: usize,
    pub is_real: bool,
    pub fault: Fault,
    pub tells: bool,
}

/// What happened in a run, for the figures.
#[derive(Default, Debug)]
pub struct Figures {
    pub events: usize,
    pub runs: usize,
    pub refused: usize,
    pub tally: Tally,
}

impl Figures {
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.runs += other.runs;
        self.refused += other.refused;
        self.tally.add(&other.tally);
    }
}

pub struct World {
    plan: Plan,
    dice: Dice,
    phones: Vec<Phone>,
    server: Server,
    backups: Vec<Server>,
    channel: Channel,
    /// A restored server says that it is another one.
    says_restored: bool,
    servers: u64,
    /// When a phone falls into the river, if one does.
    loss: Option<usize>,
    /// What it was.
    lost: Option<DeviceId>,
    /// Saved on a phone, with its text.
    saved: BTreeMap<EventId, (String, &'static str)>,
    poison: usize,
    figures: Figures,
    story: Vec<String>,
}

/// Plays a run; why it is wrong, otherwise.
pub fn play(plan: Plan) -> Result<Figures, String> {
    let mut world = World::new(plan);
    for step in 0..plan.steps {
        if world.loss == Some(step) {
            world.lose_a_phone();
        }
        world.happen();
    }
    let result = world.quiet().and_then(|()| world.judge());
    result.map_err(|why| {
        let stories = world.phones.iter().map(|it| format!("phone {}:\n  {}", it.number, it.story.join("\n  ")));
        let stories: Vec<String> = stories.collect();
        format!("seed {}: {why}\n{}\n{}", plan.seed, world.story.join("\n"), stories.join("\n"))
    })?;
    world.figures.events = world.saved.len();
    world.figures.runs = world.phones.iter().map(|it| it.outcomes.len()).sum();
    world.figures.refused = world.phones.iter().map(|it| it.disk.tray.len()).sum();
    world.figures.tally = world.channel.tally;
    Ok(world.figures)
}

impl World {
    fn new(plan: Plan) -> Self {
        let mut dice = Dice(plan.seed);
        let root = key(100);
        let phones = (1..=plan.phones).map(|it| Phone::new(it, &root, plan.is_real, plan.fault));
        let mut phones: Vec<Phone> = phones.collect();
        let mut server = Server::new(1, &DATABASES);
        server.says_pending = dice.is(70);
        server.says_ok = dice.is(30);
        server.most_bytes = [2_000, 4_000, 1 << 20][dice.below(3)];
        let says_restored = dice.is(50);
        let channel = Channel::new([5, 20, 40][dice.below(3)], says_restored);
        let founded =
            draft("posyandu.founded", "000000000000000000000000000000a1", object([("nama", "Contoh".into())]));
        let mut drafts = vec![founded];
        drafts.extend(phones.iter().map(Phone::key_draft));
        let events = phones[0].record(drafts);
        for phone in &mut phones {
            phone.tells = plan.tells;
        }
        let backups = vec![server.clone()];
        let loss = dice.is(30).then(|| plan.steps / 4 + dice.below(plan.steps / 2));
        let mut world = Self {
            plan,
            loss,
            lost: None,
            dice,
            phones,
            server,
            backups,
            channel,
            says_restored,
            servers: 1,
            saved: BTreeMap::new(),
            poison: 0,
            figures: Figures::default(),
            story: Vec::new(),
        };
        world.keep(&events);
        world
    }

    fn keep(&mut self, events: &[Event]) {
        for it in events {
            self.saved.insert(it.id(), (it.to_text(), database_of(it.kind())));
        }
    }

    fn tell(&mut self, what: &str) {
        if self.plan.tells {
            self.story.push(what.to_owned());
            for phone in &mut self.phones {
                phone.story.push(format!("== {what}"));
            }
        }
    }

    fn happen(&mut self) {
        let at = self.dice.below(self.phones.len());
        match self.dice.below(100) {
            0..20 => self.save(at),
            20..80 => {
                for _ in 0..1 + self.dice.below(8) {
                    self.phones[at].step(&mut self.server, &mut self.channel, &mut self.dice);
                }
            }
            80..84 => {
                self.channel.tally.note("crash of a phone");
                self.phones[at].tell(|| "crash".into());
                self.phones[at].crash();
            }
            84..87 => self.by_file(at),
            87..91 => {
                self.tell("backup");
                self.channel.tally.note("backup");
                self.backups.push(self.server.clone());
            }
            91..94 => self.restore(),
            94..95 => self.another(),
            95..97 => {
                self.tell("restart");
                self.channel.tally.note("restarted");
                self.channel.cut();
            }
            _ => self.plant(),
        }
    }

    /// For good, with what it never gave to anybody; not the founder's, which says whose word counts.
    fn lose_a_phone(&mut self) {
        let at = 1 + self.dice.below(self.phones.len() - 1);
        self.tell(&format!("phone {} is lost", at + 1));
        self.channel.tally.note("a phone is lost");
        self.lost = Some(self.phones.remove(at).device);
    }

    /// Whether who recorded it is gone.
    fn is_of_lost(&self, text: &str) -> bool {
        self.lost.is_some() && Event::parse(text).is_ok_and(|it| Some(it.device()) == self.lost)
    }

    /// Of a photo only who took it has the bytes: a server that loses them afterwards does not get them again.
    fn is_lost_photo(&self, text: &str) -> bool {
        self.is_of_lost(text) && Event::parse(text).is_ok_and(|it| it.kind() == "foto.added")
    }

    fn save(&mut self, at: usize) {
        let count = 1 + self.dice.below(3);
        let drafts: Vec<Draft> = (0..count).map(|_| self.draft(at)).collect();
        let events = self.phones[at].record(drafts);
        self.tell(&format!("phone {} saves {events:?}", at + 1));
        self.keep(&events);
    }

    fn draft(&mut self, at: usize) -> Draft {
        let subject = format!("{:032x}", 0xa0 + self.dice.below(3));
        let word = match self.dice.below(20) {
            0 => REFUSED.to_owned(),
            1 => INVALID.to_owned(),
            2 => HUGE.to_owned(),
            _ => format!("Rekaan {}", self.dice.below(1000)),
        };
        match self.dice.below(12) {
            0..3 => draft("aduan.noted", &subject, object([("isi", word.into())])),
            3..5 => draft("foto.added", &subject, object([("sha256", word.into())])),
            5 if at == 0 => self.erasure().unwrap_or_else(|| changed(&subject, "nama", word)),
            _ => changed(&subject, ["nama", "alamat"][self.dice.below(2)], word),
        }
    }

    /// Of one event that the founder's phone has, not twice.
    fn erasure(&mut self) -> Option<Draft> {
        let rows = &self.phones[0].disk.rows;
        let rows = rows.iter().filter(|it| it.freight == Freight::Events && it.text.contains("sasaran.changed"));
        let rows: Vec<Event> =
            rows.filter(|it| !is_refusable(&it.text)).map(|it| Event::parse(&it.text).unwrap()).collect();
        let rows: Vec<Event> = rows.into_iter().filter(|it| it.kind() == "sasaran.changed").collect();
        let event = rows.get(self.dice.below(rows.len()))?;
        Some(draft(roster::ERASED, &format!("hapus:{}", event.subject()), roster::erasing([event])))
    }

    fn by_file(&mut self, from: usize) {
        let to = self.dice.below(self.phones.len());
        let texts: Vec<String> = self.phones[from].disk.rows.iter().map(|it| it.text.clone()).collect();
        self.tell(&format!("phone {} reads a file of phone {}", to + 1, from + 1));
        self.phones[to].receive(&texts, None);
    }

    fn restore(&mut self) {
        let at = self.dice.below(self.backups.len());
        self.tell(&format!("restored from backup {at} of {}", self.backups.len()));
        self.channel.tally.note("restored");
        if self.says_restored {
            self.channel.tally.note("restored, says so");
        }
        for phone in &mut self.phones {
            phone.heed_restore();
        }
        let (uuid, epoch) = (self.server.uuid.clone(), self.server.epoch);
        self.server = self.backups[at].clone();
        self.server.uuid = uuid;
        self.server.epoch = if self.says_restored { epoch + 1 } else { epoch };
        self.go_down();
    }

    /// Connections are cut. Who does not say that he was set back is down long enough for runs to end.
    fn go_down(&mut self) {
        self.channel.cut();
        if !self.says_restored {
            for phone in &mut self.phones {
                phone.lose();
            }
        }
    }

    /// Made anew and empty, as the same or as another one.
    fn another(&mut self) {
        let is_other = self.dice.is(50);
        self.tell(if is_other { "another server" } else { "made anew" });
        self.channel.tally.note(if is_other { "another server" } else { "made anew" });
        let old = &self.server;
        let mut server = Server::new(self.servers, &DATABASES);
        (server.says_pending, server.says_ok, server.most_bytes) = (old.says_pending, old.says_ok, old.most_bytes);
        server.epoch = if self.says_restored { old.epoch + 1 } else { old.epoch };
        if is_other {
            self.servers += 1;
            server.uuid = format!("{:032x}", self.servers);
        } else {
            server.uuid.clone_from(&old.uuid);
        }
        self.server = server;
        self.go_down();
    }

    /// Something that is no event of ours, or stands in the way of one.
    fn plant(&mut self) {
        self.poison += 1;
        self.channel.tally.note("poison");
        let number = self.poison;
        let id = format!("{:032x}", 0xbad_0000 + number);
        let database = DATABASES[self.dice.below(2)];
        self.tell(&format!("poison {number} in {database}"));
        let mut put = |id: &str, text: String| self.server.plant(database, id, text, false);
        match self.dice.below(9) {
            0 => {
                put("contoh", r#"{"_id":"contoh","_rev":"1-967a00dff5e02add41819138abb3284d","judul":"Contoh"}"#.into())
            }
            1 => put(&id, format!(r#"{{"_id":"{id}","_rev":"1-{id}","n":1.5}}"#)),
            2 => put(&id, format!(r#"{{"_id":"{id}","_rev":"1-{id}","a":1,"a":2,"b":"\ud83d"}}"#)),
            3 => put(&id, format!(r#"{{"_id":"{id}","_rev":"4-{id}","_deleted":true,"sisa":true}}"#)),
            4 => put("_design/contoh", r#"{"_id":"_design/contoh","_rev":"1-0","views":{}}"#.into()),
            5 => {
                put(&id, format!(r#"{{"_id":"{id}","_rev":"1-{id}","deep":{}1{}}}"#, "[".repeat(300), "]".repeat(300)))
            }
            6 => put(&id, "null".into()),
            _ => {
                // In the way of an event, if there is one.
                let docs = &self.server.databases[database].docs;
                let live: Vec<String> =
                    docs.iter().filter(|(_, it)| !it.is_deleted).map(|(id, _)| id.clone()).collect();
                let live: Vec<String> = live.into_iter().filter(|it| it.len() == 32).collect();
                if let Some(id) = live.get(self.dice.below(live.len())).cloned() {
                    let text = format!(r#"{{"_id":"{id}","_rev":"3-ffffffffffffffffffffffffffffffff","palsu":true}}"#);
                    self.server.plant(database, &id, text, false);
                }
            }
        }
    }

    /// Everything works now, and goes on until nothing moves.
    fn quiet(&mut self) -> Result<(), String> {
        self.channel.cut();
        self.channel.trouble = 0;
        self.tell("quiet");
        let mut before = None;
        for round in 0..40 {
            if round < 2 {
                for (_, again) in self.phones.iter_mut().flat_map(|it| it.disk.tray.values_mut()) {
                    *again = true;
                }
            }
            for phone in &mut self.phones {
                phone.waited_s += 6 * 3600;
                let mut ended = 0;
                let mut steps = 0;
                while ended < 5 {
                    let is_end = phone.step(&mut self.server, &mut self.channel, &mut self.dice);
                    if is_end && ended > 0 && phone.outcomes.last() != Some(&Outcome::Done) {
                        return Err(format!("phone {} ended {:?}", phone.number, phone.outcomes.last()));
                    }
                    ended += usize::from(is_end);
                    steps += 1;
                    if steps > 5_000 {
                        return Err(format!("phone {} comes to no end", phone.number));
                    }
                }
            }
            let docs = self.server.databases.values().flat_map(|it| it.docs.iter());
            let docs: Vec<String> = docs.map(|(id, it)| format!("{id} {}", it.seq)).collect();
            let rows: Vec<usize> = self.phones.iter().map(|it| it.disk.rows.len()).collect();
            let now = Some((docs, rows));
            if round > 2 && now == before {
                return Ok(());
            }
            before = now;
        }
        Err("it never comes to rest".into())
    }

    fn judge(&mut self) -> Result<(), String> {
        let no = |why: String| Err(why);
        for phone in &self.phones {
            if let Some(lie) = phone.lies.first() {
                return no(lie.clone());
            }
        }
        for (id, (text, database)) in &self.saved {
            let is_held = self.phones.iter().any(|it| it.disk.rows.iter().any(|row| row.id == *id));
            let is_gone = self.is_of_lost(text) && !is_held && !self.server.has(database, *id);
            if is_gone || self.is_lost_photo(text) {
                continue;
            }
            if is_refusable(text) {
                // It stands in a tray wherever it stands, and it stands where it was saved.
                // Of a photo only who took it has the bytes to send.
                let event = Event::parse(text).unwrap();
                let may_send = |it: &&Phone| event.kind() != "foto.added" || it.device == event.device();
                let holders = self.phones.iter().filter(may_send);
                let holders: Vec<&Phone> = holders.filter(|it| it.disk.rows.iter().any(|row| row.id == *id)).collect();
                if holders.is_empty() || holders.iter().any(|it| !it.disk.tray.contains_key(id)) {
                    return no(format!("{id}, which is refused, is gone or in no tray"));
                }
                continue;
            }
            if !self.server.has(database, *id) {
                return no(format!("the server lacks {id}, {text}"));
            }
            for phone in &self.phones {
                if !phone.disk.rows.iter().any(|it| it.id == *id) {
                    let aside = phone.disk.quarantine.iter().filter(|it| it.text.contains(&id.to_string()));
                    let aside: Vec<_> = aside.map(|it| format!("{:?} {}", it.why, it.text)).collect();
                    return no(format!("phone {} lacks {id}, {text}; aside lie {aside:?}", phone.number));
                }
                if let Some((reason, _)) = phone.disk.tray.get(id) {
                    return no(format!("phone {}: {id} is in the tray for {reason}", phone.number));
                }
            }
        }
        let is_common = |text: &str| !is_refusable(text) && !self.is_lost_photo(text);
        let first = self.phones[0].folded(|it| is_common(&it.text));
        let mut texts: Option<BTreeSet<&str>> = None;
        for phone in &self.phones {
            let mine: BTreeSet<&str> =
                phone.disk.rows.iter().map(|it| it.text.as_str()).filter(|it| is_common(it)).collect();
            if *texts.get_or_insert_with(|| mine.clone()) != mine {
                return no(format!("phone {} holds other events than the first", phone.number));
            }
            let folded = phone.folded(|it| is_common(&it.text));
            if folded.book != first.book || folded.roster != first.roster || folded.numbers != first.numbers {
                let same = (folded.book == first.book, folded.roster == first.roster, folded.numbers == first.numbers);
                return no(format!("phone {} folds them otherwise than the first: {same:?}", phone.number));
            }
            if phone.folded(|_| true).book != phone.ledger.book {
                return no(format!("phone {} shows what is not on its disk", phone.number));
            }
            if phone.ledger.unverified() > 0 {
                return no(format!("phone {} still waits for keys", phone.number));
            }
        }
        // The server holds these and nothing else, but for what was planted there.
        let mut theirs = BTreeSet::new();
        for name in [POSYANDU, ADUAN] {
            for doc in self.server.databases[name].docs.values() {
                let shown = [Some(&doc.text), doc.behind.as_ref()].into_iter().flatten();
                theirs.extend(shown.filter_map(|it| Event::parse(it).ok()).take(1).map(|it| it.to_text()));
                theirs.retain(|it| !self.is_lost_photo(it));
            }
        }
        let ours: BTreeSet<String> = texts.unwrap_or_default().into_iter().map(str::to_owned).collect();
        if ours != theirs {
            let (more, less) = (theirs.difference(&ours).next(), ours.difference(&theirs).next());
            return no(format!("the server holds other events: {more:?} {less:?}"));
        }
        Ok(())
    }
}
