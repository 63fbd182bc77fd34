//! ListGroups. In order of names, without regard to case.

use model_iam::types::{ListGroupsRequest, ListGroupsResponse};

use crate::Cx;
use crate::entity::Group;
use crate::error::Result;
use crate::paging::Page;

/// Lists groups.
pub async fn list_groups(cx: &Cx<'_>, input: ListGroupsRequest) -> Result<ListGroupsResponse> {
    let prefix = input.path_prefix.unwrap_or_default();
    let page = Page::read(cx, format!("ListGroups {prefix}"), input.marker.as_deref(), input.max_items)?;
    let page = page.entities(cx, |group: &Group| group.path.starts_with(&prefix)).await?;
    let page = page.map(|group| group.to_wire());
    Ok(ListGroupsResponse { groups: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
