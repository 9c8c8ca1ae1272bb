//! The form of a complaint: text as typed in signals, the domain's draft made from it, kept on every change.

use crate::domain::aduan::category::{Category, CategoryTable};
use crate::domain::aduan::consent::{self, ConsentMethod, ConsentPurpose, ConsentRecord};
use crate::domain::aduan::intake::{Context, Draft, Field, FieldError, Photo, Step, suggest_title};
use crate::domain::aduan::own;
use crate::domain::aduan::secrecy::Kerahasiaan;
use crate::domain::form::kept::{Kept, Member};
use crate::domain::intent::aduan::CALLS;
use crate::domain::json::{Map, Value, object};
use crate::domain::view::aduan::FormInfo;
use crate::i18n::aduan as kata;
use crate::ui::context::Desk;
use crate::ui::drafts::Keeper;
use crate::ui::prelude::*;

/// A call made before the form was filled.
#[derive(Clone, PartialEq)]
pub struct CallMade {
    /// Who.
    pub kepada: String,
    /// Number.
    pub nomor: String,
    /// Local time.
    pub waktu: String,
}

impl CallMade {
    /// As the draft keeps them.
    pub fn to_json(calls: &[Self]) -> Value {
        let one = |it: &Self| {
            let members = [("kepada", &it.kepada), ("nomor", &it.nomor), ("waktu", &it.waktu)];
            object(members.map(|(key, text)| (key, text.as_str().into()))).into()
        };
        Value::List(calls.iter().map(one).collect())
    }

    fn from_json(value: Option<&Value>) -> Vec<Self> {
        let list = value.and_then(Value::as_list).into_iter().flatten();
        let text = |it: &Value, key: &str| it.get(key).and_then(Value::as_text).map(str::to_owned);
        let one = |it| Some(Self { kepada: text(it, "kepada")?, nomor: text(it, "nomor")?, waktu: text(it, "waktu")? });
        list.filter_map(one).collect()
    }
}

