//! ListUserSessions: one page.

use model_cognito_idp::types::{ListUserSessionsRequest, ListUserSessionsResponse};

use crate::Cx;
use crate::error::{Result, invalid_page_token};

/// Lists the caller's own sessions.
pub async fn list_user_sessions(cx: &Cx<'_>, input: ListUserSessionsRequest) -> Result<ListUserSessionsResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    if input.next_token.is_some() {
        return Err(invalid_page_token());
    }
    let current = Some(bearer.chain.event_id.as_str());
    let sessions = Some(cx.service.user_sessions(&bearer.pool, &bearer.user, current).await?);
    Ok(ListUserSessionsResponse { sessions, next_token: None })
}
