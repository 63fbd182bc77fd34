//! What a database must be able to do to hold the items, and the values that pass between it and the store.

use async_trait::async_trait;
use aws_types::Timestamp;
use tokio::sync::watch;

use crate::{StoreError, Tx};

/// Most rows that one read answers, whatever its limit says; page on with `after`.
pub const MAX_PAGE: usize = 10_000;
/// Events kept; older ones are trimmed.
pub const MAX_EVENTS: i64 = 10_000;

/// A stored document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Partition; lists never cross it.
    pub pk: String,
    /// Place within the partition; lists go in its bytewise order.
    pub sk: String,
    /// The commit that wrote it last. Never used twice for one place, even after a deletion.
    pub version: i64,
    /// The document.
    pub body: Vec<u8>,
    /// When it may be swept away. Reads do not look at this.
    pub expires_at: Option<Timestamp>,
}

/// A change worth following.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Grows with every event, from 1.
    pub seq: i64,
    /// What sort of thing changed.
    pub topic: String,
    /// Which one.
    pub key: String,
}

/// What a commit leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The version that every item written by the transaction now bears.
    pub version: i64,
    /// Number of the transaction's last event, where it had one.
    pub event_seq: Option<i64>,
}

/// A database under the store. Every method may be called from any number of tasks at once; a read that begins after a
/// commit has answered sees it.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// See [`crate::Store::get_item`].
    async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError>;
    /// The version of an item, expired or not, without its body.
    async fn item_version(&self, pk: &str, sk: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.get_item(pk, sk).await?.map(|item| item.version))
    }
    /// See [`crate::Store::query`].
    async fn query(
        &self,
        pk: &str,
        sk_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError>;
    /// See [`crate::Store::lookup`].
    async fn lookup(
        &self,
        index: &str,
        key: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError>;
    /// See [`crate::Store::lookup_range`].
    async fn lookup_range(
        &self,
        index: &str,
        key_prefix: &str,
        after: Option<(&str, &str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String, String)>, StoreError>;
    /// See [`crate::Store::counter`].
    async fn counter(&self, key: &str) -> Result<i64, StoreError>;
    /// See [`crate::Store::commit`]. The transaction is within [`Tx::check_size`] and not empty.
    async fn commit(&self, tx: Tx) -> Result<Committed, StoreError>;
    /// See [`crate::Store::events`].
    async fn events(&self, after_seq: i64, limit: usize) -> Result<Vec<Event>, StoreError>;
    /// See [`crate::Store::subscribe`].
    fn subscribe(&self) -> watch::Receiver<i64>;
    /// See [`crate::Store::purge_expired`].
    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;
}

/// A read's limit as the database wants it, within [`MAX_PAGE`].
pub(crate) fn page(limit: usize) -> i64 {
    i64::try_from(limit.min(MAX_PAGE)).unwrap_or(i64::MAX)
}

/// The least text above `text` in bytewise order, so that "after" can be asked as "from".
pub(crate) fn next_text(text: &str) -> String {
    format!("{text}\0")
}

/// The least text above every text that begins with `prefix`; `None` where there is none.
/// UTF-8 sorts as its code points do, so the last character that can grow is replaced by the next one.
pub(crate) fn prefix_end(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}
