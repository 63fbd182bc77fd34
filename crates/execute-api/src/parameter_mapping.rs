//! Mapping expressions of `requestParameters` and `responseParameters` ("Request and response data mapping reference").
//!
//! A target is a header, query string or path parameter of the integration request, or a header of the method
//! response. A source is a part of the method request, of the integration response, of `$context`, a stage variable, or
//! text in single quotes.

use std::cell::OnceCell;

use http::{HeaderMap, HeaderName};
use mapping_template::ContextVariables as _;
use mapping_template::jsonpath::JsonPath;
use serde_json::Value;

use crate::context::Context;
use crate::method_request::Exchange;
use crate::route_match::Matched;
use crate::router::PathParameter;

/// Where a value of a request mapping goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTarget {
    /// `integration.request.header.x`
    Header(HeaderName),
    /// `integration.request.querystring.x`
    Query(String),
    /// `integration.request.path.x`
    Path(String),
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub enum ParameterSource {
    /// A header's last value, of the method request or the integration response.
    Header(HeaderName),
    /// All values of a header.
    MultiValueHeader(HeaderName),
    /// The last value of a query string parameter.
    Query(String),
    /// All values of a query string parameter.
    MultiValueQuery(String),
    /// A path parameter.
    Path(String),
    /// The body.
    Body,
    /// A part of a JSON body.
    BodyPath(Box<JsonPath>),
    /// `stageVariables.x`
    StageVariable(String),
    /// `context.a.b`
    Context(Vec<String>),
    /// `'text'`
    Static(String),
}

/// Most values of a JSON body, counted by what stands between them: as values they take 32 bytes each and more.
const MOST_VALUES: usize = 2_000_000;

/// What a source reads from.
pub struct MappingScope<'a> {
    matched: &'a Matched<'a>,
    context: Context<'a>,
    headers: Headers<'a>,
    body: &'a str,
    /// Read when first asked for, and once for all mappings.
    document: OnceCell<Option<Value>>,
}

/// Whose headers a mapping reads.
enum Headers<'a> {
    /// The method request's, with what API Gateway adds to them.
    Request(&'a Exchange),
    /// The integration's answer's.
    Response(&'a HeaderMap),
}

impl Headers<'_> {
    fn values(&self, name: &HeaderName) -> Vec<String> {
        match self {
            Self::Request(exchange) => exchange.shown_values(name),
            Self::Response(headers) => header_values(headers, name),
        }
    }
}

impl<'a> MappingScope<'a> {
    /// Over the method request, a body that was read from it, and `$context`.
    pub const fn of_request(matched: &'a Matched<'a>, context: Context<'a>, body: &'a str) -> Self {
        Self { matched, context, headers: Headers::Request(matched.exchange), body, document: OnceCell::new() }
    }

    /// Over the integration's answer, and `$context`.
    pub const fn of_response(
        matched: &'a Matched<'a>,
        context: Context<'a>,
        headers: &'a HeaderMap,
        body: &'a str,
    ) -> Self {
        Self { matched, context, headers: Headers::Response(headers), body, document: OnceCell::new() }
    }

    /// A path parameter of the method request.
    pub(crate) fn path_parameter(&self, name: &str) -> Option<&'a PathParameter> {
        self.matched.path_parameter(name)
    }

    /// The body as JSON; none where it is none, or too much.
    fn document(&self) -> Option<&Value> {
        self.document.get_or_init(|| read_document(self.body)).as_ref()
    }
}

/// A body as JSON; none where it is none, or of too many values.
pub(crate) fn read_document(body: &str) -> Option<Value> {
    let separators = body.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
    (separators <= MOST_VALUES).then(|| serde_json::from_str(body).ok()).flatten()
}

impl RequestTarget {
    /// Reads `integration.request.…`; `None` where it is no such thing.
    pub fn parse(text: &str) -> Option<Self> {
        crate::compiled::note();
        let (location, name) = text.strip_prefix("integration.request.")?.split_once('.')?;
        match location {
            _ if name.is_empty() => None,
            "header" => header_name(name).map(Self::Header),
            "querystring" => Some(Self::Query(name.to_owned())),
            "path" => Some(Self::Path(name.to_owned())),
            _ => None,
        }
    }
}

/// Reads `method.response.header.x`.
pub fn parse_response_target(text: &str) -> Option<HeaderName> {
    header_name(text.strip_prefix("method.response.header.")?)
}

impl ParameterSource {
    /// Reads a source of a request mapping; `None` where it is none.
    pub fn parse_request(text: &str) -> Option<Self> {
        crate::compiled::note();
        let Some(rest) = text.strip_prefix("method.request.") else { return Self::parse_common(text) };
        if let Some(source) = Self::parse_body(rest) {
            return Some(source);
        }
        let (location, name) = rest.split_once('.').filter(|(_, name)| !name.is_empty())?;
        match location {
            "header" => header_name(name).map(Self::Header),
            "multivalueheader" => header_name(name).map(Self::MultiValueHeader),
            "querystring" => Some(Self::Query(name.to_owned())),
            "multivaluequerystring" => Some(Self::MultiValueQuery(name.to_owned())),
            "path" => Some(Self::Path(name.to_owned())),
            _ => None,
        }
    }

