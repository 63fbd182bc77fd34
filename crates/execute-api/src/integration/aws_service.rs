//! `AWS` integrations of services other than Lambda ("Set up AWS service integrations"): a call of a service of this
//! server, through a port.

use bytes::Bytes;
use http::{HeaderMap, Request, Uri};

use super::{IntegrationAnswer, http_endpoint};
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, headers_text};
use crate::gateway::Doors;
use crate::integration_plan::{Credentials, ServiceCallKind, ServiceTarget};
use crate::integration_request::{MappedParameters, Validated};
use crate::ports::{ServiceCall, ServiceError};
use crate::uri_template::PathValue;

/// Largest answer, in bytes.
const MAX_ANSWER_BYTES: usize = 10 * 1024 * 1024;

/// Makes the call.
pub(crate) fn prepare(
    validated: Validated<'_>,
    target: &ServiceTarget,
    parameters: &MappedParameters,
    (headers, query, body): (HeaderMap, String, Bytes),
) -> Result<ServiceCall, GatewayError> {
    let exchange = validated.matched.exchange;
    let variables = &exchange.stage.variables;
    let path = |name: &str| -> Option<PathValue> { parameters.path.get(name).cloned() };
    let (action, uri) = match &target.call {
        ServiceCallKind::Path(template) => (None, http_endpoint::fill(template, variables, path, &query)?),
        ServiceCallKind::Action(action) => {
            let fixed = format!("https://{}.{}.amazonaws.com/", target.service, target.region);
            let uri = if query.is_empty() { fixed } else { format!("{fixed}?{query}") };
            let uri: Uri = uri.parse().map_err(|_| GatewayError::configuration("Invalid endpoint address"))?;
            (Some(action.clone()), uri)
        }
    };
    let (role_arn, caller) = match &target.credentials {
        Credentials::None => (None, None),
        Credentials::Role(role) => {
            let role = role.render(variables, |_| None);
            (Some(role.map_err(|_| GatewayError::configuration("Invalid role ARN"))?), None)
        }
        Credentials::Caller => (None, Some(validated.caller.authorized.credentials()?)),
    };
    let mut request = Request::new(body);
    *request.method_mut() = http_endpoint::verb(target.method, &exchange.verb)?;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(ServiceCall {
        account: exchange.stage.account.clone(),
        region: aws_types::Region::parse(&target.region).unwrap_or_else(|| exchange.stage.region.clone()),
        service: target.service.clone(),
        action,
        role_arn,
        caller,
        request,
        request_id: exchange.request.request_id.clone(),
        source_ip: exchange.request.source_ip.clone(),
        timeout_ms: target.timeout_ms,
    })
}

/// One call.
pub(crate) async fn call(
    doors: &Doors,
    call: ServiceCall,
    log: &mut ExecutionLog,
) -> Result<IntegrationAnswer, GatewayError> {
    let uri = call.request.uri().to_string();
    log.data(|| format!("Endpoint request URI: {uri}"));
    log.data(|| format!("Endpoint request headers: {}", headers_text(call.request.headers())));
    log.data(|| {
        format!("Endpoint request body after transformations: {}", String::from_utf8_lossy(call.request.body()))
    });
    log.line(|| format!("Sending request to {uri}"));
    let started = doors.clock.monotonic_ns();
    let answer = doors.services.call(call).await;
    let latency_us = doors.clock.monotonic_ns().saturating_sub(started) / 1000;
    let (parts, body) = answer.map_err(|error| failure(&error))?.into_parts();
    if body.len() > MAX_ANSWER_BYTES {
        return Err(GatewayError::bad_integration_answer(format!(
            "Integration response is larger than allowed maximum of {MAX_ANSWER_BYTES} bytes."
        )));
    }
    let status = parts.status.as_u16();
    log.line(|| format!("Received response. Status: {status}, Integration latency: {} ms", latency_us / 1000));
    log.data(|| format!("Endpoint response headers: {}", headers_text(&parts.headers)));
    log.data(|| format!("Endpoint response body before transformations: {}", String::from_utf8_lossy(&body)));
    Ok(IntegrationAnswer { latency_us: Some(latency_us), ..IntegrationAnswer::of_status(status, parts.headers, body) })
}

fn failure(error: &ServiceError) -> GatewayError {
    tracing::debug!(%error, "a service could not be called");
    match error {
        ServiceError::Refused(_) => {
            GatewayError::configuration("API Gateway does not have permission to assume the provided role")
        }
        ServiceError::Unavailable(reason) => GatewayError::configuration(reason),
        ServiceError::TimedOut => GatewayError::endpoint_timed_out(),
    }
}
