//! GetIntegrationResponses, in order of ids.

use model_apigatewayv2::{GetIntegrationResponsesRequest, GetIntegrationResponsesResponse};

use crate::Cx;
use crate::entity::IntegrationResponse;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{INTEGRATION_RESPONSE, INTEGRATION_RESPONSES, api_pk, response_prefix};

/// Lists the responses of an integration.
pub async fn get_integration_responses(
    cx: &Cx<'_>,
    input: GetIntegrationResponsesRequest,
) -> Result<GetIntegrationResponsesResponse> {
    let api = cx.api(&input.api_id).await?;
    let integration = cx.integration(&api.id, &input.integration_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let place = (&*api_pk(&api.id), &*response_prefix(INTEGRATION_RESPONSE, &integration.id));
    let (items, next_token) = listed(cx, &INTEGRATION_RESPONSES, place, asked, IntegrationResponse::output).await?;
    Ok(GetIntegrationResponsesResponse { items, next_token })
}
