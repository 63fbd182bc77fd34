//! The hosted pages, a file each, with Cognito's names for paths, fields and buttons.
//!
//! What comes in: a [`crate::visit::Visit`]. What goes out: a page, or a redirect to the next one or to the client.
//! What they must not know: how tokens are made; that is [`crate::sign_in`]'s.
//!
//! Every page reads the authorization request first ([`crate::visit::Visit::authorization`]), so that none of them
//! works for a client or a redirect URI that is not proven. Every POST checks [`crate::visit::Visit::is_own_post`].

pub mod challenge;
pub mod confirm;
pub mod confirm_user;
pub mod error;
pub mod forgot;
pub mod login;
pub mod logout;
pub mod new_password;
pub mod passkeys;
pub mod resend;
pub mod reset;
pub mod sessions;
pub mod set_up;
pub mod sign_up;

use aws_types::AwsError;
use http::StatusCode;
use oauth2::Params;

use crate::authorization::AuthorizationRequest;
use crate::flow;
use crate::plan::ClientPlan;
use crate::reply::Reply;
use crate::visit::Visit;

/// The longest username a pool has (CreateUser's bound), and with it the longest that is asked for.
const MAX_USERNAME: usize = 128;

/// The status of a page that comes again: browsers, people and scripts read the page, so it is 200, as on AWS; a form
/// that was not ours is 403.
const AGAIN: StatusCode = StatusCode::OK;

/// `Invalid session for the user…`: nothing more can come of a challenge.
fn ends_session(error: &AwsError) -> bool {
    error.code == "NotAuthorizedException" && error.message.starts_with("Invalid session")
}

/// The sign-in page, for somebody whose challenge is over.
fn begin_again(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Reply {
    let shown = login::Shown { error: visit.text.gone.to_owned(), ..login::Shown::default() };
    flow::end(visit, login::show_login(visit, auth, AGAIN, shown))
}

/// A field's text, empty where it is absent.
fn field<'f>(form: &'f Params, name: &str) -> &'f str {
    form.once(name).ok().flatten().unwrap_or_default()
}

/// What was typed as username, without the blanks that phones add.
fn username(form: &Params) -> &str {
    field(form, "username").trim()
}

/// Whether it can be one at all.
fn is_username(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_USERNAME
}

/// Whether a code was asked for in this flow.
enum Asked {
    /// So a wrong code is a mismatch.
    Yes,
    /// So there is none.
    No,
}

/// With `PreventUserExistenceErrors`, a code for somebody who is not there, or who needs none, is refused like any wrong
/// code.
fn hide(client: &ClientPlan, asked: &Asked, error: AwsError) -> AwsError {
    let telling =
        ["UserNotFoundException", "NotAuthorizedException", "UserNotConfirmedException", "InvalidParameterException"];
    if !client.prevent_user_existence_errors || !telling.contains(&error.code.as_ref()) {
        return error;
    }
    match asked {
        Asked::Yes => {
            AwsError::sender("CodeMismatchException", 400, "Invalid verification code provided, please try again.")
        }
        Asked::No => {
            AwsError::sender("ExpiredCodeException", 400, "Invalid code provided, please request a code again.")
        }
    }
}
