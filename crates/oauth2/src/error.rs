//! What an endpoint may refuse (RFC 6749 4.1.2.1 and 5.2, RFC 6750 3.1, RFC 7009 2.2.1, OpenID Connect Core 3.1.2.6).
//!
//! Three texts are kept apart: the code, which programs read; the description, which AWS mostly leaves out; and the
//! hint, which goes to the log and never to the caller.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::redirect::append_query;

/// The `error` parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client did not prove itself.
    InvalidClient,
    /// The code, the refresh token or its circumstances are not good.
    InvalidGrant,
    /// The client may not do this.
    UnauthorizedClient,
    /// No such grant.
    UnsupportedGrantType,
    /// No such response type.
    UnsupportedResponseType,
    /// No such token type (revocation).
    UnsupportedTokenType,
    /// A scope is unknown, malformed or not the client's.
    InvalidScope,
    /// The user or the identity provider said no.
    AccessDenied,
    /// Something broke here.
    ServerError,
    /// Too much at once.
    TemporarilyUnavailable,
    /// The bearer token is not good.
    InvalidToken,
    /// The bearer token is good for other things.
    InsufficientScope,
    /// `prompt=none`, and nobody is signed in.
    LoginRequired,
    /// The redirect URI is not registered. Never sent to that URI.
    RedirectMismatch,
}

impl ErrorCode {
    /// The parameter's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::LoginRequired => "login_required",
            Self::RedirectMismatch => "redirect_mismatch",
        }
    }

    /// Status of a direct answer. A user pool answers a wrong client secret with 400 at the token endpoint; the
    /// revocation endpoint is documented with 401 and says so itself.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What programs read.
    pub code: ErrorCode,
    /// What the caller may read.
    pub description: Option<Cow<'static, str>>,
    /// What the log says. Never sent; holds no secret.
    pub hint: Cow<'static, str>,
}

impl Error {
    /// A refusal without description, as most of AWS's are.
    pub fn new(code: ErrorCode, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: None, hint: hint.into() }
    }

    /// Adds what the caller may read.
    #[must_use]
    pub fn describe(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// [`ErrorCode::InvalidRequest`].
    pub fn invalid_request(hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest, hint)
    }

    /// [`ErrorCode::InvalidClient`].
    pub fn invalid_client(hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidClient, hint)
    }

    /// [`ErrorCode::InvalidGrant`].
    pub fn invalid_grant(hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidGrant, hint)
    }

    /// [`ErrorCode::InvalidScope`].
    pub fn invalid_scope(hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidScope, hint)
    }

    /// [`ErrorCode::UnauthorizedClient`].
    pub fn unauthorized_client(hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::UnauthorizedClient, hint)
    }

    /// [`ErrorCode::ServerError`]; the cause belongs in the log by itself.
    pub fn server_error(hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::ServerError, hint)
    }

    /// userInfo without a usable `Authorization` header (user pool endpoint reference, userInfo).
    pub fn bad_user_info_request() -> Self {
        Self::invalid_request("no bearer token").describe("Bad OAuth2 request at UserInfo Endpoint")
    }

    /// userInfo with a token that does not verify or is revoked (same page).
    pub fn bad_access_token(hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidToken, hint)
            .describe("Access token is expired, disabled, or deleted, or the user has globally signed out.")
    }

    /// userInfo with a token of an API sign-in.
    pub fn no_openid_scope() -> Self {
        Self::new(ErrorCode::InvalidToken, "token without openid")
            .describe("Access token does not contain openid scope")
    }

    /// `{"error":"invalid_grant"}`, with `error_description` where there is one.
    pub fn to_json(&self) -> Value {
        let described = self.description.as_ref().map(|text| ("error_description".to_owned(), text.as_ref().into()));
        let members = [("error".to_owned(), self.code.as_str().into())].into_iter().chain(described);
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// `error`, `error_description`, `state`, for the query of a redirect.
    pub fn redirect_params<'a>(&'a self, state: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
        [
            Some(("error", self.code.as_str())),
            self.description.as_deref().map(|text| ("error_description", text)),
            state.map(|state| ("state", state)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Where the browser is sent. `uri` must be a registered redirect URI: never call this before it is proven to be.
    /// AWS uses the query also where tokens would have come in the fragment.
    pub fn redirect(&self, uri: &str, state: Option<&str>) -> String {
        append_query(uri, &self.redirect_params(state))
    }

    /// The value of `WWW-Authenticate` at userInfo, in AWS's form. Letters that could end the quotation are replaced.
    pub fn www_authenticate(&self) -> String {
        let code = self.code.as_str();
        self.description.as_ref().map_or_else(
            || format!("error=\"{code}\""),
            |text| format!("error=\"{code}\", error_description=\"{}\"", quotable(text)),
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.hint)
    }
}

impl std::error::Error for Error {}

/// RFC 6750 3: descriptions hold printable ASCII without quotation mark and backslash.
fn quotable(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ' '..='~') && c != '"' && c != '\\' { c } else { '\'' }).collect()
}
