//! What is noted of a row beside its event: what was thought of it when it came, and which database gave it.
//!
//! It stands before the sealed event and costs a byte: trust in the lower half, class in the upper. Of a phone that
//! holds several databases of one class, as an officer's of several desa does, a second byte says which.

use serde::{Deserialize, Serialize};

use crate::domain::ledger::roster::Trust;
use crate::domain::scope::Class;

/// One of the databases that a phone holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Its class.
    pub class: Class,
    /// Which of that class, see [`Homes`].
    pub nth: u8,
}

/// The names of the databases that a phone holds, in the order in which it learned of them: it only grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homes(Vec<String>);

impl Homes {
    /// Takes note of databases; whether any was new.
    pub fn learn<'a>(&mut self, databases: impl IntoIterator<Item = &'a str>) -> bool {
        let before = self.0.len();
        for it in databases {
            if !self.0.iter().any(|known| known == it) {
                self.0.push(it.to_owned());
            }
        }
        self.0.len() > before
    }

    /// Which one a name means; of one that was not learned of, the first of its class.
    #[must_use]
    pub fn of(&self, database: &str) -> Home {
        let class = Class::of(database).unwrap_or_default();
        let nth = self.of_class(class).position(|it| it == database).unwrap_or(0);
        Home { class, nth: u8::try_from(nth).unwrap_or(u8::MAX) }
    }

    /// The name of one.
    #[must_use]
    pub fn name(&self, home: Home) -> Option<&str> {
        self.of_class(home.class).nth(usize::from(home.nth))
    }

    /// Whether there are several of a class, so that the kind of an event does not say where it belongs.
    #[must_use]
    pub fn are_several(&self, class: Class) -> bool {
        self.of_class(class).nth(1).is_some()
    }

    fn of_class(&self, class: Class) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(move |it| Class::of(it) == Some(class))
    }
}

/// What is noted of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What was thought of it when it came.
    pub trust: Trust,
    /// The database whose server gave it; none for what was recorded or brought here.
    pub from: Option<Home>,
}

/// In the upper half: another byte follows.
const HAS_NTH: u8 = 8;

impl Mark {
    /// Writes it before an event.
    pub fn write(self, into: &mut Vec<u8>) {
        let trust = match self.trust {
            Trust::Verified => 1,
            Trust::Unknown => 2,
            Trust::Forged => 3,
        };
        let place = |home: Home| (home.class as u8 + 1) | if home.nth > 0 { HAS_NTH } else { 0 };
        into.push(trust | self.from.map_or(0, place) << 4);
        into.extend(self.from.map(|it| it.nth).filter(|it| *it > 0));
    }

    /// Reads it, and what stands behind it.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (byte, mut rest) = bytes.split_first()?;
        let trust = match byte & 15 {
            1 => Trust::Verified,
            2 => Trust::Unknown,
            3 => Trust::Forged,
            _ => return None,
        };
        let place = byte >> 4;
        let mut nth = 0;
        if place & HAS_NTH != 0 {
            (nth, rest) = rest.split_first().map(|(nth, rest)| (*nth, rest))?;
        }
        let from = match place & !HAS_NTH {
            0 => None,
            class => Some(Home { class: *Class::ALL.get(usize::from(class) - 1)?, nth }),
        };
        Some((Self { trust, from }, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESA: [&str; 3] = ["aduan-9901012001", "aduan-9901012002", "aduan-9901012003"];

    #[test]
    fn a_mark_reads_back_with_what_stands_behind_it() {
        let homes = Class::ALL.into_iter().flat_map(|class| [0, 1, 255].map(|nth| Some(Home { class, nth })));
        for from in homes.chain([None]) {
            for trust in [Trust::Verified, Trust::Unknown, Trust::Forged] {
                let mark = Mark { trust, from };
                let mut bytes = Vec::new();
                mark.write(&mut bytes);
                bytes.push(9);
                assert_eq!(Mark::read(&bytes), Some((mark, [9].as_slice())));
            }
        }
        for bytes in [[].as_slice(), &[0], &[4], &[0x71], &[0x91]] {
            assert_eq!(Mark::read(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn what_earlier_builds_wrote_means_the_first_of_its_class() {
        // Verified, of the complaints' class; and recorded here.
        let (mark, rest) = Mark::read(&[0x21, 7]).unwrap();
        assert_eq!(mark, Mark { trust: Trust::Verified, from: Some(Home { class: Class::Aduan, nth: 0 }) });
        assert_eq!(rest, [7]);
        assert_eq!(Mark::read(&[1, 7]).unwrap().0, Mark { trust: Trust::Verified, from: None });
    }

    #[test]
    fn databases_of_one_class_are_told_apart_for_ever() {
        let mut homes = Homes::default();
        assert!(homes.learn(["tabel-9901", DESA[1]]));
        assert!(!homes.are_several(Class::Aduan));
        assert!(homes.learn([DESA[0], DESA[1], DESA[2]]));
        assert!(!homes.learn(DESA));
        assert!(homes.are_several(Class::Aduan) && !homes.are_several(Class::Tabel));
        // In the order in which they came: what was noted with a number keeps it.
        assert_eq!(DESA.map(|it| homes.of(it).nth), [1, 0, 2]);
        for it in DESA {
            assert_eq!(homes.name(homes.of(it)), Some(it));
        }
        assert_eq!(homes.of("opd-9901-dinas_pu"), Home { class: Class::Opd, nth: 0 });
    }
}
