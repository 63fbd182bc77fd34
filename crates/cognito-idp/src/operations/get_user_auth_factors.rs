//! GetUserAuthFactors.

use model_cognito_idp::types::{GetUserAuthFactorsRequest, GetUserAuthFactorsResponse};

use crate::Cx;
use crate::error::Result;

/// How the caller may sign in.
pub async fn get_user_auth_factors(
    cx: &Cx<'_>,
    input: GetUserAuthFactorsRequest,
) -> Result<GetUserAuthFactorsResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    Ok(GetUserAuthFactorsResponse {
        username: Some(bearer.user.username.clone()),
        preferred_mfa_setting: bearer.user.mfa.preferred_setting(),
        user_mfa_setting_list: bearer.user.mfa.setting_list(),
        configured_user_auth_factors: Some(cx.service.configured_factors(&bearer.pool, &bearer.user).await?),
    })
}
