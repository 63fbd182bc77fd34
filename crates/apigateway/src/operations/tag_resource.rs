//! TagResource.

use model_apigateway::TagResourceRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::tag::Tagged;

/// Adds tags, or replaces their values.
pub async fn tag_resource(cx: &Cx<'_>, input: TagResourceRequest) -> Result<()> {
    retry(cx.store(), || tag(cx, &input)).await
}

async fn tag(cx: &Cx<'_>, input: &TagResourceRequest) -> Result<()> {
    let tagged = Tagged::find(cx, &input.resource_arn).await?;
    let mut tags = tagged.tags().clone();
    tags.extend(input.tags.clone());
    tagged.put(cx, tags).await
}
