//! Invented families: parents, children, school children, old people.

use chrono::{Datelike, Days, NaiveDate};

use super::dice::Dice;
use crate::domain::growth::Sex;

const MEN: [&str; 20] = [
    "Agus", "Bambang", "Cahyo", "Dedi", "Eko", "Fajar", "Gunawan", "Hadi", "Imam", "Joko", "Kusno", "Lukman",
    "Mulyadi", "Nanang", "Purwanto", "Rudi", "Slamet", "Teguh", "Wahyu", "Yanto",
];
const WOMEN: [&str; 20] = [
    "Aminah", "Budiarti", "Cici", "Dewi", "Endang", "Fitri", "Ginah", "Hartini", "Ida", "Juminten", "Kartini",
    "Lestari", "Murni", "Ningsih", "Puji", "Rahayu", "Siti", "Tutik", "Wulan", "Yuli",
];
const BOYS: [&str; 16] = [
    "Arka", "Bagas", "Candra", "Damar", "Elang", "Farhan", "Galih", "Hafiz", "Iqbal", "Jaya", "Kenzo", "Lingga",
    "Naufal", "Panji", "Raka", "Zaki",
];
const GIRLS: [&str; 16] = [
    "Alya", "Bunga", "Citra", "Dinda", "Embun", "Farah", "Gendis", "Hana", "Intan", "Jihan", "Kirana", "Laras",
    "Melati", "Naila", "Putri", "Zahra",
];
const INVENTED: [&str; 6] = ["Rekaan", "Contoh", "Umpama", "Misal", "Andaikata", "Perumpamaan"];
const LANDMARKS: [&str; 6] =
    ["", "dekat musala", "belakang sekolah", "tepi sawah", "samping warung", "dekat pos ronda"];

/// A family that does not exist.
pub(super) struct Family {
    pub(super) id: String,
    pub(super) kepala: String,
    pub(super) no_kk: String,
    pub(super) dusun: String,
    pub(super) rt: String,
    pub(super) rw: String,
    pub(super) patokan: String,
    pub(super) hp: Option<String>,
    pub(super) people: Vec<Person>,
}

/// Somebody who does not exist.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) nama: String,
    pub(super) nik: Option<String>,
    pub(super) born_on: NaiveDate,
    pub(super) is_estimate: bool,
    pub(super) sex: Sex,
    pub(super) hubungan: &'static str,
    pub(super) status_kawin: Option<&'static str>,
    pub(super) ibu: Option<String>,
    pub(super) birth_grams: Option<u32>,
    pub(super) birth_mm: Option<u32>,
    /// Her own line beside WHO's median, in standard deviations.
    pub(super) height_z: f64,
    pub(super) weight_z: f64,
}

/// Invents the family with this number; `days` are the first day of practice and today.
pub(super) fn family(dice: &mut Dice, number: u32, days: (NaiveDate, NaiveDate)) -> Family {
    let (from, today) = days;
    let surname = dice.pick(&INVENTED);
    let mut people = Vec::new();
    let father = format!("{} {surname}", dice.pick(&MEN));
    let mother = format!("{} {}", dice.pick(&WOMEN), dice.pick(&INVENTED));
    let married = Some("kawin");
    let years = dice.between(24, 42);
    people.push(Adult { nama: father.clone(), sex: Sex::Male, years, hubungan: "kepala_keluarga", married });
    let years = years.saturating_sub(dice.below(6)).max(20);
    people.push(Adult { nama: mother.clone(), sex: Sex::Female, years, hubungan: "istri", married });
    if dice.chance(45) {
        let (nama, sex, hubungan) = if dice.chance(65) {
            (format!("{} {}", dice.pick(&WOMEN), dice.pick(&INVENTED)), Sex::Female, "orang_tua")
        } else {
            (format!("{} {surname}", dice.pick(&MEN)), Sex::Male, "orang_tua")
        };
        people.push(Adult { nama, sex, years: dice.between(60, 82), hubungan, married: Some("cerai_mati") });
    }
    let mut people: Vec<Person> = people.into_iter().map(|it| it.born(dice, number, from)).collect();

    // One child under six in each family, in some two; school children beside them.
    let mut ages_days = vec![dice.between(20, 6 * 365)];
    if dice.chance(45) {
        ages_days.push(dice.between(20, 6 * 365));
    }
    for _ in 0..dice.below(3) {
        ages_days.push(dice.between(6 * 365, 17 * 365));
    }
    ages_days.sort_unstable();
    // Sisters and brothers are at least eleven months apart.
    let mut youngest = 0;
    for age in ages_days {
        let age = age.max(youngest);
        youngest = age + 340;
        people.push(child(dice, number, people.len(), (&mother, surname), (today, age)));
    }
    Family {
        id: dice.id(),
        kepala: father,
        no_kk: format!("990101{:02}0126{:04}", 1 + number / 9000, 1 + number % 9000),
        dusun: if number.is_multiple_of(2) { "Contoh Lor" } else { "Contoh Kidul" }.into(),
        rt: format!("{:03}", 1 + number % 6),
        rw: format!("{:03}", 1 + number % 2),
        patokan: dice.pick(&LANDMARKS).into(),
        // 555 numbers are given to nobody.
        hp: dice.chance(60).then(|| format!("+62855550{:05}", number % 100_000)),
        people,
    }
}

