//! The whole page: gate first, then the routes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{A, Route, Router, Routes};
use leptos_router::path;

use super::components::{Icon, Page, Sprite, TopBar, Trouble};
use super::context::{Desk, provide_desk, use_desk};
use super::{pages, shell};
use crate::i18n::{menu, umum as kata};
use crate::messages::{Gate, Reply, Request};

/// When this app was built, Unix seconds: no phone clock is earlier.
const BUILT_AT: &str = env!("POSYANDU_BUILT_AT");
/// Session flag: this tab practises.
const PRACTICE: &str = "latihan";

/// Takes the first paint away and shows the app.
pub fn mount() {
    mount_to_body(App);
    if let Some(outline) = document().get_element_by_id("awal") {
        outline.remove();
    }
}

/// Gate and routes.
#[component]
fn App() -> impl IntoView {
    let desk = Desk::new();
    provide_desk(desk);
    let practice = session_flag();
    desk.practice.set(practice);
    start(desk, practice);
    lock_when_unseen(desk);
    // The copy of the app before this one may go only when this one has read the data.
    Effect::new(move |_| {
        if desk.gate.with(|it| matches!(it, Some(Ok(_)))) {
            shell::act(shell::Act::Opened);
        }
    });
    view! {
        <Sprite />
        <Show when=move || desk.practice.get()>
            <p class="practice" role="note">
                <span>{kata::PRACTICE}</span>
            </p>
        </Show>
        <Show when=move || desk.shell.with(|it| it.waiting)>
            <p class="shell" role="status">
                <span class="shell__say">{menu::NEW_VERSION}</span>
                <button class="textbutton" type="button" on:click=move |_| shell::act(shell::Act::Update)>
                    {menu::UPDATE}
                </button>
            </p>
        </Show>
        <Router>
            {move || match desk.gate.get() {
                None => ().into_any(),
                Some(Err(failure)) => view! { <pages::pulih::Broken failure=failure /> }.into_any(),
                Some(Ok(Gate::Fresh)) => view! { <pages::mulai::Start /> }.into_any(),
                Some(Ok(Gate::Locked(screen))) => view! { <pages::kunci::LockPage screen=screen /> }.into_any(),
                Some(Ok(Gate::Open(me))) if me.doubts_clock => {
                    view! { <pages::jam::ClockPage shown=me.today /> }.into_any()
                }
                Some(Ok(Gate::Open(me))) if me.owes_recovery => view! { <pages::mulai::OwedCode /> }.into_any(),
                Some(Ok(Gate::Open(_))) => view! { <Open /> }.into_any(),
            }}
        </Router>
    }
}

/// The routes behind the PIN; the table for tests stands in [`super::routes`].
#[component]
fn Open() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <NoSuchPage /> }>
            <Route path=path!("/") view=pages::beranda::Beranda />
            <Route path=path!("/menu") view=pages::menu::MenuPage />
            <Route path=path!("/menu/kader") view=pages::menu::KaderPage />
            <Route path=path!("/menu/pin") view=pages::menu::PinPage />
            <pages::warga::WargaRoutes />
            <pages::sesi::SesiRoutes />
            <pages::aduan::AduanRoutes />
            <pages::laporan::LaporanRoutes />
        </Routes>
    }
}

/// When this app was built, Unix seconds.
#[must_use]
pub fn built_at() -> u64 {
    BUILT_AT.parse().unwrap_or(0)
}

/// Asks the worker where things stand.
pub fn start(desk: Desk, practice: bool) {
    spawn_local(async move {
        let reply = desk.ask(Request::Start { practice, built_at: built_at() }).await;
        desk.gate.set(Some(reply.and_then(gate)));
    });
}

/// Enters or leaves the practice database.
pub fn practise(desk: Desk, practice: bool) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = if practice { storage.set_item(PRACTICE, "1") } else { storage.remove_item(PRACTICE) };
    }
    desk.practice.set(practice);
    start(desk, practice);
}

fn session_flag() -> bool {
    let storage = window().session_storage().ok().flatten();
    storage.and_then(|it| it.get_item(PRACTICE).ok().flatten()).is_some()
}

/// The gate in an answer.
///
/// # Errors
/// [`crate::messages::Failure::Worker`] for any other answer.
pub fn gate(reply: Reply) -> Result<Gate, crate::messages::Failure> {
    match reply {
        Reply::Gate(gate) => Ok(gate),
        _ => Err(crate::messages::Failure::Worker),
    }
}

/// Locks after five minutes out of sight.
fn lock_when_unseen(desk: Desk) {
    const UNSEEN_MS: f64 = 5.0 * 60_000.0;
    let hidden_at = StoredValue::new(None::<f64>);
    let on_change = move |_: web_sys::Event| {
        let now = js_sys::Date::now();
        if document().hidden() {
            hidden_at.set_value(Some(now));
        } else if let Some(since) = hidden_at.get_value() {
            hidden_at.set_value(None);
            let is_open = desk.gate.with_untracked(|it| matches!(it, Some(Ok(Gate::Open(_)))));
            if is_open && (now - since).abs() > UNSEEN_MS {
                lock(desk);
            }
        }
    };
    window_event_listener_untyped("visibilitychange", on_change);
}

/// Closes the book.
pub fn lock(desk: Desk) {
    desk.search.set(String::new());
    desk.undo.set(None);
    spawn_local(async move {
        let reply = desk.ask(Request::Lock).await;
        desk.gate.set(Some(reply.and_then(gate)));
    });
}

#[component]
fn NoSuchPage() -> impl IntoView {
    let _ = use_desk();
    view! {
        <TopBar title=kata::NO_SUCH_PAGE.to_owned() />
        <Page>
            <A href="/" attr:class="button">
                <span class="button__grow">{kata::GO_HOME}</span>
                <Icon name="lanjut" />
            </A>
        </Page>
    }
}

/// A failure inside a page, or its content.
pub fn or_trouble<T, V: IntoView + 'static>(
    answer: Result<T, crate::messages::Failure>,
    show: impl FnOnce(T) -> V,
) -> AnyView {
    match answer {
        Ok(it) => show(it).into_any(),
        Err(failure) => view! { <Page><Trouble failure=failure /></Page> }.into_any(),
    }
}
