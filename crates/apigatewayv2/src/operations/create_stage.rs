//! CreateStage. One that deploys by itself does so before the answer, where the API has routes.

use model::{CreateStageRequest, RouteSettings, UpdateStageRequest};
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::draft::stage::{apply, check};
use crate::entity::{Route, Stage};
use crate::error::{Result, auto_deployed_stage, conflict, limit_exceeded};
use crate::table::{ROUTE, ROUTES, STAGE, STAGES};

/// Most stages of an API (quota).
const MAX_STAGES: usize = 10;

/// Makes a stage.
pub async fn create_stage(cx: &Cx<'_>, input: CreateStageRequest) -> Result<model::Stage> {
    retry(cx.store(), || create(cx, &input)).await?;
    Ok(cx.stage(&input.api_id, &input.stage_name).await?.output())
}

async fn create(cx: &Cx<'_>, input: &CreateStageRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let mut stage = Stage {
        name: input.stage_name.clone(),
        default_route_settings: default_settings(),
        created: cx.now(),
        updated: cx.now(),
        tags: input.tags.clone().unwrap_or_default(),
        ..Stage::default()
    };
    apply(&mut stage, &change(input));
    let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
    check(&stage, api.protocol, &routes)?;
    if let Some(id) = input.deployment_id.as_deref().filter(|id| !id.is_empty()) {
        if stage.auto_deploy {
            return Err(auto_deployed_stage());
        }
        stage.deployment_id = Some(cx.deployment(&api.id, id).await?.id);
    }
    let stages: Vec<Stage> = cx.parts(&STAGES, &api.id, STAGE).await?;
    if stages.iter().any(|other| other.name == stage.name) {
        return Err(conflict("Stage already exists"));
    }
    if stages.len() >= MAX_STAGES {
        return Err(limit_exceeded("stages", MAX_STAGES));
    }
    let mut change = cx.change_stage(&api)?;
    change.put_stage(&stage)?;
    cx.commit(change).await
}

/// What a stage says of its routes where nothing is set.
pub(crate) fn default_settings() -> RouteSettings {
    RouteSettings { detailed_metrics_enabled: Some(false), ..RouteSettings::default() }
}

fn change(input: &CreateStageRequest) -> UpdateStageRequest {
    UpdateStageRequest {
        access_log_settings: input.access_log_settings.clone(),
        api_id: input.api_id.clone(),
        auto_deploy: input.auto_deploy,
        client_certificate_id: input.client_certificate_id.clone(),
        default_route_settings: input.default_route_settings.clone(),
        deployment_id: None,
        description: input.description.clone(),
        route_settings: input.route_settings.clone(),
        stage_name: input.stage_name.clone(),
        stage_variables: input.stage_variables.clone(),
    }
}
