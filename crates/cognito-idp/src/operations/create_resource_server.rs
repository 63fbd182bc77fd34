//! CreateResourceServer.

use model_cognito_idp::types::{CreateResourceServerRequest, CreateResourceServerResponse};
use store::{StoreError, Tx, retry};

use crate::Cx;
use crate::entity::ResourceServer;
use crate::error::{Result, invalid_parameter, limit_or};
use crate::rules::scopes;
use crate::table::{POOLS, RESOURCE_SERVERS, resource_server_sk, resource_servers_counter};

/// Resource servers of a pool.
const MAX_SERVERS: i64 = 25;

/// Makes a resource server.
pub async fn create_resource_server(
    cx: &Cx<'_>,
    input: CreateResourceServerRequest,
) -> Result<CreateResourceServerResponse> {
    let server = ResourceServer {
        identifier: input.identifier,
        pool_id: input.user_pool_id,
        name: input.name,
        scopes: scopes::check(input.scopes.unwrap_or_default())?,
    };
    retry(cx.store(), || add(cx, &server)).await?;
    Ok(CreateResourceServerResponse { resource_server: Some(server.to_wire()) })
}

async fn add(cx: &Cx<'_>, server: &ResourceServer) -> Result<()> {
    let pool = cx.pool(&server.pool_id).await?;
    let sk = resource_server_sk(&server.identifier);
    if RESOURCE_SERVERS.get(cx.store(), &pool.pk, &sk).await?.is_some() {
        return Err(invalid_parameter(format_args!(
            "{} already exists in user pool {}.",
            server.identifier, server.pool_id
        )));
    }
    let mut tx = Tx::new();
    POOLS.require(&mut tx, &pool);
    RESOURCE_SERVERS.insert(&mut tx, &pool.pk, &sk, server, Vec::new())?;
    tx.add(&resource_servers_counter(&server.pool_id), 1, Some(MAX_SERVERS), None);
    let full = |error: StoreError| limit_or(error, "The user pool has reached its limit of resource servers.");
    cx.store().commit(tx).await.map_err(full)?;
    Ok(())
}
