//! Opening a file from another phone: first what it holds, then yes or no.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::berkas::ask;
use crate::i18n::{self, berkas as kata, mulai};
use crate::later::Here;
use crate::messages::Failure;
use crate::messages::by_hand::{Answered, Asked, Brought, Preview};
use crate::ui::components::{FieldNote, Icon, focus_first_error};
use crate::ui::context::Desk;
use crate::ui::prelude::*;
use crate::ui::router;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = caches, js_name = "match")]
    async fn kept(path: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = caches, js_name = "delete")]
    async fn forget(name: &str) -> Result<JsValue, JsValue>;
}

/// Where `public/sw.js` keeps what the share sheet brought.
const SHARED: &str = "posyandu-titipan";
const SHARED_PATH: &str = "/.titipan";

#[derive(Clone, Copy)]
struct Opening {
    desk: Desk,
    here: Here,
    file: ElementRef,
    busy: RwSignal<bool>,
    shared: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    preview: RwSignal<Option<Preview>>,
    taken: RwSignal<Option<Brought>>,
}

/// The half of the page that opens one.
pub(super) fn open(desk: Desk, here: Here) -> Node {
    let it = Opening {
        desk,
        here,
        file: ElementRef::new(),
        busy: RwSignal::new(false),
        shared: RwSignal::new(false),
        error: RwSignal::new(None),
        preview: RwSignal::new(None),
        taken: RwSignal::new(None),
    };
    it.look_at_shared();
    it.view()
}

impl Opening {
    fn view(self) -> Node {
        let here = self.here;
        let look = move |_| here.call(|| self.look());
        let change = move |_| here.call(|| self.reset());
        view! {
            <div class="field">
                <label class="field__label" for="kiriman">
                    {kata::FILE}
                </label>
                <input
                    class="field__input"
                    id="kiriman"
                    type="file"
                    accept=".txt,text/plain"
                    node_ref=self.file
                    on:change=change
                    aria-invalid=move || self.error.with(Option::is_some).then_some("true")
                    aria-describedby="kiriman-petunjuk kiriman-salah"
                />
                <FieldNote id="kiriman" hint=kata::FILE_HOW error=self.error />
            </div>
            <Show when=move || self.shared.get()>
                <p class="second" role="status">{kata::SHARED}</p>
            </Show>
            {move || {
                let preview = self.preview.get();
                let taken = self.taken.get();
                here.call(|| match (preview, taken) {
                    (_, Some(it)) => self.done(&it),
                    (Some(it), None) => self.offer(&it),
                    (None, None) => Node::Nothing,
                })
            }}
            <Show when=move || self.preview.with(Option::is_none)>
                <button class="button button--plain" type="button" on:click=look>
                    {move || if self.busy.get() { kata::LOOKING } else { kata::LOOK }}
                </button>
            </Show>
        }
    }

    fn reset(self) {
        self.error.set(None);
        self.preview.set(None);
        self.taken.set(None);
        self.shared.set(false);
    }

    fn refuse(self, sentence: String) {
        self.error.set(Some(sentence));
        focus_first_error();
    }

    /// Work of the second file, one at a time.
    fn spawn(self, work: impl Future<Output = ()> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let here = self.here;
        spawn_local(async move {
            here.run(work).await;
            self.busy.set(false);
        });
    }

    fn look(self) {
        self.reset();
        let chosen = self.file.now::<web_sys::HtmlInputElement>().and_then(|it| it.files()).and_then(|it| it.get(0));
        let Some(chosen) = chosen else {
            self.refuse(mulai::NO_FILE.to_owned());
            return;
        };
        self.spawn(async move {
            match JsFuture::from(chosen.array_buffer()).await {
                Ok(buffer) => self.look_into(&buffer).await,
                Err(_) => self.refuse(i18n::failure(&Failure::Worker)),
            }
        });
    }

    async fn look_into(self, buffer: &JsValue) {
        let bytes = Uint8Array::new(buffer).to_vec();
        match ask(self.desk, Asked::LookInto { bytes }).await {
            Ok(Answered::Preview(it)) => self.preview.set(Some(it)),
            Ok(_) => {}
            Err(failure) => self.refuse(i18n::failure(&failure)),
        }
    }

    /// What was shared with the app waits, sealed as it came, until somebody has opened the book and looks at it.
    fn look_at_shared(self) {
        let is_other = router::query("titipan").get_untracked().is_some_and(|it| it == "bukan");
        self.spawn(async move {
            if is_other {
                self.error.set(Some(kata::SHARED_OTHER.to_owned()));
                return;
            }
            let Ok(Ok(found)) = kept(SHARED_PATH).await.map(JsCast::dyn_into::<web_sys::Response>) else { return };
            let Ok(buffer) = found.array_buffer() else { return };
            if let Ok(buffer) = JsFuture::from(buffer).await {
                self.shared.set(true);
                self.look_into(&buffer).await;
            }
        });
    }

    /// What it holds, and the question.
    fn offer(self, it: &Preview) -> Node {
        let here = self.here;
        let brought = &it.brought;
        let is_new = brought.new > 0 || brought.photos > 0;
        let take = move |_| here.call(|| self.take());
        let leave = move |_| here.call(|| self.leave());
        view! {
            <section class="notice notice--plain" role="status">
                <Icon name="surat" />
                <div>
                    <p>
                        <b>{kata::from(it)}</b>
                    </p>
                    {if is_new {
                        lines(vec![Some(kata::new(brought)), kata::days(brought), kata::new_photos(brought)])
                    } else {
                        view! { <p>{kata::NOTHING_NEW}</p> }
                    }}
                    {(brought.known > 0 && is_new).then(|| view! { <p class="second">{kata::known(brought)}</p> })}
                    {kata::unverified(brought).map(|it| view! { <p class="second">{it}</p> })}
                    {lines(kata::refused(brought).into_iter().map(Some).collect())}
                </div>
            </section>
            {is_new
                .then(|| {
                    view! {
                        <button class="button" type="button" on:click=take>
                            <Icon name="cek" />
                            <span>{kata::TAKE_IN}</span>
                        </button>
                    }
                })}
            <button class="button button--plain" type="button" on:click=leave>
                {if is_new { kata::LEAVE } else { kata::CLOSE }}
            </button>
        }
    }

    fn take(self) {
        self.spawn(async move {
            match ask(self.desk, Asked::TakeIn).await {
                Ok(Answered::Taken(it)) => {
                    self.finish().await;
                    self.taken.set(Some(it));
                }
                Ok(_) => {}
                Err(failure) => self.refuse(i18n::failure(&failure)),
            }
        });
    }

    fn leave(self) {
        self.spawn(async move { self.finish().await });
    }

    /// Nothing waits any more.
    async fn finish(self) {
        self.reset();
        // Where nothing was shared there is nothing to forget.
        let _ = forget(SHARED).await;
    }

    fn done(self, it: &Brought) -> Node {
        view! {
            <div class="notice" role="status">
                <Icon name="cek" />
                <div>
                    <p>{kata::taken(it)}</p>
                    {lines(kata::refused(it).into_iter().map(Some).collect())}
                    <a class="textbutton" href="/warga">{kata::SEE_PEOPLE}</a>
                </div>
            </div>
        }
    }
}

fn lines(all: Vec<Option<String>>) -> Node {
    Node::Many(all.into_iter().flatten().map(|it| view! { <p>{it}</p> }).collect())
}
