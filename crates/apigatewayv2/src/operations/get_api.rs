//! GetApi.

use model::GetApiRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows an API.
pub async fn get_api(cx: &Cx<'_>, input: GetApiRequest) -> Result<model::Api> {
    Ok(cx.api(&input.api_id).await?.output(cx.base_url()))
}
