//! The book as the protocol sees it: logs, rows to send, what was given, what was refused on either way.
//!
//! Each method is one transaction. Nothing here knows a network. A row belongs to a database: the one that gave it, or,
//! where several of a class are open, the one that gave what it is about.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::outbox::freight_of;
use super::{OpenBook, PAGE};
use crate::crypto::keyring::{index_key, tag};
use crate::crypto::{Aad, seal};
use crate::domain::ledger::id::hex;
use crate::domain::ledger::roster::Ed25519;
use crate::domain::ledger::{Event, EventId};
use crate::domain::scope::Class;
use crate::messages::Failure;
use crate::store::idb::Db;
use crate::store::quarantine::{INCOMING, OUTGOING, PARKED};
use crate::store::{Batch, Home, Ledger, Mark, Received, Refused};
use crate::sync::protocol::{Direction, Freight, Owed, Place, Reading, Row, Settled, Told, log};
use crate::worker::office::{crypto, failure, random};

/// A document that somebody brought and that is not folded.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::worker) struct Incoming {
    pub(in crate::worker) why: Why,
    /// From which class of database; none when it came by hand.
    pub(in crate::worker) from: Option<Class>,
    pub(in crate::worker) at_ms: u64,
    pub(in crate::worker) text: String,
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

/// An item and which database of its class it is of. The first builds knew one of each, and wrote no number.
fn kept<T: Serialize>(item: &T, nth: u8) -> Vec<u8> {
    // It fails only for want of memory, which is a trap.
    let mut plain = postcard::to_allocvec(item).unwrap_or_default();
    plain.push(nth);
    plain
}

