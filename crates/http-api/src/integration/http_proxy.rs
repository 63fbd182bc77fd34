//! `HTTP_PROXY`: a backend is called, and its answer passed on ("Working with HTTP proxy integrations", "private
//! integrations").

use bytes::Bytes;
use execute_api::catalogue::HttpMethod;
use execute_api::uri_template::{PathValue, UriError, UriTemplate};
use http::header::{FORWARDED, HOST, HeaderName, HeaderValue, VIA};
use http::{HeaderMap, Method, Request, Response, Uri};
use world::{HttpError, HttpOptions, TlsOptions};

use super::MAX_ANSWER_BYTES;
use super::mapped::Outgoing;
use crate::context::Progress;
use crate::error::{Kind, Refusal};
use crate::gateway::HttpApis;
use crate::plan::{Endpoint, HttpTarget, IntegrationPlan, RouteKey};
use crate::request::{Exchange, NOT_FORWARDED, joined};

const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// One exchange with the backend.
pub(super) async fn call(
    apis: &HttpApis,
    progress: &mut Progress<'_>,
    (integration, target): (&IntegrationPlan, &HttpTarget),
    outgoing: Outgoing,
) -> Result<Response<Bytes>, Refusal> {
    let doors = apis.doors();
    let exchange = progress.exchange;
    let mut headers = outgoing.headers;
    // A mapping may name another host; the caller's own name is not the backend's.
    let mapped_host = headers.remove(HOST).filter(|host| exchange.request.headers.get(HOST) != Some(host));
    announce(exchange, &mut headers);
    let mut tls = TlsOptions::public();
    let mut uri = match &target.endpoint {
        Endpoint::Internet(template) => internet(progress, template)?,
        Endpoint::VpcLink { id, target_arn, tls: wanted } => {
            tls.verification = wanted.unwrap_or_default();
            let address = doors.vpc_links.address(id, std::slice::from_ref(target_arn));
            let address = address.ok_or_else(|| internal(format!("VPC link {id} leads nowhere")))?;
            let scheme = if wanted.is_some() { "https" } else { "http" };
            // The stage is a part of the path that private backends see.
            checked(&exchange.request.raw_path)?;
            let path = &exchange.request.raw_path;
            absolute(&format!("{scheme}://{address}{path}"))?
        }
    };
    if outgoing.path.is_some() || !outgoing.query.is_empty() {
        uri = with_path(uri, outgoing.path.as_deref(), &outgoing.query)?;
    }
    if let Some(host) = mapped_host {
        headers.insert(HOST, host);
    }
    let mut request = Request::new(exchange.request.body.clone());
    *request.method_mut() = verb(target.method, &exchange.request.method)?;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    let started = doors.clock.monotonic_ns();
    let options = HttpOptions { timeout_ms: integration.timeout_ms, max_answer: MAX_ANSWER_BYTES, tls };
    let answer = doors.http.send(request, options).await;
    progress.integration.latency_us = Some(doors.clock.monotonic_ns().saturating_sub(started) / 1000);
    let mut answer = answer.map_err(|error| failure(&error))?;
    progress.integration.status = Some(answer.status().as_u16());
    progress.integration.service_status = progress.integration.status;
    let id = ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| answer.headers().get(*name));
    progress.integration.request_id = id.and_then(|id| id.to_str().ok()).map(|id| id.chars().take(256).collect());
    for name in &NOT_FORWARDED {
        answer.headers_mut().remove(name);
    }
    Ok(answer)
}

fn internal(reason: String) -> Refusal {
    Refusal::integration(Kind::Internal, reason)
}

fn failure(error: &HttpError) -> Refusal {
    tracing::debug!(%error, "an integration endpoint gave no answer");
    match error {
        HttpError::TooLarge(_) => internal(error.to_string()),
        HttpError::TimedOut(_) => Refusal::integration(Kind::Unavailable, "The endpoint did not answer in time"),
        HttpError::Connect(_) | HttpError::Broken(_) => {
            Refusal::integration(Kind::Unavailable, "The endpoint cannot be reached")
        }
    }
}

