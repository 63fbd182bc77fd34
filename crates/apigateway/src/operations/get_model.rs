//! GetModel. `flatten` changes nothing: references between models are not drawn in.

use model::GetModelRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows a model.
pub async fn get_model(cx: &Cx<'_>, input: GetModelRequest) -> Result<model::Model> {
    let api = cx.api(&input.rest_api_id).await?;
    Ok(cx.model(&api, &input.model_name).await?.output())
}
