//! AdminDeleteUser.

use model_cognito_idp::types::AdminDeleteUserRequest;

use crate::Cx;
use crate::error::Result;

/// Removes a user.
pub async fn admin_delete_user(cx: &Cx<'_>, input: AdminDeleteUserRequest) -> Result<()> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    cx.service.remove_user(&pool, &user).await
}
