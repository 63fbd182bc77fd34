//! UpdateMethodResponse.

use model::UpdateMethodResponseRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::MethodResponse;
use crate::error::{Result, response_not_found};
use crate::patch::{EDIT, Refusal, Rule, patch};
use crate::validate;

const RULES: &[Rule<MethodResponse>] = &[
    Rule {
        path: "/responseParameters/{}",
        ops: EDIT,
        apply: |response, change| change.edit_flags(&mut response.parameters),
    },
    Rule {
        path: "/responseParameters",
        ops: EDIT,
        apply: |response, change| change.edit_flags(&mut response.parameters),
    },
    Rule { path: "/responseModels/{}", ops: EDIT, apply: |response, change| change.edit(&mut response.models) },
    Rule { path: "/responseModels", ops: EDIT, apply: |response, change| change.edit(&mut response.models) },
];

/// Changes a method response.
pub async fn update_method_response(cx: &Cx<'_>, input: UpdateMethodResponseRequest) -> Result<model::MethodResponse> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateMethodResponseRequest) -> Result<model::MethodResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    let response = method.responses.get_mut(&input.status_code).ok_or_else(response_not_found)?;
    patch(response, RULES, Refusal::Short, input.patch_operations.as_deref())?;
    validate::response_parameters(&response.parameters)?;
    validate::mapping(&response.models)?;
    let response = response.clone();
    super::put_method::check_models(cx, &api, &response.models).await?;
    cx.put_back(&api, resource.value, &method).await?;
    Ok(response.output())
}
