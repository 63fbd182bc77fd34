//! What can be seen of a request after its end: counters, the execution log, the access log. Always, however it ended.

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::Value;
use world::stream::Overdue;

use crate::access_log::stream;
use crate::caching::CacheUse;
use crate::catalogue::GatewayResponseType;
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, headers_text};
use crate::gateway::Doors;
use crate::integration::IntegrationAnswer;
use crate::plans::Stage;
use crate::ports::{LogEvent, LogPlace};
use crate::stage_settings::{AccessLogDestination, Effective, LogLevel};
use crate::trace::Remote;

/// What the integration did.
#[derive(Clone, Debug, Default)]
pub(crate) struct IntegrationFacts {
    /// Of the backend, in microseconds.
    pub latency_us: Option<u64>,
    /// What it answered, where it did.
    pub status: Option<u16>,
    /// Its own id of the request, where it gave one.
    pub request_id: Option<String>,
    /// What the cache did.
    pub cache: CacheUse,
    /// The call of the backend, where it is recorded.
    pub remote: Option<Box<Remote>>,
    /// What is known of an answer that came as a stream.
    pub streamed: Option<StreamFacts>,
}

/// Of an answer that came as a stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct StreamFacts {
    /// From the call until all of its headers were there, in microseconds.
    pub headers_us: u64,
    /// Until the first byte of its body was, where one came.
    pub first_content_us: Option<u64>,
    /// Why it was broken off, where it was.
    pub broken: Option<String>,
    /// Tells where it does not keep to its limits of time, until somebody listens.
    pub overdue: Option<Overdue>,
}

impl IntegrationFacts {
    /// What is known once the integration answered.
    pub(crate) fn take(&mut self, answer: &IntegrationAnswer) {
        self.latency_us = answer.latency_us;
        self.status = answer.latency_us.map(|_| answer.status);
        self.request_id = request_id(&answer.headers);
    }
}

/// The backend's own id of a request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| headers.get(*name));
    id.and_then(|id| id.to_str().ok()).map(|id| id.chars().take(256).collect())
}

/// What access control did.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessFacts {
    /// Of the authorizer, in microseconds; none where the method is open.
    pub latency_us: Option<u64>,
    /// How it refused, where it did.
    pub refused: Option<AccessRefused>,
    /// Whether a function was behind it.
    pub by_function: bool,
    /// What Lambda calls that function's call; none where a kept answer stood in for it.
    pub request_id: Option<String>,
}

/// A refusal of access control.
#[derive(Clone, Debug)]
pub(crate) struct AccessRefused {
    /// 401, 403, 500.
    pub status: u16,
    /// Whether the caller was not even known.
    pub unknown_caller: bool,
    pub message: String,
}

impl AccessRefused {
    /// Of the error that ends the request.
    pub(crate) fn of(error: &GatewayError) -> Self {
        let unknown_caller = matches!(
            error.response_type,
            GatewayResponseType::Unauthorized
                | GatewayResponseType::MissingAuthenticationToken
                | GatewayResponseType::InvalidSignature
                | GatewayResponseType::ExpiredToken
        );
        let message = error.message.as_deref().unwrap_or(&error.log).to_owned();
        Self { status: error.default_status(), unknown_caller, message }
    }
}

impl AccessFacts {
    /// `$context.authenticate.x`, `$context.authorize.x`, `$context.authorizer.x` of access logs.
    fn variable(&self, step: &str, name: &str) -> Option<Value> {
        let latency_us = self.latency_us?;
        // Whoever is not known is not asked about.
        let here = match (step, &self.refused) {
            ("authorize", Some(refused)) if refused.unknown_caller => return None,
            ("authenticate", Some(refused)) if !refused.unknown_caller => None,
            (_, refused) => refused.as_ref(),
        };
        match name {
            "latency" => Some(Value::from(latency_us / 1000)),
            "status" => Some(Value::from(here.map_or(200, |refused| refused.status))),
            "requestId" if step == "authorizer" => self.request_id.as_deref().map(Value::from),
            "error" => here.map(|refused| Value::from(refused.message.as_str())),
            "integrationStatus" if self.by_function && step == "authorizer" => {
                Some(Value::from(here.filter(|refused| refused.status >= 500).map_or(200, |refused| refused.status)))
            }
            _ => None,
        }
    }
}

/// A request that is answered.
pub(crate) struct Ended<'a> {
    /// Of a stream, its head.
    pub response: &'a Response<Bytes>,
    /// Bytes of the body that was sent.
    pub length: u64,
    pub integration: &'a IntegrationFacts,
    pub access: &'a AccessFacts,
    pub error: Option<&'a GatewayError>,
    /// From arrival to answer, in microseconds.
    pub latency_us: u64,
}

