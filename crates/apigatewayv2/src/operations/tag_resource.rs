//! TagResource.

use model_apigatewayv2::TagResourceRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::tag::Tagged;

/// Adds and changes tags.
pub async fn tag_resource(cx: &Cx<'_>, input: TagResourceRequest) -> Result<()> {
    retry(cx.store(), || tag(cx, &input)).await
}

async fn tag(cx: &Cx<'_>, input: &TagResourceRequest) -> Result<()> {
    let found = Tagged::find(cx, &input.resource_arn).await?;
    let mut tags = found.tags().clone();
    tags.extend(input.tags.clone().unwrap_or_default());
    found.put(cx, tags).await
}
