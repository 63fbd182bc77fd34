//! Functions that a service calls out to (Lambda): user pool triggers now, authorizers and integrations later.
//!
//! What comes in: a function's ARN, an event, a bound of time. What goes out: its answer, or why there is none. Whether
//! functions run inside this server or elsewhere is decided where the door is made.

use std::io;

use async_trait::async_trait;
use aws_types::ByteStream;
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::event_stream;
use crate::http_client::{HttpClient, HttpError, HttpOptions};

/// Largest answer of a synchronous call: Lambda's 6 MB.
pub const MAX_ANSWER_BYTES: usize = 6 * 1024 * 1024;
const MAX_ERROR_NAME: usize = 64;
const MAX_REQUEST_ID: usize = 256;

/// One synchronous call.
#[derive(Clone)]
pub struct FunctionCall {
    /// `arn:aws:lambda:eu-west-1:123456789012:function:check[:qualifier]`.
    pub function_arn: String,
    /// The event, JSON.
    pub payload: Bytes,
    /// How long the caller waits, milliseconds.
    pub timeout_ms: u64,
    /// On whose behalf: `arn:aws:cognito-idp:…:userpool/…`. What a function's policy speaks of.
    pub source_arn: String,
    /// Which service calls: `cognito-idp.amazonaws.com`.
    pub principal: &'static str,
    /// The role in which the service calls, whose policies allowed it already; none where the function's own policy must
    /// let the service in.
    pub role_arn: Option<String>,
    /// `X-Amzn-Trace-Id` of the request on whose way the call is: `Root=1-…;Parent=…;Sampled=1`. The function finds it in
    /// `_X_AMZN_TRACE_ID`; none where there was no request that could be traced.
    pub trace_id: Option<String>,
}

impl std::fmt::Debug for FunctionCall {
    /// Without the event, which may hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FunctionCall({} for {})", self.function_arn, self.source_arn)
    }
}

/// What a function answered.
#[derive(Clone)]
pub struct FunctionAnswer {
    /// The returned JSON, or the error's.
    pub payload: Bytes,
    /// `Handled` or `Unhandled` where the function failed.
    pub function_error: Option<String>,
    /// Lambda's id of the call, where it is known.
    pub request_id: Option<String>,
}

impl std::fmt::Debug for FunctionAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FunctionAnswer({} bytes, error {:?})", self.payload.len(), self.function_error)
    }
}

/// An answer that comes piece by piece (`InvokeWithResponseStream`).
#[derive(Debug)]
pub struct FunctionStream {
    /// What the function said its bytes are; absent where it answered whole, or that is not known.
    pub content_type: Option<String>,
    /// Lambda's id of the call, where it is known.
    pub request_id: Option<String>,
    /// The bytes. A function that fails ends them with an error, within which stands [`FunctionFailed`].
    pub body: ByteStream,
}

/// A function failed amid its answer, or before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the function failed: {code}")]
pub struct FunctionFailed {
    /// `Runtime.ExitError`.
    pub code: String,
    /// JSON, as callers are told it; it may hold what the function's owner alone should read.
    pub details: String,
}

impl FunctionStream {
    /// An answer that is there already.
    pub fn whole(answer: FunctionAnswer) -> Self {
        let body = match answer.function_error {
            None => ByteStream::from_bytes(answer.payload),
            Some(code) => {
                let details = String::from_utf8_lossy(&answer.payload).into_owned();
                crate::stream::failed(io::Error::other(FunctionFailed { code, details }))
            }
        };
        Self { content_type: None, request_id: answer.request_id, body }
    }
}

/// Why a function gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// There is no such function.
    #[error("the function does not exist")]
    NotFound,
    /// The time was up.
    #[error("the function did not answer in time")]
    TimedOut,
    /// Lambda refused, by the name of its error: `AccessDeniedException`.
    #[error("the call was refused: {0}")]
    Refused(String),
    /// Nobody is there to run it, or they failed (5xx).
    #[error("functions cannot be run: {0}")]
    Unavailable(String),
}

/// Calls functions.
#[async_trait]
pub trait FunctionInvoker: Send + Sync {
    /// One call, one try.
    async fn invoke(&self, call: FunctionCall) -> Result<FunctionAnswer, InvokeError>;

    /// One call whose answer nobody waits for (`X-Amz-Invocation-Type: Event`): done when the function is sure to run.
    /// Where calls cannot be queued it is one like any other.
    async fn invoke_later(&self, call: FunctionCall) -> Result<(), InvokeError> {
        self.invoke(call).await.map(drop)
    }

    /// One call whose answer comes piece by piece: done when the function begins to answer, within the call's time. The
    /// time of the rest is the caller's to bound. Where calls cannot be streamed the answer is one piece.
    async fn open(&self, call: FunctionCall) -> Result<FunctionStream, InvokeError> {
        self.invoke(call).await.map(FunctionStream::whole)
    }
}

/// Where no functions are configured: every call fails, so that what depends on one is refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFunctions;

#[async_trait]
impl FunctionInvoker for NoFunctions {
    async fn invoke(&self, _: FunctionCall) -> Result<FunctionAnswer, InvokeError> {
        Err(InvokeError::Unavailable("no functions endpoint is configured".to_owned()))
    }
}

