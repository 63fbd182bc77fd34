//! PutIntegrationResponse.

use model::PutIntegrationResponseRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{IntegrationResponse, Method};
use crate::error::{Result, integration_not_found, response_not_found};
use crate::validate;

/// Sets what becomes of an answer.
pub async fn put_integration_response(
    cx: &Cx<'_>,
    input: PutIntegrationResponseRequest,
) -> Result<model::IntegrationResponse> {
    retry(cx.store(), || put(cx, &input)).await
}

async fn put(cx: &Cx<'_>, input: &PutIntegrationResponseRequest) -> Result<model::IntegrationResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    let response = IntegrationResponse {
        status_code: input.status_code.clone(),
        selection_pattern: input.selection_pattern.clone(),
        parameters: input.response_parameters.clone().unwrap_or_default(),
        templates: input.response_templates.clone().unwrap_or_default(),
        content_handling: input.content_handling.map(|handling| handling.as_str().to_owned()),
    };
    let integration = method.integration.as_ref().ok_or_else(integration_not_found)?;
    let mut changed = integration.clone();
    check(&method, &response)?;
    changed.responses.insert(input.status_code.clone(), response.clone());
    method.integration = Some(changed);
    cx.put_back(&api, resource.value, &method).await?;
    Ok(response.output())
}

/// The rules of an integration response; its method response must be there.
pub(super) fn check(method: &Method, response: &IntegrationResponse) -> Result<()> {
    let shown = method.responses.get(&response.status_code).ok_or_else(response_not_found)?;
    validate::pattern("selectionPattern", response.selection_pattern.as_deref())?;
    validate::response_mapping(&response.parameters, shown)?;
    validate::templates(&response.templates)
}
