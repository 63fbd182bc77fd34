//! Calling functions: for whoever is allowed to, and for services on their own behalf.

use std::sync::Arc;
use std::time::Duration;

use aws_types::AwsError;
use bytes::Bytes;
use lambda_runtime::{FunctionPlan, Invocation, LogTail, Outcome, Parts, RunError, Throttle};
use model_lambda::errors as shapes;
use world::{FunctionAnswer, FunctionCall, FunctionStream, InvokeError};

use crate::Lambda;
use crate::error::{Result, payload_not_json, too_many};
use crate::name::Reference;
use crate::queue::Event;

/// Bytes of a synchronous call's payload, and of its answer.
pub const MOST_PAYLOAD: usize = 6 * 1024 * 1024;
/// How much of a payload is quoted to its sender.
const QUOTED_CHARS: usize = 500;

/// What a function is called with.
pub struct Call {
    /// The request's id.
    pub request_id: String,
    /// The event, JSON.
    pub payload: Bytes,
    /// JSON of `X-Amz-Client-Context`.
    pub client_context: Option<String>,
    /// Whether the end of the log is wanted.
    pub tail: LogTail,
    /// As in [`FunctionCall::trace_id`].
    pub trace_id: Option<String>,
}

impl Call {
    /// A call with an event and nothing else.
    pub const fn new(request_id: String, payload: Bytes) -> Self {
        Self { request_id, payload, client_context: None, tail: LogTail::None, trace_id: None }
    }
}

impl Lambda {
    /// Runs a function once. Whether the caller may was asked before.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `TooManyRequestsException`, and what keeps a function from being run.
    pub async fn run(&self, reference: &Reference, call: Call) -> Result<Outcome> {
        let (plan, invocation) = self.prepared(reference, call).await?;
        self.doors.runs.invoke(plan, invocation).await.map_err(not_run)
    }

    /// Runs a function once, whose answer comes in parts, and says which version runs. Whether the caller may was asked
    /// before.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn open(&self, reference: &Reference, call: Call) -> Result<(Parts, String)> {
        let (plan, invocation) = self.prepared(reference, call).await?;
        let version = plan.version.clone();
        let parts = self.doors.runs.open(plan, invocation).await.map_err(not_run)?;
        Ok((parts, version))
    }

    async fn prepared(&self, reference: &Reference, call: Call) -> Result<(Arc<FunctionPlan>, Invocation)> {
        let found = self.find_to_run(reference).await?;
        let plan = self.plan(&found.function, &found.version)?;
        let invocation = Invocation {
            request_id: call.request_id,
            invoked_arn: reference.arn(),
            payload: call.payload,
            client_context: call.client_context,
            trace_id: call.trace_id,
            tail: call.tail,
        };
        Ok((plan, invocation))
    }

    /// A call by a service of this server.
    ///
    /// # Errors
    /// `NotFound` where the function does not live here, [`InvokeError::Refused`] where its policy does not let the service
    /// in, and why it was not run.
    pub async fn invoke_for(&self, call: FunctionCall) -> Result<FunctionAnswer, InvokeError> {
        let reference = self.admitted(&call).await?;
        let within = Duration::from_millis(call.timeout_ms);
        let request_id = self.uuid();
        let called = Call { trace_id: call.trace_id, ..Call::new(request_id.clone(), call.payload) };
        let running = self.run(&reference, called);
        let outcome = tokio::time::timeout(within, running).await.map_err(|_| InvokeError::TimedOut)?;
        let outcome = outcome.map_err(refusal)?;
        let function_error = outcome.function_error.map(|error| error.as_str().to_owned());
        Ok(FunctionAnswer { payload: outcome.payload, function_error, request_id: Some(request_id) })
    }

    /// The same, whose answer comes piece by piece.
    ///
    /// # Errors
    /// As [`Self::invoke_for`].
    pub async fn open_for(&self, call: FunctionCall) -> Result<FunctionStream, InvokeError> {
        let reference = self.admitted(&call).await?;
        let within = Duration::from_millis(call.timeout_ms);
        let request_id = self.uuid();
        let called = Call { trace_id: call.trace_id, ..Call::new(request_id.clone(), call.payload) };
        let opening = self.open(&reference, called);
        let opened = tokio::time::timeout(within, opening).await.map_err(|_| InvokeError::TimedOut)?;
        Ok(crate::stream::answer(opened.map_err(refusal)?.0, request_id).await)
    }

    /// The same, whose answer nobody waits for.
    ///
    /// # Errors
    /// As [`Self::invoke_for`], but for what the run itself may end in.
    pub async fn invoke_later_for(&self, call: FunctionCall) -> Result<(), InvokeError> {
        let reference = self.admitted(&call).await?;
        let event = Event { id: self.uuid(), payload: call.payload, hops: 0, trace_id: call.trace_id };
        self.enqueue(&reference, event).await.map_err(refusal)
    }

    /// What a service's call names, where it may call it.
    async fn admitted(&self, call: &FunctionCall) -> Result<Reference, InvokeError> {
        let reference = Reference::of_arn(&call.function_arn).ok_or(InvokeError::NotFound)?;
        if reference.function.account != self.config.account.as_str() {
            return Err(InvokeError::NotFound);
        }
        self.find(&reference).await.map_err(refusal)?;
        if call.role_arn.is_some() {
            return Ok(reference);
        }
        let now = self.doors.clock.now();
        let lets = self.lets_service(&reference, call.principal, &call.source_arn, now).await.map_err(refusal)?;
        if lets { Ok(reference) } else { Err(InvokeError::Refused("AccessDeniedException".to_owned())) }
    }
}

