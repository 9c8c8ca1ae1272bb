//! Codes on the screen and before the camera. `public/kode.js` draws and reads; it comes on first use ([`bring`]).

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::icon::Icon;
use crate::i18n::kode as kata;
use crate::later::Unreachable;
use crate::ui::prelude::*;

/// Brings what draws and reads codes into the page.
///
/// # Errors
/// [`Unreachable`] where it is not on this phone and there is no network.
pub async fn bring() -> Result<(), Unreachable> {
    let bring = Reflect::get(&js_sys::global(), &"posyanduCodes".into()).ok();
    let bring: Function = bring.and_then(|it| it.dyn_into().ok()).ok_or(Unreachable)?;
    let coming = bring.call0(&JsValue::UNDEFINED).and_then(JsCast::dyn_into::<Promise>).map_err(|_| Unreachable)?;
    JsFuture::from(coming).await.map(|_| ()).map_err(|_| Unreachable)
}

/// What an event of the two elements tells.
fn detail(event: &web_sys::Event) -> JsValue {
    Reflect::get(event, &"detail".into()).unwrap_or_default()
}

/// Codes one after the other, as large as the screen allows; with a thumb, or by themselves.
#[component]
pub fn CodeShow(
    /// Their texts.
    codes: Vec<String>,
) -> impl IntoView {
    let total = u8::try_from(codes.len()).unwrap_or(u8::MAX);
    let at = RwSignal::new((0_u8, false));
    let broken = RwSignal::new(false);
    let on_change = move |event: web_sys::Event| {
        let told = detail(&event);
        let number = Reflect::get(&told, &"nomor".into()).ok().and_then(|it| it.as_f64()).unwrap_or(0.0);
        let stands = Reflect::get(&told, &"jeda".into()).is_ok_and(|it| it.is_truthy());
        at.set((number as u8, stands));
    };
    view! {
        <kode-gambar class="codes" teks=codes.join("\n") on:ganti=on_change on:keadaan=move |_| broken.set(true)>
            <div class="codes__picture" data-kode="gambar" role="img" aria-label=kata::PICTURE></div>
            {(total > 1)
                .then(|| {
                    view! {
                        <p class="codes__which">{move || kata::which(at.get().0.saturating_add(1), total)}</p>
                        <div class="dock__lead">
                            <button class="button button--plain button--small" type="button" data-kode="jeda">
                                {move || if at.get().1 { kata::GO_ON } else { kata::PAUSE }}
                            </button>
                            <button class="button button--plain button--small" type="button" data-kode="berikut">
                                {kata::NEXT}
                            </button>
                        </div>
                    }
                })}
            <Show when=move || broken.get()>
                <p role="alert">{kata::BROKEN}</p>
            </Show>
        </kode-gambar>
    }
}

/// The camera, with the other way below it. It stops when this leaves the page.
#[component]
pub fn CodeCamera(
    /// A code was read.
    on_code: Callback<String>,
) -> impl IntoView {
    let state = RwSignal::new(String::new());
    let told = move |event: web_sys::Event| state.set(detail(&event).as_string().unwrap_or_default());
    let read = move |event: web_sys::Event| {
        if let Some(text) = detail(&event).as_string() {
            on_code.run(text);
        }
    };
    let say = move || match state.get().as_str() {
        "" => kata::STARTING,
        "izin" => kata::NO_PERMISSION,
        "tiada" => kata::NO_CAMERA,
        "pakai" => kata::IN_USE,
        "kosong" => kata::NO_CODE,
        "rusak" => kata::UNREAD,
        _ => kata::LOOKING,
    };
    view! {
        <kode-kamera class="eye" on:kode=read on:keadaan=told>
            <video class="eye__view" muted playsinline aria-hidden="true"></video>
            <p role="status">{say}</p>
            <label class="button button--plain filepick">
                <Icon name="kamera" />
                <span>{kata::PHOTO}</span>
                <input class="unseen" type="file" accept="image/*" capture="environment" />
            </label>
        </kode-kamera>
    }
}
