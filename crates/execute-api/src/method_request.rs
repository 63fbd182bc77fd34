//! The method request: what the caller sent, read and bounded ("Amazon API Gateway important notes", "quotas").

use std::borrow::Cow;
use std::sync::Arc;

use aws_types::Timestamp;
use base64::Engine as _;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use world::Rng;

use crate::access_plan::Through;
use crate::catalogue::HttpMethod;
use crate::domains::Guard;
use crate::error::GatewayError;
use crate::header_spelling::HeaderSpelling;
use crate::parameter_mapping::header_values;
use crate::plan::StagePlan;
use crate::proxy_event;
use crate::security_policy::Handshake;
use crate::trace::Trace;

/// Largest body, in bytes.
pub const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;
/// All header names and values together, in bytes.
pub const MAX_HEADER_BYTES: usize = 10_240;
/// Path and query together, in bytes.
pub const MAX_URI_BYTES: usize = 10_240;

/// Dropped before anything else looks at the request.
const DROPPED: [HeaderName; 12] = [
    http::header::CONNECTION,
    http::header::CONTENT_LENGTH,
    HeaderName::from_static("content-md5"),
    http::header::EXPECT,
    http::header::MAX_FORWARDS,
    http::header::PROXY_AUTHENTICATE,
    http::header::SERVER,
    http::header::TE,
    http::header::TRANSFER_ENCODING,
    http::header::TRAILER,
    http::header::UPGRADE,
    http::header::WWW_AUTHENTICATE,
];
/// See [`METHOD_OVERRIDE`].
const OVERRIDE: HeaderName = HeaderName::from_static(METHOD_OVERRIDE);
/// Names another verb.
const METHOD_OVERRIDE: &str = "x-http-method-override";
/// Names of one connection that must not travel on either.
const HOP_BY_HOP: [HeaderName; 2] =
    [HeaderName::from_static("keep-alive"), HeaderName::from_static("proxy-connection")];

/// A request to a deployed API, as the front door hands it over.
#[derive(Clone, Debug)]
pub struct GatewayRequest {
    /// Of the host name or path.
    pub api_id: String,
    /// First part of the path at the default endpoint.
    pub stage: String,
    /// Verb.
    pub method: http::Method,
    /// After the stage, beginning with `/`, not decoded.
    pub path: String,
    /// After the `?`, not decoded; empty where there is none.
    pub query: String,
    /// The path of the request line as the caller sent and signed it.
    pub signed_path: String,
    /// `Host` with its port, as the caller sent and signed it.
    pub authority: String,
    /// As received.
    pub headers: HeaderMap,
    /// How their names were spelled.
    pub spelling: HeaderSpelling,
    /// As received.
    pub body: Bytes,
    /// Address of the peer, without port.
    pub source_ip: String,
    /// `HTTP/1.1`.
    pub protocol: String,
    /// Whether it came over TLS.
    pub secure: bool,
    /// What the handshake agreed on, where this server made it.
    pub handshake: Option<Arc<Handshake>>,
    /// `Host`, without port.
    pub host: String,
    /// `x-amzn-RequestId`: a lower-case UUID.
    pub request_id: String,
    /// When it arrived, by the server's clock.
    pub received: Timestamp,
    /// Set where it came through a custom domain name.
    pub custom_domain: Option<CustomDomain>,
    /// Set where it came through a VPC endpoint.
    pub through: Option<Through>,
}

/// How a request came through a custom domain name.
#[derive(Clone, Debug, Default)]
pub struct CustomDomain {
    /// The base path that was cut off; empty where the mapping has none.
    pub base_path: String,
    /// The routing rule that led here; none where a base path did.
    pub rule_id: Option<String>,
    /// What the client proved itself with, under mutual TLS.
    pub client_certificate: Option<Arc<ClientCertificate>>,
    /// The policy of a private domain name.
    pub guard: Option<Arc<Guard>>,
    /// `REGIONAL`, `EDGE`, `PRIVATE`.
    pub endpoint_types: Vec<String>,
}

/// A client's certificate (`$context.identity.clientCert`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate.
    pub pem: String,
    /// `CN=client,O=Example`.
    pub subject: String,
    /// As the subject.
    pub issuer: String,
    /// Hex, in pairs.
    pub serial_number: String,
    /// `May 28 12:30:02 2019 GMT`.
    pub not_before: String,
    /// As the above.
    pub not_after: String,
}

