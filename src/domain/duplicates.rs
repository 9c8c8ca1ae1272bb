//! Who may be the same person: candidates shown while somebody is being registered.
//!
//! It only ranks and gives reasons; whether two records are one person is decided by people. The points
//! stand together at the top. Read [`compare`] first.

use std::cmp::Reverse;

use chrono::{Datelike, NaiveDate};

use super::names::name_words;
use super::nik::{Nik, Sex};
use crate::domain::order;

/// The points of a comparison. They are chosen so that, with [`points::SHOW`] as the bar:
///
/// - the same NIK is shown whatever else differs;
/// - the same name needs a birth date that agrees, nearly agrees or is unknown, or the same mother;
/// - a similar name needs a birth date that agrees or nearly agrees, or an unknown one and the same mother;
/// - another name with the same birth date and mother is shown: a newborn named later, or a twin;
/// - brothers and sisters, with the same mother and other dates, are not shown.
pub mod points {
    /// The same NIK.
    pub const SAME_NIK: i32 = 100;
    /// The same name after folding, in any order of words.
    pub const SAME_NAME: i32 = 50;
    /// A name a few letters apart, or with words missing.
    pub const SIMILAR_NAME: i32 = 35;
    /// The same birth date.
    pub const SAME_BIRTH: i32 = 40;
    /// Birth dates with day and month exchanged.
    pub const SWAPPED_BIRTH: i32 = 30;
    /// Birth dates at most [`NEAR_DAYS`] apart.
    pub const NEAR_BIRTH: i32 = 25;
    /// Birth years at most [`NEAR_YEARS`] apart, one of them only known by year.
    pub const NEAR_YEAR: i32 = 15;
    /// One of the birth dates is not known: nothing speaks against it.
    pub const UNKNOWN_BIRTH: i32 = 10;
    /// The same or nearly the same mother's name.
    pub const SAME_MOTHER: i32 = 20;
    /// Two different NIK.
    pub const OTHER_NIK: i32 = -30;
    /// Two different sexes.
    pub const OTHER_SEX: i32 = -25;

    /// From here a candidate is shown.
    pub const SHOW: i32 = 60;
    /// From here it is probably the same person, to be shown before going on.
    pub const LIKELY: i32 = 85;

    /// Days two birth dates may lie apart and still be near.
    pub const NEAR_DAYS: u32 = 31;
    /// Years two birth years may lie apart when one is an estimate.
    pub const NEAR_YEARS: u32 = 2;
}

/// What is known of a birth date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBirth {
    /// Not typed yet, or not known.
    Unknown,
    /// The day.
    Exact(NaiveDate),
    /// Only the year, as an estimate ("perkiraan").
    AboutYear(i32),
}

/// A person made ready for comparing: names folded once, so that thousands compare quickly.
#[derive(Clone)]
pub struct Comparable {
    name: FoldedName,
    mother: FoldedName,
    birth: KnownBirth,
    sex: Option<Sex>,
    nik: Option<Nik>,
}

/// A reason to think two records are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Reason {
    /// The same NIK.
    SameNik,
    /// The same name, whatever its spelling, titles and order of words.
    SameName,
    /// A name a few letters apart, or one that has all words of the other.
    SimilarName,
    /// The same birth date.
    SameBirth,
    /// Birth dates with day and month exchanged.
    SwappedBirth,
    /// Birth dates a few days apart.
    NearBirth {
        /// Days apart.
        days: u32,
    },
    /// Nearly the same year of birth, one of them an estimate.
    NearYear {
        /// Years apart.
        years: u32,
    },
    /// The same or nearly the same mother's name.
    SameMother,
}

/// How sure a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Worth a look: at least [`points::SHOW`].
    Possible,
    /// Probably the same: at least [`points::LIKELY`].
    Likely,
    /// The same NIK.
    SameNik,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Sum of the [`points`].
    pub score: i32,
    /// How sure.
    pub likeness: Likeness,
    /// Why, the strongest kind first: NIK, name, birth, mother.
    pub reasons: Vec<Reason>,
}

/// Somebody already registered who may be the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<K> {
    /// Whose.
    pub key: K,
    /// Why.
    pub comparison: Comparison,
}

/// The best candidates among existing people, best first, at most `limit`.
///
/// With equal scores the order of `existing` is kept.
pub fn find_duplicates<'a, K>(
    new: &Comparable,
    existing: impl IntoIterator<Item = (K, &'a Comparable)>,
    limit: usize,
) -> Vec<Candidate<K>> {
    let candidate =
        |(key, person): (K, &Comparable)| compare(new, person).map(|comparison| Candidate { key, comparison });
    let mut candidates: Vec<Candidate<K>> = existing.into_iter().filter_map(candidate).collect();
    order::sort_by_key(&mut candidates, |candidate| {
        Reverse((candidate.comparison.likeness, candidate.comparison.score))
    });
    candidates.truncate(limit);
    candidates
}

