//! GetDomainNames, in order of names.

use model_apigatewayv2::{GetDomainNamesRequest, GetDomainNamesResponse};

use crate::Cx;
use crate::error::Result;
use crate::page::{Asked, Page};

/// Lists the public domain names of the call's account and region.
pub async fn get_domain_names(cx: &Cx<'_>, input: GetDomainNamesRequest) -> Result<GetDomainNamesResponse> {
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let page = Page::read(cx.store(), format!("GetDomainNames {}", cx.owner_pk()), asked)?;
    let mut items = cx.service.doors().domains.list(cx.call).await?;
    items.sort_by(|a, b| a.domain_name.cmp(&b.domain_name));
    if let Some(after) = &page.after {
        items.retain(|domain| domain.domain_name.as_ref() > Some(after));
    }
    let next_token = page.cut(cx.store(), &mut items, |domain| domain.domain_name.as_deref().unwrap_or_default());
    Ok(GetDomainNamesResponse { items: Some(items), next_token })
}
