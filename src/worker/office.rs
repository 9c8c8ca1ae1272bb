//! What stays between questions: the open database, the open book, the clock's offset.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use web_sys::DedicatedWorkerGlobalScope;

use super::Tell;
use super::account::Connecting;
use super::book::{OpenBook, SNAPSHOT_EVERY};
use super::bundle::Looked;
use super::carriage::Carrying;
use super::codes::Codes;
use super::courier::{Bell, Wake};
use super::own::Own;
use crate::crypto::device::DeviceKeys;
use crate::crypto::{Attempts, CryptoError};
use crate::domain::intent::{self, Saved};
use crate::domain::json::{Value, object};
use crate::domain::kinds;
use crate::domain::ledger::{Draft, Subject};
use crate::domain::scope::{self, Class};
use crate::domain::sorted::SortedMap;
use crate::domain::view;
use crate::messages::{FOUNDING, Failure, Gate, Notice, Reply, Request, StorageState, StoreFailure};
use crate::store::idb::{self, Db};
use crate::store::{Batch, StoreError};

/// Everything the worker keeps.
pub struct Office {
    pub(super) tell: Tell,
    pub(super) db: Option<Db>,
    pub(super) device: Option<DeviceKeys>,
    pub(super) open: Option<OpenBook>,
    pub(super) practice: bool,
    pub(super) built_at_ms: u64,
    /// Corrected time minus phone time, milliseconds.
    pub(super) offset_ms: i64,
    pub(super) clock_confirmed: bool,
    pub(super) version: u64,
    pub(super) shown_code: Option<crate::crypto::RecoveryCode>,
    /// When each person's wait was last counted down here, on the monotonic clock, and what was left of it then.
    pub(super) counted: SortedMap<String, (f64, Attempts)>,
    /// Tries that a full phone could not write down.
    pub(super) uncounted: SortedMap<String, Attempts>,
    /// Counts the openings of books: what was wanted of one that is closed is not done to the next.
    pub(super) epoch: u64,
    /// Wakes the courier, where there is one.
    pub(super) bell: Option<Bell>,
    pub(super) carrying: Carrying,
    /// A link that was looked at and not taken up yet.
    pub(super) connecting: Option<Connecting>,
    /// What a file holds that was looked into and not taken in yet.
    pub(super) looked: Option<Box<Looked>>,
    /// What was read and begun on the screens of codes.
    pub(super) codes: Codes,
    /// At which version of the book a backup was made, since it was opened.
    pub(super) exported: Option<u64>,
}

impl Office {
    /// An office of its own, for whoever asks without messages: tests.
    #[must_use]
    pub fn new(scope: DedicatedWorkerGlobalScope) -> Self {
        Self::telling(Tell::new(scope))
    }

    pub(super) fn telling(tell: Tell) -> Self {
        Self {
            tell,
            db: None,
            device: None,
            open: None,
            practice: false,
            built_at_ms: 0,
            offset_ms: 0,
            clock_confirmed: false,
            version: 0,
            shown_code: None,
            counted: SortedMap::new(),
            uncounted: SortedMap::new(),
            epoch: 0,
            bell: None,
            carrying: Carrying::default(),
            connecting: None,
            looked: None,
            codes: Codes::default(),
            exported: None,
        }
    }

    /// Answers one question of the page.
    ///
    /// # Errors
    /// [`Failure`]; then nothing was saved.
    pub async fn answer(&mut self, request: Request) -> Result<Reply, Failure> {
        match request {
            Request::Start { practice, built_at } => self.start(practice, built_at.saturating_mul(1000)).await,
            Request::Found(founding) => self.found(*founding).await,
            Request::Unlock { person, secret } => self.unlock(&person, &secret).await,
            Request::Look => self.gate().await,
            Request::Lock => self.lock().await,
            Request::AddKader { nama, secret } => self.add_kader(&nama, &secret).await,
            Request::ChangeSecret { old, new } => self.change_secret(&old, &new).await,
            Request::Recover { person, code, secret } => self.recover(&person, &code, &secret).await,
            Request::HelpColleague { person, secret } => self.help_colleague(&person, &secret).await,
            Request::NewRecovery => self.new_recovery().await,
            Request::ConfirmRecovery { group, typed } => self.confirm_recovery(group, &typed).await,
            Request::SetToday { day } => self.set_today(day).await,
            Request::Ask(query) => self.ask(&query).await,
            Request::Do(intent) => self.save(&intent).await,
            Request::Undo { events } => self.undo(events).await,
            Request::KeepDraft { form, body } => self.keep_draft(&form, body).await,
            Request::ReadDraft { form } => self.read_draft(&form).await,
            Request::ReadPhoto { sha256 } => self.read_photo(&sha256).await,
            Request::Storage => self.storage().await,
            Request::Export => self.export().await,
            Request::Restore { bytes, is_sure } => self.restore(&bytes, is_sure).await,
            Request::StartAgain => self.start_again().await,
            Request::ForgetPractice => self.forget_practice().await,
            Request::Carry => {
                self.wake_courier();
                Ok(Reply::Done)
            }
            Request::Seen { visible } => Ok(self.seen(visible)),
            // It goes by `Office::by_hand`, the others by `Office::depart`.
            _ => Err(Failure::Unreachable),
        }
    }

