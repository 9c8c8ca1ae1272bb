//! The emergency card: whom to call, in which order, before any form.
//!
//! An aduan is not a call for help. Urgent categories show the card first; for violence the card itself waits for the
//! question whether it is safe to talk. Numbers are dated tables; those of the place are arguments, and an empty one
//! is not shown. Dialing is not known here.

use std::sync::LazyLock;

use chrono::{Months, NaiveDate};

use super::category::Category;
use super::codes::codes;
use super::table::{Table, TableError};
use crate::domain::shipped::shipped;

/// A local number older than this many months is shown with a warning (proposal).
pub const LOCAL_NUMBER_MONTHS: u32 = 6;
const NUMBERS: &str = shipped!("data/darurat-nomor.csv");
const PLACES: &str = shipped!("data/darurat-setempat.csv");
const CARDS: &str = shipped!("data/darurat-kartu.csv");

codes! {
    /// How a number is reached.
    Channel {
        /// A telephone call.
        Telepon = "telepon",
        /// A WhatsApp message.
        Wa = "wa",
    }
}

/// A number known to everybody, from the dated table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalNumber {
    /// Stable id, such as `sapa129`.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Digits to dial.
    pub number: String,
    /// Call or message.
    pub channel: Channel,
    /// Whether it works only where the local government runs it.
    pub is_conditional: bool,
    /// Evidence mark.
    pub mark: String,
}

/// An office or person of the place whose number is asked when the posyandu is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalContact {
    /// Stable id, such as `puskesmas`.
    pub id: String,
    /// Name shown to people.
    pub name: String,
}

/// A number of the place, or one that replaces a national number there.
#[derive(Clone, PartialEq, Eq)]
pub struct LocalNumber {
    /// Id of a [`LocalContact`] or of a [`NationalNumber`].
    pub id: String,
    /// The number as typed; empty means there is none.
    pub number: String,
    /// The day somebody last confirmed it.
    pub checked_on: NaiveDate,
}

impl core::fmt::Debug for LocalNumber {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "LocalNumber({}, ..)", self.id)
    }
}

/// One line of the card.
#[derive(Clone, PartialEq, Eq)]
pub struct CardEntry {
    /// Id of the contact.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Digits to dial, with a leading `+` if it was typed.
    pub number: String,
    /// Call or message.
    pub channel: Channel,
    /// Whether to add that it works only where the local government runs it.
    pub is_conditional: bool,
    /// Whether to add that nobody confirmed it for six months.
    pub is_stale: bool,
}

impl core::fmt::Debug for CardEntry {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "CardEntry({}, ..)", self.id)
    }
}

/// What stands before the form of an urgent category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyCard {
    /// Whether to ask first if it is safe to talk now.
    pub asks_safe_to_talk: bool,
    /// Whom to call, in this order.
    pub entries: Vec<CardEntry>,
    /// Whether a ready SMS may be offered when there is no signal for data.
    pub allows_sms: bool,
}

/// The tables of numbers and cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmergencyTable {
    version: u32,
    numbers: Vec<NationalNumber>,
    contacts: Vec<LocalContact>,
    cards: Vec<CardRule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct CardRule {
    category: String,
    order: Vec<String>,
    allows_sms: bool,
}

