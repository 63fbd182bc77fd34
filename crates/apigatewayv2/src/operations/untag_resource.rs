//! UntagResource.

use model_apigatewayv2::UntagResourceRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::tag::Tagged;

/// Takes tags away; those that are not there are no error.
pub async fn untag_resource(cx: &Cx<'_>, input: UntagResourceRequest) -> Result<()> {
    retry(cx.store(), || untag(cx, &input)).await
}

async fn untag(cx: &Cx<'_>, input: &UntagResourceRequest) -> Result<()> {
    let found = Tagged::find(cx, &input.resource_arn).await?;
    let mut tags = found.tags().clone();
    tags.retain(|key, _| !input.tag_keys.contains(key));
    found.put(cx, tags).await
}
