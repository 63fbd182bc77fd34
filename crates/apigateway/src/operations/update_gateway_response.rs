//! UpdateGatewayResponse. One that nobody restyled is restyled by it.

use execute_api::catalogue::GatewayResponseType;
use model::UpdateGatewayResponseRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::GatewayResponse;
use crate::error::{Result, bad_request};
use crate::patch::{Change, EDIT, REPLACE, Refusal, Rule, patch};
use crate::table::{GATEWAY_RESPONSE, GATEWAY_RESPONSES, part_sk};

const RULES: &[Rule<GatewayResponse>] = &[
    Rule {
        path: "/statusCode",
        ops: REPLACE,
        apply: |response, change| {
            response.status_code = change.text();
            Ok(())
        },
    },
    Rule { path: "/responseParameters/{}", ops: EDIT, apply: |response, change| change.edit(&mut response.parameters) },
    Rule { path: "/responseParameters", ops: EDIT, apply: |response, change| change.edit(&mut response.parameters) },
    Rule { path: "/responseTemplates/{}", ops: EDIT, apply: edit_templates },
    Rule { path: "/responseTemplates", ops: EDIT, apply: edit_templates },
];

fn edit_templates(response: &mut GatewayResponse, change: &Change<'_>) -> Result<()> {
    change.edit(&mut response.templates)?;
    if response.templates.values().any(String::is_empty) {
        return Err(bad_request("Invalid null or empty value in responseTemplates"));
    }
    Ok(())
}

/// Changes a gateway response.
pub async fn update_gateway_response(
    cx: &Cx<'_>,
    input: UpdateGatewayResponseRequest,
) -> Result<model::GatewayResponse> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateGatewayResponseRequest) -> Result<model::GatewayResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let name = input.response_type.as_str();
    let stored = cx.part(&GATEWAY_RESPONSES, &api, GATEWAY_RESPONSE, name).await?.map(|response| response.value);
    let default = || GatewayResponseType::parse(name).map(GatewayResponse::default_of).unwrap_or_default();
    let mut response = stored.unwrap_or_else(default);
    patch(&mut response, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    super::put_gateway_response::check(&response)?;
    let mut change = cx.change(&api)?;
    change.put(&GATEWAY_RESPONSES, &part_sk(GATEWAY_RESPONSE, name), &response)?;
    cx.commit(change).await?;
    Ok(response.output())
}
