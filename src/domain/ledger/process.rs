//! The fold of processes: one order of replay in which a late report never voids a decision.
//!
//! *Decisions* change what is going on and need the server; *reports* are facts anyone may add offline.
//! Decisions come in the order of cause (`after`), ties by (`at`, `_id`); before each come the ancestors
//! it names; last come the remaining reports, in the order of cause.

use super::hlc::Hlc;
use super::id::EventId;
use super::subject::Entry;
use crate::domain::order;
use crate::domain::sorted::{SortedMap, SortedSet};

/// Whether an event decides or reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Changes whose move it is; needs the server.
    Decision,
    /// A fact; works offline.
    Report,
}

/// The order in which the entries of a process are replayed. Unknown ancestors are passed over.
pub fn replay_order<'a>(entries: &[&'a Entry], class: impl Fn(&Entry) -> Class) -> Vec<&'a Entry> {
    let by_id: SortedMap<EventId, &'a Entry> = entries.iter().map(|it| (it.id, *it)).collect();
    let ancestors = ancestors(&by_id);
    let mut decisions: Vec<&Entry> = by_id.values().filter(|it| class(it) == Class::Decision).copied().collect();
    order::sort_by_key(&mut decisions, |it| key(it));
    let mut order = Order { by_id: &by_id, ancestors: &ancestors, emitted: SortedSet::new(), out: Vec::new() };
    while !decisions.is_empty() {
        let waiting: SortedSet<EventId> = decisions.iter().map(|it| it.id).collect();
        let free = decisions.iter().position(|it| order.ancestors_of(it).is_disjoint(&waiting));
        // Hashes admit no circle; should bytes ever claim one, the earliest goes first and we end.
        let next = decisions.remove(free.unwrap_or(0));
        let before: Vec<&Entry> = order.ancestors_of(next).iter().filter_map(|id| by_id.get(id).copied()).collect();
        order.emit_causally(before);
        order.emit(next);
    }
    let rest: Vec<&Entry> = by_id.values().copied().collect();
    order.emit_causally(rest);
    order.out
}

fn key(entry: &Entry) -> (Hlc, EventId) {
    (entry.at, entry.id)
}

struct Order<'a, 'b> {
    by_id: &'b SortedMap<EventId, &'a Entry>,
    ancestors: &'b SortedMap<EventId, SortedSet<EventId>>,
    emitted: SortedSet<EventId>,
    out: Vec<&'a Entry>,
}

impl<'a> Order<'a, '_> {
    fn ancestors_of(&self, entry: &Entry) -> SortedSet<EventId> {
        self.ancestors.get(&entry.id).cloned().unwrap_or_default()
    }

    fn emit(&mut self, entry: &'a Entry) {
        if self.emitted.insert(entry.id) {
            self.out.push(entry);
        }
    }

    fn emit_causally(&mut self, mut entries: Vec<&'a Entry>) {
        entries.retain(|it| !self.emitted.contains(&it.id));
        order::sort_by_key(&mut entries, |it| key(it));
        while !entries.is_empty() {
            let free = entries
                .iter()
                .position(|it| it.after.iter().all(|id| self.emitted.contains(id) || !self.by_id.contains_key(id)));
            let next = entries.remove(free.unwrap_or(0));
            self.emit(next);
        }
    }
}

fn ancestors(by_id: &SortedMap<EventId, &Entry>) -> SortedMap<EventId, SortedSet<EventId>> {
    by_id
        .keys()
        .map(|id| {
            let mut found = SortedSet::new();
            let mut open = vec![*id];
            while let Some(next) = open.pop() {
                for parent in by_id.get(&next).map(|it| it.after.as_slice()).unwrap_or_default() {
                    if parent != id && by_id.contains_key(parent) && found.insert(*parent) {
                        open.push(*parent);
                    }
                }
            }
            (*id, found)
        })
        .collect()
}