impl Ended<'_> {
    /// The variables that only access logs have.
    pub(crate) fn variable(&self, path: &[&str]) -> Option<Value> {
        let integration = self.integration;
        let ms = |us: u64| Value::from(us / 1000);
        Some(match path {
            ["status"] => Value::from(self.response.status().as_u16()),
            ["responseLength"] => Value::from(self.length),
            ["responseLatency"] => ms(self.latency_us),
            ["integrationLatency"] | ["integration", "latency"] => ms(integration.latency_us?),
            ["integrationStatus"] | ["integration", "status" | "integrationStatus"] => Value::from(integration.status?),
            ["awsEndpointRequestId" | "integrationRequestId"] | ["integration", "requestId"] => {
                Value::from(integration.request_id.clone()?)
            }
            ["integration", "responseTransferMode"] => {
                Value::from(if integration.streamed.is_some() { "STREAMED" } else { "BUFFERED" })
            }
            ["integration", "timeToAllHeaders"] => ms(integration.streamed.as_ref()?.headers_us),
            ["integration", "timeToFirstContent"] => ms(integration.streamed.as_ref()?.first_content_us?),
            [step @ ("authenticate" | "authorize" | "authorizer"), name] => self.access.variable(step, name)?,
            ["integrationErrorMessage"] | ["integration", "error"] => {
                let broken = integration.streamed.as_ref().and_then(|streamed| streamed.broken.as_deref());
                let error = self.error.filter(|error| error.response_type.is_of_integration());
                Value::from(broken.or(error.map(|error| error.log.as_ref()))?)
            }
            _ => return None,
        })
    }
}

/// The log of a request to a stage.
pub(crate) fn execution_log(doors: &Doors, context: Context<'_>, settings: Option<Effective<'_>>) -> ExecutionLog {
    let settings = settings.map(|effective| effective.settings);
    let Some(settings) = settings.filter(|settings| settings.logging != LogLevel::Off) else {
        return ExecutionLog::off();
    };
    let request_id = &context.exchange.request.request_id;
    let mut log =
        ExecutionLog::of_stage(std::sync::Arc::clone(&doors.clock), request_id, settings.logging, settings.data_trace);
    log.line(|| format!("Extended Request Id: {}", context.exchange.extended_request_id));
    log
}

/// The last lines of an execution log.
pub(crate) fn log_end(log: &mut ExecutionLog, ended: &Ended<'_>) {
    let status = ended.response.status().as_u16();
    let broken = ended.integration.streamed.as_ref().and_then(|streamed| streamed.broken.as_deref());
    match (ended.error, broken) {
        (None, None) => log.line(|| "Successfully completed execution".to_owned()),
        (None, Some(why)) => log.error(|| format!("Execution failed: the response stream was broken off: {why}")),
        (Some(error), _) => {
            log.error(|| error.log.to_string());
            log.error(|| format!("Gateway response type: {} with status code: {status}", error.response_type));
            log.data(|| format!("Gateway response body: {}", String::from_utf8_lossy(ended.response.body())));
            log.data(|| format!("Gateway response headers: {}", headers_text(ended.response.headers())));
        }
    }
    log.line(|| format!("Method completed with status: {status}"));
}

/// Counts, and writes what is to be written.
pub(crate) fn observe(doors: &Doors, stage: &Stage, context: Context<'_>, log: ExecutionLog, ended: &Ended<'_>) {
    let plan = &context.exchange.stage;
    let effective = context.matched.and_then(|matched| plan.settings.of(matched));
    let method = effective
        .filter(|effective| effective.settings.metrics)
        .and(context.matched)
        .map(|matched| (matched.resource.path.as_str(), matched.verb_of_method()));
    stage.metrics.record(crate::metrics::Measured {
        status: ended.response.status().as_u16(),
        latency_us: ended.latency_us,
        integration_latency_us: ended.integration.latency_us,
        cache: ended.integration.cache,
        method,
    });
    let events = log.into_events();
    let api = &plan.api_id;
    let canary = plan.settings.release.is_canary();
    let place = LogPlace { account: &plan.account, region: &plan.region };
    let put = |group: String, events: Vec<LogEvent>| {
        // A canary's requests stand in the stage's log and in one of their own.
        if canary {
            let own = format!("{group}/Canary");
            doors.logs.put_at(place, &own, &stream(&own), events.clone());
        }
        doors.logs.put_at(place, &group, &stream(&group), events);
    };
    if !events.is_empty() {
        put(format!("API-Gateway-Execution-Logs_{api}/{}", plan.stage), events);
    }
    if let Some(access) = &plan.settings.access_log {
        let message = access.format.render(&context, ended);
        let event = LogEvent { at: context.exchange.request.received, message };
        match &access.destination {
            AccessLogDestination::Group(group) => put(group.clone(), vec![event]),
            AccessLogDestination::Stream(_) => access.write(doors.logs.as_ref(), place, event),
        }
    }
    if let Some(segment) = crate::trace::segment(&context, ended) {
        doors.traces.put(segment);
    }
}
