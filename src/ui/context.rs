//! What every page may use: the client, who is here, and whether the book moved.

use std::cell::Cell;
use std::ops::Deref;
use std::pin::Pin;

use super::client::{Answer, Client};
use crate::domain::intent::{Intent, Saved};
use crate::domain::view::{Query, View};
use crate::messages::{Carriage, Failure, Gate, Me, Reply, Request};
use crate::ui::prelude::*;

/// What the whole page shares, for as long as the page lives.
#[derive(Clone, Copy)]
pub struct Desk(&'static Parts);

impl Deref for Desk {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        self.0
    }
}

/// What stands on the desk.
pub struct Parts {
    client: Client,
    /// Rises when the book changed: queries are asked again.
    pub version: RwSignal<u64>,
    /// Photos that are not whole: hash, how many bytes of it came, whether it is being fetched. Known to the whole page,
    /// for what is shown of the book is drawn anew while they come.
    pub coming: RwSignal<Vec<(String, u64, bool)>>,
    /// Which of them did not come when it was last asked for, by its hash, and why.
    pub stuck: RwSignal<Option<(String, Failure)>>,
    /// Fresh, locked or open; `None` while the worker starts.
    pub gate: RwSignal<Option<Result<Gate, Failure>>>,
    /// The practice database is open.
    pub practice: RwSignal<bool>,
    /// Service worker and installing.
    pub shell: RwSignal<super::shell::Shell>,
    /// How much of something long is done, of how much.
    pub progress: RwSignal<Option<(u32, u32)>>,
    /// How sending stands.
    pub carriage: RwSignal<Carriage>,
    /// Now, Unix milliseconds, to the minute.
    pub minute: RwSignal<f64>,
    /// This phone was cut off just now.
    pub struck: RwSignal<bool>,
    /// Another tab took the database away just now.
    pub released: RwSignal<bool>,
    /// What was typed into the search: kept here, never in the URL, and gone when the book closes.
    pub search: RwSignal<String>,
    /// What was typed last could not be kept.
    pub unkept: RwSignal<bool>,
    /// The last save, which may still be taken back.
    pub undo: RwSignal<Option<Undo>>,
    /// The browser was asked to keep the data, and would not.
    pub refused_to_stay: RwSignal<bool>,
    /// It was asked since the start.
    asked_to_stay: Cell<bool>,
}

/// A save that may be taken back for some seconds.
#[derive(Clone, PartialEq)]
pub struct Undo {
    /// What was saved, in words.
    pub what: String,
    /// Subject and event.
    pub events: Vec<(String, String)>,
}

thread_local! {
    static DESK: Cell<Option<Desk>> = const { Cell::new(None) };
}

/// Makes the desk available to the whole page.
pub fn provide_desk(desk: Desk) {
    DESK.set(Some(desk));
}

/// The desk; pages use it, components do not.
#[must_use]
pub fn use_desk() -> Desk {
    // Provided once, above the router; a page without it cannot be reached.
    DESK.get().unwrap_or_default()
}

impl Desk {
    /// Starts the worker.
    #[must_use]
    pub fn new() -> Self {
        let version = RwSignal::new(0);
        let gate = RwSignal::new(None);
        let progress = RwSignal::new(None);
        let carriage = RwSignal::new(Carriage::default());
        let minute = RwSignal::new(js_sys::Date::now());
        let struck = RwSignal::new(false);
        let released = RwSignal::new(false);
        let search = RwSignal::new(String::new());
        let undo = RwSignal::new(None);
        let client = Client::start(move |notice| match notice {
            crate::messages::Notice::Changed { version: now } => version.set(now),
            crate::messages::Notice::Progress { done, of } => progress.set(Some((done, of))),
            crate::messages::Notice::Carriage(now) => {
                minute.set(js_sys::Date::now());
                carriage.set(*now);
            }
            crate::messages::Notice::Struck => struck.set(true),
            crate::messages::Notice::Released => released.set(true),
        });
        Self(Box::leak(Box::new(Parts {
            client,
            version,
            coming: RwSignal::new(Vec::new()),
            stuck: RwSignal::new(None),
            gate,
            practice: RwSignal::new(false),
            shell: super::shell::watch(),
            progress,
            carriage,
            minute,
            struck,
            released,
            search,
            unkept: RwSignal::new(false),
            undo,
            refused_to_stay: RwSignal::new(false),
            asked_to_stay: Cell::new(false),
        })))
    }

