//! A store under which a test stands, to count what is asked or to refuse it.

use async_trait::async_trait;
use aws_types::Timestamp;
use store::{Committed, Engine, Event, Item, MasterKey, Store, StoreError, Tx};
use tokio::sync::watch;

/// What an engine is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Anything but a commit.
    Read,
    /// A commit.
    Commit,
}

/// An engine that asks `gate` before it does anything.
struct Gated<G> {
    under: Store,
    gate: G,
}

/// A store in memory whose every read and commit passes `gate` first; what that answers as an error is the store's answer.
///
/// # Panics
/// Where no memory can be had.
#[expect(clippy::expect_used, reason = "a test cannot go on without its store")]
pub fn gated(gate: impl Fn(Ask) -> Result<(), StoreError> + Send + Sync + 'static) -> Store {
    let key = || MasterKey::from_bytes([7; 32]);
    let under = Store::in_memory(key()).expect("a store in memory");
    Store::with_engine(std::sync::Arc::new(Gated { under, gate }), key())
}

impl<G: Fn(Ask) -> Result<(), StoreError>> Gated<G> {
    fn read(&self) -> Result<&Store, StoreError> {
        (self.gate)(Ask::Read)?;
        Ok(&self.under)
    }
}

#[async_trait]
impl<G: Fn(Ask) -> Result<(), StoreError> + Send + Sync + 'static> Engine for Gated<G> {
    async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        self.read()?.get_item(pk, sk).await
    }

    async fn query(&self, pk: &str, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Item>, StoreError> {
        self.read()?.query(pk, prefix, after, limit).await
    }

    async fn lookup(
        &self,
        index: &str,
        key: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.read()?.lookup(index, key, after, limit).await
    }

    async fn lookup_range(
        &self,
        index: &str,
        prefix: &str,
        after: Option<(&str, &str, &str)>,
        limit: usize,
    ) -> Result<Vec<store::Entry>, StoreError> {
        self.read()?.lookup_range(index, prefix, after, limit).await
    }

    async fn counter(&self, key: &str) -> Result<i64, StoreError> {
        self.read()?.counter(key).await
    }

    async fn commit(&self, tx: Tx) -> Result<Committed, StoreError> {
        (self.gate)(Ask::Commit)?;
        self.under.commit(tx).await
    }

    async fn events(&self, after: i64, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.read()?.events(after, limit).await
    }

    fn subscribe(&self) -> watch::Receiver<i64> {
        self.under.subscribe()
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.read()?.purge_expired(now, limit).await
    }
}
