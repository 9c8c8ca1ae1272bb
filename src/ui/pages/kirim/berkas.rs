//! Records in a file for another phone, one from another phone, and the backup.
//!
//! What is not needed to say that the rest did not come lies in the second file: each closure goes through [`Here`].

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::buka;
use super::kode::focus;
use crate::domain::file::FileError;
use crate::i18n::{self, berkas as kata, mulai};
use crate::later::{self, Here, Unreachable};
use crate::messages::by_hand::{Answered, Asked, Choices, Made, Weight, What};
use crate::messages::{Failure, Reply, Request, wire};
use crate::ui::components::{Icon, Page, TopBar};
use crate::ui::context::{Desk, Watched, use_desk};
use crate::ui::pages::pulih::{CopyOut, download};
use crate::ui::prelude::*;
use crate::ui::router::query;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = navigator, js_name = canShare)]
    fn can_share(what: &Object) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = navigator)]
    async fn share(what: &Object) -> Result<JsValue, JsValue>;
}

/// Asks the worker's half about files.
pub(super) async fn ask(desk: Desk, asked: Asked) -> Result<Answered, Failure> {
    match desk.ask(Request::ByHand(wire::write(&asked))).await? {
        Reply::ByHand(bytes) => Ok(wire::read(&bytes)),
        _ => Err(Failure::Worker),
    }
}

/// The page.
#[component]
pub fn FilePage() -> impl IntoView {
    let desk = use_desk();
    let here = RwSignal::new(None::<Result<Here, Unreachable>>);
    let load = move || spawn_local(async move { here.set(Some(later::load().await)) });
    load();
    // Who comes for a backup finds it first.
    let is_backup = query("bagian").get_untracked().is_some();
    let (title, back) = if is_backup { (kata::BACKUP, "/menu") } else { (kata::TITLE, "/kirim") };
    let backup = move |is_here: bool| {
        view! {
            <Show when=move || is_here && !desk.practice.get()>
                <div class="section">
                    <h2 class="section__title">{kata::BACKUP}</h2>
                </div>
                <CopyOut />
            </Show>
        }
    };
    view! {
        <TopBar title=title back=back />
        <Page>
            {backup(is_backup)}
            {move || {
                if desk.practice.get() {
                    return view! { <p>{kata::PRACTICE}</p> };
                }
                match here.get() {
                    None => Node::Nothing,
                    Some(Ok(here)) => here.call(|| untrack(|| whole(desk, here))),
                    Some(Err(Unreachable)) => {
                        view! {
                            <div class="notice" role="alert">
                                <Icon name="awas" />
                                <div>
                                    <p>{kata::NEEDS_SIGNAL}</p>
                                    <button class="textbutton" type="button" on:click=move |_| load()>
                                        {mulai::TRY_AGAIN}
                                    </button>
                                </div>
                            </div>
                        }
                    }
                }
            }}
            {backup(!is_backup)}
        </Page>
    }
}

fn whole(desk: Desk, here: Here) -> Node {
    let (send, open) = (Sending::new(desk, here), buka::open(desk, here));
    view! {
        <h2 class="section__title" id="untuk">{kata::SEND}</h2>
        <p class="second">{kata::SEND_HOW}</p>
        {send.view()}
        <div class="section">
            <h2 class="section__title">{kata::OPEN}</h2>
        </div>
        {open}
    }
}

/// The half of the page that makes a file.
#[derive(Clone, Copy)]
struct Sending {
    desk: Desk,
    here: Here,
    what: RwSignal<Option<What>>,
    with_photos: RwSignal<bool>,
    busy: RwSignal<bool>,
    made: RwSignal<Option<Made>>,
    said: RwSignal<Option<String>>,
    handed: RwSignal<bool>,
}

impl Sending {
    fn new(desk: Desk, here: Here) -> Self {
        Self {
            desk,
            here,
            what: RwSignal::new(None),
            with_photos: RwSignal::new(false),
            busy: RwSignal::new(false),
            made: RwSignal::new(None),
            said: RwSignal::new(None),
            handed: RwSignal::new(false),
        }
    }

    fn view(self) -> Node {
        let here = self.here;
        let choices = Watched::of(move || {
            self.desk.version.track();
            self.handed.track();
            here.run(ask(self.desk, Asked::Choices))
        });
        let asked = choices.show(move |answer| {
            here.call(|| match answer {
                Ok(Answered::Choices(it)) => self.choices(it),
                Ok(_) => Node::Nothing,
                Err(failure) => failure.into_view(),
            })
        });
        view! {
            {asked}
            <p role="status">{self.said}</p>
            {move || here.call(|| self.made.get().map(|it| self.ready(it)))}
        }
    }

