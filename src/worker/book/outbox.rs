//! What of this book the server does not have yet, as far as its receipts say.
//!
//! Every event that was recorded here or brought by hand waits until the log of the push ([`log::received`]) has moved
//! over it; what is owed to a server that was set back waits, too, whoever gave it. In memory only: it is read again
//! from the rows behind the logs when a book opens, when something is owed, and when another tab wrote.
//!
//! [`log::received`]: crate::sync::protocol::log::received

use super::{OpenBook, PAGE};
use crate::domain::kinds;
use crate::domain::ledger::{Event, EventId};
use crate::domain::scope::Class;
use crate::messages::Failure;
use crate::store::Home;
use crate::store::idb::Db;
use crate::sync::protocol::{Freight, Owed};
use crate::worker::office::failure;

/// One event that waits.
pub(in crate::worker) struct Item {
    pub(in crate::worker) seq: u64,
    pub(in crate::worker) id: EventId,
    pub(in crate::worker) subject: Box<str>,
    class: Class,
    /// Which database of that class, once it was looked up.
    pub(super) nth: Option<u8>,
    pub(in crate::worker) freight: Freight,
    /// Size of its photo, bytes.
    pub(in crate::worker) photo: u64,
    /// This server gave it, and may have lost it.
    is_given: bool,
}

/// What waits, by local sequence.
#[derive(Default)]
pub(in crate::worker) struct Outbox {
    items: Vec<Item>,
    /// What is recorded for these is to be sent; none until the book is connected.
    classes: Vec<Class>,
    /// What stands before it was given by another server, if it was given.
    met: u64,
    owed: Vec<(Home, Owed)>,
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
    pub(in crate::worker) fn add(&mut self, seq: u64, event: &Event, from: Option<Home>) {
        let class = from.map_or(event.home(), |it| it.class);
        if !self.classes.contains(&class) || self.items.last().is_some_and(|it| it.seq >= seq) {
            return;
        }
        let freight = freight_of(event);
        let is_given = from.is_some() && seq > self.met;
        if is_given && !from.is_some_and(|it| self.owes(it, freight, seq)) {
            return;
        }
        let photo = event.data().get("bytes").and_then(|it| it.as_int()).filter(|_| freight == Freight::Photos);
        self.items.push(Item {
            seq,
            id: event.id(),
            subject: event.subject().into(),
            class,
            nth: from.map(|it| it.nth),
            freight,
            photo: photo.and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
            is_given,
        });
    }

    /// Begins anew, for rows that are to be added in their order.
    pub(super) fn begin(&mut self, classes: Vec<Class>, met: u64, owed: Vec<(Home, Owed)>) {
        *self = Self { items: Vec::new(), classes, met, owed };
    }

    fn owes(&self, home: Home, freight: Freight, seq: u64) -> bool {
        let owed = self.owed.iter().find(|it| it.0 == home).and_then(|it| it.1.of(freight));
        owed.is_some_and(|it| seq > it.from && seq <= it.until)
    }

    /// The server has everything of a database up to these sequences, one for each freight, but for what is owed.
    pub(super) fn received(&mut self, home: Home, until: [u64; 3], owed: Owed) {
        self.owed.retain(|it| it.0 != home);
        self.owed.push((home, owed));
        let items = std::mem::take(&mut self.items);
        let waits = |it: &Item| {
            let is_behind = until.get(it.freight as usize).is_none_or(|last| it.seq > *last);
            it.home() != home || (is_behind && !it.is_given) || self.owes(home, it.freight, it.seq)
        };
        self.items = items.into_iter().filter(waits).collect();
    }

    /// Whether what nobody gave goes nowhere from here.
    fn is_homeless(&self, event: &Event, from: Option<Home>) -> bool {
        from.is_none() && !self.classes.contains(&event.home())
    }

    /// What waits of the classes that may be sent.
    pub(in crate::worker) fn items(&self) -> &[Item] {
        &self.items
    }

    /// The same, to say where they belong.
    pub(super) fn items_mut(&mut self) -> &mut [Item] {
        &mut self.items
    }
}

impl Item {
    /// Where it belongs; the first of its class as long as nobody looked.
    pub(super) fn home(&self) -> Home {
        Home { class: self.class, nth: self.nth.unwrap_or(0) }
    }
}

impl OpenBook {
    /// Whether something was recorded here, or brought by hand, that no database of this phone takes.
    pub(in crate::worker) async fn has_homeless(&self, db: &Db) -> Result<bool, Failure> {
        let mut after = 0;
        loop {
            let rows = db.events_after(&self.scope, after, PAGE).await.map_err(failure)?;
            let Some(last) = rows.last() else { return Ok(false) };
            after = last.seq;
            let mut opened = rows.iter().filter_map(|row| self.open_row(&row.id, &row.body));
            if opened.any(|(event, mark)| self.outbox.is_homeless(&event, mark.from)) {
                return Ok(true);
            }
        }
    }

    /// The last local sequence.
    pub(in crate::worker) fn head_seq(&self) -> u64 {
        self.seq
    }
}
