//! UpdateRequestValidator.

use model::UpdateRequestValidatorRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::RequestValidator;
use crate::error::Result;
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{VALIDATOR, VALIDATORS, part_sk};
use crate::validate;

const RULES: &[Rule<RequestValidator>] = &[
    Rule {
        path: "/name",
        ops: REPLACE,
        apply: |validator, change| {
            validator.name = change.text();
            validate::short("name", validator.name.as_deref())
        },
    },
    Rule {
        path: "/validateRequestParameters",
        ops: REPLACE,
        apply: |validator, change| {
            validator.parameters = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/validateRequestBody",
        ops: REPLACE,
        apply: |validator, change| {
            validator.body = change.flag()?;
            Ok(())
        },
    },
];

/// Changes a validator.
pub async fn update_request_validator(
    cx: &Cx<'_>,
    input: UpdateRequestValidatorRequest,
) -> Result<model::RequestValidator> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateRequestValidatorRequest) -> Result<model::RequestValidator> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut validator = cx.validator(&api, &input.request_validator_id).await?.value;
    patch(&mut validator, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let mut change = cx.change(&api)?;
    change.put(&VALIDATORS, &part_sk(VALIDATOR, &validator.id), &validator)?;
    cx.commit(change).await?;
    Ok(validator.output())
}
