//! Reading: each call is one transaction of its own and answers sealed bytes.

use indexed_db_futures::database::Database;
use indexed_db_futures::index::Index;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::{BuildPrimitive, KeyRange};
use wasm_bindgen::JsValue;

use super::Db;
use super::js::{Columns, all_of, bytes, bytes_to_js, number, pair, second, text};
use super::schema::{BY_SEQ, BY_TAG, EVENTS, META, SNAPSHOTS};
use crate::store::batch::Table;
use crate::store::{EventRow, SealedEvent, StoreError};

/// Behind every id: they are hex.
const LAST: &str = "g";

impl Db {
    /// A meta value.
    pub async fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.value(META, key.into()).await
    }

    /// The meta values whose key begins with `prefix`, by key.
    pub async fn meta_with_prefix(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let last = format!("{prefix}\u{ffff}");
        let range = || KeyRange::Bound(JsValue::from_str(prefix), false, JsValue::from_str(&last), false);
        self.entries(META, &range, |key| text(&key)).await
    }

    /// An event by its id.
    pub async fn event(&self, scope: &str, id: &str) -> Result<Option<EventRow>, StoreError> {
        self.run(async |database: &Database| {
            let transaction = database.transaction(EVENTS).build()?;
            let events = transaction.object_store(EVENTS)?;
            let found: Option<JsValue> = events.get(pair(scope, id)).primitive()?.await?;
            found.map(|found| Columns::new().read(&found)).transpose()
        })
        .await
    }

    /// At most `limit` events of a scope after a sequence, in sequence. Fewer than `limit`: that was all.
    pub async fn events_after(&self, scope: &str, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        self.run(async |database: &Database| {
            let transaction = database.transaction(EVENTS).build()?;
            let events = transaction.object_store(EVENTS)?;
            let by_seq = events.index(BY_SEQ)?;
            let from = pair(scope, number(after)?);
            let range = KeyRange::Bound(from, true, pair(scope, f64::INFINITY), false);
            rows(&by_seq, range, Some(limit)).await
        })
        .await
    }

    /// At most `limit` events of a scope behind an id, by id: the order in which the store keeps them, so that no
    /// index has to be followed for each. Fewer than `limit`: that was all.
    pub async fn events_by_id(&self, scope: &str, after: &str, limit: u32) -> Result<Vec<SealedEvent>, StoreError> {
        self.run(async |database: &Database| {
            let transaction = database.transaction(EVENTS).build()?;
            let events = transaction.object_store(EVENTS)?;
            let range = KeyRange::Bound(pair(scope, after), true, pair(scope, LAST), false);
            let columns = Columns::new();
            let query = events.get_all::<JsValue>().with_query::<JsValue, _>(range);
            let found = query.with_limit(limit).primitive()?.await?;
            found.map(|row| columns.read_sealed(&row?)).collect()
        })
        .await
    }

    /// All events with a tag, in sequence.
    pub async fn events_by_tag(&self, tag: &[u8]) -> Result<Vec<EventRow>, StoreError> {
        self.run(async |database: &Database| {
            let transaction = database.transaction(EVENTS).build()?;
            let events = transaction.object_store(EVENTS)?;
            let by_tag = events.index(BY_TAG)?;
            let mut found = rows(&by_tag, KeyRange::Only(bytes_to_js(tag)), None).await?;
            found.sort_unstable_by_key(|row| row.seq);
            Ok(found)
        })
        .await
    }

    /// How many events a scope has.
    pub async fn count_events(&self, scope: &str) -> Result<u32, StoreError> {
        self.run(async |database: &Database| {
            let transaction = database.transaction(EVENTS).build()?;
            let events = transaction.object_store(EVENTS)?;
            Ok(events.count().with_query::<JsValue, _>(all_of(scope)).primitive()?.await?)
        })
        .await
    }

    /// The drafts of a person, by form.
    pub async fn drafts(&self, person: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.table(Table::Drafts, person).await
    }

    /// A person's draft of a form.
    pub async fn draft(&self, person: &str, form: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.value(Table::Drafts.store(), pair(person, form)).await
    }

    /// What waits for its readers and was recorded by a person, by id.
    pub async fn pending(&self, person: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.table(Table::Pending, person).await
    }

    /// The ids of what waits for its readers and was recorded by a person.
    pub async fn pending_names(&self, person: &str) -> Result<Vec<String>, StoreError> {
        self.names(Table::Pending, person).await
    }

    /// What of a scope is in quarantine, by id.
    pub async fn quarantine(&self, scope: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.table(Table::Quarantine, scope).await
    }

    /// What of a scope is in quarantine under ids that begin with a prefix, by id.
    pub async fn quarantine_of(&self, scope: &str, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let last = format!("{prefix}\u{ffff}");
        let range = || KeyRange::Bound(pair(scope, prefix), false, pair(scope, last.as_str()), false);
        self.entries(Table::Quarantine.store(), &range, second).await
    }

    /// The blobs of a scope, by hash.
    pub async fn blobs(&self, scope: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.table(Table::Blobs, scope).await
    }

    /// The hashes of the blobs of a scope.
    pub async fn blob_names(&self, scope: &str) -> Result<Vec<String>, StoreError> {
        self.names(Table::Blobs, scope).await
    }

    async fn names(&self, table: Table, of: &str) -> Result<Vec<String>, StoreError> {
        self.run(async |database: &Database| {
            let store = table.store();
            let transaction = database.transaction(store).build()?;
            let store = transaction.object_store(store)?;
            let keys = store.get_all_keys::<JsValue>().with_query::<JsValue, _>(all_of(of)).primitive()?.await?;
            keys.map(|key| second(key?)).collect()
        })
        .await
    }

    /// A blob by its hash.
    pub async fn blob(&self, scope: &str, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.value(Table::Blobs.store(), pair(scope, hash)).await
    }

    /// One chunk of a scope's snapshot, counted from 0; none behind the last.
    pub async fn snapshot_chunk(&self, scope: &str, at: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.value(SNAPSHOTS, pair(scope, at)).await
    }

    async fn value(&self, store: &'static str, key: JsValue) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(async |database: &Database| {
            let transaction = database.transaction(store).build()?;
            let found: Option<JsValue> = transaction.object_store(store)?.get(key.clone()).primitive()?.await?;
            found.map(bytes).transpose()
        })
        .await
    }

    async fn table(&self, table: Table, owner: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.entries(table.store(), &|| all_of(owner), second).await
    }

    async fn entries(
        &self,
        store: &'static str,
        range: &dyn Fn() -> KeyRange<JsValue>,
        name: fn(JsValue) -> Result<String, StoreError>,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.run(async |database: &Database| {
            let transaction = database.transaction(store).build()?;
            let store: ObjectStore<'_> = transaction.object_store(store)?;
            // Both are asked before either is waited for: one trip, one state.
            let keys = store.get_all_keys::<JsValue>().with_query::<JsValue, _>(range()).primitive()?;
            let values = store.get_all::<JsValue>().with_query::<JsValue, _>(range()).primitive()?;
            let (keys, values) = (keys.await?, values.await?);
            keys.zip(values).map(|(key, value)| Ok((name(key?)?, bytes(value?)?))).collect()
        })
        .await
    }
}

async fn rows(index: &Index<'_>, range: KeyRange<JsValue>, limit: Option<u32>) -> Result<Vec<EventRow>, StoreError> {
    let columns = Columns::new();
    let query = index.get_all::<JsValue>().with_query::<JsValue, _>(range);
    let found = match limit {
        Some(limit) => query.with_limit(limit).primitive()?.await?,
        None => query.primitive()?.await?,
    };
    found.map(|row| columns.read(&row?)).collect()
}
