//! UpdateDeployment.

use model::UpdateDeploymentRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::Deployment;
use crate::error::Result;
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{DEPLOYMENT, DEPLOYMENTS, part_sk};
use crate::validate;

const RULES: &[Rule<Deployment>] = &[Rule {
    path: "/description",
    ops: REPLACE,
    apply: |deployment, change| {
        deployment.description = change.text();
        validate::description(deployment.description.as_deref())
    },
}];

/// Changes a deployment's description; what it froze stays.
pub async fn update_deployment(cx: &Cx<'_>, input: UpdateDeploymentRequest) -> Result<model::Deployment> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateDeploymentRequest) -> Result<model::Deployment> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut deployment = cx.deployment(&api, &input.deployment_id).await?.value;
    patch(&mut deployment, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let mut change = cx.change(&api)?;
    change.put(&DEPLOYMENTS, &part_sk(DEPLOYMENT, &deployment.id), &deployment)?;
    cx.commit(change).await?;
    Ok(deployment.output())
}