impl EmergencyTable {
    /// The tables that came with this app.
    pub fn bundled() -> &'static Self {
        static TABLE: LazyLock<EmergencyTable> =
            LazyLock::new(|| EmergencyTable::parse(NUMBERS, PLACES, CARDS).unwrap_or_default());
        &TABLE
    }

    /// Reads the three tables: national numbers, contacts of the place, cards.
    pub fn parse(numbers: &str, contacts: &str, cards: &str) -> Result<Self, TableError> {
        let mut tables = Self::default();
        let table = Table::parse(numbers)?;
        tables.version = table.note("versi")?.parse().map_err(|_| TableError::Cell { line: 0, column: "versi" })?;
        for row in table.rows() {
            tables.numbers.push(NationalNumber {
                id: row.cell("id")?.to_owned(),
                name: row.cell("nama")?.to_owned(),
                number: dialable(row.cell("nomor")?).ok_or(row.error("nomor"))?,
                channel: Channel::from_code(row.cell("cara")?),
                is_conditional: row.flag("bersyarat")?,
                mark: row.cell("tanda")?.to_owned(),
            });
        }
        for row in Table::parse(contacts)?.rows() {
            tables.contacts.push(LocalContact { id: row.cell("id")?.to_owned(), name: row.cell("nama")?.to_owned() });
        }
        for row in Table::parse(cards)?.rows() {
            let (category, order) = (row.cell("kode")?.to_owned(), row.list("urutan")?);
            tables.cards.push(CardRule { category, order, allows_sms: row.flag("sms")? });
        }
        Ok(tables)
    }

    /// Version of the table of numbers.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The national numbers.
    pub fn numbers(&self) -> &[NationalNumber] {
        &self.numbers
    }

    /// The contacts whose numbers are asked when the posyandu is registered.
    pub fn contacts(&self) -> &[LocalContact] {
        &self.contacts
    }

    /// The card before the form of this category, if it is urgent. An urgent category that a kabupaten added without
    /// an order gets every number, and the violence card without those of the village.
    pub fn card(&self, category: &Category, local: &[LocalNumber], today: NaiveDate) -> Option<EmergencyCard> {
        if !category.is_urgent {
            return None;
        }
        let rule = self.cards.iter().find(|rule| rule.category == category.code);
        let mut entries: Vec<CardEntry> = match rule {
            Some(rule) => rule.order.iter().filter_map(|id| self.entry(id, local, today)).collect(),
            None if category.is_violence() => {
                let ids = self.numbers.iter().map(|number| number.id.as_str()).chain(["uptd_ppa"]);
                ids.filter_map(|id| self.entry(id, local, today)).collect()
            }
            None => self.general(local, today),
        };
        entries.dedup_by(|next, previous| next.number == previous.number && next.channel == previous.channel);
        let is_violence = category.is_violence();
        let allows_sms = !is_violence && rule.is_some_and(|rule| rule.allows_sms);
        Some(EmergencyCard { asks_safe_to_talk: is_violence, entries, allows_sms })
    }

    /// Every number, for the page that is one tap away everywhere.
    pub fn general(&self, local: &[LocalNumber], today: NaiveDate) -> Vec<CardEntry> {
        let national = self.numbers.iter().map(|number| number.id.as_str());
        let places = self.contacts.iter().map(|contact| contact.id.as_str());
        national.chain(places).filter_map(|id| self.entry(id, local, today)).collect()
    }

    fn entry(&self, id: &str, local: &[LocalNumber], today: NaiveDate) -> Option<CardEntry> {
        let own = local.iter().find(|number| number.id == id).and_then(|own| Some((own, dialable(&own.number)?)));
        let national = self.numbers.iter().find(|number| number.id == id);
        let contact = self.contacts.iter().find(|contact| contact.id == id);
        let name = national.map(|it| &it.name).or(contact.map(|it| &it.name))?.clone();
        let channel = national.map_or(Channel::Telepon, |it| it.channel.clone());
        let is_conditional = own.is_none() && national.is_some_and(|it| it.is_conditional);
        let is_stale = own.as_ref().is_some_and(|(own, _)| is_stale(own.checked_on, today));
        let number = own.map(|(_, number)| number).or(national.map(|it| it.number.clone()))?;
        Some(CardEntry { id: id.to_owned(), name, number, channel, is_conditional, is_stale })
    }
}

fn is_stale(checked_on: NaiveDate, today: NaiveDate) -> bool {
    checked_on.checked_add_months(Months::new(LOCAL_NUMBER_MONTHS)).is_some_and(|until| until < today)
}

