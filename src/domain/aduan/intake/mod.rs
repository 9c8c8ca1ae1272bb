//! The five short screens in which an aduan is taken: what is asked, what is wrong, what becomes of it.
//!
//! The draft holds the text as typed and survives as it is; parsing happens when it is checked. Checking a screen
//! never changes it. Submitting splits it: what handlers may read, the reporter's identity apart, or everything sealed.
//! Who the author is, ids, numbers and times come from the caller; sealing and storing happen elsewhere.

use chrono::{NaiveDate, NaiveDateTime};

use super::category::{self, Category, CategoryTable, CategoryTrait};
use super::codes::codes;
use super::consent::{ConsentPurpose, ConsentRecord, LegalBasis};
use super::process::{CategoryFacts, Facts, Jenis};
use super::secrecy::{Kerahasiaan, Offer, point_offer};
use super::ticket::TicketNumber;
use crate::domain::form::kept::{self, Kept, Member};
use crate::domain::iso;
use crate::domain::json::{self, Map, Value, object};
use crate::unicode;

/// Characters of a title.
pub const TITLE_LENGTH: (usize, usize) = (5, 80);
/// Characters of a description.
pub const DESCRIPTION_LENGTH: (usize, usize) = (10, 2000);
/// Photos at most.
pub const MOST_PHOTOS: usize = 3;
/// Bytes of one photo at most, after scaling.
pub const LARGEST_PHOTO_BYTES: u32 = 250 * 1024;
/// Seconds of a voice note at most.
pub const LONGEST_VOICE_SECONDS: u32 = 60;
/// Families that one aduan may concern at most; more is a slip of the finger.
pub const MOST_FAMILIES: u32 = 9999;
/// A point less accurate than this many meters is shown as an estimate.
pub const ACCURATE_METERS: u32 = 100;

codes! {
    /// Whether one household or a neighborhood is concerned.
    Sifat {
        /// One person or household.
        Individu = "individu",
        /// Several households.
        Komunal = "komunal",
    }
}

codes! {
    /// For whom the reporter speaks.
    UntukDiri {
        /// Herself.
        DiriSendiri = "diri_sendiri",
        /// Her family.
        Keluarga = "keluarga",
        /// Somebody else.
        OrangLain = "orang_lain",
        /// Everybody.
        Umum = "umum",
    }
}

codes! {
    /// How the aduan came.
    Saluran {
        /// At the desk of the Posyandu.
        MejaPosyandu = "meja_posyandu",
        /// At a home visit.
        Kunjungan = "kunjungan",
        /// By telephone or WhatsApp.
        TeleponWa = "telepon_wa",
        /// By the reporter herself from the poster.
        QrMandiri = "qr_mandiri",
        /// Through the village government.
        Pemdes = "pemdes",
        /// At an event of the Tim Pembina.
        KegiatanTimPembina = "kegiatan_tim_pembina",
    }
}

codes! {
    /// How the reporter wants to be reached.
    CaraHubung {
        /// WhatsApp.
        Wa = "wa",
        /// SMS.
        Sms = "sms",
        /// Call.
        Telepon = "telepon",
        /// Through the kader.
        LewatKader = "lewat_kader",
        /// The reporter comes herself.
        DatangSendiri = "datang_sendiri",
    }
}

codes! {
    /// Group of the reporter, for statistics only.
    Kelompok {
        /// Woman.
        Perempuan = "perempuan",
        /// Man.
        LakiLaki = "laki_laki",
        /// Under 18.
        Anak = "anak",
        /// Elderly.
        Lansia = "lansia",
        /// With a disability.
        Disabilitas = "disabilitas",
    }
}

/// The five screens, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Kind and category.
    Category,
    /// What happened.
    Event,
    /// Where, who, how many families.
    Place,
    /// Secrecy, reporter, consent.
    Reporter,
    /// Photos, check, send.
    Check,
}

impl Step {
    /// All screens in order.
    pub const ALL: [Self; 5] = [Self::Category, Self::Event, Self::Place, Self::Reporter, Self::Check];
}

