//! FlushStageAuthorizersCache.

use model_apigateway::FlushStageAuthorizersCacheRequest;

use crate::Cx;
use crate::error::Result;

/// Makes sure that no old decision of an authorizer is used.
pub async fn flush_stage_authorizers_cache(cx: &Cx<'_>, input: FlushStageAuthorizersCacheRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let stage = cx.stage(&api, &input.stage_name).await?;
    cx.service.doors().plans.flush_authorizers(&api.id, &stage.name);
    Ok(())
}
