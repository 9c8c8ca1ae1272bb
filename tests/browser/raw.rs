//! IndexedDB without our own code: see `raw.js`.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/tests/browser/raw.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn dump(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn restore(name: &str, text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn version_and_stores(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn hold(name: &str, version: u32) -> Result<JsValue, JsValue>;
    fn let_go(db: &JsValue);
    fn throw_on_put(name: &str) -> Function;
    fn throw_on_first_put(name: &str) -> Function;
    fn abort_on_put(name: &str) -> Function;
    fn throw_on_open(name: &str) -> Function;
    fn fail_on_open(name: &str) -> Function;
    fn watch_connections() -> Function;
    pub fn close_watched();
    pub fn end_watched();
    pub fn watched_count() -> u32;
    fn watch_durability() -> Function;
    pub fn durabilities_seen() -> String;
}

/// A changed method of the browser; it is put back when dropped.
pub struct Patch(pub Function);

impl Drop for Patch {
    fn drop(&mut self) {
        self.0.call0(&JsValue::NULL).unwrap();
    }
}

/// How the browser is made to fail.
pub enum Fault {
    PutThrows(&'static str),
    FirstPutThrows(&'static str),
    PutAborts(&'static str),
    OpenThrows(&'static str),
    OpenFails(&'static str),
}

pub fn with(fault: Fault) -> Patch {
    Patch(match fault {
        Fault::PutThrows(name) => throw_on_put(name),
        Fault::FirstPutThrows(name) => throw_on_first_put(name),
        Fault::PutAborts(name) => abort_on_put(name),
        Fault::OpenThrows(name) => throw_on_open(name),
        Fault::OpenFails(name) => fail_on_open(name),
    })
}

pub fn watching_connections() -> Patch {
    Patch(watch_connections())
}

pub fn watching_durability() -> Patch {
    Patch(watch_durability())
}

pub async fn dumped(name: &str) -> String {
    dump(name).await.unwrap().as_string().unwrap()
}

pub async fn restored(name: &str, text: &str) {
    restore(name, text).await.unwrap();
}

pub async fn described(name: &str) -> String {
    version_and_stores(name).await.unwrap().as_string().unwrap()
}

/// A connection of another tab, which does not answer to `versionchange`.
pub struct OtherTab(JsValue);

impl OtherTab {
    pub async fn open(name: &str, version: u32) -> Self {
        Self(hold(name, version).await.unwrap())
    }

    pub fn close(self) {
        let_go(&self.0);
    }
}