/// A request that is being answered, with the stage it goes to.
#[derive(Debug)]
pub struct Exchange {
    /// The plan at the moment of arrival: a deployment meanwhile does not change it.
    pub stage: Arc<StagePlan>,
    /// What was sent, without dropped headers.
    pub request: GatewayRequest,
    /// The verb that counts.
    pub verb: String,
    /// Headers that were taken out, lower case: a signature may cover them.
    pub dropped: Vec<(String, String)>,
    /// Decoded, in order.
    pub query: Vec<(String, String)>,
    /// `x-amz-apigw-id`.
    pub extended_request_id: String,
    /// `X-Amzn-Trace-Id`, as it goes on.
    pub trace_id: String,
    /// Where the stage traces: the request's place in its trace.
    pub(crate) trace: Option<Box<Trace>>,
}

impl Exchange {
    /// Reads a request.
    pub fn begin(stage: Arc<StagePlan>, mut request: GatewayRequest, rng: &dyn Rng) -> Self {
        let mut dropped = Vec::new();
        for name in DROPPED.iter().chain(&HOP_BY_HOP).chain(&[OVERRIDE]) {
            let values = request.headers.get_all(name).iter();
            dropped.extend(
                values.map(|value| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())),
            );
            if *name != OVERRIDE {
                request.headers.remove(name);
            }
        }
        let verb = take_verb(&mut request);
        let query = parse_query(&request.query);
        let trace_id = crate::trace::passed_on(&request, rng);
        let extended_request_id = extended_request_id(rng);
        Self { stage, verb, dropped, query, extended_request_id, trace_id, trace: None, request }
    }

    /// Undoes the body's content encoding, where the API lets it.
    pub(crate) fn unpack(&mut self) -> Result<(), GatewayError> {
        if self.stage.deployment.minimum_compression_size.is_none() {
            return Ok(());
        }
        crate::compression::unpack(&mut self.request)
    }

    /// API and stage as usage plans name them.
    pub(crate) fn stage_id(&self) -> crate::usage::StageId {
        (self.stage.api_id.clone(), self.stage.stage.clone())
    }

    /// A header's first value as text.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.request.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()))
    }

    /// A header's values as mappings, validators and identity sources see them: what API Gateway adds or completes itself
    /// stands in the place of what the caller sent.
    pub(crate) fn shown_values(&self, name: &HeaderName) -> Vec<String> {
        match proxy_event::own_header(self, name) {
            Some(own) => vec![own],
            None => header_values(&self.request.headers, name),
        }
    }

    /// The body's media type, lower case, without parameters; `application/json` where the caller names none.
    pub fn media_type(&self) -> String {
        let content_type = self.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if media_type.is_empty() { "application/json".to_owned() } else { media_type }
    }

    /// The body as text.
    pub fn body_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.request.body)
    }
}

/// Checks the bounds that API Gateway documents.
pub(crate) fn check_limits(request: &GatewayRequest) -> Result<(), GatewayError> {
    if request.path.len() + request.query.len() > MAX_URI_BYTES {
        return Err(GatewayError::uri_too_long());
    }
    let header_bytes: usize = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if header_bytes > MAX_HEADER_BYTES {
        return Err(GatewayError::headers_too_large());
    }
    if request.body.len() > MAX_BODY_BYTES {
        return Err(GatewayError::request_too_large());
    }
    Ok(())
}

/// `X-HTTP-Method-Override` replaces the verb, where it is sent once and names one. It goes no further: a backend that
/// reads it otherwise would run another verb than the one that was let in.
fn take_verb(request: &mut GatewayRequest) -> String {
    let overridden = {
        let mut values = request.headers.get_all(METHOD_OVERRIDE).iter();
        let only = values.next().filter(|_| values.next().is_none());
        only.and_then(|value| HttpMethod::parse(value.to_str().ok()?)).filter(|verb| *verb != HttpMethod::Any)
    };
    request.headers.remove(METHOD_OVERRIDE);
    overridden.map_or_else(|| request.method.as_str().to_owned(), |verb| verb.as_str().to_owned())
}

/// Name and value pairs, `+` read as a blank. A name without `=` has an empty value.
pub(crate) fn parse_query(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let blanks = text.replace('+', " ");
        percent_encoding::percent_decode_str(&blanks).decode_utf8_lossy().into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Sixteen characters of base64, as `fyQSVGG7IAMFqRw=`.
pub(crate) fn extended_request_id(rng: &dyn Rng) -> String {
    base64::engine::general_purpose::STANDARD.encode(world::rng::bytes::<11>(rng))
}

/// A header value from text, unless it holds control characters.
pub(crate) fn header_value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_bytes(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_query_is_decoded_pair_by_pair() {
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        let query = "a=1&a=2&&b&c=%20+d%3D&=e";
        let expected = vec![pair("a", "1"), pair("a", "2"), pair("b", ""), pair("c", "  d="), pair("", "e")];
        assert_eq!(parse_query(query), expected);
    }

    proptest! {
        #[test]
        fn any_query_can_be_read(query in ".{0,200}") {
            prop_assert!(parse_query(&query).len() <= query.matches('&').count() + 1);
        }
    }
}
