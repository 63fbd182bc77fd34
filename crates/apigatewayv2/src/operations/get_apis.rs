//! GetApis, in order of ids.

use model_apigatewayv2::{GetApisRequest, GetApisResponse};

use crate::Cx;
use crate::error::Result;
use crate::page::{Asked, Page};
use crate::table::{API_SK, APIS_BY_OWNER, api_pk, owner_key};

/// Lists the HTTP and WebSocket APIs of the call's account and region.
pub async fn get_apis(cx: &Cx<'_>, input: GetApisRequest) -> Result<GetApisResponse> {
    let prefix = owner_key(cx.call.account.as_str(), cx.call.region.as_str(), "");
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let page = Page::read(cx.store(), format!("GetApis {prefix}"), asked)?;
    let place = page.after.as_ref().map(|id| (format!("{prefix}{id}"), api_pk(id)));
    let after = place.as_ref().map(|(key, pk)| (key.as_str(), pk.as_str(), API_SK));
    let found = cx.store().lookup_range(APIS_BY_OWNER, &prefix, after, page.fetch()).await?;
    let mut ids: Vec<String> =
        found.iter().filter_map(|(key, _, _)| key.strip_prefix(&prefix).map(str::to_owned)).collect();
    let next_token = page.cut(cx.store(), &mut ids, String::as_str);
    let mut items = Vec::with_capacity(ids.len());
    for id in &ids {
        items.extend(cx.service.any_api(id).await?.map(|api| api.output(cx.base_url())));
    }
    Ok(GetApisResponse { next_token, items: Some(items) })
}
