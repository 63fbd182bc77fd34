//! How a request ends before its integration's answer is delivered. Every stage returns this; `gateway_response` alone
//! turns it into HTTP.

use std::borrow::Cow;

use crate::catalogue::GatewayResponseType;
use crate::explain::{Statement, Step};

/// A request that the gateway itself answers. The sentences come from the developer guide's table of gateway responses
/// and from recorded answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayError {
    /// Which gateway response renders it.
    pub response_type: GatewayResponseType,
    /// Where the cause gives another status than the type's own.
    pub status: Option<u16>,
    /// Where the cause gives another `x-amzn-ErrorType` than the type's own.
    pub error_type: Option<&'static str>,
    /// `$context.error.message`; some authorizer failures have none and print `null`.
    pub message: Option<Cow<'static, str>>,
    /// What the execution log says; never sent to the caller.
    pub log: Cow<'static, str>,
    /// What lies behind it, where the log's sentence does not say; an explanation does.
    pub cause: Option<Box<str>>,
    /// `$context.error.validationErrorString`
    pub validation: Option<String>,
    /// The control that refused.
    pub step: Step,
    /// What of policies decided, where policies did.
    pub by: Option<Box<Statement>>,
}

impl GatewayError {
    fn new(response_type: GatewayResponseType, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self {
            response_type,
            status: None,
            error_type: None,
            log: message.clone(),
            message: Some(message),
            cause: None,
            validation: None,
            step: Step::Endpoint,
            by: None,
        }
    }

    fn logged(mut self, log: impl Into<Cow<'static, str>>) -> Self {
        self.log = log.into();
        self
    }

