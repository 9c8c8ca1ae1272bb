//! The dated tables of the programme: classes, KBM, plausible ranges and follow-up.
//!
//! National decisions change; they are read from the files in `data/` and looked up by the date of the visit,
//! never written into code. A row that cannot be read is left out, and a test proves that none is.

use std::sync::OnceLock;

use chrono::NaiveDate;

use super::{Index, Sex};
use crate::domain::iso;
use crate::domain::shipped::shipped;

/// How well a row of a table is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Read in the source named by its table.
    Official,
    /// Seen on copies of an official card.
    Form,
    /// Believed right; a midwife or the Puskesmas has to confirm it.
    Verify,
    /// A decision of this project.
    Design,
}

/// One edition of a table: its rows, and from which day it counts. Where they come from is written in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition<Row> {
    /// First day of visits that follow it.
    pub effective_from: NaiveDate,
    /// The rows, in the order of the file.
    pub rows: Vec<Row>,
}

/// How soon a child should be seen, or seen again; later is more urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Urgency {
    /// No referral yet: advise, and look again.
    Evaluate,
    /// Refer; nothing is lost by the next opening day of the Puskesmas.
    Routine,
    /// Refer within the week.
    ThisWeek,
    /// Refer today.
    SameDay,
}

impl Urgency {
    /// The word of the tables and of the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Evaluate => "evaluate",
            Self::Routine => "routine",
            Self::ThisWeek => "this_week",
            Self::SameDay => "same_day",
        }
    }

    /// Reads [`Urgency::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Evaluate, Self::Routine, Self::ThisWeek, Self::SameDay].into_iter().find(|it| it.code() == code)
    }

    /// Whether the child is referred, not only looked at again.
    pub fn is_referral(self) -> bool {
        self != Self::Evaluate
    }
}

macro_rules! categories {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// A class of Permenkes 2/2020, or a colour of the LiLA tape.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Category { $($(#[$doc])* $name,)* }

        impl Category {
            /// Every class, in the order of the tables.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word of the tables and of the store.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

categories! {
    /// BB/U: berat badan sangat kurang, below the red line of the KMS.
    BbSangatKurang = "bb_sangat_kurang",
    /// BB/U: berat badan kurang.
    BbKurang = "bb_kurang",
    /// BB/U: berat badan normal.
    BbNormal = "bb_normal",
    /// BB/U: risiko berat badan lebih, above the orange line of the KMS.
    RisikoBbLebih = "risiko_bb_lebih",
    /// PB/U or TB/U: sangat pendek.
    SangatPendek = "sangat_pendek",
    /// PB/U or TB/U: pendek.
    Pendek = "pendek",
    /// PB/U or TB/U: normal.
    TinggiBadanNormal = "tinggi_badan_normal",
    /// PB/U or TB/U: tinggi.
    Tinggi = "tinggi",
    /// BB/PB, BB/TB or IMT/U: gizi buruk.
    GiziBuruk = "gizi_buruk",
    /// BB/PB, BB/TB or IMT/U: gizi kurang.
    GiziKurang = "gizi_kurang",
    /// BB/PB, BB/TB or IMT/U: gizi baik.
    GiziBaik = "gizi_baik",
    /// BB/PB, BB/TB or IMT/U below 5 years: berisiko gizi lebih.
    BerisikoGiziLebih = "berisiko_gizi_lebih",
    /// BB/PB, BB/TB or IMT/U: gizi lebih.
    GiziLebih = "gizi_lebih",
    /// BB/PB, BB/TB or IMT/U: obesitas.
    Obesitas = "obesitas",
    /// LK/U: kurang dari normal.
    Mikrosefali = "mikrosefali",
    /// LK/U: normal.
    KepalaNormal = "kepala_normal",
    /// LK/U: melebihi normal.
    Makrosefali = "makrosefali",
    /// LiLA: red, gizi buruk.
    LilaMerah = "lila_merah",
    /// LiLA: yellow, gizi kurang.
    LilaKuning = "lila_kuning",
    /// LiLA: green, normal.
    LilaHijau = "lila_hijau",
}

impl Category {
    /// Reads [`Category::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.code() == code)
    }

    /// Whether nothing has to be done about it.
    pub fn is_normal(self) -> bool {
        matches!(self, Self::BbNormal | Self::TinggiBadanNormal | Self::GiziBaik | Self::KepalaNormal | Self::LilaHijau)
    }
}

/// A class: for which index, ages and values, and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatusRow {
    /// The index it belongs to.
    pub index: Index,
    /// Completed months, both included.
    pub months: (u32, u32),
    /// Lower limit in hundredths (of SD, or of a mm for LiLA).
    pub lower: Option<i64>,
    /// Upper limit in hundredths.
    pub upper: Option<i64>,
    /// Whether the lower limit itself belongs to the class.
    pub includes_lower: bool,
    /// Whether the upper limit itself belongs to the class.
    pub includes_upper: bool,
    /// The class.
    pub category: Category,
    /// How soon to refer or look again; `None` when nothing follows.
    pub urgency: Option<Urgency>,
    /// Days until the next look, where the source gives one.
    pub evaluate_days: Option<u16>,
    /// How well the row is supported.
    pub mark: Mark,
}

