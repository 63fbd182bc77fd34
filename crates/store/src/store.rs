//! The store as services hold it: an engine and the keys to what is sealed in it.

use std::path::Path;
use std::sync::Arc;

use aws_types::Timestamp;
use tokio::sync::watch;

use crate::kept::Kept;
use crate::retry::Turns;
use crate::{Committed, Engine, Event, Item, MasterKey, Sealer, SqliteEngine, StoreError, Tx};

/// The item store. Clones share one engine.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Arc<dyn Engine>,
    sealer: Sealer,
    turns: Turns,
    kept: Kept,
}

impl Store {
    /// Opens (or creates, for the owner alone) the folder `path` with its `portcullis.db`.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another process serves it, [`StoreError::Corrupt`] where the file is not ours or of a
    /// newer version, [`StoreError::Unavailable`] for what the disk says.
    pub fn open(path: &Path, key: MasterKey) -> Result<Store, StoreError> {
        Ok(Self::with_engine(Arc::new(SqliteEngine::open(path)?), key))
    }

    /// A store that is gone when its last clone is dropped.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where no thread or memory can be had.
    pub fn in_memory(key: MasterKey) -> Result<Store, StoreError> {
        Ok(Self::with_engine(Arc::new(SqliteEngine::in_memory()?), key))
    }

    /// A store over some engine.
    pub fn with_engine(engine: Arc<dyn Engine>, key: MasterKey) -> Store {
        let sealer = Sealer::new(&key);
        Self { inner: Arc::new(Inner { engine, sealer, turns: Turns::default(), kept: Kept::default() }) }
    }

    /// One item, expired or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], as every read.
    pub async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        self.inner.engine.get_item(pk, sk).await
    }

    /// Items of a partition whose sk begins with `sk_prefix` and is above `after`, in bytewise order of sk, at most
    /// `limit` (and [`crate::MAX_PAGE`]) of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn query(
        &self,
        pk: &str,
        sk_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        self.inner.engine.query(pk, sk_prefix, after, limit).await
    }

    /// Items under exactly this key of an index, as (pk, sk), in order, above `after`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lookup(
        &self,
        index: &str,
        key: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.inner.engine.lookup(index, key, after, limit).await
    }

    /// Entries of an index whose key begins with `key_prefix`, as (key, pk, sk), in order, above `after`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lookup_range(
        &self,
        index: &str,
        key_prefix: &str,
        after: Option<(&str, &str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        self.inner.engine.lookup_range(index, key_prefix, after, limit).await
    }

    /// A counter's value; 0 where nothing was ever added.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn counter(&self, key: &str) -> Result<i64, StoreError> {
        self.inner.engine.counter(key).await
    }

    /// Applies a transaction, durably, whole. Once begun it is carried out even where the caller stops waiting.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] or [`StoreError::Limit`] where a condition does not hold, [`StoreError::TooLarge`],
    /// [`StoreError::Unavailable`]: nothing was written.
    pub async fn commit(&self, tx: Tx) -> Result<Committed, StoreError> {
        tx.check_size()?;
        if tx.is_empty() {
            return Ok(Committed { version: 0, event_seq: None });
        }
        self.inner.engine.commit(tx).await
    }

    /// Events above `after_seq`, oldest first. Only the newest [`crate::MAX_EVENTS`] are kept: a follower whose first
    /// event is not `after_seq + 1` has missed some and reads everything anew.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn events(&self, after_seq: i64, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.inner.engine.events(after_seq, limit).await
    }

    /// The newest event's number, watched; moves with this process's commits.
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.inner.engine.subscribe()
    }

    /// Removes items (with their index entries and held keys) and counters whose time is `now` or earlier, at most
    /// `limit`; answers how many went.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.inner.engine.purge_expired(now, limit).await
    }

    /// Seals what must not lie open in the data file.
    pub fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// The version of an item, expired or not.
    pub(crate) async fn item_version(&self, pk: &str, sk: &str) -> Result<Option<i64>, StoreError> {
        self.inner.engine.item_version(pk, sk).await
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.inner.kept
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.inner.turns
    }
}
