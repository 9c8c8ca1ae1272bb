//! The whole page: gate first, then the routes.

use std::cell::Cell;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::components::{Icon, Page, Sprite, TopBar};
use super::context::{Desk, provide_desk, use_desk};
use super::{drafts, pages, router, routes, shell};
use crate::domain::latihan::FAMILIES;
use crate::i18n::{kirim, menu, umum as kata};
use crate::messages::{Carriage, Failure, Gate, LockScreen, Reply, Request};
use crate::ui::prelude::*;

/// When this app was built, Unix seconds: no phone clock is earlier.
const BUILT_AT: &str = env!("POSYANDU_BUILT_AT");
/// Session flag: this tab practises. Its value is the number of invented families; benchmarks set a greater one.
const PRACTICE: &str = "latihan";

/// The address that begins the practice.
const PRACTICE_QUERY: &str = "?latihan";

/// Takes the first paint away and shows the app.
pub fn mount() {
    if let Some(body) = document().body() {
        super::markup::mount(&body, || {
            router::start();
            view! { <App /> }
        });
    }
    if let Some(outline) = document().get_element_by_id("awal") {
        outline.remove();
    }
}

/// Which screen stands before, or instead of, the routes.
#[derive(Clone, PartialEq)]
enum Stage {
    Opening,
    Broken(Failure),
    Fresh,
    Locked(LockScreen),
    Clock(chrono::NaiveDate),
    Owes,
    Open,
}

impl Stage {
    fn of(gate: &Option<Result<Gate, Failure>>) -> Self {
        match gate {
            None => Self::Opening,
            Some(Err(failure)) => Self::Broken(failure.clone()),
            Some(Ok(Gate::Fresh { doubtful: Some(shown) })) => Self::Clock(*shown),
            Some(Ok(Gate::Fresh { doubtful: None })) => Self::Fresh,
            Some(Ok(Gate::Locked(screen))) => Self::Locked(screen.clone()),
            Some(Ok(Gate::Open(me))) if me.doubts_clock => Self::Clock(me.today),
            Some(Ok(Gate::Open(me))) if me.owes_recovery => Self::Owes,
            Some(Ok(Gate::Open(_))) => Self::Open,
        }
    }
}

