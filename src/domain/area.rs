//! The official area list: provinces and kabupaten in one file, kecamatan and desa in one file a kabupaten.
//!
//! `tools/areas.py` writes the files and describes their format. A file is taken whole or refused
//! whole, with the reason: half a list would make a kader believe that her desa does not exist.
//! Where the files come from is not known here; read [`AreaIndex::parse`] first.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::order;

const FORMAT: &str = "posyandu-wilayah 1";
const NAME_MAX: usize = 80;

/// Code of a kabupaten or kota: four digits, the first two of its province.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KabupatenCode(u16);

/// Code of a desa or kelurahan: ten digits, the first six of its kecamatan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DesaCode(u64);

/// All provinces and kabupaten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaIndex {
    edition: String,
    kabupaten: Vec<Kabupaten>,
}

/// A kabupaten or kota and its province.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kabupaten {
    /// Its code.
    pub code: KabupatenCode,
    /// `Kabupaten Bogor`.
    pub name: String,
    /// `Jawa Barat`.
    pub province: String,
}

/// One kabupaten with all its desa.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KabupatenAreas {
    /// Its code.
    pub code: KabupatenCode,
    /// Its name.
    pub name: String,
    /// Its desa and kelurahan, by code.
    pub desa: Vec<Desa>,
}

/// A desa or kelurahan and its kecamatan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desa {
    /// Its code.
    pub code: DesaCode,
    /// `Pondok Rajeg`.
    pub name: String,
    /// `Cibinong`.
    pub kecamatan: String,
}

/// Where something is: codes when it was found in the list, names always.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tempat {
    /// Ten digits without dots, four when only the kabupaten is known, or none.
    pub kode: String,
    /// Desa or kelurahan.
    pub desa: String,
    /// Kecamatan.
    pub kecamatan: String,
    /// Kabupaten or kota.
    pub kabupaten: String,
    /// Provinsi.
    pub provinsi: String,
}

impl Tempat {
    /// Whether the desa was found in the list.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        DesaCode::parse(&self.kode).is_some()
    }
}

/// Why a file of the list is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// Bytes that are no text.
    #[error("the file is not UTF-8")]
    NotText,
    /// Another format, or a later one.
    #[error("the file does not begin as a list of areas")]
    Format,
    /// The file of another kabupaten.
    #[error("the file is for kabupaten {found}, not {wanted}")]
    OtherKabupaten {
        /// Asked for.
        wanted: KabupatenCode,
        /// Found.
        found: KabupatenCode,
    },
    /// A line that is not as described.
    #[error("line {0} is not an area")]
    Line(usize),
    /// A code that is not greater than the one before.
    #[error("line {0} is out of order")]
    Order(usize),
    /// The file ends early, or goes on after its end.
    #[error("the file is not whole")]
    NotWhole,
}

impl KabupatenCode {
    /// From four digits, with or without the dot.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.replace('.', "");
        let value = (digits.len() == 4).then(|| number(&digits)).flatten()?;
        u16::try_from(value).ok().filter(|it| (1100..=9999).contains(it)).map(Self)
    }

    /// The code of its province, two digits.
    #[must_use]
    pub fn province(self) -> u8 {
        u8::try_from(self.0 / 100).unwrap_or_default()
    }
}

impl fmt::Display for KabupatenCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}", self.0)
    }
}

impl DesaCode {
    /// From ten digits, with or without the dots.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.replace('.', "");
        let value = (digits.len() == 10).then(|| number(&digits)).flatten()?;
        (value >= 1_100_000_000).then_some(Self(value))
    }

    /// The kabupaten it lies in.
    #[must_use]
    pub fn kabupaten(self) -> KabupatenCode {
        KabupatenCode(u16::try_from(self.0 / 1_000_000).unwrap_or_default())
    }

    /// The six digits of its kecamatan.
    #[must_use]
    pub fn kecamatan(self) -> u32 {
        u32::try_from(self.0 / 10_000).unwrap_or_default()
    }
}

impl fmt::Display for DesaCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:010}", self.0)
    }
}

