//! `HTTP` and `HTTP_PROXY`: a backend is called ("HTTP integrations for REST APIs"). The rules of which headers travel
//! are from recorded exchanges.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Uri};
use world::{HttpError, HttpOptions};

use world::TlsOptions;

use super::{Begun, IntegrationAnswer};
use crate::catalogue::HttpMethod;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, headers_text};
use crate::gateway::Doors;
use crate::integration_plan::Connection;
use crate::integration_request::{MappedParameters, Validated};
use crate::method_request::header_value;
use crate::plan::HttpTarget;
use crate::proxy_event::forwarded_for;
use crate::uri_template::{PathValue, UriError, UriTemplate, query_pair};

/// Largest answer of a backend, in bytes.
const MAX_ANSWER_BYTES: usize = 10 * 1024 * 1024;
/// Headers that no mapping may set.
const ILLEGAL: [&str; 4] = ["content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id"];
/// Not passed to a backend unless mapped.
const NOT_PROXIED: [HeaderName; 2] = [http::header::HOST, http::header::CONTENT_ENCODING];
/// Headers of an `HTTP_PROXY` answer that come back under another name.
const REMAPPED_PROXY: [&str; 5] = ["connection", "content-length", "date", "server", "x-amzn-requestid"];
/// Headers that a response mapping of `HTTP` can only set under another name.
const REMAPPED_HTTP: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "trailer",
    "upgrade",
    "user-agent",
    "www-authenticate",
];

/// Headers and query for `HTTP`: only what is mapped, with API Gateway's own names for accept and agent.
pub(crate) fn plain_parameters(
    validated: Validated<'_>,
    parameters: &MappedParameters,
) -> Result<(HeaderMap, String), GatewayError> {
    let exchange = validated.matched.exchange;
    let mut headers = HeaderMap::new();
    let agent = format!("AmazonAPIGateway_{}", exchange.stage.api_id);
    let own = [
        (http::header::ACCEPT, "application/json".to_owned()),
        (http::header::CONTENT_TYPE, exchange.media_type()),
        (http::header::USER_AGENT, agent),
    ];
    for (name, value) in own {
        header_value(&value).map(|value| headers.insert(name, value));
    }
    merge(&mut headers, &parameters.headers)?;
    add_gateway_headers(&mut headers, validated);
    Ok((headers, query_text("", &parameters.query)))
}

/// Headers and query for `HTTP_PROXY`: the caller's, with what is mapped added.
pub(crate) fn proxied_parameters(
    validated: Validated<'_>,
    parameters: &MappedParameters,
) -> Result<(HeaderMap, String), GatewayError> {
    let request = &validated.matched.exchange.request;
    let mut headers = request.headers.clone();
    for name in &NOT_PROXIED {
        headers.remove(name);
    }
    forwarded(&mut headers, validated);
    merge(&mut headers, &parameters.headers)?;
    add_gateway_headers(&mut headers, validated);
    Ok((headers, query_text(&request.query, &parameters.query)))
}

/// Whether no mapping may set a header.
pub(crate) fn is_illegal(name: &HeaderName) -> bool {
    ILLEGAL.contains(&name.as_str())
}

fn merge(headers: &mut HeaderMap, mapped: &HeaderMap) -> Result<(), GatewayError> {
    if let Some(name) = mapped.keys().find(|name| is_illegal(name)) {
        return Err(GatewayError::configuration(format!("Illegal header in the integration request: {name}")));
    }
    for name in mapped.keys() {
        headers.remove(name);
    }
    for (name, value) in mapped {
        headers.append(name.clone(), value.clone());
    }
    Ok(())
}