/// Why nothing was run, in the model's words.
fn not_run(error: RunError) -> AwsError {
    match error {
        RunError::TooManyRequests(Throttle::ReservedFunctionConcurrentInvocationLimitExceeded) => {
            too_many("ReservedFunctionConcurrentInvocationLimitExceeded")
        }
        RunError::TooManyRequests(Throttle::ConcurrentInvocationLimitExceeded) => {
            too_many("ConcurrentInvocationLimitExceeded")
        }
        RunError::InvalidRuntime(why) => AwsError::of(&shapes::INVALID_RUNTIME_EXCEPTION, why),
        error @ RunError::InvalidZip(_) => AwsError::of(&shapes::INVALID_ZIP_FILE_EXCEPTION, error.to_string()),
        RunError::Unavailable(why) => AwsError::internal(why),
    }
}

/// The same for the services that call.
fn refusal(error: AwsError) -> InvokeError {
    if let Some(cause) = &error.internal {
        tracing::error!(%cause, "a function could not be run");
        return InvokeError::Unavailable(error.code.into_owned());
    }
    match error.code.as_ref() {
        "ResourceNotFoundException" => InvokeError::NotFound,
        _ if error.status >= 500 => InvokeError::Unavailable(error.to_string()),
        code => InvokeError::Refused(code.to_owned()),
    }
}

/// Whether a payload is JSON; an empty one is an empty object.
///
/// # Errors
/// `InvalidRequestContentException`.
pub fn check_payload(payload: Bytes) -> Result<Bytes> {
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match serde_json::from_slice::<serde::de::IgnoredAny>(&payload) {
        Ok(_) => Ok(payload),
        Err(error) => Err(unrecognized(&payload).map_or_else(|| payload_not_json(error), payload_not_json)),
    }
}

/// AWS's words for a payload that begins with a bare word.
fn unrecognized(payload: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(payload).ok()?;
    let start = text.len() - text.trim_start().len();
    let token: String =
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).collect();
    let word = token.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if !word || matches!(token.as_str(), "true" | "false" | "null") {
        return None;
    }
    let before = text.get(..start)?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + token.chars().count() + 1;
    let quoted: String = text.chars().take(QUOTED_CHARS).collect();
    Some(format!(
        "Unrecognized token '{token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
         'false')\n at [Source: (byte[])\"{quoted}\"; line: {line}, column: {column}]"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_is_no_json_is_named_in_awss_words() {
        let error = check_payload(Bytes::from_static(b" hello world")).unwrap_err();
        assert_eq!(
            error.message,
            "Could not parse request body into json: Could not parse payload into json: Unrecognized token 'hello': was \
             expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: \
             (byte[])\" hello world\"; line: 1, column: 7]"
        );
        for bad in [&b"{"[..], b"{\"a\":}", b"\xff", b"1 2", b"'a'"] {
            let error = check_payload(Bytes::copy_from_slice(bad)).unwrap_err();
            assert_eq!((error.code.as_ref(), error.status), ("InvalidRequestContentException", 400));
        }
        for good in [&b"{}"[..], b"null", b"true", b" 7 ", b"\"a\"", b"[]"] {
            assert!(check_payload(Bytes::copy_from_slice(good)).is_ok());
        }
        assert_eq!(&check_payload(Bytes::new()).unwrap()[..], b"{}");
    }

    proptest::proptest! {
        #[test]
        fn no_payload_breaks_the_check(payload: Vec<u8>) {
            let _ = check_payload(Bytes::from(payload));
        }
    }
}
