//! CreateRouteResponse.

use model::{CreateRouteResponseRequest, UpdateRouteResponseRequest};
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::entity::{Api, RouteResponse};
use crate::error::{Result, bad_request, conflict, invalid_mapping, not_for};
use crate::table::{ROUTE_RESPONSE, ROUTE_RESPONSES, response_prefix};
use crate::validate::{entries, length, map, merge, merge_constraints, set};

/// Lets a WebSocket route answer.
pub async fn create_route_response(cx: &Cx<'_>, input: CreateRouteResponseRequest) -> Result<model::RouteResponse> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateRouteResponseRequest) -> Result<model::RouteResponse> {
    let api = cx.api(&input.api_id).await?;
    let route = cx.route(&api.id, &input.route_id).await?;
    let mut response = RouteResponse { id: cx.new_id(6), route_id: route.id.clone(), ..RouteResponse::default() };
    apply(&mut response, &change(input));
    judge(cx, &api, &response).await?;
    let mut change = cx.change(&api)?;
    change.put(&ROUTE_RESPONSES, &(response_prefix(ROUTE_RESPONSE, &route.id) + &response.id), &response)?;
    cx.commit(change).await?;
    Ok(response.output())
}

/// Applies a change.
pub(super) fn apply(response: &mut RouteResponse, change: &UpdateRouteResponseRequest) {
    if let Some(key) = &change.route_response_key {
        response.key.clone_from(key);
    }
    set(&mut response.model_selection_expression, change.model_selection_expression.clone());
    merge(&mut response.response_models, change.response_models.clone());
    merge_constraints(&mut response.response_parameters, change.response_parameters.clone());
}

/// Judges a response beside the route's others.
pub(super) async fn judge(cx: &Cx<'_>, api: &Api, response: &RouteResponse) -> Result<()> {
    if api.is_http() {
        return Err(not_for("Route responses", "HTTP"));
    }
    if response.key != "$default" {
        return Err(bad_request(format_args!(
            "Invalid routeResponseKey specified. Only $default is supported: {:.128}",
            response.key
        )));
    }
    length("modelSelectionExpression", response.model_selection_expression.as_deref(), (1, 128))?;
    map("responseModels", &response.response_models, 128)?;
    entries("responseParameters", response.response_parameters.len())?;
    let named = |name: &str| name.strip_prefix("route.response.header.").is_some_and(|rest| !rest.is_empty());
    if let Some(bad) = response.response_parameters.keys().find(|name| !named(name)) {
        return Err(invalid_mapping(bad));
    }
    let prefix = response_prefix(ROUTE_RESPONSE, &response.route_id);
    let others: Vec<RouteResponse> = cx.parts(&ROUTE_RESPONSES, &api.id, &prefix).await?;
    match others.iter().find(|other| other.id != response.id && other.key == response.key) {
        Some(other) => {
            Err(conflict(format_args!("Route response with key {} already exists for this route", other.key)))
        }
        None => Ok(()),
    }
}

fn change(input: &CreateRouteResponseRequest) -> UpdateRouteResponseRequest {
    UpdateRouteResponseRequest {
        api_id: input.api_id.clone(),
        model_selection_expression: input.model_selection_expression.clone(),
        response_models: input.response_models.clone(),
        response_parameters: input.response_parameters.clone(),
        route_id: input.route_id.clone(),
        route_response_id: String::new(),
        route_response_key: Some(input.route_response_key.clone()),
    }
}
