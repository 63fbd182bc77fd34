//! From a frozen definition to the plan that the gateway serves. What has no plan (a kind of authorization or
//! integration that is not built) does not compile: it is never left out in silence.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::{AccountId, Region};
use execute_api::catalogue::{
    AuthorizationType, GatewayResponseType, HttpMethod, IntegrationType, PassthroughBehavior,
};
use execute_api::gateway_response::{GatewayResponsePlan, GatewayResponses};
use execute_api::parameter_mapping::{ParameterSource, RequestTarget, parse_response_target};
use execute_api::pattern::Pattern;
use execute_api::plan::{
    ApiKeySource, Authorization, CognitoAuthorizer, ContentTemplates, DEFAULT_THROTTLE, DeploymentPlan, HeaderName,
    HttpTarget, IntegrationKind, IntegrationPlan, IntegrationResponsePlan, MethodPlan, RequiredParameters,
    ResourcePlan, StagePlan, header_name,
};
use execute_api::router::Router;
use execute_api::uri_template::UriTemplate;
use mapping_template::SimpleTemplate;

use crate::entity::{
    Authorizer, GatewayResponse, Integration, IntegrationResponse, Method, Resource, RestApi, Stage, TextMap,
};
use crate::snapshot::Snapshot;
use crate::usage::limits;
use crate::validate::{token_header, user_pool_id};

/// Why a definition has no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct CompileError {
    /// The method or the part.
    pub what: String,
    /// What is wrong with it.
    pub why: String,
}

fn error(what: impl Into<String>, why: impl Into<String>) -> CompileError {
    CompileError { what: what.into(), why: why.into() }
}

/// A stage of an API over a compiled deployment.
pub fn stage(api: &RestApi, stage: &Stage, deployment: Arc<DeploymentPlan>) -> StagePlan {
    let throttles = stage.method_settings.iter().filter_map(|(name, setting)| {
        // Settings name methods without the first slash.
        let name = if name == DEFAULT_THROTTLE { name.clone() } else { format!("/{name}") };
        Some((name, limits(setting.throttle)?))
    });
    StagePlan {
        account: AccountId::parse(&api.account).unwrap_or_default(),
        region: Region::parse(&api.region).unwrap_or_default(),
        api_id: api.id.clone(),
        stage: stage.name.clone(),
        variables: stage.variables.clone(),
        throttles: throttles.collect(),
        deployment,
    }
}

/// A deployment.
///
/// # Errors
/// [`CompileError`] with the first part that has no plan.
pub fn deployment(id: &str, snapshot: &Snapshot) -> Result<DeploymentPlan, CompileError> {
    let compiler = Compiler::new(snapshot)?;
    let mut router = Router::default();
    for resource in &snapshot.resources {
        let plan = compiler.resource(resource)?;
        router.insert(&resource.path, plan).map_err(|cause| error(&resource.path, cause.to_string()))?;
    }
    let api_key_source =
        if snapshot.api_key_source == "AUTHORIZER" { ApiKeySource::Authorizer } else { ApiKeySource::Header };
    let gateway_responses = gateway_responses(&snapshot.gateway_responses)?;
    Ok(DeploymentPlan { id: id.to_owned(), router, api_key_source, gateway_responses })
}

/// One resource, for test-invoke.
///
/// # Errors
/// [`CompileError`].
pub fn single_resource(snapshot: &Snapshot, resource: &Resource) -> Result<ResourcePlan, CompileError> {
    Compiler::new(snapshot)?.resource(resource)
}

/// An authorizer.
///
/// # Errors
/// [`CompileError`].
pub fn authorizer(authorizer: &Authorizer) -> Result<CognitoAuthorizer, CompileError> {
    let what = || format!("authorizer {}", authorizer.name);
    let source = authorizer.identity_source.as_deref().unwrap_or_default();
    let expression = authorizer.identity_validation_expression.as_deref().filter(|text| !text.is_empty());
    let pool_ids: Option<Vec<String>> = authorizer.provider_arns.iter().map(|arn| user_pool_id(arn)).collect();
    Ok(CognitoAuthorizer {
        id: authorizer.id.clone(),
        token_header: token_header(source).ok_or_else(|| error(what(), "its token source is no header"))?,
        token_validation: expression
            .map(Pattern::compile)
            .transpose()
            .map_err(|cause| error(what(), cause.to_string()))?,
        pool_ids: pool_ids.ok_or_else(|| error(what(), "an ARN names no user pool"))?,
    })
}

