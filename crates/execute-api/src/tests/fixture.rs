//! Plans, keys and a backend for tests.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use aws_types::{AccountId, Region, Timestamp};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use jose::{SigningKey, VerifyingKey};
use serde_json::{Value, json};
use world::fake::{ManualClock, ScriptedFunctions, SeededRng};
use world::{Clock as _, HttpClient, HttpError, HttpOptions, Lock};

use crate::catalogue::{HttpMethod, PassthroughBehavior};
use crate::gateway_response::GatewayResponses;
use crate::parameter_mapping::{ParameterSource, RequestTarget, parse_response_target};
use crate::pattern::Pattern;
use crate::plan::*;
use crate::ports::{LogEvent, LogSink, UserPoolKeys};
use crate::router::Router;
use crate::uri_template::UriTemplate;
use crate::{Doors, Gateway, GatewayRequest, Plans};

pub const API: &str = "a1b2c3d4e5";
pub const STAGE: &str = "dev";
pub const POOL: &str = "eu-west-1_Pool00001";
pub const OTHER_POOL: &str = "eu-west-1_Pool00002";

pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());
pub static OTHER_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

/// Two pools on this server, each with its own key.
pub struct TwoPools;

impl UserPoolKeys for TwoPools {
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        static FIRST: LazyLock<Arc<VerifyingKey>> =
            LazyLock::new(|| Arc::new(VerifyingKey::from_signing_key(&KEY).unwrap()));
        static SECOND: LazyLock<Arc<VerifyingKey>> =
            LazyLock::new(|| Arc::new(VerifyingKey::from_signing_key(&OTHER_KEY).unwrap()));
        let key = if pool_id == POOL { &FIRST } else { &SECOND };
        (key.kid() == kid).then(|| Arc::clone(key))
    }

    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        issuer == format!("http://localhost:4566/{pool_id}")
    }
}

/// A backend that answers as told and keeps what it was sent.
#[derive(Default)]
pub struct Backend {
    pub answers: Lock<Vec<Result<Response<Bytes>, HttpError>>>,
    pub seen: Lock<Vec<(Request<Bytes>, u64)>>,
}

#[async_trait::async_trait]
impl HttpClient for Backend {
    async fn send(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        self.seen.lock().push((request, options.timeout_ms));
        self.answers.lock().pop().unwrap_or_else(|| Ok(Response::new(Bytes::from_static(b"hello"))))
    }
}

pub struct Fixture {
    pub gateway: Gateway,
    pub backend: Arc<Backend>,
    pub functions: Arc<ScriptedFunctions>,
    pub logs: Arc<KeptLogs>,
}

/// What was logged, by group.
#[derive(Default)]
pub struct KeptLogs(pub Lock<Vec<(String, String)>>);

impl LogSink for KeptLogs {
    fn put(&self, group: &str, _: &str, events: Vec<LogEvent>) {
        self.0.lock().extend(events.into_iter().map(|event| (group.to_owned(), event.message)));
    }

    fn deliver(&self, stream_arn: &str, event: LogEvent) {
        self.put(stream_arn, "", vec![event]);
    }
}

impl Fixture {
    pub fn of(routes: Vec<(&str, HttpMethod, MethodPlan)>) -> Self {
        Self::with(routes, GatewayResponses::default())
    }

    pub fn with(routes: Vec<(&str, HttpMethod, MethodPlan)>, gateway_responses: GatewayResponses) -> Self {
        let clock = Arc::new(ManualClock::default());
        let backend = Arc::new(Backend::default());
        let plans = Arc::new(Plans::new());
        plans.put_stage(stage(routes, gateway_responses));
        let functions = Arc::new(ScriptedFunctions::default());
        let logs = Arc::new(KeptLogs::default());
        let doors = Doors {
            functions: Arc::clone(&functions) as _,
            logs: Arc::clone(&logs) as _,
            ..Doors::new(
                Arc::clone(&clock) as _,
                Arc::new(SeededRng::new(1)),
                Arc::clone(&backend) as _,
                Arc::new(TwoPools),
            )
        };
        Self { gateway: Gateway::new(plans, doors), backend, functions, logs }
    }

    pub async fn send(&self, request: GatewayRequest) -> Response<Bytes> {
        whole(self.gateway.handle(request).await)
    }
}

/// An answer that did not come as a stream.
pub fn whole(response: Response<crate::Body>) -> Response<Bytes> {
    response.map(|body| match body {
        crate::Body::Whole(bytes) => bytes,
        crate::Body::Stream(_) => panic!("the answer is a stream"),
    })
}

pub fn deployment(routes: Vec<(&str, HttpMethod, MethodPlan)>) -> DeploymentPlan {
    let mut resources: BTreeMap<String, ResourcePlan> = BTreeMap::new();
    for (path, method, plan) in routes {
        let resource = resources.entry(path.to_owned()).or_insert_with(|| ResourcePlan {
            id: "res123".to_owned(),
            path: path.to_owned(),
            methods: HashMap::new(),
        });
        resource.methods.insert(method, plan);
    }
    let mut router = Router::default();
    for (path, resource) in resources {
        router.insert(&path, resource).unwrap();
    }
    DeploymentPlan { id: "dep123".to_owned(), router, ..DeploymentPlan::empty() }
}