codes! {
    /// A field of the draft, by its key in stored documents.
    Field {
        /// What is brought.
        Jenis = "jenis",
        /// Category.
        Kategori = "kategori",
        /// Title.
        Judul = "judul",
        /// Description.
        Uraian = "uraian",
        /// Voice note.
        RekamanSuara = "rekaman_suara",
        /// When it happened.
        WaktuKejadian = "waktu_kejadian",
        /// One household or several.
        Sifat = "sifat",
        /// Families concerned.
        JumlahTerdampakKk = "jumlah_terdampak_kk",
        /// Village code.
        KodeDesa = "kode_desa",
        /// RT, or a landmark in its place.
        Rt = "rt",
        /// RW.
        Rw = "rw",
        /// Point on the map.
        Titik = "titik",
        /// For whom.
        UntukDiri = "untuk_diri",
        /// Secrecy.
        Kerahasiaan = "kerahasiaan",
        /// Name of the reporter.
        Nama = "nama",
        /// Telephone of the reporter.
        Hp = "hp",
        /// How to reach the reporter.
        CaraHubung = "cara_hubung",
        /// NIK of the reporter.
        Nik = "nik",
        /// Guardian of a child.
        WaliNama = "wali_nama",
        /// How the guardian is related.
        WaliHubungan = "wali_hubungan",
        /// Channel.
        Saluran = "saluran",
        /// Consent.
        Persetujuan = "persetujuan",
        /// Photos.
        Foto = "foto",
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing was entered.
    #[error("nothing was entered")]
    Required,
    /// Fewer characters than needed.
    #[error("shorter than {least} characters")]
    TooShort {
        /// Characters needed.
        least: usize,
    },
    /// More characters than fit.
    #[error("longer than {most} characters")]
    TooLong {
        /// Characters that fit.
        most: usize,
    },
    /// Not a whole number.
    #[error("not a whole number")]
    NotANumber,
    /// A number outside its range.
    #[error("outside {least} to {most}")]
    OutOfRange {
        /// Smallest.
        least: u32,
        /// Largest.
        most: u32,
    },
    /// A choice that this app does not offer.
    #[error("not one of the choices")]
    UnknownChoice,
    /// Not a date of the calendar.
    #[error("not a date")]
    NotADate,
    /// A date after today.
    #[error("in the future")]
    InFuture,
    /// Not a telephone number of Indonesia.
    #[error("not a telephone number")]
    NotAPhone,
    /// Not sixteen digits.
    #[error("not sixteen digits")]
    NotSixteenDigits,
    /// Not asked for here, and must not be stored.
    #[error("not to be stored here")]
    NotAllowed,
    /// The secrecy is lower than the category brings, without the reporter's wish.
    #[error("lowered without the reporter's wish")]
    LoweredWithoutWish,
    /// The witness of a spoken consent is not named.
    #[error("the witness is not named")]
    NeedsWitness,
    /// More than fit.
    #[error("more than {most}")]
    TooMany {
        /// How many fit.
        most: usize,
    },
    /// A file is too large or its hash is not one.
    #[error("file is not as the app makes it")]
    UnfitFile,
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field:?}: {problem}")]
pub struct FieldError {
    /// The field beside which it is said.
    pub field: Field,
    /// What is wrong.
    pub problem: Problem,
}

/// Something that may be right but deserves a second look before handlers read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The reporter's name stands in the text.
    ReporterName,
    /// Sixteen digits stand in the text: perhaps a NIK.
    Nik,
    /// A telephone number stands in the text.
    Phone,
    /// Nobody can bring an answer to an unknown reporter.
    NoAnswer,
}

/// A point on the map, in microdegrees (WGS84).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Latitude in microdegrees.
    pub lintang: i32,
    /// Longitude in microdegrees.
    pub bujur: i32,
    /// Radius of accuracy in meters.
    pub akurasi_m: u32,
}

impl Point {
    /// Whether it is shown as `perkiraan`.
    pub fn is_estimate(&self) -> bool {
        self.akurasi_m > ACCURATE_METERS
    }

    fn to_value(self) -> Value {
        let members =
            [("lintang", self.lintang.into()), ("bujur", self.bujur.into()), ("akurasi_m", self.akurasi_m.into())];
        object(members).into()
    }

    fn of(value: &Value) -> Option<Self> {
        Some(Self {
            lintang: number(value, "lintang")?,
            bujur: number(value, "bujur")?,
            akurasi_m: number(value, "akurasi_m")?,
        })
    }
}

/// A voice note stored beside the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceNote {
    /// SHA-256 of the file, 64 lower-case hex digits.
    pub sha256: String,
    /// Length in seconds.
    pub detik: u32,
}

impl VoiceNote {
    fn to_value(&self) -> Value {
        object([("sha256", self.sha256.as_str().into()), ("detik", self.detik.into())]).into()
    }

    fn of(value: &Value) -> Option<Self> {
        Some(Self { sha256: value.get("sha256")?.as_text()?.to_owned(), detik: number(value, "detik")? })
    }
}

/// A photo stored beside the draft, scaled and without EXIF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// SHA-256 of the file, 64 lower-case hex digits.
    pub sha256: String,
    /// Size in bytes.
    pub byte: u32,
}

impl Photo {
    fn to_value(&self) -> Value {
        object([("sha256", self.sha256.as_str().into()), ("byte", self.byte.into())]).into()
    }

    fn of(value: &Value) -> Option<Self> {
        Some(Self { sha256: value.get("sha256")?.as_text()?.to_owned(), byte: number(value, "byte")? })
    }
}

