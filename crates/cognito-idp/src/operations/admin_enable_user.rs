//! AdminEnableUser.

use model_cognito_idp::types::{AdminEnableUserRequest, AdminEnableUserResponse};

use crate::Cx;
use crate::error::Result;

/// Lets a user sign in again.
pub async fn admin_enable_user(cx: &Cx<'_>, input: AdminEnableUserRequest) -> Result<AdminEnableUserResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    let change = cx.service.change_user(&pool, &user, |user| {
        user.enabled = true;
        Ok(())
    });
    change.await?;
    Ok(AdminEnableUserResponse {})
}
