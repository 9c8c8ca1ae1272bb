//! Her place at the server: how a phone is connected, and what it keeps of it.
//!
//! The secret of an account is made here, sent once, and kept sealed with her person key, so that the PIN is the only
//! thing ever typed. Asking the server is done between [`Office::depart`] and [`Office::arrive`]: while an answer is
//! on its way, everything else is answered.

use js_sys::Reflect;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::book::OpenBook;
use super::gate::{LOCK, LockInfo, signing_key};
use super::office::{Office, crypto, failure, new_id, random};
use crate::crypto::{Key, PersonVault, RecoveryCode, Secret};
use crate::domain::activation::{self, Activated, Adoption, Link, Posyandu, Redeem, Seen, Until, adoption_text};
use crate::domain::base64::URL_SAFE;
use crate::domain::intent::Plan;
use crate::domain::json::{self, Map, Value, object};
use crate::domain::kinds;
use crate::domain::ledger::id::DeviceId;
use crate::domain::ledger::{Draft, EventId, PersonId, Signer};
use crate::domain::rights::Grant;
use crate::domain::scope::Class;
use crate::messages::{Failure, LinkFailure, Reply, Request, StoreFailure};
use crate::store::{Batch, Ledger};
use crate::sync::protocol::Place;
use crate::sync::transport::{Answer, Call, Unreachable};

/// Where phones ask.
const ENDPOINT: &str = "/_activation";

/// Whether a request needs the server before it can be answered.
pub(super) fn asks_server(request: &Request) -> bool {
    matches!(request, Request::Offer { .. } | Request::Connect { .. } | Request::Kabar | Request::FetchPhoto { .. })
}

/// A phone that is connected.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) connected: Activated,
    pub(super) secret: String,
    /// Random name of this store.
    pub(super) store: String,
}

impl Account {
    /// The databases, with what may be done there.
    pub(super) fn places(&self, may: impl Fn(&Grant) -> bool) -> Vec<Place> {
        let grants = self.connected.grants.iter().filter(|it| may(it));
        grants
            .map(|it| Place { store: self.store.clone(), server: self.connected.uuid.clone(), database: it.db.clone() })
            .collect()
    }
}

/// What was asked of the server, until its answer comes.
pub enum Errand {
    /// What a link offers.
    Offer(Link),
    /// To be connected.
    Connect(Box<Connecting>),
    /// Who has not sent for long.
    Kabar,
    /// A photo, by its hash.
    Photo(String),
}

/// A phone on its way to be connected. Kept in memory until the answer came, so that asking again is asking the same.
#[derive(Clone)]
pub struct Connecting {
    link: Link,
    root: [u8; 32],
    device: DeviceId,
    secret: String,
    /// Of a phone that is used for the first time: who comes in.
    fresh: Option<Newcomer>,
}

#[derive(Clone)]
struct Newcomer {
    pin: String,
    signing: ed25519_dalek::SigningKey,
}

/// What is kept of an account.
#[derive(Serialize, Deserialize)]
struct Kept {
    connected: String,
    secret: String,
}

impl Office {
    /// What has to be asked of the server before a request can be answered, of those that need one.
    pub(super) async fn depart(&mut self, request: &Request) -> Result<(Errand, Call), Failure> {
        match request {
            Request::Offer { link } => self.ask_offer(link),
            Request::Connect { pin } => self.ask_connect(pin.as_deref()).await,
            Request::Kabar => Ok((Errand::Kabar, Call::get("/_kabar".into()))),
            Request::FetchPhoto { sha256 } => self.ask_photo(sha256),
            _ => Err(Failure::NotFound),
        }
    }

    /// The answer to an errand.
    pub(super) async fn arrive(
        &mut self,
        errand: Errand,
        answer: Result<Answer, Unreachable>,
    ) -> Result<Reply, Failure> {
        let answer = answer.map_err(|Unreachable| Failure::Network)?;
        match errand {
            Errand::Offer(link) => self.take_offer(link, &answer).await,
            Errand::Connect(connecting) => self.take_connection(*connecting, &answer).await,
            Errand::Kabar => kabar(&answer),
            Errand::Photo(sha256) => self.take_photo(&sha256, &answer).await,
        }
    }