/// Functions behind an endpoint that speaks Lambda's Invoke API. Requests are not signed.
pub struct HttpInvoker<C> {
    client: C,
    endpoint: String,
}

impl<C> HttpInvoker<C> {
    /// Over a client and an endpoint: `http://127.0.0.1:3001`.
    pub fn new(client: C, endpoint: &str) -> Self {
        Self { client, endpoint: endpoint.trim_end_matches('/').to_owned() }
    }
}

impl<C> std::fmt::Debug for HttpInvoker<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpInvoker({})", self.endpoint)
    }
}

#[async_trait]
impl<C: AsRef<dyn HttpClient> + Send + Sync> FunctionInvoker for HttpInvoker<C> {
    async fn invoke(&self, call: FunctionCall) -> Result<FunctionAnswer, InvokeError> {
        self.send(call, "RequestResponse").await
    }

    async fn invoke_later(&self, call: FunctionCall) -> Result<(), InvokeError> {
        self.send(call, "Event").await.map(drop)
    }

    async fn open(&self, call: FunctionCall) -> Result<FunctionStream, InvokeError> {
        let path = path(STREAMED, &call.function_arn);
        let (request, options) = self.request(&path, call, "RequestResponse")?;
        let response = self.client.as_ref().open(request, options).await.map_err(|error| unanswered(&error))?;
        let (parts, body) = response.into_parts();
        // What a refusal says is in its head.
        checked(&parts)?;
        let request_id = request_id(&parts);
        Ok(FunctionStream { content_type: None, request_id, body: event_stream::payload(body) })
    }
}

/// Where calls go whose answers come whole, and where those whose answers come piece by piece.
const WHOLE: (&str, &str) = ("2015-03-31", "invocations");
const STREAMED: (&str, &str) = ("2021-11-15", "response-streaming-invocations");

impl<C: AsRef<dyn HttpClient> + Send + Sync> HttpInvoker<C> {
    async fn send(&self, call: FunctionCall, invocation_type: &str) -> Result<FunctionAnswer, InvokeError> {
        let path = path(WHOLE, &call.function_arn);
        let (request, options) = self.request(&path, call, invocation_type)?;
        read(self.client.as_ref().send(request, options).await.map_err(|error| unanswered(&error))?)
    }

    fn request(
        &self,
        path: &str,
        call: FunctionCall,
        invocation_type: &str,
    ) -> Result<(Request<Bytes>, HttpOptions), InvokeError> {
        let request = Request::post(format!("{}{path}", self.endpoint))
            .header("content-type", "application/json")
            .header("x-amz-invocation-type", invocation_type);
        let request = call.trace_id.iter().fold(request, |request, id| request.header("x-amzn-trace-id", id));
        let request = request.body(call.payload).map_err(|error| InvokeError::Unavailable(error.to_string()))?;
        Ok((request, HttpOptions::new(call.timeout_ms, MAX_ANSWER_BYTES)))
    }
}

fn unanswered(error: &HttpError) -> InvokeError {
    match error {
        HttpError::TimedOut(_) => InvokeError::TimedOut,
        other => InvokeError::Unavailable(other.to_string()),
    }
}

/// `/2015-03-31/functions/{name}/invocations`, with the qualifier where the ARN has one. A name without ARN is taken as
/// it is.
fn path((version, action): (&str, &str), function: &str) -> String {
    let mut parts = function.split(':');
    let arn = parts.next() == Some("arn");
    let (name, qualifier) = if arn { (parts.nth(5).unwrap_or_default(), parts.next()) } else { (function, None) };
    let qualifier = qualifier.map(|text| format!("?Qualifier={}", percent(text))).unwrap_or_default();
    format!("/{version}/functions/{}/{action}{qualifier}", percent(name))
}

fn percent(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte);
    text.bytes()
        .map(|byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn read(response: Response<Bytes>) -> Result<FunctionAnswer, InvokeError> {
    let (parts, payload) = response.into_parts();
    checked(&parts)?;
    let function_error = header(&parts, "x-amz-function-error").map(str::to_owned);
    Ok(FunctionAnswer { payload, function_error, request_id: request_id(&parts) })
}

/// What the endpoint calls the call; no longer than an id can be.
fn request_id(parts: &http::response::Parts) -> Option<String> {
    header(parts, "x-amzn-requestid").map(|id| id.chars().take(MAX_REQUEST_ID).collect())
}

fn header<'a>(parts: &'a http::response::Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether the call was made.
fn checked(parts: &http::response::Parts) -> Result<(), InvokeError> {
    let status = parts.status;
    if status.is_success() {
        return Ok(());
    }
    if status == StatusCode::NOT_FOUND {
        return Err(InvokeError::NotFound);
    }
    if !status.is_client_error() {
        return Err(InvokeError::Unavailable(format!("the endpoint answered {status}")));
    }
    let name = header(parts, "x-amzn-errortype").map(error_name).filter(|name| !name.is_empty());
    Err(InvokeError::Refused(name.unwrap_or_else(|| status.as_u16().to_string())))
}

/// `AccessDeniedException:http://…` without its tail; letters only, because it is shown.
fn error_name(header: &str) -> String {
    header.chars().take_while(char::is_ascii_alphanumeric).take(MAX_ERROR_NAME).collect()
}

#[cfg(test)]
mod tests;