/// The address chain that the backend sees; what a caller claims stands before what we know.
fn forwarded(headers: &mut HeaderMap, validated: Validated<'_>) {
    let exchange = validated.matched.exchange;
    let chain = forwarded_for(exchange);
    let (scheme, port) = if exchange.request.secure { ("https", "443") } else { ("http", "80") };
    let own = [("x-forwarded-for", chain.as_str()), ("x-forwarded-port", port), ("x-forwarded-proto", scheme)];
    for (name, value) in own {
        if let Some(value) = header_value(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn add_gateway_headers(headers: &mut HeaderMap, validated: Validated<'_>) {
    let exchange = validated.matched.exchange;
    let own = [("x-amzn-apigateway-api-id", &exchange.stage.api_id), ("x-amzn-trace-id", &exchange.trace_id)];
    for (name, value) in own {
        if let Some(value) = header_value(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn query_text(given: &str, mapped: &[(String, String)]) -> String {
    let mapped = mapped.iter().map(|(name, value)| query_pair(name, value));
    let given = Some(given.to_owned()).filter(|query| !query.is_empty());
    given.into_iter().chain(mapped).collect::<Vec<_>>().join("&")
}

/// A URI, variables filled, query appended.
pub(crate) fn fill(
    template: &UriTemplate,
    stage_variables: &BTreeMap<String, String>,
    path: impl Fn(&str) -> Option<PathValue>,
    query: &str,
) -> Result<Uri, GatewayError> {
    let mut text = template.render(stage_variables, path).map_err(|error| match error {
        UriError::DotSegment | UriError::Host => GatewayError::bad_request("Invalid path"),
        UriError::TooLong => GatewayError::uri_too_long(),
    })?;
    if !query.is_empty() {
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(query);
    }
    let invalid = || GatewayError::configuration("Invalid endpoint address");
    let uri: Uri = text.parse().map_err(|_| invalid())?;
    let absolute = matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    if absolute { Ok(uri) } else { Err(invalid()) }
}

/// The verb that the endpoint sees.
pub(crate) fn verb(target: HttpMethod, callers: &str) -> Result<Method, GatewayError> {
    let name = if target == HttpMethod::Any { callers } else { target.as_str() };
    Method::from_bytes(name.as_bytes()).map_err(|_| GatewayError::configuration("Invalid HTTP method"))
}

/// A call of an endpoint.
#[derive(Debug)]
pub(crate) struct HttpCall {
    pub request: Request<Bytes>,
    pub timeout_ms: u64,
    pub tls: TlsOptions,
    /// The VPC link that leads there, with the ARNs of its load balancers.
    pub vpc_link: Option<(String, Vec<String>)>,
}

/// Makes the call.
pub(crate) fn prepare(
    validated: Validated<'_>,
    target: &HttpTarget,
    mut request: Request<Bytes>,
) -> Result<HttpCall, GatewayError> {
    let stage = &validated.matched.exchange.stage;
    let vpc_link = match &target.connection {
        Connection::Internet => None,
        Connection::VpcLink(id) => {
            let id = id.render(&stage.variables, |_| None);
            let id = id.map_err(|_| GatewayError::configuration("Invalid VPC link"))?;
            let targets = stage.settings.vpc_links.get(&id).cloned();
            Some((id, targets.ok_or_else(|| GatewayError::configuration("There is no such VPC link"))?))
        }
        Connection::LoadBalancer { link, target } => {
            let id = link.render(&stage.variables, |_| None);
            let id = id.map_err(|_| GatewayError::configuration("Invalid VPC link"))?;
            stage_before_path(&mut request, &stage.stage)?;
            // One link leads to several load balancers.
            Some((target.clone(), vec![id]))
        }
    };
    let tls = TlsOptions { verification: target.verification, identity: stage.settings.client_identity.clone() };
    Ok(HttpCall { request, timeout_ms: target.timeout_ms, tls, vpc_link })
}

/// `/path` becomes `/{stage}/path` ("Private integrations for REST APIs in API Gateway", considerations).
fn stage_before_path(request: &mut Request<Bytes>, stage: &str) -> Result<(), GatewayError> {
    let invalid = || GatewayError::configuration("Invalid endpoint address");
    let mut parts = request.uri().clone().into_parts();
    let path = parts.path_and_query.as_ref().map_or("/", |path| path.as_str());
    parts.path_and_query = Some(format!("/{stage}{path}").parse().map_err(|_| invalid())?);
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_| invalid())?;
    Ok(())
}

/// Leads a request to the address behind its link. Its `Host` stays the endpoint's own.
fn through_link(
    doors: &Doors,
    (link, targets): (String, Vec<String>),
    request: &mut Request<Bytes>,
) -> Result<(), GatewayError> {
    let unknown = || GatewayError::configuration(format!("VPC link {link} leads nowhere"));
    let address = doors.vpc_links.address(&link, &targets).ok_or_else(unknown)?;
    let host = request.uri().authority().map(|authority| authority.to_string()).unwrap_or_default();
    let mut parts = request.uri().clone().into_parts();
    parts.authority = Some(address.parse().map_err(|_| unknown())?);
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_| unknown())?;
    if let Some(host) = header_value(&host).filter(|_| !request.headers().contains_key(http::header::HOST)) {
        request.headers_mut().insert(http::header::HOST, host);
    }
    Ok(())
}

/// The request as it leaves.
fn leaving(
    doors: &Doors,
    call: HttpCall,
    log: &mut ExecutionLog,
) -> Result<(Request<Bytes>, HttpOptions), GatewayError> {
    let HttpCall { mut request, timeout_ms, tls, vpc_link } = call;
    let uri = request.uri().to_string();
    log.data(|| format!("Endpoint request URI: {uri}"));
    log.data(|| format!("Endpoint request headers: {}", headers_text(request.headers())));
    log.data(|| format!("Endpoint request body after transformations: {}", String::from_utf8_lossy(request.body())));
    log.line(|| format!("Sending request to {uri}"));
    if let Some(link) = vpc_link {
        through_link(doors, link, &mut request)?;
    }
    Ok((request, HttpOptions { timeout_ms, max_answer: MAX_ANSWER_BYTES, tls }))
}

/// One exchange with the backend, whose answer's body is still to come.
pub(crate) async fn open(doors: &Doors, call: HttpCall, log: &mut ExecutionLog) -> Result<Begun, GatewayError> {
    let (request, options) = leaving(doors, call, log)?;
    let (parts, body) = doors.http.open(request, options).await.map_err(|error| failure(&error))?.into_parts();
    log.data(|| format!("Endpoint response headers: {}", headers_text(&parts.headers)));
    Ok(Begun { status: parts.status.as_u16(), headers: parts.headers, body })
}

/// One exchange with the backend.
pub(crate) async fn call(
    doors: &Doors,
    call: HttpCall,
    log: &mut ExecutionLog,
) -> Result<IntegrationAnswer, GatewayError> {
    let (request, options) = leaving(doors, call, log)?;
    let started = doors.clock.monotonic_ns();
    let answer = doors.http.send(request, options).await;
    let latency_us = doors.clock.monotonic_ns().saturating_sub(started) / 1000;
    let (parts, body) = answer.map_err(|error| failure(&error))?.into_parts();
    let status = parts.status.as_u16();
    log.line(|| format!("Received response. Status: {status}, Integration latency: {} ms", latency_us / 1000));
    log.data(|| format!("Endpoint response headers: {}", headers_text(&parts.headers)));
    log.data(|| format!("Endpoint response body before transformations: {}", String::from_utf8_lossy(&body)));
    Ok(IntegrationAnswer { latency_us: Some(latency_us), ..IntegrationAnswer::of_status(status, parts.headers, body) })
}

fn failure(error: &HttpError) -> GatewayError {
    tracing::debug!(%error, "an integration endpoint gave no answer");
    match error {
        HttpError::TimedOut(_) => GatewayError::endpoint_timed_out(),
        HttpError::Connect(cause) if cause.contains("dns error") => {
            GatewayError::configuration("Invalid endpoint address")
        }
        HttpError::Connect(_) | HttpError::Broken(_) => GatewayError::network_error(),
        HttpError::TooLarge(max) => GatewayError::bad_integration_answer(format!(
            "Integration response is larger than allowed maximum of {max} bytes."
        )),
    }
}

/// The headers of an `HTTP_PROXY` answer as the caller sees them.
pub(crate) fn remap_proxied(headers: HeaderMap) -> HeaderMap {
    let mut out = HeaderMap::new();
    let names: Vec<HeaderName> = headers.keys().cloned().collect();
    for name in names {
        let target = match name.as_str() {
            "transfer-encoding" | "keep-alive" | "upgrade" | "trailer" => continue,
            known if REMAPPED_PROXY.contains(&known) => remapped(&name),
            _ => name.clone(),
        };
        for value in headers.get_all(&name) {
            out.append(target.clone(), value.clone());
        }
    }
    out
}

/// The name under which a response mapping may set a header; `None` where it may not at all.
pub(crate) fn response_header_name(name: &HeaderName) -> Option<HeaderName> {
    match name.as_str() {
        "transfer-encoding" => None,
        known if REMAPPED_HTTP.contains(&known) => Some(remapped(name)),
        _ => Some(name.clone()),
    }
}

fn remapped(name: &HeaderName) -> HeaderName {
    HeaderName::from_bytes(format!("x-amzn-remapped-{name}").as_bytes()).unwrap_or_else(|_| name.clone())
}

/// `application/json`, the content type of all that has no other.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
