//! The method response: what the caller gets always bears a content type.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, headers_text};
use crate::integration::http_endpoint::JSON;
use crate::integration_request::Validated;
use crate::integration_response::MappedResponse;
use crate::plan::IntegrationKind;

/// Makes the response that the caller gets, still without the gateway's own headers.
pub(crate) fn method_response(
    validated: Validated<'_>,
    mapped: MappedResponse,
    log: &mut ExecutionLog,
) -> Result<Response<Bytes>, GatewayError> {
    let method = validated.matched.method;
    let mut headers = mapped.headers;
    if !headers.contains_key(http::header::CONTENT_TYPE) {
        headers.insert(http::header::CONTENT_TYPE, JSON);
    }
    if !matches!(method.integration.kind, IntegrationKind::Mock | IntegrationKind::HttpProxy(_)) {
        crate::method_request::header_value(&validated.matched.exchange.trace_id)
            .map(|value| headers.insert("x-amzn-trace-id", value));
    }
    log.data(|| format!("Method response body after transformations: {}", String::from_utf8_lossy(&mapped.body)));
    log.data(|| format!("Method response headers: {}", headers_text(&headers)));
    let status = StatusCode::from_u16(mapped.status)
        .map_err(|_| GatewayError::configuration(format!("Invalid status code: {}", mapped.status)))?;
    let mut response = Response::new(mapped.body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}