    /// What can wait until a question to the book was answered. Not behind the answer to a start: the first list
    /// waits for that already.
    pub async fn rest(&mut self) {
        // While much comes, it would be written again and again.
        let least = if self.is_carrying() { 10 * SNAPSHOT_EVERY } else { SNAPSHOT_EVERY };
        if let (Some(book), Some(db)) = (&mut self.open, &self.db) {
            book.fill_shelf();
            book.snapshot(db, least).await;
        }
    }

    /// Takes in documents that another phone recorded and that somebody brought by hand; answers how many were new,
    /// and how many are not taken and lie in quarantine.
    ///
    /// # Errors
    /// [`Failure`]; then nothing of it was stored.
    pub async fn receive(&mut self, texts: &[String]) -> Result<(usize, usize), Failure> {
        let now_ms = self.now_ms();
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        let counts = book.take_in(db, now_ms, texts, None, Batch::strict()).await?;
        self.moved();
        self.tell.wrote();
        self.wake_courier();
        Ok(counts)
    }

    pub(super) async fn start(&mut self, practice: Option<u32>, built_at_ms: u64) -> Result<Reply, Failure> {
        self.practice = practice.is_some();
        self.built_at_ms = built_at_ms;
        self.open = None;
        self.epoch += 1;
        self.looked = None;
        self.codes = Codes::default();
        if let Some(db) = self.db.take() {
            db.close();
        }
        self.open_database().await?;
        match practice {
            Some(families) => self.practise(families).await,
            None => self.gate().await,
        }
    }

    pub(super) async fn open_database(&mut self) -> Result<(), Failure> {
        let name = if self.practice { idb::PRACTICE } else { idb::MAIN };
        let tell = self.tell.clone();
        let heard = move |what| {
            if what == idb::Notice::Released {
                tell.notice(Notice::Released);
            }
        };
        let db = Db::open(name, heard).await.map_err(failure)?;
        self.device = Some(db.device_keys().await.map_err(failure)?);
        let offset = db.meta("offset").await.map_err(failure)?;
        self.offset_ms = offset.and_then(|it| it.try_into().ok()).map_or(0, i64::from_le_bytes);
        self.db = Some(db);
        Ok(())
    }

