//! Kerahasiaan: who may see what of an aduan, and what follows for asking, storing and showing.
//!
//! Secrecy never depends on somebody remembering a switch: a category brings its level, anyone may raise it, and only
//! the recorded wish of the reporter lowers it. Sealing itself is done elsewhere.

use super::category::Category;
use super::codes::codes;

codes! {
    /// The secrecy of an aduan.
    Kerahasiaan {
        /// Handlers see content, and name and contact by a logged release.
        Terbuka = "terbuka",
        /// Handlers see content; the identity stays sealed.
        Anonim = "anonim",
        /// Content and identity are sealed.
        Rahasia = "rahasia",
        /// No identity is asked or stored.
        TanpaIdentitas = "tanpa_identitas",
    }
}

/// Why the secrecy may not change so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecrecyError {
    /// Something would become visible that was not, and the reporter's wish is not recorded.
    #[error("only the reporter's recorded wish lowers secrecy")]
    NeedsReporterWish,
}

/// What the receipt and its share text may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptForm {
    /// Number, date, Posyandu, label, due date, category and title.
    Detailed,
    /// The same without category and title, under a heading that says nothing.
    Neutral,
}

/// Whether the intake offers a photo or a point on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Offered at once.
    On,
    /// Only after the person asks for it.
    Off,
    /// Not at all.
    Forbidden,
}

impl Kerahasiaan {
    /// From the least to the most secret; a level of a newer app counts as the most secret.
    pub fn strictness(&self) -> u8 {
        match self {
            Self::Terbuka => 0,
            Self::Anonim => 1,
            Self::TanpaIdentitas => 2,
            Self::Rahasia | Self::Unknown(_) => 3,
        }
    }

    /// The stricter of two, as the view of merged aduan needs it.
    pub fn strictest(self, other: Self) -> Self {
        if other.strictness() > self.strictness() { other } else { self }
    }

    /// Whether content, not only identity, is sealed.
    pub fn seals_content(&self) -> bool {
        matches!(self, Self::Rahasia | Self::Unknown(_))
    }

    /// Whether the reporter is asked for name and contact.
    pub fn asks_reporter(&self) -> bool {
        *self != Self::TanpaIdentitas
    }

    /// Whether RT or a landmark must be given.
    pub fn asks_exact_place(&self) -> bool {
        !self.seals_content()
    }

    /// Whether to warn that no answer can be brought back to the reporter.
    pub fn warns_no_answer(&self) -> bool {
        *self == Self::TanpaIdentitas
    }

    /// Whether name and contact may be released to pemdes and OPD.
    pub fn may_release_identity(&self) -> bool {
        *self == Self::Terbuka
    }

    /// What the receipt may say.
    pub fn receipt(&self) -> ReceiptForm {
        if self.seals_content() { ReceiptForm::Neutral } else { ReceiptForm::Detailed }
    }

    /// Changes the level. Raising needs nothing; whatever lets more be seen needs the reporter's recorded wish.
    pub fn change(self, to: Self, has_reporter_wish: bool) -> Result<Self, SecrecyError> {
        if to.strictness() >= self.strictness() || has_reporter_wish {
            Ok(to)
        } else {
            Err(SecrecyError::NeedsReporterWish)
        }
    }
}

impl ReceiptForm {
    /// Whether the category is named.
    pub fn shows_category(self) -> bool {
        self == Self::Detailed
    }

    /// Whether the title is shown.
    pub fn shows_title(self) -> bool {
        self == Self::Detailed
    }

    /// Id of the heading, whose words live with the other sentences.
    pub fn heading_id(self) -> &'static str {
        match self {
            Self::Detailed => "aduan.tanda_terima",
            Self::Neutral => "aduan.tanda_terima.netral",
        }
    }
}

/// Whether photos are offered: off for sealed content and for violence, where no victim is ever photographed.
pub fn photo_offer(category: &Category, level: &Kerahasiaan) -> Offer {
    if level.seals_content() || category.is_violence() { Offer::Off } else { Offer::On }
}

/// Whether a point is offered: off for sealed content; forbidden for violence, whose place is never finer than kecamatan.
pub fn point_offer(category: &Category, level: &Kerahasiaan) -> Offer {
    match (category.is_violence(), level.seals_content()) {
        (true, _) => Offer::Forbidden,
        (false, true) => Offer::Off,
        (false, false) => Offer::On,
    }
}

