//! A person and a family as typed, judged field by field.
//!
//! The texts are what the fields hold; [`check_person`] and [`check_family`] turn them into registers or
//! say what is wrong. Field names are ids of the inputs. What needs the book (whether a NIK is taken,
//! whether she is registered already) is asked in [`crate::domain::intent::warga`].

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::kept::{Kept, Member};
use super::{FieldError, Problem, Unit};
use crate::domain::aduan::consent::ConsentMethod;
use crate::domain::book::Shelf;
use crate::domain::calendar::{Age, DateError, parse_date};
use crate::domain::duplicates::{Comparable, KnownBirth};
use crate::domain::json::{Map, Value, object};
use crate::domain::names::{clean_name, name_words, parse_name};
use crate::domain::nik::{ClaimedBirth, Nik, NikDoubt, NoKk};
use crate::domain::number::{DecimalFormat, Decimals, format_for_edit, parse_decimal};
use crate::domain::phone::Phone;
use crate::domain::sasaran::{Alamat, Birth, Keluarga, Sasaran, Sex, Status, date_value};

/// Below this age only an exact birth date will do.
pub const EXACT_BELOW_YEARS: u32 = 6;
/// From this age marriage is asked.
pub const MARRIAGE_FROM_YEARS: u32 = 15;
/// Below this age birth weight and length are asked.
pub const BIRTH_SIZE_BELOW_YEARS: u32 = 5;
/// The value of [`PersonText::keluarga`] for a family that is registered along with her.
pub const NEW_FAMILY: &str = "baru";
/// The value of [`PersonText::lahir_cara`] when only the year is known.
pub const ONLY_YEAR: &str = "tahun";
/// The value of [`PersonText::setuju`] of a refusal.
pub const REFUSES: &str = "tidak";
/// The sentence that is agreed to; a changed sentence gets another name.
pub const CONSENT_VERSION: &str = "warga-catat-1";

/// Why there is no NIK.
pub const NO_NIK: [&str; 4] = ["bayi_baru", "belum_terbit", "tidak_dibawa", "tidak_punya"];
/// Relation to the head of the family, as the household form lists them.
pub const RELATIONS: [&str; 10] =
    ["kepala_keluarga", "istri", "suami", "anak", "menantu", "cucu", "orang_tua", "mertua", "famili_lain", "lainnya"];
/// Marriage, as the household form lists it.
pub const MARRIAGES: [&str; 4] = ["belum_kawin", "kawin", "cerai_hidup", "cerai_mati"];

/// Grams a newborn can weigh.
const BIRTH_WEIGHT_G: std::ops::RangeInclusive<u32> = 400..=7000;
/// Millimetres a newborn can be long.
const BIRTH_LENGTH_MM: std::ops::RangeInclusive<u32> = 200..=650;
const KG: DecimalFormat = DecimalFormat { scale: 3, max_decimals: 3 };
const CM: DecimalFormat = DecimalFormat { scale: 1, max_decimals: 1 };

/// What the fields about a person hold, and what she said to our questions.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonText {
    /// Name.
    pub nama: String,
    /// `L` or `P`.
    pub kelamin: String,
    /// `tahun` when only the year is known; anything else is an exact date.
    pub lahir_cara: String,
    /// Birth date.
    pub lahir: String,
    /// Birth year.
    pub tahun: String,
    /// NIK.
    pub nik: String,
    /// Why there is none.
    pub alasan: String,
    /// Mother's name.
    pub ibu: String,
    /// Family id, or [`NEW_FAMILY`].
    pub keluarga: String,
    /// Relation to the head.
    pub hubungan: String,
    /// Marriage.
    pub kawin: String,
    /// Birth weight, kilograms.
    pub bb_lahir: String,
    /// Birth length, centimetres.
    pub pb_lahir: String,
    /// How consent was given, or [`REFUSES`].
    pub setuju: String,
    /// Who saw it.
    pub saksi: String,
    /// The family registered along with her.
    pub rumah: FamilyText,
    /// The NIK of which she said "simpan saja".
    pub nik_biar: String,
    /// Ids of those of whom she said "bukan, orang lain".
    pub bukan: Vec<String>,
}

/// What the fields about a family hold.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FamilyText {
    /// Head of the family.
    pub kepala: String,
    /// RT.
    pub rt: String,
    /// RW.
    pub rw: String,
    /// Dusun.
    pub dusun: String,
    /// Landmark.
    pub patokan: String,
    /// Number of the family card.
    pub no_kk: String,
    /// Telephone.
    pub hp: String,
}

/// A person judged: her registers, and the family to be registered along, if any.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonFacts {
    /// Birth.
    pub lahir: Birth,
    /// NIK.
    pub nik: Option<Nik>,
    /// Registers; a blank one is null.
    pub registers: Map,
    /// Registers of a new family.
    pub rumah: Option<Map>,
}

