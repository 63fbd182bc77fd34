//! GetStage.

use model::GetStageRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a stage.
pub async fn get_stage(cx: &Cx<'_>, input: GetStageRequest) -> Result<model::Stage> {
    cx.api(&input.api_id).await?;
    Ok(cx.stage(&input.api_id, &input.stage_name).await?.output())
}
