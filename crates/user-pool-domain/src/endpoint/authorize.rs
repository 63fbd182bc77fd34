//! `/oauth2/authorize` (guide, "Authorize endpoint"): to the client at once for somebody who is signed in, else to the
//! sign-in page.

use http::Method;
use oauth2::{Error, ErrorCode, Params};

use crate::authorization::{self, AuthorizationRequest};
use crate::refusal::{Outcome, Refusal};
use crate::reply::redirect;
use crate::sign_in::grant;
use crate::visit::{Visit, is_form};

/// GET, or POST with the same parameters in the body (OpenID Connect Core 3.1.2.1).
pub async fn answer(visit: &Visit<'_>) -> Outcome {
    let auth = read(visit)?;
    if visit.request.method == Method::HEAD {
        return Ok(redirect(&visit.link("/login", &auth)));
    }
    let known = if auth.may_pass_at_once() { visit.known(&auth).await? } else { None };
    match known {
        Some(user) => grant(visit, &auth, user).await,
        None if auth.is_silent() => Err(auth.refuse(Error::new(ErrorCode::LoginRequired, "prompt=none"))),
        None => Ok(redirect(&visit.link("/login", &auth))),
    }
}

fn read<'a>(visit: &Visit<'a>) -> Result<AuthorizationRequest<'a>, Refusal> {
    if visit.request.method != Method::POST || visit.request.body.is_empty() {
        return visit.authorization();
    }
    let query = visit.query()?;
    if !is_form(&visit.request.headers) || visit.request.body.len() > 16 * 1024 || query.iter().next().is_some() {
        return Err(Refusal::malformed());
    }
    authorization::read(visit.plan, &Params::parse(&visit.request.body).map_err(|_| Refusal::malformed())?)
}
