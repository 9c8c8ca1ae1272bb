//! The LMS values of WHO, unpacked once from the bytes that `tools/growth_tables.py` wrote.
//!
//! Knows rows, not rules: which table serves an age, and what a z-score is, is decided in [`super::zscore`].

use std::sync::OnceLock;

use super::Sex;

static PACKED: &[u8] = include_bytes!("data/who_lms.bin");

/// One table of WHO, both sexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// 2006, kg by day of age.
    WeightForAge,
    /// 2006, cm by day of age; length to day 730, height from day 731.
    LengthForAge,
    /// 2006, kg/m² by day of age.
    BmiForAge,
    /// 2006, cm by day of age.
    HeadForAge,
    /// 2006, cm by day of age, from day 91.
    ArmForAge,
    /// 2006, kg by 0.1 cm of length.
    WeightForLength,
    /// 2006, kg by 0.1 cm of height.
    WeightForHeight,
    /// 2007, cm by month of age.
    HeightForAge2007,
    /// 2007, kg/m² by month of age.
    BmiForAge2007,
    /// 2007, kg by month of age, to month 120.
    WeightForAge2007,
}

/// A row: the power, the median and the coefficient of variation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lms {
    /// Box-Cox power.
    pub l: f64,
    /// Median, in the unit of the measurement.
    pub m: f64,
    /// Coefficient of variation.
    pub s: f64,
}

impl Table {
    /// In the order of the packed bytes.
    const ALL: [Self; 10] = [
        Self::WeightForAge,
        Self::LengthForAge,
        Self::BmiForAge,
        Self::HeadForAge,
        Self::ArmForAge,
        Self::WeightForLength,
        Self::WeightForHeight,
        Self::HeightForAge2007,
        Self::BmiForAge2007,
        Self::WeightForAge2007,
    ];

    /// First and last key, both included: days, tenths of a cm, or months.
    pub fn keys(self) -> (u32, u32) {
        match self {
            Self::WeightForAge | Self::LengthForAge | Self::BmiForAge | Self::HeadForAge => (0, 1826),
            Self::ArmForAge => (91, 1826),
            Self::WeightForLength => (450, 1100),
            Self::WeightForHeight => (650, 1200),
            Self::HeightForAge2007 | Self::BmiForAge2007 => (60, 228),
            Self::WeightForAge2007 => (60, 120),
        }
    }

    /// The row of a whole key, or `None` outside the table.
    pub fn row(self, sex: Sex, key: u32) -> Option<Lms> {
        let (first, last) = self.keys();
        if !(first..=last).contains(&key) {
            return None;
        }
        let rows = (last - first + 1) as usize;
        let index = (key - first) as usize + if sex == Sex::Female { rows } else { 0 };
        let [l, m, s] = unpacked().get(self as usize)?.get(index)?;
        Some(Lms { l: f64::from(*l) / 1e4, m: f64::from(*m) / 1e4, s: f64::from(*s) / 1e5 })
    }

    /// The row of a key with decimals: L, M and S each on the straight line between the rows around it.
    pub fn between_rows(self, sex: Sex, key: f64) -> Option<Lms> {
        /// Far below any measurement, far above the noise of `84.3 + 0.7`.
        const ON_A_ROW: f64 = 1e-9;
        if !key.is_finite() || key < 0.0 {
            return None;
        }
        let nearest = key.round();
        if (key - nearest).abs() < ON_A_ROW {
            return self.row(sex, nearest as u32);
        }
        let (low, high) = (self.row(sex, key as u32)?, self.row(sex, (key as u32).checked_add(1)?)?);
        let part = key.fract();
        let line = |from: f64, to: f64| from + part * (to - from);
        Some(Lms { l: line(low.l, high.l), m: line(low.m, high.m), s: line(low.s, high.s) })
    }
}

/// L, M and S as whole numbers: 0.0001, 0.0001 and 0.00001.
type Row = [i32; 3];

fn unpacked() -> &'static Vec<Vec<Row>> {
    static TABLES: OnceLock<Vec<Vec<Row>>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut bytes = PACKED.iter().copied();
        Table::ALL.iter().map(|table| unpack(*table, &mut bytes)).collect()
    })
}