fn number<T: TryFrom<i64>>(value: &Value, key: &str) -> Option<T> {
    T::try_from(value.get(key)?.as_int()?).ok()
}

/// An aduan while it is typed (T1). Text fields hold what was typed; an empty one was not filled.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Word of [`Jenis`].
    pub jenis: String,
    /// Code of a category.
    pub kategori: String,
    /// Whether the kader calls it urgent although its category is not.
    pub mendesak: bool,
    /// Title.
    pub judul: String,
    /// What happened.
    pub uraian: String,
    /// Spoken instead of written.
    pub rekaman_suara: Option<VoiceNote>,
    /// Date as typed: `YYYY-MM-DD` or day, month, year.
    pub waktu_kejadian: String,
    /// Whether that date is an estimate.
    pub waktu_perkiraan: bool,
    /// Word of [`Sifat`].
    pub sifat: String,
    /// Families concerned, as typed.
    pub jumlah_terdampak_kk: String,
    /// Code of the desa, ten digits, with or without dots.
    pub kode_desa: String,
    /// Hamlet.
    pub dusun: String,
    /// RW as typed.
    pub rw: String,
    /// RT as typed.
    pub rt: String,
    /// Landmark.
    pub patokan: String,
    /// Point on the map.
    pub titik: Option<Point>,
    /// Word of [`UntukDiri`].
    pub untuk_diri: String,
    /// Word of [`Kerahasiaan`]; empty means what the category brings.
    pub kerahasiaan: String,
    /// Whether the reporter wished for less secrecy than the category brings.
    pub minta_diturunkan: bool,
    /// Name of the reporter.
    pub nama: String,
    /// Telephone of the reporter.
    pub hp: String,
    /// Word of [`CaraHubung`].
    pub cara_hubung: String,
    /// When it is safe to call.
    pub jam_aman: String,
    /// Address of the reporter.
    pub alamat: String,
    /// NIK, for `permohonan_layanan` only.
    pub nik: String,
    /// Word of [`Kelompok`].
    pub kelompok: String,
    /// Guardian of a child.
    pub wali_nama: String,
    /// How the guardian is related.
    pub wali_hubungan: String,
    /// Word of [`Saluran`].
    pub saluran: String,
    /// Word of [`LegalBasis`]; empty means consent.
    pub dasar_pemrosesan: String,
    /// Consents given.
    pub persetujuan: Vec<ConsentRecord>,
    /// Photos.
    pub foto: Vec<Photo>,
    /// Members of a newer app, carried unharmed.
    pub extra: Map,
}

impl core::fmt::Debug for Draft {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Draft(..)")
    }
}

/// What the checks need beside the draft.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The categories in force.
    pub categories: &'a CategoryTable,
    /// Today in the zone of the desa.
    pub today: NaiveDate,
}

/// What the saving transaction gives to a submission.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// Number taken in the same transaction.
    pub nomor: TicketNumber,
    /// New opaque id of the reporter, 32 hex digits; unused for `tanpa_identitas`.
    pub pelapor_ref: String,
    /// Local time of submission, from which the clocks run.
    pub submitted_local: NaiveDateTime,
}

/// The data of the event T2, split by who may read it. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub enum Submission {
    /// Handlers read `public`; `identity` is to be sealed.
    Open {
        /// Data of the open event: no identity in it.
        public: Map,
        /// Data of the sealed event with the reporter's identity; none for `tanpa_identitas`.
        identity: Option<Map>,
    },
    /// A `rahasia` aduan: the whole is to be sealed, the identity under `pelapor`.
    Sealed {
        /// All the data.
        everything: Map,
    },
}

impl core::fmt::Debug for Submission {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::Open { .. } => "Submission::Open(..)",
            Self::Sealed { .. } => "Submission::Sealed(..)",
        })
    }
}

impl Kept for Draft {
    fn members(&mut self) -> Vec<(&'static str, Member<'_>)> {
        vec![
            ("jenis", Member::Text(&mut self.jenis)),
            ("kategori", Member::Text(&mut self.kategori)),
            ("mendesak", Member::Flag(&mut self.mendesak)),
            ("judul", Member::Text(&mut self.judul)),
            ("uraian", Member::Text(&mut self.uraian)),
            ("waktu_kejadian", Member::Text(&mut self.waktu_kejadian)),
            ("waktu_perkiraan", Member::Flag(&mut self.waktu_perkiraan)),
            ("sifat", Member::Text(&mut self.sifat)),
            ("jumlah_terdampak_kk", Member::Text(&mut self.jumlah_terdampak_kk)),
            ("kode_desa", Member::Text(&mut self.kode_desa)),
            ("dusun", Member::Text(&mut self.dusun)),
            ("rw", Member::Text(&mut self.rw)),
            ("rt", Member::Text(&mut self.rt)),
            ("patokan", Member::Text(&mut self.patokan)),
            ("untuk_diri", Member::Text(&mut self.untuk_diri)),
            ("kerahasiaan", Member::Text(&mut self.kerahasiaan)),
            ("minta_diturunkan", Member::Flag(&mut self.minta_diturunkan)),
            ("nama", Member::Text(&mut self.nama)),
            ("hp", Member::Text(&mut self.hp)),
            ("cara_hubung", Member::Text(&mut self.cara_hubung)),
            ("jam_aman", Member::Text(&mut self.jam_aman)),
            ("alamat", Member::Text(&mut self.alamat)),
            ("nik", Member::Text(&mut self.nik)),
            ("kelompok", Member::Text(&mut self.kelompok)),
            ("wali_nama", Member::Text(&mut self.wali_nama)),
            ("wali_hubungan", Member::Text(&mut self.wali_hubungan)),
            ("saluran", Member::Text(&mut self.saluran)),
            ("dasar_pemrosesan", Member::Text(&mut self.dasar_pemrosesan)),
        ]
    }
}

