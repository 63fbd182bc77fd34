//! TagResource.

use model_cognito_idp::types::{TagResourceRequest, TagResourceResponse};

use crate::Cx;
use crate::error::Result;
use crate::rules::tags;

/// Adds tags to a pool; values of keys it has are replaced.
pub async fn tag_resource(cx: &Cx<'_>, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let pool_id = tags::pool_id(&input.resource_arn)?;
    cx.change_pool(&pool_id, |pool| {
        tags::check_arn(pool, &input.resource_arn)?;
        pool.tags.extend(input.tags.clone());
        tags::check_as_parameter(&pool.tags)
    })
    .await?;
    Ok(TagResourceResponse {})
}
