//! ListTagsForResource.

use model_cognito_idp::types::{ListTagsForResourceRequest, ListTagsForResourceResponse};

use crate::Cx;
use crate::error::Result;
use crate::rules::tags;

/// Lists a pool's tags.
pub async fn list_tags_for_resource(
    cx: &Cx<'_>,
    input: ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse> {
    let pool = cx.pool(&tags::pool_id(&input.resource_arn)?).await?;
    tags::check_arn(&pool, &input.resource_arn)?;
    Ok(ListTagsForResourceResponse { tags: Some(pool.tags.clone()) })
}