    /// Asks the worker anything.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ask(self, request: Request) -> Result<Reply, Failure> {
        self.0.client.ask(request).await.read()
    }

    /// Tells the worker something that has no answer.
    pub fn tell(self, request: Request) {
        spawn_local(async move {
            let _ = self.ask(request).await;
        });
    }

    /// Asks the book.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn view(self, query: Query) -> Result<View, Failure> {
        self.answer(query).await.read()
    }

    /// Asks the book for what is drawn more than once.
    pub async fn answer(self, query: Query) -> Seen {
        Seen(self.0.client.ask(Request::Ask(query)).await)
    }

    /// Saves.
    ///
    /// # Errors
    /// [`Failure`]; then nothing was saved.
    pub async fn save(self, intent: Intent) -> Result<Saved, Failure> {
        match self.ask(Request::Do(Box::new(intent))).await? {
            Reply::Saved(saved) => {
                // Not before there is something to keep.
                if !self.practice.get_untracked() && !self.asked_to_stay.get() {
                    spawn_local(self.ask_to_stay());
                }
                Ok(saved)
            }
            _ => Err(Failure::Worker),
        }
    }

    /// Asks the browser to keep the data.
    pub async fn ask_to_stay(self) {
        self.asked_to_stay.set(true);
        self.refused_to_stay.set(!super::shell::persist().await);
    }

    /// A query that is asked again whenever the book or the query changes.
    pub fn watch(self, query: impl Fn() -> Query + 'static) -> WatchedView {
        self.watched(Box::new(query))
    }

    fn watched(self, query: Box<dyn Fn() -> Query>) -> WatchedView {
        WatchedView(Watched::of(move || {
            self.version.track();
            self.answer(query())
        }))
    }

    /// Who opened the book.
    #[must_use]
    pub fn me(self) -> Option<Me> {
        self.gate.with_untracked(|gate| match gate {
            Some(Ok(Gate::Open(me))) => Some(me.clone()),
            _ => None,
        })
    }
}

/// What the book answered, as it came.
#[derive(Clone)]
pub struct Seen(Answer);

impl Seen {
    /// Reads it: a view is made for each drawing of it, and nothing has to know how to copy one.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn read(&self) -> Result<View, Failure> {
        match self.0.read()? {
            Reply::View(view) => Ok(*view),
            _ => Err(Failure::Worker),
        }
    }
}

/// What the book answers; asked again when it or the query changes.
#[derive(Clone, Copy)]
pub struct WatchedView(Watched<Seen>);

impl WatchedView {
    /// As [`Watched::now`].
    #[must_use]
    pub fn now(self) -> Option<Result<View, Failure>> {
        self.0.now().map(|seen| seen.read())
    }

    /// As [`Watched::show`].
    pub fn show<V: IntoView>(self, view: impl Fn(Result<View, Failure>) -> V + 'static) -> Node {
        self.0.show(move |seen| view(seen.read()))
    }
}

/// What the worker answers; asked again when a signal changes that was read in asking.
pub struct Watched<T: 'static> {
    now: RwSignal<Option<T>>,
}

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Watched<T> {}

impl<T: Clone + 'static> Watched<T> {
    /// Asks now, and whenever what `ask` read has changed.
    pub fn of<F: Future<Output = T> + 'static>(ask: impl Fn() -> F + 'static) -> Self {
        Self::asked(Box::new(move || Box::pin(ask())))
    }

    fn asked(ask: Box<dyn Fn() -> Pin<Box<dyn Future<Output = T>>>>) -> Self {
        let now = RwSignal::new(None);
        let number = StoredValue::new(0_u32);
        Effect::new(move |_| {
            let mine = number.get_value().wrapping_add(1);
            number.set_value(mine);
            let answer = ask();
            spawn_local(async move {
                let answer = answer.await;
                // What was asked later is newer, whenever it was answered.
                if number.try_get_value() == Some(mine) {
                    now.set(Some(answer));
                }
            });
        });
        Self { now }
    }

    /// The last answer, tracked.
    #[must_use]
    pub fn now(self) -> Option<T> {
        self.now.get()
    }

    /// A view of the answer; nothing before the first one, then the last one until the next.
    pub fn show<V: IntoView>(self, view: impl Fn(T) -> V + 'static) -> Node {
        Node::Live(Box::new(move || self.now.get().map_or(Node::Nothing, |it| view(it).into_view())))
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}
