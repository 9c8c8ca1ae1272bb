//! Between rows and JavaScript objects.

use indexed_db_futures::KeyRange;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget};

use super::error::thrown;
use super::schema::{BODY, ID, SCOPE, SEQ, TAG};
use crate::store::{EventRow, SealedEvent, StoreError};

/// Names of the properties of an event, made once for many rows.
pub(super) struct Columns {
    scope: JsValue,
    id: JsValue,
    seq: JsValue,
    tag: JsValue,
    body: JsValue,
}

impl Columns {
    pub(super) fn new() -> Self {
        Self { scope: SCOPE.into(), id: ID.into(), seq: SEQ.into(), tag: TAG.into(), body: BODY.into() }
    }

    pub(super) fn write(&self, row: &EventRow) -> Result<JsValue, StoreError> {
        let object = Object::new();
        let set = |name: &JsValue, value: &JsValue| Reflect::set(&object, name, value).map_err(thrown);
        set(&self.scope, &row.scope.as_str().into())?;
        set(&self.id, &row.id.as_str().into())?;
        set(&self.seq, &number(row.seq)?)?;
        set(&self.tag, &bytes_to_js(&row.tag))?;
        set(&self.body, &bytes_to_js(&row.body))?;
        Ok(object.into())
    }

    pub(super) fn read(&self, object: &JsValue) -> Result<EventRow, StoreError> {
        let SealedEvent { id, seq, body } = self.read_sealed(object)?;
        Ok(EventRow { scope: text(&get(object, &self.scope)?)?, id, seq, tag: bytes(get(object, &self.tag)?)?, body })
    }

    pub(super) fn read_sealed(&self, object: &JsValue) -> Result<SealedEvent, StoreError> {
        Ok(SealedEvent {
            id: text(&get(object, &self.id)?)?,
            seq: sequence(&get(object, &self.seq)?)?,
            body: bytes(get(object, &self.body)?)?,
        })
    }
}

fn get(object: &JsValue, name: &JsValue) -> Result<JsValue, StoreError> {
    Reflect::get(object, name).map_err(|_| StoreError::Malformed)
}

/// A sequence as JavaScript counts: exact up to 2^53.
pub(super) fn number(seq: u64) -> Result<JsValue, StoreError> {
    if seq <= 1 << 53 { Ok(JsValue::from_f64(seq as f64)) } else { Err(StoreError::Malformed) }
}

pub(super) fn bytes_to_js(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

pub(super) fn bytes(value: JsValue) -> Result<Vec<u8>, StoreError> {
    value.dyn_into::<Uint8Array>().map(|array| array.to_vec()).map_err(|_| StoreError::Malformed)
}

pub(super) fn text(value: &JsValue) -> Result<String, StoreError> {
    value.as_string().ok_or(StoreError::Malformed)
}

/// The second part of a key of two.
pub(super) fn second(key: JsValue) -> Result<String, StoreError> {
    text(&key.dyn_into::<Array>().map_err(|_| StoreError::Malformed)?.get(1))
}

pub(super) fn pair(first: &str, second: impl Into<JsValue>) -> JsValue {
    Array::of2(&first.into(), &second.into()).into()
}

/// All keys of several parts that begin with `first`.
pub(super) fn all_of(first: &str) -> KeyRange<JsValue> {
    // An array sorts after every string, number and byte string.
    KeyRange::Bound(Array::of1(&first.into()).into(), false, pair(first, Array::new()), false)
}

/// Waits for the first of these events and answers its name.
pub(super) fn first_event(
    target: &EventTarget,
    names: &[&str],
) -> impl Future<Output = Result<String, StoreError>> + use<> {
    let promise = Promise::new(&mut |resolve, _| {
        for name in names {
            // It fails only for a listener that is no function.
            let _ = target.add_event_listener_with_callback(name, &resolve);
        }
    });
    async move {
        let event: Event = JsFuture::from(promise).await.map_err(thrown)?.dyn_into().map_err(thrown)?;
        Ok(event.type_())
    }
}

fn sequence(value: &JsValue) -> Result<u64, StoreError> {
    match value.as_f64() {
        Some(seq) if (0.0..=9_007_199_254_740_992.0).contains(&seq) && seq.fract() == 0.0 => Ok(seq as u64),
        _ => Err(StoreError::Malformed),
    }
}