/// KBM of a span of months.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KbmRow {
    /// Months, both included.
    pub months: (u32, u32),
    /// Sex.
    pub sex: Sex,
    /// Least gain since last month, g.
    pub kbm_grams: u32,
    /// How well the row is supported.
    pub mark: Mark,
}

/// A field whose typed value is questioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Weight at birth, g.
    BirthWeight,
    /// Length at birth, mm.
    BirthLength,
    /// Weight, g.
    Weight,
    /// Length or height, mm.
    Length,
    /// Head circumference, mm.
    Head,
    /// LiLA, mm.
    Lila,
}

/// Plausible values of a field at an age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeRow {
    /// The field.
    pub field: Field,
    /// Completed months, both included.
    pub months: (u32, u32),
    /// Outside these (g or mm, both included) the value is refused.
    pub hard: (u32, u32),
    /// Outside these (g or mm, both included) the value is questioned.
    pub soft: Option<(u32, u32)>,
    /// Outside these z-scores (hundredths, both included) the value is questioned.
    pub soft_z: Option<(Index, i64, i64)>,
    /// How well the row is supported.
    pub mark: Mark,
}

/// What kind of change a [`ChangeRow`] limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Gain in a month, g or mm.
    GainPerMonth,
    /// Loss in percent of the last value.
    LossPercent,
    /// Loss, mm.
    Loss,
}

/// A change since the last visit beyond which one measures again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangeRow {
    /// The field.
    pub field: Field,
    /// Completed months now, both included.
    pub months: (u32, u32),
    /// What is limited.
    pub kind: ChangeKind,
    /// The largest change that passes without a question.
    pub limit: u32,
    /// How well the row is supported.
    pub mark: Mark,
}

/// A finding that is not a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtherFinding {
    /// Pitting oedema of both feet.
    Oedema,
    /// T, the weight did not rise.
    TidakNaik,
    /// 2T, two months running.
    DuaT,
    /// BGM, below the red line.
    Bgm,
}

/// What follows from an [`OtherFinding`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FollowUpRow {
    /// The finding.
    pub finding: OtherFinding,
    /// How soon to refer.
    pub urgency: Urgency,
    /// Days until the next look, where the source gives one.
    pub evaluate_days: Option<u16>,
    /// Whether the child goes on the list for a visit at home.
    pub has_home_visit: bool,
    /// How well the row is supported.
    pub mark: Mark,
}

