//! Carries: one task that asks the server and, for everything that concerns the book, the office.
//!
//! It runs beside the questions of the page and holds nothing of the book: what it wants of it goes as an [`Order`]
//! through the same queue, so that a save or a question never waits for more than one slice of it, and never for a
//! network. What to ask, and what an answer means, the protocol decides.

use std::pin::Pin;

use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt;
use futures_util::future::{Either, ready, select};
use gloo::timers::future::TimeoutFuture;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::Heard;
use super::office::{monotonic_ms, random, sixteen};
use crate::domain::activation::grants_from;
use crate::domain::json::{self, Value, object};
use crate::domain::kirim::Trouble;
use crate::domain::ledger::EventId;
use crate::domain::ledger::proof::{Claim, Proofs};
use crate::domain::rights::Grant;
use crate::domain::scope::Class;
use crate::later::{self, Here};
use crate::store::Delivered;
use crate::sync::protocol::pull::Pace;
use crate::sync::protocol::push::Load;
use crate::sync::protocol::retry::Backoff;
use crate::sync::protocol::{
    self, Command, Direction, Outcome, Owed, Pause, Place, Pull, Push, Reading, Request, Settled, StoreTrouble, Told,
    Verb, Why,
};
use crate::sync::transport::{self, Answer, Call, Unreachable};

#[wasm_bindgen]
extern "C" {
    /// In `public/worker.js`: waits until this tab is the one that carries.
    #[wasm_bindgen(catch)]
    async fn lead() -> Result<JsValue, JsValue>;
    /// In `public/worker.js`: lets another tab carry.
    #[wasm_bindgen(catch)]
    fn letGo() -> Result<(), JsValue>;
    /// In `public/worker.js`: checks signatures beside other work; begun when this returns.
    #[wasm_bindgen(catch)]
    fn foundGood(asked: &js_sys::Uint8Array) -> Result<js_sys::Promise, JsValue>;
}

/// Documents given to the book at a time: a question of the page waits no longer than for these.
const SLICE: usize = 64;
/// Of sealed documents, in each of which may be a photo: at the beginning so many are asked for at a time, on a slow
/// line fewer.
const SEALED_PACE: Pace = Pace { limit: 16, most: 16, fewest: 1, log_every: 8 };
/// One with a photo goes by itself, and nothing goes twice with who holds the phone.
const SEALED_LOAD: Load = Load { count: 20, bytes: 400_000, ask_from: 1, log_every: 8 };
/// When its own code is not on the phone yet and there is no network: tried again after this.
const NOT_HERE_MS: u32 = 60_000;
/// How long a server may keep a question open until something changes.
const LONG_POLL_MS: u32 = 50_000;
/// Above it a round trip says nothing about the clock.
const HONEST_TRIP_MS: f64 = 5_000.0;

/// What is wanted of the office.
pub(super) enum Order {
    /// How it stands may have changed: tell the page.
    Look,
    /// Another tab wrote: count what waits.
    Count,
    /// Who is connected, if anybody.
    Account,
    /// See [`Command::Load`].
    Load(Direction),
    /// See [`Command::Owe`].
    Owe(Owed, Direction, Option<String>),
    /// To seal what waits for the readers of a database, with its photos or without.
    Seal(bool),
    /// Which signatures of these are to be checked.
    Claims(Vec<String>),
    /// A slice of [`Command::WriteBatch`], and what of it was found good; the log comes with the last.
    Given(Vec<Delivered>, Proofs, Option<String>),
    /// See [`Command::Mend`].
    Mend(Vec<String>, Vec<EventId>),
    /// See [`Command::ReadRows`].
    Rows(Reading),
    /// See [`Command::ReadTray`].
    Tray(usize, usize),
    /// See [`Command::Settle`].
    Settle(Settled),
    /// The bytes of a photo, by its event.
    Photo(EventId),
    /// What the server says that may be done.
    Grants(Vec<Grant>),
    /// How it stands, for the page.
    Phase(Phase),
    /// The server's clock minus the phone's, milliseconds.
    Clock(f64),
    /// Which server answers.
    Meet(String),
    /// What her posyandu's own root said and the server's root is still to take over.
    Adoption,
    /// What colleagues know of each other is here.
    Introduce,
    /// What is to be told the server at the end of a run.
    Kabar,
}

