//! `AWS_PROXY` on a function ("Working with AWS Lambda proxy integrations for HTTP APIs").

use bytes::Bytes;
use execute_api::ports::RoleUse;
use http::Response;
use world::{FunctionCall, InvokeError};

use super::mapped::Outgoing;
use super::{event, result};
use crate::context::Progress;
use crate::error::{Kind, Refusal};
use crate::gateway::HttpApis;
use crate::plan::{FunctionTarget, IntegrationPlan, PayloadFormat, RouteKey};

/// Largest event, in bytes: Lambda's 6 MB.
const MAX_EVENT_BYTES: usize = 6 * 1024 * 1024;

/// One call.
pub(super) async fn call(
    apis: &HttpApis,
    progress: &mut Progress<'_>,
    (integration, target): (&IntegrationPlan, &FunctionTarget),
    outgoing: Outgoing,
) -> Result<Response<Bytes>, Refusal> {
    let doors = apis.doors();
    let plan = &progress.exchange.stage.plan;
    let function_arn = target.function.render(&plan.variables, |_| None).ok();
    let function_arn =
        function_arn.filter(|arn| is_function(arn)).ok_or_else(|| internal("The integration names no function"))?;
    let event = match target.payload {
        PayloadFormat::V1 => event::integration_v1(progress, &outgoing),
        PayloadFormat::V2 => event::integration_v2(progress, &outgoing),
    };
    let payload = Bytes::from(event.to_string());
    if payload.len() > MAX_EVENT_BYTES {
        return Err(Refusal::integration(Kind::BodyTooLarge, "The event is over Lambda's 6 MB"));
    }
    if let Some(role_arn) = target.credentials.as_deref() {
        let action = "lambda:InvokeFunction";
        let at = progress.exchange.request.received;
        let wanted = RoleUse { account: &plan.account, role_arn, action, resource: &function_arn, at };
        doors.services.role_may(wanted).await.map_err(|error| internal(error.to_string()))?;
    }
    let call = FunctionCall {
        function_arn,
        payload,
        timeout_ms: integration.timeout_ms,
        source_arn: source_arn(progress),
        principal: "apigateway.amazonaws.com",
        role_arn: target.credentials.clone(),
        trace_id: Some(progress.exchange.trace_id.clone()),
    };
    let started = doors.clock.monotonic_ns();
    let answer = doors.functions.invoke(call).await;
    progress.integration.latency_us = Some(doors.clock.monotonic_ns().saturating_sub(started) / 1000);
    let answer = answer.map_err(|error| failure(&error))?;
    progress.integration.service_status = Some(200);
    if let Some(error) = &answer.function_error {
        return Err(internal(format!("The function failed: {error}")));
    }
    let response = result::read(&answer.payload, target.payload).map_err(internal)?;
    progress.integration.status = Some(response.status().as_u16());
    Ok(response)
}

fn internal(reason: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::integration(Kind::Internal, reason)
}

fn is_function(arn: &str) -> bool {
    let arn = aws_types::Arn::parse(arn).filter(|arn| arn.service == "lambda");
    arn.is_some_and(|arn| arn.resource.starts_with("function:"))
}

fn failure(error: &InvokeError) -> Refusal {
    tracing::debug!(%error, "a function gave no answer");
    match error {
        InvokeError::TimedOut => Refusal::integration(Kind::Unavailable, "The function did not answer in time"),
        InvokeError::NotFound => internal("Invalid permissions on Lambda function: there is none of that name"),
        InvokeError::Refused(name) if name.starts_with("AccessDenied") => internal(
            "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.",
        ),
        InvokeError::Refused(name) => internal(format!("Lambda refused the call: {name}")),
        InvokeError::Unavailable(why) => internal(format!("The function cannot be run: {why}")),
    }
}

/// What the function's policy speaks of: the stage with the route as its key has it.
fn source_arn(progress: &Progress<'_>) -> String {
    let plan = &progress.exchange.stage.plan;
    let route = progress.routed.as_ref().map(|routed| &routed.route.key);
    let route = match route {
        Some(RouteKey::Path { method, path }) => {
            let verb = if method.as_str() == "ANY" { "*" } else { method.as_str() };
            format!("{verb}{path}")
        }
        Some(RouteKey::Default) | None => "$default".to_owned(),
    };
    format!("arn:aws:execute-api:{}:{}:{}/{}/{route}", plan.region, plan.account, plan.api_id, plan.stage)
}