impl Draft {
    /// As it is kept while it is typed.
    pub fn to_json(&self) -> String {
        let list = |items: Vec<Value>| Value::List(items);
        let mut members = self.extra.clone();
        members.extend(kept::write(&mut self.clone()));
        members.insert("rekaman_suara".into(), self.rekaman_suara.as_ref().map(VoiceNote::to_value).into());
        members.insert("titik".into(), self.titik.map(Point::to_value).into());
        members.insert("persetujuan".into(), list(self.persetujuan.iter().map(ConsentRecord::to_value).collect()));
        members.insert("foto".into(), list(self.foto.iter().map(Photo::to_value).collect()));
        Value::Object(members).canonical()
    }

    /// Reads it again; members that are not there were not filled.
    pub fn from_json(text: &str) -> Option<Self> {
        let mut draft = Self::default();
        let mut members = json::parse_object(text).ok()?;
        kept::read(&mut draft, &mut members)?;
        let mut given = |key: &str| members.remove(key).filter(|it| *it != Value::Null);
        if let Some(voice) = given("rekaman_suara") {
            draft.rekaman_suara = Some(VoiceNote::of(&voice)?);
        }
        if let Some(point) = given("titik") {
            draft.titik = Some(Point::of(&point)?);
        }
        if let Some(Value::List(consents)) = given("persetujuan") {
            draft.persetujuan = consents.into_iter().map(ConsentRecord::of).collect::<Option<_>>()?;
        }
        if let Some(Value::List(photos)) = given("foto") {
            draft.foto = photos.iter().map(Photo::of).collect::<Option<_>>()?;
        }
        draft.extra = members;
        Some(draft)
    }

