//! Reading all of an index or of a partition, a page after the other.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Store, StoreError, Table};

/// Rows read at a time.
const BATCH: usize = 500;

/// An index entry: key, pk, sk.
pub type Entry = (String, String, String);

/// Entries of an index whose keys begin alike, a page after the other.
#[derive(Clone)]
pub struct IndexPages<'a> {
    store: &'a Store,
    index: &'a str,
    prefix: &'a str,
    rows: usize,
    after: Option<Entry>,
}

impl Store {
    /// All entries of an index whose key begins with `key_prefix`, to be read a page after the other.
    pub const fn index_pages<'a>(&'a self, index: &'a str, key_prefix: &'a str) -> IndexPages<'a> {
        IndexPages { store: self, index, prefix: key_prefix, rows: BATCH, after: None }
    }
}

impl IndexPages<'_> {
    /// So many at a time.
    #[must_use]
    pub const fn by(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// The next entries, of those that are there by now; `None` after the last.
    ///
    /// # Errors
    /// As [`Store::lookup_range`].
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, StoreError> {
        let after = self.after.as_ref().map(|(key, pk, sk)| (key.as_str(), pk.as_str(), sk.as_str()));
        let page = self.store.lookup_range(self.index, self.prefix, after, self.rows).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = Some(last.clone());
        Ok(Some(page))
    }
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    /// All documents of a partition whose sk begins with `sk_prefix`, in order. For partitions that are bounded.
    ///
    /// # Errors
    /// As [`Table::list`].
    pub async fn all(&self, store: &Store, pk: &str, sk_prefix: &str) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.list(store, pk, sk_prefix, after.as_deref(), BATCH).await?;
            let more = page.len() == BATCH;
            after = page.last().filter(|_| more).map(|last| last.sk.clone());
            all.extend(page.into_iter().map(|document| document.value));
            if after.is_none() {
                return Ok(all);
            }
        }
    }
}
