//! From a frozen definition to the plan that a data plane serves. What has no plan does not compile: it is never left out
//! in silence.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::{AccountId, Region};
use execute_api::access_log::AccessLogFormat;
use execute_api::catalogue::HttpMethod;
use execute_api::stage_settings::{AccessLogDestination, AccessLogSettings};
use execute_api::throttle::{ACCOUNT_THROTTLE, Throttle};
use execute_api::uri_template::UriTemplate;
use http_api::plan::{
    Authorization, AuthorizerResponse, CorsPlan, DeploymentPlan, Endpoint, FunctionTarget, HttpApiPlan, HttpTarget,
    IdentitySource, IntegrationKind, IntegrationPlan, JwtAuthorizer, LambdaAuthorizer, PayloadFormat, RequestMapping,
    ResponseMapping, RouteKey, RoutePlan, RouteSettings, Router,
};
use model_apigatewayv2 as model;
use world::Verification;

use crate::compile_socket;
use crate::draft::integration::function;
use crate::draft::stage::log_group;
use crate::entity::{Api, Authorizer, Integration, Protocol, Route, Stage};
use crate::snapshot::Snapshot;

/// Why a definition has no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct CompileError {
    /// The route or the part.
    pub what: String,
    /// What is wrong with it.
    pub why: String,
}

pub(crate) fn error(what: impl Into<String>, why: impl std::fmt::Display) -> CompileError {
    CompileError { what: what.into(), why: why.to_string() }
}

/// Whether a definition has a plan.
///
/// # Errors
/// [`CompileError`] with the first part that has none.
pub fn check(snapshot: &Snapshot) -> Result<(), CompileError> {
    match snapshot.protocol {
        Protocol::Http => http_deployment("", snapshot).map(drop),
        Protocol::WebSocket => compile_socket::deployment("", snapshot).map(drop),
    }
}

/// A deployment of an HTTP API.
///
/// # Errors
/// [`CompileError`] with the first part that has no plan.
pub fn http_deployment(id: &str, snapshot: &Snapshot) -> Result<DeploymentPlan, CompileError> {
    let mut integrations: BTreeMap<&str, Arc<IntegrationPlan>> = BTreeMap::new();
    for one in &snapshot.integrations {
        integrations.insert(&one.id, Arc::new(integration(one)?));
    }
    let mut authorizers: BTreeMap<&str, AuthorizerPlan> = BTreeMap::new();
    for one in &snapshot.authorizers {
        authorizers.insert(&one.id, authorizer(one)?);
    }
    let mut router = Router::default();
    for route in &snapshot.routes {
        let key = RouteKey::parse(&route.key).map_err(|cause| error(&route.key, cause))?;
        let integration = match route.integration_id() {
            Some(id) => {
                let found = integrations.get(id).cloned();
                Some(found.ok_or_else(|| error(&route.key, "its integration is not there"))?)
            }
            None => None,
        };
        let plan = RoutePlan {
            id: route.id.clone(),
            key: key.clone(),
            key_text: route.key.clone(),
            authorization: authorization(route, &authorizers)?,
            integration,
        };
        router.insert(&key, plan).map_err(|cause| error(&route.key, cause))?;
    }
    Ok(DeploymentPlan { id: id.to_owned(), router })
}

enum AuthorizerPlan {
    Jwt(Arc<JwtAuthorizer>),
    Lambda(Arc<LambdaAuthorizer>),
}

fn authorization(route: &Route, authorizers: &BTreeMap<&str, AuthorizerPlan>) -> Result<Authorization, CompileError> {
    let named = route.authorizer_id.as_deref().and_then(|id| authorizers.get(id));
    match (route.authorization_type.as_str(), named) {
        ("NONE", _) => Ok(Authorization::None),
        ("AWS_IAM", _) => Ok(Authorization::AwsIam),
        ("JWT", Some(AuthorizerPlan::Jwt(authorizer))) => {
            Ok(Authorization::Jwt { authorizer: Arc::clone(authorizer), scopes: route.authorization_scopes.clone() })
        }
        ("CUSTOM", Some(AuthorizerPlan::Lambda(authorizer))) => Ok(Authorization::Lambda(Arc::clone(authorizer))),
        _ => Err(error(&route.key, "its authorizer is not there")),
    }
}

fn authorizer(entity: &Authorizer) -> Result<AuthorizerPlan, CompileError> {
    let what = || format!("authorizer {}", entity.name);
    let sources: Option<Vec<IdentitySource>> =
        entity.identity_source.iter().map(|text| IdentitySource::parse(text)).collect();
    let identity_sources = sources.ok_or_else(|| error(what(), "an identity source cannot be read"))?;
    if entity.is_jwt() {
        return Ok(AuthorizerPlan::Jwt(Arc::new(JwtAuthorizer {
            id: entity.id.clone(),
            name: entity.name.clone(),
            identity_sources,
            issuer: entity.issuer.clone().ok_or_else(|| error(what(), "it has no issuer"))?,
            audience: entity.audience.clone(),
        })));
    }
    let payload = entity.payload_format_version.as_deref().and_then(PayloadFormat::parse);
    let simple = entity.enable_simple_responses == Some(true);
    Ok(AuthorizerPlan::Lambda(Arc::new(LambdaAuthorizer {
        id: entity.id.clone(),
        name: entity.name.clone(),
        identity_sources,
        function: function(entity.uri.as_deref().unwrap_or_default())
            .ok_or_else(|| error(what(), "its URI names no function"))?,
        credentials: entity.credentials_arn.clone(),
        payload: payload.ok_or_else(|| error(what(), "it has no payload format"))?,
        response: if simple { AuthorizerResponse::Simple } else { AuthorizerResponse::Policy },
        ttl_s: i64::from(entity.result_ttl_s.unwrap_or(0)),
    })))
}