impl AreaIndex {
    /// Reads `index.txt`.
    pub fn parse(bytes: &[u8]) -> Result<Self, AreaError> {
        let (edition, lines) = open(bytes)?;
        if edition.is_empty() || !edition.bytes().all(|it| it.is_ascii_alphanumeric()) {
            return Err(AreaError::Format);
        }
        let mut kabupaten: Vec<Kabupaten> = Vec::new();
        let mut province: Option<(u16, String)> = None;
        for (at, line) in lines {
            let (code, name) = area_line(line).ok_or(AreaError::Line(at))?;
            if let Some(code) = code.strip_prefix('P') {
                let code = digits::<2>(code).ok_or(AreaError::Line(at))?;
                if province.as_ref().is_some_and(|(before, _)| code <= u64::from(*before)) {
                    return Err(AreaError::Order(at));
                }
                province = Some((u16::try_from(code).unwrap_or_default(), name.to_owned()));
            } else {
                let (province_code, province) = province.as_ref().ok_or(AreaError::Line(at))?;
                let code = digits::<2>(code).ok_or(AreaError::Line(at))?;
                let code = KabupatenCode(province_code * 100 + u16::try_from(code).unwrap_or_default());
                if kabupaten.last().is_some_and(|before| before.code >= code) {
                    return Err(AreaError::Order(at));
                }
                kabupaten.push(Kabupaten { code, name: name.to_owned(), province: province.clone() });
            }
        }
        if kabupaten.is_empty() {
            Err(AreaError::NotWhole)
        } else {
            Ok(Self { edition: edition.to_owned(), kabupaten })
        }
    }

    /// All kabupaten, by code.
    #[must_use]
    pub fn kabupaten(&self) -> &[Kabupaten] {
        &self.kabupaten
    }

    /// The kabupaten of this code.
    #[must_use]
    pub fn get(&self, code: KabupatenCode) -> Option<&Kabupaten> {
        let at = self.kabupaten.binary_search_by_key(&code, |it| it.code).ok()?;
        self.kabupaten.get(at)
    }

    /// Where the file of a kabupaten lies, from the app's root.
    #[must_use]
    pub fn path(&self, code: KabupatenCode) -> String {
        format!("/wilayah/{}/{code}.txt", self.edition)
    }

    /// The one that was typed whole, with "Kabupaten" or "Kota" wherever there are both.
    #[must_use]
    pub fn named(&self, typed: &str) -> Option<&Kabupaten> {
        let typed = words(typed);
        let is_typed = |own: &[String]| !own.is_empty() && own.concat() == typed.concat();
        let whole = only(self.kabupaten.iter().filter(|it| is_typed(&words(&it.name))));
        whole
            .or_else(|| only(self.kabupaten.iter().filter(|it| is_typed(words(&it.name).get(1..).unwrap_or_default()))))
    }

    /// What may be meant by the words typed so far, best first.
    #[must_use]
    pub fn find(&self, typed: &str, limit: usize) -> Vec<&Kabupaten> {
        find(&self.kabupaten, typed, limit, |it| (&it.name, &it.province))
    }
}

impl KabupatenAreas {
    /// Reads the file of the kabupaten `wanted`.
    pub fn parse(bytes: &[u8], wanted: KabupatenCode) -> Result<Self, AreaError> {
        let (head, lines) = open(bytes)?;
        let mut head = head.splitn(3, ' ').skip(1);
        let code = head.next().and_then(KabupatenCode::parse).ok_or(AreaError::Format)?;
        let name = head.next().filter(|it| is_name(it)).ok_or(AreaError::Format)?.to_owned();
        if code != wanted {
            return Err(AreaError::OtherKabupaten { wanted, found: code });
        }
        let mut desa: Vec<Desa> = Vec::new();
        let mut kecamatan: Option<(u64, &str)> = None;
        let mut number: Option<u64> = None;
        for (at, line) in lines {
            let (code_text, name) = area_line(line).ok_or(AreaError::Line(at))?;
            if let Some(digit_text) = code_text.strip_prefix('K') {
                let own = digits::<2>(digit_text).ok_or(AreaError::Line(at))?;
                let own = u64::from(code.0) * 100 + own;
                if kecamatan.is_some_and(|(before, _)| own <= before) {
                    return Err(AreaError::Order(at));
                }
                (kecamatan, number) = (Some((own, name)), None);
            } else {
                let (kecamatan_code, kecamatan) = kecamatan.ok_or(AreaError::Line(at))?;
                let own = match (code_text, number) {
                    ("", Some(before)) if before < 9999 => before + 1,
                    (text, before) => {
                        let own = digits::<4>(text).ok_or(AreaError::Line(at))?;
                        if before.is_some_and(|before| own <= before) {
                            return Err(AreaError::Order(at));
                        }
                        own
                    }
                };
                number = Some(own);
                let code = DesaCode(kecamatan_code * 10_000 + own);
                desa.push(Desa { code, name: name.to_owned(), kecamatan: kecamatan.to_owned() });
            }
        }
        if desa.is_empty() { Err(AreaError::NotWhole) } else { Ok(Self { code, name, desa }) }
    }

