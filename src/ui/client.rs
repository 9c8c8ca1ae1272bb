//! The page's end of the wire to the worker: ask, and await the answer.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::domain::sorted::SortedMap;
use crate::messages::{Asked, Failure, Notice, Reply, Request, Told, wire};

/// An answer as it came: cheap to keep and to copy, read whenever it is shown.
#[derive(Clone)]
pub struct Answer(Option<Rc<[u8]>>);

impl Answer {
    /// Reads it.
    ///
    /// # Errors
    /// [`Failure`], also when the worker is gone.
    pub fn read(&self) -> Result<Reply, Failure> {
        self.0.as_deref().map_or(Err(Failure::Worker), wire::read)
    }
}

/// Asks the worker. Cheap to clone; one worker a page.
#[derive(Clone)]
pub struct Client {
    inner: Rc<Inner>,
}

/// What is being saved, and the presses that wait with it.
type Wish = (Vec<u8>, Vec<oneshot::Sender<Answer>>);

struct Inner {
    worker: Option<Worker>,
    next: Cell<u32>,
    waiting: RefCell<SortedMap<u32, oneshot::Sender<Answer>>>,
    /// The last wish while it is being saved, as it was written without its number, and the presses that wished the
    /// same meanwhile.
    wish: RefCell<Option<Wish>>,
    /// It failed as a whole: it did not load, or a trap ended it.
    is_gone: Cell<bool>,
}

impl Inner {
    /// Where to hear of the same wish, if it is being saved; otherwise it is the one from now on.
    fn joined(&self, wish: &[u8]) -> Option<oneshot::Receiver<Answer>> {
        let mut last = self.wish.borrow_mut();
        if let Some((_, waiting)) = last.as_mut().filter(|it| it.0 == wish) {
            let (sender, receiver) = oneshot::channel();
            waiting.push(sender);
            return Some(receiver);
        }
        *last = Some((wish.to_owned(), Vec::new()));
        None
    }

    /// A wish was answered.
    fn wished(&self, wish: &[u8], answer: &Answer) {
        let done = self.wish.borrow_mut().take_if(|it| it.0 == wish);
        if let Some((_, waiting)) = done
            && answer.read().is_err()
        {
            for one in waiting {
                // A page that was left no longer waits.
                let _ = one.send(answer.clone());
            }
        }
    }
}

impl Client {
    /// Starts the worker; `on_notice` hears what it says unasked.
    #[must_use]
    pub fn start(on_notice: impl Fn(Notice) + 'static) -> Self {
        let inner = Rc::new(Inner {
            worker: start_worker(),
            next: Cell::new(1),
            waiting: RefCell::default(),
            wish: RefCell::default(),
            is_gone: Cell::new(false),
        });
        if let Some(worker) = &inner.worker {
            let hear = inner.clone();
            let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let bytes = Uint8Array::new(&message.data()).to_vec();
                match wire::read_first(&bytes) {
                    (Told::Answer { id }, reply) => {
                        if let Some(waiting) = hear.waiting.borrow_mut().remove(&id) {
                            // A page that was left no longer waits.
                            let _ = waiting.send(Answer(Some(reply.into())));
                        }
                    }
                    (Told::Notice(notice), _) => on_notice(notice),
                }
            });
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            on_message.forget();
            let gone = inner.clone();
            let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
                // Every question gets an answer, this one and those to come: typed work stays on the screen.
                gone.is_gone.set(true);
                for waiting in gone.waiting.take().into_values() {
                    let _ = waiting.send(Answer(None));
                }
            });
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            on_error.forget();
        }
        Self { inner }
    }

    /// Asks, and waits for the answer. A wish that is being saved already is not wished twice: a second press hears of
    /// a failure, and of a success nothing, so that what is taken back by one press was saved by one.
    pub async fn ask(&self, request: Request) -> Answer {
        let Some(worker) = self.inner.worker.as_ref().filter(|_| !self.inner.is_gone.get()) else {
            return Answer(None);
        };
        let id = self.inner.next.replace(self.inner.next.get().wrapping_add(1));
        let (sender, receiver) = oneshot::channel();
        let is_wish = matches!(request, Request::Do(_));
        let bytes = wire::write(&Asked { id, request });
        // The number stands before it.
        let wish = bytes.get(size_of::<u32>()..).filter(|_| is_wish).unwrap_or_default();
        if is_wish && let Some(same) = self.inner.joined(wish) {
            return match same.await {
                Ok(failed) => failed,
                Err(_) => pending().await,
            };
        }
        self.inner.waiting.borrow_mut().insert(id, sender);
        if worker.post_message(&Uint8Array::from(bytes.as_slice())).is_err() {
            self.inner.waiting.borrow_mut().remove(&id);
            self.inner.wished(wish, &Answer(None));
            return Answer(None);
        }
        let answer = receiver.await.unwrap_or(Answer(None));
        self.inner.wished(wish, &answer);
        answer
    }
}

/// The hashed name of the glue stands in a link that the build wrote into the page; the wasm is compiled already.
fn start_worker() -> Option<Worker> {
    let link = web_sys::window()?.document()?.query_selector("link[rel=modulepreload]").ok().flatten()?;
    let glue = String::from(js_sys::encode_uri_component(&link.get_attribute("href")?));
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&format!("/worker.js?glue={glue}"), &options).ok()?;
    worker.post_message(&wasm_bindgen::module()).ok()?;
    Some(worker)
}
