//! The book as the protocol sees it: logs, rows to send, what was given, what was refused on either way.
//!
//! Each method is one transaction. Nothing here knows a network. A row belongs to a database: the one that gave it, or,
//! where several of a class are open, the one that gave what it is about.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::outbox::freight_of;
use super::{OpenBook, PAGE};
use crate::crypto::keyring::{index_key, tag};
use crate::crypto::{Aad, Key, seal};
use crate::domain::ledger::id::hex;
use crate::domain::ledger::proof::{Claim, Claims, Proofs};
use crate::domain::ledger::roster::{Ed25519, Verifier};
use crate::domain::ledger::sealed::Sealed;
use crate::domain::ledger::{Event, EventId};
use crate::domain::scope::Class;
use crate::messages::Failure;
use crate::store::idb::Db;
use crate::store::quarantine::{INCOMING, OUTGOING, PARKED};
use crate::store::{Batch, Delivered, Home, Ledger, Mark, Received, Refused};
use crate::sync::protocol::photo::Begun;
use crate::sync::protocol::{Aside, Direction, Freight, Owed, Place, Reading, Row, Settled, Told, log, raw};
use crate::worker::office::{crypto, failure, random};

/// Who checks signatures, and who is shown what came of the documents.
struct Hearing<'a> {
    verifier: &'a dyn Verifier,
    heed: &'a dyn Fn(&Received),
}

/// A document that somebody brought and that is not folded.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::worker) struct Incoming {
    pub(in crate::worker) why: Why,
    /// From which class of database; none when it came by hand.
    pub(in crate::worker) from: Option<Class>,
    pub(in crate::worker) at_ms: u64,
    pub(in crate::worker) text: String,
    /// Stands behind it, see [`kept`].
    #[serde(skip)]
    asked: Asked,
}

/// How often something was asked for again, and when last.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Asked {
    tries: u8,
    at_ms: u64,
}

impl Incoming {
    /// As [`named_in`].
    fn id(&self) -> Option<EventId> {
        named_in(&self.text)
    }

    /// Why it is not folded, in a word.
    pub(in crate::worker) fn reason(&self) -> String {
        match self.why {
            Why::Damaged if self.from.is_some() && self.id().is_some() => "asked_again".to_owned(),
            why => format!("{why:?}").to_lowercase(),
        }
    }

    fn kept(&self, from: Option<Home>) -> Vec<u8> {
        let mut plain = kept(self, from.map_or(0, |it| it.nth));
        // It fails only for want of memory, which is a trap.
        plain.extend(postcard::to_allocvec(&self.asked).unwrap_or_default());
        plain
    }
}

/// Why it is not folded, as far as it matters later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::worker) enum Why {
    /// No event, or not the one it says.
    Damaged,
    /// The signature is not the author's by the keys known then.
    Forged,
    /// A tombstone that nobody who may has asked for, as far as was known then.
    NotErased,
}

impl From<Refused> for Why {
    fn from(why: Refused) -> Self {
        match why {
            Refused::Event(_) => Self::Damaged,
            Refused::Forged => Self::Forged,
            Refused::NotErased => Self::NotErased,
        }
    }
}

/// Where what came of a photo stands until it is whole, by its hash.
const BEGUN: &str = "foto:begun:";
/// Which server was met last.
const LAST_MET: &str = "met";

pub(super) fn begun_key(sha256: &str) -> String {
    format!("{BEGUN}{sha256}")
}

/// The name that a document came with, if that is one.
fn named_in(text: &str) -> Option<EventId> {
    raw::member_text(text, "_id").and_then(|it| EventId::parse(&it).ok())
}

/// The row of something that came, in which a person has not let it lie, or has.
fn row_of(prefix: &str, text: &str) -> String {
    format!("{prefix}{}", hex(&Sha256::digest(text.as_bytes())))
}

/// Adds to a batch something that came and is not folded.
fn put_incoming(batch: Batch, scope: &str, key: &Key, id: &str, item: &Incoming, from: Option<Home>) -> Batch {
    let aad = Aad { store: "quarantine", scope, id };
    batch.put_quarantine(scope, id, seal::seal_with(key, &mut random, aad, &item.kept(from)))
}

/// An item and which database of its class it is of. The first builds knew one of each, and wrote no number. Behind it
/// may stand more.
fn kept<T: Serialize>(item: &T, nth: u8) -> Vec<u8> {
    // It fails only for want of memory, which is a trap.
    let mut plain = postcard::to_allocvec(item).unwrap_or_default();
    plain.push(nth);
    plain
}

