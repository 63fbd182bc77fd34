//! DeleteAccessLogSettings.

use model_apigatewayv2::DeleteAccessLogSettingsRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;

/// Turns a stage's access log off.
pub async fn delete_access_log_settings(cx: &Cx<'_>, input: DeleteAccessLogSettingsRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteAccessLogSettingsRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let mut stage = cx.stage(&api.id, &input.stage_name).await?;
    stage.access_log = None;
    stage.updated = cx.now();
    let mut change = cx.change_stage(&api)?;
    change.put_stage(&stage)?;
    cx.commit(change).await
}
