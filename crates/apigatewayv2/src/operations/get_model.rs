//! GetModel.

use model::GetModelRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a model.
pub async fn get_model(cx: &Cx<'_>, input: GetModelRequest) -> Result<model::Model> {
    cx.api(&input.api_id).await?;
    Ok(cx.model(&input.api_id, &input.model_id).await?.output())
}