/// An order, for which book and database it is, and where the answer goes.
pub(super) struct Ordered {
    pub(super) order: Order,
    pub(super) place: Option<Place>,
    /// Which opening of the book.
    pub(super) epoch: u64,
    pub(super) answer: oneshot::Sender<Handed>,
    /// What it takes to be done came with the courier.
    pub(super) here: Here,
}

/// What the office hands back.
pub(super) enum Handed {
    /// For the protocol.
    Told(Told),
    /// Who is connected.
    Account(Option<Box<Carrier>>),
    /// The bytes of a photo, if they are here, and whether it was taken on this phone.
    Bytes(Option<Vec<u8>>, bool),
    /// Text, if there is any.
    Text(Option<String>),
    /// What was given, read, and what is to be checked of it.
    Claims(Vec<Delivered>, Vec<Claim>),
    /// Done.
    Done,
    /// The book was closed, or another one is open.
    Gone,
}

/// Who carries for whom.
pub(super) struct Carrier {
    pub(super) epoch: u64,
    pub(super) name: String,
    pub(super) secret: String,
    pub(super) store: String,
    pub(super) server: String,
    pub(super) grants: Vec<Grant>,
    pub(super) with_photos: bool,
}

/// What goes on, for the page.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Phase {
    /// A run began.
    Begun,
    /// Fetched so many, and so many are said to come.
    Fetching(u64, u64),
    /// Received by the server, of this run.
    Sent(u64),
    /// A run came to its end: everything that could be sent was received.
    Finished,
    /// A run stopped.
    Stopped(Trouble),
}

/// What wakes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// Something was saved, or the network came back.
    Now,
    /// The page is in sight.
    Seen,
    /// The page is out of sight.
    Unseen,
    /// Another tab wrote.
    Counted,
    /// The book was closed: the session goes with it.
    Closed,
}

/// The office's hold on the courier.
#[derive(Clone)]
pub(super) struct Bell(mpsc::UnboundedSender<Wake>);

impl Bell {
    /// Wakes it; one that is on its way goes on, and runs once more.
    pub(super) fn ring(&self, wake: Wake) {
        // It lives as long as the worker.
        let _ = self.0.unbounded_send(wake);
    }
}

/// Starts the task.
pub(super) fn start(office: mpsc::UnboundedSender<Heard>) -> Bell {
    let (bell, wakes) = mpsc::unbounded();
    let courier = Courier {
        office,
        wakes,
        backoff: Backoff::default(),
        pace: Pace::default(),
        sealed_pace: SEALED_PACE,
        visible: true,
        here: None,
        epoch: 0,
        is_leading: false,
        is_signed_in: None,
        is_to_leave: false,
        has_owed: false,
        is_to_count: false,
        next: None,
        ahead: None,
    };
    wasm_bindgen_futures::spawn_local(courier.begin());
    Bell(bell)
}

struct Courier {
    office: mpsc::UnboundedSender<Heard>,
    wakes: mpsc::UnboundedReceiver<Wake>,
    backoff: Backoff,
    pace: Pace,
    sealed_pace: Pace,
    visible: bool,
    here: Option<Here>,
    /// Of which opening of the book it speaks.
    epoch: u64,
    is_leading: bool,
    /// The account whose session the browser holds.
    is_signed_in: Option<String>,
    /// The book was closed, and the session is still to be ended.
    is_to_leave: bool,
    /// Something came to be owed to a server that was set back.
    has_owed: bool,
    /// Another tab wrote, and what waits is still to be counted.
    is_to_count: bool,
    /// The rows that will be asked for next, to be read while something is on its way.
    next: Option<Reading>,
    /// Rows that were read ahead.
    ahead: Option<(Reading, Told)>,
}

/// A request that is on its way.
type Sent = Pin<Box<dyn Future<Output = Result<Answer, Unreachable>>>>;

/// Documents whose signatures are being checked.
struct Checking {
    documents: Vec<Delivered>,
    claims: Vec<Claim>,
    found: Option<js_sys::Promise>,
}

/// Why a run ends before its end.
enum Halt {
    /// The book was closed.
    Gone,
    /// To be tried again.
    Paused(Pause),
    /// The session ended on the way.
    SessionOver,
    /// Waits for a person.
    Trouble(Trouble),
}

