//! ListUserPools. In order of ids.

use model_cognito_idp::types::{ListUserPoolsRequest, ListUserPoolsResponse, UserPoolDescriptionType};

use crate::Cx;
use crate::entity::UserPool;
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::table::{POOL_SK, POOLS, POOLS_BY_OWNER, pool_index_key, pool_pk};

/// Lists the pools of the call's account and region.
pub async fn list_user_pools(cx: &Cx<'_>, input: ListUserPoolsRequest) -> Result<ListUserPoolsResponse> {
    let prefix = pool_index_key(cx.call.account.as_str(), cx.call.region.as_str(), "");
    let query = format!("ListUserPools {prefix}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), Some(input.max_results), MAX_PAGE)?;
    let place = page.after.as_ref().map(|id| (format!("{prefix}{id}"), pool_pk(id)));
    let after = place.as_ref().map(|(key, pk)| (key.as_str(), pk.as_str(), POOL_SK));
    let found = cx.store().lookup_range(POOLS_BY_OWNER, &prefix, after, page.fetch()).await?;
    let mut ids: Vec<String> =
        found.iter().filter_map(|(key, _, _)| key.strip_prefix(&prefix).map(str::to_owned)).collect();
    let next_token = page.cut(cx.store(), &mut ids, String::as_str);
    let mut pools = Vec::with_capacity(ids.len());
    for id in &ids {
        pools.extend(POOLS.get(cx.store(), &pool_pk(id), POOL_SK).await?.map(|pool| describe(&pool)));
    }
    Ok(ListUserPoolsResponse { user_pools: Some(pools), next_token })
}

fn describe(pool: &UserPool) -> UserPoolDescriptionType {
    UserPoolDescriptionType {
        id: Some(pool.id.clone()),
        name: Some(pool.name.clone()),
        lambda_config: Some(pool.settings.lambda_config.clone()),
        status: None,
        last_modified_date: Some(pool.modified),
        creation_date: Some(pool.created),
        replica_regions: None,
    }
}
