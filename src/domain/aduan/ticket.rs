//! The number of an aduan and its tracking code, both made without a connection.
//!
//! A number is `KKKK-PPP-NNNN-C`: kabupaten, device, running number of that device, check character (Luhn mod 32 over
//! Crockford's base 32). A device that was never enrolled uses `Z` and seven random characters as its code; such
//! numbers stay valid for good. Randomness and counters come from the caller.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Crockford's base 32: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code given at enrolment.
const ENROLLED_LENGTH: usize = 3;
/// Characters of a code made before enrolment, with its leading `Z`.
const UNENROLLED_LENGTH: usize = 8;
/// Digits of the kabupaten code.
const KABUPATEN_LENGTH: usize = 4;
/// The running number is written with at least this many digits.
const RUNNING_LENGTH: usize = 4;

/// Why a typed or scanned number is not a ticket number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// A character that stands for nothing in the alphabet.
    #[error("character is not in the alphabet")]
    Character,
    /// Too few or too many characters.
    #[error("ticket number has the wrong length")]
    Length,
    /// The kabupaten code is not four digits.
    #[error("kabupaten code is not four digits")]
    Kabupaten,
    /// The device code has neither form.
    #[error("device code has neither the enrolled nor the random form")]
    Device,
    /// The running number is zero, too large, or not digits.
    #[error("running number is not a positive number in its shortest form")]
    Running,
    /// The check character does not fit: something was misread or mistyped.
    #[error("check character does not fit")]
    Check,
}

/// The code of a kabupaten or kota without its dot: four digits (Kemendagri).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KabupatenCode(String);

impl KabupatenCode {
    /// Accepts `3325` and `33.25`.
    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let digits: String = text.chars().filter(|letter| *letter != '.').collect();
        let is_code = digits.len() == KABUPATEN_LENGTH && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(Self(digits)) } else { Err(TicketError::Kabupaten) }
    }

    /// The four digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The code of the phone that gives numbers: three characters from the server, or `Z` and seven random ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceCode(String);

impl DeviceCode {
    /// Makes the code of a phone that was never enrolled. Each byte gives five uniform bits.
    pub fn unenrolled(random: [u8; UNENROLLED_LENGTH - 1]) -> Self {
        let tail = random.iter().map(|byte| symbol(u32::from(*byte) % 32));
        Self(core::iter::once('Z').chain(tail).collect())
    }

    /// Reads either form, forgiving as [`TicketNumber::parse`].
    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let code = normalize(text)?;
        let expected = if code.starts_with('Z') { UNENROLLED_LENGTH } else { ENROLLED_LENGTH };
        if code.len() == expected { Ok(Self(code)) } else { Err(TicketError::Device) }
    }

    /// Whether the server gave this code.
    pub fn is_enrolled(&self) -> bool {
        !self.0.starts_with('Z')
    }

    /// The characters without hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The number of an aduan, unique without any connection because no device code is given twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber {
    kabupaten: KabupatenCode,
    device: DeviceCode,
    running: u32,
}

impl TicketNumber {
    /// Joins the parts. `running` counts the tickets of this device from 1 and is taken in the saving transaction.
    pub fn new(kabupaten: KabupatenCode, device: DeviceCode, running: u32) -> Result<Self, TicketError> {
        if running == 0 { Err(TicketError::Running) } else { Ok(Self { kabupaten, device, running }) }
    }

