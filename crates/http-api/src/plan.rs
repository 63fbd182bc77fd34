//! What a stage of an HTTP API serves: compiled once by the control plane, immutable and shared by all requests.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::{AccountId, Region};
use execute_api::catalogue::HttpMethod;
use execute_api::stage_settings::AccessLogSettings;
use execute_api::throttle::Throttle;
use execute_api::uri_template::UriTemplate;
pub use http::HeaderName;
use world::Verification;

pub use crate::identity_source::IdentitySource;
pub use crate::parameter_mapping::{RequestMapping, ResponseMapping};
pub use crate::route_key::RouteKey;
pub use crate::router::Router;

/// The name of the stage that stands at the root.
pub const DEFAULT_STAGE: &str = "$default";
/// How long an integration may take where it says nothing, in milliseconds; also the most it may.
pub const MAX_TIMEOUT_MS: u64 = 30_000;

/// One stage of one HTTP API.
#[derive(Debug)]
pub struct HttpApiPlan {
    /// Whose API it is.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// Ten letters and digits.
    pub api_id: String,
    /// The API's name, for metrics.
    pub api_name: String,
    /// `$default` or a name.
    pub stage: String,
    /// `$stageVariables`.
    pub variables: BTreeMap<String, String>,
    /// The API's `corsConfiguration`.
    pub cors: Option<CorsPlan>,
    /// What the stage serves.
    pub deployment: Arc<DeploymentPlan>,
    /// Settings of routes that have none of their own (`defaultRouteSettings`).
    pub default_route: RouteSettings,
    /// `routeSettings`, by route key.
    pub routes: HashMap<String, RouteSettings>,
    /// Where a line a request goes.
    pub access_log: Option<AccessLogSettings>,
}

/// A deployment's snapshot.
#[derive(Debug, Default)]
pub struct DeploymentPlan {
    /// Six letters and digits; empty where the stage was never deployed.
    pub id: String,
    /// Routes by key.
    pub router: Router<RoutePlan>,
}

/// Settings of a route in a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RouteSettings {
    /// Its limit.
    pub throttle: Option<Throttle>,
    /// Counted by route too.
    pub detailed_metrics: bool,
}

/// A route.
#[derive(Debug)]
pub struct RoutePlan {
    /// Seven letters and digits.
    pub id: String,
    /// `GET /pets/{petId}`.
    pub key: RouteKey,
    /// The key as text, made once.
    pub key_text: String,
    /// Who may call.
    pub authorization: Authorization,
    /// What answers; a route without a target answers nothing but 500.
    pub integration: Option<Arc<IntegrationPlan>>,
}

/// Who may call a route.
#[derive(Debug)]
pub enum Authorization {
    /// Anyone.
    None,
    /// Bearers of a JSON Web Token.
    Jwt {
        /// The authorizer.
        authorizer: Arc<JwtAuthorizer>,
        /// `authorizationScopes`: the token must bear one of them, where there are any.
        scopes: Vec<String>,
    },
    /// Whom a function lets in.
    Lambda(Arc<LambdaAuthorizer>),
    /// Whoever signs and is allowed by policies.
    AwsIam,
}

/// An authorizer of type `JWT`.
#[derive(Debug)]
pub struct JwtAuthorizer {
    /// Seven letters and digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where the token is looked for; the first that is there counts.
    pub identity_sources: Vec<IdentitySource>,
    /// `jwtConfiguration.issuer`, byte for byte.
    pub issuer: String,
    /// `jwtConfiguration.audience`.
    pub audience: Vec<String>,
}

/// An authorizer of type `REQUEST`.
#[derive(Debug)]
pub struct LambdaAuthorizer {
    /// Seven letters and digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What must be there, and what answers are kept under.
    pub identity_sources: Vec<IdentitySource>,
    /// The function's ARN, with stage variables.
    pub function: UriTemplate,
    /// The role by which the function is called.
    pub credentials: Option<String>,
    /// The form of the event.
    pub payload: PayloadFormat,
    /// The form of the answer.
    pub response: AuthorizerResponse,
    /// How long an answer is good for, in seconds; zero asks each time.
    pub ttl_s: i64,
}

/// `payloadFormatVersion`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadFormat {
    /// `1.0`: as REST APIs have it.
    V1,
    /// `2.0`
    V2,
}

impl PayloadFormat {
    /// By its name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "1.0" => Some(Self::V1),
            "2.0" => Some(Self::V2),
            _ => None,
        }
    }
}

/// What a Lambda authorizer answers (`enableSimpleResponses`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizerResponse {
    /// A principal with a policy.
    Policy,
    /// `{"isAuthorized": …}`, with payload 2.0 alone.
    Simple,
}

/// An integration.
#[derive(Debug)]
pub struct IntegrationPlan {
    /// Seven letters and digits.
    pub id: String,
    /// What is called.
    pub kind: IntegrationKind,
    /// How long it may take, in milliseconds.
    pub timeout_ms: u64,
    /// `requestParameters`
    pub request_parameters: Vec<RequestMapping>,
    /// `responseParameters` by status.
    pub response_parameters: BTreeMap<u16, Vec<ResponseMapping>>,
}

/// What an integration calls.
#[derive(Debug)]
pub enum IntegrationKind {
    /// `HTTP_PROXY`
    Http(HttpTarget),
    /// `AWS_PROXY` on a function.
    Function(FunctionTarget),
    /// `AWS_PROXY` with a subtype whose service is not served here (`SQS-SendMessage`, …): every call is a 500 that says so
    /// in the access log.
    Unserved(String),
}

/// An HTTP endpoint.
#[derive(Debug)]
pub struct HttpTarget {
    /// Verb sent to the endpoint; `ANY` sends the caller's.
    pub method: HttpMethod,
    /// How it is reached.
    pub endpoint: Endpoint,
}

/// Where an HTTP endpoint is.
#[derive(Debug)]
pub enum Endpoint {
    /// A URL, with `{name}` path parameters and `${stageVariables.x}`.
    Internet(UriTemplate),
    /// Behind a VPC link.
    VpcLink {
        /// The link.
        id: String,
        /// ARN of the listener or Cloud Map service that the integration names.
        target_arn: String,
        /// Whether TLS is spoken, and whose certificates are believed (`tlsConfig`).
        tls: Option<Verification>,
    },
}

/// A Lambda function.
#[derive(Debug)]
pub struct FunctionTarget {
    /// Its ARN, which stage variables may complete.
    pub function: UriTemplate,
    /// The form of the event.
    pub payload: PayloadFormat,
    /// The role by which it is called; without one the function's own policy decides.
    pub credentials: Option<String>,
}

/// `corsConfiguration` ("Configuring CORS for an HTTP API").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorsPlan {
    /// Origins; `*`, `http://*` and `https://*` stand for many.
    pub allow_origins: Vec<String>,
    /// Verbs, or `*`.
    pub allow_methods: Vec<String>,
    /// Headers, or `*`.
    pub allow_headers: Vec<String>,
    /// Headers that pages may read.
    pub expose_headers: Vec<String>,
    /// How long a browser may keep the answer, in seconds; -1 keeps none.
    pub max_age_s: Option<i32>,
    /// Whether pages may send credentials.
    pub allow_credentials: bool,
}
