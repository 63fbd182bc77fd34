//! ListUsersInGroup. In order of `sub`.

use model_cognito_idp::types::{ListUsersInGroupRequest, ListUsersInGroupResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::table::group::{MEMBERS, members_prefix};
use crate::table::user;

/// Lists the users of a group.
pub async fn list_users_in_group(cx: &Cx<'_>, input: ListUsersInGroupRequest) -> Result<ListUsersInGroupResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let group = cx.group(&pool.id, &input.group_name).await?;
    let query = format!("ListUsersInGroup {} {}", pool.id, group.uid);
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.limit, MAX_PAGE)?;
    let (members, next_token) = page.list(cx.store(), &MEMBERS, &pool.pk, &members_prefix(&group.uid)).await?;
    let mut users = Vec::with_capacity(members.len());
    for member in &members {
        users.extend(user::by_sub(cx.store(), &pool, &member.sub).await?.map(|user| user.to_wire()));
    }
    Ok(ListUsersInGroupResponse { users: Some(users), next_token })
}