/// Judges a person. `asks_consent` is false where it was given before.
///
/// # Errors
/// Every field to look at again, in the order of the form.
pub fn check_person(text: &PersonText, asks_consent: bool, today: NaiveDate) -> Result<PersonFacts, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, problem: Problem| errors.push(FieldError::new(field, problem));
    if let Err(error) = parse_name(&text.nama) {
        wrong("nama", Problem::Name(error));
    }
    let sex = Sex::from_code(&text.kelamin);
    if sex.is_none() {
        wrong("kelamin", Problem::Missing);
    }
    let lahir = birth(text, today);
    if let Err(problem) = &lahir {
        wrong(birth_field(text), problem.clone());
    }
    let lahir = lahir.ok();
    let nik = match text.nik.trim() {
        "" => None,
        typed => match Nik::parse(typed) {
            Ok(nik) => Some(nik),
            Err(error) => {
                wrong("nik", Problem::Sixteen(error));
                None
            }
        },
    };
    if let Some(doubt) = nik_doubts(text, today).first() {
        wrong("nik", Problem::NikDoubt(*doubt));
    }
    if text.nik.trim().is_empty() && text.alasan.is_empty() {
        wrong("alasan", Problem::Missing);
    }
    let age = lahir.and_then(|it| Age::on(it.on, today));
    if let Some(problem) = optional_name(&text.ibu) {
        wrong("ibu", problem);
    }
    if asks_birth_size(age) {
        if let Err(problem) = size(&text.bb_lahir, KG, BIRTH_WEIGHT_G, Unit::Kg) {
            wrong("bb-lahir", problem);
        }
        if let Err(problem) = size(&text.pb_lahir, CM, BIRTH_LENGTH_MM, Unit::Cm) {
            wrong("pb-lahir", problem);
        }
    }
    if asks_marriage(age) && text.kawin.is_empty() {
        wrong("kawin", Problem::Missing);
    }
    if text.keluarga.is_empty() {
        wrong("keluarga", Problem::Missing);
    }
    if text.hubungan.is_empty() {
        wrong("hubungan", Problem::Missing);
    }
    let rumah = (text.keluarga == NEW_FAMILY).then(|| check_family(&rumah_of(text)));
    if let Some(Err(family)) = &rumah {
        errors.extend(family.iter().cloned());
    }
    if asks_consent {
        errors.extend(check_consent(text));
    }
    match (lahir, errors.is_empty()) {
        (Some(lahir), true) => {
            let rumah = rumah.and_then(Result::ok);
            Ok(PersonFacts { lahir, nik, registers: person_registers(text, today), rumah })
        }
        _ => Err(errors),
    }
}

/// Judges a family.
///
/// # Errors
/// Every field to look at again.
pub fn check_family(text: &FamilyText) -> Result<Map, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, problem: Problem| errors.push(FieldError::new(field, problem));
    if let Err(error) = parse_name(&text.kepala) {
        wrong("nama-kepala", Problem::Name(error));
    }
    let place = [&text.rt, &text.dusun, &text.patokan];
    if place.iter().all(|it| it.trim().is_empty()) {
        wrong("rt", Problem::Missing);
    }
    for (field, typed) in [("rt", &text.rt), ("rw", &text.rw)] {
        if rt(typed).is_none() {
            wrong(field, Problem::RtRw);
        }
    }
    for (field, typed) in [("dusun", &text.dusun), ("patokan", &text.patokan)] {
        if typed.chars().count() > 100 {
            wrong(field, Problem::TooLong { most: 100 });
        }
    }
    if !text.no_kk.trim().is_empty()
        && let Err(error) = NoKk::parse(&text.no_kk)
    {
        wrong("no-kk", Problem::Sixteen(error));
    }
    if !text.hp.trim().is_empty()
        && let Err(error) = Phone::parse(&text.hp)
    {
        wrong("no-hp", Problem::Phone(error));
    }
    if errors.is_empty() { Ok(family_registers(text)) } else { Err(errors) }
}

fn check_consent(text: &PersonText) -> Option<FieldError> {
    match text.setuju.as_str() {
        "" => Some(FieldError::new("setuju", Problem::Missing)),
        REFUSES => Some(FieldError::new("setuju", Problem::NoConsent)),
        method if is_spoken(method) && text.saksi.trim().is_empty() => Some(FieldError::new("saksi", Problem::Missing)),
        _ => None,
    }
}

/// Spoken consent needs somebody who heard it.
#[must_use]
pub fn is_spoken(method: &str) -> bool {
    method == ConsentMethod::LisanDisaksikan.code()
}

/// Judges a date from which a status holds.
///
/// # Errors
/// What is wrong with it.
pub fn check_since(typed: &str, born_on: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let since = parse_date(typed, today).map_err(Problem::Date)?;
    match born_on {
        Some(than) if since < than => Err(Problem::Before { than }),
        _ => Ok(since),
    }
}

/// The age that the typed birth gives, if it gives one.
#[must_use]
pub fn typed_age(text: &PersonText, today: NaiveDate) -> Option<Age> {
    birth(text, today).ok().and_then(|it| Age::on(it.on, today))
}