/// The class of a rounded z-score, or of a LiLA, both in hundredths (of SD, of a mm).
pub fn classify(on: NaiveDate, index: Index, months: u32, hundredths: i64) -> Option<&'static StatusRow> {
    status_rows(on).rows.iter().find(|row| {
        let above = row.lower.is_none_or(|it| if row.includes_lower { hundredths >= it } else { hundredths > it });
        let below = row.upper.is_none_or(|it| if row.includes_upper { hundredths <= it } else { hundredths < it });
        row.index == index && spans(row.months, months) && above && below
    })
}

/// The KBM of an age, or `None` where there is none (age 0, above 60 months).
pub fn kbm(on: NaiveDate, sex: Sex, months: u32) -> Option<&'static KbmRow> {
    kbm_rows(on).rows.iter().find(|row| row.sex == sex && spans(row.months, months))
}

/// The plausible values of a field at an age.
pub fn range(on: NaiveDate, field: Field, months: u32) -> Option<&'static RangeRow> {
    range_rows(on).rows.iter().find(|row| row.field == field && spans(row.months, months))
}

/// The changes of a field that are questioned at an age.
pub fn changes(on: NaiveDate, field: Field, months: u32) -> impl Iterator<Item = &'static ChangeRow> {
    change_rows(on).rows.iter().filter(move |row| row.field == field && spans(row.months, months))
}

/// What follows from a finding that is not a class.
pub fn other_finding(on: NaiveDate, finding: OtherFinding) -> Option<&'static FollowUpRow> {
    follow_up_rows(on).rows.iter().find(|row| row.finding == finding)
}

/// Classes in force on the day of a visit.
pub fn status_rows(on: NaiveDate) -> &'static Edition<StatusRow> {
    static TABLE: OnceLock<Edition<StatusRow>> = OnceLock::new();
    edition(on, (&TABLE, shipped!("data/status_gizi.csv")), &[], status_row)
}

/// KBM in force on the day of a weighing.
pub fn kbm_rows(on: NaiveDate) -> &'static Edition<KbmRow> {
    static TABLE: OnceLock<Edition<KbmRow>> = OnceLock::new();
    edition(on, (&TABLE, shipped!("data/kbm.csv")), &[], kbm_row)
}

/// Plausible ranges in force on the day of a visit.
pub fn range_rows(on: NaiveDate) -> &'static Edition<RangeRow> {
    static TABLE: OnceLock<Edition<RangeRow>> = OnceLock::new();
    edition(on, (&TABLE, shipped!("data/rentang_wajar.csv")), &[], range_row)
}

/// Plausible changes in force on the day of a visit.
pub fn change_rows(on: NaiveDate) -> &'static Edition<ChangeRow> {
    static TABLE: OnceLock<Edition<ChangeRow>> = OnceLock::new();
    edition(on, (&TABLE, shipped!("data/perubahan_wajar.csv")), &[], change_row)
}

/// Follow-up rules in force on the day of a visit.
pub fn follow_up_rows(on: NaiveDate) -> &'static Edition<FollowUpRow> {
    static TABLE: OnceLock<Edition<FollowUpRow>> = OnceLock::new();
    edition(on, (&TABLE, shipped!("data/tindak_lanjut.csv")), &[], follow_up_row)
}

fn spans((from, to): (u32, u32), months: u32) -> bool {
    (from..=to).contains(&months)
}

/// A file and the place where it is kept once read.
type Source<Row> = (&'static OnceLock<Edition<Row>>, &'static str);

/// The latest edition that counts on the day; before all of them, the earliest. `later` are oldest first.
fn edition<Row>(
    on: NaiveDate,
    (place, text): Source<Row>,
    later: &[Source<Row>],
    read_row: fn(&Cells) -> Option<Row>,
) -> &'static Edition<Row> {
    let mut chosen = place.get_or_init(|| read_edition(text, read_row));
    for (place, text) in later {
        let edition = place.get_or_init(|| read_edition(text, read_row));
        if edition.effective_from <= on {
            chosen = edition;
        }
    }
    chosen
}

