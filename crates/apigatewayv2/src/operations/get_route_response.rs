//! GetRouteResponse.

use model::GetRouteResponseRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a response of a route.
pub async fn get_route_response(cx: &Cx<'_>, input: GetRouteResponseRequest) -> Result<model::RouteResponse> {
    cx.api(&input.api_id).await?;
    cx.route(&input.api_id, &input.route_id).await?;
    Ok(cx.route_response(&input.api_id, &input.route_id, &input.route_response_id).await?.output())
}
