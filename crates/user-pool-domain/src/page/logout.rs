//! `GET /logout`: ends the browser session and leads to a registered address (guide, "Logout endpoint").
//!
//! Unmodified clients come here by a plain link with client_id and logout_uri alone, so there is no confirmation page
//! and no id_token_hint. What another site can do with that is end a session, not begin one: SameSite=Lax keeps the
//! cookie away from its pictures, frames and POSTs, so only a visible top-level navigation signs out, and it ends at an
//! address of the client's. Tokens stay valid, as on AWS.

use http::StatusCode;
use oauth2::Params;

use crate::cookie;
use crate::plan::ClientPlan;
use crate::refusal::{Outcome, Refusal};
use crate::reply::{Reply, redirect, with_cookie};
use crate::visit::Visit;

/// The one form that clears: `client_id` and `logout_uri`; or `client_id`, `redirect_uri`, `response_type`, which leads to
/// the sign-in page.
pub async fn answer(visit: &Visit<'_>) -> Outcome {
    let refuse = |sentence| Refusal::Page { status: StatusCode::BAD_REQUEST, sentence };
    let params = visit.query().map_err(|_| refuse(visit.text.bad_logout))?;
    params.refuse_duplicates().map_err(|_| refuse(visit.text.bad_logout))?;
    let client_id = params.once("client_id").ok().flatten().unwrap_or_default();
    let client = visit.plan.clients.get(client_id).ok_or_else(|| refuse(visit.text.bad_logout))?;
    let location = target(visit, client, &params).map_err(refuse)?;
    if visit.request.method == http::Method::HEAD {
        return Ok(redirect(&location));
    }
    if let Some(id) = visit.session_id() {
        visit.pool.close_session(&visit.plan.pool_id, id).await.map_err(Refusal::Broken)?;
    }
    Ok(signed_out(visit, redirect(&location)))
}

fn target(visit: &Visit<'_>, client: &ClientPlan, params: &Params) -> Result<String, &'static str> {
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

fn signed_out(visit: &Visit<'_>, reply: Reply) -> Reply {
    let reply = with_cookie(reply, &cookie::clear(&visit.cookies.session));
    with_cookie(reply, &cookie::clear(&visit.cookies.flow))
}
