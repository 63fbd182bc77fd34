//! GetRequestValidators.

use model_apigateway::{GetRequestValidatorsRequest, RequestValidators};

use crate::Cx;
use crate::entity::RequestValidator;
use crate::error::Result;
use crate::page::parts;
use crate::table::{VALIDATOR, VALIDATORS};

/// Lists an API's validators.
pub async fn get_request_validators(cx: &Cx<'_>, input: GetRequestValidatorsRequest) -> Result<RequestValidators> {
    let api = cx.api(&input.rest_api_id).await?;
    let of = (api.id.as_str(), VALIDATOR);
    let (found, position) = parts(cx, &VALIDATORS, of, input.position.as_deref(), input.limit).await?;
    Ok(RequestValidators { position, items: Some(found.iter().map(RequestValidator::output).collect()) })
}
