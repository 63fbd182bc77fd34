//! GetRoute.

use model::GetRouteRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a route.
pub async fn get_route(cx: &Cx<'_>, input: GetRouteRequest) -> Result<model::Route> {
    cx.api(&input.api_id).await?;
    Ok(cx.route(&input.api_id, &input.route_id).await?.output())
}
