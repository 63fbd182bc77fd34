//! AdminListGroupsForUser. In order of names.

use model_cognito_idp::types::{AdminListGroupsForUserRequest, AdminListGroupsForUserResponse};

use crate::Cx;
use crate::error::Result;
use crate::error::user_does_not_exist;
use crate::paging::{MAX_PAGE, Page};
use crate::table::group::groups_of_user;
use crate::table::user;

/// Lists a user's groups.
pub async fn admin_list_groups_for_user(
    cx: &Cx<'_>,
    input: AdminListGroupsForUserRequest,
) -> Result<AdminListGroupsForUserResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = user::by_name(cx.store(), &pool, &input.username).await?.ok_or_else(user_does_not_exist)?;
    let query = format!("AdminListGroupsForUser {} {}", pool.id, user.sub);
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.limit, MAX_PAGE)?;
    let mut groups = groups_of_user(cx.store(), &pool.id, &user.sub).await?;
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups.retain(|group| page.after.as_ref().is_none_or(|after| group.name > *after));
    let next_token = page.cut(cx.store(), &mut groups, |group| group.name.as_str());
    let groups = Some(groups.iter().map(crate::entity::Group::to_wire).collect());
    Ok(AdminListGroupsForUserResponse { groups, next_token })
}