    /// Reads what a person types or a code shows: any case, blanks and hyphens, O for 0, I or L for 1, U for V.
    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let code = normalize(text)?;
        let (body, check) = split_back(&code, 1)?;
        if !check.starts_with(check_character(body)) {
            return Err(if body.len() < 11 { TicketError::Length } else { TicketError::Check });
        }
        let (kabupaten, rest) = split_front(body, KABUPATEN_LENGTH)?;
        let device_length = if rest.starts_with('Z') { UNENROLLED_LENGTH } else { ENROLLED_LENGTH };
        let (device, digits) = split_front(rest, device_length)?;
        let number = Self::new(KabupatenCode::parse(kabupaten)?, DeviceCode::parse(device)?, running(digits)?)?;
        Ok(number)
    }

    /// The kabupaten whose number this is.
    pub fn kabupaten(&self) -> &KabupatenCode {
        &self.kabupaten
    }

    /// The phone that gave the number.
    pub fn device(&self) -> &DeviceCode {
        &self.device
    }

    /// The running number of that phone, from 1.
    pub fn running(&self) -> u32 {
        self.running
    }

    /// The check character.
    pub fn check(&self) -> char {
        check_character(&self.body())
    }

    /// The number without hyphens, as a QR code holds it.
    pub fn compact(&self) -> String {
        format!("{}{}", self.body(), self.check())
    }

    /// The number for a narrow receipt: the place it comes from, then the number there.
    pub fn two_lines(&self) -> [String; 2] {
        let first = format!("{}-{}", self.kabupaten.0, self.device.0);
        [first, format!("{:04}-{}", self.running, self.check())]
    }

    fn body(&self) -> String {
        format!("{}{}{:04}", self.kabupaten.0, self.device.0, self.running)
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.two_lines();
        write!(formatter, "{first}-{second}")
    }
}

macro_rules! stored_as_text {
    ($name:ident, $write:expr) => {
        impl TryFrom<String> for $name {
            type Error = TicketError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                let write: fn(&$name) -> String = $write;
                write(&value)
            }
        }
    };
}

stored_as_text!(KabupatenCode, |code| code.0.clone());
stored_as_text!(DeviceCode, |code| code.0.clone());
stored_as_text!(TicketNumber, |number| number.to_string());

/// Why there is no tracking code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackingCodeError {
    /// All the random bytes fell into the part that would favor some codes. Ask again with fresh bytes.
    #[error("random bytes give no uniform code")]
    MoreRandomness,
    /// The typed text is not six digits.
    #[error("tracking code is not six digits")]
    NotSixDigits,
}

/// The six secret digits by which a reporter follows her aduan. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrackingCode(u32);

impl TrackingCode {
    /// Number of codes.
    const COUNT: u32 = 1_000_000;

    /// Takes the first three bytes that give a uniform code; 32 bytes fail once in some 10^13 times.
    pub fn from_random(random: &[u8]) -> Result<Self, TrackingCodeError> {
        let limit = (1 << 24) / Self::COUNT * Self::COUNT;
        let (triples, _) = random.as_chunks::<3>();
        let mut draws = triples.iter().map(|[a, b, c]| u32::from_be_bytes([0, *a, *b, *c]));
        let draw = draws.find(|draw| *draw < limit).ok_or(TrackingCodeError::MoreRandomness)?;
        Ok(Self(draw % Self::COUNT))
    }

    /// Reads six digits, with or without blanks and hyphens.
    pub fn parse(text: &str) -> Result<Self, TrackingCodeError> {
        let digits: String = text.chars().filter(|letter| !is_separator(*letter)).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().map_err(|_| TrackingCodeError::NotSixDigits)?;
        if is_code { Ok(Self(number)) } else { Err(TrackingCodeError::NotSixDigits) }
    }

    /// The six digits together.
    pub fn digits(&self) -> String {
        format!("{:06}", self.0)
    }

    /// The digits as the receipt shows them: `481 907`.
    pub fn grouped(&self) -> String {
        format!("{:03} {:03}", self.0 / 1000, self.0 % 1000)
    }
}

impl fmt::Debug for TrackingCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TrackingCode(..)")
    }
}

impl TryFrom<String> for TrackingCode {
    type Error = TrackingCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TrackingCode> for String {
    fn from(code: TrackingCode) -> Self {
        code.digits()
    }
}

/// Luhn mod 32: catches each single wrong character and each swap of neighbors except 0 with Z.
fn check_character(body: &str) -> char {
    let mut factor = 2;
    let mut total = 0;
    for letter in body.chars().rev() {
        let product = value(letter).unwrap_or_default() * factor;
        factor = 3 - factor;
        total += product / 32 + product % 32;
    }
    symbol((32 - total % 32) % 32)
}

fn value(letter: char) -> Option<u32> {
    let position = ALPHABET.iter().position(|known| char::from(*known) == letter)?;
    u32::try_from(position).ok()
}

fn symbol(value: u32) -> char {
    let position = usize::try_from(value).unwrap_or_default();
    ALPHABET.get(position).map_or('0', |byte| char::from(*byte))
}

fn normalize(text: &str) -> Result<String, TicketError> {
    text.chars().filter(|letter| !is_separator(*letter)).map(read).collect()
}

fn read(letter: char) -> Result<char, TicketError> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        'U' => 'V',
        other => other,
    };
    value(letter).map(|_| letter).ok_or(TicketError::Character)
}

