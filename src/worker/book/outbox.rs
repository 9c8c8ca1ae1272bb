//! What of this book the server does not have yet, as far as its receipts say.
//!
//! Every event that was recorded here or brought by hand waits until the log of the push ([`log::received`]) has moved
//! over it. In memory only: it is read again from the rows behind the logs when a book opens.

use super::OpenBook;
use crate::domain::kinds;
use crate::domain::ledger::{Event, EventId};
use crate::domain::scope::Class;
use crate::sync::protocol::Freight;

/// One event that waits.
pub(in crate::worker) struct Item {
    pub(in crate::worker) seq: u64,
    pub(in crate::worker) id: EventId,
    pub(in crate::worker) subject: Box<str>,
    pub(in crate::worker) class: Class,
    pub(in crate::worker) freight: Freight,
    /// Size of its photo, bytes.
    pub(in crate::worker) photo: u64,
}

/// What waits, by local sequence.
#[derive(Default)]
pub(in crate::worker) struct Outbox {
    items: Vec<Item>,
    /// The book is connected: what is recorded is to be sent.
    is_kept: bool,
}

/// In which sweep an event goes.
pub(in crate::worker) fn freight_of(event: &Event) -> Freight {
    match event.kind() {
        _ if event.is_erased() => Freight::Erased,
        kinds::FOTO_ADDED => Freight::Photos,
        _ => Freight::Events,
    }
}

impl Outbox {
    /// Takes note of a row.
    pub(in crate::worker) fn add(&mut self, seq: u64, event: &Event, from: Option<Class>) {
        if !self.is_kept || from.is_some() || self.items.last().is_some_and(|it| it.seq >= seq) {
            return;
        }
        let freight = freight_of(event);
        let photo = event.data().get("bytes").and_then(|it| it.as_int()).filter(|_| freight == Freight::Photos);
        self.items.push(Item {
            seq,
            id: event.id(),
            subject: event.subject().into(),
            class: event.home(),
            freight,
            photo: photo.and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
        });
    }

    /// Begins anew, for rows that are to be added in their order.
    pub(in crate::worker) fn begin(&mut self) {
        self.items.clear();
        self.is_kept = true;
    }

    /// The server has everything of a class up to these sequences, one for each freight.
    pub(in crate::worker) fn received(&mut self, class: Class, until: [u64; 3]) {
        self.items.retain(|it| it.class != class || until.get(it.freight as usize).is_none_or(|last| it.seq > *last));
    }

    /// What waits of the classes that may be sent.
    pub(in crate::worker) fn items(&self) -> &[Item] {
        &self.items
    }
}

impl OpenBook {
    /// The last local sequence.
    pub(in crate::worker) fn head_seq(&self) -> u64 {
        self.seq
    }
}
