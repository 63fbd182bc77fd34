//! DeleteMethodResponse.

use model_apigateway::DeleteMethodResponseRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, response_not_found};

/// Removes a method response.
pub async fn delete_method_response(cx: &Cx<'_>, input: DeleteMethodResponseRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteMethodResponseRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    method.responses.remove(&input.status_code).ok_or_else(response_not_found)?;
    cx.put_back(&api, resource.value, &method).await
}