fn of_kept<'a, T: Deserialize<'a>>(plain: &'a [u8]) -> Option<(T, u8, &'a [u8])> {
    let (item, rest) = postcard::take_from_bytes(plain).ok()?;
    let (nth, rest) = rest.split_first().map_or((0, rest), |(nth, rest)| (*nth, rest));
    Some((item, nth, rest))
}

/// An event that a server did not take.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::worker) struct Outgoing {
    pub(in crate::worker) seq: u64,
    pub(in crate::worker) class: Class,
    pub(in crate::worker) reason: String,
    pub(in crate::worker) at_ms: u64,
    /// It is to be sent again with the next run.
    pub(in crate::worker) again: bool,
    /// A person looked at it and let it lie.
    pub(in crate::worker) parked: bool,
}

impl OpenBook {
    fn sync_key(place: &Place, what: &str) -> String {
        format!("sync:{}:{}:{what}", place.server, place.database)
    }

    pub(super) fn log_key(place: &Place, direction: Direction) -> String {
        Self::sync_key(place, if direction == Direction::Pull { "pull" } else { "push" })
    }

    /// What is remembered of a direction.
    pub(in crate::worker) async fn remembered(
        &self,
        db: &Db,
        now_ms: u64,
        place: &Place,
        direction: Direction,
    ) -> Result<Told, Failure> {
        let log = db.meta(&Self::log_key(place, direction)).await.map_err(failure)?;
        let home = self.homes.of(&place.database);
        let tray = self.tray(db).await?;
        let aside = if direction == Direction::Pull { self.aside(db, now_ms, home).await? } else { Vec::new() };
        Ok(Told::Loaded {
            aside,
            log: log.and_then(|it| String::from_utf8(it).ok()),
            owed: Self::owed(db, place).await?,
            head: self.head_seq(),
            has_again: tray.iter().any(|(_, it, of)| it.again && *of == home),
        })
    }

    /// The last row before this server was first met: what stands before it was given by another, if it was given.
    async fn since(db: &Db, server: &str) -> Result<Option<u64>, Failure> {
        let bytes = db.meta(&format!("met:{server}")).await.map_err(failure)?;
        Ok(bytes.and_then(|it| it.try_into().ok()).map(u64::from_le_bytes))
    }

    /// Takes note of a server, when it is met for the first time, or again after another one: what that one gave
    /// meanwhile this one does not have.
    pub(in crate::worker) async fn meet(&self, db: &Db, server: &str) -> Result<(), Failure> {
        let last = db.meta(LAST_MET).await.map_err(failure)?;
        if last.as_deref() != Some(server.as_bytes()) || Self::since(db, server).await?.is_none() {
            let batch = Batch::strict()
                .put_meta(format!("met:{server}"), self.head_seq().to_le_bytes())
                .put_meta(LAST_MET, server.as_bytes());
            db.write(&batch).await.map_err(failure)?;
        }
        Ok(())
    }

    pub(super) async fn owed(db: &Db, place: &Place) -> Result<Owed, Failure> {
        let bytes = db.meta(&Self::sync_key(place, "owed")).await.map_err(failure)?;
        Ok(bytes.and_then(|it| postcard::from_bytes(&it).ok()).unwrap_or_default())
    }

    pub(super) fn put_owed(batch: Batch, place: &Place, owed: &Owed) -> Batch {
        // It fails only for want of memory, which is a trap.
        batch.put_meta(Self::sync_key(place, "owed"), postcard::to_allocvec(owed).unwrap_or_default())
    }

    /// Adds to what is owed to a server that was set back, with the log that counts from now on.
    pub(in crate::worker) async fn owe(
        &mut self,
        db: &Db,
        place: &Place,
        owed: Owed,
        direction: Direction,
        log: Option<String>,
    ) -> Result<Told, Failure> {
        let owed = Self::owed(db, place).await?.join(owed);
        let batch = Self::put_owed(Batch::strict(), place, &owed);
        let key = Self::log_key(place, direction);
        let batch = match log {
            Some(log) => batch.put_meta(key, log.into_bytes()),
            None => batch.delete_meta(key),
        };
        db.write(&batch).await.map_err(failure)?;
        if !owed.is_none() {
            // It waits from now on, whoever gave it.
            self.owes_count = true;
        }
        Ok(Told::Stored { head: self.head_seq() })
    }

