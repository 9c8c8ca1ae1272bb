//! Everything a server keeps, in one SQLite file: `posyandu.sqlite` in its folder.
//!
//! Write-ahead log, `synchronous=FULL`: what was answered was on the disk before. Several processes may write, the
//! commands beside a running server. Read [`schema`] for what is kept, [`docs`] for databases and their documents,
//! [`people`] for who may sign in. It judges nothing: see [`super::check`].

pub mod docs;
pub mod people;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior};

/// The name of the file in a server's folder.
pub const FILE: &str = "posyandu.sqlite";
/// How long a writer waits for another process.
const BUSY: Duration = Duration::from_secs(10);
/// Readers kept open between requests.
const IDLE_READERS: usize = 8;

/// Why something could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What SQLite said: it names statements and files, never what is kept.
    #[error("the database says: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The folder holds no server.
    #[error("{} holds no server; make one with init", .0.display())]
    Missing(PathBuf),
    /// The folder holds one already.
    #[error("{} holds a server already", .0.display())]
    Exists(PathBuf),
    /// The file was written by a newer program.
    #[error("{} was written by a newer version ({version})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: i64,
    },
    /// The folder cannot be made or read.
    #[error("{}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others write all the time.
    #[error("the database is busy")]
    Busy,
    /// A value that this program never writes.
    #[error("the database is damaged: {0}")]
    Damaged(&'static str),
}

/// One writer and some readers of the file.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Something was erased, and its bytes may still stand in the log.
    owes_settling: AtomicBool,
}

impl Store {
    /// Makes the file in a folder, and the folder.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is one.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Folder { path: folder.into(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let path = folder.join(FILE);
        if path.exists() {
            return Err(StoreError::Exists(folder.into()));
        }
        private(&path).map_err(failed)?;
        Self::open_file(path)
    }

    /// Opens the file of a folder.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(StoreError::Missing(folder.into()));
        }
        Self::open_file(path)
    }

    fn open_file(path: PathBuf) -> Result<Self, StoreError> {
        let mut writer = connect(&path)?;
        schema::upgrade(&mut writer, &path)?;
        Ok(Self { path, writer: Mutex::new(writer), readers: Mutex::default(), owes_settling: AtomicBool::default() })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads; what it sees does not change meanwhile.
    ///
    /// # Errors
    /// Whatever `f` answers, and [`StoreError`].
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let idle = locked(&self.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => connect(&self.path)?,
        };
        let transaction = reader.transaction().map_err(StoreError::from)?;
        let answer = f(&transaction);
        transaction.finish().map_err(StoreError::from)?;
        let mut readers = locked(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        drop(readers);
        self.settle_owed();
        answer
    }

    /// Writes all or nothing; on the disk when it answers.
    ///
    /// # Errors
    /// Whatever `f` answers, then nothing is written, and [`StoreError`].
    pub fn write<T, E: From<StoreError>>(&self, f: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut writer = locked(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let answer = f(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(answer)
    }

    /// Moves the write-ahead log into the file: at the end, so that one file is everything, and after something was
    /// erased, because it may still stand in the log.
    ///
    /// A reader holds it back, of this or another process; then it is owed, and tried after each reading and from time
    /// to time ([`Store::settle_owed`]).
    pub fn settle(&self) {
        self.settle_with(&locked(&self.writer));
    }

    fn settle_with(&self, writer: &Connection) {
        locked(&self.readers).clear();
        // Nobody waits for a reader: it is tried again.
        let is_held = || {
            writer.busy_timeout(Duration::ZERO)?;
            writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
        };
        let is_held = is_held().unwrap_or(true);
        let _ = writer.busy_timeout(BUSY);
        self.owes_settling.store(is_held, Ordering::Release);
    }

    /// Whether nothing that was erased may still stand in the log.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !self.owes_settling.load(Ordering::Acquire)
    }

    /// As [`Store::settle`], if it could not be done when it should have been.
    pub fn settle_owed(&self) {
        if self.owes_settling.load(Ordering::Acquire)
            && let Ok(writer) = self.writer.try_lock()
        {
            self.settle_with(&writer);
        }
    }
}

/// The content of a mutex, also after a thread that held it panicked: a transaction rolls back by itself.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What was erased is overwritten, not only given up.
    connection.pragma_update(None, "secure_delete", true)?;
    // Eight megabytes are enough: readers share the system's cache.
    connection.pragma_update(None, "cache_size", -8192)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// An empty file that nobody else on the machine may read.
pub(super) fn private(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// A value that the server keeps about itself.
///
/// # Errors
/// [`StoreError`].
pub fn meta(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// Keeps a value about the server itself.
///
/// # Errors
/// [`StoreError`].
pub fn set_meta(connection: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?;
    statement.execute([key, value])?;
    Ok(())
}
