//! Read, decide, commit, and reflect: what all operations that change a pool or a client do alike.

use store::{Tx, Versioned, retry};

use crate::Cx;
use crate::entity::{AppClient, Domain, UserPool};
use crate::error::{Result, concurrent};
use crate::table::{CHANGED, CLIENTS, DOMAIN_SK, DOMAINS, POOLS, client_index, domain_pk, pool_index};

impl Cx<'_> {
    /// Changes a pool's document; run again where somebody else was quicker.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, what `change` answers, the store's.
    pub(crate) async fn change_pool(
        &self,
        pool_id: &str,
        change: impl Fn(&mut UserPool) -> Result<()> + Sync,
    ) -> Result<UserPool> {
        let (pool, seq) = retry(self.store(), || async {
            let current = self.pool(pool_id).await?;
            let mut pool = current.value.clone();
            change(&mut pool)?;
            pool.modified = self.now();
            let mut tx = Tx::new();
            POOLS.update(&mut tx, &current, &pool, pool_index(&pool))?;
            tx.event(CHANGED, pool_id);
            let committed = self.store().commit(tx).await?;
            Ok((pool, committed.event_seq))
        })
        .await
        .map_err(concurrent)?;
        self.service.reflect(pool_id, seq).await?;
        Ok(pool)
    }

    /// Changes a client's document, as [`Cx::change_pool`].
    ///
    /// # Errors
    /// As [`Cx::change_pool`].
    pub(crate) async fn change_client(
        &self,
        pool_id: &str,
        client_id: &str,
        change: impl Fn(&UserPool, &mut AppClient) -> Result<()> + Sync,
    ) -> Result<AppClient> {
        let (client, seq) = retry(self.store(), || async {
            let pool = self.pool(pool_id).await?;
            let current = self.client(pool_id, client_id).await?;
            let mut client = current.value.clone();
            change(&pool, &mut client)?;
            client.modified = self.now();
            let mut tx = Tx::new();
            CLIENTS.update(&mut tx, &current, &client, client_index(&client))?;
            tx.event(CHANGED, pool_id);
            let committed = self.store().commit(tx).await?;
            Ok((client, committed.event_seq))
        })
        .await
        .map_err(concurrent)?;
        self.service.reflect(pool_id, seq).await?;
        Ok(client)
    }

    /// A domain of this account: the region's prefix of that name, or an own domain.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn find_domain(&self, name: &str) -> Result<Option<Versioned<Domain>>> {
        let region = self.call.region.as_str();
        let prefix = DOMAINS.get(self.store(), &domain_pk(name, Some(region)), DOMAIN_SK).await?;
        let found = match prefix {
            Some(domain) => Some(domain),
            None => DOMAINS.get(self.store(), &domain_pk(name, None), DOMAIN_SK).await?,
        };
        let ours = |domain: &Versioned<Domain>| domain.account == self.call.account.as_str() && domain.region == region;
        Ok(found.filter(ours))
    }
}
