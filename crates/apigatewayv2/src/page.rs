//! Lists, page by page ("nextToken" and "maxResults"). A token is sealed to the list that gave it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Store, Table};

use crate::Cx;
use crate::error::{Result, bad_request, invalid_next_token};

/// Items of a page where the call names no number.
const DEFAULT: usize = 25;
/// Most items of a page.
const MOST: usize = 500;

/// Which page is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// A number in a text, as these operations have it.
    pub max_results: Option<&'a str>,
    /// The token that the page before gave.
    pub next_token: Option<&'a str>,
}

/// A page that is asked for.
pub struct Page {
    /// Names the list: what the token is sealed to.
    query: String,
    /// Key of the last item of the page before.
    pub after: Option<String>,
    most: usize,
}

impl Page {
    /// Reads number and token.
    ///
    /// # Errors
    /// `BadRequestException` for a token of another list, and for a number that is none.
    pub fn read(store: &Store, query: String, asked: Asked<'_>) -> Result<Self> {
        let token = asked.next_token.filter(|token| !token.is_empty());
        let after = token
            .map(|token| store.sealer().read_page_token(&query, token).ok_or_else(invalid_next_token))
            .transpose()?;
        let most = match asked.max_results.filter(|text| !text.is_empty()) {
            None => DEFAULT,
            Some(text) => text.parse().ok().filter(|n| (1..=MOST).contains(n)).ok_or_else(|| {
                bad_request(format_args!("Invalid maxResults specified. It must be between 1 and {MOST}"))
            })?,
        };
        Ok(Self { query, after, most })
    }

    /// How many to fetch: one more than shown, to know whether there is another page.
    pub const fn fetch(&self) -> usize {
        self.most + 1
    }

    /// Cuts what was fetched to the page and gives the next token.
    pub fn cut<T>(&self, store: &Store, items: &mut Vec<T>, key: impl Fn(&T) -> &str) -> Option<String> {
        let more = items.len() > self.most;
        items.truncate(self.most);
        let last = items.last().filter(|_| more)?;
        Some(store.sealer().page_token(&self.query, key(last)))
    }
}

/// A page of documents in one partition, as they are shown.
///
/// # Errors
/// `BadRequestException` for a token of another list; the store's.
pub async fn listed<T, O>(
    cx: &Cx<'_>,
    table: &Table<T>,
    (pk, prefix): (&str, &str),
    asked: Asked<'_>,
    show: impl Fn(&T) -> O,
) -> Result<(Option<Vec<O>>, Option<String>)>
where
    T: Serialize + DeserializeOwned,
{
    let page = Page::read(cx.store(), format!("{pk} {prefix}"), asked)?;
    let mut found = table.list(cx.store(), pk, prefix, page.after.as_deref(), page.fetch()).await?;
    let next = page.cut(cx.store(), &mut found, |item| item.sk.as_str());
    Ok((Some(found.iter().map(|item| show(&item.value)).collect()), next))
}
