//! From the method request to what the integration is sent: parameter mapping, mapping template, pass-through.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use mapping_template::{Limits, Overrides, RenderError, Rendered, Scope};

use crate::api_key::Caller;
use crate::catalogue::PassthroughBehavior;
use crate::content_handling::{self, Payload};
use crate::context::Context;
use crate::error::GatewayError;
use crate::integration::http_endpoint::HttpCall;
use crate::integration::lambda::LambdaCall;
use crate::integration::{aws_service, http_endpoint, lambda};
use crate::method_request::header_value;
use crate::parameter_mapping::{MappingScope, ParameterSource, RequestTarget};
use crate::plan::{BodyTemplate, HttpTarget, IntegrationKind};
use crate::ports::ServiceCall;
use crate::proxy_event;
use crate::route_match::Matched;
use crate::uri_template::PathValue;

/// A request that has passed every control and may go to its integration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validated<'a> {
    pub matched: &'a Matched<'a>,
    pub caller: &'a Caller,
    /// As in [`Context`]; known once the integration answered.
    pub endpoint_request_id: Option<&'a str>,
}

/// What the integration is sent.
#[derive(Debug)]
pub(crate) enum IntegrationRequest {
    Mock { document: String },
    Http(Box<HttpCall>),
    Lambda(Box<LambdaCall>),
    Service(Box<ServiceCall>),
}

/// Mapped parameters of a request.
#[derive(Debug, Default)]
pub(crate) struct MappedParameters {
    pub headers: HeaderMap,
    pub query: Vec<(String, String)>,
    pub path: BTreeMap<String, PathValue>,
}

impl<'a> Validated<'a> {
    pub(crate) fn context(&self) -> Context<'a> {
        let Self { matched, caller, endpoint_request_id } = *self;
        let begun = Context::of(matched.exchange);
        Context { matched: Some(matched), caller: Some(caller), endpoint_request_id, ..begun }
    }
}

/// Makes the integration request.
pub(crate) fn integration_request(validated: Validated<'_>) -> Result<IntegrationRequest, GatewayError> {
    let plan = &validated.matched.method.integration;
    match &plan.kind {
        IntegrationKind::Mock => {
            let (_, body) = mapped(validated)?;
            Ok(IntegrationRequest::Mock { document: String::from_utf8_lossy(&body).into_owned() })
        }
        IntegrationKind::Http(target) => {
            let (parameters, body) = mapped(validated)?;
            let (headers, query) = http_endpoint::plain_parameters(validated, &parameters)?;
            http_request(validated, target, &parameters, (headers, query, body))
        }
        IntegrationKind::HttpProxy(target) => {
            let parameters = mapped_parameters(validated)?;
            let (headers, query) = http_endpoint::proxied_parameters(validated, &parameters)?;
            let body = content_handling::of_request(validated.matched.exchange, plan.content_handling)?.into_bytes();
            http_request(validated, target, &parameters, (headers, query, body))
        }
        IntegrationKind::Lambda(target) => {
            let (parameters, body) = mapped(validated)?;
            check_headers(&parameters.headers)?;
            let call = lambda::prepare(validated, target, body, &parameters.headers)?;
            Ok(IntegrationRequest::Lambda(Box::new(call)))
        }
        IntegrationKind::LambdaProxy(target) => {
            check_headers(&mapped_parameters(validated)?.headers)?;
            let event = proxy_event::event(validated).to_string();
            let call = lambda::prepare(validated, target, event.into(), &HeaderMap::new())?;
            Ok(IntegrationRequest::Lambda(Box::new(call)))
        }
        IntegrationKind::Service(target) => {
            let (parameters, body) = mapped(validated)?;
            check_headers(&parameters.headers)?;
            let (headers, query) = http_endpoint::plain_parameters(validated, &parameters)?;
            let call = aws_service::prepare(validated, target, &parameters, (headers, query, body))?;
            Ok(IntegrationRequest::Service(Box::new(call)))
        }
    }
}

/// Headers that no mapping of an `AWS` integration may set, besides those that none may.
const ILLEGAL_FOR_AWS: [HeaderName; 5] = [
    http::header::AUTHORIZATION,
    http::header::CONNECTION,
    http::header::EXPECT,
    http::header::PROXY_AUTHENTICATE,
    http::header::TE,
];

fn check_headers(mapped: &HeaderMap) -> Result<(), GatewayError> {
    match mapped.keys().find(|name| ILLEGAL_FOR_AWS.contains(name) || http_endpoint::is_illegal(name)) {
        Some(name) => Err(GatewayError::configuration(format!("Illegal header in the integration request: {name}"))),
        None => Ok(()),
    }
}

/// Parameters and body after their mapping.
fn mapped(validated: Validated<'_>) -> Result<(MappedParameters, Bytes), GatewayError> {
    let body = mapped_body(validated)?;
    let mut parameters = mapped_parameters(validated)?;
    apply_overrides(&mut parameters, &body.overrides);
    Ok((parameters, body.bytes))
}