fn read_edition<Row>(text: &'static str, read_row: fn(&Cells) -> Option<Row>) -> Edition<Row> {
    let comment = |key: &str| {
        let after = |line: &'static str| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": ");
        text.lines().find_map(after).unwrap_or_default()
    };
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let rows = lines
        .filter_map(|line| read_row(&Cells { cells: header.iter().copied().zip(line.split(',')).collect() }))
        .collect();
    Edition { effective_from: iso::day(comment("effective_from")).unwrap_or_default(), rows }
}

/// A line of a file by column name. No cell holds a comma or a quote.
struct Cells<'a> {
    cells: Vec<(&'a str, &'a str)>,
}

impl<'a> Cells<'a> {
    fn text(&self, column: &str) -> Option<&'a str> {
        self.cells.iter().find(|(name, _)| *name == column).map(|(_, cell)| *cell)
    }

    /// `Some(None)` for an empty cell, `None` for one that cannot be read.
    fn optional<T>(&self, column: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
        match self.text(column)? {
            "" => Some(None),
            text => read(text).map(Some),
        }
    }

    fn number<T: std::str::FromStr>(&self, column: &str) -> Option<T> {
        self.text(column)?.parse().ok()
    }

    fn months(&self) -> Option<(u32, u32)> {
        Some((self.number("from_month")?, self.number("to_month")?))
    }

    fn field(&self) -> Option<Field> {
        Some(match self.text("field")? {
            "birth_weight" => Field::BirthWeight,
            "birth_length" => Field::BirthLength,
            "weight" => Field::Weight,
            "length" => Field::Length,
            "head" => Field::Head,
            "lila" => Field::Lila,
            _ => return None,
        })
    }

    fn mark(&self) -> Option<Mark> {
        Some(match self.text("mark")? {
            "official" => Mark::Official,
            "form" => Mark::Form,
            "verify" => Mark::Verify,
            "design" => Mark::Design,
            _ => return None,
        })
    }
}

/// Whole numbers of SD or mm, as hundredths.
fn whole_hundredths(text: &str) -> Option<i64> {
    text.parse::<i64>().ok()?.checked_mul(100)
}

fn status_row(cells: &Cells) -> Option<StatusRow> {
    let (includes_lower, includes_upper) = match cells.text("bounds")? {
        "lt" | "gt" => (false, false),
        "ge" | "ge_lt" => (true, false),
        "ge_le" => (true, true),
        "gt_le" => (false, true),
        _ => return None,
    };
    Some(StatusRow {
        index: Index::from_code(cells.text("index")?)?,
        months: cells.months()?,
        lower: cells.optional("lower", whole_hundredths)?,
        upper: cells.optional("upper", whole_hundredths)?,
        includes_lower,
        includes_upper,
        category: Category::from_code(cells.text("category")?)?,
        urgency: cells.optional("urgency", Urgency::from_code)?,
        evaluate_days: cells.optional("evaluate_days", |text| text.parse().ok())?,
        mark: cells.mark()?,
    })
}

fn kbm_row(cells: &Cells) -> Option<KbmRow> {
    Some(KbmRow {
        months: cells.months()?,
        sex: Sex::from_code(cells.text("sex")?)?,
        kbm_grams: cells.number("kbm_grams")?,
        mark: cells.mark()?,
    })
}

fn range_row(cells: &Cells) -> Option<RangeRow> {
    let soft_min = cells.optional("soft_min", |text| text.parse().ok())?;
    let soft_max = cells.optional("soft_max", |text| text.parse().ok())?;
    let z_index = cells.optional("z_index", Index::from_code)?;
    let z_min = cells.optional("z_min", whole_hundredths)?;
    let z_max = cells.optional("z_max", whole_hundredths)?;
    Some(RangeRow {
        field: cells.field()?,
        months: cells.months()?,
        hard: (cells.number("hard_min")?, cells.number("hard_max")?),
        soft: soft_min.zip(soft_max),
        soft_z: z_index.zip(z_min).zip(z_max).map(|((index, min), max)| (index, min, max)),
        mark: cells.mark()?,
    })
}

