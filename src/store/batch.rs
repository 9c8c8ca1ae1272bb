//! What is written together: all of it, or nothing.
//!
//! A batch is a value. Bodies are sealed before they come here.

use std::fmt;

/// One event as it is stored: the place in clear, the body sealed.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EventRow {
    /// Scope (database) of the event.
    pub scope: String,
    /// Content hash; the document's `_id`.
    pub id: String,
    /// Local sequence within the scope.
    pub seq: u64,
    /// What stands for the subject in the index.
    pub tag: Vec<u8>,
    /// Sealed body.
    pub body: Vec<u8>,
}

/// What of an [`EventRow`] is needed to open it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedEvent {
    /// As [`EventRow::id`].
    pub id: String,
    /// As [`EventRow::seq`].
    pub seq: u64,
    /// As [`EventRow::body`].
    pub body: Vec<u8>,
}

impl fmt::Debug for EventRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRow").field("id", &self.id).field("seq", &self.seq).finish_non_exhaustive()
    }
}

/// When a batch counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It is on the disk: for what a person saved.
    #[default]
    Strict,
    /// The system has it: for what can be fetched again.
    Relaxed,
}

/// One write. Deletes and puts happen in the order they were added.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Write {
    AddEvent(EventRow),
    ReplaceEvent(EventRow),
    PutMeta {
        key: String,
        value: Vec<u8>,
    },
    DeleteMeta {
        key: String,
    },
    /// A value under a key of two parts; [`Table`] says where.
    Put {
        table: Table,
        key: [String; 2],
        value: Vec<u8>,
    },
    Delete {
        table: Table,
        key: [String; 2],
    },
    PutSnapshot {
        scope: String,
        chunks: Vec<Vec<u8>>,
    },
    DeleteSnapshot {
        scope: String,
    },
}

/// Stores whose key has two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// [scope, id]; only for deleting.
    Events,
    /// [scope, hash]
    Blobs,
    /// [person, form]
    Drafts,
    /// [person, id]
    Pending,
    /// [scope, id]
    Quarantine,
}

/// What a batch relies on: the meta value under `key`, compared in the same transaction.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Expectation {
    pub(crate) key: String,
    pub(crate) value: Option<Vec<u8>>,
}

/// Writes that happen together in one transaction.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub(crate) durability: Durability,
    pub(crate) expectations: Vec<Expectation>,
    pub(crate) writes: Vec<Write>,
}

/// What happened to a batch that was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Events that were there already and stayed as they were.
    pub duplicates: usize,
}

impl Batch {
    /// A batch for what a person saved: written when it is on the disk.
    pub fn strict() -> Self {
        Self::default()
    }

    /// A batch for what can be fetched again.
    pub fn relaxed() -> Self {
        Self { durability: Durability::Relaxed, ..Self::default() }
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Writes nothing unless the meta value is this (`None`: is absent) when the transaction runs.
    #[must_use]
    pub fn expect_meta(mut self, key: impl Into<String>, value: Option<Vec<u8>>) -> Self {
        self.expectations.push(Expectation { key: key.into(), value });
        self
    }

    /// Adds an event. One that is there already stays as it is: its id is its content.
    #[must_use]
    pub fn add_event(self, row: EventRow) -> Self {
        self.with(Write::AddEvent(row))
    }

    /// Overwrites an event by its erased form.
    #[must_use]
    pub fn replace_event(self, row: EventRow) -> Self {
        self.with(Write::ReplaceEvent(row))
    }

    /// Removes an event: one that is to be erased, and of which no erased form can be made.
    #[must_use]
    pub fn delete_event(self, scope: &str, id: String) -> Self {
        self.with(Write::Delete { table: Table::Events, key: [scope.to_owned(), id] })
    }

    /// Sets a meta value.
    #[must_use]
    pub fn put_meta(self, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.with(Write::PutMeta { key: key.into(), value: value.into() })
    }

    /// Removes a meta value.
    #[must_use]
    pub fn delete_meta(self, key: impl Into<String>) -> Self {
        self.with(Write::DeleteMeta { key: key.into() })
    }

    /// Keeps a person's draft of a form.
    #[must_use]
    pub fn put_draft(self, person: &str, form: &str, sealed: Vec<u8>) -> Self {
        self.put(Table::Drafts, person, form, sealed)
    }

    /// Ends a draft: in the batch that saves what it became.
    #[must_use]
    pub fn delete_draft(self, person: &str, form: &str) -> Self {
        self.delete(Table::Drafts, person, form)
    }

    /// Keeps what waits for its readers.
    #[must_use]
    pub fn put_pending(self, person: &str, id: &str, sealed: Vec<u8>) -> Self {
        self.put(Table::Pending, person, id, sealed)
    }

    /// Removes what no longer waits.
    #[must_use]
    pub fn delete_pending(self, person: &str, id: &str) -> Self {
        self.delete(Table::Pending, person, id)
    }

    /// Keeps a received document that is not to be folded, with its reason.
    #[must_use]
    pub fn put_quarantine(self, scope: &str, id: &str, sealed: Vec<u8>) -> Self {
        self.put(Table::Quarantine, scope, id, sealed)
    }

    /// Removes a document from quarantine.
    #[must_use]
    pub fn delete_quarantine(self, scope: &str, id: &str) -> Self {
        self.delete(Table::Quarantine, scope, id)
    }

    /// Keeps a photo or another large value under its hash.
    #[must_use]
    pub fn put_blob(self, scope: &str, hash: &str, sealed: Vec<u8>) -> Self {
        self.put(Table::Blobs, scope, hash, sealed)
    }

    /// Removes a blob.
    #[must_use]
    pub fn delete_blob(self, scope: &str, hash: &str) -> Self {
        self.delete(Table::Blobs, scope, hash)
    }

    /// Replaces the snapshot of a scope.
    #[must_use]
    pub fn put_snapshot(self, scope: &str, chunks: Vec<Vec<u8>>) -> Self {
        self.with(Write::PutSnapshot { scope: scope.to_owned(), chunks })
    }

    /// Throws the snapshot of a scope away.
    #[must_use]
    pub fn delete_snapshot(self, scope: &str) -> Self {
        self.with(Write::DeleteSnapshot { scope: scope.to_owned() })
    }

    /// Appends all of another batch; the stricter durability counts.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if other.durability == Durability::Strict {
            self.durability = Durability::Strict;
        }
        self.expectations.extend(other.expectations);
        self.writes.extend(other.writes);
        self
    }

    fn put(self, table: Table, owner: &str, id: &str, value: Vec<u8>) -> Self {
        self.with(Write::Put { table, key: [owner.to_owned(), id.to_owned()], value })
    }

    fn delete(self, table: Table, owner: &str, id: &str) -> Self {
        self.with(Write::Delete { table, key: [owner.to_owned(), id.to_owned()] })
    }

    fn with(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("durability", &self.durability)
            .field("expectations", &self.expectations.len())
            .field("writes", &self.writes.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_batches_keep_the_stricter_durability() {
        let joined = Batch::relaxed().put_meta("a", b"1").and(Batch::strict().delete_meta("b"));
        assert_eq!(joined.durability, Durability::Strict);
        assert_eq!(joined.writes.len(), 2);
        assert_eq!(Batch::relaxed().and(Batch::relaxed()).durability, Durability::Relaxed);
    }

    #[test]
    fn debug_shows_no_content() {
        let batch = Batch::strict().put_draft("ani", "form", b"Ani Lestari".to_vec());
        assert!(!format!("{batch:?}").contains("ani"));
    }
}