fn unpack(table: Table, bytes: &mut impl Iterator<Item = u8>) -> Vec<Row> {
    let (first, last) = table.keys();
    let mut rows: Vec<Row> = vec![[0; 3]; 2 * (last - first + 1) as usize];
    for column in 0..3 {
        let (mut value, mut step) = (0, 0);
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
            step += zigzag_varint(bytes);
            value += step;
            *cell = value;
        }
    }
    rows
}

fn zigzag_varint(bytes: &mut impl Iterator<Item = u8>) -> i32 {
    let mut value = 0_u32;
    for (index, byte) in (0..5).zip(bytes) {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            break;
        }
    }
    (value >> 1) as i32 ^ -((value & 1) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a over every L, M and S of WHO's published text tables, boys first, as 32-bit little endian.
    fn checksum(table: Table) -> (usize, u64) {
        let rows = &unpacked()[table as usize];
        let hash = rows
            .iter()
            .flatten()
            .flat_map(|value| value.to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        (rows.len(), hash)
    }

    #[test]
    fn every_row_is_the_published_one() {
        let expected = [
            (3654, 0x970d_3a80_4be2_a1bc),
            (3654, 0x30f7_75e1_74af_f1b8),
            (3654, 0xb16a_ce21_c3aa_82ca),
            (3654, 0x95f0_f337_d0c5_e56c),
            (3472, 0x171e_d88f_911f_c5eb),
            (1302, 0xe299_debe_332b_e946),
            (1102, 0xd06a_0dca_249d_6719),
            (338, 0x5a23_9e03_43c2_50a5),
            (338, 0x80a1_fc9a_9555_b23d),
            (122, 0x52fe_527f_0b89_aa3e),
        ];
        for (table, expected) in Table::ALL.into_iter().zip(expected) {
            assert_eq!(checksum(table), expected, "{table:?}");
        }
    }

    #[test]
    fn the_packed_bytes_are_used_to_the_last_one() {
        let mut bytes = PACKED.iter().copied();
        for table in Table::ALL {
            unpack(table, &mut bytes);
        }
        assert_eq!(bytes.next(), None);
    }

    #[track_caller]
    fn check(table: Table, sex: Sex, key: u32, l: f64, m: f64, s: f64) {
        assert_eq!(table.row(sex, key), Some(Lms { l, m, s }));
    }

    #[test]
    fn anchors_stand_where_who_prints_them() {
        check(Table::WeightForAge, Sex::Female, 0, 0.3809, 3.2322, 0.14171); // WHO 2006, girls, day 0
        check(Table::WeightForLength, Sex::Female, 450, -0.3833, 2.4607, 0.09029); // WHO 2006, girls, 45.0 cm
        check(Table::HeightForAge2007, Sex::Male, 60, 1.0, 109.7265, 0.04156); // WHO 2007, boys, month 60
        check(Table::BmiForAge2007, Sex::Female, 61, -0.8886, 15.2441, 0.09692); // WHO 2007, girls, month 61
    }

    #[test]
    fn no_row_exists_outside_a_table() {
        for table in Table::ALL {
            let (first, last) = table.keys();
            for sex in [Sex::Male, Sex::Female] {
                assert!(table.row(sex, first).is_some() && table.row(sex, last).is_some());
                assert_eq!(table.row(sex, last + 1), None);
                assert_eq!(table.between_rows(sex, f64::from(last) + 0.5), None);
            }
        }
        assert_eq!(Table::ArmForAge.row(Sex::Male, 90), None);
        assert_eq!(Table::WeightForAge.between_rows(Sex::Male, f64::NAN), None);
    }

    #[test]
    fn constant_l_of_weight_for_length_is_kept() {
        for key in 450..=1100 {
            assert_eq!(Table::WeightForLength.row(Sex::Male, key).unwrap().l, -0.3521);
            assert_eq!(Table::WeightForLength.row(Sex::Female, key).unwrap().l, -0.3833);
        }
    }
}
