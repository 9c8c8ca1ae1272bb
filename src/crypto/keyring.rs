//! Which key opens which.
//!
//! ```text
//! PIN ─ Argon2id ─ HMAC by the device key ─ KEK ─┐
//!                                                ├─ person key ─┬─ data key of each scope ─ index key
//! recovery code ─────────────────────────────────┘              ├─ signing seed
//!        └───────────────────────────────────────── root seed ──┘  drafts, pending
//! ```
//!
//! Changing the PIN wraps one key anew; nothing else is touched. A vault is a value: the caller
//! stores its bytes. It does not know how they are stored, nor what a scope holds.

use std::fmt;

use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::kdf::{self, DeviceMac, KdfParams, SALT_BYTES};
use super::seal::{self, Aad, Key};
use super::{CryptoError, RecoveryCode, Rng, Secret};
use crate::domain::sorted::SortedMap;

/// Bytes of an event's tag.
pub const TAG_BYTES: usize = 16;

const VERSION: u8 = 1;
const STORE: &str = "vault";
const BY_KEK: &str = "person-key/kek";
const BY_RECOVERY: &str = "person-key/recovery";
const SIGNING: &str = "signing";
const ROOT: &str = "root/person";
const ROOT_BY_RECOVERY: &str = "root/recovery";

/// What is stored of one person on this phone: only wrapped keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonVault {
    person: String,
    generation: u32,
    params: KdfParams,
    salt: [u8; SALT_BYTES],
    key_by_kek: Vec<u8>,
    keys: Wraps,
    waiting: Vec<Wraps>,
}

/// What one person key opens, and how the recovery code opens that key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wraps {
    generation: u32,
    key_by_recovery: Vec<u8>,
    scopes: SortedMap<String, Vec<u8>>,
    signing: Vec<u8>,
    root: Option<RootWraps>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RootWraps {
    by_person: Vec<u8>,
    by_recovery: Vec<u8>,
}

/// What a person holds while the app is unlocked. All of it is wiped when dropped.
#[derive(Clone)]
pub struct Unlocked {
    person: String,
    generation: u32,
    person_key: Key,
    scopes: SortedMap<String, Key>,
    signing: SigningKey,
    root: Option<SigningKey>,
}

/// What an old recovery code gives back after a colleague's reset.
#[derive(Clone)]
pub struct Redeemed {
    /// Generation of the old person key, as kept with what it sealed.
    pub generation: u32,
    /// Opens the drafts and the pending matter sealed before the reset.
    pub old_person_key: Key,
}

impl PersonVault {
    /// Makes the vault of a new person, with a new person key and a new signing key.
    pub async fn create(
        person: &str,
        secret: &Secret,
        code: &RecoveryCode,
        params: KdfParams,
        mac: &impl DeviceMac,
        rng: Rng<'_>,
    ) -> Result<(Self, Unlocked), CryptoError> {
        Self::assemble(person, 0, None, (secret, code), params, mac, rng).await
    }

    /// As [`PersonVault::create`], with the signing key that was already made known.
    pub async fn create_with(
        person: &str,
        secret: &Secret,
        code: &RecoveryCode,
        params: KdfParams,
        signing: SigningKey,
        mac: &impl DeviceMac,
        rng: Rng<'_>,
    ) -> Result<(Self, Unlocked), CryptoError> {
        Self::assemble(person, 0, Some(signing), (secret, code), params, mac, rng).await
    }

    /// Opens the vault with the PIN or passphrase.
    pub async fn unlock(&self, secret: &Secret, mac: &impl DeviceMac) -> Result<Unlocked, CryptoError> {
        let kek = kdf::kek(mac, secret, &self.salt, self.params).await?;
        let aad = place(&self.person, self.generation, BY_KEK);
        let person_key = seal::open_key(&kek, aad.aad(), &self.key_by_kek).map_err(wrong_secret)?;
        self.opened(person_key)
    }