    /// Counts what is owed, if something came to be. Until then at least one waits: see [`OpenBook::waiting`].
    pub(in crate::worker) async fn count_owed(&mut self, db: &Db) -> Result<(), Failure> {
        match self.account.as_ref().map(|it| it.connected.uuid.clone()) {
            Some(server) if self.owes_count => self.fill_outbox(db, &server).await,
            _ => Ok(()),
        }
    }

    /// How much the server does not have yet; something, while it is not counted.
    pub(in crate::worker) fn waiting(&self) -> u64 {
        (self.outbox.items().len() as u64).max(u64::from(self.owes_count))
    }

    /// Which signatures of documents that are new here are to be checked.
    pub(in crate::worker) fn claims(&self, documents: &[Delivered], claims: &mut Claims) -> Vec<Claim> {
        let events = documents.iter().filter_map(|it| it.event.as_ref().ok()).filter(|it| !self.ledger.has(it));
        events.flat_map(|it| claims.of(it, &self.ledger.roster)).collect()
    }

    /// As [`OpenBook::take_in_as`], of what nobody checked before.
    pub(in crate::worker) async fn take_in(
        &mut self,
        db: &Db,
        now_ms: u64,
        texts: &[String],
        from: Option<Home>,
        with: Batch,
    ) -> Result<(usize, usize), Failure> {
        self.take_in_heeding(db, now_ms, texts, from, with, &|_| ()).await
    }

    /// The same; `heed` is shown what came of the documents, and shown it again when another tab was quicker.
    pub(in crate::worker) async fn take_in_heeding(
        &mut self,
        db: &Db,
        now_ms: u64,
        texts: &[String],
        from: Option<Home>,
        with: Batch,
        heed: &dyn Fn(&Received),
    ) -> Result<(usize, usize), Failure> {
        let documents: Vec<Delivered> = texts.iter().cloned().map(Delivered::read).collect();
        self.take_in_as(db, now_ms, &documents, from, with, Hearing { verifier: &Ed25519, heed }).await
    }

    /// Checks, writes and folds what was recorded elsewhere, and keeps what is refused in quarantine with its reason,
    /// in one transaction with `with`. Answers how many were new, and how many refused.
    async fn take_in_as(
        &mut self,
        db: &Db,
        now_ms: u64,
        documents: &[Delivered],
        from: Option<Home>,
        with: Batch,
        hearing: Hearing<'_>,
    ) -> Result<(usize, usize), Failure> {
        let (scope, key) = (self.scope.clone(), self.key().map_err(crypto)?.clone());
        let refused = std::cell::Cell::new(0);
        let make = |ledger: &Ledger| {
            let received = ledger.receive_read(documents, hearing.verifier);
            (hearing.heed)(&received);
            let Received { new, refused: bad, .. } = received;
            refused.set(bad.len());
            let mut batch = with.clone();
            for (text, why) in bad {
                let id = row_of(INCOMING, &text);
                let asked = Asked::default();
                let item = Incoming { why: why.into(), from: from.map(|it| it.class), at_ms: now_ms, text, asked };
                batch = put_incoming(batch, &scope, &key, &id, &item, from);
            }
            Ok((new, batch))
        };
        let new = self.append(db, now_ms, from, make).await?.len();
        self.hear_again(db, now_ms).await?;
        Ok((new, refused.get()))
    }

    /// Gives what was refused for want of a key or an erasure another hearing, when one came.
    pub(super) async fn hear_again(&mut self, db: &Db, now_ms: u64) -> Result<(), Failure> {
        while std::mem::take(&mut self.owes_hearing) {
            let mut kept = self.incoming(db, INCOMING).await?;
            kept.extend(self.incoming(db, PARKED).await?);
            kept.retain(|(_, it, _)| it.why != Why::Damaged);
            // What came from one database is heard together.
            while let Some((.., from)) = kept.first() {
                let from = *from;
                let (ours, others): (Vec<_>, Vec<_>) = kept.into_iter().partition(|it| it.2 == from);
                kept = others;
                let scope = self.scope.clone();
                let make = |ledger: &Ledger| {
                    let received = ledger.receive(ours.iter().map(|(_, it, _)| it.text.as_str()), &Ed25519);
                    let is_bad = |it: &Incoming| received.refused.iter().any(|(text, _)| *text == it.text);
                    let heard = ours.iter().filter(|(_, it, _)| !is_bad(it));
                    let batch = heard.fold(Batch::strict(), |batch, (id, ..)| batch.delete_quarantine(&scope, id));
                    Ok((received.new, batch))
                };
                self.append(db, now_ms, from, make).await?;
            }
        }
        Ok(())
    }

