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
use super::office::{Office, crypto, failure, new_id, random, sixteen};
use crate::crypto::{Key, PersonVault, RecoveryCode, Secret};
use crate::domain::activation::{self, Activated, Adoption, Link, Posyandu, Redeem, Seen, Until, adoption_text};
use crate::domain::base64::URL_SAFE;
use crate::domain::intent::Plan;
use crate::domain::iso;
use crate::domain::json::{self, Map, Value, object};
use crate::domain::kinds;
use crate::domain::kirim::Trouble;
use crate::domain::ledger::id::{DeviceId, hex};
use crate::domain::ledger::{Draft, EventId, PersonId, Signer, roster};
use crate::domain::rights::Grant;
use crate::domain::scope::Class;
use crate::domain::sorted::SortedSet;
use crate::messages::{Failure, LinkFailure, Reply, Request, StoreFailure};
use crate::store::idb::Db;
use crate::store::{Batch, Homes, Ledger, StoreError};
use crate::sync::protocol::photo::{Begun, Heard, Piece, Promised};
use crate::sync::transport::{Answer, Call, Unreachable};

/// Where phones ask.
const ENDPOINT: &str = "/_activation";

/// What is kept of a phone on its way to be connected, until the server answered.
const CONNECTING: &str = "connecting";

/// Whether a request is answered by code that comes later: what asks a server, and what only a connected phone has.
pub(super) fn comes_later(request: &Request) -> bool {
    matches!(
        request,
        Request::Offer { .. }
            | Request::Connect { .. }
            | Request::Leave
            | Request::Redeem { .. }
            | Request::Kabar
            | Request::FetchPhoto { .. }
            | Request::PhotoNet { .. }
            | Request::Tray
            | Request::SendAgain { .. }
            | Request::Park { .. }
    )
}

/// Where the account of a person is kept.
pub(super) fn key_of(person: &str) -> String {
    format!("account:{person}")
}

/// A phone that is connected.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) connected: Activated,
    pub(super) secret: String,
    /// Random name of this store.
    pub(super) store: String,
}

/// What becomes of a request that needs what comes later.
pub(super) enum Departed {
    /// It waits for a server.
    Asks(Errand, Call),
    /// It is answered.
    Answered(Reply),
}

/// What was asked of the server, until its answer comes.
pub struct Errand {
    /// For which opening of the book: an answer that comes late is not for whoever opened another.
    epoch: u64,
    what: Asked,
}

enum Asked {
    /// What a link offers.
    Offer(Link),
    /// To be connected.
    Connect(Box<Connecting>),
    /// Who has not sent for long.
    Kabar,
    /// The next piece of a photo, and what was here of it.
    Photo(Promised, Begun),
}

/// A phone on its way to be connected. Kept, sealed, until the answer came: who asks again asks the same, also when the
/// app was closed meanwhile, and the server answers the same, though the code was used up.
#[derive(Clone, Serialize, Deserialize)]
pub struct Connecting {
    link: String,
    root: [u8; 32],
    device: DeviceId,
    secret: String,
    /// Of a phone that is used for the first time: the signing key of who comes in.
    signing: Option<[u8; 32]>,
    /// Her PIN, which stands nowhere else.
    #[serde(skip)]
    pin: String,
}

impl Connecting {
    fn signing_key(&self) -> Option<ed25519_dalek::SigningKey> {
        self.signing.as_ref().map(ed25519_dalek::SigningKey::from_bytes)
    }
}

/// What is kept of an account.
#[derive(Serialize, Deserialize)]
struct Kept {
    connected: String,
    secret: String,
}