    /// Sets another PIN or passphrase; every key stays the same.
    pub async fn change_pin(
        &mut self,
        unlocked: &Unlocked,
        secret: &Secret,
        params: KdfParams,
        mac: &impl DeviceMac,
        rng: Rng<'_>,
    ) -> Result<(), CryptoError> {
        self.check_holder(unlocked)?;
        let mut salt = [0; SALT_BYTES];
        rng(&mut salt);
        let kek = kdf::kek(mac, secret, &salt, params).await?;
        let aad = place(&self.person, self.generation, BY_KEK);
        self.key_by_kek = seal::seal_with(&kek, rng, aad.aad(), unlocked.person_key.as_bytes());
        self.salt = salt;
        self.params = params;
        Ok(())
    }

    /// Opens the vault with the recovery code, without the device key. Set a new PIN afterwards.
    pub fn recover(&self, code: &RecoveryCode) -> Result<Unlocked, CryptoError> {
        let person_key = self.keys.key_by(code, &self.person).map_err(wrong_secret)?;
        self.opened(person_key)
    }

    /// Replaces the recovery code; the old one then opens nothing new.
    pub fn change_recovery(
        &mut self,
        unlocked: &Unlocked,
        code: &RecoveryCode,
        rng: Rng<'_>,
    ) -> Result<(), CryptoError> {
        self.check_holder(unlocked)?;
        let recovery = code.key(&self.person);
        let aad = place(&self.person, self.generation, BY_RECOVERY);
        self.keys.key_by_recovery = seal::seal_with(&recovery, rng, aad.aad(), unlocked.person_key.as_bytes());
        if let (Some(wraps), Some(root)) = (&mut self.keys.root, &unlocked.root) {
            let aad = place(&self.person, self.generation, ROOT_BY_RECOVERY);
            wraps.by_recovery = seal::seal_with(&recovery, rng, aad.aad(), root.as_bytes());
        }
        Ok(())
    }

    /// Gives the person a scope's data key. The same key twice changes nothing.
    pub fn add_scope(
        &mut self,
        unlocked: &mut Unlocked,
        scope: &str,
        data_key: Key,
        rng: Rng<'_>,
    ) -> Result<(), CryptoError> {
        self.check_holder(unlocked)?;
        if unlocked.scopes.get(scope) == Some(&data_key) {
            return Ok(());
        }
        let label = scope_label(scope);
        let aad = place(&self.person, self.generation, &label);
        let wrapped = seal::seal_with(&unlocked.person_key, rng, aad.aad(), data_key.as_bytes());
        self.keys.scopes.insert(scope.to_owned(), wrapped);
        unlocked.scopes.insert(scope.to_owned(), data_key);
        Ok(())
    }

    /// Keeps the root seed of a posyandu that works alone, for the person key and the recovery code.
    pub fn set_root(
        &mut self,
        unlocked: &mut Unlocked,
        root: SigningKey,
        code: &RecoveryCode,
        rng: Rng<'_>,
    ) -> Result<(), CryptoError> {
        self.check_holder(unlocked)?;
        // The code is checked, so that a mistyped one does not become the only way back.
        self.keys.key_by(code, &self.person).map_err(wrong_secret)?;
        let by_person = place(&self.person, self.generation, ROOT);
        let by_recovery = place(&self.person, self.generation, ROOT_BY_RECOVERY);
        self.keys.root = Some(RootWraps {
            by_person: seal::seal_with(&unlocked.person_key, rng, by_person.aad(), root.as_bytes()),
            by_recovery: seal::seal_with(&code.key(&self.person), rng, by_recovery.aad(), root.as_bytes()),
        });
        unlocked.root = Some(root);
        Ok(())
    }