    /// What a database gave and is not folded, whether a person let it lie or not.
    async fn given_in_vain(&self, db: &Db, home: Home) -> Result<Vec<(String, Incoming)>, Failure> {
        let mut all = self.incoming(db, INCOMING).await?;
        all.extend(self.incoming(db, PARKED).await?);
        Ok(all.into_iter().filter(|it| it.2 == Some(home)).map(|(id, it, _)| (id, it)).collect())
    }

    /// What of it has a name by which it can be asked for again.
    async fn aside(&self, db: &Db, now_ms: u64, home: Home) -> Result<Vec<Aside>, Failure> {
        let aside = |(_, it): (String, Incoming)| {
            let Asked { tries, at_ms } = it.asked;
            let ago_s = now_ms.checked_sub(at_ms).filter(|_| tries > 0).map(|it| it / 1000);
            Some(Aside { id: it.id()?, tries, ago_s })
        };
        Ok(self.given_in_vain(db, home).await?.into_iter().filter_map(aside).collect())
    }

    /// Takes in what was asked for again. In the same transaction what lay aside under these names leaves: for good where
    /// the event is here, and for what came in its place where that has to wait for a key. Otherwise it stays, and the
    /// time in vain is noted. Answers how many were new.
    pub(in crate::worker) async fn mend(
        &mut self,
        db: &Db,
        now_ms: u64,
        place: &Place,
        texts: &[String],
        asked: &[EventId],
    ) -> Result<(Told, usize), Failure> {
        let home = self.homes.of(&place.database);
        let mut kept = self.given_in_vain(db, home).await?;
        kept.retain(|(_, it)| it.id().is_some_and(|id| asked.contains(&id)));
        // What came damaged again says nothing that is not known.
        let whole: Vec<&str> = texts.iter().map(String::as_str).filter(|it| Event::parse(it).is_ok()).collect();
        let mut here: Vec<EventId> = whole.iter().filter_map(|it| named_in(it)).collect();
        let mut sealed = 0;
        if home.class == Class::Titipan {
            let whole = texts.iter().filter(|it| Sealed::parse(it).is_some()).cloned();
            let whole: Vec<Delivered> = whole.map(Delivered::read).collect();
            sealed = self.titipan_given(db, now_ms, place, &whole, None).await?.1;
        }
        for id in asked {
            // Or somebody brought it by hand.
            for scope in [&self.scope, &place.database] {
                if db.event(scope, &id.to_string()).await.map_err(failure)?.is_some() {
                    here.push(*id);
                }
            }
        }
        let (scope, key) = (self.scope.clone(), self.key().map_err(crypto)?.clone());
        let make = |ledger: &Ledger| {
            let received = ledger.receive(whole.iter().copied(), &Ed25519);
            let mut batch = Batch::relaxed();
            for (row, it) in &kept {
                let asked = Asked { tries: it.asked.tries.saturating_add(1), at_ms: now_ms };
                let it = Incoming { asked, ..it.clone() };
                batch = batch.delete_quarantine(&scope, row);
                if let Some((text, why)) = received.refused.iter().find(|(text, _)| named_in(text) == it.id()) {
                    let prefix = if row.starts_with(PARKED) { PARKED } else { INCOMING };
                    let it = Incoming { why: why.clone().into(), text: text.clone(), ..it };
                    batch = put_incoming(batch, &scope, &key, &row_of(prefix, text), &it, Some(home));
                } else if !here.iter().any(|id| it.id() == Some(*id)) {
                    batch = put_incoming(batch, &scope, &key, row, &it, Some(home));
                }
            }
            Ok((received.new, batch))
        };
        let new = self.append(db, now_ms, Some(home), make).await?.len();
        self.hear_again(db, now_ms).await?;
        Ok((Told::Stored { head: self.head_seq() }, new + sealed))
    }

    async fn quarantined(&self, db: &Db, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let key = self.key().map_err(crypto)?;
        let all = db.quarantine_of(&self.scope, prefix).await.map_err(failure)?.into_iter();
        let open = |(id, sealed): (String, Vec<u8>)| {
            let plain = seal::open(key, Aad { store: "quarantine", scope: &self.scope, id: &id }, &sealed).ok()?;
            Some((id, plain))
        };
        Ok(all.filter_map(open).collect())
    }