impl Office {
    /// Answers a request of those that come later, or says what has to be asked of the server before.
    pub(super) async fn depart(&mut self, request: &Request) -> Result<Departed, Failure> {
        let (what, call) = match request {
            Request::Offer { link } => self.ask_offer(link)?,
            Request::Connect { pin } => self.ask_connect(pin.as_deref()).await?,
            Request::Leave => return self.leave().await.map(Departed::Answered),
            Request::Redeem { code } => return self.redeem(code).await.map(Departed::Answered),
            Request::Kabar => (Asked::Kabar, self.as_herself(Call::get("/_kabar".into()))?),
            Request::FetchPhoto { sha256, is_look: true } => {
                let begun = self.book()?.begun_photo(self.db()?, sha256).await?;
                return Ok(Departed::Answered(Reply::Came(begun.bytes.len() as u64)));
            }
            Request::FetchPhoto { sha256, .. } => self.ask_photo(sha256).await?,
            Request::PhotoNet { wifi_only } => return self.photo_net(*wifi_only).await.map(Departed::Answered),
            Request::Tray => return self.tray().await.map(Departed::Answered),
            Request::SendAgain { id } => return self.send_again(id).await.map(Departed::Answered),
            Request::Park { id } => return self.park(id).await.map(Departed::Answered),
            _ => return Err(Failure::NotFound),
        };
        Ok(Departed::Asks(Errand { epoch: self.epoch, what }, call))
    }

    /// With her name and secret: the browser's session may be another person's.
    fn as_herself(&self, call: Call) -> Result<Call, Failure> {
        let account = self.book()?.account.as_ref().ok_or(Failure::NotFound)?;
        Ok(Call { basic: Some((account.connected.name.clone(), account.secret.clone())), ..call })
    }

    /// The answer to an errand.
    pub(super) async fn arrive(
        &mut self,
        errand: Errand,
        answer: Result<Answer, Unreachable>,
    ) -> Result<Reply, Failure> {
        if errand.epoch != self.epoch {
            // Whoever asked is gone. What a server said to her it will say again.
            return Err(Failure::Locked);
        }
        let answer = answer.map_err(|Unreachable| Failure::Unreachable)?;
        match errand.what {
            Asked::Offer(link) => self.take_offer(link, &answer).await,
            Asked::Connect(connecting) => self.take_connection(*connecting, &answer).await,
            Asked::Kabar => kabar(&answer),
            Asked::Photo(promised, begun) => {
                let Answer { status, body, range, tag, .. } = answer;
                self.take_photo(&promised, begun, Piece { status, range, tag, body }).await
            }
        }
    }

    fn ask_offer(&mut self, link: &str) -> Result<(Asked, Call), Failure> {
        if self.practice {
            return Err(Failure::Link(LinkFailure::Practice));
        }
        let link = Link::parse(link).ok_or(Failure::Link(LinkFailure::Unreadable))?;
        if link.origin != origin() {
            return Err(Failure::Link(LinkFailure::OtherServer));
        }
        let call = Call::post(ENDPOINT, activation::Request::Look { code: link.code.clone() }.to_text());
        Ok((Asked::Offer(link), call))
    }

    async fn take_offer(&mut self, link: Link, answer: &Answer) -> Result<Reply, Failure> {
        let text = refused(answer)?;
        let offer =
            json::parse_object(&text).ok().and_then(|it| Seen::from_members(&it)).ok_or(Failure::Unreachable)?;
        // Another server answers than the one that the link was made for.
        if !link.is_of(&offer.root) {
            return Err(Failure::Link(LinkFailure::OtherServer));
        }
        let link = link.to_text();
        let begun = match self.connecting.take() {
            Some(it) => Some(it),
            None => self.read_connecting().await?,
        };
        let begun = begun.filter(|it| it.link == link && it.signing.is_none() == self.open.is_some());
        if offer.used && begun.is_none() {
            return Err(Failure::Link(LinkFailure::Used));
        }
        let is_first = self.fits(&offer).await?;
        let connecting = begun.unwrap_or_else(|| {
            let (device, signing) = match &self.open {
                Some(book) => (book.device, None),
                None => (DeviceId(sixteen()), Some(signing_key().to_bytes())),
            };
            let secret = URL_SAFE.encode(&sixteen());
            Connecting { link, root: offer.root, device, secret, signing, pin: String::new() }
        });
        self.connecting = Some(connecting);
        let named = offer.posyandu.as_ref().map(|it| it.nama.clone()).unwrap_or_default();
        let here = self.open.as_ref().filter(|_| is_first).map(OpenBook::posyandu_name);
        let here = here.filter(|it| !named.is_empty() && it.trim().to_lowercase() != named.trim().to_lowercase());
        Ok(Reply::Offer(crate::messages::OfferShown {
            nama: offer.nama,
            roles: offer.roles,
            posyandu: named,
            here: here.unwrap_or_default(),
            practice: offer.practice,
            is_new: self.open.is_none(),
        }))
    }

