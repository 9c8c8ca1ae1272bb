//! A posyandu that does not exist, to practise with: "Contoh Melati", its families, and months of open days.
//!
//! Everything is visibly invented (Rekaan, Contoh, Umpama, Misal, Andaikata, Perumpamaan; NIK of a province
//! that there is none) and comes from one seed, so practice, tests and benchmarks see the same people.
//! What comes out are [`Act`]s: what a kader would have saved, and when; they enter the ledger by the one
//! entrance that everything else takes. Children grow along WHO's curves, each on her own line.

mod aduan;
mod days;
mod dice;
mod people;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::aduan::own::Pending;
use super::json::{Value, object};
use super::kinds;
use super::ledger::Draft;
use super::sasaran::{Alamat, date_value};
use crate::domain::order;
use dice::Dice;
use people::{Family, Person};

/// The code of a desa that does not exist, in the region of the invented NIK.
pub const WILAYAH: &str = "9901012001";
/// The name of the posyandu that does not exist.
pub const POSYANDU: &str = "Contoh Melati";
/// The seed of the practice that everybody sees.
pub const SEED: u64 = 6;
/// Families of the usual practice.
pub const FAMILIES: u32 = 60;
/// Open days of the usual practice.
pub const MONTHS: u32 = 24;

const DAY_MS: u64 = 86_400_000;
const MINUTE_MS: u64 = 60_000;
/// The invented desa keeps western time.
const OFFSET_MS: u64 = 7 * 3_600_000;

/// What one kader saved at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// When, Unix milliseconds.
    pub at_unix_ms: u64,
    /// Which of [`Latihan::kader`].
    pub by: usize,
    /// What.
    pub drafts: Vec<Draft>,
}

/// Somebody who works there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kader {
    /// Person id, 32 hex.
    pub id: String,
    /// What people call her.
    pub nama: String,
}

/// A whole invented posyandu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latihan {
    /// The two who work there.
    pub kader: Vec<Kader>,
    /// The first day of anything.
    pub from: NaiveDate,
    /// What they saved, earliest first; all of it before the day given as today.
    pub acts: Vec<Act>,
    /// What of complaints waits sealed with the key of the first of them.
    pub pending: Vec<Pending>,
}

/// Invents a posyandu with this many families and this many monthly open days before `today`.
#[must_use]
pub fn generate(seed: u64, today: NaiveDate, families: u32, months: u32) -> Latihan {
    let mut dice = Dice::new(seed);
    let kader = ["Ani Contoh", "Dewi Umpama"].map(|nama| Kader { id: dice.id(), nama: nama.to_owned() }).to_vec();
    let days = open_days(today, months);
    let first = days.first().copied().unwrap_or(today);
    let from = first.checked_sub_days(Days::new(10)).unwrap_or(first);
    let families: Vec<Family> =
        (0..families.max(1)).map(|number| people::family(&mut dice, number, (from, today))).collect();

    let mut acts = Vec::new();
    // Before the first open day the two walk from house to house.
    let step = 2 * DAY_MS / families.len().max(1) as u64;
    for (number, family) in families.iter().enumerate() {
        let at_unix_ms = instant(from, 9 * 60) + number as u64 * step.min(10 * MINUTE_MS);
        let known = family.people.iter().filter(|it| it.born_on <= from);
        let drafts = std::iter::once(family_draft(family, from)).chain(known.map(|it| person_draft(it, family, from)));
        acts.push(Act { at_unix_ms, by: number % 2, drafts: drafts.collect() });
    }
    days::record(&mut dice, &families, &days, &kader, &mut acts);
    acts.push(plan_next(today, days.last().copied().unwrap_or(from)));
    let pending = aduan::record(&mut dice, (from, today), &mut acts);
    order::sort_by_key(&mut acts, |it| it.at_unix_ms);
    Latihan { kader, from, acts, pending }
}

/// The second Wednesdays of the months before today, earliest first.
fn open_days(today: NaiveDate, months: u32) -> Vec<NaiveDate> {
    let back = |count| today.checked_sub_months(Months::new(count)).and_then(second_wednesday);
    let mut days: Vec<NaiveDate> =
        (0..=months).filter_map(back).filter(|it| *it < today).take(months as usize).collect();
    days.reverse();
    days
}

fn second_wednesday(of: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(of.year(), of.month(), Weekday::Wed, 2)
}

fn plan_next(today: NaiveDate, last: NaiveDate) -> Act {
    let this_month = second_wednesday(today).filter(|it| *it >= today);
    let next = this_month.or_else(|| second_wednesday(today.checked_add_months(Months::new(1))?)).unwrap_or(today);
    Act { at_unix_ms: instant(last, 11 * 60 + 30), by: 0, drafts: vec![days::plan(next)] }
}

