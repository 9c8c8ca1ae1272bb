//! "Coba dulu": a posyandu that does not exist, in a database of its own, opened without a PIN.
//!
//! Its own root, keys and people; nothing of it ever leaves this phone. Its events take the way of every
//! other one: stamped by [`Ledger::recorder`], written and applied by `append`. Inventing it comes later: it is done
//! once, if ever.

use super::book::OpenBook;
use super::gate::{LockInfo, key_added, signing_key};
use super::office::{Office, crypto, failure, new_id, random};
use crate::crypto::{KdfParams, Key, PersonVault, RecoveryCode, Secret, Unlocked};
use crate::domain::json::object;
use crate::domain::kinds;
use crate::domain::latihan::{self, Act, Latihan};
use crate::domain::ledger::id::{DeviceId, hex};
use crate::domain::ledger::roster::{self, Trust};
use crate::domain::ledger::{Draft, Event, PersonId, Signer};
use crate::later;
use crate::messages::{Failure, Notice, Reply, StoreFailure};
use crate::store::idb;
use crate::store::{Author, Batch, Ledger};

/// No secret at all: there is nothing to protect, and everything else works as it does for real.
const SECRET: &str = "latihan tanpa rahasia";
/// Set with the last event: a practice that was cut off before is made anew.
const COMPLETE: &str = "practice";
/// Of more families there are people only, without open days: benchmarks look for somebody among 15,000.
const MOST_FAMILIES: u32 = 1000;
/// Events of one transaction.
const BATCH: usize = 250;

impl Office {
    /// Opens the practice database, inventing it first when it is empty.
    pub(super) async fn practise(&mut self, families: u32) -> Result<Reply, Failure> {
        if self.db()?.meta(COMPLETE).await.map_err(failure)?.is_none() {
            let here = later::load().await.map_err(|_| Failure::Unreachable)?;
            if self.db()?.meta("scope").await.map_err(failure)?.is_some() {
                self.reopen_empty().await?;
            }
            here.run(self.invent(families)).await?;
        } else {
            let person = self.practising().await?;
            let vault = self.vault(&person).await?;
            let keys = self.device()?.clone();
            let unlocked = vault.unlock(&Secret::typed(SECRET), &keys).await.map_err(crypto)?;
            self.open_with(unlocked).await?;
        }
        self.gate().await
    }

    async fn practising(&self) -> Result<String, Failure> {
        let info = self.lock_info().await?;
        info.and_then(|it| it.people.into_iter().next()).map(|(id, _)| id).ok_or(Failure::Store(StoreFailure::Broken))
    }

    async fn reopen_empty(&mut self) -> Result<(), Failure> {
        if let Some(db) = self.db.take() {
            db.close();
        }
        idb::delete_database(idb::PRACTICE).await.map_err(failure)?;
        self.open_database().await
    }

    async fn invent(&mut self, families: u32) -> Result<(), Failure> {
        // More families than any desa has are there to be searched, not to be weighed.
        let months = if families > MOST_FAMILIES { 0 } else { latihan::MONTHS };
        let latihan = latihan::generate(latihan::SEED, self.local_now().date(), families, months);
        let (mut book, first) = self.practice_book(&latihan).await?;
        let mut signers = vec![book.unlocked.signing_key().clone()];
        signers.extend(latihan.kader.iter().skip(1).map(|_| signing_key()));
        let info = LockInfo {
            posyandu: latihan::POSYANDU.into(),
            people: latihan.kader.iter().take(1).map(|it| (it.id.clone(), it.nama.clone())).collect(),
        };
        let mut first = first.put_meta(super::gate::LOCK, self.sealed_lock_info(&info).await?);
        for item in &latihan.pending {
            let sealed = book.seal_own("pending", &item.id, item.to_text().as_bytes()).map_err(crypto)?;
            first = first.put_pending(book.me(), &item.id, sealed);
        }
        let db = self.db.as_ref().ok_or(Failure::Store(StoreFailure::Closed))?;
        let now_ms = self.now_ms();

        let founding = founding(&latihan, &book, &signers);
        let total: usize = latihan.acts.iter().map(|it| it.drafts.len()).sum();
        let mut done = 0;
        let mut rest = std::iter::once(&founding).chain(&latihan.acts).peekable();
        let mut with = first;
        while rest.peek().is_some() {
            let mut acts = Vec::new();
            let mut count = 0;
            while let Some(act) = rest.next_if(|_| count < BATCH) {
                count += act.drafts.len();
                acts.push(act);
            }
            if rest.peek().is_none() {
                with = with.put_meta(COMPLETE, [1]);
            }
            let root = book.unlocked.root_key().cloned();
            let device = book.device;
            let make = |ledger: &Ledger| {
                Ok((record(ledger, &acts, (&latihan, &signers, root.as_ref()), device), with.clone()))
            };
            book.append(db, now_ms, None, make).await?;
            with = Batch::relaxed();
            done += count;
            let percent = u32::try_from(done * 100 / total.max(1)).unwrap_or(100).min(100);
            self.tell.notice(Notice::Progress { done: percent, of: 100 });
        }
        book.snapshot(db, 1).await;
        self.open = Some(book);
        self.moved();
        Ok(())
    }

