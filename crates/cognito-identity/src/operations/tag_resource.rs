//! TagResource.

use model_cognito_identity::types::{TagResourceInput, TagResourceResponse};

use crate::Cx;
use crate::error::{Result, no_pool};
use crate::rules::{check_tags, pool_of_arn};

/// Adds tags to a pool; values of keys it has are replaced.
pub async fn tag_resource(cx: &Cx<'_>, input: TagResourceInput) -> Result<TagResourceResponse> {
    let id = pool_of_arn(&input.resource_arn)?;
    cx.change_pool(&id, |pool| {
        if pool.arn() != input.resource_arn {
            return Err(no_pool(&id));
        }
        pool.tags.extend(input.tags.clone());
        check_tags(&pool.tags)
    })
    .await?;
    Ok(TagResourceResponse {})
}
