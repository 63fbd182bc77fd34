//! UpdateAuthEventFeedback: by the token of the notification message, which stands for user and event. Whoever has none
//! learns nothing about names.

use model_cognito_idp::types::{UpdateAuthEventFeedbackRequest, UpdateAuthEventFeedbackResponse};

use crate::Cx;
use crate::error::{Result, invalid_feedback_token};
use crate::rules::risk::require_add_on;
use crate::table::user;

/// Takes a user's word on an event.
pub async fn update_auth_event_feedback(
    cx: &Cx<'_>,
    input: UpdateAuthEventFeedbackRequest,
) -> Result<UpdateAuthEventFeedbackResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    require_add_on(&pool)?;
    let user = user::by_name(cx.store(), &pool, &input.username).await?;
    let proven = |sub: &str| cx.service.is_feedback_token(&pool, sub, &input.event_id, &input.feedback_token);
    let user = user.filter(|user| proven(&user.sub)).ok_or_else(invalid_feedback_token)?;
    cx.service.give_feedback(&pool, &user, &input.event_id, (input.feedback_value, "User")).await?;
    Ok(UpdateAuthEventFeedbackResponse {})
}