    pub(super) fn db(&self) -> Result<&Db, Failure> {
        self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))
    }

    pub(super) fn device(&self) -> Result<&DeviceKeys, Failure> {
        self.device.as_ref().ok_or(Failure::Store(StoreFailure::Broken))
    }

    pub(super) fn book(&self) -> Result<&OpenBook, Failure> {
        self.open.as_ref().ok_or(Failure::Locked)
    }

    /// Corrected time, Unix milliseconds.
    pub(super) fn now_ms(&self) -> u64 {
        let phone = js_sys::Date::now();
        let corrected = phone + self.offset_ms as f64;
        if corrected.is_finite() && corrected > 0.0 { corrected as u64 } else { 0 }
    }

    /// Corrected local time at the posyandu.
    pub(super) fn local_now(&self) -> NaiveDateTime {
        let zone_minutes = self.open.as_ref().map_or(7 * 60, OpenBook::zone_minutes);
        local(self.now_ms(), zone_minutes)
    }

    /// Before any server was heard a clock is plausible from the build to the latest stamp + 400 days.
    pub(super) fn doubts_clock(&self) -> bool {
        const DAYS_400_MS: u64 = 400 * 86_400_000;
        let latest = self.open.as_ref().map_or(0, |it| it.ledger.latest().unix_ms()).max(self.built_at_ms);
        let now = self.now_ms();
        !self.clock_confirmed && (now < self.built_at_ms || now > latest.saturating_add(DAYS_400_MS))
    }

    async fn set_today(&mut self, day: NaiveDate) -> Result<Reply, Failure> {
        let now = self.local_now();
        let days = day.signed_duration_since(now.date()).num_days();
        self.offset_ms = self.offset_ms.saturating_add(days.saturating_mul(86_400_000));
        self.clock_confirmed = true;
        let batch = Batch::strict().put_meta("offset", self.offset_ms.to_le_bytes());
        self.db()?.write(&batch).await.map_err(failure)?;
        self.gate().await
    }

    async fn ask(&self, query: &view::Query) -> Result<Reply, Failure> {
        let book = self.book()?;
        let own = Own::for_query(book, self.db()?, query).await?;
        let desk = book.desk(self.local_now(), &own);
        let view = view::answer(&desk, query).ok_or(Failure::NotFound)?;
        Ok(Reply::View(Box::new(view)))
    }

    async fn save(&mut self, intent: &intent::Intent) -> Result<Reply, Failure> {
        self.heed_clock();
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let now = self.local_now();
        let mut last = Failure::Store(StoreFailure::Closed);
        for _ in 0..3 {
            let book = self.book()?;
            let own = Own::for_intent(book, self.db()?, intent).await?;
            let plan = intent::plan(&book.desk(now, &own), intent, &mut new_id).map_err(Failure::Refused)?;
            // Nobody would take it.
            if !book.is_posyandu() && plan.drafts.iter().any(|it| it.home() == Class::Posyandu) {
                return Err(Failure::NotPosyandu);
            }
            let is_complaint = plan.uses_ticket || plan.drafts.iter().any(|it| it.home() == Class::Aduan);
            if is_complaint && !book.takes_complaints() {
                return Err(Failure::NoComplaints);
            }
            let (subject, uses_ticket) = (plan.subject.clone(), plan.uses_ticket);
            match self.write(plan, &own).await {
                Ok(events) => return Ok(Reply::Saved(Saved { subject, events })),
                // Another tab took the number meanwhile, or it was ourselves: look again.
                Err(failure) if uses_ticket && own.has_moved(self.book()?, self.db()?).await => last = failure,
                Err(failure) => return Err(failure),
            }
        }
        Err(last)
    }

    async fn undo(&mut self, events: Vec<(String, String)>) -> Result<Reply, Failure> {
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let on = self.local_now().date();
        let book = &self.book()?.ledger.book;
        let kind_of = |subject: &str, event: &str| {
            let log = book.subject(subject).map(Subject::log).unwrap_or_default();
            log.iter().find(|it| it.id.to_string() == event).map_or(Value::Null, |it| (&*it.kind).into())
        };
        let drafts = events.into_iter().map(|(subject, event)| Draft {
            kind: kinds::CATATAN_UNDONE.into(),
            on,
            data: object([(scope::ABOUT, kind_of(&subject, &event)), ("event", event.into())]),
            subject,
        });
        let plan = intent::Plan { drafts: drafts.collect(), ..intent::Plan::default() };
        let events = self.write(plan, &Own::default()).await?;
        Ok(Reply::Saved(Saved { subject: String::new(), events }))
    }

    /// Tells the page that the book moved.
    pub(super) fn moved(&mut self) {
        self.version += 1;
        self.tell.notice(Notice::Changed { version: self.version });
    }

    /// Another tab wrote: read what it wrote.
    pub async fn follow_other_tab(&mut self) {
        let now_ms = self.now_ms();
        let (Some(db), Some(book)) = (&self.db, &mut self.open) else { return };
        let before = book.ledger.len();
        // Not everything that it may have saved stands in the book.
        self.exported = None;
        // A failure shows itself at the next question.
        if book.catch_up(db, now_ms).await.is_ok() && book.ledger.len() != before {
            self.moved();
        }
        // It may have been the tab that carries.
        self.ring(Wake::Counted);
    }

    async fn keep_draft(&mut self, form: &str, body: Vec<u8>) -> Result<Reply, Failure> {
        if form == FOUNDING && self.open.is_none() {
            return self.keep_founding(body).await;
        }
        let book = self.book()?;
        let batch = if body.is_empty() {
            Batch::strict().delete_draft(book.me(), form)
        } else {
            Batch::strict().put_draft(book.me(), form, book.seal_own("drafts", form, &body).map_err(crypto)?)
        };
        self.db()?.write(&batch).await.map_err(failure)?;
        Ok(Reply::Done)
    }

    async fn read_draft(&self, form: &str) -> Result<Reply, Failure> {
        if form == FOUNDING && self.open.is_none() {
            return self.read_founding().await;
        }
        let book = self.book()?;
        let sealed = self.db()?.draft(book.me(), form).await.map_err(failure)?;
        // A draft of an older person key waits for her recovery code; it is not shown and not deleted.
        Ok(Reply::Draft(sealed.and_then(|it| book.open_own("drafts", form, &it).ok())))
    }

    async fn storage(&self) -> Result<Reply, Failure> {
        let space = idb::space().await.map_err(failure)?;
        let persisted = idb::is_persisted().await.map_err(failure)?;
        let events = self.open.as_ref().map_or(0, |it| it.ledger.len());
        Ok(Reply::Storage(StorageState {
            used: space.used as u64,
            quota: space.quota as u64,
            persisted,
            events: events as u64,
            backup_on: self.backup_made().await?.map(|(on, _)| on),
            is_backup_due: self.is_backup_due().await?,
            is_closed: self.has_closed().await?,
        }))
    }

    async fn forget_practice(&mut self) -> Result<Reply, Failure> {
        if !self.practice {
            return Err(Failure::NotFound);
        }
        self.open = None;
        if let Some(db) = self.db.take() {
            db.close();
        }
        idb::delete_database(idb::PRACTICE).await.map_err(failure)?;
        Ok(Reply::Gate(Gate::Fresh { doubtful: None }))
    }
}