    /// One phone is one posyandu's, or one office's; real work never goes to a place of practice. Whether it is the
    /// first time that this phone is connected.
    async fn fits(&self, offer: &Seen) -> Result<bool, Failure> {
        let Some(book) = &self.open else {
            // Somebody's book is here, and closed.
            return if self.lock_info().await?.is_some() { Err(Failure::Locked) } else { Ok(true) };
        };
        let is_posyandu = Class::of(&book.scope) == Some(Class::Posyandu);
        if is_posyandu != offer.posyandu.is_some() {
            return Err(Failure::Link(LinkFailure::OtherPosyandu));
        }
        let before = self.any_account().await?;
        let is_first = before.is_none();
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
        Ok(is_first)
    }

    /// What this phone was connected to before, by whomever.
    async fn any_account(&self) -> Result<Option<Activated>, Failure> {
        let text = self.db()?.meta("place").await.map_err(failure)?;
        Ok(text.and_then(|it| activated(std::str::from_utf8(&it).ok()?)))
    }

    async fn ask_connect(&mut self, pin: Option<&str>) -> Result<(Asked, Call), Failure> {
        let mut connecting = self.connecting.clone().ok_or(Failure::NotFound)?;
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let link = Link::parse(&connecting.link).ok_or(Failure::Link(LinkFailure::Unreadable))?;
        let key = match (&self.open, connecting.signing_key()) {
            (Some(book), None) => book.unlocked.signing_key().clone(),
            (None, Some(signing)) => {
                let pin = pin.unwrap_or_default();
                Secret::chosen(pin, None).map_err(Failure::WeakSecret)?;
                pin.clone_into(&mut connecting.pin);
                signing
            }
            // It was looked at by somebody else.
            _ => return Err(Failure::Locked),
        };
        let book = self.open.as_ref();
        let redeem = Redeem {
            code: link.code.clone(),
            device: connecting.device,
            key: key.verifying_key().to_bytes(),
            secret: connecting.secret.clone(),
            person: book.and_then(|it| PersonId::parse(it.me()).ok()),
            scope: None,
            adoption: book.and_then(|it| it.adoption(&link.code, connecting.device, &connecting.root)),
            possession: [0; 64],
        };
        let redeem = redeem.signed(&key, &connecting.root);
        // Before it is sent: with the code used up and its secret forgotten she would need another link.
        let batch = Batch::strict().put_meta(self.connecting_key(), self.sealed_connecting(&connecting).await?);
        self.db()?.write(&batch).await.map_err(failure)?;
        self.connecting = Some(connecting.clone());
        let call = Call::post(ENDPOINT, activation::Request::Redeem(Box::new(redeem)).to_text());
        Ok((Asked::Connect(Box::new(connecting)), call))
    }

    /// Of an open book hers alone; of an empty phone, where nobody has a key yet, the phone's.
    fn connecting_key(&self) -> String {
        self.open.as_ref().map_or_else(|| CONNECTING.to_owned(), |it| format!("{CONNECTING}:{}", it.me()))
    }

    async fn sealed_connecting(&self, connecting: &Connecting) -> Result<Vec<u8>, Failure> {
        let plain = postcard::to_allocvec(connecting).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        match &self.open {
            Some(book) => book.seal_own(CONNECTING, book.me(), &plain).map_err(crypto),
            None => self.device()?.seal_lock_info(&plain).await.map_err(crypto),
        }
    }

