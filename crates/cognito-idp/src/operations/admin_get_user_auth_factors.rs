//! AdminGetUserAuthFactors.

use model_cognito_idp::types::{AdminGetUserAuthFactorsRequest, AdminGetUserAuthFactorsResponse};

use crate::Cx;
use crate::error::Result;

/// How a user may sign in.
pub async fn admin_get_user_auth_factors(
    cx: &Cx<'_>,
    input: AdminGetUserAuthFactorsRequest,
) -> Result<AdminGetUserAuthFactorsResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    Ok(AdminGetUserAuthFactorsResponse {
        username: Some(user.username.clone()),
        preferred_mfa_setting: user.mfa.preferred_setting(),
        user_mfa_setting_list: user.mfa.setting_list(),
        configured_user_auth_factors: Some(cx.service.configured_factors(&pool, &user).await?),
    })
}
