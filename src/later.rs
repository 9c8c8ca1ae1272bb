//! Code that comes later: on first use, in a second wasm file, which need not be on the phone before the app works.
//!
//! Whatever is asked for only through [`Here`] moves there by itself (`tools/split.mjs`): functions, closures, texts;
//! what anybody else asks for, too, stays. There is no other way in, and no [`Here`] before the file came, so nothing
//! can be called too early. Knows neither what moves nor where it comes from: `public/later.js` fetches it, once for
//! each thread, checks its hash and lets it share memory and functions with this file. Builds that were not parted
//! have everything from the start.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What `public/later.js` calls itself, in page and worker.
const LOAD: &str = "posyanduLater";

static IS_HERE: AtomicBool = AtomicBool::new(false);

/// The second file is not on this phone, and did not come, or came damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the second file did not come")]
pub struct Unreachable;

/// Proof that the second file is here.
#[derive(Clone, Copy)]
pub struct Here(());

/// The second file, if it was brought into this thread already.
#[must_use]
pub fn here() -> Option<Here> {
    IS_HERE.load(Ordering::Relaxed).then_some(Here(()))
}

/// Brings the second file into this thread; at once when it is there. May be tried again.
///
/// # Errors
/// [`Unreachable`]; then nothing has changed.
pub async fn load() -> Result<Here, Unreachable> {
    if !IS_HERE.load(Ordering::Relaxed) {
        let load = Reflect::get(&js_sys::global(), &LOAD.into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
        if let Some(load) = load {
            let coming = load.call0(&JsValue::UNDEFINED).and_then(JsCast::dyn_into::<Promise>);
            JsFuture::from(coming.map_err(|_| Unreachable)?).await.map_err(|_| Unreachable)?;
        }
        IS_HERE.store(true, Ordering::Relaxed);
    }
    Ok(Here(()))
}

impl Here {
    /// Calls what is in the second file.
    pub fn call<T>(self, work: impl FnOnce() -> T) -> T {
        gate(work)
    }

    /// Awaits what is in the second file.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|context| gate(|| work.as_mut().poll(context))).await
    }
}

/// `tools/split.mjs` finds it by its name. The question makes its code unlike that of any other function, with which
/// the compiler might join it.
#[inline(never)]
fn gate<T>(work: impl FnOnce() -> T) -> T {
    if !IS_HERE.load(Ordering::Relaxed) {
        std::process::abort();
    }
    work()
}
