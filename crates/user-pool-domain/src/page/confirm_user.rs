//! `GET /confirmUser`: the link in a registration's mail (guide, "Verifying contact information at sign-up with a link").
//!
//! It is opened out of a mailbox, often in another browser: there is no authorization request and no form, what stands in
//! the link is the proof. HEAD looks and confirms nothing.

use http::{Method, StatusCode};

use crate::page::{Asked, hide, is_username};
use crate::refusal::{Outcome, Refusal, sentence};
use crate::reply::Reply;
use crate::view::{Error, Shell, show_error};
use crate::visit::Visit;

/// Confirms, and says so; a wrong, used or old code is a page with status 400.
pub async fn answer(visit: &Visit<'_>) -> Outcome {
    let refuse = |sentence| Refusal::Page { status: StatusCode::BAD_REQUEST, sentence };
    let params = visit.query().map_err(|_| refuse(visit.text.bad_link))?;
    params.refuse_duplicates().map_err(|_| refuse(visit.text.bad_link))?;
    let given = |name| params.once(name).ok().flatten().unwrap_or_default();
    let (name, code) = (given("user_name"), given("confirmation_code"));
    let client = visit.plan.clients.get(given("client_id")).filter(|_| is_username(name) && !code.is_empty());
    let client = client.ok_or_else(|| refuse(visit.text.bad_link))?;
    if !client.local_users {
        return Err(Refusal::Page { status: StatusCode::FORBIDDEN, sentence: visit.text.no_local_users });
    }
    if visit.request.method == Method::HEAD {
        return Ok(page(visit, StatusCode::OK, "", String::new()));
    }
    Ok(match visit.pool.confirm_sign_up(visit.cx(client), name, code).await {
        Ok(()) => page(visit, StatusCode::OK, visit.text.confirmed, String::new()),
        Err(error) => {
            let error = sentence(visit, hide(client, &Asked::Yes, error));
            page(visit, StatusCode::BAD_REQUEST, "", error)
        }
    })
}

fn page(visit: &Visit<'_>, status: StatusCode, sentence: &'static str, error: String) -> Reply {
    let mut shell = Shell::new(visit, visit.text.confirm_title);
    shell.error = error;
    show_error(status, &Error { shell, sentence, code: "" })
}
