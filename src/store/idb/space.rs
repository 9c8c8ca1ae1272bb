//! How much space there is, and whether the browser may take it back.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::error::thrown;
use crate::store::StoreError;

/// The browser's estimate; it pads and rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Space {
    /// Bytes used by this origin.
    pub used: f64,
    /// Bytes it may use in all.
    pub quota: f64,
}

impl Space {
    /// Bytes that are left.
    pub fn free(&self) -> f64 {
        (self.quota - self.used).max(0.0)
    }
}

/// Estimates used and allowed space. Works in a page and in a worker.
pub async fn space() -> Result<Space, StoreError> {
    let answer = ask("estimate").await?;
    let number = |name: &str| Reflect::get(&answer, &name.into()).ok().and_then(|value| value.as_f64());
    match (number("usage"), number("quota")) {
        (Some(used), Some(quota)) => Ok(Space { used, quota }),
        _ => Err(StoreError::Malformed),
    }
}

/// Whether the browser promised not to clear the data by itself. Works in a page and in a worker.
pub async fn is_persisted() -> Result<bool, StoreError> {
    Ok(ask("persisted").await?.is_truthy())
}

/// Asks the browser for that promise and answers what it said. Only a page can ask:
/// elsewhere it is [`StoreError::NotAllowed`].
pub async fn persist() -> Result<bool, StoreError> {
    Ok(ask("persist").await?.is_truthy())
}

async fn ask(method: &str) -> Result<JsValue, StoreError> {
    let get = |object: &JsValue, name: &str| match Reflect::get(object, &name.into()) {
        Ok(value) if !value.is_undefined() && !value.is_null() => Ok(value),
        _ => Err(StoreError::NotAllowed),
    };
    let storage = get(&get(&js_sys::global(), "navigator")?, "storage")?;
    let method: Function = get(&storage, method)?.dyn_into().map_err(|_| StoreError::NotAllowed)?;
    let answer: Promise = method.call0(&storage).map_err(thrown)?.dyn_into().map_err(|_| StoreError::NotAllowed)?;
    JsFuture::from(answer).await.map_err(thrown)
}
