//! GetMethodResponse.

use model::GetMethodResponseRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::{Result, response_not_found};

/// Shows a method response.
pub async fn get_method_response(cx: &Cx<'_>, input: GetMethodResponseRequest) -> Result<model::MethodResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let (_, method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    Ok(method.responses.get(&input.status_code).ok_or_else(response_not_found)?.output())
}