/// Judges day and name of a withdrawal of the consent that was given on a day, and makes its register.
///
/// # Errors
/// Every field to look at again.
pub fn check_withdrawal(
    tanggal: &str,
    oleh: &str,
    given_on: NaiveDate,
    today: NaiveDate,
) -> Result<(NaiveDate, Value), Vec<FieldError>> {
    let on = check_since(tanggal, Some(given_on), today).map_err(|it| FieldError::new("tanggal", it));
    let who = parse_name(oleh).map_err(|it| FieldError::new("oleh", Problem::Name(it)));
    match (on, who) {
        (Ok(on), Ok(who)) => {
            let members = object([("catat", false.into()), ("dicabut", date_value(on)), ("oleh", who.into())]);
            Ok((on, members.into()))
        }
        (on, who) => Err([on.err(), who.err()].into_iter().flatten().collect()),
    }
}

/// Whether birth weight and length are asked.
#[must_use]
pub fn asks_birth_size(age: Option<Age>) -> bool {
    age.is_some_and(|it| it.years() < BIRTH_SIZE_BELOW_YEARS)
}

/// Whether marriage is asked.
#[must_use]
pub fn asks_marriage(age: Option<Age>) -> bool {
    age.is_some_and(|it| it.years() >= MARRIAGE_FROM_YEARS)
}

/// Where the typed NIK and the typed birth or sex differ, unless she said to leave it.
#[must_use]
pub fn nik_doubts(text: &PersonText, today: NaiveDate) -> Vec<NikDoubt> {
    let Ok(nik) = Nik::parse(&text.nik) else { return Vec::new() };
    if Nik::parse(&text.nik_biar) == Ok(nik) {
        return Vec::new();
    }
    let exact = birth(text, today).ok().filter(|it| !it.is_estimate).map(|it| it.on);
    nik.doubts(exact, Sex::from_code(&text.kelamin))
}

/// What a NIK can fill in: what is blank, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NikOffer {
    /// Birth, while neither date nor year is typed.
    pub lahir: Option<NaiveDate>,
    /// Sex, while none is chosen.
    pub kelamin: Option<Sex>,
}

/// What the typed NIK says of what is still blank; two offers where both centuries give an age that people have.
#[must_use]
pub fn nik_offers(text: &PersonText, today: NaiveDate) -> Vec<NikOffer> {
    let Ok(nik) = Nik::parse(&text.nik) else { return Vec::new() };
    let claims = nik.claims(today);
    let births = match claims.birth {
        _ if ![&text.lahir, &text.tahun].iter().all(|it| it.trim().is_empty()) => vec![None],
        ClaimedBirth::Impossible => vec![None],
        ClaimedBirth::Certain(date) => vec![Some(date)],
        ClaimedBirth::Either { earlier, later } => vec![Some(later), Some(earlier)],
    };
    let kelamin = claims.sex.filter(|_| text.kelamin.is_empty());
    let offers = births.into_iter().map(|lahir| NikOffer { lahir, kelamin });
    offers.filter(|it| it.lahir.is_some() || it.kelamin.is_some()).collect()
}

/// A person half typed, ready for finding out whether she is registered already; `None` while there is
/// too little to compare.
#[must_use]
pub fn comparable(text: &PersonText, today: NaiveDate) -> Option<Comparable> {
    let nik = Nik::parse(&text.nik).ok();
    if clean_name(&text.nama).chars().count() < 3 && nik.is_none() {
        return None;
    }
    let birth = match birth(text, today) {
        Err(_) => KnownBirth::Unknown,
        Ok(Birth { on, is_estimate: true }) => KnownBirth::AboutYear(on.year()),
        Ok(Birth { on, .. }) => KnownBirth::Exact(on),
    };
    Some(Comparable::new(&text.nama, birth, Sex::from_code(&text.kelamin), &text.ibu, nik))
}

/// Ids of those who may be her and of whom nobody said "orang lain", best first.
#[must_use]
pub fn alike(
    text: &PersonText,
    shelf: &Shelf,
    today: NaiveDate,
) -> Vec<(String, crate::domain::duplicates::Comparison)> {
    let Some(person) = comparable(text, today) else { return Vec::new() };
    let found = shelf.alike(&person, 5 + text.bukan.len()).into_iter();
    found
        .filter(|it| text.bukan.iter().all(|other| other != it.key))
        .map(|it| (it.key.to_owned(), it.comparison))
        .collect()
}

/// Whether a family half typed may be one that is registered: the same No. KK, or the same head at the same address.
#[must_use]
pub fn same_family(typed: &FamilyText, known: &Keluarga) -> bool {
    let no_kk = NoKk::parse(&typed.no_kk).ok();
    if no_kk.is_some() && no_kk == known.no_kk.as_deref().and_then(|it| NoKk::parse(it).ok()) {
        return true;
    }
    let words = |name: &str| -> Vec<String> {
        let mut words: Vec<String> = name_words(name).iter().map(|it| it.folded().to_owned()).collect();
        words.sort_unstable();
        words
    };
    let head = words(&typed.kepala);
    let number = |typed: &str| rt(typed).filter(|it| !it.is_empty());
    let Alamat { rt, rw, dusun, .. } = &known.alamat;
    let is_there = match number(&typed.rt) {
        Some(own) => own == *rt && number(&typed.rw).is_none_or(|own| rw.is_empty() || own == *rw),
        None => !words(&typed.dusun).is_empty() && words(&typed.dusun) == words(dusun),
    };
    !head.is_empty() && is_there && head == words(&known.kepala)
}

