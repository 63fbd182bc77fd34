//! AdminSetUserMFAPreference.

use model_cognito_idp::types::{AdminSetUserMFAPreferenceRequest, AdminSetUserMFAPreferenceResponse};

use crate::Cx;
use crate::auth::mfa_preference::Preference;
use crate::error::Result;

/// Sets which second factors a user has on.
pub async fn admin_set_user_mfa_preference(
    cx: &Cx<'_>,
    input: AdminSetUserMFAPreferenceRequest,
) -> Result<AdminSetUserMFAPreferenceResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let preference = Preference::given(
        input.sms_mfa_settings.as_ref(),
        input.software_token_mfa_settings.as_ref(),
        input.email_mfa_settings.as_ref(),
        input.web_authn_mfa_settings.as_ref(),
    );
    cx.service.prefer_factors_of(&pool, &input.username, &preference).await?;
    Ok(AdminSetUserMFAPreferenceResponse {})
}