    /// Says what lies behind it, to whoever asks for an explanation alone: which claim, key or limit.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into().into());
        self
    }

    /// Names the control that refused.
    #[must_use]
    pub(crate) fn at(mut self, step: Step) -> Self {
        self.step = step;
        self
    }

    /// Names what of policies decided.
    #[must_use]
    pub(crate) fn decided_by(mut self, by: Option<Statement>) -> Self {
        self.by = by.map(Box::new);
        self
    }

    /// A policy does not let the caller.
    pub fn access_denied(sentence: String) -> Self {
        Self::new(GatewayResponseType::AccessDenied, sentence)
    }

    /// A signature is missing, malformed, wrong or over; `code` is its name in AWS's words.
    pub fn signature(code: &str, sentence: String) -> Self {
        let (response_type, error_type) = match code {
            "MissingAuthenticationTokenException" => {
                (GatewayResponseType::MissingAuthenticationToken, "MissingAuthenticationTokenException")
            }
            "IncompleteSignatureException" => (GatewayResponseType::InvalidSignature, "IncompleteSignatureException"),
            "UnrecognizedClientException" => (GatewayResponseType::InvalidSignature, "UnrecognizedClientException"),
            "ExpiredTokenException" => (GatewayResponseType::ExpiredToken, "ExpiredTokenException"),
            _ => (GatewayResponseType::InvalidSignature, "InvalidSignatureException"),
        };
        let mut error = Self::new(response_type, sentence);
        error.error_type = Some(error_type);
        error
    }

    /// A Lambda authorizer cannot be asked, fails, or answers what cannot be understood: the caller reads
    /// `{"message":null}` (as users report it); `reason` completes the log line.
    pub fn authorizer_configuration(reason: &str) -> Self {
        let log = format!("Execution failed due to configuration error: {reason}");
        let mut error = Self::new(GatewayResponseType::AuthorizerConfigurationError, "").logged(log);
        error.message = None;
        error
    }

    /// The method's ARN is over 1,600 bytes, more than an authorizer is given. (quota)
    pub fn method_arn_too_long() -> Self {
        let mut error = Self::new(GatewayResponseType::RequestTooLarge, "Request-URI Too Long");
        error.status = Some(414);
        error
    }

    /// Unknown API or stage, or the default endpoint is disabled.
    pub fn forbidden() -> Self {
        Self::new(GatewayResponseType::InvalidApiKey, "Forbidden")
    }

    /// Unknown path or verb.
    pub fn missing_authentication_token() -> Self {
        Self::new(GatewayResponseType::MissingAuthenticationToken, "Missing Authentication Token")
    }

    /// Unknown path or verb with an `Authorization` header that is no signature.
    pub fn incomplete_signature(message: String) -> Self {
        let mut error = Self::new(GatewayResponseType::MissingAuthenticationToken, message);
        error.error_type = Some("IncompleteSignatureException");
        error
    }

    /// No token, or one that is not accepted. `reason` goes to the log alone.
    pub fn unauthorized(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(GatewayResponseType::Unauthorized, "Unauthorized").logged(reason)
    }

    /// The token was good once.
    pub fn token_expired() -> Self {
        Self::new(GatewayResponseType::Unauthorized, "The incoming token has expired")
    }

    /// Required parameters are absent or blank.
    pub fn missing_parameters(names: &[&str]) -> Self {
        let message = format!("Missing required request parameters: [{}]", names.join(", "));
        Self::new(GatewayResponseType::BadRequestParameters, message)
    }

    /// The body is not what its model says; `complaints` are the validator's.
    pub fn invalid_body(complaints: &[String]) -> Self {
        let validation = format!("[{}]", complaints.join(", "));
        let log = format!("Request body does not match model schema for content type: {validation}");
        let mut error = Self::new(GatewayResponseType::BadRequestBody, "Invalid request body").logged(log);
        error.validation = Some(validation);
        error
    }

    /// The caller asked for a fresh answer and may not.
    pub fn cache_control_forbidden() -> Self {
        Self::new(GatewayResponseType::AccessDenied, "User is not authorized to invalidate the cache")
            .logged("Unauthorized to invalidate the cache")
    }

    /// Over a rate limit.
    pub fn throttled() -> Self {
        Self::new(GatewayResponseType::Throttled, "Too Many Requests")
    }

    /// The key's quota is used up.
    pub fn quota_exceeded() -> Self {
        Self::new(GatewayResponseType::QuotaExceeded, "Limit Exceeded")
    }

    /// The request cannot be read.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(GatewayResponseType::BadRequestParameters, message)
    }

    /// The body cannot be read as JSON where a template wants it (API Gateway answers 400).
    pub fn unreadable_body(message: String) -> Self {
        Self::new(GatewayResponseType::BadRequestBody, message)
    }

    /// The body is over 10 MB.
    pub fn request_too_large() -> Self {
        Self::new(GatewayResponseType::RequestTooLarge, "Request Too Long")
    }

    /// The headers are over 10,240 bytes. Status and text are our own: AWS's edge answers in its own way.
    pub fn headers_too_large() -> Self {
        let mut error = Self::new(GatewayResponseType::RequestTooLarge, "Request Header Fields Too Large");
        error.status = Some(431);
        error
    }

    /// The request line is over 10,240 bytes. Status and text are our own.
    pub fn uri_too_long() -> Self {
        let mut error = Self::new(GatewayResponseType::RequestTooLarge, "Request-URI Too Long");
        error.status = Some(414);
        error
    }

    /// No request template fits and pass-through is off.
    pub fn unsupported_media_type() -> Self {
        Self::new(GatewayResponseType::UnsupportedMediaType, "Unsupported Media Type")
    }

    /// The definition does not work out; `reason` completes the log line.
    pub fn configuration(reason: impl AsRef<str>) -> Self {
        let log = format!("Execution failed due to configuration error: {}", reason.as_ref());
        Self::new(GatewayResponseType::ApiConfigurationError, "Internal server error").logged(log)
    }

    /// The backend gave no answer in time.
    pub fn endpoint_timed_out() -> Self {
        Self::new(GatewayResponseType::IntegrationTimeout, "Endpoint request timed out")
            .logged("Execution failed due to a timeout error")
    }

    /// The backend cannot be reached or broke off.
    pub fn network_error() -> Self {
        Self::new(GatewayResponseType::IntegrationFailure, "Network error communicating with endpoint")
            .logged("Execution failed due to a network error communicating with endpoint")
    }

    /// The backend's answer is no use.
    pub fn bad_integration_answer(reason: impl AsRef<str>) -> Self {
        let log = format!("Execution failed due to configuration error: {}", reason.as_ref());
        let mut error = Self::new(GatewayResponseType::IntegrationFailure, "Internal server error").logged(log);
        error.status = Some(500);
        error
    }

    /// A function failed, or its answer is no proxy response.
    pub fn bad_function_answer(reason: impl AsRef<str>) -> Self {
        let mut error = Self::bad_integration_answer(reason);
        error.status = Some(502);
        error
    }

    /// The status where no gateway response overrides it.
    pub fn default_status(&self) -> u16 {
        self.status.or_else(|| self.response_type.default_status()).unwrap_or(500)
    }

    /// `x-amzn-ErrorType`.
    pub fn error_type(&self) -> &'static str {
        self.error_type.unwrap_or_else(|| self.response_type.error_type())
    }
}
