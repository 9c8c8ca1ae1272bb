//! The book as files and codes see it: its rows read out, and rows of its own backup opened again.

use super::{Mark, OpenBook, PAGE};
use crate::crypto::{Aad, seal};
use crate::domain::ledger::Event;
use crate::messages::Failure;
use crate::store::EventRow;
use crate::store::idb::Db;
use crate::worker::office::failure;

impl OpenBook {
    /// Shows every event that can be read, in the order in which they came.
    pub(in crate::worker) async fn visit(&self, db: &Db, mut visit: impl FnMut(Event, Mark)) -> Result<(), Failure> {
        let mut after = 0;
        loop {
            let page = db.events_after(&self.scope, after, PAGE).await.map_err(failure)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.seq;
            for row in &page {
                if let Some((event, mark)) = self.open_row(&row.id, &row.body) {
                    visit(event, mark);
                }
            }
        }
    }

    /// The event of a row that this phone sealed, or the one whose backup it came from.
    pub(in crate::worker) fn event_of(&self, row: &EventRow) -> Option<Event> {
        self.open_row(&row.id, &row.body).map(|(event, _)| event)
    }

    /// What was kept beside the events is to be heard again, now that more of it came.
    pub(in crate::worker) async fn hear_what_came(&mut self, db: &Db, now_ms: u64) -> Result<(), Failure> {
        self.owes_hearing = true;
        self.hear_again(db, now_ms).await
    }

    /// The bytes of a photo that this phone sealed, or the one whose backup it came from.
    pub(in crate::worker) fn opened_photo(&self, sha256: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let aad = Aad { store: "blobs", scope: &self.scope, id: sha256 };
        seal::open(self.key().ok()?, aad, sealed).ok()
    }
}
