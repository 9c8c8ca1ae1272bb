//! Erasing for good: what stood on this phone of what a believed event names is gone from its disk.

use super::carried::begun_key;
use super::{Moved, OpenBook};
use crate::crypto::keyring::index_key;
use crate::domain::book::photo_in;
use crate::domain::json::{Map, Value};
use crate::domain::kinds;
use crate::domain::ledger::id::EventId;
use crate::domain::ledger::roster::{Ed25519, Trust};
use crate::domain::ledger::subject::Entry;
use crate::messages::Failure;
use crate::store::idb::Db;
use crate::store::{Batch, Mark};
use crate::worker::office::{crypto, failure};

impl OpenBook {
    /// Overwrites on disk what is to be erased, with its photos and voice, and throws the snapshot away that held it.
    /// Where nothing is left of a subject, what waited and was begun about it goes too, whoever's it is.
    ///
    /// Of a row that does not open no tombstone can be made: it goes as it is, and the ledger is built without it.
    pub(super) async fn erase(&mut self, db: &Db, now_ms: u64) -> Result<Vec<Moved>, Failure> {
        self.forget_survey();
        let mut batch = Batch::strict().delete_snapshot(&self.scope);
        let mut gone = Vec::new();
        let mut named = Vec::new();
        let mut blobs = Vec::new();
        let index = index_key(self.key().map_err(crypto)?);
        for (id, subject) in self.ledger.owes_erasure(self.damaged > 0) {
            let entry = self.ledger.book.subject(subject).and_then(|it| it.log().iter().find(|it| it.id == id));
            let row = db.event(&self.scope, &id.to_string()).await.map_err(failure)?;
            if row.is_none() && entry.is_none() {
                continue;
            }
            let opened = row.and_then(|row| {
                let (event, mark) = self.open_row(&row.id, &row.body)?;
                Some((row.seq, event, mark.from))
            });
            let is_gone = opened.as_ref().is_some_and(|(_, event, _)| event.is_erased());
            // Another tab may have been quicker on the disk, while memory still holds it.
            let is_known = entry.is_some() && !self.ledger.book.subject(subject).is_some_and(|it| it.is_erased(id));
            let stays = opened.as_ref().is_some_and(|(_, event, _)| !event.is_erased() && !self.ledger.must_go(event));
            if stays || (is_gone && !is_known) {
                continue;
            }
            // Memory may still know what it held, from the snapshot.
            let data = opened.as_ref().filter(|_| !is_gone).map(|(_, event, _)| event.data());
            blobs.extend(blobs_of(&data.or(entry.map(Entry::data)).unwrap_or_default()));
            named.push((id, subject));
            if let Some((seq, event, from)) = opened {
                let event = event.erased();
                if is_gone {
                    gone.push((event, Trust::Verified));
                    continue;
                }
                let mark = Mark { trust: Trust::Verified, from };
                batch = batch.replace_event(self.row(&event, mark, seq, &index).map_err(crypto)?);
                gone.push((event, Trust::Verified));
            } else {
                batch = batch.delete_event(&self.scope, id.to_string());
            }
        }
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let is_lost = gone.len() < named.len();
        batch = self.forget(db, &named, &blobs, batch).await?;
        db.write(&batch).await.map_err(failure)?;
        self.forget_entrusted();
        self.snapshot_seq = 0;
        let _ = self.ledger.apply(&gone, now_ms, &Ed25519);
        if is_lost {
            // Until it is built memory still holds it, and no snapshot may.
            self.owes_rebuild = true;
            self.rebuild(db, now_ms).await?;
        }
        Ok(gone.iter().map(|(event, _)| Moved::of(event)).collect())
    }

    /// Adds what goes along: the photos that nothing else shows, and of subjects of which nothing is left what waits
    /// and what was begun.
    async fn forget(
        &self,
        db: &Db,
        named: &[(EventId, &str)],
        blobs: &[String],
        mut batch: Batch,
    ) -> Result<Batch, Failure> {
        let book = &self.ledger.book;
        let is_named = |it: &Entry| named.iter().any(|(id, _)| *id == it.id);
        let complaints = book.names("aduan").filter_map(|it| book.subject(it)).flat_map(|it| it.log());
        let (going, others): (Vec<_>, Vec<_>) = complaints.partition(|it| is_named(it));
        let photos = |of: &[&Entry]| -> Vec<String> {
            of.iter().filter(|it| &*it.kind == kinds::FOTO_ADDED).filter_map(|it| photo_in(&it.data())).collect()
        };
        let (erased, shown) = (photos(&going), photos(&others));
        // A complaint goes on naming a photo that was erased by itself.
        let told = others.iter().flat_map(|it| blobs_of(&it.data())).filter(|it| !erased.contains(it));
        let kept: Vec<String> = told.chain(shown).collect();
        for hash in blobs.iter().filter(|it| !kept.contains(it)) {
            batch = batch.delete_blob(&self.scope, hash).delete_meta(begun_key(hash));
        }
        let is_gone = |subject: &str| {
            let known = book.subject(subject);
            known.is_none_or(|known| known.log().iter().all(|it| known.is_erased(it.id) || is_named(it)))
        };
        let gone: Vec<&str> = named.iter().map(|(_, subject)| *subject).filter(|it| is_gone(it)).collect();
        let is_about = |form: &str| gone.iter().any(|it| form.contains(*it));
        for (vault, _) in db.meta_with_prefix("vault:").await.map_err(failure)? {
            let person = vault.strip_prefix("vault:").unwrap_or_default();
            for (form, _) in db.drafts(person).await.map_err(failure)?.iter().filter(|(it, _)| is_about(it)) {
                batch = batch.delete_draft(person, form);
            }
            for (id, _) in db.pending(person).await.map_err(failure)?.iter().filter(|(it, _)| is_about(it)) {
                batch = batch.delete_pending(person, id);
            }
        }
        self.forget_sealed(db, &is_about, batch).await
    }
}

/// Hashes of the photos and of the voice that an event's content names, or of the one that it is.
fn blobs_of(data: &Map) -> Vec<String> {
    let photos = data.get("foto").and_then(Value::as_list).unwrap_or_default();
    let named = photos.iter().chain(data.get("rekaman_suara"));
    let named = named.filter_map(|it| it.get("sha256").and_then(Value::as_text)).map(str::to_owned);
    named.chain(photo_in(data)).collect()
}
