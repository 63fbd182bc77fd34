//! UntagResource.

use model_cognito_idp::types::{UntagResourceRequest, UntagResourceResponse};

use crate::Cx;
use crate::error::Result;
use crate::rules::tags;

/// Removes tags from a pool; keys it does not have are no error.
pub async fn untag_resource(cx: &Cx<'_>, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let pool_id = tags::pool_id(&input.resource_arn)?;
    cx.change_pool(&pool_id, |pool| {
        tags::check_arn(pool, &input.resource_arn)?;
        pool.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })
    .await?;
    Ok(UntagResourceResponse {})
}
