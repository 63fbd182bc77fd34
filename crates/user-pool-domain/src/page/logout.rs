//! `/logout`: ends the browser session and leads to a registered address, in Cognito's way (guide, "Logout endpoint") and
//! in OpenID Connect's (RP-Initiated Logout 1.0).
//!
//! Unmodified clients come here by a plain link with client_id and logout_uri alone, so that way needs no confirmation.
//! What another site can do with it is end a session, not begin one: SameSite=Lax keeps the cookie away from its
//! pictures, frames and POSTs, so only a visible top-level navigation signs out, and it ends at an address of the
//! client's. OpenID Connect's way needs an id token of whoever is signed in here; without one the person is asked.
//! Tokens stay valid, as on AWS.

use http::{Method, StatusCode};
use oauth2::Params;

use super::AGAIN;
use crate::cookie;
use crate::plan::ClientPlan;
use crate::ports::Hint;
use crate::refusal::{Outcome, Refusal};
use crate::reply::{Reply, redirect, with_cookie};
use crate::view::{Shell, SignOut, show_plain};
use crate::visit::{Visit, is_form};

/// The longest id token that is looked at as a hint.
const MAX_HINT: usize = 16 * 1024;

/// Where a sign-out leads, and what it needs.
struct Request {
    /// A registered address, or a page of this domain; `None` for a page that says it is done.
    target: Option<String>,
    /// Whether the person must be asked.
    ask: Ask,
}

enum Ask {
    /// Cognito's way, or an id token of the person who is signed in.
    No,
    /// Anybody may have made this link.
    Yes,
}

/// GET, or the confirmation's own form. A POST from elsewhere bears no Lax cookie: it is sent on as the same GET, which is
/// a navigation that does.
pub async fn answer(visit: &Visit<'_>) -> Outcome {
    let refuse = |sentence| Refusal::Page { status: StatusCode::BAD_REQUEST, sentence };
    let params = params(visit).ok_or_else(|| refuse(visit.text.bad_logout))?;
    let post = visit.request.method == Method::POST;
    let confirmed = post && visit.is_own_post(&params);
    if post && !confirmed {
        return Ok(redirect(&format!("{}{}", visit.path("/logout"), query_of(&params))));
    }
    let asked = if confirmed { visit.query()? } else { params };
    let Request { target, ask } = read(visit, &asked).await?;
    if visit.request.method == Method::HEAD {
        return Ok(done(visit, target.as_deref()));
    }
    if matches!(ask, Ask::Yes) && !confirmed {
        return Ok(page(visit, &asked, target.as_deref()));
    }
    if let Some(id) = visit.session_id() {
        visit.pool.close_session(&visit.plan.pool_id, id).await.map_err(Refusal::Broken)?;
    }
    Ok(signed_out(visit, done(visit, target.as_deref())))
}

fn params(visit: &Visit<'_>) -> Option<Params> {
    let params = if visit.request.method == Method::POST {
        is_form(&visit.request.headers).then(|| Params::parse(&visit.request.body).ok()).flatten()?
    } else {
        visit.query().ok()?
    };
    params.refuse_duplicates().is_ok().then_some(params)
}

async fn read(visit: &Visit<'_>, params: &Params) -> Result<Request, Refusal> {
    let refuse = |sentence| Refusal::Page { status: StatusCode::BAD_REQUEST, sentence };
    let once = |name| params.once(name).ok().flatten();
    let hint = match once("id_token_hint") {
        Some(token) => Some(hint(visit, token).await?.ok_or_else(|| refuse(visit.text.bad_logout))?),
        None => None,
    };
    let named = once("client_id").or(hint.as_ref().map(|hint| hint.client_id.as_str())).unwrap_or_default();
    let client = visit.plan.clients.get(named).ok_or_else(|| refuse(visit.text.bad_logout))?;
    if hint.as_ref().is_some_and(|hint| hint.client_id != client.client_id) {
        return Err(refuse(visit.text.bad_logout));
    }
    let oidc = hint.is_some() || once("post_logout_redirect_uri").is_some();
    if !oidc {
        return Ok(Request { target: Some(cognito_target(visit, client, params).map_err(refuse)?), ask: Ask::No });
    }
    let target = oidc_target(client, params).map_err(|()| refuse(visit.text.bad_logout))?;
    Ok(Request { target, ask: ask(visit, hint.as_ref()).await? })
}

async fn hint(visit: &Visit<'_>, token: &str) -> Result<Option<Hint>, Refusal> {
    if token.is_empty() || token.len() > MAX_HINT {
        return Ok(None);
    }
    visit.pool.id_token_hint(&visit.plan.pool_id, token).await.map_err(Refusal::Broken)
}

/// Whoever holds an id token of the person who is signed in here is one of their applications.
async fn ask(visit: &Visit<'_>, hint: Option<&Hint>) -> Result<Ask, Refusal> {
    let Some(user) = visit.session().await.map_err(Refusal::Broken)? else { return Ok(Ask::No) };
    Ok(if hint.is_some_and(|hint| hint.sub == user.sub) { Ask::No } else { Ask::Yes })
}

/// `client_id` and `logout_uri`; or `client_id`, `redirect_uri`, `response_type`, which leads to the sign-in page.
fn cognito_target(visit: &Visit<'_>, client: &ClientPlan, params: &Params) -> Result<String, &'static str> {
    let text = visit.text;
    let once = |name| params.once(name).ok().flatten();
    if let Some(asked) = once("logout_uri") {
        let known = client.logout_urls.iter().map(String::as_str);
        return oauth2::registered(asked, known).map(str::to_owned).ok_or(text.bad_logout);
    }
    if once("redirect_uri").is_none() {
        return Err(text.logout_without_target);
    }
    // whether it may go there is judged as at every sign-in
    match crate::authorization::read(visit.plan, params) {
        Ok(auth) => Ok(visit.link("/login", &auth)),
        Err(_) => Err(text.bad_logout),
    }
}

/// `post_logout_redirect_uri`, one of the client's sign-out URLs, with `state`.
fn oidc_target(client: &ClientPlan, params: &Params) -> Result<Option<String>, ()> {
    let Some(asked) = params.once("post_logout_redirect_uri").ok().flatten() else { return Ok(None) };
    let known = client.logout_urls.iter().map(String::as_str);
    let registered = oauth2::registered(asked, known).ok_or(())?;
    let state = params.once_or_empty("state").ok().flatten();
    let state: Vec<_> = state.into_iter().map(|state| ("state", state)).collect();
    Ok(Some(if state.is_empty() { registered.to_owned() } else { oauth2::append_query(registered, &state) }))
}

fn done(visit: &Visit<'_>, target: Option<&str>) -> Reply {
    let told = || super::error::told(visit, StatusCode::OK, visit.text.signed_out_title, visit.text.signed_out);
    target.map_or_else(told, redirect)
}

/// Asks; the form repeats the request, which is judged again.
fn page(visit: &Visit<'_>, params: &Params, target: Option<&str>) -> Reply {
    let action = format!("{}{}", visit.path("/logout"), query_of(params));
    let view = SignOut { shell: Shell::new(visit, visit.text.sign_out_title), action };
    show_plain(visit, AGAIN, &view, target)
}

fn query_of(params: &Params) -> String {
    oauth2::append_query("", &params.iter().filter(|(name, _)| *name != "_csrf").collect::<Vec<_>>())
}

fn signed_out(visit: &Visit<'_>, reply: Reply) -> Reply {
    let reply = with_cookie(reply, &cookie::clear(&visit.cookies.session));
    with_cookie(reply, &cookie::clear(&visit.cookies.flow))
}
