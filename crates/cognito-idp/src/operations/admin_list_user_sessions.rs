//! AdminListUserSessions: one page.

use model_cognito_idp::types::{AdminListUserSessionsRequest, AdminListUserSessionsResponse};

use crate::Cx;
use crate::error::{Result, invalid_page_token};

/// Lists a user's sessions.
pub async fn admin_list_user_sessions(
    cx: &Cx<'_>,
    input: AdminListUserSessionsRequest,
) -> Result<AdminListUserSessionsResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    if input.next_token.is_some() {
        return Err(invalid_page_token());
    }
    let sessions = Some(cx.service.user_sessions(&pool, &user, None).await?);
    Ok(AdminListUserSessionsResponse { sessions, next_token: None })
}
