//! From a frozen definition of a WebSocket API to the plan that `websocket-api` serves.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::{AccountId, Arn, Region};
use execute_api::catalogue::HttpMethod;
use execute_api::integration_plan::Connection;
use execute_api::pattern::Pattern;
use execute_api::uri_template::UriTemplate;
use websocket_api::plan::{
    Authorization, DeploymentPlan, FunctionTarget, HeaderName, HttpProxy, HttpTarget, IdentitySource, IntegrationKind,
    IntegrationPlan, IntegrationResponsePlan, LambdaAuthorizer, Passthrough, RequestValue, RoutePlan, RouteResponse,
    RouteSettings, Selection, Templates, WebSocketApiPlan,
};
use world::Verification;

use crate::compile::{CompileError, access_log, error, limits};
use crate::draft::integration::function;
use crate::entity::{Api, Authorizer, Integration, Route, Stage, TextMap};
use crate::snapshot::Snapshot;

/// A deployment of a WebSocket API.
///
/// # Errors
/// [`CompileError`] with the first part that has no plan.
pub fn deployment(id: &str, snapshot: &Snapshot) -> Result<DeploymentPlan, CompileError> {
    let mut integrations: BTreeMap<&str, Arc<IntegrationPlan>> = BTreeMap::new();
    for one in &snapshot.integrations {
        integrations.insert(&one.id, Arc::new(integration(one, snapshot)?));
    }
    let mut routes = HashMap::new();
    for route in &snapshot.routes {
        if route.api_key_required {
            return Err(error(&route.key, "API keys of WebSocket APIs are not built"));
        }
        let integration = match route.integration_id() {
            Some(id) => {
                let found = integrations.get(id).cloned();
                Some(found.ok_or_else(|| error(&route.key, "its integration is not there"))?)
            }
            None => None,
        };
        let answers = route.route_response_selection_expression.is_some()
            && snapshot.route_responses.iter().any(|response| response.route_id == route.id);
        let plan = RoutePlan {
            id: route.id.clone(),
            authorization: authorization(route, snapshot)?,
            integration,
            response: if answers { RouteResponse::TwoWay } else { RouteResponse::OneWay },
        };
        routes.insert(route.key.clone(), plan);
    }
    let expression = &snapshot.route_selection_expression;
    let selection = Selection::parse(expression);
    let selection =
        selection.ok_or_else(|| error("routeSelectionExpression", format!("{expression} cannot be read")))?;
    Ok(DeploymentPlan { id: id.to_owned(), selection, routes })
}

fn authorization(route: &Route, snapshot: &Snapshot) -> Result<Authorization, CompileError> {
    match route.authorization_type.as_str() {
        "NONE" => Ok(Authorization::None),
        "AWS_IAM" => Ok(Authorization::AwsIam),
        _ => {
            let found = snapshot.authorizers.iter().find(|one| Some(&one.id) == route.authorizer_id.as_ref());
            let found = found.ok_or_else(|| error(&route.key, "its authorizer is not there"))?;
            Ok(Authorization::Lambda(Arc::new(authorizer(found)?)))
        }
    }
}

fn authorizer(entity: &Authorizer) -> Result<LambdaAuthorizer, CompileError> {
    let what = || format!("authorizer {}", entity.name);
    let sources: Option<Vec<IdentitySource>> =
        entity.identity_source.iter().map(|text| IdentitySource::parse(text)).collect();
    Ok(LambdaAuthorizer {
        id: entity.id.clone(),
        name: entity.name.clone(),
        identity_sources: sources.ok_or_else(|| error(what(), "an identity source cannot be read"))?,
        function: function(entity.uri.as_deref().unwrap_or_default())
            .ok_or_else(|| error(what(), "its URI names no function"))?,
        credentials: entity.credentials_arn.clone(),
    })
}

fn integration(entity: &Integration, snapshot: &Snapshot) -> Result<IntegrationPlan, CompileError> {
    let what = || format!("integration {}", entity.id);
    let mut responses = Vec::new();
    for response in snapshot.integration_responses.iter().filter(|response| response.integration_id == entity.id) {
        let expression = response.key.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        let selection = expression.map(Pattern::compile).transpose().map_err(|cause| error(what(), cause))?;
        let chosen = response.template_selection_expression.as_deref();
        responses.push(IntegrationResponsePlan {
            selection,
            templates: templates(&what, chosen, &response.response_templates)?,
        });
    }
    // The one without a pattern serves what no other does.
    responses.sort_by_key(|response| response.selection.is_none());
    Ok(IntegrationPlan {
        id: entity.id.clone(),
        kind: kind(entity)?,
        timeout_ms: u64::try_from(entity.timeout_ms).unwrap_or(0),
        request_headers: headers(entity)?,
        request_templates: templates(
            &what,
            entity.template_selection_expression.as_deref(),
            &entity.request_templates,
        )?,
        passthrough: match entity.passthrough_behavior.as_deref() {
            Some("NEVER") => Passthrough::Never,
            Some("WHEN_NO_TEMPLATES") => Passthrough::WhenNoTemplates,
            _ => Passthrough::WhenNoMatch,
        },
        responses,
    })
}

