//! Answers that flow to the caller as they come ("Stream the integration response for your proxy integrations in API
//! Gateway"). Status and headers are there first and are mapped as of any proxy; the body is passed on unread: no cache,
//! no content encoding, no templates. A piece is read when the caller took the one before, so that little of a body is ever
//! held; its limits of time hold also where the caller takes nothing. What goes wrong before the head is a gateway response;
//! after it the connection is broken off. What is to be seen of the request is told at the end of its stream, however that
//! comes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use aws_types::ByteStream;
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, Response};
use world::stream::{NoMark, Overdue, Pace, until, watched};
use world::{FunctionFailed, Lock};

use crate::api_key::Caller;
use crate::body::Body;
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::gateway::Doors;
use crate::integration::lambda::LambdaCall;
use crate::integration::{Begun, http_endpoint, lambda, lambda_proxy};
use crate::integration_request::{IntegrationRequest, Validated, integration_request};
use crate::integration_response::MappedResponse;
use crate::method_request::Exchange;
use crate::method_response::method_response;
use crate::observe::{self, AccessFacts, Ended, IntegrationFacts, StreamFacts, request_id};
use crate::plans::Stage;
use crate::route_match;
use crate::security_policy::EndpointSecurity;
use crate::trace::Remote;

/// Between a function's metadata and its body.
const DELIMITER: [u8; 8] = [0; 8];
/// Metadata and delimiter stand within the first 16 KB.
const MAX_METADATA: usize = 16 * 1024;
/// So much of a body comes as fast as it can, and so much a second after that.
const FREE_BYTES: u64 = 10 * 1024 * 1024;
const BYTES_PER_S: u64 = 2 * 1024 * 1024;

/// A caller takes something within this time.
const UNTAKEN: Duration = Duration::from_secs(300);

/// How long a stream may be silent: less behind an edge-optimized endpoint.
fn idle(endpoint: &EndpointSecurity) -> Duration {
    let edge = endpoint.endpoint_types.iter().any(|kind| kind == "EDGE");
    Duration::from_secs(if edge { 30 } else { 300 })
}

/// Calls the integration, and answers once its head is there.
pub(crate) async fn open(
    doors: &Doors,
    validated: Validated<'_>,
    facts: &mut IntegrationFacts,
    log: &mut ExecutionLog,
) -> Result<Response<Body>, GatewayError> {
    let request = integration_request(validated)?;
    facts.streamed = Some(StreamFacts::default());
    let started = doors.clock.monotonic_ns();
    facts.remote = Remote::of(&request, validated.matched.exchange, started);
    let begun = begin(doors, validated, request, log).await;
    if let Some(remote) = &mut facts.remote {
        remote.ended_ns = doors.clock.monotonic_ns();
    }
    let begun = begun?;
    let headers_us = since_us(doors, started);
    log.line(|| {
        format!("Received response. Status: {}, Headers after: {} ms", begun.backend_status, headers_us / 1000)
    });
    (facts.status, facts.latency_us) = (Some(begun.backend_status), Some(headers_us));
    facts.streamed = Some(StreamFacts { headers_us, overdue: Some(begun.overdue), ..StreamFacts::default() });
    facts.request_id = begun.request_id;
    let mapped = MappedResponse { status: begun.status, headers: begun.headers, body: Bytes::new() };
    let response = method_response(validated, mapped, log)?;
    Ok(response.map(|_| Body::Stream(begun.body)))
}

/// A head as the caller gets it, and a body that keeps to its bounds.
struct Mapped {
    status: u16,
    headers: HeaderMap,
    body: ByteStream,
    overdue: Overdue,
    /// Of the backend, or of Lambda.
    backend_status: u16,
    request_id: Option<String>,
}

async fn begin(
    doors: &Doors,
    validated: Validated<'_>,
    request: IntegrationRequest,
    log: &mut ExecutionLog,
) -> Result<Mapped, GatewayError> {
    let started = doors.clock.monotonic_ns();
    match request {
        IntegrationRequest::Http(call) => {
            let total_ms = call.timeout_ms;
            let Begun { status, headers, body } = http_endpoint::open(doors, *call, log).await?;
            let (body, overdue) = watched(body, pace(doors, validated, started, total_ms));
            let request_id = request_id(&headers);
            let headers = http_endpoint::remap_proxied(headers);
            Ok(Mapped { status, headers, body, overdue, backend_status: status, request_id })
        }
        IntegrationRequest::Lambda(call) => open_function(doors, validated, *call, log).await,
        IntegrationRequest::Mock { .. } | IntegrationRequest::Service(_) => {
            Err(GatewayError::configuration("Response streaming is for proxy integrations"))
        }
    }
}

/// A function's answer begins with its metadata.
async fn open_function(
    doors: &Doors,
    validated: Validated<'_>,
    call: LambdaCall,
    log: &mut ExecutionLog,
) -> Result<Mapped, GatewayError> {
    let (started, total_ms) = (doors.clock.monotonic_ns(), call.timeout_ms);
    let stream = lambda::open(doors, validated, call, log).await?;
    let request_id = stream.request_id;
    let (body, overdue) = watched(stream.body, pace(doors, validated, started, total_ms));
    let (metadata, body) = until(body, &DELIMITER, MAX_METADATA).await.map_err(|error| no_metadata(&error))?;
    let (status, headers) = lambda_proxy::read_metadata(&metadata)?;
    Ok(Mapped { status, headers, body, overdue, backend_status: 200, request_id })
}

