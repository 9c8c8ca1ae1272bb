//! One owner of the connection.
//!
//! Browsers close connections in the background, and another tab may need ours gone for an upgrade.
//! So everything asks here for a connection, which is opened anew when it died, and is given up at
//! once when another tab asks for it.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use indexed_db_futures::database::Database;
use indexed_db_futures::factory::DBFactory;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::error::{open_by_name, open_error, thrown};
use super::js::first_event;
use super::schema::{self, SCHEMA_VERSION};
use crate::store::StoreError;

/// How long another tab may take to let go of an older version.
const BLOCKED_GRACE_MS: u32 = 1500;

/// What the owner of a [`Db`] is told between calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Another tab upgrades or deletes the database: the connection is closed. Calls answer
    /// [`StoreError::Released`] until [`Db::reopen`].
    Released,
    /// The browser closed the connection; the next call opens it again.
    Lost,
    /// What blocked an upgrade is gone: opening works now.
    Unblocked,
}

/// A database and its connection. Clones share the connection.
#[derive(Clone)]
pub struct Db(Rc<Inner>);

struct Inner {
    name: String,
    version: u32,
    state: Rc<RefCell<State>>,
    notify: Notify,
}

type Notify = Rc<dyn Fn(Notice)>;

enum State {
    Open(Connection),
    /// Opened again at the next call.
    Closed,
    /// Not opened again by itself.
    Released,
}

struct Connection {
    database: Database,
    _listeners: [EventListener; 2],
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A connection that nobody holds would block every later upgrade.
        self.database.clone().close();
    }
}

impl Db {
    /// Opens a database in the newest version, making or upgrading it where needed.
    ///
    /// When an older version is open in another tab, it answers [`StoreError::Blocked`] instead of
    /// waiting; [`Notice::Unblocked`] tells when to try again.
    pub async fn open(name: &str, notify: impl Fn(Notice) + 'static) -> Result<Self, StoreError> {
        Self::open_with(name, SCHEMA_VERSION, notify).await
    }

    /// Opens a database in a given version.
    pub async fn open_with(name: &str, version: u32, notify: impl Fn(Notice) + 'static) -> Result<Self, StoreError> {
        let db = Self(Rc::new(Inner {
            name: name.to_owned(),
            version,
            state: Rc::new(RefCell::new(State::Closed)),
            notify: Rc::new(notify),
        }));
        db.connection().await?;
        Ok(db)
    }

    /// Opens the connection again after [`Notice::Released`].
    pub async fn reopen(&self) -> Result<(), StoreError> {
        self.0.set_if(State::Closed, |state| matches!(state, State::Released));
        self.connection().await.map(|_| ())
    }

    /// Closes the connection. A later call opens it again.
    pub fn close(&self) {
        self.0.set_if(State::Closed, |_| true);
    }

    /// Name of the database.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Runs an operation, and once more on a new connection when the old one turns out to be dead.
    ///
    /// Every operation is one transaction that happens whole or not at all and may be repeated.
    pub(super) async fn run<T>(
        &self,
        operation: impl AsyncFn(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut may_repeat = true;
        loop {
            let database = self.connection().await?;
            match operation(&database).await {
                Err(StoreError::ConnectionLost) if may_repeat => {
                    may_repeat = false;
                    self.0.set_if(State::Closed, |state| state.holds(&database));
                }
                result => return result,
            }
        }
    }

    async fn connection(&self) -> Result<Database, StoreError> {
        match &*self.0.state.borrow() {
            State::Open(connection) => return Ok(connection.database.clone()),
            State::Released => return Err(StoreError::Released),
            State::Closed => {}
        }
        let connection = self.0.connect().await?;
        let mut state = self.0.state.borrow_mut();
        match &*state {
            // Another call was faster; ours is closed as it is dropped.
            State::Open(first) => Ok(first.database.clone()),
            State::Released => Err(StoreError::Released),
            State::Closed => {
                let database = connection.database.clone();
                *state = State::Open(connection);
                Ok(database)
            }
        }
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("name", &self.0.name).field("version", &self.0.version).finish_non_exhaustive()
    }
}

impl State {
    fn holds(&self, database: &Database) -> bool {
        matches!(self, Self::Open(connection) if connection.database.as_sys() == database.as_sys())
    }
}

impl Inner {
    fn set_if(&self, next: State, condition: impl FnOnce(&State) -> bool) {
        let mut state = self.state.borrow_mut();
        if condition(&state) {
            *state = next;
        }
    }

