//! One batch, one transaction.
//!
//! Success is the transaction's `complete`, nothing earlier; `abort` is the failure, and says why.

use std::cell::Cell;
use std::rc::Rc;

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::Db;
use super::error::by_name;
use super::js::{Columns, all_of, bytes, bytes_to_js, first_event, pair};
use super::schema::{BLOBS, DRAFTS, EVENTS, META, PENDING, QUARANTINE, SNAPSHOTS};
use crate::crypto::device::DeviceKeys;
use crate::store::batch::{Expectation, Table, Write};
use crate::store::{Batch, Durability, StoreError, Written};

const COMPLETE: &str = "complete";
const ABORT: &str = "abort";
/// Key of the device keys in `meta`: no string, so that no value of a caller stands there.
const DEVICE_KEYS: &str = "device-keys";

impl Db {
    /// Writes a batch: all of it, or nothing.
    pub async fn write(&self, batch: &Batch) -> Result<Written, StoreError> {
        if batch.writes.is_empty() && batch.expectations.is_empty() {
            return Ok(Written::default());
        }
        self.run(async |database: &Database| write(database, batch).await).await
    }

    /// The device keys of this database, made at the first call.
    pub async fn device_keys(&self) -> Result<DeviceKeys, StoreError> {
        if let Some(found) = self.run(async |database: &Database| read_device_keys(database).await).await? {
            return Ok(found);
        }
        let made = DeviceKeys::generate().await.map_err(|_| StoreError::DeviceKey)?;
        self.run(async |database: &Database| keep_device_keys(database, &made).await).await
    }
}

impl Write {
    fn store(&self) -> &'static str {
        match self {
            Self::AddEvent(_) | Self::ReplaceEvent(_) => EVENTS,
            Self::PutMeta { .. } | Self::DeleteMeta { .. } => META,
            Self::Put { table, .. } | Self::Delete { table, .. } => table.store(),
            Self::PutSnapshot { .. } | Self::DeleteSnapshot { .. } => SNAPSHOTS,
        }
    }
}

impl Table {
    pub(super) const fn store(self) -> &'static str {
        match self {
            Self::Events => EVENTS,
            Self::Blobs => BLOBS,
            Self::Drafts => DRAFTS,
            Self::Pending => PENDING,
            Self::Quarantine => QUARANTINE,
        }
    }
}

async fn write(database: &Database, batch: &Batch) -> Result<Written, StoreError> {
    let transaction = begin(database, &touched(batch), batch.durability)?;
    let finished = first_event(transaction.as_sys(), &[COMPLETE, ABORT]);
    let duplicates = Duplicates::new();
    let filled = match check(&transaction, &batch.expectations).await {
        Ok(()) => fill(&transaction, &batch.writes, &duplicates),
        moved => moved,
    };
    if let Err(error) = filled {
        // It may be over already; either way nothing of it stays.
        let _ = transaction.as_sys().abort();
        finished.await?;
        return Err(cause(&transaction).filter(|_| error == StoreError::ConnectionLost).unwrap_or(error));
    }
    // Not committed by hand: the browser does it after the last answer, and a duplicate is an answer
    // that must be heard first.
    match finished.await?.as_str() {
        COMPLETE => Ok(Written { duplicates: duplicates.count() }),
        _ => Err(cause(&transaction).unwrap_or(StoreError::Aborted)),
    }
}

fn begin<'a>(database: &'a Database, stores: &[&str], durability: Durability) -> Result<Transaction<'a>, StoreError> {
    let durability = match durability {
        Durability::Strict => TransactionDurability::Strict,
        Durability::Relaxed => TransactionDurability::Relaxed,
    };
    let transaction = database
        .transaction(stores)
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(durability))
        .build()?;
    // The crate's own listener can hear one failed request; an abort fails them all. We listen to the
    // transaction's end ourselves.
    transaction.as_sys().set_onerror(None);
    Ok(transaction)
}

/// Only the stores that are written: other transactions need not wait for this one.
fn touched(batch: &Batch) -> Vec<&'static str> {
    let mut stores: Vec<_> = batch.writes.iter().map(Write::store).collect();
    if !batch.expectations.is_empty() {
        stores.push(META);
    }
    stores.sort_unstable();
    stores.dedup();
    stores
}

async fn check(transaction: &Transaction<'_>, expectations: &[Expectation]) -> Result<(), StoreError> {
    if expectations.is_empty() {
        return Ok(());
    }
    let meta = transaction.object_store(META)?;
    for expectation in expectations {
        let found: Option<JsValue> = meta.get(JsValue::from_str(&expectation.key)).primitive()?.await?;
        if found.map(bytes).transpose()? != expectation.value {
            return Err(StoreError::Moved { key: expectation.key.clone() });
        }
    }
    Ok(())
}

