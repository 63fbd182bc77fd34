//! `/oauth2/idpresponse`, `/saml2/idpresponse`, `/saml2/logout`: where outside identity providers would send people back.
//! Sign-in through them is not there yet, nobody is ever sent out, and so whoever arrives is told.

use http::StatusCode;

use crate::refusal::{Outcome, Refusal};
use crate::visit::Visit;

/// A page, whatever arrives; nothing of it is read.
pub fn answer(visit: &Visit<'_>) -> Outcome {
    Err(Refusal::Page { status: StatusCode::BAD_REQUEST, sentence: visit.text.no_federation })
}
