//! Sessions of the hosted pages (cookie `cognito`): a random secret, kept as its hash, good for one hour; dead with the
//! user, with their epoch, and when closed.

use aws_types::Secret;
use serde::{Deserialize, Serialize};
use store::{Expect, Index, Table, Tx, retry};
use user_pool_domain::ports::SignedIn;
use world::rng;

use super::hashed;
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::pool_pk;
use crate::table::user::{USERS, by_username};

const SK_PREFIX: &str = "browser-session#";
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
    /// `User-Agent` of the browser, cut; sessions of older versions have none.
    #[serde(default)]
    user_agent: String,
    /// Of the sign-in that it came of.
    #[serde(default)]
    sign_in: String,
}

/// Sessions by their user, for the list that people see.
const BY_USER: &str = "browser-session-by-user";
/// Most sessions that are listed or ended at a time.
const MAX_LISTED: usize = 100;
/// The most of a `User-Agent` that is kept.
const MAX_USER_AGENT: usize = 256;

/// A session as its owner sees it.
pub(crate) struct ListedSession {
    /// Its key, which is a hash: it opens nothing.
    pub id: String,
    pub user_agent: String,
    pub since_s: i64,
    /// Of the sign-in that it came of.
    pub sign_in: String,
}

impl CognitoIdp {
    /// A new session for somebody whose sign-in is complete.
    ///
    /// # Errors
    /// NotAuthorizedException where they may not sign in any more.
    pub(crate) async fn open_browser_session(
        &self,
        pool: &UserPool,
        signed_in: &SignedIn,
        user_agent: &str,
    ) -> Result<Secret<String>> {
        retry(self.store(), || self.store_browser_session(pool, signed_in, user_agent)).await
    }

    async fn store_browser_session(
        &self,
        pool: &UserPool,
        signed_in: &SignedIn,
        user_agent: &str,
    ) -> Result<Secret<String>> {
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
            user_agent: user_agent.chars().take(MAX_USER_AGENT).collect(),
            sign_in: signed_in.id.clone(),
        };
        let mut tx = Tx::new();
        USERS.require(&mut tx, &user);
        let expires = self.now().plus_ms(HOUR_MS);
        SESSIONS.insert_expiring(
            &mut tx,
            &pool_pk(&pool.id),
            &session_sk(&secret),
            &session,
            by_user(pool, &user.sub),
            expires,
        )?;
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
            id: session.value.sign_in,
        }))
    }

    /// The living sessions of a user.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn browser_sessions(&self, pool: &UserPool, user: &User) -> Result<Vec<ListedSession>> {
        let mut listed = Vec::new();
        for (pk, sk) in self.store().lookup(BY_USER, &user_key(pool, &user.sub), None, MAX_LISTED).await? {
            let found = SESSIONS.get(self.store(), &pk, &sk).await?.filter(|session| !session.is_expired(self.now()));
            if let Some(session) = found.filter(|session| session.epoch == user.epoch) {
                let id = sk.strip_prefix(SK_PREFIX).unwrap_or_default().to_owned();
                let BrowserSession { user_agent, auth_time, sign_in, .. } = session.value;
                listed.push(ListedSession { id, user_agent, since_s: auth_time, sign_in });
            }
        }
        listed.sort_by_key(|session| std::cmp::Reverse(session.since_s));
        Ok(listed)
    }

    /// Ends one of a user's sessions by its id; false where there is none of theirs.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn end_browser_session(&self, pool: &UserPool, user: &User, id: &str) -> Result<bool> {
        let found = SESSIONS.get(self.store(), &pool_pk(&pool.id), &id_sk(id)).await?;
        let Some(session) = found.filter(|session| session.sub == user.sub) else { return Ok(false) };
        let mut tx = Tx::new();
        tx.delete_raw(pool_pk(&pool.id), id_sk(id), Expect::Any);
        self.store().commit(tx).await?;
        Ok(session.epoch == user.epoch && !session.is_expired(self.now()))
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

/// A session's key as its owner sees it.
pub(crate) fn session_id(secret: &str) -> String {
    hashed(secret)
}

fn session_sk(secret: &str) -> String {
    id_sk(&session_id(secret))
}

fn id_sk(id: &str) -> String {
    format!("{SK_PREFIX}{id}")
}

fn by_user(pool: &UserPool, sub: &str) -> Index {
    vec![(BY_USER, user_key(pool, sub))]
}

fn user_key(pool: &UserPool, sub: &str) -> String {
    format!("{}/{sub}", pool.id)
}
