//! What one page leaves for the next: who is to be confirmed, whose password is being reset, the session of a challenge.
//!
//! It travels in a cookie, sealed: nobody reads or writes it but this server, it opens for the same domain and client
//! only, and it ends. Never in the URL, where history, logs and other people would see it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::authorization::AuthorizationRequest;
use crate::cookie;
use crate::refusal::Refusal;
use crate::reply::{Reply, redirect, with_cookie};
use crate::visit::Visit;

/// A person looks for a code in a mailbox.
const CODE_AGE_S: u32 = 3600;
/// A challenge's session ends earlier than this in the pool itself.
const CHALLENGE_AGE_S: u32 = 900;
/// A cookie holds about 4,096 bytes with its name and attributes.
const MAX_COOKIE: usize = 3800;
/// Plaintexts are filled up to a multiple of this, so that a length tells nothing about what is inside.
const BLOCK: usize = 128;

/// The state of a flow.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flow {
    /// A registration waits for its code.
    Confirm {
        /// Whom, as the pool names them.
        username: String,
        /// Whom, as they name themselves (an e-mail address, where the pool's own name is no more than an id).
        typed: String,
        /// Masked address the code went to.
        destination: Option<String>,
        /// The person has given the account's password in this flow, so that the code is all that is missing.
        proven: bool,
        /// The code was sent again.
        again: bool,
    },
    /// A password is to be reset by a code.
    Reset {
        /// Whose.
        username: String,
        /// Masked address the code went to; none where telling it would tell that the user exists.
        destination: Option<String>,
        /// An administrator demanded it.
        demanded: bool,
    },
    /// The challenge NEW_PASSWORD_REQUIRED.
    NewPassword {
        /// Who.
        username: String,
        /// The pool's session of the challenge.
        session: String,
        /// Attributes that must be given with the password.
        missing: Vec<String>,
    },
    /// Another challenge of the pool.
    Challenge {
        /// Who.
        username: String,
        /// `SOFTWARE_TOKEN_MFA`, …
        name: String,
        /// The pool's session of the challenge.
        session: String,
        /// What the page shows of the challenge's parameters.
        parameters: BTreeMap<String, String>,
        /// Ways to choose from.
        available: Vec<String>,
    },
    /// The challenge MFA_SETUP, with the secret of an authenticator app.
    SetUp {
        /// Who.
        username: String,
        /// The pool's session of the challenge.
        session: String,
        /// Base32.
        secret: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    flow: Flow,
    ends_s: i64,
}

impl Flow {
    const fn age_s(&self) -> u32 {
        match self {
            Self::Confirm { .. } | Self::Reset { .. } => CODE_AGE_S,
            Self::NewPassword { .. } | Self::Challenge { .. } | Self::SetUp { .. } => CHALLENGE_AGE_S,
        }
    }

    /// The page that goes on with it.
    const fn page(&self) -> &'static str {
        match self {
            Self::Confirm { .. } => "/confirm",
            Self::Reset { .. } => "/confirmforgotPassword",
            Self::NewPassword { .. } => "/changePassword",
            Self::Challenge { .. } => "/mfa",
            Self::SetUp { .. } => "/setupmfa",
        }
    }
}

/// Leads to the page that goes on.
pub fn go_on(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, flow: Flow) -> Result<Reply, Refusal> {
    let (age_s, page) = (flow.age_s(), flow.page());
    let ends_s = visit.request.now.secs().saturating_add(i64::from(age_s));
    let broken = |cause: &str| Refusal::Broken(aws_types::AwsError::internal(cause));
    let mut plain = serde_json::to_vec(&Sealed { flow, ends_s }).map_err(|error| broken(&error.to_string()))?;
    plain.resize(plain.len().next_multiple_of(BLOCK), b' ');
    let sealed = visit.keys.seal(&context(visit, auth), &plain).filter(|sealed| sealed.len() <= MAX_COOKIE);
    let sealed = sealed.ok_or_else(|| broken("the state of a flow does not fit into a cookie"))?;
    Ok(with_cookie(redirect(&visit.link(page, auth)), &cookie::set(&visit.cookies.flow, &sealed, Some(age_s))))
}

/// What the page before left, for this client.
pub fn left(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Option<Flow> {
    let sealed = cookie::read(&visit.request.headers, &visit.cookies.flow)?;
    let plain = visit.keys.open(&context(visit, auth), sealed)?;
    let state: Sealed = serde_json::from_slice(&plain).ok()?;
    (visit.request.now.secs() < state.ends_s).then_some(state.flow)
}

/// Takes the cookie away.
pub fn end(visit: &Visit<'_>, reply: Reply) -> Reply {
    with_cookie(reply, &cookie::clear(&visit.cookies.flow))
}

fn context(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> String {
    format!("{}\n{}\n{}", visit.plan.pool_id, visit.plan.domain, auth.client.client_id)
}
