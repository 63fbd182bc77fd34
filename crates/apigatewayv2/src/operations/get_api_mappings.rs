//! GetApiMappings, in order of keys.

use model_apigatewayv2::{GetApiMappingsRequest, GetApiMappingsResponse};

use super::create_api_mapping::shown;
use crate::Cx;
use crate::error::Result;
use crate::page::{Asked, Page};

/// Lists a domain name's mappings, those of REST APIs among them.
pub async fn get_api_mappings(cx: &Cx<'_>, input: GetApiMappingsRequest) -> Result<GetApiMappingsResponse> {
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let query = format!("GetApiMappings {} {}", cx.owner_pk(), input.domain_name);
    let page = Page::read(cx.store(), query, asked)?;
    let mut all = cx.service.doors().domains.mappings(cx.call, &input.domain_name).await?;
    all.sort_by(|a, b| a.key.cmp(&b.key));
    if let Some(after) = &page.after {
        all.retain(|mapping| mapping.key > *after);
    }
    let next_token = page.cut(cx.store(), &mut all, |mapping| mapping.key.as_str());
    Ok(GetApiMappingsResponse { items: Some(all.into_iter().map(shown).collect()), next_token })
}
