//! The office's half of carrying: what the courier wants of the book, how sending stands, and what needs a person.

use chrono::NaiveDate;
use js_sys::Reflect;

use super::courier::{Carrier, Handed, Order, Ordered, Phase, Wake};
use super::office::{Office, failure, local};
use crate::domain::json::{Value, object};
use crate::domain::ledger::{Event, EventId};
use crate::domain::scope::Class;
use crate::messages::{Carriage, CarryTrouble, Failure, Notice, Reply, StoreFailure, TrayItem};
use crate::store::Batch;
use crate::sync::protocol::{Freight, StoreTrouble, Told};

/// Offsets that are kept: their median is believed.
const OFFSETS: usize = 5;
/// A difference in clocks below this is the way of the answer.
const SAME_TIME_MS: i64 = 2_000;
/// Beyond it the person is told.
const WRONG_CLOCK_MS: i64 = 5 * 60_000;
/// More names are not marked one by one.
const MARKED: usize = 3_000;
const WIFI_ONLY: &str = "foto:wifi";

/// How carrying stands, between orders.
#[derive(Default)]
pub(super) struct Carrying {
    phase: Option<Phase>,
    /// What waited when this run began.
    of: u64,
    fetched: Option<(u64, u64)>,
    trouble: Option<CarryTrouble>,
    received_at_ms: Option<u64>,
    heard_at_ms: Option<u64>,
    /// The server's clock minus the phone's, as measured last.
    offsets: Vec<i64>,
    wifi_only: bool,
    refused: u64,
    told: Option<Carriage>,
}

impl Office {
    /// There may be something to carry.
    pub(super) fn wake_courier(&self) {
        self.ring(Wake::Now);
    }

    fn ring(&self, wake: Wake) {
        // Alone there is nothing to carry.
        if let Some(bell) = self.bell.as_ref().filter(|_| self.open.as_ref().is_some_and(|it| it.account.is_some())) {
            bell.ring(wake);
        }
    }

    /// The page came in sight, or went.
    pub(super) fn seen(&self, visible: bool) -> Reply {
        self.ring(if visible { Wake::Seen } else { Wake::Unseen });
        Reply::Done
    }

    /// Does what the courier wants.
    pub(super) async fn obey(&mut self, ordered: Ordered) {
        let Ordered { order, place, epoch, answer, .. } = ordered;
        let needs_book = !matches!(order, Order::Account | Order::Phase(_));
        let handed = if needs_book && (epoch != self.epoch || self.open.is_none()) {
            Handed::Gone
        } else {
            match self.carry_out(order, place.as_ref()).await {
                Ok(handed) => handed,
                Err(Failure::Store(StoreFailure::Quota)) => Handed::Told(Told::StoreFailed(StoreTrouble::Full)),
                Err(Failure::Locked) => Handed::Gone,
                Err(_) => Handed::Told(Told::StoreFailed(StoreTrouble::Broken)),
            }
        };
        // A courier that ended waits for nothing.
        let _ = answer.send(handed);
        self.tell_carriage();
    }

    async fn carry_out(
        &mut self,
        order: Order,
        place: Option<&crate::sync::protocol::Place>,
    ) -> Result<Handed, Failure> {
        let now_ms = self.now_ms();
        match order {
            Order::Account => return Ok(Handed::Account(self.carrier().map(Box::new))),
            Order::Phase(phase) => {
                self.phase(phase).await?;
                return Ok(Handed::Done);
            }
            Order::Clock(offset_ms) => {
                self.learn_clock(offset_ms).await?;
                return Ok(Handed::Done);
            }
            Order::Grants(grants) => {
                self.regrant(grants).await?;
                return Ok(Handed::Done);
            }
            Order::Meet(server) => {
                self.meet(server).await?;
                return Ok(Handed::Done);
            }
            Order::Kabar => return Ok(Handed::Text(self.kabar_text())),
            _ => {}
        }
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        if let Order::Photo(id) = order {
            let event = book.stored(db, id).await?;
            let Some(sha256) = event.as_ref().and_then(super::book::OpenBook::photo_of) else {
                return Ok(Handed::Bytes(None, false));
            };
            let is_own = event.is_some_and(|it| it.device() == book.device);
            return Ok(Handed::Bytes(book.photo(db, &sha256).await?, is_own));
        }
        let place = place.ok_or(Failure::NotFound)?;
        let class = Class::of(&place.database).unwrap_or_default();
        let told = match order {
            Order::Load(direction) => book.remembered(db, place, direction).await?,
            Order::Owe(owed, direction, log) => book.owe(db, place, owed, direction, log).await?,
            Order::Rows(reading) => book.rows_to_send(db, place, reading).await?,
            Order::Tray(count, bytes) => book.tray_to_send(db, class, count, bytes).await?,
            Order::Settle(settled) => {
                let has_refused = !settled.refused.is_empty() || !settled.accepted.is_empty();
                let told = book.settle(db, now_ms, place, settled).await?;
                if has_refused {
                    self.count_refused().await?;
                }
                told
            }
            Order::Given(texts, log) => {
                let (told, new) = book.given(db, now_ms, place, &texts, log).await?;
                if new > 0 {
                    self.tell.wrote();
                    self.moved();
                }
                if class == Class::Tabel {
                    self.heed_strike().await?;
                }
                self.introduce().await?;
                told
            }
            _ => return Ok(Handed::Done),
        };
        Ok(Handed::Told(told))
    }

