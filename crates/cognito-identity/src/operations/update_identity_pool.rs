//! UpdateIdentityPool. What is left out is taken away; roles and attribute maps stay.

use model_cognito_identity::types as wire;

use crate::Cx;
use crate::error::{Result, invalid_parameter};
use crate::rules;

/// Replaces a pool's settings.
pub async fn update_identity_pool(cx: &Cx<'_>, input: wire::IdentityPool) -> Result<wire::IdentityPool> {
    let user_pools = rules::user_pools(input.cognito_identity_providers)?;
    let pool = cx
        .change_pool(&input.identity_pool_id, |pool| {
            let named = &pool.developer_provider_name;
            if named.is_some() && *named != input.developer_provider_name {
                // own: the guide says that the name is fixed once it is set
                return Err(invalid_parameter("The developer provider name cannot be changed."));
            }
            pool.name.clone_from(&input.identity_pool_name);
            pool.allow_unauthenticated = input.allow_unauthenticated_identities;
            pool.allow_classic = input.allow_classic_flow;
            pool.supported_login_providers = input.supported_login_providers.clone().unwrap_or_default();
            pool.developer_provider_name.clone_from(&input.developer_provider_name);
            pool.oidc_provider_arns = input.open_id_connect_provider_ar_ns.clone().unwrap_or_default();
            pool.user_pools.clone_from(&user_pools);
            pool.saml_provider_arns = input.saml_provider_ar_ns.clone().unwrap_or_default();
            if let Some(tags) = &input.identity_pool_tags {
                pool.tags.clone_from(tags);
            }
            rules::check(pool)
        })
        .await?;
    Ok(pool.to_wire())
}
