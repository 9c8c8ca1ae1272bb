//! Finding people by any part of a name, by RT, or by digits of a number.
//!
//! The whole index is one run of bytes and a signature per person saying which pairs of letters occur, so
//! that most people are passed over without looking at their text. It knows nothing of how people are
//! stored, and is rebuilt from them at start. Read [`PersonIndex::search`] first.

use std::cmp::Ordering;
use std::ops::Range;

use super::names::{Word, name_words, words};
use super::nik::{Nik, NoKk};
use crate::domain::sorted::SortedMap;

/// Digits from which a typed number is looked for inside NIK, family card and phone; fewer mean an RT.
const MIN_NUMBER_DIGITS: usize = 4;

/// What a person can be found by.
#[derive(Clone, Copy, Default)]
pub struct PersonWords<'a> {
    /// The name as stored, with titles.
    pub name: &'a str,
    /// Other words: the mother's name, the dusun, a nickname.
    pub others: &'a [&'a str],
    /// The RT, with or without zeros in front; empty when unknown.
    pub rt: &'a str,
    /// The NIK, if any.
    pub nik: Option<Nik>,
    /// The number of the family card, if any.
    pub no_kk: Option<NoKk>,
    /// The phone number in the form `08…`, or its last digits; empty when unknown.
    pub phone: &'a str,
}

/// A person found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<K> {
    /// Whose.
    pub key: K,
    /// Higher is better; only good for comparing hits of one search.
    pub score: u32,
    /// Bytes of the name as stored that answer the query, in order, apart from each other.
    pub highlights: Vec<Range<usize>>,
}

/// An index of people in memory.
#[derive(Clone)]
pub struct PersonIndex<K> {
    /// The words of all people, each word after a space, each person ending with a space.
    text: Vec<u8>,
    slots: Vec<Slot<K>>,
    slot_of: SortedMap<K, usize>,
}

/// One person: where the parts of the text end, and what is needed to pass over it quickly.
#[derive(Clone)]
struct Slot<K> {
    key: K,
    is_removed: bool,
    rt: Option<u16>,
    letters: Pairs,
    digits: Pairs,
    start: usize,
    plain_end: usize,
    folded_end: usize,
    others_end: usize,
    end: usize,
    name: Box<str>,
}

/// Which pairs of neighboring bytes occur, as a set that may say yes too often.
#[derive(Clone, Copy, Default)]
struct Pairs(u128);

/// What one word of a query looks for: any of its forms will do.
struct Needle {
    forms: Vec<Form>,
}

enum Form {
    Rt(u16),
    /// In the digits of NIK, family card and phone.
    Number {
        bytes: Vec<u8>,
        pairs: Pairs,
    },
    Word {
        text: String,
        pairs: Pairs,
        is_folded: bool,
        is_start_only: bool,
    },
}

/// How a needle lies in a word. Later is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Inside,
    Start,
    Whole,
}

impl<K> Default for PersonIndex<K> {
    fn default() -> Self {
        Self { text: Vec::new(), slots: Vec::new(), slot_of: SortedMap::new() }
    }
}

impl<K: Copy + Ord> PersonIndex<K> {
    /// An index of nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many people are in it.
    pub fn len(&self) -> usize {
        self.slot_of.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.slot_of.is_empty()
    }

    /// Puts a person in, in place of what was known under this key.
    pub fn insert(&mut self, key: K, person: PersonWords<'_>) {
        self.remove(key);
        let start = self.text.len();
        let name = words(person.name);
        self.push_words(name.iter().map(Word::plain));
        let plain_end = self.text.len();
        self.push_words(name.iter().filter_map(other_form));
        let folded_end = self.text.len();
        for word in person.others.iter().flat_map(|text| words(text)) {
            self.push_words([Some(word.plain()), other_form(&word)].into_iter().flatten());
        }
        let others_end = self.text.len();
        self.push_words(person.nik.map(Nik::digits).into_iter().chain(person.no_kk.map(NoKk::digits)));
        self.push_words((!person.phone.is_empty()).then(|| person.phone.to_owned()));
        self.text.push(b' ');
        let end = self.text.len();
        self.slot_of.insert(key, self.slots.len());
        self.slots.push(Slot {
            key,
            is_removed: false,
            rt: person.rt.trim().parse().ok(),
            letters: Pairs::of(self.part(start, others_end)),
            digits: Pairs::of(self.part(others_end, end)),
            start,
            plain_end,
            folded_end,
            others_end,
            end,
            name: person.name.into(),
        });
    }

