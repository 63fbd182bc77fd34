//! ListInstanceProfileTags. In order of keys.

use model_iam::types::{ListInstanceProfileTagsRequest, ListInstanceProfileTagsResponse};

use crate::Cx;
use crate::entity::InstanceProfile;
use crate::error::Result;
use crate::tags::{Question, list_tags};

/// Lists tags.
pub async fn list_instance_profile_tags(
    cx: &Cx<'_>,
    input: ListInstanceProfileTagsRequest,
) -> Result<ListInstanceProfileTagsResponse> {
    let question = Question {
        operation: "ListInstanceProfileTags",
        key: &input.instance_profile_name,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_tags::<InstanceProfile>(cx, question).await?;
    Ok(ListInstanceProfileTagsResponse { tags: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
