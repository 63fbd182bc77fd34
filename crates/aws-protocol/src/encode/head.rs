//! Status and headers of answers. Header values never hold line ends or other controls.

use aws_types::schema::{Kind, Location, Member, Protocol, ServiceModel, Structure};
use aws_types::wire::{Fields, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use crate::scalar::{self, Moments};

/// A response whose headers are being collected.
#[derive(Debug)]
pub struct Head {
    status: StatusCode,
    headers: HeaderMap,
}

impl Head {
    /// With the headers that every answer of the service bears.
    pub fn new(model: &ServiceModel, status: u16, request_id: &str) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut head = Self { status, headers: HeaderMap::with_capacity(8) };
        if model.protocol == Protocol::RestXml {
            head.set("x-amz-request-id", request_id);
            head.set("x-amz-id-2", &host_id(request_id));
        } else {
            head.set("x-amzn-requestid", request_id);
        }
        head
    }

    /// Sets a header. Control characters are left out; a value beyond ASCII becomes an encoded word (RFC 2047), as in
    /// S3's metadata.
    pub fn set(&mut self, name: &str, value: &str) {
        let mut safe: String = value.chars().filter(|c| !c.is_control()).collect();
        if !safe.is_ascii() {
            safe = format!("=?UTF-8?B?{}?=", STANDARD.encode(safe));
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(safe.trim())) {
            self.headers.insert(name, value);
        }
    }

    /// The content type, unless a member set one.
    pub fn content_type(&mut self, default: &'static str) {
        self.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(default));
    }

    /// Sets what members of a structure say: headers, groups of headers, the status.
    pub fn members(&mut self, structure: &'static Structure, fields: &Fields) {
        for member in structure.members {
            match (member.location, fields.get(member.name)) {
                (Location::Header, Some(value)) => self.header(member, value),
                (Location::Headers, Some(Value::Object(entries))) => {
                    for (key, value) in entries {
                        self.set(&format!("{}{key}", member.wire_name()), value.as_str().unwrap_or_default());
                    }
                }
                (Location::StatusCode, Some(value)) => {
                    let status = value.as_u64().and_then(|n| u16::try_from(n).ok());
                    self.status = status.and_then(|n| StatusCode::from_u16(n).ok()).unwrap_or(self.status);
                }
                _ => {}
            }
        }
    }

    fn header(&mut self, member: &Member, value: &Value) {
        let text = match (&member.shape.kind, value) {
            (Kind::List(list), Value::Array(items)) => {
                let items: Vec<_> =
                    items.iter().filter_map(|item| scalar::write(list.member, item, Moments::HttpDate)).collect();
                Some(items.join(","))
            }
            _ => scalar::write(member.shape, value, Moments::HttpDate),
        };
        if let Some(text) = text {
            self.set(member.wire_name(), &text);
        }
    }

    /// The response. Statuses that forbid a body get none.
    pub fn finish(mut self, body: impl Into<Bytes>) -> Response<Bytes> {
        let bodiless = self.status == StatusCode::NO_CONTENT || self.status == StatusCode::NOT_MODIFIED;
        if bodiless {
            // A cache would take the type of a 304 for that of what it keeps (RFC 9111 3.2).
            self.headers.remove(CONTENT_TYPE);
        }
        let mut response = Response::new(if bodiless { Bytes::new() } else { body.into() });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// S3's second name for a request: opaque, of a length like AWS's.
pub fn host_id(request_id: &str) -> String {
    STANDARD.encode(format!("{request_id}{request_id}"))
}
