//! CreateStage.

use model::CreateStageRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{Canary, RestApi, Stage};
use crate::error::{Result, conflict, limit_exceeded, no_such_deployment};
use crate::table::{DEPLOYMENT, DEPLOYMENTS, STAGE, STAGES, part_sk};
use crate::{stage_rules, tag, validate};

/// AWS's quota of stages of an API is 10 and may be raised; here it is this from the start.
const MAX_STAGES: usize = 100;

/// Lets a stage serve a deployment.
pub async fn create_stage(cx: &Cx<'_>, input: CreateStageRequest) -> Result<model::Stage> {
    validate::stage_name(&input.stage_name)?;
    validate::stage_variables(&input.variables.clone().unwrap_or_default())?;
    validate::description(input.description.as_deref())?;
    validate::short("documentationVersion", input.documentation_version.as_deref())?;
    tag::check(&input.tags.clone().unwrap_or_default())?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateStageRequest) -> Result<model::Stage> {
    let api = cx.api(&input.rest_api_id).await?;
    if cx.part(&DEPLOYMENTS, &api, DEPLOYMENT, &input.deployment_id).await?.is_none() {
        return Err(no_such_deployment());
    }
    if cx.part(&STAGES, &api, STAGE, &input.stage_name).await?.is_some() {
        return Err(conflict("Stage already exists"));
    }
    check_room(cx, &api).await?;
    let canary = input.canary_settings.as_ref().map(|canary| Canary {
        percent_traffic: canary.percent_traffic.unwrap_or(0.0),
        deployment_id: canary.deployment_id.clone().unwrap_or_else(|| input.deployment_id.clone()),
        stage_variable_overrides: canary.stage_variable_overrides.clone().unwrap_or_default(),
        use_stage_cache: canary.use_stage_cache.unwrap_or(false),
    });
    let stage = Stage {
        description: input.description.clone(),
        variables: input.variables.clone().unwrap_or_default(),
        documentation_version: input.documentation_version.clone(),
        tags: input.tags.clone().unwrap_or_default(),
        cache_cluster_enabled: input.cache_cluster_enabled.unwrap_or(false),
        cache_cluster_size: input.cache_cluster_size.map(|size| size.as_str().to_owned()),
        canary,
        tracing_enabled: input.tracing_enabled.unwrap_or(false),
        ..Stage::new(&input.stage_name, &input.deployment_id, cx.now())
    };
    let stage = stage_rules::checked(cx, &api, stage).await?;
    let mut change = cx.change(&api)?;
    change.put(&STAGES, &part_sk(STAGE, &stage.name), &stage)?;
    cx.commit_and_serve(change).await?;
    Ok(stage.output())
}

/// Whether one more stage fits.
pub(super) async fn check_room(cx: &Cx<'_>, api: &RestApi) -> Result<()> {
    let count = cx.parts(&STAGES, &api.id, STAGE).await?.len();
    if count >= MAX_STAGES {
        Err(limit_exceeded("Maximum number of stages for this API has been reached."))
    } else {
        Ok(())
    }
}