    /// Takes a person out; says whether there was one.
    pub fn remove(&mut self, key: K) -> bool {
        let Some(slot) = self.slot_of.remove(&key).and_then(|at| self.slots.get_mut(at)) else {
            return false;
        };
        slot.is_removed = true;
        if self.slots.len() > 2 * self.slot_of.len() + 64 {
            self.compact();
        }
        true
    }

    /// The best people for a query, best first, at most `limit`.
    ///
    /// Every word must be found, in any order, in the name, the other words, or as RT or digits. A single
    /// letter must begin a word. Titles in front and what follows a comma are not looked for. Whole words
    /// come before beginnings, these before insides; the spelling as typed before a folded one; the name
    /// before other words. An empty query finds nobody.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<K>> {
        let needles = needles(query);
        if needles.is_empty() || limit == 0 {
            return Vec::new();
        }
        let mut found: Vec<(u32, &Slot<K>)> =
            self.slots.iter().filter_map(|slot| Some((self.score(slot, &needles)?, slot))).collect();
        if found.len() > limit {
            found.select_nth_unstable_by(limit, better_first);
            found.truncate(limit);
        }
        found.sort_unstable_by(better_first);
        let hit =
            |(score, slot): (u32, &Slot<K>)| Hit { key: slot.key, score, highlights: highlights(&slot.name, &needles) };
        found.into_iter().map(hit).collect()
    }

    fn push_words(&mut self, words: impl IntoIterator<Item = String>) {
        for word in words {
            self.text.push(b' ');
            self.text.extend_from_slice(word.as_bytes());
        }
    }

    /// A part with the space that follows its last word.
    fn part(&self, start: usize, end: usize) -> &[u8] {
        self.text.get(start..=end).or_else(|| self.text.get(start..end)).unwrap_or_default()
    }

    fn score(&self, slot: &Slot<K>, needles: &[Needle]) -> Option<u32> {
        if slot.is_removed || !needles.iter().all(|needle| needle.forms.iter().any(|form| form.may_be_in(slot))) {
            return None;
        }
        let mut sum = 0;
        for needle in needles {
            sum += needle.forms.iter().filter_map(|form| self.score_form(slot, form)).max()?;
        }
        Some(sum)
    }

    fn score_form(&self, slot: &Slot<K>, form: &Form) -> Option<u32> {
        match form {
            Form::Rt(rt) => (slot.rt == Some(*rt)).then_some(40),
            _ if !form.may_be_in(slot) => None,
            Form::Number { bytes, .. } => {
                let fit = best_fit(self.part(slot.others_end, slot.end), bytes, false)?;
                Some(by_fit(fit, [50, 70, 120]))
            }
            Form::Word { text, is_folded, is_start_only, .. } => {
                let find = |start, end| best_fit(self.part(start, end), text.as_bytes(), *is_start_only);
                let points = if *is_folded { [30, 70, 100] } else { [50, 90, 120] };
                let first_word = self.part(slot.start + 1, slot.plain_end);
                let bonus = if first_word.starts_with(text.as_bytes()) { 5 } else { 0 };
                let in_plain = find(slot.start, slot.plain_end).map(|fit| by_fit(fit, points) + bonus);
                let in_folded = || find(slot.plain_end, slot.folded_end).map(|fit| by_fit(fit, [30, 70, 100]));
                let in_others = || find(slot.folded_end, slot.others_end).map(|fit| by_fit(fit, [10, 30, 40]));
                match in_plain {
                    Some(points) if points >= 90 => in_plain,
                    _ => in_plain.max(in_folded()).or_else(in_others),
                }
            }
        }
    }

    /// Writes the text anew without the people taken out.
    fn compact(&mut self) {
        let old_text = std::mem::take(&mut self.text);
        self.slots.retain(|slot| !slot.is_removed);
        self.slot_of.clear();
        for (at, slot) in self.slots.iter_mut().enumerate() {
            let shift = slot.start - self.text.len();
            self.text.extend_from_slice(old_text.get(slot.start..slot.end).unwrap_or_default());
            for end in [&mut slot.start, &mut slot.plain_end, &mut slot.folded_end, &mut slot.others_end, &mut slot.end]
            {
                *end -= shift;
            }
            self.slot_of.insert(slot.key, at);
        }
    }
}