fn templates(what: &dyn Fn() -> String, chosen: Option<&str>, sources: &TextMap) -> Result<Templates, CompileError> {
    let selection = match chosen {
        Some(text) => {
            Some(Selection::parse(text).ok_or_else(|| error(what(), "its template selection cannot be read"))?)
        }
        None => None,
    };
    Ok(Templates::compile(selection, sources.iter().map(|(key, source)| (key.as_str(), source.as_str()))))
}

/// Headers that an endpoint is sent. Other targets of mappings are in the URI's own hands.
fn headers(entity: &Integration) -> Result<Vec<(HeaderName, RequestValue)>, CompileError> {
    let mut headers = Vec::new();
    for (target, source) in &entity.request_parameters {
        let what = || format!("integration {}", entity.id);
        let Some(name) = target.strip_prefix("integration.request.header.") else {
            return Err(error(what(), format!("{target} is not served: only headers are mapped")));
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|cause| error(what(), cause))?;
        headers.push((name, value(source).ok_or_else(|| error(what(), format!("{source} cannot be read")))?));
    }
    Ok(headers)
}

fn value(source: &str) -> Option<RequestValue> {
    if let Some(text) = source.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(RequestValue::Static(text.to_owned()));
    }
    if let Some(name) = source.strip_prefix("route.request.header.") {
        return HeaderName::from_bytes(name.as_bytes()).ok().map(RequestValue::Header);
    }
    if let Some(name) = source.strip_prefix("route.request.querystring.") {
        return Some(RequestValue::Query(name.to_owned()));
    }
    if let Some(path) = source.strip_prefix("route.request.body.") {
        return Selection::parse(&format!("$request.body.{path}")).map(RequestValue::Body);
    }
    if let Some(name) = source.strip_prefix("stageVariables.") {
        return Some(RequestValue::StageVariable(name.to_owned()));
    }
    let path: Vec<String> = source.strip_prefix("context.")?.split('.').map(str::to_owned).collect();
    path.iter().all(|part| !part.is_empty()).then_some(RequestValue::Context(path))
}

fn kind(entity: &Integration) -> Result<IntegrationKind, CompileError> {
    let what = || format!("integration {}", entity.id);
    let uri = entity.uri.as_deref().unwrap_or_default();
    let target =
        || function(uri).map(|function| FunctionTarget { function, credentials: entity.credentials_arn.clone() });
    match entity.integration_type.as_str() {
        "MOCK" => Ok(IntegrationKind::Mock),
        "AWS_PROXY" => {
            target().map(IntegrationKind::FunctionProxy).ok_or_else(|| error(what(), "its URI names no function"))
        }
        "AWS" => Ok(target().map_or_else(|| IntegrationKind::Unserved(service(uri)), IntegrationKind::Function)),
        kind => Ok(IntegrationKind::Http(HttpTarget {
            method: entity.method.as_deref().and_then(HttpMethod::parse).unwrap_or(HttpMethod::Any),
            uri: UriTemplate::parse(uri),
            connection: match &entity.connection_id {
                Some(link) => Connection::VpcLink(UriTemplate::parse(link)),
                None => Connection::Internet,
            },
            verification: Verification::Full,
            proxy: if kind == "HTTP_PROXY" { HttpProxy::Yes } else { HttpProxy::No },
        })),
    }
}

/// `sqs` of `arn:aws:apigateway:us-east-1:sqs:path/…`.
fn service(uri: &str) -> String {
    let account = Arn::parse(uri).map(|arn| arn.account.to_string());
    account.filter(|service| !service.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// A stage of a WebSocket API over its compiled deployment.
pub fn stage(api: &Api, stage: &Stage, deployment: Arc<DeploymentPlan>) -> WebSocketApiPlan {
    let default = &stage.default_route_settings;
    let settings = |(throttle, detailed_metrics)| RouteSettings { throttle, detailed_metrics };
    WebSocketApiPlan {
        account: AccountId::parse(&api.account).unwrap_or_default(),
        region: Region::parse(&api.region).unwrap_or_default(),
        api_id: api.id.clone(),
        api_name: api.name.clone(),
        stage: stage.name.clone(),
        variables: stage.variables.clone(),
        deployment,
        default_route: settings(limits(default, default)),
        routes: stage.route_settings.iter().map(|(key, own)| (key.clone(), settings(limits(own, default)))).collect(),
        access_log: access_log(stage),
    }
}