    /// The desa of this code.
    #[must_use]
    pub fn get(&self, code: DesaCode) -> Option<&Desa> {
        let at = self.desa.binary_search_by_key(&code, |it| it.code).ok()?;
        self.desa.get(at)
    }

    /// The only desa of this name, in this kecamatan if that was typed too.
    #[must_use]
    pub fn named(&self, desa: &str, kecamatan: &str) -> Option<&Desa> {
        let (desa, kecamatan) = (words(desa).concat(), words(kecamatan).concat());
        let is_there = |it: &&Desa| kecamatan.is_empty() || words(&it.kecamatan).concat() == kecamatan;
        only(self.desa.iter().filter(|it| words(&it.name).concat() == desa).filter(is_there))
    }

    /// What may be meant by the words typed so far, best first; the kecamatan may be among them.
    #[must_use]
    pub fn find(&self, typed: &str, limit: usize) -> Vec<&Desa> {
        find(&self.desa, typed, limit, |it| (&it.name, &it.kecamatan))
    }
}

/// Checks the first and the last line; gives the rest of the first, and the lines between with their numbers.
fn open(bytes: &[u8]) -> Result<(&str, impl Iterator<Item = (usize, &str)>), AreaError> {
    let text = std::str::from_utf8(bytes).map_err(|_| AreaError::NotText)?;
    let head = text.strip_prefix(FORMAT).and_then(|it| it.strip_prefix(' ')).ok_or(AreaError::Format)?;
    let (head, body) = head.split_once('\n').ok_or(AreaError::NotWhole)?;
    let body = body.strip_suffix('\n').ok_or(AreaError::NotWhole)?;
    let (body, last) = body.rsplit_once('\n').ok_or(AreaError::NotWhole)?;
    let told = last.strip_prefix("= ").and_then(number).ok_or(AreaError::NotWhole)?;
    let found = body.split('\n').count() + 1;
    if usize::try_from(told) == Ok(found) { Ok((head, (2..).zip(body.split('\n')))) } else { Err(AreaError::NotWhole) }
}

fn area_line(line: &str) -> Option<(&str, &str)> {
    line.split_once(' ').filter(|(_, name)| is_name(name))
}

fn is_name(text: &str) -> bool {
    (1..=NAME_MAX).contains(&text.len()) && text.trim() == text && !text.contains(char::is_control)
}

fn digits<const COUNT: usize>(text: &str) -> Option<u64> {
    (text.len() == COUNT).then(|| number(text)).flatten()
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let one = found.next()?;
    found.next().is_none().then_some(one)
}

/// Every typed word begins a word of the name or of the area around it, in any order; spaces inside a
/// name may be left out or added ("karang anyar"). Matches of the name alone come first.
fn find<'a, Area>(
    areas: &'a [Area],
    typed: &str,
    limit: usize,
    names: impl Fn(&'a Area) -> (&'a str, &'a str),
) -> Vec<&'a Area> {
    let typed = words(typed);
    if typed.is_empty() {
        return Vec::new();
    }
    let joined = typed.concat();
    let mut found: Vec<(u8, &Area)> = areas
        .iter()
        .filter_map(|area| {
            let (name, around) = names(area);
            let own = words(name);
            let rank = if own.concat().starts_with(&joined) {
                0
            } else if holds(&own, &typed) {
                1
            } else if own
                .iter()
                .enumerate()
                .any(|(at, _)| own.iter().skip(at).cloned().collect::<String>().starts_with(&joined))
            {
                2
            } else if holds(&[own, words(around)].concat(), &typed) {
                3
            } else {
                return None;
            };
            Some((rank, area))
        })
        .collect();
    order::sort_by_key(&mut found, |(rank, _)| *rank);
    found.into_iter().take(limit).map(|(_, area)| area).collect()
}

