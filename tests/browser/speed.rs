//! How fast sealed events are written, beside IndexedDB without any of our code: for `make bench`, built as
//! the release is. Prints one JSON line; judges nothing.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use posyandu::crypto::keyring::{index_key, tag};
use posyandu::crypto::seal::{Aad, Key, seal};
use posyandu::store::idb::{Db, delete_database};
use posyandu::store::{Batch, EventRow};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen(module = "/tests/browser/speed.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn raw_open(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn raw_write(db: &JsValue, scope: &str, from: u32, to: u32, text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn raw_delete(db: &JsValue, name: &str) -> Result<JsValue, JsValue>;
    fn now_ms() -> f64;
}

const SCOPE: &str = "posyandu-00112233445566778899aabbccddeeff";
const EVENTS: u32 = 2_000;
const BATCH: u32 = 100;
const ROUNDS: usize = 7;
/// Length of a visit's event as text.
const TEXT_BYTES: usize = 700;

async fn ours(text: &str) -> f64 {
    let name = "speed-ours";
    delete_database(name).await.unwrap();
    let db = Db::open(name, |_| {}).await.unwrap();
    let key = Key::from_bytes([7; 32]);
    let began = now_ms();
    for from in (0..EVENTS).step_by(BATCH as usize) {
        let mut batch = Batch::relaxed();
        for seq in from..from + BATCH {
            let id = format!("{seq:032x}");
            let place = Aad { store: "events", scope: SCOPE, id: &id };
            let body = seal(&key, [3; 24], place, text.as_bytes());
            let tag = tag(&index_key(&key), SCOPE, &id).to_vec();
            batch = batch.add_event(EventRow { scope: SCOPE.to_owned(), id, seq: seq.into(), tag, body });
        }
        db.write(&batch).await.unwrap();
    }
    let took = now_ms() - began;
    db.close();
    delete_database(name).await.unwrap();
    took
}

async fn raw(text: &str) -> f64 {
    let db = raw_open("speed-raw").await.unwrap();
    let began = now_ms();
    for from in (0..EVENTS).step_by(BATCH as usize) {
        raw_write(&db, SCOPE, from, from + BATCH, text).await.unwrap();
    }
    let took = now_ms() - began;
    raw_delete(&db, "speed-raw").await.unwrap();
    took
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

#[wasm_bindgen_test]
async fn batches_beside_raw_indexed_db() {
    let text = "x".repeat(TEXT_BYTES);
    let (mut sealed, mut plain) = (Vec::new(), Vec::new());
    // In turns, so that a noisy minute hits both.
    for _ in 0..ROUNDS {
        sealed.push(ours(&text).await);
        plain.push(raw(&text).await);
    }
    let (sealed, plain) = (median(sealed), median(plain));
    let per_s = |ms: f64| (f64::from(EVENTS) * 1000.0 / ms).round();
    console_log!(
        "{{\"sealed_per_s\":{},\"raw_per_s\":{},\"ratio\":{:.2}}}",
        per_s(sealed),
        per_s(plain),
        plain / sealed
    );
}
