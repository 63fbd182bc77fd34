//! DeleteStage.

use model_apigatewayv2::DeleteStageRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::table::{STAGE, part_sk};

/// Deletes a stage; it stops at once.
pub async fn delete_stage(cx: &Cx<'_>, input: DeleteStageRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteStageRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let stage = cx.stage(&api.id, &input.stage_name).await?;
    let mut change = cx.change_stage(&api)?;
    change.delete(&part_sk(STAGE, &stage.name));
    cx.commit(change).await
}
