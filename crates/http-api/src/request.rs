//! What the caller sent, and where it goes.

use std::borrow::Cow;
use std::sync::Arc;

use aws_types::Timestamp;
use base64::Engine as _;
use bytes::Bytes;
use execute_api::ClientCertificate;
use execute_api::explain::Step;
use http::header::HOST;
use http::{HeaderMap, HeaderName};
use world::Rng;

use crate::error::{Kind, Refusal};
use crate::plans::Stage;

/// Largest body, in bytes.
pub const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;
/// All header names and values together, in bytes.
const MAX_HEADER_BYTES: usize = 10_240;
/// Path and query together, in bytes.
const MAX_URI_BYTES: usize = 10_240;

/// Headers of one connection, and those that follow from the body.
pub(crate) const NOT_FORWARDED: [HeaderName; 9] = [
    http::header::CONNECTION,
    http::header::CONTENT_LENGTH,
    http::header::EXPECT,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    http::header::TE,
    http::header::TRAILER,
    http::header::TRANSFER_ENCODING,
    http::header::UPGRADE,
];

/// A request to a deployed API, as the front door hands it over.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// Verb.
    pub method: http::Method,
    /// What the caller asked for at the API's host, stage or mapping key included, not decoded.
    pub raw_path: String,
    /// After the `?`, not decoded; empty where there is none.
    pub query: String,
    /// The path of the request line as the caller sent and signed it.
    pub signed_path: String,
    /// `Host` with its port, as the caller sent and signed it.
    pub authority: String,
    /// As received.
    pub headers: HeaderMap,
    /// As received.
    pub body: Bytes,
    /// Address of the peer, without port.
    pub source_ip: String,
    /// `HTTP/1.1`
    pub protocol: String,
    /// Whether it came over TLS.
    pub secure: bool,
    /// `Host`, without port.
    pub host: String,
    /// When it arrived, by the server's clock.
    pub received: Timestamp,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub enum Destination {
    /// It came to `{api}.execute-api.…`: the path names the stage.
    DefaultEndpoint {
        /// The API.
        api_id: String,
    },
    /// It came to a custom domain name, whose mapping names API and stage.
    Domain(Mapped),
}

/// What a mapping of a custom domain name says of a request.
#[derive(Clone, Debug, Default)]
pub struct Mapped {
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// What is left of the path, beginning with `/`.
    pub path: String,
    /// What was cut off: the mapping's key, or a routing rule's.
    pub key: String,
    /// What the client proved itself with, under mutual TLS.
    pub client_certificate: Option<Arc<ClientCertificate>>,
}

/// A request that is being answered, with the stage it goes to.
pub(crate) struct Exchange {
    /// The stage at the moment of arrival: a change meanwhile does not touch it.
    pub stage: Stage,
    pub request: HttpRequest,
    /// What is left of the path for routes, beginning with `/`, not decoded.
    pub path: String,
    /// Set where it came to a custom domain name.
    pub domain: Option<Mapped>,
    /// Decoded, in order.
    pub query: Vec<(String, String)>,
    /// `apigw-requestid`
    pub request_id: String,
    /// `X-Amzn-Trace-Id`
    pub trace_id: String,
}

impl Exchange {
    pub(crate) fn begin(
        stage: Stage,
        path: String,
        domain: Option<Mapped>,
        request: HttpRequest,
        rng: &dyn Rng,
    ) -> Self {
        let query = parse_query(&request.query);
        let trace_id = trace_id(&request, rng);
        Self { stage, path, domain, query, request_id: request_id(rng), trace_id, request }
    }

    /// Checks the quotas on requests.
    pub(crate) fn check_limits(&self) -> Result<(), Refusal> {
        let request = &self.request;
        let refuse = |kind| Err(Refusal::new(kind, Step::Limits, "The request is over a quota"));
        if request.signed_path.len() + request.query.len() > MAX_URI_BYTES {
            return refuse(Kind::UriTooLong);
        }
        let bytes: usize = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if bytes > MAX_HEADER_BYTES {
            return refuse(Kind::HeadersTooLarge);
        }
        if request.body.len() > MAX_BODY_BYTES { refuse(Kind::BodyTooLarge) } else { Ok(()) }
    }

    /// A header's first value.
    pub(crate) fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.request.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()))
    }

    /// The host with its port as the caller named it.
    pub(crate) fn host(&self) -> Cow<'_, str> {
        self.header(HOST.as_str()).unwrap_or(Cow::Borrowed(&self.request.authority))
    }

    /// The chain of addresses: what a caller claims stands before what we know.
    pub(crate) fn forwarded_for(&self) -> String {
        let source = &self.request.source_ip;
        self.header("x-forwarded-for").map_or_else(|| source.clone(), |before| format!("{before}, {source}"))
    }

    pub(crate) const fn scheme(&self) -> (&'static str, &'static str) {
        if self.request.secure { ("https", "443") } else { ("http", "80") }
    }
}

/// All values of a header with commas between; `None` where it is absent.
pub(crate) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let first = values.next()?.into_owned();
    Some(values.fold(first, |all, value| all + "," + &value))
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

/// Sixteen characters that look like base64, as `JKJaXmPLvHcESHA=`. They may stand in a path.
pub(crate) fn request_id(rng: &dyn Rng) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(world::rng::bytes::<11>(rng));
    text.replace('+', "A").replace('/', "E")
}

/// Keeps the caller's trace root, else begins one: `Root=1-<epoch seconds in hex>-<24 hex digits>`.
fn trace_id(request: &HttpRequest, rng: &dyn Rng) -> String {
    let given = request.headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
    let root = given.and_then(|text| text.split(';').find_map(|field| field.trim().strip_prefix("Root=")));
    match root.filter(|root| root.len() <= 64 && root.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
        Some(root) => format!("Root={root}"),
        None => {
            let unique = u128::from_be_bytes(world::rng::bytes::<16>(rng)) >> 32;
            format!("Root=1-{:08x}-{unique:024x}", request.received.secs())
        }
    }
}
