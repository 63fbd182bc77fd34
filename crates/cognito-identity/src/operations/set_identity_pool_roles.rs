//! SetIdentityPoolRoles. Replaces roles and mappings as a whole.

use model_cognito_identity::types::SetIdentityPoolRolesInput;

use crate::Cx;
use crate::error::Result;
use crate::rules;

/// Sets the roles that identities act in. Whether their trust policies fit is seen when credentials are asked for.
pub async fn set_identity_pool_roles(cx: &Cx<'_>, input: SetIdentityPoolRolesInput) -> Result<()> {
    rules::check_roles(&input.roles)?;
    let mappings = rules::role_mappings(input.role_mappings.unwrap_or_default())?;
    cx.change_pool(&input.identity_pool_id, |pool| {
        pool.roles.clone_from(&input.roles);
        pool.role_mappings.clone_from(&mappings);
        Ok(())
    })
    .await
    .map(drop)
}
