//! The office's half of carrying: what the courier wants of the book, how sending stands, and what needs a person.
//!
//! Only [`Office::wake_courier`], [`Office::seen`] and [`Office::resume_carrying`] are called on a phone that works
//! alone; everything else comes with the courier.

use chrono::NaiveDate;
use js_sys::Reflect;

use super::book::OpenBook;
use super::courier::{Carrier, Handed, Order, Ordered, Phase, Wake};
use super::office::{Office, failure, local, monotonic_ms};
use super::own::Own;
use crate::domain::aduan::own;
use crate::domain::json::{Value, object};
use crate::domain::kirim::{Counts, Trouble, looks_after_phones};
use crate::domain::ledger::proof::{Claims, Proofs};
use crate::domain::ledger::{Event, EventId};
use crate::domain::scope::Class;
use crate::domain::view::warga;
use crate::messages::{Carriage, Failure, Notice, Reply, StoreFailure, TrayItem};
use crate::store::{Batch, Delivered};
use crate::sync::protocol::clock::{ServerClock, is_another};
use crate::sync::protocol::{Command, Freight, Place, StoreTrouble, Told};

/// Beyond it the person is told.
const WRONG_CLOCK_MS: i64 = 5 * 60_000;
/// More names are not marked one by one.
const MARKED: usize = 3_000;
/// While much comes, the page is told so often.
const MOVED_EVERY_MS: f64 = 300.0;
const WIFI_ONLY: &str = "foto:wifi";

/// How carrying stands, between orders.
#[derive(Default)]
pub(super) struct Carrying {
    phase: Option<Phase>,
    /// What waited when this run began.
    of: u64,
    fetched: Option<(u64, u64)>,
    trouble: Option<Trouble>,
    received_at_ms: Option<u64>,
    heard_at_ms: Option<u64>,
    clock: ServerClock,
    /// The correction in use is not the one on the disk.
    is_clock_set: bool,
    wifi_only: bool,
    /// Needs a person, and what it is about.
    refused: u64,
    refused_about: Vec<String>,
    /// Was refused, and goes again.
    again: u64,
    /// Was refused, and a person left it here.
    parked: u64,
    /// What of it, or of what goes again, is not sent is about these.
    unsent_about: Vec<String>,
    /// Waits for its readers, and no way leads to them from here.
    sealed: u64,
    /// Waits for its readers, and goes with the next run.
    entrusted: u64,
    /// What there was to seal was sealed: what is left of hers has no way.
    is_sealing_done: bool,
    /// Something came to be sealed, and is not counted.
    owes_sealed_count: bool,
    /// The account is sealed by a key that is not hers any more.
    is_shut_out: bool,
    /// How much was refused when this run began.
    refused_before: u64,
    /// How many questions were open at a version of the book.
    open_questions: Option<(u64, u64)>,
    told: Option<Carriage>,
    /// Which keys any browser may check.
    claims: Claims,
    /// What is owed was counted in this run already.
    is_counted: bool,
    /// Something came, and the page does not know yet.
    is_moved: bool,
    /// When it was told last, on the monotonic clock.
    moved_at_ms: f64,
}

impl Office {
    /// There may be something to carry.
    pub(super) fn wake_courier(&self) {
        // Alone there is nothing to carry.
        if self.open.as_ref().is_some_and(|it| it.is_connected) {
            self.ring(Wake::Now);
        }
    }

    pub(super) fn ring(&self, wake: Wake) {
        if let Some(bell) = &self.bell {
            bell.ring(wake);
        }
    }

    /// The page came in sight, or went: that counts whether a book is open or not.
    pub(super) fn seen(&self, visible: bool) -> Reply {
        self.ring(if visible { Wake::Seen } else { Wake::Unseen });
        if visible {
            self.wake_courier();
        }
        Reply::Done
    }

    /// Whether there is an account that does not open.
    pub(super) fn shut_out(&mut self, is: bool) {
        self.carrying.is_shut_out = is;
        self.tell_carriage();
    }

    /// A book was opened: a phone that was lost wipes itself, and one that is connected wakes the courier, who brings
    /// the rest.
    pub(super) async fn resume_carrying(&mut self) -> Result<(), Failure> {
        let clock = std::mem::take(&mut self.carrying.clock);
        if self.carrying.told.is_some() {
            // It was another person's.
            self.tell.notice(Notice::Carriage(Box::default()));
        }
        self.carrying = Carrying { clock, ..Carrying::default() };
        if self.heed_strike().await? {
            return Ok(());
        }
        let key = super::account::key_of(self.book()?.me());
        let is_connected = self.db()?.meta(&key).await.map_err(failure)?.is_some();
        if let Some(book) = &mut self.open {
            book.is_connected = is_connected;
        }
        self.wake_courier();
        Ok(())
    }

