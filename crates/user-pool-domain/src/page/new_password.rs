//! `/changePassword`: the challenge NEW_PASSWORD_REQUIRED, after a temporary password.

use std::collections::BTreeMap;

use http::StatusCode;
use oauth2::Params;

use super::{AGAIN, begin_again, ends_session, field, login};
use crate::authorization::AuthorizationRequest;
use crate::flow::{self, Flow};
use crate::refusal::{Outcome, sentence};
use crate::reply::Reply;
use crate::sign_in::advance;
use crate::view::{AttributeField, NewPassword, Shell, attribute_field, rules, show};
use crate::visit::Visit;

/// The challenge that the sign-in page left.
struct Pending {
    username: String,
    session: String,
    missing: Vec<String>,
}

/// The page; without a challenge, the sign-in page.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    Ok(match pending(visit, &auth) {
        Some(pending) => page(visit, &auth, AGAIN, (&pending, &Params::default(), String::new())),
        None => begin_again(visit, &auth),
    })
}

/// The form: answers the challenge.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    let form = visit.form()?;
    let Some(pending) = pending(visit, &auth) else { return Ok(begin_again(visit, &auth)) };
    let again = |error: &str| (&pending, &form, error.to_owned());
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, again(visit.text.stale)));
    }
    let password = new_password(&form);
    let unfilled = |name: &String| field(&form, &attribute_field(name)).trim().is_empty();
    if password.is_empty() || pending.missing.iter().any(unfilled) {
        return Ok(page(visit, &auth, AGAIN, again(visit.text.fields_missing)));
    }
    if password != repeated(&form) {
        return Ok(page(visit, &auth, AGAIN, again(visit.text.passwords_differ)));
    }
    let cx = visit.cx(auth.client);
    let answer = visit.pool.respond(cx, "NEW_PASSWORD_REQUIRED", &pending.session, responses(&pending, &form)).await;
    match answer {
        Ok(step) => advance(visit, &auth, &pending.username, step).await,
        Err(error) if ends_session(&error) => Ok(begin_again(visit, &auth)),
        Err(error) => Ok(page(visit, &auth, AGAIN, again(&sentence(visit, error)))),
    }
}

/// `new_password` is the page's field; `password`, as on the reset page, is understood too.
fn new_password(form: &Params) -> &str {
    Some(field(form, "new_password")).filter(|text| !text.is_empty()).unwrap_or_else(|| field(form, "password"))
}

fn repeated(form: &Params) -> &str {
    let text = Some(field(form, "confirm_password")).filter(|text| !text.is_empty());
    text.unwrap_or_else(|| field(form, "confirmPassword"))
}

/// As in RespondToAuthChallenge. Attributes that were not asked for are not read from the form.
fn responses(pending: &Pending, form: &Params) -> BTreeMap<String, String> {
    let typed = |name: &String| field(form, &attribute_field(name)).trim().to_owned();
    let attributes = pending.missing.iter().map(|name| (format!("userAttributes.{name}"), typed(name)));
    attributes.chain([("NEW_PASSWORD".to_owned(), new_password(form).to_owned())]).collect()
}

fn pending(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Option<Pending> {
    match flow::left(visit, auth)? {
        Flow::NewPassword { username, session, missing } => Some(Pending { username, session, missing }),
        _ => None,
    }
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (pending, form, error): (&Pending, &Params, String),
) -> Reply {
    let tried = Some(new_password(form)).filter(|password| !password.is_empty());
    let mut shell = Shell::new(visit, visit.text.new_password_title);
    shell.error = error;
    let shown = |name: &String| AttributeField::new(visit.text, name, field(form, &attribute_field(name)));
    let view = NewPassword {
        shell,
        action: visit.link("/changePassword", auth),
        login: visit.link("/login", auth),
        username: pending.username.clone(),
        attributes: pending.missing.iter().map(shown).collect(),
        rules: rules(visit.text, &visit.plan.password_policy, tried),
    };
    show(visit, auth, status, &view)
}
