//! The worker's half: owns store, fold and keys; answers the page one question after the other.
//!
//! Read [`office::Office`] first: it is what stays between questions. Knows no DOM and no sentences.

mod book;
mod gate;
mod office;
mod own;

use futures_channel::mpsc;
use futures_util::StreamExt;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::messages::{Asked, Notice, Told};
use office::Office;

/// Starts the loop: questions wait in their order, so one never sees another half done.
pub fn start(scope: DedicatedWorkerGlobalScope) {
    let (sender, mut questions) = mpsc::unbounded::<Vec<u8>>();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        // The receiver lives as long as the worker.
        let _ = sender.unbounded_send(Uint8Array::new(&message.data()).to_vec());
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    let tell = Tell { scope };
    wasm_bindgen_futures::spawn_local(async move {
        let mut office = Office::new(tell.clone());
        while let Some(bytes) = questions.next().await {
            if let Ok(Asked { id, request }) = postcard::from_bytes(&bytes) {
                let reply = office.answer(request).await;
                tell.tell(&Told::Answer { id, reply });
            }
        }
    });
}

/// The way back to the page.
#[derive(Clone)]
struct Tell {
    scope: DedicatedWorkerGlobalScope,
}

impl Tell {
    fn tell(&self, told: &Told) {
        if let Ok(bytes) = postcard::to_allocvec(told) {
            // A page that is gone hears nothing, and needs nothing.
            let _ = self.scope.post_message(&Uint8Array::from(bytes.as_slice()));
        }
    }

    fn notice(&self, notice: Notice) {
        self.tell(&Told::Notice(notice));
    }
}
