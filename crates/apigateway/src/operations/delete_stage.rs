//! DeleteStage.

use model_apigateway::DeleteStageRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::table::{STAGE, part_sk};

/// Removes a stage; it stops at once.
pub async fn delete_stage(cx: &Cx<'_>, input: DeleteStageRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteStageRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let stage = cx.stage(&api, &input.stage_name).await?;
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(STAGE, &stage.name));
    cx.commit_and_serve(change).await
}
