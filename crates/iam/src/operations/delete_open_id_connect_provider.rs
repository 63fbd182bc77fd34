//! DeleteOpenIDConnectProvider. Roles that trust it can no longer be assumed with its tokens. One that is not there does
//! no harm.

use aws_types::AwsError;
use model_iam::types::DeleteOpenIDConnectProviderRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::{Result, concurrent};

/// Deletes a provider.
pub async fn delete_open_id_connect_provider(cx: &Cx<'_>, input: DeleteOpenIDConnectProviderRequest) -> Result<()> {
    retry(cx.store(), || async {
        let Some(provider) = cx.get::<OidcProvider>(&input.open_id_connect_provider_arn).await? else { return Ok(()) };
        let mut tx = Tx::new();
        cx.remove(&mut tx, &provider);
        cx.commit(tx, &provider.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
