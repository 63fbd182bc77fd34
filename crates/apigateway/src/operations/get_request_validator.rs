//! GetRequestValidator.

use model::GetRequestValidatorRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows a validator.
pub async fn get_request_validator(cx: &Cx<'_>, input: GetRequestValidatorRequest) -> Result<model::RequestValidator> {
    let api = cx.api(&input.rest_api_id).await?;
    Ok(cx.validator(&api, &input.request_validator_id).await?.output())
}
