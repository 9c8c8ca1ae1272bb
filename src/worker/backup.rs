//! The recovery page's work: every sealed byte out, and back into an empty phone.

use chrono::NaiveDate;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::book::{OpenBook, SEALED_META, is_sealed, sealed_scopes};
use super::courier::Wake;
use super::office::{Office, failure, local, random};
use crate::domain::cadangan::{self, Standing};
use crate::messages::{BackupShown, Failure, Gate, Reply, SHARED};
use crate::store::backup::{Backup, MADE_AT};
use crate::store::idb::{self, Db};
use crate::store::{Batch, StoreError};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = caches, js_name = "delete")]
    async fn forget_shared(name: &str) -> Result<JsValue, JsValue>;
}

/// Meta values that another phone can use; the rest belongs to this phone's device key or its counters.
const PORTABLE: [&str; 4] = ["vault:", "scope", "root", SEALED_META];
const PAGE: u32 = 1000;
/// When a backup was last made, Unix milliseconds, and the last row in it.
const MADE: &str = "cadangan";

impl Office {
    /// Every sealed byte of this phone. Works without a PIN.
    pub(super) async fn export(&mut self) -> Result<Reply, Failure> {
        let mut backup = gather(self.db()?).await.map_err(failure)?;
        let made_at = self.now_ms().to_le_bytes();
        backup.meta.push((MADE_AT.into(), made_at.to_vec()));
        let last = backup.events.last().map_or(0, |it| it.seq);
        let made = Batch::relaxed().put_meta(MADE, [made_at, last.to_le_bytes()].concat());
        // A full phone makes one all the same: that is when it is needed.
        let _ = self.db()?.write(&made).await;
        self.exported = Some(self.version);
        Ok(Reply::Export(backup.to_text().into_bytes()))
    }

    /// When a backup was last made here, and the last row in it.
    pub(super) async fn backup_made(&self) -> Result<Option<(NaiveDate, u64)>, Failure> {
        let bytes = self.db()?.meta(MADE).await.map_err(failure)?;
        let halves = bytes.as_deref().and_then(|it| Some((it.first_chunk()?, it.last_chunk()?)));
        Ok(halves.map(|(at, seq)| (self.day_of(u64::from_le_bytes(*at)), u64::from_le_bytes(*seq))))
    }

    /// Whether it is time for another one.
    pub(super) async fn is_backup_due(&self) -> Result<bool, Failure> {
        let Some(book) = self.open.as_ref().filter(|_| !self.practice) else { return Ok(false) };
        let made = self.backup_made().await?;
        let standing = Standing {
            made_on: made.map(|(on, _)| on),
            records: book.ledger.len() as u64,
            since: book.head_seq().saturating_sub(made.map_or(0, |(_, seq)| seq)),
            is_connected: book.account.is_some() && !self.keeps(),
            unsent_since: self.oldest_unsent(),
        };
        Ok(cadangan::is_due(&standing, self.local_now().date()))
    }

    /// The day of an instant at the posyandu.
    pub(super) fn day_of(&self, unix_ms: u64) -> NaiveDate {
        local(unix_ms, self.open.as_ref().map_or(7 * 60, OpenBook::zone_minutes)).date()
    }

