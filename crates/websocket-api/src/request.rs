//! What a client sent to open a connection, and what stays true of it.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::header::{
    CONNECTION, HOST, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use world::Rng;

use crate::error::{Kind, Refusal};

/// All header names and values together, in bytes.
const MAX_HEADER_BYTES: usize = 10_240;
/// Path and query together, in bytes.
const MAX_URI_BYTES: usize = 10_240;
/// Only for the key of RFC 6455, 4.2.2.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A request to open a connection.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// What stands behind the stage, not decoded: nothing, or a slash.
    pub path: String,
    /// Verb.
    pub method: Method,
    /// After the `?`, not decoded; empty where there is none.
    pub query: String,
    /// The path of the request line as the client sent and signed it.
    pub signed_path: String,
    /// `Host` with its port, as the client sent and signed it, where the request line has it.
    pub authority: String,
    /// `Host`, without port.
    pub host: String,
    /// As received.
    pub headers: HeaderMap,
    /// Address of the peer, without port.
    pub source_ip: String,
    /// Over TLS.
    pub secure: bool,
    /// When it arrived.
    pub received: Timestamp,
    /// It came by a custom domain name.
    pub by_domain: bool,
}

impl Handshake {
    /// What RFC 6455 and the quotas ask of it; answers the proof that its key was read.
    pub(crate) fn check(&self) -> Result<HeaderValue, Refusal> {
        let bytes: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if bytes > MAX_HEADER_BYTES || self.signed_path.len() + self.query.len() > MAX_URI_BYTES {
            return Err(Refusal::new(Kind::TooLarge, "the handshake is over a quota"));
        }
        if !self.path.trim_matches('/').is_empty() {
            return Err(Refusal::new(Kind::Forbidden, "there is nothing but the stage"));
        }
        let has = |name: &HeaderName, wanted: &str| {
            let values = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|token| token.trim().eq_ignore_ascii_case(wanted))
        };
        let upgrades = self.method == Method::GET && has(&UPGRADE, "websocket") && has(&CONNECTION, "upgrade");
        if !upgrades || !has(&SEC_WEBSOCKET_VERSION, "13") {
            return Err(Refusal::new(Kind::UpgradeRequired, "this is no handshake of a WebSocket"));
        }
        let key = self.headers.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
        let good = STANDARD.decode(key).is_ok_and(|key| key.len() == 16);
        if !good {
            return Err(Refusal::new(Kind::BadRequest, "Sec-WebSocket-Key is not 16 bytes"));
        }
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &[key, GUID].concat());
        HeaderValue::from_str(&STANDARD.encode(hash)).map_err(|_| Refusal::new(Kind::BadRequest, "no proof"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// Decoded, in order.
    pub(crate) fn query_pairs(&self) -> Vec<(String, String)> {
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decode(k), decode(v))).collect()
    }

    pub(crate) fn query_value(&self, name: &str) -> Option<String> {
        self.query_pairs().into_iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// `headers` and `multiValueHeaders` of events; of a repeated one the last value counts.
    pub(crate) fn headers_json(&self) -> (Value, Value) {
        let names: std::collections::BTreeSet<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        let (mut single, mut multi) = (Map::new(), Map::new());
        let mut add = |name: &str, values: Vec<Value>| {
            let name = shown(name);
            single.insert(name.clone(), values.last().cloned().unwrap_or(Value::Null));
            multi.insert(name, Value::Array(values));
        };
        for name in names {
            let values = self.headers.get_all(name).iter();
            add(name, values.map(|value| json!(String::from_utf8_lossy(value.as_bytes()))).collect());
        }
        let (proto, port) = if self.secure { ("https", "443") } else { ("http", "80") };
        let source = &self.source_ip;
        let chain =
            self.header("x-forwarded-for").map_or_else(|| source.clone(), |before| format!("{before}, {source}"));
        add("x-forwarded-for", vec![json!(chain)]);
        add("x-forwarded-port", vec![json!(port)]);
        add("x-forwarded-proto", vec![json!(proto)]);
        if !self.headers.contains_key(HOST) {
            add("host", vec![json!(self.host)]);
        }
        (Value::Object(single), Value::Object(multi))
    }

    /// `queryStringParameters` and `multiValueQueryStringParameters`; none where there is no query.
    pub(crate) fn query_json(&self) -> Option<(Value, Value)> {
        let pairs = self.query_pairs();
        if pairs.is_empty() {
            return None;
        }
        let mut multi: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            multi.entry(name).or_default().push(value);
        }
        let single: BTreeMap<&String, Option<&String>> =
            multi.iter().map(|(name, values)| (name, values.last())).collect();
        Some((json!(single), json!(multi)))
    }

    /// All headers as they came, for signatures.
    pub(crate) fn signed_headers(&self) -> Vec<(String, String)> {
        signed_headers(&self.headers, &self.authority)
    }
}

/// All headers as they came; the host stands in the request line where it is nowhere else.
pub(crate) fn signed_headers(headers: &HeaderMap, authority: &str) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut all: Vec<_> = headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    if !headers.contains_key(HOST) {
        all.push(("host".to_owned(), authority.to_owned()));
    }
    all
}

/// `sec-websocket-key` is `Sec-Websocket-Key`... but for AWS, which shows `Sec-WebSocket-Key`.
fn shown(name: &str) -> String {
    let part = |part: &str| {
        if part == "websocket" {
            return "WebSocket".to_owned();
        }
        let mut chars = part.chars();
        chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    name.split('-').map(part).collect::<Vec<_>>().join("-")
}

/// The head of the answer that opens the connection.
pub(crate) fn accepted(proof: HeaderValue, protocol: Option<HeaderValue>) -> http::Response<bytes::Bytes> {
    let mut response = http::Response::new(bytes::Bytes::new());
    *response.status_mut() = http::StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, proof);
    if let Some(protocol) = protocol {
        headers.insert(http::header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    response
}

/// An id of a connection, a message or a request: 11 bytes, as AWS's have them.
pub(crate) fn new_id(rng: &dyn Rng) -> String {
    URL_SAFE.encode(world::rng::bytes::<11>(rng))
}

/// Whether a text has the form of a connection's id.
pub(crate) fn is_id(text: &str) -> bool {
    URL_SAFE.decode(text).is_ok_and(|bytes| bytes.len() == 11)
}

/// `12/Mar/2026:19:03:58 +0000`.
pub(crate) fn clf_date(at: Timestamp) -> String {
    // `Fri Jan 02 03:04:05 UTC 2026` bears the month's name at a fixed place.
    let month = at.java_date().get(4..7).unwrap_or_default().to_owned();
    let c = at.civil();
    format!("{:02}/{month}/{:04}:{:02}:{:02}:{:02} +0000", c.day, c.year, c.hour, c.minute, c.second)
}
