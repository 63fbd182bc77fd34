//! Lambda authorizers ("Use API Gateway Lambda authorizers"): a function decides by a policy. An answer may be kept, and
//! its policy is put to each method that is called with the same identity.

use std::sync::Arc;

use bytes::Bytes;
use world::{FunctionAnswer, FunctionCall, InvokeError};

use super::lambda_answer::{self, LambdaAnswer};
use super::lambda_event;
use super::token;
use crate::access_plan::{IdentitySource, LambdaAuthorizer, LambdaInput};
use crate::answer_cache::{self, AnswerCache};
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, map_text, masked};
use crate::gateway::Doors;
use crate::method_request::Exchange;
use crate::ports::RoleUse;
use crate::router::PathParameter;
use mapping_template::ContextVariables as _;

/// API Gateway waits no longer for an authorizer than for an integration.
const TIMEOUT_MS: u64 = 29_000;

/// What an authorizer is asked about.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub exchange: &'a Exchange,
    pub context: Context<'a>,
    pub resource_id: &'a str,
    pub resource_path: &'a str,
    pub path_parameters: &'a [PathParameter],
    /// The called method's ARN.
    pub arn: &'a str,
}

/// Kept answers with the number of the stage's last flush; `None` where nothing may be kept.
pub(crate) type Keep<'a> = Option<(&'a AnswerCache<LambdaAnswer>, u64)>;

/// What is written down of the asking.
pub(crate) struct Asking<'a> {
    pub log: &'a mut ExecutionLog,
    /// What Lambda calls the authorizer's call, where one was made and answered.
    pub request_id: &'a mut Option<String>,
}

/// Finds the answer for a request, kept or new.
pub(crate) async fn ask(
    doors: &Doors,
    authorizer: &LambdaAuthorizer,
    subject: Subject<'_>,
    keep: Keep<'_>,
    asking: Asking<'_>,
) -> Result<Arc<LambdaAnswer>, GatewayError> {
    let Asking { log, request_id: lambda_request_id } = asking;
    let request_id = &subject.exchange.request.request_id;
    log.line(|| format!("Starting authorizer: {} for request: {request_id}", authorizer.id));
    let identity = identity(authorizer, subject)?;
    log.line(|| format!("Incoming identity: {}", shown(authorizer, &identity)));
    let stage = &subject.exchange.stage;
    let function = authorizer.function_arn(&stage.variables);
    let function = function.ok_or_else(|| failed("Invalid Lambda function ARN in the authorizer URI"))?;
    let keep = keep.filter(|_| authorizer.ttl_s > 0).map(|(kept, flushes)| {
        let flushes = flushes.to_string();
        let own = [&*stage.api_id, &*stage.stage, &*stage.deployment.id, &*authorizer.id, &*function, &*flushes];
        (kept, answer_cache::key(own.into_iter().chain(identity.iter().map(String::as_str))))
    });
    let now = doors.clock.now();
    if let Some(answer) = keep.and_then(|(kept, key)| kept.get(&key, now)) {
        log.line(|| format!("Using cached authorizer policy for principal: {}", masked(&answer.principal_id)));
        return Ok(answer);
    }
    let call = invocation(doors, authorizer, function, subject, &identity, log).await?;
    let answered = doors.functions.invoke(call).await;
    *lambda_request_id = answered.as_ref().ok().and_then(|answer| answer.request_id.clone());
    let answer = Arc::new(judged(answered, log)?);
    log.line(|| format!("Using valid authorizer policy for principal: {}", masked(&answer.principal_id)));
    if let Some((kept, key)) = keep {
        kept.put(key, Arc::clone(&answer), now, authorizer.ttl_s);
    }
    Ok(answer)
}

/// The values that identify the caller. Where one is missing nobody is asked; a `REQUEST` authorizer whose answers are not
/// kept decides by itself what it misses.
fn identity(authorizer: &LambdaAuthorizer, subject: Subject<'_>) -> Result<Vec<String>, GatewayError> {
    match &authorizer.input {
        LambdaInput::Token { header, validation } => {
            let token = token(&subject.exchange.request.headers, header).filter(|token| !token.trim().is_empty());
            let token = token.ok_or_else(|| GatewayError::unauthorized("No token in the request"))?;
            if validation.as_ref().is_some_and(|pattern| !pattern.matches(&token)) {
                return Err(GatewayError::unauthorized("The token does not match the validation expression"));
            }
            Ok(vec![token])
        }
        LambdaInput::Request { sources } => {
            let values = sources.iter().map(|source| value(source, subject).filter(|value| !value.trim().is_empty()));
            if authorizer.ttl_s == 0 {
                return Ok(values.map(Option::unwrap_or_default).collect());
            }
            let all: Option<Vec<String>> = values.collect();
            all.ok_or_else(|| GatewayError::unauthorized("An identity source is missing or empty"))
        }
    }
}

/// All values of a repeated parameter count, so that none can hide behind another.
fn value(source: &IdentitySource, subject: Subject<'_>) -> Option<String> {
    let exchange = subject.exchange;
    match source {
        IdentitySource::Header(name) => {
            let values = exchange.shown_values(name);
            (!values.is_empty()).then(|| values.join("\n"))
        }
        IdentitySource::Query(name) => {
            let values = exchange.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            let values: Vec<&str> = values.collect();
            (!values.is_empty()).then(|| values.join("\n"))
        }
        IdentitySource::StageVariable(name) => exchange.stage.variables.get(name).cloned(),
        IdentitySource::Context(path) => {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            subject.context.get(&path).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        }
    }
}

