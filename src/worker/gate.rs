//! Who may open the book: founding, PIN, recovery, colleagues, lock.

use serde::{Deserialize, Serialize};

use super::book::OpenBook;
use super::codes::Codes;
use super::courier::Wake;
use super::office::{Office, crypto, failure, monotonic_ms, new_id, random};
use super::own::Own;
use crate::crypto::kdf;
use crate::crypto::{Attempts, CryptoError, KdfParams, Key, PersonVault, RecoveryCode, Secret, Unlocked};
use crate::domain::aduan::own::is_photo_form;
use crate::domain::intent::Plan;
use crate::domain::json::{Value, object};
use crate::domain::kinds;
use crate::domain::ledger::id::{DeviceId, hex};
use crate::domain::ledger::{Draft, roster};
use crate::domain::view::posyandu::number_of;
use crate::messages::{FOUNDING, Failure, Founding, Gate, LockPerson, LockScreen, Me, Reply, StoreFailure};
use crate::store::{Batch, Ledger};

/// What the lock screen knows, sealed with the second device key.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct LockInfo {
    pub(super) posyandu: String,
    pub(super) people: Vec<(String, String)>,
}

pub(super) const LOCK: &str = "lock";

/// A phone without room opens its book all the same; what could not be written is written the next time.
fn unless_full(done: Result<(), Failure>) -> Result<(), Failure> {
    if matches!(done, Err(Failure::Store(StoreFailure::Quota))) { Ok(()) } else { done }
}

impl Office {
    /// Where the app stands.
    pub(super) async fn gate(&mut self) -> Result<Reply, Failure> {
        if self.open.is_some() {
            let LockInfo { posyandu, people } = self.lock_info().await?.unwrap_or_default();
            let book = self.book()?;
            let known = book.ledger.book.posyandu().and_then(|it| it.text("nama"));
            let me = Me {
                id: book.me().to_owned(),
                nama: book.nama.clone(),
                // As the server said, before the book was fetched.
                posyandu: known.unwrap_or(posyandu),
                is_posyandu: book.is_posyandu(),
                today: self.local_now().date(),
                doubts_clock: self.doubts_clock(),
                owes_recovery: book.owes_recovery,
                damaged: book.damaged(),
                people,
            };
            return Ok(Reply::Gate(Gate::Open(me)));
        }
        let Some(info) = self.lock_info().await? else {
            let doubtful = self.doubts_clock().then(|| self.local_now().date());
            return Ok(Reply::Gate(Gate::Fresh { doubtful }));
        };
        let mut people = Vec::new();
        for (id, nama) in info.people {
            let drafts = self.db()?.drafts(&id).await.map_err(failure)?;
            let drafts = drafts.iter().filter(|(form, _)| !is_photo_form(form)).count();
            let attempts = self.attempts(&id).await?;
            people.push(LockPerson { id, nama, drafts: drafts as u32, wait_ms: attempts.wait_ms() });
        }
        Ok(Reply::Gate(Gate::Locked(LockScreen { posyandu: info.posyandu, people })))
    }

    pub(super) async fn lock_info(&self) -> Result<Option<LockInfo>, Failure> {
        let Some(sealed) = self.db()?.meta(LOCK).await.map_err(failure)? else {
            return Ok(None);
        };
        let plain = self.device()?.open_lock_info(&sealed).await.map_err(crypto)?;
        postcard::from_bytes(&plain).map(Some).map_err(|_| Failure::Store(StoreFailure::Broken))
    }

    pub(super) async fn sealed_lock_info(&self, info: &LockInfo) -> Result<Vec<u8>, Failure> {
        let plain = postcard::to_allocvec(info).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        self.device()?.seal_lock_info(&plain).await.map_err(crypto)
    }

    /// A lock screen as it is stored.
    pub(super) async fn lock_screen(
        &self,
        posyandu: String,
        people: Vec<(String, String)>,
    ) -> Result<Vec<u8>, Failure> {
        self.sealed_lock_info(&LockInfo { posyandu, people }).await
    }

