//! The embedded engine: SQLite in WAL mode. One thread writes, gathering what waits into one durable transaction; reads
//! run in place on a few read-only connections.
//!
//! What comes in: engine calls. What goes out: rows. It must not know services, tables or what a body says.

mod apply;
mod folder;
mod writer;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use aws_types::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::engine::{next_text, page, prefix_end};
use crate::sql::{SCHEMA, Statements};
use crate::{Committed, Engine, Event, Item, StoreError, Tx};
use writer::Writer;

/// Read-only connections: a read takes microseconds, so a few serve many tasks.
const READERS: usize = 4;
/// `PRAGMA user_version` of the tables in `sql.rs`; a migration raises it.
const SCHEMA_VERSION: i64 = 1;
/// `PRAGMA application_id`: "PCLS".
const APPLICATION_ID: i64 = 0x5043_4C53;
/// Prepared statements kept per connection; there are fewer statements than this.
const STATEMENTS: usize = 32;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// SQLite's file system for a database that one process has to itself (sqlite.org/vfs.html, 2.1): the file is locked once,
/// and what connections tell each other stays in memory, so that a read makes no system call for its locks. That nobody
/// else opens the file is what [`folder::Folder`] sees to anyway.
#[cfg(unix)]
const VFS: &std::ffi::CStr = c"unix-excl";

/// Shared by the writer thread and, in memory, the readers. The lock is tokio's because readers wait in tasks; it is
/// never held across an await.
type SharedConnection = Arc<Mutex<Connection>>;

/// The SQLite engine. Dropping it finishes the writes that wait and frees the folder.
pub struct SqliteEngine {
    // Fields drop in this order: readers; the writer, joined, whose connection as the last one folds the log into the
    // file; the folder's lock.
    readers: Vec<SharedConnection>,
    writer: Writer,
    turn: AtomicUsize,
    statements: Arc<Statements>,
    _folder: Option<folder::Folder>,
}

impl SqliteEngine {
    /// Opens `portcullis.db` in this folder, making both where they are not there.
    ///
    /// # Errors
    /// See [`crate::Store::open`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::assemble(path).map(|(engine, _)| engine)
    }

    /// The engine and the connection it writes by, which tests restrict to see a disk fail.
    fn assemble(path: &Path) -> Result<(Self, SharedConnection), StoreError> {
        let folder = folder::Folder::open(path)?;
        let file = folder.database()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut write = connect(&file, flags)?;
        prepare_writer(&mut write)?;
        folder.sync()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let readers = (0..READERS)
            .map(|_| {
                let read = connect(&file, flags)?;
                read.execute_batch("PRAGMA cache_size = -1024;").map_err(from_sqlite)?;
                shared(read)
            })
            .collect::<Result<_, StoreError>>()?;
        let write = shared(write)?;
        Ok((Self::start(Arc::clone(&write), readers, Some(folder))?, write))
    }

    /// A database of its own in memory. There, one connection reads and writes, and a transaction holds it throughout.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut write = Connection::open_in_memory().map_err(from_sqlite)?;
        migrate(&mut write)?;
        let connection = shared(write)?;
        Self::start(Arc::clone(&connection), vec![connection], None)
    }

    fn start(
        write: SharedConnection,
        readers: Vec<SharedConnection>,
        folder: Option<folder::Folder>,
    ) -> Result<Self, StoreError> {
        let statements = Arc::new(Statements::new(|text| text.replace('$', "?")));
        let writer = Writer::start(write, Arc::clone(&statements))?;
        Ok(Self { writer, readers, turn: AtomicUsize::new(0), statements, _folder: folder })
    }

    /// A free connection, or the next one in turn as soon as it is free.
    async fn reader(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        let start = self.turn.fetch_add(1, Ordering::Relaxed) % self.readers.len().max(1);
        let in_turn = self.readers.iter().cycle().skip(start).take(self.readers.len());
        if let Some(free) = in_turn.filter_map(|reader| reader.try_lock().ok()).next() {
            return Ok(free);
        }
        let next = self.readers.get(start).ok_or(StoreError::Closed)?;
        Ok(next.lock().await)
    }

    async fn read<R>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<R> + Send) -> Result<R, StoreError> {
        let connection = self.reader().await?;
        run(&connection).map_err(from_sqlite)
    }
}

