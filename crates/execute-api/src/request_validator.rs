//! Basic request validation ("Request validation for REST APIs"): required parameters must be there and not blank, and the
//! body must be what its model says. Parameters are checked first.

use http::HeaderName;
use serde_json::Value;

use crate::api_key::Caller;
use crate::error::GatewayError;
use crate::integration_request::Validated;
use crate::parameter_mapping::read_document;
use crate::route_match::Matched;

/// Checks what the method's validator asks for. Names come in the order header, path, query string.
pub(crate) fn validate<'a>(matched: &'a Matched<'a>, caller: &'a Caller) -> Result<Validated<'a>, GatewayError> {
    let required = &matched.method.required_parameters;
    let has_header = |name: &String| {
        let values = HeaderName::from_bytes(name.as_bytes()).map(|name| matched.exchange.shown_values(&name));
        values.is_ok_and(|values| values.first().is_some_and(|value| !value.trim().is_empty()))
    };
    let has_path = |name: &String| matched.path_parameter(name).is_some_and(|p| !p.value.trim().is_empty());
    let has_query = |name: &String| {
        let values = || matched.exchange.query.iter().filter(|(key, _)| key == name);
        values().any(|(_, value)| !value.trim().is_empty())
    };
    let headers = required.headers.iter().filter(|name| !has_header(name));
    let path = required.path.iter().filter(|name| !has_path(name));
    let query = required.query.iter().filter(|name| !has_query(name));
    let missing: Vec<&str> = headers.chain(path).chain(query).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(GatewayError::missing_parameters(&missing));
    }
    check_body(matched)?;
    Ok(Validated { matched, caller, endpoint_request_id: None })
}

/// A body whose media type has no model is not checked; one that is no JSON fits none.
fn check_body(matched: &Matched<'_>) -> Result<(), GatewayError> {
    let exchange = matched.exchange;
    let Some(schema) = matched.method.body_models.get(&exchange.media_type()) else { return Ok(()) };
    let body: Option<Value> = read_document(&exchange.body_text());
    let complaints = match body {
        Some(body) => schema.complaints(&body),
        None => vec!["unable to parse the request body as JSON".to_owned()],
    };
    if complaints.is_empty() { Ok(()) } else { Err(GatewayError::invalid_body(&complaints)) }
}