    fn carrier(&self) -> Option<Carrier> {
        let account = self.open.as_ref()?.account.as_ref()?;
        Some(Carrier {
            epoch: self.epoch,
            name: account.connected.name.clone(),
            secret: account.secret.clone(),
            store: account.store.clone(),
            server: account.connected.uuid.clone(),
            grants: account.connected.grants.clone(),
            with_photos: !self.carrying.wifi_only || is_wifi(),
        })
    }

    /// The server that answers may be another than the one this phone was connected to, behind the same address.
    async fn meet(&mut self, server: String) -> Result<(), Failure> {
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        book.meet(db, &server).await?;
        if let Some(account) = book.account.as_mut().filter(|it| it.connected.uuid != server) {
            account.connected.uuid = server;
            let account = account.clone();
            db.write(&account.put(book, Batch::strict())?).await.map_err(failure)?;
            book.fill_outbox(db, &account.places(|it| it.write)).await?;
        }
        Ok(())
    }

    async fn phase(&mut self, phase: Phase) -> Result<(), Failure> {
        let now_ms = self.now_ms();
        let waiting = self.open.as_ref().map_or(0, |it| it.outbox.items().len() as u64);
        let carrying = &mut self.carrying;
        match phase {
            Phase::Begun => {
                carrying.of = waiting;
                carrying.fetched = None;
            }
            Phase::Fetching(done, pending) => carrying.fetched = Some((done, pending)),
            Phase::Finished => {
                carrying.trouble = None;
                carrying.heard_at_ms = Some(now_ms);
                carrying.received_at_ms = Some(now_ms);
                carrying.fetched = None;
                if let Some(db) = &self.db {
                    let batch = Batch::relaxed().put_meta("received", now_ms.to_le_bytes());
                    db.write(&batch).await.map_err(failure)?;
                }
                self.keep_transfer_key().await?;
            }
            Phase::Stopped(trouble) => {
                carrying.trouble = Some(trouble);
                carrying.fetched = None;
            }
            Phase::Sent(_) => {}
        }
        self.carrying.phase = Some(phase);
        Ok(())
    }

    /// Believes the middle of the last measures, and says so beyond five minutes.
    async fn learn_clock(&mut self, offset_ms: f64) -> Result<(), Failure> {
        if !offset_ms.is_finite() {
            return Ok(());
        }
        let offsets = &mut self.carrying.offsets;
        offsets.push(offset_ms as i64);
        if offsets.len() > OFFSETS {
            offsets.remove(0);
        }
        let mut sorted = offsets.clone();
        sorted.sort_unstable();
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
        // Nobody needs a correction of a second.
        let wanted = if median.abs() < SAME_TIME_MS { 0 } else { median };
        self.carrying.heard_at_ms = Some(self.now_ms());
        self.clock_confirmed = true;
        if (wanted - self.offset_ms).abs() >= SAME_TIME_MS {
            self.offset_ms = wanted;
            let batch = Batch::relaxed().put_meta("offset", wanted.to_le_bytes());
            self.db()?.write(&batch).await.map_err(failure)?;
            self.moved();
        }
        Ok(())
    }

