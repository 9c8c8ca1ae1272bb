//! Logs of checkpoints, and where two of them agree.
//!
//! Phone and server each keep a log for a [`Place`] and a [`Direction`]. Each entry is a checkpoint under a name made
//! for it alone, and two logs agree only at an entry that is the same in both, name **and** sequence: a server that was
//! restored from a backup still answers with the same `uuid`, and one name for a whole run would cover what it lost.
//! Compare <https://docs.couchdb.org/en/stable/replication/protocol.html#compare-replication-logs>.
//!
//! A log says what the server has, and does not prove it: a server that was set back between a document and the entry
//! that stands for it takes the entry all the same. So an entry counts only when our half says that the documents
//! were seen to be there after the server had the entry.
//!
//! Where the newest entry of this phone is not in the server's log, either the answer to writing it was lost, or the
//! server was set back. The phone cannot tell, and need not: rows behind the last common entry are owed to the server.
//!
//! Knows nothing of requests; see `logs`, which reads and writes them.

use sha2::{Digest, Sha256};

use super::ask::{Direction, Owed, Place, Span};
use crate::domain::json::{self, Value};
use crate::domain::ledger::id::hex;

/// Part of the name of every log: another way of keeping them would take another number.
const VERSION: i64 = 1;
/// Entries that a log keeps, newest first.
const MOST: usize = 50;

/// The name of the log of a place, in `_local/`: 32 hex digits.
#[must_use]
pub fn name(place: &Place, direction: Direction) -> String {
    let way = match direction {
        Direction::Pull => "pull",
        Direction::Push => "push",
    };
    let Place { store, server, database } = place;
    short_hash(format!("posyandu6/log/{VERSION}\n{store}\n{server}\n{database}\n{way}").as_bytes())
}

/// How far the server had received by a push's log, for each [`super::Freight`] in its order: own rows up to here
/// count as received. Nothing for a log that cannot be read.
#[must_use]
pub fn received(log: Option<&str>) -> [u64; 3] {
    log.and_then(Log::parse).map(|it| it.positions()).unwrap_or_default()
}

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Made for this entry alone.
    pub session: String,
    /// How far: of a pull the server's sequence as it was written, of a push our own, see [`Log::positions`].
    pub seq: String,
    /// Of a pull: a local sequence up to which every row that the server gave is in what the entry stands for.
    pub head: u64,
    /// The server was seen to have what the entry stands for, after it had the entry. Said by our half alone; without
    /// it no entry counts.
    pub is_seen: bool,
}

/// Checkpoints, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The server did not let us write its half: this one is believed as long as `epoch` stays the same.
    pub is_alone: bool,
    /// `instance_start_time` of the database, of a pull, and where the log is alone.
    pub epoch: Option<String>,
}

/// Where two logs agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// What counts of ours from now on: up to the last common entry.
    pub log: Log,
    /// Ours was newer: what came after the common entry is owed.
    pub is_back: bool,
}

