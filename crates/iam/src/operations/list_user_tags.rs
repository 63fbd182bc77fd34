//! ListUserTags. In order of keys.

use model_iam::types::{ListUserTagsRequest, ListUserTagsResponse};

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::tags::{Question, list_tags};

/// Lists tags.
pub async fn list_user_tags(cx: &Cx<'_>, input: ListUserTagsRequest) -> Result<ListUserTagsResponse> {
    let question = Question {
        operation: "ListUserTags",
        key: &input.user_name,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_tags::<User>(cx, question).await?;
    Ok(ListUserTagsResponse { tags: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