impl Courier {
    /// Nothing of it is on a phone that works alone: it comes when it is first needed.
    async fn begin(mut self) {
        let mut is_missing = false;
        loop {
            let wake = if is_missing {
                match select(self.wakes.next(), TimeoutFuture::new(NOT_HERE_MS)).await {
                    Either::Left((wake, _)) => wake,
                    Either::Right(_) => Some(Wake::Now),
                }
            } else {
                self.wakes.next().await
            };
            let Some(wake) = wake else { return };
            self.note(wake);
            if wake != Wake::Now {
                continue;
            }
            if let Ok(here) = later::load().await {
                self.here = Some(here);
                here.run(self.run()).await;
                return;
            }
            is_missing = true;
        }
    }

    async fn run(mut self) {
        let mut wait_ms = None;
        let mut is_first = true;
        loop {
            // That the book was closed may have been heard on the way already.
            if !std::mem::take(&mut is_first) && !self.is_to_leave && !self.rest(wait_ms).await {
                return;
            }
            if std::mem::take(&mut self.is_to_leave) {
                self.leave().await;
            }
            if !self.visible {
                self.give_way();
                wait_ms = None;
                continue;
            }
            wait_ms = match self.round().await {
                Ok(()) => {
                    self.backoff.succeeded();
                    None
                }
                Err(Halt::Gone) => {
                    // Another tab may have a book open.
                    self.give_way();
                    None
                }
                Err(Halt::SessionOver) => {
                    self.phase(Phase::Stopped(Trouble::SignedOut)).await;
                    None
                }
                Err(Halt::Trouble(trouble)) => {
                    self.phase(Phase::Stopped(trouble)).await;
                    // What somebody has to do something about is tried when there is a reason, the rest by itself.
                    let is_a_persons = matches!(trouble, Trouble::SignedOut | Trouble::Ended);
                    (!is_a_persons).then(|| self.pause_ms(Pause { why: Why::Server, retry_after_s: None }))
                }
                Err(Halt::Paused(pause)) => {
                    let trouble = match pause.why {
                        Why::Network => Trouble::Unreachable,
                        Why::Busy | Why::Server => Trouble::Server,
                    };
                    self.phase(Phase::Stopped(trouble)).await;
                    Some(self.pause_ms(pause))
                }
            };
        }
    }

    fn pause_ms(&mut self, pause: Pause) -> u32 {
        let mut bytes = [0; 4];
        random(&mut bytes);
        self.backoff.wait_ms(pause, u32::from_le_bytes(bytes))
    }

    /// Waits for a reason to go, or until the wait is over, which a reason cuts short where it may; false when the
    /// worker ends.
    async fn rest(&mut self, wait_ms: Option<u32>) -> bool {
        let began = monotonic_ms();
        let mut until_ms = wait_ms.map(f64::from);
        loop {
            let left_ms = until_ms.map(|it| (began + it - monotonic_ms()).max(0.0));
            let wake = match left_ms {
                None => self.wakes.next().await,
                Some(left_ms) => match select(self.wakes.next(), TimeoutFuture::new(left_ms as u32)).await {
                    Either::Left((wake, _)) => wake,
                    Either::Right(_) => return true,
                },
            };
            let Some(wake) = wake else { return false };
            let mut is_reason = self.note(wake);
            is_reason |= self.hear_all();
            self.look().await;
            if self.is_to_leave {
                return true;
            }
            if !self.visible {
                self.give_way();
            } else if is_reason {
                until_ms = match (until_ms, self.backoff.cut_short_at_ms()) {
                    (None, _) => return true,
                    (Some(until_ms), Some(cut_ms)) => Some(until_ms.min(f64::from(cut_ms))),
                    (planned, None) => planned,
                };
            }
        }
    }

    /// Whether it is a reason to go.
    fn note(&mut self, wake: Wake) -> bool {
        match wake {
            Wake::Now => {}
            Wake::Seen => self.visible = true,
            Wake::Unseen => self.visible = false,
            Wake::Counted => self.is_to_count = true,
            Wake::Closed => self.is_to_leave = true,
        }
        // What another tab saved goes by this one, if this one carries.
        matches!(wake, Wake::Now | Wake::Seen) || (wake == Wake::Counted && self.is_leading)
    }

    /// Several reasons are one.
    fn hear_all(&mut self) -> bool {
        let mut any = false;
        while let Ok(wake) = self.wakes.try_recv() {
            any |= self.note(wake);
        }
        any
    }

