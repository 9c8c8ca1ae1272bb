//! An open day ("hari buka") and its natural names.
//!
//! Subjects: `sesi:<date>:<place>`, `hadir:<date>:<place>:<sasaran>`, `kunjungan:<date>:<place>:<sasaran>`.
//! Two phones that record the same day or the same visit apart fold into one, because the fact names
//! itself. A visit outside an open day has the place `rumah` (home) or `susulan` (from paper).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::iso;
use super::json::{Map, Value};
use super::kinds;
use super::ledger::Subject;
use super::ledger::process::{Class, replay_order};

/// The usual place of a posyandu.
pub const UTAMA: &str = "utama";
/// A visit at somebody's home.
pub const RUMAH: &str = "rumah";
/// Entered later from paper.
pub const SUSULAN: &str = "susulan";

/// Day and place: what names an open day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SesiId {
    /// The day.
    #[serde(with = "crate::domain::iso")]
    pub on: NaiveDate,
    /// `utama`, or the id of a place.
    pub place: String,
}

impl SesiId {
    /// Reads `<date>:<place>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (on, place) = text.split_once(':')?;
        let on = iso::day(on)?;
        let is_place = !place.is_empty() && place.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        is_place.then(|| Self { on, place: place.to_owned() })
    }

    /// Of something that was recorded of somebody: `hadir:<date>:<place>:<sasaran>` or `kunjungan:` and the same.
    #[must_use]
    pub fn of_fact(subject: &str) -> Option<Self> {
        let (head, _) = subject.rsplit_once(':')?;
        Self::parse(head.split_once(':')?.1)
    }

    /// Whether it is a day when people come, not a home visit or a late entry.
    #[must_use]
    pub fn is_open_day(&self) -> bool {
        self.place != RUMAH && self.place != SUSULAN
    }

    /// Whether people came to the posyandu: an open day, or one entered late from paper.
    #[must_use]
    pub fn is_at_posyandu(&self) -> bool {
        self.place != RUMAH
    }

    /// `sesi:<date>:<place>`
    #[must_use]
    pub fn subject(&self) -> String {
        format!("sesi:{self}")
    }

    /// `hadir:<date>:<place>:<sasaran>`
    #[must_use]
    pub fn attendance(&self, sasaran: &str) -> String {
        format!("hadir:{self}:{sasaran}")
    }

    /// `kunjungan:<date>:<place>:<sasaran>`
    #[must_use]
    pub fn visit(&self, sasaran: &str) -> String {
        format!("kunjungan:{self}:{sasaran}")
    }
}

impl std::fmt::Display for SesiId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.on, self.place)
    }
}

/// Where an open day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SesiStatus {
    /// Nothing is known but facts recorded in it, or its plan was given up.
    #[default]
    Unplanned,
    /// It has a date.
    Planned,
    /// People come.
    Open,
    /// It is over; late entries are marked as such.
    Closed,
}

impl SesiStatus {
    /// One total transition function; whatever is not listed changes nothing.
    #[must_use]
    pub fn apply(self, kind: &str) -> Option<Self> {
        match (self, kind) {
            (Self::Unplanned | Self::Planned, kinds::SESI_PLANNED) => Some(Self::Planned),
            (Self::Unplanned | Self::Planned, kinds::SESI_CANCELLED) => Some(Self::Unplanned),
            (Self::Unplanned | Self::Planned | Self::Open, kinds::SESI_OPENED) => Some(Self::Open),
            (Self::Open | Self::Closed, kinds::SESI_CLOSED) => Some(Self::Closed),
            (Self::Closed, kinds::SESI_REOPENED) => Some(Self::Open),
            _ => None,
        }
    }
}

/// An open day as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sesi {
    /// Day and place.
    pub id: SesiId,
    /// Where it stands.
    pub status: SesiStatus,
    /// `08.00`, if said.
    pub starts: String,
    /// `11.00`, if said.
    pub ends: String,
    /// Where, in words; empty where it always is.
    pub tempat: String,
    /// Person ids of the kader on duty.
    pub kader: Vec<String>,
    /// Steps that were taken on this day: person id and number.
    pub meja: Vec<(String, u8)>,
}

impl Sesi {
    /// A day of which nothing is said.
    #[must_use]
    pub fn blank(id: SesiId, status: SesiStatus) -> Self {
        let nothing = String::new;
        Self { id, status, starts: nothing(), ends: nothing(), tempat: nothing(), kader: Vec::new(), meja: Vec::new() }
    }

    /// Replays the events of the day.
    #[must_use]
    pub fn from_subject(id: SesiId, subject: &Subject) -> Self {
        let entries: Vec<_> = subject.entries().collect();
        let mut sesi = Self::blank(id, SesiStatus::default());
        for entry in replay_order(&entries, |_| Class::Report) {
            match sesi.status.apply(&entry.kind) {
                // Whoever plans the day anew begins with nothing.
                Some(SesiStatus::Unplanned) => sesi = Self::blank(sesi.id, SesiStatus::Unplanned),
                Some(next) => {
                    sesi.status = next;
                    sesi.note(&entry.kind, &entry.data());
                }
                None => {}
            }
        }
        sesi
    }

    fn note(&mut self, kind: &str, data: &Map) {
        // A plan names everybody who will be there; afterwards they join one by one.
        if kind == kinds::SESI_PLANNED && data.contains_key("kader") {
            self.kader.clear();
        }
        let text = |key| data.get(key).and_then(Value::as_text).map(str::to_owned);
        if let Some(tempat) = text("tempat") {
            self.tempat = tempat;
        }
        if let Some(starts) = text("mulai") {
            self.starts = starts;
        }
        if let Some(ends) = text("selesai") {
            self.ends = ends;
        }
        for (id, step) in data.get("meja").and_then(Value::as_object).into_iter().flatten() {
            if let Some(step) = step.as_int().and_then(|it| u8::try_from(it).ok()) {
                self.meja.retain(|(known, _)| known != id);
                self.meja.push((id.clone(), step));
            }
        }
        for kader in data.get("kader").and_then(Value::as_list).unwrap_or_default() {
            if let Some(id) = kader.as_text().filter(|id| !self.kader.iter().any(|known| known == id)) {
                self.kader.push(id.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_names_read_back() {
        let id = SesiId::parse("2026-11-21:utama").unwrap();
        assert_eq!(id.visit("00ff"), format!("kunjungan:{id}:00ff"));
        assert_eq!(SesiId::parse(&id.to_string()), Some(id));
        assert_eq!(SesiId::parse("2026-02-31:utama"), None);
        assert_eq!(SesiId::parse("2026-02-28:"), None);
    }

    #[test]
    fn a_closed_day_opens_again_only_by_reopening() {
        use SesiStatus::*;
        assert_eq!(Closed.apply(kinds::SESI_OPENED), None);
        assert_eq!(Closed.apply(kinds::SESI_REOPENED), Some(Open));
        assert_eq!(Open.apply(kinds::SESI_PLANNED), None);
        assert_eq!(Open.apply(kinds::SESI_OPENED), Some(Open), "two phones opened it apart");
    }

    #[test]
    fn only_a_plan_can_be_given_up() {
        use SesiStatus::*;
        assert_eq!(Planned.apply(kinds::SESI_CANCELLED), Some(Unplanned));
        assert_eq!(Unplanned.apply(kinds::SESI_PLANNED), Some(Planned));
        assert_eq!(
            [Open, Closed].map(|it| it.apply(kinds::SESI_CANCELLED)),
            [None, None],
            "somebody opened it meanwhile"
        );
    }
}