impl Log {
    /// Reads a log. `None` for anything that is not one: it then counts as none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let members = json::parse_object(text).ok()?;
        if members.get("replication_id_version")?.as_int()? != VERSION {
            return None;
        }
        let entry = |it: &Value| {
            Some(Entry {
                session: it.get("session_id")?.as_text()?.to_owned(),
                seq: it.get("recorded_seq")?.as_text()?.to_owned(),
                head: u64::try_from(it.get("head")?.as_int()?).ok()?,
                is_seen: it.get("seen").and_then(Value::as_bool).unwrap_or(false),
            })
        };
        let entries: Option<Vec<Entry>> = members.get("history")?.as_list()?.iter().take(MOST).map(entry).collect();
        let is_alone = members.get("alone").and_then(Value::as_bool).unwrap_or(false);
        let epoch = members.get("epoch").and_then(Value::as_text).map(str::to_owned);
        Some(Self { entries: entries?, is_alone, epoch })
    }

    /// As it is kept on both sides; `id` and `rev` only where the server keeps it.
    #[must_use]
    pub fn to_text(&self, id: Option<&str>, rev: Option<&str>) -> String {
        let entry = |it: &Entry| {
            // As a text inside a text: no server changes how it writes its own numbers then.
            let members = json::object([
                ("session_id", it.session.as_str().into()),
                ("recorded_seq", it.seq.as_str().into()),
                ("head", i64::try_from(it.head).unwrap_or(i64::MAX).into()),
                ("seen", it.is_seen.into()),
            ]);
            Value::Object(members)
        };
        let newest = self.entries.first();
        let mut members = json::object([
            ("replication_id_version", VERSION.into()),
            ("session_id", newest.map(|it| it.session.as_str().into()).into()),
            ("source_last_seq", newest.map(|it| it.seq.as_str().into()).into()),
            ("history", Value::List(self.entries.iter().map(entry).collect())),
        ]);
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        };
        add("_id", id.map(|it| format!("_local/{it}").into()));
        add("_rev", rev.map(Into::into));
        add("alone", self.is_alone.then_some(true.into()));
        add("epoch", self.epoch.as_deref().map(Into::into));
        Value::Object(members).canonical()
    }

    /// The last checkpoint.
    #[must_use]
    pub fn newest(&self) -> Option<&Entry> {
        self.entries.first()
    }

    /// Adds a checkpoint; in the place of the newest one where the server was never told of that, for then nothing
    /// can agree there.
    pub fn add(&mut self, entry: Entry, in_place: bool) {
        if in_place && !self.entries.is_empty() {
            self.entries.remove(0);
        }
        self.entries.insert(0, entry);
        self.entries.truncate(MOST);
    }

    /// How far a push had come, for each [`super::Freight`].
    #[must_use]
    pub fn positions(&self) -> [u64; 3] {
        let mut positions = [0; 3];
        if let Some(newest) = self.newest() {
            let parts = newest.seq.split(',').map(|it| it.parse().unwrap_or(0));
            positions.iter_mut().zip(parts).for_each(|(position, part)| *position = part);
        }
        positions
    }

    /// What is owed to a server that is only known to have what this log says, when `head` is the last local sequence.
    #[must_use]
    pub fn owes(&self, direction: Direction, head: u64) -> Owed {
        match direction {
            Direction::Pull => Owed::all(Span::new(self.newest().map_or(0, |it| it.head), head)),
            Direction::Push => Owed(self.positions().map(|from| Span::new(from, head))),
        }
    }
}

/// How a push's log writes how far it has come.
#[must_use]
pub fn seq_of([events, erased, photos]: [u64; 3]) -> String {
    format!("{events},{erased},{photos}")
}

/// Where the logs of phone and server agree. `epoch` is the database's `instance_start_time`, where it was asked for.
#[must_use]
pub fn compare(local: Option<Log>, remote: Option<&Log>, epoch: Option<&str>) -> Agreement {
    let Some(mut log) = local else { return Agreement { log: Log::default(), is_back: true } };
    if log.is_alone && log.epoch.as_deref().is_some_and(|it| Some(it) == epoch) {
        return Agreement { log, is_back: false };
    }
    log.is_alone = false;
    let theirs = remote.map(|it| it.entries.as_slice()).unwrap_or_default();
    let is_same = |ours: &Entry, it: &Entry| it.session == ours.session && it.seq == ours.seq;
    let is_common = |ours: &Entry| ours.is_seen && theirs.iter().any(|it| is_same(ours, it));
    let common = log.entries.iter().position(is_common);
    log.entries.drain(..common.unwrap_or(log.entries.len()));
    Agreement { log, is_back: common != Some(0) }
}

/// Names for checkpoints, each used once.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    seed: [u8; 16],
    count: u64,
}

impl Sessions {
    pub(super) fn new(seed: [u8; 16]) -> Self {
        Self { seed, count: 0 }
    }

    pub(super) fn next(&mut self) -> String {
        self.count += 1;
        short_hash(&[&self.seed[..], &self.count.to_be_bytes()].concat())
    }
}