    /// The lock screen shows names as the book has them now.
    async fn refresh_lock_screen(&self) -> Result<(), Failure> {
        let Some(info) = self.lock_info().await? else { return Ok(()) };
        let book = &self.book()?.ledger.book;
        let name_of = |id: &str| book.subject(id).and_then(|it| it.text("nama"));
        let people = info.people.iter().map(|(id, nama)| (id.clone(), name_of(id).unwrap_or_else(|| nama.clone())));
        let posyandu = book.posyandu().and_then(|it| it.text("nama")).unwrap_or_else(|| info.posyandu.clone());
        let now = LockInfo { posyandu, people: people.collect() };
        if now.posyandu != info.posyandu || now.people != info.people {
            let batch = Batch::strict().put_meta(LOCK, self.sealed_lock_info(&now).await?);
            self.db()?.write(&batch).await.map_err(failure)?;
        }
        Ok(())
    }

    /// After a restore this is a new installation: the root says that her key counts here too.
    async fn enrol_here(&mut self) -> Result<(), Failure> {
        let today = self.local_now().date();
        let book = self.book()?;
        let (me, device) = (book.me().to_owned(), book.device);
        let is_known =
            book.ledger.roster.members_on(today).any(|it| it.person.to_string() == me && it.device == device);
        if is_known || book.unlocked.root_key().is_none() {
            return Ok(());
        }
        let data = key_added(&me, &book.unlocked.signing_key().verifying_key(), device, today, &["kader"]);
        let subject = format!("roster:{me}:{device}");
        let draft = Draft { kind: roster::KEY_ADDED.into(), subject, on: today, data };
        self.write(Plan { drafts: vec![draft], ..Plan::default() }, &Own::default()).await.map(|_| ())
    }

    /// Keeps what was typed of a posyandu that is not founded yet, sealed with the phone's own key: there is no other.
    pub(super) async fn keep_founding(&self, body: Vec<u8>) -> Result<Reply, Failure> {
        if self.lock_info().await?.is_some() {
            return Err(Failure::Locked);
        }
        let sealed = self.device()?.seal_lock_info(&body).await.map_err(crypto)?;
        self.db()?.write(&Batch::strict().put_meta(FOUNDING, sealed)).await.map_err(failure)?;
        Ok(Reply::Done)
    }

    /// What was typed of a posyandu that is not founded yet.
    pub(super) async fn read_founding(&self) -> Result<Reply, Failure> {
        let Some(sealed) = self.db()?.meta(FOUNDING).await.map_err(failure)? else { return Ok(Reply::Draft(None)) };
        // Sealed by a key that the browser has since lost: then it is typed again.
        Ok(Reply::Draft(self.device()?.open_lock_info(&sealed).await.ok()))
    }

    /// Founds the posyandu: root, scope, first kader, all in one transaction.
    pub(super) async fn found(&mut self, founding: Founding) -> Result<Reply, Failure> {
        if self.lock_info().await?.is_some() {
            return Err(Failure::NotFound);
        }
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let secret = Secret::chosen(&founding.secret, None).map_err(Failure::WeakSecret)?;
        let params = self.kdf_params().await?;
        let person = new_id();
        let scope = format!("posyandu-{}", new_id());
        let mut device = [0; 16];
        random(&mut device);
        let device = DeviceId(device);
        let code = RecoveryCode::random(&mut random);
        let keys = self.device()?.clone();
        let (mut vault, mut unlocked) =
            PersonVault::create(&person, &secret, &code, params, &keys, &mut random).await.map_err(crypto)?;
        vault.add_scope(&mut unlocked, &scope, Key::random(&mut random), &mut random).map_err(crypto)?;
        let root = signing_key();
        let public = root.verifying_key().to_bytes();
        vault.set_root(&mut unlocked, root, &code, &mut random).map_err(crypto)?;

        let today = self.local_now().date();
        let draft =
            |kind: &str, subject: &str, data| Draft { kind: kind.into(), subject: subject.into(), on: today, data };
        let tempat = &founding.tempat;
        let mut posyandu = object([
            ("nama", founding.nama.trim().into()),
            ("wilayah", tempat.kode.as_str().into()),
            ("desa", tempat.desa.as_str().into()),
            ("kecamatan", tempat.kecamatan.as_str().into()),
            ("kabupaten", tempat.kabupaten.as_str().into()),
            ("provinsi", tempat.provinsi.as_str().into()),
            ("nomor_registrasi", founding.nomor_registrasi.trim().into()),
            ("root", hex(&public).into()),
        ]);
        for (who, number) in founding.telepon.iter().filter(|it| !it.1.trim().is_empty()) {
            posyandu.insert(number_of(who), number.trim().into());
        }
        let id = scope.trim_start_matches("posyandu-").to_owned();
        let plan = Plan {
            drafts: vec![
                draft(kinds::POSYANDU_FOUNDED, &id, posyandu),
                draft(
                    roster::KEY_ADDED,
                    &format!("roster:{person}:{device}"),
                    key_added(&person, &unlocked.signing_key().verifying_key(), device, today, &["kader", "pengurus"]),
                ),
                draft(kinds::KADER_REGISTERED, &person, object([("nama", founding.kader.trim().into())])),
            ],
            ..Plan::default()
        };
        let info = LockInfo {
            posyandu: founding.nama.trim().into(),
            people: vec![(person.clone(), founding.kader.trim().into())],
        };
        let batch = Batch::strict()
            .put_meta(format!("vault:{person}"), vault.to_bytes().map_err(crypto)?)
            .put_meta("scope", scope.as_bytes())
            .put_meta("device", device.0)
            .put_meta("root", public)
            .put_meta(format!("owes:{person}"), [1])
            .put_meta(LOCK, self.sealed_lock_info(&info).await?)
            // Nobody founded or came in meanwhile, in another tab.
            .expect_meta(LOCK, None)
            .delete_meta(FOUNDING);
        let mut book = OpenBook::new(scope, device, unlocked, Ledger::trusting(public));
        book.nama = founding.kader.trim().into();
        book.owes_recovery = true;
        book.record(self.db()?, self.now_ms(), &plan, batch).await?;
        self.open = Some(book);
        self.epoch += 1;
        self.moved();
        Ok(self.show_recovery(person, code))
    }

