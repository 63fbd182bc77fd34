//! A request's way through an HTTP API: one line a stage.

use std::sync::Arc;

use bytes::Bytes;
use execute_api::Doors;
use execute_api::answer_cache::AnswerCache;
use execute_api::explain::{Refusals, Step};
use execute_api::throttle::{ACCOUNT_THROTTLE, Throttle};
use http::Response;
use http::header::{HeaderName, HeaderValue};

use crate::authorizer;
use crate::authorizer::Admission;
use crate::context::{Progress, Routed};
use crate::cors;
use crate::error::{Kind, Refusal};
use crate::integration;
use crate::observe;
use crate::plans::{Plans, Stage, Target};
use crate::ports::IssuerKeys;
use crate::request::{Destination, Exchange, HttpRequest, Mapped, request_id};

/// The id that every answer bears.
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The runtime.
#[derive(Clone)]
pub struct HttpApis {
    plans: Arc<Plans>,
    doors: Doors,
    issuers: Arc<dyn IssuerKeys>,
    /// Answers of Lambda authorizers.
    authorizers: Arc<AnswerCache<Admission>>,
    /// All calls of an account in a region together.
    account_throttle: Throttle,
    /// Where refusals are explained (local mode).
    refusals: Option<Arc<Refusals>>,
}

/// A stage, what of the path is left for its routes, and by which mapping of a domain name it was found.
type Found = (Stage, String, Option<Mapped>);

impl HttpApis {
    /// Serves the plans.
    pub fn new(plans: Arc<Plans>, doors: Doors, issuers: Arc<dyn IssuerKeys>) -> Self {
        let account_throttle = ACCOUNT_THROTTLE;
        Self { plans, doors, issuers, authorizers: Arc::default(), account_throttle, refusals: None }
    }

    /// With another limit of accounts than AWS's.
    #[must_use]
    pub const fn with_account_throttle(mut self, throttle: Throttle) -> Self {
        self.account_throttle = throttle;
        self
    }

    /// Tells of refusals where whoever asks finds them.
    #[must_use]
    pub fn explaining(mut self, refusals: Option<Arc<Refusals>>) -> Self {
        self.refusals = refusals;
        self
    }

    /// The plans it serves.
    pub const fn plans(&self) -> &Arc<Plans> {
        &self.plans
    }

    pub(crate) const fn doors(&self) -> &Doors {
        &self.doors
    }

    pub(crate) const fn issuers(&self) -> &Arc<dyn IssuerKeys> {
        &self.issuers
    }

    pub(crate) fn authorizers(&self) -> &AnswerCache<Admission> {
        &self.authorizers
    }

    /// Answers a request to a deployed API. Never fails: what goes wrong is an answer.
    pub async fn handle(&self, request: HttpRequest, to: Destination) -> Response<Bytes> {
        let started = self.doors.clock.monotonic_ns();
        let (stage, path, domain) = match self.stage(&request, to) {
            Ok(found) => found,
            Err((api_id, refusal)) => return self.refuse(&request, &api_id, &refusal),
        };
        let exchange = Exchange::begin(stage, path, domain, request, self.doors.rng.as_ref());
        let mut progress = Progress::of(&exchange);
        let outcome = self.answer(&exchange, &mut progress).await;
        let mut response = outcome.unwrap_or_else(|refusal| {
            let response = refusal.render();
            progress.refusal = Some(refusal);
            response
        });
        if let Some(cors) = &exchange.stage.plan.cors {
            cors::apply(cors, &exchange.request, response.headers_mut());
        }
        self.explain(&progress, &mut response);
        observe::observe(&self.doors, &progress, &response, started);
        with_id(response, &exchange.request_id)
    }

    /// Answers where the front door itself refuses: the body is too large or broke off.
    pub fn too_large(&self) -> Response<Bytes> {
        let refusal = Refusal::new(Kind::BodyTooLarge, Step::Limits, "The body is over 10 MB");
        with_id(refusal.render(), &request_id(self.doors.rng.as_ref()))
    }

    /// Answers a request that came to a custom domain name and must not, or leads nowhere.
    pub fn forbid(&self) -> Response<Bytes> {
        let refusal = Refusal::new(Kind::Forbidden, Step::Endpoint, "The domain name leads nowhere");
        with_id(refusal.render(), &request_id(self.doors.rng.as_ref()))
    }

