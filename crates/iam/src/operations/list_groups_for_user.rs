//! ListGroupsForUser. In order of names.

use model_iam::types::{ListGroupsForUserRequest, ListGroupsForUserResponse};

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::paging::Page;
use crate::principal::groups_of;

/// Lists the groups that a user is in.
pub async fn list_groups_for_user(cx: &Cx<'_>, input: ListGroupsForUserRequest) -> Result<ListGroupsForUserResponse> {
    let user = cx.find::<User>(&input.user_name).await?;
    let question = format!("ListGroupsForUser {}", user.id);
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let groups = groups_of(cx.store(), &user).await?;
    let page = page.of(cx, groups, |group| group.name.to_ascii_lowercase()).map(|group| group.to_wire());
    Ok(ListGroupsForUserResponse { groups: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
