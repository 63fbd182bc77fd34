//! UpdateDeployment.

use model::UpdateDeploymentRequest;
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::validate::{length, set};

/// Describes a deployment anew.
pub async fn update_deployment(cx: &Cx<'_>, input: UpdateDeploymentRequest) -> Result<model::Deployment> {
    length("description", input.description.as_deref(), (0, 1024))?;
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateDeploymentRequest) -> Result<model::Deployment> {
    let api = cx.api(&input.api_id).await?;
    let mut deployment = cx.deployment(&api.id, &input.deployment_id).await?;
    set(&mut deployment.description, input.description.clone());
    let mut change = cx.change_stage(&api)?;
    change.put_deployment(&deployment)?;
    cx.commit(change).await?;
    Ok(deployment.output())
}
