//! PutGatewayResponse.

use execute_api::catalogue::GatewayResponseType;
use execute_api::gateway_response::DEFAULT_TEMPLATE;
use execute_api::parameter_mapping::ParameterSource;
use model::PutGatewayResponseRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::compile::gateway_header;
use crate::entity::{GatewayResponse, TextMap};
use crate::error::{Result, bad_request, invalid_mapping};
use crate::table::{GATEWAY_RESPONSE, GATEWAY_RESPONSES, part_sk};
use crate::validate;

/// Restyles a gateway response; stages show it after the next deployment.
pub async fn put_gateway_response(cx: &Cx<'_>, input: PutGatewayResponseRequest) -> Result<model::GatewayResponse> {
    retry(cx.store(), || put(cx, &input)).await
}

async fn put(cx: &Cx<'_>, input: &PutGatewayResponseRequest) -> Result<model::GatewayResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let default = || TextMap::from([("application/json".to_owned(), DEFAULT_TEMPLATE.to_owned())]);
    let type_status =
        GatewayResponseType::parse(input.response_type.as_str()).and_then(GatewayResponseType::default_status);
    let response = GatewayResponse {
        response_type: input.response_type.as_str().to_owned(),
        status_code: input.status_code.clone().or_else(|| type_status.map(|status| status.to_string())),
        parameters: input.response_parameters.clone().unwrap_or_default(),
        templates: input.response_templates.clone().unwrap_or_else(default),
    };
    check(&response)?;
    let mut change = cx.change(&api)?;
    change.put(&GATEWAY_RESPONSES, &part_sk(GATEWAY_RESPONSE, &response.response_type), &response)?;
    cx.commit(change).await?;
    Ok(response.output())
}

/// The rules of a gateway response.
pub(super) fn check(response: &GatewayResponse) -> Result<()> {
    if let Some(status) = response.status_code.as_deref() {
        validate::status_code(status)?;
    }
    if response.templates.values().any(String::is_empty) {
        return Err(bad_request("Invalid null or empty value in responseTemplates"));
    }
    validate::templates(&response.templates)?;
    validate::mapping(&response.parameters)?;
    for (target, source) in &response.parameters {
        if gateway_header(target).is_none() {
            return Err(invalid_mapping(target));
        }
        if ParameterSource::parse_gateway_response(source).is_none() {
            return Err(invalid_mapping(source));
        }
    }
    Ok(())
}
