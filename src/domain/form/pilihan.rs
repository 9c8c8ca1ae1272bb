//! What may be chosen where an official form has a list: `data/pilihan.csv` has the words and what they rest on.
//!
//! A row is field, stored word, and what people read, which is the rest of the line.

use crate::domain::shipped::shipped;

const TABLE: &str = shipped!("data/pilihan.csv");

/// What may be chosen in a field, stored word and what people read, in the order of the form.
#[must_use]
pub fn choices(field: &str) -> Vec<(&'static str, &'static str)> {
    let row = |line: &'static str| {
        let (of, choice) = line.split_once(',')?;
        choice.split_once(',').filter(|_| of == field)
    };
    TABLE.lines().filter_map(row).collect()
}

/// What people read for a stored word; a word of a newer app has none.
#[must_use]
pub fn word(field: &str, code: &str) -> Option<&'static str> {
    choices(field).into_iter().find(|it| it.0 == code).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::card::Kind;
    use crate::domain::form::cards::TAMBAHAN;

    #[test]
    fn every_field_with_a_list_has_one_and_no_word_is_told_twice() {
        for field in TAMBAHAN.fields {
            let mut words: Vec<&str> = choices(field.key).iter().map(|it| it.0).collect();
            assert_eq!(words.len() >= 2, field.kind == Kind::Listed, "{}", field.key);
            let all = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), all, "{}", field.key);
        }
    }

    #[test]
    fn a_word_is_read_with_its_commas() {
        assert_eq!(word("jkn", "mandiri"), Some("Ada, bayar sendiri"));
        assert_eq!(word("jkn", "asing"), None);
        assert_eq!(word("isian_lain", "a"), None);
    }
}
