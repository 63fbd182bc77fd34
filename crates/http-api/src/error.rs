//! How a request ends before its integration's answer is delivered. HTTP APIs have one text a status, and nobody may
//! restyle them; why it was is for the logs alone.

use std::borrow::Cow;

use bytes::Bytes;
use execute_api::explain::{Statement, Step};
use http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{Response, StatusCode};

/// What the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No route, no stage.
    NotFound,
    /// Nobody known.
    Unauthorized,
    /// Known, and not let in; or the endpoint is closed.
    Forbidden,
    /// Over a limit.
    Throttled,
    /// A function, a mapping or the definition failed.
    Internal,
    /// The backend gave no answer.
    Unavailable,
    /// The body is over 10 MB.
    BodyTooLarge,
    /// The headers are over 10,240 bytes. The text is our own.
    HeadersTooLarge,
    /// Path and query are over 10,240 bytes. The text is our own.
    UriTooLong,
    /// A path that would leave the backend's. The text is our own.
    BadRequest,
}

impl Kind {
    const fn told(self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "Not Found"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "Unauthorized"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "Forbidden"),
            Self::Throttled => (StatusCode::TOO_MANY_REQUESTS, "Too Many Requests"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
            Self::HeadersTooLarge => (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large"),
            Self::UriTooLong => (StatusCode::URI_TOO_LONG, "Request-URI Too Long"),
            Self::BadRequest => (StatusCode::BAD_REQUEST, "Bad Request"),
        }
    }
}

/// A request that the gateway itself answers.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub kind: Kind,
    /// `www-authenticate`, where a token was asked for.
    pub challenge: Option<String>,
    /// For logs; never sent to the caller.
    pub reason: Cow<'static, str>,
    /// The control that refused.
    pub step: Step,
    /// What of policies decided, where policies did.
    pub by: Option<Box<Statement>>,
}

impl Refusal {
    pub(crate) fn new(kind: Kind, step: Step, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, challenge: None, reason: reason.into(), step, by: None }
    }

    pub(crate) fn unauthorized(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Unauthorized, Step::Authorization, reason)
    }

    pub(crate) fn forbidden(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Forbidden, Step::Authorization, reason)
    }

    pub(crate) fn integration(kind: Kind, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(kind, Step::Integration, reason)
    }

    /// An authorizer that does not work out.
    pub(crate) fn broken_authorizer(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Internal, Step::Authorization, reason)
    }

    #[must_use]
    pub(crate) fn challenged(mut self, challenge: String) -> Self {
        self.challenge = Some(challenge);
        self
    }

    pub(crate) const fn status(&self) -> u16 {
        self.kind.told().0.as_u16()
    }

    /// `$context.error.message`
    pub(crate) const fn message(&self) -> &'static str {
        self.kind.told().1
    }

    /// `$context.error.responseType`
    pub(crate) const fn response_type(&self) -> &'static str {
        match (self.kind, self.step) {
            (Kind::NotFound, _) => "NOT_FOUND",
            (Kind::Unauthorized, _) => "UNAUTHORIZED",
            (Kind::Forbidden, _) => "ACCESS_DENIED",
            (Kind::Throttled, _) => "THROTTLED",
            (Kind::Internal, Step::Authorization) => "AUTHORIZER_FAILURE",
            (Kind::Internal, _) => "INTEGRATION_FAILURE",
            (Kind::Unavailable, _) => "INTEGRATION_NETWORK_FAILURE",
            (Kind::BodyTooLarge | Kind::HeadersTooLarge | Kind::UriTooLong, _) => "REQUEST_TOO_LARGE",
            (Kind::BadRequest, _) => "BAD_REQUEST_PARAMETERS",
        }
    }

    /// The answer, but for what all answers bear.
    pub(crate) fn render(&self) -> Response<Bytes> {
        let (status, message) = self.kind.told();
        let mut response = Response::new(Bytes::from(format!("{{\"message\":\"{message}\"}}")));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(challenge) = self.challenge.as_ref().and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok())
        {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