    pub(super) fn show_recovery(&mut self, person: String, code: RecoveryCode) -> Reply {
        let groups = code.to_text().split('-').map(str::to_owned).collect::<Vec<_>>();
        let mut pick = [0];
        random(&mut pick);
        let ask = pick.first().copied().unwrap_or(0) % u8::try_from(groups.len()).unwrap_or(1).max(1);
        self.shown_code = Some(code);
        Reply::Recovery { person, groups, ask }
    }

    /// A new recovery code: the old one was never typed back, or the paper is lost.
    pub(super) async fn new_recovery(&mut self) -> Result<Reply, Failure> {
        let code = RecoveryCode::random(&mut random);
        let person = self.book()?.me().to_owned();
        let mut vault = self.vault(&person).await?;
        vault.change_recovery(&self.book()?.unlocked, &code, &mut random).map_err(crypto)?;
        let batch = Batch::strict()
            .put_meta(format!("vault:{person}"), vault.to_bytes().map_err(crypto)?)
            .put_meta(format!("owes:{person}"), [1]);
        self.db()?.write(&batch).await.map_err(failure)?;
        self.changed_keys();
        Ok(self.show_recovery(person, code))
    }

    /// She typed four characters back: the code is on paper.
    pub(super) async fn confirm_recovery(&mut self, group: u8, typed: &str) -> Result<Reply, Failure> {
        let is_right = self.shown_code.as_ref().is_some_and(|code| code.is_group(group.into(), typed));
        if !is_right {
            return Err(Failure::WrongRecovery);
        }
        let person = self.book()?.me().to_owned();
        let batch = Batch::strict().delete_meta(format!("owes:{person}"));
        self.db()?.write(&batch).await.map_err(failure)?;
        self.shown_code = None;
        if let Some(book) = &mut self.open {
            book.owes_recovery = false;
        }
        self.gate().await
    }

    pub(super) async fn vault(&self, person: &str) -> Result<PersonVault, Failure> {
        let bytes = self.db()?.meta(&format!("vault:{person}")).await.map_err(failure)?.ok_or(Failure::NotFound)?;
        PersonVault::from_bytes(&bytes).map_err(crypto)
    }

    /// Argon2id is measured once on this phone; the answer is kept.
    pub(super) async fn kdf_params(&self) -> Result<KdfParams, Failure> {
        let db = self.db()?;
        if let Some(known) = db.meta("kdf").await.map_err(failure)?
            && let Ok(params) = postcard::from_bytes::<KdfParams>(&known)
        {
            return Ok(params);
        }
        let probe = Secret::typed("calibration");
        let params = kdf::calibrate(|params| {
            let from = monotonic_ms();
            let _ = kdf::stretch(&probe, &[7; kdf::SALT_BYTES], params);
            monotonic_ms() - from
        });
        let bytes = postcard::to_allocvec(&params).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        db.write(&Batch::strict().put_meta("kdf", bytes)).await.map_err(failure)?;
        Ok(params)
    }