    /// What came and is not folded, and which database gave it.
    async fn incoming(&self, db: &Db, prefix: &str) -> Result<Vec<(String, Incoming, Option<Home>)>, Failure> {
        let item = |(id, plain): (String, Vec<u8>)| {
            let (mut it, nth, rest) = of_kept::<Incoming>(&plain)?;
            it.asked = postcard::from_bytes(rest).unwrap_or_default();
            let from = it.from.map(|class| Home { class, nth });
            Some((id, it, from))
        };
        Ok(self.quarantined(db, prefix).await?.into_iter().filter_map(item).collect())
    }

    /// Whether what lies in a row of quarantine, of this phone or of its backup, is in the book by now.
    pub(in crate::worker) fn is_heard(&self, id: &str, sealed: &[u8]) -> bool {
        let aad = Aad { store: "quarantine", scope: &self.scope, id };
        let plain = self.key().and_then(|key| seal::open(key, aad, sealed)).ok();
        let item = plain.and_then(|it| of_kept::<Incoming>(&it).map(|(item, ..)| item));
        item.and_then(|it| Event::parse(&it.text).ok()).is_some_and(|it| self.ledger.has(&it))
    }

    /// What came, is not folded, and needs a person.
    pub(in crate::worker) async fn arrived(&self, db: &Db) -> Result<Vec<(String, Incoming)>, Failure> {
        Ok(self.incoming(db, INCOMING).await?.into_iter().map(|(id, it, _)| (id, it)).collect())
    }

    /// Lets something that came lie: it is heard again when a key comes, and needs nobody until then.
    pub(in crate::worker) async fn park_incoming(&self, db: &Db, id: &str) -> Result<(), Failure> {
        let found = self.incoming(db, id).await?.into_iter().find(|it| it.0 == id);
        let hash = id.strip_prefix(INCOMING);
        let ((_, item, from), hash) = found.zip(hash).ok_or(Failure::NotFound)?;
        let parked = format!("{PARKED}{hash}");
        let batch = Batch::strict().delete_quarantine(&self.scope, id);
        let batch = put_incoming(batch, &self.scope, self.key().map_err(crypto)?, &parked, &item, from);
        db.write(&batch).await.map(|_| ()).map_err(failure)
    }

    /// What a server did not take, and which database.
    pub(in crate::worker) async fn tray(&self, db: &Db) -> Result<Vec<(EventId, Outgoing, Home)>, Failure> {
        let item = |(id, plain): (String, Vec<u8>)| {
            let (it, nth, _) = of_kept::<Outgoing>(&plain)?;
            let home = Home { class: it.class, nth };
            Some((EventId::parse(id.strip_prefix(OUTGOING)?).ok()?, it, home))
        };
        Ok(self.quarantined(db, OUTGOING).await?.into_iter().filter_map(item).collect())
    }

