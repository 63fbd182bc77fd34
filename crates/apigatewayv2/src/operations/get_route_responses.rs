//! GetRouteResponses, in order of ids.

use model_apigatewayv2::{GetRouteResponsesRequest, GetRouteResponsesResponse};

use crate::Cx;
use crate::entity::RouteResponse;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{ROUTE_RESPONSE, ROUTE_RESPONSES, api_pk, response_prefix};

/// Lists the responses of a route.
pub async fn get_route_responses(cx: &Cx<'_>, input: GetRouteResponsesRequest) -> Result<GetRouteResponsesResponse> {
    let api = cx.api(&input.api_id).await?;
    let route = cx.route(&api.id, &input.route_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let place = (&*api_pk(&api.id), &*response_prefix(ROUTE_RESPONSE, &route.id));
    let (items, next_token) = listed(cx, &ROUTE_RESPONSES, place, asked, RouteResponse::output).await?;
    Ok(GetRouteResponsesResponse { items, next_token })
}
