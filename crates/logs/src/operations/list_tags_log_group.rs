//! ListTagsLogGroup, the older form of ListTagsForResource.

use model_logs::types::{ListTagsLogGroupRequest, ListTagsLogGroupResponse};

use crate::Cx;
use crate::error::Result;

/// A group's tags.
pub async fn list_tags_log_group(cx: &Cx<'_>, input: ListTagsLogGroupRequest) -> Result<ListTagsLogGroupResponse> {
    let group = cx.group(&input.log_group_name).await?;
    Ok(ListTagsLogGroupResponse { tags: Some(group.value.tags) })
}