fn no_metadata(error: &NoMark) -> GatewayError {
    tracing::debug!(%error, "a function's answer has no metadata");
    match error {
        NoMark::Broken(error) if error.kind() == io::ErrorKind::TimedOut => GatewayError::endpoint_timed_out(),
        NoMark::Broken(error) if error.get_ref().is_some_and(|inner| inner.is::<FunctionFailed>()) => {
            let log = "Lambda execution failed with status 200 due to customer function error";
            GatewayError::bad_function_answer(log)
        }
        NoMark::Broken(_) => GatewayError::network_error(),
        NoMark::TooFar | NoMark::Ended => lambda_proxy::malformed(),
    }
}

/// What is left of the integration's time, and the limits of all streams.
fn pace(doors: &Doors, validated: Validated<'_>, started: u64, total_ms: u64) -> Pace {
    let spent = Duration::from_nanos(doors.clock.monotonic_ns().saturating_sub(started));
    Pace {
        total: Duration::from_millis(total_ms).saturating_sub(spent),
        idle: idle(&validated.matched.exchange.stage.settings.endpoint),
        untaken: UNTAKEN,
        free_bytes: FREE_BYTES,
        bytes_per_s: BYTES_PER_S,
    }
}

fn since_us(doors: &Doors, started: u64) -> u64 {
    doors.clock.monotonic_ns().saturating_sub(started) / 1000
}

/// An answer whose body is on its way.
pub(crate) struct Flow {
    pub head: Response<Bytes>,
    pub body: ByteStream,
    pub log: ExecutionLog,
    pub integration: IntegrationFacts,
    pub access: AccessFacts,
    pub caller: Option<Caller>,
    /// When the request came, by the monotonic clock.
    pub started: u64,
}

impl Flow {
    /// The response, which tells of its end by itself.
    pub(crate) fn follow(self, doors: Doors, stage: Stage, exchange: Exchange) -> Response<Body> {
        let Self { head, body, log, mut integration, access, caller, started } = self;
        let mut response = Response::new(());
        *response.status_mut() = head.status();
        response.headers_mut().clone_from(head.headers());
        // The integration answered its head a moment ago.
        let called =
            doors.clock.monotonic_ns().saturating_sub(integration.latency_us.unwrap_or(0).saturating_mul(1000));
        let overdue = integration.streamed.as_mut().and_then(|streamed| streamed.overdue.take());
        let end = End { doors, stage, exchange, head, log, integration, access, caller, started, called, length: 0 };
        let end = Ending(Arc::new(Lock::new(Some(Box::new(end)))));
        if let Some(overdue) = overdue {
            let end = end.clone();
            overdue.then(move |why| end.broken(why.to_owned()));
        }
        let told = Told { inner: body, end, over: false };
        response.map(|()| Body::Stream(ByteStream(Box::pin(told))))
    }
}

/// What is told at the end.
struct End {
    doors: Doors,
    stage: Stage,
    exchange: Exchange,
    head: Response<Bytes>,
    log: ExecutionLog,
    integration: IntegrationFacts,
    access: AccessFacts,
    caller: Option<Caller>,
    started: u64,
    called: u64,
    length: u64,
}

impl End {
    fn count(&mut self, length: usize) {
        let since = since_us(&self.doors, self.called);
        if let Some(streamed) = self.integration.streamed.as_mut().filter(|_| length > 0) {
            streamed.first_content_us.get_or_insert(since);
        }
        self.length = self.length.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
    }

    /// `broken`: why there is no more.
    fn tell(mut self, broken: Option<String>) {
        self.integration.latency_us = Some(since_us(&self.doors, self.called));
        if let Some(remote) = &mut self.integration.remote {
            remote.ended_ns = self.doors.clock.monotonic_ns();
            remote.answer = Some((self.head.status().as_u16(), self.length));
        }
        if let Some(streamed) = &mut self.integration.streamed {
            streamed.broken = broken;
        }
        let ended = Ended {
            response: &self.head,
            length: self.length,
            integration: &self.integration,
            access: &self.access,
            error: None,
            latency_us: since_us(&self.doors, self.started),
        };
        observe::log_end(&mut self.log, &ended);
        // The method is found again: what was found before lived only as long as the request was borrowed.
        let matched = route_match::route_match(&self.exchange).ok();
        let context =
            Context { matched: matched.as_ref(), caller: self.caller.as_ref(), ..Context::of(&self.exchange) };
        observe::observe(&self.doors, &self.stage, context, self.log, &ended);
    }
}

/// What is told once: by the body, or where its time is up while nobody takes it.
#[derive(Clone)]
struct Ending(Arc<Lock<Option<Box<End>>>>);

impl Ending {
    fn count(&self, length: usize) {
        if let Some(end) = self.0.lock().as_mut() {
            end.count(length);
        }
    }

    fn take(&self) -> Option<Box<End>> {
        self.0.lock().take()
    }

    fn broken(&self, why: String) {
        if let Some(end) = self.take() {
            tracing::info!(request.id = end.exchange.request.request_id, why, "a response stream was broken off");
            end.tell(Some(why));
        }
    }
}

/// A body that tells of its end.
struct Told {
    inner: ByteStream,
    end: Ending,
    over: bool,
}

impl Stream for Told {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.over {
            return Poll::Ready(None);
        }
        let next = ready!(this.inner.0.as_mut().poll_next(cx));
        this.over = !matches!(next, Some(Ok(_)));
        match &next {
            Some(Ok(piece)) => this.end.count(piece.len()),
            Some(Err(error)) => this.end.broken(error.to_string()),
            None => {
                if let Some(end) = this.end.take() {
                    end.tell(None);
                }
            }
        }
        Poll::Ready(next)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            end.tell(Some("the caller left before its end".to_owned()));
        }
    }
}
