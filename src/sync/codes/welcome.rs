//! What a new phone of a posyandu is told by a colleague's phone, and what it makes of it.
//!
//! It trusts one root: that of the posyandu itself, which its colleague holds. So it is told only what that root
//! signed, and what keys say that this root named; who was named by a server it learns from the server.

use serde::{Deserialize, Serialize};

use crate::domain::book::Book;
use crate::domain::ledger::id::{DeviceId, EventId, PersonId};
use crate::domain::ledger::roster::{self, Roster, Trust, Verifier};
use crate::domain::ledger::{Event, Subject};
use crate::domain::scope::Class;
use crate::domain::sorted::SortedSet;
use crate::domain::transfer::{self, TransferKeys};
use crate::store::Ledger;

/// A clock that is so much behind what others have stamped already is wrong: what it stamps would count before the day
/// on which the roster begins to name it.
const BEHIND_MS: u64 = 3_600_000;

/// What stands before the events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// `posyandu-<id>`
    pub scope: String,
    /// The posyandu's own root.
    pub root: [u8; 32],
}

/// Who comes in.
#[derive(Clone, Copy)]
pub struct Newcomer {
    /// Herself.
    pub person: PersonId,
    /// Her phone.
    pub device: DeviceId,
    /// Her signing key.
    pub key: [u8; 32],
}

/// Why a welcome is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwelcome {
    /// It does not make this phone one of a posyandu.
    #[error("it names no posyandu that knows this phone")]
    Damaged,
    /// This phone's clock is behind.
    #[error("the clock of this phone is behind")]
    Clock,
}

impl Newcomer {
    /// Whether a roster names her key, from whatever day on.
    #[must_use]
    pub fn is_in(&self, roster: &Roster) -> bool {
        let mut members = roster.members_on(chrono::NaiveDate::MAX);
        members.any(|it| it.person == self.person && it.device == self.device && it.key == self.key)
    }
}

/// What a new phone needs, as far as it is still true: what the posyandu is called and where, whose keys count and what
/// these people are called, and by which keys they seal for each other. No history; it comes with the first file.
/// `scopes` are all databases of the posyandu ([`Roster::joined_with`]).
#[must_use]
pub fn chosen(book: &Book, roster: &Roster, scopes: &[String]) -> Vec<EventId> {
    let mut subjects: Vec<String> = scopes.iter().map(|it| it.trim_start_matches("posyandu-").to_owned()).collect();
    let mut chosen = Vec::new();
    for founding in subjects.iter().filter_map(|it| book.subject(it)) {
        chosen.extend(founding.log().iter().filter(|it| &*it.kind == roster::FOUNDED).map(|it| it.id));
    }
    for (id, member) in roster.keys_on(chrono::NaiveDate::MAX) {
        chosen.push(id);
        subjects.push(member.person.to_string());
    }
    chosen.extend(subjects.iter().filter_map(|it| book.subject(it)).flat_map(heads));
    chosen.extend(transfer::good_events(book, roster, scopes));
    let mut seen = SortedSet::new();
    chosen.retain(|it| seen.insert(*it));
    chosen
}

fn heads(subject: &Subject) -> impl Iterator<Item = EventId> {
    subject.registers().flat_map(|it| subject.heads(it)).map(|it| it.id)
}

/// Of these the ones that a phone believes which trusts this root alone.
#[must_use]
pub fn believed_by(root: [u8; 32], events: &[Event], verifier: &dyn Verifier) -> Vec<Event> {
    let texts: Vec<String> = events.iter().map(Event::to_text).collect();
    let received = Ledger::trusting(root).receive(texts.iter().map(String::as_str), verifier);
    received.new.into_iter().filter(|(_, trust)| *trust == Trust::Verified).map(|(event, _)| event).collect()
}

/// The ledger of who is told this and nothing else.
fn ledger_of<'a>(
    root: [u8; 32],
    texts: impl IntoIterator<Item = &'a str>,
    verifier: &dyn Verifier,
) -> (Ledger, bool, u64) {
    let mut ledger = Ledger::trusting(root);
    let received = ledger.receive(texts, verifier);
    let newest = received.new.iter().map(|(event, _)| event.at().unix_ms()).max().unwrap_or(0);
    let _ = ledger.apply(&received.new, 0, verifier);
    (ledger, received.refused.is_empty(), newest)
}

impl Welcome {
    /// Whether these events bring a key by which a new phone can seal for its colleagues, and they for it.
    #[must_use]
    pub fn has_transfer_key(&self, events: &[Event], verifier: &dyn Verifier) -> bool {
        let texts: Vec<String> = events.iter().map(Event::to_text).collect();
        let (ledger, ..) = ledger_of(self.root, texts.iter().map(String::as_str), verifier);
        TransferKeys::of(&ledger.book, &ledger.roster, std::slice::from_ref(&self.scope)).current.is_some()
    }

    /// What the posyandu is called into which these events bring her, by her own clock.
    ///
    /// # Errors
    /// [`Unwelcome`].
    pub fn invites(
        &self,
        texts: &[String],
        who: &Newcomer,
        now_ms: u64,
        verifier: &dyn Verifier,
    ) -> Result<String, Unwelcome> {
        let (ledger, is_whole, newest) = ledger_of(self.root, texts.iter().map(String::as_str), verifier);
        let posyandu = ledger.book.posyandu().filter(|_| Class::of(&self.scope) == Some(Class::Posyandu));
        match posyandu.and_then(|it| it.text("nama")).filter(|_| is_whole && who.is_in(&ledger.roster)) {
            None => Err(Unwelcome::Damaged),
            Some(_) if newest > now_ms.saturating_add(BEHIND_MS) => Err(Unwelcome::Clock),
            Some(nama) => Ok(nama),
        }
    }
}
