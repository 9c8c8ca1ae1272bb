//! Opening a file from another phone: first what it holds, then yes or no.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::berkas::ask;
use super::kode::focus;
use crate::domain::file::{FileError, MOST_OPENED};
use crate::i18n::{self, berkas as kata, mulai};
use crate::later::Here;
use crate::messages::by_hand::{Answered, Asked, Brought, Preview};
use crate::messages::{Failure, SHARED};
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

/// Under which name `public/sw.js` keeps what the share sheet brought.
const SHARED_PATH: &str = "/.titipan";
/// Where it is read what a file holds, and what came of it.
const INSIDE: &str = "isi";

#[derive(Clone, Copy)]
struct Opening {
    desk: Desk,
    here: Here,
    file: ElementRef,
    /// What goes on, in words.
    busy: RwSignal<Option<&'static str>>,
    /// What lies there was shared with the app.
    shared: RwSignal<bool>,
    /// It cannot be opened yet, and stays until somebody throws it away.
    stays: RwSignal<bool>,
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
        busy: RwSignal::new(None),
        shared: RwSignal::new(false),
        stays: RwSignal::new(false),
        error: RwSignal::new(None),
        preview: RwSignal::new(None),
        taken: RwSignal::new(None),
    };
    it.look_at_shared();
    it.view()
}

/// A file of so many bytes is not even read.
fn is_too_big(size: f64) -> bool {
    size > MOST_OPENED as f64
}

impl Opening {
    fn view(self) -> Node {
        let here = self.here;
        let look = move |_| here.call(|| self.look());
        let change = move |_| here.call(|| self.reset());
        let leave = move |_| here.call(|| self.leave());
        let say = move || here.call(|| self.say());
        view! {
            <div class="field">
                <label class="unseen" for="kiriman">
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
            <p class="second" role="status">{say}</p>
            <Show when=move || self.stays.get()>
                <button class="button button--plain" type="button" on:click=leave>
                    {kata::THROW_AWAY}
                </button>
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
                    {kata::LOOK}
                </button>
            </Show>
        }
    }

    /// What goes on, and how far it is.
    fn say(self) -> String {
        match (self.busy.get(), self.desk.progress.get()) {
            (Some(kata::TAKING_IN), Some((done, of))) if done > 0 => kata::taking(done, of),
            (Some(words), _) => words.to_owned(),
            (None, _) if self.shared.get() => kata::SHARED.to_owned(),
            (None, _) => String::new(),
        }
    }

    fn reset(self) {
        self.error.set(None);
        self.preview.set(None);
        self.taken.set(None);
        self.shared.set(false);
        self.stays.set(false);
    }

    fn refuse(self, sentence: String) {
        self.error.set(Some(sentence));
        focus_first_error();
    }

    /// Work of the second file, one at a time.
    fn spawn(self, words: &'static str, work: impl Future<Output = ()> + 'static) {
        if self.busy.with_untracked(Option::is_some) {
            return;
        }
        self.busy.set(Some(words));
        let here = self.here;
        spawn_local(async move {
            here.run(work).await;
            self.busy.set(None);
        });
    }

    fn look(self) {
        self.reset();
        let chosen = self.file.now::<web_sys::HtmlInputElement>().and_then(|it| it.files()).and_then(|it| it.get(0));
        let Some(chosen) = chosen else {
            self.refuse(mulai::NO_FILE.to_owned());
            return;
        };
        self.spawn(kata::LOOKING, async move {
            if let Err(failure) = self.look_into(&chosen).await {
                self.refuse(i18n::failure(&failure));
            }
        });
    }

