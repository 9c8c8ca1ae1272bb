//! Goes on carrying while a server serves: after the move phones write to the CouchDB, and what comes into this server's
//! databases is the root's: that a posyandu begins, whose words count, what is erased.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{CopyError, CouchDb, Office, marked, moves, out, set_mark};
use crate::server::api::door::Door;
use crate::server::couch::CouchError;
use crate::server::store::{StoreError, docs};

/// How often it looks: other programs write into the same file, too.
const GLANCE: Duration = Duration::from_secs(2);
/// After something failed.
const PAUSE: Duration = Duration::from_secs(10);

/// What is carried, and how far.
pub struct Feed {
    office: Arc<Office>,
    couch: CouchDb,
    door: Arc<Door>,
    /// Databases that are as they should be, and the sequence up to which the CouchDB has them.
    at: HashMap<String, i64>,
}

impl Feed {
    /// A feed that has carried nothing yet.
    #[must_use]
    pub fn new(office: Arc<Office>, couch: CouchDb, door: Arc<Door>) -> Self {
        Self { office, couch, door, at: HashMap::new() }
    }

    /// Carries what is new, makes what is missing, and opens the door to it.
    ///
    /// # Errors
    /// [`CopyError`]: the last one, where others went well.
    pub fn round(&mut self, is_over: impl Fn() -> bool) -> Result<(), CopyError> {
        let ends = self.office.store.read(|connection| {
            let names = docs::names(connection)?.into_iter().filter(|it| moves(it));
            let end = |name: String| Ok(docs::database(connection, &name)?.map(|it| (name, it.last_seq)));
            names.map(end).collect::<Result<Vec<_>, StoreError>>()
        })?;
        let mut last = Ok(());
        // Every door before the first load.
        for (name, _) in ends.iter().flatten().take_while(|_| !is_over()) {
            last = goes_on(self.ready(name), last)?;
        }
        for (name, end) in ends.iter().flatten().take_while(|_| !is_over()) {
            last = goes_on(self.carry(name, *end), last)?;
        }
        last
    }

    /// Sees once to it that the CouchDB has a database as it should be.
    fn ready(&mut self, name: &str) -> Result<(), CopyError> {
        if !self.at.contains_key(name) {
            self.couch.prepare(name)?;
            let at = marked(&self.office, &self.couch, name)?;
            self.door.open(name);
            self.at.insert(name.to_owned(), at);
        }
        Ok(())
    }

    fn carry(&mut self, name: &str, end: i64) -> Result<(), CopyError> {
        let Some(at) = self.at.get(name).copied().filter(|at| *at < end) else { return Ok(()) };
        let (tally, at) = out(&self.office, &self.couch, name, at, |_| {})?;
        set_mark(&self.office, &self.couch, name, at)?;
        self.at.insert(name.to_owned(), at);
        tally.whole()
    }
}

/// What is to be said in the end; an error where with the other databases it would be the same.
fn goes_on(done: Result<(), CopyError>, last: Result<(), CopyError>) -> Result<Result<(), CopyError>, CopyError> {
    match done {
        Ok(()) => Ok(last),
        Err(error @ (CopyError::Store(_) | CopyError::Couch(CouchError::Unreachable(_) | CouchError::SignIn))) => {
            Err(error)
        }
        Err(error) => Ok(Err(error)),
    }
}

/// Carries until the server stops; says on the standard error once what keeps it from it.
pub async fn run(mut feed: Feed, mut stop: watch::Receiver<bool>) {
    let mut said = String::new();
    loop {
        let stopped = stop.clone();
        let done = tokio::task::spawn_blocking(move || {
            let result = feed.round(|| *stopped.borrow());
            (feed, result)
        });
        let Ok((same, result)) = done.await else { return };
        feed = same;
        let pause = if result.is_ok() { GLANCE } else { PAUSE };
        let says = result.err().map(|it| it.to_string()).unwrap_or_default();
        if says != said && !says.is_empty() {
            eprintln!("posyandu-server: what the root says waits: {says}");
        }
        said = says;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|it| *it) => return,
        }
    }
}