/// The folded form of a word where it is another than the plain one.
fn other_form(word: &Word) -> Option<String> {
    let folded = word.folded();
    (folded != word.plain() && !folded.is_empty()).then_some(folded)
}

fn by_fit(fit: Fit, [inside, start, whole]: [u32; 3]) -> u32 {
    match fit {
        Fit::Inside => inside,
        Fit::Start => start,
        Fit::Whole => whole,
    }
}

fn better_first<K: Ord>(one: &(u32, &Slot<K>), other: &(u32, &Slot<K>)) -> Ordering {
    let rank = |slot: &Slot<K>| slot.name.len();
    other
        .0
        .cmp(&one.0)
        .then_with(|| rank(one.1).cmp(&rank(other.1)))
        .then_with(|| one.1.name.cmp(&other.1.name))
        .then_with(|| one.1.key.cmp(&other.1.key))
}

/// How the needle fits best into any word of a part, whose words each stand between spaces.
fn best_fit(part: &[u8], needle: &[u8], is_start_only: bool) -> Option<Fit> {
    let (&needle_first, needle_rest) = needle.split_first()?;
    let mut best = None;
    for window in part.windows(needle.len() + 2) {
        let [before, first, rest @ .., after] = window else {
            break;
        };
        if *first != needle_first || rest != needle_rest {
            continue;
        }
        let fit = match (before, after) {
            (b' ', b' ') => return Some(Fit::Whole),
            (b' ', _) => Fit::Start,
            _ if is_start_only => continue,
            _ => Fit::Inside,
        };
        best = best.max(Some(fit));
    }
    best
}

impl Pairs {
    fn of(bytes: &[u8]) -> Self {
        let pair = |pair: &[u8]| match pair {
            // Digits have a bit for each of their hundred pairs; letters share.
            [a @ b'0'..=b'9', b @ b'0'..=b'9'] => 1_u128 << (u32::from(a - b'0') * 10 + u32::from(b - b'0')),
            [a, b] => 1_u128 << ((u32::from(*a) * 31 + u32::from(*b)) % 128),
            _ => 0,
        };
        Self(bytes.windows(2).map(pair).fold(0, |all, bit| all | bit))
    }

    fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Form {
    fn word(text: String, is_folded: bool, is_start_only: bool) -> Self {
        let pairs = if is_start_only { Pairs::of(format!(" {text}").as_bytes()) } else { Pairs::of(text.as_bytes()) };
        Self::Word { text, pairs, is_folded, is_start_only }
    }

    fn number(digits: String) -> Self {
        Self::Number { pairs: Pairs::of(digits.as_bytes()), bytes: digits.into_bytes() }
    }

    fn may_be_in<K>(&self, slot: &Slot<K>) -> bool {
        match self {
            Self::Rt(rt) => slot.rt == Some(*rt),
            Self::Number { pairs, .. } => slot.digits.contains(*pairs),
            Self::Word { pairs, .. } => slot.letters.contains(*pairs),
        }
    }
}

fn needles(query: &str) -> Vec<Needle> {
    if let Some(digits) = one_number(query) {
        let without_country = digits.strip_prefix("62").map(|rest| Form::number(format!("0{rest}")));
        return vec![Needle { forms: std::iter::once(Form::number(digits)).chain(without_country).collect() }];
    }
    let mut needles = Vec::new();
    let mut query_words = name_words(query).into_iter().peekable();
    while let Some(word) = query_words.next() {
        let plain = word.plain();
        let rt_of = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() < MIN_NUMBER_DIGITS);
        let next_rt = query_words.peek().and_then(|next| rt_of(&next.plain()));
        let glued = |prefix: &str| plain.strip_prefix(prefix).and_then(rt_of);
        match (plain.as_str(), next_rt) {
            ("rt", Some(rt)) => {
                query_words.next();
                needles.push(Needle { forms: vec![Form::Rt(rt)] });
                // In `RT 003/005` the second number is the RW, which is not looked for.
                query_words.next_if(|next| rt_of(&next.plain()).is_some());
            }
            ("rw", Some(_)) => {
                query_words.next();
            }
            _ if glued("rw").is_some() => {}
            _ => match glued("rt") {
                Some(rt) => needles.push(Needle { forms: vec![Form::Rt(rt)] }),
                None => {
                    needles.push(Needle::for_word(&word));
                    if rt_of(&plain).is_some() {
                        query_words.next_if(|next| rt_of(&next.plain()).is_some());
                    }
                }
            },
        }
    }
    needles
}

