//! A user's sessions as the AWS API lists and revokes them (guide, "User sessions"), where the pool tracks them
//! (SetUserPoolSessionConfiguration). A TOKEN session is a sign-in that has a refresh token; an SSO session one of the
//! pages. Those of one sign-in at the pages are linked. Places are unknown.

use aws_types::Timestamp;
use model_cognito_idp::types::{RevokeAssociatedSessionsType, SessionDescriptionType, SessionTypeType};
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

    /// Ends one of a user's sessions; with LINKED also the SSO session that a TOKEN session came through, or all that came
    /// through an SSO session.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where they have none of that id.
    pub(crate) async fn revoke_session(
        &self,
        pool: &UserPool,
        user: &User,
        (id, associated): (&str, Option<RevokeAssociatedSessionsType>),
    ) -> Result<()> {
        require_tracking(pool)?;
        let linked = associated == Some(RevokeAssociatedSessionsType::Linked);
        let is_linked = |sign_in: &str, other: &str| linked && !sign_in.is_empty() && sign_in == other;
        let browsers = self.browser_sessions(pool, user).await?;
        let named = |chain: &&Versioned<Chain>| token_session_id(&chain.event_id) == id;
        if let Some(chain) = self.token_sessions(pool, user).await?.iter().find(named) {
            self.end_chain(pool, &user.sub, &chain.event_id).await?;
            for parent in browsers.iter().filter(|browser| is_linked(&chain.sign_in, &browser.sign_in)) {
                self.end_browser_session(pool, user, &parent.id).await?;
            }
            return Ok(());
        }
        let browser = browsers.iter().find(|browser| sso_session_id(&browser.id) == id);
        let browser = browser.ok_or_else(error::session_not_found)?;
        self.end_browser_session(pool, user, &browser.id).await?;
        for chain in self.chains(pool, user).await? {
            if is_linked(&browser.sign_in, &chain.sign_in) {
                self.end_chain(pool, &user.sub, &chain.event_id).await?;
            }
        }
        Ok(())
    }

    /// Ends the sessions that were longest idle, so that one more does not pass `MaxPerUser`.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn make_room(&self, pool: &UserPool, user: &User) -> Result<()> {
        self.end_idle(pool, user, pool.sessions.max_per_user - 1).await
    }

    /// Ends the sessions that were longest idle, where there are more than `MaxPerUser` with the one that just began.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn keep_within_room(&self, pool: &UserPool, user: &User) -> Result<()> {
        self.end_idle(pool, user, pool.sessions.max_per_user).await
    }

    async fn end_idle(&self, pool: &UserPool, user: &User, left: i32) -> Result<()> {
        if !pool.sessions.enabled {
            return Ok(());
        }
        let mut chains = self.token_sessions(pool, user).await?;
        chains.sort_by_key(|chain| std::cmp::Reverse(chain.rotated_ms));
        let left = usize::try_from(left).unwrap_or(0);
        for idle in chains.iter().skip(left) {
            self.end_chain(pool, &user.sub, &idle.event_id).await?;
        }
        Ok(())
    }

    async fn token_sessions(&self, pool: &UserPool, user: &User) -> Result<Vec<Versioned<Chain>>> {
        let mut chains = self.chains(pool, user).await?;
        chains.retain(|chain| chain.refresh_until().is_some_and(|until| self.now() < until));
        Ok(chains)
    }

    /// All chains that the user still stands by, those without a refresh token too.
    async fn chains(&self, pool: &UserPool, user: &User) -> Result<Vec<Versioned<Chain>>> {
        let (pk, prefix) = (pool_pk(&pool.id), chain_sk(&user.sub, ""));
        let mut chains = CHAINS.list(self.store(), &pk, &prefix, None, MAX_CHAINS).await?;
        chains.retain(|chain| chain.is_current(user));
        Ok(chains)
    }
}

fn require_tracking(pool: &UserPool) -> Result<()> {
    if pool.sessions.enabled { Ok(()) } else { Err(error::sessions_not_tracked()) }
}