    /// A colleague gives a new PIN to a person who forgot hers.
    ///
    /// She gets a new person key, a new signing key (the roster must learn it), a new recovery code
    /// and the scopes that the colleague has. What only the old key opens waits for the old recovery
    /// code ([`PersonVault::redeem`]) and is never deleted.
    pub async fn reset_by_colleague(
        &self,
        colleague: &Unlocked,
        secret: &Secret,
        code: &RecoveryCode,
        params: KdfParams,
        mac: &impl DeviceMac,
        rng: Rng<'_>,
    ) -> Result<(Self, Unlocked), CryptoError> {
        let generation = self.generation.checked_add(1).ok_or(CryptoError::Malformed)?;
        let (mut vault, mut unlocked) =
            Self::assemble(&self.person, generation, None, (secret, code), params, mac, rng).await?;
        for scope in self.keys.scopes.keys() {
            if let Some(data_key) = colleague.scopes.get(scope) {
                vault.add_scope(&mut unlocked, scope, data_key.clone(), rng)?;
            }
        }
        vault.waiting = self.waiting.clone();
        vault.waiting.push(self.keys.clone());
        Ok((vault, unlocked))
    }

    /// Opens with an old recovery code what waits since a reset: the scopes and the root that the
    /// colleague did not have come back into the vault, and the old person key opens drafts and
    /// pending matter.
    pub fn redeem(
        &mut self,
        unlocked: &mut Unlocked,
        old_code: &RecoveryCode,
        code: &RecoveryCode,
        rng: Rng<'_>,
    ) -> Result<Redeemed, CryptoError> {
        self.check_holder(unlocked)?;
        let (wraps, old_person_key) = self
            .waiting
            .iter()
            .find_map(|wraps| Some((wraps.clone(), wraps.key_by(old_code, &self.person).ok()?)))
            .ok_or(CryptoError::WrongSecret)?;
        for (scope, data_key) in wraps.open_scopes(&old_person_key, &self.person)? {
            if !unlocked.scopes.contains_key(&scope) {
                self.add_scope(unlocked, &scope, data_key, rng)?;
            }
        }
        if unlocked.root.is_none()
            && let Some(root) = wraps.open_root(&old_person_key, &self.person)?
        {
            self.set_root(unlocked, root, code, rng)?;
        }
        Ok(Redeemed { generation: wraps.generation, old_person_key })
    }

    /// Whose vault it is.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// Counts the resets: what is sealed with the person key keeps it beside.
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// How hard the PIN is stretched.
    pub const fn params(&self) -> KdfParams {
        self.params
    }

    /// Scopes the person may open.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.keys.scopes.keys().map(String::as_str)
    }

    /// How many resets still wait for an old recovery code.
    pub fn waiting_for_recovery(&self) -> usize {
        self.waiting.len()
    }

    /// What is stored: a version byte and the wrapped keys.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CryptoError> {
        let mut bytes = vec![VERSION];
        bytes.extend(postcard::to_allocvec(self).map_err(|_| CryptoError::Malformed)?);
        Ok(bytes)
    }

    /// Reads what [`PersonVault::to_bytes`] wrote. A newer version is refused: leave its bytes alone.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| CryptoError::Malformed),
            Some((&version, _)) if version > VERSION => Err(CryptoError::Newer { version }),
            _ => Err(CryptoError::Malformed),
        }
    }

    async fn assemble(
        person: &str,
        generation: u32,
        signing: Option<SigningKey>,
        (secret, code): (&Secret, &RecoveryCode),
        params: KdfParams,
        mac: &impl DeviceMac,
        rng: Rng<'_>,
    ) -> Result<(Self, Unlocked), CryptoError> {
        let mut salt = [0; SALT_BYTES];
        rng(&mut salt);
        let person_key = Key::random(rng);
        let seed = signing.map_or_else(|| Key::random(rng), |it| Key::from_bytes(it.to_bytes()));
        let kek = kdf::kek(mac, secret, &salt, params).await?;
        let place = |label| place(person, generation, label);
        let vault = Self {
            person: person.to_owned(),
            generation,
            params,
            salt,
            key_by_kek: seal::seal_with(&kek, rng, place(BY_KEK).aad(), person_key.as_bytes()),
            keys: Wraps {
                generation,
                key_by_recovery: seal::seal_with(
                    &code.key(person),
                    rng,
                    place(BY_RECOVERY).aad(),
                    person_key.as_bytes(),
                ),
                scopes: SortedMap::new(),
                signing: seal::seal_with(&person_key, rng, place(SIGNING).aad(), seed.as_bytes()),
                root: None,
            },
            waiting: Vec::new(),
        };
        let unlocked = vault.opened(person_key)?;
        Ok((vault, unlocked))
    }

    fn opened(&self, person_key: Key) -> Result<Unlocked, CryptoError> {
        Ok(Unlocked {
            person: self.person.clone(),
            generation: self.generation,
            scopes: self.keys.open_scopes(&person_key, &self.person)?,
            signing: self.keys.open_signing(&person_key, &self.person)?,
            root: self.keys.open_root(&person_key, &self.person)?,
            person_key,
        })
    }

    fn check_holder(&self, unlocked: &Unlocked) -> Result<(), CryptoError> {
        if unlocked.person == self.person && unlocked.generation == self.generation {
            Ok(())
        } else {
            Err(CryptoError::NoAccess)
        }
    }
}