/// The registers that differ between two states of a form: what an edit writes.
#[must_use]
pub fn changed(before: &Map, after: Map) -> Map {
    let is_new = |(key, value): &(String, Value)| before.get(key).unwrap_or(&Value::Null) != value;
    after.into_iter().filter(is_new).collect()
}

/// Registers of a person, as far as the texts can be read; a blank or unreadable one is null.
#[must_use]
pub fn person_registers(text: &PersonText, today: NaiveDate) -> Map {
    let lahir = birth(text, today).ok();
    let age = lahir.and_then(|it| Age::on(it.on, today));
    let nik = Nik::parse(&text.nik).ok().map(Nik::digits);
    let alasan = if nik.is_some() { "" } else { text.alasan.as_str() };
    let scaled = |typed: &str, format| parse_decimal(typed, format).ok().map(|it| Value::Int(it.into()));
    let born = lahir.map(|it| {
        let mut members = object([("tanggal", date_value(it.on))]);
        if it.is_estimate {
            members.insert("perkiraan".into(), true.into());
        }
        Value::Object(members)
    });
    let mut registers = object([
        ("nama", said(&clean_name(&text.nama))),
        ("kelamin", said(&text.kelamin)),
        ("lahir", born.unwrap_or_default()),
        ("nik", nik.map(Value::Text).unwrap_or_default()),
        ("alasan_tanpa_nik", said(alasan)),
        ("ibu", said(&clean_name(&text.ibu))),
        ("hubungan", said(&text.hubungan)),
        ("status_kawin", if asks_marriage(age) { said(&text.kawin) } else { Value::Null }),
        ("bb_lahir_g", scaled(&text.bb_lahir, KG).unwrap_or_default()),
        ("pb_lahir_mm", scaled(&text.pb_lahir, CM).unwrap_or_default()),
    ]);
    if text.keluarga != NEW_FAMILY {
        registers.insert("keluarga".into(), said(&text.keluarga));
    }
    registers
}

/// The consent register.
#[must_use]
pub fn consent_register(text: &PersonText) -> Value {
    let mut members =
        object([("catat", true.into()), ("versi", CONSENT_VERSION.into()), ("cara", text.setuju.as_str().into())]);
    if is_spoken(&text.setuju) {
        members.insert("saksi".into(), clean_name(&text.saksi).into());
    }
    Value::Object(members)
}

/// Registers of a family; a blank one is null.
#[must_use]
pub fn family_registers(text: &FamilyText) -> Map {
    let alamat = Alamat {
        dusun: clean_name(&text.dusun),
        rt: rt(&text.rt).unwrap_or_default(),
        rw: rt(&text.rw).unwrap_or_default(),
        patokan: clean_name(&text.patokan),
    };
    object([
        ("kepala", said(&clean_name(&text.kepala))),
        ("alamat", alamat.to_value()),
        ("no_kk", NoKk::parse(&text.no_kk).map(|it| Value::Text(it.digits())).unwrap_or_default()),
        ("hp", Phone::parse(&text.hp).map(|it| Value::Text(it.international())).unwrap_or_default()),
    ])
}

impl PersonText {
    /// What the search was asked for becomes the beginning of a new person: a NIK, or a name.
    #[must_use]
    pub fn from_search(typed: &str) -> Self {
        let typed = clean_name(typed);
        if Nik::parse(&typed).is_ok() {
            Self { nik: typed, ..Self::default() }
        } else if typed.chars().any(|it| it.is_ascii_digit()) {
            Self::default()
        } else {
            // Searching goes without capitals; names do not.
            let is_small = !typed.chars().any(char::is_uppercase);
            let nama = if is_small { capitalized(&typed) } else { typed };
            Self { nama, ..Self::default() }
        }
    }

    /// The fields filled with what is known.
    #[must_use]
    pub fn of(sasaran: &Sasaran) -> Self {
        let clone = |text: &Option<String>| text.clone().unwrap_or_default();
        let number = |value: Option<i64>, scale| {
            let value = value.and_then(|it| u32::try_from(it).ok());
            value.map(|it| format_for_edit(it, scale, Decimals::Trimmed)).unwrap_or_default()
        };
        let is_estimate = sasaran.lahir.is_some_and(|it| it.is_estimate);
        let day = |it: Birth| format!("{:02}/{:02}/{:04}", it.on.day(), it.on.month(), it.on.year());
        let mut text = Self {
            nama: sasaran.nama.clone(),
            kelamin: sasaran.kelamin.map(|it| it.code().to_owned()).unwrap_or_default(),
            lahir_cara: if is_estimate { ONLY_YEAR.into() } else { "tanggal".into() },
            lahir: sasaran.lahir.filter(|it| !it.is_estimate).map(day).unwrap_or_default(),
            tahun: sasaran.lahir.filter(|it| it.is_estimate).map(|it| it.on.year().to_string()).unwrap_or_default(),
            nik: clone(&sasaran.nik),
            alasan: clone(&sasaran.alasan_tanpa_nik),
            ibu: clone(&sasaran.ibu),
            keluarga: clone(&sasaran.keluarga),
            hubungan: clone(&sasaran.hubungan),
            kawin: clone(&sasaran.status_kawin),
            bb_lahir: number(sasaran.bb_lahir_g, 3),
            pb_lahir: number(sasaran.pb_lahir_mm, 1),
            ..Self::default()
        };
        // Whoever saved it had answered the question.
        text.nik_biar.clone_from(&text.nik);
        text
    }