fn short_hash(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(session: &str, seq: &str) -> Entry {
        Entry { session: session.into(), seq: seq.into(), head: 7, is_seen: true }
    }

    fn log(entries: &[(&str, &str)]) -> Log {
        Log { entries: entries.iter().map(|(session, seq)| entry(session, seq)).collect(), ..Log::default() }
    }

    #[track_caller]
    fn check(local: &[(&str, &str)], remote: &[(&str, &str)], at: Option<&str>, is_back: bool) {
        let agreed = compare(Some(log(local)), Some(&log(remote)), None);
        assert_eq!(agreed.log.newest().map(|it| it.seq.as_str()), at);
        assert_eq!(agreed.is_back, is_back);
    }

    #[test]
    fn logs_agree_where_session_and_sequence_are_equal() {
        check(&[("c", "3"), ("b", "2"), ("a", "1")], &[("c", "3"), ("b", "2"), ("a", "1")], Some("3"), false);
        check(&[("c", "3"), ("b", "2"), ("a", "1")], &[("b", "2"), ("a", "1")], Some("2"), true);
        check(&[("b", "2"), ("a", "1")], &[("c", "3"), ("b", "2"), ("a", "1")], Some("2"), false);
        check(&[("s", "3"), ("a", "1")], &[("s", "2"), ("a", "1")], Some("1"), true);
        check(&[("c", "3")], &[("d", "3")], None, true);
        check(&[("c", "3")], &[], None, true);
        check(&[], &[("c", "3")], None, true);
    }

    #[test]
    fn an_entry_whose_documents_were_not_seen_does_not_count() {
        let mut ours = log(&[("c", "3"), ("b", "2")]);
        ours.entries[0].is_seen = false;
        let agreed = compare(Some(ours), Some(&log(&[("c", "3"), ("b", "2")])), None);
        assert!(agreed.is_back);
        assert_eq!(agreed.log.newest().unwrap().seq, "2");
    }

    #[test]
    fn without_a_log_everything_is_owed() {
        let agreed = compare(None, Some(&log(&[("a", "1")])), None);
        assert!(agreed.is_back);
        assert_eq!(agreed.log.owes(Direction::Push, 12), Owed::all(Span::new(0, 12)));
        assert!(agreed.log.owes(Direction::Pull, 0).is_none());
    }

    #[test]
    fn what_is_owed_begins_where_the_server_is_known_to_stand() {
        assert_eq!(log(&[("a", "\"9-x\"")]).owes(Direction::Pull, 12), Owed::all(Span::new(7, 12)));
        let push = log(&[("a", "4,12,9")]);
        assert_eq!(push.owes(Direction::Push, 12), Owed([Span::new(4, 12), None, Span::new(9, 12)]));
    }

    #[test]
    fn a_log_that_stands_alone_counts_as_long_as_the_database_is_the_same() {
        let alone = Log { is_alone: true, epoch: Some("17".into()), ..log(&[("a", "1")]) };
        assert!(!compare(Some(alone.clone()), None, Some("17")).is_back);
        assert!(compare(Some(alone.clone()), None, Some("18")).is_back);
        assert!(compare(Some(alone.clone()), None, None).is_back);
        assert!(!compare(Some(alone), Some(&log(&[("a", "1")])), Some("18")).is_back);
        let never = Log { is_alone: true, ..log(&[("a", "1")]) };
        assert!(compare(Some(never), None, None).is_back);
    }

    #[test]
    fn a_log_is_read_as_it_was_written() {
        let mut log = log(&[("b", "\"5-g1\\u0041\""), ("a", "17")]);
        assert_eq!(Log::parse(&log.to_text(Some("x"), Some("0-1"))), Some(log.clone()));
        log.is_alone = true;
        log.epoch = Some("1700000000".into());
        log.entries[0].is_seen = false;
        assert_eq!(Log::parse(&log.to_text(None, None)), Some(log));
        assert_eq!(Log::parse(&Log::default().to_text(None, None)), Some(Log::default()));
    }

    #[test]
    fn what_cannot_be_read_is_no_log() {
        for text in ["", "{}", "[]", "{\"replication_id_version\":2,\"history\":[]}", "{\"history\":[]}"] {
            assert_eq!(Log::parse(text), None);
        }
        for history in ["1", "[1]", "[{}]", "[{\"session_id\":\"a\",\"recorded_seq\":1,\"head\":0}]"] {
            assert_eq!(Log::parse(&format!("{{\"replication_id_version\":1,\"history\":{history}}}")), None);
        }
        assert_eq!(received(Some("x")), [0; 3]);
        assert_eq!(received(None), [0; 3]);
    }

    #[test]
    fn it_keeps_fifty_and_replaces_what_the_server_never_saw() {
        let mut log = Log::default();
        for number in 0..60 {
            log.add(entry(&number.to_string(), "1"), false);
        }
        assert_eq!(log.entries.len(), 50);
        log.add(entry("x", "2"), true);
        assert_eq!(log.entries[0].session, "x");
        assert_eq!(log.entries[1].session, "58");
    }

    #[test]
    fn each_place_and_direction_has_a_name() {
        let place = |store: &str, server: &str, database: &str| Place {
            store: store.into(),
            server: server.into(),
            database: database.into(),
        };
        let mut names: Vec<String> =
            [place("a", "b", "c"), place("a", "b", "d"), place("a", "c", "c"), place("b", "b", "c")]
                .iter()
                .flat_map(|it| [name(it, Direction::Pull), name(it, Direction::Push)])
                .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 8);
        assert!(names.iter().all(|it| it.len() == 32));
    }

    #[test]
    fn sessions_do_not_come_twice() {
        let (mut one, mut two) = (Sessions::new([1; 16]), Sessions::new([2; 16]));
        let all: std::collections::BTreeSet<String> = (0..100).flat_map(|_| [one.next(), two.next()]).collect();
        assert_eq!(all.len(), 200);
    }
}
