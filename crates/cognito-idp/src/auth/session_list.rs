//! A user's sessions as the AWS API lists and revokes them (guide, "User sessions"), where the pool tracks them
//! (SetUserPoolSessionConfiguration). A TOKEN session is a sign-in that has a refresh token; an SSO session one of the
//! pages. Which TOKEN session came of which SSO session is not kept, so LINKED ends what NONE ends. Places are unknown.

use aws_types::Timestamp;
use model_cognito_idp::types::{SessionDescriptionType, SessionTypeType};
use store::Versioned;

use super::chain::{CHAINS, Chain, chain_sk};
use super::hashed;
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::pool_pk;

/// Sessions in the one page that there is.
const MAX_LISTED: usize = 125;
/// Sign-ins of a user that are looked at.
const MAX_CHAINS: usize = 500;
/// Characters of an id behind its kind.
const ID_CHARS: usize = 25;

/// `tkn…`: stands for a sign-in without naming it.
pub(crate) fn token_session_id(event_id: &str) -> String {
    hashed(event_id).chars().take(ID_CHARS).fold("tkn".to_owned(), |id, c| id + c.encode_utf8(&mut [0; 4]))
}

fn sso_session_id(id: &str) -> String {
    hashed(id).chars().take(ID_CHARS).fold("sso".to_owned(), |id, c| id + c.encode_utf8(&mut [0; 4]))
}

impl CognitoIdp {
    /// The sessions of a user, newest first; `current` is the sign-in that asks.
    ///
    /// # Errors
    /// `InvalidParameterException` where the pool does not track them.
    pub(crate) async fn user_sessions(
        &self,
        pool: &UserPool,
        user: &User,
        current: Option<&str>,
    ) -> Result<Vec<SessionDescriptionType>> {
        require_tracking(pool)?;
        let mut sessions: Vec<SessionDescriptionType> = Vec::new();
        for chain in self.token_sessions(pool, user).await? {
            sessions.push(SessionDescriptionType {
                session_id: Some(token_session_id(&chain.event_id)),
                session_type: Some(SessionTypeType::Token),
                client_id: Some(chain.client_id.clone()),
                create_date: Some(Timestamp::from_secs(chain.auth_time)),
                last_active_date: Some(Timestamp::from_ms(chain.rotated_ms)),
                is_current_session: Some(current == Some(chain.event_id.as_str())),
                ..SessionDescriptionType::default()
            });
        }
        for browser in self.browser_sessions(pool, user).await? {
            sessions.push(SessionDescriptionType {
                session_id: Some(sso_session_id(&browser.id)),
                session_type: Some(SessionTypeType::Sso),
                create_date: Some(Timestamp::from_secs(browser.since_s)),
                last_active_date: Some(Timestamp::from_secs(browser.since_s)),
                device_type: Some(browser.user_agent).filter(|agent| !agent.is_empty()),
                is_current_session: Some(false),
                ..SessionDescriptionType::default()
            });
        }
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_active_date.map(Timestamp::ms)));
        sessions.truncate(MAX_LISTED);
        Ok(sessions)
    }

    /// Ends one of a user's sessions.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where they have none of that id.
    pub(crate) async fn revoke_session(&self, pool: &UserPool, user: &User, id: &str) -> Result<()> {
        require_tracking(pool)?;
        for chain in self.token_sessions(pool, user).await? {
            if token_session_id(&chain.event_id) == id {
                return self.end_chain(pool, &user.sub, &chain.event_id).await;
            }
        }
        for browser in self.browser_sessions(pool, user).await? {
            if sso_session_id(&browser.id) == id {
                self.end_browser_session(pool, user, &browser.id).await?;
                return Ok(());
            }
        }
        Err(error::session_not_found())
    }

    /// Ends the sessions that were longest idle, so that one more does not pass `MaxPerUser`.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn make_room(&self, pool: &UserPool, user: &User) -> Result<()> {
        if !pool.sessions.enabled {
            return Ok(());
        }
        let mut chains = self.token_sessions(pool, user).await?;
        chains.sort_by_key(|chain| std::cmp::Reverse(chain.rotated_ms));
        let left = usize::try_from(pool.sessions.max_per_user).unwrap_or(1).saturating_sub(1);
        for idle in chains.iter().skip(left) {
            self.end_chain(pool, &user.sub, &idle.event_id).await?;
        }
        Ok(())
    }

    async fn token_sessions(&self, pool: &UserPool, user: &User) -> Result<Vec<Versioned<Chain>>> {
        let (pk, prefix) = (pool_pk(&pool.id), chain_sk(&user.sub, ""));
        let mut chains = CHAINS.list(self.store(), &pk, &prefix, None, MAX_CHAINS).await?;
        chains.retain(|chain| chain.is_current(user) && chain.refresh_until().is_some_and(|until| self.now() < until));
        Ok(chains)
    }
}

fn require_tracking(pool: &UserPool) -> Result<()> {
    if pool.sessions.enabled { Ok(()) } else { Err(error::sessions_not_tracked()) }
}