/// A query that is one number typed in groups: a NIK, a family card or a phone.
fn one_number(query: &str) -> Option<String> {
    let is_separator = |character: char| character.is_whitespace() || matches!(character, '.' | '-' | '+');
    let digits: String = query.chars().filter(|character| !is_separator(*character)).collect();
    let is_number = digits.len() >= MIN_NUMBER_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    // Two short numbers are an RT and an RW.
    let is_rt_and_rw = query.split_whitespace().count() > 1 && query.split_whitespace().all(|part| part.len() < 4);
    (is_number && !is_rt_and_rw).then_some(digits)
}

impl Needle {
    fn for_word(word: &Word) -> Self {
        let plain = word.plain();
        let is_number = plain.bytes().all(|byte| byte.is_ascii_digit());
        let is_short_number = is_number && plain.len() < MIN_NUMBER_DIGITS;
        let is_start_only = is_short_number || plain.chars().count() == 1;
        let mut forms = vec![Form::word(plain.clone(), false, is_start_only)];
        if let Some(folded) = other_form(word) {
            let is_start_only = is_start_only || folded.chars().count() == 1;
            forms.push(Form::word(folded, true, is_start_only));
        }
        if is_short_number {
            forms.extend(plain.parse().ok().map(Form::Rt));
        } else if is_number {
            forms.push(Form::number(plain));
        }
        Self { forms }
    }
}

/// For each needle the best place in the name, merged where they touch.
fn highlights(name: &str, needles: &[Needle]) -> Vec<Range<usize>> {
    let words = words(name);
    let place = |needle: &Needle| needle.forms.iter().find_map(|form| form.place_in(&words));
    let mut places: Vec<Range<usize>> = needles.iter().filter_map(place).collect();
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}

impl Form {
    fn place_in(&self, words: &[Word]) -> Option<Range<usize>> {
        let Self::Word { text, is_folded, is_start_only, .. } = self else {
            return None;
        };
        let place_in_word = |word: &Word| {
            let in_form = |form: &str, place: Option<(usize, usize)>| {
                let fit = match form.strip_prefix(text.as_str()) {
                    Some("") => Fit::Whole,
                    Some(_) => Fit::Start,
                    None => Fit::Inside,
                };
                let (start, end) = place.filter(|_| !*is_start_only || fit != Fit::Inside)?;
                Some((fit, start, end))
            };
            let plain = (!*is_folded).then(|| in_form(&word.plain(), word.find_plain(text))).flatten();
            plain.or_else(|| in_form(&word.folded(), word.find_folded(text)))
        };
        let places = words.iter().filter_map(place_in_word);
        // The first of the best, so that the reader's eye starts at the left.
        let best = places.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        Some(best.1..best.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 12] = [
        "Siti Rekaan",
        "Hj. Siti Umpama",
        "Soekatmo Contoh",
        "Sukatmi Misal",
        "Djoko Andaikata",
        "Joko Rekaan",
        "Mohammad Contoh",
        "Aisyah Umpama Misal",
        "Rekaandari",
        "Ren\u{E9}e Contoh, S.Pd",
        "Nur'aini Misal",
        "Misal",
    ];

    fn index() -> PersonIndex<usize> {
        let mut index = PersonIndex::new();
        for (key, name) in NAMES.into_iter().enumerate() {
            let rt = format!("{:03}", key % 4 + 1);
            let nik = Nik::parse(&format!("33280450019{key:05}")).ok();
            let phone = format!("0812000055{key:02}");
            let others = ["Ibu Andaikata"];
            let others: &[&str] = if key == 11 { &others } else { &[] };
            index.insert(key, PersonWords { name, others, rt: &rt, nik, no_kk: None, phone: &phone });
        }
        index
    }

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let found: Vec<&str> = index().search(query, 20).iter().map(|hit| NAMES[hit.key]).collect();
        assert_eq!(found, expected, "{query}");
    }

