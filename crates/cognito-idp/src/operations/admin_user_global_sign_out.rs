//! AdminUserGlobalSignOut.

use model_cognito_idp::types::{AdminUserGlobalSignOutRequest, AdminUserGlobalSignOutResponse};

use crate::Cx;
use crate::error::Result;

/// Ends all tokens and browser sessions of a user.
pub async fn admin_user_global_sign_out(
    cx: &Cx<'_>,
    input: AdminUserGlobalSignOutRequest,
) -> Result<AdminUserGlobalSignOutResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    cx.service.sign_out_everywhere(&pool, &user).await?;
    Ok(AdminUserGlobalSignOutResponse {})
}