    async fn look_into(self, file: &web_sys::Blob) -> Result<(), Failure> {
        if is_too_big(file.size()) {
            return Err(Failure::Backup(FileError::TooBig));
        }
        let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| Failure::Worker)?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        if let Answered::Preview(it) = ask(self.desk, Asked::LookInto { bytes }).await? {
            self.preview.set(Some(it));
            focus(INSIDE);
        }
        Ok(())
    }

    /// What was shared with the app waits, sealed as it came, until somebody has opened the book and looks at it.
    fn look_at_shared(self) {
        let told = router::query("titipan").get_untracked();
        let why = match told.as_deref() {
            Some("bukan") => Some(kata::SHARED_OTHER.to_owned()),
            Some("penuh") => Some(kata::SHARED_FULL.to_owned()),
            Some("besar") => Some(i18n::failure(&Failure::Backup(FileError::TooBig))),
            _ => None,
        };
        self.spawn(kata::LOOKING, async move {
            if why.is_some() {
                self.error.set(why);
                return;
            }
            let Ok(Ok(found)) = kept(SHARED_PATH).await.map(JsCast::dyn_into::<web_sys::Response>) else { return };
            let Ok(blob) = found.blob() else { return };
            let Ok(Ok(blob)) = JsFuture::from(blob).await.map(JsCast::dyn_into::<web_sys::Blob>) else { return };
            self.shared.set(true);
            if let Err(failure) = self.look_into(&blob).await {
                self.refuse_shared(&failure).await;
            }
        });
    }

    /// Of what can never be opened here nothing stays; what may be opened some day waits for a word.
    async fn refuse_shared(self, failure: &Failure) {
        self.refuse(i18n::failure(failure));
        self.shared.set(false);
        match failure {
            Failure::Backup(error) if error.may_open_later() => self.stays.set(true),
            Failure::Backup(_) => drop(forget(SHARED).await),
            // The book was closed, or the phone is full: it is looked at again.
            _ => {}
        }
    }

    /// What it holds, and the question.
    fn offer(self, it: &Preview) -> Node {
        let here = self.here;
        let brought = &it.brought;
        let may_be_taken = brought.may_be_taken();
        let is_new = brought.is_new();
        let take = move |_| here.call(|| self.take());
        let leave = move |_| here.call(|| self.leave());
        let mut all = vec![kata::new(brought)];
        all.extend([kata::days(brought), kata::new_photos(brought)]);
        all.extend(kata::beside(brought).into_iter().map(Some));
        all.push(kata::nothing(brought).map(str::to_owned));
        view! {
            <section class="notice notice--plain">
                <Icon name="surat" />
                <div>
                    <h3 class="section__title" id=INSIDE tabindex="-1">
                        {kata::from(it)}
                    </h3>
                    {lines(all)}
                    {(brought.known > 0 && is_new).then(|| view! { <p class="second">{kata::known(brought)}</p> })}
                    {kata::unverified(brought).map(|it| view! { <p class="second">{it}</p> })}
                    {lines(kata::refused(brought).into_iter().map(Some).collect())}
                </div>
            </section>
            {may_be_taken
                .then(|| {
                    view! {
                        <button class="button" type="button" on:click=take>
                            <Icon name="cek" />
                            <span>
                                {move || if self.busy.with(Option::is_some) { kata::TAKING_IN } else { kata::TAKE_IN }}
                            </span>
                        </button>
                    }
                })}
            <button class="button button--plain" type="button" on:click=leave>
                {if may_be_taken { kata::LEAVE } else { kata::CLOSE }}
            </button>
        }
    }

    fn take(self) {
        self.error.set(None);
        self.desk.progress.set(None);
        self.spawn(kata::TAKING_IN, async move {
            match ask(self.desk, Asked::TakeIn).await {
                Ok(Answered::Taken(it)) => {
                    self.finish().await;
                    self.taken.set(Some(it));
                    focus(INSIDE);
                }
                Ok(_) => {}
                Err(failure) => self.refuse(i18n::failure(&failure)),
            }
            self.desk.progress.set(None);
        });
    }

    fn leave(self) {
        self.spawn(kata::LOOKING, async move { self.finish().await });
    }

    /// Nothing waits any more.
    async fn finish(self) {
        self.reset();
        // Where nothing was shared there is nothing to forget.
        let _ = forget(SHARED).await;
    }

    fn done(self, it: &Brought) -> Node {
        view! {
            <div class="notice">
                <Icon name="cek" />
                <div>
                    <h3 class="section__title" id=INSIDE tabindex="-1">
                        {kata::taken(it)}
                    </h3>
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
