//! The authorization request (guide, "Authorize endpoint"; RFC 6749 4.1.1 and 4.2.1), judged anew at every page.
//!
//! A value of this type is the proof that client and redirect URI belong together: the URI is the plan's own string, not
//! the request's.

use oauth2::{CodeChallenge, Error, ErrorCode, Params, Prompt, Prompts, ResponseType, Scope, ScopeSet};

use crate::plan::{ClientPlan, DomainPlan};
use crate::refusal::Refusal;

/// The most of a client id that an error page repeats.
const MAX_CLIENT_ID: usize = 128;
const MAX_NONCE: usize = 1024;

/// What somebody signs in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The client's answer.
    Client,
    /// `then=sessions`: the page `/sessions`; the client gets nothing.
    Sessions,
    /// `then=passkeys`: the page `/passkeys/add`, likewise.
    Passkeys,
}

impl Purpose {
    fn parse(params: &Params) -> Result<Self, Error> {
        match params.once("then")? {
            None => Ok(Self::Client),
            Some("sessions") => Ok(Self::Sessions),
            Some("passkeys") => Ok(Self::Passkeys),
            Some(_) => Err(Error::invalid_request("then")),
        }
    }

    /// The page of this domain; none for the client's answer.
    pub const fn page(self) -> Option<&'static str> {
        match self {
            Self::Client => None,
            Self::Sessions => Some("/sessions"),
            Self::Passkeys => Some("/passkeys/add"),
        }
    }

    /// The value of `then`.
    pub const fn then(self) -> Option<&'static str> {
        match self {
            Self::Client => None,
            Self::Sessions => Some("sessions"),
            Self::Passkeys => Some("passkeys"),
        }
    }
}

/// An authorization request that may go on.
pub struct AuthorizationRequest<'p> {
    /// Who asks.
    pub client: &'p ClientPlan,
    /// Where the answer goes; one of the client's registered ones.
    pub redirect_uri: &'p str,
    /// What for.
    pub purpose: Purpose,
    /// What the answer is.
    pub response_type: ResponseType,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// In the order asked, all of them the client's.
    pub scopes: Vec<String>,
    /// Given back untouched.
    pub state: Option<String>,
    /// For the id token.
    pub nonce: Option<String>,
    /// PKCE, S256.
    pub code_challenge: Option<String>,
    /// How the person is asked.
    pub prompts: Prompts,
    /// The oldest sign-in that counts, seconds.
    pub max_age_s: Option<i64>,
    /// What stands in the username field at first.
    pub login_hint: Option<String>,
    /// The whole query again, from the question mark on, encoded by us.
    pub query: String,
}

/// `response_mode` (OAuth 2.0 Multiple Response Types, OAuth 2.0 Form Post Response Mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// A code, in the query.
    Query,
    /// Tokens, in the fragment.
    Fragment,
    /// A form that the browser posts to the redirect URI; Cognito does not have it.
    FormPost,
}

impl ResponseMode {
    /// Tokens in a query would reach logs and Referer headers.
    fn parse(kind: ResponseType, params: &Params) -> Result<Self, Error> {
        let usual = match kind {
            ResponseType::Code => Self::Query,
            ResponseType::Token => Self::Fragment,
        };
        match params.once("response_mode")? {
            None => Ok(usual),
            Some("form_post") => Ok(Self::FormPost),
            Some("query") if usual == Self::Query => Ok(usual),
            Some("fragment") if usual == Self::Fragment => Ok(usual),
            Some(_) => Err(Error::invalid_request("response_mode")),
        }
    }

    /// How a refusal travels: AWS uses the query for errors of both response types.
    fn of_refusal(params: &Params) -> Self {
        let asked = params.once("response_mode").ok().flatten();
        if asked == Some("form_post") { Self::FormPost } else { Self::Query }
    }
}

/// Reads and judges it.
pub fn read<'p>(plan: &'p DomainPlan, params: &Params) -> Result<AuthorizationRequest<'p>, Refusal> {
    let (client, redirect_uri) = prove(plan, params)?;
    judge(client, redirect_uri, params).map_err(|error| Refusal::Client {
        redirect_uri: redirect_uri.to_owned(),
        error,
        state: params.once_or_empty("state").ok().flatten().map(str::to_owned),
        mode: ResponseMode::of_refusal(params),
    })
}

/// Who asks, and where the answer may go.
fn prove<'p>(plan: &'p DomainPlan, params: &Params) -> Result<(&'p ClientPlan, &'p str), Refusal> {
    let client_id = params.once("client_id").map_err(|_| Refusal::malformed())?.ok_or_else(Refusal::malformed)?;
    let mismatch = || Refusal::Unproven {
        code: ErrorCode::RedirectMismatch,
        client_id: client_id.chars().take(MAX_CLIENT_ID).collect(),
    };
    let client = plan.clients.get(client_id).ok_or_else(mismatch)?.as_ref();
    let asked = params.once("redirect_uri").map_err(|_| Refusal::malformed())?;
    let wanted = asked.or(client.default_redirect_uri.as_deref()).ok_or_else(mismatch)?;
    let known = client.callback_urls.iter().map(String::as_str);
    let registered = oauth2::registered(wanted, known).ok_or_else(mismatch)?;
    // CreateUserPoolClient refuses fragments; a plan that has one all the same must not be used (RFC 6749 3.1.2)
    if registered.contains('#') { Err(mismatch()) } else { Ok((client, registered)) }
}