/// Gate and routes.
#[component]
fn App() -> impl IntoView {
    let desk = Desk::new();
    provide_desk(desk);
    let practice = session_flag();
    desk.practice.set(practice.is_some());
    start(desk, practice);
    lock_when_unseen(desk);
    carry_when_seen(desk);
    Effect::new(move |_| {
        if desk.struck.get() {
            // Not while the screens that it ends are being told.
            spawn_local(async move {
                desk.carriage.set(Carriage::default());
                desk.gate.set(Some(Ok(Gate::Fresh { doubtful: None })));
            });
        }
    });
    // What is shown stands only in memory: where the phone stands now is asked anew.
    Effect::new(move |_| {
        if desk.released.get() {
            spawn_local(async move {
                desk.released.set(false);
                desk.carriage.set(Carriage::default());
                desk.gate.set(None);
                start_again(desk);
            });
        }
    });
    // The copy of the app before this one may go only when this one has read the data.
    Effect::new(move |_| {
        if desk.gate.with(|it| matches!(it, Some(Ok(Gate::Open(_) | Gate::Fresh { .. })))) {
            shell::act(shell::Act::Opened);
        }
    });
    // Another version is in charge, and this page still the old one: what was typed is kept, then the page goes. What
    // could not be kept stands nowhere but on this page, so the page stays.
    Effect::new(move |_| {
        desk.unkept.track();
        if desk.shell.with(|it| it.replaced) {
            spawn_local(async move {
                drafts::finish(desk).await;
                if !desk.unkept.get_untracked() {
                    let _ = window().location().reload();
                }
            });
        }
    });
    // Nothing of one person waits for the next.
    let who = move || match desk.gate.get() {
        Some(Ok(Gate::Open(me))) => Some(me.id),
        _ => None,
    };
    Effect::new(move |before: Option<Option<String>>| {
        let now = who();
        if before.flatten().is_some_and(|before| Some(before) != now) {
            desk.search.set(String::new());
            desk.undo.set(None);
            desk.unkept.set(false);
            drafts::forget();
        }
        now
    });
    // Put on the home screen, or started from there, the browser grants what it would not in a tab.
    let is_home = Memo::new(move |_| {
        desk.shell.with(|it| it.installed)
            && !desk.practice.get()
            && desk.gate.with(|it| matches!(it, Some(Ok(Gate::Open(_)))))
    });
    Effect::new(move |_| {
        if is_home.get() {
            spawn_local(desk.ask_to_stay());
        }
    });
    // Who is here may change while a page stays as it is; only another stage is another screen.
    let stage = Memo::new(move |_| desk.gate.with(Stage::of));
    view! {
        <Sprite />
        <Show when=move || desk.practice.get() || desk.carriage.with(|it| it.practice)>
            <aside class="practice">
                <span>{kata::PRACTICE}</span>
            </aside>
        </Show>
        <Show when=move || desk.shell.with(|it| it.waiting)>
            <p class="shell" role="status">
                <span class="shell__say">{menu::NEW_VERSION}</span>
                <button class="textbutton" type="button" on:click=move |_| shell::act(shell::Act::Update)>
                    {menu::UPDATE}
                </button>
            </p>
        </Show>
        <Show when=move || desk.struck.get()>
            <p class="shell" role="status">
                <span class="shell__say">{kirim::STRUCK}</span>
            </p>
        </Show>
        <Show when=move || desk.unkept.get()>
            <p class="shell" role="status">
                <span class="shell__say">{kata::NOT_KEPT}</span>
            </p>
        </Show>
        {move || {
            router::leave();
            fresh(match stage.get() {
                Stage::Opening => view! { <Preparing /> },
                Stage::Broken(Failure::Unreachable) => view! { <pages::mulai::NoPractice /> },
                Stage::Broken(failure) => view! { <pages::pulih::Broken failure=failure /> },
                Stage::Fresh => view! { <pages::mulai::Start /> },
                Stage::Locked(screen) => view! { <pages::kunci::LockPage screen=screen /> },
                Stage::Clock(shown) => view! { <pages::jam::ClockPage shown=shown /> },
                Stage::Owes => view! { <pages::mulai::OwedCode /> },
                Stage::Open => router::routes(routes::ROUTES, || view! { <NoSuchPage /> }),
            })
        }}
    }
}

/// While the worker starts: nothing, or how far the invented posyandu is.
#[component]
fn Preparing() -> impl IntoView {
    let desk = use_desk();
    let done = move || desk.progress.get();
    view! {
        <Show when=move || done().is_some()>
            <TopBar title=kata::PREPARING />
            <Page>
                <p role="status">{move || done().map(|(done, of)| kata::preparing(done, of))}</p>
                <progress
                    class="progress"
                    aria-label=kata::PREPARING
                    max=move || done().map(|(_, of)| of.to_string())
                    value=move || done().map(|(done, _)| done.to_string())
                ></progress>
            </Page>
        </Show>
    }
}

/// When this app was built, Unix seconds.
#[must_use]
pub fn built_at() -> u64 {
    BUILT_AT.parse().unwrap_or(0)
}

/// Asks the worker where things stand.
pub fn start(desk: Desk, practice: Option<u32>) {
    spawn_local(async move {
        let reply = desk.ask(Request::Start { practice, built_at: built_at() }).await;
        desk.gate.set(Some(reply.and_then(gate)));
    });
}

/// Enters the practice database, or leaves it: by a fresh start, so that nothing of it stays on a screen.
pub fn practise(desk: Desk, practice: bool) {
    let storage = window().session_storage().ok().flatten();
    if !practice {
        let _ = storage.map(|it| it.remove_item(PRACTICE));
        if window().location().replace("/").is_ok() {
            return;
        }
    } else if let Some(storage) = storage {
        let _ = storage.set_item(PRACTICE, &FAMILIES.to_string());
    }
    desk.practice.set(practice);
    desk.undo.set(None);
    desk.progress.set(None);
    desk.gate.set(None);
    start(desk, practice.then_some(FAMILIES));
}

