//! GetResource.

use model::GetResourceRequest;
use model_apigateway as model;

use crate::Cx;
use crate::entity::Embed;
use crate::error::Result;

/// Shows a resource.
pub async fn get_resource(cx: &Cx<'_>, input: GetResourceRequest) -> Result<model::Resource> {
    let api = cx.api(&input.rest_api_id).await?;
    let resource = cx.resource(&api, &input.resource_id).await?;
    Ok(resource.output(Embed::read(input.embed.as_deref())))
}
