//! What a function of a proxy integration may answer ("Output format of a Lambda function for proxy integration"). What is
//! no such answer is a 502; the rules are from recorded exchanges.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Map, Value};

use super::{IntegrationAnswer, http_endpoint};
use crate::content_handling::accepts_binary;
use crate::error::GatewayError;
use crate::integration_request::Validated;
use crate::integration_response::MappedResponse;
use crate::method_request::header_value;

/// All that an answer may hold.
const MEMBERS: [&str; 5] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/// Reads the answer.
pub(crate) fn read(validated: Validated<'_>, answer: &IntegrationAnswer) -> Result<MappedResponse, GatewayError> {
    if answer.failed.is_some() {
        return Err(GatewayError::bad_function_answer(
            "Lambda execution failed with status 200 due to customer function error",
        ));
    }
    let members: Map<String, Value> = serde_json::from_slice(&answer.body).map_err(|_| malformed())?;
    if members.is_empty() || members.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(malformed());
    }
    let base64 = match members.get("isBase64Encoded") {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => false,
        Some(_) => return Err(malformed()),
    };
    Ok(MappedResponse {
        status: status(members.get("statusCode"))?,
        headers: headers(&members)?,
        body: body(validated, members.get("body"), base64)?,
    })
}

/// What a streamed answer says of itself before its body: status, headers and cookies ("Lambda proxy integration format
/// for response streaming"). What else it says is passed over.
pub(crate) fn read_metadata(metadata: &[u8]) -> Result<(u16, HeaderMap), GatewayError> {
    let members: Map<String, Value> = serde_json::from_slice(metadata).map_err(|_| malformed())?;
    let mut headers = headers(&members)?;
    let cookies = match members.get("cookies") {
        None | Some(Value::Null) => None,
        Some(cookies) => Some(cookies.as_array().ok_or_else(malformed)?),
    };
    for cookie in cookies.into_iter().flatten() {
        let cookie = cookie.as_str().and_then(header_value).ok_or_else(malformed)?;
        headers.append(http::header::SET_COOKIE, cookie);
    }
    Ok((status(members.get("statusCode"))?, headers))
}

pub(crate) fn malformed() -> GatewayError {
    GatewayError::bad_function_answer("Malformed Lambda proxy response")
}

/// A number, also written as a text; 200 where there is none.
fn status(value: Option<&Value>) -> Result<u16, GatewayError> {
    let number = match value {
        None | Some(Value::Null) => Some(200),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let status = number.and_then(|number| u16::try_from(number).ok()).filter(|status| (100..=599).contains(status));
    status.filter(|status| StatusCode::from_u16(*status).is_ok()).ok_or_else(malformed)
}

/// The values of `multiValueHeaders` come first, then those of `headers`.
fn headers(members: &Map<String, Value>) -> Result<HeaderMap, GatewayError> {
    let mut all = HeaderMap::new();
    for (name, values) in object(members.get("multiValueHeaders"))?.into_iter().flatten() {
        for value in values.as_array().ok_or_else(malformed)? {
            add(&mut all, name, value)?;
        }
    }
    for (name, value) in object(members.get("headers"))?.into_iter().flatten() {
        add(&mut all, name, value)?;
    }
    Ok(all)
}

fn object(value: Option<&Value>) -> Result<Option<&Map<String, Value>>, GatewayError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_object().map(Some).ok_or_else(malformed),
    }
}

fn add(all: &mut HeaderMap, name: &str, value: &Value) -> Result<(), GatewayError> {
    let text = match value {
        Value::Null => return Ok(()),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => return Err(malformed()),
    };
    let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| malformed())?;
    let value = header_value(&text).ok_or_else(malformed)?;
    if let Some(name) = http_endpoint::response_header_name(&name) {
        all.append(name, value);
    }
    Ok(())
}

/// Text, or bytes where the function says so and the caller takes them.
fn body(validated: Validated<'_>, value: Option<&Value>, base64: bool) -> Result<Bytes, GatewayError> {
    let text = match value {
        None | Some(Value::Null) => return Ok(Bytes::new()),
        Some(Value::String(text)) => text,
        Some(_) => return Err(malformed()),
    };
    let exchange = validated.matched.exchange;
    if base64 && accepts_binary(exchange, &exchange.stage.deployment.binary_media_types) {
        return STANDARD.decode(text.trim()).map(Bytes::from).map_err(|_| malformed());
    }
    Ok(Bytes::copy_from_slice(text.as_bytes()))
}