fn of_kept<'a, T: Deserialize<'a>>(plain: &'a [u8]) -> Option<(T, u8)> {
    let (item, rest) = postcard::take_from_bytes(plain).ok()?;
    Some((item, rest.first().copied().unwrap_or(0)))
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

    fn log_key(place: &Place, direction: Direction) -> String {
        Self::sync_key(place, if direction == Direction::Pull { "pull" } else { "push" })
    }

    /// What is remembered of a direction.
    pub(in crate::worker) async fn remembered(
        &self,
        db: &Db,
        place: &Place,
        direction: Direction,
    ) -> Result<Told, Failure> {
        let log = db.meta(&Self::log_key(place, direction)).await.map_err(failure)?;
        let home = self.homes.of(&place.database);
        let tray = self.tray(db).await?;
        Ok(Told::Loaded {
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

    /// Takes note of a server, when it is met for the first time.
    pub(in crate::worker) async fn meet(&self, db: &Db, server: &str) -> Result<(), Failure> {
        if Self::since(db, server).await?.is_none() {
            let batch = Batch::strict().put_meta(format!("met:{server}"), self.head_seq().to_le_bytes());
            db.write(&batch).await.map_err(failure)?;
        }
        Ok(())
    }

    async fn owed(db: &Db, place: &Place) -> Result<Owed, Failure> {
        let bytes = db.meta(&Self::sync_key(place, "owed")).await.map_err(failure)?;
        Ok(bytes.and_then(|it| postcard::from_bytes(&it).ok()).unwrap_or_default())
    }

    fn put_owed(batch: Batch, place: &Place, owed: &Owed) -> Batch {
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
            self.fill_outbox(db, &place.server).await?;
        }
        Ok(Told::Stored { head: self.head_seq() })
    }

    /// Checks, writes and folds what was recorded elsewhere, and keeps what is refused in quarantine with its reason,
    /// in one transaction with `with`. Answers how many were new, and how many refused.
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
        let (scope, key) = (self.scope.clone(), self.key().map_err(crypto)?.clone());
        let refused = std::cell::Cell::new(0);
        let make = |ledger: &Ledger| {
            let received = ledger.receive(texts.iter().map(String::as_str), &Ed25519);
            heed(&received);
            let Received { new, refused: bad, .. } = received;
            refused.set(bad.len());
            let mut batch = with.clone();
            for (text, why) in bad {
                let id = format!("{INCOMING}{}", hex(&Sha256::digest(text.as_bytes())));
                let why = match why {
                    Refused::Event(_) => Why::Damaged,
                    Refused::Forged => Why::Forged,
                    Refused::NotErased => Why::NotErased,
                };
                let item = Incoming { why, from: from.map(|it| it.class), at_ms: now_ms, text };
                let plain = kept(&item, from.map_or(0, |it| it.nth));
                let aad = Aad { store: "quarantine", scope: &scope, id: &id };
                batch = batch.put_quarantine(&scope, &id, seal::seal_with(&key, &mut random, aad, &plain));
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
            let (it, nth) = of_kept::<Incoming>(&plain)?;
            let from = it.from.map(|class| Home { class, nth });
            Some((id, it, from))
        };
        Ok(self.quarantined(db, prefix).await?.into_iter().filter_map(item).collect())
    }

    /// Whether what lies in a row of quarantine, of this phone or of its backup, is in the book by now.
    pub(in crate::worker) fn is_heard(&self, id: &str, sealed: &[u8]) -> bool {
        let aad = Aad { store: "quarantine", scope: &self.scope, id };
        let plain = self.key().and_then(|key| seal::open(key, aad, sealed)).ok();
        let item = plain.and_then(|it| of_kept::<Incoming>(&it));
        item.and_then(|(it, _)| Event::parse(&it.text).ok()).is_some_and(|it| self.ledger.has(&it))
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
        let aad = Aad { store: "quarantine", scope: &self.scope, id: &parked };
        let plain = kept(&item, from.map_or(0, |it| it.nth));
        let sealed = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, &plain);
        let batch = Batch::strict().delete_quarantine(&self.scope, id).put_quarantine(&self.scope, &parked, sealed);
        db.write(&batch).await.map(|_| ()).map_err(failure)
    }

    /// What a server did not take, and which database.
    pub(in crate::worker) async fn tray(&self, db: &Db) -> Result<Vec<(EventId, Outgoing, Home)>, Failure> {
        let item = |(id, plain): (String, Vec<u8>)| {
            let (it, nth) = of_kept::<Outgoing>(&plain)?;
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
        &self,
        db: &Db,
        place: &Place,
        reading: Reading,
    ) -> Result<Told, Failure> {
        let home = self.homes.of(&place.database);
        let since = Self::since(db, &place.server).await?;
        let Reading { freight, after, until, count, bytes, is_all } = reading;
        let mut found = Vec::new();
        let (mut looked, mut left) = (after, bytes);
        loop {
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
        for id in settled.accepted {
            batch = batch.delete_quarantine(&self.scope, &format!("{OUTGOING}{id}"));
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
        texts: &[String],
        log: Option<String>,
    ) -> Result<(Told, usize), Failure> {
        let mut with = Batch::relaxed();
        if let Some(log) = log {
            with = with.put_meta(Self::log_key(place, Direction::Pull), log.into_bytes());
        }
        let (new, _) = self.take_in(db, now_ms, texts, Some(self.homes.of(&place.database)), with).await?;
        Ok((Told::Stored { head: self.head_seq() }, new))
    }

    /// Reads what waits: the rows behind the logs of everything that was ever sent to this server, and of what may be.
    pub(in crate::worker) async fn fill_outbox(&mut self, db: &Db, server: &str) -> Result<(), Failure> {
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

    /// Keeps a photo that was fetched, if it is the one that was promised.
    pub(in crate::worker) async fn keep_photo(&self, db: &Db, sha256: &str, bytes: &[u8]) -> Result<bool, Failure> {
        if hex(&Sha256::digest(bytes)) != sha256 {
            return Ok(false);
        }
        let aad = Aad { store: "blobs", scope: &self.scope, id: sha256 };
        let sealed = seal::seal_with(self.key().map_err(crypto)?, &mut random, aad, bytes);
        db.write(&Batch::relaxed().put_blob(&self.scope, sha256, sealed)).await.map_err(failure)?;
        Ok(true)
    }

    /// Whether an event is of a photo, with its hash.
    pub(in crate::worker) fn photo_of(event: &Event) -> Option<String> {
        let is_photo = freight_of(event) == Freight::Photos;
        event.data().get("sha256").filter(|_| is_photo).and_then(|it| it.as_text().map(str::to_owned))
    }
}