    /// The category chosen, if the table has it.
    pub fn category<'a>(&self, context: &Context<'a>) -> Option<&'a Category> {
        context.categories.find(self.kategori.trim())
    }

    /// The secrecy in force: as chosen, else as the category brings it.
    pub fn level(&self, context: &Context<'_>) -> Kerahasiaan {
        match self.kerahasiaan.trim() {
            "" => self.category(context).map_or(Kerahasiaan::Terbuka, |it| it.default_kerahasiaan.clone()),
            chosen => Kerahasiaan::from_code(chosen),
        }
    }

    /// Whether help is called before anything else: by category, or because the kader says so.
    pub fn is_urgent(&self, context: &Context<'_>) -> bool {
        self.mendesak || self.category(context).is_some_and(|category| category.is_urgent)
    }

    /// What is wrong on one screen, in the order of its fields.
    pub fn validate(&self, step: Step, context: &Context<'_>) -> Vec<FieldError> {
        let mut errors = Errors::default();
        match step {
            Step::Category => self.check_category(context, &mut errors),
            Step::Event => self.check_event(context, &mut errors),
            Step::Place => self.check_place(context, &mut errors),
            Step::Reporter => self.check_reporter(context, &mut errors),
            Step::Check => self.check_photos(&mut errors),
        }
        errors.0
    }

    /// What is wrong anywhere, in the order of the screens.
    pub fn validate_all(&self, context: &Context<'_>) -> Vec<FieldError> {
        Step::ALL.into_iter().flat_map(|step| self.validate(step, context)).collect()
    }

    /// What deserves a second look before sending; nothing of it forbids sending.
    pub fn warnings(&self, context: &Context<'_>) -> Vec<Warning> {
        let text = format!("{} \n{}", self.judul, self.uraian);
        let level = self.level(context);
        let mut warnings = Vec::new();
        if level.asks_reporter() && !level.may_release_identity() && names(&text, &self.nama) {
            warnings.push(Warning::ReporterName);
        }
        let runs = digit_runs(&text);
        if runs.iter().any(|run| run.len() == 16) {
            warnings.push(Warning::Nik);
        }
        if runs.iter().any(|run| run.len() < 16 && phone(run).is_some()) {
            warnings.push(Warning::Phone);
        }
        if level.warns_no_answer() {
            warnings.push(Warning::NoAnswer);
        }
        warnings
    }

    /// What decides in the process: the facts of T2.
    pub fn facts(&self, context: &Context<'_>) -> Option<Facts> {
        let category = self.category(context)?;
        Some(Facts {
            jenis: Jenis::from_code(self.jenis.trim()),
            category: CategoryFacts::of(category),
            kerahasiaan: self.level(context),
            is_urgent: self.is_urgent(context),
        })
    }

    /// Makes the data of T2, or says everything that is wrong.
    pub fn submit(&self, context: &Context<'_>, assigned: &Assigned) -> Result<Submission, Vec<FieldError>> {
        let errors = self.validate_all(context);
        let Some(facts) = self.facts(context).filter(|_| errors.is_empty()) else {
            return Err(errors);
        };
        let mut public = self.public_data(context, &facts, assigned);
        let level = facts.kerahasiaan;
        let identity = level.asks_reporter().then(|| self.identity_data(assigned));
        if level.seals_content() {
            if let Some(identity) = identity {
                public.insert("pelapor".into(), Value::Object(identity));
            }
            return Ok(Submission::Sealed { everything: public });
        }
        Ok(Submission::Open { public, identity })
    }

    fn check_category(&self, context: &Context<'_>, errors: &mut Errors) {
        errors.choice(Field::Jenis, &self.jenis, |code| Jenis::from_code(code).is_known());
        errors.choice(Field::Kategori, &self.kategori, |code| context.categories.find(code).is_some());
    }

    fn check_event(&self, context: &Context<'_>, errors: &mut Errors) {
        errors.length(Field::Judul, &self.judul, TITLE_LENGTH);
        let is_spoken = self.rekaman_suara.is_some();
        if !is_spoken || !clean(&self.uraian).is_empty() {
            errors.length(Field::Uraian, &self.uraian, DESCRIPTION_LENGTH);
        }
        if let Some(voice) = &self.rekaman_suara {
            if !(1..=LONGEST_VOICE_SECONDS).contains(&voice.detik) {
                errors.add(Field::RekamanSuara, Problem::OutOfRange { least: 1, most: LONGEST_VOICE_SECONDS });
            } else if !is_sha256(&voice.sha256) {
                errors.add(Field::RekamanSuara, Problem::UnfitFile);
            }
        }
        if !self.waktu_kejadian.trim().is_empty() {
            match date(&self.waktu_kejadian) {
                None => errors.add(Field::WaktuKejadian, Problem::NotADate),
                Some(day) if day > context.today => errors.add(Field::WaktuKejadian, Problem::InFuture),
                Some(_) => {}
            }
        }
    }

    fn check_place(&self, context: &Context<'_>, errors: &mut Errors) {
        let level = self.level(context);
        errors.choice(Field::Sifat, &self.sifat, |code| Sifat::from_code(code).is_known());
        let is_communal = Sifat::from_code(self.sifat.trim()) == Sifat::Komunal;
        errors.count(Field::JumlahTerdampakKk, &self.jumlah_terdampak_kk, is_communal);
        errors.required_if(Field::KodeDesa, &self.kode_desa, true);
        if !self.kode_desa.trim().is_empty() && village_code(&self.kode_desa).is_none() {
            errors.add(Field::KodeDesa, Problem::UnknownChoice);
        }
        let has_landmark = !clean(&self.patokan).is_empty();
        errors.required_if(Field::Rt, &self.rt, level.asks_exact_place() && !has_landmark);
        errors.neighborhood(Field::Rt, &self.rt);
        errors.neighborhood(Field::Rw, &self.rw);
        let offer = self.category(context).map(|category| point_offer(category, &level));
        if self.titik.is_some() && offer == Some(Offer::Forbidden) {
            errors.add(Field::Titik, Problem::NotAllowed);
        }
        errors.optional_choice(Field::UntukDiri, &self.untuk_diri, |code| UntukDiri::from_code(code).is_known());
    }

    fn check_reporter(&self, context: &Context<'_>, errors: &mut Errors) {
        let level = self.level(context);
        let default = self.category(context).map(|category| category.default_kerahasiaan.clone());
        if !level.is_known() {
            errors.add(Field::Kerahasiaan, Problem::UnknownChoice);
        } else if default.is_some_and(|it| it.change(level.clone(), self.minta_diturunkan).is_err()) {
            errors.add(Field::Kerahasiaan, Problem::LoweredWithoutWish);
        }
        if level.asks_reporter() {
            self.check_identity(errors);
        }
        errors.optional_choice(Field::Saluran, &self.saluran, |code| Saluran::from_code(code).is_known());
        self.check_consent(context, errors);
    }

    fn check_identity(&self, errors: &mut Errors) {
        errors.required_if(Field::Nama, &self.nama, true);
        errors.choice(Field::CaraHubung, &self.cara_hubung, |code| CaraHubung::from_code(code).is_known());
        let way = CaraHubung::from_code(self.cara_hubung.trim());
        let needs_phone = matches!(way, CaraHubung::Wa | CaraHubung::Sms | CaraHubung::Telepon);
        errors.required_if(Field::Hp, &self.hp, needs_phone);
        if !self.hp.trim().is_empty() && phone(&self.hp).is_none() {
            errors.add(Field::Hp, Problem::NotAPhone);
        }
        if !self.nik.trim().is_empty() {
            if Jenis::from_code(self.jenis.trim()) != Jenis::PermohonanLayanan {
                errors.add(Field::Nik, Problem::NotAllowed);
            } else if nik(&self.nik).is_none() {
                errors.add(Field::Nik, Problem::NotSixteenDigits);
            }
        }
        let needs_guardian = Kelompok::from_code(self.kelompok.trim()) == Kelompok::Anak && self.rests_on_consent();
        errors.required_if(Field::WaliNama, &self.wali_nama, needs_guardian);
        errors.required_if(Field::WaliHubungan, &self.wali_hubungan, needs_guardian);
    }

    /// Without consent only where a child must be protected, or nobody is named.
    fn check_consent(&self, context: &Context<'_>, errors: &mut Errors) {
        let protects_child = self.category(context).is_some_and(|category| category.has(&CategoryTrait::Anak));
        if !self.rests_on_consent() {
            let basis = LegalBasis::from_code(self.dasar_pemrosesan.trim());
            if basis != LegalBasis::KepentinganVital || !protects_child {
                errors.add(Field::Persetujuan, Problem::NotAllowed);
            }
        } else if !self.agrees_to(&ConsentPurpose::Catat) {
            errors.add(Field::Persetujuan, Problem::Required);
        }
        if self.persetujuan.iter().any(ConsentRecord::lacks_witness) {
            errors.add(Field::Persetujuan, Problem::NeedsWitness);
        }
    }

    fn check_photos(&self, errors: &mut Errors) {
        if self.foto.len() > MOST_PHOTOS {
            errors.add(Field::Foto, Problem::TooMany { most: MOST_PHOTOS });
        }
        let is_fit = |photo: &Photo| (1..=LARGEST_PHOTO_BYTES).contains(&photo.byte) && is_sha256(&photo.sha256);
        if !self.foto.iter().all(is_fit) {
            errors.add(Field::Foto, Problem::UnfitFile);
        }
        if !self.foto.is_empty() && self.rests_on_consent() && !self.agrees_to(&ConsentPurpose::Foto) {
            errors.add(Field::Persetujuan, Problem::Required);
        }
    }

    fn rests_on_consent(&self) -> bool {
        matches!(self.dasar_pemrosesan.trim(), "" | "persetujuan")
    }

    fn agrees_to(&self, purpose: &ConsentPurpose) -> bool {
        self.persetujuan.iter().any(|consent| consent.purpose == *purpose)
    }

    fn public_data(&self, context: &Context<'_>, facts: &Facts, assigned: &Assigned) -> Map {
        let mut data = Data::default();
        data.text("nomor", &assigned.nomor.to_string());
        data.text("diajukan_pada", &iso::moment_text(assigned.submitted_local));
        data.text("jenis", facts.jenis.code());
        data.text("kategori_awal", &facts.category.kategori);
        data.number("versi_kategori", context.categories.version().into());
        data.list("khusus", facts.category.traits.iter().map(|it| it.code().into()).collect());
        data.flag("mendesak", facts.is_urgent);
        data.text("kerahasiaan", facts.kerahasiaan.code());
        data.text("judul", &self.judul);
        data.text("uraian", &self.uraian);
        if let Some(voice) = &self.rekaman_suara {
            data.0.insert("rekaman_suara".into(), voice.to_value());
        }
        if let Some(day) = date(&self.waktu_kejadian) {
            data.text("waktu_kejadian", &day.to_string());
            data.flag("waktu_perkiraan", self.waktu_perkiraan);
        }
        self.add_place(&mut data);
        data.text("untuk_diri", &self.untuk_diri);
        data.text("saluran", &self.saluran);
        let basis = LegalBasis::from_code(self.dasar_pemrosesan.trim());
        data.text("dasar_pemrosesan", if self.rests_on_consent() { "persetujuan" } else { basis.code() });
        data.list("persetujuan", self.persetujuan.iter().map(public_consent).collect());
        data.list("foto", self.foto.iter().map(Photo::to_value).collect());
        if facts.kerahasiaan.asks_reporter() {
            data.text("pelapor_ref", &assigned.pelapor_ref);
        }
        if self.minta_diturunkan {
            data.flag("minta_diturunkan", true);
        }
        data.0
    }

    fn add_place(&self, data: &mut Data) {
        data.text("sifat", &self.sifat);
        if let Some(families) = whole_number(&self.jumlah_terdampak_kk) {
            data.number("jumlah_terdampak_kk", families.into());
        }
        data.text("kode_desa", &village_code(&self.kode_desa).unwrap_or_default());
        data.text("dusun", &self.dusun);
        data.text("rw", &three_digits(&self.rw));
        data.text("rt", &three_digits(&self.rt));
        data.text("patokan", &self.patokan);
        if let Some(point) = self.titik {
            data.0.insert("titik".into(), point.to_value());
        }
    }

    fn identity_data(&self, assigned: &Assigned) -> Map {
        let mut data = Data::default();
        data.text("pelapor_ref", &assigned.pelapor_ref);
        data.text("nama", &self.nama);
        data.text("hp", &phone(&self.hp).unwrap_or_default());
        data.text("cara_hubung", &self.cara_hubung);
        data.text("jam_aman", &self.jam_aman);
        data.text("alamat", &self.alamat);
        data.text("nik", &nik(&self.nik).unwrap_or_default());
        data.text("kelompok", &self.kelompok);
        data.text("wali_nama", &self.wali_nama);
        data.text("wali_hubungan", &self.wali_hubungan);
        let witnesses = self.persetujuan.iter().filter_map(|consent| {
            let mut entry = Data::default();
            entry.text("tujuan", consent.purpose.code());
            entry.text("saksi", consent.witness.as_deref()?);
            Some(Value::Object(entry.0))
        });
        data.list("saksi", witnesses.collect());
        data.0
    }
}

