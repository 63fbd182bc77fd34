//! From a frozen definition to the plan that the gateway serves. What has no plan (a kind of authorization or
//! integration that is not built) does not compile: it is never left out in silence.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use execute_api::catalogue::{
    AuthorizationType, GatewayResponseType, HttpMethod, IntegrationType, PassthroughBehavior,
};
use execute_api::gateway_response::{GatewayResponsePlan, GatewayResponses};
use execute_api::integration_plan::{
    BinaryMediaTypes, BodyModels, Connection, ContentHandling, Credentials, LambdaTarget, ServiceCallKind,
    ServiceTarget, TransferMode,
};
use execute_api::json_schema::{Models, Schema};
use execute_api::parameter_mapping::{ParameterSource, RequestTarget, parse_response_target};
use execute_api::pattern::Pattern;
use execute_api::plan::{
    ApiKeySource, Authorization, CacheKeyPlan, CognitoAuthorizer, ContentTemplates, DeploymentPlan, HeaderName,
    HttpTarget, IntegrationKind, IntegrationPlan, IntegrationResponsePlan, MethodPlan, RequiredParameters,
    ResourcePlan, header_name,
};
use execute_api::router::Router;
use execute_api::uri_template::UriTemplate;
use mapping_template::SimpleTemplate;

use world::Verification;

use crate::access::{self, AuthorizerPlan};
pub use crate::compile_stage::{Backends, stage};
use crate::entity::{
    Authorizer, GatewayResponse, Integration, IntegrationResponse, Method, RequestValidator, Resource, TextMap,
};
use crate::snapshot::Snapshot;
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

pub(crate) fn error(what: impl Into<String>, why: impl Into<String>) -> CompileError {
    CompileError { what: what.into(), why: why.into() }
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
    let (binary_media_types, minimum_compression_size) = payload_settings(snapshot);
    let policy = snapshot.policy.as_deref().map(access::compiled_policy).transpose();
    Ok(DeploymentPlan {
        id: id.to_owned(),
        router,
        api_key_source,
        gateway_responses,
        binary_media_types,
        minimum_compression_size,
        policy: policy.map_err(|cause| error("the resource policy", cause.message.to_string()))?,
    })
}

/// Which bodies are bytes, and which are packed.
pub fn payload_settings(snapshot: &Snapshot) -> (BinaryMediaTypes, Option<usize>) {
    let types = BinaryMediaTypes::new(snapshot.binary_media_types.iter().map(String::as_str));
    (types, snapshot.minimum_compression_size.and_then(|size| usize::try_from(size).ok()))
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
    authorizers: HashMap<&'a str, AuthorizerPlan>,
    validators: HashMap<&'a str, &'a RequestValidator>,
    models: Models,
    /// Models that some method wants, each compiled once.
    schemas: RefCell<HashMap<String, Arc<Schema>>>,
}