/// Compares two people; `None` below [`points::SHOW`]. The order of the two does not matter.
pub fn compare(one: &Comparable, other: &Comparable) -> Option<Comparison> {
    let mut score = 0;
    let mut reasons = Vec::new();
    let nik = one.nik.zip(other.nik).map(|(one, other)| one == other);
    let is_same_nik = nik == Some(true);
    match nik {
        Some(true) => {
            score += points::SAME_NIK;
            reasons.push(Reason::SameNik);
        }
        Some(false) => score += points::OTHER_NIK,
        None => {}
    }
    let birth = compare_births(one.birth, other.birth);
    let is_birth_known = one.birth != KnownBirth::Unknown && other.birth != KnownBirth::Unknown;
    let mother = || match one.mother.compare(&other.mother, true) {
        NameLikeness::Other => None,
        _ => Some((points::SAME_MOTHER, Reason::SameMother)),
    };
    // Most people are somebody else: the costly comparisons are made only where they could reach the bar.
    let is_similar_enough = birth.is_some() || is_same_nik || (!is_birth_known && mother().is_some());
    let name = match one.name.compare(&other.name, is_similar_enough) {
        NameLikeness::Same => Some((points::SAME_NAME, Reason::SameName)),
        NameLikeness::Similar => Some((points::SIMILAR_NAME, Reason::SimilarName)),
        NameLikeness::Other => None,
    };
    if name.is_none() && birth.is_none() && !is_same_nik {
        return None;
    }
    if !is_birth_known {
        score += points::UNKNOWN_BIRTH;
    }
    let mother = mother();
    for (points, reason) in [name, birth, mother].into_iter().flatten() {
        score += points;
        reasons.push(reason);
    }
    if one.sex.zip(other.sex).is_some_and(|(one, other)| one != other) {
        score += points::OTHER_SEX;
    }
    let likeness = match score {
        _ if is_same_nik => Likeness::SameNik,
        points::LIKELY.. => Likeness::Likely,
        points::SHOW.. => Likeness::Possible,
        _ => return None,
    };
    Some(Comparison { score, likeness, reasons })
}

fn compare_births(one: KnownBirth, other: KnownBirth) -> Option<(i32, Reason)> {
    match (one, other) {
        (KnownBirth::Unknown, _) | (_, KnownBirth::Unknown) => None,
        (KnownBirth::Exact(one), KnownBirth::Exact(other)) => {
            let days = u32::try_from(one.signed_duration_since(other).num_days().abs()).ok()?;
            let is_swapped = (one.day(), one.month(), one.year()) == (other.month(), other.day(), other.year());
            match days {
                0 => Some((points::SAME_BIRTH, Reason::SameBirth)),
                _ if is_swapped => Some((points::SWAPPED_BIRTH, Reason::SwappedBirth)),
                1..=points::NEAR_DAYS => Some((points::NEAR_BIRTH, Reason::NearBirth { days })),
                _ => None,
            }
        }
        (one, other) => {
            let years = one.year()?.abs_diff(other.year()?);
            (years <= points::NEAR_YEARS).then_some((points::NEAR_YEAR, Reason::NearYear { years }))
        }
    }
}

impl KnownBirth {
    fn year(self) -> Option<i32> {
        match self {
            Self::Unknown => None,
            Self::Exact(date) => Some(date.year()),
            Self::AboutYear(year) => Some(year),
        }
    }
}

impl Comparable {
    /// Folds what is known; empty names are unknown names.
    pub fn new(name: &str, birth: KnownBirth, sex: Option<Sex>, mother: &str, nik: Option<Nik>) -> Self {
        Self { name: FoldedName::new(name), mother: FoldedName::new(mother), birth, sex, nik }
    }
}

/// A folded name: its words in alphabetical order, all letters in the order written, and which letters occur.
#[derive(Clone)]
struct FoldedName {
    words: Vec<Vec<char>>,
    letters: Vec<char>,
    has_initial: bool,
    letter_set: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NameLikeness {
    Same,
    Similar,
    Other,
}

impl FoldedName {
    fn new(name: &str) -> Self {
        let mut words: Vec<Vec<char>> = name_words(name).iter().map(|word| word.folded().chars().collect()).collect();
        let letters: Vec<char> = words.iter().flatten().copied().collect();
        words.sort_unstable();
        Self {
            has_initial: words.iter().any(|word| word.len() == 1),
            letter_set: letters.iter().fold(0, |set, letter| set | 1 << (u32::from(*letter) % 32)),
            words,
            letters,
        }
    }

