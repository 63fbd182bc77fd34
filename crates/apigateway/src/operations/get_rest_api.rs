//! GetRestApi.

use model::GetRestApiRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows an API.
pub async fn get_rest_api(cx: &Cx<'_>, input: GetRestApiRequest) -> Result<model::RestApi> {
    Ok(cx.api(&input.rest_api_id).await?.output())
}