macro_rules! form {
    (text: $($text:ident),+; flag: $($flag:ident),+;) => {
        /// What is typed, as signals; text fields bear the names of the draft's members.
        #[derive(Clone, Copy)]
        pub struct Form {
            /// Id of the complaint to be.
            pub id: StoredValue<String>,
            /// What surrounds it.
            pub info: StoredValue<FormInfo>,
            $(#[doc = concat!("`", stringify!($text), "`")] pub $text: RwSignal<String>,)+
            $(#[doc = concat!("`", stringify!($flag), "`")] pub $flag: RwSignal<bool>,)+
            /// Photos kept beside the draft.
            pub foto: RwSignal<Vec<Photo>>,
            /// Calls made before.
            pub calls: RwSignal<Vec<CallMade>>,
            /// What is wrong on the screen that she tried to leave.
            pub errors: RwSignal<Vec<FieldError>>,
            /// Keeps every change, once begun.
            pub keeper: StoredValue<Option<Keeper>>,
        }

        impl Form {
            /// An empty form.
            pub fn new(id: String, info: FormInfo) -> Self {
                Self {
                    id: StoredValue::new(id),
                    info: StoredValue::new(info),
                    $($text: RwSignal::new(String::new()),)+
                    $($flag: RwSignal::new(false),)+
                    foto: RwSignal::new(Vec::new()),
                    calls: RwSignal::new(Vec::new()),
                    errors: RwSignal::new(Vec::new()),
                    keeper: StoredValue::new(None),
                }
            }

            /// What is typed under this name of a member of the draft.
            pub fn text(self, name: &str) -> Option<RwSignal<String>> {
                let all = [$((stringify!($text), self.$text)),+];
                all.into_iter().find(|it| it.0 == name).map(|it| it.1)
            }

            fn flag(self, name: &str) -> Option<RwSignal<bool>> {
                let all = [$((stringify!($flag), self.$flag)),+];
                all.into_iter().find(|it| it.0 == name).map(|it| it.1)
            }
        }
    };
}

form! {
    text: jenis, kategori, judul, uraian, waktu_kejadian, sifat, jumlah_terdampak_kk, dusun, rw, rt, patokan,
        untuk_diri, kerahasiaan, nama, hp, cara_hubung, jam_aman, nik, wali_nama, wali_hubungan, cara_setuju, saksi,
        cari;
    flag: waktu_perkiraan, minta_diturunkan, is_child, protects_child, agrees_catat, agrees_bagikan, agrees_foto;
}

impl Form {
    /// Puts a kept draft back on the screen.
    pub fn fill(self, mut draft: Draft) {
        let agrees = |purpose: ConsentPurpose| draft.persetujuan.iter().any(|it| it.purpose == purpose);
        self.agrees_catat.set(agrees(ConsentPurpose::Catat));
        self.agrees_bagikan.set(agrees(ConsentPurpose::BagikanOpd));
        self.agrees_foto.set(agrees(ConsentPurpose::Foto));
        let text = |key: &str| draft.extra.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
        self.cari.set(text("cari"));
        self.cara_setuju.set(text("cara_setuju"));
        self.saksi.set(text("saksi"));
        self.calls.set(CallMade::from_json(draft.extra.get(CALLS)));
        self.is_child.set(draft.kelompok == "anak");
        self.protects_child.set(draft.dasar_pemrosesan == "kepentingan_vital");
        self.foto.set(core::mem::take(&mut draft.foto));
        self.meet(&mut draft, |signal, text| signal.set(text.clone()), |signal, flag| signal.set(*flag));
    }

    /// The draft as the domain knows it.
    pub fn draft(self) -> Draft {
        let mut extra = Map::new();
        for (key, signal) in [("cari", self.cari), ("cara_setuju", self.cara_setuju), ("saksi", self.saksi)] {
            let text = signal.get();
            if !text.is_empty() {
                extra.insert(key.into(), text.into());
            }
        }
        let calls = self.calls.get();
        if !calls.is_empty() {
            extra.insert(CALLS.into(), CallMade::to_json(&calls));
        }
        let mut draft = Draft {
            kode_desa: self.info.with_value(|it| it.kode_desa.clone()),
            persetujuan: self.consents(),
            foto: self.foto.get(),
            extra,
            ..Draft::default()
        };
        self.meet(&mut draft, |signal, text| *text = signal.get(), |signal, flag| *flag = signal.get());
        if self.is_child.get() {
            draft.kelompok = "anak".into();
        }
        if self.protects_child.get() {
            draft.dasar_pemrosesan = "kepentingan_vital".into();
        }
        if draft.sifat != "komunal" {
            draft.jumlah_terdampak_kk.clear();
        }
        if draft.jenis != "permohonan_layanan" {
            draft.nik.clear();
        }
        draft
    }

    /// Goes through the members of a draft that are typed as they are kept.
    fn meet(
        self,
        draft: &mut Draft,
        with_text: fn(RwSignal<String>, &mut String),
        with_flag: fn(RwSignal<bool>, &mut bool),
    ) {
        for (name, member) in draft.members() {
            match member {
                Member::Text(text) => self.text(name).into_iter().for_each(|signal| with_text(signal, text)),
                Member::Flag(flag) => self.flag(name).into_iter().for_each(|signal| with_flag(signal, flag)),
                _ => {}
            }
        }
    }

    fn consents(self) -> Vec<ConsentRecord> {
        let today = self.info.with_value(|it| it.now.date());
        let method = self.cara_setuju.get();
        let witness = self.saksi.get();
        let is_spoken = method == ConsentMethod::LisanDisaksikan.code();
        let ticks = [
            (ConsentPurpose::Catat, self.agrees_catat.get()),
            (ConsentPurpose::BagikanOpd, self.agrees_bagikan.get()),
            (ConsentPurpose::Foto, self.agrees_foto.get()),
        ];
        let given = ticks.into_iter().filter(|(_, agrees)| *agrees).filter_map(|(purpose, _)| {
            let version = &consent::current(&purpose, today)?.id;
            let mut record = ConsentRecord::new(version, purpose, ConsentMethod::from_code(&method));
            record.witness = (is_spoken && !witness.trim().is_empty()).then(|| witness.clone());
            Some(record)
        });
        given.collect()
    }

    /// What checks need beside the draft.
    pub fn context(self) -> Context<'static> {
        Context { categories: CategoryTable::bundled(), today: self.info.with_value(|it| it.now.date()) }
    }

    /// The chosen category.
    pub fn category(self) -> Option<&'static Category> {
        CategoryTable::bundled().find(&self.kategori.get())
    }

    /// The secrecy in force.
    pub fn level(self) -> Kerahasiaan {
        self.draft().level(&self.context())
    }

    /// Another category: secrecy follows it again.
    pub fn choose(self, category: &Category) {
        self.kategori.set(category.code.clone());
        self.kerahasiaan.set(String::new());
        self.minta_diturunkan.set(false);
        self.errors.update(|it| it.retain(|error| error.field != Field::Kategori));
    }

    /// A title from the story, once there is a story.
    pub fn title_from_story(self) -> Option<String> {
        let category = self.category();
        self.uraian.with(|it| (!it.trim().is_empty()).then(|| suggest_title(it, category)))
    }

    /// Whether this screen may be left; what is wrong is said beside its field. A title that she left empty is taken
    /// from the story, one that she wrote is hers.
    pub fn may_leave(self, step: Step) -> bool {
        if step == Step::Event
            && self.judul.with_untracked(|it| it.trim().is_empty())
            && let Some(title) = untrack(|| self.title_from_story())
        {
            self.judul.set(title);
        }
        let errors = untrack(|| self.draft().validate(step, &self.context()));
        let is_right = errors.is_empty();
        self.errors.set(errors);
        is_right
    }

    /// What is wrong with a field, in words; gone as soon as it is right.
    pub fn error(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            let said = self.errors.with(|it| it.iter().find(|error| error.field == field).cloned())?;
            let still = self.draft().validate_all(&self.context());
            still.iter().find(|it| it.field == said.field).map(kata::problem)
        })
    }

    /// Keeps every change.
    pub fn keep(self, desk: Desk) {
        let keeper = Keeper::new(desk, own::form(&self.id.get_value()), move || self.draft().to_json().into_bytes());
        self.keeper.set_value(Some(keeper));
    }

    /// Whether changes are kept; not any more once it is sent.
    pub fn keeps(self, keeps: bool) {
        match self.keeper.get_value() {
            Some(keeper) if keeps => keeper.go_on(),
            Some(keeper) => keeper.stop(),
            None => {}
        }
    }
}
