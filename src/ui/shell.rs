//! What the page's shell (service worker, installing) tells, and what may be asked of it.
//!
//! `public/boot.js` owns the shell, because it must work where the wasm does not; this reads its words.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::ui::prelude::*;

/// The shell as it stands.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Shell {
    /// A whole, verified copy of the app is on the phone.
    pub ready: bool,
    /// A new version is whole and waits.
    pub waiting: bool,
    /// The version she asked for is in charge: this page is of the one before.
    pub replaced: bool,
    /// The browser would install the app.
    pub install: bool,
    /// It runs from the home screen.
    pub installed: bool,
    /// Inside WhatsApp or Facebook, where nothing can be installed.
    pub in_app: bool,
}

/// Something the shell does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Switches to the waiting version.
    Update,
    /// This version opened the data: the copies before it may go.
    Opened,
    /// This version cannot open the data: back to the one before.
    Rollback,
    /// Opens the browser's dialog.
    Install,
}

fn owner() -> Option<JsValue> {
    Reflect::get(&window(), &"posyandu".into()).ok().filter(|it| it.is_object())
}

fn read() -> Shell {
    let shell = owner().and_then(|it| Reflect::get(&it, &"shell".into()).ok()).unwrap_or(JsValue::NULL);
    let is = |name: &str| Reflect::get(&shell, &name.into()).is_ok_and(|it| it.is_truthy());
    if !shell.is_object() {
        return Shell::default();
    }
    Shell {
        ready: is("ready"),
        waiting: is("waiting"),
        replaced: is("replaced"),
        install: is("install"),
        installed: is("installed"),
        in_app: is("inApp"),
    }
}

/// The shell, as a signal. Call once.
#[must_use]
pub fn watch() -> RwSignal<Shell> {
    let shell = RwSignal::new(read());
    window_event_listener_untyped("posyandu-shell", move |_| shell.set(read()));
    shell
}

/// Asks the shell.
pub fn act(act: Act) {
    let name = match act {
        Act::Update => "update",
        Act::Opened => "opened",
        Act::Rollback => "rollback",
        Act::Install => "install",
    };
    if let Some(owner) = owner()
        && let Ok(function) = Reflect::get(&owner, &name.into())
        && let Ok(function) = function.dyn_into::<Function>()
    {
        // The shell answers by its event, also when it refuses.
        let _ = function.call0(&owner);
    }
}

const REFUSED: &str = "pasang-nanti";
const TWO_WEEKS_S: u64 = 14 * 86_400;

/// Whole seconds: the printer of fractions would weigh more than this file.
fn now_s() -> u64 {
    (js_sys::Date::now() / 1000.0) as u64
}

/// Whether installing may be offered: not in the two weeks after "Nanti saja".
#[must_use]
pub fn may_offer() -> bool {
    let storage = window().local_storage().ok().flatten();
    let refused = storage.and_then(|it| it.get_item(REFUSED).ok().flatten()).and_then(|it| it.parse::<u64>().ok());
    refused.is_none_or(|at| now_s().abs_diff(at) > TWO_WEEKS_S)
}

/// Remembers "Nanti saja".
pub fn refuse() {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(REFUSED, &now_s().to_string());
    }
}

/// Asks the browser to keep the data, unless it promised already; only a page may, a worker may not.
pub async fn persist() -> bool {
    let storage = window().navigator().storage();
    is_true(storage.persisted()).await || is_true(storage.persist()).await
}

async fn is_true(promise: Result<js_sys::Promise, JsValue>) -> bool {
    let Ok(promise) = promise else { return false };
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok_and(|it| it.is_truthy())
}
