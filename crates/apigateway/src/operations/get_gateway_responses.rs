//! GetGatewayResponses: all types, alphabetically.

use execute_api::catalogue::GatewayResponseType;
use model_apigateway::{GatewayResponses, GetGatewayResponsesRequest};

use crate::Cx;
use crate::entity::GatewayResponse;
use crate::error::Result;
use crate::table::{GATEWAY_RESPONSE, GATEWAY_RESPONSES};

/// Lists an API's gateway responses, restyled or not.
pub async fn get_gateway_responses(cx: &Cx<'_>, input: GetGatewayResponsesRequest) -> Result<GatewayResponses> {
    let api = cx.api(&input.rest_api_id).await?;
    let stored = cx.parts(&GATEWAY_RESPONSES, &api.id, GATEWAY_RESPONSE).await?;
    let shown = |response_type: &GatewayResponseType| {
        let own = stored.iter().find(|response| response.response_type == response_type.as_str());
        own.map_or_else(|| GatewayResponse::default_output(*response_type), GatewayResponse::output)
    };
    Ok(GatewayResponses { position: None, items: Some(GatewayResponseType::ALL.iter().map(shown).collect()) })
}
