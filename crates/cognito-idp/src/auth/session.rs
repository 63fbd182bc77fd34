//! The session between two steps of a sign-in: sealed text that the client carries, good for one client, one user, one
//! step, `AuthSessionValidity` minutes, and one success.

use aws_types::{AwsError, Timestamp};
use model_cognito_idp::types::ChallengeNameType;
use serde::{Deserialize, Serialize};
use store::{Expect, Tx};
use world::rng;

use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::table::pool_pk;

/// The model's bound.
const MAX_SESSION_BYTES: usize = 4096;

/// What a session holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChallengeSession {
    /// Unique; the spent marker bears it.
    pub id: String,
    /// Whose sign-in it is.
    pub username: String,
    /// Whose sign-in it is, by the id that no later user of the name has; empty where nothing is proven yet.
    pub sub: String,
    /// The user's epoch when the step was given.
    pub epoch: u64,
    expires_ms: i64,
}

impl CognitoIdp {
    /// A session for the next step of this user's sign-in.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn seal_session(
        &self,
        pool: &UserPool,
        client: &AppClient,
        user: &User,
        step: ChallengeNameType,
    ) -> Result<String> {
        self.seal_content(pool, client, step, |session| {
            session.username.clone_from(&user.username);
            session.sub.clone_from(&user.sub);
            session.epoch = user.epoch;
        })
    }

    /// A session for a name that has proven nothing yet, whether or not there is such a user.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn seal_name(
        &self,
        pool: &UserPool,
        client: &AppClient,
        name: &str,
        step: ChallengeNameType,
    ) -> Result<String> {
        self.seal_content(pool, client, step, |session| name.clone_into(&mut session.username))
    }

    fn seal_content(
        &self,
        pool: &UserPool,
        client: &AppClient,
        step: ChallengeNameType,
        fill: impl FnOnce(&mut ChallengeSession),
    ) -> Result<String> {
        let minutes = i64::from(client.settings.auth_session_validity_minutes);
        let mut session = ChallengeSession {
            id: rng::uuid(self.rng()),
            username: String::new(),
            sub: String::new(),
            epoch: 0,
            expires_ms: self.now().plus_ms(minutes * 60_000).ms(),
        };
        fill(&mut session);
        let plain = serde_json::to_vec(&session).map_err(AwsError::internal)?;
        Ok(self.store().sealer().seal_text(&context(pool, client, step), &plain))
    }

    /// Opens a session that was given for this step, and refuses it when its time is over or it led on already.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn open_challenge_session(
        &self,
        pool: &UserPool,
        client: &AppClient,
        step: ChallengeNameType,
        text: &str,
    ) -> Result<ChallengeSession> {
        if text.len() > MAX_SESSION_BYTES {
            return Err(error::invalid_session());
        }
        let opened = self.store().sealer().open_text(&context(pool, client, step), text);
        let plain = opened.map_err(|_| error::invalid_session())?;
        let session: ChallengeSession = serde_json::from_slice(&plain).map_err(|_| error::invalid_session())?;
        if self.now() >= Timestamp::from_ms(session.expires_ms) {
            return Err(error::session_expired());
        }
        self.check_unspent(pool, &session).await?;
        Ok(session)
    }

    /// Refuses a session that led on already.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn check_unspent(&self, pool: &UserPool, session: &ChallengeSession) -> Result<()> {
        match self.store().get_item(&pool_pk(&pool.id), &spent_sk(session)).await? {
            Some(_) => Err(error::session_used()),
            None => Ok(()),
        }
    }

    /// Adds the spending of a session to `tx`; the commit conflicts where it was spent meanwhile.
    pub(crate) fn spend_session(&self, tx: &mut Tx, pool: &UserPool, session: &ChallengeSession) {
        let expires = Timestamp::from_ms(session.expires_ms);
        tx.put_raw(pool_pk(&pool.id), spent_sk(session), Vec::new(), Expect::Absent, Some(expires), Vec::new());
    }
}

fn context(pool: &UserPool, client: &AppClient, step: ChallengeNameType) -> String {
    format!("cognito challenge {}/{}/{}", pool.id, client.id, step.as_str())
}

fn spent_sk(session: &ChallengeSession) -> String {
    format!("spent-session#{}", session.id)
}
