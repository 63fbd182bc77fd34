//! GetStage.

use model::GetStageRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows a stage.
pub async fn get_stage(cx: &Cx<'_>, input: GetStageRequest) -> Result<model::Stage> {
    let api = cx.api(&input.rest_api_id).await?;
    Ok(cx.stage(&api, &input.stage_name).await?.output())
}
