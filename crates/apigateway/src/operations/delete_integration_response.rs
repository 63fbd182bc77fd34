//! DeleteIntegrationResponse.

use model_apigateway::DeleteIntegrationResponseRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, integration_not_found, response_not_found};

/// Removes an integration response.
pub async fn delete_integration_response(cx: &Cx<'_>, input: DeleteIntegrationResponseRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteIntegrationResponseRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    let integration = method.integration.as_mut().ok_or_else(integration_not_found)?;
    integration.responses.remove(&input.status_code).ok_or_else(response_not_found)?;
    cx.put_back(&api, resource.value, &method).await
}
