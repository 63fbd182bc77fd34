//! ListUsers. In order of names, without regard to case.

use model_iam::types::{ListUsersRequest, ListUsersResponse};

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::paging::Page;

/// Lists users.
pub async fn list_users(cx: &Cx<'_>, input: ListUsersRequest) -> Result<ListUsersResponse> {
    let prefix = input.path_prefix.unwrap_or_default();
    let page = Page::read(cx, format!("ListUsers {prefix}"), input.marker.as_deref(), input.max_items)?;
    let page = page.entities(cx, |user: &User| user.path.starts_with(&prefix)).await?;
    let page = page.map(|user| user.to_list_wire());
    Ok(ListUsersResponse { users: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
