//! SetUserPoolSessionConfiguration: from then on a user's sessions are listed, and the oldest gives way where there are
//! too many.

use model_cognito_idp::types::{
    SetUserPoolSessionConfigurationRequest, SetUserPoolSessionConfigurationResponse, UserPoolTierType,
    UserSessionTrackingType,
};

use crate::Cx;
use crate::entity::SessionTracking;
use crate::error::{Result, feature_unavailable};

/// Sets whether sessions are tracked.
pub async fn set_user_pool_session_configuration(
    cx: &Cx<'_>,
    input: SetUserPoolSessionConfigurationRequest,
) -> Result<SetUserPoolSessionConfigurationResponse> {
    let enabled = input.user_session_tracking == UserSessionTrackingType::Enabled;
    let sessions = SessionTracking { enabled, max_per_user: input.token_session.max_per_user };
    let pool = cx
        .change_pool(&input.user_pool_id, |pool| {
            if pool.settings.tier == UserPoolTierType::Lite {
                return Err(feature_unavailable("UserSessionTracking", pool.settings.tier.as_str()));
            }
            pool.sessions = sessions;
            Ok(())
        })
        .await?;
    Ok(SetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(pool.id),
        user_session_tracking: Some(input.user_session_tracking),
        token_session: Some(input.token_session),
    })
}