/// Places all requests at once; none is waited for.
fn fill(transaction: &Transaction<'_>, writes: &[Write], duplicates: &Duplicates) -> Result<(), StoreError> {
    let columns = Columns::new();
    let mut open: Vec<(&'static str, ObjectStore<'_>)> = Vec::new();
    for write in writes {
        let name = write.store();
        let at = match open.iter().position(|(opened, _)| *opened == name) {
            Some(at) => at,
            None => {
                open.push((name, transaction.object_store(name)?));
                open.len() - 1
            }
        };
        if let Some((_, store)) = open.get(at) {
            place(store, write, &columns, duplicates)?;
        }
    }
    Ok(())
}

fn place(store: &ObjectStore<'_>, write: &Write, columns: &Columns, duplicates: &Duplicates) -> Result<(), StoreError> {
    match write {
        Write::AddEvent(row) => {
            let request = store.add(columns.write(row)?).build()?;
            duplicates.watch(request.as_sys());
        }
        Write::ReplaceEvent(row) => put(store, columns.write(row)?, None)?,
        Write::PutMeta { key, value } => put(store, bytes_to_js(value), Some(key.as_str().into()))?,
        Write::DeleteMeta { key } => delete(store, KeyRange::Only(key.as_str().into()))?,
        Write::Put { key: [owner, id], value, .. } => put(store, bytes_to_js(value), Some(pair(owner, id.as_str())))?,
        Write::Delete { key: [owner, id], .. } => delete(store, KeyRange::Only(pair(owner, id.as_str())))?,
        Write::PutSnapshot { scope, chunks } => {
            delete(store, all_of(scope))?;
            for (at, chunk) in (0u32..).zip(chunks) {
                put(store, bytes_to_js(chunk), Some(pair(scope, at)))?;
            }
        }
        Write::DeleteSnapshot { scope } => delete(store, all_of(scope))?,
    }
    Ok(())
}

fn put(store: &ObjectStore<'_>, value: JsValue, key: Option<JsValue>) -> Result<(), StoreError> {
    match key {
        Some(key) => drop(store.put(value).with_key(key).without_key_type().build()?),
        None => drop(store.put(value).build()?),
    }
    Ok(())
}

fn delete(store: &ObjectStore<'_>, keys: KeyRange<JsValue>) -> Result<(), StoreError> {
    drop(store.delete::<JsValue, _>(keys).build()?);
    Ok(())
}

/// What the browser says about an aborted transaction, if it says anything.
fn cause(transaction: &Transaction<'_>) -> Option<StoreError> {
    transaction.as_sys().error().map(|exception| by_name(&exception.name()))
}

/// Hears that an event is there already, and keeps that from aborting the transaction.
struct Duplicates {
    count: Rc<Cell<usize>>,
    on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Duplicates {
    fn new() -> Self {
        let count = Rc::new(Cell::new(0));
        let counted = count.clone();
        let on_error = Closure::new(move |event: web_sys::Event| {
            let request = event.target().and_then(|target| target.dyn_into::<web_sys::IdbRequest>().ok());
            let error = request.and_then(|request| request.error().ok().flatten());
            if error.is_some_and(|error| error.name() == "ConstraintError") {
                counted.set(counted.get() + 1);
                event.prevent_default();
                event.stop_propagation();
            }
        });
        Self { count, on_error }
    }

    fn watch(&self, request: &web_sys::IdbRequest) {
        request.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
    }

    fn count(&self) -> usize {
        self.count.get()
    }
}

async fn read_device_keys(database: &Database) -> Result<Option<DeviceKeys>, StoreError> {
    let transaction = database.transaction(META).build()?;
    let meta = transaction.object_store(META)?;
    let found: Option<JsValue> = meta.get(device_keys_key()).primitive()?.await?;
    found.map(|found| DeviceKeys::from_js(&found).map_err(|_| StoreError::DeviceKey)).transpose()
}

/// Keeps the keys, unless another tab was faster: then its keys count.
async fn keep_device_keys(database: &Database, made: &DeviceKeys) -> Result<DeviceKeys, StoreError> {
    let transaction = begin(database, &[META], Durability::Strict)?;
    let finished = first_event(transaction.as_sys(), &[COMPLETE, ABORT]);
    let meta = transaction.object_store(META)?;
    let found: Option<JsValue> = meta.get(device_keys_key()).primitive()?.await?;
    let keys = match found {
        Some(found) => DeviceKeys::from_js(&found).map_err(|_| StoreError::DeviceKey)?,
        None => {
            let value = made.to_js().map_err(|_| StoreError::DeviceKey)?;
            put(&meta, value, Some(device_keys_key()))?;
            made.clone()
        }
    };
    match finished.await?.as_str() {
        COMPLETE => Ok(keys),
        _ => Err(cause(&transaction).unwrap_or(StoreError::Aborted)),
    }
}

fn device_keys_key() -> JsValue {
    js_sys::Array::of1(&DEVICE_KEYS.into()).into()
}
