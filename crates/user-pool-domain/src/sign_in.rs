//! From a proof of who somebody is to a session and the client's answer.

use std::collections::BTreeMap;

use aws_types::{AwsError, Fault};
use http::StatusCode;
use oauth2::{Error, ErrorCode, ResponseType};

use crate::authorization::{AuthorizationRequest, ResponseMode};
use crate::cookie::{self, SESSION_AGE_S, XSRF_TOKEN};
use crate::flow::{self, Flow};
use crate::plan::ClientPlan;
use crate::ports::{AuthStep, Authorization, SignedIn};
use crate::refusal::{Outcome, Refusal, log};
use crate::reply::{Reply, redirect, with_cookie};
use crate::view::show_form_post;
use crate::visit::Visit;

/// Where a sign-in goes after a step of the pool.
pub async fn advance(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, username: &str, step: AuthStep) -> Outcome {
    match step {
        AuthStep::SignedIn(user) => enter(visit, auth, user).await,
        AuthStep::Challenge { name, session, parameters, available } => {
            let challenge = Asked { name, session, parameters, available };
            ask(visit, auth, username.to_owned(), challenge).await
        }
    }
}

/// A challenge of the pool.
struct Asked {
    name: String,
    session: String,
    parameters: BTreeMap<String, String>,
    available: Vec<String>,
}

/// Parameters that a page shows; the rest stays out of the cookie.
const SHOWN: [&str; 4] =
    ["CODE_DELIVERY_DESTINATION", "MFAS_CAN_CHOOSE", "CREDENTIAL_REQUEST_OPTIONS", "CODE_DELIVERY_DELIVERY_MEDIUM"];

/// Leads to the page of a challenge.
async fn ask(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, username: String, asked: Asked) -> Outcome {
    let Asked { name, session, mut parameters, available } = asked;
    let flow = match name.as_str() {
        "NEW_PASSWORD_REQUIRED" => {
            let missing = parameters.get("requiredAttributes").map(|text| required_attributes(text));
            Flow::NewPassword { username, session, missing: missing.unwrap_or_default() }
        }
        "MFA_SETUP" => {
            let offered = parameters.get("MFAS_CAN_SETUP").map(|text| names(text)).unwrap_or_default();
            if !offered.iter().any(|factor| factor == "SOFTWARE_TOKEN_MFA") {
                return Err(Refusal::Page { status: StatusCode::FORBIDDEN, sentence: visit.text.setup_impossible });
            }
            let token = visit.pool.associate_software_token(visit.cx(auth.client), &session).await;
            let token = token.map_err(Refusal::Broken)?;
            Flow::SetUp { username, session: token.session, secret: token.secret.expose().clone() }
        }
        _ => {
            parameters.retain(|name, _| SHOWN.contains(&name.as_str()));
            Flow::Challenge { username, name, session, parameters, available }
        }
    };
    flow::go_on(visit, auth, flow)
}