/// What the gateway says of itself and of the caller (RFC 7239, RFC 9110 7.6.3). What a caller claims stands before.
fn announce(exchange: &Exchange, headers: &mut HeaderMap) {
    let request = &exchange.request;
    let node = if request.source_ip.contains(':') {
        format!("\"[{}]\"", request.source_ip)
    } else {
        request.source_ip.clone()
    };
    // What is no host name must not read as fields of its own.
    let host = exchange.host();
    let plain = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b));
    let host = if plain(&host) { host } else { std::borrow::Cow::Borrowed(request.host.as_str()) };
    let host = if host.contains(':') { format!("\"{host}\"") } else { host.into_owned() };
    let forwarded = format!("by=_apigateway;for={node};host={host};proto={}", exchange.scheme().0);
    for (name, own) in [(FORWARDED, forwarded), (VIA, "HTTP/1.1 AmazonAPIGateway".to_owned())] {
        let all = joined(headers, &name).map_or_else(|| own.clone(), |before| format!("{before}, {own}"));
        if let Ok(value) = HeaderValue::from_bytes(all.as_bytes()) {
            headers.insert(name, value);
        }
    }
    if let Ok(trace_id) = HeaderValue::from_str(&exchange.trace_id) {
        headers.insert(TRACE_ID, trace_id);
    }
}

/// The integration's URL with its variables filled. On `$default` the whole path is added to it.
fn internet(progress: &Progress<'_>, template: &UriTemplate) -> Result<Uri, Refusal> {
    let exchange = progress.exchange;
    let value = |name: &str| {
        let found = progress.parameters().iter().find(|found| found.name == name)?;
        Some(PathValue::Raw(found.raw.clone()))
    };
    let mut url = template.render(&exchange.stage.plan.variables, value).map_err(|error| match error {
        UriError::DotSegment | UriError::Host => outside(),
        UriError::TooLong => Refusal::integration(Kind::UriTooLong, "The endpoint's URL would be too long"),
    })?;
    let on_default = progress.routed.as_ref().is_some_and(|routed| routed.route.key == RouteKey::Default);
    if on_default && exchange.path != "/" {
        checked(&exchange.path)?;
        let (base, query) = url.split_once('?').map_or((url.as_str(), None), |(base, query)| (base, Some(query)));
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        url = format!("{}{}{query}", base.trim_end_matches('/'), exchange.path);
    }
    absolute(&url)
}

fn outside() -> Refusal {
    Refusal::integration(Kind::BadRequest, "The path would leave the endpoint's own")
}

/// A path with `..` or `.` in it might leave what the definition gives.
fn checked(path: &str) -> Result<(), Refusal> {
    let dots = |part: &str| {
        let decoded = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
        decoded.split(['/', '\\']).any(|part| part == "." || part == "..")
    };
    if path.split('/').any(dots) { Err(outside()) } else { Ok(()) }
}

fn absolute(url: &str) -> Result<Uri, Refusal> {
    let uri: Uri = url.parse().map_err(|_| internal("The endpoint's URL is none".to_owned()))?;
    let good = matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    if good { Ok(uri) } else { Err(internal("The endpoint's URL is none".to_owned())) }
}

/// Another path where a mapping says so, and the caller's query behind the endpoint's own.
fn with_path(uri: Uri, path: Option<&str>, query: &str) -> Result<Uri, Refusal> {
    if let Some(path) = path {
        checked(path)?;
    }
    let own = uri.query().filter(|own| !own.is_empty());
    let queries: Vec<&str> = own.into_iter().chain(Some(query).filter(|query| !query.is_empty())).collect();
    let mut target = path.unwrap_or_else(|| uri.path()).to_owned();
    if !queries.is_empty() {
        target = format!("{target}?{}", queries.join("&"));
    }
    let mut parts = uri.into_parts();
    let bad = || internal("The endpoint's path is none".to_owned());
    parts.path_and_query = Some(target.parse().map_err(|_| bad())?);
    Uri::from_parts(parts).map_err(|_| bad())
}

/// The verb that the endpoint sees.
fn verb(target: HttpMethod, callers: &Method) -> Result<Method, Refusal> {
    if target == HttpMethod::Any {
        return Ok(callers.clone());
    }
    Method::from_bytes(target.as_str().as_bytes()).map_err(|_| internal("The integration's method is none".to_owned()))
}
