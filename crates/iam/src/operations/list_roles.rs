//! ListRoles. In order of names, without regard to case.

use model_iam::types::{ListRolesRequest, ListRolesResponse};

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::paging::Page;

/// Lists roles.
pub async fn list_roles(cx: &Cx<'_>, input: ListRolesRequest) -> Result<ListRolesResponse> {
    let prefix = input.path_prefix.unwrap_or_default();
    let page = Page::read(cx, format!("ListRoles {prefix}"), input.marker.as_deref(), input.max_items)?;
    let page = page.entities(cx, |role: &Role| role.path.starts_with(&prefix)).await?;
    let page = page.map(|role| role.to_list_wire());
    Ok(ListRolesResponse { roles: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