    /// What was on its way when the app was closed.
    async fn read_connecting(&self) -> Result<Option<Connecting>, Failure> {
        let Some(sealed) = self.db()?.meta(&self.connecting_key()).await.map_err(failure)? else { return Ok(None) };
        let plain = match &self.open {
            Some(book) => book.open_own(CONNECTING, book.me(), &sealed).ok(),
            None => self.device()?.open_lock_info(&sealed).await.ok(),
        };
        Ok(plain.and_then(|it| postcard::from_bytes(&it).ok()))
    }

    async fn take_connection(&mut self, connecting: Connecting, answer: &Answer) -> Result<Reply, Failure> {
        let connected = match refused(answer) {
            Ok(text) => activated(&text).ok_or(Failure::Unreachable)?,
            Err(failure) => {
                if matches!(failure, Failure::Link(_)) {
                    // It was answered: this link will never count.
                    self.connecting = None;
                    let batch = Batch::strict().delete_meta(self.connecting_key());
                    self.db()?.write(&batch).await.map_err(super::office::failure)?;
                }
                return Err(failure);
            }
        };
        if connected.root != connecting.root {
            return Err(Failure::Link(LinkFailure::OtherServer));
        }
        let reply = match connecting.signing_key() {
            Some(signing) => self.come_in(&connecting, signing, connected).await?,
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
        let batch = batch.delete_meta(format!("{CONNECTING}:{}", book.me()));
        db.write(&batch).await.map_err(failure)?;
        book.ledger.roster.trust_also(account.connected.root);
        // The one on disk was made by fewer roots.
        book.snapshot(db, 1).await;
        self.connected_as(account).await?;
        self.gate().await
    }

    /// The first person of an empty phone.
    async fn come_in(
        &mut self,
        connecting: &Connecting,
        signing: ed25519_dalek::SigningKey,
        connected: Activated,
    ) -> Result<Reply, Failure> {
        let secret = Secret::chosen(&connecting.pin, None).map_err(Failure::WeakSecret)?;
        let params = self.kdf_params().await?;
        let code = RecoveryCode::random(&mut random);
        let keys = self.device()?.clone();
        let person = connected.person.to_string();
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
            // Nobody founded or came in meanwhile, in another tab.
            .expect_meta(LOCK, None)
            .delete_meta(CONNECTING)
            .delete_meta(crate::messages::FOUNDING);
        let batch = account.put(&book, batch)?;
        match self.db()?.write(&batch).await {
            Err(StoreError::Moved { .. }) => return Err(Failure::Locked),
            written => written.map_err(failure)?,
        };
        self.open = Some(book);
        self.epoch += 1;
        self.connected_as(account).await?;
        Ok(self.show_recovery(person, code))
    }

    /// The account counts from now on: what waits is counted, and the courier is woken.
    async fn connected_as(&mut self, account: Account) -> Result<(), Failure> {
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let book = self.open.as_mut().ok_or(Failure::Locked)?;
        book.ledger.roster.stand_in(here(&book.scope, &account.connected));
        book.learn_homes(db, &account).await?;
        book.account = Some(account);
        book.is_connected = true;
        self.count_carrying().await?;
        self.wake_courier();
        self.moved();
        Ok(())
    }

    /// Takes up the account of the person whose book was opened, if she has one and it was not done yet.
    pub(super) async fn resume_account(&mut self) -> Result<(), Failure> {
        if self.open.as_ref().is_none_or(|it| it.account.is_some() || !it.is_connected) {
            return Ok(());
        }
        let store = self.store_name().await?;
        let db = self.db()?;
        let book = self.book()?;
        let Some(sealed) = db.meta(&key_of(book.me())).await.map_err(failure)? else { return Ok(()) };
        let Ok(plain) = book.open_own("account", book.me(), &sealed) else {
            // A colleague gave her a new PIN, and with it new keys: only her old recovery code, or a new link, helps.
            self.shut_out(true);
            return Ok(());
        };
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
        book.learn_homes(db, &account).await?;
        let server = account.connected.uuid.clone();
        book.account = Some(account);
        book.fill_outbox(db, &server).await
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

    async fn ask_photo(&self, sha256: &str) -> Result<(Asked, Call), Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let (id, bytes) = book.photo_event(sha256).ok_or(Failure::NotFound)?;
        let home = book.home_of_event(db, id).await?;
        let database = home.and_then(|it| book.homes.name(it)).ok_or(Failure::NotFound)?;
        book.forget_begun_photos(db).await?;
        let begun = book.begun_photo(db, sha256).await?;
        let promised = Promised { sha256: sha256.to_owned(), bytes };
        let part = Some((begun.range(&promised), begun.if_range()));
        let call = Call { part, ..Call::get(format!("/{database}/{id}/foto.jpg")) };
        Ok((Asked::Photo(promised, begun), self.as_herself(call)?))
    }

    /// What her posyandu's own root said beyond what the server's root took over of it, as the server is to be asked to
    /// take it over: a colleague who was added on this phone, or given a new PIN, is believed elsewhere only then.
    pub(super) async fn adoption_owed(&self) -> Result<Option<String>, Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let (Some(root), Some(account)) = (book.unlocked.root_key(), &book.account) else { return Ok(None) };
        let local = root.verifying_key().to_bytes();
        let taken = format!("roster:{}", hex(&local));
        let mut adopted = SortedSet::<EventId>::new();
        let mut is_adopted = false;
        for entry in book.ledger.book.subject(&taken).map(|it| it.log()).unwrap_or_default() {
            let Some(event) = book.stored(db, entry.id).await?.filter(|it| it.kind() == roster::ADOPTED) else {
                continue;
            };
            is_adopted = true;
            let data = event.data();
            let named = data.get("events").and_then(Value::as_list).unwrap_or_default().iter();
            adopted.extend(named.filter_map(|it| EventId::parse(it.as_text()?).ok()));
        }
        // Never adopted: it works alone for this server, and says so when it is connected.
        if !is_adopted {
            return Ok(None);
        }
        for id in book.ledger.words_of_own_root().iter().filter(|it| !adopted.contains(it)) {
            if book.stored(db, *id).await?.is_some_and(|it| it.is_signed_by(&local)) {
                let mut members = Map::new();
                if let Some(owed) = book.adoption("", book.device, &account.connected.root) {
                    owed.write(&mut members);
                }
                return Ok(Some(Value::Object(members).canonical()));
            }
        }
        Ok(None)
    }

