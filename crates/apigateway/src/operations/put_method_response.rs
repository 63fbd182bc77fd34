//! PutMethodResponse.

use model::PutMethodResponseRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::MethodResponse;
use crate::error::{Result, conflict};
use crate::validate;

/// Adds a response to a method.
pub async fn put_method_response(cx: &Cx<'_>, input: PutMethodResponseRequest) -> Result<model::MethodResponse> {
    retry(cx.store(), || put(cx, &input)).await
}

async fn put(cx: &Cx<'_>, input: &PutMethodResponseRequest) -> Result<model::MethodResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    validate::status_code(&input.status_code)?;
    if method.responses.contains_key(&input.status_code) {
        return Err(conflict("Response already exists for this resource"));
    }
    let response = MethodResponse {
        status_code: input.status_code.clone(),
        parameters: input.response_parameters.clone().unwrap_or_default(),
        models: input.response_models.clone().unwrap_or_default(),
    };
    validate::response_parameters(&response.parameters)?;
    validate::mapping(&response.models)?;
    super::put_method::check_models(cx, &api, &response.models).await?;
    method.responses.insert(input.status_code.clone(), response.clone());
    cx.put_back(&api, resource.value, &method).await?;
    Ok(response.output())
}