    /// With `is_similar_enough` false only the same name counts, which is quick to see.
    fn compare(&self, other: &Self, is_similar_enough: bool) -> NameLikeness {
        let has_none = self.letters.is_empty() || other.letters.is_empty();
        if has_none {
            NameLikeness::Other
        } else if self.words == other.words || self.letters == other.letters {
            NameLikeness::Same
        } else if is_similar_enough && (self.is_within_edits(other) || self.holds(other) || other.holds(self)) {
            NameLikeness::Similar
        } else {
            NameLikeness::Other
        }
    }

    fn is_within_edits(&self, other: &Self) -> bool {
        let bound = allowed_edits(self.letters.len().min(other.letters.len()));
        // One edit adds or takes at most two kinds of letters, so most names are told apart by counting.
        let differing_kinds = (self.letter_set ^ other.letter_set).count_ones() as usize;
        differing_kinds <= 2 * bound && edits_within(&self.letters, &other.letters, bound).is_some()
    }

    /// Whether each word of `shorter` is a word of this name; initials stand for a word.
    fn holds(&self, shorter: &Self) -> bool {
        if shorter.words.len() > self.words.len() || !shorter.words.iter().any(|word| word.len() >= 3) {
            return false;
        }
        // A word may lack one letter of its counterpart, and an initial all but one.
        let missing_kinds = (shorter.letter_set & !self.letter_set).count_ones() as usize;
        if missing_kinds > shorter.words.len() && !self.has_initial {
            return false;
        }
        // Longest first, so that an initial does not take the word another one needs.
        let mut wanted: Vec<&Vec<char>> = shorter.words.iter().collect();
        order::sort_by_key(&mut wanted, |word| Reverse(word.len()));
        let mut left: Vec<&Vec<char>> = self.words.iter().collect();
        wanted.into_iter().all(|word| {
            let found = left.iter().position(|candidate| is_same_word(word, candidate));
            found.map(|at| left.swap_remove(at)).is_some()
        })
    }
}

fn is_same_word(word: &[char], candidate: &[char]) -> bool {
    match word.len().min(candidate.len()) {
        1 => word.first() == candidate.first(),
        5.. => edits_within(word, candidate, 1).is_some(),
        _ => word == candidate,
    }
}

/// Letters two names of this length may lie apart and still be similar.
fn allowed_edits(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        8..=14 => 2,
        _ => 3,
    }
}