    async fn connect(&self) -> Result<Connection, StoreError> {
        let (sender, receiver) = oneshot::channel();
        let sender = Rc::new(RefCell::new(Some(sender)));
        let on_blocked = sender.clone();
        let request = Database::open(self.name.as_str())
            .with_version(self.version)
            .with_on_blocked(move |_| {
                // A tab that is just finishing a save lets go in a moment.
                let give_up = move || drop(answer(&on_blocked, Err(StoreError::Blocked)));
                Timeout::new(BLOCKED_GRACE_MS, give_up).forget();
                Ok(())
            })
            .with_on_upgrade_needed(|event, database| {
                let to = event.new_version().unwrap_or_default();
                schema::upgrade(&database, event.old_version() as u32, to as u32)
            })
            .build()
            .map_err(open_error)?;
        // The request outlives a caller that was told "blocked": dropping it would drop the upgrade
        // steps too, and the new version would be written without its stores.
        let (state, notify) = (Rc::downgrade(&self.state), self.notify.clone());
        spawn_local(async move {
            let result = request.await.map_err(open_error);
            let result = result.map(|database| Connection::listen(database, state, notify.clone()));
            let blocked = sender.borrow().is_none();
            // A connection that nobody waits for any more is closed as it is dropped.
            drop(answer(&sender, result));
            if blocked {
                notify(Notice::Unblocked);
            }
        });
        receiver.await.map_err(|_| StoreError::ConnectionLost)?
    }
}

impl Connection {
    fn listen(database: Database, state: Weak<RefCell<State>>, notify: Notify) -> Self {
        let on_version_change = {
            let (database, state, notify) = (database.clone(), state.clone(), notify.clone());
            move |_: &web_sys::Event| {
                database.clone().close();
                leave(&state, &database, State::Released);
                notify(Notice::Released);
            }
        };
        let on_close = {
            let database = database.clone();
            move |_: &web_sys::Event| {
                leave(&state, &database, State::Closed);
                notify(Notice::Lost);
            }
        };
        let target = database.as_sys().clone();
        let listeners = [
            EventListener::new(&target, "versionchange", on_version_change),
            EventListener::new(&target, "close", on_close),
        ];
        Self { database, _listeners: listeners }
    }
}

fn leave(state: &Weak<RefCell<State>>, database: &Database, next: State) {
    let Some(state) = state.upgrade() else { return };
    if !state.borrow().holds(database) {
        return;
    }
    let old = state.replace(next);
    // The listener that runs now belongs to the old connection: it is dropped after it has returned.
    spawn_local(async move { drop(old) });
}

/// Deletes a database. Answers [`StoreError::Blocked`] while another tab does not let go of it; it is
/// deleted as soon as that tab does.
pub async fn delete_database(name: &str) -> Result<(), StoreError> {
    let factory = DBFactory::new().map_err(open_error)?;
    let request = factory.as_sys().delete_database(name).map_err(thrown)?;
    // An answer after the grace is heard by nobody, but the deletion happens.
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let on_blocked = sender.clone();
    let blocked = first_event(&request, &["blocked"]);
    let settled = first_event(&request, &["success", "error"]);
    spawn_local(async move {
        if blocked.await.is_ok() {
            let give_up = move || drop(answer(&on_blocked, Err(StoreError::Blocked)));
            Timeout::new(BLOCKED_GRACE_MS, give_up).forget();
        }
    });
    spawn_local(async move {
        let result = match settled.await {
            Ok(event) if event == "success" => Ok(()),
            Ok(_) => Err(match request.error() {
                Ok(Some(exception)) => open_by_name(&exception.name()),
                _ => StoreError::Corrupt,
            }),
            Err(error) => Err(error),
        };
        drop(answer(&sender, result));
    });
    receiver.await.map_err(|_| StoreError::ConnectionLost)?
}

type Waiting<T> = Rc<RefCell<Option<oneshot::Sender<Result<T, StoreError>>>>>;

/// Answers who waits, if nobody did before. Otherwise gives the result back.
fn answer<T>(waiting: &Waiting<T>, result: Result<T, StoreError>) -> Option<Result<T, StoreError>> {
    match waiting.borrow_mut().take() {
        Some(sender) => sender.send(result).err(),
        None => Some(result),
    }
}
