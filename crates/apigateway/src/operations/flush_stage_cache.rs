//! FlushStageCache.

use model_apigateway::FlushStageCacheRequest;

use crate::Cx;
use crate::error::Result;

/// Throws away what a stage's cache holds.
pub async fn flush_stage_cache(cx: &Cx<'_>, input: FlushStageCacheRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let stage = cx.stage(&api, &input.stage_name).await?;
    cx.service.doors().plans.flush_cache(&api.id, &stage.name);
    Ok(())
}
