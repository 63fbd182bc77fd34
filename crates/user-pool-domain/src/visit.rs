//! One request as the pages see it.

use aws_types::AwsError;
use http::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN, REFERER, USER_AGENT};
use http::{HeaderMap, StatusCode};
use oauth2::Params;
use world::Rng;

use crate::authorization::{self, AuthorizationRequest, Purpose};
use crate::cookie::{self, CookieNames, MAX_SESSION_ID, XSRF_TOKEN};
use crate::domains::DomainRequest;
use crate::keys::PageKeys;
use crate::look::Look;
use crate::plan::{ClientPlan, DomainPlan};
use crate::ports::{FlowContext, SignedIn, UserPool};
use crate::refusal::Refusal;
use crate::text::Texts;

/// The longest query of an authorization request: it must fit into a `Location` and a form action again.
const MAX_QUERY: usize = 16 * 1024;
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A request, the plan of its domain, and what the handlers need beside.
pub struct Visit<'a> {
    /// What is configured.
    pub plan: &'a DomainPlan,
    /// The state behind.
    pub pool: &'a dyn UserPool,
    /// Keys of the pages.
    pub keys: &'a PageKeys,
    /// The request.
    pub request: &'a DomainRequest,
    /// The sentences, in the person's language.
    pub text: &'static Texts,
    /// The CSRF token of this browser, for cookie and forms: the one it has, else a new one.
    pub csrf: String,
    /// Names of the cookies.
    pub cookies: CookieNames,
    /// How the pages look: the client's style, the pool's, or none.
    pub look: Option<&'a Look>,
    device: Option<&'a str>,
    rng: &'a dyn Rng,
}

impl<'a> Visit<'a> {
    /// Takes keys and dice together, since tokens need both.
    pub fn new(
        plan: &'a DomainPlan,
        pool: &'a dyn UserPool,
        (keys, rng): (&'a PageKeys, &'a dyn Rng),
        request: &'a DomainRequest,
        text: &'static Texts,
    ) -> Self {
        let known = cookie::read(&request.headers, XSRF_TOKEN).filter(|token| keys.is_csrf_token(&request.host, token));
        let csrf = known.map_or_else(|| keys.csrf_token(rng, &request.host), str::to_owned);
        let cookies = CookieNames::new(&request.base, &plan.domain);
        let device = cookie::read(&request.headers, &cookies.device).filter(|value| value.len() <= MAX_SESSION_ID);
        let look = look(plan, request);
        Self { plan, pool, keys, request, text, csrf, cookies, look, device, rng }
    }

    /// A CSRF token that nobody has seen, for a browser whose rights have just changed.
    pub fn new_csrf(&self) -> String {
        self.keys.csrf_token(self.rng, &self.request.host)
    }

