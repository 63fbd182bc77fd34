//! Lists by page. A marker is sealed to the whole question.

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Store, StoreError, Table, Versioned};

use crate::error::{Result, invalid_marker};

/// Entries of a page where nothing else is said, and at most.
const MOST: usize = 50;

/// A page that is asked for.
pub struct Page {
    query: String,
    after: Option<(String, String)>,
    limit: usize,
}

/// Entries with the next page's marker.
pub type Paged<T> = (Vec<T>, Option<String>);

impl Page {
    /// Reads a request's marker and limit.
    ///
    /// # Errors
    /// `InvalidParameterValueException` for a marker of another question.
    pub fn read(store: &Store, query: String, marker: Option<&str>, limit: Option<i32>) -> Result<Self> {
        let read = |marker: &str| {
            let key = store.sealer().read_page_token(&query, marker)?;
            key.split_once('\n').map(|(pk, sk)| (pk.to_owned(), sk.to_owned()))
        };
        let marker = marker.filter(|marker| !marker.is_empty());
        let after = marker.map(|marker| read(marker).ok_or_else(invalid_marker)).transpose()?;
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST).clamp(1, MOST);
        Ok(Self { query, after, limit })
    }

    /// Places of an index.
    ///
    /// # Errors
    /// The store's.
    pub async fn of_index(&self, store: &Store, index: &str, key: &str) -> Result<Paged<(String, String)>, StoreError> {
        let after = self.after.as_ref().map(|(pk, sk)| (pk.as_str(), sk.as_str()));
        let mut found = store.lookup(index, key, after, self.limit + 1).await?;
        let next = self.next(store, &mut found, |(pk, sk)| (pk, sk));
        Ok((found, next))
    }

    /// Documents of a partition.
    ///
    /// # Errors
    /// The store's.
    pub async fn of_partition<T: Serialize + DeserializeOwned>(
        &self,
        store: &Store,
        table: &Table<T>,
        pk: &str,
        prefix: &str,
    ) -> Result<Paged<Versioned<T>>, StoreError> {
        let after = self.after.as_ref().map(|(_, sk)| sk.as_str());
        let mut found = table.list(store, pk, prefix, after, self.limit + 1).await?;
        let next = self.next(store, &mut found, |one| (&one.pk, &one.sk));
        Ok((found, next))
    }

    fn next<T>(&self, store: &Store, found: &mut Vec<T>, place: impl Fn(&T) -> (&String, &String)) -> Option<String> {
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let (pk, sk) = place(found.last().filter(|_| more)?);
        Some(store.sealer().page_token(&self.query, &format!("{pk}\n{sk}")))
    }
}
