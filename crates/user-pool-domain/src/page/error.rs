//! `/error`, and pages that only tell.

use http::StatusCode;
use oauth2::ErrorCode;

use crate::reply::Reply;
use crate::text::Texts;
use crate::view::{Dress, Error, Shell, show_error};
use crate::visit::Visit;

/// Codes that the page repeats. Anything else in the query is not shown at all: an error page must not say what
/// whoever made the link wants it to say.
const SHOWN: [ErrorCode; 6] = [
    ErrorCode::RedirectMismatch,
    ErrorCode::InvalidRequest,
    ErrorCode::UnauthorizedClient,
    ErrorCode::InvalidScope,
    ErrorCode::AccessDenied,
    ErrorCode::ServerError,
];

/// `GET /error?error=…`: status 400.
pub fn get(visit: &Visit<'_>) -> Reply {
    let asked = visit.query().ok().and_then(|params| params.once("error").ok().flatten().map(str::to_owned));
    let code = SHOWN.into_iter().map(ErrorCode::as_str).find(|code| asked.as_deref() == Some(code)).unwrap_or_default();
    let shell = Shell::new(visit, visit.text.error_title);
    show_error(StatusCode::BAD_REQUEST, &Error { shell, sentence: visit.text.error_lead, code })
}

/// A sentence in the pool's frame.
pub fn page(visit: &Visit<'_>, status: StatusCode, sentence: &'static str) -> Reply {
    let shell = Shell::new(visit, visit.text.error_title);
    show_error(status, &Error { shell, sentence, code: "" })
}

/// A heading and a sentence that is no error.
pub fn told(visit: &Visit<'_>, status: StatusCode, title: &'static str, sentence: &'static str) -> Reply {
    show_error(status, &Error { shell: Shell::new(visit, title), sentence, code: "" })
}

/// A sentence where there is no pool.
pub fn standalone(text: &'static Texts, status: StatusCode, sentence: &'static str) -> Reply {
    let (error, notice) = (String::new(), String::new());
    let shell =
        Shell { text, title: text.error_title, pool_name: "", csrf: "", error, notice, dress: Dress::default() };
    show_error(status, &Error { shell, sentence, code: "" })
}
