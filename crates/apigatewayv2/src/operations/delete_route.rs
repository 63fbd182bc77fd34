//! DeleteRoute.

use model_apigatewayv2::DeleteRouteRequest;
use store::retry;

use crate::Cx;
use crate::entity::RouteResponse;
use crate::error::{Result, bad_request};
use crate::table::{ROUTE, ROUTE_RESPONSE, ROUTE_RESPONSES, part_sk, response_prefix};

/// Deletes a route with its responses.
pub async fn delete_route(cx: &Cx<'_>, input: DeleteRouteRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteRouteRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let route = cx.route(&api.id, &input.route_id).await?;
    if route.managed {
        return Err(bad_request("A route that quick create made cannot be deleted"));
    }
    let prefix = response_prefix(ROUTE_RESPONSE, &route.id);
    let responses: Vec<RouteResponse> = cx.parts(&ROUTE_RESPONSES, &api.id, &prefix).await?;
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(ROUTE, &route.id));
    for response in responses {
        change.delete(&format!("{prefix}{}", response.id));
    }
    cx.commit(change).await
}
