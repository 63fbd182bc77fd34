//! CreateIntegration.

use model::{CreateIntegrationRequest, UpdateIntegrationRequest};
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::draft::integration::{apply, check, complete, new};
use crate::entity::{Api, Integration};
use crate::error::{Result, bad_request, limit_exceeded};
use crate::table::{INTEGRATION, INTEGRATIONS};

/// Most integrations of an API (quota).
pub(crate) const MAX_INTEGRATIONS: usize = 300;

/// Makes an integration.
pub async fn create_integration(cx: &Cx<'_>, input: CreateIntegrationRequest) -> Result<model::Integration> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateIntegrationRequest) -> Result<model::Integration> {
    let api = cx.api(&input.api_id).await?;
    let mut integration = new(cx.new_id(7), api.protocol);
    apply(&mut integration, &change(input));
    complete(&mut integration, api.protocol);
    check(&integration, api.protocol)?;
    check_link(cx, &api, &integration).await?;
    let others: Vec<Integration> = cx.parts(&INTEGRATIONS, &api.id, INTEGRATION).await?;
    if others.len() >= MAX_INTEGRATIONS {
        return Err(limit_exceeded("integrations", MAX_INTEGRATIONS));
    }
    let mut change = cx.change(&api)?;
    change.put_integration(&integration)?;
    cx.commit(change).await?;
    Ok(integration.output())
}

/// The VPC link that an HTTP API's integration goes through must be there. Those of WebSocket APIs are REST APIs'.
pub(super) async fn check_link(cx: &Cx<'_>, api: &Api, integration: &Integration) -> Result<()> {
    let Some(id) = integration.connection_id.as_deref().filter(|_| api.is_http()) else { return Ok(()) };
    if integration.connection_type != "VPC_LINK" {
        return Err(bad_request("connectionId is only supported for connection type VPC_LINK"));
    }
    cx.vpc_link(id).await.map(drop).map_err(|error| {
        if error.status == 404 { bad_request(format_args!("Invalid connectionId specified: {id:.200}")) } else { error }
    })
}

fn change(input: &CreateIntegrationRequest) -> UpdateIntegrationRequest {
    UpdateIntegrationRequest {
        api_id: input.api_id.clone(),
        connection_id: input.connection_id.clone(),
        connection_type: input.connection_type,
        content_handling_strategy: input.content_handling_strategy,
        credentials_arn: input.credentials_arn.clone(),
        description: input.description.clone(),
        integration_id: String::new(),
        integration_method: input.integration_method.clone(),
        integration_subtype: input.integration_subtype.clone(),
        integration_type: Some(input.integration_type),
        integration_uri: input.integration_uri.clone(),
        passthrough_behavior: input.passthrough_behavior,
        payload_format_version: input.payload_format_version.clone(),
        request_parameters: input.request_parameters.clone(),
        request_templates: input.request_templates.clone(),
        response_parameters: input.response_parameters.clone(),
        template_selection_expression: input.template_selection_expression.clone(),
        timeout_in_millis: input.timeout_in_millis,
        tls_config: input.tls_config.clone(),
    }
}
