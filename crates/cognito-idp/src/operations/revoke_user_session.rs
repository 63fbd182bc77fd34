//! RevokeUserSession.

use model_cognito_idp::types::{RevokeUserSessionRequest, RevokeUserSessionResponse};

use crate::Cx;
use crate::auth::session_list::token_session_id;
use crate::error::{Result, invalid_parameter};

/// Ends another session of the caller.
pub async fn revoke_user_session(cx: &Cx<'_>, input: RevokeUserSessionRequest) -> Result<RevokeUserSessionResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    if input.session_id == token_session_id(&bearer.chain.event_id) {
        return Err(invalid_parameter("The current session cannot be revoked."));
    }
    let which = (input.session_id.as_str(), input.revoke_associated_sessions);
    cx.service.revoke_session(&bearer.pool, &bearer.user, which).await?;
    Ok(RevokeUserSessionResponse {})
}
