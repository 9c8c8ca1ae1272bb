//! Where the posyandu is: found by typing in the official list, or written when the list is out of reach.

use std::sync::Arc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::{Form, Step, StepPage, missing};
use crate::domain::area::{AreaIndex, KabupatenAreas, KabupatenCode};
use crate::i18n::{mulai as kata, umum};
use crate::ui::components::TextField;
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

/// Kabupaten first, then the desa in it.
#[component]
pub(super) fn PlaceStep(step: RwSignal<Step>, form: Form) -> impl IntoView {
    let kabupaten_error = RwSignal::new(None);
    let desa_error = RwSignal::new(None);
    let index = RwSignal::new(None::<Arc<AreaIndex>>);
    let areas = RwSignal::new(None::<Arc<KabupatenAreas>>);
    let out_of_reach = RwSignal::new(false);
    let load_areas = move |code: KabupatenCode| {
        let Some(path) = index.with_untracked(|it| it.as_ref().map(|it| it.path(code))) else {
            return;
        };
        spawn_local(async move {
            let bytes = fetched(&path).await;
            let read = bytes.and_then(|it| KabupatenAreas::parse(&it, code).ok());
            out_of_reach.set(read.is_none());
            areas.set(read.map(Arc::new));
        });
    };
    spawn_local(async move {
        let bytes = fetched("/wilayah/index.txt").await;
        index.set(bytes.and_then(|it| AreaIndex::parse(&it).ok()).map(Arc::new));
        // Coming back to this step: the kabupaten was chosen already.
        if let Some(code) = form.kode.with_untracked(|it| it.get(..4).and_then(KabupatenCode::parse)) {
            load_areas(code);
        }
    });

    let is_known = move || form.kode.with(|it| it.len() >= 4);
    let kabupaten_found = move || {
        let typed = form.kabupaten.get();
        if is_known() || typed.trim().len() < 2 {
            return Vec::new();
        }
        index.with(|it| it.as_ref().map(|it| it.find(&typed, SHOWN).into_iter().cloned().collect()).unwrap_or_default())
    };
    let desa_found = move || {
        let typed = form.desa.get();
        if form.kode.with(|it| it.len() == 10) || typed.trim().len() < 2 {
            return Vec::new();
        }
        areas.with(|it| it.as_ref().map(|it| it.find(&typed, SHOWN).into_iter().cloned().collect()).unwrap_or_default())
    };
    // Typing again after choosing: the code no longer holds.
    let chosen = RwSignal::new((form.kabupaten.get_untracked(), form.desa.get_untracked()));
    Effect::new(move |_| {
        let (kabupaten, desa) = (form.kabupaten.get(), form.desa.get());
        let (was_kabupaten, was_desa) = chosen.get_untracked();
        let code = form.kode.get_untracked();
        if kabupaten != was_kabupaten && !code.is_empty() {
            form.kode.set(String::new());
            areas.set(None);
        } else if desa != was_desa && code.len() == 10 {
            form.kode.set(code.get(..4).unwrap_or_default().to_owned());
        }
    });

    view! {
            <StepPage
                title=kata::PLACE_TITLE
                number=2
                on_back=move |()| step.set(Step::Posyandu)
                on_next=move |()| {
                    let no_kabupaten = missing(form.kabupaten, kabupaten_error);
                    let no_desa = missing(form.desa, desa_error);
                    if !no_kabupaten && !no_desa {
                        step.set(Step::Kader);
                    }
                }
                next=umum::NEXT
            >
                <TextField
                    id="kabupaten"
                    label=kata::KABUPATEN.to_owned()
                    hint=kata::KABUPATEN_HINT.to_owned()
                    value=form.kabupaten
                    error=kabupaten_error
                />
                <Show when=move || !kabupaten_found().is_empty()>
                    <div class="suggest field" role="group" aria-label=kata::KABUPATEN>
                        {move || {
    kabupaten_found().into_iter()
    .map(|it| view! {
                            <button
                                class="suggest__one"
                                type="button"
                                on:click={
                                    let it = it.clone();
                                    move |_| {
                                        chosen.update(|names| names.0.clone_from(&it.name));
                                        form.kabupaten.set(it.name.clone());
                                        form.provinsi.set(it.province.clone());
                                        form.kode.set(it.code.to_string());
                                        load_areas(it.code);
                                    }
                                }
                            >
                                <b>{it.name.clone()}</b>
                                <span class="second">" · " {it.province.clone()}</span>
                            </button>
                        })
    .collect_view()
    }}
                    </div>
                </Show>
                <TextField
                    id="desa"
                    label=kata::DESA.to_owned()
                    hint=Signal::derive(move || {
                        if out_of_reach.get() { kata::TYPE_DESA.to_owned() } else { kata::KABUPATEN_HINT.to_owned() }
                    })
                    value=form.desa
                    error=desa_error
                />
                <Show when=move || !desa_found().is_empty()>
                    <div class="suggest field" role="group" aria-label=kata::DESA>
                        {move || {
    desa_found().into_iter()
    .map(|it| view! {
                            <button
                                class="suggest__one"
                                type="button"
                                on:click={
                                    let it = it.clone();
                                    move |_| {
                                        chosen.update(|names| names.1.clone_from(&it.name));
                                        form.desa.set(it.name.clone());
                                        form.kecamatan.set(it.kecamatan.clone());
                                        form.kode.set(it.code.to_string());
                                    }
                                }
                            >
                                <b>{it.name.clone()}</b>
                                <span class="second">" · " {it.kecamatan.clone()}</span>
                            </button>
                        })
    .collect_view()
    }}
                    </div>
                </Show>
                <TextField id="kecamatan" label=kata::KECAMATAN.to_owned() value=form.kecamatan optional=true />
            </StepPage>
        }
}