    async fn attempts(&mut self, person: &str) -> Result<Attempts, Failure> {
        let mut attempts = match self.uncounted.get(person) {
            Some(attempts) => *attempts,
            None => {
                let bytes = self.db()?.meta(&format!("attempts:{person}")).await.map_err(failure)?;
                bytes.map_or(Ok(Attempts::default()), |it| Attempts::from_bytes(&it)).map_err(crypto)?
            }
        };
        // Only time that this worker has seen pass counts, and not what another tab counts already; a wait is written down
        // at each look.
        let now = monotonic_ms();
        let before = self.counted.insert(person.to_owned(), (now, attempts)).filter(|(_, known)| *known == attempts);
        let elapsed = before.map_or(0.0, |(before, _)| (now - before).max(0.0));
        if attempts.wait_ms() > 0 {
            attempts.pass(elapsed as u64);
            self.keep_attempts(person, attempts).await?;
        }
        Ok(attempts)
    }

    /// On a full phone they count in memory: who cannot write must still read her book, and take a copy out.
    async fn keep_attempts(&mut self, person: &str, attempts: Attempts) -> Result<(), Failure> {
        let batch = Batch::strict().put_meta(format!("attempts:{person}"), attempts.to_bytes());
        match self.db()?.write(&batch).await.map_err(failure) {
            Ok(_) => {
                self.uncounted.remove(person);
            }
            Err(Failure::Store(StoreFailure::Quota)) => {
                self.uncounted.insert(person.to_owned(), attempts);
            }
            Err(error) => return Err(error),
        }
        if let Some((_, known)) = self.counted.get_mut(person) {
            *known = attempts;
        }
        Ok(())
    }

    /// Counts a try before it is made, so that closing the app wins nothing.
    async fn begin_try(&mut self, person: &str) -> Result<Attempts, Failure> {
        let mut attempts = self.attempts(person).await?;
        if let Err(wait) = attempts.begin() {
            return Err(Failure::WrongSecret { left: 0, wait_ms: wait.left_ms });
        }
        self.keep_attempts(person, attempts).await?;
        Ok(attempts)
    }

    async fn end_try(&mut self, person: &str, mut attempts: Attempts) -> Result<(), Failure> {
        attempts.succeed();
        self.keep_attempts(person, attempts).await
    }

    /// Opens the book with PIN or passphrase.
    pub(super) async fn unlock(&mut self, person: &str, secret: &str) -> Result<Reply, Failure> {
        let attempts = self.begin_try(person).await?;
        let vault = self.vault(person).await?;
        let keys = self.device()?.clone();
        match vault.unlock(&Secret::typed(secret), &keys).await {
            Ok(unlocked) => {
                self.end_try(person, attempts).await?;
                self.open_with(unlocked).await?;
                self.gate().await
            }
            Err(CryptoError::WrongSecret) => Err(wrong(attempts)),
            Err(error) => Err(crypto(error)),
        }
    }

    pub(super) async fn open_with(&mut self, unlocked: Unlocked) -> Result<(), Failure> {
        let db = self.db()?;
        let text = |bytes: Option<Vec<u8>>| bytes.and_then(|it| String::from_utf8(it).ok());
        let scope = text(db.meta("scope").await.map_err(failure)?).ok_or(Failure::Store(StoreFailure::Broken))?;
        let device = db.meta("device").await.map_err(failure)?.and_then(|it| it.try_into().ok());
        let root = db.meta("root").await.map_err(failure)?.and_then(|it| it.try_into().ok());
        let (Some(device), Some(root)) = (device, root) else {
            return Err(Failure::Store(StoreFailure::Broken));
        };
        let owes = db.meta(&format!("owes:{}", unlocked.person())).await.map_err(failure)?.is_some();
        let server = db.meta("root:server").await.map_err(failure)?.and_then(|it| it.try_into().ok());
        let mut book = OpenBook::new(scope, DeviceId(device), unlocked, Ledger::trusting(root));
        if let Some(server) = server {
            book.ledger.roster.trust_also(server);
        }
        // Before anything is judged.
        if let Some(here) = text(db.meta(&format!("here:{}", book.me())).await.map_err(failure)?) {
            book.ledger.roster.stand_in(here.split(' ').map(str::to_owned).collect());
        }
        book.load(db, self.now_ms()).await?;
        book.owes_recovery = owes;
        book.nama = book.ledger.book.subject(book.me()).and_then(|it| it.text("nama")).unwrap_or_default();
        self.open = Some(book);
        self.epoch += 1;
        unless_full(self.enrol_here().await)?;
        unless_full(self.refresh_lock_screen().await)?;
        unless_full(self.resume_carrying().await)?;
        self.moved();
        Ok(())
    }

