//! UntagResource.

use model_cognito_identity::types::{UntagResourceInput, UntagResourceResponse};

use crate::Cx;
use crate::error::{Result, no_pool};
use crate::rules::pool_of_arn;

/// Takes tags off a pool.
pub async fn untag_resource(cx: &Cx<'_>, input: UntagResourceInput) -> Result<UntagResourceResponse> {
    let id = pool_of_arn(&input.resource_arn)?;
    cx.change_pool(&id, |pool| {
        if pool.arn() != input.resource_arn {
            return Err(no_pool(&id));
        }
        pool.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })
    .await?;
    Ok(UntagResourceResponse {})
}
