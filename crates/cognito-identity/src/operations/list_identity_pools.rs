//! ListIdentityPools: those of the call's region.

use model_cognito_identity::types::{IdentityPoolShortDescription, ListIdentityPoolsInput, ListIdentityPoolsResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{POOLS, POOLS_OF, pools_key};

/// Pools of a page.
const MOST: usize = 60;

/// Lists pools.
pub async fn list_identity_pools(cx: &Cx<'_>, input: ListIdentityPoolsInput) -> Result<ListIdentityPoolsResponse> {
    let key = pools_key(cx.call.account.as_str(), cx.call.region.as_str());
    let query = format!("ListIdentityPools {key}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MOST)?;
    let (places, next_token) = page.of(cx.store(), POOLS_OF, &key).await?;
    let mut pools = Vec::with_capacity(places.len());
    for (pk, sk) in places {
        // One that goes meanwhile is left out.
        pools.extend(POOLS.get(cx.store(), &pk, &sk).await?.map(|pool| IdentityPoolShortDescription {
            identity_pool_id: Some(pool.id.clone()),
            identity_pool_name: Some(pool.name.clone()),
        }));
    }
    Ok(ListIdentityPoolsResponse { identity_pools: Some(pools), next_token })
}
