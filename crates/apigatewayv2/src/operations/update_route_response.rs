//! UpdateRouteResponse.

use model::UpdateRouteResponseRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_route_response::{apply, judge};
use crate::Cx;
use crate::error::Result;
use crate::table::{ROUTE_RESPONSE, ROUTE_RESPONSES, response_prefix};

/// Changes a response of a route.
pub async fn update_route_response(cx: &Cx<'_>, input: UpdateRouteResponseRequest) -> Result<model::RouteResponse> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateRouteResponseRequest) -> Result<model::RouteResponse> {
    let api = cx.api(&input.api_id).await?;
    let route = cx.route(&api.id, &input.route_id).await?;
    let mut response = cx.route_response(&api.id, &route.id, &input.route_response_id).await?;
    apply(&mut response, input);
    judge(cx, &api, &response).await?;
    let mut change = cx.change(&api)?;
    change.put(&ROUTE_RESPONSES, &(response_prefix(ROUTE_RESPONSE, &route.id) + &response.id), &response)?;
    cx.commit(change).await?;
    Ok(response.output())
}