    /// Vault, keys and an empty book of the first kader, and the batch that keeps them.
    async fn practice_book(&self, latihan: &Latihan) -> Result<(OpenBook, Batch), Failure> {
        let kader = latihan.kader.first().ok_or(Failure::NotFound)?;
        let scope = format!("posyandu-{}", new_id());
        let mut device = [0; 16];
        random(&mut device);
        let code = RecoveryCode::random(&mut random);
        let keys = self.device()?.clone();
        let secret = Secret::typed(SECRET);
        let (mut vault, mut unlocked): (PersonVault, Unlocked) =
            PersonVault::create(&kader.id, &secret, &code, KdfParams::FLOOR, &keys, &mut random)
                .await
                .map_err(crypto)?;
        vault.add_scope(&mut unlocked, &scope, Key::random(&mut random), &mut random).map_err(crypto)?;
        let root = signing_key();
        let public = root.verifying_key().to_bytes();
        vault.set_root(&mut unlocked, root, &code, &mut random).map_err(crypto)?;
        let batch = Batch::strict()
            .put_meta(format!("vault:{}", kader.id), vault.to_bytes().map_err(crypto)?)
            .put_meta("scope", scope.as_bytes())
            .put_meta("device", device)
            .put_meta("root", public);
        let mut book = OpenBook::new(scope, DeviceId(device), unlocked, Ledger::trusting(public));
        book.nama = kader.nama.clone();
        Ok((book, batch))
    }
}

/// The act before all others: the posyandu, and the keys of both.
fn founding(latihan: &Latihan, book: &OpenBook, signers: &[ed25519_dalek::SigningKey]) -> Act {
    let draft =
        |kind: &str, subject: &str, data| Draft { kind: kind.into(), subject: subject.into(), on: latihan.from, data };
    let root = book.ledger.roster.roots().first().map(|it| hex(it)).unwrap_or_default();
    let posyandu = object([
        ("nama", latihan::POSYANDU.into()),
        ("wilayah", latihan::WILAYAH.into()),
        ("desa", "Contoh".into()),
        ("kecamatan", "Umpama".into()),
        ("kabupaten", "Kabupaten Rekaan".into()),
        ("provinsi", "Provinsi Rekaan".into()),
        ("root", root.into()),
    ]);
    let mut drafts = vec![draft(kinds::POSYANDU_FOUNDED, book.scope.trim_start_matches("posyandu-"), posyandu)];
    for (kader, signer) in latihan.kader.iter().zip(signers) {
        let key = key_added(&kader.id, &signer.verifying_key(), book.device, latihan.from, &["kader", "pengurus"]);
        drafts.push(draft(roster::KEY_ADDED, &format!("roster:{}:{}", kader.id, book.device), key));
        drafts.push(draft(kinds::KADER_REGISTERED, &kader.id, object([("nama", kader.nama.as_str().into())])));
    }
    let at_unix_ms = latihan.acts.first().map_or(0, |it| it.at_unix_ms).saturating_sub(3_600_000);
    Act { at_unix_ms, by: 0, drafts }
}

type Signers<'a> = (&'a Latihan, &'a [ed25519_dalek::SigningKey], Option<&'a ed25519_dalek::SigningKey>);

fn record(
    ledger: &Ledger,
    acts: &[&Act],
    (latihan, signers, root): Signers<'_>,
    device: DeviceId,
) -> Vec<(Event, Trust)> {
    let mut recorder = ledger.recorder();
    let mut salts = || {
        let mut salt = [0; 16];
        random(&mut salt);
        salt
    };
    let mut events = Vec::new();
    for act in acts {
        let by = latihan.kader.get(act.by).and_then(|it| PersonId::parse(&it.id).ok());
        let (Some(by), Some(signer)) = (by, signers.get(act.by)) else { continue };
        let author = Author { by, device, signer };
        let root = root.map(|it| it as &dyn Signer);
        events.extend(recorder.record(act.drafts.clone(), &author, root, act.at_unix_ms, &mut salts));
    }
    events.into_iter().map(|event| (event, Trust::Verified)).collect()
}
