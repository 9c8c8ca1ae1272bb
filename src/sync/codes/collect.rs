//! Puts codes together again, in whatever order and however often they are read.

use super::frame::{Frame, FrameError, Purpose, name_of};

/// Sets that are begun at a time: on a table with several phones a camera sees the wrong one now and then.
const BEGUN: usize = 4;

/// What has been read so far.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    /// Last used last.
    sets: Vec<Set>,
}

#[derive(Clone, Debug)]
struct Set {
    purpose: Purpose,
    name: [u8; 6],
    parts: Vec<Option<Vec<u8>>>,
}

/// What a code did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// So many of so many are here.
    Part {
        /// How many.
        have: u8,
        /// Of how many.
        of: u8,
    },
    /// It was the last one.
    Whole {
        /// What the set is for.
        purpose: Purpose,
        /// What it brings.
        bytes: Vec<u8>,
    },
}

impl Collector {
    /// Takes in what was read.
    ///
    /// # Errors
    /// [`FrameError`]; what was collected stays.
    pub fn hear(&mut self, text: &str) -> Result<Heard, FrameError> {
        let Frame { purpose, number, total, name, part } = Frame::parse(text)?;
        let is_it = |it: &Set| it.purpose == purpose && it.name == name && it.parts.len() == usize::from(total);
        let mut set = match self.sets.iter().position(is_it) {
            Some(at) => self.sets.remove(at),
            None => Set { purpose, name, parts: vec![None; total.into()] },
        };
        if let Some(place) = set.parts.get_mut(usize::from(number)) {
            *place = Some(part);
        }
        if set.parts.iter().all(Option::is_some) {
            let bytes: Vec<u8> = set.parts.into_iter().flatten().flatten().collect();
            // Each code was whole, and they are not of one set all the same: somebody made them so.
            let is_whole = name_of(purpose, &bytes) == name;
            return if is_whole { Ok(Heard::Whole { purpose, bytes }) } else { Err(FrameError::Damaged) };
        }
        let have = set.parts.iter().flatten().count();
        self.sets.push(set);
        if self.sets.len() > BEGUN {
            self.sets.remove(0);
        }
        Ok(Heard::Part { have: u8::try_from(have).unwrap_or(total), of: total })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::codes::frames;

    fn whole(bytes: &[u8]) -> Result<Heard, FrameError> {
        Ok(Heard::Whole { purpose: Purpose::Visit, bytes: bytes.to_vec() })
    }

    #[test]
    fn it_says_how_many_are_missing() {
        let bytes = vec![3; 1200];
        let texts = frames(Purpose::Visit, &bytes).unwrap();
        let mut collector = Collector::default();
        assert_eq!(collector.hear(&texts[2]), Ok(Heard::Part { have: 1, of: 3 }));
        assert_eq!(collector.hear(&texts[2]), Ok(Heard::Part { have: 1, of: 3 }), "the same once more");
        assert_eq!(collector.hear("https://contoh.example.invalid"), Err(FrameError::Foreign));
        assert_eq!(collector.hear(&texts[0]), Ok(Heard::Part { have: 2, of: 3 }));
        assert_eq!(collector.hear(&texts[1]), whole(&bytes));
        assert_eq!(collector.hear(&texts[1]), Ok(Heard::Part { have: 1, of: 3 }), "and begins anew");
    }

    #[test]
    fn the_same_bytes_for_another_purpose_are_another_set() {
        let bytes = vec![3; 900];
        let (visit, answer) = (frames(Purpose::Visit, &bytes).unwrap(), frames(Purpose::Answer, &bytes).unwrap());
        let mut collector = Collector::default();
        assert_eq!(collector.hear(&visit[0]), Ok(Heard::Part { have: 1, of: 2 }));
        assert_eq!(collector.hear(&answer[1]), Ok(Heard::Part { have: 1, of: 2 }));
        assert_eq!(collector.hear(&visit[1]), whole(&bytes));
    }

    #[test]
    fn a_fifth_set_pushes_out_the_first() {
        let sets: Vec<Vec<String>> = (0..5).map(|it| frames(Purpose::Visit, &[it; 900]).unwrap()).collect();
        let mut collector = Collector::default();
        for set in &sets {
            assert_eq!(collector.hear(&set[0]), Ok(Heard::Part { have: 1, of: 2 }));
        }
        assert_eq!(collector.hear(&sets[0][1]), Ok(Heard::Part { have: 1, of: 2 }));
        assert_eq!(collector.hear(&sets[4][1]), whole(&[4; 900]));
    }

    proptest! {
        /// Two hand-overs, in any order, with repeats: each comes out whole, and nothing else does.
        #[test]
        fn any_order_and_repeats(
            one in prop::collection::vec(any::<u8>(), 0..4000),
            two in prop::collection::vec(any::<u8>(), 0..4000),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        ) {
            prop_assume!(one != two);
            let texts = [frames(Purpose::Visit, &one).unwrap(), frames(Purpose::Visit, &two).unwrap()].concat();
            let mut collector = Collector::default();
            let mut found = Vec::new();
            let picked: Vec<&String> = order.iter().map(|it| &texts[it.index(texts.len())]).collect();
            for text in picked.into_iter().chain(&texts) {
                match collector.hear(text).unwrap() {
                    Heard::Whole { bytes, .. } => found.push(bytes),
                    Heard::Part { have, of } => prop_assert!(have < of),
                }
            }
            prop_assert!(found.contains(&one) && found.contains(&two));
            prop_assert!(found.iter().all(|it| *it == one || *it == two));
        }
    }
}
