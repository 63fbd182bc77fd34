//! ResetAuthorizersCache.

use model_apigatewayv2::ResetAuthorizersCacheRequest;

use crate::Cx;
use crate::error::Result;

/// Forgets what functions answered for a stage: its authorizers are asked again.
pub async fn reset_authorizers_cache(cx: &Cx<'_>, input: ResetAuthorizersCacheRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let stage = cx.stage(&api.id, &input.stage_name).await?;
    cx.service.doors().plans.flush_authorizers(&api.id, &stage.name);
    Ok(())
}