    fn ask_offer(&mut self, link: &str) -> Result<(Errand, Call), Failure> {
        if self.practice {
            return Err(Failure::Link(LinkFailure::Practice));
        }
        let link = Link::parse(link).ok_or(Failure::Link(LinkFailure::Unreadable))?;
        if link.origin != origin() {
            return Err(Failure::Link(LinkFailure::OtherServer));
        }
        let call = Call::post(ENDPOINT, activation::Request::Look { code: link.code.clone() }.to_text());
        Ok((Errand::Offer(link), call))
    }

    async fn take_offer(&mut self, link: Link, answer: &Answer) -> Result<Reply, Failure> {
        let text = refused(answer)?;
        let offer = json::parse_object(&text).ok().and_then(|it| Seen::from_members(&it)).ok_or(Failure::Network)?;
        // Another server answers than the one that the link was made for.
        if !link.is_of(&offer.root) {
            return Err(Failure::Link(LinkFailure::OtherServer));
        }
        if offer.used && !self.connecting.as_ref().is_some_and(|it| it.link == link) {
            return Err(Failure::Link(LinkFailure::Used));
        }
        self.fits(&offer).await?;
        if self.connecting.as_ref().is_none_or(|it| it.link != link) {
            let device = match &self.open {
                Some(book) => book.device,
                None => DeviceId(random_id()),
            };
            let secret = URL_SAFE.encode(&random_id());
            self.connecting = Some(Connecting { link, root: offer.root, device, secret, fresh: None });
        }
        Ok(Reply::Offer(crate::messages::OfferShown {
            nama: offer.nama,
            roles: offer.roles,
            posyandu: offer.posyandu.map(|it| it.nama).unwrap_or_default(),
            practice: offer.practice,
            is_new: self.open.is_none(),
        }))
    }

    /// One phone is one posyandu's, or one office's; real work never goes to a place of practice.
    async fn fits(&self, offer: &Seen) -> Result<(), Failure> {
        let Some(book) = &self.open else {
            // Somebody's book is here, and closed.
            return if self.lock_info().await?.is_some() { Err(Failure::Locked) } else { Ok(()) };
        };
        let is_posyandu = Class::of(&book.scope) == Some(Class::Posyandu);
        if is_posyandu != offer.posyandu.is_some() {
            return Err(Failure::Link(LinkFailure::OtherPosyandu));
        }
        let before = self.any_account().await?;
        if let Some(before) = before {
            if before.root != offer.root {
                return Err(Failure::Link(LinkFailure::OtherServer));
            }
            let scope = |it: &Option<Posyandu>| it.as_ref().and_then(|it| it.scope.clone());
            if scope(&before.posyandu) != scope(&offer.posyandu) {
                return Err(Failure::Link(LinkFailure::OtherPosyandu));
            }
        } else if offer.practice {
            return Err(Failure::Link(LinkFailure::Practice));
        }
        Ok(())
    }

    /// What this phone was connected to before, by whomever.
    async fn any_account(&self) -> Result<Option<Activated>, Failure> {
        let text = self.db()?.meta("place").await.map_err(failure)?;
        Ok(text.and_then(|it| activated(std::str::from_utf8(&it).ok()?)))
    }

    async fn ask_connect(&mut self, pin: Option<&str>) -> Result<(Errand, Call), Failure> {
        let mut connecting = self.connecting.clone().ok_or(Failure::NotFound)?;
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let mut person = None;
        let mut adoption = None;
        let key = match &self.open {
            Some(book) => {
                person = PersonId::parse(book.me()).ok();
                adoption = book.alone(&connecting);
                book.unlocked.signing_key().clone()
            }
            None => {
                let pin = pin.unwrap_or_default();
                Secret::chosen(pin, None).map_err(Failure::WeakSecret)?;
                let before = connecting.fresh.take();
                let signing = before.map_or_else(signing_key, |it| it.signing);
                connecting.fresh = Some(Newcomer { pin: pin.to_owned(), signing: signing.clone() });
                signing
            }
        };
        let redeem = Redeem {
            code: connecting.link.code.clone(),
            device: connecting.device,
            key: key.verifying_key().to_bytes(),
            secret: connecting.secret.clone(),
            person,
            scope: None,
            adoption,
            possession: [0; 64],
        };
        let redeem = redeem.signed(&key, &connecting.root);
        self.connecting = Some(connecting.clone());
        Ok((
            Errand::Connect(Box::new(connecting)),
            Call::post(ENDPOINT, activation::Request::Redeem(Box::new(redeem)).to_text()),
        ))
    }

