//! GetIntegration.

use model::GetIntegrationRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows an integration.
pub async fn get_integration(cx: &Cx<'_>, input: GetIntegrationRequest) -> Result<model::Integration> {
    cx.api(&input.api_id).await?;
    Ok(cx.integration(&input.api_id, &input.integration_id).await?.output())
}