    async fn take_photo(&mut self, promised: &Promised, begun: Begun, piece: Piece) -> Result<Reply, Failure> {
        let (db, book, sha256) = (self.db()?, self.book()?, promised.sha256.as_str());
        // It was erased meanwhile.
        book.photo_event(sha256).ok_or(Failure::NotFound)?;
        if let Ok(Some(bytes)) = book.photo(db, sha256).await {
            // Another tab was quicker, or somebody brought it by hand.
            return Ok(Reply::Draft(Some(bytes)));
        }
        let failure = match begun.heard(promised, piece) {
            Heard::More(begun) => {
                book.keep_begun_photo(db, sha256, Some(&begun)).await?;
                return Ok(Reply::Came(begun.bytes.len() as u64));
            }
            Heard::Whole(bytes) => {
                book.keep_photo(db, sha256, &bytes).await?;
                self.moved();
                return Ok(Reply::Draft(Some(bytes)));
            }
            Heard::SignedOut => return Err(Failure::SignedOut),
            Heard::NoAccess => return Err(Failure::Ended),
            Heard::Later => return Err(Failure::Unreachable),
            Heard::Gone => Failure::NotFound,
            Heard::Damaged => Failure::Unreachable,
        };
        book.keep_begun_photo(db, sha256, None).await?;
        Err(failure)
    }