    /// Ends the session that the browser holds: whoever opens the book next, or sits at this browser, is not her.
    async fn leave(&mut self) {
        if self.is_signed_in.take().is_some() {
            // Without an answer it ends by itself; nobody is taken for her meanwhile, for each run asks who it is.
            let _ = transport::send(Call { verb: transport::Verb::Delete, ..Call::get("/_session".into()) }).await;
        }
    }

    /// One tab carries for all. The others wait here, and say all the while how it stands. Whether it is still wanted
    /// when it comes.
    async fn lead(&mut self) -> bool {
        if self.is_leading {
            return true;
        }
        // Where there are no locks there are no two tabs that could know of each other.
        let mut leading = Box::pin(lead());
        loop {
            match select(leading, self.wakes.next()).await {
                Either::Left(_) => break,
                Either::Right((wake, still)) => {
                    leading = still;
                    if let Some(wake) = wake {
                        self.note(wake);
                        self.look().await;
                    }
                }
            }
        }
        self.is_leading = true;
        self.visible && !self.is_to_leave
    }

    /// Whatever rang may have changed how it stands.
    async fn look(&mut self) {
        let order = if std::mem::take(&mut self.is_to_count) { Order::Count } else { Order::Look };
        let _ = self.order(0, None, order).await;
    }

    fn give_way(&mut self) {
        if std::mem::take(&mut self.is_leading) {
            let _ = letGo();
        }
    }

    /// Everything once; where the session ended on the way, once more with a new one.
    async fn round(&mut self) -> Result<(), Halt> {
        match self.once().await {
            Err(Halt::SessionOver) => self.once().await,
            done => done,
        }
    }

    /// Everything once, in the order in which it matters: whose word counts, what goes, what comes. Then it waits for
    /// complaints as long as the page is in sight.
    async fn once(&mut self) -> Result<(), Halt> {
        // How it stands is said before anything is asked.
        if matches!(self.order(0, None, Order::Account).await?, Handed::Account(None)) || !self.lead().await {
            return Err(Halt::Gone);
        }
        let mut carrier = match self.order(0, None, Order::Account).await? {
            Handed::Account(Some(carrier)) => *carrier,
            _ => return Err(Halt::Gone),
        };
        self.epoch = carrier.epoch;
        let (grants, is_ended) = self.sign_in(&carrier).await?;
        carrier.server = self.meet(&carrier).await?;
        // Nothing is said to be on its way to a server that has not answered.
        self.phase(Phase::Begun).await;
        let place = |it: &Grant| Place {
            store: carrier.store.clone(),
            server: carrier.server.clone(),
            database: it.db.clone(),
        };
        if !is_ended {
            // Before anything of a colleague is sent that only counts with it.
            self.be_adopted(&carrier).await?;
        }
        let mut trouble = is_ended.then_some(Trouble::Ended);
        for grant in grants.iter().filter(|it| it.read && it.class == Class::Tabel) {
            self.pull(&carrier, place(grant), &mut trouble).await?;
        }
        for grant in grants.iter().filter(|it| it.write && !matches!(it.class, Class::Tabel)) {
            self.push(&carrier, place(grant), &mut trouble).await?;
        }
        // A push pays by itself what it found that it owes.
        self.has_owed = false;
        for grant in grants.iter().filter(|it| it.read && it.class != Class::Tabel) {
            if trouble == Some(Trouble::Full) {
                // What comes would not find room; what goes went.
                break;
            }
            let is_whole = self.pull(&carrier, place(grant), &mut trouble).await?;
            if is_whole && grant.class == Class::Posyandu {
                self.order(carrier.epoch, None, Order::Introduce).await?;
            }
        }
        if std::mem::take(&mut self.has_owed) {
            // What came said that the server was set back: what it lost goes at once.
            for grant in grants.iter().filter(|it| it.write && !matches!(it.class, Class::Tabel)) {
                self.push(&carrier, place(grant), &mut trouble).await?;
            }
        }
        if !is_ended {
            self.report(&carrier).await?;
        }
        if let Some(trouble) = trouble {
            return Err(Halt::Trouble(trouble));
        }
        self.phase(Phase::Finished).await;
        let live = grants.iter().find(|it| it.read && matches!(it.class, Class::Aduan | Class::Opd));
        if let Some(grant) = live {
            self.watch(&carrier, place(grant)).await?;
        }
        Ok(())
    }

