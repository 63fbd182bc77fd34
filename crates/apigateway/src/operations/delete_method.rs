//! DeleteMethod.

use model_apigateway::DeleteMethodRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, method_not_found};

/// Removes a method with its integration.
pub async fn delete_method(cx: &Cx<'_>, input: DeleteMethodRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteMethodRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut resource = cx.resource(&api, &input.resource_id).await?.value;
    resource.methods.remove(&input.http_method).ok_or_else(method_not_found)?;
    let mut change = cx.change(&api)?;
    change.put_resource(&resource)?;
    cx.commit(change).await
}
