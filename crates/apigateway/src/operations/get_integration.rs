//! GetIntegration.

use model::GetIntegrationRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::{Result, integration_not_found};

/// Shows what a method calls.
pub async fn get_integration(cx: &Cx<'_>, input: GetIntegrationRequest) -> Result<model::Integration> {
    let api = cx.api(&input.rest_api_id).await?;
    let (_, method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    Ok(method.integration.ok_or_else(integration_not_found)?.output())
}
