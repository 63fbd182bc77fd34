//! The session between two steps of a sign-in: sealed text that the client carries, good for one pool, client, user and
//! step, `AuthSessionValidity` minutes, and one success. What was proven so far travels in it.

use aws_types::{AwsError, Timestamp};
use model_cognito_idp::types::ChallengeNameType;
use serde::{Deserialize, Serialize};
use store::{Expect, Tx, Versioned};
use world::rng;

use super::client_auth::names_user;
use super::flow::Answer;
use super::progress::Progress;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::user::MfaFactor;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::{pool_pk, user};

/// The model's bound.
const MAX_SESSION_BYTES: usize = 4096;
/// Contents are filled up to multiples of this, so that a session's length tells nothing about its user.
const BLOCK_BYTES: usize = 512;
const CONTEXT: &str = "cognito challenge session";

/// What a session holds. It may hold secrets and is not printed.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChallengeSession {
    /// Unique; the spent marker bears it, and so does a code that was sent for this step.
    pub id: String,
    /// Where.
    pub pool_id: String,
    /// Through which client.
    pub client_id: String,
    /// What it is asked for: a challenge's name, or a step of its own.
    step: String,
    /// Whose sign-in it is; what was typed, where there is no such user.
    pub username: String,
    /// Whose sign-in it is, by the id that no later user of the name has; empty where there is no user.
    pub sub: String,
    /// The user's epoch when the step was given.
    pub epoch: u64,
    expires_ms: i64,
    /// What was proven so far.
    #[serde(default)]
    pub progress: Progress,
    /// What the step is about.
    #[serde(default)]
    pub detail: Detail,
}

/// What a step is about.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Detail {
    /// The second factor that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<MfaFactor>,
    /// An address that becomes the user's with the right code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The secret of a software token that is being set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Vec<u8>>,
    /// Free for steps in files of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

/// Whose session it becomes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder<'a> {
    User(&'a User),
    /// A name that has proven nothing, whether or not there is such a user.
    Name(&'a str),
}

impl ChallengeSession {
    /// When it ends.
    pub const fn expires(&self) -> Timestamp {
        Timestamp::from_ms(self.expires_ms)
    }
}

impl CognitoIdp {
    /// A session for the next step, not yet sealed.
    pub(crate) fn new_session(&self, visit: Visit<'_>, step: &str, holder: Holder<'_>) -> ChallengeSession {
        let minutes = i64::from(visit.client.settings.auth_session_validity_minutes);
        let (username, sub, epoch) = match holder {
            Holder::User(user) => (user.username.clone(), user.sub.clone(), user.epoch),
            Holder::Name(name) => (name.to_owned(), String::new(), 0),
        };
        ChallengeSession {
            id: rng::uuid(self.rng()),
            pool_id: visit.pool.id.clone(),
            client_id: visit.client.id.clone(),
            step: step.to_owned(),
            username,
            sub,
            epoch,
            expires_ms: self.now().plus_ms(minutes * 60_000).ms(),
            progress: Progress::default(),
            detail: Detail::default(),
        }
    }

    /// The text that the client carries.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn seal_session(&self, session: &ChallengeSession) -> Result<String> {
        let mut plain = serde_json::to_vec(session).map_err(AwsError::internal)?;
        plain.resize(plain.len().next_multiple_of(BLOCK_BYTES), b' ');
        Ok(self.store().sealer().seal_text(CONTEXT, &plain))
    }

    /// Opens a session that was given for this step of this client, and refuses it when its time is over or it led on
    /// already.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn open_session_of(&self, visit: Visit<'_>, step: &str, text: &str) -> Result<ChallengeSession> {
        let session = self.read_session(step, text)?;
        if session.pool_id != visit.pool.id || session.client_id != visit.client.id {
            return Err(error::invalid_session());
        }
        self.check_live(visit.pool, &session).await?;
        Ok(session)
    }

    /// What a session holds, whatever its pool and client, for operations that are told neither. Its time and whether
    /// it led on already are judged by [`CognitoIdp::check_live`].
    ///
    /// # Errors
    /// NotAuthorizedException for anything but a session for this step.
    pub(crate) fn read_session(&self, step: &str, text: &str) -> Result<ChallengeSession> {
        if text.len() > MAX_SESSION_BYTES {
            return Err(error::invalid_session());
        }
        let opened = self.store().sealer().open_text(CONTEXT, text);
        let plain = opened.map_err(|_| error::invalid_session())?;
        let session: ChallengeSession = serde_json::from_slice(&plain).map_err(|_| error::invalid_session())?;
        if session.step == step { Ok(session) } else { Err(error::invalid_session()) }
    }

    /// Refuses a session whose time is over, or that led on already.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn check_live(&self, pool: &UserPool, session: &ChallengeSession) -> Result<()> {
        if self.now() >= session.expires() {
            return Err(error::session_expired());
        }
        match self.store().get_item(&pool_pk(&pool.id), &spent_sk(session)).await? {
            Some(_) => Err(error::session_used()),
            None => Ok(()),
        }
    }

    /// Session and user of an answer, where both may still go on.
    ///
    /// # Errors
    /// InvalidParameterException without a session; as [`CognitoIdp::session_user`].
    pub(crate) async fn resume(
        &self,
        visit: Visit<'_>,
        step: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<(ChallengeSession, Versioned<User>)> {
        let text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let session = self.open_session_of(visit, step.as_str(), text).await?;
        let user = self.session_user(visit, &session, answer.name).await?;
        Ok((session, user))
    }

    /// The user of a session, if they may still answer it. `name` is what the client calls them.
    ///
    /// # Errors
    /// NotAuthorizedException; UserNotFoundException for somebody who was deleted meanwhile, where the client tells that.
    pub(crate) async fn session_user(
        &self,
        visit: Visit<'_>,
        session: &ChallengeSession,
        name: Option<&str>,
    ) -> Result<Versioned<User>> {
        let pool = visit.pool;
        let user = user::by_username(self.store(), pool, &session.username).await?;
        let gone = if visit.client.settings.prevents_user_existence_errors() {
            error::invalid_session
        } else {
            error::user_does_not_exist
        };
        let user = user.filter(|user| user.sub == session.sub).ok_or_else(gone)?;
        if name.is_some_and(|name| !names_user(pool, &user, name)) {
            return Err(error::invalid_session());
        }
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        if user.epoch == session.epoch { Ok(user) } else { Err(error::invalid_session()) }
    }

    /// Adds the spending of a session to `tx`; the commit conflicts where it was spent meanwhile.
    pub(crate) fn spend_session(&self, tx: &mut Tx, session: &ChallengeSession) {
        let (pk, expires) = (pool_pk(&session.pool_id), Some(session.expires()));
        tx.put_raw(pk, spent_sk(session), Vec::new(), Expect::Absent, expires, Vec::new());
    }

    /// Spends a session by itself: of those who come at once, one goes on.
    ///
    /// # Errors
    /// NotAuthorizedException where it was spent meanwhile.
    pub(crate) async fn use_session(&self, session: &ChallengeSession) -> Result<()> {
        let mut tx = Tx::new();
        self.spend_session(&mut tx, session);
        match self.store().commit(tx).await {
            Err(store::StoreError::Conflict) => Err(error::session_used()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }
}

fn spent_sk(session: &ChallengeSession) -> String {
    format!("spent-session#{}", session.id)
}
