//! The session that leads from SignUp over ConfirmSignUp to a sign-in without another proof (USER_AUTH): whoever holds it
//! chose the account's password and proved the code.

use model_cognito_idp::types::ExplicitAuthFlowsType;

use super::client_auth::names_user;
use super::flow::Step;
use super::progress::{First, SignIn};
use super::session::{ChallengeSession, Holder};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::User;
use crate::error::{self, Result};

/// From SignUp to ConfirmSignUp.
const SIGNED_UP: &str = "SIGNED_UP";
/// From ConfirmSignUp to InitiateAuth.
const CONFIRMED: &str = "SIGN_UP_CONFIRMED";

impl CognitoIdp {
    /// The session of a registration, where the client has USER_AUTH.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn sign_up_session(&self, visit: Visit<'_>, user: &User) -> Result<Option<String>> {
        if !visit.client.settings.allows(&[ExplicitAuthFlowsType::AllowUserAuth]) {
            return Ok(None);
        }
        self.seal_session(&self.new_session(visit, SIGNED_UP, Holder::User(user))).map(Some)
    }

    /// That session, as it comes with the code. One that is over, or another's, leads nowhere and refuses nothing: the code
    /// alone confirms.
    pub(crate) async fn open_sign_up(&self, visit: Visit<'_>, name: &str, text: &str) -> Option<ChallengeSession> {
        let session = self.open_session_of(visit, SIGNED_UP, text).await.ok()?;
        self.session_user(visit, &session, Some(name)).await.ok()?;
        Some(session)
    }

    /// The session of a confirmed registration: good for one sign-in.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn confirmed_session(
        &self,
        visit: Visit<'_>,
        session: &ChallengeSession,
    ) -> Result<Option<String>> {
        if self.use_session(session).await.is_err() {
            return Ok(None);
        }
        let user = self.session_user(visit, session, None).await?;
        self.seal_session(&self.new_session(visit, CONFIRMED, Holder::User(&user))).map(Some)
    }

    /// Signs in by that session.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, then those of what follows.
    pub(crate) async fn begin_confirmed(&self, visit: Visit<'_>, name: &str, text: &str) -> Result<Step> {
        let session = self.open_session_of(visit, CONFIRMED, text).await?;
        let user = self.session_user(visit, &session, None).await?;
        if !names_user(visit.pool, &user, name) {
            return Err(error::invalid_session());
        }
        self.enter(visit, &user.username).await?;
        self.use_session(&session).await?;
        self.advance(visit.silent(), SignIn::by(First::Password, user, None)).await
    }
}
