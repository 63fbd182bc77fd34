//! AdminDisableUser.

use model_cognito_idp::types::{AdminDisableUserRequest, AdminDisableUserResponse};

use crate::Cx;
use crate::error::Result;

/// Keeps a user from signing in and ends all their tokens.
pub async fn admin_disable_user(cx: &Cx<'_>, input: AdminDisableUserRequest) -> Result<AdminDisableUserResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    let change = cx.service.change_user(&pool, &user, |user| {
        user.enabled = false;
        user.epoch += 1;
        Ok(())
    });
    change.await?;
    Ok(AdminDisableUserResponse {})
}
