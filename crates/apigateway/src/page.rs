//! Lists, page by page ("position" and "limit"). A position is sealed to the list that gave it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Store, Table};

use crate::Cx;
use crate::error::{Result, invalid_position};
use crate::table::api_pk;

/// Items of a page where the call names no number.
const DEFAULT_LIMIT: usize = 25;
/// Most items of a page.
const MAX_LIMIT: usize = 500;

/// A page that is asked for.
pub struct Page {
    /// Names list and API: what the position is sealed to.
    query: String,
    /// Key of the last item of the page before.
    pub after: Option<String>,
    limit: usize,
}

impl Page {
    /// Reads position and limit.
    ///
    /// # Errors
    /// `BadRequestException` for a position of another list.
    pub fn read(store: &Store, query: String, position: Option<&str>, limit: Option<i32>) -> Result<Self> {
        let position = position.filter(|position| !position.is_empty());
        let after = position
            .map(|token| store.sealer().read_page_token(&query, token).ok_or_else(invalid_position))
            .transpose()?;
        let asked = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        Ok(Self { query, after, limit: asked.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT) })
    }

    /// How many to fetch: one more than shown, to know whether there is another page.
    pub const fn fetch(&self) -> usize {
        self.limit + 1
    }

    /// Cuts what was fetched to the page and gives the next position.
    pub fn cut<T>(&self, store: &Store, items: &mut Vec<T>, key: impl Fn(&T) -> &str) -> Option<String> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let last = items.last().filter(|_| more)?;
        Some(store.sealer().page_token(&self.query, key(last)))
    }
}

/// A page of an API's parts: `of` is the API's id and the kind.
///
/// # Errors
/// `BadRequestException` for a position of another list; the store's.
pub async fn parts<T>(
    cx: &Cx<'_>,
    table: &Table<T>,
    of: (&str, &str),
    position: Option<&str>,
    limit: Option<i32>,
) -> Result<(Vec<T>, Option<String>)>
where
    T: Serialize + DeserializeOwned,
{
    let (api_id, kind) = of;
    let page = Page::read(cx.store(), format!("{kind}{api_id}"), position, limit)?;
    let mut found = table.list(cx.store(), &api_pk(api_id), kind, page.after.as_deref(), page.fetch()).await?;
    let next = page.cut(cx.store(), &mut found, |part| part.sk.as_str());
    Ok((found.into_iter().map(|part| part.value).collect(), next))
}
