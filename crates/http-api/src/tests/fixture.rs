//! A world with one API, its plan told in JSON.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use aws_types::{AccountId, AwsError, Region, Timestamp};
use bytes::Bytes;
use execute_api::Doors;
use execute_api::access_log::AccessLogFormat;
use execute_api::catalogue::HttpMethod;
use execute_api::explain::Refusals;
use execute_api::ports::{
    AwsServices, IamCaller, IamCallers, IamIdentity, IamQuestion, IamVerdict, LogEvent, LogSink, RoleUse, ServiceCall,
    ServiceError, UserPoolKeys, VpcLinks,
};
use execute_api::stage_settings::{AccessLogDestination, AccessLogSettings};
use execute_api::throttle::Throttle;
use execute_api::uri_template::UriTemplate;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use jose::{SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sigv4::{SigError, SignedRequest};
use world::fake::{ManualClock, ScriptedFunctions, SeededRng};
use world::{Clock as _, FunctionAnswer, HttpClient, HttpError, HttpOptions, InvokeError, Lock};

use crate::plan::*;
use crate::plans::{DefaultEndpoint, Plans};
use crate::ports::{IssuerKeys, IssuerUnavailable};
use crate::{Destination, HttpApis, HttpRequest, Mapped};

pub const API: &str = "a1b2c3d4e5";
pub const POOL: &str = "eu-west-1_Pool00001";
pub const POOL_ISSUER: &str = "http://localhost:4566/eu-west-1_Pool00001";
pub const AWS_POOL_ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool00001";
pub const ISSUER: &str = "https://issuer.example";
pub const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:check";

pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());
pub static POOL_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

/// A pool on this server.
struct OnePool;

impl UserPoolKeys for OnePool {
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        static PUBLIC: LazyLock<Arc<VerifyingKey>> =
            LazyLock::new(|| Arc::new(VerifyingKey::from_signing_key(&POOL_KEY).unwrap()));
        (pool_id == POOL && PUBLIC.kid() == kid).then(|| Arc::clone(&PUBLIC))
    }

    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        let (server, aws) = (POOL_ISSUER.rsplit_once('/').unwrap().0, AWS_POOL_ISSUER.rsplit_once('/').unwrap().0);
        issuer == format!("{server}/{pool_id}") || issuer == format!("{aws}/{pool_id}")
    }
}

/// One issuer elsewhere, with a key of each kind.
#[derive(Default)]
pub struct Issuers {
    pub keys: Lock<HashMap<String, Arc<VerifyingKey>>>,
    pub asked: Lock<Vec<String>>,
}

#[async_trait]
impl IssuerKeys for Issuers {
    async fn key(&self, issuer: &str, kid: &str) -> Result<Option<Arc<VerifyingKey>>, IssuerUnavailable> {
        self.asked.lock().push(issuer.to_owned());
        if issuer != ISSUER {
            return Err(IssuerUnavailable);
        }
        Ok(self.keys.lock().get(kid).cloned())
    }
}

/// `AKIAALICE` may get, `AKIAOTHER` is of another account.
struct Alice;

struct Known(Arc<IamIdentity>);

#[async_trait]
impl IamCallers for Alice {
    async fn prove(&self, request: &SignedRequest<'_>) -> Result<Arc<dyn IamCaller>, SigError> {
        let presented = sigv4::presented(request)?.ok_or(SigError::MissingToken)?;
        if presented.access_key_id != "AKIAALICE" {
            return Err(SigError::UnknownKey { access_key_id: presented.access_key_id });
        }
        Ok(Arc::new(Known(Arc::new(IamIdentity {
            account_id: "123456789012".to_owned(),
            access_key: presented.access_key_id,
            user_id: "AIDAALICE".to_owned(),
            user_arn: "arn:aws:iam::123456789012:user/alice".to_owned(),
            cognito: None,
        }))))
    }
}

#[async_trait]
impl IamCaller for Known {
    fn identity(&self) -> &Arc<IamIdentity> {
        &self.0
    }

    async fn may(&self, asked: &IamQuestion<'_>) -> Result<IamVerdict, AwsError> {
        assert_eq!(asked.action, "execute-api:Invoke");
        let allowed =
            asked.resource.starts_with(&format!("arn:aws:execute-api:us-east-1:123456789012:{API}/$default/GET/"));
        Ok(IamVerdict { denial: (!allowed).then(|| format!("not {}", asked.resource)), by: None })
    }
}

