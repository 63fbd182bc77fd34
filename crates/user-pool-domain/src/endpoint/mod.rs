//! The OAuth 2.0 endpoints, a file each (guide, "User pool endpoints and managed login reference").
//!
//! `authorize` speaks to browsers and refuses as pages do ([`crate::refusal`]); the others speak to programs, look at no
//! cookie, and refuse in JSON through [`refuse`].

pub mod asset;
pub mod authorize;
pub mod idp_response;
pub mod introspect;
pub mod revoke;
pub mod token;
pub mod user_info;

use aws_types::{AwsError, Fault};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use oauth2::{ClientAuth, Error, ErrorCode, Params};

use crate::plan::ClientPlan;
use crate::refusal::log;
use crate::reply::{Reply, json};
use crate::visit::{Visit, is_form};

/// What must never stand in a URL, where logs and histories keep it.
const SECRET_PARAMS: [&str; 6] =
    ["client_secret", "code", "code_verifier", "refresh_token", "token", "client_assertion"];

/// Renders a refusal.
fn refuse(visit: &Visit<'_>, error: &Error) -> Reply {
    tracing::debug!(pool.id = visit.plan.pool_id, request.id = visit.request.request_id, %error, "an OAuth request was refused");
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    json(status, &error.to_json())
}

/// The body's parameters: a form, each parameter once, no secret in the query.
fn form(visit: &Visit<'_>) -> Result<Params, Error> {
    if !is_form(&visit.request.headers) {
        return Err(Error::invalid_request("the body is no form"));
    }
    let query = Params::parse(visit.request.query.as_bytes())?;
    if query.iter().any(|(name, _)| SECRET_PARAMS.contains(&name)) {
        return Err(Error::invalid_request("a secret in the query"));
    }
    let form = Params::parse(&visit.request.body)?;
    form.refuse_duplicates()?;
    Ok(form)
}

/// The client that proved itself. An unknown client and a wrong secret are the same refusal, and a secret that was sent
/// is checked in both cases, so that the time is the same too.
async fn client<'a>(visit: &Visit<'a>, form: &Params) -> Result<&'a ClientPlan, Error> {
    let auth = ClientAuth::from_request(authorization(&visit.request.headers)?, form)?;
    let known = visit.plan.clients.get(auth.client_id()).map(AsRef::as_ref);
    let proven = match auth.secret() {
        None => known.filter(|client| !client.confidential),
        Some(secret) => {
            let good = visit.pool.check_client_secret(&visit.plan.pool_id, auth.client_id(), secret).await;
            let good = good.map_err(|cause| broken(visit, cause))?;
            known.filter(|client| good && client.confidential)
        }
    };
    proven.ok_or_else(|| Error::invalid_client("unknown client, wrong secret, or no secret"))
}

fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Error::invalid_request("two Authorization headers"));
    }
    first.map(|value| value.to_str().map_err(|_| Error::invalid_client("malformed Authorization header"))).transpose()
}

/// An error of the pool in OAuth's terms; its cause is logged.
fn broken(visit: &Visit<'_>, cause: AwsError) -> Error {
    let busy = ["TooManyRequestsException", "LimitExceededException"];
    if cause.fault == Fault::Sender && busy.contains(&cause.code.as_ref()) {
        return Error::new(ErrorCode::TemporarilyUnavailable, cause.code);
    }
    log(visit, &cause);
    Error::server_error("the pool failed")
}
