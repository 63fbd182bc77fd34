//! From the method request to what the integration is sent: parameter mapping, mapping template, pass-through.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use mapping_template::{Limits, Overrides, RenderError, Rendered, Scope};

use crate::api_key::Caller;
use crate::catalogue::PassthroughBehavior;
use crate::context::Context;
use crate::error::GatewayError;
use crate::integration::http_endpoint;
use crate::method_request::header_value;
use crate::parameter_mapping::{MappingScope, ParameterSource, RequestTarget};
use crate::plan::{BodyTemplate, HttpTarget, IntegrationKind};
use crate::route_match::Matched;
use crate::uri_template::PathValue;

/// A request that has passed every control and may go to its integration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validated<'a> {
    pub matched: &'a Matched<'a>,
    pub caller: &'a Caller,
}

/// What the integration is sent.
#[derive(Debug)]
pub(crate) enum IntegrationRequest {
    Mock { document: String },
    Http { request: Box<http::Request<Bytes>>, timeout_ms: u64 },
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
        let Self { matched, caller } = *self;
        Context { exchange: matched.exchange, matched: Some(matched), caller: Some(caller), error: None }
    }
}

/// Makes the integration request.
pub(crate) fn integration_request(validated: Validated<'_>) -> Result<IntegrationRequest, GatewayError> {
    let plan = &validated.matched.method.integration;
    match &plan.kind {
        IntegrationKind::Mock => {
            let body = mapped_body(validated)?;
            Ok(IntegrationRequest::Mock { document: body.text })
        }
        IntegrationKind::Http(target) => {
            let body = mapped_body(validated)?;
            let mut parameters = mapped_parameters(validated)?;
            apply_overrides(&mut parameters, &body.overrides);
            let bytes = if body.passed { validated.matched.exchange.request.body.clone() } else { body.text.into() };
            let (headers, query) = http_endpoint::plain_parameters(validated, &parameters)?;
            http_request(validated, target, &parameters, HttpParts { headers, query, body: bytes })
        }
        IntegrationKind::HttpProxy(target) => {
            let parameters = mapped_parameters(validated)?;
            let (headers, query) = http_endpoint::proxied_parameters(validated, &parameters)?;
            let body = validated.matched.exchange.request.body.clone();
            http_request(validated, target, &parameters, HttpParts { headers, query, body })
        }
    }
}

struct HttpParts {
    headers: HeaderMap,
    query: String,
    body: Bytes,
}

fn http_request(
    validated: Validated<'_>,
    target: &HttpTarget,
    parameters: &MappedParameters,
    parts: HttpParts,
) -> Result<IntegrationRequest, GatewayError> {
    let path = |name: &str| {
        let own = || validated.matched.path_parameter(name).map(|p| PathValue::Raw(p.raw.clone()));
        parameters.path.get(name).cloned().or_else(own)
    };
    let uri = http_endpoint::uri(target, &validated.matched.exchange.stage.variables, path, &parts.query)?;
    let verb = http_endpoint::verb(target.method, &validated.matched.exchange.verb)?;
    let mut request = http::Request::new(parts.body);
    *request.method_mut() = verb;
    *request.uri_mut() = uri;
    *request.headers_mut() = parts.headers;
    Ok(IntegrationRequest::Http { request: Box::new(request), timeout_ms: target.timeout_ms })
}

/// The body after its template, or as it came.
#[derive(Debug, Default)]
struct MappedBody {
    text: String,
    overrides: Overrides,
    passed: bool,
}

/// Chooses the template by the request's content type, as the guide's table of pass-through behaviors has it.
fn mapped_body(validated: Validated<'_>) -> Result<MappedBody, GatewayError> {
    let plan = &validated.matched.method.integration;
    let exchange = validated.matched.exchange;
    if let Some((_, template)) = plan.request_templates.get(&exchange.media_type()) {
        let Rendered { text, overrides } = render(template, validated, &exchange.body_text(), BodyOf::Request)?;
        return Ok(MappedBody { text, overrides, passed: false });
    }
    let passes = match plan.passthrough {
        PassthroughBehavior::WhenNoMatch => true,
        PassthroughBehavior::WhenNoTemplates => plan.request_templates.is_empty(),
        PassthroughBehavior::Never => false,
    };
    if !passes {
        return Err(GatewayError::unsupported_media_type());
    }
    Ok(MappedBody { text: exchange.body_text().into_owned(), overrides: Overrides::default(), passed: true })
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
    let scope = MappingScope::new(validated.matched, validated.context(), &exchange.request.headers, &body);
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
