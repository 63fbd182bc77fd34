//! UntagResource.

use model_apigateway::UntagResourceRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::tag::Tagged;

/// Takes tags from an API or a stage.
pub async fn untag_resource(cx: &Cx<'_>, input: UntagResourceRequest) -> Result<()> {
    retry(cx.store(), || untag(cx, &input)).await
}

async fn untag(cx: &Cx<'_>, input: &UntagResourceRequest) -> Result<()> {
    let tagged = Tagged::find(cx, &input.resource_arn).await?;
    let mut tags = tagged.tags().clone();
    tags.retain(|key, _| !input.tag_keys.contains(key));
    tagged.put(cx, tags).await
}
