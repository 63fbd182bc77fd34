//! GetGroup. The group and its users, by page.

use model_iam::types::{GetGroupRequest, GetGroupResponse};

use crate::Cx;
use crate::entity::Group;
use crate::error::Result;
use crate::paging::Page;
use crate::principal::members;

/// Shows a group and who is in it.
pub async fn get_group(cx: &Cx<'_>, input: GetGroupRequest) -> Result<GetGroupResponse> {
    let group = cx.find::<Group>(&input.group_name).await?;
    let question = format!("GetGroup {}", group.id);
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let users = members(cx, &group.id).await?;
    let page = page.of(cx, users, |user| user.name.to_ascii_lowercase()).map(|user| user.to_list_wire());
    Ok(GetGroupResponse {
        group: Some(group.to_wire()),
        users: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