impl<'a> Compiler<'a> {
    fn new(snapshot: &'a Snapshot) -> Result<Self, CompileError> {
        let mut authorizers = HashMap::new();
        for entity in &snapshot.authorizers {
            authorizers.insert(entity.id.as_str(), access::authorizer(entity)?);
        }
        let validators = snapshot.validators.iter().map(|validator| (validator.id.as_str(), validator)).collect();
        let models = snapshot.models.iter().map(|model| (model.name.as_str(), model.schema.as_deref().unwrap_or("{}")));
        Ok(Self { authorizers, validators, models: Models::new(models), schemas: RefCell::default() })
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
            body_models: self.body_models(what, method)?,
            integration: integration_plan(what, integration)?,
            responses: method.responses.keys().filter_map(|status| status.parse().ok()).collect(),
        })
    }

    fn authorization(&self, what: &str, method: &Method) -> Result<Authorization, CompileError> {
        match AuthorizationType::parse(&method.authorization_type) {
            Some(AuthorizationType::None) => Ok(Authorization::None),
            Some(AuthorizationType::AwsIam) => Ok(Authorization::AwsIam),
            Some(AuthorizationType::CognitoUserPools | AuthorizationType::Custom) => {
                let id = method.authorizer_id.as_deref().unwrap_or_default();
                match self.authorizers.get(id).ok_or_else(|| error(what, "its authorizer is gone"))? {
                    AuthorizerPlan::Cognito(authorizer) => Ok(Authorization::CognitoUserPools {
                        authorizer: Arc::clone(authorizer),
                        scopes: method.authorization_scopes.clone(),
                    }),
                    AuthorizerPlan::Lambda(authorizer) => Ok(Authorization::Lambda(Arc::clone(authorizer))),
                }
            }
            None => Err(error(what, format!("no such authorizationType: {}", method.authorization_type))),
        }
    }

    fn validator(&self, what: &str, method: &Method) -> Result<Option<&RequestValidator>, CompileError> {
        let Some(id) = method.request_validator_id.as_deref() else { return Ok(None) };
        self.validators.get(id).copied().map(Some).ok_or_else(|| error(what, "its request validator is gone"))
    }

    /// The models of a method whose validator checks bodies.
    fn body_models(&self, what: &str, method: &Method) -> Result<BodyModels, CompileError> {
        let mut models = BodyModels::default();
        if !self.validator(what, method)?.is_some_and(|validator| validator.body) {
            return Ok(models);
        }
        for (content_type, name) in &method.request_models {
            models.0.push((content_type.to_ascii_lowercase(), self.schema(what, name)?));
        }
        Ok(models)
    }

    fn schema(&self, what: &str, name: &str) -> Result<Arc<Schema>, CompileError> {
        if let Some(known) = self.schemas.borrow().get(name) {
            return Ok(Arc::clone(known));
        }
        let compiled = self.models.compile(name).map_err(|cause| error(what, format!("model {name}: {cause}")))?;
        let schema = Arc::new(compiled);
        self.schemas.borrow_mut().insert(name.to_owned(), Arc::clone(&schema));
        Ok(schema)
    }

    fn required_parameters(&self, what: &str, method: &Method) -> Result<RequiredParameters, CompileError> {
        let mut required = RequiredParameters::default();
        if !self.validator(what, method)?.is_some_and(|validator| validator.parameters) {
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
        content_handling: integration.content_handling.as_deref().and_then(ContentHandling::parse),
        cache: cache_key(what, integration)?,
        responses: responses?,
        transfer: if integration.is_streamed() { TransferMode::Stream } else { TransferMode::Buffered },
    })
}

fn integration_kind(what: &str, integration: &Integration) -> Result<IntegrationKind, CompileError> {
    match IntegrationType::parse(&integration.kind) {
        Some(IntegrationType::Mock) => Ok(IntegrationKind::Mock),
        Some(IntegrationType::Http) => http_target(what, integration).map(IntegrationKind::Http),
        Some(IntegrationType::HttpProxy) => http_target(what, integration).map(IntegrationKind::HttpProxy),
        Some(IntegrationType::AwsProxy) => lambda_target(what, integration).map(IntegrationKind::LambdaProxy),
        Some(IntegrationType::Aws) => match integration.uri.as_deref().and_then(lambda_function) {
            Some(_) => lambda_target(what, integration).map(IntegrationKind::Lambda),
            None => service_target(what, integration).map(IntegrationKind::Service),
        },
        None => Err(error(what, format!("integration type {} is not built", integration.kind))),
    }
}

fn verb(what: &str, integration: &Integration) -> Result<HttpMethod, CompileError> {
    let verb = integration.http_method.as_deref().and_then(HttpMethod::parse);
    verb.ok_or_else(|| error(what, "its integration has no verb"))
}

fn timeout_ms(integration: &Integration) -> u64 {
    u64::try_from(integration.timeout_ms).unwrap_or(0)
}

fn credentials(integration: &Integration) -> Credentials {
    let role = integration.credentials.as_deref().filter(|role| !role.is_empty());
    match role {
        None => Credentials::None,
        Some(Integration::CALLERS) => Credentials::Caller,
        Some(role) => Credentials::Role(UriTemplate::parse(role)),
    }
}

/// A function as an integration's URI names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionAddress<'a> {
    /// Its ARN, perhaps with stage variables.
    pub function: &'a str,
    /// How it is asked to answer.
    pub transfer: TransferMode,
}

