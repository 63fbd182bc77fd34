//! CreateRequestValidator.

use model::CreateRequestValidatorRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::RequestValidator;
use crate::error::{Result, rest_api_not_found};
use crate::table::{VALIDATOR, VALIDATORS, part_sk};
use crate::validate;

/// Adds a validator to an API.
pub async fn create_request_validator(
    cx: &Cx<'_>,
    input: CreateRequestValidatorRequest,
) -> Result<model::RequestValidator> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateRequestValidatorRequest) -> Result<model::RequestValidator> {
    let api = cx
        .api(&input.rest_api_id)
        .await
        .map_err(|error| if error.is(&model::errors::NOT_FOUND_EXCEPTION) { rest_api_not_found() } else { error })?;
    validate::short("name", input.name.as_deref())?;
    let validator = RequestValidator {
        id: cx.new_id(6),
        name: input.name.clone(),
        body: input.validate_request_body.unwrap_or(false),
        parameters: input.validate_request_parameters.unwrap_or(false),
    };
    let mut change = cx.change(&api)?;
    change.put(&VALIDATORS, &part_sk(VALIDATOR, &validator.id), &validator)?;
    cx.commit(change).await?;
    Ok(validator.output())
}
