//! What a page or the authorize endpoint refuses, and the one place where it becomes a response.

use aws_types::{AwsError, Fault};
use http::StatusCode;
use oauth2::ErrorCode;

use crate::authorization::ResponseMode;
use crate::page::error;
use crate::reply::{Reply, redirect};
use crate::text;
use crate::view::show_form_post;
use crate::visit::Visit;

/// What an endpoint gives.
pub type Outcome = Result<Reply, Refusal>;

/// A refusal.
#[derive(Debug)]
pub enum Refusal {
    /// Client or redirect URI are not proven: our own error page, never a URI of the request.
    Unproven {
        /// Shown on the page.
        code: ErrorCode,
        /// As the request gave it, cut.
        client_id: String,
    },
    /// To the client's registered redirect URI.
    Client {
        /// Registered.
        redirect_uri: String,
        /// Why.
        error: oauth2::Error,
        /// Given back.
        state: Option<String>,
        /// How it travels.
        mode: ResponseMode,
    },
    /// A page of its own.
    Page {
        /// Status.
        status: StatusCode,
        /// A sentence of the catalogue.
        sentence: &'static str,
    },
    /// Something broke inside.
    Broken(AwsError),
}

/// Makes the response.
pub fn render(visit: &Visit<'_>, refusal: Refusal) -> Reply {
    match refusal {
        Refusal::Unproven { code, client_id } => {
            let mut params = vec![("error", code.as_str())];
            if !client_id.is_empty() {
                params.push(("client_id", client_id.as_str()));
            }
            params.extend(text::asked(visit.request).map(|texts| ("lang", texts.lang)));
            redirect(&oauth2::append_query(&visit.path("/error"), &params))
        }
        Refusal::Client { redirect_uri, error, state, mode } => {
            tracing::debug!(pool.id = visit.plan.pool_id, request.id = visit.request.request_id, %error, "authorization refused");
            let state = state.as_deref();
            let mut params = error.redirect_params(state);
            params.push(("iss", visit.plan.issuer.as_str()));
            match mode {
                ResponseMode::FormPost => show_form_post(visit, &redirect_uri, &params),
                ResponseMode::Query | ResponseMode::Fragment => redirect(&oauth2::append_query(&redirect_uri, &params)),
            }
        }
        Refusal::Page { status, sentence } => error::page(visit, status, sentence),
        Refusal::Broken(cause) => {
            log(visit, &cause);
            error::page(visit, StatusCode::INTERNAL_SERVER_ERROR, visit.text.broken)
        }
    }
}

/// What a person reads of an error of the pool; what broke inside is logged and not told.
pub fn sentence(visit: &Visit<'_>, error: AwsError) -> String {
    if error.fault == Fault::Sender {
        let translated = visit.text.refusal(&error).map(str::to_owned);
        return translated.unwrap_or_else(|| error.message.into_owned());
    }
    log(visit, &error);
    visit.text.broken.to_owned()
}

/// Logs the cause once.
pub fn log(visit: &Visit<'_>, cause: &AwsError) {
    tracing::error!(pool.id = visit.plan.pool_id, request.id = visit.request.request_id, error = ?cause, "a hosted page failed");
}
