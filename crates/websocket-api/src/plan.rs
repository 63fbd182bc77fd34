//! What a stage of a WebSocket API serves: compiled once by the control plane, immutable and shared by all connections.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::{AccountId, Region};
use execute_api::catalogue::HttpMethod;
use execute_api::integration_plan::Connection;
pub use execute_api::pattern::Pattern;
use execute_api::stage_settings::AccessLogSettings;
use execute_api::throttle::Throttle;
use execute_api::uri_template::UriTemplate;
pub use http::HeaderName;
use mapping_template::{CompileError, Template};
use world::Verification;

pub use crate::selection::Selection;

/// Key of the route that a connection begins with.
pub const CONNECT: &str = "$connect";
/// Key of the route that a connection ends with.
pub const DISCONNECT: &str = "$disconnect";
/// Key of the route, and of the template, that serves what nothing else does.
pub const DEFAULT: &str = "$default";
/// How long an integration may take, in milliseconds, at most and where it says nothing.
pub const MAX_TIMEOUT_MS: u64 = 29_000;

/// One stage of one WebSocket API.
#[derive(Debug)]
pub struct WebSocketApiPlan {
    /// Whose API it is.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// Ten letters and digits.
    pub api_id: String,
    /// The API's name, for metrics.
    pub api_name: String,
    /// The stage's name.
    pub stage: String,
    /// `$stageVariables`.
    pub variables: BTreeMap<String, String>,
    /// What the stage serves.
    pub deployment: Arc<DeploymentPlan>,
    /// Settings of routes that have none of their own (`defaultRouteSettings`).
    pub default_route: RouteSettings,
    /// `routeSettings`, by route key.
    pub routes: HashMap<String, RouteSettings>,
    /// Where a line a message goes.
    pub access_log: Option<AccessLogSettings>,
}

/// A deployment's snapshot.
#[derive(Debug, Default)]
pub struct DeploymentPlan {
    /// Six letters and digits; empty where the stage was never deployed.
    pub id: String,
    /// `routeSelectionExpression`: which route a message takes.
    pub selection: Selection,
    /// Routes by key: `$connect`, `$disconnect`, `$default`, and those that the selection names.
    pub routes: HashMap<String, RoutePlan>,
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
    /// Who may call; looked at on `$connect` alone, for the whole connection.
    pub authorization: Authorization,
    /// What answers; a route without a target answers nothing but an error.
    pub integration: Option<Arc<IntegrationPlan>>,
    /// `routeResponseSelectionExpression` with a route response: what the integration answers goes back to the client.
    pub response: RouteResponse,
}

/// Whether a client gets what an integration answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RouteResponse {
    /// It gets nothing.
    #[default]
    OneWay,
    /// It gets the answer.
    TwoWay,
}

/// Who may connect.
#[derive(Debug)]
pub enum Authorization {
    /// Anyone.
    None,
    /// Whom a function lets in.
    Lambda(Arc<LambdaAuthorizer>),
    /// Whoever signs and is allowed by policies.
    AwsIam,
}

/// An authorizer of type `REQUEST`. Its answers are not kept: a connection asks once.
#[derive(Debug)]
pub struct LambdaAuthorizer {
    /// Seven letters and digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What must be there.
    pub identity_sources: Vec<IdentitySource>,
    /// The function's ARN, with stage variables.
    pub function: UriTemplate,
    /// The role by which the function is called.
    pub credentials: Option<String>,
}

/// Where an authorizer finds a piece of the caller's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentitySource {
    /// `route.request.header.x`
    Header(HeaderName),
    /// `route.request.querystring.x`
    Query(String),
    /// `stageVariables.x`
    StageVariable(String),
    /// `context.a.b`
    Context(Vec<String>),
}

