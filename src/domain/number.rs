//! Decimals as people type them: a comma before the decimals, full stops between thousands.
//!
//! Values are scaled integers: with scale 3, `8,5` is 8500. No number here is ever a float, and none is
//! checked for being plausible: that is the field's business. Read [`parse_decimal`] first.

use thiserror::Error;

/// How a typed number becomes an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecimalFormat {
    /// Power of ten between what is typed and what is stored: kilograms typed, grams stored is 3. At most 9.
    pub scale: u8,
    /// Decimals a person may type, at most `scale`.
    pub max_decimals: u8,
}

/// Why a typed number was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, serde::Serialize, serde::Deserialize)]
pub enum NumberError {
    /// Nothing was typed.
    #[error("no number was typed")]
    Empty,
    /// A letter or another sign.
    #[error("{found:?} does not belong in a number")]
    NotANumber {
        /// The first character that does not belong.
        found: char,
    },
    /// A minus sign.
    #[error("the number is negative")]
    Negative,
    /// More than one decimal comma.
    #[error("there is more than one comma")]
    TwoCommas,
    /// Full stops that neither group thousands nor can only be a decimal.
    #[error("the full stops do not group thousands")]
    StrayStop,
    /// Digits are missing before or after the decimal mark.
    #[error("the number ends or begins with its decimal mark")]
    Unfinished,
    /// More decimals than the field takes.
    #[error("{found} decimals, {allowed} allowed")]
    TooManyDecimals {
        /// Decimals the field takes.
        allowed: u8,
        /// Decimals typed, without trailing zeros.
        found: usize,
    },
    /// Too large to be stored.
    #[error("the number is too large")]
    TooLarge,
}

/// Reads a typed number into an integer scaled by `format`.
///
/// `8,5` and `8.5` are the same; `1.250` is one thousand two hundred and fifty. A single stop is a decimal
/// mark only with one or two digits after it. Zeros after the last allowed decimal change nothing and pass.
pub fn parse_decimal(text: &str, format: DecimalFormat) -> Result<u32, NumberError> {
    let text = text.trim();
    check_characters(text)?;
    let (whole, decimals) = match text.split_once(',') {
        Some((_, decimals)) if decimals.contains(',') => return Err(NumberError::TwoCommas),
        Some((_, decimals)) if decimals.contains('.') => return Err(NumberError::StrayStop),
        Some((whole, decimals)) => (ungroup(whole)?, decimals),
        None => match text.split_once('.') {
            Some((whole, decimals)) if decimals.len() <= 2 => (whole.to_owned(), decimals),
            _ => (ungroup(text)?, "0"),
        },
    };
    if whole.is_empty() || decimals.is_empty() {
        return Err(NumberError::Unfinished);
    }
    scaled(&whole, decimals.trim_end_matches('0'), format)
}

fn check_characters(text: &str) -> Result<(), NumberError> {
    match text.chars().find(|character| !matches!(character, '0'..='9' | ',' | '.')) {
        Some('-' | '\u{2212}' | '\u{2013}') => Err(NumberError::Negative),
        Some(found) => Err(NumberError::NotANumber { found }),
        None if text.is_empty() => Err(NumberError::Empty),
        None => Ok(()),
    }
}

/// Takes the stops out of `1.250.000`, and refuses stops that stand anywhere else.
fn ungroup(whole: &str) -> Result<String, NumberError> {
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let is_grouped = whole.contains('.');
    let is_first_right = !is_grouped || ((1..=3).contains(&first.len()) && !first.starts_with('0'));
    if is_first_right && groups.all(|group| group.len() == 3) {
        Ok(whole.replace('.', ""))
    } else {
        Err(NumberError::StrayStop)
    }
}

fn scaled(whole: &str, decimals: &str, format: DecimalFormat) -> Result<u32, NumberError> {
    let DecimalFormat { scale, max_decimals } = format;
    if decimals.len() > usize::from(max_decimals.min(scale)) {
        return Err(NumberError::TooManyDecimals { allowed: max_decimals.min(scale), found: decimals.len() });
    }
    let zeros = std::iter::repeat_n('0', usize::from(scale).saturating_sub(decimals.len()));
    let digits: String = whole.chars().chain(decimals.chars()).chain(zeros).collect();
    digits.parse().map_err(|_| NumberError::TooLarge)
}

/// How many decimals to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimals {
    /// As many as the value needs: `8,5`, `8`.
    Trimmed,
    /// Always this many, rounded half up: `8,50`.
    Fixed(u8),
}

/// Writes a scaled integer for reading: comma before the decimals, stops between thousands.
pub fn format_decimal(value: u32, scale: u8, decimals: Decimals) -> String {
    let (whole, fraction) = split(value, scale, decimals);
    join(&group_thousands(&whole), &fraction)
}

/// Writes a scaled integer for a field that will be edited: as [`format_decimal`], without the stops.
pub fn format_for_edit(value: u32, scale: u8, decimals: Decimals) -> String {
    let (whole, fraction) = split(value, scale, decimals);
    join(&whole, &fraction)
}

