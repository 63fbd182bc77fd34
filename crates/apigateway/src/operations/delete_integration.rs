//! DeleteIntegration.

use model_apigateway::DeleteIntegrationRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, integration_not_found};

/// Removes what a method calls.
pub async fn delete_integration(cx: &Cx<'_>, input: DeleteIntegrationRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteIntegrationRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    method.integration.take().ok_or_else(integration_not_found)?;
    cx.put_back(&api, resource.value, &method).await
}
