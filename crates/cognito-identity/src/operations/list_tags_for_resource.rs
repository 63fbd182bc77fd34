//! ListTagsForResource.

use model_cognito_identity::types::{ListTagsForResourceInput, ListTagsForResourceResponse};

use crate::Cx;
use crate::error::{Result, no_pool};
use crate::rules::pool_of_arn;

/// Lists a pool's tags.
pub async fn list_tags_for_resource(
    cx: &Cx<'_>,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceResponse> {
    let id = pool_of_arn(&input.resource_arn)?;
    let pool = cx.pool(&id).await?;
    if pool.arn() != input.resource_arn {
        return Err(no_pool(&id));
    }
    Ok(ListTagsForResourceResponse { tags: Some(pool.tags.clone()) })
}
