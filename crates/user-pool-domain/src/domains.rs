//! The front of the room: which endpoint a path is, which methods it takes, and the headers that every answer bears.

use std::sync::Arc;

use aws_types::Timestamp;
use bytes::Bytes;
use http::header::ALLOW;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use world::Rng;

use crate::endpoint::{asset, authorize, idp_response, introspect, revoke, token, user_info};
use crate::keys::PageKeys;
use crate::page::{
    challenge, confirm, confirm_user, error, forgot, login, logout, new_password, passkeys, resend, reset, sessions,
    set_up, sign_up,
};
use crate::ports::{DomainPlans, UserPool};
use crate::refusal::{Outcome, render};
use crate::reply::{Reply, cross_origin, guard};
use crate::script::Script;
use crate::text;
use crate::visit::Visit;

/// A request to a user pool's domain.
pub struct DomainRequest {
    /// Domain prefix or custom domain.
    pub domain: String,
    /// Raw path on the domain, `/login`.
    pub path: String,
    /// What stands before that path in the browser's address: empty where the host names the domain, `/_aws/auth/demo`
    /// where the path does.
    pub base: String,
    /// Raw query, without the question mark.
    pub query: String,
    /// The host's name, without port.
    pub host: String,
    /// Address of the browser.
    pub source_ip: String,
    /// Whether it came over TLS.
    pub secure: bool,
    /// For the log.
    pub request_id: String,
    /// By the server's clock.
    pub now: Timestamp,
    /// Method.
    pub method: Method,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body; the listener bounds it.
    pub body: Bytes,
}

/// All domains of this server.
pub struct Domains {
    plans: Arc<dyn DomainPlans>,
    pool: Arc<dyn UserPool>,
    rng: Arc<dyn Rng>,
    keys: PageKeys,
}

/// What a path of a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endpoint {
    Authorize,
    Login,
    SignUp,
    Confirm,
    ConfirmUser,
    ResendCode,
    ForgotPassword,
    ConfirmForgotPassword,
    ChangePassword,
    Mfa,
    SetUpMfa,
    Sessions,
    AddPasskey,
    Logout,
    Error,
    Token,
    UserInfo,
    Revoke,
    Introspect,
    IdpResponse,
    Script(Script),
    Asset,
}

impl Endpoint {
    /// Byte for byte: no other spelling of a path is one.
    fn of(path: &str) -> Option<Self> {
        Some(match path {
            "/oauth2/authorize" => Self::Authorize,
            "/login" => Self::Login,
            "/signup" => Self::SignUp,
            "/confirm" => Self::Confirm,
            "/confirmUser" => Self::ConfirmUser,
            "/resendcode" => Self::ResendCode,
            "/forgotPassword" => Self::ForgotPassword,
            "/confirmforgotPassword" => Self::ConfirmForgotPassword,
            "/changePassword" => Self::ChangePassword,
            "/mfa" => Self::Mfa,
            "/setupmfa" => Self::SetUpMfa,
            "/sessions" => Self::Sessions,
            "/passkeys/add" => Self::AddPasskey,
            "/logout" => Self::Logout,
            "/error" => Self::Error,
            "/oauth2/token" => Self::Token,
            "/oauth2/userInfo" => Self::UserInfo,
            "/oauth2/revoke" => Self::Revoke,
            "/oauth2/introspect" => Self::Introspect,
            "/oauth2/idpresponse" | "/saml2/idpresponse" | "/saml2/logout" => Self::IdpResponse,
            _ if path.starts_with("/assets/") => Self::Asset,
            _ => return Script::of(path).map(Self::Script),
        })
    }

    /// The value of `Allow`.
    const fn methods(self) -> &'static str {
        match self {
            Self::ConfirmUser | Self::Error | Self::Script(_) | Self::Asset => "GET, HEAD",
            Self::Token | Self::Revoke | Self::Introspect => "POST, OPTIONS",
            Self::UserInfo => "GET, POST, OPTIONS",
            _ => "GET, HEAD, POST",
        }
    }

    /// Called by pages' own scripts, from anywhere; none of these looks at a cookie.
    const fn is_cross_origin(self) -> bool {
        matches!(self, Self::Token | Self::UserInfo | Self::Revoke)
    }

    fn allows(self, method: &Method) -> bool {
        self.methods().split(", ").any(|allowed| allowed == method.as_str())
    }
}

