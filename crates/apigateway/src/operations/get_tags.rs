//! GetTags: all of them, there are at most 50.

use model_apigateway::{GetTagsRequest, Tags};

use crate::Cx;
use crate::error::Result;
use crate::tag::Tagged;

/// Lists a thing's tags.
pub async fn get_tags(cx: &Cx<'_>, input: GetTagsRequest) -> Result<Tags> {
    let tagged = Tagged::find(cx, &input.resource_arn).await?;
    Ok(Tags { tags: Some(tagged.tags().clone()) })
}
