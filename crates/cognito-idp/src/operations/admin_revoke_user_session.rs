//! AdminRevokeUserSession.

use model_cognito_idp::types::{AdminRevokeUserSessionRequest, AdminRevokeUserSessionResponse};

use crate::Cx;
use crate::error::Result;

/// Ends a user's session.
pub async fn admin_revoke_user_session(
    cx: &Cx<'_>,
    input: AdminRevokeUserSessionRequest,
) -> Result<AdminRevokeUserSessionResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    cx.service.revoke_session(&pool, &user, (&input.session_id, input.revoke_associated_sessions)).await?;
    Ok(AdminRevokeUserSessionResponse {})
}
