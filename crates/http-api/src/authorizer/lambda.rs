//! Lambda authorizers ("Working with AWS Lambda authorizers for HTTP APIs"): a function decides, by a word or by a policy. An
//! answer may be kept; it is then good for all routes of the stage, and a policy is put to each.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use execute_api::answer_cache;
use execute_api::ports::RoleUse;
use iam_policy::{Context, Principal, Request};
use world::{FunctionAnswer, FunctionCall, InvokeError};

use super::answer::{self, Verdict};
use super::iam::ACTION;
use super::{Admission, Authorized, condition_keys, identity, route_arn};
use crate::context::Progress;
use crate::error::Refusal;
use crate::gateway::HttpApis;
use crate::integration::event;
use crate::plan::{LambdaAuthorizer, PayloadFormat};

/// How long a function may take, in milliseconds.
const TIMEOUT_MS: u64 = 10_000;

pub(super) async fn authorize(
    apis: &HttpApis,
    progress: &Progress<'_>,
    authorizer: &LambdaAuthorizer,
) -> Result<Authorized, Refusal> {
    let values = authorizer.identity_sources.iter().map(|source| identity(source, progress));
    let values: Option<Vec<Vec<String>>> = values.collect();
    let values = values.ok_or_else(|| Refusal::unauthorized("an identity source is missing or empty"))?;
    let arn = route_arn(progress);
    let admission = ask(apis, progress, authorizer, (&values, &arn)).await?;
    if may(&admission, progress, &arn) {
        Ok(Authorized::Lambda(admission))
    } else {
        Err(Refusal::forbidden("the authorizer does not let the caller in"))
    }
}

fn may(admission: &Admission, progress: &Progress<'_>, arn: &str) -> bool {
    match &admission.verdict {
        Verdict::Simple(authorized) => *authorized,
        Verdict::Policy(policy) => {
            let principal = Principal::Anonymous;
            let mut context = Context::of(&principal, progress.exchange.request.received);
            for (key, value) in condition_keys(progress.exchange) {
                context.set(key, value);
            }
            policy.outcome(&Request::new(&principal, ACTION, arn, &context)).alone().is_allowed()
        }
    }
}

/// Finds the answer, kept or new.
async fn ask(
    apis: &HttpApis,
    progress: &Progress<'_>,
    authorizer: &LambdaAuthorizer,
    (values, arn): (&[Vec<String>], &str),
) -> Result<Arc<Admission>, Refusal> {
    let plan = &progress.exchange.stage.plan;
    let function = authorizer.function.render(&plan.variables, |_| None).ok();
    let function = function.filter(|arn| arn.starts_with("arn:") && arn.split(':').count() >= 7);
    let function = function.ok_or_else(|| Refusal::broken_authorizer("the authorizer names no function"))?;
    // Without identity sources there is nothing to tell callers apart by.
    let key = (authorizer.ttl_s > 0 && !values.is_empty()).then(|| {
        let flushes = progress.exchange.stage.flushes.load(Ordering::Acquire).to_string();
        let own = [&*plan.api_id, &*plan.stage, &*plan.deployment.id, &*authorizer.id, &*function, &*flushes];
        // How many values a source has is a part of the key: two of them are not one with a comma.
        let counts: Vec<String> = values.iter().map(|all| all.len().to_string()).collect();
        let identity = counts.iter().chain(values.iter().flatten()).map(String::as_str);
        answer_cache::key(own.into_iter().chain(identity))
    });
    let now = apis.doors().clock.now();
    if let Some(kept) = key.and_then(|key| apis.authorizers().get(&key, now)) {
        return Ok(kept);
    }
    let told: Vec<String> = values.iter().map(|all| all.join(",")).collect();
    let admission = Arc::new(call(apis, progress, authorizer, (function, &told, arn)).await?);
    if let Some(key) = key {
        apis.authorizers().put(key, Arc::clone(&admission), now, authorizer.ttl_s);
    }
    Ok(admission)
}

async fn call(
    apis: &HttpApis,
    progress: &Progress<'_>,
    authorizer: &LambdaAuthorizer,
    (function_arn, values, arn): (String, &[String], &str),
) -> Result<Admission, Refusal> {
    let doors = apis.doors();
    let plan = &progress.exchange.stage.plan;
    if let Some(role_arn) = authorizer.credentials.as_deref() {
        let action = "lambda:InvokeFunction";
        let wanted =
            RoleUse { account: &plan.account, role_arn, action, resource: &function_arn, at: doors.clock.now() };
        let may = doors.services.role_may(wanted).await;
        may.map_err(|error| Refusal::broken_authorizer(format!("the authorizer cannot be called: {error}")))?;
    }
    let event = match authorizer.payload {
        PayloadFormat::V1 => event::authorizer_v1(progress, values, arn),
        PayloadFormat::V2 => event::authorizer_v2(progress, values, arn),
    };
    let call = FunctionCall {
        function_arn,
        payload: Bytes::from(event.to_string()),
        timeout_ms: TIMEOUT_MS,
        source_arn: format!(
            "arn:aws:execute-api:{}:{}:{}/authorizers/{}",
            plan.region, plan.account, plan.api_id, authorizer.id
        ),
        principal: "apigateway.amazonaws.com",
        role_arn: authorizer.credentials.clone(),
        trace_id: Some(progress.exchange.trace_id.clone()),
    };
    match doors.functions.invoke(call).await {
        Ok(answer) => read(&answer, authorizer),
        Err(InvokeError::TimedOut) => Err(Refusal::broken_authorizer("the authorizer did not answer in time")),
        Err(error) => Err(Refusal::broken_authorizer(format!("the authorizer cannot be called: {error}"))),
    }
}

fn read(answer: &FunctionAnswer, authorizer: &LambdaAuthorizer) -> Result<Admission, Refusal> {
    if answer.function_error.is_none() {
        return answer::read(&answer.payload, authorizer.response).map_err(Refusal::broken_authorizer);
    }
    if answer::says_unauthorized(&answer.payload) {
        return Err(Refusal::unauthorized("the authorizer does not know the caller"));
    }
    Err(Refusal::broken_authorizer("the authorizer failed"))
}