    /// Closes the book; keys leave memory.
    pub(super) async fn lock(&mut self) -> Result<Reply, Failure> {
        // Practice has no PIN to come back with.
        if !self.practice {
            self.open = None;
            self.epoch += 1;
            self.ring(Wake::Closed);
        }
        self.connecting = None;
        self.looked = None;
        self.codes = Codes::default();
        self.shown_code = None;
        self.gate().await
    }

    /// One more kader, beside an unlocked one.
    pub(super) async fn add_kader(&mut self, nama: &str, secret: &str) -> Result<Reply, Failure> {
        let secret = Secret::chosen(secret, None).map_err(Failure::WeakSecret)?;
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let params = self.kdf_params().await?;
        let person = new_id();
        let code = RecoveryCode::random(&mut random);
        let keys = self.device()?.clone();
        let (mut vault, mut unlocked) =
            PersonVault::create(&person, &secret, &code, params, &keys, &mut random).await.map_err(crypto)?;
        let book = self.book()?;
        let scope = book.scope.clone();
        let data_key = book.unlocked.scope_key(&scope).map_err(crypto)?.clone();
        let root = book.unlocked.root_key().cloned().ok_or(Failure::NotFound)?;
        vault.add_scope(&mut unlocked, &scope, data_key, &mut random).map_err(crypto)?;
        vault.set_root(&mut unlocked, root, &code, &mut random).map_err(crypto)?;
        let (today, device) = (self.local_now().date(), book.device);
        let draft =
            |kind: &str, subject: &str, data| Draft { kind: kind.into(), subject: subject.into(), on: today, data };
        let plan = Plan {
            drafts: vec![
                draft(
                    roster::KEY_ADDED,
                    &format!("roster:{person}:{device}"),
                    key_added(&person, &unlocked.signing_key().verifying_key(), device, today, &["kader"]),
                ),
                draft(kinds::KADER_REGISTERED, &person, object([("nama", nama.trim().into())])),
            ],
            ..Plan::default()
        };
        let lock = self.db()?.meta(LOCK).await.map_err(failure)?;
        let mut info = self.lock_info().await?.unwrap_or_default();
        info.people.push((person.clone(), nama.trim().to_owned()));
        let with = Batch::strict()
            // Another tab may have added somebody.
            .expect_meta(LOCK, lock)
            .put_meta(format!("vault:{person}"), vault.to_bytes().map_err(crypto)?)
            .put_meta(format!("owes:{person}"), [1])
            .put_meta(LOCK, self.sealed_lock_info(&info).await?);
        let now_ms = self.now_ms();
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        self.open.as_mut().ok_or(Failure::Locked)?.record(db, now_ms, &plan, with).await?;
        self.moved();
        self.wake_courier();
        let groups = code.to_text().split('-').map(str::to_owned).collect();
        self.shown_code = Some(code);
        Ok(Reply::Recovery { person, groups, ask: 1 })
    }

    /// Another PIN, known the old one.
    pub(super) async fn change_secret(&mut self, old: &str, new: &str) -> Result<Reply, Failure> {
        let new = Secret::chosen(new, None).map_err(Failure::WeakSecret)?;
        let person = self.book()?.me().to_owned();
        let attempts = self.begin_try(&person).await?;
        let mut vault = self.vault(&person).await?;
        let keys = self.device()?.clone();
        let unlocked = match vault.unlock(&Secret::typed(old), &keys).await {
            Ok(unlocked) => unlocked,
            Err(CryptoError::WrongSecret) => return Err(wrong(attempts)),
            Err(error) => return Err(crypto(error)),
        };
        self.end_try(&person, attempts).await?;
        let params = vault.params();
        vault.change_pin(&unlocked, &new, params, &keys, &mut random).await.map_err(crypto)?;
        self.keep_vault(&person, &vault).await?;
        Ok(Reply::Done)
    }

