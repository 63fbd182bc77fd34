//! UpdateResourceServer: a full replacement. Clients keep scopes that go; they are not granted any more. (memory)

use model_cognito_idp::types::{UpdateResourceServerRequest, UpdateResourceServerResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::error::Result;
use crate::rules::scopes;
use crate::table::RESOURCE_SERVERS;

/// Replaces name and scopes.
pub async fn update_resource_server(
    cx: &Cx<'_>,
    input: UpdateResourceServerRequest,
) -> Result<UpdateResourceServerResponse> {
    let scopes = scopes::check(input.scopes.unwrap_or_default())?;
    let server = retry(cx.store(), || async {
        cx.pool(&input.user_pool_id).await?;
        let current = cx.resource_server(&input.user_pool_id, &input.identifier).await?;
        let mut server = current.value.clone();
        server.name.clone_from(&input.name);
        server.scopes.clone_from(&scopes);
        let mut tx = Tx::new();
        RESOURCE_SERVERS.update(&mut tx, &current, &server, Vec::new())?;
        cx.store().commit(tx).await?;
        Ok::<_, aws_types::AwsError>(server)
    })
    .await?;
    Ok(UpdateResourceServerResponse { resource_server: Some(server.to_wire()) })
}
