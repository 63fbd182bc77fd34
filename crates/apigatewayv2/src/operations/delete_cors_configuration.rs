//! DeleteCorsConfiguration.

use model_apigatewayv2::DeleteCorsConfigurationRequest;
use store::retry;

use crate::Cx;
use crate::entity::Api;
use crate::error::Result;

/// Takes away what browsers are told.
pub async fn delete_cors_configuration(cx: &Cx<'_>, input: DeleteCorsConfigurationRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteCorsConfigurationRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let changed = Api { cors: None, ..api.value.clone() };
    cx.commit(cx.change_api(&api, &changed)?).await
}
