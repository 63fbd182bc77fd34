//! Basic request validation ("Request validation for REST APIs"): required parameters must be there and not blank.

use crate::api_key::Caller;
use crate::error::GatewayError;
use crate::integration_request::Validated;
use crate::route_match::Matched;

/// Checks what the method's validator asks for. Names come in the order header, path, query string.
pub(crate) fn validate<'a>(matched: &'a Matched<'a>, caller: &'a Caller) -> Result<Validated<'a>, GatewayError> {
    let required = &matched.method.required_parameters;
    let has_header = |name: &String| matched.exchange.header(name).is_some_and(|value| !value.trim().is_empty());
    let has_path = |name: &String| matched.path_parameter(name).is_some_and(|p| !p.value.trim().is_empty());
    let has_query = |name: &String| {
        let values = || matched.exchange.query.iter().filter(|(key, _)| key == name);
        values().any(|(_, value)| !value.trim().is_empty())
    };
    let headers = required.headers.iter().filter(|name| !has_header(name));
    let path = required.path.iter().filter(|name| !has_path(name));
    let query = required.query.iter().filter(|name| !has_query(name));
    let missing: Vec<&str> = headers.chain(path).chain(query).map(String::as_str).collect();
    if missing.is_empty() { Ok(Validated { matched, caller }) } else { Err(GatewayError::missing_parameters(&missing)) }
}
