//! DeleteRouteRequestParameter.

use model_apigatewayv2::DeleteRouteRequestParameterRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, not_found};

/// Takes a parameter off a route.
pub async fn delete_route_request_parameter(cx: &Cx<'_>, input: DeleteRouteRequestParameterRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteRouteRequestParameterRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let mut route = cx.route(&api.id, &input.route_id).await?;
    if route.request_parameters.remove(&input.request_parameter_key).is_none() {
        return Err(not_found(format_args!(
            "Invalid request parameter key specified: {:.200}",
            input.request_parameter_key
        )));
    }
    let mut change = cx.change(&api)?;
    change.put_route(&route)?;
    cx.commit(change).await
}