/// A title from the first sentence of the description, without a greeting and without long digits. Where the story
/// must not show, and where there is none, it is the name of the category.
pub fn suggest_title(uraian: &str, category: Option<&Category>) -> String {
    let of_category = category.map(|it| shorten(&it.name)).unwrap_or_default();
    let is_hidden = category.is_some_and(|it| it.is_violence() || it.default_kerahasiaan.seals_content());
    if is_hidden {
        return of_category;
    }
    let text = clean(uraian);
    let sentences = text.split(['.', '!', '?', '\n', ';']);
    let titles = sentences.map(|sentence| {
        let words = sentence.split_whitespace().skip_while(|word| is_greeting(word));
        words.filter(|word| digit_runs(word).iter().all(|run| run.len() < 8)).collect::<Vec<_>>().join(" ")
    });
    let mut fitting = titles.filter(|title| title.chars().count() >= TITLE_LENGTH.0);
    fitting.next().map_or(of_category, |title| shorten(&capitalize(&title)))
}

fn is_greeting(word: &str) -> bool {
    const GREETINGS: [&str; 19] = [
        "assalamualaikum",
        "asalamualaikum",
        "wr",
        "wb",
        "selamat",
        "pagi",
        "siang",
        "sore",
        "malam",
        "pak",
        "bu",
        "bapak",
        "ibu",
        "kak",
        "mohon",
        "tolong",
        "minta",
        "izin",
        "permisi",
    ];
    let plain: String = word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    plain.is_empty() || GREETINGS.contains(&plain.as_str())
}

