//! Which records go into a file for another phone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::ledger::{Event, EventId};
use super::scope::Class;
use super::sorted::SortedSet;

/// Which events go into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// What the server does not have yet.
    Unsent,
    /// What was told today, and what is known of those of whom it was.
    Today,
    /// Everything.
    All,
}

impl What {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Unsent, Self::Today, Self::All];
}

/// How an event goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fare {
    /// It was meant.
    Chosen,
    /// It says whose word counts, and how to open the next file: who reads the rest may need it. Not counted.
    Along,
    /// It stays.
    Stays,
}

/// What a choice is made by.
#[derive(Clone, Debug, Default)]
pub struct Choosing {
    /// What waits for the server.
    pub unsent: SortedSet<EventId>,
    /// The day.
    pub today: NaiveDate,
    /// The subjects of those of whom something was told that day, see [`told_on`].
    pub of_today: SortedSet<String>,
}

impl Choosing {
    /// How an event goes along that a database of some class gave; none when it was recorded or brought here.
    #[must_use]
    pub fn fare(&self, what: What, event: &Event, from: Option<Class>) -> Fare {
        // What comes from the office is everywhere already, or comes from it.
        if matches!(from, Some(Class::Tabel | Class::Rekap | Class::Opd | Class::Titipan)) {
            return Fare::Stays;
        }
        let is_chosen = match what {
            What::All => true,
            What::Unsent => self.unsent.contains(&event.id()),
            // With what is known of these people: who never heard of them could show nothing.
            What::Today => event.on() == self.today || self.of_today.contains(event.subject()),
        };
        let word = event.kind().split('.').next().unwrap_or_default();
        match (is_chosen, word) {
            // A key may only have been made for this very file.
            (_, "kirim") => Fare::Along,
            (true, _) => Fare::Chosen,
            (false, "posyandu" | "roster" | "kader") => Fare::Along,
            (false, _) => Fare::Stays,
        }
    }
}

/// The people of whom something was told on a day, and their families: names of subjects.
#[must_use]
pub fn told_on(book: &Book, day: NaiveDate) -> SortedSet<String> {
    let mut names = SortedSet::new();
    for (name, subject) in book.subjects() {
        if subject.log().iter().any(|it| it.on == day) {
            let person = name.rsplit(':').next().unwrap_or_default();
            if let Some(family) = book.subject(person).and_then(|it| it.text("keluarga")) {
                names.insert(family);
            }
            names.insert(person.to_owned());
            names.insert(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::book::tests::Phone;
    use crate::domain::json::object;
    use crate::domain::kinds;
    use crate::domain::ledger::Draft;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn today_is_what_was_told_today_and_what_is_known_of_those_of_whom_it_was() {
        let mut phone = Phone::new(1);
        let id = |it: &str| it.repeat(16);
        let draft = |kind: &str, subject: &str, on: u32, family: &str| Draft {
            kind: kind.into(),
            subject: subject.into(),
            on: day(on),
            data: object([("keluarga", family.into())]),
        };
        let ids = phone.record(vec![
            draft(kinds::KELUARGA_REGISTERED, &id("0f"), 1, ""),
            draft(kinds::SASARAN_REGISTERED, &id("0a"), 1, &id("0f")),
            draft(kinds::SASARAN_REGISTERED, &id("0b"), 1, &id("0e")),
            draft(kinds::KUNJUNGAN_RECORDED, &format!("kunjungan:2026-11-23:utama:{}", id("0a")), 23, ""),
            draft(kinds::KADER_REGISTERED, &id("0c"), 1, ""),
            draft(kinds::KIRIM_KEY_SET, "kirim:1", 23, ""),
        ]);
        let choosing = Choosing {
            unsent: [ids[2]].into_iter().collect(),
            today: day(23),
            of_today: told_on(&phone.book, day(23)),
        };
        let fares = |what, from| phone.events.iter().map(|it| choosing.fare(what, it, from)).collect::<Vec<_>>();
        use Fare::{Along, Chosen, Stays};
        assert_eq!(fares(What::Today, None), [Chosen, Chosen, Stays, Chosen, Along, Along]);
        assert_eq!(fares(What::Unsent, Some(Class::Posyandu)), [Stays, Stays, Chosen, Stays, Along, Along]);
        assert_eq!(fares(What::All, Some(Class::Aduan)), [Chosen, Chosen, Chosen, Chosen, Chosen, Along]);
        assert_eq!(fares(What::All, Some(Class::Tabel)), [Stays; 6]);
    }
}
