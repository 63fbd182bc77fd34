//! AdminUpdateAuthEventFeedback.

use model_cognito_idp::types::{AdminUpdateAuthEventFeedbackRequest, AdminUpdateAuthEventFeedbackResponse};

use crate::Cx;
use crate::error::Result;
use crate::rules::risk::require_add_on;

/// Takes an administrator's word on an event.
pub async fn admin_update_auth_event_feedback(
    cx: &Cx<'_>,
    input: AdminUpdateAuthEventFeedbackRequest,
) -> Result<AdminUpdateAuthEventFeedbackResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    require_add_on(&pool)?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    cx.service.give_feedback(&pool, &user, &input.event_id, (input.feedback_value, "Admin")).await?;
    Ok(AdminUpdateAuthEventFeedbackResponse {})
}
