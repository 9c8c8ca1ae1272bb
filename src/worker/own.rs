//! What only one person's phone has of complaints: what waits for its readers, begun forms, the next number, photos.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::book::OpenBook;
use super::office::{Office, crypto, failure, random};
use crate::crypto::{Aad, seal};
use crate::domain::aduan::own::{self, KeptDraft, NextTicket, Pending};
use crate::domain::aduan::ticket::DeviceCode;
use crate::domain::form::{FieldError, Problem};
use crate::domain::intent::{self, KeptPhoto};
use crate::domain::ledger::id::{DeviceId, hex};
use crate::domain::view;
use crate::messages::{Failure, Reply, StoreFailure};
use crate::store::Batch;
use crate::store::idb::Db;

/// Read for a question about complaints, empty for others.
#[derive(Default)]
pub(super) struct Own {
    pub(super) pending: Vec<Pending>,
    pub(super) drafts: Vec<KeptDraft>,
    pub(super) ticket: Option<NextTicket>,
    /// The counter as it stands on disk, compared in the saving transaction.
    counter: Option<Vec<u8>>,
}

/// The counter of ticket numbers of this installation.
#[derive(Serialize, Deserialize)]
struct Counter {
    device: DeviceId,
    code: String,
    next: u32,
}

impl Own {
    /// What a question needs beside the book.
    pub(super) async fn for_query(book: &OpenBook, db: &Db, query: &view::Query) -> Result<Self, Failure> {
        match query {
            view::Query::Aduan(_) | view::Query::Laporan(_) | view::Query::Sesi(view::sesi::Query::Tutup { .. }) => {
                Self::read(book, db).await
            }
            // The only thing that was saved may be one that waits sealed.
            view::Query::Beranda if view::beranda::is_blank(&book.ledger.book) => Self::read(book, db).await,
            _ => Ok(Self::default()),
        }
    }

    /// What a wish needs beside the book: for complaints the next number too.
    pub(super) async fn for_intent(book: &OpenBook, db: &Db, intent: &intent::Intent) -> Result<Self, Failure> {
        if !matches!(intent, intent::Intent::Aduan(_)) {
            return Ok(Self::default());
        }
        let mut own = Self::read(book, db).await?;
        own.counter = db.meta(&book.ticket_key()).await.map_err(failure)?;
        own.ticket = Some(next_ticket(own.counter.as_deref(), book.device));
        Ok(own)
    }

    async fn read(book: &OpenBook, db: &Db) -> Result<Self, Failure> {
        let pending = db.pending(book.me()).await.map_err(failure)?;
        let drafts = db.drafts(book.me()).await.map_err(failure)?;
        // What an older person key sealed waits for her recovery code; it is not shown and not deleted.
        let open = |store: &str, id: &str, sealed: &[u8]| book.open_own(store, id, sealed).ok();
        let item = |(id, sealed): (String, Vec<u8>)| {
            Pending::parse(std::str::from_utf8(&open("pending", &id, &sealed)?).ok()?)
        };
        let draft = |(form, sealed): (String, Vec<u8>)| {
            let id = own::form_id(&form)?.to_owned();
            Some(KeptDraft { id, body: open("drafts", &form, &sealed)? })
        };
        let is_told = |(id, _): &(String, Vec<u8>)| !own::is_photo_id(id);
        let mut pending: Vec<Pending> = pending.into_iter().filter(is_told).filter_map(item).collect();
        // As long as the whole is here, nobody needs what will be left of it.
        let whole: Vec<String> = pending.iter().filter(|it| !it.is_handed()).map(|it| it.id.clone()).collect();
        pending.retain(|it| !it.is_handed() || !whole.contains(&it.id));
        Ok(Self { pending, drafts: drafts.into_iter().filter_map(draft).collect(), ..Self::default() })
    }

