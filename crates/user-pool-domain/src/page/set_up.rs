//! `/setupmfa`: the challenge MFA_SETUP, with an authenticator app.

use std::collections::BTreeMap;

use http::StatusCode;

use super::{AGAIN, begin_again, ends_session, field, login};
use crate::authorization::AuthorizationRequest;
use crate::flow::{self, Flow};
use crate::qr;
use crate::refusal::{Outcome, sentence};
use crate::reply::Reply;
use crate::sign_in::advance;
use crate::view::{SetUp, Shell, show};
use crate::visit::Visit;

/// The secret that waits for the app's first code.
struct Pending {
    username: String,
    session: String,
    secret: String,
}

/// The page; without a challenge, the sign-in page.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    Ok(match pending(visit, &auth) {
        Some(pending) => page(visit, &auth, AGAIN, (&pending, String::new())),
        None => begin_again(visit, &auth),
    })
}

/// The form: the app's code proves the secret, and the sign-in goes on.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    let form = visit.form()?;
    let Some(pending) = pending(visit, &auth) else { return Ok(begin_again(visit, &auth)) };
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, (&pending, visit.text.stale.to_owned())));
    }
    let code = field(&form, "code").trim();
    if code.is_empty() {
        return Ok(page(visit, &auth, AGAIN, (&pending, visit.text.fields_missing.to_owned())));
    }
    let cx = visit.cx(auth.client);
    let step = match visit.pool.verify_software_token(cx, &pending.session, code).await {
        Ok(session) => visit.pool.respond(cx, "MFA_SETUP", &session, BTreeMap::new()).await,
        Err(error) => Err(error),
    };
    match step {
        Ok(step) => advance(visit, &auth, &pending.username, step).await,
        Err(error) if ends_session(&error) => Ok(begin_again(visit, &auth)),
        Err(error) => Ok(page(visit, &auth, AGAIN, (&pending, sentence(visit, error)))),
    }
}

fn pending(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Option<Pending> {
    match flow::left(visit, auth)? {
        Flow::SetUp { username, session, secret } => Some(Pending { username, session, secret }),
        _ => None,
    }
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (pending, error): (&Pending, String),
) -> Reply {
    let shell = Shell { error, ..Shell::new(visit, visit.text.setup_title) };
    let view = SetUp {
        shell,
        action: visit.link("/setupmfa", auth),
        login: visit.link("/login", auth),
        picture: qr::picture(&app_uri(visit, pending)),
        secret: in_groups(&pending.secret),
    };
    show(visit, auth, status, &view)
}

/// The form that authenticator apps read (Key URI Format).
fn app_uri(visit: &Visit<'_>, pending: &Pending) -> String {
    let issuer = &visit.plan.pool_name;
    let label = oauth2::percent_encode(&format!("{issuer}:{}", pending.username));
    let parameters = [("secret", pending.secret.as_str()), ("issuer", issuer.as_str())];
    let query = parameters.map(|(name, value)| format!("{name}={}", oauth2::percent_encode(value))).join("&");
    format!("otpauth://totp/{label}?{query}")
}

/// Four letters at a time are easier to type.
fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
