//! UpdateRoute.

use model::UpdateRouteRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_route::{check_free, judge};
use crate::Cx;
use crate::draft::route::apply;
use crate::entity::Route;
use crate::error::Result;
use crate::table::{ROUTE, ROUTES};

/// Changes a route.
pub async fn update_route(cx: &Cx<'_>, input: UpdateRouteRequest) -> Result<model::Route> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateRouteRequest) -> Result<model::Route> {
    let api = cx.api(&input.api_id).await?;
    let mut route = cx.route(&api.id, &input.route_id).await?;
    apply(&mut route, input);
    judge(cx, &api, &route).await?;
    if input.route_key.is_some() {
        let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
        check_free(&routes, &route)?;
    }
    let mut change = cx.change(&api)?;
    change.put_route(&route)?;
    cx.commit(change).await?;
    Ok(route.output())
}
