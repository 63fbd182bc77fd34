//! Routes ("Working with routes for HTTP APIs", "Working with routes for WebSocket APIs").

use http_api::plan::RouteKey;
use model_apigatewayv2 as model;

use super::socket;
use crate::entity::{Authorizer, Protocol, Route};
use crate::error::{Result, bad_request, invalid_route_key, not_for};
use crate::validate::{entries, length, map, merge, merge_constraints, set};

/// Most scopes of a route (quota).
const MAX_SCOPES: usize = 10;

/// Applies a change.
pub fn apply(route: &mut Route, change: &model::UpdateRouteRequest) {
    if let Some(key) = &change.route_key {
        route.key.clone_from(key);
    }
    set(&mut route.target, change.target.clone());
    if let Some(kind) = change.authorization_type {
        kind.as_str().clone_into(&mut route.authorization_type);
        if matches!(kind, model::AuthorizationType::None | model::AuthorizationType::AwsIam) {
            route.authorizer_id = None;
            route.authorization_scopes = Vec::new();
        }
    }
    set(&mut route.authorizer_id, change.authorizer_id.clone());
    if let Some(scopes) = &change.authorization_scopes {
        route.authorization_scopes.clone_from(scopes);
    }
    route.api_key_required = change.api_key_required.unwrap_or(route.api_key_required);
    set(&mut route.operation_name, change.operation_name.clone());
    set(&mut route.model_selection_expression, change.model_selection_expression.clone());
    merge(&mut route.request_models, change.request_models.clone());
    merge_constraints(&mut route.request_parameters, change.request_parameters.clone());
    set(&mut route.route_response_selection_expression, change.route_response_selection_expression.clone());
}

/// What a route refers to, as far as it is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// The named authorizer.
    pub authorizer: Option<&'a Authorizer>,
    /// Whether the target's integration is there.
    pub integration: bool,
}

/// Judges a route of an API of this protocol.
///
/// # Errors
/// `BadRequestException` that names the member.
pub fn check(route: &Route, protocol: Protocol, around: Around<'_>) -> Result<()> {
    length("operationName", route.operation_name.as_deref(), (1, 64))?;
    length("target", route.target.as_deref(), (1, 128))?;
    check_authorization(route, around.authorizer)?;
    if route.target.is_some() && !around.integration {
        return Err(bad_request(format_args!(
            "Invalid target specified. It must be integrations/<id> of an integration of this API: {:.128}",
            route.target.as_deref().unwrap_or_default()
        )));
    }
    match protocol {
        Protocol::Http => check_http(route),
        Protocol::WebSocket => check_socket(route),
    }
}

fn check_http(route: &Route) -> Result<()> {
    RouteKey::parse(&route.key).map_err(|_| invalid_route_key())?;
    let foreign = [
        ("apiKeyRequired", route.api_key_required),
        ("modelSelectionExpression", route.model_selection_expression.is_some()),
        ("requestModels", !route.request_models.is_empty()),
        ("requestParameters", !route.request_parameters.is_empty()),
        ("routeResponseSelectionExpression", route.route_response_selection_expression.is_some()),
    ];
    match foreign.iter().find(|(_, given)| *given) {
        Some((setting, _)) => Err(not_for(setting, "HTTP")),
        None => Ok(()),
    }
}

fn check_socket(route: &Route) -> Result<()> {
    socket::check_route_key(&route.key)?;
    if route.authorization_type != "NONE" && route.key != "$connect" {
        return Err(bad_request("Currently, authorization is restricted to the $connect route only"));
    }
    if route.authorization_type == "JWT" {
        return Err(not_for("Authorization type JWT", "WEBSOCKET"));
    }
    length("modelSelectionExpression", route.model_selection_expression.as_deref(), (1, 128))?;
    map("requestModels", &route.request_models, 128)?;
    entries("requestParameters", route.request_parameters.len())?;
    if let Some(bad) = route.request_parameters.keys().find(|name| !socket::is_parameter(name)) {
        return Err(crate::error::invalid_mapping(bad));
    }
    match route.route_response_selection_expression.as_deref() {
        None | Some("$default") => Ok(()),
        Some(_) => Err(bad_request("Invalid routeResponseSelectionExpression specified. Only $default is supported")),
    }
}

fn check_authorization(route: &Route, authorizer: Option<&Authorizer>) -> Result<()> {
    let kind = route.authorization_type.as_str();
    let wanted = match kind {
        "JWT" => Some("JWT"),
        "CUSTOM" => Some("REQUEST"),
        _ => None,
    };
    match wanted {
        Some(wanted) if authorizer.is_none_or(|authorizer| authorizer.authorizer_type != wanted) => {
            return Err(bad_request(format_args!(
                "Invalid authorizer ID specified. Setting the authorization type to {kind} requires a valid {wanted} \
                 authorizer."
            )));
        }
        None if route.authorizer_id.is_some() => {
            return Err(bad_request(format_args!("authorizerId is not supported for authorization type {kind}")));
        }
        _ => {}
    }
    let scopes = &route.authorization_scopes;
    if !scopes.is_empty() && kind != "JWT" {
        return Err(bad_request(format_args!("authorizationScopes are not supported for authorization type {kind}")));
    }
    if scopes.len() > MAX_SCOPES {
        return Err(crate::error::limit_exceeded("authorization scopes per route", MAX_SCOPES));
    }
    let word =
        |scope: &String| (1..=64).contains(&scope.len()) && !scope.contains([' ', '"', '\\']) && scope.is_ascii();
    match scopes.iter().find(|scope| !word(scope)) {
        Some(bad) => Err(bad_request(format_args!("Invalid authorizationScopes specified: {bad:.128}"))),
        None => Ok(()),
    }
}

/// What two routes of an API must not have in common: the key with its variables' names taken out.
pub fn identity(key: &str) -> String {
    let part = |part: &str| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) if name.ends_with('+') => "{+}".to_owned(),
        Some(_) => "{}".to_owned(),
        None => part.to_owned(),
    };
    key.split('/').map(part).collect::<Vec<_>>().join("/")
}