    /// Whether nothing was typed that would be a pity to lose.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        [&self.nama, &self.lahir, &self.tahun, &self.nik, &self.ibu].iter().all(|it| it.trim().is_empty())
    }
}

impl FamilyText {
    /// The fields filled with what is known.
    #[must_use]
    pub fn of(keluarga: &Keluarga) -> Self {
        let Alamat { dusun, rt, rw, patokan } = keluarga.alamat.clone();
        let hp = keluarga.hp.as_deref().unwrap_or_default();
        Self {
            kepala: keluarga.kepala.clone(),
            rt,
            rw,
            dusun,
            patokan,
            no_kk: keluarga.no_kk.clone().unwrap_or_default(),
            hp: Phone::parse(hp).map_or_else(|_| hp.to_owned(), |it| it.local()),
        }
    }
}

impl Kept for PersonText {
    fn members(&mut self) -> Vec<(&'static str, Member<'_>)> {
        vec![
            ("nama", Member::Text(&mut self.nama)),
            ("kelamin", Member::Text(&mut self.kelamin)),
            ("lahir_cara", Member::Text(&mut self.lahir_cara)),
            ("lahir", Member::Text(&mut self.lahir)),
            ("tahun", Member::Text(&mut self.tahun)),
            ("nik", Member::Text(&mut self.nik)),
            ("alasan", Member::Text(&mut self.alasan)),
            ("ibu", Member::Text(&mut self.ibu)),
            ("keluarga", Member::Text(&mut self.keluarga)),
            ("hubungan", Member::Text(&mut self.hubungan)),
            ("kawin", Member::Text(&mut self.kawin)),
            ("bb_lahir", Member::Text(&mut self.bb_lahir)),
            ("pb_lahir", Member::Text(&mut self.pb_lahir)),
            ("setuju", Member::Text(&mut self.setuju)),
            ("saksi", Member::Text(&mut self.saksi)),
            ("rumah", Member::Part(&mut self.rumah)),
            ("nik_biar", Member::Text(&mut self.nik_biar)),
            ("bukan", Member::Texts(&mut self.bukan)),
        ]
    }

    fn together(&self) -> &'static [&'static str] {
        &["lahir_cara", "lahir", "tahun"]
    }
}

impl Kept for FamilyText {
    fn members(&mut self) -> Vec<(&'static str, Member<'_>)> {
        vec![
            ("kepala", Member::Text(&mut self.kepala)),
            ("rt", Member::Text(&mut self.rt)),
            ("rw", Member::Text(&mut self.rw)),
            ("dusun", Member::Text(&mut self.dusun)),
            ("patokan", Member::Text(&mut self.patokan)),
            ("no_kk", Member::Text(&mut self.no_kk)),
            ("hp", Member::Text(&mut self.hp)),
        ]
    }

    fn together(&self) -> &'static [&'static str] {
        &["rt", "rw", "dusun", "patokan"]
    }
}

fn capitalized(text: &str) -> String {
    let mut begins = true;
    let letter = |letter: char| {
        let letter = if begins { letter.to_uppercase().to_string() } else { letter.to_string() };
        begins = letter.chars().all(char::is_whitespace);
        letter
    };
    text.chars().map(letter).collect()
}

/// The family registered along: whoever heads it need not be typed twice.
fn rumah_of(text: &PersonText) -> FamilyText {
    let mut rumah = text.rumah.clone();
    if rumah.kepala.trim().is_empty() && is_head(&text.hubungan) {
        rumah.kepala.clone_from(&text.nama);
    }
    rumah
}

/// Whether a relation is the head of the family.
#[must_use]
pub fn is_head(hubungan: &str) -> bool {
    matches!(hubungan, "kepala_keluarga" | "kepala")
}

/// Whether a status takes a person off the list of those expected, and so needs its date.
#[must_use]
pub fn needs_since(status: &Status) -> bool {
    !status.is_expected()
}

fn birth_field(text: &PersonText) -> &'static str {
    if text.lahir_cara == ONLY_YEAR { "tahun" } else { "lahir" }
}

/// The typed birth. A year alone is kept as the middle of that year, and only of those who are surely
/// past the age that needs an exact date.
fn birth(text: &PersonText, today: NaiveDate) -> Result<Birth, Problem> {
    if text.lahir_cara != ONLY_YEAR {
        return parse_date(&text.lahir, today).map(|on| Birth { on, is_estimate: false }).map_err(Problem::Date);
    }
    let typed = text.tahun.trim();
    if typed.is_empty() {
        return Err(Problem::Missing);
    }
    let year: i32 = typed.parse().ok().filter(|_| typed.len() == 4).ok_or(Problem::NotAYear)?;
    let on = NaiveDate::from_ymd_opt(year, 7, 1).ok_or(Problem::NotAYear)?;
    let last_day = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(Problem::NotAYear)?;
    if year > today.year() {
        return Err(Problem::Date(DateError::InFuture { date: on }));
    }
    match Age::on(last_day, today) {
        Some(age) if age.years() > crate::domain::calendar::OLDEST_YEARS => {
            Err(Problem::Date(DateError::TooLongAgo { date: on }))
        }
        Some(age) if age.years() >= EXACT_BELOW_YEARS => Ok(Birth { on, is_estimate: true }),
        _ => Err(Problem::NeedsExactDate),
    }
}

