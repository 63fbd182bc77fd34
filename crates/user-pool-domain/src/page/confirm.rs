//! `/confirm`: the code of a registration.

use http::StatusCode;

use super::{AGAIN, Asked, field, hide, is_username, login, username};
use crate::authorization::AuthorizationRequest;
use crate::flow::{self, Flow};
use crate::refusal::{Outcome, sentence};
use crate::reply::Reply;
use crate::sign_in::advance;
use crate::view::{Confirm, Shell, UsernameField, show};
use crate::visit::Visit;

/// Whom a code is for.
pub struct Pending {
    /// The pool's name for them.
    pub username: String,
    /// Their own.
    pub typed: String,
    /// Where the code went.
    pub destination: Option<String>,
    /// The password was given in this flow.
    pub proven: bool,
    again: bool,
}

/// The page.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    Ok(page(visit, &auth, AGAIN, (pending(visit, &auth).as_ref(), "", String::new())))
}

/// The form: signed in where the password was given in this flow, else to the sign-in page.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    let form = visit.form()?;
    let (pending, typed, code) = (pending(visit, &auth), username(&form), field(&form, "code").trim());
    let pending = pending.as_ref();
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, (pending, typed, visit.text.stale.to_owned())));
    }
    let name = pending.map_or(typed, |pending| pending.username.as_str());
    if !is_username(name) || code.is_empty() {
        return Ok(page(visit, &auth, AGAIN, (pending, typed, visit.text.fields_missing.to_owned())));
    }
    match visit.pool.confirm_sign_up(visit.cx(auth.client), name, code).await {
        Err(error) => {
            // who registered here, or gave the password, may know how the account stands
            let known = pending.is_some_and(|pending| pending.proven);
            let asked = if pending.is_some() { Asked::Yes } else { Asked::No };
            let error = if known { error } else { hide(auth.client, &asked, error) };
            Ok(page(visit, &auth, AGAIN, (pending, typed, sentence(visit, error))))
        }
        Ok(()) => confirmed(visit, &auth, name, pending).await,
    }
}

async fn confirmed(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    name: &str,
    pending: Option<&Pending>,
) -> Outcome {
    if pending.is_some_and(|pending| pending.proven) {
        // whatever stands in the way now is told at the sign-in page, where it comes up again
        if let Ok(Some(step)) = visit.pool.sign_in_confirmed(visit.cx(auth.client), name).await {
            return advance(visit, auth, name, step).await;
        }
    }
    let notice = visit.text.confirmed.to_owned();
    let username = pending.map_or(name, |pending| pending.typed.as_str()).to_owned();
    let shown = login::Shown { username, notice, ..login::Shown::default() };
    Ok(flow::end(visit, login::show_login(visit, auth, AGAIN, shown)))
}

/// Whom the page before left here. A username in the query is not believed.
pub fn pending(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Option<Pending> {
    match flow::left(visit, auth)? {
        Flow::Confirm { username, typed, destination, proven, again } => {
            Some(Pending { username, typed, destination, proven, again })
        }
        _ => None,
    }
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (pending, typed, error): (Option<&Pending>, &str, String),
) -> Reply {
    let text = visit.text;
    let destination = pending.and_then(|pending| pending.destination.as_deref());
    let mut shell = Shell::new(visit, text.confirm_title);
    if error.is_empty() && pending.is_some_and(|pending| pending.again) {
        shell.notice = text.sent_again.to_owned();
    }
    shell.error = error;
    let lead = destination.map_or_else(|| text.confirm_sent.to_owned(), |to| shell.fill(text.confirm_sent_to, to));
    let view = Confirm {
        shell,
        action: Some(visit.link("/confirm", auth)),
        resend: visit.link("/resendcode", auth),
        login: visit.link("/login", auth),
        lead,
        username: pending.is_none().then(|| UsernameField::to_find(visit, typed)),
    };
    show(visit, auth, status, &view)
}
