//! A request's way through the gateway: one line a stage.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::header::HeaderValue;
use world::{Clock, FunctionInvoker, HttpClient, NoFunctions, Rng};

use crate::answer_cache::AnswerCache;
use crate::api_key::{self, Caller};
use crate::authorizer;
use crate::authorizer::lambda::Asking;
use crate::authorizer::lambda_answer::LambdaAnswer;
use crate::body::Body;
use crate::caching;
use crate::canary;
use crate::compression;
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::explain::{Refusals, Refused, Step};
use crate::gateway_response;
use crate::integration::{self, IntegrationAnswer};
use crate::integration_plan::TransferMode;
use crate::integration_request::{IntegrationRequest, Validated, integration_request};
use crate::integration_response::integration_response;
use crate::method_request::{self, Exchange, GatewayRequest, extended_request_id, header_value};
use crate::method_response::method_response;
use crate::metrics::Measured;
use crate::observe::{self, AccessFacts, AccessRefused, Ended, IntegrationFacts};
use crate::plan::{Authorization, Reach, StagePlan};
use crate::plans::{Plans, Stage};
use crate::ports::{
    AwsServices, IamCallers, LogSink, NoIamCallers, NoLogs, NoServices, NoTraces, NoVpcLinks, TraceSink, UserPoolKeys,
    VpcLinks,
};
use crate::request_validator;
use crate::route_match::{self, Matched};
use crate::stage_cache::StageCache;
use crate::streaming::{self, Flow};
use crate::throttle::{ACCOUNT_THROTTLE, Throttle};
use crate::throttling;
use crate::trace::{Remote, Sampler, Trace};

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
    /// Lambda.
    pub functions: Arc<dyn FunctionInvoker>,
    /// The other services of this server.
    pub services: Arc<dyn AwsServices>,
    /// Private backends.
    pub vpc_links: Arc<dyn VpcLinks>,
    /// Execution and access logs.
    pub logs: Arc<dyn LogSink>,
    /// Callers with AWS credentials.
    pub callers: Arc<dyn IamCallers>,
    /// Segments of traces.
    pub traces: Arc<dyn TraceSink>,
}

impl Doors {
    /// Doors behind which there are no functions, services, VPC links, logs, traces and callers with AWS credentials.
    pub fn new(
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        http: Arc<dyn HttpClient>,
        user_pool_keys: Arc<dyn UserPoolKeys>,
    ) -> Self {
        Self {
            clock,
            rng,
            http,
            user_pool_keys,
            functions: Arc::new(NoFunctions),
            services: Arc::new(NoServices),
            vpc_links: Arc::new(NoVpcLinks),
            logs: Arc::new(NoLogs),
            callers: Arc::new(NoIamCallers),
            traces: Arc::new(NoTraces),
        }
    }
}

/// The runtime.
#[derive(Clone)]
pub struct Gateway {
    plans: Arc<Plans>,
    doors: Doors,
    /// Answers of Lambda authorizers.
    authorizers: Arc<AnswerCache<LambdaAnswer>>,
    /// All calls of an account in a region together.
    account_throttle: Throttle,
    /// Where refusals are explained (local mode).
    refusals: Option<Arc<Refusals>>,
    /// Which requests to stages that trace are recorded.
    sampler: Arc<Sampler>,
}

/// How a request ended.
pub(crate) struct Outcome {
    pub result: Result<Response<Body>, GatewayError>,
    pub integration: IntegrationFacts,
    pub access: AccessFacts,
    /// Who called, once admitted.
    pub caller: Option<Caller>,
}

/// An answer that is done, or one that is on its way.
enum Answered {
    Whole(Response<Bytes>),
    Flows(Box<Flow>),
}

impl Outcome {
    fn refused(error: GatewayError) -> Self {
        Self {
            result: Err(error),
            integration: IntegrationFacts::default(),
            access: AccessFacts::default(),
            caller: None,
        }
    }
}

impl Gateway {
    /// Serves the plans.
    pub fn new(plans: Arc<Plans>, doors: Doors) -> Self {
        let account_throttle = ACCOUNT_THROTTLE;
        Self { plans, doors, authorizers: Arc::default(), account_throttle, refusals: None, sampler: Arc::default() }
    }