/// Local time of an instant.
pub(super) fn local(unix_ms: u64, zone_minutes: i32) -> NaiveDateTime {
    let ms = i64::try_from(unix_ms).unwrap_or(0);
    let utc = chrono::DateTime::from_timestamp_millis(ms).map(|it| it.naive_utc()).unwrap_or_default();
    utc.checked_add_signed(TimeDelta::minutes(zone_minutes.into())).unwrap_or(utc)
}

/// Milliseconds on a clock that only runs forward while the app does.
pub(super) fn monotonic_ms() -> f64 {
    use wasm_bindgen::JsCast;
    js_sys::global()
        .dyn_into::<web_sys::DedicatedWorkerGlobalScope>()
        .ok()
        .and_then(|scope| scope.performance())
        .map_or(0.0, |it| it.now())
}

/// 16 random bytes.
pub(super) fn sixteen() -> [u8; 16] {
    let mut bytes = [0; 16];
    random(&mut bytes);
    bytes
}

/// The same as 32 hex.
pub(super) fn new_id() -> String {
    crate::domain::ledger::EventId(sixteen()).to_string()
}

/// Fills with the browser's randomness. Where there is none the app could not have started.
pub(super) fn random(bytes: &mut [u8]) {
    let _ = getrandom::fill(bytes);
}

/// The page's word for a store error.
pub(super) fn failure(error: StoreError) -> Failure {
    Failure::Store(match error {
        StoreError::QuotaExceeded => StoreFailure::Quota,
        StoreError::Blocked | StoreError::Released => StoreFailure::Blocked,
        StoreError::Newer => StoreFailure::Newer,
        StoreError::NotAllowed => StoreFailure::Forbidden,
        StoreError::Corrupt | StoreError::Malformed | StoreError::DeviceKey => StoreFailure::Broken,
        StoreError::Moved { .. } | StoreError::ConnectionLost | StoreError::Aborted | StoreError::Request(_) => {
            StoreFailure::Closed
        }
    })
}

/// The page's word for a crypto error that is not a wrong PIN.
pub(super) fn crypto(error: CryptoError) -> Failure {
    match error {
        CryptoError::NoAccess => Failure::Locked,
        CryptoError::Newer { .. } => Failure::Store(StoreFailure::Newer),
        _ => Failure::Store(StoreFailure::Broken),
    }
}