struct Compiler<'a> {
    authorizers: HashMap<&'a str, Arc<CognitoAuthorizer>>,
    /// Ids of validators that check parameters.
    parameter_validators: HashMap<&'a str, bool>,
}

impl<'a> Compiler<'a> {
    fn new(snapshot: &'a Snapshot) -> Result<Self, CompileError> {
        let mut authorizers = HashMap::new();
        for entity in &snapshot.authorizers {
            authorizers.insert(entity.id.as_str(), Arc::new(authorizer(entity)?));
        }
        let validators = snapshot.validators.iter().map(|validator| (validator.id.as_str(), validator.parameters));
        Ok(Self { authorizers, parameter_validators: validators.collect() })
    }

    fn resource(&self, resource: &Resource) -> Result<ResourcePlan, CompileError> {
        let mut methods = HashMap::new();
        for (verb, method) in &resource.methods {
            let what = format!("{verb} {}", resource.path);
            let http_method = HttpMethod::parse(verb).ok_or_else(|| error(&what, "no such verb"))?;
            methods.insert(http_method, self.method(&what, method)?);
        }
        Ok(ResourcePlan { id: resource.id.clone(), path: resource.path.clone(), methods })
    }

    fn method(&self, what: &str, method: &Method) -> Result<MethodPlan, CompileError> {
        let integration = method.integration.as_ref().ok_or_else(|| error(what, "no integration"))?;
        Ok(MethodPlan {
            authorization: self.authorization(what, method)?,
            api_key_required: method.api_key_required,
            required_parameters: self.required_parameters(what, method)?,
            integration: integration_plan(what, integration)?,
            responses: method.responses.keys().filter_map(|status| status.parse().ok()).collect(),
        })
    }

    fn authorization(&self, what: &str, method: &Method) -> Result<Authorization, CompileError> {
        match AuthorizationType::parse(&method.authorization_type) {
            Some(AuthorizationType::None) => Ok(Authorization::None),
            Some(AuthorizationType::CognitoUserPools) => {
                let id = method.authorizer_id.as_deref().unwrap_or_default();
                let authorizer = self.authorizers.get(id).ok_or_else(|| error(what, "its authorizer is gone"))?;
                let scopes = method.authorization_scopes.clone();
                Ok(Authorization::CognitoUserPools { authorizer: Arc::clone(authorizer), scopes })
            }
            Some(AuthorizationType::AwsIam | AuthorizationType::Custom) | None => {
                Err(error(what, format!("authorizationType {} is not built", method.authorization_type)))
            }
        }
    }

    fn required_parameters(&self, what: &str, method: &Method) -> Result<RequiredParameters, CompileError> {
        let mut required = RequiredParameters::default();
        let Some(id) = method.request_validator_id.as_deref() else { return Ok(required) };
        let checks = self.parameter_validators.get(id).ok_or_else(|| error(what, "its request validator is gone"))?;
        if !checks {
            return Ok(required);
        }
        for (key, _) in method.request_parameters.iter().filter(|(_, needed)| **needed) {
            let parts = key.strip_prefix("method.request.").and_then(|rest| rest.split_once('.'));
            match parts {
                Some(("header", name)) => required.headers.push(name.to_owned()),
                Some(("path", name)) => required.path.push(name.to_owned()),
                Some(("querystring", name)) => required.query.push(name.to_owned()),
                _ => return Err(error(what, format!("{key} is no parameter"))),
            }
        }
        Ok(required)
    }
}