    async fn take_connection(&mut self, connecting: Connecting, answer: &Answer) -> Result<Reply, Failure> {
        let connected = activated(&refused(answer)?).ok_or(Failure::Network)?;
        if connected.root != connecting.root {
            return Err(Failure::Link(LinkFailure::OtherServer));
        }
        let reply = match &connecting.fresh {
            Some(newcomer) => self.come_in(&connecting, newcomer, connected).await?,
            None => self.connect_book(&connecting, connected).await?,
        };
        self.connecting = None;
        Ok(reply)
    }

    /// Writes down the place of an open book: everything it has is to be sent from now on.
    async fn connect_book(&mut self, connecting: &Connecting, connected: Activated) -> Result<Reply, Failure> {
        let store = self.store_name().await?;
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        let account = Account { connected, secret: connecting.secret.clone(), store };
        let batch = account.put(book, Batch::strict())?;
        let batch = batch.put_meta("root:server", account.connected.root);
        db.write(&batch).await.map_err(failure)?;
        book.ledger.roster.trust_also(account.connected.root);
        // The one on disk was made by fewer roots.
        book.snapshot(db, true).await;
        self.connected_as(account).await?;
        self.gate().await
    }

    /// The first person of an empty phone.
    async fn come_in(
        &mut self,
        connecting: &Connecting,
        newcomer: &Newcomer,
        connected: Activated,
    ) -> Result<Reply, Failure> {
        let secret = Secret::chosen(&newcomer.pin, None).map_err(Failure::WeakSecret)?;
        let params = self.kdf_params().await?;
        let code = RecoveryCode::random(&mut random);
        let keys = self.device()?.clone();
        let person = connected.person.to_string();
        let signing = newcomer.signing.clone();
        let (mut vault, mut unlocked) =
            PersonVault::create_with(&person, &secret, &code, params, signing, &keys, &mut random)
                .await
                .map_err(crypto)?;
        // An officer's book has no posyandu; it needs a name for its place on the disk all the same.
        let of_posyandu = connected.posyandu.as_ref().and_then(|it| it.scope.clone());
        let scope = of_posyandu.unwrap_or_else(|| format!("kantor-{}", new_id()));
        vault.add_scope(&mut unlocked, &scope, Key::random(&mut random), &mut random).map_err(crypto)?;
        let place = connected.posyandu.as_ref().map_or_else(String::new, |it| it.nama.clone());
        let info = LockInfo { posyandu: place, people: vec![(person.clone(), connected.nama.clone())] };
        let store = self.store_name().await?;
        let (device, root) = (connecting.device, connected.root);
        let mut book = OpenBook::new(scope.clone(), device, unlocked, Ledger::trusting(root));
        book.nama = connected.nama.clone();
        book.owes_recovery = true;
        let account = Account { connected, secret: connecting.secret.clone(), store };
        let batch = Batch::strict()
            .put_meta(format!("vault:{person}"), vault.to_bytes().map_err(crypto)?)
            .put_meta("scope", scope.as_bytes())
            .put_meta("device", device.0)
            .put_meta("root", root)
            .put_meta(format!("owes:{person}"), [1])
            .put_meta(LOCK, self.sealed_lock_info(&info).await?)
            .delete_meta(crate::messages::FOUNDING);
        let batch = account.put(&book, batch)?;
        self.db()?.write(&batch).await.map_err(failure)?;
        self.open = Some(book);
        self.connected_as(account).await?;
        Ok(self.show_recovery(person, code))
    }

    /// The account counts from now on: what waits is counted, and the courier is woken.
    async fn connected_as(&mut self, account: Account) -> Result<(), Failure> {
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        book.ledger.roster.stand_in(here(&book.scope, &account.connected));
        book.fill_outbox(db, &account.places(|it| it.write)).await?;
        book.account = Some(account);
        self.wake_courier();
        self.moved();
        Ok(())
    }

    /// Takes up the account of the person whose book was just opened, if she has one.
    pub(super) async fn resume_account(&mut self) -> Result<(), Failure> {
        let store = self.store_name().await?;
        let db = self.db()?;
        let book = self.book()?;
        let Some(sealed) = db.meta(&format!("account:{}", book.me())).await.map_err(failure)? else { return Ok(()) };
        let plain = book.open_own("account", book.me(), &sealed).map_err(crypto)?;
        let kept: Option<Kept> = postcard::from_bytes(&plain).ok();
        let account =
            kept.and_then(|kept| Some(Account { connected: activated(&kept.connected)?, secret: kept.secret, store }));
        let Some(account) = account else { return Ok(()) };
        self.connected_as(account).await
    }

