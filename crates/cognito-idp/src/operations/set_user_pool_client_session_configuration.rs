//! SetUserPoolClientSessionConfiguration. A session of the pages lives an hour in any case: a longer validity is kept and
//! given back, a shorter one holds.

use model_cognito_idp::types::{
    SetUserPoolClientSessionConfigurationRequest, SetUserPoolClientSessionConfigurationResponse, UserPoolTierType,
};

use crate::Cx;
use crate::error::{Result, feature_unavailable, sessions_not_tracked};

/// Sets how long a client reuses a session of the pages.
pub async fn set_user_pool_client_session_configuration(
    cx: &Cx<'_>,
    input: SetUserPoolClientSessionConfigurationRequest,
) -> Result<SetUserPoolClientSessionConfigurationResponse> {
    let pool_id = input.user_pool_id.as_str();
    let minutes = input.sso_session.max_validity_minutes;
    let client = cx
        .change_client(pool_id, &input.client_id, |pool, client| {
            if pool.settings.tier == UserPoolTierType::Lite {
                return Err(feature_unavailable("SSOSession", pool.settings.tier.as_str()));
            }
            if !pool.sessions.enabled {
                return Err(sessions_not_tracked());
            }
            client.sso_minutes = Some(minutes);
            Ok(())
        })
        .await?;
    Ok(SetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(client.pool_id),
        client_id: Some(client.id),
        sso_session: Some(input.sso_session),
    })
}
