//! What is refused, and how that is said: to a handshake as an answer of HTTP, on a connection as a message.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, SEC_WEBSOCKET_VERSION};
use http::{Response, StatusCode};
use serde_json::{Value, json};

/// Kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    BadRequest,
    Unauthorized,
    Forbidden,
    Throttled,
    TooLarge,
    UpgradeRequired,
    Internal,
    /// The integration's own status.
    Status(u16),
}

/// A refusal, and why.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub kind: Kind,
    /// For the log.
    pub reason: String,
}

impl Refusal {
    pub fn new(kind: Kind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }

    pub fn internal(reason: impl Into<String>) -> Self {
        Self::new(Kind::Internal, reason)
    }

    pub fn forbidden(reason: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, reason)
    }

    pub const fn status(&self) -> u16 {
        match self.kind {
            Kind::BadRequest => 400,
            Kind::Unauthorized => 401,
            Kind::Forbidden => 403,
            Kind::Throttled => 429,
            Kind::TooLarge => 431,
            Kind::UpgradeRequired => 426,
            Kind::Internal => 500,
            Kind::Status(status) => status,
        }
    }

    const fn words(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::BadRequest => ("BadRequestException", "Bad Request"),
            Kind::Unauthorized => ("UnauthorizedException", "Unauthorized"),
            Kind::Forbidden | Kind::Status(401 | 403) => ("ForbiddenException", "Forbidden"),
            Kind::Throttled => ("LimitExceededException", "Too Many Requests"),
            Kind::TooLarge => ("BadRequestException", "Request Header Fields Too Large"),
            Kind::UpgradeRequired => ("BadRequestException", "Upgrade Required"),
            Kind::Internal | Kind::Status(_) => ("InternalServerErrorException", "Internal server error"),
        }
    }

    /// What the client is told.
    pub const fn sentence(&self) -> &'static str {
        self.words().1
    }

    /// `{"message": "Forbidden", "connectionId": …, "requestId": …}`
    pub fn message(&self, connection_id: &str, request_id: &str) -> String {
        let message = self.words().1;
        format!(
            "{{\"message\": {}, \"connectionId\":{}, \"requestId\":{}}}",
            json!(message),
            json!(connection_id),
            json!(request_id)
        )
    }

    /// The answer to a handshake.
    pub fn render(&self, ids: Option<(&str, &str)>) -> Response<Bytes> {
        let (error_type, message) = self.words();
        let body = match ids {
            Some((connection_id, request_id)) => self.message(connection_id, request_id),
            None => json!({ "message": message }).to_string(),
        };
        let mut response = answer(self.status(), body);
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error_type));
        if self.kind == Kind::UpgradeRequired {
            response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            response.headers_mut().insert(http::header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        response
    }
}

/// An answer of JSON.
pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An error of the management API, by its name.
pub(crate) fn management_error(status: u16, name: &'static str, message: &str) -> Response<Bytes> {
    let mut response =
        answer(status, Value::Object([("message".to_owned(), json!(message))].into_iter().collect()).to_string());
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(name));
    response
}