/// Whether each typed word begins another of the words there; long typed words choose first.
fn holds(there: &[String], typed: &[String]) -> bool {
    let mut free: Vec<&String> = there.iter().collect();
    let mut typed: Vec<&String> = typed.iter().collect();
    order::sort_by_key(&mut typed, |it| std::cmp::Reverse(it.len()));
    typed.into_iter().all(|word| match free.iter().position(|it| it.starts_with(word.as_str())) {
        Some(at) => {
            free.remove(at);
            true
        }
        None => false,
    })
}

/// Lower case, split at everything that is neither letter nor digit; an apostrophe joins.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace(['\'', '’'], "")
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INDEX: &str = include_str!("../../public/wilayah/index.txt");
    const BOGOR: &str = include_str!("../../public/wilayah/2025/3201.txt");

    fn bogor() -> KabupatenAreas {
        KabupatenAreas::parse(BOGOR.as_bytes(), KabupatenCode(3201)).unwrap()
    }

    #[test]
    fn reads_all_provinces_and_kabupaten() {
        let index = AreaIndex::parse(INDEX.as_bytes()).unwrap();
        // Kepmendagri 300.2.2-2138/2025: 38 provinces, 514 kabupaten and kota.
        assert_eq!(index.kabupaten().len(), 514);
        let provinces: std::collections::BTreeSet<_> = index.kabupaten().iter().map(|it| it.code.province()).collect();
        assert_eq!(provinces.len(), 38);
        let bogor = index.get(KabupatenCode::parse("32.01").unwrap()).unwrap();
        assert_eq!((bogor.name.as_str(), bogor.province.as_str()), ("Kabupaten Bogor", "Jawa Barat"));
        assert_eq!(index.path(bogor.code), "/wilayah/2025/3201.txt");
    }

    #[test]
    fn every_file_of_the_list_is_read_and_nothing_is_lost() {
        let index = AreaIndex::parse(INDEX.as_bytes()).unwrap();
        let mut desa = 0;
        for kabupaten in index.kabupaten() {
            let path = format!("{}/public{}", env!("CARGO_MANIFEST_DIR"), index.path(kabupaten.code));
            let areas = KabupatenAreas::parse(&std::fs::read(path).unwrap(), kabupaten.code).unwrap();
            assert_eq!(areas.name, kabupaten.name);
            assert!(areas.desa.iter().all(|it| it.code.kabupaten() == kabupaten.code));
            desa += areas.desa.len();
        }
        assert_eq!(desa, 83_762);
    }

    #[test]
    fn codes_that_are_left_out_count_up() {
        let areas = bogor();
        let third = areas.get(DesaCode::parse("32.01.01.1003").unwrap()).unwrap();
        assert_eq!((third.name.as_str(), third.kecamatan.as_str()), ("Harapanjaya", "Cibinong"));
        assert_eq!(third.code.to_string(), "3201011003");
        assert_eq!(third.code.kecamatan(), 320_101);
    }

    #[test]
    fn what_was_typed_whole_is_found_unless_there_are_two() {
        let index = AreaIndex::parse(INDEX.as_bytes()).unwrap();
        let named = |typed: &str| index.named(typed).map(|it| it.name.clone());
        assert_eq!(named("kabupaten bogor").as_deref(), Some("Kabupaten Bogor"));
        assert_eq!(named("Karang anyar").as_deref(), Some("Kabupaten Karanganyar"));
        assert_eq!(named("Bogor"), None, "a kabupaten and a kota");
        assert_eq!([named(""), named("Kota"), named("Kabupaten Umpama")], [None, None, None]);
        let areas = bogor();
        let named = |desa, kecamatan| areas.named(desa, kecamatan).map(|it| it.code.to_string());
        assert_eq!(named("harapan jaya", "").as_deref(), Some("3201011003"));
        assert_eq!(named("Harapanjaya", "Cibinong").as_deref(), Some("3201011003"));
        assert_eq!(named("Harapanjaya", "Umpama"), None);
        assert_eq!(named("", ""), None);
    }

    #[test]
    fn finds_by_beginnings_in_any_order() {
        let index = AreaIndex::parse(INDEX.as_bytes()).unwrap();
        let first = |typed: &str| index.find(typed, 5).first().map(|it| it.name.clone());
        assert_eq!(first("bogor kab").as_deref(), Some("Kabupaten Bogor"));
        assert_eq!(first("KOTA BOG").as_deref(), Some("Kota Bogor"));
        assert_eq!(first("karang anyar").as_deref(), Some("Kabupaten Karanganyar"));
        assert_eq!(first("barat bogor kota jawa").as_deref(), Some("Kota Bogor"));
        assert_eq!(first("ogor"), None);
        assert_eq!(first("  ., "), None);
        assert_eq!(index.find("kota", 3).len(), 3);

        let areas = bogor();
        let names = |typed: &str| areas.find(typed, 9).iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        assert_eq!(names("rajeg pon"), ["Pondok Rajeg"]);
        assert_eq!(names("pondokraj"), ["Pondok Rajeg"]);
        assert_eq!(names("nanggewer cibi"), ["Nanggewer", "Nanggewer Mekar"]);
        // One typed word cannot stand for two.
        assert_eq!(names("rajeg rajeg"), Vec::<String>::new());
    }

    #[test]
    fn a_bad_file_is_refused_whole_with_the_reason() {
        let refuse = |text: &str| AreaIndex::parse(text.as_bytes()).unwrap_err();
        assert_eq!(AreaIndex::parse(b"\xff\xfe").unwrap_err(), AreaError::NotText);
        assert_eq!(refuse(""), AreaError::Format);
        assert_eq!(refuse("<!doctype html>"), AreaError::Format);
        assert_eq!(refuse("posyandu-wilayah 2 2025\nP11 Aceh\n= 2\n"), AreaError::Format);
        assert_eq!(refuse("posyandu-wilayah 1 ../x\nP11 Aceh\n01 A\n= 3\n"), AreaError::Format);
        assert_eq!(refuse("posyandu-wilayah 1 2025\nP11 Aceh\n01 A\n= 4\n"), AreaError::NotWhole);
        assert_eq!(refuse("posyandu-wilayah 1 2025\nP11 Aceh\n= 2\n"), AreaError::NotWhole);
        assert_eq!(refuse("posyandu-wilayah 1 2025\nP11 Aceh\n01 A\n= 3\nmore"), AreaError::NotWhole);
        assert_eq!(refuse("posyandu-wilayah 1 2025\n01 A\n= 2\n"), AreaError::Line(2));
        assert_eq!(refuse("posyandu-wilayah 1 2025\nP11 Aceh\n1 A\n= 3\n"), AreaError::Line(3));
        assert_eq!(refuse("posyandu-wilayah 1 2025\nP11 Aceh\n01 \n= 3\n"), AreaError::Line(3));
        assert_eq!(refuse("posyandu-wilayah 1 2025\nP11 Aceh\n02 A\n01 B\n= 4\n"), AreaError::Order(4));

        let code = KabupatenCode(3201);
        let refuse = |text: &str| KabupatenAreas::parse(text.as_bytes(), code).unwrap_err();
        assert_eq!(
            refuse("posyandu-wilayah 1 2025 3202 X\nK01 A\n1001 B\n= 3\n"),
            AreaError::OtherKabupaten { wanted: code, found: KabupatenCode(3202) }
        );
        assert_eq!(refuse("posyandu-wilayah 1 2025 3201 X\nK01 A\n B\n= 3\n"), AreaError::Line(3));
        assert_eq!(refuse("posyandu-wilayah 1 2025 3201 X\nK01 A\n1002 B\n1002 C\n= 4\n"), AreaError::Order(4));
        assert_eq!(refuse("posyandu-wilayah 1 2025 3201 X\nK01 A\n9999 B\n C\n= 4\n"), AreaError::Line(4));
        assert_eq!(refuse("posyandu-wilayah 1 2025 3201\nK01 A\n1001 B\n= 3\n"), AreaError::Format);
    }

    proptest! {
        #[test]
        fn a_file_cut_anywhere_is_refused(at in 0..BOGOR.len()) {
            let cut = BOGOR.as_bytes().get(..at).unwrap();
            prop_assert!(KabupatenAreas::parse(cut, KabupatenCode(3201)).is_err());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = [b"posyandu-wilayah 1 2025\n".as_slice(), &bytes].concat();
            let _ = AreaIndex::parse(&text);
            let _ = KabupatenAreas::parse(&text, KabupatenCode(3201));
        }
    }
}
