//! GetIntegrationResponse.

use model::GetIntegrationResponseRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::{Result, integration_not_found, response_not_found};

/// Shows what becomes of an answer.
pub async fn get_integration_response(
    cx: &Cx<'_>,
    input: GetIntegrationResponseRequest,
) -> Result<model::IntegrationResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let (_, method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    let integration = method.integration.ok_or_else(integration_not_found)?;
    Ok(integration.responses.get(&input.status_code).ok_or_else(response_not_found)?.output())
}