/// Digits with an optional leading plus; `None` when there are no digits.
fn dialable(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let plus = if typed.trim_start().starts_with('+') { "+" } else { "" };
    (!digits.is_empty()).then(|| format!("{plus}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::super::category::CategoryTable;
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn local(id: &str, number: &str) -> LocalNumber {
        LocalNumber { id: id.into(), number: number.into(), checked_on: date("2026-01-10") }
    }

    fn card(code: &str, local: &[LocalNumber]) -> Option<EmergencyCard> {
        let category = CategoryTable::bundled().find(code).unwrap();
        EmergencyTable::bundled().card(category, local, date("2026-03-01"))
    }

    fn ids(card: &EmergencyCard) -> Vec<&str> {
        card.entries.iter().map(|entry| entry.id.as_str()).collect()
    }

    #[test]
    fn the_bundled_tables_are_whole() {
        let tables = EmergencyTable::parse(NUMBERS, PLACES, CARDS).unwrap();
        assert_eq!(&tables, EmergencyTable::bundled());
        assert_eq!((tables.numbers.len(), tables.contacts.len(), tables.version), (7, 9, 1));
        for rule in &tables.cards {
            for id in &rule.order {
                let is_known =
                    tables.numbers.iter().any(|it| it.id == *id) || tables.contacts.iter().any(|it| it.id == *id);
                assert!(is_known, "{}: {id}", rule.category);
            }
        }
    }

    #[test]
    fn exactly_the_urgent_categories_have_a_card() {
        for category in CategoryTable::bundled().all() {
            let rule = EmergencyTable::bundled().cards.iter().find(|rule| rule.category == category.code);
            assert_eq!(rule.is_some(), category.is_urgent, "{}", category.code);
            assert_eq!(card(&category.code, &[]).is_some(), category.is_urgent, "{}", category.code);
        }
    }

    #[test]
    fn violence_asks_first_and_never_goes_through_the_village() {
        let every_local: Vec<_> =
            EmergencyTable::bundled().contacts.iter().map(|it| local(&it.id, "0812 000")).collect();
        for category in CategoryTable::bundled().all().iter().filter(|it| it.is_violence()) {
            let card = card(&category.code, &every_local).unwrap();
            assert!(card.asks_safe_to_talk && !card.allows_sms);
            assert_eq!(ids(&card), ["polisi", "ambulans", "sapa129", "sapa129_wa", "uptd_ppa", "darurat"]);
        }
    }

    #[test]
    fn sms_is_for_fire_and_disaster_only() {
        let all = CategoryTable::bundled().all().iter();
        let allowed: Vec<_> = all
            .filter(|it| card(&it.code, &[]).is_some_and(|card| card.allows_sms))
            .map(|it| it.code.as_str())
            .collect();
        assert_eq!(allowed, ["PERKIM-02", "TRANTIB-01", "TRANTIB-02", "SOS-06"]);
    }

    #[test]
    fn an_empty_local_number_is_not_shown_and_an_old_one_is_marked() {
        let numbers = [local("bidan", " - "), local("puskesmas", "+62 812-3456")];
        let shown = card("KES-01", &numbers).unwrap();
        assert_eq!(ids(&shown), ["ambulans", "puskesmas", "darurat"]);
        assert_eq!(shown.entries[1].number, "+628123456");
        assert!(!shown.entries[1].is_stale);
        let category = CategoryTable::bundled().find("KES-01").unwrap();
        let later = EmergencyTable::bundled().card(category, &numbers, date("2026-07-11")).unwrap();
        assert!(later.entries[1].is_stale);
    }

    #[test]
    fn a_kabupaten_may_replace_a_national_number() {
        let shown = card("TRANTIB-01", &[local("darurat", "0286 123"), local("damkar_setempat", "113")]).unwrap();
        let numbers: Vec<_> = shown.entries.iter().map(|entry| entry.number.as_str()).collect();
        assert_eq!(numbers, ["113", "119", "0286123"]); // the same number is not shown twice
        assert!(!shown.entries[2].is_conditional);
        assert!(card("TRANTIB-01", &[]).unwrap().entries[2].is_conditional);
    }

    #[test]
    fn an_urgent_category_of_the_kabupaten_gets_a_card_too() {
        let mut category = CategoryTable::bundled().find("TRANTIB-08").unwrap().clone();
        category.code = "TRANTIB-08-L01".into();
        let own = [local("kades", "0811"), local("uptd_ppa", "0812")];
        let violence = EmergencyTable::bundled().card(&category, &own, date("2026-03-01")).unwrap();
        assert!(
            violence.asks_safe_to_talk && !ids(&violence).contains(&"kades") && ids(&violence).contains(&"uptd_ppa")
        );
        category.traits.clear();
        let other = EmergencyTable::bundled().card(&category, &own, date("2026-03-01")).unwrap();
        assert!(!other.asks_safe_to_talk && ids(&other).contains(&"kades") && !other.allows_sms);
    }

    #[test]
    fn debug_shows_no_number() {
        assert_eq!(format!("{:?}", local("bidan", "0812")), "LocalNumber(bidan, ..)");
    }
}