    /// Adds to a batch how an event lies in the tray.
    pub(in crate::worker) fn put_tray(
        &self,
        batch: Batch,
        id: EventId,
        item: &Outgoing,
        home: Home,
    ) -> Result<Batch, Failure> {
        let id = format!("{OUTGOING}{id}");
        let plain = kept(item, home.nth);
        let aad = Aad { store: "quarantine", scope: &self.scope, id: &id };
        let sealed = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, &plain);
        Ok(batch.put_quarantine(&self.scope, &id, sealed))
    }

    /// Which database an event belongs to. Of several of its class it is the one that gave what the event is about; what
    /// nobody gave is of the first.
    async fn home_of(&self, db: &Db, event: &Event, mark: Mark) -> Result<Home, Failure> {
        let first = Home { class: event.home(), nth: 0 };
        match mark.from {
            Some(from) => Ok(from),
            None if !self.homes.are_several(first.class) => Ok(first),
            None => Ok(self.giver(db, event.subject(), first.class).await?.unwrap_or(first)),
        }
    }

    /// Which database of a class gave something about a subject.
    async fn giver(&self, db: &Db, subject: &str, class: Class) -> Result<Option<Home>, Failure> {
        let subject = subject.strip_prefix("hapus:").unwrap_or(subject);
        let tag = tag(&index_key(self.key().map_err(crypto)?), &self.scope, subject);
        let rows = db.events_by_tag(&tag).await.map_err(failure)?;
        let from = rows.iter().filter_map(|row| self.open_row(&row.id, &row.body)?.1.from);
        Ok(from.into_iter().find(|it| it.class == class))
    }

    /// The database from which an event is fetched.
    pub(in crate::worker) async fn home_of_event(&self, db: &Db, id: EventId) -> Result<Option<Home>, Failure> {
        let row = db.event(&self.scope, &id.to_string()).await.map_err(failure)?;
        let Some((event, mark)) = row.and_then(|row| self.open_row(&row.id, &row.body)) else { return Ok(None) };
        self.home_of(db, &event, mark).await.map(Some)
    }

    /// Rows of a database that may be sent.
    pub(in crate::worker) async fn rows_to_send(
        &mut self,
        db: &Db,
        place: &Place,
        reading: Reading,
    ) -> Result<Told, Failure> {
        let home = self.homes.of(&place.database);
        let since = Self::since(db, &place.server).await?;
        let Reading { freight, after, until, count, bytes, is_all } = reading;
        let mut found = Vec::new();
        // Most sweeps find nothing, or little at the end: where anything may be is looked up once for all of them.
        self.survey(db, after).await?;
        let Some((first, last)) = self.spread.of(home.class, freight) else {
            let until = until.min(self.head_seq()).max(after);
            return Ok(Told::Rows { rows: found, until, is_end: true });
        };
        let (mut looked, mut left) = (after.max(first.saturating_sub(1)), bytes);
        loop {
            if looked >= last {
                let until = until.min(self.head_seq()).max(looked);
                return Ok(Told::Rows { rows: found, until, is_end: true });
            }
            let page = db.events_after(&self.scope, looked, PAGE.min(500)).await.map_err(failure)?;
            if page.is_empty() {
                return Ok(Told::Rows { rows: found, until: looked, is_end: true });
            }
            for row in page {
                if row.seq > until {
                    return Ok(Told::Rows { rows: found, until, is_end: true });
                }
                let opened = self.open_row(&row.id, &row.body).filter(|(event, _)| freight_of(event) == freight);
                let is_given = |mark: Mark| mark.from.is_some() && since.is_some_and(|it| row.seq > it);
                if let Some((event, mark)) = opened.filter(|(_, mark)| is_all || !is_given(*mark))
                    && self.home_of(db, &event, mark).await? == home
                {
                    let text = event.to_text();
                    if found.len() >= count || (!found.is_empty() && text.len() > left) {
                        return Ok(Told::Rows { rows: found, until: looked, is_end: false });
                    }
                    left = left.saturating_sub(text.len());
                    found.push(Row { seq: row.seq, id: event.id(), text, is_given: is_given(mark), freight });
                }
                looked = row.seq;
            }
        }
    }

    /// Sends the event of a photo whose bytes came by hand, and late: a run may have passed it without them.
    pub(in crate::worker) async fn offer_photo(&self, db: &Db, now_ms: u64, sha256: &str) -> Result<(), Failure> {
        let found = self.photo_event(sha256).filter(|_| self.account.is_some());
        let Some((id, _)) = found.filter(|(id, _)| self.outbox.items().iter().all(|it| it.id != *id)) else {
            return Ok(());
        };
        let row = db.event(&self.scope, &id.to_string()).await.map_err(failure)?;
        let Some((row, mark)) = row.and_then(|row| Some((row.seq, self.open_row(&row.id, &row.body)?.1))) else {
            return Ok(());
        };
        let Some(home) = self.home_of_event(db, id).await?.filter(|_| mark.from.is_none()) else { return Ok(()) };
        let again = Outgoing {
            seq: row,
            class: home.class,
            reason: "no_bytes".into(),
            at_ms: now_ms,
            again: true,
            parked: false,
        };
        db.write(&self.put_tray(Batch::strict(), id, &again, home)?).await.map_err(failure)?;
        Ok(())
    }

    /// What of a database lies in the tray and is to be sent again.
    pub(in crate::worker) async fn tray_to_send(
        &self,
        db: &Db,
        place: &Place,
        count: usize,
        bytes: usize,
    ) -> Result<Told, Failure> {
        let home = self.homes.of(&place.database);
        let mut rows = Vec::new();
        let (mut left, mut is_end) = (bytes, true);
        for (id, item, _) in self.tray(db).await?.into_iter().filter(|(_, it, of)| it.again && *of == home) {
            let Some(event) = self.stored(db, id).await? else { continue };
            let text = event.to_text();
            if rows.len() >= count || (!rows.is_empty() && text.len() > left) {
                is_end = false;
                break;
            }
            left = left.saturating_sub(text.len());
            rows.push(Row { seq: item.seq, id, text, is_given: false, freight: freight_of(&event) });
        }
        Ok(Told::Rows { rows, until: 0, is_end })
    }

    /// An event as it is stored.
    pub(in crate::worker) async fn stored(&self, db: &Db, id: EventId) -> Result<Option<Event>, Failure> {
        let row = db.event(&self.scope, &id.to_string()).await.map_err(failure)?;
        Ok(row.and_then(|row| self.open_row(&row.id, &row.body)).map(|(event, _)| event))
    }

    /// What the server said about rows: its refusals go to the tray, its receipts move the log.
    pub(in crate::worker) async fn settle(
        &mut self,
        db: &Db,
        now_ms: u64,
        place: &Place,
        settled: Settled,
    ) -> Result<Told, Failure> {
        let home = self.homes.of(&place.database);
        let mut batch = Batch::relaxed();
        for it in settled.refused {
            let class = home.class;
            let item = Outgoing { seq: it.seq, class, reason: it.reason, at_ms: now_ms, again: false, parked: false };
            batch = self.put_tray(batch, it.id, &item, home)?;
        }
        if !settled.accepted.is_empty() {
            let lies = self.tray(db).await?;
            for (id, ..) in lies.iter().filter(|(id, ..)| settled.accepted.contains(id)) {
                batch = batch.delete_quarantine(&self.scope, &format!("{OUTGOING}{id}"));
            }
        }
        let mut owed = Self::owed(db, place).await?;
        if let Some(paid) = settled.paid {
            owed = owed.pay(paid);
            batch = Self::put_owed(batch, place, &owed);
        }
        let received = settled.log.as_deref().map(|it| log::received(Some(it)));
        if let Some(text) = settled.log {
            batch = batch.put_meta(Self::log_key(place, Direction::Push), text.into_bytes());
        }
        db.write(&batch).await.map_err(failure)?;
        if let Some(until) = received {
            self.find_homes(db).await?;
            self.outbox.received(home, until, owed);
        }
        Ok(Told::Stored { head: self.head_seq() })
    }

    /// Writes what a server gave, with the log that belongs to it when it is the last of a page.
    pub(in crate::worker) async fn given(
        &mut self,
        db: &Db,
        now_ms: u64,
        place: &Place,
        documents: &[Delivered],
        proofs: &Proofs,
        log: Option<String>,
    ) -> Result<(Told, usize), Failure> {
        let mut with = Batch::relaxed();
        if let Some(log) = log {
            with = with.put_meta(Self::log_key(place, Direction::Pull), log.into_bytes());
        }
        let from = Some(self.homes.of(&place.database));
        let (new, _) =
            self.take_in_as(db, now_ms, documents, from, with, Hearing { verifier: proofs, heed: &|_| () }).await?;
        Ok((Told::Stored { head: self.head_seq() }, new))
    }

    /// Reads what waits: the rows behind the logs of everything that was ever sent to this server, and of what may be.
    pub(in crate::worker) async fn fill_outbox(&mut self, db: &Db, server: &str) -> Result<(), Failure> {
        self.owes_count = false;
        let prefix = format!("sync:{server}:");
        let mut received: Vec<(Home, [u64; 3], Owed)> = Vec::new();
        let may_write = self.account.iter().flat_map(|it| &it.connected.grants).filter(|it| it.write);
        let mut databases: Vec<String> = may_write.map(|it| it.db.clone()).collect();
        for (key, _) in db.meta_with_prefix(&prefix).await.map_err(failure)? {
            let database = key.strip_prefix(&prefix).and_then(|it| it.strip_suffix(":push"));
            databases.extend(database.filter(|it| !databases.iter().any(|known| known == it)).map(str::to_owned));
        }
        let mut owes = Vec::new();
        for database in databases {
            let place = Place { store: String::new(), server: server.to_owned(), database };
            let log = db.meta(&Self::log_key(&place, Direction::Push)).await.map_err(failure)?;
            let log = log.and_then(|it| String::from_utf8(it).ok());
            let (home, owed) = (self.homes.of(&place.database), Self::owed(db, &place).await?);
            owes.push((home, owed));
            received.push((home, log::received(log.as_deref()), owed));
        }
        let firsts = received.iter().flat_map(|(_, until, owed)| {
            until.iter().copied().chain(Freight::ALL.into_iter().filter_map(|it| Some(owed.of(it)?.from)))
        });
        let mut after = firsts.min().unwrap_or(0);
        let met = Self::since(db, server).await?.unwrap_or(u64::MAX);
        self.outbox.begin(received.iter().map(|it| it.0.class).collect(), met, owes);
        loop {
            let page = db.events_after(&self.scope, after, PAGE).await.map_err(failure)?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for row in &page {
                if let Some((event, mark)) = self.open_row(&row.id, &row.body) {
                    self.outbox.add(row.seq, &event, mark.from);
                }
            }
        }
        self.find_homes(db).await?;
        for (home, until, owed) in received {
            self.outbox.received(home, until, owed);
        }
        Ok(())
    }

    /// Finds out where what waits belongs, where its class does not say.
    async fn find_homes(&mut self, db: &Db) -> Result<(), Failure> {
        let mut found = Vec::new();
        for (at, item) in self.outbox.items().iter().enumerate() {
            let home = item.home();
            if item.nth.is_none() && self.homes.are_several(home.class) {
                let giver = self.giver(db, &item.subject, home.class).await?;
                found.push((at, giver.map_or(0, |it| it.nth)));
            }
        }
        for (at, nth) in found {
            if let Some(item) = self.outbox.items_mut().get_mut(at) {
                item.nth = Some(nth);
            }
        }
        Ok(())
    }

    /// The bytes of a photo of this book.
    pub(in crate::worker) async fn photo(&self, db: &Db, sha256: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(sealed) = db.blob(&self.scope, sha256).await.map_err(failure)? else { return Ok(None) };
        let aad = Aad { store: "blobs", scope: &self.scope, id: sha256 };
        seal::open(self.key().map_err(crypto)?, aad, &sealed).map(Some).map_err(crypto)
    }

    /// What is here of a photo that is not whole yet; nothing where it does not open.
    pub(in crate::worker) async fn begun_photo(&self, db: &Db, sha256: &str) -> Result<Begun, Failure> {
        let key = begun_key(sha256);
        let sealed = db.meta(&key).await.map_err(failure)?.unwrap_or_default();
        let aad = Aad { store: "meta", scope: &self.scope, id: &key };
        let plain = seal::open(self.key().map_err(crypto)?, aad, &sealed).ok();
        Ok(plain.and_then(|it| postcard::from_bytes(&it).ok()).unwrap_or_default())
    }

    /// Keeps what came of a photo, or forgets it. It stands beside the photos, not among them: no list, file or backup
    /// takes it for one.
    pub(in crate::worker) async fn keep_begun_photo(
        &self,
        db: &Db,
        sha256: &str,
        begun: Option<&Begun>,
    ) -> Result<(), Failure> {
        let key = begun_key(sha256);
        let batch = match begun {
            Some(begun) => {
                // It fails only for want of memory, which is a trap.
                let plain = postcard::to_allocvec(begun).unwrap_or_default();
                let aad = Aad { store: "meta", scope: &self.scope, id: &key };
                let sealed = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, &plain);
                Batch::relaxed().put_meta(key, sealed)
            }
            None => Batch::relaxed().delete_meta(key),
        };
        db.write(&batch).await.map(|_| ()).map_err(failure)
    }

    /// Forgets what came of photos that nothing in the book shows any more.
    pub(in crate::worker) async fn forget_begun_photos(&self, db: &Db) -> Result<(), Failure> {
        let begun = db.meta_with_prefix(BEGUN).await.map_err(failure)?;
        if begun.is_empty() {
            return Ok(());
        }
        let shown = self.ledger.book.photos();
        let is_shown = |key: &str| key.strip_prefix(BEGUN).is_some_and(|it| shown.contains(it));
        let left = begun.into_iter().filter(|(key, _)| !is_shown(key));
        let batch = left.fold(Batch::relaxed(), |batch, (key, _)| batch.delete_meta(key));
        db.write(&batch).await.map(|_| ()).map_err(failure)
    }

    /// Keeps a photo that was fetched, if it is the one that was promised. What came of it before goes.
    pub(in crate::worker) async fn keep_photo(&self, db: &Db, sha256: &str, bytes: &[u8]) -> Result<bool, Failure> {
        if hex(&Sha256::digest(bytes)) != sha256 {
            return Ok(false);
        }
        let aad = Aad { store: "blobs", scope: &self.scope, id: sha256 };
        let sealed = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, bytes);
        let batch = Batch::relaxed().put_blob(&self.scope, sha256, sealed).delete_meta(begun_key(sha256));
        db.write(&batch).await.map_err(failure)?;
        Ok(true)
    }

    /// Whether an event is of a photo, with its hash.
    pub(in crate::worker) fn photo_of(event: &Event) -> Option<String> {
        let is_photo = freight_of(event) == Freight::Photos;
        event.data().get("sha256").filter(|_| is_photo).and_then(|it| it.as_text().map(str::to_owned))
    }
}