    /// A session of this account: the browser may hold another person's. What she may, and whether her account ended.
    async fn sign_in(&mut self, carrier: &Carrier) -> Result<(Vec<Grant>, bool), Halt> {
        if self.is_signed_in.as_deref() != Some(&carrier.name) {
            self.new_session(carrier).await?;
        }
        for _ in 0..2 {
            let answer = self.send(carrier, Call::get("/_session".into())).await?;
            if !matches!(answer.status, 200 | 401) {
                return Err(Halt::Paused(pause(&answer)));
            }
            let told = json::parse_object(&String::from_utf8_lossy(&answer.body)).unwrap_or_default();
            let name = told.get("userCtx").and_then(|it| it.get("name")).and_then(Value::as_text);
            if answer.status == 200 && name == Some(&carrier.name) {
                // A plain CouchDB says nothing of it: what was granted with the link counts on.
                let Some(ours) = told.get("posyandu6") else { return Ok((carrier.grants.clone(), false)) };
                let grants = grants_from(ours.get("grants"));
                self.order(carrier.epoch, None, Order::Grants(grants.clone())).await?;
                return Ok((grants, ours.get("struck").and_then(Value::as_bool) == Some(true)));
            }
            self.new_session(carrier).await?;
        }
        Err(Halt::Trouble(Trouble::SignedOut))
    }

    /// Asks the server's root to take over what her posyandu's own root said since.
    async fn be_adopted(&mut self, carrier: &Carrier) -> Result<(), Halt> {
        if let Handed::Text(Some(text)) = self.order(carrier.epoch, None, Order::Adoption).await? {
            // A server that does not want it works all the same; what it then does not take needs a person.
            let _ = self.send(carrier, Call::post("/_adopt", text)).await?;
        }
        Ok(())
    }

    /// Which server it is: its name is in its greeting.
    async fn meet(&mut self, carrier: &Carrier) -> Result<String, Halt> {
        let answer = self.send(carrier, Call::get("/".into())).await?;
        let told = json::parse_object(&String::from_utf8_lossy(&answer.body)).unwrap_or_default();
        let Some(uuid) = told.get("uuid").and_then(Value::as_text).filter(|_| answer.status == 200) else {
            return Err(Halt::Paused(pause(&answer)));
        };
        self.order(carrier.epoch, None, Order::Meet(uuid.to_owned())).await?;
        Ok(uuid.to_owned())
    }

    async fn new_session(&mut self, carrier: &Carrier) -> Result<(), Halt> {
        self.is_signed_in = None;
        let body = object([("name", carrier.name.as_str().into()), ("password", carrier.secret.as_str().into())]);
        let answer = self.send(carrier, Call::post("/_session", Value::Object(body).canonical())).await?;
        match answer.status {
            200 => {
                self.is_signed_in = Some(carrier.name.clone());
                Ok(())
            }
            401 | 403 => Err(Halt::Trouble(Trouble::SignedOut)),
            _ => Err(Halt::Paused(pause(&answer))),
        }
    }

    /// Sends, and learns the server's clock from the answer.
    async fn send(&mut self, carrier: &Carrier, call: Call) -> Result<Answer, Halt> {
        let network = Pause { why: Why::Network, retry_after_s: None };
        let answer = transport::send(call).await.map_err(|Unreachable| Halt::Paused(network))?;
        self.learn_clock(carrier, &answer).await?;
        Ok(answer)
    }

    async fn learn_clock(&mut self, carrier: &Carrier, answer: &Answer) -> Result<(), Halt> {
        if let Some(date) = answer.date_ms
            && answer.took_ms < HONEST_TRIP_MS
        {
            // The second of the answer, in the middle of the way back.
            let offset = date + 500.0 - (js_sys::Date::now() - answer.took_ms / 2.0);
            self.order(carrier.epoch, None, Order::Clock(offset)).await?;
        }
        Ok(())
    }