    async fn keep_vault(&mut self, person: &str, vault: &PersonVault) -> Result<(), Failure> {
        let batch = Batch::strict().put_meta(format!("vault:{person}"), vault.to_bytes().map_err(crypto)?);
        self.db()?.write(&batch).await.map_err(failure)?;
        self.changed_keys();
        Ok(())
    }

    /// A backup that was made before opens with what counted before: it is none of this phone any more.
    fn changed_keys(&mut self) {
        self.exported = None;
        self.tell.wrote();
    }

    /// A forgotten PIN: the recovery code opens, a new PIN is set.
    pub(super) async fn recover(&mut self, person: &str, code: &str, secret: &str) -> Result<Reply, Failure> {
        let secret = Secret::chosen(secret, None).map_err(Failure::WeakSecret)?;
        let code = RecoveryCode::parse(code).map_err(|_| Failure::WrongRecovery)?;
        let mut vault = self.vault(person).await?;
        let unlocked = vault.recover(&code).map_err(|error| match error {
            CryptoError::WrongSecret => Failure::WrongRecovery,
            other => crypto(other),
        })?;
        let params = self.kdf_params().await?;
        let keys = self.device()?.clone();
        vault.change_pin(&unlocked, &secret, params, &keys, &mut random).await.map_err(crypto)?;
        self.keep_vault(person, &vault).await?;
        self.keep_attempts(person, Attempts::default()).await?;
        self.open_with(unlocked).await?;
        self.gate().await
    }

    /// A forgotten PIN without the code: an unlocked colleague gives a new one.
    pub(super) async fn help_colleague(&mut self, person: &str, secret: &str) -> Result<Reply, Failure> {
        let secret = Secret::chosen(secret, None).map_err(Failure::WeakSecret)?;
        let params = self.kdf_params().await?;
        let code = RecoveryCode::random(&mut random);
        let keys = self.device()?.clone();
        let book = self.book()?;
        let old = self.vault(person).await?;
        let (mut vault, mut unlocked) =
            old.reset_by_colleague(&book.unlocked, &secret, &code, params, &keys, &mut random).await.map_err(crypto)?;
        let root = book.unlocked.root_key().cloned().ok_or(Failure::NotFound)?;
        vault.set_root(&mut unlocked, root, &code, &mut random).map_err(crypto)?;
        let (today, device) = (self.local_now().date(), book.device);
        let plan = Plan {
            drafts: vec![Draft {
                kind: roster::KEY_ADDED.into(),
                subject: format!("roster:{person}:{device}"),
                on: today,
                data: key_added(person, &unlocked.signing_key().verifying_key(), device, today, &["kader"]),
            }],
            ..Plan::default()
        };
        let with = Batch::strict()
            .put_meta(format!("vault:{person}"), vault.to_bytes().map_err(crypto)?)
            .put_meta(format!("attempts:{person}"), Attempts::default().to_bytes())
            .put_meta(format!("owes:{person}"), [1]);
        let now_ms = self.now_ms();
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        self.open.as_mut().ok_or(Failure::Locked)?.record(db, now_ms, &plan, with).await?;
        self.changed_keys();
        self.wake_courier();
        let groups = code.to_text().split('-').map(str::to_owned).collect();
        Ok(Reply::Recovery { person: person.to_owned(), groups, ask: 1 })
    }
}

fn wrong(attempts: Attempts) -> Failure {
    const FREE_TRIES: u32 = 4;
    Failure::WrongSecret { left: FREE_TRIES.saturating_sub(attempts.wrong()), wait_ms: attempts.wait_ms() }
}

pub(super) fn signing_key() -> ed25519_dalek::SigningKey {
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    random(&mut *seed);
    ed25519_dalek::SigningKey::from_bytes(&seed)
}

pub(super) fn key_added(
    person: &str,
    key: &ed25519_dalek::VerifyingKey,
    device: DeviceId,
    from: chrono::NaiveDate,
    roles: &[&str],
) -> crate::domain::json::Map {
    let roles: Vec<Value> = roles.iter().map(|it| (*it).into()).collect();
    object([
        ("person", person.into()),
        ("device", device.to_string().into()),
        ("key", hex(&key.to_bytes()).into()),
        ("roles", roles.into()),
        ("from", crate::domain::sasaran::date_value(from)),
    ])
}