/// The instant of a minute of a local day.
fn instant(on: NaiveDate, minute: u64) -> u64 {
    let days = on.signed_duration_since(NaiveDate::default()).num_days();
    (u64::try_from(days).unwrap_or(0) * DAY_MS + minute * MINUTE_MS).saturating_sub(OFFSET_MS)
}

fn family_draft(family: &Family, on: NaiveDate) -> Draft {
    let alamat = Alamat {
        dusun: family.dusun.clone(),
        rt: family.rt.clone(),
        rw: family.rw.clone(),
        patokan: family.patokan.clone(),
    };
    let mut data = object([
        ("kepala", family.kepala.as_str().into()),
        ("alamat", alamat.to_value()),
        ("no_kk", family.no_kk.as_str().into()),
    ]);
    if let Some(hp) = &family.hp {
        data.insert("hp".into(), hp.as_str().into());
    }
    Draft { kind: kinds::KELUARGA_REGISTERED.into(), subject: family.id.clone(), on, data }
}

fn person_draft(person: &Person, family: &Family, on: NaiveDate) -> Draft {
    let mut lahir = object([("tanggal", date_value(person.born_on))]);
    if person.is_estimate {
        lahir.insert("perkiraan".into(), true.into());
    }
    let mut data = object([
        ("nama", person.nama.as_str().into()),
        ("lahir", lahir.into()),
        ("kelamin", person.sex.code().into()),
        ("keluarga", family.id.as_str().into()),
        ("hubungan", person.hubungan.into()),
        ("persetujuan", object([("catat", true.into()), ("cara", "lisan".into())]).into()),
    ]);
    let mut say = |register: &str, value: Option<Value>| value.map(|it| data.insert(register.into(), it));
    say("nik", person.nik.as_deref().map(Value::from));
    say("alasan_tanpa_nik", person.nik.is_none().then(|| "belum_terbit".into()));
    say("ibu", person.ibu.as_deref().map(Value::from));
    say("status_kawin", person.status_kawin.map(Value::from));
    say("bb_lahir_g", person.birth_grams.map(Value::from));
    say("pb_lahir_mm", person.birth_mm.map(Value::from));
    Draft { kind: kinds::SASARAN_REGISTERED.into(), subject: person.id.clone(), on, data }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::nik::Nik;
    use crate::domain::sasaran::Sex;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn usual() -> Latihan {
        generate(SEED, today(), FAMILIES, MONTHS)
    }

    fn drafts(latihan: &Latihan, kind: &str) -> Vec<Draft> {
        latihan.acts.iter().flat_map(|it| &it.drafts).filter(|it| it.kind == kind).cloned().collect()
    }

    #[test]
    fn one_seed_makes_one_posyandu() {
        assert_eq!(usual(), usual());
        assert_ne!(usual().acts, generate(SEED + 1, today(), FAMILIES, MONTHS).acts);
    }

    #[test]
    fn the_usual_practice_has_about_ten_thousand_events() {
        let count: usize = usual().acts.iter().map(|it| it.drafts.len()).sum();
        assert!((9_000..=11_000).contains(&count), "{count}");
    }

    #[test]
    fn nothing_is_saved_today_or_later() {
        let latihan = usual();
        assert!(latihan.acts.iter().all(|it| it.at_unix_ms < instant(today(), 0)));
        assert!(latihan.acts.is_sorted_by_key(|it| it.at_unix_ms));
        let planned = drafts(&latihan, kinds::SESI_PLANNED);
        assert_eq!(planned.last().map(|it| it.on.to_string()).as_deref(), Some("2026-12-09"));
        assert_eq!(drafts(&latihan, kinds::SESI_CLOSED).len(), MONTHS as usize);
    }

    #[test]
    fn on_the_second_wednesday_the_day_is_planned_and_not_held() {
        let wednesday = NaiveDate::from_ymd_opt(2026, 11, 11).unwrap();
        let latihan = generate(SEED, wednesday, 3, 2);
        assert_eq!(drafts(&latihan, kinds::SESI_PLANNED).last().map(|it| it.on), Some(wednesday));
        assert_eq!(
            drafts(&latihan, kinds::SESI_OPENED).last().map(|it| it.on.to_string()).as_deref(),
            Some("2026-10-14")
        );
    }

    #[test]
    fn nobody_could_be_taken_for_real() {
        let invented = ["Rekaan", "Contoh", "Umpama", "Misal", "Andaikata", "Perumpamaan"];
        for draft in drafts(&usual(), kinds::SASARAN_REGISTERED) {
            let name = draft.data["nama"].as_text().unwrap();
            assert!(invented.iter().any(|part| name.ends_with(part)), "{name}");
            let Some(nik) = draft.data.get("nik").and_then(Value::as_text) else { continue };
            assert!(nik.starts_with("99"), "there is no province 99");
            let born =
                NaiveDate::parse_from_str(draft.data["lahir"].get("tanggal").unwrap().as_text().unwrap(), "%Y-%m-%d");
            let sex = Sex::from_code(draft.data["kelamin"].as_text().unwrap());
            let doubts = Nik::parse(nik).unwrap().doubts(born.ok(), sex);
            assert_eq!(doubts, [crate::domain::nik::NikDoubt::UnknownProvince], "only its province is wrong");
        }
    }

    #[test]
    fn every_subject_and_number_is_its_own() {
        let latihan = usual();
        let people = drafts(&latihan, kinds::SASARAN_REGISTERED);
        let ids: BTreeSet<&str> = people.iter().map(|it| it.subject.as_str()).collect();
        let niks: Vec<&str> = people.iter().filter_map(|it| it.data.get("nik")?.as_text()).collect();
        assert_eq!(ids.len(), people.len());
        assert_eq!(niks.iter().collect::<BTreeSet<_>>().len(), niks.len());
        assert!(people.len() >= 200);
    }

    #[test]
    fn whatever_the_date_somebody_has_not_gained_twice() {
        let year = (0..48).filter_map(|week| today().checked_add_days(Days::new(week * 7 + week % 7)));
        for today in year {
            let latihan = generate(SEED, today, FAMILIES, 4);
            let days: Vec<NaiveDate> = drafts(&latihan, kinds::SESI_OPENED).iter().map(|it| it.on).collect();
            let visits = drafts(&latihan, kinds::KUNJUNGAN_RECORDED);
            let two_t = Value::List(vec!["dua_t".into()]);
            let reasons = |it: &Draft| it.data.get("rujuk").and_then(|it| it.get("alasan")) == Some(&two_t);
            let child = visits.iter().find(|it| it.on == days[3] && reasons(it)).expect("a referral for two T");
            let id = child.subject.rsplit(':').next().unwrap();
            let born = drafts(&latihan, kinds::SASARAN_REGISTERED).into_iter().find(|it| it.subject == id).unwrap();
            let born = born.data["lahir"].get("tanggal").unwrap().as_text().unwrap().parse::<NaiveDate>().unwrap();
            assert!(born.checked_add_months(Months::new(60)).unwrap() > days[3], "{today}: too old for a KMS");
            let weight = |on: &NaiveDate| {
                let mut of_day = visits.iter().filter(|it| it.on == *on && it.subject.ends_with(id));
                of_day.find_map(|it| it.data.get("bb").cloned())
            };
            assert!(weight(&days[1]).is_some(), "{today}");
            assert_eq!(weight(&days[1]), weight(&days[2]), "{today}");
            assert_eq!(weight(&days[1]), weight(&days[3]), "{today}");
        }
    }

    #[test]
    fn complaints_stand_in_several_states() {
        let latihan = usual();
        let sent = drafts(&latihan, kinds::ADUAN_SENT);
        let urgent: Vec<_> = sent.iter().filter(|it| it.data["mendesak"] == Value::Bool(true)).collect();
        assert_eq!((sent.len(), urgent.len(), latihan.pending.len()), (3, 1, 4));
        let called = drafts(&latihan, kinds::ADUAN_CALLED);
        assert_eq!(called.iter().map(|it| &it.subject).collect::<Vec<_>>(), [&urgent[0].subject]);
        assert_eq!(drafts(&latihan, kinds::ADUAN_NOTED).len(), 1);
        let sealed: Vec<_> = latihan.pending.iter().filter(|it| it.sealed_submission().is_some()).collect();
        assert_eq!(sealed.len(), 1, "one that nobody else may read");
        assert!(sent.iter().all(|it| it.subject != sealed[0].id), "and nothing of it in the open");
        for item in &latihan.pending {
            let name = item.identity().unwrap()["nama"].as_text().unwrap();
            assert!(name.ends_with("Rekaan") || name.ends_with("Misal") || name.ends_with("Umpama"), "{name}");
            assert!(item.ticket.as_ref().unwrap().nomor.to_string().starts_with("9901-Z"));
        }
        // However young the practice is.
        assert_eq!(generate(SEED, today(), 3, 0).pending.len(), 4);
    }

    #[test]
    fn a_child_is_registered_before_she_comes() {
        let latihan = usual();
        let mut known = BTreeSet::new();
        for draft in latihan.acts.iter().flat_map(|it| &it.drafts) {
            if draft.kind == kinds::SASARAN_REGISTERED {
                known.insert(draft.subject.as_str());
            } else if matches!(draft.kind.as_str(), kinds::KUNJUNGAN_RECORDED | kinds::HADIR_RECORDED) {
                assert!(known.contains(draft.subject.rsplit(':').next().unwrap()));
            }
        }
    }
}
