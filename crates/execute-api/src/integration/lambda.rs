//! Functions: `AWS` integrations with mapping both ways, and `AWS_PROXY` ("Set up Lambda integrations in API Gateway").

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use world::{FunctionCall, FunctionStream, InvokeError};

use super::IntegrationAnswer;
use crate::authorizer::Authorized;
use crate::catalogue::HttpMethod;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, headers_text};
use crate::gateway::Doors;
use crate::integration_plan::{Credentials, LambdaTarget, TransferMode};
use crate::integration_request::Validated;
use crate::method_request::header_value;
use crate::ports::{CallerCredentials, CallerUse, RoleUse, ServiceError};

/// Largest event, in bytes: Lambda's 6 MB.
const MAX_EVENT_BYTES: usize = 6 * 1024 * 1024;
/// Asks for a call whose answer is not waited for.
pub(crate) const INVOCATION_TYPE: HeaderName = HeaderName::from_static("x-amz-invocation-type");

/// A call of a function.
#[derive(Debug)]
pub(crate) struct LambdaCall {
    pub function_arn: String,
    pub role_arn: Option<String>,
    pub caller: Option<CallerCredentials>,
    pub payload: Bytes,
    pub later: bool,
    pub timeout_ms: u64,
    pub transfer: TransferMode,
}

impl LambdaCall {
    /// The operation of Lambda's.
    pub(crate) const fn operation(&self) -> &'static str {
        match self.transfer {
            TransferMode::Buffered => "Invoke",
            TransferMode::Stream => "InvokeWithResponseStream",
        }
    }

    /// Where it is, as AWS has it.
    pub(crate) fn url(&self, region: &str) -> String {
        let (version, action) = match self.transfer {
            TransferMode::Buffered => ("2015-03-31", "invocations"),
            TransferMode::Stream => ("2021-11-15", "response-streaming-invocations"),
        };
        format!("https://lambda.{region}.amazonaws.com/{version}/functions/{}/{action}", self.function_arn)
    }
}

/// Makes the call. `later` is asked for by a header.
pub(crate) fn prepare(
    validated: Validated<'_>,
    target: &LambdaTarget,
    payload: Bytes,
    headers: &HeaderMap,
) -> Result<LambdaCall, GatewayError> {
    let variables = &validated.matched.exchange.stage.variables;
    if target.method != HttpMethod::Post {
        return Err(GatewayError::bad_integration_answer(
            "API Gateway does not have permission to invoke functions by another verb than POST",
        ));
    }
    let rendered = |template: &crate::uri_template::UriTemplate| template.render(variables, |_| None);
    let invalid = |_| GatewayError::configuration("Invalid endpoint address");
    let function_arn = rendered(&target.function).map_err(invalid)?;
    let arn = aws_types::Arn::parse(&function_arn).filter(|arn| arn.service == "lambda");
    if arn.is_none_or(|arn| !arn.resource.starts_with("function:")) {
        return Err(GatewayError::configuration("Invalid endpoint address"));
    }
    if payload.len() > MAX_EVENT_BYTES {
        return Err(GatewayError::request_too_large());
    }
    let (role_arn, caller) = match &target.credentials {
        Credentials::None => (None, None),
        Credentials::Role(role) => (Some(rendered(role).map_err(invalid)?), None),
        Credentials::Caller => (None, Some(validated.caller.authorized.credentials()?)),
    };
    let later = headers.get(INVOCATION_TYPE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"event"));
    let transfer = validated.matched.method.integration.transfer;
    Ok(LambdaCall { function_arn, role_arn, caller, payload, later, timeout_ms: target.timeout_ms, transfer })
}

/// One call, whose answer is still to come.
pub(crate) async fn open(
    doors: &Doors,
    validated: Validated<'_>,
    call: LambdaCall,
    log: &mut ExecutionLog,
) -> Result<FunctionStream, GatewayError> {
    let invocation = invocation(doors, validated, call, log).await?;
    doors.functions.open(invocation).await.map_err(|error| failure(&error))
}

/// The call as the function's keeper is asked for it, once the role may make it.
async fn invocation(
    doors: &Doors,
    validated: Validated<'_>,
    call: LambdaCall,
    log: &mut ExecutionLog,
) -> Result<FunctionCall, GatewayError> {
    let exchange = validated.matched.exchange;
    let stage = &exchange.stage;
    log_request(&call, stage.region.as_str(), &stage.api_id, &exchange.trace_id, log);
    check_role(doors, validated, &call).await?;
    let acts_as = check_caller(doors, validated, &call).await?;
    let (verb, path) = (validated.matched.verb_of_method(), &validated.matched.resource.path);
    let verb = if verb == "ANY" { "*" } else { verb };
    let path = variables_as_wildcards(path);
    let source =
        format!("arn:aws:execute-api:{}:{}:{}/{}/{verb}{path}", stage.region, stage.account, stage.api_id, stage.stage);
    Ok(FunctionCall {
        function_arn: call.function_arn,
        payload: call.payload,
        timeout_ms: call.timeout_ms,
        source_arn: source,
        principal: "apigateway.amazonaws.com",
        role_arn: call.role_arn.or(acts_as),
        trace_id: Some(exchange.trace_id.clone()),
    })
}

