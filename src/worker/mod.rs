//! The worker's half: owns store, fold and keys; answers the page one question after the other.
//!
//! Read [`office::Office`] first: it is what stays between questions. Knows no DOM and no sentences.

mod account;
mod backup;
mod book;
mod bundle;
mod carriage;
mod closed;
mod codes;
mod courier;
mod gate;
mod office;
mod own;
mod parcel;
mod practice;

use futures_channel::mpsc;
use futures_util::StreamExt;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::later::{self, Here};
use crate::messages::{Asked, Failure, Notice, Reply, Request, Told, wire};
use crate::sync::transport::{self, Answer, Unreachable};
use account::{Departed, Errand};
use courier::Ordered;
pub use office::Office;

/// Starts the loop: questions wait in their order, so one never sees another half done.
pub fn start(scope: DedicatedWorkerGlobalScope) {
    let (sender, mut questions) = mpsc::unbounded::<Heard>();
    let tell = Tell::new(scope.clone());
    if let Some(channel) = &tell.channel {
        let others = sender.clone();
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
            let _ = others.unbounded_send(Heard::OtherTabWrote);
        });
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
    }
    let again = sender.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        // The receiver lives as long as the worker.
        let _ = sender.unbounded_send(Heard::Page(Uint8Array::new(&message.data()).to_vec()));
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    wasm_bindgen_futures::spawn_local(async move {
        let mut office = Office::telling(tell.clone());
        office.bell = Some(courier::start(again.clone()));
        while let Some(heard) = questions.next().await {
            match heard {
                Heard::Page(bytes) => {
                    let Asked { id, request } = wire::read(&bytes);
                    if account::comes_later(&request) {
                        // Nobody waits for what has to come first.
                        let again = again.clone();
                        wasm_bindgen_futures::spawn_local(async move {
                            let ready = later::load().await.ok();
                            let _ = again.unbounded_send(Heard::Ready(ready, id, request));
                        });
                        continue;
                    }
                    if let Request::ByHand(asked) = request {
                        let again = again.clone();
                        wasm_bindgen_futures::spawn_local(async move {
                            let ready = later::load().await.ok();
                            let _ = again.unbounded_send(Heard::ByHand(ready, id, asked));
                        });
                        continue;
                    }
                    let has_asked = matches!(request, Request::Ask(_));
                    let reply = office.answer(request).await;
                    tell.answer(id, &reply);
                    if has_asked {
                        office.rest().await;
                    }
                }
                Heard::Ready(None, id, _) => tell.answer(id, &Err(Failure::Unreachable)),
                Heard::Ready(Some(here), id, request) => match here.run(office.depart(&request)).await {
                    Ok(Departed::Answered(reply)) => tell.answer(id, &Ok(reply)),
                    // While the answer is on its way, others are answered.
                    Ok(Departed::Asks(errand, call)) => {
                        let again = again.clone();
                        wasm_bindgen_futures::spawn_local(async move {
                            let answer = here.run(transport::send(call)).await;
                            let _ = again.unbounded_send(Heard::Back(here, id, Box::new(errand), answer));
                        });
                    }
                    Err(failure) => tell.answer(id, &Err(failure)),
                },
                Heard::Back(here, id, errand, answer) => {
                    let reply = here.run(office.arrive(*errand, answer)).await;
                    tell.answer(id, &reply);
                }
                Heard::ByHand(None, id, _) => tell.answer(id, &Err(Failure::Unreachable)),
                Heard::ByHand(Some(here), id, asked) => {
                    let reply = here.run(office.by_hand(&asked)).await;
                    tell.answer(id, &reply);
                }
                Heard::Order(ordered) => ordered.here.run(office.obey(*ordered)).await,
                Heard::Wake => office.wake_courier(),
                Heard::OtherTabWrote => office.follow_other_tab().await,
            }
        }
    });
}

/// Between the tabs of one phone; says only that something was written.
const CHANNEL: &str = "posyandu6";

enum Heard {
    Page(Vec<u8>),
    OtherTabWrote,
    /// A question of the page that needs what comes later, if that came.
    Ready(Option<Here>, u32, Request),
    /// The answer of a server to a question of the page.
    Back(Here, u32, Box<Errand>, Result<Answer, Unreachable>),
    /// A question of the page about files and codes, and what it takes to answer it, if that came.
    ByHand(Option<Here>, u32, Vec<u8>),
    /// The courier wants something of the book.
    Order(Box<Ordered>),
    /// The courier is to go once more.
    Wake,
}

/// The way back to the page, and to other tabs.
#[derive(Clone)]
struct Tell {
    scope: DedicatedWorkerGlobalScope,
    channel: Option<web_sys::BroadcastChannel>,
}

impl Tell {
    fn new(scope: DedicatedWorkerGlobalScope) -> Self {
        Self { scope, channel: web_sys::BroadcastChannel::new(CHANNEL).ok() }
    }

    fn answer(&self, id: u32, reply: &Result<Reply, Failure>) {
        let mut bytes = wire::write(&Told::Answer { id });
        bytes.append(&mut wire::write(reply));
        self.tell(&bytes);
    }

    fn notice(&self, notice: Notice) {
        self.tell(&wire::write(&Told::Notice(notice)));
    }

    fn tell(&self, bytes: &[u8]) {
        // A page that is gone hears nothing, and needs nothing.
        let _ = self.scope.post_message(&Uint8Array::from(bytes));
    }

    fn wrote(&self) {
        if let Some(channel) = &self.channel {
            // Without other tabs nobody hears it; they read what is behind them before they write, too.
            let _ = channel.post_message(&wasm_bindgen::JsValue::TRUE);
        }
    }
}
