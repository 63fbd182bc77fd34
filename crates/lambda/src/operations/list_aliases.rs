//! ListAliases, of one version where that is asked for.

use model_lambda::types::{ListAliasesRequest, ListAliasesResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{ALIAS_PREFIX, ALIASES, function_pk};

/// Lists aliases.
pub async fn list_aliases(cx: &Cx<'_>, input: ListAliasesRequest) -> Result<ListAliasesResponse> {
    let name = cx.reference(&input.function_name, None)?.function;
    cx.function(&name).await?;
    let wanted = input.function_version.as_deref();
    let query = format!("ListAliases {name} {}", wanted.unwrap_or_default());
    let page = Page::read(cx.store(), query, input.marker.as_deref(), input.max_items)?;
    let (found, next_marker) = page.of_partition(cx.store(), &ALIASES, &function_pk(&name), ALIAS_PREFIX).await?;
    let of_version = |alias: &crate::entity::Alias| {
        wanted.is_none_or(|wanted| alias.version == wanted || alias.weights.contains_key(wanted))
    };
    let aliases = found.iter().filter(|alias| of_version(&alias.value)).map(|alias| alias.value.to_wire(&name));
    Ok(ListAliasesResponse { next_marker, aliases: Some(aliases.collect()) })
}