fn join(whole: &str, fraction: &str) -> String {
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole},{fraction}") }
}

fn split(value: u32, scale: u8, decimals: Decimals) -> (String, String) {
    let scale = u32::from(scale.min(9));
    let value = u64::from(value);
    let (value, scale) = match decimals {
        Decimals::Fixed(count) if u32::from(count) < scale => {
            let step = 10_u64.pow(scale - u32::from(count));
            ((value + step / 2) / step, u32::from(count))
        }
        _ => (value, scale),
    };
    let unit = 10_u64.pow(scale);
    let (whole, rest) = (value / unit, value % unit);
    let fraction = if scale == 0 { String::new() } else { format!("{rest:0width$}", width = scale as usize) };
    let fraction = match decimals {
        Decimals::Trimmed => fraction.trim_end_matches('0').to_owned(),
        Decimals::Fixed(count) => format!("{fraction:0<width$}", width = usize::from(count)),
    };
    (whole.to_string(), fraction)
}

fn group_thousands(whole: &str) -> String {
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// A key of the app's own number pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PadKey {
    /// 0 to 9; anything else does nothing.
    Digit(u8),
    /// The decimal comma.
    Comma,
    /// Takes the last character away.
    Backspace,
    /// Empties the field.
    Clear,
}

/// What the pad lets into a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PadLimits {
    /// Most digits before the comma.
    pub whole_digits: usize,
    /// Most digits after the comma; 0 switches the comma off.
    pub decimals: usize,
}