impl IdentitySource {
    /// Reads one mapping expression; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let named = |prefix: &str| text.strip_prefix(prefix).filter(|name| !name.is_empty());
        if let Some(name) = named("route.request.header.") {
            return HeaderName::from_bytes(name.as_bytes()).ok().map(Self::Header);
        }
        if let Some(name) = named("route.request.querystring.") {
            return Some(Self::Query(name.to_owned()));
        }
        if let Some(name) = named("stageVariables.") {
            return Some(Self::StageVariable(name.to_owned()));
        }
        let path: Vec<String> = named("context.")?.split('.').map(str::to_owned).collect();
        path.iter().all(|part| !part.is_empty()).then_some(Self::Context(path))
    }
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
    /// `requestParameters` that set headers of an HTTP endpoint.
    pub request_headers: Vec<(HeaderName, RequestValue)>,
    /// `requestTemplates`, with `templateSelectionExpression`.
    pub request_templates: Templates,
    /// `passthroughBehavior` is `NEVER`: without a template there is no call.
    pub passthrough: Passthrough,
    /// Integration responses, in their order; the one without pattern serves what no other does.
    pub responses: Vec<IntegrationResponsePlan>,
}

/// What happens to a message for which there is no template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passthrough {
    /// `WHEN_NO_MATCH`: it goes on as it came.
    #[default]
    WhenNoMatch,
    /// `WHEN_NO_TEMPLATES`: it goes on where the integration has no template at all.
    WhenNoTemplates,
    /// `NEVER`: it is refused.
    Never,
}

/// Where the value of a mapped parameter comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestValue {
    /// `'text'`
    Static(String),
    /// `route.request.header.x`
    Header(HeaderName),
    /// `route.request.querystring.x`
    Query(String),
    /// `route.request.body.a.b`
    Body(Selection),
    /// `context.a.b`
    Context(Vec<String>),
    /// `stageVariables.x`
    StageVariable(String),
}

/// What an integration calls.
#[derive(Debug)]
pub enum IntegrationKind {
    /// Nothing: the request template names the status.
    Mock,
    /// `AWS_PROXY`: a function that is sent the whole event.
    FunctionProxy(FunctionTarget),
    /// `AWS`: a function that is sent the message, or what a template makes of it.
    Function(FunctionTarget),
    /// `HTTP_PROXY` and `HTTP`.
    Http(HttpTarget),
    /// A service that is not served here, by its name: every call fails and says so in the log.
    Unserved(String),
}

/// A function.
#[derive(Debug)]
pub struct FunctionTarget {
    /// Its ARN, with stage variables.
    pub function: UriTemplate,
    /// The role by which it is called.
    pub credentials: Option<String>,
}

/// An HTTP endpoint.
#[derive(Debug)]
pub struct HttpTarget {
    /// Verb sent to the endpoint; `ANY` is `POST`.
    pub method: HttpMethod,
    /// Where it is.
    pub uri: UriTemplate,
    /// The internet or a VPC link.
    pub connection: Connection,
    /// Whose certificates are believed.
    pub verification: Verification,
    /// `HTTP_PROXY`: headers of the handshake go on as well.
    pub proxy: HttpProxy,
}

/// Whether an HTTP integration is a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpProxy {
    /// `HTTP`
    No,
    /// `HTTP_PROXY`
    Yes,
}

/// One integration response.
#[derive(Debug)]
pub struct IntegrationResponsePlan {
    /// `integrationResponseKey` without its slashes: what the status must match. Absent in `$default`.
    pub selection: Option<Pattern>,
    /// `responseTemplates`, with `templateSelectionExpression`.
    pub templates: Templates,
}

/// Mapping templates by key, and the expression that names the key.
#[derive(Debug, Default)]
pub struct Templates {
    /// Absent names `$default`.
    pub selection: Option<Selection>,
    /// AWS takes any text when it is set and fails when it is used; so do we.
    pub by_key: BTreeMap<String, Result<Template, CompileError>>,
}

impl Templates {
    /// Compiles the templates of a definition.
    pub fn compile<'a>(selection: Option<Selection>, sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let compile = |(key, source): (&str, &str)| (key.to_owned(), Template::compile(source));
        Self { selection, by_key: sources.into_iter().map(compile).collect() }
    }
}
