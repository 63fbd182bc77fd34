//! Who may call a method ("Control and manage access to REST APIs"). One match over the kinds; each kind in a file.

pub mod cognito_user_pools;

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName};

use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::gateway::Doors;
use crate::plan::Authorization;
use crate::route_match::Matched;

/// The proof that a request may go on, with who sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorized {
    /// The method is open.
    Anyone,
    /// A user of a pool.
    User {
        /// `sub`.
        principal: String,
        /// `$context.authorizer.claims`, each as text.
        claims: BTreeMap<String, String>,
    },
}

/// The token in a token source. One that is sent twice is none: what is handed on might be another than what was proven.
pub(crate) fn token(headers: &HeaderMap, source: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(source).iter();
    let token = values.next().filter(|_| values.next().is_none())?;
    Some(String::from_utf8_lossy(token.as_bytes()).into_owned())
}

/// Runs the method's authorizer.
pub(crate) fn authorize(
    doors: &Doors,
    matched: &Matched<'_>,
    log: &mut ExecutionLog,
) -> Result<Authorized, GatewayError> {
    match &matched.method.authorization {
        Authorization::None => Ok(Authorized::Anyone),
        Authorization::CognitoUserPools { authorizer, scopes } => {
            let token = token(&matched.exchange.request.headers, &authorizer.token_header);
            let now = matched.exchange.request.received;
            let request_id = &matched.exchange.request.request_id;
            log.line(|| format!("Starting authorizer: {} for request: {request_id}", authorizer.id));
            let keys = doors.user_pool_keys.as_ref();
            let outcome = cognito_user_pools::authorize(authorizer, scopes, token.as_deref(), keys, now);
            if let Err(error) = &outcome {
                log.line(|| format!("Unauthorized request: {request_id}. {}", error.log));
            }
            outcome
        }
    }
}