/// The role `…/invoker` may call functions.
struct Roles;

#[async_trait]
impl AwsServices for Roles {
    async fn call(&self, call: ServiceCall) -> Result<Response<Bytes>, ServiceError> {
        Err(ServiceError::Unavailable(call.service))
    }

    async fn role_may(&self, role: RoleUse<'_>) -> Result<(), ServiceError> {
        if role.role_arn.ends_with("/invoker") {
            Ok(())
        } else {
            Err(ServiceError::Refused("not that role".to_owned()))
        }
    }
}

struct Links;

impl VpcLinks for Links {
    fn address(&self, link_id: &str, target_arns: &[String]) -> Option<String> {
        (link_id == "link01" && target_arns.len() == 1).then(|| "10.0.0.7:8080".to_owned())
    }
}

/// A backend that answers as told and keeps what it was sent.
#[derive(Default)]
pub struct Backend {
    pub answers: Lock<Vec<Result<Response<Bytes>, HttpError>>>,
    pub seen: Lock<Vec<(Request<Bytes>, u64)>>,
}

#[async_trait]
impl HttpClient for Backend {
    async fn send(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        self.seen.lock().push((request, options.timeout_ms));
        self.answers.lock().pop().unwrap_or_else(|| Ok(Response::new(Bytes::from_static(b"hello"))))
    }
}

/// What was logged, by group.
#[derive(Default)]
pub struct KeptLogs(pub Lock<Vec<(String, String)>>);

impl LogSink for KeptLogs {
    fn put(&self, group: &str, _: &str, events: Vec<LogEvent>) {
        self.0.lock().extend(events.into_iter().map(|event| (group.to_owned(), event.message)));
    }
}

pub struct World {
    pub apis: HttpApis,
    pub clock: Arc<ManualClock>,
    pub functions: Arc<ScriptedFunctions>,
    pub backend: Arc<Backend>,
    pub issuers: Arc<Issuers>,
    pub logs: Arc<KeptLogs>,
    pub refusals: Arc<Refusals>,
}

pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

pub fn texts(value: &Value, name: &str) -> Vec<String> {
    let list = value.get(name).and_then(Value::as_array);
    list.into_iter().flatten().map(|one| one.as_str().unwrap().to_owned()).collect()
}

fn throttle(value: &Value) -> Throttle {
    Throttle { rate: 1.0, burst: u32::try_from(value.as_u64().unwrap()).unwrap() }
}

impl World {
    pub fn new(plan: &Value) -> Self {
        let clock = Arc::new(ManualClock::default());
        let (functions, backend) = (Arc::new(ScriptedFunctions::default()), Arc::new(Backend::default()));
        let (issuers, logs) = (Arc::new(Issuers::default()), Arc::new(KeptLogs::default()));
        let key = Arc::new(VerifyingKey::from_signing_key(&KEY).unwrap());
        issuers.keys.lock().insert(key.kid().to_owned(), key);
        let doors = Doors {
            functions: Arc::clone(&functions) as _,
            callers: Arc::new(Alice),
            services: Arc::new(Roles),
            vpc_links: Arc::new(Links),
            logs: Arc::clone(&logs) as _,
            ..Doors::new(
                Arc::clone(&clock) as _,
                Arc::new(SeededRng::new(1)),
                Arc::clone(&backend) as _,
                Arc::new(OnePool),
            )
        };
        let plans = Arc::new(Plans::new());
        let names = plan.get("stages").map_or_else(|| vec!["$default".to_owned()], |_| texts(plan, "stages"));
        let endpoint = if plan["closed"] == true { DefaultEndpoint::Disabled } else { DefaultEndpoint::Enabled };
        plans.replace_api(API, endpoint, names.iter().map(|name| stage(plan, name)).collect());
        let refusals = Arc::new(Refusals::default());
        let mut apis = HttpApis::new(plans, doors, Arc::clone(&issuers) as _).explaining(Some(Arc::clone(&refusals)));
        if let Some(burst) = plan.get("accountBurst") {
            apis = apis.with_account_throttle(throttle(burst));
        }
        Self { apis, clock, functions, backend, issuers, logs, refusals }
    }