fn optional_name(typed: &str) -> Option<Problem> {
    if typed.trim().is_empty() { None } else { parse_name(typed).err().map(Problem::Name) }
}

fn size(typed: &str, format: DecimalFormat, range: std::ops::RangeInclusive<u32>, unit: Unit) -> Result<(), Problem> {
    if typed.trim().is_empty() {
        return Ok(());
    }
    let found = parse_decimal(typed, format).map_err(Problem::Number)?;
    if range.contains(&found) {
        return Ok(());
    }
    Err(Problem::Outside { min: (*range.start()).into(), max: (*range.end()).into(), found: found.into(), unit })
}

/// Three digits; blank stays blank, anything else is none.
fn rt(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(String::new());
    }
    let number: u16 = typed.parse().ok().filter(|it| (1..=999).contains(it))?;
    typed.bytes().all(|it| it.is_ascii_digit()).then(|| format!("{number:03}"))
}

fn said(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::kept;
    use crate::domain::nik::SixteenError;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    #[test]
    fn a_family_is_known_by_its_card_or_by_its_head_and_address() {
        let known = Keluarga {
            id: "f1".into(),
            kepala: "Soekarta Rekaan".into(),
            no_kk: Some("3325010101200001".into()),
            alamat: Alamat { rt: "003".into(), rw: "005".into(), dusun: "Krajan".into(), patokan: String::new() },
            hp: None,
        };
        let check = |kepala: &str, rt: &str, rw: &str, dusun: &str, no_kk: &str, expected: bool| {
            let [kepala, rt, rw, dusun, no_kk] = [kepala, rt, rw, dusun, no_kk].map(str::to_owned);
            let typed = FamilyText { kepala, rt, rw, dusun, no_kk, ..FamilyText::default() };
            assert_eq!(same_family(&typed, &known), expected, "{} {}", typed.kepala, typed.rt);
        };
        check("Umpama", "9", "", "", "3325 0101 0120 0001", true);
        check("Bpk. Rekaan Sukarta", "3", "", "", "", true);
        check("Sukarta Rekaan", "3", "5", "", "3325010101200002", true);
        check("Sukarta Rekaan", "", "", "krajan", "", true);
        check("Sukarta Rekaan", "3", "6", "", "", false);
        check("Sukarta Rekaan", "4", "", "Krajan", "", false);
        check("Sukarta", "3", "", "", "", false);
        check("Sukarta Rekaan", "", "", "", "", false);
        check("", "3", "", "", "", false);
    }

    pub(crate) fn child() -> PersonText {
        PersonText {
            nama: "Damar Rekaan".into(),
            kelamin: "L".into(),
            lahir: "12/12/2025".into(),
            alasan: "bayi_baru".into(),
            ibu: "Wulan Rekaan".into(),
            keluarga: "f1".into(),
            hubungan: "anak".into(),
            setuju: "tanda_tangan".into(),
            ..PersonText::default()
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut PersonText), field: &str, problem: Problem) {
        let mut text = child();
        change(&mut text);
        let errors = check_person(&text, true, today()).unwrap_err();
        assert_eq!(errors, [FieldError::new(field, problem)]);
    }

    #[test]
    fn a_child_with_the_least_that_is_needed_is_taken() {
        let facts = check_person(&child(), true, today()).unwrap();
        assert_eq!(facts.registers["nama"], "Damar Rekaan".into());
        assert_eq!(facts.registers["lahir"].get("tanggal"), Some(&"2025-12-12".into()));
        assert_eq!(facts.registers["nik"], Value::Null);
        assert_eq!(facts.rumah, None);
    }

    #[test]
    fn a_nik_of_15_digits_is_short_of_one() {
        let fifteen = |text: &mut PersonText| text.nik = "332804121225000".into();
        check(fifteen, "nik", Problem::Sixteen(SixteenError::NotSixteen { found: 15 }));
    }

    #[test]
    fn a_birth_date_in_the_future_is_refused() {
        let date = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        check(|text| text.lahir = "1/1/2027".into(), "lahir", Problem::Date(DateError::InFuture { date }));
    }

    #[test]
    fn a_31st_of_february_is_no_day() {
        let problem = Problem::Date(DateError::NoSuchDay { day: 31, month: 2, year: 2026 });
        check(|text| text.lahir = "31/02/2026".into(), "lahir", problem);
    }

    #[test]
    fn below_six_years_only_an_exact_date_will_do() {
        let year = |year: &'static str| {
            move |text: &mut PersonText| {
                text.lahir_cara = ONLY_YEAR.into();
                text.tahun = year.into();
            }
        };
        check(year("2025"), "tahun", Problem::NeedsExactDate);
        // Born in December 2020 she would be five.
        check(year("2020"), "tahun", Problem::NeedsExactDate);
        check(year("58"), "tahun", Problem::NotAYear);
        check(year(""), "tahun", Problem::Missing);
        let mut text = child();
        year("2019")(&mut text);
        let facts = check_person(&text, true, today()).unwrap();
        assert!(facts.lahir.is_estimate);
        assert_eq!(facts.registers["lahir"].get("perkiraan"), Some(&true.into()));
    }

    #[test]
    fn without_a_nik_there_is_a_reason() {
        check(|text| text.alasan.clear(), "alasan", Problem::Missing);
    }

    #[test]
    fn a_nik_takes_the_reason_away() {
        let mut text = child();
        text.nik = "3328041212250001".into();
        let facts = check_person(&text, true, today()).unwrap();
        assert_eq!(facts.registers["alasan_tanpa_nik"], Value::Null);
        assert_eq!(facts.registers["nik"], "3328041212250001".into());
    }

    #[test]
    fn a_nik_of_another_sex_is_asked_about_and_may_stay() {
        // Day 52 is a girl's twelfth.
        let girls = |text: &mut PersonText| text.nik = "3328045212250001".into();
        check(girls, "nik", Problem::NikDoubt(NikDoubt::OtherSex { claimed: Sex::Female }));
        let mut text = child();
        girls(&mut text);
        text.nik_biar = "3328 0452 1225 0001".into();
        assert!(check_person(&text, true, today()).is_ok());
        // The answer was about that number only.
        text.nik = "3328045212250002".into();
        assert!(check_person(&text, true, today()).is_err());
    }

    #[test]
    fn a_nik_of_another_birth_date_is_asked_about() {
        let doubt = NikDoubt::OtherBirth { day: 13, month: 12, short_year: 25 };
        check(|text| text.nik = "3328041312250001".into(), "nik", Problem::NikDoubt(doubt));
    }

    #[test]
    fn a_nik_offers_what_is_blank_and_nothing_else() {
        /// Birth as it is stored, or nothing; `L`, `P` or nothing.
        type Offered = (&'static str, &'static str);
        let check = |nik: &str, lahir: &str, tahun: &str, kelamin: &str, expected: &[Offered]| {
            let [nik, lahir, tahun, kelamin] = [nik, lahir, tahun, kelamin].map(str::to_owned);
            let text = PersonText { nik, lahir, tahun, kelamin, ..PersonText::default() };
            let offer = |it: &Offered| NikOffer { lahir: it.0.parse().ok(), kelamin: Sex::from_code(it.1) };
            let expected: Vec<NikOffer> = expected.iter().map(offer).collect();
            assert_eq!(nik_offers(&text, today()), expected, "{} {} {}", text.lahir, text.tahun, text.kelamin);
        };
        let woman = "3328045205900001";
        check(woman, "", "", "", &[("1990-05-12", "P")]);
        check(woman, "", "", "L", &[("1990-05-12", "")]);
        check(woman, "12", "", "", &[("", "P")]);
        check(woman, "", "1990", "", &[("", "P")]);
        check(woman, "12/5/1990", "", "P", &[]);
        check("332804520590000", "", "", "", &[]);
        // A child of six, or somebody of 106: she says which.
        check("3328040101200001", "", "", "", &[("2020-01-01", "L"), ("1920-01-01", "L")]);
        check("3328040101200001", "1/1/2020", "", "", &[("", "L")]);
        check("3328043102900001", "", "", "", &[("", "L")]);
    }

    #[test]
    fn an_estimated_birth_is_no_reason_to_doubt_a_nik() {
        let mut text = child();
        text.lahir_cara = ONLY_YEAR.into();
        text.tahun = "1958".into();
        text.kawin = "cerai_mati".into();
        text.nik = "3328041312550001".into();
        assert!(check_person(&text, true, today()).is_ok());
    }

    #[test]
    fn marriage_is_asked_from_fifteen() {
        check(|text| text.lahir = "21/11/2011".into(), "kawin", Problem::Missing);
        let mut text = child();
        text.lahir = "22/11/2011".into();
        assert!(check_person(&text, true, today()).is_ok());
    }

    #[test]
    fn a_birth_weight_in_grams_is_a_forgotten_comma() {
        let problem = Problem::Outside { min: 400, max: 7000, found: 3_100_000, unit: Unit::Kg };
        check(|text| text.bb_lahir = "3100".into(), "bb-lahir", problem);
        let mut text = child();
        text.bb_lahir = "3,1".into();
        text.pb_lahir = "49.5".into();
        let facts = check_person(&text, true, today()).unwrap();
        assert_eq!(
            (&facts.registers["bb_lahir_g"], &facts.registers["pb_lahir_mm"]),
            (&Value::Int(3100), &Value::Int(495))
        );
    }

    #[test]
    fn nobody_is_recorded_who_did_not_agree() {
        check(|text| text.setuju.clear(), "setuju", Problem::Missing);
        check(|text| text.setuju = REFUSES.into(), "setuju", Problem::NoConsent);
        check(|text| text.setuju = "lisan_disaksikan".into(), "saksi", Problem::Missing);
    }

    #[test]
    fn an_edit_does_not_ask_for_consent_again() {
        let mut text = child();
        text.setuju.clear();
        assert!(check_person(&text, false, today()).is_ok());
    }

    #[test]
    fn a_new_family_needs_its_head_and_a_place() {
        let mut text = child();
        text.keluarga = NEW_FAMILY.into();
        let errors = check_person(&text, true, today()).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, ["nama-kepala", "rt"]);
        text.rumah =
            FamilyText { kepala: "Hendra Rekaan".into(), rt: "3".into(), rw: "05".into(), ..FamilyText::default() };
        let facts = check_person(&text, true, today()).unwrap();
        let alamat = Alamat::from_value(&facts.rumah.unwrap()["alamat"]);
        assert_eq!((alamat.rt.as_str(), alamat.rw.as_str()), ("003", "005"));
        assert_eq!(facts.registers.get("keluarga"), None);
    }

    #[test]
    fn a_head_of_a_new_family_is_not_typed_twice() {
        let mut text = child();
        text.keluarga = NEW_FAMILY.into();
        text.hubungan = "kepala_keluarga".into();
        text.rumah.patokan = "dekat musala".into();
        let facts = check_person(&text, true, today()).unwrap();
        assert_eq!(facts.rumah.unwrap()["kepala"], "Damar Rekaan".into());
    }

    #[test]
    fn rt_and_rw_have_up_to_three_digits() {
        for (typed, expected) in [
            ("", Some("")),
            ("3", Some("003")),
            ("012", Some("012")),
            ("0", None),
            ("1000", None),
            ("3a", None),
            ("+3", None),
        ] {
            assert_eq!(rt(typed).as_deref(), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_telephone_and_a_family_card_are_read_or_named() {
        let text = FamilyText {
            kepala: "Hendra Rekaan".into(),
            rt: "3".into(),
            no_kk: "332804010120000".into(),
            hp: "12".into(),
            ..FamilyText::default()
        };
        let fields: Vec<String> = check_family(&text).unwrap_err().into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["no-kk", "no-hp"]);
        let good = FamilyText { no_kk: "3328 0401 0120 0001".into(), hp: "0812 3456 7890".into(), ..text };
        let registers = check_family(&good).unwrap();
        assert_eq!(registers["hp"], "+6281234567890".into());
        assert_eq!(registers["no_kk"], "3328040101200001".into());
    }

    #[test]
    fn filling_the_form_and_changing_nothing_changes_no_register() {
        let mut text = child();
        text.bb_lahir = "3,1".into();
        let registers = person_registers(&text, today());
        let mut subject = crate::domain::ledger::Subject::default();
        crate::domain::book::tests::write(&mut subject, &registers);
        let again = PersonText::of(&Sasaran::from_subject("x", &subject));
        assert!(changed(&registers, person_registers(&again, today())).is_empty());
    }

    #[test]
    fn what_was_searched_for_becomes_a_name_or_a_nik() {
        assert_eq!(PersonText::from_search(" damar  rekaan ").nama, "Damar Rekaan");
        assert_eq!(PersonText::from_search("Siti binti Misal").nama, "Siti binti Misal");
        assert_eq!(PersonText::from_search("3328041212250001").nik, "3328041212250001");
        assert!(PersonText::from_search("RT 003").is_blank());
    }

    #[test]
    fn a_draft_of_another_version_is_read_as_far_as_it_goes() {
        let text = child();
        let blank = PersonText::default;
        assert!(kept::from_draft(blank(), &kept::to_draft(blank(), text.clone())) == Some(text));
        let newer = br#"{"nama":"Damar Rekaan","hobi":"layang-layang"}"#;
        assert_eq!(kept::from_draft(blank(), newer).unwrap().nama, "Damar Rekaan");
    }

    #[test]
    fn a_draft_holds_what_was_typed_and_leaves_the_rest_to_the_book() {
        let filled = child();
        assert!(kept::to_draft(filled.clone(), filled.clone()).is_empty(), "nothing was typed");
        let typed = PersonText { nama: "Damar Contoh".into(), ibu: String::new(), ..filled.clone() };
        let draft = kept::to_draft(filled.clone(), typed);
        let corrected = PersonText { kelamin: "P".into(), ..filled };
        let again = kept::from_draft(corrected, &draft).unwrap();
        assert_eq!((again.nama.as_str(), again.ibu.as_str(), again.kelamin.as_str()), ("Damar Contoh", "", "P"));
    }

    #[test]
    fn nobody_dies_before_she_is_born_or_tomorrow() {
        let born = NaiveDate::from_ymd_opt(2020, 1, 1);
        assert_eq!(check_since("31/12/2019", born, today()), Err(Problem::Before { than: born.unwrap() }));
        assert!(matches!(check_since("22/11/2026", born, today()), Err(Problem::Date(DateError::InFuture { .. }))));
        assert!(check_since("2 Mei 2026", born, today()).is_ok());
    }
}
