//! DeleteResourceServer. Clients keep its scopes; they are not granted any more. (memory)

use model_cognito_idp::types::DeleteResourceServerRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::Result;
use crate::table::{RESOURCE_SERVERS, resource_servers_counter};

/// Deletes a resource server.
pub async fn delete_resource_server(cx: &Cx<'_>, input: DeleteResourceServerRequest) -> Result<()> {
    let pool_id = input.user_pool_id.as_str();
    retry(cx.store(), || async {
        cx.pool(pool_id).await?;
        let server = cx.resource_server(pool_id, &input.identifier).await?;
        let mut tx = Tx::new();
        RESOURCE_SERVERS.delete(&mut tx, &server);
        tx.add(&resource_servers_counter(pool_id), -1, None, None);
        cx.store().commit(tx).await?;
        Ok(())
    })
    .await
}