struct Adult {
    nama: String,
    sex: Sex,
    years: u32,
    hubungan: &'static str,
    married: Option<&'static str>,
}

impl Adult {
    fn born(self, dice: &mut Dice, family: u32, from: NaiveDate) -> Person {
        let days = u64::from(self.years) * 365 + u64::from(dice.below(365));
        let is_estimate = self.years >= 60 && dice.chance(40);
        let born_on = from.checked_sub_days(Days::new(days)).unwrap_or(from);
        // Of an old birth only the year is sure.
        let born_on = if is_estimate { born_on.with_ordinal(182).unwrap_or(born_on) } else { born_on };
        let serial = if self.sex == Sex::Male { 1 } else { 2 } + if self.years >= 60 { 2 } else { 0 };
        Person {
            id: dice.id(),
            nama: self.nama,
            nik: Some(nik(family, born_on, self.sex, serial)),
            born_on,
            is_estimate,
            sex: self.sex,
            hubungan: self.hubungan,
            status_kawin: self.married,
            ibu: None,
            birth_grams: None,
            birth_mm: None,
            height_z: dice.normal() * 0.8,
            weight_z: dice.normal() * 0.8,
        }
    }
}

fn child(
    dice: &mut Dice,
    family: u32,
    place: usize,
    (mother, surname): (&str, &str),
    (today, age_days): (NaiveDate, u32),
) -> Person {
    let born_on = today.checked_sub_days(Days::new(age_days.into())).unwrap_or(today);
    let sex = if dice.chance(51) { Sex::Male } else { Sex::Female };
    let given = dice.pick(if sex == Sex::Male { &BOYS } else { &GIRLS });
    let serial = u32::try_from(place).unwrap_or(0) + 5;
    let is_small = age_days < 6 * 365;
    // Indonesian children stand somewhat below WHO's median.
    let height_z = dice.normal() * 0.9 - 0.7;
    let weight_z = height_z * 0.5 + dice.normal() * 0.7 - 0.3;
    Person {
        id: dice.id(),
        nama: format!("{given} {surname}"),
        nik: (!is_small || dice.chance(80)).then(|| nik(family, born_on, sex, serial)),
        born_on,
        is_estimate: false,
        sex,
        hubungan: "anak",
        status_kawin: (age_days >= 15 * 365).then_some("belum_kawin"),
        ibu: Some(mother.to_owned()),
        birth_grams: is_small.then(|| dice.between(25, 38) * 100),
        birth_mm: is_small.then(|| dice.between(46, 52) * 10),
        height_z,
        weight_z,
    }
}

/// Sixteen digits of province 99, which there is none; day, month, year and sex as the rules want.
fn nik(family: u32, born_on: NaiveDate, sex: Sex, serial: u32) -> String {
    let day = born_on.day() + if sex == Sex::Female { 40 } else { 0 };
    let (month, year) = (born_on.month(), born_on.year().rem_euclid(100));
    // Two people of one family never share a serial, and families of one kecamatan count on.
    let (kecamatan, within) = (1 + family / 600, family % 600);
    format!("9901{kecamatan:02}{day:02}{month:02}{year:02}{:04}", 1 + within * 16 + serial % 16)
}
