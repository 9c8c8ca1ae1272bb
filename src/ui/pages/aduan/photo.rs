//! Photos: decoded and drawn anew in the page, so that they are small and nothing hidden is left in them.

use js_sys::{Array, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, File, HtmlCanvasElement, HtmlInputElement, ImageBitmap, Url,
};

use super::form::Form;
use crate::domain::aduan::intake::{LARGEST_PHOTO_BYTES, MOST_PHOTOS, Photo};
use crate::domain::aduan::own::photo_form;
use crate::domain::base64::STANDARD;
use crate::domain::ledger::id::hex;
use crate::i18n::{self, aduan as kata, kirim};
use crate::messages::{Reply, Request};
use crate::ui::components::Icon;
use crate::ui::context::{Desk, use_desk};
use crate::ui::prelude::*;

const LONG_SIDE: f64 = 1280.0;

/// Why there is no photo.
enum PhotoError {
    /// Another kind of file.
    NotAPhoto,
    /// The phone cannot open or draw it.
    TooBig,
}

/// Draws the picture anew, smaller and smaller until it fits.
async fn shrink(file: &File) -> Result<Vec<u8>, PhotoError> {
    if !file.type_().starts_with("image/") || file.type_() == "image/svg+xml" {
        return Err(PhotoError::NotAPhoto);
    }
    const HUGE_BYTES: f64 = 8.0 * 1024.0 * 1024.0;
    let failed = || if file.size() > HUGE_BYTES { PhotoError::TooBig } else { PhotoError::NotAPhoto };
    let decoding = window().create_image_bitmap_with_blob(file).map_err(|_| failed())?;
    let bitmap: ImageBitmap = JsFuture::from(decoding).await.map_err(|_| failed())?.unchecked_into();
    let drawn = draw(&bitmap);
    bitmap.close();
    drawn.ok_or(PhotoError::TooBig)
}

fn draw(bitmap: &ImageBitmap) -> Option<Vec<u8>> {
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    for (side, quality) in [(LONG_SIDE, 0.7), (LONG_SIDE, 0.55), (1024.0, 0.55), (800.0, 0.5), (640.0, 0.4)] {
        let scale = (side / width.max(height)).min(1.0);
        let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height).ok()?;
        let url = canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &quality.into()).ok()?;
        let bytes = STANDARD.decode(url.strip_prefix("data:image/jpeg;base64,")?)?;
        if bytes.len() <= LARGEST_PHOTO_BYTES as usize {
            return Some(bytes);
        }
    }
    None
}

/// The photos of a form, and two ways to add one.
#[component]
pub fn PhotoField(
    /// The form.
    form: Form,
) -> impl IntoView {
    let desk = use_desk();
    let say = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let add = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        let Some(file) = input.files().and_then(|it| it.get(0)) else {
            return;
        };
        say.set(None);
        if form.foto.with_untracked(Vec::len) >= MOST_PHOTOS {
            say.set(Some(kata::PHOTO_ENOUGH.to_owned()));
            input.set_value("");
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let room = desk.ask(Request::Storage).await;
            if matches!(room, Ok(Reply::Storage(room)) if room.is_too_low_for_photos()) {
                say.set(Some(kata::PHOTO_NO_ROOM.to_owned()));
            } else {
                match shrink(&file).await {
                    Ok(bytes) => keep(desk, form, bytes, say).await,
                    Err(PhotoError::NotAPhoto) => say.set(Some(kata::NOT_A_PHOTO.to_owned())),
                    Err(PhotoError::TooBig) => say.set(Some(kata::PHOTO_TOO_BIG.to_owned())),
                }
            }
            busy.set(false);
            // The same file may be chosen again.
            input.set_value("");
        });
    };
    let remove = Callback::new(move |sha256: String| {
        form.foto.update(|it| it.retain(|photo| photo.sha256 != sha256));
        spawn_local(async move {
            let form = photo_form(&form.id.get_value(), &sha256);
            // What stays behind is sealed and goes with the draft.
            let _ = desk.ask(Request::KeepDraft { form, body: Vec::new() }).await;
        });
    });
    view! {
            <div class="photos">
                {move || {
    form.foto.get().into_iter()
    .map(|photo| view! {
                    <figure class="photo">
                        <Picture source=Source::Draft(photo_form(&form.id.get_value(), &photo.sha256)) />
                        <button
                            class="textbutton"
                            type="button"
                            on:click={
                                let sha256 = photo.sha256.clone();
                                move |_| remove.run(sha256.clone())
                            }
                        >
                            {kata::REMOVE_PHOTO}
                        </button>
                    </figure>
                })
    .collect_view()
    }}
            </div>
            <div class="dock__pair">
                <label class="button button--plain filepick">
                    <Icon name="kamera" />
                    {kata::ADD_PHOTO}
                    <input
                        class="unseen"
                        type="file"
                        id="foto"
                        accept="image/*"
                        aria-describedby="foto-salah"
                        aria-invalid=move || say.with(Option::is_some).then_some("true")
                        on:change=add
                    />
                </label>
            </div>
            <p class="field__hint">{kata::PHOTO_HINT}</p>
            <p class="field__error" id="foto-salah" aria-live="polite">
                {move || {
                    say.get()
                        .map(|text| {
                            view! {
                                <Icon name="awas" size="s" />
                                <span>{text}</span>
                            }
                        })
                }}
            </p>
            <p class="second" role="status">
                {move || busy.get().then_some(kata::PHOTO_BUSY)}
            </p>
        }
}