    /// Whether everything of it is here.
    async fn pull(&mut self, carrier: &Carrier, place: Place, trouble: &mut Option<Trouble>) -> Result<bool, Halt> {
        let is_sealed = Class::of(&place.database) == Some(Class::Titipan);
        let pace = if is_sealed { self.sealed_pace } else { self.pace };
        let mut pull = Pull::new(place.clone(), sixteen(), pace);
        let mut ahead = None;
        while let Some(command) = pull.poll() {
            let told = match (command, ahead.take()) {
                (Command::Send(request), Some((asked, answer))) if request == asked => {
                    let answer = answer.await;
                    self.answered(carrier, answer).await?
                }
                // The next page comes while this one is stored.
                (Command::WriteBatch { texts, log }, _) => {
                    let (told, next) = self.give_and_ask(carrier, &place, (texts, log), pull.foreseen()).await?;
                    ahead = next;
                    told
                }
                (command, kept) => {
                    ahead = kept;
                    self.perform(carrier, &place, command).await?
                }
            };
            if pull.handle(told).is_err() {
                break;
            }
            let progress = pull.progress();
            if progress.done > 0 {
                self.phase(Phase::Fetching(progress.done, progress.pending.unwrap_or(0))).await;
            }
        }
        *(if is_sealed { &mut self.sealed_pace } else { &mut self.pace }) = pull.pace();
        let is_whole = pull.outcome() == Some(Outcome::Done);
        ended(pull.outcome(), trouble).map(|()| is_whole)
    }

    async fn push(&mut self, carrier: &Carrier, place: Place, trouble: &mut Option<Trouble>) -> Result<(), Halt> {
        let is_sealed = Class::of(&place.database) == Some(Class::Titipan);
        if is_sealed {
            self.order(carrier.epoch, Some(&place), Order::Seal(carrier.with_photos)).await?;
        }
        let load = if is_sealed { SEALED_LOAD } else { Load::default() };
        let mut push = Push::new(place.clone(), sixteen(), load, carrier.with_photos);
        (self.next, self.ahead) = (None, None);
        while let Some(command) = push.poll() {
            let told = self.perform(carrier, &place, command).await?;
            if push.handle(told).is_err() {
                break;
            }
            self.phase(Phase::Sent(push.progress().received)).await;
        }
        ended(push.outcome(), trouble)
    }

    /// Waits for changes until there is something else to do.
    async fn watch(&mut self, carrier: &Carrier, place: Place) -> Result<(), Halt> {
        let mut pull = Pull::new(place.clone(), sixteen(), self.pace).live(LONG_POLL_MS);
        while let Some(command) = pull.poll() {
            if self.hear_all() || !self.visible || self.is_to_leave {
                // A reason came: everything once more.
                self.office_bell();
                return Ok(());
            }
            let told = match command {
                Command::Send(request) => {
                    // What comes meanwhile ends the waiting; nothing is lost with it.
                    let asked = Box::pin(transport::send(call_of(request)));
                    match select(asked, self.wakes.next()).await {
                        Either::Left((answer, _)) => told_of(answer),
                        Either::Right((wake, _)) => {
                            if let Some(wake) = wake {
                                self.note(wake);
                                self.look().await;
                                self.office_bell();
                            }
                            return Ok(());
                        }
                    }
                }
                command => self.perform(carrier, &place, command).await?,
            };
            if pull.handle(told).is_err() {
                break;
            }
        }
        let mut trouble = None;
        ended(pull.outcome(), &mut trouble)?;
        trouble.map_or(Ok(()), |it| Err(Halt::Trouble(it)))
    }

    /// Rings for itself: the reason that was just heard is still to be followed.
    fn office_bell(&self) {
        let _ = self.office.unbounded_send(Heard::Wake);
    }

    async fn perform(&mut self, carrier: &Carrier, place: &Place, command: Command) -> Result<Told, Halt> {
        let order = match command {
            Command::Send(request) => match self.next.take() {
                None => return self.ask(carrier, request).await,
                Some(reading) => {
                    // The next rows are read while these are on their way.
                    let sent = transport::send(call_of(request));
                    let read = self.told(carrier, place, Order::Rows(reading));
                    let (answer, rows) = futures_util::future::join(sent, read).await;
                    self.ahead = Some((reading, rows?));
                    return self.answered(carrier, answer).await;
                }
            },
            Command::SendPhoto { id, text, request } => {
                let bytes = match self.order(carrier.epoch, Some(place), Order::Photo(id)).await? {
                    Handed::Bytes(Some(bytes), _) => bytes,
                    Handed::Bytes(None, is_own) => return Ok(Told::NoBytes { is_own }),
                    // Not read is not absent.
                    Handed::Told(failed) => return Ok(failed),
                    _ => return Ok(Told::NoBytes { is_own: false }),
                };
                return self.ask(carrier, with_photo(request, &text, &bytes)).await;
            }
            Command::WriteBatch { texts, log } => return self.give(carrier, place, texts, log).await,
            Command::Load(direction) => Order::Load(direction),
            Command::Mend { texts, asked } => Order::Mend(texts, asked),
            Command::Owe { owed, direction, log } => {
                self.has_owed |= !owed.is_none();
                Order::Owe(owed, direction, log)
            }
            Command::ReadRows(reading) => return self.rows(carrier, place, reading).await,
            Command::ReadTray { count, bytes } => Order::Tray(count, bytes),
            Command::Settle(settled) => Order::Settle(settled),
        };
        self.told(carrier, place, order).await
    }