#[async_trait]
impl Engine for SqliteEngine {
    async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        self.read(|db| db.prepare_cached(&self.statements.item_get)?.query_row(params![pk, sk], item).optional()).await
    }

    async fn item_version(&self, pk: &str, sk: &str) -> Result<Option<i64>, StoreError> {
        let sql = &self.statements.item_version;
        self.read(|db| db.prepare_cached(sql)?.query_row(params![pk, sk], |row| row.get(0)).optional()).await
    }

    async fn query(
        &self,
        pk: &str,
        sk_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let from =
            after.map(next_text).filter(|from| from.as_str() > sk_prefix).unwrap_or_else(|| sk_prefix.to_owned());
        let limit = page(limit);
        self.read(|db| match prefix_end(sk_prefix) {
            Some(end) => rows(db, &self.statements.item_between, params![pk, from, end, limit], item),
            None => rows(db, &self.statements.item_from, params![pk, from, limit], item),
        })
        .await
    }

    async fn lookup(
        &self,
        index: &str,
        key: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let (pk, sk) = after.map_or(("", String::new()), |(pk, sk)| (pk, next_text(sk)));
        let sql = &self.statements.idx_exact;
        self.read(|db| rows(db, sql, params![index, key, pk, sk, page(limit)], |row| Ok((row.get(0)?, row.get(1)?))))
            .await
    }

    async fn lookup_range(
        &self,
        index: &str,
        key_prefix: &str,
        after: Option<(&str, &str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        let (key, pk, sk) = match after {
            Some((key, pk, sk)) if key >= key_prefix => (key, pk, next_text(sk)),
            _ => (key_prefix, "", String::new()),
        };
        let limit = page(limit);
        let entry = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        self.read(|db| match prefix_end(key_prefix) {
            Some(end) => rows(db, &self.statements.idx_between, params![index, key, pk, sk, end, limit], entry),
            None => rows(db, &self.statements.idx_from, params![index, key, pk, sk, limit], entry),
        })
        .await
    }

    async fn counter(&self, key: &str) -> Result<i64, StoreError> {
        let n: Option<i64> = self
            .read(|db| db.prepare_cached(&self.statements.counter_get)?.query_row([key], |row| row.get(0)).optional())
            .await?;
        Ok(n.unwrap_or(0))
    }

    async fn commit(&self, tx: Tx) -> Result<Committed, StoreError> {
        self.writer.commit(tx).await
    }

    async fn events(&self, after_seq: i64, limit: usize) -> Result<Vec<Event>, StoreError> {
        let event = |row: &Row<'_>| Ok(Event { seq: row.get(0)?, topic: row.get(1)?, key: row.get(2)? });
        self.read(|db| rows(db, &self.statements.event_list, params![after_seq, page(limit)], event)).await
    }

    fn subscribe(&self) -> watch::Receiver<i64> {
        self.writer.subscribe()
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.writer.purge(now, limit).await
    }
}

#[cfg(unix)]
fn connect(file: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    Connection::open_with_flags_and_vfs(file, flags, VFS).map_err(from_sqlite)
}

#[cfg(not(unix))]
fn connect(file: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    Connection::open_with_flags(file, flags).map_err(from_sqlite)
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        pk: row.get(0)?,
        sk: row.get(1)?,
        version: row.get(2)?,
        body: row.get(3)?,
        expires_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_ms),
    })
}

fn rows<T>(
    db: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare_cached(sql)?.query_map(params, read)?.collect()
}

fn shared(connection: Connection) -> Result<SharedConnection, StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT).map_err(from_sqlite)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(Arc::new(Mutex::new(connection)))
}

/// Durable at every commit: WAL, synced in full. The caches are small; the system's page cache holds the rest.
fn prepare_writer(db: &mut Connection) -> Result<(), StoreError> {
    db.busy_timeout(BUSY_TIMEOUT).map_err(from_sqlite)?;
    check_ours(db)?;
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(from_sqlite)?;
    if mode != "wal" {
        return Err(StoreError::Unavailable(format!("the disk does not allow a write-ahead log (mode {mode})")));
    }
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -2048; PRAGMA mmap_size = 0; \
         PRAGMA journal_size_limit = 16777216;",
    )
    .map_err(from_sqlite)?;
    migrate(db)
}

/// Refuses a database of somebody else's before anything is changed in it.
fn check_ours(db: &Connection) -> Result<(), StoreError> {
    let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(from_sqlite);
    let tables = number("SELECT COUNT(*) FROM sqlite_master")?;
    if tables > 0 && number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(corrupt("it was not made by Portcullis"));
    }
    match number("PRAGMA user_version")? {
        newer if newer > SCHEMA_VERSION => {
            Err(corrupt(&format!("its schema version {newer} is newer than {SCHEMA_VERSION}, the newest known here")))
        }
        _ => Ok(()),
    }
}

fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(from_sqlite)?;
    if version == SCHEMA_VERSION {
        return Ok(());
    }
    let tx = db.transaction().map_err(from_sqlite)?;
    tx.execute_batch(SCHEMA).map_err(from_sqlite)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(from_sqlite)?;
    tx.pragma_update(None, "user_version", SCHEMA_VERSION).map_err(from_sqlite)?;
    tx.commit().map_err(from_sqlite)
}

fn corrupt(why: &str) -> StoreError {
    StoreError::Corrupt { what: "the data file".to_owned(), why: why.to_owned() }
}

fn from_sqlite(error: rusqlite::Error) -> StoreError {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase, TooBig, TypeMismatch};
    match (error.sqlite_error_code(), &error) {
        (Some(DatabaseCorrupt | NotADatabase | TypeMismatch), _)
        | (_, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..)) => {
            corrupt(&error.to_string())
        }
        (Some(TooBig), _) => StoreError::TooLarge("a value"),
        _ => StoreError::Unavailable(error.to_string()),
    }
}