pub fn stage(routes: Vec<(&str, HttpMethod, MethodPlan)>, gateway_responses: GatewayResponses) -> StagePlan {
    StagePlan {
        account: AccountId::default(),
        region: Region::default(),
        api_id: API.to_owned(),
        stage: STAGE.to_owned(),
        throttles: HashMap::new(),
        variables: BTreeMap::from([("host".to_owned(), "backend.test".to_owned())]),
        deployment: Arc::new(DeploymentPlan { gateway_responses, ..deployment(routes) }),
        settings: Default::default(),
        reach: Reach::Public,
    }
}

pub fn get(path: &str) -> GatewayRequest {
    request("GET", path, &[], "")
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> GatewayRequest {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    GatewayRequest {
        api_id: API.to_owned(),
        stage: STAGE.to_owned(),
        method: method.parse().unwrap(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: map,
        spelling: Default::default(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        source_ip: "203.0.113.9".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        secure: true,
        handshake: None,
        host: format!("{API}.execute-api.us-east-1.localhost"),
        request_id: "11111111-2222-4333-8444-555555555555".to_owned(),
        received: ManualClock::default().now(),
        custom_domain: None,
        through: None,
        signed_path: format!("/{STAGE}{path}"),
        authority: format!("{API}.execute-api.us-east-1.localhost"),
    }
}

pub fn templates(sources: &[(&str, &str)]) -> ContentTemplates {
    ContentTemplates::compile(sources.iter().copied())
}

pub fn mock(request_template: &str, response_template: &str) -> MethodPlan {
    let mut response = response(200);
    if !response_template.is_empty() {
        response.templates = templates(&[("application/json", response_template)]);
    }
    MethodPlan {
        authorization: Authorization::None,
        api_key_required: false,
        required_parameters: RequiredParameters::default(),
        body_models: Default::default(),
        integration: IntegrationPlan {
            kind: IntegrationKind::Mock,
            request_parameters: Vec::new(),
            request_templates: templates(&[("application/json", request_template)]),
            passthrough: PassthroughBehavior::WhenNoMatch,
            content_handling: None,
            cache: CacheKeyPlan::default(),
            responses: vec![response],
            transfer: Default::default(),
        },
        responses: BTreeSet::from([200, 400, 404]),
    }
}

pub fn response(status: u16) -> IntegrationResponsePlan {
    IntegrationResponsePlan {
        status,
        selection: None,
        headers: Vec::new(),
        templates: ContentTemplates::default(),
        content_handling: None,
    }
}

pub fn selected(status: u16, pattern: &str, template: &str) -> IntegrationResponsePlan {
    IntegrationResponsePlan {
        selection: Some(Pattern::compile(pattern).unwrap()),
        templates: templates(&[("application/json", template)]),
        ..response(status)
    }
}

pub fn header(target: &str, source: &str) -> (http::HeaderName, ParameterSource) {
    (parse_response_target(target).unwrap(), ParameterSource::parse_response(source).unwrap())
}

pub fn parameter(target: &str, source: &str) -> (RequestTarget, ParameterSource) {
    (RequestTarget::parse(target).unwrap(), ParameterSource::parse_request(source).unwrap())
}

pub fn http_target(uri: &str) -> HttpTarget {
    HttpTarget {
        method: HttpMethod::Any,
        uri: UriTemplate::parse(uri),
        timeout_ms: 29_000,
        connection: Default::default(),
        verification: Default::default(),
    }
}

pub fn http_proxy(uri: &str) -> MethodPlan {
    let mut plan = mock("", "");
    plan.integration.kind = IntegrationKind::HttpProxy(http_target(uri));
    plan.integration.request_templates = ContentTemplates::default();
    plan.integration.responses = Vec::new();
    plan
}

pub fn cognito(scopes: &[&str]) -> Authorization {
    Authorization::CognitoUserPools {
        authorizer: Arc::new(authorizer(None)),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

pub fn authorizer(token_validation: Option<&str>) -> CognitoAuthorizer {
    CognitoAuthorizer {
        id: "auth12".to_owned(),
        token_header: http::HeaderName::from_static("authorization"),
        token_validation: token_validation.map(|pattern| Pattern::compile(pattern).unwrap()),
        pool_ids: vec![POOL.to_owned()],
    }
}

/// Claims of a good id token, one hour long from the clock's start.
pub fn id_claims() -> Value {
    let now = now_s();
    json!({
        "sub": "5f0c", "email_verified": true, "iss": format!("http://localhost:4566/{POOL}"),
        "cognito:username": "alice", "aud": "client1", "token_use": "id", "auth_time": now - 60,
        "exp": now + 3600, "iat": now - 60, "email": "alice@example.com", "cognito:groups": ["admin", "users"],
    })
}

/// Claims of a good access token.
pub fn access_claims(scope: &str) -> Value {
    let now = now_s();
    json!({
        "sub": "5f0c", "iss": format!("http://localhost:4566/{POOL}"), "client_id": "client1", "token_use": "access",
        "scope": scope, "exp": now + 3600, "iat": now - 60, "username": "alice",
    })
}

pub fn now_s() -> i64 {
    Timestamp::secs(ManualClock::default().now())
}

pub fn body(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

pub fn header_of<'a>(response: &'a Response<Bytes>, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}
