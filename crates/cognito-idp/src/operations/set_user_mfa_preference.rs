//! SetUserMFAPreference.
//!
//! Whoever switches a factor off must have proven one within the last hour, which AWS does not ask.

use model_cognito_idp::types::{SetUserMFAPreferenceRequest, SetUserMFAPreferenceResponse};

use crate::Cx;
use crate::auth::mfa_preference::Preference;
use crate::error::Result;

/// Sets which second factors the caller has on.
pub async fn set_user_mfa_preference(
    cx: &Cx<'_>,
    input: SetUserMFAPreferenceRequest,
) -> Result<SetUserMFAPreferenceResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let preference = Preference::given(
        input.sms_mfa_settings.as_ref(),
        input.software_token_mfa_settings.as_ref(),
        input.email_mfa_settings.as_ref(),
        input.web_authn_mfa_settings.as_ref(),
    );
    cx.service.prefer_factors(&bearer, &preference).await?;
    Ok(SetUserMFAPreferenceResponse {})
}
