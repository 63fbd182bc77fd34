//! Test-invoke ("Use the API Gateway console to test a REST API method", TestInvokeMethod and TestInvokeAuthorizer):
//! the real stages, run over a definition that need not be deployed, with an execution log. Authorizers, keys and
//! limits are skipped for methods; an authorizer's test runs the authorizer alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response};

use crate::api_key::{ApiKey, Caller};
use crate::authorizer::lambda::{Asking, Subject};
use crate::authorizer::{self, Authorized, cognito_user_pools};
use crate::body::Body;
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, masked, spelled};
use crate::gateway::{Doors, invoke};
use crate::gateway_response;
use crate::header_spelling::HeaderSpelling;
use crate::integration_plan::TransferMode;
use crate::method_request::{Exchange, GatewayRequest};
use crate::plan::{CognitoAuthorizer, LambdaAuthorizer, ResourcePlan, StagePlan};
use crate::ports::IamIdentity;
use crate::route_match::{Matched, log_request};
use crate::router::{PathParameter, Router, variable_name};

/// The stage name that test-invoke goes by.
pub const STAGE: &str = "test-invoke-stage";

/// What TestInvokeMethod sends.
#[derive(Clone, Debug, Default)]
pub struct TestRequest {
    /// `/pets/7?type=cat`; empty means the resource's own path.
    pub path_with_query: String,
    /// Sent as it is.
    pub body: String,
    /// Headers.
    pub headers: TestHeaders,
    /// Who tries it; templates and functions are told (`$context.identity`).
    pub tester: Arc<IamIdentity>,
    /// Of whoever tries it.
    pub user_agent: String,
}

/// Headers of a test, see [`test_headers`].
#[derive(Clone, Debug, Default)]
pub struct TestHeaders {
    /// By name.
    pub map: HeaderMap,
    /// How the names were written.
    pub spelling: HeaderSpelling,
}

/// So long a streamed answer is waited for, from the call on.
const STREAM_TIME: Duration = Duration::from_secs(35);
/// So much of one is held.
const STREAM_BYTES: usize = 1024 * 1024;

/// What came of it.
#[derive(Debug)]
pub struct TestAnswer {
    /// Its status; 0 where a streamed answer did not begin in time.
    pub status: u16,
    /// The response as a caller would see it.
    pub response: Response<Bytes>,
    /// The execution log.
    pub log: String,
    /// In milliseconds.
    pub latency_ms: u64,
}

/// What came of an authorizer's test.
#[derive(Debug, Default)]
pub struct AuthorizerAnswer {
    /// What the caller would get; where it would pass, 200 of a user pool's authorizer and 0 of a Lambda authorizer.
    pub client_status: u16,
    /// The execution log.
    pub log: String,
    /// In milliseconds.
    pub latency_ms: u64,
    /// `sub` of the token.
    pub principal_id: Option<String>,
    /// The claims, each as text.
    pub claims: BTreeMap<String, String>,
    /// The policy that a Lambda authorizer answered, as JSON.
    pub policy: Option<String>,
}

/// Runs one method. `stage` holds the definition and the stage variables of the test; `None` where the verb has no
/// method at the resource.
pub async fn test_invoke_method(
    doors: &Doors,
    stage: Arc<StagePlan>,
    resource: &ResourcePlan,
    verb: &str,
    test: TestRequest,
) -> Option<TestAnswer> {
    let method = resource.method(verb)?;
    let started = doors.clock.monotonic_ns();
    let authorized = Authorized::Tester { identity: Arc::clone(&test.tester), user_agent: test.user_agent.clone() };
    let request = gateway_request(doors, &stage, resource, verb, test);
    let exchange = Exchange::begin(stage, request, doors.rng.as_ref());
    // "API Gateway doesn't produce any execution logs" of streams.
    let streams = method.integration.transfer == TransferMode::Stream;
    let id = &exchange.request.request_id;
    let mut log = if streams { ExecutionLog::off() } else { ExecutionLog::on(Arc::clone(&doors.clock), id) };
    let matched = Matched::new(&exchange, resource, method, path_parameters(&resource.path, &exchange.request.path));
    log_request(&matched, &mut log);
    let caller = Caller { authorized, api_key: Some(test_key()) };
    let invoking = async { invoke(doors, &matched, &caller, None, &mut log).await.0 };
    let invoked = if streams { world::stream::within(STREAM_TIME, invoking).await } else { Some(invoking.await) };
    let status = invoked.is_none().then_some(0);
    let response = match invoked {
        None => Response::new(Bytes::new()),
        Some(Ok(response)) => {
            log.line(|| "Successfully completed execution".to_owned());
            held(doors, response, started).await
        }
        Some(Err(error)) => {
            log.line(|| error.log.to_string());
            gateway_response::render(&error, Context { matched: Some(&matched), ..Context::of(&exchange) })
        }
    };
    let status = status.unwrap_or_else(|| response.status().as_u16());
    log.line(|| format!("Method completed with status: {status}"));
    let latency_ms = doors.clock.monotonic_ns().saturating_sub(started) / 1_000_000;
    Some(TestAnswer { status, response, log: log.into_text(), latency_ms })
}