fn integration(entity: &Integration) -> Result<IntegrationPlan, CompileError> {
    let what = || format!("integration {}", entity.id);
    let mut plan = IntegrationPlan {
        id: entity.id.clone(),
        kind: kind(entity)?,
        timeout_ms: u64::try_from(entity.timeout_ms).unwrap_or(0),
        request_parameters: Vec::new(),
        response_parameters: BTreeMap::new(),
    };
    if entity.subtype.is_none() {
        for (key, value) in &entity.request_parameters {
            plan.request_parameters.push(RequestMapping::parse(key, value).map_err(|cause| error(what(), cause))?);
        }
    }
    for (status, mappings) in &entity.response_parameters {
        let status: u16 = status.parse().map_err(|cause| error(what(), cause))?;
        let mapping = |(key, value): (&String, &String)| ResponseMapping::parse(key, value);
        let mappings: Result<Vec<ResponseMapping>, _> = mappings.iter().map(mapping).collect();
        plan.response_parameters.insert(status, mappings.map_err(|cause| error(what(), cause))?);
    }
    Ok(plan)
}

fn kind(entity: &Integration) -> Result<IntegrationKind, CompileError> {
    let what = || format!("integration {}", entity.id);
    if let Some(subtype) = &entity.subtype {
        return Ok(IntegrationKind::Unserved(subtype.clone()));
    }
    let uri = entity.uri.as_deref().ok_or_else(|| error(what(), "it has no URI"))?;
    if entity.integration_type == "AWS_PROXY" {
        let payload = entity.payload_format_version.as_deref().and_then(PayloadFormat::parse);
        return Ok(IntegrationKind::Function(FunctionTarget {
            function: function(uri).ok_or_else(|| error(what(), "its URI names no function"))?,
            payload: payload.ok_or_else(|| error(what(), "it has no payload format"))?,
            credentials: entity.credentials_arn.clone(),
        }));
    }
    let method = entity.method.as_deref().and_then(HttpMethod::parse);
    let endpoint = match &entity.connection_id {
        Some(link) => Endpoint::VpcLink {
            id: link.clone(),
            target_arn: uri.to_owned(),
            tls: entity.server_name_to_verify.as_ref().map(|_| Verification::Full),
        },
        None => Endpoint::Internet(UriTemplate::parse(uri)),
    };
    Ok(IntegrationKind::Http(HttpTarget {
        method: method.ok_or_else(|| error(what(), "its method is none"))?,
        endpoint,
    }))
}

/// A stage of an HTTP API over its compiled deployment.
pub fn http_stage(api: &Api, stage: &Stage, deployment: Arc<DeploymentPlan>, cors: Option<CorsPlan>) -> HttpApiPlan {
    let default = &stage.default_route_settings;
    let routes: HashMap<String, RouteSettings> =
        stage.route_settings.iter().map(|(key, own)| (key.clone(), settings(own, default))).collect();
    HttpApiPlan {
        account: AccountId::parse(&api.account).unwrap_or_default(),
        region: Region::parse(&api.region).unwrap_or_default(),
        api_id: api.id.clone(),
        api_name: api.name.clone(),
        stage: stage.name.clone(),
        variables: stage.variables.clone(),
        cors,
        deployment,
        default_route: settings(default, &model::RouteSettings::default()),
        routes,
        access_log: access_log(stage),
    }
}

/// A route's settings; what it does not set is the stage's.
fn settings(own: &model::RouteSettings, stage: &model::RouteSettings) -> RouteSettings {
    let (throttle, detailed_metrics) = limits(own, stage);
    RouteSettings { throttle, detailed_metrics }
}

/// A route's limit, and whether it is counted by itself. One half of a limit stands beside the account's other half.
pub(crate) fn limits(own: &model::RouteSettings, stage: &model::RouteSettings) -> (Option<Throttle>, bool) {
    let burst = own.throttling_burst_limit.or(stage.throttling_burst_limit);
    let rate = own.throttling_rate_limit.or(stage.throttling_rate_limit);
    let throttle = (burst.is_some() || rate.is_some()).then(|| Throttle {
        rate: rate.unwrap_or(ACCOUNT_THROTTLE.rate),
        burst: burst.map_or(ACCOUNT_THROTTLE.burst, |burst| u32::try_from(burst).unwrap_or(0)),
    });
    let detailed = own.detailed_metrics_enabled.or(stage.detailed_metrics_enabled);
    (throttle, detailed == Some(true))
}

/// Both destination and format, or there is no access log.
pub(crate) fn access_log(stage: &Stage) -> Option<AccessLogSettings> {
    let log = stage.access_log.as_ref()?;
    let destination = AccessLogDestination::Group(log_group(log.destination_arn.as_deref()?).ok()?);
    let format = AccessLogFormat::compile(log.format.as_deref()?).ok()?;
    Some(AccessLogSettings { destination, format })
}

/// What browsers are told.
pub fn cors(cors: &model::Cors) -> CorsPlan {
    CorsPlan {
        allow_origins: cors.allow_origins.clone().unwrap_or_default(),
        allow_methods: cors.allow_methods.clone().unwrap_or_default(),
        allow_headers: cors.allow_headers.clone().unwrap_or_default(),
        expose_headers: cors.expose_headers.clone().unwrap_or_default(),
        max_age_s: cors.max_age,
        allow_credentials: cors.allow_credentials == Some(true),
    }
}
