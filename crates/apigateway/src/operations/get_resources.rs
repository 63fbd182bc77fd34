//! GetResources.

use model::{GetResourcesRequest, Resources};
use model_apigateway as model;

use crate::Cx;
use crate::entity::Embed;
use crate::error::Result;
use crate::page::parts;
use crate::table::{RESOURCE, RESOURCES};

/// Lists an API's resources.
pub async fn get_resources(cx: &Cx<'_>, input: GetResourcesRequest) -> Result<Resources> {
    let api = cx.api(&input.rest_api_id).await?;
    let embed = Embed::read(input.embed.as_deref());
    let (resources, position) =
        parts(cx, &RESOURCES, (&api.id, RESOURCE), input.position.as_deref(), input.limit).await?;
    let items: Vec<model::Resource> = resources.iter().map(|resource| resource.output(embed)).collect();
    Ok(Resources { position, items: Some(items) })
}