/// A token, or each source with its value, as far as they may be seen.
fn shown(authorizer: &LambdaAuthorizer, identity: &[String]) -> String {
    match &authorizer.input {
        LambdaInput::Token { .. } => masked(identity.first().map_or("", String::as_str)),
        LambdaInput::Request { sources } => {
            let pairs = sources.iter().zip(identity).map(|(source, value)| format!("{source}={}", masked(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The call, once the role may make it.
async fn invocation(
    doors: &Doors,
    authorizer: &LambdaAuthorizer,
    function_arn: String,
    subject: Subject<'_>,
    identity: &[String],
    log: &mut ExecutionLog,
) -> Result<FunctionCall, GatewayError> {
    let event = match &authorizer.input {
        LambdaInput::Token { .. } => lambda_event::token(identity.first().map_or("", String::as_str), subject.arn),
        LambdaInput::Request { .. } => lambda_event::request(subject),
    };
    let stage = &subject.exchange.stage;
    let source_arn = format!(
        "arn:aws:execute-api:{}:{}:{}/authorizers/{}",
        stage.region, stage.account, stage.api_id, authorizer.id
    );
    let payload = Bytes::from(event.to_string());
    log_request(subject, (&function_arn, &source_arn), &payload, log);
    if let Some(role_arn) = authorizer.credentials.as_deref() {
        let action = "lambda:InvokeFunction";
        let wanted =
            RoleUse { account: &stage.account, role_arn, action, resource: &function_arn, at: doors.clock.now() };
        let may = doors.services.role_may(wanted).await;
        if let Err(error) = may {
            tracing::debug!(%error, "a role may not call an authorizer");
            return Err(unreachable(
                log,
                &format!("API Gateway does not have permission to assume the provided role {role_arn}"),
            ));
        }
    }
    let principal = "apigateway.amazonaws.com";
    let role_arn = authorizer.credentials.as_deref().map(str::to_owned);
    let trace_id = Some(subject.exchange.trace_id.clone());
    Ok(FunctionCall { function_arn, payload, timeout_ms: TIMEOUT_MS, source_arn, principal, role_arn, trace_id })
}

fn judged(answered: Result<FunctionAnswer, InvokeError>, log: &mut ExecutionLog) -> Result<LambdaAnswer, GatewayError> {
    match answered {
        Ok(answer) => read(&answer, log),
        Err(InvokeError::TimedOut) => Err(unreachable(log, "the function did not answer in time")),
        Err(InvokeError::NotFound) => Err(unreachable(log, "Invalid permissions on Lambda function")),
        Err(InvokeError::Refused(name)) if name.starts_with("AccessDenied") => {
            Err(unreachable(log, "Invalid permissions on Lambda function"))
        }
        Err(error) => Err(unreachable(log, &error.to_string())),
    }
}

/// What the function is sent. Its own credentials are none of the log's business.
fn log_request(subject: Subject<'_>, (function, source): (&str, &str), payload: &[u8], log: &mut ExecutionLog) {
    let exchange = subject.exchange;
    let (region, api_id) = (exchange.stage.region.as_str(), &*exchange.stage.api_id);
    let uri = format!("https://lambda.{region}.amazonaws.com/2015-03-31/functions/{function}/invocations");
    log.data(|| format!("Endpoint request URI: {uri}"));
    log.data(|| {
        let headers = [
            ("x-amzn-lambda-integration-tag", exchange.request.request_id.as_str()),
            ("x-amzn-apigateway-api-id", api_id),
            ("X-Amz-Source-Arn", source),
            ("Accept", "application/json"),
            ("User-Agent", &format!("AmazonAPIGateway_{api_id}")),
            ("X-Amzn-Trace-Id", exchange.trace_id.as_str()),
            ("Content-Type", "application/json"),
        ];
        format!("Endpoint request headers: {}", map_text(headers))
    });
    // It bears the caller's token: whoever tries an authorizer knows that, a stage's log has no need to.
    if exchange.stage.stage == crate::test_invoke::STAGE {
        log.data(|| format!("Endpoint request body after transformations: {}", String::from_utf8_lossy(payload)));
    }
    log.line(|| format!("Sending request to {uri}"));
}

/// Two lines tell of a function that gave no answer.
fn unreachable(log: &mut ExecutionLog, reason: &str) -> GatewayError {
    log.error(|| format!("Execution failed due to configuration error: {reason}"));
    failed("Authorizer error").because(reason)
}

fn read(answer: &FunctionAnswer, log: &mut ExecutionLog) -> Result<LambdaAnswer, GatewayError> {
    if answer.function_error.is_some() && lambda_answer::says_unauthorized(&answer.payload) {
        return Err(GatewayError::unauthorized("The authorizer does not know the caller"));
    }
    log.line(|| format!("Authorizer result body before parsing: {}", String::from_utf8_lossy(&answer.payload)));
    let answered = lambda_answer::read(&answer.payload).map_err(|reason| failed(&reason))?;
    if answer.function_error.is_some() { Err(failed("Authorizer error")) } else { Ok(answered) }
}

fn failed(reason: &str) -> GatewayError {
    GatewayError::authorizer_configuration(reason)
}
