//! What one sign-in leads to: a chain of tokens that share `origin_jti` and `event_id`. Every token of a chain stands
//! and falls with its record: revoking a refresh token removes it, and a user's epoch outdates it.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Table, Tx, Versioned};
use world::rng;

use super::device::ChainDevice;
use super::flow::Authenticated;
use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::Result;
use crate::table::pool_pk;

/// Access tokens may outlive the refresh token they came from by their own lifetime, a day at most.
const ACCESS_MARGIN_MS: i64 = 86_400_000;

pub(crate) const CHAINS: Table<Chain> = Table::new("token-chain", 1);

/// Where somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Door {
    /// The AWS API.
    Api,
    /// The domain's OAuth endpoints.
    OAuth,
}

/// A sign-in's tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chain {
    /// In all tokens; with `sub` the record's place.
    pub event_id: String,
    /// In all tokens where the client revokes tokens.
    pub origin_jti: String,
    /// Whose.
    pub sub: String,
    /// Whose, by name.
    pub username: String,
    /// Through which client.
    pub client_id: String,
    /// The user's epoch at sign-in.
    pub epoch: u64,
    /// When the person proved who they are, epoch seconds.
    pub auth_time: i64,
    /// Where they signed in.
    pub door: Door,
    /// Granted scopes.
    pub scopes: Vec<String>,
    /// End of the refresh token, epoch ms; `None` where there is none.
    pub refresh_until_ms: Option<i64>,
    /// Grows with each rotation of the refresh token.
    pub generation: u32,
    /// When the last rotation was, epoch ms.
    pub rotated_ms: i64,
    /// The device of the sign-in, where the pool knows devices: refreshes must name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<ChainDevice>,
    /// The sign-in at the pages that it came of.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sign_in: String,
}

/// Whether a chain bears a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It does.
    Yes,
    /// The implicit grant.
    No,
}

impl CognitoIdp {
    /// A new chain for a finished sign-in, its keeping added to `tx`. The commit conflicts where the user changed since.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn stage_chain(
        &self,
        tx: &mut Tx,
        pool: &UserPool,
        client: &AppClient,
        signed_in: &Authenticated,
        terms: Terms,
    ) -> Result<Chain> {
        let settings = &client.settings;
        let now = self.now();
        let refresh_until = now.plus_ms(settings.refresh_token_s().saturating_mul(1000));
        let user = &signed_in.user;
        let chain = Chain {
            event_id: rng::uuid(self.rng()),
            origin_jti: rng::uuid(self.rng()),
            sub: user.sub.clone(),
            username: user.username.clone(),
            client_id: client.id.clone(),
            epoch: user.epoch,
            auth_time: signed_in.auth_time,
            door: terms.door,
            scopes: terms.scopes,
            refresh_until_ms: (terms.refresh == Refresh::Yes).then(|| refresh_until.ms()),
            generation: 0,
            rotated_ms: now.ms(),
            device: terms.device,
            sign_in: terms.sign_in,
        };
        let last = if terms.refresh == Refresh::Yes { refresh_until } else { now };
        let sk = chain_sk(&chain.sub, &chain.event_id);
        let expires = last.plus_ms(ACCESS_MARGIN_MS);
        CHAINS.insert_expiring(tx, &pool_pk(&pool.id), &sk, &chain, Vec::new(), expires)?;
        Ok(chain)
    }

    /// The chain of a token, while it lives.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn chain(&self, pool: &UserPool, sub: &str, event_id: &str) -> Result<Option<Versioned<Chain>>> {
        Ok(CHAINS.get(self.store(), &pool_pk(&pool.id), &chain_sk(sub, event_id)).await?)
    }
}

/// How a chain is granted.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// Where.
    pub door: Door,
    /// For what.
    pub scopes: Vec<String>,
    /// For how long.
    pub refresh: Refresh,
    /// With what device.
    pub device: Option<ChainDevice>,
    /// By which sign-in at the pages; empty elsewhere.
    pub sign_in: String,
}

impl Terms {
    /// A sign-in by the AWS API.
    pub fn api(device: Option<ChainDevice>) -> Self {
        let scopes = vec![super::token::USER_ADMIN_SCOPE.to_owned()];
        Self { door: Door::Api, scopes, refresh: Refresh::Yes, device, sign_in: String::new() }
    }
}

impl Chain {
    /// Whether the user still stands by it.
    pub fn is_current(&self, user: &User) -> bool {
        self.sub == user.sub && self.epoch == user.epoch
    }

    /// End of the refresh token.
    pub fn refresh_until(&self) -> Option<Timestamp> {
        self.refresh_until_ms.map(Timestamp::from_ms)
    }
}

/// Place of a chain.
pub(crate) fn chain_sk(sub: &str, event_id: &str) -> String {
    format!("chain#{sub}#{event_id}")
}
