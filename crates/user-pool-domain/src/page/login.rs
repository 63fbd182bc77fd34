//! `/login`: username and password; or, for somebody who is signed in already, one button.

use aws_types::Secret;
use http::StatusCode;

use super::{AGAIN, field, is_username, username};
use crate::authorization::AuthorizationRequest;
use crate::flow;
use crate::plan::UsernameKind;
use crate::ports::SignedIn;
use crate::refusal::{Outcome, Refusal};
use crate::reply::Reply;
use crate::sign_in::{Failed, advance, failed, grant, sign_in_sentence};
use crate::view::{Login, Shell, UsernameField, show};
use crate::visit::Visit;

/// What differs from one showing to the next.
#[derive(Default)]
pub struct Shown {
    /// Stands in the username field.
    pub username: String,
    /// What went wrong.
    pub error: String,
    /// What went well.
    pub notice: String,
    /// Who is signed in already; empty where they have no name to show.
    pub known: Option<String>,
}

/// The page.
pub async fn get(visit: &Visit<'_>) -> Outcome {
    let auth = authorization(visit)?;
    let known = visit.known(&auth).await?.map(|user| own_name(visit, user));
    let username = auth.login_hint.clone().unwrap_or_default();
    Ok(show_login(visit, &auth, AGAIN, Shown { username, known, ..Shown::default() }))
}

/// What a person is called by; nothing where the pool's own name for them is an id that they have never seen.
fn own_name(visit: &Visit<'_>, user: SignedIn) -> String {
    if visit.plan.username_kind == UsernameKind::Username { user.username } else { String::new() }
}

/// The form: 302 to the client with its answer, or the page again.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = authorization(visit)?;
    let form = visit.form()?;
    let name = username(&form).to_owned();
    if !visit.is_own_post(&form) {
        let shown = Shown { username: name, error: visit.text.stale.to_owned(), ..Shown::default() };
        return Ok(show_login(visit, &auth, StatusCode::FORBIDDEN, shown));
    }
    if form.once("continueSignIn").ok().flatten().is_some() {
        return go_on(visit, &auth).await;
    }
    if let Some(way) = form.once("choose").ok().flatten() {
        return choose(visit, &auth, name, way).await;
    }
    let password = field(&form, "password");
    if !is_username(&name) || password.is_empty() {
        let shown = Shown { username: name, error: visit.text.incorrect.to_owned(), ..Shown::default() };
        return Ok(show_login(visit, &auth, AGAIN, shown));
    }
    let password = Secret::new(password.to_owned());
    match visit.pool.sign_in(visit.cx(auth.client), &name, &password).await {
        Ok(step) => advance(visit, &auth, &name, step).await,
        Err(error) => match failed(visit, auth.client, &name, error) {
            Failed::GoOn(flow) => flow::go_on(visit, &auth, flow),
            Failed::Again(error) => {
                Ok(show_login(visit, &auth, AGAIN, Shown { username: name, error, ..Shown::default() }))
            }
        },
    }
}

/// The buttons below the form: the person names themselves and proves who they are in another way.
async fn choose(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, name: String, way: &str) -> Outcome {
    let preferred = (way == "WEB_AUTHN" && auth.client.passkeys).then_some("WEB_AUTHN");
    if !is_username(&name) || !auth.client.choice {
        let shown = Shown { username: name, error: visit.text.fields_missing.to_owned(), ..Shown::default() };
        return Ok(show_login(visit, auth, AGAIN, shown));
    }
    match visit.pool.choose_sign_in(visit.cx(auth.client), &name, preferred).await {
        Ok(step) => advance(visit, auth, &name, step).await,
        Err(error) => {
            let error = sign_in_sentence(visit, auth.client, error);
            Ok(show_login(visit, auth, AGAIN, Shown { username: name, error, ..Shown::default() }))
        }
    }
}

/// The button of somebody who is signed in: no new sign-in, so the session stays as it is.
async fn go_on(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Outcome {
    match visit.known(auth).await? {
        Some(user) => grant(visit, auth, user).await,
        None => {
            let shown = Shown { error: visit.text.gone.to_owned(), ..Shown::default() };
            Ok(show_login(visit, auth, AGAIN, shown))
        }
    }
}

/// The page, also where another page ends here.
pub fn show_login(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, status: StatusCode, shown: Shown) -> Reply {
    let mut shell = Shell::new(visit, visit.text.sign_in_title);
    (shell.error, shell.notice) = (shown.error, shown.notice);
    let view = Login {
        shell,
        action: visit.link("/login", auth),
        forgot: visit.link("/forgotPassword", auth),
        sign_up: visit.plan.sign_up.then(|| visit.link("/signup", auth)),
        username: UsernameField::to_find(visit, &shown.username),
        known: shown.known,
        choice: auth.client.choice,
        passkeys: auth.client.choice && auth.client.passkeys,
    };
    show(visit, auth, status, &view)
}

/// The authorization request of a page for the pool's own users, who must be among the client's providers.
pub fn authorization<'a>(visit: &Visit<'a>) -> Result<AuthorizationRequest<'a>, Refusal> {
    let auth = visit.authorization()?;
    check_local_users(visit, &auth)?;
    Ok(auth)
}

/// Refuses a client that does not take the pool's own users, and one without a style on a domain of managed login, which
/// has no pages on AWS either.
pub fn check_local_users(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Result<(), Refusal> {
    let styled = !visit.plan.managed || auth.client.look.is_some();
    if auth.client.local_users && styled {
        return Ok(());
    }
    Err(Refusal::Page { status: StatusCode::FORBIDDEN, sentence: visit.text.no_local_users })
}
