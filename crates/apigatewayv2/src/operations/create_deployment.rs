//! CreateDeployment: freezes the definition, compiles it, and lets a stage serve it before it answers.

use model::CreateDeploymentRequest;
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::deploy;
use crate::entity::Deployment;
use crate::error::{Result, auto_deployed_stage, limit_exceeded};
use crate::table::{DEPLOYMENT, DEPLOYMENTS};
use crate::validate::length;

/// Deployments of an API that are kept. (own)
const MAX_DEPLOYMENTS: usize = 1_000;

/// Freezes an API's definition.
pub async fn create_deployment(cx: &Cx<'_>, input: CreateDeploymentRequest) -> Result<model::Deployment> {
    length("description", input.description.as_deref(), (0, 1024))?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateDeploymentRequest) -> Result<model::Deployment> {
    let api = cx.api(&input.api_id).await?;
    let snapshot = cx.service.snapshot(&api).await?;
    deploy::check(&snapshot)?;
    let others: Vec<Deployment> = cx.parts(&DEPLOYMENTS, &api.id, DEPLOYMENT).await?;
    if others.len() >= MAX_DEPLOYMENTS {
        return Err(limit_exceeded("deployments", MAX_DEPLOYMENTS));
    }
    let deployment = Deployment {
        id: cx.new_id(7),
        description: input.description.clone(),
        created: cx.now(),
        auto_deployed: false,
    };
    let mut change = cx.change_stage(&api)?;
    change.put_deployment(&deployment)?;
    change.put_snapshot(&deployment.id, &snapshot)?;
    if let Some(name) = input.stage_name.as_deref().filter(|name| !name.is_empty()) {
        let mut stage = cx.stage(&api.id, name).await?;
        if stage.auto_deploy {
            return Err(auto_deployed_stage());
        }
        stage.deployment_id = Some(deployment.id.clone());
        stage.updated = cx.now();
        change.put_stage(&stage)?;
    }
    cx.commit(change).await?;
    Ok(deployment.output())
}