    /// What the function answers from now on.
    pub fn teach(&self, function: &Value) {
        let function = function.clone();
        self.functions.on(FUNCTION, move |_| {
            if let Some(failure) = text(&function, "fails") {
                return Err(match failure {
                    "timeout" => InvokeError::TimedOut,
                    "absent" => InvokeError::NotFound,
                    "unavailable" => InvokeError::Unavailable("nobody".to_owned()),
                    other => InvokeError::Refused(other.to_owned()),
                });
            }
            let function_error = function.get("error").map(|_| "Unhandled".to_owned());
            let raw = text(&function, "raw").map(|raw| Bytes::copy_from_slice(raw.as_bytes()));
            let payload = function.get("error").or_else(|| function.get("answers")).cloned().unwrap_or(Value::Null);
            Ok(FunctionAnswer {
                payload: raw.unwrap_or_else(|| Bytes::from(payload.to_string())),
                function_error,
                request_id: None,
            })
        });
    }

    pub async fn send(&self, request: HttpRequest) -> Response<Bytes> {
        self.apis.handle(request, Destination::DefaultEndpoint { api_id: API.to_owned() }).await
    }

    pub async fn send_mapped(&self, request: HttpRequest, mapping: &Value) -> Response<Bytes> {
        let mapped = Mapped {
            api_id: API.to_owned(),
            stage: text(mapping, "stage").unwrap().to_owned(),
            path: text(mapping, "path").unwrap().to_owned(),
            key: text(mapping, "key").unwrap().to_owned(),
            client_certificate: None,
        };
        self.apis.handle(request, Destination::Domain(mapped)).await
    }
}

fn stage(plan: &Value, name: &str) -> HttpApiPlan {
    let mut router = Router::default();
    let mut settings = HashMap::new();
    for route in plan["routes"].as_array().unwrap() {
        let key_text = text(route, "key").unwrap().to_owned();
        let key = RouteKey::parse(&key_text).unwrap();
        if let Some(burst) = route.get("burst") {
            let own = RouteSettings { throttle: Some(throttle(burst)), detailed_metrics: true };
            settings.insert(key_text.clone(), own);
        }
        let route = RoutePlan {
            id: "route01".to_owned(),
            key: key.clone(),
            key_text,
            authorization: authorization(route),
            integration: integration(route).map(Arc::new),
        };
        router.insert(&key, route).unwrap();
    }
    let variables = plan["variables"].as_object().into_iter().flatten();
    let variables = variables.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    HttpApiPlan {
        account: AccountId::parse("123456789012").unwrap(),
        region: Region::parse("us-east-1").unwrap(),
        api_id: API.to_owned(),
        api_name: "dragons".to_owned(),
        stage: name.to_owned(),
        variables: variables.collect(),
        cors: plan.get("cors").map(cors),
        deployment: Arc::new(DeploymentPlan { id: "dep123".to_owned(), router }),
        default_route: RouteSettings { throttle: plan.get("burst").map(throttle), detailed_metrics: false },
        routes: settings,
        access_log: text(plan, "accessLog").map(|format| AccessLogSettings {
            destination: AccessLogDestination::Group("access".to_owned()),
            format: AccessLogFormat::compile(&format!("{format} $context.requestId")).unwrap(),
        }),
    }
}

fn cors(value: &Value) -> CorsPlan {
    CorsPlan {
        allow_origins: texts(value, "allowOrigins"),
        allow_methods: texts(value, "allowMethods"),
        allow_headers: texts(value, "allowHeaders"),
        expose_headers: texts(value, "exposeHeaders"),
        max_age_s: value["maxAge"].as_i64().map(|age| i32::try_from(age).unwrap()),
        allow_credentials: value["allowCredentials"] == true,
    }
}

fn sources(route: &Value, default: &str) -> Vec<IdentitySource> {
    let given =
        route.get("identitySource").map_or_else(|| vec![default.to_owned()], |_| texts(route, "identitySource"));
    given.iter().map(|source| IdentitySource::parse(source).unwrap()).collect()
}

