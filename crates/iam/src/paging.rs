//! Lists by page: `Marker`, `MaxItems`, `IsTruncated`. A marker is sealed and bound to the whole question (account,
//! operation, filter); one of another question, or made up, is refused.

use store::Versioned;

use crate::Cx;
use crate::error::{Result, invalid_marker};
use crate::table::Entity;

/// Items where a request does not say how many.
const DEFAULT: usize = 100;
/// The most items on a page.
const MOST: usize = 1_000;
/// Rows read at a time while a filter is applied.
const BATCH: usize = 500;

/// Where a page begins and how long it may be.
pub struct Page {
    query: String,
    after: Option<String>,
    limit: usize,
}

/// A page of a list.
pub struct Paged<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// `IsTruncated`: always stands.
    pub is_truncated: Option<bool>,
    /// `Marker`, where there is more.
    pub marker: Option<String>,
}

impl<T> Paged<T> {
    /// The same page, each item shown.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            items: self.items.into_iter().map(show).collect(),
            is_truncated: self.is_truncated,
            marker: self.marker,
        }
    }
}

impl Page {
    /// Reads a request's marker and size. `question` names operation and filter.
    ///
    /// # Errors
    /// `ValidationError` for a marker that is not of this question.
    pub fn read(cx: &Cx<'_>, question: String, marker: Option<&str>, max_items: Option<i32>) -> Result<Self> {
        let query = format!("{} {question}", cx.account());
        let sealer = cx.store().sealer();
        let read = |marker| sealer.read_page_token(&query, marker).ok_or_else(invalid_marker);
        let after = marker.map(read).transpose()?;
        let limit = max_items.and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0).unwrap_or(DEFAULT).min(MOST);
        Ok(Self { query, after, limit })
    }

    /// Entities of one kind, in order of their places, as far as `keep` has them.
    ///
    /// # Errors
    /// The store's.
    pub async fn entities<E: Entity>(
        &self,
        cx: &Cx<'_>,
        keep: impl Fn(&E) -> bool + Send + Sync,
    ) -> Result<Paged<Versioned<E>>> {
        let (pk, mut items, mut after) = (cx.pk(), Vec::new(), self.after.clone());
        loop {
            let rows = E::TABLE.list(cx.store(), &pk, E::PREFIX, after.as_deref(), BATCH).await?;
            let read = rows.len();
            after = rows.last().map(|row| row.sk.clone());
            items.extend(rows.into_iter().filter(|row| keep(&row.value)));
            if read < BATCH || items.len() > self.limit {
                return Ok(self.cut(cx, items, |row| row.sk.clone()));
            }
        }
    }

    /// A page of a list that is in memory whole, in the order of `key`, which must differ for each item.
    pub fn of<T>(&self, cx: &Cx<'_>, all: Vec<T>, key: impl Fn(&T) -> String) -> Paged<T> {
        let above = |item: &T| self.after.as_ref().is_none_or(|after| key(item) > *after);
        let mut items: Vec<T> = all.into_iter().filter(above).collect();
        items.sort_by_cached_key(&key);
        self.cut(cx, items, key)
    }

    fn cut<T>(&self, cx: &Cx<'_>, mut items: Vec<T>, key: impl Fn(&T) -> String) -> Paged<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = items.last().filter(|_| more).map(key);
        let marker = next.map(|last| cx.store().sealer().page_token(&self.query, &last));
        Paged { items, is_truncated: Some(more), marker }
    }
}
