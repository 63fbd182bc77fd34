//! Lists by page, over an index. A token is sealed to the whole question.

use store::{Store, StoreError};

use crate::error::{Result, invalid_page_token};

/// A page that is asked for.
pub struct Page {
    query: String,
    after: Option<(String, String)>,
    limit: usize,
}

impl Page {
    /// Reads a request's token and limit; `most` bounds it.
    ///
    /// # Errors
    /// `InvalidParameterException` for a token of another question.
    pub fn read(store: &Store, query: String, token: Option<&str>, limit: i32, most: usize) -> Result<Self> {
        let read = |token: &str| {
            let key = store.sealer().read_page_token(&query, token)?;
            key.split_once('\n').map(|(pk, sk)| (pk.to_owned(), sk.to_owned()))
        };
        let after = token.map(|token| read(token).ok_or_else(invalid_page_token)).transpose()?;
        let limit = usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(most).min(most);
        Ok(Self { query, after, limit })
    }

    /// The places on the page, and the next one's token.
    ///
    /// # Errors
    /// The store's.
    pub async fn of(
        &self,
        store: &Store,
        index: &str,
        key: &str,
    ) -> Result<(Vec<(String, String)>, Option<String>), StoreError> {
        let after = self.after.as_ref().map(|(pk, sk)| (pk.as_str(), sk.as_str()));
        let mut found = store.lookup(index, key, after, self.limit + 1).await?;
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let last = found.last().filter(|_| more);
        let next = last.map(|(pk, sk)| store.sealer().page_token(&self.query, &format!("{pk}\n{sk}")));
        Ok((found, next))
    }
}
