//! `/confirmforgotPassword`: the code and the new password.

use aws_types::Secret;
use http::StatusCode;

use super::{AGAIN, Asked, field, hide, is_username, login, username};
use crate::authorization::AuthorizationRequest;
use crate::flow::{self, Flow};
use crate::refusal::{Outcome, sentence};
use crate::reply::Reply;
use crate::sign_in::advance;
use crate::view::{Reset, Shell, UsernameField, rules, show};
use crate::visit::Visit;

/// Whose password it is.
struct Pending {
    username: String,
    destination: Option<String>,
    demanded: bool,
}

/// What the page shows again.
#[derive(Default)]
struct Shown<'a> {
    typed: &'a str,
    tried: Option<&'a str>,
    error: String,
}

/// The page.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    Ok(page(visit, &auth, AGAIN, (pending(visit, &auth).as_ref(), Shown::default())))
}

/// The form: the new password is set, and the person signed in with it.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    let form = visit.form()?;
    let (pending, typed) = (pending(visit, &auth), username(&form));
    let pending = pending.as_ref();
    let again = |tried, error: &str| (pending, Shown { typed, tried, error: error.to_owned() });
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, again(None, visit.text.stale)));
    }
    let (code, password) = (field(&form, "code").trim(), field(&form, "password"));
    let name = pending.map_or(typed, |pending| pending.username.as_str());
    if !is_username(name) || code.is_empty() || password.is_empty() {
        return Ok(page(visit, &auth, AGAIN, again(None, visit.text.fields_missing)));
    }
    if password != field(&form, "confirmPassword") {
        return Ok(page(visit, &auth, AGAIN, again(None, visit.text.passwords_differ)));
    }
    let secret = Secret::new(password.to_owned());
    match visit.pool.confirm_forgot_password(visit.cx(auth.client), name, code, &secret).await {
        Ok(()) => sign_in(visit, &auth, name, &secret).await,
        Err(error) => {
            let asked = if pending.is_some() { Asked::Yes } else { Asked::No };
            let error = sentence(visit, hide(auth.client, &asked, error));
            Ok(page(visit, &auth, AGAIN, again(Some(password), &error)))
        }
    }
}

/// A second factor or a trigger may still stand in the way: then the person goes on at the sign-in page.
async fn sign_in(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, name: &str, password: &Secret<String>) -> Outcome {
    if let Ok(step) = visit.pool.sign_in(visit.cx(auth.client), name, password).await {
        return advance(visit, auth, name, step).await;
    }
    let notice = visit.text.password_changed.to_owned();
    let shown = login::Shown { username: name.to_owned(), notice, ..login::Shown::default() };
    Ok(flow::end(visit, login::show_login(visit, auth, AGAIN, shown)))
}

fn pending(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Option<Pending> {
    match flow::left(visit, auth)? {
        Flow::Reset { username, destination, demanded } => Some(Pending { username, destination, demanded }),
        _ => None,
    }
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (pending, shown): (Option<&Pending>, Shown<'_>),
) -> Reply {
    let text = visit.text;
    let mut shell = Shell::new(visit, text.reset_title);
    shell.error = shown.error;
    let lead = match pending {
        Some(Pending { demanded: true, .. }) => text.reset_demanded.to_owned(),
        Some(Pending { destination: Some(to), .. }) => shell.fill(text.reset_sent_to, to),
        _ => text.reset_sent.to_owned(),
    };
    let view = Reset {
        shell,
        account: pending.map(|pending| pending.username.as_str()),
        action: visit.link("/confirmforgotPassword", auth),
        forgot: visit.link("/forgotPassword", auth),
        login: visit.link("/login", auth),
        lead,
        username: pending.is_none().then(|| UsernameField::to_find(visit, shown.typed)),
        rules: rules(text, &visit.plan.password_policy, shown.tried),
    };
    show(visit, auth, status, &view)
}
