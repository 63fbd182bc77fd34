//! GetIdentityPoolRoles.

use model_cognito_identity::types::{GetIdentityPoolRolesInput, GetIdentityPoolRolesResponse};

use crate::Cx;
use crate::error::Result;

/// Shows roles and mappings.
pub async fn get_identity_pool_roles(
    cx: &Cx<'_>,
    input: GetIdentityPoolRolesInput,
) -> Result<GetIdentityPoolRolesResponse> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    let mappings = pool.role_mappings.iter().map(|(provider, mapping)| (provider.clone(), mapping.to_wire()));
    Ok(GetIdentityPoolRolesResponse {
        identity_pool_id: Some(pool.id.clone()),
        roles: Some(pool.roles.clone()),
        role_mappings: (!pool.role_mappings.is_empty()).then(|| mappings.collect()),
    })
}