    /// Whether the counter on disk is not the one that a plan was made with.
    pub(super) async fn has_moved(&self, book: &OpenBook, db: &Db) -> bool {
        db.meta(&book.ticket_key()).await.is_ok_and(|it| it != self.counter)
    }

    /// Everything of a plan that is written beside its events.
    pub(super) async fn batch(
        &self,
        book: &OpenBook,
        db: &Db,
        plan: &intent::Plan,
        mut with: Batch,
    ) -> Result<Batch, Failure> {
        let me = book.me();
        for item in &plan.pending {
            let sealed = book.seal_own("pending", &item.id, item.to_text().as_bytes()).map_err(crypto)?;
            with = with.put_pending(me, &item.id, sealed);
        }
        for photo in &plan.photos {
            with = keep_photo(book, db, photo, with).await?;
        }
        if let (true, Some(ticket)) = (plan.uses_ticket, &self.ticket) {
            let code = ticket.code.as_str().to_owned();
            let next = Counter { device: book.device, code, next: ticket.running.saturating_add(1) };
            let next = postcard::to_allocvec(&next).map_err(|_| Failure::Store(StoreFailure::Broken))?;
            with = with.expect_meta(book.ticket_key(), self.counter.clone()).put_meta(book.ticket_key(), next);
        }
        Ok(with)
    }
}

/// A reinstalled or restored phone has another device id, and takes a new code: no number is given twice.
fn next_ticket(counter: Option<&[u8]>, device: DeviceId) -> NextTicket {
    let known: Option<Counter> = counter.and_then(|it| postcard::from_bytes(it).ok());
    let known = known.filter(|it| it.device == device && it.next > 0);
    known.and_then(|it| Some(NextTicket { code: DeviceCode::parse(&it.code).ok()?, running: it.next })).unwrap_or_else(
        || {
            let mut bytes = [0; 7];
            random(&mut bytes);
            NextTicket { code: DeviceCode::unenrolled(bytes), running: 1 }
        },
    )
}

/// From the draft to where it stays; what is not the picture that was promised is refused.
async fn keep_photo(book: &OpenBook, db: &Db, photo: &KeptPhoto, with: Batch) -> Result<Batch, Failure> {
    let missing = || Failure::Refused(vec![FieldError::new("foto", Problem::Missing)]);
    let me = book.me();
    let sealed = db.draft(me, &photo.form).await.map_err(failure)?.ok_or_else(missing)?;
    let bytes = book.open_own("drafts", &photo.form, &sealed).map_err(crypto)?;
    if hex(&Sha256::digest(&bytes)) != photo.sha256 || !bytes.starts_with(&[0xff, 0xd8]) {
        return Err(missing());
    }
    let with = with.delete_draft(me, &photo.form);
    if photo.is_pending {
        let id = own::photo_id(&photo.sha256);
        return Ok(with.put_pending(me, &id, book.seal_own("pending", &id, &bytes).map_err(crypto)?));
    }
    let aad = Aad { store: "blobs", scope: &book.scope, id: &photo.sha256 };
    let key = book.unlocked.scope_key(&book.scope).map_err(crypto)?;
    Ok(with.put_blob(&book.scope, &photo.sha256, seal::seal_with(key, &mut random, aad, &bytes)))
}

impl OpenBook {
    fn ticket_key(&self) -> String {
        format!("ticket:{}", self.scope)
    }
}

impl Office {
    /// The bytes of a photo.
    pub(super) async fn read_photo(&self, sha256: &str) -> Result<Reply, Failure> {
        let book = self.book()?;
        let Some(sealed) = self.db()?.blob(&book.scope, sha256).await.map_err(failure)? else {
            return Ok(Reply::Draft(None));
        };
        let aad = Aad { store: "blobs", scope: &book.scope, id: sha256 };
        let key = book.unlocked.scope_key(&book.scope).map_err(crypto)?;
        Ok(Reply::Draft(Some(seal::open(key, aad, &sealed).map_err(crypto)?)))
    }
}