    /// A path of this domain, as the browser must ask for it.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.request.base)
    }

    /// A page of the same flow.
    pub fn link(&self, path: &str, auth: &AuthorizationRequest<'_>) -> String {
        format!("{}{path}{}", self.request.base, auth.query)
    }

    /// Whom the pool is asked for.
    pub fn cx(&self, client: &'a ClientPlan) -> FlowContext<'a> {
        FlowContext {
            pool_id: &self.plan.pool_id,
            client_id: &client.client_id,
            host: &self.request.host,
            source_ip: &self.request.source_ip,
            user_agent: text(&self.request.headers, &USER_AGENT).unwrap_or_default(),
            device: self.device,
        }
    }

    /// The query's parameters.
    pub fn query(&self) -> Result<Params, Refusal> {
        let short = Some(self.request.query.as_bytes()).filter(|query| query.len() <= MAX_QUERY);
        short.and_then(|query| Params::parse(query).ok()).ok_or_else(Refusal::malformed)
    }

    /// The authorization request that every page carries in its query.
    pub fn authorization(&self) -> Result<AuthorizationRequest<'a>, Refusal> {
        authorization::read(self.plan, &self.query()?)
    }

    /// The same for a page of this domain that somebody must be signed in for: it leads back there.
    pub fn authorization_for(&self, purpose: Purpose) -> Result<AuthorizationRequest<'a>, Refusal> {
        let params = self.query()?;
        let kept = params.iter().filter(|(name, _)| *name != "then");
        let kept: Vec<_> = kept.chain(purpose.then().map(|then| ("then", then))).collect();
        let query = oauth2::append_query("", &kept);
        let params = Params::parse(query.trim_start_matches('?').as_bytes()).map_err(|_| Refusal::malformed())?;
        authorization::read(self.plan, &params)
    }

    /// The fields of a submitted form.
    pub fn form(&self) -> Result<Params, Refusal> {
        let bad = Refusal::Page { status: StatusCode::BAD_REQUEST, sentence: self.text.bad_form };
        if !is_form(&self.request.headers) {
            return Err(bad);
        }
        Params::parse(&self.request.body).ok().filter(|form| form.refuse_duplicates().is_ok()).ok_or(bad)
    }

    /// Whether one of our own pages sent this form (attack: login CSRF and foreign POSTs).
    ///
    /// 1. `_csrf` equals the cookie, and this server made it for this host.
    /// 2. `Sec-Fetch-Site`, where the browser sends it, is `same-origin` (or `none`: typed in).
    /// 3. `Origin` and `Referer`, where they come, name this host. `Origin: null` passes: that is what browsers send
    ///    from pages under `no-referrer`, ours among them; a foreign page that hides its origin so still fails at 1,
    ///    since its POST bears no Lax cookie, and at 2.
    pub fn is_own_post(&self, form: &Params) -> bool {
        let headers = &self.request.headers;
        let Some(cookie) = cookie::read(headers, XSRF_TOKEN) else { return false };
        let Some(field) = form.once("_csrf").ok().flatten() else { return false };
        let equal = aws_lc_rs::constant_time::verify_slices_are_equal(cookie.as_bytes(), field.as_bytes()).is_ok();
        let site = text(headers, &SEC_FETCH_SITE).is_none_or(|site| matches!(site, "same-origin" | "none"));
        let origin = match headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or("?")) {
            None | Some("null") => true,
            Some(origin) => self.is_own(origin),
        };
        let referer = headers.get(REFERER).is_none_or(|referer| referer.to_str().is_ok_and(|uri| self.is_own(uri)));
        equal && site && origin && referer && self.keys.is_csrf_token(&self.request.host, field)
    }

    /// Whether a URI stands on this host and port. The scheme is left alone: a proxy may have taken the TLS off.
    fn is_own(&self, uri: &str) -> bool {
        let Some((scheme, rest)) = uri.split_once("://") else { return false };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let port = if scheme == "https" { ":443" } else { ":80" };
        let named = text(&self.request.headers, &HOST).map(str::to_ascii_lowercase);
        let expected = named.unwrap_or_else(|| self.request.host.clone());
        let bare = |name: &str| name.strip_suffix(port).unwrap_or(name).to_owned();
        bare(&authority) == bare(&expected)
    }

    /// The session id that the browser shows.
    pub fn session_id(&self) -> Option<&'a str> {
        let id = cookie::read(&self.request.headers, &self.cookies.session)?;
        (1..=MAX_SESSION_ID).contains(&id.len()).then_some(id)
    }

    /// Who is signed in here.
    pub async fn session(&self) -> Result<Option<SignedIn>, AwsError> {
        match self.session_id() {
            Some(id) => self.pool.session(&self.plan.pool_id, id).await,
            None => Ok(None),
        }
    }

    /// Who is signed in here, as far as this authorization request lets a session count: `prompt=login` never does, and
    /// `max_age` only where the sign-in is young enough. All users are the pool's own today, so a client that does not take
    /// those knows nobody.
    pub async fn known(&self, auth: &AuthorizationRequest<'_>) -> Result<Option<SignedIn>, Refusal> {
        if auth.prompts.contains(oauth2::Prompt::Login) || !auth.client.local_users {
            return Ok(None);
        }
        let user = self.session().await.map_err(Refusal::Broken)?;
        let now_s = self.request.now.secs();
        // An age of zero asks for a sign-in now, like `prompt=login` (OpenID Connect Core 3.1.2.1).
        let young =
            |user: &SignedIn| auth.max_age_s.is_none_or(|age| age > 0 && now_s.saturating_sub(user.auth_time) <= age);
        Ok(user.filter(young))
    }
}

/// The style of the client that the query names, whether or not the request is a good one: it is no secret.
fn look<'a>(plan: &'a DomainPlan, request: &DomainRequest) -> Option<&'a Look> {
    let short = Some(request.query.as_bytes()).filter(|query| query.len() <= MAX_QUERY);
    let params = short.and_then(|query| Params::parse(query).ok()).unwrap_or_default();
    let client = params.once("client_id").ok().flatten().and_then(|id| plan.clients.get(id));
    client.and_then(|client| client.look.as_deref()).or(plan.look.as_deref())
}

/// A header as text, where it stands once.
pub fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

/// Whether the body says that it is a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = text(headers, &CONTENT_TYPE).and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
