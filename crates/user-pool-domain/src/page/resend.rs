//! `/resendcode`: the code of a registration once more. Sending is a POST: a picture or a link elsewhere sends nothing.

use http::StatusCode;

use super::{AGAIN, confirm, forgot, is_username, login, username};
use crate::authorization::AuthorizationRequest;
use crate::flow::{self, Flow};
use crate::refusal::{Outcome, sentence};
use crate::reply::Reply;
use crate::view::{Confirm, Shell, UsernameField, show};
use crate::visit::Visit;

/// A page with a button.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    Ok(page(visit, &auth, AGAIN, ("", String::new())))
}

/// Sends, and leads back to `/confirm`.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    let form = visit.form()?;
    let typed = username(&form);
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, (typed, visit.text.stale.to_owned())));
    }
    let pending = confirm::pending(visit, &auth);
    let proven = pending.as_ref().is_some_and(|pending| pending.proven);
    let (name, own) =
        pending.map_or_else(|| (typed.to_owned(), typed.to_owned()), |pending| (pending.username, pending.typed));
    if !is_username(&name) {
        return Ok(page(visit, &auth, AGAIN, (typed, visit.text.fields_missing.to_owned())));
    }
    let quiet = auth.client.prevent_user_existence_errors && !proven;
    let destination = match visit.pool.resend_code(visit.cx(auth.client), &name).await {
        Ok(destination) => destination.filter(|_| !quiet),
        Err(error) if quiet && forgot::tells(&error) => None,
        Err(error) => return Ok(page(visit, &auth, AGAIN, (typed, sentence(visit, error)))),
    };
    flow::go_on(visit, &auth, Flow::Confirm { username: name, typed: own, destination, proven, again: true })
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (typed, error): (&str, String),
) -> Reply {
    let mut shell = Shell::new(visit, visit.text.resend_title);
    shell.error = error;
    let view = Confirm {
        shell,
        action: None,
        resend: visit.link("/resendcode", auth),
        login: visit.link("/login", auth),
        lead: visit.text.resend_lead.to_owned(),
        username: confirm::pending(visit, auth).is_none().then(|| UsernameField::to_find(visit, typed)),
    };
    show(visit, auth, status, &view)
}
