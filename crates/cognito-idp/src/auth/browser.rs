//! Sessions of the hosted pages (cookie `cognito`): a random secret, kept as its hash, good for one hour; dead with the
//! user, with their epoch, and when closed.

use aws_types::Secret;
use serde::{Deserialize, Serialize};
use store::{Expect, Table, Tx, retry};
use user_pool_domain::ports::SignedIn;
use world::rng;

use super::hashed;
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::pool_pk;
use crate::table::user::{USERS, by_username};

const HOUR_MS: i64 = 3_600_000;
/// Characters of a session's secret: more than 256 bits.
const SECRET_CHARS: usize = 44;

const SESSIONS: Table<BrowserSession> = Table::new("browser-session", 1);

/// A session at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct BrowserSession {
    username: String,
    sub: String,
    epoch: u64,
    auth_time: i64,
}

impl CognitoIdp {
    /// A new session for somebody whose sign-in is complete.
    ///
    /// # Errors
    /// NotAuthorizedException where they may not sign in any more.
    pub(crate) async fn open_browser_session(&self, pool: &UserPool, signed_in: &SignedIn) -> Result<Secret<String>> {
        retry(self.store(), || self.store_browser_session(pool, signed_in)).await
    }

    async fn store_browser_session(&self, pool: &UserPool, signed_in: &SignedIn) -> Result<Secret<String>> {
        let secret = rng::pick(self.rng(), rng::ALNUM, SECRET_CHARS);
        let user = by_username(self.store(), pool, &signed_in.username).await?;
        let still = |user: &User| user.enabled && user.sub == signed_in.sub && user.epoch == signed_in.epoch;
        let user = user.filter(|user| still(user));
        let user = user.ok_or_else(error::incorrect_username_or_password)?;
        let session = BrowserSession {
            username: user.username.clone(),
            sub: user.sub.clone(),
            epoch: user.epoch,
            auth_time: signed_in.auth_time,
        };
        let mut tx = Tx::new();
        USERS.require(&mut tx, &user);
        let expires = self.now().plus_ms(HOUR_MS);
        SESSIONS.insert_expiring(&mut tx, &pool_pk(&pool.id), &session_sk(&secret), &session, Vec::new(), expires)?;
        self.store().commit(tx).await?;
        Ok(Secret::new(secret))
    }

    /// Who a session belongs to, if it lives and they may still sign in.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn browser_session(&self, pool: &UserPool, secret: &str) -> Result<Option<SignedIn>> {
        let found = SESSIONS.get(self.store(), &pool_pk(&pool.id), &session_sk(secret)).await?;
        let Some(session) = found.filter(|session| !session.is_expired(self.now())) else { return Ok(None) };
        let user = by_username(self.store(), pool, &session.username).await?;
        let user = user.filter(|user| user.enabled && user.sub == session.sub && user.epoch == session.epoch);
        Ok(user.map(|user| SignedIn {
            username: user.username.clone(),
            sub: user.sub.clone(),
            epoch: user.epoch,
            auth_time: session.auth_time,
        }))
    }

    /// Ends a session, if there is one.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn close_browser_session(&self, pool_id: &str, secret: &str) -> Result<()> {
        let mut tx = Tx::new();
        tx.delete_raw(pool_pk(pool_id), session_sk(secret), Expect::Any);
        self.store().commit(tx).await?;
        Ok(())
    }
}

fn session_sk(secret: &str) -> String {
    format!("browser-session#{}", hashed(secret))
}
