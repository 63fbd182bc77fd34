//! AdminSetUserSettings: the older form of AdminSetUserMFAPreference, for SMS alone.

use model_cognito_idp::types::{AdminSetUserSettingsRequest, AdminSetUserSettingsResponse};

use crate::Cx;
use crate::auth::mfa_preference::Preference;
use crate::error::Result;

/// Switches a user's codes by SMS on or off.
pub async fn admin_set_user_settings(
    cx: &Cx<'_>,
    input: AdminSetUserSettingsRequest,
) -> Result<AdminSetUserSettingsResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let preference = Preference::by_options(&input.mfa_options)?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    cx.service.change_user(&pool, &user, |user| preference.apply(&pool, user)).await?;
    Ok(AdminSetUserSettingsResponse {})
}