    fn stage(&self, request: &HttpRequest, to: Destination) -> Result<Found, (String, Refusal)> {
        let refuse = |api_id, kind, reason| Err((api_id, Refusal::new(kind, Step::Endpoint, reason)));
        match to {
            Destination::DefaultEndpoint { api_id } => match self.plans.target(&api_id, &request.raw_path) {
                Target::Stage(stage, path) => Ok((*stage, path, None)),
                Target::NoStage => {
                    refuse(api_id, Kind::NotFound, "The API has no such stage, or nothing is deployed to it")
                }
                Target::NoApi => refuse(api_id, Kind::NotFound, "There is no such API"),
                Target::Closed => refuse(api_id, Kind::Forbidden, "The default endpoint is disabled"),
            },
            Destination::Domain(mapped) => match self.plans.stage(&mapped.api_id, &mapped.stage) {
                Some(stage) => Ok((stage, mapped.path.clone(), Some(mapped))),
                None => refuse(mapped.api_id, Kind::Forbidden, "The mapping's stage is not there"),
            },
        }
    }

    /// The stages. A later one needs what an earlier one found.
    async fn answer<'e>(
        &self,
        exchange: &'e Exchange,
        progress: &mut Progress<'e>,
    ) -> Result<Response<Bytes>, Refusal> {
        exchange.check_limits()?;
        let plan = &exchange.stage.plan;
        let preflight = plan.cors.as_ref().filter(|_| cors::is_preflight(&exchange.request));
        let found = plan.deployment.router.find(exchange.request.method.as_str(), &exchange.path);
        match (found, preflight) {
            (Some(found), _) => {
                progress.routed = Some(Routed { route: found.route, parameters: found.parameters });
            }
            (None, Some(cors)) => return Ok(cors::preflight(cors, &exchange.request)),
            (None, None) => return Err(Refusal::new(Kind::NotFound, Step::Route, "No route for this method and path")),
        }
        authorizer::authorize(self, progress).await?;
        self.throttle(progress)?;
        match preflight {
            Some(cors) => Ok(cors::preflight(cors, &exchange.request)),
            None => integration::call(self, progress).await,
        }
    }

    /// Takes a token of every bucket that the call falls into: the route's or the stage's, then the account's.
    fn throttle(&self, progress: &Progress<'_>) -> Result<(), Refusal> {
        let stage = &progress.exchange.stage;
        let now_ns = self.doors.clock.monotonic_ns();
        let throttled = |reason| Refusal::new(Kind::Throttled, Step::Throttle, reason);
        if let Some(key) = progress.route_key() {
            let limit = observe::settings(&stage.plan, key).throttle.or(stage.plan.default_route.throttle);
            if limit.is_some_and(|limit| !stage.buckets.take(key, limit, now_ns)) {
                return Err(throttled("The route is over its limit"));
            }
        }
        let admitted = stage.account.take(self.account_throttle, now_ns);
        if admitted { Ok(()) } else { Err(throttled("The account is over its limit")) }
    }

    /// Answers where there is no stage.
    fn refuse(&self, request: &HttpRequest, api_id: &str, refusal: &Refusal) -> Response<Bytes> {
        let id = request_id(self.doors.rng.as_ref());
        let mut response = refusal.render();
        if let Some(refusals) = &self.refusals {
            observe::explain(refusals, (&id, api_id, ""), request, refusal, &mut response);
        }
        with_id(response, &id)
    }

    /// Keeps why a request was refused, and says in the answer where to read it.
    fn explain(&self, progress: &Progress<'_>, response: &mut Response<Bytes>) {
        let (Some(refusals), Some(refusal)) = (&self.refusals, &progress.refusal) else { return };
        let (exchange, plan) = (progress.exchange, &progress.exchange.stage.plan);
        let named = (exchange.request_id.as_str(), plan.api_id.as_str(), plan.stage.as_str());
        observe::explain(refusals, named, &exchange.request, refusal, response);
    }
}

fn with_id(mut response: Response<Bytes>, id: &str) -> Response<Bytes> {
    let id = HeaderValue::from_str(id).unwrap_or_else(|_| HeaderValue::from_static("-"));
    response.headers_mut().insert(REQUEST_ID, id);
    response
}
