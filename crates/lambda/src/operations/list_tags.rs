//! ListTags.

use model_lambda::types::{ListTagsRequest, ListTagsResponse};

use super::tag_resource::tagged;
use crate::Cx;
use crate::error::Result;

/// Shows a function's tags.
pub async fn list_tags(cx: &Cx<'_>, input: ListTagsRequest) -> Result<ListTagsResponse> {
    let function = cx.function(&tagged(cx, &input.resource)?).await?;
    Ok(ListTagsResponse { tags: Some(function.value.tags) })
}
