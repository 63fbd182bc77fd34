//! UpdateModel.

use model::UpdateModelRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_model::{apply, judge};
use crate::Cx;
use crate::error::Result;

/// Changes a model.
pub async fn update_model(cx: &Cx<'_>, input: UpdateModelRequest) -> Result<model::Model> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateModelRequest) -> Result<model::Model> {
    let api = cx.api(&input.api_id).await?;
    let mut changed = cx.model(&api.id, &input.model_id).await?;
    apply(&mut changed, input);
    judge(cx, &api, &changed).await?;
    let mut change = cx.change(&api)?;
    change.put_model(&changed)?;
    cx.commit(change).await?;
    Ok(changed.output())
}