impl fmt::Debug for PersonVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonVault")
            .field("generation", &self.generation)
            .field("params", &self.params)
            .field("scopes", &self.keys.scopes.len())
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}

impl Wraps {
    fn key_by(&self, code: &RecoveryCode, person: &str) -> Result<Key, CryptoError> {
        let aad = place(person, self.generation, BY_RECOVERY);
        seal::open_key(&code.key(person), aad.aad(), &self.key_by_recovery)
    }

    fn open_scopes(&self, person_key: &Key, person: &str) -> Result<SortedMap<String, Key>, CryptoError> {
        self.scopes
            .iter()
            .map(|(scope, wrapped)| {
                let label = scope_label(scope);
                let aad = place(person, self.generation, &label);
                Ok((scope.clone(), seal::open_key(person_key, aad.aad(), wrapped)?))
            })
            .collect()
    }

    fn open_signing(&self, person_key: &Key, person: &str) -> Result<SigningKey, CryptoError> {
        let aad = place(person, self.generation, SIGNING);
        let seed = seal::open_key(person_key, aad.aad(), &self.signing)?;
        Ok(SigningKey::from_bytes(seed.as_bytes()))
    }

    fn open_root(&self, person_key: &Key, person: &str) -> Result<Option<SigningKey>, CryptoError> {
        let Some(wraps) = &self.root else {
            return Ok(None);
        };
        let aad = place(person, self.generation, ROOT);
        let seed = seal::open_key(person_key, aad.aad(), &wraps.by_person)?;
        Ok(Some(SigningKey::from_bytes(seed.as_bytes())))
    }
}

impl Unlocked {
    /// Who has unlocked.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// Generation of the person key: kept beside what it seals.
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Seals drafts and pending matter.
    pub const fn person_key(&self) -> &Key {
        &self.person_key
    }

    /// Data key of a scope: seals its events, blobs and snapshots.
    pub fn scope_key(&self, scope: &str) -> Result<&Key, CryptoError> {
        self.scopes.get(scope).ok_or(CryptoError::NoAccess)
    }

    /// Scopes that are open.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.keys().map(String::as_str)
    }

    /// Signs this person's events on this device.
    pub const fn signing_key(&self) -> &SigningKey {
        &self.signing
    }

    /// Signs the roster of a posyandu that works alone, on its founder's phone.
    pub const fn root_key(&self) -> Option<&SigningKey> {
        self.root.as_ref()
    }
}

impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unlocked")
            .field("generation", &self.generation)
            .field("scopes", &self.scopes.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Redeemed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redeemed").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// The key under which a scope's subjects are hidden in tags.
pub fn index_key(data_key: &Key) -> Key {
    data_key.derive(b"posyandu6/index/1\n")
}

/// What stands in the index instead of a subject: the first 16 bytes of HMAC(index key, scope + subject).
pub fn tag(index_key: &Key, scope: &str, subject: &str) -> [u8; TAG_BYTES] {
    let mac = Zeroizing::new(index_key.mac(&[scope.as_bytes(), b"\0", subject.as_bytes()]));
    let mut tag = [0; TAG_BYTES];
    for (to, from) in tag.iter_mut().zip(mac.iter()) {
        *to = *from;
    }
    tag
}

/// Owns the text that an [`Aad`] borrows.
struct Place<'a> {
    owner: String,
    label: &'a str,
}

impl Place<'_> {
    fn aad(&self) -> Aad<'_> {
        Aad { store: STORE, scope: &self.owner, id: self.label }
    }
}

fn place<'a>(person: &str, generation: u32, label: &'a str) -> Place<'a> {
    Place { owner: format!("{person}/{generation}"), label }
}

fn scope_label(scope: &str) -> String {
    format!("scope/{scope}")
}

