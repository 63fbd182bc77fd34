//! GetRoutes, in order of ids.

use model_apigatewayv2::{GetRoutesRequest, GetRoutesResponse};

use crate::Cx;
use crate::entity::Route;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{ROUTE, ROUTES, api_pk};

/// Lists an API's routes.
pub async fn get_routes(cx: &Cx<'_>, input: GetRoutesRequest) -> Result<GetRoutesResponse> {
    let api = cx.api(&input.api_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let (items, next_token) = listed(cx, &ROUTES, (&api_pk(&api.id), ROUTE), asked, Route::output).await?;
    Ok(GetRoutesResponse { items, next_token })
}