    /// Her name for her colleagues, once what they know of her is here.
    async fn introduce(&mut self) -> Result<(), Failure> {
        let today = self.local_now().date();
        let may = !self.doubts_clock();
        if let Some(plan) = self.open.as_ref().filter(|_| may).and_then(|it| it.introduction(today)) {
            self.write(plan, &super::own::Own::default()).await?;
        }
        Ok(())
    }

    /// A lost phone wipes itself, when the root says that it is lost.
    async fn heed_strike(&mut self) -> Result<(), Failure> {
        let book = self.book()?;
        if book.ledger.roster.is_lost(book.device) {
            self.start_again().await?;
            self.tell.notice(Notice::Struck);
        }
        Ok(())
    }

    fn kabar_text(&self) -> String {
        let items = self.open.as_ref().map(|it| it.outbox.items()).unwrap_or_default();
        let offset = self.carrying.offsets.last().copied().unwrap_or(0) / 1000;
        let number = |it: u64| Value::Int(i64::try_from(it).unwrap_or(i64::MAX));
        let told = object([
            ("version", self.built_at_ms.to_string().into()),
            ("unsent", number(items.len() as u64)),
            ("refused", number(self.carrying.refused)),
            ("offset_s", offset.into()),
            ("oldest", self.oldest_unsent().map_or(Value::Null, |it| it.to_string().into())),
        ]);
        Value::Object(told).canonical()
    }

    /// The day on which the first of what waits was recorded.
    fn oldest_unsent(&self) -> Option<NaiveDate> {
        let book = self.open.as_ref()?;
        let first = book.outbox.items().first()?;
        let log = book.ledger.book.subject(&first.subject)?.log();
        let at = log.iter().find(|it| it.id == first.id)?.at;
        Some(local(at.unix_ms(), book.zone_minutes()).date())
    }

    /// Reads what is remembered of carrying when a book opens.
    pub(super) async fn resume_carrying(&mut self) -> Result<(), Failure> {
        let offsets = std::mem::take(&mut self.carrying.offsets);
        let db = self.db()?;
        let received = db.meta("received").await.map_err(failure)?.and_then(|it| it.try_into().ok());
        let wifi_only = db.meta(WIFI_ONLY).await.map_err(failure)?.is_some();
        let received_at_ms = received.map(u64::from_le_bytes);
        self.carrying =
            Carrying { offsets, wifi_only, received_at_ms, heard_at_ms: received_at_ms, ..Carrying::default() };
        self.resume_account().await?;
        self.count_refused().await?;
        self.tell_carriage();
        Ok(())
    }

    async fn count_refused(&mut self) -> Result<(), Failure> {
        let tray = self.book()?.tray(self.db()?).await?;
        self.carrying.refused = tray.iter().filter(|(_, it)| !it.parked && !it.again).count() as u64;
        Ok(())
    }

    /// How sending stands.
    pub(super) fn carriage(&self) -> Carriage {
        let Some((book, account)) = self.open.as_ref().and_then(|it| Some((it, it.account.as_ref()?))) else {
            return Carriage::default();
        };
        let items = book.outbox.items();
        let waiting = items.len() as u64;
        let photos: Vec<u64> = items.iter().filter(|it| it.freight == Freight::Photos).map(|it| it.photo).collect();
        let carrying = &self.carrying;
        let is_going = matches!(carrying.phase, Some(Phase::Begun | Phase::Fetching(..) | Phase::Sent(_)));
        let mut unsent: Vec<String> = Vec::new();
        for it in items.iter().rev().take(MARKED) {
            let name = it.subject.rsplit(':').next().unwrap_or_default();
            if unsent.last().is_none_or(|last| last != name) {
                unsent.push(name.to_owned());
            }
        }
        let off_ms = carrying.offsets.last().copied().filter(|it| it.abs() > WRONG_CLOCK_MS);
        Carriage {
            is_connected: true,
            practice: account.connected.practice,
            waiting,
            photos: photos.len() as u64,
            photo_bytes: photos.iter().sum(),
            wifi_only: carrying.wifi_only,
            sending: (is_going && carrying.of > 0 && waiting > 0)
                .then(|| (carrying.of.saturating_sub(waiting), carrying.of.max(waiting))),
            fetching: carrying.fetched.filter(|_| is_going),
            refused: carrying.refused,
            received_at_ms: carrying.received_at_ms,
            heard_at_ms: carrying.heard_at_ms,
            trouble: carrying.trouble,
            clock_off_s: off_ms.map(|it| it / 1000),
            unsent,
        }
    }