/// A streamed answer as far as it came in time ("Troubleshoot issues with response streaming in API Gateway").
async fn held(doors: &Doors, response: Response<Body>, started: u64) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    let body = match body {
        Body::Whole(bytes) => bytes,
        Body::Stream(stream) => {
            let spent = Duration::from_nanos(doors.clock.monotonic_ns().saturating_sub(started));
            world::stream::gather(stream, STREAM_BYTES, STREAM_TIME.saturating_sub(spent)).await
        }
    };
    Response::from_parts(head, body)
}

/// What functions and templates are told of a key, whether or not the method wants one.
fn test_key() -> ApiKey {
    ApiKey { id: "test-invoke-api-key-id".to_owned(), value: "test-invoke-api-key".to_owned() }
}

fn gateway_request(
    doors: &Doors,
    stage: &StagePlan,
    resource: &ResourcePlan,
    verb: &str,
    test: TestRequest,
) -> GatewayRequest {
    let (path, query) = test.path_with_query.split_once('?').unwrap_or((&test.path_with_query, ""));
    let path = if path.is_empty() { resource.path.clone() } else { path.to_owned() };
    GatewayRequest {
        api_id: stage.api_id.clone(),
        stage: stage.stage.clone(),
        method: verb.parse().unwrap_or(http::Method::GET),
        path: if path.starts_with('/') { path } else { format!("/{path}") },
        query: query.to_owned(),
        headers: test.headers.map,
        spelling: test.headers.spelling,
        body: test.body.into(),
        source_ip: "test-invoke-source-ip".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        secure: true,
        handshake: None,
        host: "testPrefix.testDomainName".to_owned(),
        request_id: world::rng::uuid(doors.rng.as_ref()),
        received: doors.clock.now(),
        custom_domain: None,
        through: None,
        signed_path: String::new(),
        authority: "testPrefix.testDomainName".to_owned(),
    }
}

/// Filled variables of the resource's path; where the path is the resource's own, each is its own name in braces, and
/// where it does not fit there are none.
fn path_parameters(resource_path: &str, path: &str) -> Vec<PathParameter> {
    if resource_path == path {
        return resource_path
            .split('/')
            .filter_map(|part| Some((variable_name(part)?.name, part)))
            .map(|(name, part)| PathParameter { name: name.to_owned(), raw: part.to_owned(), value: part.to_owned() })
            .collect();
    }
    let mut router = Router::default();
    if router.insert(resource_path, ()).is_err() {
        return Vec::new();
    }
    router.find(path, |()| true).map(|hit| hit.parameters).unwrap_or_default()
}