    async fn ask(&mut self, carrier: &Carrier, request: Request) -> Result<Told, Halt> {
        let answer = transport::send(call_of(request)).await;
        self.answered(carrier, answer).await
    }

    async fn answered(&mut self, carrier: &Carrier, answer: Result<Answer, Unreachable>) -> Result<Told, Halt> {
        if let Ok(answer) = &answer {
            self.learn_clock(carrier, answer).await?;
        }
        if answer.as_ref().is_ok_and(|it| it.status == 401) {
            self.is_signed_in = None;
        }
        Ok(told_of(answer))
    }

    /// Rows to be sent: as they were read ahead, if they are these.
    async fn rows(&mut self, carrier: &Carrier, place: &Place, reading: Reading) -> Result<Told, Halt> {
        let told = match self.ahead.take() {
            Some((of, told)) if of == reading => told,
            _ => self.told(carrier, place, Order::Rows(reading)).await?,
        };
        self.next = match &told {
            Told::Rows { rows, until, is_end: false } if !rows.is_empty() => Some(Reading { after: *until, ..reading }),
            _ => None,
        };
        Ok(told)
    }

    /// In slices: between them the page is answered, and the signatures of the next are checked. Only the last one moves
    /// the log.
    async fn give(
        &mut self,
        carrier: &Carrier,
        place: &Place,
        mut texts: Vec<String>,
        log: String,
    ) -> Result<Told, Halt> {
        let mut checking = self.check(carrier, place, first_of(&mut texts)).await?;
        while !texts.is_empty() {
            let next = self.check(carrier, place, first_of(&mut texts)).await?;
            let (slice, proofs) = std::mem::replace(&mut checking, next).done().await;
            let told = self.told(carrier, place, Order::Given(slice, proofs, None)).await?;
            if matches!(told, Told::StoreFailed(_)) {
                return Ok(told);
            }
        }
        let (slice, proofs) = checking.done().await;
        self.told(carrier, place, Order::Given(slice, proofs, Some(log))).await
    }

    /// The same, and what is foreseen to be asked after it goes meanwhile.
    async fn give_and_ask(
        &mut self,
        carrier: &Carrier,
        place: &Place,
        (texts, log): (Vec<String>, String),
        next: Option<Request>,
    ) -> Result<(Told, Option<(Request, Sent)>), Halt> {
        let giving = Box::pin(self.give(carrier, place, texts, log));
        let Some(next) = next else { return Ok((giving.await?, None)) };
        let sent: Sent = Box::pin(transport::send(call_of(next.clone())));
        let (told, sent) = match select(giving, sent).await {
            Either::Left((told, sent)) => (told?, sent),
            Either::Right((answer, giving)) => (giving.await?, Box::pin(ready(answer)) as Sent),
        };
        Ok((told, Some((next, sent))))
    }

    /// Begins to check the signatures of a slice.
    async fn check(&self, carrier: &Carrier, place: &Place, slice: Vec<String>) -> Result<Checking, Halt> {
        match self.order(carrier.epoch, Some(place), Order::Claims(slice)).await? {
            Handed::Claims(documents, claims) => Ok(Checking::begin(documents, claims)),
            _ => Err(Halt::Gone),
        }
    }

    async fn told(&self, carrier: &Carrier, place: &Place, order: Order) -> Result<Told, Halt> {
        match self.order(carrier.epoch, Some(place), order).await? {
            Handed::Told(told) => Ok(told),
            _ => Ok(Told::StoreFailed(StoreTrouble::Broken)),
        }
    }

    async fn report(&mut self, carrier: &Carrier) -> Result<(), Halt> {
        if let Handed::Text(Some(text)) = self.order(carrier.epoch, None, Order::Kabar).await? {
            // A server that does not take it works all the same.
            let _ = self.send(carrier, Call::post("/_kabar", text)).await?;
        }
        Ok(())
    }

    async fn phase(&mut self, phase: Phase) {
        let _ = self.order(self.epoch, None, Order::Phase(phase)).await;
    }

