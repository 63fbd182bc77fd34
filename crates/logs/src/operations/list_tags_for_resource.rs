//! ListTagsForResource, of log groups.

use model_logs::types::{ListTagsForResourceRequest, ListTagsForResourceResponse};

use crate::Cx;
use crate::error::Result;

/// A group's tags.
pub async fn list_tags_for_resource(
    cx: &Cx<'_>,
    input: ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse> {
    let group = cx.by_arn(&input.resource_arn).await?;
    Ok(ListTagsForResourceResponse { tags: Some(group.value.tags) })
}