    /// A lost phone wipes itself, when the root says that it is lost; whether it did.
    async fn heed_strike(&mut self) -> Result<bool, Failure> {
        let is_lost = self.open.as_ref().is_some_and(|it| it.ledger.roster.is_lost(it.device));
        if is_lost {
            Box::pin(self.start_again()).await?;
            self.tell.notice(Notice::Struck);
        }
        Ok(is_lost)
    }

    /// Looks at the phone's clock: one that was set is not corrected by what was measured before.
    pub(super) fn heed_clock(&mut self) {
        let now = self.carrying.clock.look(js_sys::Date::now(), monotonic_ms(), self.offset_ms);
        self.carrying.is_clock_set |= now != self.offset_ms;
        self.offset_ms = now;
    }

    /// Does what the courier wants.
    pub(super) async fn obey(&mut self, ordered: Ordered) {
        let Ordered { order, place, epoch, answer, .. } = ordered;
        let needs_book = !matches!(order, Order::Account | Order::Look | Order::Count);
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

    async fn carry_out(&mut self, order: Order, place: Option<&Place>) -> Result<Handed, Failure> {
        let now_ms = self.now_ms();
        match order {
            Order::Look => {
                if std::mem::take(&mut self.carrying.owes_sealed_count) {
                    self.count_sealed().await?;
                }
                return Ok(Handed::Done);
            }
            Order::Count => {
                self.count_carrying().await?;
                return Ok(Handed::Done);
            }
            Order::Account => {
                if self.heed_strike().await? {
                    return Ok(Handed::Gone);
                }
                self.resume_account().await?;
                return Ok(Handed::Account(self.carrier().map(Box::new)));
            }
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
            Order::Adoption => return Ok(Handed::Text(self.adoption_owed().await?)),
            Order::Introduce => {
                self.introduce().await?;
                return Ok(Handed::Done);
            }
            Order::Kabar => return Ok(Handed::Text(Some(self.kabar_text()))),
            _ => {}
        }
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        if let Order::Photo(id) = order {
            let event = book.stored(db, id).await?;
            let Some(sha256) = event.as_ref().and_then(OpenBook::photo_of) else {
                return Ok(Handed::Bytes(None, false));
            };
            let is_own = event.is_some_and(|it| it.device() == book.device);
            return Ok(Handed::Bytes(book.photo(db, &sha256).await?, is_own));
        }
        let place = place.ok_or(Failure::NotFound)?;
        if Class::of(&place.database) == Some(Class::Titipan) && !matches!(order, Order::Claims(_)) {
            return self.carry_sealed(order, place).await.map(Handed::Told);
        }
        let told = match order {
            Order::Load(direction) => book.remembered(db, now_ms, place, direction).await?,
            Order::Owe(owed, direction, log) => book.owe(db, place, owed, direction, log).await?,
            Order::Rows(reading) => {
                // Once in a run it is counted what is owed, and at its end; each database may have something.
                if reading.is_all && !std::mem::replace(&mut self.carrying.is_counted, true) {
                    book.count_owed(db).await?;
                }
                book.rows_to_send(db, place, reading).await?
            }
            Order::Claims(texts) => {
                let documents: Vec<Delivered> = texts.into_iter().map(Delivered::read).collect();
                let claims = book.claims(&documents, &mut self.carrying.claims);
                return Ok(Handed::Claims(documents, claims));
            }
            Order::Tray(count, bytes) => book.tray_to_send(db, place, count, bytes).await?,
            Order::Settle(settled) => {
                let is_tray = !settled.refused.is_empty() || !settled.accepted.is_empty();
                let told = book.settle(db, now_ms, place, settled).await?;
                if is_tray {
                    self.count_tray().await?;
                }
                // Other tabs count what waits, too.
                self.tell.wrote();
                told
            }
            Order::Given(..) | Order::Mend(..) => {
                let is_last = !matches!(order, Order::Given(_, _, None));
                let (told, new) = match order {
                    Order::Given(documents, proofs, log) => {
                        book.given(db, now_ms, place, &documents, &proofs, log).await?
                    }
                    Order::Mend(texts, asked) => book.mend(db, now_ms, place, &texts, &asked).await?,
                    _ => return Ok(Handed::Done),
                };
                if new > 0 {
                    self.tell.wrote();
                    self.carrying.is_moved = true;
                }
                if is_last || monotonic_ms() - self.carrying.moved_at_ms > MOVED_EVERY_MS {
                    self.tell_moved();
                }
                if self.heed_strike().await? {
                    return Ok(Handed::Gone);
                }
                told
            }
            _ => return Ok(Handed::Done),
        };
        Ok(Handed::Told(told))
    }

    /// The same of what travels sealed.
    async fn carry_sealed(&mut self, order: Order, place: &Place) -> Result<Told, Failure> {
        let (now_ms, day) = (self.now_ms(), self.local_now().date());
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        match order {
            Order::Load(direction) => book.titipan_remembered(db, now_ms, place, direction).await,
            Order::Owe(owed, direction, log) => {
                book.owe(db, place, owed, direction, log).await?;
                book.titipan_stored(db, place).await
            }
            Order::Mend(texts, asked) => {
                book.mend(db, now_ms, place, &texts, &asked).await?;
                book.titipan_stored(db, place).await
            }
            Order::Rows(reading) => book.titipan_to_send(db, place, reading).await,
            Order::Given(documents, _, log) => {
                let is_last = log.is_some();
                let (told, new) = book.titipan_given(db, now_ms, place, &documents, log).await?;
                if new > 0 {
                    self.tell.wrote();
                    self.carrying.is_moved = true;
                }
                if is_last {
                    self.tell_moved();
                }
                Ok(told)
            }
            Order::Seal(with_photos) => {
                book.entrust(db, (now_ms, day), &place.database, with_photos).await?;
                self.carrying.is_sealing_done = true;
                self.count_sealed().await?;
                Ok(Told::Stored { head: 0 })
            }
            Order::Settle(settled) => {
                let told = book.titipan_settle(db, place, settled).await?;
                self.count_sealed().await?;
                // Of what she took down less is shown, and another tab counts.
                self.moved();
                self.tell.wrote();
                Ok(told)
            }
            Order::Tray(..) => Ok(Told::Rows { rows: Vec::new(), until: 0, is_end: true }),
            _ => Err(Failure::NotFound),
        }
    }

    /// Does what a pull wants of the book, for whoever asks without a courier: tests.
    ///
    /// # Errors
    /// [`Failure`]; then nothing of it was stored.
    pub async fn perform(&mut self, place: &Place, command: Command) -> Result<Told, Failure> {
        let order = match command {
            Command::Load(direction) => Order::Load(direction),
            Command::WriteBatch { texts, log } => {
                Order::Given(texts.into_iter().map(Delivered::read).collect(), Proofs::default(), Some(log))
            }
            Command::Mend { texts, asked } => Order::Mend(texts, asked),
            _ => return Err(Failure::NotFound),
        };
        match self.carry_out(order, Some(place)).await? {
            Handed::Told(told) => Ok(told),
            _ => Err(Failure::Locked),
        }
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
            with_photos: !self.carrying.wifi_only || network().is_none_or(|it| it != "cellular"),
        })
    }

    /// The server that answers may be another than the one this phone was connected to, behind the same address.
    async fn meet(&mut self, server: String) -> Result<(), Failure> {
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        book.meet(db, &server).await?;
        let Some(mut account) = book.account.clone().filter(|it| it.connected.uuid != server) else { return Ok(()) };
        account.connected.uuid.clone_from(&server);
        db.write(&account.put(book, Batch::strict())?).await.map_err(failure)?;
        book.account = Some(account);
        book.fill_outbox(db, &server).await
    }

    async fn phase(&mut self, phase: Phase) -> Result<(), Failure> {
        let now_ms = self.now_ms();
        let waiting = self.waiting();
        if matches!(phase, Phase::Finished | Phase::Stopped(_)) {
            self.tell_moved();
        }
        let carrying = &mut self.carrying;
        carrying.phase = Some(phase);
        match phase {
            Phase::Begun => {
                carrying.of = waiting;
                carrying.refused_before = carrying.refused;
                carrying.fetched = None;
                carrying.is_counted = false;
                carrying.is_sealing_done = false;
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
                self.count_sealed().await?;
                if let (Some(db), Some(book)) = (&self.db, &mut self.open)
                    && book.read_entrusted(db).await?
                {
                    self.moved();
                }
            }
            Phase::Stopped(trouble) => {
                carrying.trouble = Some(trouble);
                carrying.fetched = None;
            }
            Phase::Sent(_) => {}
        }
        if let (Phase::Finished | Phase::Stopped(_), Some(db), Some(book)) = (phase, &self.db, &mut self.open) {
            book.count_owed(db).await?;
        }
        Ok(())
    }

    /// Whether a run goes on.
    pub(super) fn is_carrying(&self) -> bool {
        matches!(self.carrying.phase, Some(Phase::Begun | Phase::Fetching(..) | Phase::Sent(_)))
    }

    /// Tells the page what came, if it was not told. It asks all its questions again.
    fn tell_moved(&mut self) {
        if std::mem::take(&mut self.carrying.is_moved) {
            self.carrying.moved_at_ms = monotonic_ms();
            self.moved();
        }
    }

    /// Believes the middle of the last measures.
    async fn learn_clock(&mut self, offset_ms: f64) -> Result<(), Failure> {
        if !offset_ms.is_finite() {
            return Ok(());
        }
        self.heed_clock();
        let wanted = self.carrying.clock.measured(offset_ms as i64);
        self.carrying.heard_at_ms = Some(self.now_ms());
        self.clock_confirmed = true;
        if is_another(self.offset_ms, wanted) || std::mem::take(&mut self.carrying.is_clock_set) {
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
            self.write(plan, &Own::default()).await?;
        }
        Ok(())
    }

    fn kabar_text(&self) -> String {
        let offset = self.carrying.clock.last().unwrap_or(0) / 1000;
        let number = |it: u64| Value::Int(i64::try_from(it).unwrap_or(i64::MAX));
        let told = object([
            ("version", self.built_at_ms.to_string().into()),
            ("unsent", number(self.waiting())),
            ("refused", number(self.carrying.refused)),
            ("kept", number(self.carrying.parked + self.carrying.sealed)),
            ("trouble", self.carrying.trouble.map_or(Value::Null, |it| it.word().into())),
            ("offset_s", offset.into()),
            ("oldest", self.oldest_unsent().map_or(Value::Null, |it| it.to_string().into())),
        ]);
        Value::Object(told).canonical()
    }

    /// What the server does not have yet, whatever was refused before and goes again among it.
    fn waiting(&self) -> u64 {
        self.open.as_ref().map_or(0, |it| it.waiting()) + self.carrying.again + self.carrying.entrusted
    }

    /// Whether the server has everything that was recorded here: nothing waits, for it or sealed for its readers, nothing
    /// was refused, also where a person let that lie, and nothing is of a database that this phone may not send to.
    pub(super) async fn is_all_received(&mut self) -> Result<bool, Failure> {
        self.count_carrying().await?;
        let (db, book) = (self.db()?, self.book()?);
        let is_connected = book.account.is_some();
        let is_here = !is_connected || self.waiting() > 0 || self.carrying.sealed > 0;
        Ok(!is_here && book.tray(db).await?.is_empty() && !book.has_homeless(db).await?)
    }

    /// The day on which the first of what waits was recorded.
    pub(super) fn oldest_unsent(&self) -> Option<NaiveDate> {
        let book = self.open.as_ref()?;
        let first = book.outbox.items().first()?;
        let log = book.ledger.book.subject(&first.subject)?.log();
        let at = log.iter().find(|it| it.id == first.id)?.at;
        Some(local(at.unix_ms(), book.zone_minutes()).date())
    }

    /// Reads what is remembered of carrying, and counts what waits: when a book opened, and when another tab wrote.
    pub(super) async fn count_carrying(&mut self) -> Result<(), Failure> {
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let received = db.meta("received").await.map_err(failure)?.and_then(|it| it.try_into().ok());
        self.carrying.received_at_ms = received.map(u64::from_le_bytes);
        self.carrying.heard_at_ms = self.carrying.heard_at_ms.max(self.carrying.received_at_ms);
        self.carrying.wifi_only = db.meta(WIFI_ONLY).await.map_err(failure)?.is_some();
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        let is_told = book.read_entrusted(db).await?;
        if let Some(server) = book.account.as_ref().map(|it| it.connected.uuid.clone()) {
            book.fill_outbox(db, &server).await?;
        }
        if is_told {
            self.moved();
        }
        self.count_tray().await
    }

    pub(super) async fn count_tray(&mut self) -> Result<(), Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let (mut refused, mut again, mut parked) = (0, 0, 0);
        let (mut refused_about, mut unsent_about) = (Vec::new(), Vec::new());
        for (id, it, _) in book.tray(db).await? {
            let (count, about) = match (it.again, it.parked) {
                (true, _) => (&mut again, &mut unsent_about),
                (_, true) => (&mut parked, &mut unsent_about),
                _ => (&mut refused, &mut refused_about),
            };
            *count += 1;
            if about.len() < MARKED
                && let Some(event) = book.stored(db, id).await?
            {
                about.push(name_in(event.subject()).to_owned());
            }
        }
        let carrying = &mut self.carrying;
        (carrying.refused, carrying.again, carrying.parked) = (refused, again, parked);
        (carrying.refused_about, carrying.unsent_about) = (refused_about, unsent_about);
        self.count_sealed().await
    }

    /// There is something to seal that no run looked at.
    pub(super) fn has_to_seal(&mut self, items: u64) {
        self.carrying.entrusted += items;
        (self.carrying.is_sealing_done, self.carrying.owes_sealed_count) = (false, true);
    }

    /// What waits for its readers on this phone, whoever took it down: an item with its photos is one, and so are photos
    /// alone.
    pub(super) async fn count_sealed(&mut self) -> Result<(), Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let (may, is_done) = (book.may_entrust(self.local_now().date()), self.carrying.is_sealing_done);
        let (mut sealed, mut entrusted) = (0, 0);
        for (vault, _) in db.meta_with_prefix("vault:").await.map_err(failure)? {
            let person = vault.strip_prefix("vault:").unwrap_or_default();
            let names = db.pending_names(person).await.map_err(failure)?;
            let made = book.made(db, person).await?;
            // Photos wait for a network that they may use.
            let waits = self.carrying.wifi_only;
            let is_next = |it: &str| may && person == book.me() && (!is_done || (waits && own::is_photo_id(it)));
            let is_going = |it: &&String| made.contains(it) || is_next(it);
            let (going, staying): (Vec<_>, Vec<_>) = names.iter().partition(is_going);
            for (names, count) in [(going, &mut entrusted), (staying, &mut sealed)] {
                let items = names.iter().filter(|it| own::is_item_id(it)).count();
                let photos = names.iter().filter(|it| own::is_photo_id(it)).count();
                *count += if items == 0 { photos as u64 } else { items as u64 };
            }
        }
        if entrusted == 0 && book.owes_sealed(db).await? {
            entrusted = 1;
        }
        (self.carrying.sealed, self.carrying.entrusted) = (sealed, entrusted);
        Ok(())
    }

    /// How sending stands.
    fn carriage(&self) -> Carriage {
        let Some((book, account)) = self.open.as_ref().and_then(|it| Some((it, it.account.as_ref()?))) else {
            let trouble = self.carrying.is_shut_out.then_some(Trouble::SignedOut);
            let counts = Counts { trouble, ..Counts::default() };
            return Carriage { is_connected: trouble.is_some(), counts, ..Carriage::default() };
        };
        let items = book.outbox.items();
        let waiting = self.waiting();
        let photos: Vec<u64> = items.iter().filter(|it| it.freight == Freight::Photos).map(|it| it.photo).collect();
        let carrying = &self.carrying;
        let is_going = self.is_carrying();
        // What was refused in this run is not sent.
        let refused = carrying.refused.saturating_sub(carrying.refused_before);
        let mut unsent: Vec<String> = Vec::new();
        for it in items.iter().rev().take(MARKED) {
            let name = name_in(&it.subject);
            if unsent.last().is_none_or(|last| last != name) {
                unsent.push(name.to_owned());
            }
        }
        unsent.extend(carrying.unsent_about.iter().cloned());
        let off_ms = carrying.clock.last().filter(|it| it.abs() > WRONG_CLOCK_MS);
        Carriage {
            is_connected: true,
            practice: account.connected.practice,
            counts: Counts {
                waiting,
                sending: (is_going && carrying.of > 0 && waiting > 0)
                    .then(|| (carrying.of.saturating_sub(waiting + refused), carrying.of.max(waiting))),
                fetching: carrying.fetched.filter(|_| is_going),
                refused: carrying.refused,
                kept: carrying.parked + carrying.sealed,
                open_questions: carrying.open_questions.map_or(0, |it| it.1),
                received_at_ms: carrying.received_at_ms,
                trouble: carrying.trouble,
            },
            sealed: carrying.sealed,
            oldest: self.oldest_unsent(),
            photos: photos.len() as u64,
            photo_bytes: photos.iter().sum(),
            wifi_only: carrying.wifi_only,
            knows_network: network().is_some(),
            heard_at_ms: carrying.heard_at_ms,
            clock_off_s: off_ms.map(|it| it / 1000),
            unsent,
            refused: carrying.refused_about.clone(),
            sees_kabar: looks_after_phones(&account.connected.roles),
            takes_complaints: book.takes_complaints(),
        }
    }

    /// Tells the page when it moved.
    pub(super) fn tell_carriage(&mut self) {
        self.count_questions();
        let now = self.carriage();
        if self.carrying.told.as_ref() != Some(&now) {
            self.carrying.told = Some(now.clone());
            self.tell.notice(Notice::Carriage(Box::new(now)));
        }
    }

    /// Once for each version of the book.
    fn count_questions(&mut self) {
        let Some(book) =
            self.open.as_ref().filter(|_| self.carrying.open_questions.is_none_or(|it| it.0 != self.version))
        else {
            return;
        };
        let open = warga::open(&book.desk(self.local_now(), &Own::default())).len();
        self.carrying.open_questions = Some((self.version, open as u64));
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

    /// Whether something is here that the server will not have by waiting.
    pub(super) fn keeps(&self) -> bool {
        let it = &self.carrying;
        it.refused + it.parked + it.sealed > 0
    }

    /// What needs a person, and what a person left here.
    pub(super) async fn tray(&self) -> Result<Reply, Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let mut items = Vec::new();
        for (id, it, _) in book.tray(db).await? {
            let event = book.stored(db, id).await?;
            let shown = event.as_ref().map(|it| self.shown(it)).unwrap_or_default();
            items.push(TrayItem {
                id: id.to_string(),
                is_own: true,
                reason: it.reason,
                at_ms: it.at_ms,
                again: it.again,
                parked: it.parked,
                text: event.map(|it| it.to_text()).unwrap_or_default(),
                ..shown
            });
        }
        for (id, it) in book.arrived(db).await? {
            let event = Event::parse(&it.text).ok();
            let shown = event.as_ref().map(|it| self.shown(it)).unwrap_or_default();
            let reason = it.reason();
            items.push(TrayItem { id, reason, at_ms: it.at_ms, text: it.text, ..shown });
        }
        crate::domain::order::sort_by_key(&mut items, |it| std::cmp::Reverse(it.at_ms));
        Ok(Reply::Tray(items))
    }

    fn shown(&self, event: &Event) -> TrayItem {
        let known = self.open.as_ref().and_then(|it| it.ledger.book.subject(name_in(event.subject())));
        TrayItem {
            kind: event.kind().to_owned(),
            subject: event.subject().to_owned(),
            nama: known.and_then(|it| it.text("nama")).unwrap_or_default(),
            ..TrayItem::default()
        }
    }

    /// Sends again what was refused.
    pub(super) async fn send_again(&mut self, id: &str) -> Result<Reply, Failure> {
        let id = EventId::parse(id).map_err(|_| Failure::NotFound)?;
        self.change_tray(id, |it| (it.again, it.parked) = (true, false)).await?;
        self.wake_courier();
        Ok(Reply::Done)
    }

    /// Lets it lie: what a server did not take, or what came and is not taken.
    pub(super) async fn park(&mut self, id: &str) -> Result<Reply, Failure> {
        match EventId::parse(id) {
            Ok(id) => self.change_tray(id, |it| (it.again, it.parked) = (false, true)).await?,
            Err(_) => self.book()?.park_incoming(self.db()?, id).await?,
        }
        self.moved();
        Ok(Reply::Done)
    }

    async fn change_tray(&mut self, id: EventId, change: impl Fn(&mut super::book::Outgoing)) -> Result<(), Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let found = book.tray(db).await?.into_iter().find(|(known, ..)| *known == id);
        let (_, mut item, home) = found.ok_or(Failure::NotFound)?;
        change(&mut item);
        db.write(&book.put_tray(Batch::strict(), id, &item, home)?).await.map_err(failure)?;
        self.count_tray().await?;
        self.tell_carriage();
        Ok(())
    }
}

/// Whom or what a subject is about: the end of its name.
fn name_in(subject: &str) -> &str {
    subject.rsplit(':').next().unwrap_or_default()
}

/// Which network it is, where the browser tells: Chrome on Android does.
fn network() -> Option<String> {
    let of = |it: &wasm_bindgen::JsValue, name: &str| Reflect::get(it, &name.into()).unwrap_or_default();
    of(&of(&of(&js_sys::global(), "navigator"), "connection"), "type").as_string()
}
