//! SetUserSettings: the older form of SetUserMFAPreference, for SMS alone.

use model_cognito_idp::types::{SetUserSettingsRequest, SetUserSettingsResponse};

use crate::Cx;
use crate::auth::mfa_preference::Preference;
use crate::error::Result;

/// Switches the caller's codes by SMS on or off.
pub async fn set_user_settings(cx: &Cx<'_>, input: SetUserSettingsRequest) -> Result<SetUserSettingsResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let preference = Preference::by_options(&input.mfa_options)?;
    cx.service.prefer_factors(&bearer, &preference).await?;
    Ok(SetUserSettingsResponse {})
}
