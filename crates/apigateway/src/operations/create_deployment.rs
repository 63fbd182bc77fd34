//! CreateDeployment: freezes the definition, compiles it, and lets a stage serve it before it answers.

use model::CreateDeploymentRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::compile;
use crate::entity::{Canary, Deployment, Integration, RestApi, Stage};
use crate::error::{Result, bad_request};
use crate::snapshot::Snapshot;
use crate::table::{DEPLOYMENT, DEPLOYMENTS, STAGE, STAGES, part_sk};
use crate::{stage_rules, validate};

/// Freezes an API's definition.
pub async fn create_deployment(cx: &Cx<'_>, input: CreateDeploymentRequest) -> Result<model::Deployment> {
    validate::description(input.description.as_deref())?;
    validate::description(input.stage_description.as_deref())?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateDeploymentRequest) -> Result<model::Deployment> {
    let api = cx.api(&input.rest_api_id).await?;
    let snapshot = cx.service.snapshot(&api).await?;
    if api.endpoint_type == "PRIVATE" && api.policy.is_none() {
        return Err(bad_request("Private REST API doesn't have a resource policy attached to it"));
    }
    check(&snapshot)?;
    if api.policy.is_some() && uses_callers_credentials(&snapshot) {
        return Err(bad_request("Caller provided credentials not allowed when resource policy is set"));
    }
    let deployment =
        Deployment { id: cx.new_id(6), description: input.description.clone(), created: cx.now(), snapshot };
    compile::deployment(&deployment.id, &deployment.snapshot).map_err(bad_request)?;
    let mut change = cx.change(&api)?;
    change.put(&DEPLOYMENTS, &part_sk(DEPLOYMENT, &deployment.id), &deployment)?;
    if let Some(name) = input.stage_name.as_deref().filter(|name| !name.is_empty()) {
        let stage = stage_rules::of_new_deployment(stage(cx, &api, input, name, &deployment.id).await?)?;
        change.put(&STAGES, &part_sk(STAGE, name), &stage)?;
    }
    cx.commit_and_serve(change).await?;
    Ok(deployment.output())
}

/// The rules of a definition that is to be served.
fn check(snapshot: &Snapshot) -> Result<()> {
    let mut methods = snapshot.resources.iter().flat_map(|resource| resource.methods.values()).peekable();
    if methods.peek().is_none() {
        return Err(bad_request("The REST API doesn't contain any methods"));
    }
    if methods.any(|method| method.integration.is_none()) {
        return Err(bad_request("No integration defined for method"));
    }
    Ok(())
}

/// Whether some integration is called with its caller's own credentials.
fn uses_callers_credentials(snapshot: &Snapshot) -> bool {
    let methods = snapshot.resources.iter().flat_map(|resource| resource.methods.values());
    let mut integrations = methods.filter_map(|method| method.integration.as_ref());
    integrations.any(|integration| integration.credentials.as_deref() == Some(Integration::CALLERS))
}

/// The stage that is made or moved.
async fn stage(
    cx: &Cx<'_>,
    api: &RestApi,
    input: &CreateDeploymentRequest,
    name: &str,
    deployment_id: &str,
) -> Result<Stage> {
    validate::stage_name(name)?;
    validate::stage_variables(&input.variables.clone().unwrap_or_default())?;
    let before = cx.part(&STAGES, api, STAGE, name).await?.map(|stage| stage.value);
    if before.is_none() {
        super::create_stage::check_room(cx, api).await?;
    }
    let known = before.is_some();
    let mut stage = before.unwrap_or_else(|| Stage::new(name, deployment_id, cx.now()));
    stage.tracing_enabled = input.tracing_enabled.unwrap_or(stage.tracing_enabled);
    match &input.canary_settings {
        // The rest of the traffic needs something to go to.
        Some(_) if !known => {
            return Err(bad_request("Canary settings can only be set on a stage that has a deployment"));
        }
        Some(canary) => {
            stage.canary = Some(Canary {
                percent_traffic: canary.percent_traffic.unwrap_or(0.0),
                deployment_id: deployment_id.to_owned(),
                stage_variable_overrides: canary.stage_variable_overrides.clone().unwrap_or_default(),
                use_stage_cache: canary.use_stage_cache.unwrap_or(false),
            });
        }
        None if stage.canary.is_some() => {
            return Err(bad_request("A stage with a canary takes a deployment with canary settings only"));
        }
        None => deployment_id.clone_into(&mut stage.deployment_id),
    }
    stage.updated = cx.now();
    if input.stage_description.is_some() {
        stage.description.clone_from(&input.stage_description);
    }
    stage.variables.extend(input.variables.clone().unwrap_or_default());
    stage.cache_cluster_enabled = input.cache_cluster_enabled.unwrap_or(stage.cache_cluster_enabled);
    if let Some(size) = input.cache_cluster_size {
        stage.cache_cluster_size = Some(size.as_str().to_owned());
    }
    Ok(stage)
}
