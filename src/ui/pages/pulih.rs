//! Recovery: works without a readable database. A copy out, a copy in, or starting again.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::i18n::{self, berkas, mulai as kata, umum};
use crate::messages::{BackupShown, Failure, Reply, Request, StoreFailure};
use crate::ui::app::{gate, start_again};
use crate::ui::components::{FieldNote, FormPage, Icon, Line, Page, Submit, TopBar, focus_first_error, line, sends};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;
use crate::ui::shell;

/// The book does not open: what is safe, and what to do.
#[component]
pub fn Broken(
    /// What went wrong.
    failure: Failure,
) -> impl IntoView {
    let desk = use_desk();
    let is_alone = matches!(failure, Failure::Worker);
    let again = move |_| {
        if is_alone {
            // Only a new page starts a new worker.
            let _ = window().location().reload();
            return;
        }
        desk.gate.set(None);
        start_again(desk);
    };
    // A new version that cannot read the data gives way to the one before, which could. A busy tab, a full phone or
    // a browser without memory is no fault of the version.
    if matches!(failure, Failure::Store(StoreFailure::Newer | StoreFailure::Broken)) {
        shell::act(shell::Act::Rollback);
    }
    view! {
        <TopBar title=kata::BROKEN_TITLE />
        <Page>
            {failure}
            <p class="second">{kata::BROKEN_HOW}</p>
            <button class="button" type="button" on:click=again>
                {kata::TRY_AGAIN}
            </button>
            <CopyOut />
            <StartAgain />
        </Page>
    }
}

/// A copy of every sealed byte, as a file.
#[component]
pub fn CopyOut() -> impl IntoView {
    let desk = use_desk();
    let said = RwSignal::new(None::<Result<(), Failure>>);
    let save = move |_| {
        spawn_local(async move {
            said.set(Some(match desk.ask(Request::Export).await {
                Ok(Reply::Export(bytes)) => download(&dated("posyandu-cadangan"), &bytes).ok_or(Failure::Worker),
                Ok(_) => Err(Failure::Worker),
                Err(failure) => Err(failure),
            }));
        });
    };
    view! {
        <section class="notice notice--plain">
            <Icon name="pulih" />
            <div>
                <button class="textbutton" type="button" on:click=save>
                    {kata::SAVE_COPY}
                </button>
                <p class="second">{kata::SAVE_COPY_HOW}</p>
                <p class="second" role="status">
                    {move || {
                        said.get()
                            .map(|it| match it {
                                Ok(()) => kata::COPY_SAVED.to_owned(),
                                Err(failure) => i18n::failure(&failure),
                            })
                    }}
                </p>
            </div>
        </section>
    }
}

/// The name of a text file: what it is, and the day.
pub fn dated(what: &str) -> String {
    let day = js_sys::Date::new_0().to_iso_string().slice(0, 10);
    format!("{what}-{}.txt", String::from(day))
}

/// Offers bytes as a file to keep.
pub fn download(name: &str, bytes: &[u8]) -> Option<()> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/plain");
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(60),
    );
    Some(())
}

/// A file from an old phone into this empty one.
#[component]
pub fn RestorePage(
    /// Back to the beginning.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let desk = use_desk();
    let file = ElementRef::new();
    let error = RwSignal::new(None::<String>);
    let shown = RwSignal::new(None::<BackupShown>);
    let submit = move |()| {
        error.set(None);
        let chosen = file.now::<web_sys::HtmlInputElement>().and_then(|it| it.files()).and_then(|it| it.get(0));
        let Some(chosen) = chosen else {
            error.set(Some(kata::NO_FILE.to_owned()));
            focus_first_error();
            return;
        };
        spawn_local(async move {
            let buffer = JsFuture::from(chosen.array_buffer()).await;
            let reply = match buffer {
                Ok(buffer) => {
                    let is_sure = shown.with_untracked(Option::is_some);
                    desk.ask(Request::Restore { bytes: Uint8Array::new(&buffer).to_vec(), is_sure }).await
                }
                Err(_) => Err(Failure::Worker),
            };
            if let Ok(Reply::Backup(it)) = reply {
                shown.set(Some(it));
                return;
            }
            match reply.and_then(gate) {
                Ok(open) => desk.gate.set(Some(Ok(open))),
                Err(failure) => {
                    error.set(Some(i18n::failure(&failure)));
                    focus_first_error();
                }
            }
        });
    };
    let say = Signal::derive(move || {
        let word = if shown.with(Option::is_some) { kata::RESTORE_DO } else { berkas::LOOK };
        word.to_owned()
    });
    view! {
        <TopBar title=kata::RESTORE_TITLE>
            <button class="iconbutton" type="button" aria-label=umum::CLOSE on:click=move |_| on_back.run(())>
                <Icon name="tutup" />
            </button>
        </TopBar>
        <FormPage on_submit=submit say=say icon="lanjut">
            <div class="field">
                <label class="field__label" for="berkas">
                    {kata::RESTORE_FILE}
                </label>
                <input
                    class="field__input"
                    id="berkas"
                    type="file"
                    accept=".txt,text/plain"
                    node_ref=file
                    on:change=move |_| shown.set(None)
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby="berkas-petunjuk berkas-salah"
                />
                <FieldNote id="berkas" hint=kata::RESTORE_HOW error=error />
            </div>
            {move || {
                shown
                    .get()
                    .map(|it| {
                        view! {
                            <div class="notice notice--plain" role="status">
                                <Icon name="pulih" />
                                <p>{berkas::backup(&it)}</p>
                            </div>
                        }
                    })
            }}
        </FormPage>
    }
}

/// Throws everything away, after a word that nobody types by mistake.
#[component]
fn StartAgain() -> impl IntoView {
    let desk = use_desk();
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let submit = move |()| {
        if typed.with_untracked(|it| it.trim() != kata::START_AGAIN_WORD) {
            error.set(Some(kata::START_AGAIN_DIFFERS.to_owned()));
            focus_first_error();
            return;
        }
        spawn_local(async move {
            let reply = desk.ask(Request::StartAgain).await;
            desk.gate.set(Some(reply.and_then(gate)));
        });
    };
    view! {
        <details>
            <summary class="textbutton">{kata::START_AGAIN}</summary>
            <form on:submit=sends(submit) novalidate>
                {line(&Line { id: "hapus", label: kata::START_AGAIN_SURE, ..Line::ASKED }, typed, error)}
                <Submit say=kata::START_AGAIN_DO class="button--danger" />
            </form>
        </details>
    }
}
