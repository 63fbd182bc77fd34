//! DeleteDeployment. One that a stage serves stays.

use model_apigatewayv2::DeleteDeploymentRequest;
use store::retry;

use crate::Cx;
use crate::entity::Stage;
use crate::error::{Result, bad_request};
use crate::table::{STAGE, STAGES};

/// Deletes a deployment.
pub async fn delete_deployment(cx: &Cx<'_>, input: DeleteDeploymentRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteDeploymentRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let deployment = cx.deployment(&api.id, &input.deployment_id).await?;
    let stages: Vec<Stage> = cx.parts(&STAGES, &api.id, STAGE).await?;
    if stages.iter().any(|stage| stage.deployment_id.as_deref() == Some(&deployment.id)) {
        return Err(bad_request("Active stages pointing to this deployment must be moved or deleted"));
    }
    let mut change = cx.change_stage(&api)?;
    change.delete_deployment(&deployment.id);
    cx.commit(change).await
}