    /// Tells the page when it moved.
    pub(super) fn tell_carriage(&mut self) {
        let now = self.carriage();
        if self.carrying.told.as_ref() != Some(&now) {
            self.carrying.told = Some(now.clone());
            self.tell.notice(Notice::Carriage(Box::new(now)));
        }
    }

    /// Photos travel only by Wi-Fi, or by any network.
    pub(super) async fn photo_net(&mut self, wifi_only: bool) -> Result<Reply, Failure> {
        let batch = Batch::strict();
        let batch = if wifi_only { batch.put_meta(WIFI_ONLY, [1]) } else { batch.delete_meta(WIFI_ONLY) };
        self.db()?.write(&batch).await.map_err(failure)?;
        self.carrying.wifi_only = wifi_only;
        self.tell_carriage();
        self.wake_courier();
        Ok(Reply::Done)
    }

    /// What needs a person.
    pub(super) async fn tray(&self) -> Result<Reply, Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let mut items = Vec::new();
        for (id, it) in book.tray(db).await?.into_iter().filter(|(_, it)| !it.parked) {
            let event = book.stored(db, id).await?;
            let shown = event.as_ref().map(|it| self.shown(it)).unwrap_or_default();
            items.push(TrayItem {
                id: id.to_string(),
                is_own: true,
                reason: it.reason,
                at_ms: it.at_ms,
                again: it.again,
                text: event.map(|it| it.to_text()).unwrap_or_default(),
                ..shown
            });
        }
        for (id, it) in book.incoming(db).await? {
            let event = Event::parse(&it.text).ok();
            let shown = event.as_ref().map(|it| self.shown(it)).unwrap_or_default();
            let reason = format!("{:?}", it.why).to_lowercase();
            items.push(TrayItem { id, reason, at_ms: it.at_ms, text: it.text, ..shown });
        }
        crate::domain::order::sort_by_key(&mut items, |it| std::cmp::Reverse(it.at_ms));
        Ok(Reply::Tray(items))
    }

    fn shown(&self, event: &Event) -> TrayItem {
        let name = event.subject().rsplit(':').next().unwrap_or_default();
        let known = self.open.as_ref().and_then(|it| it.ledger.book.subject(name));
        TrayItem {
            kind: event.kind().to_owned(),
            subject: event.subject().to_owned(),
            nama: known.and_then(|it| it.text("nama")).unwrap_or_default(),
            ..TrayItem::default()
        }
    }

    /// Sends again what was refused.
    pub(super) async fn send_again(&mut self, id: &str) -> Result<Reply, Failure> {
        self.change_tray(id, |it| it.again = true).await?;
        self.wake_courier();
        Ok(Reply::Done)
    }

    /// Lets it lie.
    pub(super) async fn park(&mut self, id: &str) -> Result<Reply, Failure> {
        self.change_tray(id, |it| it.parked = true).await?;
        Ok(Reply::Done)
    }

    async fn change_tray(&mut self, id: &str, change: impl Fn(&mut super::book::Outgoing)) -> Result<(), Failure> {
        let id = EventId::parse(id).map_err(|_| Failure::NotFound)?;
        let (db, book) = (self.db()?, self.book()?);
        let found = book.tray(db).await?.into_iter().find(|(known, _)| *known == id);
        let (_, mut item) = found.ok_or(Failure::NotFound)?;
        change(&mut item);
        db.write(&book.put_tray(Batch::strict(), id, &item)?).await.map_err(failure)?;
        self.count_refused().await?;
        self.tell_carriage();
        Ok(())
    }
}

/// Whether the network costs nothing, as far as the browser tells: Chrome on Android does.
fn is_wifi() -> bool {
    let of = |it: &wasm_bindgen::JsValue, name: &str| Reflect::get(it, &name.into()).unwrap_or_default();
    let kind = of(&of(&of(&js_sys::global(), "navigator"), "connection"), "type").as_string();
    kind.is_none_or(|it| it != "cellular")
}