impl Domains {
    /// `key` is a secret of this room alone: CSRF tokens and the state of page flows are authenticated under it. All
    /// nodes of one server share it.
    pub fn new(plans: Arc<dyn DomainPlans>, pool: Arc<dyn UserPool>, rng: Arc<dyn Rng>, key: [u8; 32]) -> Self {
        Self { plans, pool, rng, keys: PageKeys::new(&key) }
    }

    /// Answers a request. Never fails: whatever happens becomes a response.
    pub async fn handle(&self, request: DomainRequest) -> Response<Bytes> {
        let endpoint = Endpoint::of(&request.path);
        let mut reply = self.answer(endpoint, &request).await;
        guard(&mut reply);
        if endpoint.is_some_and(Endpoint::is_cross_origin) {
            cross_origin(&mut reply);
        }
        if request.method == Method::HEAD {
            *reply.body_mut() = Bytes::new();
        }
        reply
    }

    async fn answer(&self, endpoint: Option<Endpoint>, request: &DomainRequest) -> Reply {
        let texts = text::choose(request);
        let Some(plan) = self.plans.by_domain(&request.domain) else {
            return error::standalone(texts, StatusCode::NOT_FOUND, texts.no_such_domain);
        };
        let Some(endpoint) = endpoint else {
            return error::standalone(texts, StatusCode::NOT_FOUND, texts.no_such_page);
        };
        if !endpoint.allows(&request.method) {
            return refuse_method(endpoint, texts);
        }
        if request.method == Method::OPTIONS {
            return crate::reply::preflight(endpoint.methods());
        }
        let visit = Visit::new(&plan, self.pool.as_ref(), (&self.keys, self.rng.as_ref()), request, texts);
        let outcome = route(endpoint, &visit).await;
        outcome.unwrap_or_else(|refusal| render(&visit, refusal))
    }
}

fn refuse_method(endpoint: Endpoint, texts: &'static text::Texts) -> Reply {
    let mut reply = if endpoint.is_cross_origin() {
        let error = oauth2::Error::invalid_request("method");
        crate::reply::json(StatusCode::METHOD_NOT_ALLOWED, &error.to_json())
    } else {
        error::standalone(texts, StatusCode::METHOD_NOT_ALLOWED, texts.no_such_page)
    };
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static(endpoint.methods()));
    reply
}

async fn route(endpoint: Endpoint, visit: &Visit<'_>) -> Outcome {
    let post = visit.request.method == Method::POST;
    match endpoint {
        Endpoint::Authorize => authorize::answer(visit).await,
        Endpoint::Login if post => login::post(visit).await,
        Endpoint::Login => login::get(visit).await,
        Endpoint::SignUp if post => sign_up::post(visit).await,
        Endpoint::SignUp => sign_up::get(visit),
        Endpoint::Confirm if post => confirm::post(visit).await,
        Endpoint::Confirm => confirm::get(visit),
        Endpoint::ConfirmUser => confirm_user::answer(visit).await,
        Endpoint::ResendCode if post => resend::post(visit).await,
        Endpoint::ResendCode => resend::get(visit),
        Endpoint::ForgotPassword if post => forgot::post(visit).await,
        Endpoint::ForgotPassword => forgot::get(visit),
        Endpoint::ConfirmForgotPassword if post => reset::post(visit).await,
        Endpoint::ConfirmForgotPassword => reset::get(visit),
        Endpoint::ChangePassword if post => new_password::post(visit).await,
        Endpoint::ChangePassword => new_password::get(visit),
        Endpoint::Mfa if post => challenge::post(visit).await,
        Endpoint::Mfa => challenge::get(visit),
        Endpoint::SetUpMfa if post => set_up::post(visit).await,
        Endpoint::SetUpMfa => set_up::get(visit),
        Endpoint::Sessions if post => sessions::post(visit).await,
        Endpoint::Sessions => sessions::get(visit).await,
        Endpoint::AddPasskey if post => passkeys::post(visit).await,
        Endpoint::AddPasskey => passkeys::get(visit).await,
        Endpoint::Logout => logout::answer(visit).await,
        Endpoint::Error => Ok(error::get(visit)),
        Endpoint::Token => Ok(token::answer(visit).await),
        Endpoint::UserInfo => Ok(user_info::answer(visit).await),
        Endpoint::Revoke => Ok(revoke::answer(visit).await),
        Endpoint::Introspect => Ok(introspect::answer(visit).await),
        Endpoint::IdpResponse => idp_response::answer(visit),
        Endpoint::Asset => asset::answer(visit).await,
        Endpoint::Script(script) => Ok(crate::reply::script(script.source())),
    }
}
