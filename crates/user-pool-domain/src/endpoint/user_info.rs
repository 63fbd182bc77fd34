//! `/oauth2/userInfo` (guide, "UserInfo endpoint"; OpenID Connect Core 5.3).

use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use oauth2::Error;
use serde_json::{Map, Value};

use super::{authorization, broken};
use crate::reply::{Reply, header, json};
use crate::visit::Visit;

const MAX_TOKEN: usize = 16 * 1024;

/// GET or POST with a bearer token in the header; nowhere else is one looked for.
pub async fn answer(visit: &Visit<'_>) -> Reply {
    match claims(visit).await {
        Ok(claims) => json(StatusCode::OK, &claims),
        Err(error) => {
            let mut reply = super::refuse(visit, &error);
            header(&mut reply, WWW_AUTHENTICATE, &error.www_authenticate());
            reply
        }
    }
}

async fn claims(visit: &Visit<'_>) -> Result<Map<String, Value>, Error> {
    let header = authorization(&visit.request.headers).map_err(|_| Error::bad_user_info_request())?;
    let token = header.and_then(bearer).ok_or_else(Error::bad_user_info_request)?;
    let found = visit.pool.user_info(&visit.plan.pool_id, token).await.map_err(|cause| broken(visit, cause))?;
    found.ok_or_else(|| bad(token))
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    let good = scheme.eq_ignore_ascii_case("bearer") && (1..=MAX_TOKEN).contains(&token.len());
    good.then_some(token)
}

/// The pool has refused the token; which of the two sentences fits is read from the token as it stands.
fn bad(token: &str) -> Error {
    let payload = jose::unverified_payload(token);
    let scope = payload.as_ref().and_then(|payload| payload.get("scope")).and_then(Value::as_str);
    if scope.is_some_and(|scope| !scope.split(' ').any(|scope| scope == oauth2::OPENID)) {
        return Error::no_openid_scope();
    }
    Error::bad_access_token("refused by the pool")
}
