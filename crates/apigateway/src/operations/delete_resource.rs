//! DeleteResource, with everything under it.

use model_apigateway::DeleteResourceRequest;
use store::retry;

use crate::Cx;
use crate::entity::RestApi;
use crate::error::{Result, bad_request};
use crate::table::{RESOURCE, RESOURCES, part_sk};

/// Removes a part of the path tree.
pub async fn delete_resource(cx: &Cx<'_>, input: DeleteResourceRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteResourceRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let resource = cx.resource(&api, &input.resource_id).await?;
    if resource.parent_id.is_none() {
        return Err(bad_request("Root resource cannot be deleted."));
    }
    let under = format!("{}/", resource.path);
    let all = cx.parts(&RESOURCES, &api.id, RESOURCE).await?;
    let gone: Vec<_> = all.iter().filter(|r| r.id == resource.id || r.path.starts_with(&under)).collect();
    let resource_count = api.resource_count.saturating_sub(gone.len());
    let mut change = cx.change_api(&api, &RestApi { resource_count, ..api.value.clone() })?;
    for resource in gone {
        change.delete(&part_sk(RESOURCE, &resource.id));
    }
    cx.commit(change).await
}
