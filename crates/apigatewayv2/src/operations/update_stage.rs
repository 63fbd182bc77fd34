//! UpdateStage.

use model::UpdateStageRequest;
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::draft::stage::{apply, check};
use crate::entity::Route;
use crate::error::{Result, auto_deployed_stage};
use crate::table::{ROUTE, ROUTES};

/// Changes a stage; it acts at once.
pub async fn update_stage(cx: &Cx<'_>, input: UpdateStageRequest) -> Result<model::Stage> {
    retry(cx.store(), || update(cx, &input)).await?;
    Ok(cx.stage(&input.api_id, &input.stage_name).await?.output())
}

async fn update(cx: &Cx<'_>, input: &UpdateStageRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let mut stage = cx.stage(&api.id, &input.stage_name).await?;
    let was_auto = stage.auto_deploy;
    apply(&mut stage, input);
    // Turned on, it deploys what stands there now.
    if stage.auto_deploy && !was_auto {
        stage.deployed_revision = 0;
    }
    let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
    check(&stage, api.protocol, &routes)?;
    if let Some(id) = input.deployment_id.as_deref().filter(|id| !id.is_empty()) {
        if stage.auto_deploy {
            return Err(auto_deployed_stage());
        }
        stage.deployment_id = Some(cx.deployment(&api.id, id).await?.id);
    }
    stage.updated = cx.now();
    let mut change = cx.change_stage(&api)?;
    change.put_stage(&stage)?;
    cx.commit(change).await
}
