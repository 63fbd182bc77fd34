//! GetMethod.

use model::GetMethodRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows a method.
pub async fn get_method(cx: &Cx<'_>, input: GetMethodRequest) -> Result<model::Method> {
    let api = cx.api(&input.rest_api_id).await?;
    let (_, method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    Ok(method.output())
}
