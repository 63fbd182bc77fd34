//! DeleteDeployment.

use model_apigateway::DeleteDeploymentRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, bad_request};
use crate::table::{DEPLOYMENT, STAGE, STAGES, part_sk};

/// Removes a deployment that no stage serves.
pub async fn delete_deployment(cx: &Cx<'_>, input: DeleteDeploymentRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteDeploymentRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let deployment = cx.deployment(&api, &input.deployment_id).await?;
    let stages = cx.parts(&STAGES, &api.id, STAGE).await?;
    if stages.iter().any(|stage| {
        let canary = stage.canary.as_ref().is_some_and(|canary| canary.deployment_id == deployment.id);
        canary || stage.deployment_id == deployment.id
    }) {
        return Err(bad_request("Active stages pointing to this deployment must be moved or deleted"));
    }
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(DEPLOYMENT, &deployment.id));
    cx.commit(change).await
}
