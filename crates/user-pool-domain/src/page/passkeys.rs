//! `/passkeys/add` (guide, "Passkey sign-in"): somebody who is signed in makes a passkey with their browser.

use aws_types::Fault;
use http::StatusCode;

use super::{AGAIN, field, login};
use crate::authorization::{AuthorizationRequest, Purpose};
use crate::ports::SignedIn;
use crate::refusal::{Outcome, Refusal};
use crate::reply::redirect;
use crate::view::{Passkey, Shell, show_with_script};
use crate::visit::Visit;

/// The longest answer of an authenticator that is read.
const MAX_CREDENTIAL: usize = 32 * 1024;

/// The page; for somebody who is not signed in, the sign-in page, which leads back here.
pub async fn get(visit: &Visit<'_>) -> Outcome {
    let auth = authorization(visit)?;
    match visit.known(&auth).await? {
        Some(user) => page(visit, &auth, StatusCode::OK, (&user, String::new())).await,
        None => Ok(redirect(&visit.link("/login", &auth))),
    }
}

/// The form: the browser's new passkey, and then to the client.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = authorization(visit)?;
    let form = visit.form()?;
    let Some(user) = visit.known(&auth).await? else { return Ok(redirect(&visit.link("/login", &auth))) };
    if !visit.is_own_post(&form) {
        return page(visit, &auth, StatusCode::FORBIDDEN, (&user, visit.text.stale.to_owned())).await;
    }
    let credential = Some(field(&form, "credential")).filter(|text| text.len() <= MAX_CREDENTIAL);
    let Some(credential) = credential.and_then(|text| serde_json::from_str(text).ok()) else {
        return page(visit, &auth, AGAIN, (&user, visit.text.passkey_failed.to_owned())).await;
    };
    match visit.pool.add_passkey(visit.cx(auth.client), &user, credential).await {
        Ok(()) => Ok(redirect(auth.redirect_uri)),
        Err(error) if error.fault == Fault::Sender => {
            page(visit, &auth, AGAIN, (&user, visit.text.passkey_failed.to_owned())).await
        }
        Err(error) => Err(Refusal::Broken(error)),
    }
}

fn authorization<'a>(visit: &Visit<'a>) -> Result<AuthorizationRequest<'a>, Refusal> {
    let auth = visit.authorization_for(Purpose::Passkeys)?;
    login::check_local_users(visit, &auth)?;
    if !auth.client.passkeys {
        return Err(Refusal::Page { status: StatusCode::NOT_FOUND, sentence: visit.text.no_such_page });
    }
    Ok(auth)
}

async fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (user, error): (&SignedIn, String),
) -> Outcome {
    let options = visit.pool.begin_passkey(visit.cx(auth.client), user).await.map_err(Refusal::Broken)?;
    let text = visit.text;
    let view = Passkey {
        shell: Shell { error, ..Shell::new(visit, text.passkey_add_title) },
        action: visit.link("/passkeys/add", auth),
        back: auth.redirect_uri.to_owned(),
        options: options.to_string(),
        ceremony: "create",
        lead: text.passkey_add_lead,
        button: text.passkey_create,
        back_text: text.not_now,
        script: visit.path(crate::script::Script::Passkey.path()),
    };
    Ok(show_with_script(visit, auth, status, &view))
}
