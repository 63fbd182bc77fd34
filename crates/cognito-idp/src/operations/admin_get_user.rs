//! AdminGetUser.

use model_cognito_idp::types::{AdminGetUserRequest, AdminGetUserResponse};

use crate::Cx;
use crate::error::Result;

/// A user in full.
pub async fn admin_get_user(cx: &Cx<'_>, input: AdminGetUserRequest) -> Result<AdminGetUserResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    Ok(AdminGetUserResponse {
        username: Some(user.username.clone()),
        user_attributes: Some(user.attribute_list(|_| true)),
        user_create_date: Some(user.created),
        user_last_modified_date: Some(user.modified),
        enabled: Some(user.enabled),
        user_status: Some(user.status),
        mfa_options: user.mfa.options(),
        preferred_mfa_setting: user.mfa.preferred_setting(),
        user_mfa_setting_list: user.mfa.setting_list(),
    })
}
