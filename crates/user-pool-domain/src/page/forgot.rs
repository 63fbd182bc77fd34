//! `/forgotPassword`: whose password is forgotten; a code is sent.

use aws_types::{AwsError, Fault};
use http::StatusCode;

use super::{AGAIN, is_username, login, username};
use crate::authorization::AuthorizationRequest;
use crate::flow::{self, Flow};
use crate::refusal::{Outcome, sentence};
use crate::reply::Reply;
use crate::view::{Forgot, Shell, UsernameField, show};
use crate::visit::Visit;

/// The page.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    Ok(page(visit, &auth, AGAIN, ("", String::new())))
}

/// The form: to `/confirmforgotPassword`. With `PreventUserExistenceErrors` the way there is the same for everybody,
/// and the page there names no address.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    let form = visit.form()?;
    let name = username(&form);
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, (name, visit.text.stale.to_owned())));
    }
    if !is_username(name) {
        return Ok(page(visit, &auth, AGAIN, (name, visit.text.fields_missing.to_owned())));
    }
    let quiet = auth.client.prevent_user_existence_errors;
    let destination = match visit.pool.forgot_password(visit.cx(auth.client), name).await {
        Ok(destination) => destination.filter(|_| !quiet),
        Err(error) if quiet && tells(&error) => None,
        Err(error) => return Ok(page(visit, &auth, AGAIN, (name, sentence(visit, error)))),
    };
    flow::go_on(visit, &auth, Flow::Reset { username: name.to_owned(), destination, demanded: false })
}

/// Whether an error depends on the person asked for. Limits and faults do not: unknown names meet them too.
pub fn tells(error: &AwsError) -> bool {
    let general = ["TooManyRequestsException", "LimitExceededException", "ForbiddenException"];
    error.fault == Fault::Sender && !general.contains(&error.code.as_ref())
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (name, error): (&str, String),
) -> Reply {
    let mut shell = Shell::new(visit, visit.text.forgot_title);
    shell.error = error;
    let view = Forgot {
        shell,
        action: visit.link("/forgotPassword", auth),
        login: visit.link("/login", auth),
        username: UsernameField::to_find(visit, name),
    };
    show(visit, auth, status, &view)
}
