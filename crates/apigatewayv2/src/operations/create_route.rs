//! CreateRoute.

use model::{CreateRouteRequest, UpdateRouteRequest};
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::draft::route::{Around, apply, check, identity};
use crate::entity::{Api, Authorizer, Integration, Route};
use crate::error::{Result, limit_exceeded, route_exists};
use crate::table::{AUTHORIZER, AUTHORIZERS, INTEGRATION, INTEGRATIONS, ROUTE, ROUTES, part_sk};

/// Most routes of an API (quota).
pub(crate) const MAX_ROUTES: usize = 300;

/// Makes a route.
pub async fn create_route(cx: &Cx<'_>, input: CreateRouteRequest) -> Result<model::Route> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateRouteRequest) -> Result<model::Route> {
    let api = cx.api(&input.api_id).await?;
    let mut route = Route { id: cx.new_id(7), authorization_type: "NONE".to_owned(), ..Route::default() };
    apply(&mut route, &change(input));
    judge(cx, &api, &route).await?;
    let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
    check_free(&routes, &route)?;
    if routes.len() >= MAX_ROUTES {
        return Err(limit_exceeded("routes", MAX_ROUTES));
    }
    let mut change = cx.change(&api)?;
    change.put_route(&route)?;
    cx.commit(change).await?;
    Ok(route.output())
}

/// Judges a route with what it refers to.
pub(super) async fn judge(cx: &Cx<'_>, api: &Api, route: &Route) -> Result<()> {
    let authorizer: Option<Authorizer> = match &route.authorizer_id {
        Some(id) => cx.part(&AUTHORIZERS, &api.id, &part_sk(AUTHORIZER, id)).await?,
        None => None,
    };
    let integration: Option<Integration> = match route.integration_id() {
        Some(id) => cx.part(&INTEGRATIONS, &api.id, &part_sk(INTEGRATION, id)).await?,
        None => None,
    };
    check(route, api.protocol, Around { authorizer: authorizer.as_ref(), integration: integration.is_some() })
}

/// No other route has this key, nor one that differs in its variables' names alone.
pub(super) fn check_free(routes: &[Route], route: &Route) -> Result<()> {
    let own = identity(&route.key);
    match routes.iter().find(|other| other.id != route.id && identity(&other.key) == own) {
        Some(other) => Err(route_exists(&other.key)),
        None => Ok(()),
    }
}

fn change(input: &CreateRouteRequest) -> UpdateRouteRequest {
    UpdateRouteRequest {
        api_id: input.api_id.clone(),
        api_key_required: input.api_key_required,
        authorization_scopes: input.authorization_scopes.clone(),
        authorization_type: input.authorization_type,
        authorizer_id: input.authorizer_id.clone(),
        model_selection_expression: input.model_selection_expression.clone(),
        operation_name: input.operation_name.clone(),
        request_models: input.request_models.clone(),
        request_parameters: input.request_parameters.clone(),
        route_id: String::new(),
        route_key: Some(input.route_key.clone()),
        route_response_selection_expression: input.route_response_selection_expression.clone(),
        target: input.target.clone(),
    }
}