    /// What becomes of the next piece of a photo, for whoever asks without a server: tests.
    ///
    /// # Errors
    /// [`Failure`]; then it is not whole.
    pub async fn hear_photo(&mut self, sha256: &str, piece: Piece) -> Result<Reply, Failure> {
        let (db, book) = (self.db()?, self.book()?);
        let (_, bytes) = book.photo_event(sha256).ok_or(Failure::NotFound)?;
        let begun = book.begun_photo(db, sha256).await?;
        self.take_photo(&Promised { sha256: sha256.to_owned(), bytes }, begun, piece).await
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
        Ok(batch.put_meta(key_of(book.me()), sealed).put_meta("place", bare.to_text().into_bytes()))
    }
}

impl OpenBook {
    /// What a posyandu that worked alone says to be taken over by a server's root; nothing where it never did, or this
    /// person does not hold its root.
    fn adoption(&self, code: &str, device: DeviceId, server_root: &[u8; 32]) -> Option<Adoption> {
        let root = self.unlocked.root_key()?;
        let numbers = self.ledger.numbers.iter().filter(|((_, class), _)| *class == Class::Posyandu);
        let until: Until = numbers.map(|((device, _), n)| (*device, *n)).collect();
        let scope = self.scope.clone();
        let events = self.ledger.words_of_own_root();
        let text = adoption_text(code, device, server_root, &scope, (&until, &events));
        let proof = Signer::sign(root, text.as_bytes());
        Some(Adoption { scope, local_root: root.verifying_key().to_bytes(), until, events, proof })
    }

    /// Takes note of the databases of an account, before anything of them is read or sent.
    async fn learn_homes(&mut self, db: &Db, account: &Account) -> Result<(), Failure> {
        let key = format!("homes:{}", self.scope);
        let known = db.meta(&key).await.map_err(failure)?;
        let mut homes: Homes = known.and_then(|it| postcard::from_bytes(&it).ok()).unwrap_or_default();
        if homes.learn(account.connected.grants.iter().map(|it| it.db.as_str())) {
            let bytes = postcard::to_allocvec(&homes).map_err(|_| Failure::Store(StoreFailure::Broken))?;
            db.write(&Batch::strict().put_meta(key, bytes)).await.map_err(failure)?;
        }
        self.homes = homes;
        Ok(())
    }

    /// The event that brought a photo, and how many bytes it says that it has.
    pub(super) fn photo_event(&self, sha256: &str) -> Option<(EventId, u64)> {
        let book = &self.ledger.book;
        let mut all = book.names("aduan").filter_map(|it| book.subject(it)).flat_map(|it| it.log());
        all.find_map(|it| {
            let data = Some(it).filter(|it| &*it.kind == kinds::FOTO_ADDED)?.data();
            let bytes = data.get("bytes").and_then(Value::as_int).and_then(|it| u64::try_from(it).ok());
            (data.get("sha256")?.as_text()? == sha256).then(|| (it.id, bytes.unwrap_or(0)))
        })
    }

    /// What it is called, as the book says.
    fn posyandu_name(&self) -> String {
        self.ledger.book.posyandu().and_then(|it| it.text("nama")).unwrap_or_default()
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
        _ => Failure::Unreachable,
    })
}

fn kabar(answer: &Answer) -> Result<Reply, Failure> {
    match answer.status {
        200 => {}
        401 => return Err(Failure::SignedOut),
        403 => return Err(Failure::Ended),
        404 => return Err(Failure::NotFound),
        _ => return Err(Failure::Unreachable),
    }
    let text = String::from_utf8_lossy(&answer.body);
    let told = json::parse_object(&text).map_err(|_| Failure::Unreachable)?;
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
            oldest: it.get("oldest").and_then(Value::as_text).and_then(iso::day),
            refused: number(it, "refused").and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
            kept: number(it, "kept").and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
            offset_s: number(it, "offset_s").unwrap_or(0),
            trouble: it.get("trouble").and_then(Value::as_text).and_then(Trouble::of),
            built_at_ms: it.get("version").and_then(Value::as_text).and_then(|it| it.parse().ok()),
        })
    };
    Ok(Reply::Kabar(rows.iter().filter_map(row).collect()))
}