    /// What to send, how much that is, and the button.
    fn choices(self, it: Choices) -> Node {
        let here = self.here;
        let is_connected = it.unsent.is_some();
        let all = [(What::Unsent, it.unsent), (What::Today, Some(it.today)), (What::All, Some(it.all))];
        let offered: Vec<(What, Weight)> = all.into_iter().filter_map(|(what, weight)| Some((what, weight?))).collect();
        // What there is of it, in this order; nothing she chose is chosen for her again.
        let first = offered.iter().find(|it| it.1.events > 0).or(offered.first()).map(|it| it.0);
        if self.what.with_untracked(Option::is_none) {
            self.what.set(first);
        }
        let rows: Vec<Node> = offered.iter().map(|(what, weight)| self.choice(*what, *weight)).collect();
        let chosen = move || offered.iter().find(|it| Some(it.0) == self.what.get()).map(|it| it.1).unwrap_or_default();
        let weight = chosen.clone();
        let make = move |_| {
            here.call(|| {
                if untrack(&weight).events > 0 {
                    self.make();
                } else {
                    self.made.set(None);
                    self.said.set(Some(kata::NOTHING.to_owned()));
                }
            });
        };
        view! {
            <fieldset class="field">
                <legend class="field__label">{kata::WHICH}</legend>
                {rows}
            </fieldset>
            {move || {
                let weight = here.call(&chosen);
                (weight.photos > 0).then(|| self.photos(weight))
            }}
            <button class="button" type="button" on:click=make>
                <Icon name="surat" />
                <span>{move || if self.busy.get() { kata::MAKING } else { kata::MAKE }}</span>
            </button>
            {it.handed_on
                .map(|on| {
                    view! {
                        <p class="second">{kata::handed(on)}</p>
                        {is_connected.then(|| view! { <p class="second">{kata::HANDED_HOW}</p> })}
                    }
                })}
        }
    }

    fn choice(self, what: What, weight: Weight) -> Node {
        let choose = move |_| {
            self.what.set(Some(what));
            self.made.set(None);
        };
        view! {
            <label class="pick">
                <input
                    type="radio"
                    name="isi"
                    prop:checked=move || self.what.get() == Some(what)
                    on:change=choose
                />
                <span class="pick__ring"></span>
                <span class="pick__words">
                    <b>{kata::what(what)}</b>
                    <span class="second">{kata::weight(weight)}</span>
                </span>
            </label>
        }
    }

    fn photos(self, weight: Weight) -> Node {
        let toggle = move |_| {
            self.with_photos.set(!self.with_photos.get_untracked());
            self.made.set(None);
        };
        view! {
            <label class="pick">
                <input type="checkbox" prop:checked=self.with_photos on:change=toggle />
                <span class="pick__ring"></span>
                <span class="pick__words">
                    <b>{kata::PHOTOS}</b>
                    <span class="second">{kata::photos(weight)}</span>
                </span>
            </label>
        }
    }

    fn make(self) {
        let Some(what) = self.what.get_untracked().filter(|_| !self.busy.get_untracked()) else { return };
        self.busy.set(true);
        self.made.set(None);
        self.said.set(None);
        let with_photos = self.with_photos.get_untracked();
        let asked = Asked::MakeFile { what, with_photos };
        let work = async move {
            let answer = ask(self.desk, asked).await;
            self.busy.set(false);
            match answer {
                Ok(Answered::File(made)) => {
                    self.made.set(Some(made));
                    focus(READY);
                }
                Ok(Answered::Nothing) => self.said.set(Some(kata::NOTHING.to_owned())),
                Ok(_) => {}
                Err(failure) => self.said.set(Some(why_not(&failure, with_photos))),
            }
        };
        let here = self.here;
        spawn_local(async move { here.run(work).await });
    }

    /// It is made and was read back: now it may leave.
    fn ready(self, it: Made) -> Node {
        let here = self.here;
        let line = kata::made(&it);
        let file = shared(&it).filter(|it| can_share(it).unwrap_or(false));
        let kept = it.clone();
        let keep = move |_| {
            here.call(|| {
                if download(&kept.name, &kept.bytes).is_some() {
                    self.handed();
                }
            });
        };
        let share = file.map(|file| {
            let give = move |_| {
                let file = file.clone();
                let work = async move {
                    // She may have closed the sheet: then nothing was handed to anybody.
                    if share(&file).await.is_ok() {
                        self.handed();
                    }
                };
                spawn_local(async move { here.run(work).await });
            };
            view! {
                <button class="button" type="button" on:click=give>
                    <Icon name="bagi" />
                    <span>{kata::SHARE}</span>
                </button>
            }
        });
        view! {
            <div class="notice notice--plain">
                <Icon name="cek" />
                <div>
                    <h3 class="section__title" id=READY tabindex="-1">
                        {kata::READY}
                    </h3>
                    <p class="second">{line}</p>
                    {kata::broken(&it).map(|it| view! { <p>{it}</p> })}
                </div>
            </div>
            {share}
            <button class="button button--plain" type="button" on:click=keep>
                {kata::DOWNLOAD}
            </button>
        }
    }

    fn handed(self) {
        let here = self.here;
        let work = async move {
            if ask(self.desk, Asked::Handed).await.is_ok() {
                self.handed.set(true);
            }
        };
        spawn_local(async move { here.run(work).await });
    }
}

/// Where it is said that a file is ready.
const READY: &str = "siap";

/// Why there is no file, and what helps.
fn why_not(failure: &Failure, with_photos: bool) -> String {
    match failure {
        Failure::Backup(FileError::TooBig) if with_photos => kata::TOO_BIG_PHOTOS.to_owned(),
        Failure::Backup(FileError::TooBig) => kata::TOO_BIG.to_owned(),
        Failure::NotFound => kata::NO_POSYANDU.to_owned(),
        _ => i18n::failure(failure),
    }
}

/// What the share sheet takes, where there is one for files.
fn shared(made: &Made) -> Option<Object> {
    let make: Function = Reflect::get(&window(), &"File".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"text/plain".into()).ok()?;
    let parts = Array::of1(&Uint8Array::from(made.bytes.as_slice()));
    let file = Reflect::construct(&make, &Array::of3(&parts, &made.name.as_str().into(), &options)).ok()?;
    let data = Object::new();
    Reflect::set(&data, &"files".into(), &Array::of1(&file)).ok()?;
    Some(data)
}
