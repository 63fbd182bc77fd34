//! APIs.

use model_apigatewayv2 as model;

use super::cors;
use crate::entity::{Api, Protocol};
use crate::error::{Result, bad_request, not_for};
use crate::validate::{length, set, tags};

/// What of a request to an HTTP API names its route; nothing else may.
pub const HTTP_SELECTION: &str = "$request.method $request.path";
/// Where keys are looked for.
pub const API_KEY_SELECTION: &str = "$request.header.x-api-key";

/// Applies a change, quick create's members left out.
pub fn apply(api: &mut Api, change: &model::UpdateApiRequest) {
    if let Some(name) = &change.name {
        api.name.clone_from(name);
    }
    set(&mut api.description, change.description.clone());
    set(&mut api.version, change.version.clone());
    if let Some(expression) = &change.api_key_selection_expression {
        api.api_key_selection_expression.clone_from(expression);
    }
    if let Some(expression) = &change.route_selection_expression {
        api.route_selection_expression.clone_from(expression);
    }
    if change.cors_configuration.is_some() {
        api.cors.clone_from(&change.cors_configuration);
    }
    api.disable_schema_validation = change.disable_schema_validation.or(api.disable_schema_validation);
    api.disable_execute_api_endpoint = change.disable_execute_api_endpoint.unwrap_or(api.disable_execute_api_endpoint);
    if let Some(kind) = change.ip_address_type {
        kind.as_str().clone_into(&mut api.ip_address_type);
    }
}

/// Judges an API.
///
/// # Errors
/// `BadRequestException` that names the member.
pub fn check(api: &Api) -> Result<()> {
    length("name", Some(&api.name), (1, 128))?;
    length("description", api.description.as_deref(), (0, 1024))?;
    length("version", api.version.as_deref(), (1, 64))?;
    length("apiKeySelectionExpression", Some(&api.api_key_selection_expression), (1, 128))?;
    tags(&api.tags)?;
    let expression = api.route_selection_expression.as_str();
    match api.protocol {
        Protocol::Http => {
            if ![HTTP_SELECTION, "${request.method} ${request.path}"].contains(&expression) {
                return Err(bad_request(format_args!(
                    "Invalid routeSelectionExpression specified. For HTTP APIs it must be {HTTP_SELECTION}"
                )));
            }
            if api.disable_schema_validation.is_some() {
                return Err(not_for("disableSchemaValidation", "HTTP"));
            }
        }
        Protocol::WebSocket => {
            length("routeSelectionExpression", Some(expression), (1, 128))?;
            if !expression.contains("$request.body.") && !expression.contains("${request.body.") {
                return Err(bad_request(
                    "Invalid routeSelectionExpression specified. It must be of the form $request.body.<member>",
                ));
            }
            if api.cors.is_some() {
                return Err(not_for("corsConfiguration", "WEBSOCKET"));
            }
        }
    }
    api.cors.as_ref().map_or(Ok(()), cors::check)
}