    /// Reads a source of a response mapping; `None` where it is none.
    pub fn parse_response(text: &str) -> Option<Self> {
        crate::compiled::note();
        let Some(rest) = text.strip_prefix("integration.response.") else { return Self::parse_common(text) };
        if let Some(source) = Self::parse_body(rest) {
            return Some(source);
        }
        let (location, name) = rest.split_once('.')?;
        match location {
            "header" => header_name(name).map(Self::Header),
            "multivalueheader" => header_name(name).map(Self::MultiValueHeader),
            _ => None,
        }
    }

    /// Reads a source of a gateway response: literals, `context`, and the method request's parameters.
    pub fn parse_gateway_response(text: &str) -> Option<Self> {
        crate::compiled::note();
        Self::parse_request(text).filter(|source| !matches!(source, Self::Body | Self::BodyPath(_)))
    }

    fn parse_body(rest: &str) -> Option<Self> {
        match rest.strip_prefix("body")? {
            "" => Some(Self::Body),
            path => {
                let path = path.strip_prefix('.')?;
                JsonPath::compile(&format!("$.{path}")).ok().map(|path| Self::BodyPath(Box::new(path)))
            }
        }
    }

    fn parse_common(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("stageVariables.") {
            return (!name.is_empty()).then(|| Self::StageVariable(name.to_owned()));
        }
        if let Some(path) = text.strip_prefix("context.") {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            return path.iter().all(|name| !name.is_empty()).then_some(Self::Context(path));
        }
        let literal = text.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(Self::Static(literal.to_owned()))
    }

    /// The values that the source has; none where it is absent.
    pub fn values(&self, scope: &MappingScope<'_>) -> Vec<String> {
        match self {
            Self::Header(name) => scope.headers.values(name).pop().into_iter().collect(),
            Self::MultiValueHeader(name) => scope.headers.values(name),
            Self::Query(name) => query_values(scope, name).last().into_iter().collect(),
            Self::MultiValueQuery(name) => query_values(scope, name).collect(),
            Self::Path(name) => scope.matched.path_parameter(name).map(|p| p.value.clone()).into_iter().collect(),
            Self::Body => Some(scope.body.to_owned()).filter(|body| !body.is_empty()).into_iter().collect(),
            Self::BodyPath(path) => body_value(scope, path).into_iter().collect(),
            Self::StageVariable(name) => {
                scope.matched.exchange.stage.variables.get(name).cloned().into_iter().collect()
            }
            Self::Context(_) | Self::Static(_) => self.values_of_context(&scope.context),
        }
    }

    /// The values of a source that needs no route: text and `$context`.
    pub(crate) fn values_of_context(&self, context: &Context<'_>) -> Vec<String> {
        match self {
            Self::Static(text) => vec![text.clone()],
            Self::Context(path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                context.get(&path).map(plain_text).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Text without quotes, everything else as JSON.
fn plain_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn header_name(name: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(name.as_bytes()).ok()
}

pub(crate) fn header_values(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.get_all(name).into_iter().map(text).collect()
}

fn query_values<'a>(scope: &MappingScope<'a>, name: &'a str) -> impl Iterator<Item = String> + 'a {
    scope.matched.exchange.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.clone())
}

fn body_value(scope: &MappingScope<'_>, path: &JsonPath) -> Option<String> {
    path.query(scope.document()?).ok()?.into_json().filter(|value| !value.is_null()).map(plain_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_targets_are_read() {
        for text in [
            "method.request.header.Auth",
            "method.request.querystring.a",
            "method.request.multivaluequerystring.a",
            "method.request.path.proxy",
            "method.request.body",
            "method.request.body.a.b",
            "stageVariables.x",
            "context.authorizer.claims.sub",
            "'*'",
            "''",
        ] {
            assert!(ParameterSource::parse_request(text).is_some(), "{text}");
        }
        for text in ["integration.response.header.X", "integration.response.body.id", "'GET,OPTIONS'"] {
            assert!(ParameterSource::parse_response(text).is_some(), "{text}");
        }
        for text in ["", "'", "method.request.header.", "method.request.cookie.x", "context.", "*", "stageVariables."] {
            assert!(ParameterSource::parse_request(text).is_none(), "{text}");
            assert!(ParameterSource::parse_response(text).is_none(), "{text}");
        }
        assert_eq!(RequestTarget::parse("integration.request.path.p"), Some(RequestTarget::Path("p".into())));
        assert_eq!(RequestTarget::parse("integration.request.header.a b"), None);
        assert!(parse_response_target("method.response.header.Access-Control-Allow-Origin").is_some());
        assert!(parse_response_target("method.response.body").is_none());
    }
}