/// A wrap that does not open means the secret was wrong, except where something else is said.
fn wrong_secret(error: CryptoError) -> CryptoError {
    match error {
        CryptoError::Tampered => CryptoError::WrongSecret,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::super::kdf::MemoryMac;
    use super::*;

    fn wait<T>(future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("the host never waits"),
        }
    }

    fn counter(start: u8) -> impl FnMut(&mut [u8]) {
        let mut next = start;
        move |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_mul(5).wrapping_add(1);
            }
        }
    }

    fn mac() -> MemoryMac {
        MemoryMac(Key::from_bytes([42; 32]))
    }

    fn code(start: u8) -> RecoveryCode {
        RecoveryCode::random(&mut counter(start))
    }

    fn pin(text: &str) -> Secret {
        Secret::chosen(text, None).unwrap()
    }

    const SCOPE: &str = "posyandu-00112233445566778899aabbccddeeff";

    fn ani() -> (PersonVault, Unlocked) {
        let mut rng = counter(1);
        let (mut vault, mut unlocked) =
            wait(PersonVault::create("ani", &pin("593817"), &code(9), KdfParams::FLOOR, &mac(), &mut rng)).unwrap();
        vault.add_scope(&mut unlocked, SCOPE, Key::from_bytes([5; 32]), &mut rng).unwrap();
        vault.set_root(&mut unlocked, SigningKey::from_bytes(&[6; 32]), &code(9), &mut rng).unwrap();
        (vault, unlocked)
    }

    #[test]
    fn the_pin_opens_everything() {
        let (vault, made) = ani();
        let unlocked = wait(vault.unlock(&pin("593817"), &mac())).unwrap();
        assert_eq!(unlocked.person_key(), made.person_key());
        assert_eq!(unlocked.scope_key(SCOPE).unwrap(), &Key::from_bytes([5; 32]));
        assert_eq!(unlocked.signing_key(), made.signing_key());
        assert_eq!(unlocked.root_key().unwrap().as_bytes(), &[6; 32]);
        assert_eq!(unlocked.scope_key("opd-1").unwrap_err(), CryptoError::NoAccess);
    }

    #[test]
    fn a_wrong_pin_or_another_phone_opens_nothing() {
        let (vault, _) = ani();
        assert_eq!(wait(vault.unlock(&pin("593818"), &mac())).unwrap_err(), CryptoError::WrongSecret);
        let other = MemoryMac(Key::from_bytes([43; 32]));
        assert_eq!(wait(vault.unlock(&pin("593817"), &other)).unwrap_err(), CryptoError::WrongSecret);
    }

    #[test]
    fn the_recovery_code_opens_everything_without_the_phone() {
        let (mut vault, made) = ani();
        assert_eq!(vault.recover(&code(10)).unwrap_err(), CryptoError::WrongSecret);
        let unlocked = vault.recover(&code(9)).unwrap();
        assert_eq!(unlocked.person_key(), made.person_key());
        let other = MemoryMac(Key::from_bytes([43; 32]));
        wait(vault.change_pin(&unlocked, &pin("704913"), KdfParams::FLOOR, &other, &mut counter(77))).unwrap();
        assert_eq!(wait(vault.unlock(&pin("704913"), &other)).unwrap().person_key(), made.person_key());
    }

    #[test]
    fn a_changed_pin_replaces_the_old_one() {
        let (mut vault, made) = ani();
        wait(vault.change_pin(&made, &pin("704913"), KdfParams::FLOOR, &mac(), &mut counter(77))).unwrap();
        assert_eq!(wait(vault.unlock(&pin("593817"), &mac())).unwrap_err(), CryptoError::WrongSecret);
        let unlocked = wait(vault.unlock(&pin("704913"), &mac())).unwrap();
        assert_eq!(unlocked.signing_key(), made.signing_key());
    }

    #[test]
    fn a_changed_recovery_code_replaces_the_old_one() {
        let (mut vault, made) = ani();
        vault.change_recovery(&made, &code(30), &mut counter(50)).unwrap();
        assert_eq!(vault.recover(&code(9)).unwrap_err(), CryptoError::WrongSecret);
        assert_eq!(vault.recover(&code(30)).unwrap().root_key().unwrap().as_bytes(), &[6; 32]);
    }

    #[test]
    fn after_a_reset_the_old_matter_waits_for_the_old_code() {
        let (old, before) = ani();
        let mut rng = counter(99);
        let (mut dewi, mut dewi_unlocked) =
            wait(PersonVault::create("dewi", &pin("704913"), &code(20), KdfParams::FLOOR, &mac(), &mut rng)).unwrap();
        dewi.add_scope(&mut dewi_unlocked, SCOPE, Key::from_bytes([5; 32]), &mut rng).unwrap();
        let draft = seal::seal(before.person_key(), [1; 24], Aad { store: "drafts", scope: "ani", id: "f" }, b"draft");

        let (reset, unlocked) =
            wait(old.reset_by_colleague(&dewi_unlocked, &pin("815024"), &code(21), KdfParams::FLOOR, &mac(), &mut rng))
                .unwrap();
        let mut reset = PersonVault::from_bytes(&reset.to_bytes().unwrap()).unwrap();
        assert_eq!(unlocked.scope_key(SCOPE).unwrap(), &Key::from_bytes([5; 32]));
        assert_ne!(unlocked.person_key(), before.person_key());
        assert_ne!(unlocked.signing_key(), before.signing_key());
        assert!(unlocked.root_key().is_none());
        assert_eq!((reset.generation(), reset.waiting_for_recovery()), (1, 1));

        let mut unlocked = wait(reset.unlock(&pin("815024"), &mac())).unwrap();
        assert!(wait(reset.unlock(&pin("593817"), &mac())).is_err());
        assert_eq!(reset.redeem(&mut unlocked, &code(8), &code(21), &mut rng).unwrap_err(), CryptoError::WrongSecret);
        let redeemed = reset.redeem(&mut unlocked, &code(9), &code(21), &mut rng).unwrap();
        assert_eq!(redeemed.generation, 0);
        let aad = Aad { store: "drafts", scope: "ani", id: "f" };
        assert_eq!(seal::open(&redeemed.old_person_key, aad, &draft).unwrap(), b"draft");
        assert_eq!(unlocked.root_key().unwrap().as_bytes(), &[6; 32]);
        assert_eq!(reset.waiting_for_recovery(), 1, "never deleted");
        assert_eq!(reset.recover(&code(21)).unwrap().root_key().unwrap().as_bytes(), &[6; 32]);
    }

    #[test]
    fn a_colleague_gives_only_scopes_that_both_had() {
        let (old, _) = ani();
        let mut rng = counter(99);
        let (_, stranger) =
            wait(PersonVault::create("x", &pin("704913"), &code(20), KdfParams::FLOOR, &mac(), &mut rng)).unwrap();
        let (mut reset, mut unlocked) =
            wait(old.reset_by_colleague(&stranger, &pin("815024"), &code(21), KdfParams::FLOOR, &mac(), &mut rng))
                .unwrap();
        assert_eq!(unlocked.scopes().count(), 0);
        reset.redeem(&mut unlocked, &code(9), &code(21), &mut rng).unwrap();
        assert_eq!(unlocked.scope_key(SCOPE).unwrap(), &Key::from_bytes([5; 32]));
    }

    #[test]
    fn nobody_changes_the_vault_of_another() {
        let (mut vault, _) = ani();
        let mut rng = counter(99);
        let (_, mut dewi) =
            wait(PersonVault::create("dewi", &pin("704913"), &code(20), KdfParams::FLOOR, &mac(), &mut rng)).unwrap();
        let before = vault.clone();
        assert_eq!(
            vault.add_scope(&mut dewi, "s", Key::from_bytes([1; 32]), &mut rng).unwrap_err(),
            CryptoError::NoAccess
        );
        assert!(wait(vault.change_pin(&dewi, &pin("815024"), KdfParams::FLOOR, &mac(), &mut rng)).is_err());
        assert!(vault == before);
    }

    #[test]
    fn stored_bytes_round_trip_and_newer_ones_are_refused() {
        let (vault, _) = ani();
        let bytes = vault.to_bytes().unwrap();
        assert!(PersonVault::from_bytes(&bytes).unwrap() == vault);
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(PersonVault::from_bytes(&newer).unwrap_err(), CryptoError::Newer { version: 2 });
        for cut in 0..bytes.len() {
            assert!(PersonVault::from_bytes(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn the_first_released_bytes_open_for_ever() {
        let bytes = include_bytes!("../../tests/fixtures/vault_v1.bin");
        let vault = PersonVault::from_bytes(bytes).unwrap();
        let unlocked = wait(vault.unlock(&pin("593817"), &mac())).unwrap();
        assert_eq!(unlocked.scope_key(SCOPE).unwrap(), &Key::from_bytes([5; 32]));
        assert_eq!(vault.recover(&code(9)).unwrap().root_key().unwrap().as_bytes(), &[6; 32]);
        assert_eq!(ani().0.to_bytes().unwrap(), bytes, "today's code writes the same");
    }

    #[test]
    fn the_vault_holds_no_key_in_clear() {
        let (vault, unlocked) = ani();
        let bytes = vault.to_bytes().unwrap();
        let secrets: [&[u8]; 5] =
            [unlocked.person_key().as_bytes(), &[5; 32], &[6; 32], unlocked.signing_key().as_bytes(), b"593817"];
        for secret in secrets {
            assert!(!bytes.windows(6).any(|it| secret.windows(6).any(|part| part == it)));
        }
        assert_eq!(format!("{unlocked:?}"), "Unlocked { generation: 0, scopes: 1, .. }");
        assert!(!format!("{vault:?}").contains("ani"));
    }

    #[test]
    fn a_tag_hides_its_subject() {
        let key = index_key(&Key::from_bytes([5; 32]));
        assert_eq!(tag(&key, SCOPE, "a"), tag(&key, SCOPE, "a"));
        assert_ne!(tag(&key, SCOPE, "a"), tag(&key, SCOPE, "b"));
        assert_ne!(tag(&key, "s", "ab"), tag(&key, "sa", "b"));
        assert_ne!(tag(&key, SCOPE, "a"), tag(&index_key(&Key::from_bytes([4; 32])), SCOPE, "a"));
        let hex: String = tag(&key, SCOPE, "a").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, TAG);
    }

    // Stands in the index of every phone: it may never change.
    const TAG: &str = "cdf6a74af7695030da385d84f338354e";
}
