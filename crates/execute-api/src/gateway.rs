//! A request's way through the gateway: one line a stage.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::header::HeaderValue;
use world::{Clock, HttpClient, Rng};

use crate::api_key::{self, Caller};
use crate::authorizer;
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::gateway_response;
use crate::integration;
use crate::integration_request::integration_request;
use crate::integration_response::integration_response;
use crate::method_request::{self, Exchange, GatewayRequest, extended_request_id, header_value};
use crate::method_response::method_response;
use crate::metrics::Measured;
use crate::plans::Plans;
use crate::ports::UserPoolKeys;
use crate::request_validator;
use crate::route_match::{self, Matched};
use crate::throttle::Buckets;
use crate::throttling;

/// The doors to the world that a request needs.
#[derive(Clone)]
pub struct Doors {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Request ids.
    pub rng: Arc<dyn Rng>,
    /// Backends.
    pub http: Arc<dyn HttpClient>,
    /// User pools.
    pub user_pool_keys: Arc<dyn UserPoolKeys>,
}

/// The runtime.
#[derive(Clone)]
pub struct Gateway {
    plans: Arc<Plans>,
    doors: Doors,
}

/// How a request ended.
pub(crate) struct Outcome {
    pub result: Result<Response<Bytes>, GatewayError>,
    pub integration_latency_us: Option<u64>,
}

impl Gateway {
    /// Serves the plans.
    pub const fn new(plans: Arc<Plans>, doors: Doors) -> Self {
        Self { plans, doors }
    }

    /// The plans it serves.
    pub const fn plans(&self) -> &Arc<Plans> {
        &self.plans
    }

    /// The doors it uses.
    pub const fn doors(&self) -> &Doors {
        &self.doors
    }

    /// Answers a request to a deployed API. Never fails: what goes wrong is a gateway response.
    pub async fn handle(&self, request: GatewayRequest) -> Response<Bytes> {
        let started = self.doors.clock.monotonic_ns();
        let stage = match request.custom_domain {
            Some(_) => self.plans.stage_behind_domain(&request.api_id, &request.stage),
            None => self.plans.stage(&request.api_id, &request.stage),
        };
        let Some(stage) = stage else {
            return self.refuse(&request, &GatewayError::forbidden());
        };
        if let Err(error) = method_request::check_limits(&request) {
            let response = self.refuse(&request, &error);
            stage.metrics.record(measured(&response, 0, None));
            return response;
        }
        let exchange = Exchange::begin(stage.plan, request, self.doors.rng.as_ref());
        let mut log = ExecutionLog::off();
        let (response, integration_latency_us) = match route_match::route_match(&exchange) {
            Ok(matched) => {
                let context = Context { matched: Some(&matched), ..Context::of(&exchange) };
                let outcome = execute(self, &stage.buckets, &matched, &mut log).await;
                (deliver(outcome.result, context), outcome.integration_latency_us)
            }
            Err(error) => (gateway_response::render(&error, Context::of(&exchange)), None),
        };
        let response = with_ids(response, &exchange.request.request_id, &exchange.extended_request_id);
        let latency_us = self.doors.clock.monotonic_ns().saturating_sub(started) / 1000;
        stage.metrics.record(measured(&response, latency_us, integration_latency_us));
        response
    }

    /// Answers a request that came to a custom domain name and must not, or leads nowhere.
    pub fn forbid(&self, request_id: &str) -> Response<Bytes> {
        let response = gateway_response::render_default(&GatewayError::forbidden());
        with_ids(response, request_id, &extended_request_id(self.doors.rng.as_ref()))
    }

    /// Answers where there is no stage whose gateway responses could apply.
    fn refuse(&self, request: &GatewayRequest, error: &GatewayError) -> Response<Bytes> {
        let response = gateway_response::render_default(error);
        with_ids(response, &request.request_id, &extended_request_id(self.doors.rng.as_ref()))
    }
}

/// The stages after the route. A later stage takes the earlier one's result, so none can be left out.
/// Places for the controls to come: WAF and resource policy stand before the authorizer.
async fn execute(gateway: &Gateway, buckets: &Buckets, matched: &Matched<'_>, log: &mut ExecutionLog) -> Outcome {
    route_match::log_request(matched, log);
    match admit(gateway, buckets, matched, log).await {
        Ok(caller) => invoke(&gateway.doors, matched, &caller, log).await,
        Err(error) => Outcome { result: Err(error), integration_latency_us: None },
    }
}

/// The access controls, in their order.
async fn admit(
    gateway: &Gateway,
    buckets: &Buckets,
    matched: &Matched<'_>,
    log: &mut ExecutionLog,
) -> Result<Caller, GatewayError> {
    let usage = gateway.plans.usage();
    let authorized = authorizer::authorize(&gateway.doors, matched, log)?;
    let keyed = api_key::identify(usage, matched, log)?;
    throttling::check(matched, keyed.as_ref(), buckets, gateway.doors.clock.monotonic_ns())?;
    api_key::count(usage, matched, authorized, keyed).await
}

/// The stages after access control; test-invoke begins here.
pub(crate) async fn invoke(doors: &Doors, matched: &Matched<'_>, caller: &Caller, log: &mut ExecutionLog) -> Outcome {
    let mut integration_latency_us = None;
    let result = async {
        let validated = request_validator::validate(matched, caller)?;
        let request = integration_request(validated)?;
        let answer = integration::call(doors, request, log).await?;
        integration_latency_us = answer.latency_us;
        let mapped = integration_response(validated, answer)?;
        method_response(validated, mapped, log)
    }
    .await;
    Outcome { result, integration_latency_us }
}

fn deliver(result: Result<Response<Bytes>, GatewayError>, context: Context<'_>) -> Response<Bytes> {
    result.unwrap_or_else(|error| gateway_response::render(&error, context))
}

fn with_ids(mut response: Response<Bytes>, request_id: &str, extended_request_id: &str) -> Response<Bytes> {
    let headers = response.headers_mut();
    for (name, value) in [("x-amzn-requestid", request_id), ("x-amz-apigw-id", extended_request_id)] {
        headers.insert(name, header_value(value).unwrap_or_else(|| HeaderValue::from_static("-")));
    }
    response
}

fn measured(response: &Response<Bytes>, latency_us: u64, integration_latency_us: Option<u64>) -> Measured {
    Measured { status: response.status().as_u16(), latency_us, integration_latency_us }
}