/// Whether lists, notifications and the lock screen show only a neutral word.
pub fn is_neutral_in_lists(category: Option<&Category>, level: &Kerahasiaan) -> bool {
    level.seals_content() || category.is_some_and(Category::is_violence)
}

#[cfg(test)]
mod tests {
    use super::super::category::CategoryTable;
    use super::*;

    fn category(code: &str) -> &'static Category {
        CategoryTable::bundled().find(code).unwrap()
    }

    #[track_caller]
    fn check(from: Kerahasiaan, to: Kerahasiaan, is_free: bool) {
        assert_eq!(from.clone().change(to.clone(), true), Ok(to.clone()));
        assert_eq!(from.change(to, false).is_ok(), is_free);
    }

    #[test]
    fn anyone_raises_and_only_the_reporter_lowers() {
        use Kerahasiaan::{Anonim, Rahasia, TanpaIdentitas, Terbuka};
        for level in Kerahasiaan::KNOWN {
            check(level.clone(), level.clone(), true);
            check(level.clone(), Rahasia, true);
            check(level.clone(), Terbuka, *level == Terbuka);
        }
        check(Terbuka, Anonim, true);
        check(Terbuka, TanpaIdentitas, true);
        check(Anonim, TanpaIdentitas, true);
        check(TanpaIdentitas, Anonim, false);
        check(Rahasia, TanpaIdentitas, false); // the content would become visible
        check(Kerahasiaan::from_code("sangat_rahasia"), Anonim, false);
    }

    #[test]
    fn a_sealed_aduan_says_nothing_on_paper() {
        assert_eq!(Kerahasiaan::Rahasia.receipt(), ReceiptForm::Neutral);
        assert_eq!(Kerahasiaan::from_code("sangat_rahasia").receipt(), ReceiptForm::Neutral);
        assert!(!ReceiptForm::Neutral.shows_category() && !ReceiptForm::Neutral.shows_title());
        for level in [Kerahasiaan::Terbuka, Kerahasiaan::Anonim, Kerahasiaan::TanpaIdentitas] {
            assert_eq!(level.receipt(), ReceiptForm::Detailed);
        }
    }

    #[test]
    fn what_is_asked_follows_the_level() {
        assert!(!Kerahasiaan::TanpaIdentitas.asks_reporter() && Kerahasiaan::TanpaIdentitas.warns_no_answer());
        assert!(Kerahasiaan::Rahasia.asks_reporter() && !Kerahasiaan::Rahasia.asks_exact_place());
        assert!(Kerahasiaan::Terbuka.may_release_identity() && !Kerahasiaan::Anonim.may_release_identity());
    }

    #[test]
    fn photos_and_points_are_off_where_they_endanger() {
        let (road, violence) = (category("PU-05"), category("TRANTIB-08"));
        assert_eq!(photo_offer(road, &Kerahasiaan::Terbuka), Offer::On);
        assert_eq!(photo_offer(road, &Kerahasiaan::Rahasia), Offer::Off);
        assert_eq!(photo_offer(violence, &Kerahasiaan::Terbuka), Offer::Off);
        assert_eq!(point_offer(road, &Kerahasiaan::Terbuka), Offer::On);
        assert_eq!(point_offer(road, &Kerahasiaan::Rahasia), Offer::Off);
        assert_eq!(point_offer(violence, &Kerahasiaan::Anonim), Offer::Forbidden);
    }

    #[test]
    fn violence_is_neutral_in_lists_at_every_level() {
        assert!(is_neutral_in_lists(Some(category("PEND-07")), &Kerahasiaan::Terbuka));
        assert!(is_neutral_in_lists(None, &Kerahasiaan::Rahasia));
        assert!(!is_neutral_in_lists(Some(category("PU-05")), &Kerahasiaan::Anonim));
    }

    #[test]
    fn a_merged_view_is_as_strict_as_its_strictest() {
        assert_eq!(Kerahasiaan::Terbuka.strictest(Kerahasiaan::Anonim), Kerahasiaan::Anonim);
        assert_eq!(Kerahasiaan::Rahasia.strictest(Kerahasiaan::TanpaIdentitas), Kerahasiaan::Rahasia);
    }
}
