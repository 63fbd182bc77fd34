//! GetTags.

use model_apigatewayv2::{GetTagsRequest, GetTagsResponse};

use crate::Cx;
use crate::error::Result;
use crate::tag::Tagged;

/// Lists a thing's tags.
pub async fn get_tags(cx: &Cx<'_>, input: GetTagsRequest) -> Result<GetTagsResponse> {
    let found = Tagged::find(cx, &input.resource_arn).await?;
    Ok(GetTagsResponse { tags: Some(found.tags().clone()) })
}
