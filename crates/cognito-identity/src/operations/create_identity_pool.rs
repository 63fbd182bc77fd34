//! CreateIdentityPool.

use std::collections::BTreeMap;

use model_cognito_identity::types::{self as wire, CreateIdentityPoolInput};
use store::Tx;

use crate::Cx;
use crate::entity::IdentityPool;
use crate::error::{Result, busy, limit_exceeded, lost};
use crate::rules;
use crate::table::{POOL_SK, POOLS, POOLS_OF, pool_index, pool_pk, pools_key};

/// Identity pools of an account and region (quotas of Amazon Cognito identity pools).
const MOST_POOLS: usize = 1_000;

/// Makes a pool. Names need not be unique.
pub async fn create_identity_pool(cx: &Cx<'_>, input: CreateIdentityPoolInput) -> Result<wire::IdentityPool> {
    let region = cx.call.region.as_str();
    let pool = IdentityPool {
        id: cx.new_id(region),
        account: cx.call.account.to_string(),
        name: input.identity_pool_name,
        allow_unauthenticated: input.allow_unauthenticated_identities,
        allow_classic: input.allow_classic_flow,
        supported_login_providers: input.supported_login_providers.unwrap_or_default(),
        developer_provider_name: input.developer_provider_name,
        oidc_provider_arns: input.open_id_connect_provider_ar_ns.unwrap_or_default(),
        user_pools: rules::user_pools(input.cognito_identity_providers)?,
        saml_provider_arns: input.saml_provider_ar_ns.unwrap_or_default(),
        tags: input.identity_pool_tags.unwrap_or_default(),
        roles: BTreeMap::new(),
        role_mappings: BTreeMap::new(),
        attribute_maps: BTreeMap::new(),
        created: cx.now(),
    };
    rules::check(&pool)?;
    let held = cx.store().lookup(POOLS_OF, &pools_key(&pool.account, region), None, MOST_POOLS).await?;
    if held.len() >= MOST_POOLS {
        return Err(limit_exceeded(format_args!(
            "An account can have at most {MOST_POOLS} identity pools in a region."
        )));
    }
    let mut tx = Tx::new();
    POOLS.insert(&mut tx, &pool_pk(&pool.id), POOL_SK, &pool, pool_index(&pool))?;
    cx.store().commit(tx).await.map_err(|error| lost(error.into(), busy))?;
    Ok(pool.to_wire())
}