async fn keep(desk: Desk, form: Form, bytes: Vec<u8>, say: RwSignal<Option<String>>) {
    let sha256 = hex(&Sha256::digest(&bytes));
    if form.foto.with_untracked(|it| it.iter().any(|photo| photo.sha256 == sha256)) {
        return;
    }
    let byte = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let request = Request::KeepDraft { form: photo_form(&form.id.get_value(), &sha256), body: bytes };
    match desk.ask(request).await {
        Ok(_) => form.foto.update(|it| it.push(Photo { sha256, byte })),
        Err(failure) => say.set(Some(i18n::failure(&failure))),
    }
}

/// Where the bytes of a picture are.
#[derive(Clone)]
pub enum Source {
    /// Beside a draft.
    Draft(String),
    /// Kept under its hash, so many bytes; taken by another phone it may not be here yet.
    Kept(String, u64),
}

/// A picture from the worker; its address lives as long as it is shown.
#[component]
pub fn Picture(
    /// Where its bytes are.
    source: Source,
) -> impl IntoView {
    let desk = use_desk();
    let url = RwSignal::new(None::<String>);
    on_cleanup(move || {
        if let Some(url) = url.try_get_untracked().flatten() {
            let _ = Url::revoke_object_url(&url);
        }
    });
    // Which photo is not here, and how large it is.
    let missing = RwSignal::new(None::<(String, u64)>);
    let failure = move || {
        let (sha256, _) = missing.get()?;
        desk.stuck.with(|it| it.as_ref().filter(|it| it.0 == sha256).map(|it| it.1.clone()))
    };
    let show = move |bytes: &[u8]| {
        if let Some(address) = object_url(bytes)
            && !url.try_set(Some(address.clone()))
        {
            // Left meanwhile: nobody shows it.
            let _ = Url::revoke_object_url(&address);
        }
    };
    spawn_local(async move {
        let (request, kept) = match source {
            Source::Draft(form) => (Request::ReadDraft { form }, None),
            Source::Kept(sha256, bytes) => (Request::ReadPhoto { sha256: sha256.clone() }, Some((sha256, bytes))),
        };
        match desk.ask(request).await {
            Ok(Reply::Draft(Some(bytes))) => show(&bytes),
            _ => {
                if let Some((sha256, _)) = &kept
                    && !coming(desk, sha256).1
                {
                    look(desk, sha256).await;
                }
                _ = missing.try_set(kept);
            }
        }
    });
    let fetch = move |_| {
        let Some((sha256, _)) = missing.get_untracked() else { return };
        let (mut bytes, is_fetched) = coming(desk, &sha256);
        if is_fetched {
            return;
        }
        desk.stuck.set(None);
        spawn_local(async move {
            loop {
                came(desk, &sha256, bytes, true);
                match desk.ask(Request::FetchPhoto { sha256: sha256.clone(), is_look: false }).await {
                    Ok(Reply::Came(now)) => {
                        bytes = now;
                        continue;
                    }
                    Ok(Reply::Draft(Some(bytes))) => {
                        _ = missing.try_set(None);
                        show(&bytes);
                    }
                    Ok(_) => {}
                    Err(error) => desk.stuck.set(Some((sha256.clone(), error))),
                }
                return look(desk, &sha256).await;
            }
        });
    };
    view! {
        {move || url.get().map(|url| view! { <img class="photo__img" src=url alt=kata::PHOTO_ALT /> })}
        {move || {
            missing
                .get()
                .map(|(sha256, bytes)| {
                    let now = Memo::new(move |_| desk.coming.with(|all| of(all, &sha256)));
                    view! {
                        <button
                            class="button button--plain"
                            type="button"
                            aria-busy=move || now.get().1.to_string()
                            on:click=fetch
                        >
                            {move || {
                                let (came, is_fetched) = now.get();
                                let say = if is_fetched { kirim::fetching_photo } else { kirim::fetch_photo };
                                say(bytes, came)
                            }}
                        </button>
                    }
                })
        }}
        {failure}
    }
}

/// How many bytes of a photo came, and whether it is being fetched.
fn of(all: &[(String, u64, bool)], sha256: &str) -> (u64, bool) {
    all.iter().find(|it| it.0 == sha256).map_or((0, false), |it| (it.1, it.2))
}

fn coming(desk: Desk, sha256: &str) -> (u64, bool) {
    desk.coming.with_untracked(|all| of(all, sha256))
}

fn came(desk: Desk, sha256: &str, bytes: u64, is_fetched: bool) {
    desk.coming.update(|all| {
        all.retain(|it| it.0 != sha256);
        all.push((sha256.to_owned(), bytes, is_fetched));
    });
}

/// Asks how much of a photo is here, of one that nobody fetches.
async fn look(desk: Desk, sha256: &str) {
    let bytes = match desk.ask(Request::FetchPhoto { sha256: sha256.to_owned(), is_look: true }).await {
        Ok(Reply::Came(bytes)) => bytes,
        _ => 0,
    };
    came(desk, sha256, bytes, false);
}

fn object_url(bytes: &[u8]) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type("image/jpeg");
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}
