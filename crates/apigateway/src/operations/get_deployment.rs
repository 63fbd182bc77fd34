//! GetDeployment.

use model::GetDeploymentRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows a deployment.
pub async fn get_deployment(cx: &Cx<'_>, input: GetDeploymentRequest) -> Result<model::Deployment> {
    let api = cx.api(&input.rest_api_id).await?;
    let deployment = cx.deployment(&api, &input.deployment_id).await?;
    let summary = input.embed.unwrap_or_default().iter().any(|what| what == "apisummary");
    Ok(if summary { deployment.output_with_summary() } else { deployment.output() })
}