    /// A backup into an empty phone: as a new installation, with the old people; first only what it says of itself.
    pub(super) async fn restore(&mut self, bytes: &[u8], is_sure: bool) -> Result<Reply, Failure> {
        let Reply::Gate(Gate::Fresh { .. }) = self.gate().await? else {
            return Err(Failure::NotFound);
        };
        let backup = Backup::parse(bytes).map_err(Failure::Backup)?;
        if !is_sure {
            return Ok(Reply::Backup(BackupShown {
                records: backup.events.iter().filter(|it| !is_sealed(&it.scope)).count() as u64,
                people: backup.people() as u64,
                made_on: backup.made_at_ms().map(|it| self.day_of(it)),
            }));
        }
        let mut device = [0; 16];
        random(&mut device);
        let people: Vec<(String, String)> = backup
            .meta
            .iter()
            .filter_map(|(key, _)| key.strip_prefix("vault:"))
            .enumerate()
            .map(|(place, id)| (id.to_owned(), format!("Kader {}", place + 1)))
            .collect();
        let mut batch = Batch::strict().put_meta("device", device);
        for (key, value) in backup.meta {
            if PORTABLE.iter().any(|it| key.starts_with(it)) {
                batch = batch.put_meta(key, value);
            }
        }
        for row in backup.events {
            batch = batch.add_event(row);
        }
        for (owner, id, body) in backup.drafts {
            batch = batch.put_draft(&owner, &id, body);
        }
        for (owner, id, body) in backup.pending {
            batch = batch.put_pending(&owner, &id, body);
        }
        for (owner, id, body) in backup.blobs {
            batch = batch.put_blob(&owner, &id, body);
        }
        for (owner, id, body) in backup.quarantine {
            batch = batch.put_quarantine(&owner, &id, body);
        }
        // Nobody founded or came in meanwhile, in another tab.
        let batch = batch.expect_meta(super::gate::LOCK, None);
        let batch = batch.put_meta(super::gate::LOCK, self.lock_screen(String::new(), people).await?);
        self.db()?.write(&batch).await.map_err(failure)?;
        self.gate().await
    }

    /// Empties this phone, if everything on it is somewhere else: at the server, or in a backup that was made just now.
    ///
    /// # Errors
    /// [`Failure::OnlyHere`]; then nothing is gone.
    pub async fn leave(&mut self) -> Result<Reply, Failure> {
        // Another tab may have written what this one has not read yet.
        let exported = self.exported;
        self.follow_other_tab().await;
        if exported != Some(self.version) && !self.is_all_received().await? {
            return Err(Failure::OnlyHere);
        }
        // The session that the browser holds is hers.
        self.ring(Wake::Closed);
        self.start_again().await
    }

    /// Throws everything on this phone away. The page asks twice, and offers the backup first.
    pub(super) async fn start_again(&mut self) -> Result<Reply, Failure> {
        self.open = None;
        if !self.practice {
            // What was shared with the app and not looked at. Where there is no such cache there is nothing to forget.
            let _ = forget_shared(SHARED).await;
        }
        let name = if self.practice { idb::PRACTICE } else { idb::MAIN };
        if let Some(db) = self.db.take() {
            db.close();
        }
        idb::delete_database(name).await.map_err(failure)?;
        self.start(self.practice.then_some(crate::domain::latihan::FAMILIES), self.built_at_ms).await
    }
}

async fn gather(db: &Db) -> Result<Backup, StoreError> {
    let meta = db.meta_with_prefix("").await?;
    let scope = meta.iter().find(|(key, _)| key == "scope").map(|(_, it)| String::from_utf8_lossy(it).into_owned());
    let mut backup = Backup::default();
    let sealed = meta.iter().filter_map(|(key, _)| sealed_scopes(key)).flatten();
    for scope in scope.iter().cloned().chain(sealed) {
        let mut after = 0;
        loop {
            let rows = db.events_after(&scope, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            backup.events.extend(rows);
        }
    }
    if let Some(scope) = &scope {
        let owned = |(id, body)| (scope.clone(), id, body);
        backup.blobs = db.blobs(scope).await?.into_iter().map(owned).collect();
        backup.quarantine = db.quarantine(scope).await?.into_iter().map(owned).collect();
    }
    for person in meta.iter().filter_map(|(key, _)| key.strip_prefix("vault:")) {
        let owned = |(id, body)| (person.to_owned(), id, body);
        backup.drafts.extend(db.drafts(person).await?.into_iter().map(owned));
        backup.pending.extend(db.pending(person).await?.into_iter().map(owned));
    }
    backup.meta = meta.into_iter().filter(|(key, _)| PORTABLE.iter().any(|it| key.starts_with(it))).collect();
    Ok(backup)
}