    /// What the server says that she may from now on.
    pub(super) async fn regrant(&mut self, grants: Vec<Grant>) -> Result<(), Failure> {
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        let Some(mut account) = book.account.clone() else { return Ok(()) };
        if account.connected.grants == grants {
            return Ok(());
        }
        account.connected.grants = grants;
        db.write(&account.put(book, Batch::strict())?).await.map_err(failure)?;
        book.ledger.roster.stand_in(here(&book.scope, &account.connected));
        book.fill_outbox(db, &account.places(|it| it.write)).await?;
        book.account = Some(account);
        Ok(())
    }

    /// The random name of this store, made once: a new and empty one never inherits a checkpoint.
    async fn store_name(&self) -> Result<String, Failure> {
        let db = self.db()?;
        if let Some(known) = db.meta("store").await.map_err(failure)? {
            return String::from_utf8(known).map_err(|_| Failure::Store(StoreFailure::Broken));
        }
        let name = new_id();
        db.write(&Batch::strict().put_meta("store", name.as_bytes())).await.map_err(failure)?;
        Ok(name)
    }

    fn ask_photo(&self, sha256: &str) -> Result<(Errand, Call), Failure> {
        let book = self.book()?;
        let account = book.account.as_ref().ok_or(Failure::NotFound)?;
        let grant = account.connected.grants.iter().find(|it| it.class == Class::Aduan && it.read);
        let database = &grant.ok_or(Failure::NotFound)?.db;
        let id = book.photo_event(sha256).ok_or(Failure::NotFound)?;
        Ok((Errand::Photo(sha256.to_owned()), Call::get(format!("/{database}/{id}/foto.jpg"))))
    }

    async fn take_photo(&mut self, sha256: &str, answer: &Answer) -> Result<Reply, Failure> {
        match answer.status {
            200 => {}
            401 => return Err(Failure::SignedOut),
            404 => return Err(Failure::NotFound),
            _ => return Err(Failure::Network),
        }
        let book = self.book()?;
        if !book.keep_photo(self.db()?, sha256, &answer.body).await? {
            return Err(Failure::Network);
        }
        self.moved();
        Ok(Reply::Draft(Some(answer.body.clone())))
    }
}

impl Account {
    /// Adds to a batch what is kept of it; beside it in clear only which place this is, for the next person who is to
    /// be connected on this phone.
    pub(super) fn put(&self, book: &OpenBook, batch: Batch) -> Result<Batch, Failure> {
        let connected = self.connected.to_text();
        let kept = Kept { connected, secret: self.secret.clone() };
        let plain = postcard::to_allocvec(&kept).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        let sealed = book.seal_own("account", book.me(), &plain).map_err(crypto)?;
        let scope = self.connected.posyandu.as_ref().and_then(|it| it.scope.clone());
        let bare = Activated {
            name: String::new(),
            person: PersonId::default(),
            nama: String::new(),
            roles: Vec::new(),
            posyandu: scope.map(|it| Posyandu { nama: String::new(), scope: Some(it) }),
            grants: Vec::new(),
            ..self.connected.clone()
        };
        let here = here(&book.scope, &self.connected).join(" ");
        let batch = batch.put_meta(format!("here:{}", book.me()), here.into_bytes());
        Ok(batch.put_meta(format!("account:{}", book.me()), sealed).put_meta("place", bare.to_text().into_bytes()))
    }
}

impl OpenBook {
    /// What a posyandu that worked alone says to be taken over; nothing where it never did, or this person does not
    /// hold its root.
    fn alone(&self, connecting: &Connecting) -> Option<Adoption> {
        let root = self.unlocked.root_key()?;
        let numbers = self.ledger.numbers.iter().filter(|((_, class), _)| *class == Class::Posyandu);
        let until: Until = numbers.map(|((device, _), n)| (*device, *n)).collect();
        let scope = self.scope.clone();
        let events = self.ledger.words_of_own_root();
        let (code, device) = (&connecting.link.code, connecting.device);
        let text = adoption_text(code, device, &connecting.root, &scope, (&until, &events));
        let proof = Signer::sign(root, text.as_bytes());
        Some(Adoption { scope, local_root: root.verifying_key().to_bytes(), until, events, proof })
    }