/// One call.
pub(crate) async fn call(
    doors: &Doors,
    validated: Validated<'_>,
    call: LambdaCall,
    log: &mut ExecutionLog,
) -> Result<IntegrationAnswer, GatewayError> {
    let later = call.later;
    let invocation = invocation(doors, validated, call, log).await?;
    let started = doors.clock.monotonic_ns();
    let outcome = if later {
        doors.functions.invoke_later(invocation).await.map(|()| (StatusCode::ACCEPTED, Bytes::new(), None, None))
    } else {
        let answer = doors.functions.invoke(invocation).await;
        answer.map(|answer| (StatusCode::OK, answer.payload, answer.function_error, answer.request_id))
    };
    let latency_us = doors.clock.monotonic_ns().saturating_sub(started) / 1000;
    let (status, body, function_error, request_id) = outcome.map_err(|error| failure(&error))?;
    let mut headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, super::http_endpoint::JSON)]);
    if let Some(error) = function_error.as_deref().and_then(header_value) {
        headers.insert("x-amz-function-error", error);
    }
    if let Some(id) = request_id.as_deref().and_then(header_value) {
        headers.insert("x-amzn-requestid", id);
    }
    log.line(|| {
        format!("Received response. Status: {}, Integration latency: {} ms", status.as_u16(), latency_us / 1000)
    });
    log.data(|| format!("Endpoint response headers: {}", headers_text(&headers)));
    log.data(|| format!("Endpoint response body before transformations: {}", String::from_utf8_lossy(&body)));
    let error_message = function_error.is_some().then(|| error_message(&body));
    Ok(IntegrationAnswer {
        status: status.as_u16(),
        selection: Some(error_message.clone().unwrap_or_default()),
        failed: error_message,
        headers,
        body,
        latency_us: Some(latency_us),
    })
}

/// `/pets/{petId}` is `/pets/*` in a source ARN.
fn variables_as_wildcards(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "*".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn check_role(doors: &Doors, validated: Validated<'_>, call: &LambdaCall) -> Result<(), GatewayError> {
    let Some(role_arn) = &call.role_arn else { return Ok(()) };
    let exchange = validated.matched.exchange;
    let wanted = RoleUse {
        account: &exchange.stage.account,
        role_arn,
        action: "lambda:InvokeFunction",
        resource: &call.function_arn,
        at: exchange.request.received,
    };
    doors.services.role_may(wanted).await.map_err(|error| {
        tracing::debug!(%error, "a role may not call a function");
        GatewayError::configuration("API Gateway does not have permission to assume the provided role")
    })
}

/// Where the caller's own credentials are used, the caller must be allowed to call the function: by their policies or the
/// function's. Answers as whom.
async fn check_caller(
    doors: &Doors,
    validated: Validated<'_>,
    call: &LambdaCall,
) -> Result<Option<String>, GatewayError> {
    let (Some(credentials), Authorized::Iam { identity, .. }) = (&call.caller, &validated.caller.authorized) else {
        return Ok(None);
    };
    let wanted = CallerUse {
        credentials,
        action: "lambda:InvokeFunction",
        resource: &call.function_arn,
        at: validated.matched.exchange.request.received,
    };
    match doors.services.caller_may(wanted).await {
        Ok(()) => Ok(Some(identity.user_arn.clone())),
        Err(ServiceError::Refused(sentence)) => Err(GatewayError::access_denied(sentence)),
        Err(error) => Err(GatewayError::configuration(error.to_string())),
    }
}

/// `errorMessage` of a failed function's answer.
fn error_message(body: &Bytes) -> String {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let message = answer.as_ref().and_then(|answer| answer.get("errorMessage"));
    message.and_then(Value::as_str).unwrap_or("Unknown error").to_owned()
}

fn log_request(call: &LambdaCall, region: &str, api_id: &str, trace_id: &str, log: &mut ExecutionLog) {
    let uri = call.url(region);
    log.data(|| format!("Endpoint request URI: {uri}"));
    log.data(|| {
        let pairs = [
            ("x-amzn-apigateway-api-id", api_id.to_owned()),
            ("accept", "application/json".to_owned()),
            ("user-agent", format!("AmazonAPIGateway_{api_id}")),
            ("x-amzn-trace-id", trace_id.to_owned()),
            ("content-type", "application/json".to_owned()),
        ];
        let pairs = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?)));
        format!("Endpoint request headers: {}", headers_text(&HeaderMap::from_iter(pairs)))
    });
    log.data(|| format!("Endpoint request body after transformations: {}", String::from_utf8_lossy(&call.payload)));
    log.line(|| format!("Sending request to {uri}"));
}

fn failure(error: &InvokeError) -> GatewayError {
    tracing::debug!(%error, "a function gave no answer");
    match error {
        InvokeError::TimedOut => GatewayError::endpoint_timed_out(),
        InvokeError::NotFound => GatewayError::bad_integration_answer("Invalid permissions on Lambda function"),
        InvokeError::Refused(name) if name.starts_with("AccessDenied") => {
            GatewayError::bad_integration_answer("Invalid permissions on Lambda function")
        }
        InvokeError::Refused(name) => {
            GatewayError::bad_integration_answer(format!("Lambda invocation failed with error: {name}"))
        }
        InvokeError::Unavailable(_) => GatewayError::network_error(),
    }
}