/// Cuts at a blank so that the title fits.
fn shorten(text: &str) -> String {
    let mut short = String::new();
    for word in text.split_whitespace() {
        let length = short.chars().count() + 1 + word.chars().count();
        if length > TITLE_LENGTH.1 {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    let fallback = || text.chars().take(TITLE_LENGTH.1).collect();
    let short = short.trim_end_matches([',', ':', '-', '(']).to_owned();
    if short.chars().count() < TITLE_LENGTH.0 { fallback() } else { short }
}

fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A consent as handlers read it: without the witness, who is part of the identity.
fn public_consent(consent: &ConsentRecord) -> Value {
    let mut entry = Data::default();
    entry.text("version", &consent.version);
    entry.text("tujuan", consent.purpose.code());
    entry.text("cara", consent.method.code());
    Value::Object(entry.0)
}

/// Event data: texts, whole numbers, flags, lists and objects; empty texts and lists are left out.
#[derive(Default)]
struct Data(Map);

impl Data {
    fn text(&mut self, key: &str, value: &str) {
        let value = clean(value);
        if !value.is_empty() {
            self.0.insert(key.into(), Value::Text(value));
        }
    }

    fn number(&mut self, key: &str, value: i64) {
        self.0.insert(key.into(), value.into());
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.0.insert(key.into(), Value::Bool(value));
    }

    fn list(&mut self, key: &str, values: Vec<Value>) {
        if !values.is_empty() {
            self.0.insert(key.into(), Value::List(values));
        }
    }
}

#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, field: Field, problem: Problem) {
        self.0.push(FieldError { field, problem });
    }

    fn required_if(&mut self, field: Field, text: &str, is_required: bool) {
        if is_required && clean(text).is_empty() {
            self.add(field, Problem::Required);
        }
    }

    fn choice(&mut self, field: Field, text: &str, is_offered: impl Fn(&str) -> bool) {
        self.required_if(field.clone(), text, true);
        self.optional_choice(field, text, is_offered);
    }

    fn optional_choice(&mut self, field: Field, text: &str, is_offered: impl Fn(&str) -> bool) {
        if !text.trim().is_empty() && !is_offered(text.trim()) {
            self.add(field, Problem::UnknownChoice);
        }
    }

    fn length(&mut self, field: Field, text: &str, (least, most): (usize, usize)) {
        match clean(text).chars().count() {
            0 => self.add(field, Problem::Required),
            count if count < least => self.add(field, Problem::TooShort { least }),
            count if count > most => self.add(field, Problem::TooLong { most }),
            _ => {}
        }
    }

    fn count(&mut self, field: Field, text: &str, is_required: bool) {
        if text.trim().is_empty() {
            self.required_if(field, text, is_required);
            return;
        }
        match whole_number(text) {
            None => self.add(field, Problem::NotANumber),
            Some(count) if !(1..=MOST_FAMILIES).contains(&count) => {
                self.add(field, Problem::OutOfRange { least: 1, most: MOST_FAMILIES });
            }
            Some(_) => {}
        }
    }

    fn neighborhood(&mut self, field: Field, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        match text.trim().parse::<u32>() {
            Err(_) => self.add(field, Problem::NotANumber),
            Ok(number) if number > 999 => self.add(field, Problem::OutOfRange { least: 0, most: 999 }),
            Ok(_) => {}
        }
    }
}

