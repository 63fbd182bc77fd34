//! ListAccountAliases. There is one at most.

use model_iam::types::{ListAccountAliasesRequest, ListAccountAliasesResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;

/// Lists the account's alias.
pub async fn list_account_aliases(cx: &Cx<'_>, input: ListAccountAliasesRequest) -> Result<ListAccountAliasesResponse> {
    let page = Page::read(cx, "ListAccountAliases".to_owned(), input.marker.as_deref(), input.max_items)?;
    let alias = cx.settings().await?.and_then(|account| account.value.alias);
    let page = page.of(cx, alias.into_iter().collect(), String::clone);
    Ok(ListAccountAliasesResponse {
        account_aliases: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