/// Blanks and every dash that a keyboard or a messenger puts in place of a hyphen.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{feff}')
}

fn running(digits: &str) -> Result<u32, TicketError> {
    let is_shortest = digits.len() == RUNNING_LENGTH || digits.len() > RUNNING_LENGTH && !digits.starts_with('0');
    if !is_shortest || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TicketError::Running);
    }
    digits.parse().map_err(|_| TicketError::Running)
}

fn split_front(text: &str, length: usize) -> Result<(&str, &str), TicketError> {
    text.split_at_checked(length).ok_or(TicketError::Length)
}

fn split_back(text: &str, length: usize) -> Result<(&str, &str), TicketError> {
    let at = text.len().checked_sub(length).ok_or(TicketError::Length)?;
    split_front(text, at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(kabupaten: &str, device: &str, running: u32, expected: &str) {
        let parts = (KabupatenCode::parse(kabupaten).unwrap(), DeviceCode::parse(device).unwrap());
        let number = TicketNumber::new(parts.0, parts.1, running).unwrap();
        assert_eq!(number.to_string(), expected);
        assert_eq!(TicketNumber::parse(expected), Ok(number.clone()));
        assert_eq!(TicketNumber::parse(&number.compact()), Ok(number));
    }

    #[test]
    fn numbers_of_enrolled_phones_carry_the_known_check_character() {
        check("3325", "7QF", 42, "3325-7QF-0042-3");
        check("15.04", "001", 1, "1504-001-0001-H");
        check("1872", "0ZK", 1234, "1872-0ZK-1234-G");
        check("1771", "A00", 7, "1771-A00-0007-6");
    }

    #[test]
    fn a_number_grows_after_9999() {
        let (kabupaten, device) = (KabupatenCode::parse("3325").unwrap(), DeviceCode::parse("7QF").unwrap());
        let number = TicketNumber::new(kabupaten, device, 10_000).unwrap();
        assert_eq!(number.two_lines()[1].len(), 7);
        assert_eq!(TicketNumber::parse(&number.to_string()), Ok(number));
    }

    #[test]
    fn a_phone_never_enrolled_uses_the_random_form() {
        let device = DeviceCode::unenrolled([0, 1, 31, 32, 255, 10, 18]);
        assert_eq!(device.as_str(), "Z01Z0ZAJ");
        assert!(!device.is_enrolled());
        let number = TicketNumber::new(KabupatenCode::parse("3325").unwrap(), device, 3).unwrap();
        let [first, second] = number.two_lines();
        assert_eq!(first, "3325-Z01Z0ZAJ");
        assert_eq!(number.to_string(), format!("{first}-{second}"));
        assert_eq!(TicketNumber::parse(&format!("{first}\n{second}")), Ok(number));
    }

    #[test]
    fn typed_numbers_are_read_forgivingly() {
        let expected = TicketNumber::parse("1504-001-0001-H").unwrap();
        for text in ["1504001 0001h", " 15o4 - OOl - oooI - h ", "1504\u{2013}001\u{2011}0001\u{2010}H"] {
            assert_eq!(TicketNumber::parse(text), Ok(expected.clone()), "{text}");
        }
        assert_eq!(DeviceCode::parse("u1o"), DeviceCode::parse("V10"));
    }

    #[test]
    fn what_is_not_a_number_says_why() {
        assert_eq!(TicketNumber::parse(""), Err(TicketError::Length));
        assert_eq!(TicketNumber::parse("3325"), Err(TicketError::Length));
        assert_eq!(TicketNumber::parse("3325-7QF-0042-4"), Err(TicketError::Check));
        assert_eq!(TicketNumber::parse("3325-7QF-0042-é"), Err(TicketError::Character));
        assert_eq!(KabupatenCode::parse("332"), Err(TicketError::Kabupaten));
        assert_eq!(DeviceCode::parse("Z7Q"), Err(TicketError::Device));
        let (kabupaten, device) = (KabupatenCode::parse("3325").unwrap(), DeviceCode::parse("7QF").unwrap());
        assert_eq!(TicketNumber::new(kabupaten, device, 0), Err(TicketError::Running));
    }

    #[test]
    fn a_number_is_stored_as_its_text() {
        let number = TicketNumber::parse("3325-7QF-0042-3").unwrap();
        let text = serde_json::to_string(&number).unwrap();
        assert_eq!(text, "\"3325-7QF-0042-3\"");
        assert_eq!(serde_json::from_str::<TicketNumber>(&text).unwrap(), number);
        assert!(serde_json::from_str::<TicketNumber>("\"3325-7QF-0042-4\"").is_err());
    }

    #[test]
    fn a_tracking_code_is_uniform_and_silent() {
        let code = TrackingCode::from_random(&[0x07, 0x5a, 0x73]).unwrap(); // 481,907
        assert_eq!((code.grouped().as_str(), code.digits().as_str()), ("481 907", "481907"));
        assert_eq!(TrackingCode::parse("481-907"), Ok(code.clone()));
        assert_eq!(format!("{code:?}"), "TrackingCode(..)");
        assert_eq!(TrackingCode::from_random(&[0, 0, 5]).unwrap().grouped(), "000 005");
        // 16,000,000 and above would favor small codes: the next three bytes are taken.
        assert_eq!(TrackingCode::from_random(&[0xf4, 0x24, 0x00, 0, 0, 9]).unwrap().digits(), "000009");
        assert_eq!(TrackingCode::from_random(&[0xf4, 0x23, 0xff]).unwrap().digits(), "999999");
        assert_eq!(TrackingCode::from_random(&[0xff; 32]), Err(TrackingCodeError::MoreRandomness));
        assert_eq!(TrackingCode::from_random(&[1, 2]), Err(TrackingCodeError::MoreRandomness));
        for text in ["", "48190", "4819070", "48190a", "+48190"] {
            assert_eq!(TrackingCode::parse(text), Err(TrackingCodeError::NotSixDigits), "{text}");
        }
    }

    fn any_number() -> impl Strategy<Value = TicketNumber> {
        let enrolled = "[0-9A-HJKMNP-TV-Y][0-9A-HJKMNP-TV-Z]{2}".prop_map(|code| DeviceCode::parse(&code).unwrap());
        let random = any::<[u8; 7]>().prop_map(DeviceCode::unenrolled);
        ("[0-9]{4}", prop_oneof![enrolled, random], 1..=u32::MAX).prop_map(|(kabupaten, device, running)| {
            TicketNumber::new(KabupatenCode::parse(&kabupaten).unwrap(), device, running).unwrap()
        })
    }

    proptest! {
        #[test]
        fn every_number_survives_writing_and_reading(number in any_number()) {
            prop_assert_eq!(TicketNumber::parse(&number.to_string()), Ok(number.clone()));
            prop_assert_eq!(TicketNumber::parse(&number.compact().to_lowercase()), Ok(number));
        }

        #[test]
        fn every_single_wrong_character_is_caught(number in any_number(), at: prop::sample::Index, other in 1_u32..32) {
            let mut letters: Vec<char> = number.compact().chars().collect();
            let at = at.index(letters.len());
            letters[at] = symbol((value(letters[at]).unwrap() + other) % 32);
            prop_assert!(TicketNumber::parse(&letters.iter().collect::<String>()).is_err());
        }

        #[test]
        fn every_swap_of_neighbors_but_0_and_z_is_caught(number in any_number(), at: prop::sample::Index) {
            let mut letters: Vec<char> = number.compact().chars().collect();
            let at = at.index(letters.len() - 1);
            let mut pair = [letters[at], letters[at + 1]];
            letters.swap(at, at + 1);
            pair.sort_unstable();
            prop_assume!(pair[0] != pair[1] && pair != ['0', 'Z']);
            prop_assert!(TicketNumber::parse(&letters.iter().collect::<String>()).is_err());
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,24}") {
            let _ = TicketNumber::parse(&text);
            let _ = TrackingCode::parse(&text);
        }
    }
}
