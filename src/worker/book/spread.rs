//! Where in the rows there is something of a class and a freight: a sweep that would find nothing reads nothing.

use super::outbox::freight_of;
use super::{OpenBook, PAGE};
use crate::domain::scope::Class;
use crate::messages::Failure;
use crate::store::idb::Db;
use crate::sync::protocol::Freight;
use crate::worker::office::failure;

/// First and last row of each class and freight, of a part of the rows. In memory only.
pub(super) struct Spread {
    /// The part begins behind this row.
    after: u64,
    /// And ends with this one.
    until: u64,
    found: Vec<(Class, Freight, u64, u64)>,
}

impl Default for Spread {
    /// Of no part.
    fn default() -> Self {
        Self { after: u64::MAX, until: u64::MAX, found: Vec::new() }
    }
}

impl Spread {
    /// First and last row; none where there is none.
    pub(super) fn of(&self, class: Class, freight: Freight) -> Option<(u64, u64)> {
        self.found.iter().find(|it| (it.0, it.1) == (class, freight)).map(|it| (it.2, it.3))
    }

    fn note(&mut self, class: Class, freight: Freight, seq: u64) {
        match self.found.iter_mut().find(|it| (it.0, it.1) == (class, freight)) {
            Some(known) => known.3 = seq,
            None => self.found.push((class, freight, seq, seq)),
        }
    }
}

impl OpenBook {
    /// Looks at the rows behind `after` that nobody looked at yet.
    pub(super) async fn survey(&mut self, db: &Db, after: u64) -> Result<(), Failure> {
        if after < self.spread.after {
            self.spread = Spread { after, until: after, found: Vec::new() };
        }
        while self.spread.until < self.head_seq() {
            let page = db.events_after(&self.scope, self.spread.until, PAGE).await.map_err(failure)?;
            let Some(last) = page.last() else { break };
            let until = last.seq;
            for row in &page {
                if let Some((event, mark)) = self.open_row(&row.id, &row.body) {
                    let class = mark.from.map_or(event.home(), |it| it.class);
                    self.spread.note(class, freight_of(&event), row.seq);
                }
            }
            self.spread.until = until;
        }
        Ok(())
    }

    /// What was erased goes with another freight.
    pub(super) fn forget_survey(&mut self) {
        self.spread = Spread::default();
    }
}