fn integration_plan(what: &str, integration: &Integration) -> Result<IntegrationPlan, CompileError> {
    let mut request_parameters = Vec::new();
    for (target, source) in &integration.request_parameters {
        let pair = RequestTarget::parse(target).zip(ParameterSource::parse_request(source));
        request_parameters.push(pair.ok_or_else(|| error(what, format!("{target} cannot be mapped")))?);
    }
    let passthrough = PassthroughBehavior::parse(&integration.passthrough_behavior)
        .ok_or_else(|| error(what, "no such passthroughBehavior"))?;
    let responses: Result<Vec<_>, _> = integration.responses.values().map(|r| response_plan(what, r)).collect();
    Ok(IntegrationPlan {
        kind: integration_kind(what, integration)?,
        request_parameters,
        request_templates: compile_templates(&integration.request_templates),
        passthrough,
        responses: responses?,
    })
}

fn integration_kind(what: &str, integration: &Integration) -> Result<IntegrationKind, CompileError> {
    match IntegrationType::parse(&integration.kind) {
        Some(IntegrationType::Mock) => Ok(IntegrationKind::Mock),
        Some(IntegrationType::Http) => http_target(what, integration).map(IntegrationKind::Http),
        Some(IntegrationType::HttpProxy) => http_target(what, integration).map(IntegrationKind::HttpProxy),
        Some(IntegrationType::Aws | IntegrationType::AwsProxy) | None => {
            Err(error(what, format!("integration type {} is not built", integration.kind)))
        }
    }
}

fn http_target(what: &str, integration: &Integration) -> Result<HttpTarget, CompileError> {
    let verb = integration.http_method.as_deref().and_then(HttpMethod::parse);
    Ok(HttpTarget {
        method: verb.ok_or_else(|| error(what, "its integration has no verb"))?,
        uri: UriTemplate::parse(integration.uri.as_deref().unwrap_or_default()),
        timeout_ms: u64::try_from(integration.timeout_ms).unwrap_or(0),
    })
}

fn response_plan(what: &str, response: &IntegrationResponse) -> Result<IntegrationResponsePlan, CompileError> {
    let mut headers = Vec::new();
    for (target, source) in &response.parameters {
        let pair = parse_response_target(target).zip(ParameterSource::parse_response(source));
        headers.push(pair.ok_or_else(|| error(what, format!("{target} cannot be mapped")))?);
    }
    let pattern = response.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty());
    Ok(IntegrationResponsePlan {
        status: response.status_code.parse().map_err(|_| error(what, "a status is no number"))?,
        selection: pattern.map(Pattern::compile).transpose().map_err(|cause| error(what, cause.to_string()))?,
        headers,
        templates: compile_templates(&response.templates),
    })
}

fn compile_templates(templates: &TextMap) -> ContentTemplates {
    ContentTemplates::compile(templates.iter().map(|(content_type, source)| (content_type.as_str(), source.as_str())))
}

/// An API's gateway responses.
///
/// # Errors
/// [`CompileError`].
pub fn gateway_responses(responses: &[GatewayResponse]) -> Result<GatewayResponses, CompileError> {
    let mut all = GatewayResponses::default();
    for response in responses {
        let what = || format!("gateway response {}", response.response_type);
        let response_type =
            GatewayResponseType::parse(&response.response_type).ok_or_else(|| error(what(), "no such type"))?;
        let mut plan = GatewayResponsePlan {
            status: response.status_code.as_deref().and_then(|status| status.parse().ok()),
            ..GatewayResponsePlan::default()
        };
        for (target, source) in &response.parameters {
            let pair = gateway_header(target).zip(ParameterSource::parse_gateway_response(source));
            plan.headers.push(pair.ok_or_else(|| error(what(), format!("{target} cannot be mapped")))?);
        }
        for (content_type, template) in &response.templates {
            let template = SimpleTemplate::compile(template).map_err(|cause| error(what(), cause.to_string()))?;
            plan.templates.push((content_type.to_ascii_lowercase(), template));
        }
        all.insert(response_type, plan);
    }
    Ok(all)
}

/// The name `x` of `gatewayresponse.header.x`.
pub fn gateway_header(target: &str) -> Option<HeaderName> {
    header_name(target.strip_prefix("gatewayresponse.header.")?)
}