/// Runs a Cognito authorizer alone, with the headers of the test.
pub fn test_invoke_authorizer(doors: &Doors, plan: &CognitoAuthorizer, headers: &HeaderMap) -> AuthorizerAnswer {
    let started = doors.clock.monotonic_ns();
    let request_id = world::rng::uuid(doors.rng.as_ref());
    let mut log = ExecutionLog::on(Arc::clone(&doors.clock), &request_id);
    log.line(|| format!("Starting authorizer: {} for request: {request_id}", plan.id));
    let token = authorizer::token(headers, &plan.token_header);
    log.line(|| format!("Incoming identity: {}", masked(token.as_deref().unwrap_or_default())));
    let keys = doors.user_pool_keys.as_ref();
    let outcome = cognito_user_pools::authorize(plan, &[], token.as_deref(), keys, doors.clock.now());
    let (client_status, principal_id, claims) = match outcome {
        Ok(Authorized::User { principal, claims }) => {
            log.line(|| "Successfully completed authorizer execution".to_owned());
            (200, Some(principal), claims)
        }
        Ok(Authorized::Anyone | Authorized::Lambda { .. } | Authorized::Iam { .. } | Authorized::Tester { .. }) => {
            (200, None, BTreeMap::new())
        }
        Err(error) => {
            log_refusal(&mut log, &error, &request_id);
            (error.default_status(), None, BTreeMap::new())
        }
    };
    let latency_ms = doors.clock.monotonic_ns().saturating_sub(started) / 1_000_000;
    AuthorizerAnswer {
        client_status,
        log: log.into_text(),
        latency_ms,
        principal_id,
        claims,
        ..AuthorizerAnswer::default()
    }
}

/// Runs a Lambda authorizer alone, over a request for the root of a stage that does not exist. Nothing is kept of it.
pub async fn test_invoke_lambda_authorizer(
    doors: &Doors,
    stage: Arc<StagePlan>,
    plan: &LambdaAuthorizer,
    test: TestRequest,
) -> AuthorizerAnswer {
    let started = doors.clock.monotonic_ns();
    let root = ResourcePlan { id: "test-invoke-resource-id".to_owned(), path: "/".to_owned(), methods: HashMap::new() };
    let request = gateway_request(doors, &stage, &root, "GET", test);
    let exchange = Exchange::begin(stage, request, doors.rng.as_ref());
    let request_id = exchange.request.request_id.clone();
    let mut log = ExecutionLog::on(Arc::clone(&doors.clock), &request_id);
    let owner = &exchange.stage;
    // The stage has this name there and no other. (recorded 2019, 2023)
    let arn =
        format!("arn:aws:execute-api:{}:{}:{}/ESTestInvoke-stage/GET/", owner.region, owner.account, owner.api_id);
    let subject = Subject {
        exchange: &exchange,
        context: Context::of(&exchange),
        resource_id: &root.id,
        resource_path: &root.path,
        path_parameters: &[],
        arn: &arn,
    };
    let asking = Asking { log: &mut log, request_id: &mut None };
    let outcome = authorizer::lambda::ask(doors, plan, subject, None, asking).await;
    let latency_ms = doors.clock.monotonic_ns().saturating_sub(started) / 1_000_000;
    match outcome {
        Ok(answer) => {
            log.line(|| "Successfully completed authorizer execution".to_owned());
            AuthorizerAnswer {
                log: log.into_text(),
                latency_ms,
                principal_id: Some(answer.principal_id.clone()),
                policy: Some(answer.document.clone()),
                ..AuthorizerAnswer::default()
            }
        }
        Err(error) => {
            log_refusal(&mut log, &error, &request_id);
            let client_status = error.default_status();
            AuthorizerAnswer { client_status, log: log.into_text(), latency_ms, ..AuthorizerAnswer::default() }
        }
    }
}

fn log_refusal(log: &mut ExecutionLog, error: &GatewayError, request_id: &str) {
    if error.default_status() == 401 {
        log.line(|| format!("Unauthorized request: {request_id}"));
        log.line(|| error.message.as_deref().unwrap_or("Unauthorized").to_owned());
    } else {
        log.line(|| error.log.to_string());
        log.line(|| error.error_type().to_owned());
    }
}

/// Headers of a test from the two maps that AWS takes; names and values that HTTP does not allow are refused.
pub fn test_headers(pairs: impl IntoIterator<Item = (String, String)>) -> Option<TestHeaders> {
    let mut map = HeaderMap::new();
    let mut names = Vec::new();
    for (name, value) in pairs {
        map.append(http::HeaderName::from_bytes(name.as_bytes()).ok()?, http::HeaderValue::from_str(&value).ok()?);
        names.push(name);
    }
    let spelling = HeaderSpelling::of_names(names.iter().map(String::as_str));
    Some(TestHeaders { map, spelling })
}

/// Headers as TestInvokeMethod answers them, names in AWS's spelling where we know it.
pub fn answer_headers(response: &Response<Bytes>) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    response.headers().iter().map(|(name, value)| (spelled(name.as_str()), text(value))).collect()
}
