//! UpdateIntegrationResponse.

use model::UpdateIntegrationResponseRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::IntegrationResponse;
use crate::error::{Result, integration_not_found, response_not_found};
use crate::patch::{EDIT, REPLACE, Refusal, Rule, patch};
use crate::validate;

const RULES: &[Rule<IntegrationResponse>] = &[
    Rule {
        path: "/selectionPattern",
        ops: REPLACE,
        apply: |response, change| {
            response.selection_pattern = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/statusCode",
        ops: REPLACE,
        apply: |response, change| {
            response.status_code = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/contentHandling",
        ops: REPLACE,
        apply: |response, change| {
            response.content_handling = validate::content_handling(change.text())?;
            Ok(())
        },
    },
    Rule { path: "/responseParameters/{}", ops: EDIT, apply: |response, change| change.edit(&mut response.parameters) },
    Rule { path: "/responseParameters", ops: EDIT, apply: |response, change| change.edit(&mut response.parameters) },
    Rule { path: "/responseTemplates", ops: EDIT, apply: |response, change| change.edit(&mut response.templates) },
    Rule { path: "/responseTemplates/{}", ops: EDIT, apply: |response, change| change.edit(&mut response.templates) },
];

/// Changes what becomes of an answer.
pub async fn update_integration_response(
    cx: &Cx<'_>,
    input: UpdateIntegrationResponseRequest,
) -> Result<model::IntegrationResponse> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateIntegrationResponseRequest) -> Result<model::IntegrationResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    let mut integration = method.integration.take().ok_or_else(integration_not_found)?;
    let mut response = integration.responses.remove(&input.status_code).ok_or_else(response_not_found)?;
    patch(&mut response, RULES, Refusal::Short, input.patch_operations.as_deref())?;
    super::put_integration_response::check(&method, &response)?;
    integration.responses.insert(response.status_code.clone(), response.clone());
    method.integration = Some(integration);
    cx.put_back(&api, resource.value, &method).await?;
    Ok(response.output())
}
