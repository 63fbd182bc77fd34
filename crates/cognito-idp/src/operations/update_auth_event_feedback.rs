//! UpdateAuthEventFeedback: by the token of the notification message, which stands for user and event. Whoever has none
//! learns nothing about names.

use model_cognito_idp::types::{UpdateAuthEventFeedbackRequest, UpdateAuthEventFeedbackResponse};

use crate::Cx;
use crate::error::{Result, invalid_feedback_token, user_does_not_exist};
use crate::rules::risk::require_add_on;
use crate::table::user;

/// Takes a user's word on an event.
pub async fn update_auth_event_feedback(
    cx: &Cx<'_>,
    input: UpdateAuthEventFeedbackRequest,
) -> Result<UpdateAuthEventFeedbackResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    require_add_on(&pool)?;
    let told = cx.service.told_of_event(&pool, &input.event_id, &input.feedback_token);
    let told = told.ok_or_else(invalid_feedback_token)?;
    let user = match user::by_name(cx.store(), &pool, &input.username).await? {
        Some(user) if user.sub == told => user,
        // Only whoever was told of an event learns that its user is gone.
        _ if user::by_name(cx.store(), &pool, told).await?.is_none() => return Err(user_does_not_exist()),
        _ => return Err(invalid_feedback_token()),
    };
    cx.service.give_feedback(&pool, &user, &input.event_id, (input.feedback_value, "User")).await?;
    Ok(UpdateAuthEventFeedbackResponse {})
}
