//! Whose keys sign tokens: of the user pools and identity pools that live here, from memory; of any other OpenID Connect
//! issuer, as [`remote`] finds them.

pub mod remote;

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use aws_types::{AccountId, AwsError};
use cognito_identity::ports::IssuerUnavailable;
use cognito_identity::{CognitoIdentity, ISSUER as IDENTITY_POOLS};
use cognito_idp::CognitoIdp;
use iam::Principals;
use iam::ports::{IssuerKeys, KeysUnavailable};
use jose::{Claims, KeySet, KeySource as _, VerifyingKey};

use self::remote::RemoteIssuers;

/// All issuers.
pub struct Issuers {
    cognito_idp: Arc<CognitoIdp>,
    remote: RemoteIssuers,
    /// Set once that room is built, which itself needs this one.
    identity_pools: OnceLock<Weak<CognitoIdentity>>,
    principals: OnceLock<Weak<Principals>>,
}

impl Issuers {
    /// The user pools that live here, and whoever is elsewhere.
    pub fn new(cognito_idp: Arc<CognitoIdp>, remote: RemoteIssuers) -> Arc<Self> {
        Arc::new(Self { cognito_idp, remote, identity_pools: OnceLock::new(), principals: OnceLock::new() })
    }

    /// And the rooms that need this one themselves.
    pub fn join(&self, identity_pools: &Arc<CognitoIdentity>, principals: &Arc<Principals>) {
        drop(self.identity_pools.set(Arc::downgrade(identity_pools)));
        drop(self.principals.set(Arc::downgrade(principals)));
    }

    async fn user_pool(&self, issuer: &str) -> Option<Arc<KeySet>> {
        let (_, pool) = issuer.rsplit_once('/')?;
        if !self.cognito_idp.keys().is_issuer(pool, issuer) {
            return None;
        }
        self.cognito_idp.keys().key_set(pool).await.map(Arc::new).ok()
    }

    /// The keys of any issuer.
    pub async fn find(&self, issuer: &str, kid: &str) -> Option<Arc<KeySet>> {
        if issuer == IDENTITY_POOLS {
            let room = self.identity_pools.get().and_then(Weak::upgrade)?;
            return KeySet::from_jwks(&room.jwks().await.ok()?).map(Arc::new).ok();
        }
        match self.user_pool(issuer).await {
            Some(keys) => Some(keys),
            // AWS's own name of a pool that is not here is nobody else's.
            None if issuer.starts_with("https://cognito-idp.") && issuer.contains(".amazonaws.com/") => None,
            None => self.remote.keys(issuer, kid).await,
        }
    }
}

#[async_trait]
impl IssuerKeys for Issuers {
    async fn keys(&self, issuer: &str, kid: &str) -> Result<Arc<KeySet>, KeysUnavailable> {
        self.find(issuer, kid).await.ok_or(KeysUnavailable)
    }
}

#[async_trait]
impl http_api::ports::IssuerKeys for Issuers {
    async fn key(
        &self,
        issuer: &str,
        kid: &str,
    ) -> Result<Option<Arc<VerifyingKey>>, http_api::ports::IssuerUnavailable> {
        let keys = self.find(issuer, kid).await.ok_or(http_api::ports::IssuerUnavailable)?;
        Ok(keys.key(kid))
    }
}

#[async_trait]
impl cognito_identity::ports::Issuers for Issuers {
    async fn user_pool_keys(&self, pool_id: &str) -> Result<Option<Arc<KeySet>>, AwsError> {
        match self.cognito_idp.keys().key_set(pool_id).await {
            Ok(keys) => Ok(Some(Arc::new(keys))),
            Err(error) if error.internal.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn is_user_pool_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        self.cognito_idp.keys().is_issuer(pool_id, issuer)
    }

    async fn is_signed_in(&self, pool_id: &str, claims: &Claims) -> Result<bool, AwsError> {
        self.cognito_idp.is_signed_in(pool_id, claims).await
    }

    async fn issuer_keys(&self, issuer: &str, kid: &str) -> Result<Arc<KeySet>, IssuerUnavailable> {
        self.find(issuer, kid).await.ok_or(IssuerUnavailable)
    }

    async fn oidc_audiences(&self, account: &AccountId, provider_arn: &str) -> Result<Option<Vec<String>>, AwsError> {
        match self.principals.get().and_then(Weak::upgrade) {
            Some(principals) => principals.oidc_audiences(account, provider_arn).await,
            None => Ok(None),
        }
    }

    async fn saml_metadata(&self, account: &AccountId, provider_arn: &str) -> Result<Option<String>, AwsError> {
        match self.principals.get().and_then(Weak::upgrade) {
            Some(principals) => principals.saml_metadata(account, provider_arn).await,
            None => Ok(None),
        }
    }
}
