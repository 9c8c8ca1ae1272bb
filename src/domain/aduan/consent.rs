//! Consent of the reporter: which sentence was agreed to, for what, and how.
//!
//! The sentences are dated data because a consent must be quotable word for word later. Only the first purpose is
//! needed for an aduan; refusing the others never blocks it. Whether a consent is needed at all is decided by
//! [`LegalBasis`].

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::codes::codes;
use super::table::{Table, TableError};
use crate::domain::json::{Map, Value};
use crate::domain::shipped::shipped;

const TEXTS: &str = shipped!("data/persetujuan.csv");

codes! {
    /// What the reporter agrees to; each purpose is a tick of its own.
    ConsentPurpose {
        /// Recording the aduan and how to reach the reporter.
        Catat = "catat",
        /// Giving name and contact to pemdes and OPD.
        BagikanOpd = "bagikan_opd",
        /// Adding photos.
        Foto = "foto",
    }
}

codes! {
    /// How the consent was given.
    ConsentMethod {
        /// Spoken, in front of a witness.
        LisanDisaksikan = "lisan_disaksikan",
        /// Signed on paper.
        TandaTangan = "tanda_tangan",
        /// Thumb print on paper.
        CapJempol = "cap_jempol",
        /// Given on a screen by the reporter.
        Digital = "digital",
    }
}

codes! {
    /// Why personal data of an aduan may be processed (UU 27/2022 art. 20; article number to be verified).
    LegalBasis {
        /// Consent, the ordinary case.
        Persetujuan = "persetujuan",
        /// Vital interest: a child whose guardian may be the one who harms.
        KepentinganVital = "kepentingan_vital",
        /// Task of a public office.
        TugasPublik = "tugas_publik",
    }
}

/// One consent that was given.
#[derive(Clone, PartialEq, Eq)]
pub struct ConsentRecord {
    /// Id of the sentence, such as `aduan-catat-1`.
    pub version: String,
    /// What it is for.
    pub purpose: ConsentPurpose,
    /// How it was given.
    pub method: ConsentMethod,
    /// Name of the witness as typed; needed for spoken consent.
    pub witness: Option<String>,
    /// Members of a newer app, carried unharmed.
    pub extra: Map,
}

impl ConsentRecord {
    /// A consent without a witness.
    pub fn new(version: &str, purpose: ConsentPurpose, method: ConsentMethod) -> Self {
        Self { version: version.to_owned(), purpose, method, witness: None, extra: Map::new() }
    }

    /// As the draft keeps it.
    pub fn to_value(&self) -> Value {
        let mut members = self.extra.clone();
        members.insert("version".into(), self.version.as_str().into());
        members.insert("tujuan".into(), self.purpose.code().into());
        members.insert("cara".into(), self.method.code().into());
        if let Some(witness) = &self.witness {
            members.insert("saksi".into(), witness.as_str().into());
        }
        Value::Object(members)
    }

    /// Reads it again.
    pub fn of(value: Value) -> Option<Self> {
        let Value::Object(mut members) = value else { return None };
        Some(Self {
            version: members.remove("version")?.into_text()?,
            purpose: ConsentPurpose::from_code(members.remove("tujuan")?.as_text()?),
            method: ConsentMethod::from_code(members.remove("cara")?.as_text()?),
            witness: members.remove("saksi").and_then(Value::into_text),
            extra: members,
        })
    }

    /// Whether a witness is still to be named.
    pub fn lacks_witness(&self) -> bool {
        let is_named = self.witness.as_deref().is_some_and(|name| !name.trim().is_empty());
        self.method == ConsentMethod::LisanDisaksikan && !is_named
    }
}

impl core::fmt::Debug for ConsentRecord {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "ConsentRecord({}, {:?}, {:?}, ..)", self.version, self.purpose, self.method)
    }
}

/// A sentence that is read to the reporter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    /// Id; a changed sentence gets a new one.
    pub id: String,
    /// What it is for.
    pub purpose: ConsentPurpose,
    /// First day it is used.
    pub from: NaiveDate,
    /// Whether an aduan needs it.
    pub is_required: bool,
    /// The sentence, word for word.
    pub text: String,
}

/// All consent sentences, also those no longer used.
pub fn texts() -> &'static [ConsentText] {
    static ALL: LazyLock<Vec<ConsentText>> = LazyLock::new(|| parse(TEXTS).unwrap_or_default());
    &ALL
}

/// The sentence with this id, for quoting.
pub fn text(id: &str) -> Option<&'static ConsentText> {
    texts().iter().find(|text| text.id == id)
}

/// The sentence to read for this purpose today.
pub fn current(purpose: &ConsentPurpose, today: NaiveDate) -> Option<&'static ConsentText> {
    texts().iter().filter(|text| text.purpose == *purpose && text.from <= today).max_by_key(|text| text.from)
}

fn parse(text: &str) -> Result<Vec<ConsentText>, TableError> {
    let table = Table::parse(text)?;
    table
        .rows()
        .map(|row| {
            Ok(ConsentText {
                id: row.cell("id")?.to_owned(),
                purpose: ConsentPurpose::from_code(row.cell("tujuan")?),
                from: row.day("mulai")?,
                is_required: row.flag("wajib")?,
                text: row.cell("kalimat")?.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::parse as parse_json;

    #[test]
    fn each_purpose_has_one_sentence_and_only_recording_is_required() {
        let today = "2026-11-21".parse().unwrap();
        assert_eq!(parse(TEXTS).unwrap().len(), 3);
        for purpose in ConsentPurpose::KNOWN {
            let text = current(purpose, today).unwrap();
            assert_eq!(text.is_required, *purpose == ConsentPurpose::Catat);
            assert_eq!(super::text(&text.id), Some(text));
        }
        assert_eq!(current(&ConsentPurpose::Catat, "2025-12-31".parse().unwrap()), None);
    }

    #[test]
    fn spoken_consent_needs_a_witness() {
        let mut consent = ConsentRecord::new("aduan-catat-1", ConsentPurpose::Catat, ConsentMethod::LisanDisaksikan);
        assert!(consent.lacks_witness());
        consent.witness = Some("  ".into());
        assert!(consent.lacks_witness());
        consent.witness = Some("Ani".into());
        assert!(!consent.lacks_witness());
        assert!(!format!("{consent:?}").contains("Ani"));
    }

    #[test]
    fn a_consent_of_a_newer_app_survives() {
        let text = r#"{"version":"aduan-riset-1","tujuan":"riset","cara":"digital","lama_hari":30}"#;
        let value = parse_json(text).unwrap();
        assert_eq!(ConsentRecord::of(value.clone()).unwrap().to_value(), value);
    }
}
