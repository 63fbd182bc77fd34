//! GetIntegrationResponse.

use model::GetIntegrationResponseRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a response of an integration.
pub async fn get_integration_response(
    cx: &Cx<'_>,
    input: GetIntegrationResponseRequest,
) -> Result<model::IntegrationResponse> {
    cx.api(&input.api_id).await?;
    cx.integration(&input.api_id, &input.integration_id).await?;
    Ok(cx.integration_response(&input.api_id, &input.integration_id, &input.integration_response_id).await?.output())
}
