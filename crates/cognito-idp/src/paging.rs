//! Lists by page. A token is sealed and bound to the whole question: the operation, the pool, the filter. One of another
//! question, or made up, is refused.

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Store, Table, Versioned};

use crate::error::{Result, invalid_page_token};

/// The largest page of most lists.
pub const MAX_PAGE: usize = 60;

/// Where a page begins and how long it may be.
pub struct Page {
    /// What the token is bound to.
    query: String,
    /// Items above this sort key.
    pub after: Option<String>,
    /// Items at most.
    pub limit: usize,
}

impl Page {
    /// Reads a request's token and limit. No limit, or 0, means `max`.
    ///
    /// # Errors
    /// `InvalidParameterException` for a token that is not of this question.
    pub fn read(store: &Store, query: String, token: Option<&str>, limit: Option<i32>, max: usize) -> Result<Self> {
        let read = |token| store.sealer().read_page_token(&query, token).ok_or_else(invalid_page_token);
        let after = token.map(read).transpose()?;
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit != 0).unwrap_or(max);
        Ok(Self { query, after, limit: limit.min(max) })
    }

    /// How many to fetch: one more than the page shows, to know whether there is a next one.
    pub const fn fetch(&self) -> usize {
        self.limit + 1
    }

    /// Cuts what was fetched to the page; the token of the next one, if something was left.
    pub fn cut<T>(&self, store: &Store, items: &mut Vec<T>, key: impl Fn(&T) -> &str) -> Option<String> {
        if items.len() <= self.limit {
            return None;
        }
        items.truncate(self.limit);
        items.last().map(|last| store.sealer().page_token(&self.query, key(last)))
    }

    /// A page of a table's documents in one partition.
    ///
    /// # Errors
    /// The store's.
    pub async fn list<T: Serialize + DeserializeOwned>(
        &self,
        store: &Store,
        table: &Table<T>,
        pk: &str,
        prefix: &str,
    ) -> Result<(Vec<Versioned<T>>, Option<String>)> {
        let mut items = table.list(store, pk, prefix, self.after.as_deref(), self.fetch()).await?;
        let next = self.cut(store, &mut items, |item| item.sk.as_str());
        Ok((items, next))
    }
}