fn change_row(cells: &Cells) -> Option<ChangeRow> {
    Some(ChangeRow {
        field: cells.field()?,
        months: cells.months()?,
        kind: match cells.text("kind")? {
            "gain_per_month" => ChangeKind::GainPerMonth,
            "loss_percent" => ChangeKind::LossPercent,
            "loss" => ChangeKind::Loss,
            _ => return None,
        },
        limit: cells.number("limit")?,
        mark: cells.mark()?,
    })
}

fn follow_up_row(cells: &Cells) -> Option<FollowUpRow> {
    Some(FollowUpRow {
        finding: match cells.text("finding")? {
            "oedema" => OtherFinding::Oedema,
            "tidak_naik" => OtherFinding::TidakNaik,
            "dua_t" => OtherFinding::DuaT,
            "bgm" => OtherFinding::Bgm,
            _ => return None,
        },
        urgency: Urgency::from_code(cells.text("urgency")?)?,
        evaluate_days: cells.optional("evaluate_days", |text| text.parse().ok())?,
        has_home_visit: cells.text("home_visit")? == "yes",
        mark: cells.mark()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 1).unwrap()
    }

    #[track_caller]
    fn check_whole<Row>(text: &str, edition: &Edition<Row>) {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(edition.rows.len(), lines - 1);
        assert!(text.contains("\n# source: "));
        assert_ne!(edition.effective_from, NaiveDate::default());
    }

    #[test]
    fn every_row_of_every_file_is_read() {
        check_whole(include_str!("data/status_gizi.csv"), status_rows(today()));
        check_whole(include_str!("data/kbm.csv"), kbm_rows(today()));
        check_whole(include_str!("data/rentang_wajar.csv"), range_rows(today()));
        check_whole(include_str!("data/perubahan_wajar.csv"), change_rows(today()));
        check_whole(include_str!("data/tindak_lanjut.csv"), follow_up_rows(today()));
    }

    #[test]
    fn a_visit_follows_the_edition_of_its_day() {
        static OLD: OnceLock<Edition<KbmRow>> = OnceLock::new();
        static NEW: OnceLock<Edition<KbmRow>> = OnceLock::new();
        let header = "from_month,to_month,sex,kbm_grams,mark\n";
        let old = format!("# effective_from: 2020-01-01\n{header}1,1,L,800,official\n").leak();
        let new = format!("# effective_from: 2027-01-01\n{header}1,1,L,700,official\n").leak();
        let grams = |year| {
            let on = NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
            edition(on, (&OLD, old), &[(&NEW, new)], kbm_row).rows[0].kbm_grams
        };
        assert_eq!([grams(2019), grams(2026), grams(2027)], [800, 800, 700]);
    }

    #[test]
    fn classes_leave_no_gap_and_never_overlap() {
        for (index, months) in
            [("BBU", 0), ("TBU", 30), ("BBTB", 59), ("IMTU", 12), ("IMTU", 60), ("IMTU", 227), ("TBU", 72), ("LKU", 5)]
        {
            let index = Index::from_code(index).unwrap();
            for hundredths in -700..=700 {
                let fits = status_rows(today()).rows.iter().filter(|row| {
                    row.index == index
                        && spans(row.months, months)
                        && row.lower.is_none_or(|it| hundredths > it || row.includes_lower && hundredths == it)
                        && row.upper.is_none_or(|it| hundredths < it || row.includes_upper && hundredths == it)
                });
                assert_eq!(fits.count(), 1, "{index:?} {months} {hundredths}");
            }
        }
    }

    #[track_caller]
    fn check(index: Index, months: u32, hundredths: i64, code: &str) {
        assert_eq!(classify(today(), index, months, hundredths).map(|row| row.category.code()), Some(code));
    }

    #[test]
    fn a_limit_belongs_to_the_class_with_the_equals_sign() {
        use Index::*;
        check(WeightForAge, 12, -301, "bb_sangat_kurang");
        check(WeightForAge, 12, -300, "bb_kurang");
        check(WeightForAge, 12, -201, "bb_kurang");
        check(WeightForAge, 12, -200, "bb_normal");
        check(WeightForAge, 12, 100, "bb_normal");
        check(WeightForAge, 12, 101, "risiko_bb_lebih");
        check(LengthForAge, 12, -301, "sangat_pendek");
        check(LengthForAge, 12, -300, "pendek");
        check(LengthForAge, 12, -200, "tinggi_badan_normal");
        check(LengthForAge, 12, 300, "tinggi_badan_normal");
        check(LengthForAge, 12, 301, "tinggi");
        for index in [WeightForLength, BmiForAge] {
            check(index, 12, -301, "gizi_buruk");
            check(index, 12, -300, "gizi_kurang");
            check(index, 12, -200, "gizi_baik");
            check(index, 12, 100, "gizi_baik");
            check(index, 12, 101, "berisiko_gizi_lebih");
            check(index, 12, 200, "berisiko_gizi_lebih");
            check(index, 12, 201, "gizi_lebih");
            check(index, 12, 300, "gizi_lebih");
            check(index, 12, 301, "obesitas");
        }
        check(BmiForAge, 60, -301, "gizi_buruk");
        check(BmiForAge, 60, -300, "gizi_kurang");
        check(BmiForAge, 60, 100, "gizi_baik");
        check(BmiForAge, 60, 200, "gizi_lebih");
        check(BmiForAge, 60, 201, "obesitas");
        check(HeadForAge, 12, -201, "mikrosefali");
        check(HeadForAge, 12, -200, "kepala_normal");
        check(HeadForAge, 12, 200, "kepala_normal");
        check(HeadForAge, 12, 201, "makrosefali");
        check(Lila, 6, 11_400, "lila_merah");
        check(Lila, 6, 11_500, "lila_kuning");
        check(Lila, 59, 12_400, "lila_kuning");
        check(Lila, 59, 12_500, "lila_hijau");
        assert_eq!(classify(today(), Lila, 5, 11_000), None);
        assert_eq!(classify(today(), WeightForAge, 60, 0), None);
    }

    #[test]
    fn kbm_is_the_table_of_buku_kia() {
        // Buku KIA 2023, KMS page: months 1 to 12, boys and girls
        let boys = [800, 900, 800, 600, 500, 400, 400, 300, 300, 300, 300, 200];
        let girls = [800, 900, 800, 600, 500, 400, 300, 300, 300, 300, 200, 200];
        let grams = |sex, months| kbm(today(), sex, months).map(|row| row.kbm_grams);
        for month in 1..=60_u32 {
            let column = month.min(12) as usize - 1;
            assert_eq!(grams(Sex::Male, month), Some(boys[column]));
            assert_eq!(grams(Sex::Female, month), Some(girls[column]));
        }
        for sex in [Sex::Male, Sex::Female] {
            assert_eq!(grams(sex, 0), None);
            assert_eq!(grams(sex, 61), None);
        }
    }

    #[test]
    fn from_month_4_kbm_is_the_rounded_gain_of_who_median() {
        use crate::domain::growth::zscore::{Curve, DAYS_PER_MONTH, sd_value};
        for sex in [Sex::Male, Sex::Female] {
            let median =
                |month: u32| sd_value(Curve::WeightForAge, sex, f64::from(month) * DAYS_PER_MONTH, 0.0).unwrap();
            for month in 4..=59 {
                let gain = ((median(month) - median(month - 1)) * 10.0).round() as u32 * 100;
                assert_eq!(kbm(today(), sex, month).unwrap().kbm_grams, gain, "{sex:?} {month}");
            }
        }
    }

    #[test]
    fn codes_read_back() {
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Some(*category));
        }
        assert_eq!(Category::from_code("normal"), None);
    }
}
