//! Where a posyandu is: found by typing in the official list, or written when the list is out of reach.

use std::sync::Arc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::domain::area::{AreaIndex, Desa, Kabupaten, KabupatenAreas, KabupatenCode, Tempat};
use crate::domain::form::Problem;
use crate::i18n::{self, mulai as kata};
use crate::ui::components::{Line, TextField, focus_first_error, free_line, line};
use crate::ui::prelude::*;

const SHOWN: usize = 5;

/// A file of the app, or nothing when it is out of reach.
async fn fetched(path: &str) -> Option<Vec<u8>> {
    let response = JsFuture::from(window().fetch_with_str(path)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let body = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&body).to_vec())
}

/// The fields of a place as signals.
#[derive(Clone, Copy)]
pub struct Place {
    pub(super) provinsi: RwSignal<String>,
    pub(super) kabupaten: RwSignal<String>,
    pub(super) kecamatan: RwSignal<String>,
    pub(super) desa: RwSignal<String>,
    pub(super) kode: RwSignal<String>,
}

impl Place {
    /// Fields that hold a place.
    pub fn new(tempat: Tempat) -> Self {
        Self {
            provinsi: RwSignal::new(tempat.provinsi),
            kabupaten: RwSignal::new(tempat.kabupaten),
            kecamatan: RwSignal::new(tempat.kecamatan),
            desa: RwSignal::new(tempat.desa),
            kode: RwSignal::new(tempat.kode),
        }
    }

    /// What they hold.
    pub fn tempat(self) -> Tempat {
        let clean = |signal: RwSignal<String>| signal.with_untracked(|it| it.trim().to_owned());
        Tempat {
            kode: clean(self.kode),
            desa: clean(self.desa),
            kecamatan: clean(self.kecamatan),
            kabupaten: clean(self.kabupaten),
            provinsi: clean(self.provinsi),
        }
    }
}

/// The fields with the list behind them.
#[derive(Clone, Copy)]
pub struct PlaceForm {
    place: Place,
    index: RwSignal<Option<Arc<AreaIndex>>>,
    areas: RwSignal<Option<Arc<KabupatenAreas>>>,
    out_of_reach: RwSignal<bool>,
    kabupaten_error: RwSignal<Option<String>>,
    desa_error: RwSignal<Option<String>>,
    /// The names that the code stands for.
    chosen: RwSignal<(String, String)>,
    /// The kabupaten that she was told is not in the list.
    told: RwSignal<String>,
}

impl PlaceForm {
    /// Begins to read the list.
    pub fn new(place: Place) -> Self {
        let form = Self {
            place,
            index: RwSignal::new(None),
            areas: RwSignal::new(None),
            out_of_reach: RwSignal::new(false),
            kabupaten_error: RwSignal::new(None),
            desa_error: RwSignal::new(None),
            chosen: RwSignal::new((place.kabupaten.get_untracked(), place.desa.get_untracked())),
            told: RwSignal::new(place.kabupaten.get_untracked()),
        };
        spawn_local(async move {
            let bytes = fetched("/wilayah/index.txt").await;
            form.index.set(bytes.and_then(|it| AreaIndex::parse(&it).ok()).map(Arc::new));
            // The kabupaten was chosen already.
            if let Some(code) = place.kode.with_untracked(|it| it.get(..4).and_then(KabupatenCode::parse)) {
                form.load(code);
            }
        });
        // Typing again after choosing: the code no longer holds. A code that came, chosen now or earlier, holds for the
        // names that came with it.
        Effect::new(move |before: Option<String>| {
            let (kabupaten, desa) = (place.kabupaten.get(), place.desa.get());
            let (was_kabupaten, was_desa) = form.chosen.get_untracked();
            let code = place.kode.get();
            if before.is_some_and(|it| it != code) && !code.is_empty() {
                form.chosen.set((kabupaten, desa));
                if form.areas.with_untracked(Option::is_none)
                    && let Some(code) = code.get(..4).and_then(KabupatenCode::parse)
                {
                    form.load(code);
                }
            } else if kabupaten != was_kabupaten && !code.is_empty() {
                place.kode.set(String::new());
                place.provinsi.set(String::new());
                form.areas.set(None);
            } else if desa != was_desa && code.len() == 10 {
                place.kode.set(code.get(..4).unwrap_or_default().to_owned());
            }
            place.kode.get_untracked()
        });
        form
    }

    fn load(self, code: KabupatenCode) {
        let Some(path) = self.index.with_untracked(|it| it.as_ref().map(|it| it.path(code))) else { return };
        spawn_local(async move {
            let bytes = fetched(&path).await;
            let read = bytes.and_then(|it| KabupatenAreas::parse(&it, code).ok());
            self.out_of_reach.set(read.is_none());
            self.areas.set(read.map(Arc::new));
        });
    }

