//! DeleteRouteResponse.

use model_apigatewayv2::DeleteRouteResponseRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::table::{ROUTE_RESPONSE, response_prefix};

/// Deletes a response of a route.
pub async fn delete_route_response(cx: &Cx<'_>, input: DeleteRouteResponseRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteRouteResponseRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let route = cx.route(&api.id, &input.route_id).await?;
    let response = cx.route_response(&api.id, &route.id, &input.route_response_id).await?;
    let mut change = cx.change(&api)?;
    change.delete(&(response_prefix(ROUTE_RESPONSE, &route.id) + &response.id));
    cx.commit(change).await
}