    #[track_caller]
    fn check_highlight(query: &str, name: &str, expected: &str) {
        let mut index = PersonIndex::new();
        index.insert(1, PersonWords { name, ..PersonWords::default() });
        let hits = index.search(query, 1);
        let mut shown = name.to_owned();
        for place in hits[0].highlights.iter().rev() {
            shown.insert(place.end, ']');
            shown.insert(place.start, '[');
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn any_part_of_a_name_is_found() {
        check("kaan", &["Rekaandari", "Joko Rekaan", "Siti Rekaan"]);
        check("UMP", &["Hj. Siti Umpama", "Aisyah Umpama Misal"]);
        check("zzz", &[]);
    }

    #[test]
    fn words_come_in_any_order_and_all_must_match() {
        check("rekaan siti", &["Siti Rekaan"]);
        check("mis ump", &["Aisyah Umpama Misal"]);
        check("siti joko", &[]);
    }

    #[test]
    fn whole_words_come_before_beginnings_before_insides() {
        check("rekaan", &["Joko Rekaan", "Siti Rekaan", "Rekaandari"]);
        check("misal", &["Misal", "Sukatmi Misal", "Nur'aini Misal", "Aisyah Umpama Misal"]);
    }

    #[test]
    fn the_spelling_typed_comes_before_another_spelling() {
        check("joko", &["Joko Rekaan", "Djoko Andaikata"]);
        check("djoko", &["Djoko Andaikata", "Joko Rekaan"]);
        check("sukat", &["Sukatmi Misal", "Soekatmo Contoh"]);
        check("muhamad", &["Mohammad Contoh"]);
        check("moh", &["Mohammad Contoh"]);
        check("renee", &["Ren\u{E9}e Contoh, S.Pd"]);
        check("aisah", &["Aisyah Umpama Misal"]);
    }

    #[test]
    fn titles_and_degrees_need_not_be_known() {
        check("Ibu Siti Rekaan", &["Siti Rekaan"]);
        check("H. Joko Rekaan, S.E.", &["Joko Rekaan"]);
        check("hj", &["Hj. Siti Umpama"]);
    }

    #[test]
    fn other_words_are_found_after_names() {
        check("andaikata", &["Djoko Andaikata", "Misal"]);
        check("misal andaikata", &["Misal"]);
    }

    #[test]
    fn one_letter_must_begin_a_word() {
        check("r", &["Rekaandari", "Ren\u{E9}e Contoh, S.Pd", "Joko Rekaan", "Siti Rekaan"]);
        check("siti r", &["Siti Rekaan"]);
    }

    #[test]
    fn short_numbers_are_an_rt() {
        for query in ["rekaan 1", "rekaan 001", "rekaan rt 1", "rekaan rt001", "rekaan RT 001/005", "rekaan rt 1 rw 5"]
        {
            check(query, &["Siti Rekaan", "Rekaandari"]);
        }
        check("002/005", &["Joko Rekaan", "Hj. Siti Umpama", "Ren\u{E9}e Contoh, S.Pd"]);
    }

    #[test]
    fn long_numbers_are_a_nik_or_a_phone() {
        check("3328 0450 0190 0003", &["Sukatmi Misal"]);
        check("3328045001900003", &["Sukatmi Misal"]);
        check("00003", &["Sukatmi Misal"]);
        check("0812-0000-5504", &["Djoko Andaikata"]);
        check("+62 812 0000 5504", &["Djoko Andaikata"]);
        check("5504", &["Djoko Andaikata"]);
        check("joko 5505", &["Joko Rekaan"]);
    }

    #[test]
    fn an_empty_query_finds_nobody() {
        check("", &[]);
        check(" .,' ", &[]);
    }

    #[test]
    fn the_matching_part_of_the_stored_name_is_marked() {
        check_highlight("kaan", "Siti Rekaan", "Siti Re[kaan]");
        check_highlight("rek si", "Siti Rekaan", "[Si]ti [Rek]aan");
        check_highlight("sukat", "Soekatmo", "[Soekat]mo");
        check_highlight("cahyo", "Tjahjo", "[Tjahjo]");
        check_highlight("ren", "Ren\u{E9}e", "[Ren]\u{E9}e");
        check_highlight("renee", "Ren\u{E9}e", "[Ren\u{E9}e]");
        check_highlight("muh", "Moh. Contoh", "[Moh]. Contoh");
        check_highlight("reka kaan", "Rekaan", "[Rekaan]");
        check_highlight("nuraini", "Nur'aini", "[Nur'aini]");
    }

    #[test]
    fn the_limit_keeps_the_best() {
        let hits = index().search("misal", 1);
        assert_eq!(hits.len(), 1);
        assert_eq!(NAMES[hits[0].key], "Misal");
        assert!(index().search("misal", 0).is_empty());
    }

    #[test]
    fn a_changed_or_removed_person_is_no_longer_found_as_before() {
        let mut index = index();
        index.insert(0, PersonWords { name: "Umpamawati", ..PersonWords::default() });
        assert_eq!(index.len(), NAMES.len());
        assert!(index.search("siti rekaan", 9).is_empty());
        assert_eq!(index.search("umpamawati", 9).len(), 1);
        assert!(index.remove(0));
        assert!(!index.remove(0));
        assert!(index.search("umpamawati", 9).is_empty());
        assert_eq!(index.len(), NAMES.len() - 1);
    }

    #[test]
    fn many_changes_leave_the_index_small_and_right() {
        let mut index = index();
        for round in 0..500 {
            index.insert(0, PersonWords { name: &format!("Putaran Contoh{round}"), ..PersonWords::default() });
        }
        assert!(index.slots.len() < 100);
        assert_eq!(index.search("putaran", 9).len(), 1);
        assert_eq!(index.search("contoh499", 9)[0].key, 0);
        for (key, name) in NAMES.into_iter().enumerate().skip(1) {
            assert!(index.search(name, 20).iter().any(|hit| hit.key == key), "{name}");
        }
        for key in 0..NAMES.len() {
            assert!(index.remove(key));
        }
        assert!(index.is_empty());
    }

    fn any_name() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[A-Z][a-z]{2,9}",
            "(Soe|Dj|Tj|Nj|Sj|Ch|Kh|Moh)[aeiou][a-z]{1,6}(ah|jo|dji|tjo)?",
            "[A-Z][a-z]{1,4}'[a-z]{1,4}",
        ];
        prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn every_person_is_found_by_parts_of_their_words_in_any_order(
            names in prop::collection::vec(any_name(), 1..30),
            seed: u64,
        ) {
            let mut index = PersonIndex::new();
            for (key, name) in names.iter().enumerate() {
                index.insert(key, PersonWords { name, ..PersonWords::default() });
            }
            for (key, name) in names.iter().enumerate() {
                let part = |(at, word): (usize, &str)| {
                    let letters: Vec<char> = word.chars().collect();
                    let room = letters.len().saturating_sub(3) + 1;
                    let start = (seed as usize).wrapping_add(at * 7 + key) % room;
                    let length = 3 + (seed as usize >> 8) % (letters.len().saturating_sub(start + 3) + 1);
                    letters.iter().skip(start).take(length).collect::<String>()
                };
                let mut parts: Vec<String> = name.split(' ').enumerate().map(part).collect();
                let turn = (seed as usize >> 16) % parts.len();
                parts.rotate_left(turn);
                let query = parts.join(" ");
                let hits = index.search(&query, names.len());
                let hit = hits.iter().find(|hit| hit.key == key);
                prop_assert!(hit.is_some(), "{} by {}", name, query);
                for place in &hit.unwrap().highlights {
                    prop_assert!(name.get(place.clone()).is_some());
                }
            }
        }

        #[test]
        fn every_person_is_found_by_the_whole_name_in_another_spelling(name in any_name()) {
            let mut index = PersonIndex::new();
            index.insert(1, PersonWords { name: &name, ..PersonWords::default() });
            let folded = crate::domain::names::fold_words(&name);
            prop_assert_eq!(index.search(&folded, 1).len(), 1, "{} by {}", name, folded);
            prop_assert_eq!(index.search(&name.to_uppercase(), 1).len(), 1);
        }

        #[test]
        fn any_query_gives_an_answer(query in "\\PC{0,30}") {
            let _ = index().search(&query, 5);
        }
    }
}
