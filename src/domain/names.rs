//! Names: cleaning what was typed, and folding spellings of one name into one form for finding.
//!
//! Folding is for comparing only; a person's name is stored and shown as typed. It merges on purpose: a
//! name too many in a list costs a glance, a person registered twice costs a record torn in two.
//! Read the table below first.
//!
//! # Folding
//!
//! Letters lose case and diacritics, apostrophes vanish, other signs end a word. Then, per word:
//!
//! | typed | becomes | because |
//! |---|---|---|
//! | `oe`, `dj`, `tj` | `u`, `j`, `c` | spelling before 1972: Soekatmo, Djoko, Tjahjo |
//! | `nj` at the start, or in a word with `oe`, `dj`, `tj` or `sj` | `ni` | old spelling of `ny`; elsewhere (Panji) it is two sounds |
//! | other `j` in a word with `dj` or `tj` | `i` | old spelling of `y`: Widjaja, Tjahjo |
//! | `y` | `i` | Yani, Susy, Dwy |
//! | `sy`, `sj` before a vowel, `sh`, `ts` | `s` | Arabic letters: Aisyah, Aisah, Aisha; Utsman |
//! | `kh` | `h` | Akhmad, Ahmad; Khoirul, Hoirul |
//! | `ch` | `h` | Achmad, Choirul, Rochman; at the start before `e`, `i` or `an` it is `c` (Chintia, Chandra), before a consonant `k` (Christin) |
//! | `dh`, `th`, `bh`, `gh`, `dz` | `d`, `t`, `b`, `g`, `z` | Budhi, Thoha, Bhakti, Ghofur, Dzikri |
//! | `ph`, `f`, `v` | `p` | Arif, Arip; Novi, Nopi; one sound for many speakers |
//! | `z` | `j` at the start and before a vowel, else `s` | Zaenal, Jaenal; Reza, Reja; Rizki, Riski; Aziz, Azis |
//! | `ck`, `q` | `k` | Ricky, Rizqi |
//! | `ae` | `ai` | Saeful, Saiful |
//! | `h` at the end after a vowel, in words of four letters or more | nothing | Fatimah, Fatima |
//! | the same letter twice | once | Annisa, Anisa; Diyan, Dian by way of `ii` |
//! | Moh, Muh, Mohd, Moch, Mohamad … | `muhamad` | the most frequent abbreviation of all |
//!
//! Left apart, because too many different names would meet: lone `j` and `y` (Joko, Yoko), `o` and `u`
//! (Toto, Tutu), `w` and `v`, `d` and `t`, `x`.

use thiserror::Error;

use crate::unicode;

/// Fewest letters of a name.
pub const MIN_LETTERS: usize = 2;

/// Most characters of a name, spaces included.
pub const MAX_CHARACTERS: usize = 100;

/// Words in front of a name that are no part of it. Compared as typed and folded.
const TITLES: [&str; 44] = [
    "h",
    "hj",
    "kh",
    "haji",
    "hajah",
    "hajjah",
    "ny",
    "nyonya",
    "tn",
    "tuan",
    "nn",
    "nona",
    "an",
    "sdr",
    "sdri",
    "saudara",
    "saudari",
    "bp",
    "bpk",
    "bapak",
    "pak",
    "ibu",
    "bu",
    "mbah",
    "mbak",
    "mas",
    "dr",
    "drg",
    "drs",
    "dra",
    "drh",
    "ir",
    "prof",
    "ust",
    "ustad",
    "ustadz",
    "ustadzah",
    "kyai",
    "kiai",
    "nyai",
    "alm",
    "almh",
    "almarhum",
    "almarhumah",
];

/// Abbreviations and spellings of Muhamad that the letter rules leave.
const MUHAMAD_FORMS: [&str; 7] = ["moh", "muh", "mohd", "muhd", "mhd", "mhmd", "muhamed"];