    /// The event that brought a photo.
    fn photo_event(&self, sha256: &str) -> Option<EventId> {
        let book = &self.ledger.book;
        let mut all = book.names("aduan").filter_map(|it| book.subject(it)).flat_map(|it| it.log());
        let is_it = |data: &Map| data.get("sha256").and_then(Value::as_text) == Some(sha256);
        all.find(|it| &*it.kind == kinds::FOTO_ADDED && is_it(&it.data())).map(|it| it.id)
    }

    /// What it is called: as the book says, or as the server said before the book was fetched.
    pub(super) fn posyandu_name(&self) -> String {
        let told = || Some(self.account.as_ref()?.connected.posyandu.as_ref()?.nama.clone());
        let known = self.ledger.book.posyandu().and_then(|it| it.text("nama"));
        known.or_else(told).unwrap_or_default()
    }

    /// Her name for her colleagues, where nobody has written it down yet.
    pub(super) fn introduction(&self, today: chrono::NaiveDate) -> Option<Plan> {
        let account = self.account.as_ref()?;
        let is_known = self.ledger.book.kader(self.me()).is_some();
        let works_here = account.connected.grants.iter().any(|it| it.class == Class::Posyandu && it.write);
        (!is_known && works_here).then(|| Plan {
            drafts: vec![Draft {
                kind: kinds::KADER_REGISTERED.into(),
                subject: self.me().to_owned(),
                on: today,
                data: object([("nama", account.connected.nama.as_str().into())]),
            }],
            ..Plan::default()
        })
    }
}

/// The databases of a connected phone: what it worked in alone, and what it was granted.
fn here(scope: &str, connected: &Activated) -> Vec<String> {
    let granted = connected.grants.iter().map(|it| it.db.clone());
    std::iter::once(scope.to_owned()).chain(granted.filter(|it| it != scope)).collect()
}

fn activated(text: &str) -> Option<Activated> {
    Activated::from_members(&json::parse_object(text).ok()?)
}

/// Where the app came from.
fn origin() -> String {
    let of = |it: &JsValue, name: &str| Reflect::get(it, &name.into()).unwrap_or_default();
    of(&of(&js_sys::global(), "location"), "origin").as_string().unwrap_or_default()
}

fn random_id() -> [u8; 16] {
    let mut bytes = [0; 16];
    random(&mut bytes);
    bytes
}

/// The text of a good answer; otherwise why the link does not count.
fn refused(answer: &Answer) -> Result<String, Failure> {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    if answer.status == 200 {
        return Ok(text);
    }
    let reason = json::parse_object(&text).ok().and_then(|it| it.get("reason")?.as_text().map(str::to_owned));
    Err(match reason.as_deref() {
        Some("unknown_code") => Failure::Link(LinkFailure::Unknown),
        Some("used") => Failure::Link(LinkFailure::Used),
        Some("expired") => Failure::Link(LinkFailure::Expired),
        Some("proof") => Failure::Link(LinkFailure::OtherPosyandu),
        _ => Failure::Network,
    })
}

fn kabar(answer: &Answer) -> Result<Reply, Failure> {
    match answer.status {
        200 => {}
        401 => return Err(Failure::SignedOut),
        403 | 404 => return Err(Failure::NotFound),
        _ => return Err(Failure::Network),
    }
    let text = String::from_utf8_lossy(&answer.body);
    let told = json::parse_object(&text).map_err(|_| Failure::Network)?;
    let rows = told.get("rows").and_then(Value::as_list).unwrap_or_default();
    let text_of = |it: &Map, name: &str| it.get(name).and_then(Value::as_text).unwrap_or_default().to_owned();
    let number = |it: &Map, name: &str| it.get(name).and_then(Value::as_int);
    let row = |it: &Value| {
        let it = it.as_object()?;
        Some(crate::messages::KabarRow {
            nama: text_of(it, "nama"),
            posyandu: text_of(it, "posyandu"),
            seen_ms: it.get("seen").and_then(Value::as_text).and_then(|it| it.parse().ok()),
            unsent: number(it, "unsent").and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
            refused: number(it, "refused").and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
            offset_s: number(it, "offset_s").unwrap_or(0),
        })
    };
    Ok(Reply::Kabar(rows.iter().filter_map(row).collect()))
}