/// The text after a key of the number pad. A key that cannot apply leaves the text as it was.
///
/// A stop typed on a real keyboard counts as the decimal mark it stands for.
pub fn press(text: &str, key: PadKey, limits: PadLimits) -> String {
    let mark = text.find([',', '.']);
    match key {
        PadKey::Clear => String::new(),
        PadKey::Backspace => {
            let mut characters = text.chars();
            characters.next_back();
            characters.as_str().to_owned()
        }
        PadKey::Comma if mark.is_some() || limits.decimals == 0 => text.to_owned(),
        PadKey::Comma if text.is_empty() => "0,".to_owned(),
        PadKey::Comma => format!("{text},"),
        PadKey::Digit(digit @ 0..=9) => {
            let has_room = match mark {
                Some(at) => text.len() - at <= limits.decimals,
                None => text.len() < limits.whole_digits || text == "0",
            };
            match text {
                _ if !has_room => text.to_owned(),
                "0" => digit.to_string(),
                _ => format!("{text}{digit}"),
            }
        }
        PadKey::Digit(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KILOGRAMS: DecimalFormat = DecimalFormat { scale: 3, max_decimals: 2 };
    const WHOLE: DecimalFormat = DecimalFormat { scale: 0, max_decimals: 0 };

    #[track_caller]
    fn check(text: &str, expected: u32) {
        assert_eq!(parse_decimal(text, KILOGRAMS), Ok(expected), "{text}");
    }

    #[track_caller]
    fn check_error(text: &str, expected: NumberError) {
        assert_eq!(parse_decimal(text, KILOGRAMS), Err(expected), "{text}");
    }

    #[test]
    fn comma_and_stop_both_begin_decimals() {
        check("8,5", 8500);
        check("8.5", 8500);
        check("8.55", 8550);
        check("8,55", 8550);
        check(" 8 ", 8000);
        check("0,5", 500);
        check("08,5", 8500);
        check("12.0", 12_000);
    }

    #[test]
    fn a_stop_before_three_digits_groups_thousands() {
        check("1.250", 1_250_000);
        check("1.250,5", 1_250_500);
        assert_eq!(parse_decimal("1.250", WHOLE), Ok(1250));
        assert_eq!(parse_decimal("1.250.000", WHOLE), Ok(1_250_000));
        assert_eq!(parse_decimal("100.000", WHOLE), Ok(100_000));
    }

    #[test]
    fn stops_elsewhere_are_refused() {
        for text in ["0.500", "1.2.3", "1.25.000", "12.3456", "1234.567", "1,250.5", "1..000", ".500", "1.250."] {
            check_error(text, NumberError::StrayStop);
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        check_error("", NumberError::Empty);
        check_error("  ", NumberError::Empty);
        check_error("8,5,0", NumberError::TwoCommas);
        check_error("8,,5", NumberError::TwoCommas);
        check_error("-8,5", NumberError::Negative);
        check_error("8,5 kg", NumberError::NotANumber { found: ' ' });
        check_error("8o", NumberError::NotANumber { found: 'o' });
        check_error("8,555", NumberError::TooManyDecimals { allowed: 2, found: 3 });
        check_error("8,", NumberError::Unfinished);
        check_error("8.", NumberError::Unfinished);
        check_error(",5", NumberError::Unfinished);
        check_error(".5", NumberError::Unfinished);
        check_error(",", NumberError::Unfinished);
        check_error("4294968", NumberError::TooLarge);
        assert_eq!(parse_decimal("8,5", WHOLE), Err(NumberError::TooManyDecimals { allowed: 0, found: 1 }));
        assert_eq!(parse_decimal("99999999999", WHOLE), Err(NumberError::TooLarge));
    }

    #[test]
    fn zeros_at_the_end_are_no_extra_decimals() {
        check("8,500", 8500);
        assert_eq!(parse_decimal("120,0", WHOLE), Ok(120));
    }

    #[test]
    fn numbers_are_written_with_a_comma() {
        assert_eq!(format_decimal(8500, 3, Decimals::Trimmed), "8,5");
        assert_eq!(format_decimal(8000, 3, Decimals::Trimmed), "8");
        assert_eq!(format_decimal(8000, 3, Decimals::Fixed(1)), "8,0");
        assert_eq!(format_decimal(8550, 3, Decimals::Fixed(1)), "8,6");
        assert_eq!(format_decimal(9999, 3, Decimals::Fixed(1)), "10,0");
        assert_eq!(format_decimal(85, 1, Decimals::Fixed(2)), "8,50");
        assert_eq!(format_decimal(5, 3, Decimals::Trimmed), "0,005");
        assert_eq!(format_decimal(0, 3, Decimals::Trimmed), "0");
        assert_eq!(format_decimal(7, 0, Decimals::Fixed(0)), "7");
        assert_eq!(format_decimal(7, 0, Decimals::Fixed(1)), "7,0");
    }

    #[test]
    fn thousands_are_grouped_for_reading_only() {
        assert_eq!(format_decimal(1250, 0, Decimals::Trimmed), "1.250");
        assert_eq!(format_decimal(100, 0, Decimals::Trimmed), "100");
        assert_eq!(format_decimal(1_250_500, 0, Decimals::Trimmed), "1.250.500");
        assert_eq!(format_for_edit(1250, 0, Decimals::Trimmed), "1250");
        assert_eq!(format_for_edit(12_505, 1, Decimals::Trimmed), "1250,5");
    }

    const PAD: PadLimits = PadLimits { whole_digits: 3, decimals: 1 };

    fn type_keys(keys: &str, limits: PadLimits) -> String {
        keys.chars().fold(String::new(), |text, key| {
            let key = match key {
                ',' => PadKey::Comma,
                '<' => PadKey::Backspace,
                'C' => PadKey::Clear,
                digit => PadKey::Digit(digit.to_digit(10).unwrap() as u8),
            };
            press(&text, key, limits)
        })
    }

    #[test]
    fn the_pad_types_a_number() {
        assert_eq!(type_keys("8,5", PAD), "8,5");
        assert_eq!(type_keys("102,5", PAD), "102,5");
        assert_eq!(type_keys("85<", PAD), "8");
        assert_eq!(type_keys("<", PAD), "");
        assert_eq!(type_keys("85C1", PAD), "1");
    }

    #[test]
    fn a_second_comma_does_nothing() {
        assert_eq!(type_keys("8,,5,", PAD), "8,5");
        assert_eq!(press("8.5", PadKey::Comma, PAD), "8.5");
    }

    #[test]
    fn a_digit_too_many_does_nothing() {
        assert_eq!(type_keys("1234", PAD), "123");
        assert_eq!(type_keys("8,55", PAD), "8,5");
        assert_eq!(press("8.5", PadKey::Digit(5), PAD), "8.5");
        assert_eq!(press("8", PadKey::Digit(10), PAD), "8");
    }

    #[test]
    fn zeros_in_front_are_replaced() {
        assert_eq!(type_keys("05", PAD), "5");
        assert_eq!(type_keys("00", PAD), "0");
        assert_eq!(type_keys("0,5", PAD), "0,5");
        assert_eq!(type_keys(",5", PAD), "0,5");
    }

    #[test]
    fn a_whole_number_field_has_no_comma() {
        assert_eq!(type_keys("12,0", PadLimits { whole_digits: 3, decimals: 0 }), "120");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value: u32, scale in 0_u8..=9) {
            let format = DecimalFormat { scale, max_decimals: scale };
            prop_assert_eq!(parse_decimal(&format_decimal(value, scale, Decimals::Trimmed), format), Ok(value));
            prop_assert_eq!(parse_decimal(&format_decimal(value, scale, Decimals::Fixed(scale)), format), Ok(value));
            prop_assert_eq!(parse_decimal(&format_for_edit(value, scale, Decimals::Trimmed), format), Ok(value));
        }

        #[test]
        fn any_text_gives_an_answer(text in "[0-9.,a-z -]{0,12}", scale in 0_u8..=9) {
            let _ = parse_decimal(&text, DecimalFormat { scale, max_decimals: scale });
        }

        #[test]
        fn the_pad_never_types_what_cannot_be_finished(keys in "[0-9,<C]{0,20}") {
            let text = type_keys(&keys, PAD);
            let parsed = parse_decimal(&text, DecimalFormat { scale: 1, max_decimals: 1 });
            prop_assert!(matches!(parsed, Ok(_) | Err(NumberError::Empty | NumberError::Unfinished)), "{}", text);
        }
    }
}