/// Why a typed name was not taken. Holds no part of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, serde::Serialize, serde::Deserialize)]
pub enum NameError {
    /// Nothing was typed.
    #[error("no name was typed")]
    Empty,
    /// Fewer than [`MIN_LETTERS`] letters.
    #[error("{letters} letters in the name")]
    TooShort {
        /// Letters typed.
        letters: usize,
    },
    /// More than [`MAX_CHARACTERS`] characters.
    #[error("{characters} characters in the name")]
    TooLong {
        /// Characters typed, after cleaning.
        characters: usize,
    },
}

/// Reads a typed name: cleaned as [`clean_name`], with at least two letters and at most 100 characters.
pub fn parse_name(text: &str) -> Result<String, NameError> {
    let name = clean_name(text);
    let letters = name.chars().filter(|character| character.is_alphabetic()).count();
    match name.chars().count() {
        0 => Err(NameError::Empty),
        characters if characters > MAX_CHARACTERS => Err(NameError::TooLong { characters }),
        _ if letters < MIN_LETTERS => Err(NameError::TooShort { letters }),
        _ => Ok(name),
    }
}

/// One space between words, none around them, no invisible characters, and Unicode form NFC.
pub fn clean_name(text: &str) -> String {
    let visible: String = text.chars().filter(|character| !is_invisible(*character)).collect();
    unicode::composed(&visible).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Zero-width characters, direction marks and control characters, as left by copying from a chat.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
        || (character.is_control() && !character.is_whitespace())
}

/// Every word of a text folded, titles and degrees included, with one space between. Idempotent.
pub fn fold_words(text: &str) -> String {
    join_folded(&words(text))
}

/// A person's name folded, without titles in front and without what follows the first comma. Idempotent.
pub fn fold_name(name: &str) -> String {
    join_folded(&name_words(name))
}

fn join_folded(words: &[Word]) -> String {
    words.iter().map(Word::folded).collect::<Vec<_>>().join(" ")
}

/// The words of a text, in order, without signs.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_inside = false;
    for (start, character) in text.char_indices() {
        let source = (start, start + character.len_utf8());
        if is_apostrophe(character) || is_invisible(character) {
            continue;
        }
        let mut belongs = false;
        unicode::decomposed(character, |part| {
            belongs |= part.is_alphanumeric() || unicode::is_mark(part);
            if part.is_alphanumeric() && !unicode::is_mark(part) {
                for lower in part.to_lowercase().filter(|lower| !unicode::is_mark(*lower)) {
                    let letter = Letter { character: lower, source };
                    match words.last_mut() {
                        Some(word) if is_inside => word.plain.push(letter),
                        _ => words.push(Word { plain: vec![letter], folded: Vec::new() }),
                    }
                    is_inside = true;
                }
            }
        });
        is_inside &= belongs;
    }
    for word in &mut words {
        word.folded = fold(&word.plain);
    }
    words
}

/// The words of a person's name, without titles in front and without what follows the first comma.
///
/// A name of nothing but titles keeps the last one: it may be somebody's name.
pub fn name_words(name: &str) -> Vec<Word> {
    let before_comma = name.split_once(',').map_or(name, |(before, _)| before);
    let mut found = words(before_comma);
    if found.is_empty() {
        found = words(name);
    }
    let titles = found.iter().take_while(|word| word.is_title()).count();
    found.split_off(titles.min(found.len().saturating_sub(1)))
}

/// A word of a text: its letters plain and folded, each knowing where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    plain: Vec<Letter>,
    folded: Vec<Letter>,
}

/// A letter and the bytes of the text it stands for, start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Letter {
    character: char,
    source: (usize, usize),
}

impl Word {
    /// Lower case without diacritics, otherwise as typed.
    pub fn plain(&self) -> String {
        self.plain.iter().map(|letter| letter.character).collect()
    }

    /// One form for all spellings; see the module's table.
    pub fn folded(&self) -> String {
        self.folded.iter().map(|letter| letter.character).collect()
    }

    /// Where in the text the plain form holds `needle`, as start and end in bytes.
    pub fn find_plain(&self, needle: &str) -> Option<(usize, usize)> {
        find_letters(&self.plain, needle)
    }

