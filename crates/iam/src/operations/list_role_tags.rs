//! ListRoleTags. In order of keys.

use model_iam::types::{ListRoleTagsRequest, ListRoleTagsResponse};

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::tags::{Question, list_tags};

/// Lists tags.
pub async fn list_role_tags(cx: &Cx<'_>, input: ListRoleTagsRequest) -> Result<ListRoleTagsResponse> {
    let question = Question {
        operation: "ListRoleTags",
        key: &input.role_name,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_tags::<Role>(cx, question).await?;
    Ok(ListRoleTagsResponse { tags: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
