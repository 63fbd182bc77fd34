//! Finding pools and clients, with the errors AWS gives where there are none. A thing of another account, region or pool
//! is answered like one that does not exist.

use std::sync::Arc;

use aws_types::call::Caller;
use aws_types::{AwsError, Secret};
use store::Versioned;

use crate::entity::{AppClient, Group, ResourceServer, UserPool};
use crate::error::{Result, client_not_found, group_not_found, pool_not_found, resource_server_not_found};
use crate::table::{
    CLIENT_BY_ID, CLIENTS, GROUPS, POOL_SK, POOLS, RESOURCE_SERVER_PREFIX, RESOURCE_SERVERS, client_sk, group_sk,
    pool_pk, resource_server_sk,
};
use crate::{CognitoIdp, Cx};

/// Resource servers of a pool, with room.
const MAX_RESOURCE_SERVERS: usize = 100;

impl Cx<'_> {
    /// The pool, if it lives in the call's account and region, or has a replica there. An anonymous call names no region.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub async fn pool(&self, pool_id: &str) -> Result<Arc<Versioned<UserPool>>> {
        let pool = self.service.any_pool(pool_id).await?;
        let region = self.call.region.as_str();
        let here = self.call.caller == Caller::Anonymous || pool.region == region || pool.replica(region).is_some();
        if here && pool.account == self.call.account.as_str() { Ok(pool) } else { Err(pool_not_found(pool_id)) }
    }

    /// A client of this pool.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub async fn client(&self, pool_id: &str, client_id: &str) -> Result<Arc<Versioned<AppClient>>> {
        self.service.client(pool_id, client_id).await
    }

    /// A group of this pool.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub async fn group(&self, pool_id: &str, name: &str) -> Result<Versioned<Group>> {
        let group = GROUPS.get(self.store(), &pool_pk(pool_id), &group_sk(name)).await?;
        group.ok_or_else(group_not_found)
    }

    /// A resource server of this pool.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub async fn resource_server(&self, pool_id: &str, identifier: &str) -> Result<Versioned<ResourceServer>> {
        let server = RESOURCE_SERVERS.get(self.store(), &pool_pk(pool_id), &resource_server_sk(identifier)).await?;
        server.ok_or_else(|| resource_server_not_found(identifier))
    }
}

impl CognitoIdp {
    /// The pool, of whatever account and region: for what is bound to the pool by more than its name (tokens, domains).
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub async fn any_pool(&self, pool_id: &str) -> Result<Arc<Versioned<UserPool>>> {
        POOLS.get_kept(self.store(), &pool_pk(pool_id), POOL_SK).await?.ok_or_else(|| pool_not_found(pool_id))
    }

    /// A client of this pool.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub async fn client(&self, pool_id: &str, client_id: &str) -> Result<Arc<Versioned<AppClient>>> {
        let client = CLIENTS.get_kept(self.store(), &pool_pk(pool_id), &client_sk(client_id)).await?;
        client.ok_or_else(|| client_not_found(client_id))
    }

    /// A client by its id alone, and its pool: what the unsigned operations have.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; the store's.
    pub async fn client_and_pool(
        &self,
        client_id: &str,
    ) -> Result<(Arc<Versioned<AppClient>>, Arc<Versioned<UserPool>>)> {
        let found = self.store().lookup(CLIENT_BY_ID, client_id, None, 1).await?;
        let (pk, sk) = found.first().ok_or_else(|| client_not_found(client_id))?;
        let client = CLIENTS.get_kept(self.store(), pk, sk).await?.ok_or_else(|| client_not_found(client_id))?;
        match self.any_pool(&client.pool_id).await {
            Ok(pool) => Ok((client, pool)),
            // The pool is gone and its clients wait for the sweep.
            Err(error) if error.internal.is_none() => Err(client_not_found(client_id)),
            Err(error) => Err(error),
        }
    }

    /// `identifier/scope` of all resource servers of a pool.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn custom_scopes(&self, pool_id: &str) -> Result<Vec<String>> {
        let (pk, limit) = (pool_pk(pool_id), MAX_RESOURCE_SERVERS);
        let servers = RESOURCE_SERVERS.list(self.store(), &pk, RESOURCE_SERVER_PREFIX, None, limit).await?;
        Ok(servers.iter().flat_map(|server| server.scope_names().collect::<Vec<_>>()).collect())
    }

    /// The client's secrets, oldest first; none for a public client.
    ///
    /// # Errors
    /// Internal, where one does not open.
    pub fn client_secrets(&self, client: &AppClient) -> Result<Vec<Secret<String>>> {
        client.secrets.iter().map(|secret| self.open_secret(client, &secret.sealed)).collect()
    }

    fn open_secret(&self, client: &AppClient, sealed: &str) -> Result<Secret<String>> {
        let plain = self.store().sealer().open_text(&secret_context(&client.id), sealed).map_err(AwsError::internal)?;
        String::from_utf8(plain.to_vec()).map(Secret::new).map_err(AwsError::internal)
    }

    /// Seals a client's secret for its document.
    pub(crate) fn seal_client_secret(&self, client_id: &str, secret: &str) -> String {
        self.store().sealer().seal_text(&secret_context(client_id), secret.as_bytes())
    }
}

fn secret_context(client_id: &str) -> String {
    format!("cognito client secret {client_id}")
}
