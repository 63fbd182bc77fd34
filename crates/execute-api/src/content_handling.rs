//! Text and bytes ("Content type conversions in API Gateway"): which of both a payload is, and what it becomes on its way
//! to the integration and back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::error::GatewayError;
use crate::integration_plan::{BinaryMediaTypes, ContentHandling};
use crate::method_request::Exchange;

/// A payload after its conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// UTF-8; templates see it.
    Text(Bytes),
    /// Passed as it is.
    Binary(Bytes),
}

impl Payload {
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Text(bytes) | Self::Binary(bytes) => bytes,
        }
    }
}

/// Bytes as UTF-8 text; what is none becomes the replacement character, as where text is expected.
pub(crate) fn utf8(bytes: &Bytes) -> Bytes {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes.clone(),
        Err(_) => Bytes::from(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// The method request's payload as the integration gets it.
pub(crate) fn of_request(exchange: &Exchange, handling: Option<ContentHandling>) -> Result<Payload, GatewayError> {
    let body = &exchange.request.body;
    let types = &exchange.stage.deployment.binary_media_types;
    let binary = types.matches(&exchange.header("content-type").unwrap_or_default());
    match (binary, handling) {
        (true, Some(ContentHandling::ConvertToText)) => Ok(Payload::Text(encoded(body))),
        (true, _) => Ok(Payload::Binary(body.clone())),
        (false, Some(ContentHandling::ConvertToBinary)) => decoded(body, Direction::Request).map(Payload::Binary),
        (false, _) => Ok(Payload::Text(utf8(body))),
    }
}

/// The integration response's payload as the caller gets it.
pub(crate) fn of_response(
    exchange: &Exchange,
    content_type: &str,
    body: &Bytes,
    handling: Option<ContentHandling>,
) -> Result<Payload, GatewayError> {
    let types = &exchange.stage.deployment.binary_media_types;
    let binary = types.matches(content_type);
    match (binary, handling, accepts_binary(exchange, types)) {
        (true, Some(ContentHandling::ConvertToText), _) | (true, None, false) => Ok(Payload::Text(encoded(body))),
        (true, Some(ContentHandling::ConvertToBinary), _) | (true, None, true) => Ok(Payload::Binary(body.clone())),
        (false, Some(ContentHandling::ConvertToBinary), _) | (false, None, true) => {
            decoded(body, Direction::Response).map(Payload::Binary)
        }
        (false, Some(ContentHandling::ConvertToText), _) | (false, None, false) => Ok(Payload::Text(utf8(body))),
    }
}

/// The first media type that the caller accepts decides.
pub(crate) fn accepts_binary(exchange: &Exchange, types: &BinaryMediaTypes) -> bool {
    let accept = exchange.header("accept").unwrap_or_default();
    let first = accept.split(',').next().unwrap_or_default();
    types.matches(first)
}

fn encoded(body: &Bytes) -> Bytes {
    Bytes::from(STANDARD.encode(body))
}

enum Direction {
    Request,
    Response,
}

/// An empty text is no bytes.
fn decoded(body: &Bytes, direction: Direction) -> Result<Bytes, GatewayError> {
    let text: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(text).map(Bytes::from).map_err(|_| {
        GatewayError::configuration(match direction {
            Direction::Request => "Unable to base64 decode the body.",
            Direction::Response => "Unable to base64 decode the integration response.",
        })
    })
}