fn http_request(
    validated: Validated<'_>,
    target: &HttpTarget,
    parameters: &MappedParameters,
    (headers, query, body): (HeaderMap, String, Bytes),
) -> Result<IntegrationRequest, GatewayError> {
    let path = |name: &str| {
        let own = || validated.matched.path_parameter(name).map(|p| PathValue::Raw(p.raw.clone()));
        parameters.path.get(name).cloned().or_else(own)
    };
    let uri = http_endpoint::fill(&target.uri, &validated.matched.exchange.stage.variables, path, &query)?;
    let mut request = http::Request::new(body);
    *request.method_mut() = http_endpoint::verb(target.method, &validated.matched.exchange.verb)?;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    http_endpoint::prepare(validated, target, request).map(Box::new).map(IntegrationRequest::Http)
}

/// The body after its template, or as it came.
#[derive(Debug, Default)]
struct MappedBody {
    bytes: Bytes,
    overrides: Overrides,
}

/// Chooses the template by the request's content type, as the guide's table of pass-through behaviors has it. Bytes are
/// seen by no template.
fn mapped_body(validated: Validated<'_>) -> Result<MappedBody, GatewayError> {
    let plan = &validated.matched.method.integration;
    let exchange = validated.matched.exchange;
    let payload = content_handling::of_request(exchange, plan.content_handling)?;
    let template = plan.request_templates.get(&exchange.media_type());
    if let (Some((_, template)), Payload::Text(text)) = (template, &payload) {
        let body = String::from_utf8_lossy(text);
        let Rendered { text, overrides } = render(template, validated, &body, BodyOf::Request)?;
        return Ok(MappedBody { bytes: text.into(), overrides });
    }
    let passes = match plan.passthrough {
        _ if template.is_some() => true,
        PassthroughBehavior::WhenNoMatch => true,
        PassthroughBehavior::WhenNoTemplates => plan.request_templates.is_empty(),
        PassthroughBehavior::Never => false,
    };
    if !passes {
        return Err(GatewayError::unsupported_media_type());
    }
    Ok(MappedBody { bytes: payload.into_bytes(), overrides: Overrides::default() })
}

/// Whose body a template reads: what cannot be parsed is the caller's mistake or the backend's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyOf {
    Request,
    Response,
}

/// Renders a mapping template.
pub(crate) fn render(
    template: &BodyTemplate,
    validated: Validated<'_>,
    body: &str,
    body_of: BodyOf,
) -> Result<Rendered, GatewayError> {
    let template = template
        .template()
        .map_err(|error| GatewayError::configuration(format!("Unable to transform request: {error}")))?;
    let context = validated.context();
    let scope = Scope {
        body,
        params: validated.matched.params(),
        context: &context,
        stage_variables: &validated.matched.exchange.stage.variables,
    };
    template.render(&scope, Limits::default()).map_err(|error| match (&error, body_of) {
        (RenderError::BodyNotJson(_), BodyOf::Request) => GatewayError::unreadable_body(error.to_string()),
        (_, BodyOf::Request) => GatewayError::configuration(format!("Unable to transform request: {error}")),
        (_, BodyOf::Response) => GatewayError::configuration(format!("Unable to transform response: {error}")),
    })
}

/// Evaluates `requestParameters`.
fn mapped_parameters(validated: Validated<'_>) -> Result<MappedParameters, GatewayError> {
    let exchange = validated.matched.exchange;
    let body = exchange.body_text();
    let scope = MappingScope::of_request(validated.matched, validated.context(), &body);
    let mut mapped = MappedParameters::default();
    for (target, source) in &validated.matched.method.integration.request_parameters {
        let values = source.values(&scope);
        match target {
            RequestTarget::Header(name) => set_header(&mut mapped.headers, name, &values),
            RequestTarget::Query(name) => mapped.query.extend(values.into_iter().map(|value| (name.clone(), value))),
            RequestTarget::Path(name) => {
                if let Some(value) = path_value(&scope, source, values) {
                    mapped.path.insert(name.clone(), value);
                }
            }
        }
    }
    Ok(mapped)
}

/// A path parameter of the caller's URL stays encoded as it came; every other value is encoded.
fn path_value(scope: &MappingScope<'_>, source: &ParameterSource, values: Vec<String>) -> Option<PathValue> {
    match source {
        ParameterSource::Path(name) => scope.path_parameter(name).map(|p| PathValue::Raw(p.raw.clone())),
        _ => values.into_iter().next_back().map(PathValue::Text),
    }
}

fn set_header(headers: &mut HeaderMap, name: &HeaderName, values: &[String]) {
    for value in values.iter().filter_map(|value| header_value(value)) {
        headers.append(name.clone(), value);
    }
}

/// What the template wrote to `$context.requestOverride`.
fn apply_overrides(parameters: &mut MappedParameters, overrides: &Overrides) {
    for (name, value) in &overrides.request_header {
        if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), header_value(value)) {
            parameters.headers.insert(name, value);
        }
    }
    for (name, value) in &overrides.request_querystring {
        parameters.query.retain(|(key, _)| key != name);
        parameters.query.push((name.clone(), value.clone()));
    }
    for (name, value) in &overrides.request_path {
        parameters.path.insert(name.clone(), PathValue::Text(value.clone()));
    }
}
