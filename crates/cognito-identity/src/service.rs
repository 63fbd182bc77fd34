//! The service as the server holds it.

use std::sync::Arc;

use aws_types::{AwsError, Timestamp};
use jose::Jwks;
use store::Store;
use tokio::sync::{Notify, OnceCell};
use world::Rng;

use crate::entity::IdentityPool;
use crate::error::{Result, concurrent, lost, no_pool};
use crate::ports::{Issuers, Roles};
use crate::table::{POOL_SK, POOLS, pool_index, pool_pk};
use crate::token::TokenKeys;
use crate::{BUILT, dispatch};

/// Doors.
pub struct Doors {
    /// Where everything is kept.
    pub store: Store,
    /// Ids.
    pub rng: Arc<dyn Rng>,
    /// Who signs login tokens.
    pub issuers: Arc<dyn Issuers>,
    /// Roles that identities act in.
    pub roles: Arc<dyn Roles>,
}

/// Identity pools.
pub struct CognitoIdentity {
    doors: Doors,
    pub(crate) keys: OnceCell<TokenKeys>,
    /// Told when a pool was deleted.
    pub(crate) deleted: Notify,
}

impl CognitoIdentity {
    /// The service over its doors. Nothing is read yet.
    pub fn new(doors: Doors) -> Arc<Self> {
        Arc::new(Self { doors, keys: OnceCell::new(), deleted: Notify::new() })
    }

    /// Where everything is kept.
    pub(crate) const fn store(&self) -> &Store {
        &self.doors.store
    }

    pub(crate) const fn doors(&self) -> &Doors {
        &self.doors
    }

    /// The public keys of the tokens that identity pools issue (`/.well-known/jwks_uri`).
    ///
    /// # Errors
    /// The store's.
    pub async fn jwks(&self) -> Result<Jwks> {
        Ok(self.token_keys().await?.jwks())
    }
}

control_plane::service! { CognitoIdentity, model_cognito_identity::MODEL }

impl Cx<'_> {
    /// When the call arrived.
    pub(crate) const fn now(&self) -> Timestamp {
        self.call.now
    }

    pub(crate) const fn store(&self) -> &Store {
        self.service.store()
    }

    /// A new id of a pool or identity.
    pub(crate) fn new_id(&self, region: &str) -> String {
        format!("{region}:{}", world::rng::uuid(&*self.service.doors.rng))
    }

    /// A pool. One of another account is none.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn pool(&self, id: &str) -> Result<store::Versioned<IdentityPool>> {
        let found = POOLS.get(self.store(), &pool_pk(id), POOL_SK).await?;
        found.filter(|pool| pool.account == self.call.account.as_str()).ok_or_else(|| no_pool(id))
    }

    /// Changes a pool; answers it as it is then.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ConcurrentModificationException`, what `change` answers, the store's.
    pub(crate) async fn change_pool(
        &self,
        id: &str,
        change: impl Fn(&mut IdentityPool) -> Result<()> + Send + Sync,
    ) -> Result<IdentityPool> {
        let run = || async {
            let current = self.pool(id).await?;
            let mut pool = current.value.clone();
            change(&mut pool)?;
            let mut tx = store::Tx::new();
            POOLS.update(&mut tx, &current, &pool, pool_index(&pool))?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(pool)
        };
        store::retry(self.store(), run).await.map_err(|error| lost(error, concurrent))
    }
}