    /// Where in the text the folded form holds `needle`, as start and end in bytes.
    pub fn find_folded(&self, needle: &str) -> Option<(usize, usize)> {
        find_letters(&self.folded, needle)
    }

    fn is_title(&self) -> bool {
        TITLES.contains(&self.plain().as_str()) || TITLES.contains(&self.folded().as_str())
    }
}

fn find_letters(letters: &[Letter], needle: &str) -> Option<(usize, usize)> {
    let count = needle.chars().count();
    let is_needle = |window: &&[Letter]| window.iter().map(|letter| letter.character).eq(needle.chars());
    let window = (count > 0).then(|| letters.windows(count).find(is_needle))??;
    Some((window.first()?.source.0, window.last()?.source.1))
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{B4}' | '\u{2BC}' | '\u{2BB}')
}

fn is_vowel(character: char) -> bool {
    matches!(character, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// Applies the table until nothing changes, so that folding a folded word changes nothing.
///
/// It ends: a rule shortens the word or moves a letter down y, z, j, i or q, k or f, v, p or e, i.
fn fold(plain: &[Letter]) -> Vec<Letter> {
    let mut letters = fold_once(plain);
    loop {
        let next = fold_once(&letters);
        if next == letters {
            return letters;
        }
        letters = next;
    }
}

fn fold_once(letters: &[Letter]) -> Vec<Letter> {
    if let Some(muhamad) = fold_muhamad(letters) {
        return muhamad;
    }
    let has_pair = |pairs: &[(char, char)]| {
        letters.iter().zip(letters.iter().skip(1)).any(|(a, b)| pairs.contains(&(a.character, b.character)))
    };
    let has_dj = has_pair(&[('d', 'j'), ('t', 'j')]);
    let is_old = has_dj || has_pair(&[('o', 'e'), ('s', 'j')]);
    let mut folded: Vec<Letter> = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let context = Context {
            before: at.checked_sub(1).and_then(|at| letters.get(at)).map(|letter| letter.character),
            letter: letter.character,
            next: letters.get(at + 1).map(|letter| letter.character),
            after: letters.get(at + 2).map(|letter| letter.character),
            third: letters.get(at + 3).map(|letter| letter.character),
            at,
            has_dj,
            is_old,
        };
        let (character, used) = context.rule();
        let end = letters.get(at + used - 1).unwrap_or(letter).source.1;
        at += used;
        match (character, folded.last_mut()) {
            (None, Some(last)) => last.source.1 = end,
            (Some(character), Some(last)) if last.character == character => last.source.1 = end,
            (Some(character), _) => folded.push(Letter { character, source: (letter.source.0, end) }),
            (None, None) => {}
        }
    }
    folded
}

/// A letter with what stands around it.
struct Context {
    before: Option<char>,
    letter: char,
    next: Option<char>,
    after: Option<char>,
    third: Option<char>,
    at: usize,
    has_dj: bool,
    is_old: bool,
}

impl Context {
    /// The letter to write, if any, and how many letters (one or two) it stands for.
    fn rule(&self) -> (Option<char>, usize) {
        let is_next_vowel = self.next.is_some_and(is_vowel);
        let is_after_vowel = self.after.is_some_and(is_vowel);
        let two = match (self.letter, self.next.unwrap_or(' ')) {
            ('o', 'e') => Some('u'),
            ('d', 'j') => Some('j'),
            ('t', 'j') => Some('c'),
            ('s', 'y' | 'j') if is_after_vowel => Some('s'),
            ('s', 'h') | ('t', 's') => Some('s'),
            ('k', 'h') => Some('h'),
            ('c', 'h') => Some(self.fold_ch()),
            ('d' | 't' | 'b' | 'g', 'h') => Some(self.letter),
            ('d', 'z') => Some('z'),
            ('p', 'h') => Some('p'),
            ('c', 'k') => Some('k'),
            _ => None,
        };
        if two.is_some() {
            return (two, 2);
        }
        let is_after_n = self.before == Some('n') && (self.at == 1 || self.is_old);
        let one = match self.letter {
            'j' if self.has_dj || is_after_n => Some('i'),
            'y' => Some('i'),
            'f' | 'v' => Some('p'),
            'z' if self.at == 0 || is_next_vowel => Some('j'),
            'z' => Some('s'),
            'q' => Some('k'),
            'e' if self.before == Some('a') => Some('i'),
            'h' if self.at >= 3 && self.next.is_none() && self.before.is_some_and(is_vowel) => None,
            letter => Some(letter),
        };
        (one, 1)
    }

    fn fold_ch(&self) -> char {
        match (self.at, self.after) {
            (0, Some('e' | 'i')) => 'c',
            (0, Some('a')) if self.third == Some('n') => 'c',
            (0, Some(after)) if !is_vowel(after) => 'k',
            _ => 'h',
        }
    }
}

/// Moh, Muh, Mohd … in full, and a beginning `moham` as `muham`.
fn fold_muhamad(letters: &[Letter]) -> Option<Vec<Letter>> {
    if letters.first()?.character != 'm' {
        return None;
    }
    let word: String = letters.iter().map(|letter| letter.character).collect();
    if MUHAMAD_FORMS.contains(&word.as_str()) {
        let source = (letters.first()?.source.0, letters.last()?.source.1);
        return Some("muhamad".chars().map(|character| Letter { character, source }).collect());
    }
    word.starts_with("moham").then(|| {
        let mut letters = letters.to_vec();
        if let Some(letter) = letters.get_mut(1) {
            letter.character = 'u';
        }
        letters
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn same(spellings: &[&str]) {
        let folded: Vec<String> = spellings.iter().map(|spelling| fold_words(spelling)).collect();
        assert!(folded.windows(2).all(|pair| pair[0] == pair[1]), "{spellings:?} fold to {folded:?}");
    }

    #[track_caller]
    fn apart(one: &str, other: &str) {
        assert_ne!(fold_words(one), fold_words(other));
    }

    #[test]
    fn a_name_is_cleaned_but_kept_as_typed() {
        assert_eq!(clean_name("  Rekaan \t Contoh\n"), "Rekaan Contoh");
        assert_eq!(clean_name("Re\u{200B}kaan\u{A0}Contoh"), "Rekaan Contoh");
        assert_eq!(clean_name("Rene\u{301}e"), "Ren\u{E9}e");
        assert_eq!(clean_name("H. REKAAN, S.Pd"), "H. REKAAN, S.Pd");
    }

    #[test]
    fn a_name_has_2_letters_and_at_most_100_characters() {
        assert_eq!(parse_name(" Umpama "), Ok("Umpama".to_owned()));
        assert_eq!(parse_name("Ny"), Ok("Ny".to_owned()));
        assert_eq!(parse_name("  "), Err(NameError::Empty));
        assert_eq!(parse_name("A."), Err(NameError::TooShort { letters: 1 }));
        assert_eq!(parse_name("12"), Err(NameError::TooShort { letters: 0 }));
        assert!(parse_name(&"a".repeat(100)).is_ok());
        assert_eq!(parse_name(&"a".repeat(101)), Err(NameError::TooLong { characters: 101 }));
    }

    #[test]
    fn old_and_new_spelling_are_one() {
        same(&["Soekatmo", "Sukatmo"]);
        same(&["Djoko", "Joko"]);
        same(&["Tjahjo", "Cahyo", "Cahio"]);
        same(&["Widjaja", "Wijaya"]);
        same(&["Njoman", "Nyoman"]);
        same(&["Soenjoto", "Sunyoto"]);
        same(&["Pandji", "Panji"]);
        same(&["Sjahrir", "Syahrir", "Sahrir"]);
        same(&["Noer", "Nur"]);
    }

    #[test]
    fn spellings_of_one_sound_are_one() {
        same(&["Yani", "Iani"]);
        same(&["Susy", "Susi"]);
        same(&["Diyan", "Dian", "DIAN"]);
        same(&["Annisa", "Anisa"]);
        same(&["Aisyah", "Aisah", "Aisha", "Aisya"]);
        same(&["Akhmad", "Ahmad", "Achmad", "Ahmmad"]);
        same(&["Khoirul", "Choirul", "Hoirul"]);
        same(&["Chandra", "Candra"]);
        same(&["Chintya", "Cintia"]);
        same(&["Christin", "Kristin"]);
        same(&["Budhi", "Budi"]);
        same(&["Thoha", "Toha"]);
        same(&["Arif", "Arip", "Ariv"]);
        same(&["Stephani", "Stefani"]);
        same(&["Zaenal", "Jaenal", "Zainal"]);
        same(&["Reza", "Reja"]);
        same(&["Rizky", "Riski", "Rizqi"]);
        same(&["Aziz", "Azis", "Azizz"]);
        same(&["Dzaki", "Zaki"]);
        same(&["Utsman", "Usman"]);
        same(&["Saeful", "Saiful"]);
        same(&["Fatimah", "Fatima", "Fathimah"]);
        same(&["Ricky", "Riki"]);
        same(&["Nur'aini", "Nuraini", "Nuraeni", "Nur\u{2019}aini"]);
        same(&["Ren\u{E9}e", "Renee"]);
    }

    #[test]
    fn muhamad_has_many_forms() {
        same(&["Muhamad", "Muhammad", "Mohamad", "Mochammad", "Muchamad", "Moh.", "Muh", "Moch", "Mohd", "Mohamed"]);
        assert!(fold_words("Muhammad").starts_with(&fold_words("moham")));
    }

    #[test]
    fn different_names_stay_apart() {
        apart("Joko", "Yoko");
        apart("Toto", "Tutu");
        apart("Dita", "Tita");
        apart("Sari", "Jari");
        apart("Panji", "Pani");
        apart("Nuh", "Nu");
    }

    #[test]
    fn titles_in_front_and_degrees_behind_fall_away() {
        let rekaan = fold_name("Rekaan");
        for name in ["H. Rekaan", "Hj. Rekaan", "Ny. Rekaan", "Tn Rekaan", "dr. Rekaan", "Bu Rekaan", "Bapak H. Rekaan"]
        {
            assert_eq!(fold_name(name), rekaan, "{name}");
        }
        assert_eq!(fold_name("Rekaan, S.Pd., M.Si"), rekaan);
        assert_eq!(fold_name("Drs. H. Rekaan, MM"), rekaan);
        assert_eq!(fold_name("Rekaan Mas"), "rekan mas");
        assert_eq!(fold_name("Bu"), "bu");
        assert_eq!(fold_name("H. Bu"), "bu");
        assert_eq!(fold_name(", S.Pd"), "s pd");
        assert_eq!(fold_name(""), "");
    }

    #[test]
    fn letters_know_where_they_came_from() {
        let text = "\u{C9}va Soetjipto";
        let words = words(text);
        let (start, end) = words[1].find_folded("sucip").unwrap();
        assert_eq!(&text[start..end], "Soetjip");
        let (start, end) = words[0].find_plain("ev").unwrap();
        assert_eq!(&text[start..end], "\u{C9}v");
        assert_eq!(words[0].find_plain(""), None);
        assert_eq!(words[0].find_plain("evaa"), None);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "[A-Za-z' .,-]{0,40}") {
            let (all, name) = (fold_words(&text), fold_name(&text));
            prop_assert_eq!(fold_words(&all), all);
            prop_assert_eq!(fold_name(&name), name);
        }

        #[test]
        fn any_text_can_be_folded(text in "\\PC{0,30}") {
            let all = fold_words(&text);
            prop_assert_eq!(fold_words(&all), all);
            prop_assert_eq!(clean_name(&clean_name(&text)), clean_name(&text));
        }

        #[test]
        fn old_spelling_letters_fold_idempotently(text in "[oedtjnyshckzfpaigbm]{1,14}") {
            let folded = fold_words(&text);
            prop_assert_eq!(fold_words(&folded), folded);
        }

        #[test]
        fn sources_lie_in_the_text(text in "\\PC{0,30}") {
            for word in words(&text) {
                if let Some((start, end)) = word.find_folded(&word.folded()) {
                    prop_assert!(text.get(start..end).is_some());
                }
            }
        }
    }
}