/// Composed (NFC), without control characters but line ends, without blanks around.
fn clean(text: &str) -> String {
    let composed = unicode::composed(&text.replace("\r\n", "\n"));
    let visible: String = composed.chars().filter(|it| *it == '\n' || !it.is_control()).collect();
    visible.trim().to_owned()
}

/// A count as typed: digits, with full stops between groups of three.
fn whole_number(text: &str) -> Option<u32> {
    let text = text.trim();
    let mut groups = text.split('.');
    let first = groups.next()?;
    let is_grouped = groups.clone().all(|group| group.len() == 3);
    let is_plain = groups.next().is_none() || (is_grouped && (1..=3).contains(&first.len()));
    let digits = text.replace('.', "");
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain && is_digits { digits.parse().ok() } else { None }
}

/// A date as typed: `2026-05-12`, or day, month and year with `/`, `-`, `.` or blanks; a year of two digits is 20xx.
fn date(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = *parts.as_slice() else {
        return None;
    };
    let (year, month, day) = if first.len() == 4 { (first, second, third) } else { (third, second, first) };
    let is_digits = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(year) || !is_digits(month) || !is_digits(day) || !matches!(year.len(), 2 | 4) {
        return None;
    }
    let number: i32 = year.parse().ok()?;
    let number = if year.len() == 2 { 2000 + number } else { number };
    NaiveDate::from_ymd_opt(number, month.parse().ok()?, day.parse().ok()?)
}

/// Ten digits of a desa or kelurahan.
fn village_code(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|letter| *letter != '.' && !letter.is_whitespace()).collect();
    (code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// RT and RW as three digits.
fn three_digits(text: &str) -> String {
    text.trim().parse::<u32>().map(|number| format!("{number:03}")).unwrap_or_default()
}

/// A number of Indonesia as `08…`, 10 to 13 digits, from `08`, `62` or `+62`.
fn phone(text: &str) -> Option<String> {
    let is_filler = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '.' | '(' | ')' | '+');
    let digits: String = text.chars().filter(|letter| !is_filler(*letter)).collect();
    let local = match digits.strip_prefix("62") {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits,
    };
    let is_phone = local.starts_with("08") && (10..=13).contains(&local.len());
    (is_phone && local.bytes().all(|byte| byte.is_ascii_digit())).then_some(local)
}

/// Sixteen digits.
fn nik(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '.').collect();
    (digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Digits that stand together, also with single blanks, hyphens or full stops between them.
fn digit_runs(text: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    let mut gap = 0;
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            if gap > 1 {
                runs.push(String::new());
            }
            gap = 0;
            if let Some(run) = runs.last_mut() {
                run.push(letter);
            }
        } else {
            gap += if matches!(letter, ' ' | '-' | '.') { 1 } else { 2 };
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Whether the words of a name stand together in a text, however spelled.
fn names(text: &str, name: &str) -> bool {
    let (text, name) = (category::words(text), category::words(name));
    !name.is_empty() && name.iter().any(|word| word.len() > 3) && text.windows(name.len()).any(|part| part == name)
}

#[cfg(test)]
mod tests;
