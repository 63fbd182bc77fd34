//! What a stage serves: the deployment's snapshot, compiled once by the control plane, immutable and shared by all
//! requests. Names of kinds of authorization and integration that are not built have no variant here, so a plan cannot
//! promise what the gateway does not enforce.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use aws_types::{AccountId, Region};
pub use http::HeaderName;
use iam_policy::Policy;
use mapping_template::{CompileError, Template};

pub use crate::access_plan::{LambdaAuthorizer, Reach};
use crate::catalogue::{HttpMethod, PassthroughBehavior};
use crate::gateway_response::GatewayResponses;
use crate::integration_plan::{
    BinaryMediaTypes, BodyModels, Connection, ContentHandling, Credentials, LambdaTarget, ServiceTarget, TransferMode,
};
use crate::parameter_mapping::{ParameterSource, RequestTarget};
use crate::pattern::Pattern;
use crate::router::Router;
use crate::stage_settings::StageSettings;
use crate::throttle::Throttle;
use crate::uri_template::UriTemplate;

/// The name of the limit for methods that have none of their own.
pub const DEFAULT_THROTTLE: &str = "*/*";

/// One stage of one API.
#[derive(Debug)]
pub struct StagePlan {
    /// Whose API it is.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// Ten letters and digits.
    pub api_id: String,
    /// `test`.
    pub stage: String,
    /// `$stageVariables`.
    pub variables: BTreeMap<String, String>,
    /// Limits of methods, whoever calls: by `/pets/{petId}/GET`, and under [`DEFAULT_THROTTLE`] of all others.
    pub throttles: HashMap<String, Throttle>,
    /// Who can reach the API at all.
    pub reach: Reach,
    /// The deployment that the stage points to.
    pub deployment: Arc<DeploymentPlan>,
    /// Caching, logging, metrics, canary.
    pub settings: StageSettings,
}

/// A deployment's snapshot.
#[derive(Debug)]
pub struct DeploymentPlan {
    /// Six letters and digits.
    pub id: String,
    /// Resources by path.
    pub router: Router<ResourcePlan>,
    /// Where keys come from.
    pub api_key_source: ApiKeySource,
    /// The API's own gateway responses.
    pub gateway_responses: GatewayResponses,
    /// Media types whose bodies are bytes.
    pub binary_media_types: BinaryMediaTypes,
    /// Answers of so many bytes and more are packed; `None` packs none, and unpacks no requests.
    pub minimum_compression_size: Option<usize>,
    /// The API's resource policy.
    pub policy: Option<Policy>,
}

impl DeploymentPlan {
    /// What stands in for a deployment that was never made.
    pub fn empty() -> Self {
        Self {
            id: String::new(),
            router: Router::default(),
            api_key_source: ApiKeySource::Header,
            gateway_responses: GatewayResponses::default(),
            binary_media_types: BinaryMediaTypes::default(),
            minimum_compression_size: None,
            policy: None,
        }
    }
}

/// Where the API key of a request comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiKeySource {
    /// `x-api-key`.
    #[default]
    Header,
    /// The authorizer's answer.
    Authorizer,
}

/// A resource with its methods.
#[derive(Debug)]
pub struct ResourcePlan {
    /// Six letters and digits.
    pub id: String,
    /// `/pets/{petId}`.
    pub path: String,
    /// By verb; `ANY` serves the verbs that have none of their own.
    pub methods: HashMap<HttpMethod, MethodPlan>,
}

impl ResourcePlan {
    /// The method that serves a verb.
    pub fn method(&self, verb: &str) -> Option<&MethodPlan> {
        let exact = HttpMethod::parse(verb).filter(|method| *method != HttpMethod::Any);
        exact.and_then(|method| self.methods.get(&method)).or_else(|| {
            let any = self.methods.get(&HttpMethod::Any)?;
            exact.is_some().then_some(any)
        })
    }
}

/// A method with its integration.
#[derive(Debug)]
pub struct MethodPlan {
    /// Who may call.
    pub authorization: Authorization,
    /// Whether a key of a usage plan is needed.
    pub api_key_required: bool,
    /// What must be present, where a validator checks parameters.
    pub required_parameters: RequiredParameters,
    /// What bodies must be, where a validator checks them.
    pub body_models: BodyModels,
    /// What answers.
    pub integration: IntegrationPlan,
    /// Statuses that are defined as method responses.
    pub responses: BTreeSet<u16>,
}

/// Who may call a method.
#[derive(Debug)]
pub enum Authorization {
    /// Anyone.
    None,
    /// Bearers of a user pool's token.
    CognitoUserPools {
        /// The authorizer.
        authorizer: Arc<CognitoAuthorizer>,
        /// `authorizationScopes`: empty wants an id token, else an access token that bears one of them.
        scopes: Vec<String>,
    },
    /// Whom a function lets in.
    Lambda(Arc<LambdaAuthorizer>),
    /// Whoever signs and is allowed by policies.
    AwsIam,
}

