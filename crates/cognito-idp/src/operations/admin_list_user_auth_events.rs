//! AdminListUserAuthEvents: the newest hundred of ninety days, newest first. Places are not looked up: city, country and
//! time zone are absent, and the device's name is its User-Agent.

use model_cognito_idp::types::{AdminListUserAuthEventsRequest, AdminListUserAuthEventsResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::rules::risk::require_add_on;

/// Lists a user's authentication events.
pub async fn admin_list_user_auth_events(
    cx: &Cx<'_>,
    input: AdminListUserAuthEventsRequest,
) -> Result<AdminListUserAuthEventsResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    require_add_on(&pool)?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    let query = format!("AdminListUserAuthEvents {} {}", pool.id, user.sub);
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MAX_PAGE)?;
    let mut events = cx.service.history(&pool, &user.sub).await?.events;
    if let Some(after) = &page.after {
        // An event that is gone meanwhile was among the oldest: nothing stands behind it.
        let from = events.iter().position(|event| event.id == *after).map_or(events.len(), |at| at + 1);
        events.drain(..from);
    }
    let next_token = page.cut(cx.store(), &mut events, |event| event.id.as_str());
    let auth_events = Some(events.iter().map(crate::auth::auth_events::AuthEvent::to_wire).collect());
    Ok(AdminListUserAuthEventsResponse { auth_events, next_token })
}
