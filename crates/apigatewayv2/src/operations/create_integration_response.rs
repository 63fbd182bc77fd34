//! CreateIntegrationResponse.

use model::{CreateIntegrationResponseRequest, UpdateIntegrationResponseRequest};
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::draft::integration::{apply_response, check_response};
use crate::entity::{Api, IntegrationResponse};
use crate::error::{Result, conflict, limit_exceeded, not_for};
use crate::table::{INTEGRATION_RESPONSE, INTEGRATION_RESPONSES, response_prefix};

/// Most responses of an integration. (own)
const MAX_RESPONSES: usize = 100;

/// Says what an answer of a WebSocket API's integration becomes.
pub async fn create_integration_response(
    cx: &Cx<'_>,
    input: CreateIntegrationResponseRequest,
) -> Result<model::IntegrationResponse> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateIntegrationResponseRequest) -> Result<model::IntegrationResponse> {
    let api = cx.api(&input.api_id).await?;
    let integration = cx.integration(&api.id, &input.integration_id).await?;
    let mut response =
        IntegrationResponse { id: cx.new_id(6), integration_id: integration.id.clone(), ..Default::default() };
    apply_response(&mut response, &change(input));
    judge(cx, &api, &response).await?;
    let mut change = cx.change(&api)?;
    let sk = response_prefix(INTEGRATION_RESPONSE, &integration.id) + &response.id;
    change.put(&INTEGRATION_RESPONSES, &sk, &response)?;
    cx.commit(change).await?;
    Ok(response.output())
}

/// Judges a response beside the integration's others.
pub(super) async fn judge(cx: &Cx<'_>, api: &Api, response: &IntegrationResponse) -> Result<()> {
    if api.is_http() {
        return Err(not_for("Integration responses", "HTTP"));
    }
    check_response(response)?;
    let prefix = response_prefix(INTEGRATION_RESPONSE, &response.integration_id);
    let others: Vec<IntegrationResponse> = cx.parts(&INTEGRATION_RESPONSES, &api.id, &prefix).await?;
    let mut others = others.iter().filter(|other| other.id != response.id).peekable();
    if others.clone().count() >= MAX_RESPONSES {
        return Err(limit_exceeded("integration responses", MAX_RESPONSES));
    }
    match others.find(|other| other.key == response.key) {
        Some(other) => Err(conflict(format_args!(
            "Integration response with key {} already exists for this integration",
            other.key
        ))),
        None => Ok(()),
    }
}

fn change(input: &CreateIntegrationResponseRequest) -> UpdateIntegrationResponseRequest {
    UpdateIntegrationResponseRequest {
        api_id: input.api_id.clone(),
        content_handling_strategy: input.content_handling_strategy,
        integration_id: input.integration_id.clone(),
        integration_response_id: String::new(),
        integration_response_key: Some(input.integration_response_key.clone()),
        response_parameters: input.response_parameters.clone(),
        response_templates: input.response_templates.clone(),
        template_selection_expression: input.template_selection_expression.clone(),
    }
}