/// The function of `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`, or of
/// `…/2021-11-15/functions/{arn}/response-streaming-invocations`.
pub fn function_address(uri: &str) -> Option<FunctionAddress<'_>> {
    let (head, rest) = uri.split_once(":lambda:path/")?;
    let whole = || rest.strip_prefix("2015-03-31/functions/")?.strip_suffix("/invocations");
    let streamed = || rest.strip_prefix("2021-11-15/functions/")?.strip_suffix("/response-streaming-invocations");
    let (function, transfer) = match whole() {
        Some(function) => (function, TransferMode::Buffered),
        None => (streamed()?, TransferMode::Stream),
    };
    let named = function.starts_with("arn:aws") || function.starts_with("${stageVariables.");
    (head.starts_with("arn:aws") && head.contains(":apigateway:") && named)
        .then_some(FunctionAddress { function, transfer })
}

/// The same of a function that answers whole.
pub fn lambda_function(uri: &str) -> Option<&str> {
    function_address(uri).filter(|address| address.transfer == TransferMode::Buffered).map(|address| address.function)
}

fn lambda_target(what: &str, integration: &Integration) -> Result<LambdaTarget, CompileError> {
    let function = integration.uri.as_deref().and_then(function_address).map(|address| address.function);
    Ok(LambdaTarget {
        function: UriTemplate::parse(function.ok_or_else(|| error(what, "its integration names no function"))?),
        method: verb(what, integration)?,
        credentials: credentials(integration),
        timeout_ms: timeout_ms(integration),
    })
}

/// `arn:aws:apigateway:{region}:[{subdomain}.]{service}:path/{path}` or `…:action/{name}`.
fn service_target(what: &str, integration: &Integration) -> Result<ServiceTarget, CompileError> {
    let arn = integration.uri.as_deref().and_then(aws_types::Arn::parse);
    let arn = arn.ok_or_else(|| error(what, "its integration has no ARN"))?;
    let named = arn.account.as_str().to_owned();
    let (subdomain, service) = named.rsplit_once('.').map_or((None, named.as_str()), |(sub, name)| (Some(sub), name));
    let call = match (arn.resource.strip_prefix("path/"), arn.resource.strip_prefix("action/")) {
        (Some(path), _) => {
            let bucket = subdomain.map(|subdomain| format!("{subdomain}/")).unwrap_or_default();
            let path = path.trim_start_matches('/');
            let region = arn.region.as_str();
            ServiceCallKind::Path(UriTemplate::parse(&format!(
                "https://{service}.{region}.amazonaws.com/{bucket}{path}"
            )))
        }
        (None, Some(action)) => ServiceCallKind::Action(action.split('&').next().unwrap_or_default().to_owned()),
        (None, None) => return Err(error(what, "its integration names neither path nor action")),
    };
    Ok(ServiceTarget {
        service: service.to_owned(),
        region: arn.region.as_str().to_owned(),
        call,
        method: verb(what, integration)?,
        credentials: credentials(integration),
        timeout_ms: timeout_ms(integration),
    })
}

fn http_target(what: &str, integration: &Integration) -> Result<HttpTarget, CompileError> {
    let linked = integration.connection_type.as_deref() == Some("VPC_LINK");
    let connection = match integration.connection_id.as_deref().filter(|_| linked) {
        Some(id) => match integration.integration_target.clone() {
            Some(target) => Connection::LoadBalancer { link: UriTemplate::parse(id), target },
            None => Connection::VpcLink(UriTemplate::parse(id)),
        },
        None if linked => return Err(error(what, "its integration names no VPC link")),
        None => Connection::Internet,
    };
    Ok(HttpTarget {
        method: verb(what, integration)?,
        uri: UriTemplate::parse(integration.uri.as_deref().unwrap_or_default()),
        timeout_ms: timeout_ms(integration),
        connection,
        verification: if integration.insecure_skip_verification == Some(true) {
            Verification::AnyAuthority
        } else {
            Verification::Full
        },
    })
}

/// What answers are kept by: parameters of the method request, also by the name under which the integration gets them.
fn cache_key(what: &str, integration: &Integration) -> Result<CacheKeyPlan, CompileError> {
    let mut parameters = Vec::new();
    for name in &integration.cache_key_parameters {
        let source = integration.request_parameters.get(name).unwrap_or(name);
        let source = ParameterSource::parse_request(source);
        parameters
            .push((name.clone(), source.ok_or_else(|| error(what, format!("{name} is no cache key parameter")))?));
    }
    Ok(CacheKeyPlan { namespace: integration.cache_namespace.clone(), parameters })
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
        content_handling: response.content_handling.as_deref().and_then(ContentHandling::parse),
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
