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

/// An authorization request that may go on.
pub struct AuthorizationRequest<'p> {
    /// Who asks.
    pub client: &'p ClientPlan,
    /// Where the answer goes; one of the client's registered ones.
    pub redirect_uri: &'p str,
    /// What the answer is.
    pub response_type: ResponseType,
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

/// Reads and judges it.
pub fn read<'p>(plan: &'p DomainPlan, params: &Params) -> Result<AuthorizationRequest<'p>, Refusal> {
    let (client, redirect_uri) = prove(plan, params)?;
    judge(client, redirect_uri, params).map_err(|error| Refusal::Client {
        redirect_uri: redirect_uri.to_owned(),
        error,
        state: params.once_or_empty("state").ok().flatten().map(str::to_owned),
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
    let response_type = response_type(client, params)?;
    let code_challenge = code_challenge(client, response_type, params)?;
    let nonce = params.once("nonce")?.map(str::to_owned);
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > MAX_NONCE) {
        return Err(Error::invalid_request("nonce is too long"));
    }
    // federation joins here: until then the pool's own users are the only provider
    if params.once("identity_provider")?.is_some_and(|name| name != "COGNITO")
        || params.once("idp_identifier")?.is_some()
    {
        return Err(Error::invalid_request("unknown identity provider").describe("Unknown identity provider"));
    }
    Ok(AuthorizationRequest {
        client,
        redirect_uri,
        response_type,
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

fn response_type(client: &ClientPlan, params: &Params) -> Result<ResponseType, Error> {
    let kind = ResponseType::parse(params.once("response_type")?)?;
    let (allowed, mode) = match kind {
        ResponseType::Code => (client.flows.code, "query"),
        ResponseType::Token => (client.flows.implicit, "fragment"),
    };
    if !client.oauth_enabled || !allowed {
        return Err(Error::unauthorized_client(format!("{} is not among the client's flows", kind.flow())));
    }
    // tokens in a query would reach logs and Referer headers; form_post does not exist here
    if params.once("response_mode")?.is_some_and(|asked| asked != mode) {
        return Err(Error::invalid_request("response_mode"));
    }
    Ok(kind)
}

fn code_challenge(client: &ClientPlan, kind: ResponseType, params: &Params) -> Result<Option<String>, Error> {
    let challenge = CodeChallenge::parse(params.once("code_challenge")?, params.once("code_challenge_method")?)?;
    let needed = kind == ResponseType::Code && client.pkce_required && !client.confidential;
    if needed && challenge.is_none() {
        return Err(Error::invalid_request("a public client needs PKCE").describe("code_challenge is required"));
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
        Refusal::Client { redirect_uri: self.redirect_uri.to_owned(), error, state: self.state.clone() }
    }
}

impl Refusal {
    /// The request names no client, or cannot be read at all.
    pub fn malformed() -> Self {
        Self::Unproven { code: ErrorCode::InvalidRequest, client_id: String::new() }
    }
}