/// A JSON list of names in a parameter.
pub fn names(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// `["userAttributes.name"]`, as the challenge lists them.
fn required_attributes(text: &str) -> Vec<String> {
    names(text).iter().map(|name| name.strip_prefix("userAttributes.").unwrap_or(name).to_owned()).collect()
}

/// The person is who they say: answers the client and opens a session under a new id; the browser's old one ends, and
/// so does its CSRF token. Where the client's answer is refused, no session is left behind.
async fn enter(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, user: SignedIn) -> Outcome {
    let reply = grant(visit, auth, user.clone()).await?;
    let session = visit.pool.open_session(visit.cx(auth.client), &user).await.map_err(Refusal::Broken)?;
    if let Some(old) = visit.session_id() {
        visit.pool.close_session(&visit.plan.pool_id, old).await.map_err(Refusal::Broken)?;
    }
    let reply = with_cookie(reply, &cookie::set(&visit.cookies.session, session.expose(), Some(SESSION_AGE_S)));
    let reply = with_cookie(reply, &cookie::set(XSRF_TOKEN, &visit.new_csrf(), None));
    Ok(flow::end(visit, reply))
}

/// The authorization response: a code in the query, or tokens in the fragment. Both name the issuer (RFC 9207), so that a
/// client of several can tell whose answer it holds.
pub async fn grant(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, user: SignedIn) -> Outcome {
    if let Some(page) = auth.purpose.page() {
        return Ok(redirect(&visit.link(page, auth)));
    }
    let authorization = Authorization {
        user,
        redirect_uri: auth.redirect_uri.to_owned(),
        scopes: auth.scopes.clone(),
        nonce: auth.nonce.clone(),
        code_challenge: auth.code_challenge.clone(),
    };
    let given = match auth.response_type {
        ResponseType::Code => with_code(visit, auth, authorization).await,
        ResponseType::Token => with_tokens(visit, auth, authorization).await,
    };
    given.map_err(|cause| auth.refuse(refused(visit, cause)))
}

async fn with_code(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, what: Authorization) -> Result<Reply, AwsError> {
    let code = visit.pool.issue_code(visit.cx(auth.client), what).await?;
    let params = [
        Some(("code", code.as_str())),
        auth.state.as_deref().map(|state| ("state", state)),
        Some(("iss", visit.plan.issuer.as_str())),
    ];
    Ok(send(visit, auth, &params.into_iter().flatten().collect::<Vec<_>>()))
}

async fn with_tokens(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    what: Authorization,
) -> Result<Reply, AwsError> {
    let tokens = visit.pool.issue_implicit(visit.cx(auth.client), what).await?;
    let expires_in = tokens.expires_in.to_string();
    let params = [
        tokens.id_token.as_deref().map(|token| ("id_token", token)),
        Some(("access_token", tokens.access_token.as_str())),
        Some(("expires_in", expires_in.as_str())),
        Some(("token_type", "Bearer")),
        auth.state.as_deref().map(|state| ("state", state)),
        Some(("iss", visit.plan.issuer.as_str())),
    ];
    Ok(send(visit, auth, &params.into_iter().flatten().collect::<Vec<_>>()))
}

/// To the client's registered redirect URI, in the response mode.
fn send(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, params: &[(&str, &str)]) -> Reply {
    match auth.response_mode {
        ResponseMode::Query => redirect(&oauth2::append_query(auth.redirect_uri, params)),
        ResponseMode::Fragment => redirect(&oauth2::with_fragment(auth.redirect_uri, params)),
        ResponseMode::FormPost => show_form_post(visit, auth.redirect_uri, params),
    }
}

/// Why the pool gives no code or tokens, in OAuth's terms: a trigger's refusal is told, anything else of the user's is
/// `access_denied`.
fn refused(visit: &Visit<'_>, cause: AwsError) -> Error {
    if cause.fault == Fault::Receiver {
        log(visit, &cause);
        return Error::server_error("the pool failed");
    }
    let triggers = ["UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException"];
    if triggers.contains(&cause.code.as_ref()) {
        return Error::invalid_request("a trigger refused").describe(cause.message);
    }
    Error::new(ErrorCode::AccessDenied, cause.code)
}

/// What a failed sign-in leads to.
pub enum Failed {
    /// The password was right, and the next page is another one.
    GoOn(Flow),
    /// The page again, with a sentence.
    Again(String),
}

/// Reads the pool's refusal of username and password.
pub fn failed(visit: &Visit<'_>, client: &ClientPlan, username: &str, error: AwsError) -> Failed {
    let username = username.to_owned();
    match error.code.as_ref() {
        "UserNotConfirmedException" => {
            let typed = username.clone();
            Failed::GoOn(Flow::Confirm { username, typed, destination: None, proven: true, again: false })
        }
        "PasswordResetRequiredException" => Failed::GoOn(Flow::Reset { username, destination: None, demanded: true }),
        _ => Failed::Again(sign_in_sentence(visit, client, error)),
    }
}

/// With `PreventUserExistenceErrors`, whatever the pool says about a person becomes the one sentence; only the lock-out
/// (which unknown names meet too) and the expired temporary password (told after the right one only) keep theirs.
pub fn sign_in_sentence(visit: &Visit<'_>, client: &ClientPlan, error: AwsError) -> String {
    let telling = ["NotAuthorizedException", "UserNotFoundException", "InvalidParameterException"];
    let harmless =
        ["Password attempts exceeded", "Temporary password has expired and must be reset by an administrator."];
    let hide = client.prevent_user_existence_errors
        && telling.contains(&error.code.as_ref())
        && !harmless.contains(&error.message.as_ref());
    if hide { visit.text.incorrect.to_owned() } else { crate::refusal::sentence(visit, error) }
}
