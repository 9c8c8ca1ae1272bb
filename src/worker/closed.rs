//! What a colleague's reset closed: sealed with keys that a person had before it, and opened again by her old recovery code.
//!
//! It does not know what it opens, nor how a PIN is given ([`super::gate`]).

use super::account::key_of;
use super::office::{Office, crypto, failure, random};
use crate::crypto::{Aad, CryptoError, RecoveryCode, seal};
use crate::messages::{Failure, Reply};
use crate::store::Batch;

impl Office {
    /// Whether something of hers is sealed with a key that she had before a colleague's reset.
    pub(super) async fn has_closed(&self) -> Result<bool, Failure> {
        let Some(book) = self.open.as_ref().filter(|_| !self.practice) else { return Ok(false) };
        let (db, me) = (self.db()?, book.me());
        if self.vault(me).await?.waiting_for_recovery() == 0 {
            return Ok(false);
        }
        let is_closed =
            |store: &str, of: &[(String, Vec<u8>)]| of.iter().any(|(id, it)| book.open_own(store, id, it).is_err());
        let account = db.meta(&key_of(me)).await.map_err(failure)?.map(|it| (me.to_owned(), it));
        Ok(is_closed("pending", &db.pending(me).await.map_err(failure)?)
            || is_closed("drafts", &db.drafts(me).await.map_err(failure)?)
            || is_closed("account", account.as_slice()))
    }

    /// What was sealed before a colleague's reset is hers again: the old recovery code opens it, and it is sealed anew.
    ///
    /// # Errors
    /// [`Failure::WrongRecovery`]; then nothing is changed.
    pub async fn redeem(&mut self, code: &str) -> Result<Reply, Failure> {
        let code = RecoveryCode::parse(code).map_err(|_| Failure::WrongRecovery)?;
        let (db, book) = (self.db()?, self.book()?);
        let me = book.me().to_owned();
        let mut vault = self.vault(&me).await?;
        let mut unlocked = book.unlocked.clone();
        let old = match vault.redeem(&mut unlocked, &code, &code, &mut random) {
            Ok(redeemed) => redeemed.old_person_key,
            Err(CryptoError::WrongSecret) => return Err(Failure::WrongRecovery),
            Err(other) => return Err(crypto(other)),
        };
        let anew = |store: &str, id: &str, sealed: &[u8]| {
            let plain = seal::open(&old, Aad { store, scope: &me, id }, sealed).ok()?;
            book.seal_own(store, id, &plain).ok()
        };
        let mut batch = Batch::strict().put_meta(format!("vault:{me}"), vault.to_bytes().map_err(crypto)?);
        for (id, sealed) in db.pending(&me).await.map_err(failure)? {
            if let Some(sealed) = anew("pending", &id, &sealed) {
                batch = batch.put_pending(&me, &id, sealed);
            }
        }
        for (form, sealed) in db.drafts(&me).await.map_err(failure)? {
            if let Some(sealed) = anew("drafts", &form, &sealed) {
                batch = batch.put_draft(&me, &form, sealed);
            }
        }
        if let Some(sealed) = db.meta(&key_of(&me)).await.map_err(failure)?.and_then(|it| anew("account", &me, &it)) {
            batch = batch.put_meta(key_of(&me), sealed);
        }
        db.write(&batch).await.map_err(failure)?;
        if let Some(book) = &mut self.open {
            book.unlocked = unlocked;
        }
        self.exported = None;
        self.shut_out(false);
        self.moved();
        self.tell.wrote();
        self.wake_courier();
        Ok(Reply::Done)
    }
}
