//! What can be seen of a request after its end: counters, the access log, the explanation of a refusal.

use bytes::Bytes;
use execute_api::Doors;
use execute_api::explain::Refusals;
use execute_api::ports::{LogEvent, LogPlace};
use http::Response;
use http::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::context::Progress;
use crate::error::Refusal;
use crate::metrics::Measured;
use crate::plan::{HttpApiPlan, RouteSettings};
use crate::request::HttpRequest;

const EXPLAIN: HeaderName = HeaderName::from_static("x-portcullis-explain");
/// Longest text that is kept of a refusal, in characters.
const MAX_TEXT: usize = 500;

/// A route's own settings, else the stage's.
pub(crate) fn settings(plan: &HttpApiPlan, route_key: &str) -> RouteSettings {
    plan.routes.get(route_key).copied().unwrap_or(plan.default_route)
}

/// Counts, and writes what is to be written.
pub(crate) fn observe(doors: &Doors, progress: &Progress<'_>, response: &Response<Bytes>, started: u64) {
    let exchange = progress.exchange;
    let plan = &exchange.stage.plan;
    let latency_us = doors.clock.monotonic_ns().saturating_sub(started) / 1000;
    let data_processed = exchange.request.body.len() + response.body().len();
    let route = progress.route_key().filter(|key| settings(plan, key).detailed_metrics);
    exchange.stage.metrics.record(Measured {
        status: response.status().as_u16(),
        latency_us,
        integration_latency_us: progress.integration.latency_us,
        data_processed: u64::try_from(data_processed).unwrap_or(u64::MAX),
        route,
    });
    let Some(access) = &plan.access_log else { return };
    let message = access.format.render_with(|path| match path {
        ["status"] => Some(Value::from(response.status().as_u16())),
        ["responseLength"] => Some(Value::from(response.body().len())),
        ["responseLatency"] => Some(Value::from(latency_us / 1000)),
        ["dataProcessed"] => Some(Value::from(data_processed)),
        other => progress.get(other),
    });
    let event = LogEvent { at: exchange.request.received, message };
    let place = LogPlace { account: &plan.account, region: &plan.region };
    access.write(doors.logs.as_ref(), place, event);
}

/// Keeps why a request was refused, and says in the answer where to read it.
pub(crate) fn explain(
    refusals: &Refusals,
    (request_id, api_id, stage): (&str, &str, &str),
    request: &HttpRequest,
    refusal: &Refusal,
    response: &mut Response<Bytes>,
) {
    let cut = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
    let by = refusal.by.as_ref();
    let decided = by.map(|by| json!({"policy": by.policy, "effect": by.effect, "statement": by.index, "sid": by.sid}));
    let told = json!({
        "requestId": request_id,
        "request": { "api": api_id, "stage": stage, "method": request.method.as_str(), "path": cut(&request.raw_path),
                     "sourceIp": request.source_ip },
        "status": refusal.status(),
        "control": refusal.step.words(),
        "gatewayResponse": refusal.response_type(),
        "reason": cut(&refusal.reason),
        "decidedBy": decided,
    });
    refusals.put(request_id, told);
    let line = execute_api::explain::line(refusal.step, refusal.by.as_deref(), &cut(&refusal.reason), request_id);
    if let Ok(line) = HeaderValue::from_str(&line) {
        response.headers_mut().insert(EXPLAIN, line);
    }
}