    async fn order(&self, epoch: u64, place: Option<&Place>, order: Order) -> Result<Handed, Halt> {
        let here = self.here.ok_or(Halt::Gone)?;
        let (answer, handed) = oneshot::channel();
        let ordered = Ordered { order, place: place.cloned(), epoch, answer, here };
        self.office.unbounded_send(Heard::Order(Box::new(ordered))).map_err(|_| Halt::Gone)?;
        match handed.await {
            Ok(Handed::Gone) | Err(_) => Err(Halt::Gone),
            Ok(handed) => Ok(handed),
        }
    }
}

/// Takes the first documents out.
fn first_of(texts: &mut Vec<String>) -> Vec<String> {
    let rest = texts.split_off(SLICE.min(texts.len()));
    std::mem::replace(texts, rest)
}

impl Checking {
    fn begin(documents: Vec<Delivered>, claims: Vec<Claim>) -> Self {
        let mut asked = Vec::new();
        for it in &claims {
            let length = (it.key.len() + it.signature.len() + it.message.len()) as u32;
            asked.extend(length.to_le_bytes());
            asked.extend(it.key);
            asked.extend(it.signature);
            asked.extend_from_slice(it.message.as_bytes());
        }
        let found = if claims.is_empty() { None } else { foundGood(&js_sys::Uint8Array::from(&asked[..])).ok() };
        Self { documents, claims, found }
    }

    /// The documents, and what of them was found good; a browser that cannot say leaves it to us.
    async fn done(self) -> (Vec<Delivered>, Proofs) {
        let mut proofs = Proofs::default();
        if let Some(found) = self.found
            && let Ok(found) = wasm_bindgen_futures::JsFuture::from(found).await
        {
            let found = js_sys::Uint8Array::new(&found).to_vec();
            let good = self.claims.iter().zip(found).filter(|(_, is_good)| *is_good == 1);
            good.for_each(|(claim, _)| proofs.add(claim));
        }
        (self.documents, proofs)
    }
}

fn ended(outcome: Option<Outcome>, trouble: &mut Option<Trouble>) -> Result<(), Halt> {
    let found = match outcome {
        Some(Outcome::Done) => return Ok(()),
        Some(Outcome::Paused(pause)) => return Err(Halt::Paused(pause)),
        Some(Outcome::SignedOut) => return Err(Halt::SessionOver),
        // One database that is closed to us holds no other back.
        Some(Outcome::NoAccess | Outcome::NoDatabase) => Trouble::NoAccess,
        Some(Outcome::Store(StoreTrouble::Full)) => Trouble::Full,
        Some(Outcome::Store(StoreTrouble::Broken)) | None => Trouble::Server,
    };
    // What stops everything is said before what stops a part.
    if !matches!(trouble, Some(Trouble::Full | Trouble::Ended)) {
        *trouble = Some(found);
    }
    Ok(())
}

fn pause(answer: &Answer) -> Pause {
    let why = if matches!(answer.status, 429 | 503) { Why::Busy } else { Why::Server };
    Pause { why, retry_after_s: answer.retry_after_s }
}

fn call_of(request: Request) -> Call {
    let verb = match request.verb {
        Verb::Get => transport::Verb::Get,
        Verb::Put => transport::Verb::Put,
        Verb::Post => transport::Verb::Post,
    };
    let timeout_ms = request.patience_s.saturating_mul(1000);
    Call { verb, body: request.body, timeout_ms, ..Call::get(request.path) }
}

fn told_of(answer: Result<Answer, Unreachable>) -> Told {
    match answer {
        Ok(answer) => Told::Answer(protocol::Answer {
            status: answer.status,
            retry_after_s: answer.retry_after_s,
            took_ms: answer.took_ms as u32,
            body: String::from_utf8_lossy(&answer.body).into_owned(),
        }),
        Err(Unreachable) => Told::Failed,
    }
}

/// The `_bulk_docs` of one document, with its photo inside.
fn with_photo(request: Request, text: &str, bytes: &[u8]) -> Request {
    use crate::domain::base64::STANDARD;
    let data = STANDARD.encode(bytes);
    let attachment =
        format!("{{\"_attachments\":{{\"foto.jpg\":{{\"content_type\":\"image/jpeg\",\"data\":\"{data}\"}}}},");
    let whole = text.replacen('{', &attachment, 1);
    let body = request.body.map(|it| it.replacen(text, &whole, 1));
    Request { body, ..request }
}