fn session_flag() -> Option<u32> {
    let storage = window().session_storage().ok().flatten();
    // `/?latihan` is the way in from outside, for courses; once inside the address is any other.
    if window().location().search().is_ok_and(|it| it == PRACTICE_QUERY) {
        let _ = storage.as_ref().map(|it| it.set_item(PRACTICE, &FAMILIES.to_string()));
        router::turn("/", true);
    }
    let flag = storage.and_then(|it| it.get_item(PRACTICE).ok().flatten())?;
    Some(flag.parse().unwrap_or(FAMILIES))
}

/// Asks again where things stand, after trouble.
pub fn start_again(desk: Desk) {
    start(desk, session_flag());
}

/// The gate in an answer.
///
/// # Errors
/// [`Failure::Worker`] for any other answer.
pub fn gate(reply: Reply) -> Result<Gate, Failure> {
    match reply {
        Reply::Gate(gate) => Ok(gate),
        _ => Err(Failure::Worker),
    }
}

/// Locks after five minutes out of sight.
fn lock_when_unseen(desk: Desk) {
    const UNSEEN_MS: u32 = 5 * 60_000;
    let hidden = Cell::new(None::<(f64, Timeout)>);
    let is_open = move || desk.gate.with_untracked(|it| matches!(it, Some(Ok(Gate::Open(_)))));
    let lock_if_open = move || {
        if is_open() {
            lock(desk);
        }
    };
    let on_change = move |_: web_sys::Event| {
        if document().hidden() {
            let timeout = Timeout::new(UNSEEN_MS, lock_if_open);
            hidden.set(Some((js_sys::Date::now(), timeout)));
        } else if let Some((since, timeout)) = hidden.take() {
            drop(timeout);
            // A phone that sleeps runs no timers.
            if (js_sys::Date::now() - since).abs() > f64::from(UNSEEN_MS) {
                lock_if_open();
            }
        }
    };
    window_event_listener_untyped("visibilitychange", on_change);
}

/// Closes the book, after what was typed last is kept.
pub fn lock(desk: Desk) {
    spawn_local(async move {
        drafts::finish(desk).await;
        let reply = desk.ask(Request::Lock).await;
        desk.gate.set(Some(reply.and_then(gate)));
    });
}

/// Sends whenever there may be a way: in sight again, or the network says that it is back, which is never believed but
/// tried.
fn carry_when_seen(desk: Desk) {
    let seen = move |_: web_sys::Event| desk.tell(Request::Seen { visible: !document().hidden() });
    window_event_listener_untyped("visibilitychange", seen);
    window_event_listener_untyped("pageshow", seen);
    window_event_listener_untyped("online", move |_| desk.tell(Request::Carry));
    // From mobile data to Wi-Fi the phone was online all the while, and photos may go now.
    if let Ok(network) = js_sys::Reflect::get(&window().navigator(), &"connection".into())
        && let Ok(network) = network.dyn_into::<web_sys::EventTarget>()
    {
        let heard = Closure::<dyn Fn()>::new(move || desk.tell(Request::Carry));
        let _ = network.add_event_listener_with_callback("change", heard.as_ref().unchecked_ref());
        heard.forget();
    }
    let tick = gloo::timers::callback::Interval::new(60_000, move || desk.minute.set(js_sys::Date::now()));
    tick.forget();
}

#[component]
fn NoSuchPage() -> impl IntoView {
    view! {
        <TopBar title=kata::NO_SUCH_PAGE />
        <Page>
            <a href="/" class="button">
                <span class="button__grow">{kata::GO_HOME}</span>
                <Icon name="lanjut" />
            </a>
        </Page>
    }
}

/// A failure inside a page, or its content.
pub fn or_trouble<T, V: IntoView + 'static>(answer: Result<T, Failure>, show: impl FnOnce(T) -> V) -> Node {
    match answer {
        Ok(it) => show(it).into_view(),
        Err(failure) => view! { <Page>{failure}</Page> },
    }
}