fn judge<'p>(
    client: &'p ClientPlan,
    redirect_uri: &'p str,
    params: &Params,
) -> Result<AuthorizationRequest<'p>, Error> {
    params.refuse_duplicates()?;
    let purpose = Purpose::parse(params)?;
    let (response_type, code_challenge) = match purpose {
        Purpose::Client => {
            let kind = response_type(client, params)?;
            (kind, code_challenge(client, kind, params)?)
        }
        // the client gets no answer, so it need not say which one it wants
        Purpose::Sessions | Purpose::Passkeys => (ResponseType::Code, None),
    };
    let response_mode = ResponseMode::parse(response_type, params)?;
    let nonce = params.once("nonce")?.map(str::to_owned);
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > MAX_NONCE) {
        return Err(Error::invalid_request("nonce is too long"));
    }
    check_provider(client, params)?;
    Ok(AuthorizationRequest {
        client,
        redirect_uri,
        purpose,
        response_type,
        response_mode,
        scopes: scopes(client, params)?,
        state: params.once_or_empty("state")?.map(str::to_owned),
        nonce,
        code_challenge,
        prompts: Prompts::parse(params.once("prompt")?)?,
        max_age_s: max_age_s(params)?,
        login_hint: params.once("login_hint")?.map(str::to_owned),
        query: oauth2::append_query("", &params.iter().collect::<Vec<_>>()),
    })
}

/// The pool's own users are the only provider there is; who asks for another one is told so.
fn check_provider(client: &ClientPlan, params: &Params) -> Result<(), Error> {
    let named = params.once("identity_provider")?.filter(|name| *name != "COGNITO");
    let unknown = named.is_some_and(|name| !client.providers.iter().any(|known| known == name));
    if unknown {
        return Err(Error::invalid_request("unknown identity provider").describe("Unknown identity provider"));
    }
    if named.is_some() || params.once("idp_identifier")?.is_some() {
        let sentence = "Sign-in through outside identity providers is not available";
        return Err(Error::invalid_request("federation").describe(sentence));
    }
    Ok(())
}

fn response_type(client: &ClientPlan, params: &Params) -> Result<ResponseType, Error> {
    let kind = ResponseType::parse(params.once("response_type")?)?;
    let allowed = match kind {
        ResponseType::Code => client.flows.code,
        ResponseType::Token => client.flows.implicit,
    };
    if !client.oauth_enabled || !allowed {
        return Err(Error::unauthorized_client(format!("{} is not among the client's flows", kind.flow())));
    }
    Ok(kind)
}

fn code_challenge(client: &ClientPlan, kind: ResponseType, params: &Params) -> Result<Option<String>, Error> {
    let challenge = CodeChallenge::parse(params.once("code_challenge")?, params.once("code_challenge_method")?)?;
    let needed = kind == ResponseType::Code && client.pkce_required;
    if needed && challenge.is_none() {
        return Err(Error::invalid_request("the client needs PKCE").describe("code_challenge is required"));
    }
    Ok(challenge.filter(|_| kind == ResponseType::Code).map(|challenge| challenge.as_str().to_owned()))
}

/// Without `scope`, all scopes of the client. `email`, `phone` and `profile` are nothing without `openid`.
fn scopes(client: &ClientPlan, params: &Params) -> Result<Vec<String>, Error> {
    let Some(text) = params.once("scope")? else { return Ok(client.scopes.clone()) };
    let asked = ScopeSet::parse(text)?;
    let allowed = ScopeSet::of(client.scopes.iter().map(String::as_str))?;
    if asked.is_empty() || !asked.is_subset_of(&allowed) {
        return Err(Error::invalid_scope("not the client's scope"));
    }
    let of_openid = [oauth2::EMAIL, oauth2::PHONE, oauth2::PROFILE];
    if !asked.contains(oauth2::OPENID) && of_openid.iter().any(|scope| asked.contains(scope)) {
        return Err(Error::invalid_scope("email, phone and profile need openid"));
    }
    Ok(asked.iter().map(Scope::to_string).collect())
}

fn max_age_s(params: &Params) -> Result<Option<i64>, Error> {
    let Some(text) = params.once("max_age")? else { return Ok(None) };
    let digits = text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit());
    let age = text.parse().ok().filter(|_| digits);
    age.map(Some).ok_or_else(|| Error::invalid_request("max_age is no number of seconds"))
}

impl AuthorizationRequest<'_> {
    /// `prompt=none`: no page may be shown.
    pub fn is_silent(&self) -> bool {
        self.prompts.contains(Prompt::None)
    }

    /// Whether a session is enough without showing a page.
    pub fn may_pass_at_once(&self) -> bool {
        !self.prompts.contains(Prompt::Login) && !self.prompts.contains(Prompt::SelectAccount)
    }

    /// A refusal that goes to the client.
    pub fn refuse(&self, error: Error) -> Refusal {
        let mode = match self.response_mode {
            ResponseMode::FormPost => ResponseMode::FormPost,
            ResponseMode::Query | ResponseMode::Fragment => ResponseMode::Query,
        };
        Refusal::Client { redirect_uri: self.redirect_uri.to_owned(), error, state: self.state.clone(), mode }
    }
}

impl Refusal {
    /// The request names no client, or cannot be read at all.
    pub fn malformed() -> Self {
        Self::Unproven { code: ErrorCode::InvalidRequest, client_id: String::new() }
    }
}