fn authorization(route: &Value) -> Authorization {
    let audience = route.get("audience").map_or_else(|| vec!["client".to_owned()], |_| texts(route, "audience"));
    match text(route, "authorization").unwrap_or("NONE") {
        "NONE" => Authorization::None,
        "AWS_IAM" => Authorization::AwsIam,
        "JWT" => Authorization::Jwt {
            authorizer: Arc::new(JwtAuthorizer {
                id: "auth123".to_owned(),
                name: "jwt".to_owned(),
                identity_sources: sources(route, "$request.header.Authorization"),
                issuer: text(route, "issuer").unwrap_or(ISSUER).to_owned(),
                audience,
            }),
            scopes: texts(route, "scopes"),
        },
        "CUSTOM" => Authorization::Lambda(Arc::new(LambdaAuthorizer {
            id: "auth456".to_owned(),
            name: "lambda".to_owned(),
            identity_sources: sources(route, "$request.header.Authorization"),
            function: UriTemplate::parse(FUNCTION),
            credentials: text(route, "credentials").map(str::to_owned),
            payload: PayloadFormat::parse(text(route, "payload").unwrap_or("2.0")).unwrap(),
            response: if route["simple"] == false { AuthorizerResponse::Policy } else { AuthorizerResponse::Simple },
            ttl_s: route["ttl"].as_i64().unwrap_or(0),
        })),
        other => panic!("{other}"),
    }
}

fn integration(route: &Value) -> Option<IntegrationPlan> {
    let function = |format: &str| {
        IntegrationKind::Function(FunctionTarget {
            function: UriTemplate::parse(FUNCTION),
            payload: PayloadFormat::parse(format).unwrap(),
            credentials: text(route, "role").map(str::to_owned),
        })
    };
    let http = |endpoint: Endpoint| {
        let method = HttpMethod::parse(text(route, "method").unwrap_or("ANY")).unwrap();
        IntegrationKind::Http(HttpTarget { method, endpoint })
    };
    let kind = match (text(route, "http"), text(route, "function"), text(route, "link"), text(route, "subtype")) {
        (Some(uri), ..) => http(Endpoint::Internet(UriTemplate::parse(uri))),
        (_, Some(format), ..) => function(format),
        (_, _, Some(id), _) => {
            let target_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/y/z".to_owned();
            http(Endpoint::VpcLink { id: id.to_owned(), target_arn, tls: None })
        }
        (.., Some(subtype)) => IntegrationKind::Unserved(subtype.to_owned()),
        _ if route["target"] == false => return None,
        _ => http(Endpoint::Internet(UriTemplate::parse("https://backend.example/fixed"))),
    };
    let request = route["requestParameters"].as_object().into_iter().flatten();
    let request = request.map(|(key, value)| RequestMapping::parse(key, value.as_str().unwrap()).unwrap());
    let mut responses = BTreeMap::new();
    for (status, mappings) in route["responseParameters"].as_object().into_iter().flatten() {
        let mappings = mappings.as_object().unwrap().iter();
        let mappings = mappings.map(|(key, value)| ResponseMapping::parse(key, value.as_str().unwrap()).unwrap());
        responses.insert(status.parse().unwrap(), mappings.collect());
    }
    Some(IntegrationPlan {
        id: "integ01".to_owned(),
        kind,
        timeout_ms: route["timeout"].as_u64().unwrap_or(MAX_TIMEOUT_MS),
        request_parameters: request.collect(),
        response_parameters: responses,
    })
}

pub fn now_s() -> i64 {
    ManualClock::default().now().secs()
}

/// Claims of a token of the issuer elsewhere.
pub fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "u", "aud": "client", "iat": now_s() - 5, "exp": now_s() + 3600})
}

pub fn request(method: &str, target: &str, headers: &[(String, String)], body: &[u8]) -> HttpRequest {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static("a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"));
    for (name, value) in headers {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    HttpRequest {
        method: method.parse().unwrap(),
        raw_path: path.to_owned(),
        query: query.to_owned(),
        signed_path: path.to_owned(),
        authority: String::new(),
        headers: map,
        body: Bytes::copy_from_slice(body),
        source_ip: "203.0.113.9".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        secure: true,
        host: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com".to_owned(),
        received: Timestamp::from_secs(now_s()),
    }
}

pub fn header_of<'a>(response: &'a Response<Bytes>, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

pub fn body_of(response: &Response<Bytes>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}
