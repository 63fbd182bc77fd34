//! GetUserPoolSessionConfiguration.

use model_cognito_idp::types::{
    GetUserPoolSessionConfigurationRequest, GetUserPoolSessionConfigurationResponse, UserPoolTokenSessionConfigType,
    UserSessionTrackingType,
};

use crate::Cx;
use crate::error::Result;

/// Shows whether sessions are tracked.
pub async fn get_user_pool_session_configuration(
    cx: &Cx<'_>,
    input: GetUserPoolSessionConfigurationRequest,
) -> Result<GetUserPoolSessionConfigurationResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let tracking =
        if pool.sessions.enabled { UserSessionTrackingType::Enabled } else { UserSessionTrackingType::Disabled };
    Ok(GetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(pool.id.clone()),
        user_session_tracking: Some(tracking),
        token_session: Some(UserPoolTokenSessionConfigType { max_per_user: pool.sessions.max_per_user }),
    })
}