    fn choose_kabupaten(self, it: &Kabupaten) {
        self.chosen.update(|names| names.0.clone_from(&it.name));
        self.place.kabupaten.set(it.name.clone());
        self.place.provinsi.set(it.province.clone());
        self.place.kode.set(it.code.to_string());
        self.load(it.code);
    }

    fn choose_desa(self, it: &Desa) {
        self.chosen.update(|names| names.1.clone_from(&it.name));
        self.place.desa.set(it.name.clone());
        self.place.kecamatan.set(it.kecamatan.clone());
        self.place.kode.set(it.code.to_string());
    }

    /// Whether it may be taken; what was typed whole is found in the list, and what is not there is said once.
    pub fn is_done(self) -> bool {
        let Place { kabupaten, kecamatan, desa, kode, .. } = self.place;
        let typed = kabupaten.get_untracked();
        if kode.with_untracked(String::is_empty)
            && let Some(index) = self.index.get_untracked()
        {
            match index.named(&typed) {
                Some(it) => self.choose_kabupaten(it),
                None if !typed.trim().is_empty() && self.told.get_untracked() != typed => {
                    self.told.set(typed);
                    self.kabupaten_error.set(Some(kata::NOT_IN_LIST.to_owned()));
                    focus_first_error();
                    return false;
                }
                None => {}
            }
        }
        let found = self.areas.get_untracked().filter(|_| kode.with_untracked(|it| it.len() == 4));
        if let Some(it) = found.as_ref().and_then(|it| it.named(&desa.get_untracked(), &kecamatan.get_untracked())) {
            self.choose_desa(it);
        }
        let no_kabupaten = missing(kabupaten, self.kabupaten_error);
        let no_desa = missing(desa, self.desa_error);
        !no_kabupaten && !no_desa
    }

    fn kabupaten_found(self) -> Vec<Kabupaten> {
        let typed = self.place.kabupaten.get();
        if self.place.kode.with(|it| it.len() >= 4) || typed.trim().len() < 2 {
            return Vec::new();
        }
        self.index.with(|it| it.iter().flat_map(|it| it.find(&typed, SHOWN)).cloned().collect())
    }

    fn desa_found(self) -> Vec<Desa> {
        let typed = self.place.desa.get();
        if self.place.kode.with(|it| it.len() == 10) || typed.trim().len() < 2 {
            return Vec::new();
        }
        self.areas.with(|it| it.iter().flat_map(|it| it.find(&typed, SHOWN)).cloned().collect())
    }
}

/// Says that a field is empty, if it is.
pub fn missing(signal: RwSignal<String>, error: RwSignal<Option<String>>) -> bool {
    let is_missing = signal.with_untracked(|it| it.trim().is_empty());
    error.set(is_missing.then(|| i18n::problem(&Problem::Missing)));
    if is_missing {
        focus_first_error();
    }
    is_missing
}

/// Kabupaten first, then the desa in it.
#[component]
pub fn PlaceFields(
    /// The fields with their list.
    form: PlaceForm,
) -> impl IntoView {
    let kabupaten = move || {
        let found = form.kabupaten_found().into_iter();
        let one = move |it: Kabupaten| {
            (it.name.clone(), it.province.clone(), Callback::new(move |()| form.choose_kabupaten(&it)))
        };
        suggested(kata::KABUPATEN, found.map(one).collect())
    };
    let desa = move || {
        let found = form.desa_found().into_iter();
        let one =
            move |it: Desa| (it.name.clone(), it.kecamatan.clone(), Callback::new(move |()| form.choose_desa(&it)));
        suggested(kata::DESA, found.map(one).collect())
    };
    let Place { kabupaten: kabupaten_typed, desa: desa_typed, kecamatan, .. } = form.place;
    let hint = move || if form.out_of_reach.get() { kata::TYPE_DESA } else { kata::KABUPATEN_HINT }.to_owned();
    view! {
        {line(
            &Line { id: "kabupaten", label: kata::KABUPATEN, hint: kata::KABUPATEN_HINT, ..Line::ASKED },
            kabupaten_typed,
            form.kabupaten_error,
        )}
        {kabupaten}
        <TextField
            id="desa"
            label=kata::DESA
            hint=Signal::derive(hint)
            value=desa_typed
            error=form.desa_error
        />
        {desa}
        {free_line(&Line { id: "kecamatan", label: kata::KECAMATAN, ..Line::MAY }, kecamatan)}
    }
}

/// What may be meant: name, what it lies in, and what a tap does.
fn suggested(label: &'static str, found: Vec<(String, String, Callback<()>)>) -> Option<Node> {
    let one = |(name, around, pick): (String, String, Callback<()>)| {
        view! {
            <button class="suggest__one" type="button" on:click=move |_| pick.run(())>
                <b>{name}</b>
                <span class="second">" · " {around}</span>
            </button>
        }
    };
    (!found.is_empty()).then(|| {
        view! {
            <div class="suggest field" role="group" aria-label=label>
                {found.into_iter().map(one).collect_view()}
            </div>
        }
    })
}
