//! GetUserPoolMfaConfig.

use model_cognito_idp::types::{
    GetUserPoolMfaConfigRequest, GetUserPoolMfaConfigResponse, SmsMfaConfigType, SoftwareTokenMfaConfigType,
};

use crate::Cx;
use crate::entity::UserPool;
use crate::error::Result;

/// Shows a pool's second factors.
pub async fn get_user_pool_mfa_config(
    cx: &Cx<'_>,
    input: GetUserPoolMfaConfigRequest,
) -> Result<GetUserPoolMfaConfigResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    Ok(view(&pool))
}

/// The factors as both operations show them.
pub(crate) fn view(pool: &UserPool) -> GetUserPoolMfaConfigResponse {
    let sms = || SmsMfaConfigType {
        sms_authentication_message: pool.settings.sms_authentication_message.clone(),
        sms_configuration: pool.settings.sms_configuration.clone(),
    };
    let token = |enabled| SoftwareTokenMfaConfigType { enabled: Some(enabled) };
    GetUserPoolMfaConfigResponse {
        sms_mfa_configuration: pool.mfa.sms.then(sms),
        software_token_mfa_configuration: pool.mfa.software_token.map(token),
        email_mfa_configuration: pool.mfa.email.clone(),
        mfa_configuration: Some(pool.mfa.mode),
        web_authn_configuration: pool.mfa.web_authn.clone(),
    }
}
