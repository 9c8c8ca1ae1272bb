//! The recovery page's work: every sealed byte out, and back into an empty phone.

use super::office::{Office, failure, random};
use crate::messages::{Failure, Gate, Reply};
use crate::store::backup::Backup;
use crate::store::idb::{self, Db};
use crate::store::{Batch, StoreError};

/// Meta values that another phone can use; the rest belongs to this phone's device key or its counters.
const PORTABLE: [&str; 3] = ["vault:", "scope", "root"];
const PAGE: u32 = 1000;

impl Office {
    /// Every sealed byte of this phone. Works without a PIN.
    pub(super) async fn export(&mut self) -> Result<Reply, Failure> {
        let backup = gather(self.db()?).await.map_err(failure)?;
        Ok(Reply::Export(backup.to_text().into_bytes()))
    }

    /// A backup into an empty phone: as a new installation, with the old people.
    pub(super) async fn restore(&mut self, bytes: &[u8]) -> Result<Reply, Failure> {
        let Reply::Gate(Gate::Fresh { .. }) = self.gate().await? else {
            return Err(Failure::NotFound);
        };
        let text = std::str::from_utf8(bytes).map_err(|_| Failure::Backup(crate::domain::file::FileError::NotOurs))?;
        let backup = Backup::parse(text).map_err(Failure::Backup)?;
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
        let batch = batch.put_meta(super::gate::LOCK, self.lock_screen(String::new(), people).await?);
        self.db()?.write(&batch).await.map_err(failure)?;
        self.gate().await
    }

    /// Throws everything on this phone away. The page asks twice, and offers the backup first.
    pub(super) async fn start_again(&mut self) -> Result<Reply, Failure> {
        self.open = None;
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
    if let Some(scope) = &scope {
        let mut after = 0;
        loop {
            let rows = db.events_after(scope, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            backup.events.extend(rows);
        }
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
