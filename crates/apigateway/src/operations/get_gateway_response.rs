//! GetGatewayResponse.

use execute_api::catalogue::GatewayResponseType;
use model::GetGatewayResponseRequest;
use model_apigateway as model;

use crate::Cx;
use crate::entity::GatewayResponse;
use crate::error::{Result, not_found};
use crate::table::{GATEWAY_RESPONSE, GATEWAY_RESPONSES};

/// Shows a gateway response, restyled or not.
pub async fn get_gateway_response(cx: &Cx<'_>, input: GetGatewayResponseRequest) -> Result<model::GatewayResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let name = input.response_type.as_str();
    if let Some(response) = cx.part(&GATEWAY_RESPONSES, &api, GATEWAY_RESPONSE, name).await? {
        return Ok(response.output());
    }
    let response_type = GatewayResponseType::parse(name);
    response_type
        .map(GatewayResponse::default_output)
        .ok_or_else(|| not_found("Gateway response type not defined on api"))
}
