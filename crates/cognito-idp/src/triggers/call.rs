//! Calling a function: at most three tries of five seconds, then the errors that AWS gives.

use aws_types::AwsError;
use bytes::Bytes;
use serde_json::{Value, json};
use world::{FunctionAnswer, FunctionCall, InvokeError};

use super::answer::Response;
use super::{Event, Trigger};
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{self, Result};

/// How long Cognito waits for a function.
pub(super) const TIMEOUT_MS: u64 = 5000;
pub(super) const TRIES: usize = 3;
pub(super) const PRINCIPAL: &str = "cognito-idp.amazonaws.com";
/// Largest answer that is looked at.
const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// How much of a function's own words is passed on.
const MAX_TEXT_CHARS: usize = 1024;

impl CognitoIdp {
    /// Runs the pool's function for an event; `None` where it names none.
    ///
    /// # Errors
    /// UserLambdaValidationException where the function fails, UnexpectedLambdaException where it cannot be run,
    /// InvalidLambdaResponseException where its answer is no event.
    pub(crate) async fn run_trigger(&self, pool: &UserPool, event: Event<'_>) -> Result<Option<Response>> {
        let trigger = event.trigger;
        let Some(function) = trigger.function(&pool.settings.lambda_config) else { return Ok(None) };
        let payload = serde_json::to_vec(&envelope(pool, event)).map_err(AwsError::internal)?;
        let call = FunctionCall {
            function_arn: function.to_owned(),
            payload: Bytes::from(payload),
            timeout_ms: TIMEOUT_MS,
            source_arn: pool.arn(),
            principal: PRINCIPAL,
            role_arn: None,
            trace_id: None,
        };
        match self.invoke(call).await {
            Ok(answer) => read(trigger, &answer).map(Some),
            Err(cause) => {
                tracing::warn!(pool.id = pool.id, trigger = trigger.name(), %cause, "a trigger could not be run");
                Err(error::trigger_not_run(trigger.name(), reason(&cause)))
            }
        }
    }

    async fn invoke(&self, call: FunctionCall) -> Result<FunctionAnswer, InvokeError> {
        let mut last = InvokeError::TimedOut;
        for _ in 0..TRIES {
            match self.doors().functions.invoke(call.clone()).await {
                Err(again @ (InvokeError::TimedOut | InvokeError::Unavailable(_))) => last = again,
                done => return done,
            }
        }
        Err(last)
    }
}

/// The whole event of a function.
pub(super) fn envelope(pool: &UserPool, event: Event<'_>) -> Value {
    let mut request = event.request;
    if let (Some(request), Some(metadata)) = (request.as_object_mut(), event.said.metadata) {
        request.insert("clientMetadata".to_owned(), json!(metadata));
    }
    json!({
        "version": event.version,
        "region": pool.region,
        "userPoolId": pool.id,
        "userName": event.user,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": event.said.client_id },
        "triggerSource": event.source,
        "request": request,
        "response": event.response,
    })
}

fn read(trigger: Trigger, answer: &FunctionAnswer) -> Result<Response> {
    if answer.function_error.is_some() {
        return Err(error::trigger_failed(trigger.name(), &failure(&answer.payload)));
    }
    if answer.payload.len() > MAX_ANSWER_BYTES {
        return Err(error::unrecognizable_lambda_output());
    }
    Response::of_event(&answer.payload)
}

/// The function's own words: `errorMessage`, else `errorType`.
fn failure(payload: &[u8]) -> String {
    let error: Value = serde_json::from_slice(payload).unwrap_or_default();
    let text = |name: &str| error.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let words = text("errorMessage").or_else(|| text("errorType")).unwrap_or("Unhandled");
    words.chars().take(MAX_TEXT_CHARS).collect()
}

/// Lambda's word for it.
fn reason(cause: &InvokeError) -> &str {
    match cause {
        InvokeError::NotFound => "ResourceNotFoundException",
        InvokeError::TimedOut => "Socket timeout while invoking Lambda function",
        InvokeError::Refused(name) => name,
        InvokeError::Unavailable(_) => "ServiceException",
    }
}