/// Letters to insert, delete, change or exchange with their neighbor to make one text the other, or `None`
/// when more than `bound`. (Optimal string alignment: no letter is touched twice.)
pub fn edits_within(one: &[char], other: &[char], bound: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > bound {
        return None;
    }
    let width = other.len() + 1;
    let mut before_last: Vec<usize> = vec![bound + 1; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut previous = None;
    for (row_number, &letter) in (1..).zip(one) {
        let mut row = Vec::with_capacity(width);
        row.push(row_number);
        let mut left = row_number;
        let mut previous_other = None;
        for (column, &other_letter) in other.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(bound + 1);
            let changed = cell(&last, column) + usize::from(letter != other_letter);
            let mut edits = changed.min(cell(&last, column + 1) + 1).min(left + 1);
            let is_exchanged = previous == Some(other_letter) && previous_other == Some(letter);
            if let (true, Some(at)) = (is_exchanged, column.checked_sub(1)) {
                edits = edits.min(cell(&before_last, at) + 1);
            }
            row.push(edits);
            left = edits;
            previous_other = Some(other_letter);
        }
        if row.iter().all(|edits| *edits > bound) {
            return None;
        }
        previous = Some(letter);
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|edits| *edits <= bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn born(year: i32, month: u32, day: u32) -> KnownBirth {
        KnownBirth::Exact(NaiveDate::from_ymd_opt(year, month, day).unwrap())
    }

    fn nik(serial: u32) -> Option<Nik> {
        Nik::parse(&format!("33280450019{serial:05}")).ok()
    }

    fn person(name: &str, birth: KnownBirth) -> Comparable {
        Comparable::new(name, birth, None, "", None)
    }

    fn child(name: &str, birth: KnownBirth, mother: &str) -> Comparable {
        Comparable::new(name, birth, None, mother, None)
    }

    #[track_caller]
    fn check(one: &Comparable, other: &Comparable, likeness: Likeness, reasons: &[Reason]) {
        let comparison = compare(one, other).expect("a candidate");
        assert_eq!((comparison.likeness, comparison.reasons.as_slice()), (likeness, reasons));
        assert_eq!(compare(other, one), Some(comparison));
    }

    #[track_caller]
    fn check_none(one: &Comparable, other: &Comparable) {
        assert_eq!(compare(one, other), None);
        assert_eq!(compare(other, one), None);
    }

    #[test]
    fn the_same_nik_is_always_shown() {
        let one = Comparable::new("Rekaan", born(1990, 1, 1), Some(Sex::Male), "", nik(1));
        let other = Comparable::new("Umpama", born(1970, 5, 5), Some(Sex::Female), "", nik(1));
        check(&one, &other, Likeness::SameNik, &[Reason::SameNik]);
    }

    #[test]
    fn the_same_name_and_birth_is_likely() {
        let reasons = [Reason::SameName, Reason::SameBirth];
        let rekaan = person("Soekatmo Rekaan", born(1990, 1, 10));
        check(&rekaan, &person("H. Sukatmo Rekaan, S.Pd", born(1990, 1, 10)), Likeness::Likely, &reasons);
        check(&rekaan, &person("REKAAN SUKATMO", born(1990, 1, 10)), Likeness::Likely, &reasons);
        check(&rekaan, &person("Sukat Morekaan", born(1990, 1, 10)), Likeness::Likely, &reasons);
    }

    #[test]
    fn the_same_name_with_a_slip_in_the_date_is_possible() {
        let rekaan = person("Siti Rekaan", born(2024, 3, 5));
        check(
            &rekaan,
            &person("Siti Rekaan", born(2024, 5, 3)),
            Likeness::Possible,
            &[Reason::SameName, Reason::SwappedBirth],
        );
        check(
            &rekaan,
            &person("Siti Rekaan", born(2024, 3, 8)),
            Likeness::Possible,
            &[Reason::SameName, Reason::NearBirth { days: 3 }],
        );
        check(
            &rekaan,
            &person("Siti Rekaan", KnownBirth::AboutYear(2025)),
            Likeness::Possible,
            &[Reason::SameName, Reason::NearYear { years: 1 }],
        );
        check(&rekaan, &person("Siti Rekaan", KnownBirth::Unknown), Likeness::Possible, &[Reason::SameName]);
    }

    #[test]
    fn the_same_name_with_another_date_needs_the_same_mother() {
        let rekaan = child("Siti Rekaan", born(2024, 3, 5), "Andaikata");
        check_none(&rekaan, &child("Siti Rekaan", born(2020, 8, 9), ""));
        check_none(&rekaan, &child("Siti Rekaan", born(2020, 8, 9), "Misal"));
        check(
            &rekaan,
            &child("Siti Rekaan", born(2023, 3, 5), "Bu Andaikata"),
            Likeness::Possible,
            &[Reason::SameName, Reason::SameMother],
        );
    }

    #[test]
    fn a_similar_name_needs_a_date_that_agrees() {
        let rekaan = person("Siti Rekaan", born(2024, 3, 5));
        let reasons = [Reason::SimilarName, Reason::SameBirth];
        for name in ["Siti Rekan Contoh", "Sita Rekaan", "Stii Rekaan", "Rekaan", "S. Rekaan", "Siti Rekaam"] {
            check(&rekaan, &person(name, born(2024, 3, 5)), Likeness::Possible, &reasons);
        }
        check(
            &rekaan,
            &person("Sita Rekaan", born(2024, 3, 6)),
            Likeness::Possible,
            &[Reason::SimilarName, Reason::NearBirth { days: 1 }],
        );
        check_none(&rekaan, &person("Sita Rekaan", born(2021, 7, 7)));
        check_none(&rekaan, &person("Sita Rekaan", KnownBirth::Unknown));
        check_none(&rekaan, &person("Umpama", born(2024, 3, 5)));
    }

    #[test]
    fn a_newborn_named_later_is_found_by_birth_and_mother() {
        check(
            &child("Umpama Misal", born(2026, 5, 1), "Andaikata"),
            &child("Bayi Ny. Andaikata", born(2026, 5, 1), "Andaikata"),
            Likeness::Possible,
            &[Reason::SameBirth, Reason::SameMother],
        );
    }

    #[test]
    fn a_similar_name_with_an_unknown_date_needs_the_same_mother() {
        check(
            &child("Siti Rekaan", born(2024, 3, 5), "Andaikata"),
            &child("Sita Rekaan", KnownBirth::Unknown, "Andaikata"),
            Likeness::Possible,
            &[Reason::SimilarName, Reason::SameMother],
        );
    }

    #[test]
    fn brothers_and_sisters_are_not_shown() {
        check_none(
            &child("Umpama Misal", born(2026, 5, 1), "Andaikata"),
            &child("Umpami Misal", born(2024, 2, 1), "Andaikata"),
        );
    }

    #[test]
    fn another_sex_or_nik_speaks_against() {
        let twin = |name, sex, nik| Comparable::new(name, born(2026, 5, 1), Some(sex), "Andaikata", nik);
        check_none(&twin("Umpama", Sex::Male, None), &twin("Rekaan", Sex::Female, None));
        check_none(&twin("Umpama", Sex::Male, nik(1)), &twin("Rekaan", Sex::Male, nik(2)));
        let (one, other) = (person("Rekaan", born(1990, 1, 1)), person("Rekaan", born(1990, 1, 1)));
        let same = compare(&one, &other).unwrap().score;
        let (one, other) = (Comparable { nik: nik(1), ..one }, Comparable { nik: nik(2), ..other });
        assert_eq!(compare(&one, &other).unwrap().score, same + points::OTHER_NIK);
    }

    #[test]
    fn nothing_typed_finds_nobody() {
        check_none(&person("", KnownBirth::Unknown), &person("Rekaan", born(1990, 1, 1)));
        check_none(&person("", KnownBirth::Unknown), &person("", KnownBirth::Unknown));
    }

    #[test]
    fn the_best_candidates_come_first() {
        let people = [
            person("Rekaan Contoh", KnownBirth::Unknown),
            person("Rekaan Contoh", born(1990, 1, 1)),
            Comparable::new("Misal", KnownBirth::Unknown, None, "", nik(7)),
            person("Umpama", born(1950, 1, 1)),
        ];
        let new = Comparable::new("Rekaan Contoh", born(1990, 1, 1), None, "", nik(7));
        let keys = |limit| -> Vec<usize> {
            find_duplicates(&new, people.iter().enumerate(), limit).iter().map(|candidate| candidate.key).collect()
        };
        assert_eq!(keys(9), [2, 1, 0]);
        assert_eq!(keys(1), [2]);
    }

    #[track_caller]
    fn check_edits(one: &str, other: &str, expected: usize) {
        let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
        assert_eq!(edits_within(&one, &other, 9), Some(expected));
        assert_eq!(edits_within(&one, &other, expected), Some(expected));
        if let Some(less) = expected.checked_sub(1) {
            assert_eq!(edits_within(&one, &other, less), None);
        }
    }

    #[test]
    fn an_edit_is_a_letter_more_less_other_or_exchanged() {
        check_edits("", "", 0);
        check_edits("rekan", "", 5);
        check_edits("rekan", "rekan", 0);
        check_edits("rekan", "rekaan", 1);
        check_edits("rekan", "reka", 1);
        check_edits("rekan", "rekam", 1);
        check_edits("rekan", "erkan", 1);
        check_edits("rekan", "rekna", 1);
        check_edits("contoh", "cnotho", 2);
        check_edits("misal", "umpama", 5);
    }

    proptest! {
        #[test]
        fn edits_are_the_same_both_ways_and_never_below_the_difference_in_length(
            one in prop::collection::vec(prop::char::range('a', 'd'), 0..9),
            other in prop::collection::vec(prop::char::range('a', 'd'), 0..9),
        ) {
            let edits = edits_within(&one, &other, 9);
            prop_assert_eq!(edits, edits_within(&other, &one, 9));
            prop_assert!(edits.unwrap() >= one.len().abs_diff(other.len()));
            prop_assert_eq!(edits == Some(0), one == other);
            for bound in 0..9 {
                prop_assert_eq!(edits_within(&one, &other, bound), edits.filter(|edits| *edits <= bound));
            }
        }

        #[test]
        fn comparing_does_not_depend_on_the_order(
            one in "[A-Z][a-c]{1,4}( [A-Z][a-c]{0,4}){0,2}",
            other in "[A-Z][a-c]{1,4}( [A-Z][a-c]{0,4}){0,2}",
            days in 0_u64..60,
        ) {
            let date = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
            let one = person(&one, KnownBirth::Exact(date));
            let other = person(&other, KnownBirth::Exact(date + chrono::Days::new(days)));
            prop_assert_eq!(compare(&one, &other), compare(&other, &one));
        }
    }
}
