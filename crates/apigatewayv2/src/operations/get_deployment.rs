//! GetDeployment.

use model::GetDeploymentRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a deployment.
pub async fn get_deployment(cx: &Cx<'_>, input: GetDeploymentRequest) -> Result<model::Deployment> {
    cx.api(&input.api_id).await?;
    Ok(cx.deployment(&input.api_id, &input.deployment_id).await?.output())
}