/// An authorizer of type `COGNITO_USER_POOLS`.
#[derive(Debug)]
pub struct CognitoAuthorizer {
    /// Six letters and digits.
    pub id: String,
    /// The name `x` of the token source `method.request.header.x`.
    pub token_header: HeaderName,
    /// "Token validation": what the id token's `aud` must match.
    pub token_validation: Option<Pattern>,
    /// Ids of the pools whose tokens are accepted.
    pub pool_ids: Vec<String>,
}

/// Names of parameters that a request must bear, not blank.
#[derive(Debug, Default)]
pub struct RequiredParameters {
    /// Headers.
    pub headers: Vec<String>,
    /// Path parameters.
    pub path: Vec<String>,
    /// Query string parameters.
    pub query: Vec<String>,
}

/// An integration.
#[derive(Debug)]
pub struct IntegrationPlan {
    /// What is called.
    pub kind: IntegrationKind,
    /// `requestParameters`.
    pub request_parameters: Vec<(RequestTarget, ParameterSource)>,
    /// `requestTemplates`.
    pub request_templates: ContentTemplates,
    /// What happens without a template.
    pub passthrough: PassthroughBehavior,
    /// What becomes of the request's payload.
    pub content_handling: Option<ContentHandling>,
    /// What answers are kept by, in the stage's cache.
    pub cache: CacheKeyPlan,
    /// In AWS's order of evaluation: by status code.
    pub responses: Vec<IntegrationResponsePlan>,
    /// How its answers come to the caller.
    pub transfer: TransferMode,
}

/// What answers of a method are kept by.
#[derive(Debug, Default)]
pub struct CacheKeyPlan {
    /// `cacheNamespace`: methods of one namespace share what is kept.
    pub namespace: String,
    /// `cacheKeyParameters`, by name and source.
    pub parameters: Vec<(String, ParameterSource)>,
}

/// What an integration calls.
#[derive(Debug)]
pub enum IntegrationKind {
    /// Nothing: the request template names the status.
    Mock,
    /// An endpoint, with mapping both ways.
    Http(HttpTarget),
    /// An endpoint, passed through.
    HttpProxy(HttpTarget),
    /// A function, with mapping both ways.
    Lambda(LambdaTarget),
    /// A function that is sent the whole request and answers the whole response.
    LambdaProxy(LambdaTarget),
    /// An operation of a service.
    Service(ServiceTarget),
}

impl IntegrationKind {
    /// Whether it is called as the caller, who has rights of their own to it.
    pub const fn acts_as_caller(&self) -> bool {
        let credentials = match self {
            Self::Mock | Self::Http(_) | Self::HttpProxy(_) => return false,
            Self::Lambda(target) | Self::LambdaProxy(target) => &target.credentials,
            Self::Service(target) => &target.credentials,
        };
        matches!(credentials, Credentials::Caller)
    }
}

/// An HTTP endpoint.
#[derive(Debug)]
pub struct HttpTarget {
    /// Verb sent to the endpoint; `ANY` sends the caller's.
    pub method: HttpMethod,
    /// Where it is.
    pub uri: UriTemplate,
    /// From connecting to the answer's last byte, in milliseconds.
    pub timeout_ms: u64,
    /// The internet or a VPC link.
    pub connection: Connection,
    /// Whose certificates are believed.
    pub verification: world::Verification,
}

/// One integration response.
#[derive(Debug)]
pub struct IntegrationResponsePlan {
    /// Status that the caller sees.
    pub status: u16,
    /// Absent in the default response.
    pub selection: Option<Pattern>,
    /// `responseParameters`: headers of the method response.
    pub headers: Vec<(HeaderName, ParameterSource)>,
    /// `responseTemplates`.
    pub templates: ContentTemplates,
    /// What becomes of the payload.
    pub content_handling: Option<ContentHandling>,
}

/// Mapping templates by content type.
#[derive(Debug, Default)]
pub struct ContentTemplates(Vec<(String, BodyTemplate)>);

/// A mapping template. AWS takes any text when it is set and fails when it is used; so do we.
#[derive(Debug)]
pub struct BodyTemplate(Result<Template, CompileError>);

impl ContentTemplates {
    /// Compiles the templates of a definition.
    pub fn compile<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let compile = |(content_type, source): (&str, &str)| {
            crate::compiled::note();
            (content_type.to_ascii_lowercase(), BodyTemplate(Template::compile(source)))
        };
        Self(sources.into_iter().map(compile).collect())
    }

    /// The template of a media type (without parameters, lower case).
    pub fn get(&self, media_type: &str) -> Option<(&str, &BodyTemplate)> {
        self.0.iter().find(|(key, _)| key == media_type).map(|(key, template)| (key.as_str(), template))
    }

    /// Whatever stands first.
    pub fn first(&self) -> Option<(&str, &BodyTemplate)> {
        self.0.first().map(|(key, template)| (key.as_str(), template))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl BodyTemplate {
    /// The template, or why it does not compile.
    ///
    /// # Errors
    /// The error of its compilation.
    pub fn template(&self) -> Result<&Template, &CompileError> {
        self.0.as_ref()
    }
}

/// A header's name as plans hold it; `None` where it can be none.
pub fn header_name(text: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(text.as_bytes()).ok()
}