    /// With another limit of accounts than AWS's.
    #[must_use]
    pub const fn with_account_throttle(mut self, throttle: Throttle) -> Self {
        self.account_throttle = throttle;
        self
    }

    /// Explains refusals to whoever asks: for local mode.
    #[must_use]
    pub fn explaining(mut self) -> Self {
        self.refusals = Some(Arc::default());
        self
    }

    /// The refusals that can be explained, where they are.
    pub fn refusals(&self) -> Option<&Refusals> {
        self.refusals.as_deref()
    }

    /// The same, for the other kinds of APIs, which tell of theirs in one place.
    pub fn shared_refusals(&self) -> Option<Arc<Refusals>> {
        self.refusals.as_ref().map(Arc::clone)
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
    pub async fn handle(&self, request: GatewayRequest) -> Response<Body> {
        let started = self.doors.clock.monotonic_ns();
        let stage = match request.custom_domain {
            Some(_) => self.plans.stage_behind_domain(&request.api_id, &request.stage),
            None => self.plans.stage(&request.api_id, &request.stage),
        };
        let Some(stage) = stage else {
            let cause = "there is no such API or stage, or its default endpoint is disabled";
            return self.refuse(&request, &GatewayError::forbidden().because(cause)).map(Body::Whole);
        };
        let plan = match self.let_in(&stage, &request) {
            Ok(plan) => plan,
            Err(error) => {
                let response = self.refuse(&request, &error);
                stage.metrics.record(Measured::refused(response.status().as_u16()));
                return response.map(Body::Whole);
            }
        };
        let mut exchange = Exchange::begin(plan, request, self.doors.rng.as_ref());
        if exchange.stage.settings.tracing {
            Trace::begin(&mut exchange, &self.sampler, self.doors.rng.as_ref(), started);
        }
        let unpacked = exchange.unpack();
        let matched = unpacked.and_then(|()| route_match::route_match(&exchange));
        let answered = match matched {
            Ok(matched) => {
                let context = Context { matched: Some(&matched), ..Context::of(&exchange) };
                let settings = exchange.stage.settings.of(&matched);
                let mut log = observe::execution_log(&self.doors, context, settings);
                let outcome = execute(self, &stage, &matched, &mut log).await;
                self.end(&stage, context, log, outcome, started)
            }
            Err(error) => {
                let context = Context::of(&exchange);
                let log = observe::execution_log(&self.doors, context, exchange.stage.settings.default());
                self.end(&stage, context, log, Outcome::refused(error.at(Step::Route)), started)
            }
        };
        match answered {
            Answered::Whole(response) => {
                with_ids(response, &exchange.request.request_id, &exchange.extended_request_id).map(Body::Whole)
            }
            Answered::Flows(flow) => {
                let (id, extended_id) = (exchange.request.request_id.clone(), exchange.extended_request_id.clone());
                with_ids(flow.follow(self.doors.clone(), stage, exchange), &id, &extended_id)
            }
        }
    }

    /// The plan that serves a request, where it may come in at all.
    fn let_in(&self, stage: &Stage, request: &GatewayRequest) -> Result<Arc<StagePlan>, GatewayError> {
        method_request::check_limits(request).map_err(|error| error.at(Step::Limits))?;
        let plan = canary::choose(Arc::clone(&stage.plan), self.doors.rng.as_ref());
        if !can_reach(&plan, request) {
            let cause = "private APIs are reached through a VPC endpoint, with a policy of their own; others are not";
            return Err(GatewayError::forbidden().because(cause));
        }
        if !plan.settings.endpoint.takes_call(request) {
            let cause = "the API's security policy or endpoint access mode does not take the handshake";
            return Err(GatewayError::forbidden().because(cause));
        }
        crate::resource_policy::at_domain(&plan, request).map_err(|error| error.at(Step::Authorization))?;
        Ok(plan)
    }

    /// Makes the answer of an outcome, and what is to be seen of it.
    fn end(
        &self,
        stage: &Stage,
        context: Context<'_>,
        mut log: ExecutionLog,
        outcome: Outcome,
        started: u64,
    ) -> Answered {
        let endpoint_request_id = outcome.integration.request_id.as_deref();
        let context = Context { caller: outcome.caller.as_ref(), endpoint_request_id, ..context };
        let (response, error) = match outcome.result.map(Response::into_parts) {
            Ok((head, Body::Whole(body))) => (Response::from_parts(head, body), None),
            Ok((head, Body::Stream(body))) => {
                let head = Response::from_parts(head, Bytes::new());
                let (integration, access, caller) = (outcome.integration, outcome.access, outcome.caller);
                let flow = Flow { head, body, log, integration, access, caller, started };
                return Answered::Flows(Box::new(flow));
            }
            Err(error) => {
                let mut response = gateway_response::render(&error, context);
                let exchange = context.exchange;
                self.explain(&exchange.request, (&exchange.verb, &exchange.request.path), &error, &mut response);
                (response, Some(error))
            }
        };
        let exchange = context.exchange;
        let minimum = exchange.stage.deployment.minimum_compression_size;
        let response = compression::pack(response, &exchange.request.headers, minimum);
        let latency_us = self.doors.clock.monotonic_ns().saturating_sub(started) / 1000;
        let ended = Ended {
            response: &response,
            length: u64::try_from(response.body().len()).unwrap_or(u64::MAX),
            integration: &outcome.integration,
            access: &outcome.access,
            error: error.as_ref(),
            latency_us,
        };
        observe::log_end(&mut log, &ended);
        observe::observe(&self.doors, stage, Context { error: error.as_ref(), ..context }, log, &ended);
        Answered::Whole(response)
    }

    /// Answers a request that came to a custom domain name and must not, or leads nowhere.
    pub fn forbid(&self, request_id: &str) -> Response<Bytes> {
        let response = gateway_response::render_default(&GatewayError::forbidden());
        with_ids(response, request_id, &extended_request_id(self.doors.rng.as_ref()))
    }

    /// Answers where there is no stage whose gateway responses could apply.
    fn refuse(&self, request: &GatewayRequest, error: &GatewayError) -> Response<Bytes> {
        let mut response = gateway_response::render_default(error);
        let (verb, path) = (request.method.as_str(), request.path.as_str());
        self.explain(request, (verb, path), error, &mut response);
        with_ids(response, &request.request_id, &extended_request_id(self.doors.rng.as_ref()))
    }

    /// Keeps why a request was refused, and says in the answer where to read it.
    fn explain(
        &self,
        request: &GatewayRequest,
        (verb, path): (&str, &str),
        error: &GatewayError,
        response: &mut Response<Bytes>,
    ) {
        let Some(refusals) = &self.refusals else { return };
        let refused = Refused {
            request_id: &request.request_id,
            api_id: &request.api_id,
            stage: &request.stage,
            verb,
            path,
            source_ip: &request.source_ip,
            status: response.status().as_u16(),
        };
        if let Some(line) = header_value(&refusals.keep(&refused, error)) {
            response.headers_mut().insert("x-portcullis-explain", line);
        }
    }
}

/// A private API is reached through a VPC endpoint alone, by a name of that endpoint only where the two are associated,
/// and never without a policy of its own; a public one is not behind the endpoint's names.
fn can_reach(stage: &StagePlan, request: &GatewayRequest) -> bool {
    match (&stage.reach, &request.through) {
        (Reach::Public, through) => through.is_none(),
        (Reach::Private { .. }, None) => false,
        (Reach::Private { vpc_endpoint_ids }, Some(through)) => {
            let associated = !through.by_associated_name || vpc_endpoint_ids.contains(&through.endpoint.id);
            associated && stage.deployment.policy.is_some()
        }
    }
}

/// The stages after the route. A later stage takes the earlier one's result, so none can be left out.
async fn execute(gateway: &Gateway, stage: &Stage, matched: &Matched<'_>, log: &mut ExecutionLog) -> Outcome {
    let mut access = AccessFacts::default();
    match admit(gateway, stage, matched, &mut access, log).await {
        Ok(caller) => {
            route_match::log_request(matched, log);
            let (result, integration) = invoke(&gateway.doors, matched, &caller, Some(&stage.cache), log).await;
            let result = result.map_err(|error| error.at(Step::Integration));
            Outcome { result, integration, access, caller: Some(caller) }
        }
        Err(error) => Outcome { access, ..Outcome::refused(error) },
    }
}

/// The access controls, in their order.
async fn admit(
    gateway: &Gateway,
    stage: &Stage,
    matched: &Matched<'_>,
    access: &mut AccessFacts,
    log: &mut ExecutionLog,
) -> Result<Caller, GatewayError> {
    let (usage, doors) = (gateway.plans.usage(), &gateway.doors);
    let keep = Some((&*gateway.authorizers, stage.flushes.authorizers()));
    let started = doors.clock.monotonic_ns();
    let asking = Asking { log: &mut *log, request_id: &mut access.request_id };
    let authorized = authorizer::authorize(doors, keep, matched, asking).await;
    access.by_function = matches!(matched.method.authorization, Authorization::Lambda(_));
    let guarded = !matches!(matched.method.authorization, Authorization::None);
    access.latency_us = guarded.then(|| doors.clock.monotonic_ns().saturating_sub(started) / 1000);
    access.refused = authorized.as_ref().err().map(AccessRefused::of);
    let authorized = authorized.map_err(|error| error.at(Step::Authorization))?;
    let keyed = api_key::identify(usage, matched, &authorized, log).map_err(|error| error.at(Step::ApiKey))?;
    let now_ns = doors.clock.monotonic_ns();
    throttling::check(matched, keyed.as_ref(), &stage.buckets, now_ns).map_err(|error| error.at(Step::Throttle))?;
    if !stage.account.take(gateway.account_throttle, now_ns) {
        return Err(GatewayError::throttled().because("the account's limit").at(Step::Throttle));
    }
    api_key::count(usage, matched, authorized, keyed).await.map_err(|error| error.at(Step::Quota))
}

/// The stages after access control; test-invoke begins here, without a cache.
pub(crate) async fn invoke(
    doors: &Doors,
    matched: &Matched<'_>,
    caller: &Caller,
    cache: Option<&StageCache>,
    log: &mut ExecutionLog,
) -> (Result<Response<Body>, GatewayError>, IntegrationFacts) {
    let mut facts = IntegrationFacts::default();
    let result = async {
        let validated = request_validator::validate(matched, caller)?;
        if matched.method.integration.transfer == TransferMode::Stream {
            return streaming::open(doors, validated, &mut facts, log).await;
        }
        // What one caller may see another may not.
        let cache = cache.filter(|_| !matched.method.integration.kind.acts_as_caller());
        let mut lookup = cache.map(|cache| caching::look_up(cache, validated, log)).transpose()?.unwrap_or_default();
        facts.cache = lookup.cache_use();
        let mut mapped = match lookup.hit.take() {
            Some(kept) => kept,
            None => {
                let request = integration_request(validated)?;
                let answer = call(doors, validated, request, &mut facts, log).await?;
                facts.take(&answer);
                let mapped = integration_response(validated, answer)?;
                if let Some(cache) = cache {
                    caching::keep(cache, lookup.place.take(), validated, &mapped);
                }
                mapped
            }
        };
        caching::warn(&mut mapped, lookup.warned);
        method_response(validated, mapped, log).map(|response| response.map(Body::Whole))
    }
    .await;
    (result, facts)
}

/// The integration, seen by the request's trace.
async fn call(
    doors: &Doors,
    validated: Validated<'_>,
    request: IntegrationRequest,
    facts: &mut IntegrationFacts,
    log: &mut ExecutionLog,
) -> Result<IntegrationAnswer, GatewayError> {
    facts.remote = Remote::of(&request, validated.matched.exchange, doors.clock.monotonic_ns());
    let answer = integration::call(doors, validated, request, log).await;
    if let Some(remote) = &mut facts.remote {
        remote.ended_ns = doors.clock.monotonic_ns();
        remote.answer =
            answer.as_ref().ok().map(|answer| (answer.status, u64::try_from(answer.body.len()).unwrap_or(u64::MAX)));
    }
    answer
}

fn with_ids<B>(mut response: Response<B>, request_id: &str, extended_request_id: &str) -> Response<B> {
    let headers = response.headers_mut();
    for (name, value) in [("x-amzn-requestid", request_id), ("x-amz-apigw-id", extended_request_id)] {
        headers.insert(name, header_value(value).unwrap_or_else(|| HeaderValue::from_static("-")));
    }
    response
}
